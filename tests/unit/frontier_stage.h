/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frontier_stage.h: a stage for plays about one frontier: URLs offered one by one, all that may be taken taken, and answers given by the
 * test, on a clock of its own that starts at a second and that only it moves. For whole crawls there is frontier_sim.h.
 *
 * Order of calls: stage_init(); changes of stage.config; stage_start(); the play; stage_stop().
 */
#ifndef TESTS_FRONTIER_STAGE_H
#define TESTS_FRONTIER_STAGE_H

#include "base/check.h"
#include "frontier/inside.h"
#include "frontier/visited.h"

#define STAGE_FLIGHT 256

/* There is one at a time. */
struct stage {
	struct frontier_config config; /* the frontier has a pointer to it */
	struct frontier_shared *shared;
	struct frontier *f; /* the first loop's, whatever their number */
	struct scope *scope;
	int64_t now_us;
	struct hostq *asks[4096]; /* for their addresses */
	unsigned n_asks;
	struct job *flight[STAGE_FLIGHT];
	unsigned n_flight;
	uint64_t n_commits, n_committed_ok;
	uint64_t n_refused;  /* by rules of robots.txt, or because the host is dead: all else fails the test */
	const char *address; /* of all hosts; NULL: each has its own */
};

extern struct stage stage;

/* One loop, no level, no wait, no limit but 6 requests of a host that opens by itself, a GiB of queues. */
void stage_init(void);
void stage_start(void);
/* What is in flight is put back, and freed with all else. */
void stage_stop(void);

/* It is queued. */
void stage_offer(uint32_t depth, const char *format, ...) PRINTF(2, 3);
/* /0 ... /n - 1, by turns of http://<host>.test and http://<other>.test, at depth 1. */
void stage_offer_two(const char *host, const char *other, unsigned n);

void stage_answer_names(void);
/* Until none is given. Returns when it may be worth to ask again. */
int64_t stage_take_all(void);
/* It is out of flight[i], where the last one is now. */
struct job *stage_land(unsigned i);
/* A millisecond later it lands, with 200, and is read: so many bytes are held until it is committed. */
void stage_answer(unsigned i, uint64_t held_bytes);
/* The job is over, as it says itself: it is tried again, which is returned, or ready. */
bool stage_end(struct job *j);
/*
 * Where each has its time: the time goes on to what ends next by due_us, of each in flight, and that is returned, and its due_us is the last one's
 * from now on; or to next_us, where more may begin before: STAGE_FLIGHT.
 */
unsigned stage_next_end(int64_t due_us[STAGE_FLIGHT], int64_t next_us);

#endif
