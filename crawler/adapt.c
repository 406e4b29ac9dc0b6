/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/check.h"
#include "crawler/adapt.h"

void
adapt_connections_init(struct adapt_connections *a, unsigned max)
{
	CHECK(max >= 1);
	*a = (struct adapt_connections){
		.phase = ADAPT_CLIMB,
		.limit = max < ADAPT_FIRST ? max : ADAPT_FIRST,
		.max = max,
		.hold = ADAPT_HOLD_FIRST,
	};
}

static bool
set_limit(struct adapt_connections *a, uint64_t limit)
{
	unsigned was = a->limit;

	limit = limit > a->max ? a->max : limit;
	a->limit = limit > 0 ? (unsigned)limit : 1;
	a->settling = a->limit != was;
	return a->limit != was;
}

static void
hold(struct adapt_connections *a, double rate)
{
	a->phase = ADAPT_HOLD;
	a->hold_rate = rate;
	a->last_limit = a->held = a->moved = 0;
}

/* A step up, to be measured by the next epoch. */
static bool
step_up(struct adapt_connections *a, enum adapt_phase phase, uint64_t limit, double rate)
{
	if (a->limit >= a->max) {
		hold(a, rate);
		return false;
	}
	a->phase = phase;
	a->last_limit = a->limit;
	a->last_rate = rate;
	return set_limit(a, limit);
}

/* Did the step from last_limit bring its share of what is proportional? */
static bool
has_paid(const struct adapt_connections *a, double rate)
{
	double more = (double)(a->limit - a->last_limit) / a->last_limit;

	return rate >= a->last_rate * (1 + more * ADAPT_GAIN / 100);
}

static bool
step_down(struct adapt_connections *a, unsigned limit, double rate)
{
	if (a->limit == 1) {
		hold(a, rate);
		return false;
	}
	a->phase = ADAPT_DESCEND;
	a->last_limit = a->limit;
	a->last_rate = rate;
	return set_limit(a, limit);
}

static bool
climb(struct adapt_connections *a, double rate, bool limited)
{
	unsigned back = a->last_limit;

	if (back == 0 || has_paid(a, rate)) {
		a->has_climbed |= back > 0;
		a->last_limit = 0;
		return limited && step_up(a, ADAPT_CLIMB, 2 * (uint64_t)a->limit, rate);
	}
	/* It held nobody up any more: it was not what the crawl waited for, and room does no harm. */
	if (!limited) {
		hold(a, rate);
		return false;
	}
	if (!a->has_climbed) {
		a->limit = back;
		return step_down(a, back / 2, a->last_rate);
	}
	hold(a, a->last_rate);
	return set_limit(a, back);
}

static bool
descend(struct adapt_connections *a, double rate)
{
	unsigned back = a->last_limit;
	double best = rate > a->last_rate ? rate : a->last_rate;

	if (back == 0 || rate * 100 >= a->last_rate * (100 - ADAPT_LOSS))
		return step_down(a, a->limit / 2, best);
	hold(a, a->last_rate);
	return set_limit(a, back);
}

static bool
probe(struct adapt_connections *a, double rate, bool limited)
{
	unsigned back = a->last_limit;

	if (a->limit < back && rate * 100 >= a->last_rate * (100 - ADAPT_SAME)) {
		hold(a, rate > a->last_rate ? rate : a->last_rate);
		return false;
	}
	if (a->limit > back && has_paid(a, rate)) {
		a->hold = ADAPT_HOLD_FIRST;
		a->has_climbed = true;
		if (limited)
			return step_up(a, ADAPT_CLIMB, 2 * (uint64_t)a->limit, rate);
		hold(a, rate);
		return false;
	}
	a->hold = a->hold * 2 < ADAPT_HOLD_MAX ? a->hold * 2 : ADAPT_HOLD_MAX;
	hold(a, a->last_rate);
	return limited || a->limit < back ? set_limit(a, back) : false;
}

/* True, if throughput is that of another world by now. */
static bool
has_moved(struct adapt_connections *a, double rate)
{
	a->moved = rate * 4 < a->hold_rate * 3 || rate * 5 > a->hold_rate * 6 ? a->moved + 1 : 0;
	return a->moved >= ADAPT_MOVED;
}

static bool
hold_on(struct adapt_connections *a, double rate, bool limited)
{
	if (!limited) {
		a->held = a->moved = 0;
		return false;
	}
	if (has_moved(a, rate)) {
		a->hold = ADAPT_HOLD_FIRST;
		a->has_climbed = false;
		a->last_limit = a->moved = 0;
		a->phase = rate < a->hold_rate ? ADAPT_DESCEND : ADAPT_CLIMB;
		return a->phase == ADAPT_DESCEND ? step_down(a, a->limit / 2, rate) : climb(a, rate, true);
	}
	/* Perhaps it is about to be. */
	if (a->moved > 0 || ++a->held < a->hold)
		return false;
	/* Perhaps less does as well. */
	if (++a->probes % ADAPT_DOWN_EACH == 0 && a->limit > 1) {
		(void)step_down(a, a->limit - (a->limit + 3) / 4, rate);
		a->phase = ADAPT_PROBE;
		return true;
	}
	return step_up(a, ADAPT_PROBE, a->limit + (a->limit + 3) / 4, rate);
}

/*
 * A step up that seems not to have paid, while the limit held the crawl up for a part of the time only: between the levels of a site, of
 * which one has to be over before the next begins, there is less to ask for. The epoch goes on.
 */
