/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts that do not answer, or answer with walls, and what is tried again. */
#include "config.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "frontier/inside.h"
#include "tests/unit/frontier_sim.h"

#define SEC INT64_C(1000000)

static void
dead_host_is_given_up(void **state)
{
	struct sim *s = sim_tree(1000, 2, 4);
	unsigned tried = 0;
	int i;

	s->config.dead_after = 10;
	for (i = 1; i < 1000; i += 2) {
		s->pages[i].failures = 100;
		s->pages[i].failure = OUTCOME_CONNECT_FAILED;
	}
	/* All of them are known from pages of the other host. */
	for (i = 0; i < 1000; i++)
		s->pages[i].n_links = 0;
	for (i = 2; i < 1000; i += 2)
		sim_link(s, (i / 2 - 1) / 5 * 2, i);
	for (i = 1; i < 1000; i += 2)
		sim_link(s, ((i - 1) / 2) / 5 * 2, i);
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->stats.hosts_dead, 1);
	for (i = 1; i < 1000; i += 2) {
		tried += s->pages[i].fetched;
		assert_int_equal(s->pages[i].committed + s->pages[i].dropped, 1);
		if (s->pages[i].dropped)
			assert_int_equal(s->pages[i].outcome, OUTCOME_HOST_DEAD);
	}
	assert_true(tried <= 10 + s->config.per_host + 1);
	sim_free(s);
}

/* Host 0 does not answer; that the robots.txt of others redirect to it, and are refused that, is no sign of life. */
static void
refused_hops_are_no_answers(void **state)
{
	unsigned most = 0;

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct sim *s = sim_new(200, 40, seed);

		s->config.dead_after = 10;
		s->config.robots = true;
		s->config.per_host = 1;
		s->max_in_flight = 2;
		for (int i = 0; i < 200; i++) {
			s->pages[i].host = i < 160 ? 0 : i - 160;
			s->pages[i].failures = 100;
			s->pages[i].failure = OUTCOME_CONNECT_FAILED;
		}
		for (int i = 1; i < 40; i++)
			s->hosts[i].robots_hop = "http://h0.test/robots.txt";
		assert_true(sim_run(s, 200));
		sim_balanced(s);
		most = s->hosts[0].asked > most ? s->hosts[0].asked : most;
		sim_free(s);
	}
	/* And its robots.txt, and the last chance. */
	assert_int_equal(most, 12);
}

/* Host 0 has pages for 40 seconds and more, and names all pages of host 1, which is down for the first `down_s`. */
static struct sim *
host_that_is_down(int64_t down_s, unsigned n_loops, uint32_t level)
{
	struct sim *s = sim_new(80, 2, 4);
	int i;

	s->config.wait_us = SEC;
	s->config.dead_after = 3;
	s->config.tries = 20;
	s->config.n_loops = n_loops;
	s->config.max_level = level;
	s->hosts[1].down_until_us = s->now_us + down_s * SEC;
	for (i = 2; i < 80; i += 2)
		sim_link(s, (i / 2 - 1) / 5 * 2, i);
	for (i = 1; i < 80; i += 2)
		sim_link(s, i / 2 / 5 * 2, i);
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	return s;
}

static void
dead_host_has_a_last_chance_at_the_end(void **state)
{
	static const uint32_t levels[] = { SCOPE_NO_LEVEL, 10 };
	unsigned n_loops, i, k;

	for (n_loops = 1; n_loops <= 3; n_loops += 2) {
		for (i = 0; i < 2; i++) {
			struct sim *s = host_that_is_down(20, n_loops, levels[i]);

			/* It was left alone after three tries, and all its pages were fetched when it was back. */
			assert_int_equal(s->stats.hosts_dead, 0);
			for (k = 0; k < 80; k++)
				assert_int_equal(s->pages[k].outcome, OUTCOME_OK);
			assert_in_range(s->hosts[1].asked, 40, levels[i] == SCOPE_NO_LEVEL ? 44 : 48);
			sim_free(s);
		}
	}
}

