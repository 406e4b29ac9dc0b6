/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a frontier does with hosts that misbehave, budgets that end, redirects, robots.txt, a scope that grows. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frontier/inside.h"
#include "tests/unit/frontier_sim.h"

#define SEC INT64_C(1000000)

/* Page 0 links to 1 ... n - 1 (through a tree: a page has few links). */
static struct sim *
tree(int n_pages, int n_hosts, uint64_t seed)
{
	struct sim *s = sim_new(n_pages, n_hosts, seed);
	int i;

	for (i = 1; i < n_pages; i++)
		sim_link(s, (i - 1) / 10, i);
	return s;
}

/* J7, and every page of the tree ended exactly once. */
static void
balanced(const struct sim *s)
{
	unsigned committed = 0, dropped = 0;
	int i;

	for (i = 0; i < s->n_pages; i++) {
		committed += s->pages[i].committed;
		dropped += s->pages[i].dropped;
	}
	assert_int_equal(s->stats.done, committed);
	assert_int_equal(s->stats.dropped, dropped);
	assert_int_equal(s->stats.offered, s->stats.done + s->stats.dropped + s->stats.pending);
	assert_int_equal(s->stats.pending, s->stats.left);
}

static void
default_pauses_are_kept(void **state)
{
	struct sim *s = tree(60, 1, 1);
	int64_t start_us = s->now_us;

	s->config.wait_us = -1;
	s->config.per_host = 2;
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->stats.done, 60);
	assert_int_equal(s->hosts[0].max_in_flight, 2);
	/* 60 requests in two slots with pauses of a quarter of a second. */
	assert_true(s->now_us - start_us >= 29 * SEC / 4);
	sim_free(s);
}

static void
private_hosts_make_no_pauses(void **state)
{
	struct sim *s = tree(60, 1, 1);
	int64_t start_us = s->now_us;

	s->config.wait_us = -1;
	s->config.per_host = 2;
	(void)snprintf(s->hosts[0].address, sizeof(s->hosts[0].address), "127.0.0.1");
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->hosts[0].max_in_flight, 2);
	assert_int_equal(s->now_us, start_us);
	sim_free(s);
}

static void
explicit_wait_is_kept(void **state)
{
	struct sim *s = tree(30, 2, 1);

	s->config.wait_us = 3 * SEC;
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_true(s->hosts[0].min_gap_us >= 3 * SEC);
	assert_true(s->hosts[1].min_gap_us >= 3 * SEC);
	sim_free(s);
}

static void
hosts_take_turns(void **state)
{
	struct sim *s = tree(400, 8, 3);
	int i;

	/* One request at a time: nobody waits while others get all. */
	s->max_in_flight = 1;
	s->config.per_host = 1;
	assert_true(sim_run(s, 1));
	balanced(s);
	for (i = 0; i < 8; i++)
		assert_int_equal(s->hosts[i].asked, 50);
	sim_free(s);
}

/* Twelve hosts, four of them behind one address each. */
static struct sim *
shared_addresses(unsigned n_loops, uint64_t seed)
{
	struct sim *s = tree(360, 12, seed);
	int i;

	s->config.n_loops = n_loops;
	for (i = 0; i < 12; i++)
		(void)snprintf(s->hosts[i].address, sizeof(s->hosts[i].address), "192.0.2.%d", i % 3);
	return s;
}

static void
hosts_behind_one_address_are_one_server(void **state)
{
	unsigned n_loops, i;
	uint64_t seed;

	for (n_loops = 1; n_loops <= 3; n_loops += 2) {
		for (seed = 1; seed <= 5; seed++) {
			struct sim *s = shared_addresses(n_loops, seed);

			s->config.per_host = 3;
			s->untake_every = seed % 2 ? 7 : 0;
			assert_true(sim_run(s, 1));
			balanced(s);
			assert_int_equal(s->stats.done, 360);
			for (i = 0; i < 12; i++)
				assert_in_range(s->hosts[i].max_at_address, 1, 3);
			sim_free(s);
		}
	}
}

