/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "fetch/lanes.h"

/* In l->turns if and only if something waits in it and fewer than max_out are out; gone when nothing waits and none is out. */
struct lane {
	struct lane_item *items;
	unsigned n_out, n_lost; /* n_lost: in a row */
	bool in_turns;
	struct lane *prev, *next;
	UT_hash_handle hh;
	size_t len;
	char text[];
};

void
lanes_init(struct lanes *l, const struct hash_key *key, unsigned max_out, unsigned max_lost)
{
	CHECK(max_out > 0 && max_lost > 0);
	*l = (struct lanes){ .key = key, .max_out = max_out, .max_lost = max_lost };
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
}

static struct lane *
lane_of(struct lanes *l, struct str party)
{
	unsigned hash = (unsigned)hash_fingerprint(l->key, party.p, party.len);
	struct lane *lane;

	HASH_FIND_BYHASHVALUE(hh, l->all, party.p, party.len, hash, lane);
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
	if (lane->items == NULL && lane->n_out == 0) {
		HASH_DEL(l->all, lane);
		free(lane);
	}
}

int
lanes_add(struct lanes *l, struct str party, struct lane_item *item)
{
	struct lane *lane = lane_of(l, party);

	if (lane == NULL)
		return -ENOMEM;
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

void
lanes_tell(struct lanes *l, struct lane_item *item, bool lost)
{
	CHECK(item->lane != NULL && item->lane->n_out > 0);
	item->lane->n_lost = !lost ? 0 : item->lane->n_lost < l->max_lost ? item->lane->n_lost + 1 : l->max_lost;
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
