/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frontier_sim.h: the webs that are crawled. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/frontier_sim.h"

uint64_t
sim_random(struct sim *s, uint64_t below)
{
	return hash_mix(s->random++, s->seed) % below;
}

struct sim *
sim_new(int n_pages, int n_hosts, uint64_t seed)
{
	struct sim *s = calloc(1, sizeof(*s));
	int i;

	CHECK(s != NULL && n_hosts <= SIM_MAX_HOSTS);
	s->pages = calloc((size_t)n_pages, sizeof(s->pages[0]));
	CHECK(s->pages != NULL);
	s->n_pages = n_pages;
	s->n_hosts = n_hosts;
	s->seed = seed;
	s->key.seed = seed;
	s->max_in_flight = 32;
	s->check = true;
	s->stuck_page = SIM_NONE;
	s->visited_max_bytes = UINT64_C(16) << 20;
	s->now_us = 1000000;
	s->scope_config = (struct scope_config){ .max_level = SCOPE_NO_LEVEL, .span_hosts = true, .nofollow = true };
	s->config = (struct frontier_config){
		.key = &s->key,
		.n_loops = 1,
		.max_level = SCOPE_NO_LEVEL,
		.hold_us = INT64_C(1000000000000),
		.per_host = 8,
		.wait_us = 0,
		.tries = 3,
		.retry_us = 1000000,
		.dead_after = 0,
		.max_redirect = 20,
		.robots = false,
		.robots_agent = STR("lycosa"),
		.max_crawl_delay_us = INT64_C(300000000),
		.queue_max_bytes = UINT64_C(1) << 30,
	};
	for (i = 0; i < n_hosts; i++) {
		(void)snprintf(s->hosts[i].origin, sizeof(s->hosts[i].origin), "http://h%d.test", i);
		(void)snprintf(s->hosts[i].address, sizeof(s->hosts[i].address), "192.0.2.%d", i + 1);
		s->hosts[i].last_start_us = INT64_MIN;
		s->hosts[i].min_gap_us = s->hosts[i].min_gap_at_address_us = INT64_MAX;
	}
	for (i = 0; i < n_pages; i++) {
		s->pages[i].host = i % n_hosts;
		s->pages[i].redirect = SIM_NONE;
		s->pages[i].parent = SIM_NONE;
		(void)snprintf(s->pages[i].path, sizeof(s->pages[i].path), "/p/%d", i);
	}
	return s;
}

void
sim_link(struct sim *s, int from, int to)
{
	struct sim_page *p = &s->pages[from];

	CHECK(p->n_links < SIM_MAX_LINKS);
	p->links[p->n_links++] = to;
}

void
sim_link_randomly(struct sim *s, unsigned max_links, unsigned redirect_percent, unsigned failure_percent)
{
	int i;
	unsigned k;

	for (i = 0; i < s->n_pages; i++) {
		struct sim_page *p = &s->pages[i];

		if (sim_random(s, 100) < redirect_percent) {
			/* Onwards only: a loop is a test of its own. */
			p->redirect = i + 1 < s->n_pages ? i + 1 + (int)sim_random(s, (uint64_t)(s->n_pages - i - 1)) : SIM_NONE;
			continue;
		}
		if (sim_random(s, 100) < failure_percent) {
			p->failures = 1 + (unsigned)sim_random(s, 4);
			p->failure = sim_random(s, 2) == 0 ? OUTCOME_CONNECTION_LOST : OUTCOME_HTTP_SERVER_ERROR;
		}
		for (k = (unsigned)sim_random(s, max_links + 1); k > 0; k--)
			sim_link(s, i, (int)sim_random(s, (uint64_t)s->n_pages));
	}
}

const char *
sim_url(const struct sim *s, int page)
{
	static char url[128];

	(void)snprintf(url, sizeof(url), "%s%s", s->hosts[s->pages[page].host].origin, s->pages[page].path);
	return url;
}

int
sim_page_of(const struct sim *s, struct str url)
{
	int i;

	for (i = 0; i < s->n_pages; i++)
		if (str_eq(url, str_of(sim_url(s, i))))
			return i;
	return SIM_NONE;
}

int
sim_host_of(const struct sim *s, struct str origin)
{
	int i;

	for (i = 0; i < s->n_hosts; i++)
		if (str_starts(origin, str_of(s->hosts[i].origin)) && origin.len > strlen(s->hosts[i].origin) &&
			origin.p[strlen(s->hosts[i].origin)] == '/')
			return i;
	CHECK(!"a host of this web");
	return SIM_NONE;
}

struct sim *
sim_tree(int n_pages, int n_hosts, uint64_t seed)
{
	struct sim *s = sim_new(n_pages, n_hosts, seed);
	int i;

	for (i = 1; i < n_pages; i++)
		sim_link(s, (i - 1) / 10, i);
	return s;
}

void
sim_balanced(const struct sim *s)
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

struct sim *
sim_scope_that_grows(uint64_t seed)
{
	static const int links[][2] = { { 0, 4 }, { 0, 7 }, { 0, 2 }, { 4, 11 }, { 4, 6 }, { 7, 15 }, { 3, 8 } };
	struct sim *s = sim_new(16, 4, seed);

	s->scope_config.span_hosts = false;
	s->pages[1].redirect = 3;
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		sim_link(s, links[i][0], links[i][1]);
	return s;
}

void
sim_scope_has_grown(const struct sim *s)
{
	static const bool found[16] = { [0] = true, [1] = true, [3] = true, [4] = true, [7] = true, [8] = true, [11] = true, [15] = true };

	for (int i = 0; i < s->n_pages; i++)
		if (s->pages[i].committed != found[i])
			fail_msg("seed %llu, %u loops: page %d", (unsigned long long)s->seed, s->config.n_loops, i);
	assert_int_equal(s->pages[2].refused, 1);
	assert_int_equal(s->pages[6].refused, 1);
	assert_int_equal(s->pages[7].refused, 0);
	assert_int_equal(s->stats.refused, 2);
}
