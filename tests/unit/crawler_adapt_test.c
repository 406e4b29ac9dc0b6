/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control laws of crawler/adapt.h against model servers, and parsers, of which the best setting is known: within ten seconds, and
 * ten after the world has changed, at least nine tenths of what the best fixed setting gives; no five seconds with less than eight.
 */
#include "config.h"

#include <setjmp.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "crawler/adapt.h"

#define TICK_US   INT64_C(250000)
#define SECOND    (1000000 / TICK_US)
#define SEARCHING (10 * SECOND)
#define WINDOW    (5 * SECOND)

/* What there is to crawl. */
struct world {
	double latency;  /* seconds, unloaded */
	double capacity; /* requests a second, of all together */
	double thrash;   /* how much of the capacity is lost when twice as many as it needs are in flight */
	unsigned window; /* in flight that politeness lets us have; 0: no limit */
	double gentle;   /* in flight that half of the capacity needs, where it is used up little by little; 0: at once, by latency */
};

static double
rate_of(const struct world *w, unsigned limit)
{
	double n = w->window > 0 && w->window < limit ? w->window : limit, full = w->capacity * w->latency, over;

	if (w->gentle > 0)
		return w->capacity * n / (n + w->gentle);
	if (n <= full)
		return n / w->latency;
	over = n / (full > 1 ? full : 1) - 1;
	return w->capacity / (1 + w->thrash * (over < 8 ? over : 8));
}

static double
best_of(const struct world *w, unsigned max)
{
	double best = 0;

	for (unsigned n = 1; n <= max; n++)
		best = rate_of(w, n) > best ? rate_of(w, n) : best;
	return best;
}

struct run {
	struct adapt_connections a;
	uint64_t random;
	double noise, carry, sum;
	double window[WINDOW];
	unsigned n;
};

static double
noise(struct run *r)
{
	r->random = hash_mix(r->random, 1);
	return 1 + r->noise * ((double)(r->random >> 40) / (double)(1 << 24) * 2 - 1);
}

/* Seconds of this world. What is asked of it holds once the searching is over. */
static void
live_in(struct run *r, const struct world *w, unsigned seconds)
{
	double best = best_of(w, r->a.max), sum = 0, last5 = 0;
	unsigned ticks = seconds * SECOND, i, counted = 0;

	for (i = 0; i < ticks; i++) {
		double got = rate_of(w, r->a.limit) * noise(r), done = got * TICK_US / 1e6 + r->carry;
		bool limited = w->window == 0 || r->a.limit < w->window;
		struct adapt_sample s = { .took_us = TICK_US, .completed = (uint64_t)done, .limited_us = limited ? TICK_US * 9 / 10 : 0 };

		r->carry = done - (double)s.completed;
		last5 += got - (i >= WINDOW ? r->window[i % WINDOW] : 0);
		r->window[i % WINDOW] = got;
		(void)adapt_connections_step(&r->a, &s);
		assert_true(r->a.limit >= 1 && r->a.limit <= r->a.max);
		if (i < SEARCHING)
			continue;
		sum += got;
		counted++;
		if (i >= SEARCHING + WINDOW && last5 / WINDOW < 0.8 * best)
			fail_msg("latency %.3f capacity %.0f: %.0f a second for five seconds, %.0f can be had (limit %u)", w->latency,
				w->capacity, last5 / WINDOW, best, r->a.limit);
	}
	if (sum / counted < 0.9 * best)
		fail_msg("latency %.3f capacity %.0f window %u thrash %.1f: %.0f a second, %.0f can be had (limit %u)", w->latency, w->capacity,
			w->window, w->thrash, sum / counted, best, r->a.limit);
}

/* Each latency and page size of the issue (2 KB and 500 KB pages differ in what can be had), 1 and 200 hosts, and a load midway. */
static void
test_worlds(void **state)
{
	static const double latencies[] = { 0.005, 0.05, 0.2 }, capacities[] = { 100, 2000, 8000 }, thrash[] = { 0, 0.1 };
	static const unsigned windows[] = { 0, 6 };

	for (unsigned k = 0; k < 3 * 3 * 2 * 2 * 3; k++) {
		struct world w = {
			.latency = latencies[k % 3],
			.capacity = capacities[k / 3 % 3],
			/* A host's window has a law of its own (frontier/polite.h). */
			.thrash = windows[k / 18 % 2] == 0 ? thrash[k / 9 % 2] : 0,
			.window = windows[k / 18 % 2],
		};
		struct run r = { .random = k, .noise = 0.05 * (k / 36 % 3) };

		adapt_connections_init(&r.a, 4096);
		live_in(&r, &w, 60);
		w.capacity *= 0.4; /* somebody else computes */
		live_in(&r, &w, 60);
		w.capacity *= 2.5;
		live_in(&r, &w, 60);
	}
}

/*
 * The more is in flight, the more is done at each awakening, here and there, and the less a request costs: each doubling brings a little less
 * than the one before, and what is refused of many such steps is a lot together. The curve is that of balanced job bounds (Zahorjan et al. 1982).
 */
