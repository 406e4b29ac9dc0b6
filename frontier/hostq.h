/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hostq.h: one origin (scheme, host, port): what is queued for it, what is under way, its politeness, address and robots.txt.
 * Only a struct: what the frontier does with it is in gate.c (may a job be taken?), order.c (may one be committed?) and
 * frontier.c. Here are its buckets: all URLs of one depth, in the order in which they are taken.
 *
 * In a bucket a URL is one of:
 *
 *	untaken   was taken and given back: first in line, as a whole job
 *	queue     a packed record
 *	tail      the same, not in memory (tail.h)
 *	retries   a packed record that waits for its time; behind the queue
 *	chain     taken, not committed: jobs in the order of their takes
 *	n_unended committed, frontier_end() has not come yet
 *
 * Invariants:
 *	H1  buckets are sorted by depth, smallest first; none is empty but while the host is committing.
 *	H2  n_queued is the sum of untaken, queue, tail and retries over all buckets.
 *	H3  a host is in at most one host_list (ready, gated, crowded, asking, a server's); due is set when time alone will change its state.
 *
 * Owner: the loop's thread.
 */
#ifndef FRONTIER_HOSTQ_H
#define FRONTIER_HOSTQ_H

#include <stdbool.h>
#include <stdint.h>

#include "frontier/due.h"
#include "frontier/polite.h"
#include "frontier/record.h"
#include "frontier/tail.h"
#include "url/job.h"
#include "url/robots.h"

#define HOSTQ_MAGIC 0x686f7374u

/* A record that is tried again, or for the first time, not before its time. One allocation. */
struct hostq_retry {
	int64_t due_us;
	uint64_t seq; /* first come, first served */
	uint32_t bytes;
	char rec[];
};

struct bucket {
	struct bucket *next;
	uint32_t depth;
	struct job *untaken; /* by job->next */
	struct rec_fifo queue;
	struct tail tail; /* behind it */
	struct hostq_retry **retries; /* a heap by (due_us, seq), [0] first */
	uint32_t n_retries, retries_cap;
	struct job *chain_head, *chain_tail; /* by job->order_next */
	uint32_t n_chain, n_unended;
	int64_t taken_us; /* the last take */
};

/* Why nothing is being taken from a host; READY: something may be. */
enum host_state {
	HOST_IDLE, /* nothing queued */
	HOST_READY,
	HOST_WINDOW,
	HOST_SERVER, /* the address that it shares with others is busy */
	HOST_PAUSE,
	HOST_BACKOFF,
	HOST_ROBOTS, /* its robots.txt was asked for, or a name that is not there (probe.c) */
	HOST_ADDRESS,
	HOST_LEVEL, /* the levels before are not done, everywhere */
	HOST_PARKED, /* it does not answer; once more when there is nothing else to do */
	HOST_ORDER, /* the level before is not done here, or too much waits for its turn */
	HOST_STATES
};

enum host_address { ADDRESS_NONE, ADDRESS_ASKED, ADDRESS_KNOWN };
enum host_robots { ROBOTS_NONE, ROBOTS_ASKED, ROBOTS_KNOWN };
enum host_probe { PROBE_NONE, PROBE_WANTED, PROBE_ASKED, PROBE_DONE };

struct host_list;
struct server;

struct hostq {
	/* What queueing one more URL touches is the first line of the cache. */
	_Alignas(64) uint32_t magic;
	uint32_t origin_len;
	const char *origin; /* "https://example.org"; the table's (origins.h) */
	struct bucket *buckets;
	struct bucket *last_bucket; /* the one last queued to, behind which is looked first: a host may have as many as there are depths; may be NULL */
	uint32_t n_queued;
	uint32_t n_chain; /* over all buckets */
	uint32_t n_held;  /* of these, ready */
	enum host_state state : 8;
	enum outcome dead_reason : 16;
	uint8_t from; /* bits: the nets on which its URLs were found */
	bool dead : 1; /* given up: what is offered is dropped for dead_reason */
	bool committing : 1;
	bool is_resident : 1; /* in the frontier's list of hosts that may have something to spill */
	bool is_held : 1;     /* in the frontier's list of hosts whose ready jobs wait for a level */
	bool parked : 1, had_chance : 1; /* given up for now; it had been parked */
	bool on_trial : 1;               /* it has its last chance, and has not answered */
	bool called : 1;                 /* to ask for its address, and has not yet (gate_ask_next()) */
	bool robots_forgotten : 1;       /* it was answered, and what was read is not here any more (rules.c) */
	bool rules_used : 1;             /* since its robots was read, something was taken from the queue by it */
	bool is_ruled : 1;               /* in the frontier's list of hosts with large rules */
	bool is_crowded : 1;             /* HOST_LEVEL for want of a place (G3) */
	bool robots_answered : 1;        /* once at least: what was read then holds until something newer is */
	uint8_t n_stale;                 /* pages without anything new, until a name that is not there is asked for */
	enum host_robots robots_state : 8;
	enum host_probe probe : 8; /* soft404.h */
	uint16_t walls;            /* OUTCOME_BOT_WALL in a row */
	uint16_t address_tries, robots_tries;
	uint16_t party; /* whose name servers say its address (FRONTIER_PARTIES; FRONTIER_NO_PARTY), once it was to be asked for */

	struct polite polite;
	int64_t not_before_us; /* the next try for the address or robots.txt, or when parked for all */
	struct host_list *list;
	struct hostq *list_prev, *list_next;
	struct due_item due;

	enum host_address address_state : 8;
	enum net net : 8; /* of the address */
	char address[JOB_ADDRESS_BYTES];
	int64_t address_expires_us;
	struct server *server; /* what is behind that address; NULL: nothing that we know, or no limit */

	struct robots *robots; /* NULL: everything is allowed */
	int64_t robots_expires_us; /* asked again then */
	char *probe_path;          /* WANTED: what is to be asked for */
	struct hostq *held_next;
	int64_t hold_due_us; /* when those that hold ready jobs up let them pass; DUE_NEVER */
	uint64_t next_seq;
};

/* A million of them are met in one crawl. */
_Static_assert(sizeof(struct hostq) == 5 * 64, "a host is five lines of the cache");

/* A list of hosts, first in first out; O(1) removal. */
struct host_list {
	struct hostq *head, *tail;
	size_t n;
};

void host_list_push(struct host_list *l, struct hostq *h);
void host_list_push_first(struct host_list *l, struct hostq *h);
/* From whichever list it is in, if any. */
void host_list_remove(struct hostq *h);

/* The bucket of that depth; made if there is none. NULL: no memory. */
struct bucket *hostq_bucket(struct hostq *h, struct pool *p, uint32_t depth);
/* NULL if there is none. */
struct bucket *hostq_find_bucket(const struct hostq *h, uint32_t depth);
/* Gives the bucket of that depth back if nothing is in it. */
void hostq_trim(struct hostq *h, struct pool *p, uint32_t depth);
bool bucket_is_empty(const struct bucket *b);

/* A record that waits until due_us: packed, takes the parent's reference. Counted in both: of all queues, and of these alone. 0 or -ENOMEM. */
MUST_CHECK int bucket_add_retry(struct hostq *h, struct bucket *b, const struct rec *r, int64_t due_us,
	_Atomic uint64_t *bytes, uint64_t *retry_bytes);
/* The first of them; its strings are valid until it is freed. */
struct hostq_retry *bucket_first_retry(const struct bucket *b);
/* Removes the first one; the caller frees it with hostq_retry_free(), having its reference to the parent. */
struct hostq_retry *bucket_pop_retry(struct hostq *h, struct bucket *b);
void hostq_retry_free(struct hostq_retry *r, _Atomic uint64_t *bytes, uint64_t *retry_bytes);

/* The chain of taken jobs. */
void bucket_chain_push(struct hostq *h, struct bucket *b, struct job *j);
void bucket_chain_remove(struct hostq *h, struct bucket *b, struct job *j);

#endif
