/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control law (frontier/polite.h) against model servers. One client with more to ask than it may asks by polite_due(); the
 * server says how long each answer takes, and which. Time is simulated.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "frontier/polite.h"

#define MS       INT64_C(1000)
#define SEC      INT64_C(1000000)
#define MAX_OPEN 64

struct server;

struct reply {
	unsigned status;
	int64_t took_us, retry_after_us;
};

struct server {
	/* busy: requests in the server, this one included. */
	struct reply (*ask)(struct server *s, int64_t now_us, unsigned busy, uint64_t random);
	int64_t work_us;       /* of one request, alone */
	unsigned capacity;     /* that many at once; the others wait */
	int64_t free_us[8];    /* when each of these is free again */
	double tokens, rate;   /* of a limiter: a second */
	int64_t filled_us;
	bool says_when;        /* Retry-After */
	unsigned asked, refused, most_busy;
	uint64_t window_sum;   /* for the mean, of the second half */
	unsigned window_n;
};

struct client {
	struct polite p;
	struct polite_config c;
	struct { int64_t end_us; struct polite_answer a; } open[MAX_OPEN];
	unsigned n_open;
	uint64_t random;
};

/* The earliest of the answers under way comes in. */
static int64_t
client_answer(struct client *cl)
{
	unsigned i, first = 0;
	int64_t end_us;

	assert_true(cl->n_open > 0);
	for (i = 1; i < cl->n_open; i++)
		if (cl->open[i].end_us < cl->open[first].end_us)
			first = i;
	end_us = cl->open[first].end_us;
	polite_over(&cl->p, &cl->c, &cl->open[first].a, end_us, (uint32_t)hash_mix(cl->random++, 3));
	cl->open[first] = cl->open[--cl->n_open];
	return end_us;
}

static int64_t
client_first_us(const struct client *cl)
{
	int64_t us = INT64_MAX;
	unsigned i;

	for (i = 0; i < cl->n_open; i++)
		us = cl->open[i].end_us < us ? cl->open[i].end_us : us;
	return us;
}

static void
client_ask(struct client *cl, struct server *s, int64_t now_us)
{
	struct reply r = s->ask(s, now_us, cl->n_open + 1, hash_mix(cl->random++, 4));

	assert_true(cl->n_open < polite_law_window(cl->p.law, &cl->c)); /* J4 */
	assert_int_equal(polite_started(&cl->p, &cl->c, now_us, 0), 0);
	cl->open[cl->n_open].end_us = now_us + r.took_us;
	cl->open[cl->n_open++].a = (struct polite_answer){
		.outcome = r.status == 429 ? OUTCOME_HTTP_TOO_MANY : r.status >= 500 ? OUTCOME_HTTP_SERVER_ERROR : OUTCOME_OK,
		.status = r.status,
		.retry_after_us = r.retry_after_us,
		.latency_us = r.took_us,
		.took_us = r.took_us,
	};
	s->asked++;
	s->refused += r.status != 200;
	s->most_busy = cl->n_open > s->most_busy ? cl->n_open : s->most_busy;
}

/* Asks for so long; the window's mean over the second half is told in 1/100. */
static unsigned
crawl(struct client *cl, struct server *s, int64_t for_us)
{
	int64_t now_us = 0, next_us, due_us;

	while (now_us < for_us) {
		due_us = polite_due(&cl->p, &cl->c, now_us);
		if (due_us <= now_us) {
			client_ask(cl, s, now_us);
			continue;
		}
		next_us = client_first_us(cl);
		now_us = due_us < next_us ? due_us : next_us;
		if (next_us <= due_us)
			(void)client_answer(cl);
		if (now_us > for_us / 2) {
			s->window_sum += polite_law_window(cl->p.law, &cl->c);
			s->window_n++;
		}
	}
	while (cl->n_open > 0)
		(void)client_answer(cl);
	return s->window_n > 0 ? (unsigned)(s->window_sum * 100 / s->window_n) : 0;
}

static struct client
client(unsigned window_max)
{
	struct client cl = {
		.c = { .window_first = POLITE_WINDOW_FIRST, .window_max = window_max, .wait_us = -1 },
	};

	polite_init(&cl.p);
	cl.p.exempt = true; /* it is the law that is looked at, not the pauses */
	return cl;
}

/* So many at once, the others wait in line. Pages differ: one in ten takes ten times as long. */
static struct reply
ask_fixed(struct server *s, int64_t now_us, unsigned busy, uint64_t random)
{
	int64_t work_us = s->work_us / 2 + (int64_t)(random % (uint64_t)s->work_us);
	unsigned i, k = 0;

	if (random >> 32 & 1 && (random >> 33) % 5 == 0)
		work_us *= 10;
	for (i = 1; i < s->capacity; i++)
		if (s->free_us[i] < s->free_us[k])
			k = i;
	s->free_us[k] = (s->free_us[k] > now_us ? s->free_us[k] : now_us) + work_us;
	return (struct reply){ 200, s->free_us[k] - now_us, -1 };
}

