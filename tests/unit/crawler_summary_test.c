/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "crawler/human.h"
#include "crawler/summary.h"

static void
assert_text(struct buf *b, const char *want)
{
	assert_int_equal(b->len, strlen(want));
	assert_memory_equal(b->data, want, b->len);
	buf_reset(b, 0);
}

static void
numbers_as_people_read_them(void **state)
{
	struct buf b = BUF_INIT(1024);

	(void)state;
	human_count(&b, 0);
	assert_text(&b, "0");
	human_count(&b, 999);
	assert_text(&b, "999");
	human_count(&b, 1000);
	assert_text(&b, "1,000");
	human_count(&b, 12003004);
	assert_text(&b, "12,003,004");
	human_things(&b, 1, "page");
	assert_text(&b, "1 page");
	human_things(&b, 1000, "page");
	assert_text(&b, "1,000 pages");
	human_things(&b, 0, "page");
	assert_text(&b, "0 pages");
	human_bytes(&b, 999);
	assert_text(&b, "999 B");
	human_bytes(&b, 1000);
	assert_text(&b, "1.0 kB");
	human_bytes(&b, 999949);
	assert_text(&b, "999.9 kB");
	human_bytes(&b, 999960);
	assert_text(&b, "1.0 MB");
	human_bytes(&b, UINT64_MAX);
	assert_text(&b, "18446.7 PB");
	human_time(&b, 350 * CLOCK_US_PER_MS);
	assert_text(&b, "350 ms");
	human_time(&b, 245 * CLOCK_US_PER_SEC);
	assert_text(&b, "4 min 05 s");
	human_time(&b, 7620 * CLOCK_US_PER_SEC);
	assert_text(&b, "2 h 07 min");
	human_rate(&b, 5, 0);
	assert_text(&b, "0");
	human_rate(&b, 41, 10 * CLOCK_US_PER_SEC);
	assert_text(&b, "4.1");
	human_rate(&b, 41200, 10 * CLOCK_US_PER_SEC);
	assert_text(&b, "4,120");
	buf_release(&b);
}

/* The account named before a stretch of time gets what the loop slept in it; what it worked is its own. */
static void
blame_goes_to_the_right_account(void **state)
{
	struct metrics m = { 0 };

	(void)state;
	metrics_blame(&m, BLAME_ANSWERS, 1000, 0);
	metrics_blame(&m, BLAME_POLITENESS, 1100, 80); /* slept 80 of 100 for the network */
	metrics_blame(&m, BLAME_PARSERS, 1200, 180);   /* slept all for politeness */
	metrics_blame(&m, BLAME_ANSWERS, 1300, 190);   /* all of it was the parsers' */
	metrics_processor(&m, 110);
	assert_int_equal(m.blame_us[BLAME_ANSWERS], 80);
	assert_int_equal(m.blame_us[BLAME_CPU], 20);
	assert_int_equal(m.blame_us[BLAME_POLITENESS], 100);
	assert_int_equal(m.blame_us[BLAME_PARSERS], 100);
	assert_int_equal(m.blame_us[BLAME_WRITER], 0);
}

/* What a loop was awake for and did not run, others had the processors for: that is not its own work. */
static void
time_without_a_processor_is_nobodys_work(void **state)
{
	struct metrics m = { 0 };

	(void)state;
	metrics_processor(&m, 500); /* used before the loop began */
	metrics_blame(&m, BLAME_ANSWERS, 1000, 0);
	metrics_blame(&m, BLAME_PARSERS, 1100, 20); /* awake for 80 */
	metrics_blame(&m, BLAME_ANSWERS, 1200, 100); /* and for 20, which are the parsers' anyway */
	metrics_processor(&m, 525);
	assert_int_equal(m.blame_us[BLAME_CPU], 20);
	assert_int_equal(m.blame_us[BLAME_PROCESSORS], 60);
	assert_int_equal(m.blame_us[BLAME_PARSERS], 100);
	/* All of it: nothing is moved, also where the clocks differ a little. */
	metrics_blame(&m, BLAME_ANSWERS, 1300, 100);
	metrics_processor(&m, 626);
	assert_int_equal(m.blame_us[BLAME_CPU], 120);
	assert_int_equal(m.blame_us[BLAME_PROCESSORS], 60);
	metrics_processor(&m, 700);
	assert_int_equal(m.blame_us[BLAME_CPU], 120);
}

