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
		.noise = ADAPT_NOISE_FIRST,
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
hold(struct adapt_connections *a, struct adapt_rate rate)
{
	a->phase = ADAPT_HOLD;
	a->held = rate;
	a->last_limit = a->epochs_held = a->moved = 0;
}

/* To be measured by the next epoch, against this rate. */
static bool
step(struct adapt_connections *a, enum adapt_phase phase, uint64_t limit, struct adapt_rate rate)
{
	a->phase = phase;
	a->last_limit = a->limit;
	a->last = rate;
	return set_limit(a, limit);
}

static bool
step_up(struct adapt_connections *a, enum adapt_phase phase, uint64_t limit, struct adapt_rate rate)
{
	if (a->limit >= a->max) {
		hold(a, rate);
		return false;
	}
	return step(a, phase, limit, rate);
}

static bool
step_down(struct adapt_connections *a, enum adapt_phase phase, unsigned limit, struct adapt_rate rate)
{
	if (a->limit == 1) {
		hold(a, rate);
		return false;
	}
	return step(a, phase, limit, rate);
}

/* What the step up from last_limit comes to, if it brings so many percent of what is proportional. */
static double
with_gain(const struct adapt_connections *a, double percent)
{
	return a->last.per_s * (1 + (double)(a->limit - a->last_limit) / a->last_limit * percent / 100);
}

/* What the step from last_limit has to bring, or may leave. */
static double
wanted(const struct adapt_connections *a)
{
	if (a->limit < a->last_limit)
		return a->last.per_s * (100 - (a->phase == ADAPT_DESCEND ? ADAPT_LOSS : ADAPT_SAME)) / 100;
	/* The first step has to be seen to pay: behind the peak more and less are alike, and chance would decide. */
	return with_gain(a, a->phase == ADAPT_CLIMB && !a->has_climbed ? ADAPT_CLEAR : ADAPT_GAIN);
}

static bool
has_paid(const struct adapt_connections *a, struct adapt_rate rate)
{
	return rate.per_s >= wanted(a);
}

static struct adapt_rate
better_of(struct adapt_rate a, struct adapt_rate b)
{
	return a.per_s > b.per_s ? a : b;
}

static bool
climb(struct adapt_connections *a, struct adapt_rate rate, bool limited)
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
		return step_down(a, ADAPT_DESCEND, back / 2, a->last);
	}
	hold(a, a->last);
	return set_limit(a, back);
}

static bool
descend(struct adapt_connections *a, struct adapt_rate rate)
{
	unsigned back = a->last_limit;

	if (has_paid(a, rate))
		return step_down(a, ADAPT_DESCEND, a->limit / 2, better_of(rate, a->last));
	hold(a, a->last);
	return set_limit(a, back);
}

static bool
probe(struct adapt_connections *a, struct adapt_rate rate, bool limited)
{
	unsigned back = a->last_limit;

	if (has_paid(a, rate) && a->limit < back) {
		hold(a, better_of(rate, a->last));
		return false;
	}
	if (has_paid(a, rate)) {
		a->hold = ADAPT_HOLD_FIRST;
		a->has_climbed = true;
		if (limited)
			return step_up(a, ADAPT_CLIMB, 2 * (uint64_t)a->limit, rate);
		hold(a, rate);
		return false;
	}
	a->hold = a->hold * 2 < ADAPT_HOLD_MAX ? a->hold * 2 : ADAPT_HOLD_MAX;
	hold(a, a->last);
	return limited || a->limit < back ? set_limit(a, back) : false;
}

/* True, if throughput is that of another world by now. Else the epoch is one more of what is held. */
static bool
has_moved(struct adapt_connections *a, struct adapt_rate rate)
{
	double held = a->held.per_s;
	unsigned looks = a->held.looks + rate.looks;

	if (rate.per_s * 4 < held * 3 || rate.per_s * 5 > held * 6)
		return ++a->moved >= ADAPT_MOVED;
	a->moved = 0;
	a->held.per_s += (rate.per_s - held) * rate.looks / looks;
	a->held.looks = looks < ADAPT_HELD_LOOKS ? looks : ADAPT_HELD_LOOKS;
	return false;
}