static bool
is_unsure(const struct adapt_connections *a, double rate)
{
	return a->last_limit > 0 && a->limit > a->last_limit && !has_paid(a, rate) &&
		a->limited_us * 100 < a->took_us * ADAPT_SURE && a->took_us < ADAPT_EPOCH_MAX_US;
}

bool
adapt_connections_step(struct adapt_connections *a, const struct adapt_sample *s)
{
	bool limited;
	double rate;

	a->took_us += s->took_us;
	a->limited_us += s->limited_us;
	a->completed += s->completed;
	if (a->took_us < (a->settling ? ADAPT_LOOK_US : ADAPT_EPOCH_US) || (a->completed < a->limit && a->took_us < ADAPT_EPOCH_MAX_US))
		return false;
	rate = (double)a->completed * 1e6 / (double)a->took_us;
	limited = a->limited_us * 100 >= a->took_us * ADAPT_LIMITED;
	if (limited && !a->settling && is_unsure(a, rate))
		return false;
	a->took_us = a->limited_us = 0;
	a->completed = 0;
	if (a->settling) {
		a->settling = false;
		return false;
	}
	switch (a->phase) {
	case ADAPT_CLIMB:
		return climb(a, rate, limited);
	case ADAPT_DESCEND:
		return descend(a, rate);
	case ADAPT_PROBE:
		return probe(a, rate, limited);
	case ADAPT_HOLD:
		break;
	}
	return hold_on(a, rate, limited);
}

void
adapt_workers_init(struct adapt_workers *a, unsigned workers, unsigned max)
{
	CHECK(max >= 1);
	*a = (struct adapt_workers){ .workers = workers < max ? workers : max, .max = max };
}

bool
adapt_workers_step(struct adapt_workers *a, const struct adapt_parse_sample *s)
{
	int64_t all_us = s->took_us * a->workers, fewer_us = s->took_us * (a->workers - 1);

	if (s->took_us <= 0 || a->workers == 0)
		return false;
	if (s->busy_us * 100 >= all_us * ADAPT_BUSY && s->pages > 0 && s->wait_us / (int64_t)s->pages > ADAPT_WAIT_US) {
		a->idle_steps = 0;
		if (a->workers >= a->max)
			return false;
		a->workers = a->workers * 2 < a->max ? a->workers * 2 : a->max;
		return true;
	}
	if (a->workers == 1 || s->busy_us * 100 >= fewer_us * ADAPT_SLACK) {
		a->idle_steps = 0;
		return false;
	}
	if (++a->idle_steps < ADAPT_IDLE_STEPS)
		return false;
	a->idle_steps = 0;
	a->workers--;
	return true;
}

static unsigned
at_most(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned
adapt_loops(unsigned cores, unsigned sites, unsigned connections)
{
	unsigned n = at_most(at_most(cores, sites / ADAPT_LOOP_SITES), connections / ADAPT_LOOP_CONNECTIONS);

	return n == 0 ? 1 : at_most(n, ADAPT_LOOPS_MAX);
}

void
adapt_loops_init(struct adapt_loops *a, unsigned loops)
{
	CHECK(loops >= 1);
	*a = (struct adapt_loops){ .loops = loops, .next_rest_us = ADAPT_LOOPS_REST_US, .settling = true };
}

static bool
loops_change(struct adapt_loops *a, unsigned loops)
{
	a->loops = loops;
	a->settling = true;
	return true;
}

/* The epoch behind the change is over: was it worth it? */
static bool
loops_compare(struct adapt_loops *a, double rate)
{
	unsigned before = a->before;

	a->before = 0;
	if (rate * 100 >= a->before_rate * (100 + ADAPT_LOOPS_GAIN)) {
		a->next_rest_us = ADAPT_LOOPS_REST_US;
		return false;
	}
	a->rest_us = a->next_rest_us;
	a->next_rest_us = a->rest_us < ADAPT_LOOPS_REST_MAX_US / 2 ? a->rest_us * 2 : ADAPT_LOOPS_REST_MAX_US;
	return loops_change(a, before);
}

/* Of an epoch. */
static bool
loops_are_short(const struct adapt_loops *a)
{
	int64_t all_us = a->took_us * a->loops;

	return a->busy_us * 100 >= all_us * ADAPT_LOOPS_BUSY && a->waited_us * 100 < all_us * ADAPT_LOOPS_WAITED;
}

static bool
loops_epoch(struct adapt_loops *a, unsigned worth)
{
	double rate = (double)a->completed * 1e6 / (double)a->took_us;

	if (a->settling) {
		a->settling = false;
		return false;
	}
	if (a->before > 0)
		return loops_compare(a, rate);
	a->rest_us = a->rest_us > a->took_us ? a->rest_us - a->took_us : 0;
	if (a->rest_us > 0 || worth <= a->loops || !loops_are_short(a))
		return false;
	a->before = a->loops;
	a->before_rate = rate;
	return loops_change(a, at_most(2 * a->loops, worth));
}

bool
adapt_loops_step(struct adapt_loops *a, const struct adapt_loops_sample *s)
{
	bool changed;

	a->took_us += s->took_us;
	a->completed += s->completed;
	a->busy_us += s->busy_us;
	a->waited_us += s->waited_us;
	if (a->took_us < ADAPT_LOOPS_EPOCH_US)
		return false;
	changed = loops_epoch(a, s->worth);
	a->took_us = a->busy_us = a->waited_us = 0;
	a->completed = 0;
	return changed;
}