/* All connections are busy, and the loop never sleeps: its time is its own account's, and more connections may make each request cheaper. */
static void
connections_can_be_short_where_the_loop_has_no_time(void **state)
{
	struct metrics m = { 0 };
	struct metrics_sum sum = { 0 };

	(void)state;
	metrics_blame(&m, BLAME_CONNECTIONS, 1000, 0);
	metrics_blame(&m, BLAME_CONNECTIONS, 1100, 0);
	metrics_blame(&m, BLAME_ANSWERS, 1150, 30);
	metrics_blame(&m, BLAME_ANSWERS, 1200, 60);
	metrics_processor(&m, 140);
	metrics_add(&sum, &m);
	assert_int_equal(sum.blame_us[BLAME_CONNECTIONS], 30);
	assert_int_equal(sum.blame_us[BLAME_CPU], 140);
	assert_int_equal(sum.crowded_us, 150);
}

/* Where the loops go on after all (pipeline_go_on()), the clock of a new thread begins anew: no account has more, or less, for it. */
static void
another_thread_goes_on(void **state)
{
	struct metrics m = { 0 };

	(void)state;
	metrics_blame(&m, BLAME_ANSWERS, 1000, 0);
	metrics_blame(&m, BLAME_ANSWERS, 1100, 20);
	metrics_processor(&m, 80);
	metrics_processor(&m, 3); /* nothing was done since */
	assert_int_equal(m.blame_us[BLAME_CPU], 80);
	assert_int_equal(m.blame_us[BLAME_PROCESSORS], 0);
	metrics_blame(&m, BLAME_ANSWERS, 1200, 20);
	metrics_processor(&m, 103);
	assert_int_equal(m.blame_us[BLAME_CPU], 180);
	metrics_blame(&m, BLAME_ANSWERS, 1250, 20);
	metrics_processor(&m, 2); /* what was done meanwhile cannot have waited for longer than it took */
	assert_int_equal(m.blame_us[BLAME_CPU] + m.blame_us[BLAME_PROCESSORS], 230);
	assert_in_range(m.blame_us[BLAME_PROCESSORS], 0, 50);
}

static void
the_largest_account_is_the_bottleneck(void **state)
{
	struct summary s = { 0 };
	double share = -1;

	(void)state;
	assert_int_equal(summary_bottleneck(&s, &share), BLAME_ANSWERS);
	assert_true(share == 0);
	s.sum.blame_us[BLAME_ANSWERS] = 10;
	s.sum.blame_us[BLAME_WRITER] = 30;
	assert_int_equal(summary_bottleneck(&s, &share), BLAME_WRITER);
	assert_true(share == 0.75);
	/* The network's two accounts weigh together; the larger one gives the advice. */
	s.sum.blame_us[BLAME_CONNECTIONS] = 40;
	s.sum.blame_us[BLAME_WRITER] = 45;
	s.sum.blame_us[BLAME_POLITENESS] = 5;
	assert_int_equal(summary_bottleneck(&s, &share), BLAME_CONNECTIONS);
	assert_true(share == 0.5);
}

