/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "tune/search_private.h"

/* Variance that is taken for known before there are two measurements of one point: 5 %. */
#define SEARCH_SD_FIRST 0.05

/* The axes a search goes along, in the order of what they usually bring. */
static const enum search_axis search_numeric[] = { SEARCH_CONNECTIONS, SEARCH_WORKERS, SEARCH_LOOPS, SEARCH_THREADS };

double
search_t(unsigned df)
{
	static const double t[] = { 12.706, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201,
		2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086 };

	return df < ARRAY_LEN(t) ? t[df] : df < 40 ? 2.05 : 2.0;
}

double
search_half(const struct search *s, unsigned n)
{
	if (s->var_n == 0 || n == 0)
		return -1;
	return exp(search_t(s->var_n) * sqrt(s->var_sum / s->var_n / n)) - 1;
}

/* Of a point only that counts which has an effect: threads have none under events, connections and loops none beside threads. */
static struct search_point
search_plain(const struct search *s, struct search_point p)
{
	if (p.v[SEARCH_ENGINE] == SEARCH_EVENTS) {
		p.v[SEARCH_THREADS] = s->config.start.v[SEARCH_THREADS];
	} else {
		p.v[SEARCH_CONNECTIONS] = s->config.start.v[SEARCH_CONNECTIONS];
		p.v[SEARCH_LOOPS] = s->config.start.v[SEARCH_LOOPS];
	}
	return p;
}

bool
search_same(const struct search_point *a, const struct search_point *b)
{
	return memcmp(a->v, b->v, sizeof(a->v)) == 0;
}

const struct search_try *
search_at(const struct search *s, const struct search_point *p)
{
	struct search_point plain = search_plain(s, *p);

	for (unsigned i = 0; i < s->n_tries; i++)
		if (search_same(&s->tries[i].point, &plain))
			return &s->tries[i];
	return NULL;
}

static double
search_speed(const struct search_try *t)
{
	return log(t->mean.pages_per_s);
}

static bool
search_fits(const struct search *s, const struct search_result *r)
{
	return (s->config.max_memory_bytes <= 0 || r->memory_bytes <= s->config.max_memory_bytes) &&
		(s->config.max_load <= 0 || r->load <= s->config.max_load);
}

static bool
search_has_range(const struct search *s, enum search_axis a)
{
	return s->config.range[a].max > s->config.range[a].min;
}

/* --- measuring -------------------------------------------------------------------------------------------------- */

static double
mean_with(double mean, unsigned n, double x)
{
	return mean + (x - mean) / (n + 1);
}

int
search_measure(struct search *s, struct search_try *t)
{
	struct search_result r = { 0 };
	int got = s->config.measure(s->config.arg, &t->point, t->n, &r);
	double y;

	if (got != 0)
		return got;
	/* No page at all: as slow as can be told, not infinitely slow. */
	y = log(r.pages_per_s > 1e-3 ? r.pages_per_s : 1e-3);
	if (t->n > 0) {
		s->var_sum += (y - t->last) * (y - t->last) / 2;
		s->var_n++;
	}
	t->mean.pages_per_s = t->n == 0 ? exp(y) : exp(mean_with(log(t->mean.pages_per_s), t->n, y));
	t->mean.cpu_s = mean_with(t->mean.cpu_s, t->n, r.cpu_s);
	t->mean.load = mean_with(t->mean.load, t->n, r.load);
	if (r.memory_bytes > t->mean.memory_bytes)
		t->mean.memory_bytes = r.memory_bytes;
	t->last = y;
	t->n++;
	s->n_measured++;
	return 0;
}

struct search_try *
search_try_of(struct search *s, const struct search_point *p)
{
	struct search_try *t = (struct search_try *)search_at(s, p);

	if (t != NULL || s->n_tries == SEARCH_TRIES_MAX)
		return t;
	t = &s->tries[s->n_tries++];
	*t = (struct search_try){ .point = search_plain(s, *p) };
	return t;
}

