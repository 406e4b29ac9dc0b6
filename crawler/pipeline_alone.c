/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory for one page alone. Large bodies that come together may be refused room; they are tried again, and could meet again each time. So
 * one that is tried for the last time has the loop's memory for itself:
 *
 *	nobody --a last try is taken--> reserved --what was under way is over--> it is taken again, alone --it is over--> nobody, at rest
 *	                                   |                                         |                                       ^
 *	                                   +------------- after ALONE_US ------------+---------------------------------------+
 *
 *	L1  While it is reserved or alone, nothing is taken. Others wait for ALONE_US at most for what is under way, and as long for it.
 *	L2  Then nobody is alone for three times as long as others have waited: whoever sends pages that take long has a quarter of the loop's time
 *	    at most. Who should be alone meanwhile waits until then. Where what was under way took too long, the one that waited is asked for beside
 *	    the others (one_beside), so that each comes to its end.
 *	L3  A reservation is for whoever is taken next, and that is the one it was made for (frontier_put_off()), unless its host may not be asked
 *	    any more, or it was dropped: then it is over.
 */
#include "config.h"

#include "base/clock.h"
#include "crawler/pipeline_private.h"

#define ALONE_US   (5 * CLOCK_US_PER_SEC)
#define ALONE_REST 3

static void
alone_end(struct alone *a, int64_t now_us)
{
	a->job = NULL;
	a->until_us = 0;
	a->rest_us = now_us + ALONE_REST * (now_us - a->began_us);
}

bool
alone_is_reserved(struct pipeline *p, int64_t now_us, int64_t *ret_due_us)
{
	struct alone *a = &p->alone;

	if (a->until_us == 0)
		return false;
	if (a->until_us <= now_us) {
		a->one_beside = a->job == NULL;
		alone_end(a, now_us);
		return false;
	}
	if (a->job == NULL && pipeline_under_way(p) == 0)
		return false;
	*ret_due_us = a->until_us;
	return true;
}

bool
alone_admits(struct pipeline *p, struct job *j, int64_t now_us)
{
	struct alone *a = &p->alone;

	if (j->job_kind != JOB_URL || !frontier_is_last_here(&p->run->frontier_config, j)) {
		/* L3 */
		a->until_us = 0;
		return true;
	}
	if (a->one_beside)
		return true;
	if (a->until_us == 0 && now_us < a->rest_us) {
		frontier_put_off(p->frontier, j, a->rest_us, now_us);
		return false;
	}
	if (pipeline_under_way(p) == 0)
		return true;
	a->began_us = now_us;
	a->until_us = now_us + ALONE_US;
	frontier_put_off(p->frontier, j, now_us, now_us);
	return false;
}

void
alone_nothing_taken(struct pipeline *p)
{
	p->alone.until_us = 0;
}

void
alone_started(struct pipeline *p, const struct job *j, int64_t now_us)
{
	struct alone *a = &p->alone;

	if (j->job_kind != JOB_URL || !frontier_is_last_here(&p->run->frontier_config, j))
		return;
	if (a->one_beside) {
		a->one_beside = false;
		return;
	}
	if (a->until_us == 0)
		a->began_us = now_us;
	a->job = j;
	a->until_us = now_us + ALONE_US;
	/* What is kept for the next bodies is memory, too. */
	fetch_drop_free(p->fetch);
}

void
alone_over(struct pipeline *p, const struct job *j, int64_t now_us)
{
	struct alone *a = &p->alone;

	if (j == a->job)
		alone_end(a, now_us);
}
