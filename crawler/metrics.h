/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metrics.h: what a run counts and where its time goes.
 *
 * One struct metrics per loop, written by that loop only (relaxed atomics: a reader may see one counter a moment ahead
 * of another); metrics_add() sums them up for the status line and the summary, in any thread.
 *
 * Where the time goes: at each turn the loop says what kept it from taking the next URL (metrics_blame()); the wall time
 * until the next turn goes to that account. The largest account is the bottleneck.
 */
#ifndef CRAWLER_METRICS_H
#define CRAWLER_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#include "url/job.h"

#define METRICS_STATUS_COUNT 600

/* What keeps a loop from taking the next URL. */
enum blame {
	BLAME_ANSWERS,     /* waiting for answers; there is nothing else to ask for before they come */
	BLAME_CONNECTIONS, /* all connections are busy */
	BLAME_CPU,         /* the loop's own thread has no time left */
	BLAME_PROCESSORS,  /* it has work, and no processor: others have them */
	BLAME_POLITENESS,  /* every host with something queued is in its pause, or its window is full */
	BLAME_BACKOFF,     /* what is queued is to be tried again, or its host has failed or asked for time */
	BLAME_PARSERS,
	BLAME_WRITER,
	BLAME_ROOM,        /* the disk has less room than --min-free */
	BLAME_PAUSED,      /* by the user, or for another number of loops */
	BLAME_COUNT
};

struct metrics {
#define STAT(name, unit, text) _Atomic uint64_t name;
#include "crawler/stat.def"
#undef STAT
	_Atomic uint64_t by_outcome[OUTCOME_COUNT];
	_Atomic uint64_t by_status[METRICS_STATUS_COUNT]; /* of records */
	_Atomic uint64_t skipped_by[OUTCOME_COUNT];
	_Atomic int64_t blame_us[BLAME_COUNT];
	_Atomic int64_t crowded_us; /* all connections were busy, whether the loop slept or worked */
	_Atomic uint64_t in_flight; /* gauge */
	_Atomic uint64_t body_resident_bytes; /* gauge */
	/* owner: the loop */
	int64_t blame_since_us;
	int64_t blame_idle_us;
	enum blame blame_now;
	/* Since metrics_processor() was last called: time not slept, and what of it is the loop's own. */
	int64_t awake_us, busy_us;
	int64_t cpu_us; /* as it was told then */
};

/* Owner only: so a load and a store do instead of a locked add. */
static inline void
metrics_bump(_Atomic uint64_t *counter, uint64_t by)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + by,
		memory_order_relaxed);
}

static inline uint64_t
metrics_get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/*
 * How much processor time the loop's thread has used so far: what it was awake for and did not use, it waited for a processor. Only
 * now the time that it worked goes to an account. Worth its system call when metrics_wants_processor(), and at the end. Owner.
 */
#define METRICS_AWAKE_US 50000
static inline bool
metrics_wants_processor(const struct metrics *m)
{
	return m->awake_us >= METRICS_AWAKE_US;
}
void metrics_processor(struct metrics *m, int64_t cpu_us);

/* A finished job goes into the counters. Owner. */
void metrics_record(struct metrics *m, const struct job *j);
/* What walls have blocked: it is not over, but the user is to know of it. */
void metrics_block(struct metrics *m, const struct job *j);
void metrics_skip(struct metrics *m, enum outcome reason);
/* The time since the last call goes to the account named then; idle_us: loop_idle_us(). From now on, `what` is to blame. */
void metrics_blame(struct metrics *m, enum blame what, int64_t now_us, int64_t idle_us);

/* Plain sums. */
struct metrics_sum {
#define STAT(name, unit, text) uint64_t name;
#include "crawler/stat.def"
#undef STAT
	uint64_t by_outcome[OUTCOME_COUNT];
	uint64_t by_status[METRICS_STATUS_COUNT];
	uint64_t skipped_by[OUTCOME_COUNT];
	int64_t blame_us[BLAME_COUNT];
	int64_t crowded_us;
	uint64_t in_flight, body_resident_bytes;
};
void metrics_add(struct metrics_sum *sum, const struct metrics *m);

/*
 * The exit code that the records call for, as wget: 4 network, 5 TLS, 6 authentication, 7 protocol, 8 the server
 * answered with an error; the lowest number wins; 14 when walls against robots kept us out; 0 when there was none.
 */
int metrics_exit_code(const struct metrics_sum *sum);
/*
 * For a run without such a failure: not 0 if something was asked for and nothing came of it, because robots.txt forbids it
 * (as an error status), a redirect leads to a private address, or a ceiling of ours ended it.
 */
int metrics_nothing_code(const struct metrics_sum *sum);

#endif