void
search_forget_new(struct search *s, const struct search_try *t)
{
	if (t != NULL && t->n == 0 && s->n_tries > 0 && t == &s->tries[s->n_tries - 1])
		s->n_tries--;
}

/* Measured at least once. As search_measure(). */
static int
search_once(struct search *s, const struct search_point *p, struct search_try **ret_try)
{
	struct search_try *t = search_try_of(s, p);
	int r;

	if (t == NULL)
		return SEARCH_OVER;
	if (t->n == 0) {
		r = search_measure(s, t);
		if (r != 0) {
			search_forget_new(s, t);
			return r == SEARCH_WORN ? SEARCH_OVER : r;
		}
	}
	*ret_try = t;
	return 0;
}

/* --- sweeps ------------------------------------------------------------------------------------------------------ */

void
search_note_best(struct search *s)
{
	const struct search_try *best = NULL;

	for (unsigned i = 0; i < s->n_tries; i++)
		if (s->tries[i].n > 0 && search_fits(s, &s->tries[i].mean) &&
			(best == NULL || search_speed(&s->tries[i]) > search_speed(best)))
			best = &s->tries[i];
	s->any = best != NULL;
	if (best != NULL)
		s->best = best->point;
}

static void
search_bend(struct search_curve *c)
{
	double most = 0;

	for (unsigned i = 0; i < c->n; i++)
		if (c->at[i].pages_per_s > most)
			most = c->at[i].pages_per_s;
	for (unsigned i = 0; i < c->n && c->bend == 0; i++)
		if (c->at[i].pages_per_s >= 0.9 * most)
			c->bend = c->at[i].value;
}

/* Along an axis from *p; *p then stands on the axis' least good value. As search_measure(). */
static int
search_sweep(struct search *s, enum search_axis a, struct search_point *p)
{
	struct search_curve *c = &s->curves[a];
	struct search_point q = *p;
	double most = 0;
	unsigned flat = 0;
	int r = 0;

	for (unsigned v = s->config.range[a].min; v <= s->config.range[a].max && c->n < SEARCH_CURVE_MAX && flat < 2;
		v *= 2) {
		struct search_try *t;
		double y;

		q.v[a] = v;
		r = search_once(s, &q, &t);
		if (r != 0 || !search_fits(s, &t->mean))
			break;
		y = search_speed(t);
		c->at[c->n].value = v;
		c->at[c->n++].pages_per_s = t->mean.pages_per_s;
		flat = c->n > 1 && y - most < SEARCH_BEND ? flat + 1 : 0;
		if (c->n == 1 || y > most)
			most = y;
	}
	search_bend(c);
	search_note_best(s);
	for (unsigned i = 0; i < c->n; i++)
		if (log(c->at[i].pages_per_s) >= most - SEARCH_SLACK) {
			p->v[a] = c->at[i].value;
			break;
		}
	return r;
}

static int
search_sweeps(struct search *s, struct search_point *ret_events, struct search_point *ret_pool)
{
	struct search_point p = s->config.start;
	int r = 0;

	/* The start is where everything begins, and what the end is compared with. */
	p.v[SEARCH_ENGINE] = s->config.range[SEARCH_ENGINE].min;
	if (s->config.range[SEARCH_ENGINE].min == SEARCH_EVENTS) {
		if (search_has_range(s, SEARCH_CONNECTIONS))
			r = search_sweep(s, SEARCH_CONNECTIONS, &p);
		if (r == 0 && search_has_range(s, SEARCH_WORKERS))
			r = search_sweep(s, SEARCH_WORKERS, &p);
		if (r == 0 && search_has_range(s, SEARCH_LOOPS))
			r = search_sweep(s, SEARCH_LOOPS, &p);
	}
	*ret_events = *ret_pool = p;
	ret_pool->v[SEARCH_ENGINE] = SEARCH_POOL;
	if (r == 0 && s->config.range[SEARCH_ENGINE].max == SEARCH_POOL && search_has_range(s, SEARCH_THREADS))
		r = search_sweep(s, SEARCH_THREADS, ret_pool);
	return r;
}

