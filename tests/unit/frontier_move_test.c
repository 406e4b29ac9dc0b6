/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loops that are divided anew while a crawl goes on (frontier/move.c), again and again and in the midst of requests: nobody can tell
 * from what was fetched, and how it was asked for.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "frontier/inside.h"
#include "tests/unit/frontier_sim.h"
#include "tests/unit/tail_backend.h"

#define SEC INT64_C(1000000)

static struct sim *
web(uint64_t seed, int n_pages, int n_hosts)
{
	struct sim *s = sim_new(n_pages, n_hosts, seed);

	s->config.n_loops = 1 + (unsigned)(seed % SIM_MAX_LOOPS);
	s->max_in_flight = 16;
	sim_link_randomly(s, 6, 10, 10);
	return s;
}

/* J7; a page is fetched as often as it has to be, and has one end. */
static void
nothing_lost_or_twice(const struct sim *s, const struct sim *same)
{
	unsigned committed = 0, dropped = 0;

	for (int i = 0; i < s->n_pages; i++) {
		const struct sim_page *p = &s->pages[i], *q = &same->pages[i];

		if (p->committed != q->committed || p->fetched != q->fetched || p->dropped != q->dropped)
			fail_msg("page %d: %u commits, %u fetches, %u drops; undivided %u, %u, %u", i, p->committed, p->fetched, p->dropped,
				q->committed, q->fetched, q->dropped);
		committed += p->committed;
		dropped += p->dropped;
	}
	assert_int_equal(s->stats.done, committed);
	assert_int_equal(s->stats.dropped, dropped);
	assert_int_equal(s->stats.offered, s->stats.done + s->stats.dropped);
	assert_int_equal(s->stats.pending, 0);
	assert_int_equal(s->stats.hosts, same->stats.hosts);
}

static void
random_webs(void **state)
{
	unsigned n_divided = 0, n_interrupted = 0;
	uint64_t n_puts = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		bool spills = seed % 3 == 0;
		struct tail_backend *backend = spills ? tail_backend_new() : NULL;
		struct sim *same = web(seed, 300, 12), *s = web(seed, 300, 12);

		same->config.robots = s->config.robots = seed % 2 == 0;
		assert_true(sim_run(same, 2));
		s->divide_every = 40;
		s->spills = spills;
		s->backend = spills ? &backend->ops : NULL;
		assert_true(sim_run(s, 2));
		nothing_lost_or_twice(s, same);
		for (int i = 0; i < s->n_hosts; i++)
			assert_int_equal(s->hosts[i].robots_asked, same->hosts[i].robots_asked);
		assert_int_equal(s->n_full, 0);
		n_divided += s->n_divided;
		n_interrupted += s->n_interrupted;
		sim_free(s);
		sim_free(same);
		if (spills) {
			n_puts += backend->n_puts;
			tail_backend_free(backend);
		}
	}
	assert_true(n_divided > 600 && n_interrupted > 600 && n_puts > 100);
}

/* Explicit waits, Crawl-delay and pauses hold from one division to the next, for hosts and for addresses that hosts share. */
static void
no_server_can_tell(void **state)
{
	unsigned n_divided = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct sim *s = web(seed, 120, 6);
		int64_t start_us = s->now_us;

		for (int i = 0; i < 6; i++)
			(void)snprintf(s->hosts[i].address, sizeof(s->hosts[i].address), "192.0.2.%d", seed % 3 == 1 ? 1 : i % 3);
		s->hosts[1].robots = "User-agent: *\nCrawl-delay: 11\n";
		s->config.robots = true;
		s->divide_every = 30;
		switch (seed % 3) {
		case 0:
			s->config.wait_us = 3 * SEC;
			break;
		case 1:
			s->config.wait_us = -1;
			s->config.per_host = 2;
			break;
		default:
			s->config.wait_us = -1;
			s->config.per_host = 0;
			s->config.per_host_max = 4;
			break;
		}
		assert_true(sim_run(s, 1));
		n_divided += s->n_divided;
		assert_true(s->hosts[1].asked < 2 || s->hosts[1].min_gap_us >= 11 * SEC);
		for (int i = 0; i < 6 && seed % 3 == 0; i++) {
			assert_true(s->hosts[i].min_gap_us >= 3 * SEC);
			assert_true(s->hosts[i].min_gap_at_address_us >= 3 * SEC);
		}
		/* Two slots, each with a quarter of a second's pause, of one address. */
		if (seed % 3 == 1)
			assert_true(s->now_us - start_us >= (int64_t)(s->n_taken / 2) * SEC / 4 - SEC);
		for (int i = 0; i < 6 && seed % 3 == 1; i++)
			assert_true(s->hosts[i].max_busy_at_address <= 2);
		for (int i = 0; i < 6; i++)
			assert_true(s->hosts[i].max_at_address <= (seed % 3 == 0 ? 8 : seed % 3 == 1 ? 2 : 4));
		sim_free(s);
	}
	assert_true(n_divided > 40);
}

