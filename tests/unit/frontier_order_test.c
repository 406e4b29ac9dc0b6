/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result does not depend on the order of arrival: random webs, random completion, against a serial breadth-first crawl. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/frontier_sim.h"

enum { SAME_SET, SHORTEST, SAME_DEPTH, SAME_PARENT };

static void
compare(struct sim *s, int n_seeds, int how)
{
	struct sim_expected *e = calloc((size_t)s->n_pages, sizeof(*e));
	int i;

	assert_non_null(e);
	if (how == SHORTEST)
		sim_expect_shortest(s, n_seeds, e);
	else
		sim_expect(s, n_seeds, e);
	for (i = 0; i < s->n_pages; i++) {
		const struct sim_page *p = &s->pages[i];

		if (p->committed != e[i].found || p->dropped != 0)
			fail_msg("seed %llu page %d: committed %u dropped %u, expected %d (depth %u)",
				(unsigned long long)s->seed, i, p->committed, p->dropped, e[i].found, e[i].depth);
		if (!e[i].found)
			continue;
		if (how >= SHORTEST && p->depth != e[i].depth)
			fail_msg("seed %llu page %d: depth %u, expected %u", (unsigned long long)s->seed, i, p->depth,
				e[i].depth);
		if (how >= SAME_PARENT && p->parent != e[i].parent)
			fail_msg("seed %llu page %d: parent %d, expected %d", (unsigned long long)s->seed, i, p->parent,
				e[i].parent);
	}
	assert_int_equal(s->stats.offered, s->stats.done + s->stats.dropped);
	assert_int_equal(s->stats.pending, 0);
	free(e);
}

static unsigned probes;

static void
crawl(uint64_t seed, int n_hosts, unsigned n_loops, uint32_t level, unsigned redirects, unsigned failures, int how)
{
	struct sim *s = sim_new(250, n_hosts, seed);

	s->config.n_loops = n_loops;
	s->config.max_level = level;
	s->untake_every = seed % 3 == 0 ? 5 : 0;
	/* A request of another kind between them changes nothing; and is made once for each host. */
	s->config.traps.soft_404 = seed % 2;
	sim_link_randomly(s, n_hosts > 1 ? 4 : 3, redirects, failures);
	if (!sim_run(s, 1))
		fail_msg("seed %llu: %d hosts, %u loops, level %u: finished %u times", (unsigned long long)seed, n_hosts,
			n_loops, level, s->n_finished);
	compare(s, 1, how);
	for (int i = 0; i < s->n_hosts; i++) {
		assert_in_range(s->hosts[i].n_probes, 0, seed % 2);
		probes += s->hosts[i].n_probes;
	}
	sim_free(s);
}

static void
one_host_as_serial(void **state)
{
	uint64_t seed;

	probes = 0;
	for (seed = 1; seed <= 20; seed++) {
		crawl(seed, 1, 1, SCOPE_NO_LEVEL, 0, 0, SAME_PARENT);
		crawl(seed, 1, 1, SCOPE_NO_LEVEL, 10, 0, SAME_PARENT);
		crawl(seed, 1, 1, 3 + (uint32_t)(seed % 4), 10, 0, SAME_PARENT);
	}
	assert_in_range(probes, 20, 30); /* of ten seeds, three webs each */
}

/* Each time that a page fails it goes to the tail of its depth; with the pauses before that, the order among those is not
 * that of the model, but set and depth are. */
static void
one_host_with_failures(void **state)
{
	uint64_t seed;

	for (seed = 1; seed <= 20; seed++)
		crawl(seed, 1, 1, SCOPE_NO_LEVEL, 0, 20, SAME_DEPTH);
}

static void
levels_over_many_hosts(void **state)
{
	uint64_t seed;
	uint32_t level;

	for (seed = 1; seed <= 20; seed++) {
		for (level = 3; level <= 6; level++) {
			crawl(seed * 100 + level, 6, 1, level, 0, 10, SAME_DEPTH);
			crawl(seed * 100 + level, 6, 3, level, 0, 10, SAME_DEPTH);
			/* A redirect can be the shorter way to what waits one level deeper. */
			crawl(seed * 100 + level, 6, 1, level, 20, 10, SHORTEST);
			crawl(seed * 100 + level, 6, 3, level, 20, 10, SHORTEST);
			crawl(seed * 100 + level, 1, 1, level, 20, 10, SHORTEST);
		}
	}
}