/* --- duels ------------------------------------------------------------------------------------------------------- */

struct duel {
	double mean, half; /* of ln(challenger / incumbent) */
	unsigned n;
	bool worn; /* the incumbent could not be measured in each turn */
};

static double
search_sd(const struct search *s)
{
	return s->var_n > 0 ? sqrt(s->var_sum / s->var_n) : SEARCH_SD_FIRST;
}

/* Of n challengers, each between two of n + 1 incumbents, of which the first and the last count half; worn: or all held against one. */
static double
duel_half(const struct search *s, unsigned n, bool worn)
{
	return search_t(s->var_n) * search_sd(s) * sqrt(1.0 / n + (worn ? 1 : (n - 0.5) / ((double)n * n)));
}

/* What is smaller has to be no slower, what is not has to be faster: more need not be known. */
static bool
duel_decided(const struct duel *d, bool smaller)
{
	double low = d->mean - d->half, high = d->mean + d->half;

	return smaller ? low > -SEARCH_EQUAL || high < 0 : low > 0 || high < SEARCH_EQUAL;
}

/* Can the incumbent be measured once more? Where not, what is known of it has to do. */
static int
duel_incumbent(struct search *s, struct search_try *t, double *ret_y, bool *worn)
{
	int r = search_measure(s, t);

	*ret_y = t->last;
	*worn = *worn || r == SEARCH_WORN;
	return r == SEARCH_WORN ? 0 : r;
}

/* 0, SEARCH_OVER, negative errno. What has been measured until then is in *ret_duel. */
static int
search_duel(struct search *s, const struct search_point *incumbent, const struct search_point *challenger, bool smaller,
	struct duel *ret_duel)
{
	struct search_try *in = search_try_of(s, incumbent), *out = search_try_of(s, challenger);
	double before, behind, sum = 0;
	bool worn = false;
	int r = 0;

	*ret_duel = (struct duel){ .half = HUGE_VAL };
	if (in == NULL || out == NULL) {
		search_forget_new(s, in);
		return SEARCH_OVER;
	}
	r = duel_incumbent(s, in, &before, &worn);
	for (unsigned n = 1; r == 0 && n <= s->config.max_repeats && !duel_decided(ret_duel, smaller); n++) {
		r = search_measure(s, out);
		if (r == SEARCH_WORN)
			break;
		if (r == 0)
			r = duel_incumbent(s, in, &behind, &worn);
		if (r != 0)
			break;
		sum += out->last - (before + behind) / 2;
		before = behind;
		*ret_duel = (struct duel){ sum / n, duel_half(s, n, worn), n, worn };
	}
	search_forget_new(s, out);
	search_forget_new(s, in);
	return r == SEARCH_WORN ? 0 : r;
}

/* --- steps ------------------------------------------------------------------------------------------------------- */

static double
search_cost(const struct search *s, const struct search_result *r)
{
	return s->config.goal == SEARCH_CPU ? r->cpu_s : r->memory_bytes;
}

/* Ends of what a step may cost: see search.h. */
static bool
search_takes(struct search *s, const struct search_try *in, const struct search_try *out, const struct duel *d,
	bool smaller, bool down)
{
	double floor = down ? log(SEARCH_FLOOR) : -SEARCH_SLACK;

	if (d->n == 0 || !search_fits(s, &out->mean))
		return false;
	if (!search_fits(s, &in->mean))
		return true;
	if (down)
		return s->below + d->mean >= floor && search_cost(s, &out->mean) < 0.97 * search_cost(s, &in->mean);
	if (d->mean > d->half && d->mean > 0.01)
		return true;
	return smaller && s->below + d->mean >= floor;
}

