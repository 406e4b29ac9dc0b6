/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a frontier does with redirects, a scope that grows, limits that are hit, and an end that comes early. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/frontier_sim.h"

static void
redirect_chain_that_comes_back(void **state)
{
	struct sim *s = sim_new(4, 1, 9);

	/* 0 -> 1 -> 0 -> 1 ...: a cookie wall that never opens, and 2 -> 2. */
	s->config.max_redirect = 5;
	s->pages[0].redirect = 1;
	s->pages[1].redirect = 0;
	s->pages[2].redirect = 2;
	sim_link(s, 3, 2);
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->pages[0].committed, 3);
	assert_int_equal(s->pages[1].committed, 3);
	assert_int_equal(s->pages[0].depth, 0);
	sim_free(s);
}

static void
redirect_to_itself(void **state)
{
	struct sim *s = sim_new(2, 2, 9);

	s->config.max_redirect = 3;
	s->config.n_loops = 2;
	s->pages[1].redirect = 1;
	sim_link(s, 0, 1);
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->pages[1].committed, 4);
	assert_int_equal(s->pages[1].depth, 1);
	assert_int_equal(s->pages[1].parent, 0);
	sim_free(s);
}

/* A host joins the scope by a seed's redirect; what linked there before is fetched all the same, in whatever order. */
static void
scope_that_grows(void **state)
{
	uint64_t seed;
	unsigned n_loops;

	for (seed = 1; seed <= 40; seed++) {
		for (n_loops = 1; n_loops <= 3; n_loops += 2) {
			struct sim *s = sim_scope_that_grows(seed);

			s->config.n_loops = n_loops;
			s->config.max_level = seed % 2 == 0 ? SCOPE_NO_LEVEL : 4;
			assert_true(sim_run(s, 2));
			sim_balanced(s);
			sim_scope_has_grown(s);
			sim_free(s);
		}
	}
}

/* Refused as a form's target, then found as a link: a refusal by kind is not final. */
static void
better_way_is_offered_again(void **state)
{
	struct sim *s = sim_new(5, 1, 9);

	s->config.max_level = 2;
	/* 0 -form-> 1; 0 -> 2 -> 1. 2 -> 3 -> 4: too deep. */
	sim_link(s, 0, 1);
	s->pages[0].kinds[0] = LINK_FORM;
	sim_link(s, 0, 2);
	sim_link(s, 2, 1);
	sim_link(s, 2, 3);
	sim_link(s, 3, 4);
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->pages[1].committed, 1);
	assert_int_equal(s->pages[1].refused, 1);
	assert_int_equal(s->pages[1].depth, 2);
	assert_int_equal(s->pages[4].committed, 0);
	assert_int_equal(s->pages[4].outcome, OUTCOME_DEPTH);
	sim_free(s);
}

static void
max_pages_is_exact(void **state)
{
	unsigned n_loops;

	for (n_loops = 1; n_loops <= 3; n_loops++) {
		struct sim *s = sim_tree(300, 6, n_loops);

		s->config.n_loops = n_loops;
		s->config.max_pages = 100;
		s->untake_every = 7;
		(void)sim_run(s, 1);
		assert_int_equal(s->n_taken, 100);
		assert_int_equal(s->n_full, 1);
		assert_int_equal(s->full_reason, OUTCOME_BUDGET);
		sim_free(s);

		/* As many as there are: no budget is hit. */
		s = sim_tree(100, 6, n_loops);
		s->config.n_loops = n_loops;
		s->config.max_pages = 100;
		assert_true(sim_run(s, 1));
		assert_int_equal(s->n_full, 0);
		sim_balanced(s);
		sim_free(s);
	}
}

/* Pages, pages again and robots.txt. */
static void
max_requests_is_exact(void **state)
{
	unsigned n_loops;

	(void)state;
	for (n_loops = 1; n_loops <= 3; n_loops++) {
		struct sim *s = sim_tree(300, 6, n_loops);
		unsigned n = 0;

		s->config.n_loops = n_loops;
		s->config.robots = true;
		s->config.max_requests = 100;
		s->config.tries = 3;
		s->untake_every = 7;
		for (unsigned i = 0; i < 300; i += 5) {
			s->pages[i].failures = 1;
			s->pages[i].failure = OUTCOME_HTTP_SERVER_ERROR;
		}
		(void)sim_run(s, 1);
		assert_int_equal(s->n_full, 1);
		assert_int_equal(s->full_reason, OUTCOME_BUDGET);
		for (int h = 0; h < s->n_hosts; h++)
			n += s->hosts[h].robots_asked;
		assert_in_range(n, 1, 99);
		assert_int_equal(n + s->n_taken, 100);
		assert_int_equal(s->stats.requests, 100);
		sim_free(s);
	}
}

static void
queue_ceiling(void **state)
{
	struct sim *s = sim_tree(600, 3, 8);

	s->config.queue_max_bytes = 40000; /* a slab of hosts, and some */
	(void)sim_run(s, 1);
	assert_int_equal(s->n_full, 1);
	assert_int_equal(s->full_reason, OUTCOME_FRONTIER_FULL);
	assert_true(s->n_commits < 600);
	sim_free(s);
}

static void
visited_ceiling(void **state)
{
	struct sim *s = sim_tree(600, 3, 8);

	s->visited_max_bytes = 18000;
	(void)sim_run(s, 1);
	assert_int_equal(s->n_full, 1);
	assert_int_equal(s->full_reason, OUTCOME_VISITED_FULL);
	sim_free(s);
}

static void
stop_leaves_the_queue(void **state)
{
	unsigned n_loops;
	uint64_t seed;

	for (seed = 1; seed <= 20; seed++) {
		for (n_loops = 1; n_loops <= 3; n_loops += 2) {
			struct sim *s = sim_tree(400, 6, seed);

			s->config.n_loops = n_loops;
			s->config.max_level = seed % 2 == 0 ? SCOPE_NO_LEVEL : 5;
			s->max_taken = 60;
			s->untake_every = 9;
			assert_true(sim_run(s, 1));
			sim_balanced(s);
			assert_int_equal(s->stats.done, 60);
			assert_true(s->stats.left > 0);
			sim_free(s);
		}
	}
}

static void
nothing_to_do_is_finished(void **state)
{
	struct sim *s = sim_tree(5, 1, 1);

	/* No seed at all: the one who lets go is told. */
	assert_true(sim_run(s, 0));
	assert_int_equal(s->n_finished, 1);
	sim_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(redirect_chain_that_comes_back),
		cmocka_unit_test(redirect_to_itself),
		cmocka_unit_test(scope_that_grows),
		cmocka_unit_test(better_way_is_offered_again),
		cmocka_unit_test(max_pages_is_exact),
		cmocka_unit_test(max_requests_is_exact),
		cmocka_unit_test(queue_ceiling),
		cmocka_unit_test(visited_ceiling),
		cmocka_unit_test(stop_leaves_the_queue),
		cmocka_unit_test(nothing_to_do_is_finished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