/* How many random webs are cut and gone on with (all of them with LYCOSA_TEST_LONG). */
static uint64_t
n_cut_webs(void)
{
	return getenv("LYCOSA_TEST_LONG") != NULL ? 60 : 20;
}

/* What a run has recorded that was cut stands at the depth of one that was not: the next run does not ask for it again. */
static void
cut(uint64_t seed, unsigned n_loops, uint32_t level, unsigned max_taken)
{
	struct sim *s = sim_new(250, 6, seed);
	struct sim_expected *e = calloc((size_t)s->n_pages, sizeof(*e));

	assert_non_null(e);
	s->config.n_loops = n_loops;
	s->config.max_level = level;
	s->max_taken = max_taken;
	sim_link_randomly(s, 4, 20, 10);
	sim_expect_shortest(s, 1, e);
	(void)sim_run(s, 1);
	for (int i = 0; i < s->n_pages; i++) {
		const struct sim_page *p = &s->pages[i];

		if (p->committed > 0 && (!e[i].found || p->depth != e[i].depth))
			fail_msg("seed %llu, %u loops, level %u, cut at %u: page %d has depth %u, expected %u", (unsigned long long)seed,
				n_loops, level, max_taken, i, p->depth, e[i].depth);
	}
	free(e);
	sim_free(s);
}

static void
levels_over_cuts(void **state)
{
	for (uint64_t seed = 1, n = n_cut_webs(); seed <= n; seed++) {
		uint32_t level = 3 + (uint32_t)(seed % 4);

		for (unsigned max_taken = 3; max_taken < 120; max_taken += 5) {
			cut(seed, 1, level, max_taken);
			cut(seed, 3, level, max_taken);
		}
	}
}

/* Cut and gone on with until all is done: each page once, at the depth that a run without a cut gives it. */
static void
go_on(uint64_t seed, unsigned n_loops, uint32_t level, unsigned max_taken, unsigned first)
{
	struct sim_journal *journal = calloc(1, sizeof(*journal));
	unsigned committed[250] = { 0 }, pending = 1;
	struct sim_expected e[250];

	assert_non_null(journal);
	journal->first = first;
	for (unsigned run = 0; pending > 0; run++) {
		struct sim *s = sim_new(250, 6, seed);

		s->config.n_loops = n_loops;
		s->config.max_level = level;
		/* Each time it goes a little further. */
		s->max_taken = max_taken + run * 3;
		s->journal = journal;
		sim_link_randomly(s, 4, 20, 0);
		s->random += run * 100003;
		sim_expect_shortest(s, 1, e);
		if (!sim_run(s, 1))
			fail_msg("seed %llu, %u loops, level %u, cut at %u, %u first, run %u: finished %u times", (unsigned long long)seed, n_loops, level,
				max_taken, first, run, s->n_finished);
		for (int i = 0; i < s->n_pages; i++) {
			const struct sim_page *p = &s->pages[i];

			committed[i] += p->committed;
			if (p->committed > 0 && (committed[i] > 1 || !e[i].found || p->depth != e[i].depth))
				fail_msg("seed %llu, %u loops, level %u, cut at %u, %u first, run %u: page %d %u times, depth %u, expected %u",
					(unsigned long long)seed, n_loops, level, max_taken, first, run, i, committed[i], p->depth, e[i].depth);
		}
		pending = sim_journal_pending(s, journal);
		sim_free(s);
	}
	for (int i = 0; i < 250; i++)
		if (committed[i] != e[i].found)
			fail_msg("seed %llu, %u loops, level %u, cut at %u, %u first: page %d was lost", (unsigned long long)seed, n_loops, level, max_taken,
				first, i);
	sim_journal_release(journal);
	free(journal);
}

