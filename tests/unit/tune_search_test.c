/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search (tune/search.h) on simulated response surfaces: a crawl is as fast as the slowest of its stages, each measurement
 * is off by chance, and the machine drifts.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tune/search.h"

#define RUNS 200

struct world {
	/* the load */
	double latency_s, polite_per_s, cores, parse_s[2], loop_s, thread_s;
	double noise, drift; /* sd of ln; ln a measurement */
	/* what is kept */
	uint64_t random;
	unsigned n, end_after, wears_after;
	bool said_over;
	struct search_point seen[2048];
};

static double
uniform(struct world *w)
{
	w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return ((double)(w->random >> 40) + 0.5) / (1 << 24);
}

static double
gauss(struct world *w)
{
	return sqrt(-2 * log(uniform(w))) * cos(2 * M_PI * uniform(w));
}

static double
least(double a, double b)
{
	return a < b ? a : b;
}

static struct search_result
truth(const struct world *w, const struct search_point *p)
{
	bool events = p->v[SEARCH_ENGINE] == SEARCH_EVENTS;
	double waiting = (events ? p->v[SEARCH_CONNECTIONS] : p->v[SEARCH_THREADS]) / w->latency_s;
	double page_s = w->parse_s[p->v[SEARCH_HTML]], fetch_s = events ? w->loop_s : w->thread_s;
	double parsing = least(p->v[SEARCH_WORKERS], w->cores) / page_s;
	double looping = events ? least(p->v[SEARCH_LOOPS], w->cores) / fetch_s : w->cores / fetch_s;
	double all = w->cores / (page_s + fetch_s); /* one machine for everything */
	double v = least(least(waiting, w->polite_per_s), least(parsing, least(looping, all)));

	/* More than is of use costs a little. */
	v /= 1 + 0.004 * p->v[SEARCH_WORKERS] + 0.00002 * p->v[SEARCH_CONNECTIONS] + (events ? 0 : 0.001 * p->v[SEARCH_THREADS]);
	return (struct search_result){
		.pages_per_s = v,
		.cpu_s = page_s + fetch_s + 1e-6 * p->v[SEARCH_WORKERS],
		.memory_bytes = 10e6 + 5e6 * p->v[SEARCH_WORKERS] + 50e3 * p->v[SEARCH_CONNECTIONS],
		.load = v * (page_s + fetch_s),
	};
}

static int
measure(void *arg, const struct search_point *p, unsigned nth, struct search_result *ret)
{
	struct world *w = arg;

	if (w->n == w->end_after)
		return SEARCH_OVER;
	if (w->wears_after > 0 && nth >= w->wears_after)
		return SEARCH_WORN;
	*ret = truth(w, p);
	ret->pages_per_s *= exp(w->noise * gauss(w) + w->drift * w->n);
	w->seen[w->n++] = *p;
	return 0;
}

static struct world
waiting(uint64_t seed)
{
	return (struct world){ .latency_s = 0.1, .polite_per_s = 1e9, .cores = 2, .parse_s = { 0.0002, 0.0006 },
		.loop_s = 0.0001, .thread_s = 0.0004, .noise = 0.03, .random = seed, .end_after = 1000 };
}

static struct world
parsing(uint64_t seed)
{
	return (struct world){ .latency_s = 0.001, .polite_per_s = 1e9, .cores = 4, .parse_s = { 0.005, 0.012 },
		.loop_s = 0.0001, .thread_s = 0.0002, .noise = 0.03, .random = seed, .end_after = 1000 };
}

static struct search_config
config(struct world *w)
{
	return (struct search_config){
		.start = { { 64, 1, 16, 2, 0, SEARCH_EVENTS } },
		.range = { { 1, 1024 }, { 1, 4 }, { 1, 256 }, { 1, 8 }, { 0, 1 }, { 0, 1 } },
		.max_repeats = 4,
		.measure = measure,
		.arg = w,
	};
}

