/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is there already, where its sum is known and -c, -N or -nc may let it stay: nobody else's word is taken for it, neither its
 * length nor a 304.
 *
 *	WAITING --there--> looked at, one at a time, a piece in each turn of the loop --right--> DONE, nothing was asked for
 *	                                      |                                       `-wrong, -nc--> FAILED, and left as it is
 *	                                      `--wrong--> WAITING: fetched whole, and replaced only by one that is right
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/get.h"

#define STEP_BYTES (4 * 1024 * 1024) /* some 10 ms: nobody waits for longer than that */

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
		get_say_failed(f, "is there already, and its sum cannot be known: %s", r == -EINVAL ? "it is no regular file" : strerror(-r));
		get_fail(g, EXIT_FILE);
		over(g, f, GET_FAILED);
	} else if (r == 0)
		get_say(f, "is there already, but its sum is wrong: it is replaced once all of another is here");
}

/* What is due in this turn is called in this turn. */
static int
next_turn(struct get *g)
{
	return loop_timer_set(g->loop, &g->look_timer, clock_mono_us() + 1);
}

static void
on_turn(void *arg)
{
	struct get *g = arg;
	struct get_file *f = g->looking;
	char sum[FILESUM_BYTES] = "";
	int r;

	if (g->stopping)
		return; /* get_kept_stop() comes */
	r = filesum_step(g->sum, STEP_BYTES, sum);
	if (r > 0)
		r = next_turn(g) < 0 ? -ENOMEM : 1;
	if (r > 0)
		return;
	get_kept_stop(g);
	judge(g, f, r, sum);
	get_pump(g);
}

bool
get_kept_first(struct get *g, struct get_file *f)
{
	int r;

	if (f->looked || f->sha256[0] == '\0' || !get_may_stay(g))
		return false;
	if (!f->there && !download_exists(g->dir_fd, f->name))
		return false;
	f->there = true;
	if (g->looking != NULL)
		return true;
	loop_timer_init(&g->look_timer, on_turn, g);
	r = filesum_open(g->dir_fd, f->name, &g->sum);
	if (r == 0 && next_turn(g) == 0) {
		g->looking = f;
		return true;
	}
	get_kept_stop(g);
	judge(g, f, r < 0 ? r : -ENOMEM, NULL);
	return f->state != GET_WAITING;
}

void
get_kept_stop(struct get *g)
{
	filesum_free(g->sum);
	g->sum = NULL;
	g->looking = NULL;
}