static void
opens_where_there_is_room(void **state)
{
	struct server s = { .ask = ask_fixed, .work_us = 100 * MS, .capacity = 8 };
	struct client cl = client(POLITE_WINDOW_OPEN);

	assert_int_equal(polite_law_window(cl.p.law, &cl.c), 2);
	assert_true(crawl(&cl, &s, 600 * SEC) > 450);
	assert_int_equal(s.most_busy, 6);
	polite_release(&cl.p);
}

/* Two at once is what it can: the queue that more would make is noticed, and taken back. */
static void
stays_small_where_there_is_none(void **state)
{
	unsigned mean, capacity;

	for (capacity = 1; capacity <= 2; capacity++) {
		struct server s = { .ask = ask_fixed, .work_us = 100 * MS, .capacity = capacity };
		struct client cl = client(32);

		mean = crawl(&cl, &s, 1800 * SEC);
		assert_in_range(mean, 200, 450);
		assert_true(s.most_busy <= 8);
		polite_release(&cl.p);
	}
}

/* What came of it is in proportion: with a wide ceiling the window is near what the server can do at once. */
static void
follows_capacity(void **state)
{
	struct server small = { .ask = ask_fixed, .work_us = 100 * MS, .capacity = 3 };
	struct server large = { .ask = ask_fixed, .work_us = 100 * MS, .capacity = 8 };
	struct client cl = client(32);
	unsigned mean = crawl(&cl, &small, 1800 * SEC);

	polite_release(&cl.p);
	cl = client(32);
	assert_true(crawl(&cl, &large, 1800 * SEC) > mean + 200);
	assert_true(large.most_busy < 24);
	polite_release(&cl.p);
}

/* A token bucket: so many a second, 429 beyond. */
static struct reply
ask_limiter(struct server *s, int64_t now_us, unsigned busy, uint64_t random)
{
	s->tokens += s->rate * (double)(now_us - s->filled_us) / 1e6;
	s->filled_us = now_us;
	if (s->tokens > 10)
		s->tokens = 10;
	if (s->tokens >= 1) {
		s->tokens -= 1;
		return (struct reply){ 200, s->work_us, -1 };
	}
	return (struct reply){ 429, s->work_us / 10, s->says_when ? 5 * SEC : -1 };
}

static void
limiter_that_says_when(void **state)
{
	struct server s = { .ask = ask_limiter, .work_us = 50 * MS, .rate = 2, .tokens = 10, .says_when = true };
	struct client cl = client(POLITE_WINDOW_OPEN);

	(void)crawl(&cl, &s, 600 * SEC);
	/* What it gives is taken (2 a second, its bucket holds 10), and at most its window is refused each time. */
	assert_true(s.asked - s.refused > 1000);
	assert_true(s.refused < s.asked / 6);
	polite_release(&cl.p);
}

static void
limiter_that_says_nothing(void **state)
{
	struct server s = { .ask = ask_limiter, .work_us = 50 * MS, .rate = 2, .tokens = 10 };
	struct client cl = client(POLITE_WINDOW_OPEN);

	(void)crawl(&cl, &s, 600 * SEC);
	assert_true(s.asked - s.refused > 600);
	assert_true(s.refused < s.asked / 8);
	polite_release(&cl.p);
	/* One in five seconds, and no bucket to speak of: that too is met. */
	s = (struct server){ .ask = ask_limiter, .work_us = 50 * MS, .rate = 0.2, .tokens = 1 };
	cl = client(POLITE_WINDOW_OPEN);
	(void)crawl(&cl, &s, 6000 * SEC);
	assert_true(s.asked - s.refused > 600);
	assert_true(s.refused < s.asked / 8);
	polite_release(&cl.p);
}

/* The first answers are slow (caches are cold): that is not what the others are measured by. */
static struct reply
ask_slow_start(struct server *s, int64_t now_us, unsigned busy, uint64_t random)
{
	int64_t us = s->work_us + (int64_t)(random % (uint64_t)s->work_us) / 4;

	return (struct reply){ 200, s->asked < 40 ? us * 20 : us, -1 };
}

static void
slow_start(void **state)
{
	struct server s = { .ask = ask_slow_start, .work_us = 80 * MS };
	struct client cl = client(POLITE_WINDOW_OPEN);

	assert_true(crawl(&cl, &s, 300 * SEC) > 580);
	polite_release(&cl.p);
}

