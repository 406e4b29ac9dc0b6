/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search.h: which settings are best, found by experiment. Pure: it asks a function for measurements and knows nothing of
 * crawls, clocks or processes, so that tests give it any response surface with any noise.
 *
 * Two phases, on the logarithm of pages per second, where a doubling is the same step everywhere and noise is about the
 * same at every speed:
 *
 *	sweeps   one axis at a time from its least value, doubling, each once, until two doublings in a row have brought less
 *	         than SEARCH_BEND beyond the best before. They are the curves that people are shown. The axis then stands on its least value
 *	         that comes within SEARCH_SLACK of the sweep's best. Connections, workers, loops with the event engine; then
 *	         threads with the other one.
 *	duels    the incumbent against a neighbour: doubled, halved, in between, the other engine, the other reader. They take
 *	         turns, incumbent, challenger, incumbent, ..., and each challenger is held against the mean of the incumbents
 *	         before and behind it, so that a drift of the machine or the site cancels to first order. A duel ends when the
 *	         confidence interval of the difference (95 %, Student's t) says enough: that the challenger is faster, or is so
 *	         by less than SEARCH_EQUAL (one that is smaller: that it is slower by less than that, or slower at all); or
 *	         after max_repeats. The variance is pooled over all duels so far, from successive differences of the same point
 *	         (von Neumann's estimate, which a slow drift does not inflate): so a clear difference is seen after one turn.
 *
 * A challenger takes over when it is better for certain, or when it is smaller (fewer connections, threads, processes)
 * and no more than SEARCH_SLACK slower than the best, all such steps together. For processor time or memory as the goal
 * the search first finds the best throughput, then goes down from there, never below SEARCH_FLOOR of it.
 *
 * Instead of both, config.exhaustive: every point of the grid of doublings, in SEARCH_PASSES passes over all of it. It is what a search
 * is to be held against, at some ten times its cost.
 *
 * search_run() keeps its best answer at any time: when measurements end (a budget, a signal), that is the result.
 * One thread; no allocation.
 */
#ifndef TUNE_SEARCH_H
#define TUNE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/check.h"

#define SEARCH_TRIES_MAX 2048 /* different points */
#define SEARCH_PASSES    3    /* over a whole grid */
#define SEARCH_CURVE_MAX 16  /* points of a curve: 1 to 32768 */
#define SEARCH_BEND      0.05
#define SEARCH_SLACK     0.03
#define SEARCH_EQUAL     0.03
#define SEARCH_FLOOR     0.90
/* A single measurement that is off by this much (1.28 times) needs no second one. */
#define SEARCH_CLEAR     0.25

enum search_axis {
	SEARCH_CONNECTIONS,
	SEARCH_LOOPS,
	SEARCH_THREADS,
	SEARCH_WORKERS,
	SEARCH_HTML,   /* a choice: 0 scan, 1 libxml2 */
	SEARCH_ENGINE, /* a choice: 0 events, 1 threads */
	SEARCH_AXES
};

enum search_engine { SEARCH_EVENTS, SEARCH_POOL };

struct search_point {
	unsigned v[SEARCH_AXES];
};

struct search_result {
	double pages_per_s;
	double cpu_s;        /* processor time of a page */
	double memory_bytes; /* peak */
	double load;         /* processors busy, on the average */
};

enum search_goal { SEARCH_THROUGHPUT, SEARCH_CPU, SEARCH_MEMORY };

/* What a measurement says instead of 0 or negative errno. */
enum {
	SEARCH_OVER = 1, /* enough; only to hold the best against the start may more be asked for, once */
	SEARCH_WORN = 2, /* not this point again; others may be measured */
};

/* nth: how often p has been measured before. */
typedef int (*search_measure_fn)(void *arg, const struct search_point *p, unsigned nth, struct search_result *ret);

struct search_config {
	struct search_point start;
	struct {
		unsigned min, max; /* equal: the axis is fixed */
	} range[SEARCH_AXES];
	enum search_goal goal;
	double max_memory_bytes, max_load; /* 0: no limit */
	unsigned max_repeats;              /* turns of a duel; at least 1 */
	bool exhaustive;
	search_measure_fn measure;
	void *arg;
};

/* All that was measured at one point. */
struct search_try {
	struct search_point point;
	unsigned n;
	struct search_result mean; /* of pages_per_s: the geometric one */
	double last;               /* ln(pages_per_s) of the last measurement */
};

struct search_curve {
	unsigned n;
	struct {
		unsigned value;
		double pages_per_s;
	} at[SEARCH_CURVE_MAX];
	unsigned bend; /* the least value with nine tenths of the best; 0: no curve */
};

struct search {
	struct search_config config; /* as given */
	struct search_try tries[SEARCH_TRIES_MAX];
	unsigned n_tries, n_measured;
	struct search_curve curves[SEARCH_AXES];
	struct search_point best;
	bool any;             /* best is one that was measured and keeps within the limits */
	bool over;            /* ended before the search was through */
	double below;         /* ln: how much the best was let be slower than the fastest; <= 0 */
	double var_sum;       /* pooled variance of ln(pages_per_s) = var_sum / var_n */
	unsigned var_n;
	/* best against config.start, the two in turn: ln of the ratio and half of its interval. */
	bool compared;
	double gain, gain_half;
	bool worn; /* or not in turn: config.start was worn out, or could not be paid for, before */
};

/* 0, or the negative errno of a measurement. The measurements' end is no failure: s->over. */
MUST_CHECK int search_run(const struct search_config *config, struct search *ret_search);
/* What was measured at a point; NULL if it was not. */
const struct search_try *search_at(const struct search *s, const struct search_point *p);
bool search_same(const struct search_point *a, const struct search_point *b);
/* Half of the 95 % interval of the mean of n measurements, as a share (0.05: 5 %); negative: not known. */
double search_half(const struct search *s, unsigned n);
/* 0.975 quantile of Student's t. */
double search_t(unsigned df);

#endif
