/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a frontier has to know of a host before it asks for a page: robots.txt, and the address of its name. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/frontier_sim.h"

#define SEC INT64_C(1000000)

static void
robots_are_asked_first_and_obeyed(void **state)
{
	struct sim *s = sim_tree(100, 2, 4);
	int i;

	s->config.robots = true;
	s->hosts[0].robots = "User-agent: *\nDisallow: /p/4\n";
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->hosts[0].robots_asked, 1);
	assert_int_equal(s->hosts[1].robots_asked, 1);
	for (i = 0; i < 100; i++) {
		const struct sim_page *p = &s->pages[i];

		if (p->host == 0 && (i / 10 == 4 || i == 4)) {
			assert_int_equal(p->committed, 0);
			assert_int_equal(p->fetched, 0);
			if (p->dropped > 0)
				assert_int_equal(p->outcome, OUTCOME_ROBOTS_DENY);
		}
	}
	assert_int_equal(s->pages[4].dropped, 1);
	assert_int_equal(s->pages[5].committed, 1);
	sim_free(s);
}

static void
crawl_delay_is_kept(void **state)
{
	struct sim *s = sim_tree(20, 1, 4);

	s->config.robots = true;
	s->hosts[0].robots = "User-agent: *\nCrawl-delay: 7\n";
	(void)snprintf(s->hosts[0].address, sizeof(s->hosts[0].address), "127.0.0.1");
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->stats.done, 20);
	assert_true(s->hosts[0].min_gap_us >= 7 * SEC);
	sim_free(s);
}

static void
crawl_delay_has_a_ceiling(void **state)
{
	struct sim *s = sim_tree(20, 1, 4);
	int64_t start_us = s->now_us;

	s->config.robots = true;
	s->config.max_crawl_delay_us = 60 * SEC;
	s->hosts[0].robots = "User-agent: *\nCrawl-delay: 86400\n";
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->stats.done, 20);
	assert_true(s->hosts[0].min_gap_us >= 60 * SEC);
	assert_true(s->now_us - start_us < 20 * 120 * SEC);
	sim_free(s);
}

/* RFC 9309 §2.4: 60 requests an hour apart take two days and a half. */
static void
robots_are_read_again_after_a_day(void **state)
{
	struct sim *s = sim_tree(60, 1, 4);
	int i, denied = 0;

	s->config.robots = true;
	s->config.wait_us = 3600 * SEC;
	s->hosts[0].robots = "User-agent: *\nDisallow: /p/7$\n";
	s->hosts[0].robots_later = "User-agent: *\nDisallow: /p/\n";
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->pages[7].dropped, 1);
	assert_int_equal(s->pages[6].committed, 1);
	/* Those that were left after a day. */
	for (i = 0; i < 60; i++)
		denied += s->pages[i].dropped == 1 && s->pages[i].outcome == OUTCOME_ROBOTS_DENY;
	assert_in_range(denied, 60 - 26, 60 - 22);
	assert_int_equal(s->hosts[0].robots_asked, 2);
	sim_free(s);
}

/* The old one holds while the new one cannot be read, and is asked for again before another day has gone. */
static void
robots_that_age_and_cannot_be_read(void **state)
{
	struct sim *s = sim_tree(90, 1, 4);
	int i, denied = 0;

	s->config.robots = true;
	s->config.wait_us = 1800 * SEC;
	s->hosts[0].robots = "User-agent: *\nDisallow: /p/7$\n";
	s->hosts[0].robots_later = "User-agent: *\nDisallow: /p/\n";
	s->hosts[0].robots_failing_from = 1;
	s->hosts[0].robots_failures = 5;
	s->hosts[0].robots_failure = OUTCOME_HTTP_SERVER_ERROR;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->stats.hosts_dead, 0);
	for (i = 0; i < 90; i++)
		denied += s->pages[i].dropped == 1 && s->pages[i].outcome == OUTCOME_ROBOTS_DENY;
	/* A day of them, and those between the five failures. */
	assert_in_range(denied, 90 - 66, 90 - 50);
	assert_int_equal(s->hosts[0].robots_asked, 7);
	sim_free(s);
}

static void
robots_unreachable_then_known(void **state)
{
	struct sim *s = sim_tree(20, 1, 4);

	s->config.robots = true;
	s->hosts[0].robots_failures = 2;
	s->hosts[0].robots_failure = OUTCOME_HTTP_SERVER_ERROR;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->stats.done, 20);
	assert_int_equal(s->hosts[0].robots_asked, 3);
	sim_free(s);
}

