/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "frontier/due.h"
#include "frontier/polite.h"

#define SEC INT64_C(1000000)

static const struct polite_config defaults = { .window_first = 2, .window_max = 2, .wait_us = -1 };

static struct polite_answer
answer(enum outcome outcome, unsigned status, int64_t took_us)
{
	return (struct polite_answer){
		.outcome = outcome, .status = status, .retry_after_us = -1, .latency_us = -1, .took_us = took_us,
	};
}

static void
start(struct polite *p, const struct polite_config *c, int64_t now_us)
{
	assert_true(polite_due(p, c, now_us) <= now_us);
	assert_int_equal(polite_started(p, c, now_us, 0), 0);
}

static void
over(struct polite *p, const struct polite_config *c, struct polite_answer a, int64_t now_us)
{
	polite_over(p, c, &a, now_us, 0);
}

static void
window_and_pauses(void **state)
{
	struct polite p;

	polite_init(&p);
	start(&p, &defaults, 10 * SEC);
	start(&p, &defaults, 10 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 10 * SEC), INT64_MAX);
	/* A response that took 100 ms: its slot rests for 250; one that took a second, for a second. */
	over(&p, &defaults, answer(OUTCOME_OK, 200, SEC / 10), 11 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 11 * SEC), 11 * SEC + SEC / 4);
	over(&p, &defaults, answer(OUTCOME_OK, 200, SEC), 11 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 11 * SEC), 11 * SEC + SEC / 4);
	start(&p, &defaults, 11 * SEC + SEC / 4);
	/* The other slot rests on, and the first one is busy. */
	assert_int_equal(polite_due(&p, &defaults, 11 * SEC + SEC / 2), 12 * SEC);
	start(&p, &defaults, 12 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 12 * SEC), INT64_MAX);
	polite_release(&p);
}

static void
exempt_from_pauses_not_from_window(void **state)
{
	struct polite p;

	polite_init(&p);
	p.exempt = true;
	start(&p, &defaults, SEC);
	start(&p, &defaults, SEC);
	assert_int_equal(polite_due(&p, &defaults, SEC), INT64_MAX);
	over(&p, &defaults, answer(OUTCOME_OK, 200, SEC), 2 * SEC);
	assert_true(polite_due(&p, &defaults, 2 * SEC) <= 2 * SEC);
	polite_release(&p);
}

static void
explicit_wait_is_between_starts(void **state)
{
	const struct polite_config c = { .window_first = 4, .window_max = 4, .wait_us = 2 * SEC };
	struct polite p;

	polite_init(&p);
	p.exempt = true; /* holds for the default pauses only */
	start(&p, &c, SEC);
	assert_int_equal(polite_due(&p, &c, SEC), 3 * SEC);
	over(&p, &c, answer(OUTCOME_OK, 200, SEC / 10), SEC + SEC / 10);
	assert_int_equal(polite_due(&p, &c, 2 * SEC), 3 * SEC);
	start(&p, &c, 3 * SEC);
	assert_int_equal(polite_due(&p, &c, 3 * SEC), 5 * SEC);
	polite_release(&p);
}