static void
dead_host_has_no_other_chance(void **state)
{
	static const uint32_t levels[] = { SCOPE_NO_LEVEL, 10 };
	unsigned n_loops, i, k;

	for (n_loops = 1; n_loops <= 3; n_loops += 2) {
		for (i = 0; i < 2; i++) {
			struct sim *s = host_that_is_down(100000, n_loops, levels[i]);

			assert_int_equal(s->stats.hosts_dead, 1);
			/* All but the one that was tried last. */
			for (k = 1; k < 80; k += 2)
				assert_true(s->pages[k].outcome == OUTCOME_HOST_DEAD || s->pages[k].fetched > 0);
			assert_in_range(s->hosts[1].asked, 4, 5);
			/* The last one at the end, if the levels let the others go on so far; it held nobody up. */
			if (levels[i] == SCOPE_NO_LEVEL && n_loops == 1)
				assert_true(s->hosts[1].last_start_us >= s->hosts[0].last_start_us);
			assert_int_equal(s->hosts[0].asked, 40);
			assert_true(s->now_us < 100 * SEC);
			sim_free(s);
		}
	}
}

/* Where everything gets one try, so do a host's robots.txt and its name: for what was not had there is no other chance. */
static void
one_try_is_one_try(void **state)
{
	static const unsigned tries[] = { 1, 2 };

	for (unsigned i = 0; i < 4; i++) {
		struct sim *s = sim_new(4, 2, 4);
		struct sim_host *dead = &s->hosts[1];

		s->config.tries = tries[i % 2];
		s->config.robots = i < 2;
		if (s->config.robots) {
			dead->robots_failures = UINT_MAX;
			dead->robots_failure = OUTCOME_CONNECT_FAILED;
		} else {
			dead->address_outcome = OUTCOME_DNS_FAILED;
		}
		sim_link(s, 0, 1);
		sim_link(s, 0, 2);
		sim_link(s, 0, 3);
		assert_true(sim_run(s, 1));
		sim_balanced(s);
		assert_int_equal(s->config.robots ? dead->robots_asked : dead->lookups, tries[i % 2] == 1 ? 1 : 3);
		assert_int_equal(s->pages[1].outcome, s->config.robots ? OUTCOME_CONNECT_FAILED : OUTCOME_DNS_FAILED);
		assert_int_equal(s->pages[2].outcome, OUTCOME_OK);
		sim_free(s);
	}
}

/* Host 0 names all pages of host 1, which answers with walls and says when to come again. */
static struct sim *
walled_host(bool keeps, unsigned n_loops)
{
	struct sim *s = sim_new(80, 2, 4);
	int i;

	s->config.keeps_walled = keeps;
	s->config.n_loops = n_loops;
	s->config.per_host = 3;
	s->config.tries = 1;
	for (i = 2; i < 80; i += 2)
		sim_link(s, (i / 2 - 1) / 5 * 2, i);
	for (i = 1; i < 80; i += 2) {
		sim_link(s, i / 2 / 5 * 2, i);
		s->pages[i].failures = 100;
		s->pages[i].failure = OUTCOME_BOT_WALL;
		s->pages[i].retry_after_us = 90 * SEC;
	}
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->n_finished, 1);
	assert_int_equal(s->hosts[0].asked, 40);
	assert_int_equal(s->stats.hosts_dead, 1);
	return s;
}

static void
walled_host_is_left_for_the_next_run(void **state)
{
	for (unsigned n_loops = 1; n_loops <= 3; n_loops += 2) {
		struct sim *s = walled_host(true, n_loops);

		assert_int_equal(s->stats.hosts_walled, 1);
		assert_int_equal(s->stats.dropped, 0);
		assert_int_equal(s->stats.done + s->stats.left, 80);
		/* Those that were answered before it was known. */
		assert_in_range(s->stats.left, 37, 40);
		sim_free(s);
		/* Who cannot come back to it says so. */
		s = walled_host(false, n_loops);
		assert_int_equal(s->stats.hosts_walled, 0);
		assert_int_equal(s->stats.left, 0);
		assert_true(s->stats.dropped > 30);
		sim_free(s);
	}
}

static void
last_chance_is_one_request_when_the_server_says(void **state)
{
	struct sim *s = walled_host(true, 1);

	assert_in_range(s->hosts[1].asked, 4, 6);
	assert_true(s->hosts[1].last_gap_us >= 90 * SEC);
	sim_free(s);
}