static void
pauses_hold_for_the_address(void **state)
{
	struct sim *s = shared_addresses(3, 7);
	int64_t start_us = s->now_us;
	int i;

	s->config.wait_us = -1;
	s->config.per_host = 0;
	s->config.per_host_max = 6;
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->stats.done, 360);
	/* 120 requests to each address in at most six slots, each of which rests a quarter of a second. */
	assert_true(s->now_us - start_us >= 120 / 6 * SEC / 4 - SEC / 4);
	sim_free(s);
	/* And an explicit wait lies between any two of them. */
	s = shared_addresses(3, 8);
	s->config.wait_us = SEC;
	assert_true(sim_run(s, 1));
	for (i = 0; i < 12; i++)
		assert_true(s->hosts[i].min_gap_at_address_us >= SEC);
	sim_free(s);
}

static void
addresses_can_be_let_alone(void **state)
{
	struct sim *s = shared_addresses(1, 9);
	unsigned most = 0, i;

	s->config.per_host = 3;
	s->config.per_address = FRONTIER_NO_LIMIT;
	assert_true(sim_run(s, 1));
	for (i = 0; i < 12; i++)
		most = s->hosts[i].max_at_address > most ? s->hosts[i].max_at_address : most;
	assert_true(most > 3);
	sim_free(s);
}

/* Behind one address too: a host with much to ask for does not keep the others from their turn. */
static void
hosts_behind_one_address_take_turns(void **state)
{
	struct sim *s = tree(400, 8, 3);
	int i, first_done = 400;

	s->config.per_host = 1;
	for (i = 0; i < 8; i++)
		(void)snprintf(s->hosts[i].address, sizeof(s->hosts[i].address), "192.0.2.1");
	assert_true(sim_run(s, 1));
	balanced(s);
	/* When a host's last page is done, each of the others is about as far. */
	for (i = 392; i < 400; i++)
		first_done = (int)s->pages[i].order < first_done ? (int)s->pages[i].order : first_done;
	assert_true(first_done > 250);
	sim_free(s);
}

/* Page 0 links to a page on each of these hosts; what becomes of them. */
static struct sim *
leads_to(const char *from, const char *const *to, int n, bool seed_is_there)
{
	struct sim *s = sim_new(n + 1, n + 1, 5);
	int i;

	s->config.robots = true;
	s->config.n_loops = 2;
	(void)snprintf(s->hosts[0].address, JOB_ADDRESS_BYTES, "%s", from);
	for (i = 0; i < n; i++) {
		(void)snprintf(s->hosts[i + 1].address, JOB_ADDRESS_BYTES, "%s", to[i]);
		sim_link(s, 0, i + 1);
	}
	assert_true(sim_run(s, seed_is_there ? 2 : 1));
	balanced(s);
	return s;
}

static const char *const inside[] = { "127.0.0.1", "10.0.0.7", "169.254.3.4", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1",
	"0.0.0.0", "64:ff9b::7f00:1" };

static void
public_pages_lead_to_public_addresses_only(void **state)
{
	struct sim *s = leads_to("192.0.2.1", inside, ARRAY_LEN(inside), false);
	size_t i;

	for (i = 1; i <= ARRAY_LEN(inside); i++) {
		assert_int_equal(s->pages[i].dropped, 1);
		assert_int_equal(s->pages[i].outcome, OUTCOME_PRIVATE_ADDRESS);
		assert_int_equal(s->hosts[i].asked, 0); /* not even robots.txt */
	}
	sim_free(s);
	/* What the user named is asked; nothing else of its kind. */
	s = leads_to("192.0.2.1", inside, ARRAY_LEN(inside), true);
	assert_int_equal(s->pages[1].outcome, OUTCOME_OK);
	assert_int_equal(s->hosts[1].asked, 2);
	for (i = 2; i <= ARRAY_LEN(inside); i++)
		assert_int_equal(s->hosts[i].asked, 0);
	sim_free(s);
}

