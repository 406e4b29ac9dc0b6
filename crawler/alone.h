/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alone.h: memory for one page alone. Large bodies that come together may be refused room; they are tried again, and could meet again each
 * time. So one that is tried for the last time has its loop's memory for itself:
 *
 *	nobody --a last try is taken--> reserved --what was under way is over--> it is taken again, alone --it is over--> nobody, at rest
 *	                                   |                                         |                                       ^
 *	                                   +------------- after ALONE_US ------------+---------------------------------------+
 *
 *	L1  While it is reserved or alone, nothing is taken. Others wait for ALONE_US at most for what is under way, and as long for it.
 *	L2  Then nobody is alone for three times as long as others have waited: whoever sends pages that take long has a quarter of the loop's time
 *	    at most. Who should be alone meanwhile waits until then. Where what was under way took too long, the one that waited is asked for beside
 *	    the others, so that each comes to its end. Time in which nothing could be taken anyway, as in a pause, makes no longer rest.
 *	L3  A reservation is for whoever is taken next, and that is the one it was made for (frontier_put_off()), unless its host may not be asked
 *	    any more, or it was dropped: then it is over.
 *
 * Only the law: pure, without a clock. Owner: the loop's thread. All times monotonic.
 */
#ifndef CRAWLER_ALONE_H
#define CRAWLER_ALONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define ALONE_US   (5 * CLOCK_US_PER_SEC)
#define ALONE_REST 3

/* Zeroed: nobody. */
struct alone {
	bool is_alone;    /* one is in flight, and nothing is taken beside it */
	bool one_beside;  /* the next last try has waited in vain: it is taken beside the others */
	int64_t until_us; /* how long one is alone, or what is under way is waited for; 0 = neither */
	int64_t began_us; /* when nothing more was taken */
	int64_t rest_us;  /* nobody is alone before */
};

/* Before a job is taken. Is none to be? Then *ret_due_us: when that is so no longer, if nothing happens. is_idle: nothing is under way. */
bool alone_is_reserved(struct alone *a, bool is_idle, int64_t now_us, int64_t *ret_due_us);
/* None could be taken. */
void alone_nothing_taken(struct alone *a);
enum alone_verdict { ALONE_BESIDE, ALONE_BY_ITSELF, ALONE_PUT_OFF };
/* One was taken, while nothing was reserved but for it; is_last: its last try. PUT_OFF: until *ret_due_us, or, where that is now_us, until it is idle. */
enum alone_verdict alone_judge(struct alone *a, bool is_last, bool is_idle, int64_t now_us, int64_t *ret_due_us);
/* One that is BY_ITSELF has started; and is over, in time or not. */
void alone_started(struct alone *a, int64_t now_us);
void alone_over(struct alone *a, int64_t now_us);

#endif
