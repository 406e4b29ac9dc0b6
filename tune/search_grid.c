/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tune/search_private.h"

static bool
grid_is_choice(enum search_axis a)
{
	return a == SEARCH_HTML || a == SEARCH_ENGINE;
}

/* The next point behind *p, which is a number whose digits are the axes. False: that was the last one. */
static bool
grid_next(const struct search *s, struct search_point *p)
{
	for (int a = 0; a < SEARCH_AXES; a++) {
		unsigned next = grid_is_choice((enum search_axis)a) ? p->v[a] + 1 : 2 * p->v[a];

		if (next <= s->config.range[a].max) {
			p->v[a] = next;
			return true;
		}
		p->v[a] = s->config.range[a].min;
	}
	return false;
}

/* Once over all of it. An axis that an engine has no use for brings back points which this pass has measured: t->n says so. */
static int
grid_pass(struct search *s, unsigned nth)
{
	struct search_point p;
	int r = 0;

	for (int a = 0; a < SEARCH_AXES; a++)
		p.v[a] = s->config.range[a].min;
	do {
		struct search_try *t = search_try_of(s, &p);

		if (t == NULL)
			r = SEARCH_OVER;
		else if (t->n == nth)
			r = search_measure(s, t);
		search_forget_new(s, t);
	} while ((r == 0 || r == SEARCH_WORN) && grid_next(s, &p));
	return r == SEARCH_WORN ? 0 : r;
}

int
search_grid(struct search *s)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < SEARCH_PASSES; i++)
		r = grid_pass(s, i);
	search_note_best(s);
	return r;
}