static void
private_pages_lead_to_their_own_kind(void **state)
{
	static const char *const to[] = { "127.8.9.1", "10.1.1.1", "169.254.169.254", "192.0.2.9" };
	struct sim *s = leads_to("127.0.0.1", to, ARRAY_LEN(to), false);

	assert_int_equal(s->hosts[1].asked, 2);
	assert_int_equal(s->hosts[2].asked, 0);
	assert_int_equal(s->hosts[3].asked, 0);
	assert_int_equal(s->hosts[4].asked, 2);
	sim_free(s);
}

/* A redirect is no seed, though it comes from one. */
static void
redirects_lead_no_further_than_links(void **state)
{
	struct sim *s = sim_new(2, 2, 5);

	s->pages[0].redirect = 1;
	(void)snprintf(s->hosts[1].address, JOB_ADDRESS_BYTES, "127.0.0.1");
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->pages[0].outcome, OUTCOME_REDIRECT);
	assert_int_equal(s->pages[1].outcome, OUTCOME_PRIVATE_ADDRESS);
	assert_int_equal(s->hosts[1].asked, 0);
	sim_free(s);
}

/* A name that is public when it is looked up first, and something else when it is tried again. */
static void
rebinding(void **state)
{
	struct sim *s = tree(11, 2, 5);
	int i;

	s->hosts[1].address_later = "127.0.0.1";
	s->config.per_host = 1;
	s->pages[1].failures = 1;
	s->pages[1].failure = OUTCOME_CONNECT_FAILED;
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->hosts[1].asked, 1);
	for (i = 1; i < 11; i += 2)
		assert_int_equal(s->pages[i].outcome, OUTCOME_PRIVATE_ADDRESS);
	sim_free(s);
}

static void
robots_are_asked_first_and_obeyed(void **state)
{
	struct sim *s = tree(100, 2, 4);
	int i;

	s->config.robots = true;
	s->hosts[0].robots = "User-agent: *\nDisallow: /p/4\n";
	assert_true(sim_run(s, 1));
	balanced(s);
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
	struct sim *s = tree(20, 1, 4);

	s->config.robots = true;
	s->hosts[0].robots = "User-agent: *\nCrawl-delay: 7\n";
	(void)snprintf(s->hosts[0].address, sizeof(s->hosts[0].address), "127.0.0.1");
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->stats.done, 20);
	assert_true(s->hosts[0].min_gap_us >= 7 * SEC);
	sim_free(s);
}

static void
crawl_delay_has_a_ceiling(void **state)
{
	struct sim *s = tree(20, 1, 4);
	int64_t start_us = s->now_us;

	s->config.robots = true;
	s->config.max_crawl_delay_us = 60 * SEC;
	s->hosts[0].robots = "User-agent: *\nCrawl-delay: 86400\n";
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->stats.done, 20);
	assert_true(s->hosts[0].min_gap_us >= 60 * SEC);
	assert_true(s->now_us - start_us < 20 * 120 * SEC);
	sim_free(s);
}

