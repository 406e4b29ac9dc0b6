/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client.h: one loop's side of the pool: its pages under way, and its connection to each worker. Internal to parse/.
 *
 *	parse_submit -> waiting -> (parse_flush) -> sent on a connection -> reply checked -> done_fn
 *	                   ^                              |
 *	                   `------- the worker died ------'     the page it was reading: done_fn with an outcome
 *
 * Owner of everything here: the loop's thread.
 */
#ifndef PARSE_CLIENT_H
#define PARSE_CLIENT_H

#include "base/buf.h"
#include "parse/inline.h"
#include "parse/page.h"
#include "parse/pool.h"

#define CLIENT_MAGIC         0x50415253u
#define CLIENT_PER_WORKER    64             /* pages under way per worker and loop */
#define CLIENT_FILL_BYTES    (256u * 1024)  /* a worker gets this much before the next one is woken */
#define CLIENT_SCRATCH_BYTES (256u * 1024)  /* one read */
#define CLIENT_HOLD_US       1000           /* how long pages are kept back so that more can go with them */
#define CLIENT_HOLD_PAGES    8
#define CLIENT_HOLD_PAYS     4              /* fewer than this came while pages were held: it did not pay */
#define CLIENT_HOLD_PAUSE    512            /* pages */
#define CLIENT_FIRST_MAX     16             /* deaths blamed on others while a page was first in line */
#define CLIENT_UNBLAMED_MAX  3              /* deaths that nobody is blamed for: then who was there alone is */

/* A page under way. From the client's blocks; on exactly one queue. */
struct pending {
	struct job *job;
	struct pending *next;
	int64_t submit_us;
	uint32_t id; /* on its connection */
	unsigned unblamed_deaths; /* it was there; more than none: it is sent alone */
	unsigned first_deaths; /* it was first in line, another was blamed */
	bool had_another; /* its worker was killed by somebody else: this is its second chance */
};

/* What one more worker makes room for; made when it is needed, and kept. */
struct pending_block {
	struct pending_block *next;
	struct pending pendings[CLIENT_PER_WORKER];
};

struct queue {
	struct pending *head, *tail;
	unsigned n;
};

struct conn {
	struct parse *client;
	struct worker *worker; /* NULL = none in this slot now; else a reference */
	int fd;                /* owned */
	bool hello;            /* serving */
	bool ended;            /* nothing more will be read from it */
	struct queue sent;     /* in the order of their ids, which is that of the replies */
	uint32_t next_id;
	struct buf out;
	size_t out_off; /* of out, already written */
	struct buf in;  /* the beginning of a frame whose rest has not come yet */
	/* Time limits, in ticks: a loop that was itself held up must not blame the worker. */
	uint64_t last_reading;
	unsigned same_ticks;  /* last_reading has not changed */
	unsigned quiet_ticks; /* no reply */
};

struct parse {
	uint32_t magic;
	struct parse_pool *pool;
	struct loop *loop;
	unsigned index;
	parse_done_fn done_fn;
	void *arg;

	struct inline_reader *inline_reader; /* parse.workers = 0: no connections */
	struct conn *conns; /* by slot of the pool */
	unsigned n_conns, n_used; /* all; those before which all with a worker stand */
	unsigned n_wanted; /* of the pool, when we looked last: what parse_room() says holds until parse_flush() */
	struct queue waiting;
	struct pending_block *blocks;
	struct pending *free_pendings;
	unsigned n_pending;
	char *scratch;

	uint32_t generation; /* of the pool, when we looked last */
	bool look; /* a connection was closed: its slot may have a new worker already */
	bool watcher, unsettled;
	bool detaching;
	int64_t flushed_us;
	/* client_hold() */
	int64_t submitted_us, gap_us; /* the last page, and a moving average of the time between two */
	uint64_t waiting_bytes;       /* of pages submitted since the last sending */
	unsigned no_hold;             /* pages until holding is tried again, since it did not pay */
	struct loop_timer hold;
	struct loop_timer tick;
	int64_t tick_us;
	unsigned limit_ticks; /* ticks that make timeout_us */
};

/* conn.c */
MUST_CHECK int conn_open(struct conn *k, struct worker *w, int fd, bool hello);
/* Adds the request to what conn_send() will write. On failure the caller keeps the page. */
MUST_CHECK int conn_put(struct conn *k, struct pending *q);
void conn_send(struct conn *k);
/* The worker is to end; the first page in line (or none) gets the outcome. */
void conn_fail(struct conn *k, enum outcome outcome);
/* W3: if the worker has ended and all was read, its pages are settled and the slot is free for the next one. */
void conn_settle(struct conn *k);
/* W6: the worker is not wanted any more, and owes nothing: it is let go of. */
void conn_retire(struct conn *k);
/* One tick of the time limits. */
void conn_tick(struct conn *k);
/* The client goes: pages that are with the worker come back interrupted, and if there are any, so is it. */
void conn_leave(struct conn *k);

/* client.c */
void queue_push(struct queue *q, struct pending *x);
struct pending *queue_pop(struct queue *q);
/* Links of this page are beyond --level. */
unsigned client_request_flags(const struct parse *c, const struct job *j);
/* The job goes back to its owner: with a page, or with an outcome. */
void client_finish(struct parse *c, struct pending *q, enum outcome outcome, struct page *page);
/* Counts, and makes the page of a checked reply. */
void client_answer(struct parse *c, struct pending *q, const struct wire_reply *r);

#endif
