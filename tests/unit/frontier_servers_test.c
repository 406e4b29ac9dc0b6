/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a frontier asks one host, and one address; which addresses links lead to. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/frontier_sim.h"

#define SEC INT64_C(1000000)

static void
default_pauses_are_kept(void **state)
{
	struct sim *s = sim_tree(60, 1, 1);
	int64_t start_us = s->now_us;

	s->config.wait_us = -1;
	s->config.per_host = 2;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->stats.done, 60);
	assert_int_equal(s->hosts[0].max_in_flight, 2);
	/* 60 requests in two slots with pauses of a quarter of a second. */
	assert_true(s->now_us - start_us >= 29 * SEC / 4);
	sim_free(s);
}

static void
private_hosts_make_no_pauses(void **state)
{
	struct sim *s = sim_tree(60, 1, 1);
	int64_t start_us = s->now_us;

	s->config.wait_us = -1;
	s->config.per_host = 2;
	(void)snprintf(s->hosts[0].address, sizeof(s->hosts[0].address), "127.0.0.1");
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->hosts[0].max_in_flight, 2);
	assert_int_equal(s->now_us, start_us);
	sim_free(s);
}

static void
explicit_wait_is_kept(void **state)
{
	struct sim *s = sim_tree(30, 2, 1);
	int64_t start_us = s->now_us;

	s->config.wait_us = 3 * SEC;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_true(s->hosts[0].min_gap_us >= 3 * SEC);
	assert_true(s->hosts[1].min_gap_us >= 3 * SEC);
	/* Nor is it any longer: fifteen pages each, the first ones at once. */
	assert_int_equal(s->hosts[0].last_start_us - start_us, 14 * 3 * SEC);
	assert_int_equal(s->hosts[1].last_start_us - start_us, 14 * 3 * SEC);
	sim_free(s);
}

static void
hosts_take_turns(void **state)
{
	struct sim *s = sim_tree(400, 8, 3);
	int i;

	/* One request at a time: nobody waits while others get all. */
	s->max_in_flight = 1;
	s->config.per_host = 1;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	for (i = 0; i < 8; i++)
		assert_int_equal(s->hosts[i].asked, 50);
	sim_free(s);
}

/* Twelve hosts, four of them behind one address each. */
static struct sim *
shared_addresses(unsigned n_loops, uint64_t seed)
{
	struct sim *s = sim_tree(360, 12, seed);
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
			sim_balanced(s);
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
	sim_balanced(s);
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
	struct sim *s = sim_tree(400, 8, 3);
	int i, first_done = 400;

	s->config.per_host = 1;
	for (i = 0; i < 8; i++)
		(void)snprintf(s->hosts[i].address, sizeof(s->hosts[i].address), "192.0.2.1");
	assert_true(sim_run(s, 1));
	sim_balanced(s);
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
	sim_balanced(s);
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
	sim_balanced(s);
	assert_int_equal(s->pages[0].outcome, OUTCOME_REDIRECT);
	assert_int_equal(s->pages[1].outcome, OUTCOME_PRIVATE_ADDRESS);
	assert_int_equal(s->hosts[1].asked, 0);
	sim_free(s);
}

/* A name that is public when it is looked up first, and something else when it is tried again. */
static void
rebinding(void **state)
{
	struct sim *s = sim_tree(11, 2, 5);
	int i;

	s->hosts[1].address_later = "127.0.0.1";
	s->config.per_host = 1;
	s->pages[1].failures = 1;
	s->pages[1].failure = OUTCOME_CONNECT_FAILED;
	assert_true(sim_run(s, 1));
	sim_balanced(s);
	assert_int_equal(s->hosts[1].asked, 1);
	for (i = 1; i < 11; i += 2)
		assert_int_equal(s->pages[i].outcome, OUTCOME_PRIVATE_ADDRESS);
	sim_free(s);
}

static void
server_that_pushes_back(void **state)
{
	struct sim *s = sim_tree(60, 1, 2);
	int i;

	for (i = 5; i < 20; i++) {
		s->pages[i].failures = 1;
		s->pages[i].failure = OUTCOME_HTTP_TOO_MANY;
	}
	assert_true(sim_run(s, 1));
	sim_balanced(s);
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
		cmocka_unit_test(server_that_pushes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