/* A handshake that takes long: what the server sees begins behind it. */
static void
wait_begins_when_the_request_is_there(void **state)
{
	const struct polite_config c = { .window_first = 2, .window_max = 2, .wait_us = SEC };
	const struct polite_config quick = { .window_first = 2, .window_max = 2, .wait_us = SEC / 4 };
	struct polite_answer a = answer(OUTCOME_OK, 200, SEC / 2);
	struct polite p;

	polite_init(&p);
	start(&p, &c, 10 * SEC);
	a.connect_us = 2 * SEC / 5;
	over(&p, &c, a, 10 * SEC + SEC / 2);
	assert_int_equal(polite_due(&p, &c, 10 * SEC + SEC / 2), 11 * SEC + 2 * SEC / 5);
	/* Its connection is kept: then it is our start that counts. */
	start(&p, &c, 12 * SEC);
	a.connect_us = 0;
	over(&p, &c, a, 12 * SEC + SEC / 2);
	assert_int_equal(polite_due(&p, &c, 12 * SEC + SEC / 2), 13 * SEC);
	/* A later start has its own; and a wait that was made shorter is not prolonged by what was in flight. */
	start(&p, &c, 13 * SEC);
	start(&p, &c, 14 * SEC);
	a.connect_us = SEC;
	a.took_us = SEC + SEC / 2;
	over(&p, &c, a, 14 * SEC + SEC / 2);
	assert_int_equal(polite_due(&p, &c, 14 * SEC + SEC / 2), 15 * SEC);
	polite_retune(&p, &c, &quick, 14 * SEC + SEC / 2);
	a.connect_us = SEC / 2;
	a.took_us = SEC / 2;
	over(&p, &quick, a, 14 * SEC + SEC / 2);
	assert_int_equal(polite_due(&p, &quick, 14 * SEC + SEC / 2), 14 * SEC + 3 * SEC / 4);
	/* Crawl-delay is kept likewise. */
	p.crawl_delay_us = 3 * SEC;
	start(&p, &quick, 20 * SEC);
	over(&p, &quick, a, 20 * SEC + SEC / 2);
	assert_int_equal(polite_due(&p, &quick, 20 * SEC + SEC / 2), 23 * SEC + SEC / 2);
	polite_release(&p);
}

static void
random_wait_is_half_to_one_and_a_half(void **state)
{
	const struct polite_config c = { .window_first = 1, .window_max = 1, .wait_us = 10 * SEC, .random_wait = true };
	int64_t least = INT64_MAX, most = 0;
	uint32_t i;

	for (i = 0; i < 1000; i++) {
		struct polite p;
		int64_t gap;

		polite_init(&p);
		assert_int_equal(polite_started(&p, &c, 0, (uint32_t)hash_mix(i, 0)), 0);
		gap = p.spaced_us;
		assert_in_range(gap, 5 * SEC, 15 * SEC);
		least = gap < least ? gap : least;
		most = gap > most ? gap : most;
		polite_release(&p);
	}
	assert_true(least < 6 * SEC && most > 14 * SEC);
}

static void
crawl_delay_holds_whatever_else(void **state)
{
	const struct polite_config c = { .window_first = 4, .window_max = 4, .wait_us = 0, .random_wait = true };
	struct polite p;

	polite_init(&p);
	p.exempt = true;
	p.crawl_delay_us = 10 * SEC;
	start(&p, &c, SEC);
	assert_int_equal(polite_due(&p, &c, SEC), 11 * SEC);
	polite_release(&p);
}

static void
backs_off_and_is_forgiven_slowly(void **state)
{
	struct polite p;
	int64_t now_us = 100 * SEC;
	int i;

	polite_init(&p);
	p.exempt = true;
	for (i = 0; i < 12; i++) {
		int64_t pause_us = SEC << i < 300 * SEC ? SEC << i : 300 * SEC;

		start(&p, &defaults, now_us);
		over(&p, &defaults, answer(OUTCOME_HTTP_SERVER_ERROR, 503, 1000), now_us);
		assert_int_equal(polite_due(&p, &defaults, now_us), now_us + pause_us);
		now_us += pause_us;
	}
	/* A good answer takes a little of it away; a 500 or a failure nothing. Meanwhile requests come at a pace. */
	for (i = 0; i < 30; i++) {
		now_us = polite_due(&p, &defaults, now_us) > now_us ? polite_due(&p, &defaults, now_us) : now_us;
		start(&p, &defaults, now_us);
		assert_int_equal(polite_due(&p, &defaults, now_us), now_us + 300 * SEC / 8);
		over(&p, &defaults, i % 2 ? answer(OUTCOME_HTTP_SERVER_ERROR, 500, 10) : answer(OUTCOME_TLS_FAILED, 0, 10), now_us);
	}
	for (i = 0; p.backoff_len_us > 150 * SEC; i++) {
		now_us = polite_due(&p, &defaults, now_us) > now_us ? polite_due(&p, &defaults, now_us) : now_us;
		start(&p, &defaults, now_us);
		over(&p, &defaults, answer(OUTCOME_OK, 200, 1000), now_us);
	}
	assert_in_range(i, 10, 12);
	for (i = 0; p.backoff_len_us > 0; i++) {
		now_us = polite_due(&p, &defaults, now_us) > now_us ? polite_due(&p, &defaults, now_us) : now_us;
		start(&p, &defaults, now_us);
		over(&p, &defaults, answer(OUTCOME_OK, 200, 1000), now_us);
	}
	assert_in_range(i, 50, 150);
	now_us += SEC;
	start(&p, &defaults, now_us);
	assert_true(polite_due(&p, &defaults, now_us) <= now_us);
	over(&p, &defaults, answer(OUTCOME_HTTP_TOO_MANY, 429, 1000), now_us);
	assert_int_equal(polite_due(&p, &defaults, now_us), now_us + SEC);
	polite_release(&p);
}