static void
exit_codes_as_wget(void **state)
{
	struct metrics_sum sum = { 0 };

	(void)state;
	assert_int_equal(metrics_exit_code(&sum), 0);
	sum.by_status[200] = 7;
	sum.by_outcome[OUTCOME_OK] = 7;
	sum.skipped_by[OUTCOME_ROBOTS_DENY] = 3;
	assert_int_equal(metrics_exit_code(&sum), 0);
	sum.by_status[404] = 1;
	sum.by_outcome[OUTCOME_HTTP_CLIENT_ERROR] = 1;
	assert_int_equal(metrics_exit_code(&sum), 8);
	sum.by_outcome[OUTCOME_PROTOCOL_ERROR] = 1;
	assert_int_equal(metrics_exit_code(&sum), 7);
	sum.by_status[401] = 1;
	assert_int_equal(metrics_exit_code(&sum), 6);
	sum.by_outcome[OUTCOME_TLS_UNVERIFIED] = 1;
	assert_int_equal(metrics_exit_code(&sum), 5);
	sum.skipped_by[OUTCOME_HOST_DEAD] = 1;
	assert_int_equal(metrics_exit_code(&sum), 4);
}

static void
nothing_came_of_it(void **state)
{
	struct metrics_sum sum = { 0 };

	(void)state;
	assert_int_equal(metrics_nothing_code(&sum), 0);
	sum.by_outcome[OUTCOME_REDIRECT] = 20;
	assert_int_equal(metrics_nothing_code(&sum), 0);
	sum.by_outcome[OUTCOME_TOO_MANY_REDIRECTS] = 1;
	assert_int_equal(metrics_nothing_code(&sum), 1);
	sum.skipped_by[OUTCOME_ROBOTS_DENY] = 1;
	assert_int_equal(metrics_nothing_code(&sum), 8);
	sum.by_outcome[OUTCOME_OK] = 1;
	assert_int_equal(metrics_nothing_code(&sum), 0);
}

/* In a mirror `saved' of a page is its file in the mirror: it leads to no body. */
static void
files_by_their_records(void **state)
{
	struct config config = { .polite.robots = true, .store.save = CONFIG_STORE_SAVE_BOTH };
	static const struct run run; /* large */
	struct summary s = { .run = &run, .config = &config, .dir = "job", .why = "finished" };
	struct buf b = BUF_INIT(65536);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		config.store.mirror = i == 1;
		buf_reset(&b, 0);
		summary_write(&s, &b);
		assert_non_null(buf_cstr(&b));
		assert_int_equal(strstr(b.data, "job/body/") != NULL, !config.store.mirror);
		assert_non_null(strstr(b.data, "job/text/, each file named by `text'"));
	}
	buf_release(&b);
}

/* Of the first milliseconds the writer's are the most, whatever the disk. */
static void
no_advice_after_nothing(void **state)
{
	static const struct {
		uint64_t urls;
		int64_t us;
		bool advice;
	} runs[] = {
		{ 0, 200 * CLOCK_US_PER_MS, false },
		{ 9, 999 * CLOCK_US_PER_MS, false },
		{ 10, 50 * CLOCK_US_PER_MS, true },
		{ 0, CLOCK_US_PER_SEC, true },
	};
	struct config config = { .polite.robots = true };
	static const struct run run; /* large */
	struct buf b = BUF_INIT(65536);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		struct summary s = { .run = &run, .config = &config, .dir = "job", .why = "finished", .elapsed_us = runs[i].us,
			.sum.records = runs[i].urls, .sum.blame_us[BLAME_WRITER] = runs[i].us };

		buf_reset(&b, 0);
		summary_write(&s, &b);
		assert_non_null(buf_cstr(&b));
		assert_int_equal(strstr(b.data, "bottleneck") != NULL, runs[i].advice);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_as_people_read_them),
		cmocka_unit_test(blame_goes_to_the_right_account),
		cmocka_unit_test(time_without_a_processor_is_nobodys_work),
		cmocka_unit_test(connections_can_be_short_where_the_loop_has_no_time),
		cmocka_unit_test(another_thread_goes_on),
		cmocka_unit_test(the_largest_account_is_the_bottleneck),
		cmocka_unit_test(exit_codes_as_wget),
		cmocka_unit_test(nothing_came_of_it),
		cmocka_unit_test(files_by_their_records),
		cmocka_unit_test(no_advice_after_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