static void
test_gentle_worlds(void **state)
{
	static const double gentle[] = { 2, 8, 20, 40, 100 };
	static const unsigned windows[] = { 0, 256 };

	for (unsigned k = 0; k < 5 * 2 * 3 * 4; k++) {
		struct world w = { .capacity = 20000, .gentle = gentle[k % 5], .window = windows[k / 5 % 2] };
		struct run r = { .random = k, .noise = 0.03 * (k / 10 % 3) };

		adapt_connections_init(&r.a, 4096);
		live_in(&r, &w, 60);
		w.capacity *= 0.4;
		live_in(&r, &w, 60);
		w.capacity *= 2.5;
		live_in(&r, &w, 60);
	}
}

/* A wide and distant server: nine tenths of what it gives are there after four seconds of searching. */
static void
test_climb(void **state)
{
	const struct world w = { .latency = 0.2, .capacity = 8000 };
	struct adapt_connections a;
	unsigned ticks = 0;

	adapt_connections_init(&a, 4096);
	while (rate_of(&w, a.limit) < 0.9 * w.capacity) {
		struct adapt_sample s = { .took_us = TICK_US, .completed = (uint64_t)(rate_of(&w, a.limit) * TICK_US / 1e6), .limited_us = TICK_US };

		(void)adapt_connections_step(&a, &s);
		assert_true(++ticks <= 4 * SECOND);
	}
}

/*
 * Behind each step a level of the site ends, and there is less to ask for, for a while: the step was not in vain. Where it really
 * was, and something else takes the time as well, that is seen in the end.
 */
static void
test_levels(void **state)
{
	const struct world w = { .latency = 0.2, .capacity = 1e9 };
	struct adapt_connections a;
	unsigned since = 0;

	adapt_connections_init(&a, 1024);
	for (unsigned i = 0; i < 10 * SECOND && a.limit < a.max; i++) {
		bool at_end = since >= 1 && since < 4;
		double share = at_end ? 0.4 : 0.95;
		struct adapt_sample s = { .took_us = TICK_US, .completed = (uint64_t)(share * rate_of(&w, a.limit) * TICK_US / 1e6),
			.limited_us = (int64_t)(share * TICK_US) };

		since = adapt_connections_step(&a, &s) ? 0 : since + 1;
	}
	assert_int_equal(a.limit, a.max);

	adapt_connections_init(&a, 1024);
	for (unsigned i = 0; i < 20 * SECOND; i++) {
		struct adapt_sample s = { .took_us = TICK_US, .completed = 500, .limited_us = TICK_US / 2 };

		(void)adapt_connections_step(&a, &s);
	}
	assert_true(a.limit <= 64);
}

/* One connection is allowed; none is ever needed; nothing ever completes. */
static void
test_ends(void **state)
{
	struct adapt_sample s = { .took_us = TICK_US, .limited_us = TICK_US };
	struct adapt_connections a;

	adapt_connections_init(&a, 1);
	for (int i = 0; i < 1000; i++)
		assert_false(adapt_connections_step(&a, &s));
	assert_int_equal(a.limit, 1);
	adapt_connections_init(&a, 65536);
	for (int i = 0; i < 1000; i++)
		(void)adapt_connections_step(&a, &s);
	assert_true(a.limit >= 1 && a.limit <= 65536);
	adapt_connections_init(&a, 65536);
	s.limited_us = 0;
	s.completed = 10;
	for (int i = 0; i < 1000; i++)
		assert_false(adapt_connections_step(&a, &s));
	assert_int_equal(a.limit, ADAPT_FIRST);
}

static void
feed(struct adapt_workers *a, unsigned steps, double load, unsigned *least, unsigned *most)
{
	for (unsigned i = 0; i < steps; i++) {
		double busy = load < a->workers ? load : a->workers;
		struct adapt_parse_sample s = {
			.took_us = TICK_US,
			.busy_us = (int64_t)(busy * TICK_US),
			.pages = 100,
			.wait_us = load > a->workers ? 100 * 20000 : 100 * 100,
		};

		(void)adapt_workers_step(a, &s);
		*least = a->workers < *least ? a->workers : *least;
		*most = a->workers > *most ? a->workers : *most;
	}
}

static void
test_workers(void **state)
{
	for (unsigned max = 1; max <= 64; max *= 2) {
		unsigned least = max, most = 0;
		struct adapt_workers a;

		adapt_workers_init(&a, max, max);
		/* Nothing to do: down to one, one at a time. */
		feed(&a, ADAPT_IDLE_STEPS * max, 0, &least, &most);
		assert_int_equal(a.workers, 1);
		/* More than they can do: all there may be, within two seconds. */
		feed(&a, 2 * SECOND, 1000, &least, &most);
		assert_int_equal(a.workers, max);
		/* What half of them can do: enough for it, and it stays so. */
		feed(&a, ADAPT_IDLE_STEPS * max * 2, max / 2.0, &least, &most);
		assert_true(a.workers >= max / 2.0);
		least = most = a.workers;
		feed(&a, ADAPT_IDLE_STEPS * 50, max / 2.0, &least, &most);
		assert_int_equal(least, most);
	}
}

