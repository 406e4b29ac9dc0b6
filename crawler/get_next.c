/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which file comes next. All that are WAITING stand in one of two lists; get_check.c judges some where they stand.
 *
 *	ready   nothing but room at their hosts is missing: in the order given, those that were begun before in front
 *	later   not before due_us: looked through at each tick of the clock, so that they hold up nobody else
 *
 *	N1  No host has more than per_host of ours, redirects to it included: a task that a redirect leads to a host without room is parked.
 *	N2  What is parked holds its room at the host that has sent it there, against others that would begin there, and its descriptor: of
 *	    such there are as many as connections at most. Nothing but what is at the target's host keeps it from going on.
 */
#include "config.h"

#include <utlist.h>

#include "base/clock.h"
#include "crawler/get.h"

#define LOOK_AHEAD 1000 /* files that wait behind one whose host is busy */

void
get_next_init(struct get *g)
{
	for (size_t i = 0; i < g->n; i++)
		DL_APPEND(g->ready, &g->files[i]);
}

void
get_next_put_back(struct get *g, struct get_file *f)
{
	f->state = GET_WAITING;
	if (f->due_us > clock_mono_us())
		DL_APPEND(g->later, f);
	else
		DL_PREPEND(g->ready, f);
}

void
get_next_tick(struct get *g, int64_t now_us)
{
	struct get_file *f, *next, *due = NULL;

	DL_FOREACH_SAFE(g->later, f, next)
		if (f->due_us <= now_us) {
			DL_DELETE(g->later, f);
			DL_APPEND(due, f);
		}
	DL_CONCAT(due, g->ready);
	g->ready = due;
}

/* The URL whose turn it is, into g->url. */
static bool
read_mirror(struct get *g, const struct get_file *f)
{
	struct str line = STR_NONE, rest = str_of(f->urls);

	for (unsigned i = 0; i <= f->mirror; i++)
		if (!str_cut(rest, '\n', &line, &rest))
			return false;
	return url_parse(&g->url, line, NULL) == 0;
}

bool
get_next_has_room(const struct get *g, struct str host, bool begins)
{
	const struct get_task *t;
	unsigned n = 0;

	DL_FOREACH(g->tasks, t)
		n += ((t->file->state != GET_WAITING && t->file->state != GET_SUMMING) || (begins && t->parked)) && str_eq(url_host(&t->url), host);
	return n < g->per_host;
}

static bool
may_start(struct get *g, const struct get_file *f)
{
	const struct get_task *t = f->task;

	if (t != NULL && t->parked)
		return get_next_has_room(g, url_host(&t->led_to), false);
	return (t != NULL || g->n_tasks < 2 * g->connections) && read_mirror(g, f) && get_next_has_room(g, url_host(&g->url), true) &&
		get_pace_may(g, url_host(&g->url));
}

struct get_file *
get_next(struct get *g)
{
	struct get_file *f, *next;
	unsigned looked = 0;

	DL_FOREACH_SAFE(g->ready, f, next) {
		bool starts = f->state == GET_WAITING && !get_check_first(g, f) && may_start(g, f);

		if (starts || f->state != GET_WAITING)
			DL_DELETE(g->ready, f);
		if (starts)
			return f;
		if (++looked >= LOOK_AHEAD + g->connections)
			return NULL;
	}
	return NULL;
}
