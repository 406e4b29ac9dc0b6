/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hosts' robots.txt take of the memory is bounded: rules for which there is no room are given up, and read again when they are needed. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/frontier_stage.h"

/* Rules of so many bytes, all of which begin with a digit or a to f. */
static void
add_rules(struct buf *text, size_t bytes)
{
	buf_add_str(text, STR("User-agent: *\n"));
	for (unsigned i = 0; text->len < bytes; i++)
		buf_addf(text, "Disallow:/%x\n", i);
}

/* Until nothing is left to do. Returns how often a robots.txt was asked for. */
static unsigned
run_with_robots(struct str text)
{
	unsigned n_robots = 0;
	int64_t due_us;

	for (;;) {
		due_us = stage_take_all();
		if (stage.n_flight == 0 && due_us == INT64_MAX)
			return n_robots;
		if (stage.n_flight == 0)
			stage.now_us = due_us;
		while (stage.n_flight > 0) {
			unsigned last = stage.n_flight - 1;
			struct job *j;

			if (stage.flight[last]->job_kind != JOB_ROBOTS) {
				stage_answer(last, 0);
				continue;
			}
			j = stage_land(last);
			stage.now_us += 1000;
			j->outcome = OUTCOME_OK;
			j->status = 200;
			n_robots++;
			frontier_robots(stage.f, j, FRONTIER_ROBOTS_TEXT, text, stage.now_us);
		}
		frontier_check(stage.f);
	}
}

/* Half a megabyte of rules from each of many hosts, which are some MB in memory: they have a part of the queue's share, and end nothing. */
static void
rules_of_many_hosts(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES);
	unsigned i, n_robots;

	add_rules(&text, ROBOTS_MAX_BYTES - 100);
	stage_init();
	stage.config.robots = true;
	stage.config.queue_max_bytes = 64 << 20;
	stage_start();
	for (i = 0; i < 300; i++)
		stage_offer(1, "http://h%u.test/zz%u", i % 100, i / 100);
	n_robots = run_with_robots(buf_str(&text));
	assert_int_equal(stage.n_commits, 300);
	assert_in_range(stage.f->ruled_bytes, 1, stage.config.queue_max_bytes / 4);
	/* Those for which there is no room come again, later. */
	assert_in_range(n_robots, 100, 1000);
	/* Rules that were given up are asked for anew. */
	for (i = 0; i < 100; i++)
		stage_offer(1, "http://h%u.test/zz", i);
	assert_true(run_with_robots(buf_str(&text)) > 0);
	assert_int_equal(stage.n_commits, 400);
	stage_stop();
	buf_release(&text);
}

/* Whoever has more than there is for all: one after the other. What each forbids, it forbids. */
static void
rules_that_take_all_the_room(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES);

	add_rules(&text, ROBOTS_MAX_BYTES - 100);
	stage_init();
	stage.config.robots = true;
	stage.config.queue_max_bytes = 8 << 20;
	stage_start();
	for (unsigned i = 0; i < 3; i++) {
		stage_offer(1, "http://h%u.test/zz", i);
		stage_offer(1, "http://h%u.test/1", i);
	}
	(void)run_with_robots(buf_str(&text));
	assert_int_equal(stage.n_commits, 3);
	assert_int_equal(stage.n_refused, 3);
	assert_int_equal(stage.f->n_ruled, 1);
	stage_stop();
	buf_release(&text);
}

/* Some KB from each of more hosts than there is room for, all of which go on having URLs: the rules are read again as need be, and the run ends. */
static void
small_rules_of_many_hosts(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES);
	unsigned n_robots;

	add_rules(&text, 2000);
	stage_init();
	stage.config.robots = true;
	stage.config.per_host = 1;
	stage.config.wait_us = CLOCK_US_PER_SEC;
	stage.config.queue_max_bytes = 4 << 20;
	stage_start();
	for (unsigned i = 0; i < 600; i++)
		stage_offer(1, "http://h%u.test/zz%u", i % 200, i / 200);
	n_robots = run_with_robots(buf_str(&text));
	assert_int_equal(stage.n_commits, 600);
	assert_in_range(stage.f->small_rules_bytes, 1, stage.config.queue_max_bytes / FRONTIER_ROBOTS_SMALL_PART);
	assert_in_range(n_robots, 201, 1200);
	stage_stop();
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_of_many_hosts),
		cmocka_unit_test(rules_that_take_all_the_room),
		cmocka_unit_test(small_rules_of_many_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