/* The best of the grid of doublings; *ret_points: how many it has. */
static double
exhaustive(const struct world *w, const struct search_config *c, unsigned *ret_points)
{
	struct search_point p;
	double best = 0;

	*ret_points = 0;
	for (unsigned e = 0; e < 2; e++)
	for (unsigned h = 0; h < 2; h++)
	for (unsigned k = 1; k <= c->range[SEARCH_WORKERS].max; k *= 2)
	for (unsigned l = 1; l <= (e ? 1 : c->range[SEARCH_LOOPS].max); l *= 2)
	for (unsigned n = 1; n <= c->range[e ? SEARCH_THREADS : SEARCH_CONNECTIONS].max; n *= 2) {
		p = (struct search_point){ { e ? 1 : n, l, e ? n : 1, k, h, e } };
		best = fmax(best, truth(w, &p).pages_per_s);
		++*ret_points;
	}
	return best;
}

static void
is_near_the_best(struct world (*world)(uint64_t), double drift)
{
	static struct search s;
	unsigned near = 0, points = 0, most = 0;
	double total = 0, best = 0;

	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct world w = world(seed);
		struct search_config c = config(&w);
		double got;

		w.drift = drift;
		best = exhaustive(&w, &c, &points);
		assert_int_equal(search_run(&c, &s), 0);
		assert_true(s.any && !s.over);
		got = truth(&w, &s.best).pages_per_s;
		near += got >= 0.95 * best;
		total += w.n;
		most = w.n > most ? w.n : most;
	}
	print_message("%u of %u within 5 %% of the best of %u points; %.0f measurements, at most %u\n", near, RUNS, points,
		total / RUNS, most);
	assert_in_range(near, RUNS * 95 / 100, RUNS);
	/* Three rounds of the grid are what a median needs. */
	assert_true(total / RUNS <= points * 3 / 10.0);
}

static void
waiting_is_found(void **state)
{
	(void)state;
	is_near_the_best(waiting, 0);
}

static void
parsing_is_found(void **state)
{
	(void)state;
	is_near_the_best(parsing, 0);
}

/* Each measurement is 1 % slower than the one before: at the end half of the speed is gone. */
static void
drift_does_not_mislead(void **state)
{
	(void)state;
	is_near_the_best(waiting, -0.01);
	is_near_the_best(parsing, -0.01);
}

/* The budget ends, and there is room for one measurement more, as tune has it for the last duel. */
static int
measure_one_more(void *arg, const struct search_point *p, unsigned nth, struct search_result *ret)
{
	struct world *w = arg;

	if (w->n == w->end_after && !w->said_over) {
		w->said_over = true;
		return SEARCH_OVER;
	}
	if (w->n > w->end_after)
		return SEARCH_OVER;
	*ret = truth(w, p);
	w->seen[w->n++] = *p;
	return 0;
}

/* Whenever the budget ends: what was measured to be slower than what is set is not advised. */
static void
no_advice_to_be_slower(void **state)
{
	static struct search s;
	unsigned slower = 0, judged = 0;

	(void)state;
	for (unsigned end = 1; end < 60; end++) {
		struct world w = waiting(1);
		struct search_config c = config(&w);
		const struct search_try *t;
		struct search_point start;

		c.start.v[SEARCH_CONNECTIONS] = 512;
		c.measure = measure_one_more;
		w.end_after = end;
		start = c.start;
		assert_in_range(search_run(&c, &s), 0, 1);
		t = search_at(&s, &start);
		if (!s.any || t == NULL || t->n == 0)
			continue;
		judged++;
		slower += truth(&w, &s.best).pages_per_s < 0.99 * truth(&w, &start).pages_per_s;
	}
	assert_in_range(judged, 10, 59);
	assert_int_equal(slower, 0);
}