/* Never less than the doubling says, up to half as much again. */
static void
backoff_is_spread(void **state)
{
	int64_t least = INT64_MAX, most = 0;
	uint32_t i;

	for (i = 0; i < 1000; i++) {
		struct polite_answer a = answer(OUTCOME_HTTP_TOO_MANY, 429, 1000);
		struct polite p;

		polite_init(&p);
		start(&p, &defaults, 0);
		polite_over(&p, &defaults, &a, 0, (uint32_t)hash_mix(i, 0));
		assert_in_range(p.backoff_us, SEC, SEC * 3 / 2);
		least = p.backoff_us < least ? p.backoff_us : least;
		most = p.backoff_us > most ? p.backoff_us : most;
		polite_release(&p);
	}
	assert_true(least < SEC * 11 / 10 && most > SEC * 14 / 10);
}

static void
retry_after_is_kept(void **state)
{
	struct polite_answer a = answer(OUTCOME_HTTP_TOO_MANY, 429, 1000);
	struct polite p;

	polite_init(&p);
	start(&p, &defaults, SEC);
	start(&p, &defaults, SEC);
	a.retry_after_us = 60 * SEC;
	over(&p, &defaults, a, 2 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 2 * SEC), 62 * SEC);
	/* The second one of the same moment is no second step, and cannot shorten it. */
	a.retry_after_us = 5 * SEC;
	over(&p, &defaults, a, 3 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 3 * SEC), 62 * SEC);
	polite_release(&p);
	/* What it says is kept exactly, though our own pause would be longer by now; without a word, ours. */
	polite_init(&p);
	p.exempt = true;
	p.backoff_len_us = 16 * SEC;
	start(&p, &defaults, 0);
	a.retry_after_us = 3 * SEC;
	over(&p, &defaults, a, 0);
	assert_int_equal(polite_due(&p, &defaults, 0), 3 * SEC);
	start(&p, &defaults, 3 * SEC);
	assert_int_equal(p.backoff_len_us, 16 * SEC);
	a.retry_after_us = 0;
	over(&p, &defaults, a, 3 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 3 * SEC), 35 * SEC);
	polite_release(&p);
	/* Nobody can put us off for ever. */
	polite_init(&p);
	start(&p, &defaults, 0);
	a.retry_after_us = INT64_MAX;
	over(&p, &defaults, a, 0);
	assert_int_equal(polite_due(&p, &defaults, 0), POLITE_RETRY_AFTER_MAX_US);
	polite_release(&p);
}

static void
what_came_is_paid_for(void **state)
{
	const struct polite_config c = { .window_first = 2, .window_max = 2, .wait_us = 0, .rate_bps = 1000 };
	struct polite_answer a = answer(OUTCOME_OK, 200, SEC);
	struct polite p;

	polite_init(&p);
	a.bytes = 5000;
	start(&p, &c, 10 * SEC);
	start(&p, &c, 10 * SEC);
	/* It took one of the five seconds that it may take. */
	over(&p, &c, a, 11 * SEC);
	assert_int_equal(polite_due(&p, &c, 11 * SEC), 15 * SEC);
	/* Both together: ten. */
	over(&p, &c, a, 11 * SEC);
	assert_int_equal(polite_due(&p, &c, 11 * SEC), 20 * SEC);
	/* Time in which nothing came is not saved up. */
	start(&p, &c, 100 * SEC);
	a.bytes = 500;
	over(&p, &c, a, 101 * SEC);
	assert_true(polite_due(&p, &c, 101 * SEC) <= 101 * SEC);
	a.bytes = UINT64_MAX;
	start(&p, &c, 101 * SEC);
	over(&p, &c, a, 102 * SEC);
	assert_int_equal(polite_due(&p, &c, 102 * SEC), 101 * SEC + POLITE_RETRY_AFTER_MAX_US);
	polite_release(&p);
}