/* RFC 9309 §2.4: 60 requests an hour apart take two days and a half. */
static void
robots_are_read_again_after_a_day(void **state)
{
	struct sim *s = tree(60, 1, 4);
	int i, denied = 0;

	s->config.robots = true;
	s->config.wait_us = 3600 * SEC;
	s->hosts[0].robots = "User-agent: *\nDisallow: /p/7$\n";
	s->hosts[0].robots_later = "User-agent: *\nDisallow: /p/\n";
	assert_true(sim_run(s, 1));
	balanced(s);
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
	struct sim *s = tree(90, 1, 4);
	int i, denied = 0;

	s->config.robots = true;
	s->config.wait_us = 1800 * SEC;
	s->hosts[0].robots = "User-agent: *\nDisallow: /p/7$\n";
	s->hosts[0].robots_later = "User-agent: *\nDisallow: /p/\n";
	s->hosts[0].robots_failing_from = 1;
	s->hosts[0].robots_failures = 5;
	s->hosts[0].robots_failure = OUTCOME_HTTP_SERVER_ERROR;
	assert_true(sim_run(s, 1));
	balanced(s);
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
	struct sim *s = tree(20, 1, 4);

	s->config.robots = true;
	s->hosts[0].robots_failures = 2;
	s->hosts[0].robots_failure = OUTCOME_HTTP_SERVER_ERROR;
	assert_true(sim_run(s, 1));
	balanced(s);
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
		struct sim *s = tree(40, 2, 4);
		int i;

		s->config.robots = true;
		s->hosts[1].robots_failures = 100;
		s->hosts[1].robots_failure = failures[k];
		assert_true(sim_run(s, 1));
		balanced(s);
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
		struct sim *s = tree(40, 4, 4);
		int i;

		s->hosts[3].address_outcome = failures[k];
		assert_true(sim_run(s, 1));
		balanced(s);
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
		struct sim *s = tree(40, 4, 4);

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
		struct sim *s = tree(720, 240, seed);

		for (int i = 0; i < 200; i++) {
			(void)snprintf(s->hosts[i].origin, sizeof(s->hosts[i].origin), "http://h%d.big.test", i);
			if (seed > 1 && i % 3 == 1)
				s->hosts[i].address_outcome = OUTCOME_DNS_FAILED;
		}
		s->party = ".big.test";
		assert_true(sim_run(s, seed == 4 ? 2 : 1));
		balanced(s);
		assert_in_range(s->max_lookups_of_party, 8, (seed == 4 ? 2 : 1) * 64);
		if (seed == 1)
			assert_int_equal(s->stats.done, 720);
		sim_free(s);
	}
}

static void
dead_host_is_given_up(void **state)
{
	struct sim *s = tree(1000, 2, 4);
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
	balanced(s);
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
		balanced(s);
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
	balanced(s);
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
		balanced(s);
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
	balanced(s);
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
		struct sim *s = tree(10, 1, 4);
		int64_t start_us = s->now_us;

		s->pages[9].failures = 1;
		s->pages[9].failure = failures[i];
		s->pages[9].retry_after_us = 3600 * SEC;
		assert_true(sim_run(s, 1));
		balanced(s);
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
		struct sim *s = tree(3000, 1, 4);
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
		balanced(s);
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

/* Twice as long each time, ten times at most, and by chance up to half as much again. */
static void
retries_pause_longer_and_not_together(void **state)
{
	struct sim *s = tree(1, 1, 4);

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
	struct sim *s = tree(10, 1, 4);

	s->pages[1].failures = 2;
	s->pages[1].failure = OUTCOME_CONNECTION_LOST;
	s->pages[2].failures = 3;
	s->pages[2].failure = OUTCOME_HTTP_SERVER_ERROR;
	s->pages[3].failures = 1;
	s->pages[3].failure = OUTCOME_TLS_UNVERIFIED;
	assert_true(sim_run(s, 1));
	balanced(s);
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
	balanced(s);
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
	balanced(s);
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
			struct sim *s = sim_new(16, 4, seed);
			int i;

			/* Seeds 0 (h0) and 1 (h1). 1 redirects to 3 (h3). 0 links to 7 (h3) and to 2, 6 (h2). */
			s->scope_config.span_hosts = false;
			s->config.n_loops = n_loops;
			s->config.max_level = seed % 2 == 0 ? SCOPE_NO_LEVEL : 4;
			s->pages[1].redirect = 3;
			sim_link(s, 0, 4);
			sim_link(s, 0, 7);
			sim_link(s, 0, 2);
			sim_link(s, 4, 11);
			sim_link(s, 4, 6);
			sim_link(s, 7, 15);
			sim_link(s, 3, 8);
			assert_true(sim_run(s, 2));
			balanced(s);
			for (i = 0; i < 16; i++) {
				static const int found[] = { 0, 1, 3, 4, 7, 8, 11, 15 };
				bool expected = false;
				size_t k;

				for (k = 0; k < ARRAY_LEN(found); k++)
					expected |= found[k] == i;
				if (s->pages[i].committed != expected)
					fail_msg("seed %llu, %u loops: page %d", (unsigned long long)seed, n_loops, i);
			}
			/* Out of scope for good, and said once. */
			assert_int_equal(s->pages[2].refused, 1);
			assert_int_equal(s->pages[6].refused, 1);
			assert_int_equal(s->pages[7].refused, 0);
			assert_int_equal(s->stats.refused, 2);
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
	balanced(s);
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
		struct sim *s = tree(300, 6, n_loops);

		s->config.n_loops = n_loops;
		s->config.max_pages = 100;
		s->untake_every = 7;
		(void)sim_run(s, 1);
		assert_int_equal(s->n_taken, 100);
		assert_int_equal(s->n_full, 1);
		assert_int_equal(s->full_reason, OUTCOME_BUDGET);
		sim_free(s);

		/* As many as there are: no budget is hit. */
		s = tree(100, 6, n_loops);
		s->config.n_loops = n_loops;
		s->config.max_pages = 100;
		assert_true(sim_run(s, 1));
		assert_int_equal(s->n_full, 0);
		balanced(s);
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
		struct sim *s = tree(300, 6, n_loops);
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
	struct sim *s = tree(600, 3, 8);

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
	struct sim *s = tree(600, 3, 8);

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
			struct sim *s = tree(400, 6, seed);

			s->config.n_loops = n_loops;
			s->config.max_level = seed % 2 == 0 ? SCOPE_NO_LEVEL : 5;
			s->max_taken = 60;
			s->untake_every = 9;
			assert_true(sim_run(s, 1));
			balanced(s);
			assert_int_equal(s->stats.done, 60);
			assert_true(s->stats.left > 0);
			sim_free(s);
		}
	}
}