/* *ret_took: the challenger is the incumbent now. */
static int
search_step(struct search *s, const struct search_point *q, bool smaller, bool down, bool *ret_took)
{
	const struct search_try *known = search_at(s, q), *in;
	struct duel d = { 0 };
	int r;

	*ret_took = false;
	in = search_at(s, &s->best);
	if (search_same(q, &s->best))
		return 0;
	if (known != NULL && in != NULL && known->n > 0 &&
		(search_speed(known) < search_speed(in) - SEARCH_CLEAR || !search_fits(s, &known->mean)))
		return 0;
	r = search_duel(s, &s->best, q, smaller, &d);
	if (r < 0)
		return r;
	in = search_at(s, &s->best);
	known = search_at(s, q);
	/* A duel that was broken off says what it says; before the first turn, nothing. */
	if (in != NULL && known != NULL && search_takes(s, in, known, &d, smaller, down)) {
		*ret_took = true;
		s->best = known->point;
		s->below = d.mean > d.half ? 0 : s->below + (d.mean < 0 ? d.mean : 0);
	}
	return r;
}

static unsigned
search_clamp(const struct search *s, enum search_axis a, unsigned v)
{
	return v < s->config.range[a].min ? s->config.range[a].min : v > s->config.range[a].max ? s->config.range[a].max : v;
}

/* One numerator/denominator step along an axis. */
static int
search_along(struct search *s, enum search_axis a, unsigned num, unsigned den, bool down, bool *ret_took)
{
	struct search_point q = s->best;

	q.v[a] = search_clamp(s, a, q.v[a] * num / den);
	*ret_took = false;
	if (q.v[a] == s->best.v[a])
		return 0;
	return search_step(s, &q, num < den, down, ret_took);
}

static bool
search_uses(const struct search *s, enum search_axis a)
{
	if (!search_has_range(s, a))
		return false;
	if (s->best.v[SEARCH_ENGINE] == SEARCH_EVENTS)
		return a != SEARCH_THREADS;
	return a != SEARCH_CONNECTIONS && a != SEARCH_LOOPS;
}

/* Up by doubling, then in between; or down. */
static int
search_refine(struct search *s, enum search_axis a, bool *ret_moved)
{
	bool took = true, up = false;
	int r = 0;

	for (unsigned i = 0; r == 0 && took && i < 4; i++) {
		r = search_along(s, a, 2, 1, false, &took);
		up = up || took;
	}
	if (r == 0 && !up && s->best.v[a] > s->config.range[a].min) {
		r = search_along(s, a, 3, 4, false, &took);
		up = up || took;
	}
	*ret_moved = *ret_moved || up;
	return r;
}

static int
search_choice(struct search *s, enum search_axis a, bool down, bool *ret_moved)
{
	struct search_point q = s->best;
	bool took = false;
	int r;

	if (!search_has_range(s, a))
		return 0;
	q.v[a] = 1 - q.v[a];
	r = search_step(s, &q, false, down, &took);
	*ret_moved = *ret_moved || took;
	return r;
}

static int
search_descend(struct search *s)
{
	bool moved = true, took = false;
	int r = 0;

	for (unsigned round = 0; r == 0 && moved && round < 3; round++) {
		moved = false;
		r = search_choice(s, SEARCH_HTML, true, &moved);
		for (size_t i = 0; r == 0 && i < ARRAY_LEN(search_numeric); i++) {
			took = search_uses(s, search_numeric[i]);
			while (r == 0 && took) {
				r = search_along(s, search_numeric[i], 1, 2, true, &took);
				moved = moved || took;
			}
		}
	}
	return r;
}

