/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool.h: what the loops' clients (client.c) share: the workers, who has died, and why. Internal to parse/.
 *
 *	            spawner_spawn()            hello                 socket closed, or pool_kill()
 *	  (slot) ------------------> STARTING -------> serving ----------------------------------> EXITED
 *	    ^                                                                                        |
 *	    `------------------ watcher: the spawner's report; a new worker in the slot -------------'
 *
 * Invariants:
 *
 *	W1  a struct worker is one life of one process. It is freed when the slot and all clients have let go of it.
 *	W2  the reason of a death is settled once, under the lock, when the spawner reports it: by the first
 *	    pool_kill(), else by the wait status and by what the worker had written last. At most one page is blamed
 *	    for a death. The blame can be a lie: a page that was first in line at CLIENT_FIRST_MAX deaths another was
 *	    blamed for ends, too (conn_settle()). Where somebody else has killed the worker, by all that can be told
 *	    (pool_is_from_outside()), the page that is blamed goes to another one, once: so what the OOM killer or a user does costs no
 *	    links, and a page that gets its workers killed costs two of them and its own. So does one that is
 *	    answered with nonsense: an earlier page may have taken the worker over. Those that only waited are not held to
 *	    have been there, but for CLIENT_FIRST_MAX. Nor is somebody blamed always: pages that were there then are sent
 *	    one at a time, and the one that was alone with the last of CLIENT_UNBLAMED_MAX such deaths ends.
 *	W3  a client settles its pages (blames one, hands the others to the next worker) only when it has read the
 *	    dead worker's socket to its end: what was answered before counts.
 *	W4  one client, the watcher, waits for the spawner's socket; when it detaches, the next one takes over. The
 *	    others look there from time to time while they have pages under way, so nothing depends on one loop's health.
 *	W6  slots from n_wanted on have no worker. One that is not wanted any more (retired) leaves its slot at once, for
 *	    the list of those that end: a client that owes it nothing closes its socket, and end-of-file on all of them ends it. If
 *	    it is wanted again meanwhile, the slot gets a new one.
 *	W5  a slot whose workers die POOL_FAILURES_MAX times in a row before they were ready is given up; without
 *	    slots, or without spawner, the pool is broken: pages come back with PARSER_DIED, nothing hangs; and every loop ends the run at its next turn (pipeline_see_stop()).
 *
 * Lock: pool->lock guards what says so; taken only when workers come and go, never per page. Nothing is called under it
 * but the spawner's socket and loop_wake().
 */
#ifndef PARSE_POOL_H
#define PARSE_POOL_H

#include <pthread.h>
#include <stdatomic.h>

#include "parse/parse.h"
#include "parse/spawner.h"
#include "parse/wire.h"

#define POOL_MAGIC        0x504f4f4cu
#define POOL_WORKERS_MAX  512
#define POOL_FAILURES_MAX 5
#define POOL_START_US     (30 * INT64_C(1000000)) /* from exec to hello; a machine may be very busy */
#define POOL_RETIRE_US    (10 * INT64_C(1000000)) /* from the last socket's close to the end of one that retires */
#define POOL_KILL_US      (10 * INT64_C(1000000)) /* from SIGKILL to the spawner's report */
#define POOL_RETRY_US     (200 * INT64_C(1000))   /* before the next worker, after one that did not start; times failures */

/* Whom a death is blamed on. */
struct worker_blame {
	enum outcome outcome;
	bool by_us;    /* pool_kill(): that page or none; else the worker's own word, and if it is nonsense the first in line */
	bool outside;  /* not of its own, nor by us: the page may be innocent */
	unsigned loop; /* n_loops or more: nobody */
	uint32_t id;
};

struct worker {
	_Atomic unsigned refs;
	uint32_t number;
	unsigned slot;
	_Atomic bool retired; /* W6 */
	int64_t started_us;
	const struct wire_brief *brief; /* shared page, read-only here */
	const struct wire_status *status; /* the worker may write there what it likes, at any time */
	_Atomic bool ready; /* a client has read its hello. Ours, so that no page it reads later can take it back */
	_Atomic uint64_t load_bytes; /* of pages under way, all loops */
	_Atomic uint32_t load_pages;
	/* guarded by pool->lock */
	int fds[WIRE_LOOPS_MAX]; /* our ends, while no client has them; -1 = fetched or closed */
	uint64_t said_hello;     /* bit per loop: on that socket, and it was read */
	bool killed, blamed, exited;
	int64_t retired_us;          /* W6 */
	struct worker *next_retired;
	int64_t killed_us;
	struct worker_blame blame; /* settled once exited */
};

struct pool_slot {
	/* guarded by pool->lock */
	struct worker *worker; /* NULL = none yet, or given up */
	unsigned failures;     /* in a row */
	int64_t retry_us;      /* worker == NULL: when to try again */
	bool given_up;
};

struct parse_pool {
	uint32_t magic;
	/* immutable after parse_pool_new() */
	struct buf rules; /* of --extract: as the brief has them; immutable after open */
	uint32_t n_rules;
	struct parse_config config;
	uint64_t region_bytes[WIRE_LOOPS_MAX];
	int region_fds[WIRE_LOOPS_MAX];
	struct parse_spawner *spawner;
	int program;
	unsigned n_slots; /* workers_max */
	_Atomic unsigned n_wanted; /* written under lock */

	pthread_mutex_t lock;
	struct pool_slot *slots;
	struct worker *retired; /* guarded by lock */
	/* guarded by lock */
	struct loop *loops[WIRE_LOOPS_MAX]; /* of attached clients */
	unsigned n_attached;
	int watcher; /* loop index, -1 = none */
	const char *say_broken, *say_trouble; /* to be logged once the lock is free */

	_Atomic uint32_t generation; /* rises whenever workers come or go: clients look then */
	_Atomic bool broken;
	_Atomic unsigned n_alive;
	struct {
		/* atomic, relaxed: statistics only */
		_Atomic uint64_t pages, bytes, deaths, timeouts, replies_refused;
		_Atomic unsigned pending;
		_Atomic int64_t busy_us, wait_us;
	} stats;
};

/*
 * The worker is to be ended, for this reason; the first reason stays. NULL: it has closed its socket, so it has ended or will
 * now; the reason is W2's. Any thread, lock not held.
 */
void pool_kill(struct parse_pool *p, struct worker *w, const struct worker_blame *blame);
/* W4: reads the spawner's reports. */
void pool_watch(struct parse_pool *p);
/* Now and then: time limits of starting and ending, and new workers for empty slots. */
void pool_tick(struct parse_pool *p, int64_t now_us);
/* True while pool_tick() has something to wait for. */
bool pool_unsettled(struct parse_pool *p);

/* For pool_start.c too: a new process for this slot. */
MUST_CHECK int pool_worker_new(struct parse_pool *p, unsigned slot, struct worker **ret_worker);
/* It has ended: the list lets go of it. */
void pool_forget_retired_locked(struct parse_pool *p, struct worker *w);
/* The lock is held, or no client is attached. */
struct worker *pool_find_locked(struct parse_pool *p, uint32_t number);

/* The worker in this slot if it lives and this loop has not fetched it yet: a reference, and our end of its socket. */
struct worker *pool_ref_slot(struct parse_pool *p, unsigned slot, unsigned loop, int *ret_fd, bool *ret_hello);
/* The client goes, owes nothing to this worker and has read all it said: the next client of this loop can have the socket. */
void pool_give_back(struct parse_pool *p, struct worker *w, unsigned loop, int fd, bool hello);
/* Has it ended, and why? */
bool pool_exited(struct parse_pool *p, const struct worker *w, struct worker_blame *ret_blame);
void pool_unref(struct worker *w);

MUST_CHECK int pool_attach(struct parse_pool *p, unsigned loop_index, struct loop *loop);
/* If the caller is the watcher, the next to look takes over. */
void pool_detach(struct parse_pool *p, unsigned loop_index);
/* True if the caller is the watcher from now on. */
bool pool_claim_watch(struct parse_pool *p, unsigned loop_index);

#endif