static void
failures_count_in_a_row(void **state)
{
	struct polite p;

	polite_init(&p);
	p.exempt = true;
	start(&p, &defaults, 0);
	over(&p, &defaults, answer(OUTCOME_CONNECT_FAILED, 0, 10), 0);
	start(&p, &defaults, 0);
	over(&p, &defaults, answer(OUTCOME_NO_RESOURCES, 0, 10), 0);
	start(&p, &defaults, 0);
	over(&p, &defaults, answer(OUTCOME_CONNECT_TIMEOUT, 0, 10), 0);
	assert_int_equal(p.failures, 2);
	start(&p, &defaults, 0);
	over(&p, &defaults, answer(OUTCOME_HTTP_CLIENT_ERROR, 404, 10), 0);
	assert_int_equal(p.failures, 0);
	polite_release(&p);
}

/* Any order of starts and answers: never more than the window, and a slot rests as long as it shall. */
static void
never_past_the_window(void **state)
{
	struct polite_config c = { .window_first = 5, .window_max = 5, .wait_us = -1 };
	int64_t now_us = 0, freed[5], due_us;
	uint64_t x = 1;
	struct polite p;
	int i, n_free = 5, k;

	polite_init(&p);
	for (i = 0; i < 5; i++)
		freed[i] = INT64_MIN;
	for (i = 0; i < 20000; i++) {
		x = hash_mix(x, 1);
		now_us += (int64_t)(x % 100000);
		due_us = polite_due(&p, &c, now_us);
		if (due_us <= now_us && x % 3 > 0) {
			/* The slot that has rested longest must have rested enough. */
			int best = 0;

			assert_true(n_free > 0);
			for (k = 1; k < n_free; k++)
				if (freed[k] < freed[best])
					best = k;
			assert_true(freed[best] <= now_us);
			freed[best] = freed[--n_free];
			start(&p, &c, now_us);
		} else if (n_free < 5) {
			int64_t took_us = (int64_t)(x % 700000);

			over(&p, &c, answer(OUTCOME_OK, 200, took_us), now_us);
			freed[n_free++] = now_us + (took_us > POLITE_PAUSE_MIN_US ? took_us : POLITE_PAUSE_MIN_US);
		}
		assert_int_equal(p.in_flight, 5 - n_free);
		assert_true(p.in_flight + p.n_pauses <= 5);
	}
	polite_release(&p);
}

/* The heap against a walk over all. */
static void
due_heap_gives_the_earliest(void **state)
{
	struct due_item items[200] = { 0 };
	struct due d = { 0 };
	uint64_t x = 1;
	int round, i;

	assert_int_equal(due_reserve(&d, 200), 0);
	for (round = 0; round < 20000; round++) {
		struct due_item *least = NULL;

		x = hash_mix(x, 2);
		i = (int)(x % 200);
		if (x >> 32 & 3)
			due_set(&d, &items[i], (int64_t)(x >> 40 & 1023));
		else
			due_cancel(&d, &items[i]);
		for (i = 0; i < 200; i++)
			if (items[i].slot != 0 && (least == NULL || items[i].due_us < least->due_us))
				least = &items[i];
		if (least == NULL)
			assert_null(due_first(&d));
		else
			assert_int_equal(due_first(&d)->due_us, least->due_us);
		due_check(&d);
	}
	due_set(&d, &items[0], 5);
	due_set(&d, &items[0], DUE_NEVER);
	assert_int_equal(items[0].slot, 0);
	due_release(&d);
}