/* The peak may be far, and what leads there too flat to be seen in small steps; or near; or less does as well. */
static bool
probe_next(struct adapt_connections *a)
{
	unsigned quarter = (a->limit + 3) / 4;

	a->probes++;
	if (a->probes % ADAPT_DOWN_EACH == 0 && a->limit > 1)
		return step_down(a, ADAPT_PROBE, a->limit - quarter, a->held);
	return step_up(a, ADAPT_PROBE, a->limit + (a->probes % 2 == 1 ? a->limit : quarter), a->held);
}

static bool
hold_on(struct adapt_connections *a, struct adapt_rate rate, bool limited)
{
	if (!limited) {
		a->epochs_held = a->moved = 0;
		return false;
	}
	if (has_moved(a, rate)) {
		a->hold = ADAPT_HOLD_FIRST;
		a->has_climbed = false;
		a->last_limit = a->moved = 0;
		if (rate.per_s < a->held.per_s)
			return step_down(a, ADAPT_DESCEND, a->limit / 2, rate);
		return step_up(a, ADAPT_CLIMB, 2 * (uint64_t)a->limit, rate);
	}
	/* Perhaps it is about to be. */
	if (a->moved > 0 || ++a->epochs_held < a->hold)
		return false;
	return probe_next(a);
}

/*
 * So close to what was wanted that the difference may be chance: nearer than ADAPT_SIGMAS of its deviation. On the way down
 * the next step tells, which loses that much more.
 */
static bool
is_close(const struct adapt_connections *a, struct adapt_rate rate)
{
	double apart = rate.per_s - wanted(a);
	double variance = a->noise * a->last.per_s * a->last.per_s * (1.0 / rate.looks + 1.0 / a->last.looks);

	return !(a->phase == ADAPT_DESCEND && apart >= 0) && apart * apart < ADAPT_SIGMAS * ADAPT_SIGMAS * variance;
}

/*
 * A step up that seems not to have paid, while the limit held the crawl up for a part of the time only: between the levels of a site, of
 * which one has to be over before the next begins, there is less to ask for.
 */
static bool
is_between_levels(const struct adapt_connections *a, struct adapt_rate rate)
{
	return a->limit > a->last_limit && !has_paid(a, rate) && a->limited_us * 100 < a->took_us * ADAPT_SURE;
}

/* How much one look differs from the next, beside what both have drifted. */
static void
look(struct adapt_connections *a, const struct adapt_sample *s)
{
	double rate = (double)s->completed / (double)s->took_us, mean = (rate + a->look_rate) / 2, apart;

	if (a->looks++ > 0 && mean > 0) {
		apart = (rate - a->look_rate) / mean;
		a->noise += (apart * apart / 2 - a->noise) / ADAPT_NOISE_LOOKS;
	}
	a->look_rate = rate;
	a->took_us += s->took_us;
	a->limited_us += s->limited_us;
	a->completed += s->completed;
}

static void
begin_epoch(struct adapt_connections *a)
{
	a->took_us = a->limited_us = 0;
	a->completed = 0;
	a->looks = 0;
	a->settling = false;
}

bool
adapt_connections_step(struct adapt_connections *a, const struct adapt_sample *s)
{
	struct adapt_rate rate;
	bool limited;

	if (s->took_us <= 0)
		return false;
	look(a, s);
	if (a->took_us < (a->settling ? ADAPT_LOOK_US : ADAPT_EPOCH_US) || (a->completed < a->limit && a->took_us < ADAPT_EPOCH_MAX_US))
		return false;
	rate = (struct adapt_rate){ .per_s = (double)a->completed * 1e6 / (double)a->took_us, .looks = a->looks };
	limited = a->limited_us * 100 >= a->took_us * ADAPT_LIMITED;
	if (!a->settling && a->last_limit > 0 && limited && a->took_us < ADAPT_EPOCH_MAX_US && (is_close(a, rate) || is_between_levels(a, rate)))
		return false;
	if (a->settling) {
		begin_epoch(a);
		return false;
	}
	begin_epoch(a);
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