static void
levels_over_resumes(void **state)
{
	for (uint64_t seed = 1, n = n_cut_webs(); seed <= n; seed++) {
		uint32_t level = 3 + (uint32_t)(seed % 4);

		for (unsigned max_taken = 3; max_taken < 80; max_taken += 19) {
			go_on(seed, 1, level, max_taken, 1);
			go_on(seed, 1, level, max_taken, 20);
			go_on(seed, 3, level, max_taken, 1);
			go_on(seed, 3, level, max_taken, 20);
		}
	}
}

static void
no_level_over_many_hosts(void **state)
{
	uint64_t seed;

	for (seed = 1; seed <= 20; seed++) {
		crawl(seed, 6, 1, SCOPE_NO_LEVEL, 5, 10, SAME_SET);
		crawl(seed, 6, 3, SCOPE_NO_LEVEL, 5, 10, SAME_SET);
		crawl(seed, 50, 3, SCOPE_NO_LEVEL, 5, 0, SAME_SET);
	}
}

/* A chain of hosts that lets a long way be faster than the short one. */
static void
short_way_is_slow(void **state)
{
	unsigned n_loops;

	for (n_loops = 1; n_loops <= 3; n_loops += 2) {
		struct sim *s = sim_new(12, 6, 77);
		int i;

		/* 0 -> 1 -> 2 -> 3 fast; 0 -> 5 -> 3 slow; 3 -> 6 -> 7 -> 8 */
		s->config.n_loops = n_loops;
		s->config.max_level = 4;
		sim_link(s, 0, 1);
		sim_link(s, 0, 5);
		sim_link(s, 1, 2);
		sim_link(s, 2, 3);
		sim_link(s, 5, 3);
		for (i = 3; i < 11; i++)
			sim_link(s, i, i == 3 ? 6 : i == 5 ? 3 : i + 1);
		s->stuck_page = 5;
		s->stuck_until_us = s->now_us + 60000000;
		assert_true(sim_run(s, 1));
		compare(s, 1, SAME_DEPTH);
		assert_int_equal(s->pages[3].depth, 2);
		assert_int_equal(s->pages[7].depth, 4);
		assert_int_equal(s->pages[8].committed, 0);
		sim_free(s);
	}
}

/* Without a level limit one page that does not answer holds its host up for hold_us, not longer. */
static void
stuck_page_is_passed(void **state)
{
	struct sim *s = sim_new(60, 1, 5);
	int64_t start_us = s->now_us;
	int i;

	s->config.hold_us = 2000000;
	for (i = 1; i <= 10; i++)
		sim_link(s, 0, i);
	for (i = 1; i + 10 < 60; i++)
		sim_link(s, i, i + 10);
	s->stuck_page = 1;
	s->stuck_until_us = start_us + 600000000;
	assert_true(sim_run(s, 1));
	for (i = 0; i < 60; i++)
		assert_int_equal(s->pages[i].committed, 1);
	/* All that does not hang on page 1 was committed before it. */
	for (i = 2; i < 60; i++)
		if (i % 10 != 1)
			assert_true(s->pages[i].order < s->pages[1].order);
	sim_free(s);
}

/* With one, nobody passes. */
static void
stuck_page_is_waited_for(void **state)
{
	struct sim *s = sim_new(60, 1, 5);
	int i;

	s->config.hold_us = 2000000;
	s->config.max_level = 5;
	for (i = 1; i <= 10; i++)
		sim_link(s, 0, i);
	for (i = 1; i + 10 < 60; i++)
		sim_link(s, i, i + 10);
	s->stuck_page = 1;
	s->stuck_until_us = s->now_us + 600000000;
	assert_true(sim_run(s, 1));
	compare(s, 1, SAME_PARENT);
	for (i = 2; i < 60; i++)
		assert_true(s->pages[i].committed == 0 || s->pages[i].order > s->pages[1].order);
	sim_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_host_as_serial),
		cmocka_unit_test(one_host_with_failures),
		cmocka_unit_test(levels_over_many_hosts),
		cmocka_unit_test(levels_over_cuts),
		cmocka_unit_test(levels_over_resumes),
		cmocka_unit_test(no_level_over_many_hosts),
		cmocka_unit_test(short_way_is_slow),
		cmocka_unit_test(stuck_page_is_passed),
		cmocka_unit_test(stuck_page_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