static void
robots_unreachable_for_good(void **state)
{
	static const enum outcome failures[] = { OUTCOME_HTTP_SERVER_ERROR, OUTCOME_CONNECT_FAILED };
	size_t k;

	for (k = 0; k < ARRAY_LEN(failures); k++) {
		struct sim *s = sim_tree(40, 2, 4);
		int i;

		s->config.robots = true;
		s->hosts[1].robots_failures = 100;
		s->hosts[1].robots_failure = failures[k];
		assert_true(sim_run(s, 1));
		sim_balanced(s);
		assert_int_equal(s->stats.hosts_dead, 1);
		for (i = 0; i < 40; i++) {
			if (s->pages[i].host != 1)
				continue;
			assert_int_equal(s->pages[i].fetched, 0);
			if (s->pages[i].dropped > 0)
				assert_int_equal(s->pages[i].outcome,
					k == 0 ? OUTCOME_ROBOTS_UNKNOWN : OUTCOME_CONNECT_FAILED);
		}
		assert_true(s->pages[1].dropped == 1);
		sim_free(s);
	}
}

static void
name_does_not_resolve(void **state)
{
	static const enum outcome failures[] = { OUTCOME_DNS_NOT_FOUND, OUTCOME_DNS_FAILED };
	size_t k;

	for (k = 0; k < ARRAY_LEN(failures); k++) {
		struct sim *s = sim_tree(40, 4, 4);
		int i;

		s->hosts[3].address_outcome = failures[k];
		assert_true(sim_run(s, 1));
		sim_balanced(s);
		for (i = 0; i < 40; i++)
			if (s->pages[i].host == 3 && s->pages[i].dropped > 0)
				assert_int_equal(s->pages[i].outcome, failures[k]);
		assert_int_equal(s->pages[3].dropped, 1);
		assert_int_equal(s->hosts[3].asked, 0);
		sim_free(s);
	}
}

/* What this machine has too little of says nothing about the host: the run ends, and its pages are left for the next. */
static void
shortage_costs_no_host(void **state)
{
	static const struct {
		enum outcome address, robots;
	} cases[] = {
		{ OUTCOME_NO_MEMORY, OUTCOME_OK },
		{ OUTCOME_NO_RESOURCES, OUTCOME_OK },
		{ OUTCOME_OK, OUTCOME_NO_MEMORY },
		{ OUTCOME_OK, OUTCOME_NO_RESOURCES },
	};

	for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
		struct sim *s = sim_tree(40, 4, 4);

		s->hosts[3].address_outcome = cases[k].address;
		if (cases[k].robots != OUTCOME_OK) {
			s->config.robots = true;
			s->hosts[3].robots_failures = 100;
			s->hosts[3].robots_failure = cases[k].robots;
		}
		s->stops_when_full = true;
		(void)sim_run(s, 1);
		assert_int_equal(s->n_full, 1);
		assert_int_equal(s->full_reason, cases[k].address != OUTCOME_OK ? cases[k].address : cases[k].robots);
		assert_int_equal(s->stats.hosts_dead, 0);
		assert_true(s->stats.left > 0);
		assert_int_equal(s->stats.offered, s->stats.done + s->stats.dropped + s->stats.left);
		assert_int_equal(s->pages[3].dropped, 0);
		sim_free(s);
	}
}

/* One party's names do not have all the look-ups that may be under way, and each of them has its turn. */
static void
one_party_has_its_share_of_lookups(void **state)
{
	for (unsigned seed = 1; seed <= 4; seed++) {
		struct sim *s = sim_tree(720, 240, seed);

		for (int i = 0; i < 200; i++) {
			(void)snprintf(s->hosts[i].origin, sizeof(s->hosts[i].origin), "http://h%d.big.test", i);
			if (seed > 1 && i % 3 == 1)
				s->hosts[i].address_outcome = OUTCOME_DNS_FAILED;
		}
		s->party = ".big.test";
		assert_true(sim_run(s, seed == 4 ? 2 : 1));
		sim_balanced(s);
		assert_in_range(s->max_lookups_of_party, 8, (seed == 4 ? 2 : 1) * 64);
		if (seed == 1)
			assert_int_equal(s->stats.done, 720);
		sim_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(robots_are_asked_first_and_obeyed),
		cmocka_unit_test(crawl_delay_is_kept),
		cmocka_unit_test(crawl_delay_has_a_ceiling),
		cmocka_unit_test(robots_are_read_again_after_a_day),
		cmocka_unit_test(robots_that_age_and_cannot_be_read),
		cmocka_unit_test(robots_unreachable_then_known),
		cmocka_unit_test(robots_unreachable_for_good),
		cmocka_unit_test(name_does_not_resolve),
		cmocka_unit_test(shortage_costs_no_host),
		cmocka_unit_test(one_party_has_its_share_of_lookups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