static int
search_duels(struct search *s, const struct search_point *events, const struct search_point *pool)
{
	bool moved = true, took = false;
	int r = 0;

	/* Both engines stand where their sweeps have brought them; the other one is the first challenger. */
	if (search_has_range(s, SEARCH_ENGINE))
		r = search_step(s, s->best.v[SEARCH_ENGINE] == SEARCH_EVENTS ? pool : events, false, false, &took);
	if (r == 0)
		r = search_choice(s, SEARCH_HTML, false, &took);
	for (unsigned round = 0; r == 0 && moved && round < 2; round++) {
		moved = false;
		for (size_t i = 0; r == 0 && i < ARRAY_LEN(search_numeric); i++)
			if (search_uses(s, search_numeric[i]))
				r = search_refine(s, search_numeric[i], &moved);
	}
	if (r == 0 && s->config.goal != SEARCH_THROUGHPUT)
		r = search_descend(s);
	return r;
}

/* The last duel: is it worth anything against what is in force? */
static int
search_compare(struct search *s)
{
	struct search_point start = search_plain(s, s->config.start);
	const struct search_try *t, *in;
	bool smaller = false;
	struct duel d = { 0 };
	int r;

	if (search_same(&start, &s->best))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(search_numeric); i++)
		smaller = smaller || s->best.v[search_numeric[i]] < start.v[search_numeric[i]];
	r = search_duel(s, &start, &s->best, smaller, &d);
	if (r < 0)
		return r;
	if (d.n == 0) {
		/* The budget ended too early for that; what was seen to be slower is no advice all the same. */
		t = search_at(s, &start);
		in = search_at(s, &s->best);
		if (s->config.goal == SEARCH_THROUGHPUT && t != NULL && in != NULL && t->n > 0 && search_fits(s, &t->mean) &&
			search_speed(t) > search_speed(in))
			s->best = start;
		return r;
	}
	s->compared = true;
	s->gain = d.mean;
	s->gain_half = d.half;
	s->worn = d.worn;
	t = search_at(s, &start);
	/* What is set stays, unless the other is better for certain, or smaller and no worse. */
	if (s->config.goal == SEARCH_THROUGHPUT && t != NULL && search_fits(s, &t->mean) &&
		(smaller ? s->gain < -SEARCH_SLACK : s->gain < s->gain_half || s->gain < 0.01))
		s->best = start;
	return r;
}

/* --- all of it --------------------------------------------------------------------------------------------------- */

/* Sweeps, then duels. */
static int
search_climb(struct search *s)
{
	struct search_point events, pool;
	int r = search_sweeps(s, &events, &pool);

	if (r != 0 || !s->any)
		return r;
	/*
	 * The least good value of each axis rather than the fastest point, which may be so by chance; and events, which cost
	 * less, unless threads are faster for certain: the first duel says that.
	 */
	const struct search_try *at[] = { search_at(s, &events), search_at(s, &pool) }, *best = search_at(s, &s->best);
	double slack[] = { SEARCH_CLEAR, SEARCH_SLACK };

	for (size_t i = 0; i < ARRAY_LEN(at); i++)
		if (at[i] != NULL && at[i]->n > 0 && best != NULL && search_fits(s, &at[i]->mean) &&
			search_speed(at[i]) >= search_speed(best) - slack[i]) {
			s->best = at[i]->point;
			break;
		}
	return search_duels(s, &events, &pool);
}

int
search_run(const struct search_config *config, struct search *ret_search)
{
	struct search *s = ret_search;
	int r;

	CHECK(config->max_repeats > 0);
	for (int a = 0; a < SEARCH_AXES; a++)
		CHECK(config->range[a].min <= config->range[a].max && (a >= SEARCH_HTML || config->range[a].min > 0));
	*s = (struct search){ .config = *config, .best = config->start };
	r = config->exhaustive ? search_grid(s) : search_climb(s);
	s->over = r == SEARCH_OVER;
	/* Where something was left for it. */
	if (r >= 0 && s->any)
		r = search_compare(s);
	s->over = s->over || r == SEARCH_OVER;
	return r < 0 ? r : 0;
}