static void
nothing_to_do_is_finished(void **state)
{
	struct sim *s = tree(5, 1, 1);

	/* No seed at all: the one who lets go is told. */
	assert_true(sim_run(s, 0));
	assert_int_equal(s->n_finished, 1);
	sim_free(s);
}

static void
server_that_pushes_back(void **state)
{
	struct sim *s = tree(60, 1, 2);
	int i;

	for (i = 5; i < 20; i++) {
		s->pages[i].failures = 1;
		s->pages[i].failure = OUTCOME_HTTP_TOO_MANY;
	}
	assert_true(sim_run(s, 1));
	balanced(s);
	assert_int_equal(s->stats.done, 60);
	for (i = 0; i < 60; i++)
		assert_int_equal(s->pages[i].outcome, OUTCOME_OK);
	sim_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_pauses_are_kept),
		cmocka_unit_test(private_hosts_make_no_pauses),
		cmocka_unit_test(explicit_wait_is_kept),
		cmocka_unit_test(hosts_take_turns),
		cmocka_unit_test(hosts_behind_one_address_are_one_server),
		cmocka_unit_test(pauses_hold_for_the_address),
		cmocka_unit_test(addresses_can_be_let_alone),
		cmocka_unit_test(hosts_behind_one_address_take_turns),
		cmocka_unit_test(public_pages_lead_to_public_addresses_only),
		cmocka_unit_test(private_pages_lead_to_their_own_kind),
		cmocka_unit_test(redirects_lead_no_further_than_links),
		cmocka_unit_test(rebinding),
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
		cmocka_unit_test(dead_host_is_given_up),
		cmocka_unit_test(refused_hops_are_no_answers),
		cmocka_unit_test(dead_host_has_a_last_chance_at_the_end),
		cmocka_unit_test(one_try_is_one_try),
		cmocka_unit_test(dead_host_has_no_other_chance),
		cmocka_unit_test(walled_host_is_left_for_the_next_run),
		cmocka_unit_test(last_chance_is_one_request_when_the_server_says),
		cmocka_unit_test(retry_after_counts_where_the_host_heeds_it),
		cmocka_unit_test(retries_have_their_share),
		cmocka_unit_test(retries_pause_longer_and_not_together),
		cmocka_unit_test(retries_come_back_until_tries),
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
		cmocka_unit_test(server_that_pushes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