/* Who says 500 is asked on, so what it says of later is not for its URLs to wait; who says 503 is not. */
static void
retry_after_counts_where_the_host_heeds_it(void **state)
{
	static const enum outcome failures[] = { OUTCOME_HTTP_SERVER_ERROR, OUTCOME_HTTP_TOO_MANY };

	for (unsigned i = 0; i < 2; i++) {
		struct sim *s = sim_tree(10, 1, 4);
		int64_t start_us = s->now_us;

		s->pages[9].failures = 1;
		s->pages[9].failure = failures[i];
		s->pages[9].retry_after_us = 3600 * SEC;
		assert_true(sim_run(s, 1));
		sim_balanced(s);
		assert_int_equal(s->pages[9].outcome, OUTCOME_OK);
		assert_int_equal(s->pages[9].fetched, 2);
		assert_int_equal(s->now_us - start_us >= 3600 * SEC, i == 1);
		sim_free(s);
	}
}

/* What waits to be tried again cannot go to the disk: where it has its share of the memory, a failure is final, and the run goes on. */
static void
retries_have_their_share(void **state)
{
	for (unsigned n_loops = 1; n_loops <= 3; n_loops += 2) {
		struct sim *s = sim_tree(3000, 1, 4);
		unsigned once = 0, again = 0;
		int i;

		s->config.n_loops = n_loops;
		s->config.retry_us = 100000 * SEC;
		s->config.tries = 2;
		s->config.queue_max_bytes = 150000;
		for (i = 300; i < 3000; i++) {
			s->pages[i].failures = 1;
			s->pages[i].failure = OUTCOME_HTTP_SERVER_ERROR;
		}
		assert_true(sim_run(s, 1));
		sim_balanced(s);
		assert_int_equal(s->n_full, 0);
		assert_int_equal(s->stats.done, 3000);
		for (i = 300; i < 3000; i++) {
			once += s->pages[i].fetched == 1 && s->pages[i].outcome == OUTCOME_HTTP_SERVER_ERROR;
			again += s->pages[i].fetched == 2 && s->pages[i].outcome == OUTCOME_OK;
		}
		assert_int_equal(once + again, 2700);
		assert_true(once > 1000 && again >= 200 / n_loops);
		sim_free(s);
	}
}

/* That a part is of no use is no failure of the URL: it is asked for again, all of it, as the same attempt and the same page. */
static void
useless_parts_are_no_attempts(void **state)
{
	struct sim *s = sim_tree(300, 6, 4);
	unsigned n = 0;

	s->config.tries = 3;
	s->pages[1].unranged = 1;
	s->pages[1].failures = 2;
	s->pages[1].failure = OUTCOME_CONNECTION_LOST;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->pages[1].fetched, 4);
	assert_int_equal(s->pages[1].outcome, OUTCOME_OK);
	sim_free(s);

	s = sim_tree(300, 6, 4);
	s->config.max_pages = 100;
	for (int i = 0; i < 300; i += 3)
		s->pages[i].unranged = 1;
	(void)sim_run(s, 1);
	for (int i = 0; i < 300; i++)
		n += s->pages[i].fetched > 0;
	/* Taken the second time they may find that others have had the last ones. */
	assert_in_range(n, 100, 110);
	assert_int_equal(s->full_reason, OUTCOME_BUDGET);
	sim_free(s);
}

/* What this machine had too little of is no attempt, but as many tries of its own; a page that is left after them is no other's end. */
static void
shortages_are_no_attempts(void **state)
{
	for (unsigned n = 1; n <= 4; n++) {
		struct sim *s = sim_tree(300, 6, 4);

		s->config.tries = 3;
		s->pages[299].failed_here = n;
		s->pages[299].failures = 2;
		s->pages[299].failure = OUTCOME_CONNECTION_LOST;
		assert_true(sim_run(s, 1));
		sim_balanced(s);
		assert_int_equal(s->pages[299].fetched, n < 3 ? n + 3 : 3);
		assert_int_equal(s->pages[299].outcome, n < 3 ? OUTCOME_OK : OUTCOME_NO_RESOURCES);
		assert_int_equal(s->stats.left, n < 3 ? 0 : 1);
		assert_int_equal(s->stats.done, n < 3 ? 300 : 299);
		sim_free(s);
	}
}

