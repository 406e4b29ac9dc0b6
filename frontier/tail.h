/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tail.h: the part of a bucket's queue that is not in memory. Private to frontier/.
 *
 * A bucket's URLs stand in this order, first to be taken first:
 *
 *	queue   in memory
 *	tail    in pieces, in the backend:  old -> ... -> .   read from here
 *	                                    . <- ... <- recent   added here
 *
 *	T1  What is queued goes to the tail if there is one, else to `queue`: so first come is first served, and nobody can tell
 *	    from the order of the takes where a URL has waited.
 *	T2  Where there is a tail, `queue` holds what was read of it last. While `skip` is not 0, that is a copy of records of the
 *	    first old piece, those before `skip`, and can be thrown away. A piece that was read to its end is gone.
 *	T3  A piece of the recent chain names the one before it, for it cannot know what comes; one of the old chain the one behind
 *	    it. When the old ones are used up, the recent ones are read from the last to the first, put together to pieces of a
 *	    useful size and written as old ones: so each record is written and read twice at most, and a bucket needs the two ends
 *	    of its chains in memory, however long its queue is.
 *	T4  After a failure of the backend tails are neither read nor written: what stands there is left for the next run.
 *	T5  Where a pass finds hardly more than a record for each host, there are too many hosts to wait in memory for the next one: what is
 *	    queued behind another URL of its host goes to the tail at once (tails_are_near()), and memory is for those whose turn is next.
 *
 * Tails begin when the frontier's account comes near its ceiling (tails_make_room()): then everything that queues hold goes.
 */
#ifndef FRONTIER_TAIL_H
#define FRONTIER_TAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "frontier/backend.h"
#include "frontier/record.h"

struct bucket;
struct frontier;
struct hostq;

/* Address and length of a piece in one word; 0: none. */
typedef uint64_t tail_ref;

struct tail {
	tail_ref old, recent;
	uint32_t n;    /* records that are not in `queue`; 0: there are no pieces */
	uint16_t skip; /* records of the first old piece that are in `queue`, or were */
	bool has_seeds;
};

/* A bucket's last piece, which is being made. */
struct open_piece {
	struct bucket *bucket;     /* NULL: none */
	struct rec_parent *parent; /* of the last record in it; held */
	uint64_t used;             /* when it was last added to */
	uint16_t n;
	struct buf piece;
};
/* The host that a page stands on has half of its links, with others between them. */
#define TAIL_OPEN 4

/* What a frontier needs to work on them. */
struct tails {
	struct frontier_backend backend;
	bool on, failed;
	bool near;                     /* T5 */
	struct open_piece open[TAIL_OPEN];
	uint64_t uses;
	struct buf read;               /* pieces read back */
	char *merge;                   /* a piece is put together in it, from its end */
	uint64_t stuck_bytes;          /* of what the frontier holds, what the last pass could not move */
	struct hostq **resident;       /* hosts with something in memory */
	uint32_t n_resident, resident_cap;
	uint64_t n_records;            /* in all tails */
};

MUST_CHECK int tails_init(struct frontier *f, const struct frontier_backend *backend);
void tails_release(struct frontier *f);

/* There will be so many hosts, each of which tails_note() may be told of: 0 or -ENOMEM. */
MUST_CHECK int tails_reserve(struct frontier *f, uint32_t n_hosts);

/* Is its last piece being made? NULL: no. */
static inline const struct open_piece *
tails_open_piece(const struct tails *t, const struct bucket *b)
{
	for (unsigned i = 0; i < TAIL_OPEN; i++)
		if (t->open[i].bucket == b)
			return &t->open[i];
	return NULL;
}

/* Appends a record to the tail of that host's bucket; takes the reference to the parent. 0 or negative errno: nothing has changed then. */
MUST_CHECK int tail_push(struct frontier *f, struct str origin, struct bucket *b, const struct rec *r);
/*
 * The first record of bucket's queue, read back if need be; as rec_fifo_peek(). False with tail_is_there(): there is no memory,
 * which frontier.no_memory says too. A failure of the backend the run has been told.
 */
bool tail_peek(struct frontier *f, struct hostq *h, struct bucket *b, struct rec *ret_rec);
/* Forgets what it holds, which somebody else accounts for; its pieces go with the run. */
void tail_discard(struct frontier *f, struct bucket *b);
/* May what is queued to the bucket go to its tail although there is none yet? */
bool tails_are_near(const struct frontier *f, const struct hostq *h, const struct bucket *b);
/* The host has something in memory that a pass of tails_make_room() may move. */
void tails_note(struct frontier *f, struct hostq *h);
/* Moves what queues hold to the tails, if the account is near its ceiling. False: it has reached it all the same. */
bool tails_make_room(struct frontier *f);

#endif
