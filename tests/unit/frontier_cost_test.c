/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page costs does not depend on how many hosts, or depths of one, wait beside it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/frontier_stage.h"

#define GROWTH    32
#define MAX_TURNS 10
#define MAX_TAKEN 160
#define PAGES     400
#define PER_HOST  3

/*
 * us(n) is processor time with n of them, which GROWTH times as many make longer by no more than max_ratio. What is in no cache costs more, so
 * that is several times what is expected, and by as much less than what it must not be. The least of some turns: what else runs here only adds.
 */
static void
grows(int64_t (*us)(uint32_t n), uint32_t few, int64_t max_ratio, const char *what)
{
	int64_t few_us = INT64_MAX, many_us = INT64_MAX;
	int turn;

	for (turn = 0; turn < 2 || (many_us > max_ratio * few_us && turn < MAX_TURNS); turn++) {
		int64_t a = us(few), b = us(few * GROWTH);

		few_us = a < few_us ? a : few_us;
		many_us = b < many_us ? b : many_us;
	}
	printf("%lld us with %u %s, %lld us with %u\n", (long long)few_us, few, what, (long long)many_us, few * GROWTH);
	assert_true(many_us <= max_ratio * few_us);
}

/* With as many in the house as may be, each that goes lets one in: processor time of PAGES of them. */
static int64_t
pages_us(uint32_t n_hosts)
{
	int64_t from_us;

	stage_init();
	stage.config.max_taken = MAX_TAKEN;
	stage_start();
	for (uint32_t i = 0; i < n_hosts * PER_HOST; i++)
		stage_offer(1, "http://h%u.test/%u", i / PER_HOST, i % PER_HOST);
	(void)stage_take_all();
	assert_int_equal(stage.n_flight, MAX_TAKEN);
	from_us = clock_thread_cpu_us();
	for (unsigned i = 0; i < PAGES; i++) {
		stage_answer(0, 0);
		(void)stage_take_all();
		assert_int_equal(stage.n_flight, MAX_TAKEN);
	}
	from_us = clock_thread_cpu_us() - from_us;
	assert_int_equal(stage.n_commits, PAGES);
	stage_stop();
	return from_us;
}

/* Where the pages that are not committed yet are as many as may be, which is where parsers are slow. To look at each host would be a ratio of GROWTH. */
static void
hosts_that_wait_for_places(void **state)
{
	grows(pages_us, 500, GROWTH / 4, "hosts that wait for places");
}

/* Of a host that waits while another leads ever deeper into it: processor time of n offers and their end. */
static int64_t
depths_us(uint32_t n)
{
	int64_t from_us;

	stage_init();
	stage.config.per_host = 1;
	stage_start();
	stage_offer(0, "http://h.test/");
	(void)stage_take_all();
	from_us = clock_thread_cpu_us();
	for (uint32_t i = 1; i <= n; i++)
		stage_offer(i, "http://h.test/%u", i);
	while (stage.n_flight > 0) {
		stage_answer(0, 0);
		(void)stage_take_all();
	}
	from_us = clock_thread_cpu_us() - from_us;
	assert_int_equal(stage.n_commits, n + 1);
	stage_stop();
	return from_us;
}

/* Linear is a ratio of GROWTH, a square one of GROWTH * GROWTH: here as below. */
static void
many_depths_of_a_host(void **state)
{
	grows(depths_us, 500, 4 * GROWTH, "depths");
}

/* Hosts that do not answer are asked once more at the end: each wakes by itself, and looks at itself only. */
static int64_t
parked_us(uint32_t n)
{
	int64_t from_us, due_us;

	stage_init();
	stage.config.per_host = 1;
	stage.config.dead_after = 1;
	stage_start();
	from_us = clock_thread_cpu_us();
	for (uint32_t i = 0; i < n; i++)
		stage_offer(1, "http://h%u.test/", i);
	for (;;) {
		struct job *j;

		stage_answer_names();
		j = frontier_take(stage.f, stage.now_us, &due_us);
		if (j != NULL) {
			j->outcome = OUTCOME_CONNECT_FAILED;
			j->timing.total_us = 1;
			(void)stage_end(j);
		} else if (stage.n_asks == 0) {
			if (due_us == INT64_MAX)
				break;
			stage.now_us = due_us > stage.now_us ? due_us : stage.now_us;
		}
	}
	from_us = clock_thread_cpu_us() - from_us;
	assert_int_equal(stage.n_commits, n);
	stage_stop();
	return from_us;
}

static void
many_hosts_that_do_not_answer(void **state)
{
	grows(parked_us, 300, 4 * GROWTH, "hosts that do not answer");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_that_wait_for_places),
		cmocka_unit_test(many_depths_of_a_host),
		cmocka_unit_test(many_hosts_that_do_not_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
