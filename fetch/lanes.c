/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "fetch/lanes.h"

/* In l->turns if and only if something waits in it and fewer than max_out are out; gone, or kept, when nothing waits and none is out. */
struct lane {
	struct lane_item *items;
	unsigned n_out, n_lost; /* n_lost: in a row */
	int64_t closed_until_us;
	bool in_turns, is_kept;
	struct lane *prev, *next;
	UT_hash_handle hh;
	size_t len;
	char text[];
};

void
lanes_init(struct lanes *l, const struct hash_key *key, unsigned max_out, unsigned max_lost, int64_t closed_us)
{
	CHECK(max_out > 0 && max_lost > 0);
	*l = (struct lanes){ .key = key, .max_out = max_out, .max_lost = max_lost, .closed_us = closed_us };
}

void
lanes_release(struct lanes *l)
{
	struct lane *lane, *tmp;

	HASH_ITER(hh, l->all, lane, tmp) {
		HASH_DEL(l->all, lane);
		free(lane);
	}
	l->turns = NULL;
	l->n_kept = 0;
}

static struct lane *
lane_find(const struct lanes *l, struct str party, unsigned *ret_hash)
{
	struct lane *lane;

	*ret_hash = (unsigned)hash_fingerprint(l->key, party.p, party.len);
	HASH_FIND_BYHASHVALUE(hh, l->all, party.p, party.len, *ret_hash, lane);
	return lane;
}

static struct lane *
lane_of(struct lanes *l, struct str party)
{
	unsigned hash;
	struct lane *lane = lane_find(l, party, &hash);

	if (lane != NULL)
		return lane;
	lane = calloc(1, sizeof(*lane) + party.len + 1);
	if (lane == NULL)
		return NULL;
	lane->len = party.len;
	memcpy(lane->text, party.p, party.len);
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, l->all, lane->text, lane->len, hash, lane);
	if (lane->hh.tbl == NULL) {
		free(lane);
		return NULL;
	}
	return lane;
}

static void
lane_free(struct lanes *l, struct lane *lane)
{
	l->n_kept -= lane->is_kept;
	HASH_DEL(l->all, lane);
	free(lane);
}

/* Nothing is in it: that it is given up stays known. The table is in order of insertion: the first one found is the oldest, or nearly. */
static void
lane_rest(struct lanes *l, struct lane *lane)
{
	struct lane *old, *tmp;

	if (lane->n_lost < l->max_lost) {
		lane_free(l, lane);
		return;
	}
	lane->is_kept = true;
	l->n_kept++;
	if (l->n_kept <= LANES_KEPT)
		return;
	HASH_ITER(hh, l->all, old, tmp)
		if (old->is_kept) {
			lane_free(l, old);
			return;
		}
}

/* After anything that may have changed whether it has a turn; the lane may be gone then. */
static void
lane_settle(struct lanes *l, struct lane *lane)
{
	bool may = lane->items != NULL && lane->n_out < l->max_out;

	if (may && !lane->in_turns)
		DL_APPEND(l->turns, lane);
	else if (!may && lane->in_turns)
		DL_DELETE(l->turns, lane);
	lane->in_turns = may;
	if (lane->items == NULL && lane->n_out == 0)
		lane_rest(l, lane);
}

int
lanes_add(struct lanes *l, struct str party, struct lane_item *item)
{
	struct lane *lane = lane_of(l, party);

	if (lane == NULL)
		return -ENOMEM;
	l->n_kept -= lane->is_kept;
	lane->is_kept = false;
	item->lane = lane;
	DL_APPEND(lane->items, item);
	lane_settle(l, lane);
	return 0;
}

struct lane_item *
lanes_take(struct lanes *l)
{
	struct lane *lane = l->turns;
	struct lane_item *item;

	if (lane == NULL)
		return NULL;
	item = lane->items;
	DL_DELETE(lane->items, item);
	lane->n_out++;
	/* To the end, if it has another turn. */
	DL_DELETE(l->turns, lane);
	lane->in_turns = false;
	lane_settle(l, lane);
	return item;
}

int64_t
lanes_closed_until(const struct lanes *l, struct str party)
{
	unsigned hash;
	const struct lane *lane = lane_find(l, party, &hash);

	return lane != NULL && lane->n_lost == l->max_lost ? lane->closed_until_us : 0;
}

void
lanes_tell(struct lanes *l, struct lane_item *item, bool lost, int64_t now_us)
{
	struct lane *lane = item->lane;

	CHECK(lane != NULL && lane->n_out > 0);
	lane->n_lost = !lost ? 0 : lane->n_lost < l->max_lost ? lane->n_lost + 1 : l->max_lost;
	if (lane->n_lost == l->max_lost)
		lane->closed_until_us = now_us + l->closed_us;
}

/* The first that waits in the lane, out of it. */
static struct lane_item *
lane_drop(struct lanes *l, struct lane *lane)
{
	struct lane_item *item = lane->items;

	if (item != NULL) {
		DL_DELETE(lane->items, item);
		item->lane = NULL;
		lane_settle(l, lane);
	}
	return item;
}

struct lane_item *
lanes_give_up(struct lanes *l, struct lane_item *item)
{
	CHECK(item->lane != NULL && item->lane->n_out > 0);
	return item->lane->n_lost == l->max_lost ? lane_drop(l, item->lane) : NULL;
}

void
lanes_done(struct lanes *l, struct lane_item *item)
{
	struct lane *lane = item->lane;

	CHECK(lane != NULL && lane->n_out > 0);
	item->lane = NULL;
	lane->n_out--;
	lane_settle(l, lane);
}

struct lane_item *
lanes_drop(struct lanes *l)
{
	struct lane *lane, *tmp;

	HASH_ITER(hh, l->all, lane, tmp)
		if (lane->items != NULL)
			return lane_drop(l, lane);
	return NULL;
}
