/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page costs does not depend on how many hosts wait. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "frontier/frontier.h"
#include "frontier/visited.h"
#include "url/canon.h"

#define FEW_HOSTS 500
#define GROWTH    32
#define MAX_RATIO 8 /* what hosts have in the caches is less the more there are; looking at each would be a ratio of 32 */
#define MAX_TURNS 10
#define MAX_TAKEN 160
#define PAGES     400
#define PER_HOST  3
#define FLIGHT    256

static const struct hash_key key = { 5 };

struct many {
	struct frontier_config config;
	struct frontier_shared *shared;
	struct frontier *f;
	struct scope *scope;
	int64_t now_us;
	struct hostq *asks[4096];
	unsigned n_asks;
	struct job *flight[FLIGHT];
	unsigned n_flight;
	uint64_t n_commits;
};

static struct many m;

static void
need_address(void *arg, struct hostq *h, const struct url *origin)
{
	assert_true(m.n_asks < ARRAY_LEN(m.asks));
	m.asks[m.n_asks++] = h;
}

static struct job *
get_job(void *arg)
{
	struct job *j;

	return job_new(&j) == 0 ? j : NULL;
}

static void
put_job(void *arg, struct job *j)
{
	job_free(j);
}

static void
commit(void *arg, struct job *j)
{
	m.n_commits++;
	frontier_end(m.f, j);
	job_free(j);
}

static void
refused(void *arg, const struct frontier_refusal *refusal)
{
	fail_msg("%.*s was refused", STR_ARG(refusal->url));
}

static void
forward(void *arg, unsigned loop, struct frontier_parcel *p)
{
	fail();
}

static void
full(void *arg, enum outcome reason)
{
	fail();
}

static void
finished(void *arg)
{
}

static void
answer_names(void)
{
	while (m.n_asks > 0) {
		struct hostq *h = m.asks[--m.n_asks];
		char address[40];
		static unsigned n;

		n++;
		(void)snprintf(address, sizeof(address), "20.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
		frontier_address(m.f, h, OUTCOME_OK, address, INT64_MAX, m.now_us);
	}
}

/* Until none is given. */
static void
take_all(void)
{
	int64_t due_us;
	struct job *j;

	do {
		answer_names();
		j = frontier_take(m.f, m.now_us, &due_us);
		if (j != NULL) {
			assert_true(m.n_flight < FLIGHT);
			m.flight[m.n_flight++] = j;
		}
	} while (j != NULL || m.n_asks > 0);
}

static void
start(unsigned n_hosts)
{
	static const struct scope_config rules = { .max_level = SCOPE_NO_LEVEL, .span_hosts = true, .nofollow = true };
	static const struct frontier_ops ops = { .need_address = need_address, .commit = commit, .dropped = refused,
		.refused = refused, .forward = forward, .full = full, .finished = finished, .job_get = get_job, .job_put = put_job };
	char *error;
	unsigned h, k;

	m = (struct many){ .now_us = 1000000 };
	m.config = (struct frontier_config){ .key = &key, .n_loops = 1, .max_level = SCOPE_NO_LEVEL, .hold_us = 5000000,
		.per_host_max = 6, .wait_us = 0, .tries = 3, .retry_us = 1000000, .max_redirect = 20, .robots_agent = STR("lycosa"),
		.max_crawl_delay_us = 300000000, .queue_max_bytes = UINT64_C(1) << 30, .max_taken = MAX_TAKEN };
	assert_int_equal(visited_new(UINT64_C(64) << 20, &m.config.visited), 0);
	assert_int_equal(visited_new(UINT64_C(64) << 20, &m.config.refused), 0);
	assert_int_equal(scope_new(&rules, &m.scope, &error), 0);
	m.config.scope = m.scope;
	assert_int_equal(frontier_shared_new(&m.config, &m.shared), 0);
	assert_int_equal(frontier_new(&m.config, m.shared, 0, &ops, &m.f), 0);
	for (h = 0; h < n_hosts; h++) {
		for (k = 0; k < PER_HOST; k++) {
			struct frontier_way way = { .parent = STR("http://x.test/"), .depth = 1, .from = NET_PUBLIC };
			struct url u;
			char text[60];

			(void)snprintf(text, sizeof(text), "http://h%u.test/%u", h, k);
			url_init(&u);
			assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
			url_canon(&u);
			assert_int_equal(frontier_offer(m.f, &u, &way), FRONTIER_QUEUED);
			url_release(&u);
		}
	}
}

static void
stop(void)
{
	frontier_stop(m.f, OUTCOME_BUDGET);
	while (m.n_flight > 0) {
		struct job *j = m.flight[--m.n_flight];

		frontier_untake(m.f, j, m.now_us);
	}
	frontier_free(m.f);
	frontier_shared_free(m.shared);
	scope_free(m.scope);
	visited_free(m.config.visited);
	visited_free(m.config.refused);
}

/* With as many in the house as may be, each that goes lets one in: processor time of PAGES of them. */
static int64_t
pages_us(unsigned n_hosts)
{
	int64_t from_us;
	unsigned i;

	start(n_hosts);
	take_all();
	assert_int_equal(m.n_flight, MAX_TAKEN);
	from_us = clock_thread_cpu_us();
	for (i = 0; i < PAGES; i++) {
		struct job *j = m.flight[0];

		m.now_us += 1000;
		m.flight[0] = m.flight[--m.n_flight];
		j->outcome = OUTCOME_OK;
		j->status = 200;
		j->timing.total_us = 1000;
		assert_false(frontier_fetched(m.f, j, m.now_us));
		frontier_ready(m.f, j, m.now_us);
		take_all();
		assert_int_equal(m.n_flight, MAX_TAKEN);
	}
	from_us = clock_thread_cpu_us() - from_us;
	assert_int_equal(m.n_commits, PAGES);
	stop();
	return from_us;
}

/* Where the pages that are not committed yet are as many as may be, which is where parsers are slow. */
static void
hosts_that_wait_for_places(void **state)
{
	int64_t few_us = INT64_MAX, many_us = INT64_MAX;
	int turn;

	for (turn = 0; turn < 2 || (many_us > MAX_RATIO * few_us && turn < MAX_TURNS); turn++) {
		int64_t few = pages_us(FEW_HOSTS), many = pages_us(FEW_HOSTS * GROWTH);

		few_us = few < few_us ? few : few_us;
		many_us = many < many_us ? many : many_us;
	}
	printf("%d pages: %lld us with %d hosts, %lld us with %d\n", PAGES, (long long)few_us, FEW_HOSTS, (long long)many_us,
		FEW_HOSTS * GROWTH);
	assert_true(many_us <= MAX_RATIO * few_us);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_that_wait_for_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