/* Page 5 fails once, like this, and is asked for again, not sooner than after ten minutes. Frees s. */
static void
is_asked_for_later(struct sim *s, enum outcome failure)
{
	s->pages[5].failures = 1;
	s->pages[5].failure = failure;
	s->divide_every = 5;
	assert_true(sim_run(s, 1));
	assert_true(s->n_divided > 1);
	assert_int_equal(s->stats.done, 20);
	assert_int_equal(s->pages[5].fetched, 2);
	assert_true(s->now_us >= 600 * SEC);
	sim_free(s);
}

/* What a server has asked for. */
static void
a_pause_that_was_asked_for_holds(void **state)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct sim *s = sim_tree(20, 1, seed);

		s->config.per_host = 1;
		s->pages[5].retry_after_us = 600 * SEC;
		is_asked_for_later(s, OUTCOME_HTTP_TOO_MANY);
	}
}

/* The same of what is tried again. */
static void
a_retry_is_not_made_sooner(void **state)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct sim *s = sim_tree(20, 2, seed);

		s->config.retry_us = 600 * SEC;
		is_asked_for_later(s, OUTCOME_CONNECTION_LOST);
	}
}

static unsigned
pages_asked_for(const struct sim *s)
{
	unsigned n = 0;

	for (int i = 0; i < s->n_pages; i++)
		n += s->pages[i].fetched > 0;
	return n;
}

/* A page budget, and a host that is dead, one that is parked until the end, and one that is walled. */
static void
budgets_and_verdicts_hold(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct sim *s = web(seed, 200, 8), *same = web(seed, 200, 8);

		s->stops_when_full = true;
		s->config.max_pages = 50;
		s->divide_every = 20;
		(void)sim_run(s, 2);
		same->stops_when_full = true;
		same->config.max_pages = 50;
		(void)sim_run(same, 2);
		assert_int_equal(pages_asked_for(s), pages_asked_for(same));
		assert_true(pages_asked_for(s) <= 50);
		assert_int_equal(s->stats.offered, s->stats.done + s->stats.dropped + s->stats.pending);
		assert_int_equal(s->stats.pending, s->stats.left);
		sim_free(s);
		sim_free(same);

		s = web(seed, 200, 8);
		same = web(seed, 200, 8);
		s->divide_every = 30;
		s->config.dead_after = same->config.dead_after = 3;
		s->hosts[3].down_until_us = same->hosts[3].down_until_us = INT64_MAX;
		s->hosts[5].address_outcome = same->hosts[5].address_outcome = OUTCOME_DNS_NOT_FOUND;
		assert_true(sim_run(same, 2) && sim_run(s, 2));
		assert_int_equal(s->stats.hosts_dead, same->stats.hosts_dead);
		/* Its last chance is one request, after a pause; of those before it one more may have been on its way. */
		assert_in_range(s->hosts[3].n_down, same->hosts[3].n_down, same->hosts[3].n_down + 1);
		assert_true(s->hosts[3].n_down == 0 || s->hosts[3].down_gap_us >= 4 * SEC);
		assert_int_equal(s->stats.offered, s->stats.done + s->stats.dropped);
		for (int i = 0; i < 200; i++)
			if (s->pages[i].host != 3)
				assert_int_equal(s->pages[i].committed, same->pages[i].committed);
		sim_free(s);
		sim_free(same);
	}
}

/* What waits for the scope to be complete. */
static void
a_scope_that_grows(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct sim *s = sim_scope_that_grows(seed);

		s->pages[1].took_us = SEC;
		s->divide_every = 3;
		assert_true(sim_run(s, 2));
		sim_scope_has_grown(s);
		sim_free(s);
	}
}

/* The name that is not there is asked for once, of each host. */
static void
probes(void **state)
{
	unsigned n_probes = 0;

	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct sim *s = web(seed, 400, 4);

		s->config.traps.soft_404 = s->config.traps.copies = true;
		s->divide_every = 20;
		assert_true(sim_run(s, 1));
		for (int i = 0; i < 4; i++) {
			assert_true(s->hosts[i].n_probes <= 1);
			n_probes += s->hosts[i].n_probes;
		}
		sim_free(s);
	}
	assert_true(n_probes > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_webs),
		cmocka_unit_test(no_server_can_tell),
		cmocka_unit_test(a_pause_that_was_asked_for_holds),
		cmocka_unit_test(a_retry_is_not_made_sooner),
		cmocka_unit_test(budgets_and_verdicts_hold),
		cmocka_unit_test(a_scope_that_grows),
		cmocka_unit_test(probes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
