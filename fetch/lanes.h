/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lanes.h: whose turn it is to be asked. What waits stands in a queue of its party (a registrable domain: who runs its name
 * servers), the queues take turns, and of one party at most max_out are out at a time. So slow name servers delay their own party's
 * names; those of another party wait for one turn of each party before it, however many names these have. A party of which max_lost
 * in a row came to nothing is given up: thousands of its names would hold the run up for hours. It is closed then for closed_us, in
 * which nothing of it need be asked, and after that a single loss closes it again. The latest LANES_KEPT parties that were given up
 * are remembered.
 *
 * Order of calls: lanes_init(); lanes_add(), lanes_take(), and lanes_done() once for each item that was taken; lanes_release()
 * at any time. Items are embedded in what the caller owns, which stays where it is from lanes_add() to lanes_done() or
 * lanes_drop(). owner: one thread.
 */
#ifndef FETCH_LANES_H
#define FETCH_LANES_H

#include "base/hash.h"
#include "base/str.h"

#define LANES_KEPT 4096

struct lane;

struct lane_item {
	struct lane *lane;
	struct lane_item *prev, *next;
};

struct lanes {
	struct lane *all;   /* those with an item that waits or is out, or given up; in the order in which they came to be one or the other */
	struct lane *turns; /* of them, those with one that may be taken, in their order */
	const struct hash_key *key;
	unsigned max_out, max_lost;
	unsigned n_kept; /* of those given up, without an item */
	int64_t closed_us;
};

/* key: borrowed. closed_us: how long a party is closed. */
void lanes_init(struct lanes *l, const struct hash_key *key, unsigned max_out, unsigned max_lost, int64_t closed_us);
/* Forgets everything; the items are whose they are. */
void lanes_release(struct lanes *l);
/* At the end of its party's queue: 0, or -ENOMEM and nothing has happened. */
MUST_CHECK int lanes_add(struct lanes *l, struct str party, struct lane_item *item);
/* Whose turn it is, which is out from now on; NULL: nobody may. */
struct lane_item *lanes_take(struct lanes *l);
/* Until when it is closed; 0: it is not given up. */
int64_t lanes_closed_until(const struct lanes *l, struct str party);
/* How what was taken ended; before lanes_done(). */
void lanes_tell(struct lanes *l, struct lane_item *item, bool lost, int64_t now_us);
/* One that waits in the lane of what was taken, if that is given up; it no longer does and is not out. NULL: none. */
struct lane_item *lanes_give_up(struct lanes *l, struct lane_item *item);
/* What was taken is out no more. */
void lanes_done(struct lanes *l, struct lane_item *item);
/* Any that waits, which no longer does and is not out; NULL: none. */
struct lane_item *lanes_drop(struct lanes *l);

#endif
