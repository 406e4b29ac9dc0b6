/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sums: one large file at a time, a piece of it in each turn of the loop, so that transfers go on meanwhile and Ctrl-C is heard.
 *
 * Of parts that are whole (SUMMING, get_task.c), and of what is there already where -c, -N or -nc may let it stay: nobody else's word is taken
 * for that, neither its length nor a 304.
 *
 *	WAITING --there--> looked at --right--> DONE, nothing was asked for
 *	                     |  `-wrong, -nc--> FAILED, and left as it is
 *	                     `--wrong--> WAITING: fetched whole, and replaced only by one that is right
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/get.h"

#define STEP_BYTES (4 * 1024 * 1024) /* some 10 ms: nobody waits for longer than that */

static void on_turn(void *arg);

/* Whose sum is being taken: the file's part, if it has a task, or what is there of its name. */
static int
begin(struct get *g, struct get_file *f)
{
	int r = f->task != NULL ? filesum_of(f->task->part.fd, f->task->part.bytes, &g->sum) : filesum_open(g->dir_fd, f->name, &g->sum);

	if (r == 0)
		g->summed = f;
	return r;
}

void
get_check_stop(struct get *g)
{
	filesum_free(g->sum);
	g->sum = NULL;
	g->summed = NULL;
}

/* --- parts --- */

/* 1: it goes on in the next turn. What is due in this turn would be called in this turn. */
static int
step(struct get *g, char ret_sum[FILESUM_BYTES])
{
	int r = filesum_step(g->sum, STEP_BYTES, ret_sum);

	if (r <= 0)
		return r;
	loop_timer_init(&g->sum_timer, on_turn, g);
	return loop_timer_set(g->loop, &g->sum_timer, clock_mono_us() + 1) < 0 ? -ENOMEM : 1;
}

/* The one whose turn it is, if that is free. */
static void
next_part(struct get *g)
{
	char sum[FILESUM_BYTES] = "";
	struct get_task *t;
	int r;

	while (g->summed == NULL) {
		DL_SEARCH_SCALAR(g->tasks, t, file->state, GET_SUMMING);
		if (t == NULL)
			return;
		r = begin(g, t->file);
		if (r == 0)
			r = step(g, sum);
		if (r > 0)
			return;
		get_check_stop(g);
		get_summed(t, r, sum);
	}
}

void
get_check_part(struct get_task *t)
{
	char sum[FILESUM_BYTES] = "";
	struct filesum *s = NULL;
	int r;

	if (t->part.bytes > STEP_BYTES) {
		t->file->state = GET_SUMMING;
		next_part(t->get);
		return;
	}
	/* A small one waits for no large one. */
	r = filesum_of(t->part.fd, t->part.bytes, &s);
	if (r == 0)
		r = filesum_step(s, STEP_BYTES, sum);
	filesum_free(s);
	get_summed(t, r, sum);
}

/* --- what is there already --- */

static void
over(struct get *g, struct get_file *f, enum get_state state)
{
	f->state = state;
	g->n_done += state == GET_DONE;
	g->n_kept += state == GET_DONE;
	g->n_failed += state == GET_FAILED;
}

/* r: 0, and sum is its sum; or why it has none. */
static void
judge(struct get *g, struct get_file *f, int r, const char *sum)
{
	f->looked = true;
	if (r == 0 && strcmp(sum, f->sha256) == 0) {
		get_say(f, "is there already, its sum is right");
		over(g, f, GET_DONE);
	} else if (r == 0 && g->config->get.no_clobber) {
		get_say_failed(f, "is there already, and its sum is wrong: SHA-256 %s; it stays, as -nc says", sum);
		get_fail(g, EXIT_CHECK_FAILED);
		over(g, f, GET_FAILED);
	} else if (r == -ENOENT) {
		/* taken away meanwhile */
	} else if (g->config->get.no_clobber) {
		get_say_failed(f, "is there already, and its sum cannot be known: %s", r == -EINVAL ? "it is no regular file" : crawl_strerror(r));
		get_fail(g, crawl_error_code(r, EXIT_FILE));
		over(g, f, GET_FAILED);
	} else if (r == 0)
		get_say(f, "is there already, but its sum is wrong: it is replaced once all of another is here");
}

bool
get_check_first(struct get *g, struct get_file *f)
{
	char sum[FILESUM_BYTES] = "";
	int r;

	if (f->looked || f->task != NULL || f->sha256[0] == '\0' || !get_may_stay(g))
		return false;
	if (!f->there && !download_exists(g->dir_fd, f->name))
		return false;
	f->there = true;
	if (g->summed != NULL)
		return true;
	r = begin(g, f);
	if (r == 0)
		r = step(g, sum);
	if (r > 0)
		return true;
	get_check_stop(g);
	judge(g, f, r, sum);
	return f->state != GET_WAITING;
}

/* --- the loop --- */

static void
on_turn(void *arg)
{
	struct get *g = arg;
	struct get_file *f = g->summed;
	char sum[FILESUM_BYTES] = "";
	int r;

	if (g->stopping)
		return; /* get_check_stop() comes */
	r = step(g, sum);
	if (r > 0)
		return;
	get_check_stop(g);
	if (f->task != NULL)
		get_summed(f->task, r, sum);
	else
		judge(g, f, r, sum);
	next_part(g);
	get_pump(g);
}