/* The grid finds what there is to find, every point of it, as often as it says; and ends in between with what it has. */
static void
grid_is_exhaustive(void **state)
{
	static struct search s;
	struct world w = waiting(1);
	struct search_config c = config(&w);
	unsigned points, n;
	double best = exhaustive(&w, &c, &points);

	(void)state;
	c.exhaustive = true;
	w.noise = 0.01;
	w.end_after = 2048;
	assert_int_equal(search_run(&c, &s), 0);
	assert_true(s.any && !s.over);
	assert_int_equal(s.n_tries, points);
	for (unsigned i = 0; i < s.n_tries; i++)
		assert_true(s.tries[i].n >= SEARCH_PASSES);
	assert_true(truth(&w, &s.best).pages_per_s >= 0.97 * best);
	assert_true(s.compared && s.gain > 0);
	/* A search ends within a tenth of it. */
	n = w.n;
	w = waiting(1);
	c.exhaustive = false;
	assert_int_equal(search_run(&c, &s), 0);
	assert_true(w.n <= n / 10);

	w = waiting(1);
	w.end_after = points / 2;
	c.exhaustive = true;
	assert_int_equal(search_run(&c, &s), 0);
	assert_true(s.any && s.over);
	assert_int_equal(s.n_tries, points / 2);

	/* What is set is not among them yet, and cannot be measured any more: it is none of what was tried. */
	for (unsigned end = 1; end < 10; end++) {
		w = waiting(1);
		w.end_after = end;
		assert_int_equal(search_run(&c, &s), 0);
		assert_int_equal(s.n_tries, end);
		for (unsigned i = 0; i < s.n_tries; i++)
			assert_int_equal(s.tries[i].n, 1);
	}
}

/* Two runs choose settings whose throughput differs by under 10 %. */
static void
two_runs_agree(void **state)
{
	static struct search s;
	double least_v = HUGE_VAL, most_v = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct world w = waiting(seed);
		struct search_config c = config(&w);
		double v;

		w.noise = 0.02;
		assert_int_equal(search_run(&c, &s), 0);
		v = truth(&w, &s.best).pages_per_s;
		least_v = fmin(least_v, v);
		most_v = fmax(most_v, v);
	}
	print_message("between %.0f and %.0f\n", least_v, most_v);
	assert_true(most_v < 1.1 * least_v);
}

/* The curve of a load that waits: doubles with each doubling, until something else is full. */
static void
curve_bends_where_it_is_full(void **state)
{
	static struct search s;
	struct world w = waiting(1);
	struct search_config c = config(&w);
	const struct search_curve *curve = &s.curves[SEARCH_CONNECTIONS];

	(void)state;
	w.noise = 0.001;
	w.polite_per_s = 60; /* six at a time */
	assert_int_equal(search_run(&c, &s), 0);
	assert_in_range(curve->n, 5, 6);
	assert_int_equal(curve->at[1].value, 2);
	assert_true(fabs(curve->at[1].pages_per_s / curve->at[0].pages_per_s - 2) < 0.05);
	assert_int_equal(curve->bend, 8);
	assert_in_range(s.best.v[SEARCH_CONNECTIONS], 6, 8);
}

static bool
was_measured(const struct world *w, const struct search_point *p)
{
	for (unsigned i = 0; i < w->n; i++)
		if (search_same(&w->seen[i], p))
			return true;
	return false;
}

/* Whenever measurements end, there is an answer that was measured, or the word that there is none. */
static void
may_end_at_any_time(void **state)
{
	static struct search s;

	(void)state;
	for (unsigned end = 0; end < 60; end++) {
		struct world w = waiting(7);
		struct search_config c = config(&w);

		w.end_after = end;
		assert_int_equal(search_run(&c, &s), 0);
		assert_int_equal(s.any, end > 0);
		assert_true(end == 0 || was_measured(&w, &s.best));
		assert_true(w.n == end ? s.over || end > 20 : !s.over);
		assert_int_equal(s.n_measured, w.n);
	}
}

/* A site has only so many pages for each setting. */
static void
points_wear_out(void **state)
{
	static struct search s;
	unsigned points, near = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct world w = waiting(seed);
		struct search_config c = config(&w);
		double best = exhaustive(&w, &c, &points);

		w.wears_after = 1;
		assert_int_equal(search_run(&c, &s), 0);
		for (unsigned i = 0; i < s.n_tries; i++)
			assert_true(s.tries[i].n <= 1);
		near += truth(&w, &s.best).pages_per_s >= 0.85 * best;
	}
	assert_in_range(near, RUNS * 9 / 10, RUNS);
}

/* What is set can be measured once, all else as often as one likes. */
static int
measure_start_once(void *arg, const struct search_point *p, unsigned nth, struct search_result *ret)
{
	struct search_config c = config(arg);

	return search_same(p, &c.start) && nth > 0 ? SEARCH_WORN : measure(arg, p, nth, ret);
}