/* And one that becomes slow for good is not left at once: what it takes is learned anew. */
static struct reply
ask_slow_later(struct server *s, int64_t now_us, unsigned busy, uint64_t random)
{
	int64_t us = s->work_us + (int64_t)(random % (uint64_t)s->work_us) / 4;

	if (now_us < 100 * SEC)
		return (struct reply){ 200, us, -1 };
	s->capacity = s->capacity < busy ? busy : s->capacity; /* the most at once since */
	return (struct reply){ 200, us * 8, -1 };
}

static void
slow_for_good(void **state)
{
	struct server s = { .ask = ask_slow_later, .work_us = 50 * MS };
	struct client cl = client(POLITE_WINDOW_OPEN);
	int64_t closed_us;

	(void)crawl(&cl, &s, 110 * SEC);
	closed_us = cl.p.closed_us;
	assert_true(closed_us > 100 * SEC);
	assert_true(polite_law_window(cl.p.law, &cl.c) < 5);
	polite_release(&cl.p);
	cl = client(POLITE_WINDOW_OPEN);
	s = (struct server){ .ask = ask_slow_later, .work_us = 50 * MS };
	assert_true(crawl(&cl, &s, 600 * SEC) > 560);
	polite_release(&cl.p);
}

/* Ten seconds well, ten seconds 503. */
static struct reply
ask_flapping(struct server *s, int64_t now_us, unsigned busy, uint64_t random)
{
	bool well = now_us / (10 * SEC) % 2 == 0;

	return (struct reply){ well ? 200 : 503, s->work_us, -1 };
}

static void
flapping(void **state)
{
	struct server s = { .ask = ask_flapping, .work_us = 50 * MS };
	struct client cl = client(POLITE_WINDOW_OPEN);

	(void)crawl(&cl, &s, 1000 * SEC);
	/* Fifty bad times: of each it sees little, and what it does afterwards is still worth while. */
	assert_true(s.refused < 50 * 2);
	assert_true(s.asked - s.refused > 20 * s.refused && s.asked > 800);
	polite_release(&cl.p);
}

static void
time_outs_close_to_one(void **state)
{
	const struct polite_config c = { .window_first = 2, .window_max = 6, .wait_us = -1 };
	struct polite_answer a = { .outcome = OUTCOME_TIMEOUT, .retry_after_us = -1, .latency_us = -1, .took_us = SEC };
	struct polite p;
	int i;

	polite_init(&p);
	p.exempt = true;
	/* Both of the same time: one step. */
	assert_int_equal(polite_started(&p, &c, 0, 0), 0);
	assert_int_equal(polite_started(&p, &c, 0, 0), 0);
	polite_over(&p, &c, &a, SEC, 0);
	polite_over(&p, &c, &a, SEC, 0);
	assert_int_equal(polite_law_window(p.law, &c), 1);
	for (i = 0; i < 5; i++) {
		assert_true(polite_due(&p, &c, (2 + i) * SEC) <= (2 + i) * SEC);
		assert_int_equal(polite_started(&p, &c, (2 + i) * SEC, 0), 0);
		assert_int_equal(polite_due(&p, &c, (2 + i) * SEC), INT64_MAX);
		polite_over(&p, &c, &a, (3 + i) * SEC, 0);
		assert_int_equal(polite_law_window(p.law, &c), 1);
	}
	polite_release(&p);
}

/* Any answers in any order: the window stays within its bounds, and the state in its bits. */
static void
stays_within_bounds(void **state)
{
	const struct polite_config c = { .window_first = 2, .window_max = 6, .wait_us = -1 };
	struct polite_law law = { 0 };
	uint64_t x = 1;
	int i;

	for (i = 0; i < 200000; i++) {
		struct polite_sample s;

		x = hash_mix(x, 5);
		s = (struct polite_sample){
			.trouble = x % 50 == 0,
			.latency_us = x % 7 == 0 ? -1 : x % 11 == 0 ? INT64_MAX / 128 : (int64_t)(x >> 20 & 0xfffff),
			.is_new = x >> 8 & 1,
			.was_limit = x >> 9 & 1,
			.was_calm = x >> 10 & 1,
		};
		law = polite_law_step(law, &c, &s);
		assert_in_range(polite_law_window(law, &c), 1, 6);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_where_there_is_room),
		cmocka_unit_test(stays_small_where_there_is_none),
		cmocka_unit_test(follows_capacity),
		cmocka_unit_test(limiter_that_says_when),
		cmocka_unit_test(limiter_that_says_nothing),
		cmocka_unit_test(slow_start),
		cmocka_unit_test(slow_for_good),
		cmocka_unit_test(flapping),
		cmocka_unit_test(time_outs_close_to_one),
		cmocka_unit_test(stays_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
