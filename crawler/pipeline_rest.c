/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the runs before have left goes into the loop's frontier: before the run, and, where it is a lot, in pieces while it goes on
 * (store_rest_to()). A piece has URLs of all loops: it goes from one to the next, and from the last one back to the store. Each loop
 * holds the run until it has seen the last piece, or is to stop: a frontier is not finished that does not know of all there is.
 */
#include "config.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/pipeline_private.h"

/* Entries are read twice: their URLs are looked ahead to, some dozens at a time (journey_links.c). */
struct rest_reader {
	struct found_reader ahead, here;
	bool valid[FRONTIER_AHEAD], wanted[FRONTIER_AHEAD];
};

/* The URLs of the next entries; how many these are. */
static size_t
look_ahead(struct pipeline *p, struct rest_reader *rd)
{
	struct frontier_ahead seen[FRONTIER_AHEAD];
	size_t n = 0, n_wanted = 0;
	struct found f;

	for (; n < FRONTIER_AHEAD && found_next(&rd->ahead, &f) == 1; n++) {
		struct url *u = &p->rest_ahead.urls[n];

		rd->valid[n] = url_parse(u, f.url, NULL) == 0 && url_is_http(u);
		rd->wanted[n] = rd->valid[n] && frontier_loop_of(&p->run->frontier_config, u) == p->index;
		if (rd->wanted[n])
			seen[n_wanted++] = (struct frontier_ahead){ .url = u, .depth = f.depth };
	}
	frontier_look_ahead(p->frontier, seen, n_wanted);
	return n;
}

int
pipeline_restore(struct pipeline *p, struct str entries, uint64_t *n)
{
	struct rest_reader rd = { 0 };
	int64_t now_us = loop_now_us(p->loop);
	size_t n_ahead, i;
	struct found f;
	int r = 1;

	found_reader_init(&rd.ahead, entries);
	found_reader_init(&rd.here, entries);
	while (r == 1) {
		n_ahead = look_ahead(p, &rd);
		/* Also behind the last one: for how it ended. */
		for (i = 0; (r = found_next(&rd.here, &f)) == 1; i++) {
			/* As it was let in: not through the policies of this run, which may be others. */
			if (i == n_ahead)
				r = -ENOMEM; /* it could not be read ahead */
			else if (!rd.valid[i])
				r = -EBADMSG;
			else if (rd.wanted[i] && frontier_restore(p->frontier, &p->rest_ahead.urls[i], &f, now_us) == FRONTIER_FULL)
				r = -EMSGSIZE;
			if (r < 0)
				break;
			*n += rd.wanted[i];
			if (i + 1 == n_ahead)
				break;
		}
	}
	found_reader_release(&rd.ahead);
	found_reader_release(&rd.here);
	return r;
}

void
pipeline_await_rest(struct pipeline *p, uint32_t depth)
{
	CHECK(!p->started);
	frontier_hold_rest(p->run->frontier, depth);
	atomic_fetch_add(&p->run->n_reading, 1);
	p->rest_open = true;
	p->rest_depth = depth;
}

struct chan *
pipeline_rest(struct pipeline *p)
{
	return p->rest;
}

void
pipeline_end_rest(struct pipeline *p, bool all_read)
{
	if (!p->rest_open)
		return;
	p->rest_open = false;
	atomic_fetch_sub(&p->run->n_reading, 1);
	if (frontier_unhold_rest(p->run->frontier, p->rest_depth, all_read))
		run_finish(p->run);
}

bool
pipeline_read_rest(struct pipeline *p)
{
	struct store_rest *rest;
	uint64_t n = 0;
	void *item;
	int r;

	if (chan_try_recv(p->rest, &item, 1) == 0)
		return false;
	rest = item;
	r = p->rest_open ? pipeline_restore(p, rest->entries, &n) : -ECANCELED;
	if (r == 0) {
		p->rest_read = rest;
		return true;
	}
	/* It stays in the database. */
	if (r == -EMSGSIZE)
		run_stop(p->run, OUTCOME_FRONTIER_FULL);
	if (r == -EBADMSG) {
		log_error("lycosa.db could not be read: what is left to do is damaged");
		run_write_failed(p->run, r);
	}
	store_rest_free(rest);
	return true;
}

void
pipeline_pass_rest(struct pipeline *p)
{
	struct store_rest *rest = TAKE(p->rest_read);
	void *item = rest;
	bool last;

	if (rest == NULL)
		return;
	last = rest->last;
	/* There are never more of them than a channel has room for. */
	if (p->index + 1 < p->run->n_loops)
		CHECK(chan_try_send(p->run->loops[p->index + 1]->rest, &item, 1) == 1);
	else if (last)
		store_rest_free(rest);
	else
		store_rest_done(p->run->store, rest);
	if (last)
		pipeline_end_rest(p, true);
}

void
pipeline_free_rest(struct pipeline *p)
{
	void *item;

	store_rest_free(p->rest_read);
	while (p->rest != NULL && chan_try_recv(p->rest, &item, 1) == 1)
		store_rest_free(item);
	chan_free(p->rest);
}