/* Never none, never more than there are processors, sites or connections for; more of anything never means fewer. */
static void
test_loops(void **state)
{
	assert_int_equal(adapt_loops(1, 1000, UINT_MAX), 1);
	assert_int_equal(adapt_loops(2, 200, UINT_MAX), 2);
	assert_int_equal(adapt_loops(64, 0, UINT_MAX), 1);
	assert_int_equal(adapt_loops(64, 1, UINT_MAX), 1);
	assert_int_equal(adapt_loops(64, ADAPT_SITES_MAX, UINT_MAX), ADAPT_LOOPS_MAX);
	assert_int_equal(adapt_loops(64, UINT_MAX, UINT_MAX), ADAPT_LOOPS_MAX);
	assert_int_equal(adapt_loops(64, UINT_MAX, 1), 1);
	assert_int_equal(adapt_loops(64, UINT_MAX, 256), 4);
	for (unsigned cores = 1; cores < 10; cores++)
		for (unsigned sites = 0; sites < 2 * ADAPT_SITES_MAX; sites++) {
			unsigned n = adapt_loops(cores, sites, 512);

			assert_true(n >= 1 && n <= cores && n <= ADAPT_LOOPS_MAX);
			assert_true(n == 1 || n * ADAPT_LOOP_SITES <= sites);
			assert_true(n <= adapt_loops(cores + 1, sites, 512) && n <= adapt_loops(cores, sites + 1, 512));
		}
}

/* Loops of 5,000 requests a second each, until something else has no more. */
struct loops_world {
	double most;      /* requests a second */
	double processors; /* that loops can have */
	unsigned worth;
};

#define LOOP_RATE 5000.0

static double
loops_rate(const struct loops_world *w, unsigned loops)
{
	double n = loops < w->processors ? loops : w->processors;

	return n * LOOP_RATE < w->most ? n * LOOP_RATE : w->most;
}

/* Returns how often it has changed. */
static unsigned
loops_run(struct adapt_loops *a, const struct loops_world *w, int64_t seconds)
{
	unsigned changes = 0;

	for (int64_t i = 0; i < seconds * SECOND; i++) {
		double rate = loops_rate(w, a->loops), busy = rate / LOOP_RATE;
		const struct adapt_loops_sample s = {
			.took_us = TICK_US,
			.completed = (uint64_t)(rate * (double)TICK_US / 1e6),
			.busy_us = (int64_t)(busy * (double)TICK_US),
			/* Those that have work and no processor. */
			.waited_us = rate < w->most && a->loops > w->processors ? (int64_t)((a->loops - w->processors) * (double)TICK_US) : 0,
			.worth = w->worth,
		};

		if (adapt_loops_step(a, &s)) {
			changes++;
			assert_true(a->loops >= 1 && (a->loops <= w->worth || a->before == 0));
		}
	}
	return changes;
}

static void
test_loops_while_it_runs(void **state)
{
	struct loops_world w = { .most = 1e9, .processors = 6, .worth = 6 };
	struct adapt_loops a;
	unsigned n;

	(void)state;
	/* All they do is bounded by loops. */
	adapt_loops_init(&a, 1);
	assert_int_equal(loops_run(&a, &w, 60), 3);
	assert_int_equal(a.loops, 6);
	assert_int_equal(loops_run(&a, &w, 3600), 0);
	/* What is met is worth more loops later. */
	w.worth = 2;
	adapt_loops_init(&a, 1);
	assert_int_equal(loops_run(&a, &w, 60), 1);
	w.worth = 4;
	assert_int_equal(loops_run(&a, &w, 60), 1);
	assert_int_equal(a.loops, 4);
	/* On one processor, and with one site. */
	w = (struct loops_world){ .most = 1e9, .processors = 1, .worth = 1 };
	adapt_loops_init(&a, 1);
	assert_int_equal(loops_run(&a, &w, 3600), 0);
	/* Something else has no more: it tries, goes back, and tries less and less often. */
	w = (struct loops_world){ .most = LOOP_RATE * 1.1, .processors = 8, .worth = 6 };
	adapt_loops_init(&a, 1);
	n = loops_run(&a, &w, 3600);
	assert_in_range(n, 2, 14);
	assert_int_equal(n % 2, 0);
	assert_int_equal(a.loops, 1);
	/* Two are as many as it has processors for. */
	w = (struct loops_world){ .most = 1e9, .processors = 2, .worth = 6 };
	adapt_loops_init(&a, 1);
	n = loops_run(&a, &w, 3600);
	assert_int_equal(a.loops, 2);
	assert_in_range(n, 3, 15);
	/* They have time left, or there is no processor for another one. */
	w = (struct loops_world){ .most = LOOP_RATE * 0.8, .processors = 8, .worth = 6 };
	adapt_loops_init(&a, 1);
	assert_int_equal(loops_run(&a, &w, 3600), 0);
	w = (struct loops_world){ .most = 1e9, .processors = 1.5, .worth = 6 };
	adapt_loops_init(&a, 2);
	assert_int_equal(loops_run(&a, &w, 3600), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worlds),
		cmocka_unit_test(test_gentle_worlds),
		cmocka_unit_test(test_climb),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_workers),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_loops_while_it_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
