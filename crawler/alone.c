/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "crawler/alone.h"

static void
rest(struct alone *a, int64_t now_us)
{
	int64_t waited_us = now_us - a->began_us;

	a->is_alone = false;
	a->until_us = 0;
	a->rest_us = now_us + ALONE_REST * (waited_us < 2 * ALONE_US ? waited_us : 2 * ALONE_US);
}

bool
alone_is_reserved(struct alone *a, bool is_idle, int64_t now_us, int64_t *ret_due_us)
{
	if (a->until_us == 0)
		return false;
	if (!a->is_alone && is_idle)
		return false;
	if (a->until_us <= now_us) {
		a->one_beside = !a->is_alone;
		rest(a, now_us);
		return false;
	}
	*ret_due_us = a->until_us;
	return true;
}

void
alone_nothing_taken(struct alone *a)
{
	a->until_us = 0;
}

enum alone_verdict
alone_judge(struct alone *a, bool is_last, bool is_idle, int64_t now_us, int64_t *ret_due_us)
{
	if (!is_last) {
		/* L3 */
		a->until_us = 0;
		return ALONE_BESIDE;
	}
	if (a->one_beside) {
		a->one_beside = false;
		return ALONE_BESIDE;
	}
	if (a->until_us == 0 && now_us < a->rest_us) {
		*ret_due_us = a->rest_us;
		return ALONE_PUT_OFF;
	}
	if (is_idle)
		return ALONE_BY_ITSELF;
	a->began_us = now_us;
	a->until_us = now_us + ALONE_US;
	*ret_due_us = now_us;
	return ALONE_PUT_OFF;
}

void
alone_started(struct alone *a, int64_t now_us)
{
	if (a->until_us == 0)
		a->began_us = now_us;
	a->is_alone = true;
	a->until_us = now_us + ALONE_US;
}

void
alone_over(struct alone *a, int64_t now_us)
{
	/* Else it took too long, and that is settled. */
	if (a->is_alone)
		rest(a, now_us);
}