/* However many tries there may be, these come to an end: the next run is there for it. */
static void
shortages_without_end_are_left(void **state)
{
	struct sim *s = sim_tree(40, 4, 4);

	s->config.tries = UINT_MAX;
	s->pages[39].failed_here = 100;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->pages[39].fetched, 16);
	assert_int_equal(s->stats.left, 1);
	sim_free(s);
}

/* Whatever --tries says, the last one is known as such; a first one is none. */
static void
last_try_is_known(void **state)
{
	static const struct {
		unsigned tries, failed_here;
		bool is_last;
	} cases[] = { { 1, 0, false }, { 2, 0, false }, { 2, 1, true }, { 3, 1, false }, { 3, 2, true }, { UINT_MAX, REC_MAX_FAILED_HERE - 1, false },
		{ UINT_MAX, REC_MAX_FAILED_HERE, true } };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct frontier_config c = { .tries = cases[i].tries };
		const struct job j = { .outcome = OUTCOME_NO_RESOURCES, .failed_here = cases[i].failed_here };

		assert_int_equal(frontier_is_last_here(&c, &j), cases[i].is_last);
		if (cases[i].failed_here > 0)
			assert_int_equal(frontier_may_pass(&c, &j), !cases[i].is_last);
	}
}

/* Twice as long each time, ten times at most, and by chance up to half as much again. */
static void
retries_pause_longer_and_not_together(void **state)
{
	struct sim *s = sim_tree(1, 1, 4);

	assert_true(sim_run(s, 1));
	for (unsigned tries = 1; tries <= 20; tries++) {
		int64_t base = s->config.retry_us << (tries <= 10 ? tries - 1 : 10), least = INT64_MAX, most = 0;

		for (unsigned i = 0; i < 200; i++) {
			int64_t us = frontier_retry_pause_us(s->frontiers[0], tries);

			least = us < least ? us : least;
			most = us > most ? us : most;
		}
		assert_in_range(least, base, base + base / 10);
		assert_in_range(most, base + base * 4 / 10, base + base / 2);
	}
	sim_free(s);
}

static void
retries_come_back_until_tries(void **state)
{
	struct sim *s = sim_tree(10, 1, 4);

	s->pages[1].failures = 2;
	s->pages[1].failure = OUTCOME_CONNECTION_LOST;
	s->pages[2].failures = 3;
	s->pages[2].failure = OUTCOME_HTTP_SERVER_ERROR;
	s->pages[3].failures = 1;
	s->pages[3].failure = OUTCOME_TLS_UNVERIFIED;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->pages[1].fetched, 3);
	assert_int_equal(s->pages[1].outcome, OUTCOME_OK);
	assert_int_equal(s->pages[2].fetched, 3);
	assert_int_equal(s->pages[2].outcome, OUTCOME_HTTP_SERVER_ERROR);
	assert_int_equal(s->pages[3].fetched, 1);
	assert_int_equal(s->pages[3].outcome, OUTCOME_TLS_UNVERIFIED);
	/* 1 s, then 2 s. */
	assert_true(s->now_us >= 1000000 + 3 * SEC);
	sim_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dead_host_is_given_up),
		cmocka_unit_test(refused_hops_are_no_answers),
		cmocka_unit_test(dead_host_has_a_last_chance_at_the_end),
		cmocka_unit_test(one_try_is_one_try),
		cmocka_unit_test(dead_host_has_no_other_chance),
		cmocka_unit_test(walled_host_is_left_for_the_next_run),
		cmocka_unit_test(last_chance_is_one_request_when_the_server_says),
		cmocka_unit_test(retry_after_counts_where_the_host_heeds_it),
		cmocka_unit_test(retries_have_their_share),
		cmocka_unit_test(useless_parts_are_no_attempts),
		cmocka_unit_test(shortages_are_no_attempts),
		cmocka_unit_test(shortages_without_end_are_left),
		cmocka_unit_test(last_try_is_known),
		cmocka_unit_test(retries_pause_longer_and_not_together),
		cmocka_unit_test(retries_come_back_until_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