static void
what_was_not_in_turn_is_said(void **state)
{
	static struct search s;
	unsigned within = 0, compared = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct world w = waiting(seed);
		struct search_config c = config(&w);
		double gain;

		assert_int_equal(search_run(&c, &s), 0);
		assert_false(s.worn);
		w = waiting(seed);
		c.measure = measure_start_once;
		assert_int_equal(search_run(&c, &s), 0);
		if (!s.compared)
			continue;
		assert_true(s.worn);
		compared++;
		gain = log(truth(&w, &s.best).pages_per_s / truth(&w, &c.start).pages_per_s);
		within += search_same(&s.best, &c.start) || (gain > s.gain - s.gain_half && gain < s.gain + s.gain_half);
	}
	assert_true(compared > RUNS / 2);
	assert_in_range(within, compared * 8 / 10, compared);
}

static void
limits_hold(void **state)
{
	static struct search s;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct world w = parsing(seed);
		struct search_config c = config(&w);

		c.max_memory_bytes = 28e6;
		assert_int_equal(search_run(&c, &s), 0);
		assert_true(s.any && truth(&w, &s.best).memory_bytes <= 28e6);
		w = parsing(seed);
		c = config(&w);
		c.max_load = 2.2;
		assert_int_equal(search_run(&c, &s), 0);
		assert_true(s.any && truth(&w, &s.best).load <= 2.2 * 1.001);
	}
}

/* A limit that nothing keeps. */
static void
impossible_limit_is_said(void **state)
{
	static struct search s;
	struct world w = parsing(3);
	struct search_config c = config(&w);

	(void)state;
	c.max_memory_bytes = 1e6;
	assert_int_equal(search_run(&c, &s), 0);
	assert_false(s.any);
}

static void
frugal_goals_keep_the_floor(void **state)
{
	static struct search s;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct world w = waiting(seed);
		struct search_config c = config(&w);
		struct search_result fast, frugal;

		w.noise = 0.01;
		assert_int_equal(search_run(&c, &s), 0);
		fast = truth(&w, &s.best);
		w = waiting(seed);
		w.noise = 0.01;
		c.goal = SEARCH_MEMORY;
		assert_int_equal(search_run(&c, &s), 0);
		frugal = truth(&w, &s.best);
		assert_true(frugal.memory_bytes <= fast.memory_bytes);
		assert_true(frugal.pages_per_s >= 0.85 * fast.pages_per_s);
	}
}

/* A surface that is flat: what is in force stays, or something smaller that is not slower. */
static void
nothing_to_gain(void **state)
{
	static struct search s;
	unsigned kept = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct world w = waiting(seed);
		struct search_config c = config(&w);

		w.polite_per_s = 4;
		assert_int_equal(search_run(&c, &s), 0);
		kept += s.compared && s.gain - s.gain_half < 0.02;
		assert_true(truth(&w, &s.best).pages_per_s > 3.5);
	}
	assert_in_range(kept, RUNS * 9 / 10, RUNS);
}

static int
fails(void *arg, const struct search_point *p, unsigned nth, struct search_result *ret)
{
	(void)arg, (void)p, (void)nth, (void)ret;
	return -5;
}

static void
failures_are_handed_up(void **state)
{
	static struct search s;
	struct world w = waiting(1);
	struct search_config c = config(&w);

	(void)state;
	c.measure = fails;
	assert_int_equal(search_run(&c, &s), -5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_is_found),
		cmocka_unit_test(parsing_is_found),
		cmocka_unit_test(drift_does_not_mislead),
		cmocka_unit_test(grid_is_exhaustive),
		cmocka_unit_test(two_runs_agree),
		cmocka_unit_test(curve_bends_where_it_is_full),
		cmocka_unit_test(may_end_at_any_time),
		cmocka_unit_test(no_advice_to_be_slower),
		cmocka_unit_test(points_wear_out),
		cmocka_unit_test(what_was_not_in_turn_is_said),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(impossible_limit_is_said),
		cmocka_unit_test(frugal_goals_keep_the_floor),
		cmocka_unit_test(nothing_to_gain),
		cmocka_unit_test(failures_are_handed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