/* Old waits are not served out where the new ones are shorter; what the server asked for is. */
static void
other_settings_while_it_runs(void **state)
{
	const struct polite_config hour = { .window_first = 1, .window_max = 1, .wait_us = 3600 * SEC };
	const struct polite_config quick = { .window_first = 3, .window_max = 3, .wait_us = SEC };
	struct polite p;

	polite_init(&p);
	start(&p, &hour, SEC);
	over(&p, &hour, answer(OUTCOME_OK, 200, SEC / 10), 2 * SEC);
	assert_int_equal(polite_due(&p, &hour, 2 * SEC), 3601 * SEC);
	polite_retune(&p, &hour, &quick, 2 * SEC);
	assert_int_equal(polite_due(&p, &quick, 2 * SEC), 3 * SEC);
	/* The pauses of slots are of the default settings: an explicit wait forgets them, and another window has room for its own. */
	polite_retune(&p, &quick, &defaults, 3 * SEC);
	start(&p, &defaults, 3 * SEC);
	over(&p, &defaults, answer(OUTCOME_OK, 200, 100 * SEC), 4 * SEC);
	start(&p, &defaults, 4 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 4 * SEC), 104 * SEC);
	polite_retune(&p, &defaults, &quick, 4 * SEC);
	assert_int_equal(p.n_pauses, 0);
	start(&p, &quick, 4 * SEC);
	start(&p, &quick, 5 * SEC);
	/* Fewer than are in flight: nothing starts before they are back, and their pauses have room. */
	polite_retune(&p, &quick, &defaults, 5 * SEC);
	assert_int_equal(polite_due(&p, &defaults, 6 * SEC), INT64_MAX);
	for (int i = 0; i < 3; i++)
		over(&p, &defaults, answer(OUTCOME_OK, 200, SEC), 6 * SEC);
	assert_int_equal(p.n_pauses, 3);
	assert_int_equal(polite_due(&p, &defaults, 6 * SEC), 7 * SEC);
	/* Crawl-delay and Retry-After are not the user's to take back. */
	p.crawl_delay_us = 20 * SEC;
	start(&p, &defaults, 7 * SEC);
	over(&p, &defaults, answer(OUTCOME_OK, 200, SEC / 10), 7 * SEC);
	polite_retune(&p, &defaults, &quick, 7 * SEC);
	assert_int_equal(polite_due(&p, &quick, 7 * SEC), 27 * SEC);
	polite_release(&p);
	/* A debt is paid at the new rate. */
	assert_int_equal(polite_repay(100 * SEC, 1000, 4000, 60 * SEC), 70 * SEC);
	assert_int_equal(polite_repay(100 * SEC, 1000, 0, 60 * SEC), 60 * SEC);
	assert_int_equal(polite_repay(100 * SEC, 1, UINT64_MAX, 60 * SEC), 60 * SEC);
	assert_int_equal(polite_repay(100 * SEC, UINT64_MAX, 1, 60 * SEC), 60 * SEC + POLITE_RETRY_AFTER_MAX_US);
	assert_int_equal(polite_repay(INT64_MIN, 0, 5, 60 * SEC), INT64_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(window_and_pauses),
		cmocka_unit_test(exempt_from_pauses_not_from_window),
		cmocka_unit_test(explicit_wait_is_between_starts),
		cmocka_unit_test(wait_begins_when_the_request_is_there),
		cmocka_unit_test(random_wait_is_half_to_one_and_a_half),
		cmocka_unit_test(crawl_delay_holds_whatever_else),
		cmocka_unit_test(backs_off_and_is_forgiven_slowly),
		cmocka_unit_test(backoff_is_spread),
		cmocka_unit_test(retry_after_is_kept),
		cmocka_unit_test(what_came_is_paid_for),
		cmocka_unit_test(failures_count_in_a_row),
		cmocka_unit_test(never_past_the_window),
		cmocka_unit_test(other_settings_while_it_runs),
		cmocka_unit_test(due_heap_gives_the_earliest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
