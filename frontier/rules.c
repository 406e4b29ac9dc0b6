/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of what robots.txt files say is in memory. Large rules and small ones have a part of the queue's bytes each. Where there
 * is no room for more, some hosts are looked at in turn, and those that can do without forget theirs, which are asked for anew before
 * the next page; where none does, who comes with more waits.
 *
 *	large   few, and costly to fetch again: hosts forget them that have nothing queued, or wait for a level or for the end
 *	small   any number of hosts has them, with something queued all the time: hosts forget them that have nothing under way,
 *	        whose turn it is not, and who have used them: if they could lose them before that, all would only ever read rules.
 */
#include "config.h"

#include <stdlib.h>

#include "frontier/inside.h"

static uint64_t
rules_bytes(const struct robots *robots)
{
	return robots != NULL ? robots_bytes(robots) : 0;
}

static uint64_t
large_bytes(const struct robots *robots)
{
	uint64_t bytes = rules_bytes(robots);

	return bytes > FRONTIER_ROBOTS_SMALL ? bytes : 0;
}

static uint64_t
small_bytes(const struct robots *robots)
{
	return rules_bytes(robots) - large_bytes(robots);
}

void
rules_set(struct frontier *f, struct hostq *h, struct robots *robots)
{
	atomic_fetch_add_explicit(&f->shared->bytes, rules_bytes(robots) - rules_bytes(h->robots), memory_order_relaxed);
	f->ruled_bytes += large_bytes(robots) - large_bytes(h->robots);
	f->small_rules_bytes += small_bytes(robots) - small_bytes(h->robots);
	h->rules_used = false;
	robots_free(h->robots);
	h->robots = robots;
	if (large_bytes(robots) == 0 || h->is_ruled)
		return;
	if (f->n_ruled == f->ruled_cap) {
		size_t cap = f->ruled_cap > 0 ? 2 * f->ruled_cap : 64;
		struct hostq **ruled = realloc(f->ruled, cap * sizeof(ruled[0]));

		if (ruled == NULL)
			return; /* it keeps them */
		f->ruled = ruled;
		f->ruled_cap = cap;
	}
	f->ruled[f->n_ruled++] = h;
	h->is_ruled = true;
}

static void
rules_forget(struct frontier *f, struct hostq *h)
{
	rules_set(f, h, NULL);
	h->robots_state = ROBOTS_NONE;
	h->robots_forgotten = true;
	gate_update(f, h);
}

/* Would it do without its rules for now? */
static bool
host_rests(const struct hostq *h)
{
	return (h->n_queued == 0 || h->parked || h->state == HOST_LEVEL) && h->n_chain == 0 && h->robots_state == ROBOTS_KNOWN && h->probe != PROBE_ASKED;
}

/* Has it nothing under way, and its rules not in vain? */
static bool
host_is_idle(const struct hostq *h)
{
	bool is_used = h->rules_used || h->n_queued == 0 || h->parked;

	return is_used && h->state != HOST_READY && h->n_chain == 0 && h->polite.in_flight == 0 && !h->committing &&
		h->robots_state == ROBOTS_KNOWN && h->probe != PROBE_ASKED;
}

static bool
make_room_large(struct frontier *f, const struct hostq *h, uint64_t more)
{
	uint64_t share = f->config->queue_max_bytes / FRONTIER_ROBOTS_PART / f->config->n_loops, own = large_bytes(h->robots);
	unsigned looks;

	for (looks = 0; f->ruled_bytes - own + more > share && looks < FRONTIER_ROBOTS_LOOKS && f->n_ruled > 0; looks++) {
		size_t at = f->ruled_hand % f->n_ruled;
		struct hostq *other = f->ruled[at];

		if (other != h && large_bytes(other->robots) > 0 && host_rests(other))
			rules_forget(f, other);
		if (large_bytes(other->robots) > 0) {
			f->ruled_hand = at + 1;
			continue;
		}
		other->is_ruled = false;
		f->ruled[at] = f->ruled[--f->n_ruled];
	}
	/* Whoever has more than there is for all has it alone. */
	return f->ruled_bytes == own || f->ruled_bytes - own + more <= share;
}

static bool
make_room_small(struct frontier *f, const struct hostq *h, uint64_t more)
{
	uint64_t share = f->config->queue_max_bytes / FRONTIER_ROBOTS_SMALL_PART / f->config->n_loops, own = small_bytes(h->robots);
	unsigned looks;

	for (looks = 0; f->small_rules_bytes - own + more > share && looks < FRONTIER_ROBOTS_LOOKS; looks++) {
		struct hostq *other = origins_at(&f->origins, f->rules_hand++ % f->origins.n);

		if (other != h && small_bytes(other->robots) > 0 && host_is_idle(other))
			rules_forget(f, other);
	}
	return f->small_rules_bytes == own || f->small_rules_bytes - own + more <= share;
}

bool
rules_make_room(struct frontier *f, const struct hostq *h, const struct robots *robots)
{
	if (robots == NULL)
		return true;
	return large_bytes(robots) > 0 ? make_room_large(f, h, large_bytes(robots)) : make_room_small(f, h, small_bytes(robots));
}
