/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Much at once: what a page costs does not depend on how many hosts wait, and what waits for its turn is bounded. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "frontier/inside.h"
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
	uint64_t n_commits, n_refused, n_quick, n_fast;
	const char *address; /* of all hosts; NULL: each has its own */
};

static unsigned n_loops = 1; /* of the next start(); there is the first one only */

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
	m.n_quick += j->outcome == OUTCOME_OK;
	frontier_end(m.f, j);
	job_free(j);
}

static void
refused(void *arg, const struct frontier_refusal *refusal)
{
	m.n_refused++;
	if (refusal->reason != OUTCOME_HOST_DEAD && refusal->reason != OUTCOME_ROBOTS_DENY)
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
		frontier_address(m.f, h, OUTCOME_OK, m.address != NULL ? m.address : address, INT64_MAX, m.now_us);
	}
}

/* Until none is given; when it may be worth to ask again. */
static int64_t
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
	return due_us;
}

static void
offer(const char *text, uint32_t depth, enum frontier_offer_result want)
{
	struct frontier_way way = { .parent = STR("http://x.test/"), .depth = depth, .from = NET_PUBLIC };
	struct url u;

	url_init(&u);
	assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
	url_canon(&u);
	assert_int_equal(frontier_offer(m.f, &u, &way), want);
	url_release(&u);
}

/* max_level: SCOPE_NO_LEVEL or one that is never reached. */
static void
start(uint32_t max_level, unsigned per_host, uint64_t max_taken, uint64_t held_max_bytes)
{
	struct scope_config rules = { .max_level = max_level, .span_hosts = true, .nofollow = true };
	static const struct frontier_ops ops = { .need_address = need_address, .commit = commit, .dropped = refused,
		.refused = refused, .forward = forward, .full = full, .finished = finished, .job_get = get_job, .job_put = put_job };
	char *error;

	m = (struct many){ .now_us = 1000000 };
	m.config = (struct frontier_config){ .key = &key, .n_loops = n_loops, .max_level = max_level, .hold_us = 5000000,
		.per_host = per_host, .per_host_max = 6, .wait_us = 0, .tries = 3, .retry_us = 1000000, .max_redirect = 20,
		.robots_agent = STR("lycosa"), .max_crawl_delay_us = 300000000, .queue_max_bytes = UINT64_C(1) << 30,
		.max_taken = max_taken, .held_max_bytes = held_max_bytes };
	assert_int_equal(visited_new(UINT64_C(64) << 20, &m.config.visited), 0);
	assert_int_equal(visited_new(UINT64_C(64) << 20, &m.config.refused), 0);
	assert_int_equal(scope_new(&rules, &m.scope, &error), 0);
	m.config.scope = m.scope;
	assert_int_equal(frontier_shared_new(&m.config, &m.shared), 0);
	assert_int_equal(frontier_new(&m.config, m.shared, 0, &ops, &m.f), 0);
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

/* The answer of a job in flight is there, and read. */
static void
answer(unsigned i, uint64_t held_bytes)
{
	struct job *j = m.flight[i];

	m.now_us += 1000;
	m.flight[i] = m.flight[--m.n_flight];
	j->outcome = OUTCOME_OK;
	j->status = 200;
	j->timing.total_us = 1000;
	j->held_bytes = held_bytes;
	assert_false(frontier_fetched(m.f, j, m.now_us));
	frontier_ready(m.f, j, m.now_us);
}

/* With as many in the house as may be, each that goes lets one in: processor time of PAGES of them. */
static int64_t
pages_us(unsigned n_hosts)
{
	int64_t from_us;
	char text[60];
	unsigned i;

	start(SCOPE_NO_LEVEL, 0, MAX_TAKEN, 0);
	for (i = 0; i < n_hosts * PER_HOST; i++) {
		(void)snprintf(text, sizeof(text), "http://h%u.test/%u", i / PER_HOST, i % PER_HOST);
		offer(text, 1, FRONTIER_QUEUED);
	}
	(void)take_all();
	assert_int_equal(m.n_flight, MAX_TAKEN);
	from_us = clock_thread_cpu_us();
	for (i = 0; i < PAGES; i++) {
		answer(0, 0);
		(void)take_all();
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

/* One page of a host does not come to its end, and whatever is read of the others has to wait for it. */
static void
pages_that_wait_are_bounded(uint32_t max_level, uint32_t stuck_depth)
{
	struct job *stuck;
	char text[60];
	unsigned i;

	start(max_level, 8, 0, 10 << 20);
	offer("http://stuck.test/", stuck_depth, FRONTIER_QUEUED);
	(void)take_all();
	assert_int_equal(m.n_flight, 1);
	stuck = m.flight[0];
	for (i = 0; i < 200; i++) {
		/* Of the same host, or, where all of a level waits for it, of others a level deeper. */
		(void)snprintf(text, sizeof(text), "http://%s.test/%u", stuck_depth == 1 ? "stuck" : "other", i);
		offer(text, 1, FRONTIER_QUEUED);
	}
	(void)take_all();
	while (m.n_flight > 1) {
		answer(m.flight[0] == stuck ? 1 : 0, 1 << 20);
		frontier_check(m.f);
		(void)take_all();
	}
	assert_ptr_equal(m.flight[0], stuck);
	assert_int_equal(m.n_commits, 0);
	assert_in_range(m.f->n_held, 10, 10 + 8);
	answer(0, 1 << 20);
	(void)take_all();
	while (m.n_flight > 0) {
		answer(0, 1 << 20);
		(void)take_all();
	}
	assert_int_equal(m.n_commits, 201);
	assert_int_equal(m.f->held_bytes, 0);
	stop();
}

static void
pages_that_wait_for_their_host(void **state)
{
	pages_that_wait_are_bounded(SCOPE_NO_LEVEL, 1);
	pages_that_wait_are_bounded(1000, 1);
}

static void
pages_that_wait_for_their_level(void **state)
{
	pages_that_wait_are_bounded(1000, 0);
}

/* Places that the lowest level gives back are there for the next one's hosts at once, not when the lowest is done. */
static void
places_come_back_within_a_level(void **state)
{
	start(1000, 8, 0, 10 << 20);
	offer("http://lowest.test/1", 0, FRONTIER_QUEUED);
	offer("http://lowest.test/2", 0, FRONTIER_QUEUED);
	(void)take_all();
	offer("http://open.test/", 0, FRONTIER_QUEUED);
	(void)take_all();
	assert_int_equal(m.n_flight, 3);
	assert_true(str_ends(url_href(&m.flight[0]->url), STR("/1")));
	/* Ready before the first one, it is held, and there are no more places. */
	answer(1, 20 << 20);
	offer("http://next.test/", 1, FRONTIER_QUEUED);
	(void)take_all();
	assert_int_equal(m.n_flight, 2);
	assert_int_equal(m.f->crowded.n, 1);
	frontier_check(m.f);
	answer(0, 0);
	assert_int_equal(m.n_commits, 2);
	(void)take_all();
	assert_int_equal(m.n_flight, 2);
	assert_int_equal(m.f->crowded.n, 0);
	while (m.n_flight > 0)
		answer(0, 0);
	assert_int_equal(m.n_commits, 4);
	stop();
}

static bool
is_slow(const struct job *j)
{
	return str_starts(url_hostname(&j->url), STR("slow"));
}

/* n pages of two hosts by turns. */
static void
offer_two(const char *host, const char *other, unsigned n)
{
	char text[60];

	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text), "http://%s.test/%u", i % 2 == 0 ? host : other, i);
		offer(text, 1, FRONTIER_QUEUED);
	}
}

/* The time goes on to what ends next, by due_us of each flight, and that is returned; or to next_us, where more may begin before: FLIGHT. */
static unsigned
next_end(int64_t due_us[FLIGHT], int64_t next_us)
{
	unsigned n = 0;

	for (unsigned i = 0; i < m.n_flight; i++)
		n = due_us[i] < due_us[n] ? i : n;
	if (m.n_flight == 0 || next_us < due_us[n]) {
		m.now_us = next_us;
		return FLIGHT;
	}
	m.now_us = due_us[n];
	due_us[n] = due_us[m.n_flight - 1];
	return n;
}

#define SLOW_US  INT64_C(60000000)
#define QUICK_US INT64_C(50000)

/* Of a host that answers at once: how many of its pages are had in ten minutes, while another answers nothing at all. */
static uint64_t
quick_pages(const char *address, unsigned dead_after)
{
	static int64_t due_us[FLIGHT];
	struct job *j;
	unsigned n;
	int64_t end_us, next_us;

	start(SCOPE_NO_LEVEL, 0, 0, 0);
	m.address = address;
	m.config.wait_us = -1;
	m.config.dead_after = dead_after;
	frontier_tune(m.f, &(struct frontier_tune){ .per_host_max = 6, .wait_us = -1 }, m.now_us);
	offer_two("quick", "slow", 20000);
	end_us = m.now_us + 10 * SLOW_US;
	while (m.now_us < end_us) {
		n = m.n_flight;
		next_us = take_all();
		for (; n < m.n_flight; n++)
			due_us[n] = m.now_us + (is_slow(m.flight[n]) ? SLOW_US : QUICK_US);
		n = next_end(due_us, next_us);
		if (n == FLIGHT)
			continue;
		j = m.flight[n];
		m.flight[n] = m.flight[--m.n_flight];
		j->timing.total_us = is_slow(j) ? SLOW_US : QUICK_US;
		j->outcome = is_slow(j) ? OUTCOME_TIMEOUT : OUTCOME_OK;
		j->status = j->outcome == OUTCOME_OK ? 200 : 0;
		j->timing.answer_us = j->outcome == OUTCOME_OK ? QUICK_US : -1;
		if (!frontier_fetched(m.f, j, m.now_us))
			frontier_ready(m.f, j, m.now_us);
	}
	stop();
	return m.n_quick;
}

/* Whoever has a name at the address of others keeps them from nothing by not answering. */
static void
slow_host_at_the_address_of_others(void **state)
{
	uint64_t apart = quick_pages(NULL, 0), together = quick_pages("93.184.216.34", 0);

	printf("in ten minutes %llu pages of a host of its own address, %llu at that of a slow one\n", (unsigned long long)apart,
		(unsigned long long)together);
	assert_true(apart > 1000);
	assert_true(together > apart / 3);
}

/* Of a host that waits while another leads ever deeper into it: processor time of n offers and their end. */
static int64_t
depths_us(uint32_t n)
{
	int64_t from_us;
	char url[60];
	uint32_t i;

	start(SCOPE_NO_LEVEL, 1, 0, 0);
	offer("http://h.test/", 0, FRONTIER_QUEUED);
	(void)take_all();
	from_us = clock_thread_cpu_us();
	for (i = 1; i <= n; i++) {
		(void)snprintf(url, sizeof(url), "http://h.test/%u", i);
		offer(url, i, FRONTIER_QUEUED);
	}
	while (m.n_flight > 0) {
		answer(0, 0);
		(void)take_all();
	}
	from_us = clock_thread_cpu_us() - from_us;
	assert_int_equal(m.n_commits, n + 1);
	stop();
	return from_us;
}

#define HELD_UP_US INT64_C(5500000) /* more than hold_us */
#define FAST_US    INT64_C(10000)

/* In a minute, of a host that answers at once, beside another of which one page at a time holds the others up. */
static uint64_t
fast_pages(uint64_t max_taken)
{
	static int64_t due_us[FLIGHT];
	int64_t end_us, next_us, slow_until_us = 0;
	unsigned n;

	start(SCOPE_NO_LEVEL, 6, max_taken, 0);
	offer_two("fast", "slow", 60000);
	for (end_us = m.now_us + 60 * CLOCK_US_PER_SEC; m.now_us < end_us;) {
		n = m.n_flight;
		next_us = take_all();
		for (; n < m.n_flight; n++) {
			bool held_up = is_slow(m.flight[n]) && m.now_us >= slow_until_us;

			due_us[n] = m.now_us + (held_up ? HELD_UP_US : FAST_US);
			slow_until_us = held_up ? m.now_us + HELD_UP_US - FAST_US : slow_until_us;
		}
		n = next_end(due_us, next_us);
		if (n == FLIGHT)
			continue;
		m.now_us -= 1000; /* answer() adds as much */
		m.n_fast += !is_slow(m.flight[n]);
		answer(n, 0);
	}
	stop();
	return m.n_fast;
}

/* Where there are few places, as in a mirror. */
static void
host_that_is_held_up_leaves_places(void **state)
{
	uint64_t unbounded = fast_pages(0), bounded = fast_pages(96);

	printf("in a minute %llu pages of a host, %llu with few places\n", (unsigned long long)unbounded, (unsigned long long)bounded);
	assert_true(bounded > unbounded / 2);
}

/* us(n) is processor time for n of them. Linear is a ratio of GROWTH, and what is in no cache costs more; a square is one of GROWTH * GROWTH. */
static void
is_linear(int64_t (*us)(uint32_t n), uint32_t few, const char *what)
{
	const int64_t most = 4 * GROWTH;
	int64_t few_us = INT64_MAX, many_us = INT64_MAX;
	int turn;

	for (turn = 0; turn < 2 || (many_us > most * few_us && turn < MAX_TURNS); turn++) {
		int64_t a = us(few), b = us(few * GROWTH);

		few_us = a < few_us ? a : few_us;
		many_us = b < many_us ? b : many_us;
	}
	printf("%lld us for %u %s, %lld us for %u\n", (long long)few_us, few, what, (long long)many_us, few * GROWTH);
	assert_true(many_us <= most * few_us);
}

static void
many_depths_of_a_host(void **state)
{
	is_linear(depths_us, 500, "depths");
}

/* Hosts that do not answer are asked once more at the end: each wakes by itself, and looks at itself only. */
static int64_t
parked_us(uint32_t n)
{
	int64_t from_us, due_us;
	uint32_t i;

	start(SCOPE_NO_LEVEL, 1, 0, 0);
	m.config.dead_after = 1;
	from_us = clock_thread_cpu_us();
	for (i = 0; i < n; i++) {
		char url[60];

		(void)snprintf(url, sizeof(url), "http://h%u.test/", i);
		offer(url, 1, FRONTIER_QUEUED);
	}
	for (;;) {
		struct job *j;

		answer_names();
		j = frontier_take(m.f, m.now_us, &due_us);
		if (j != NULL) {
			j->outcome = OUTCOME_CONNECT_FAILED;
			j->timing.total_us = 1;
			if (!frontier_fetched(m.f, j, m.now_us))
				frontier_ready(m.f, j, m.now_us);
		} else if (m.n_asks == 0) {
			if (due_us == INT64_MAX)
				break;
			m.now_us = due_us > m.now_us ? due_us : m.now_us;
		}
	}
	from_us = clock_thread_cpu_us() - from_us;
	stop();
	return from_us;
}

static void
many_hosts_that_do_not_answer(void **state)
{
	is_linear(parked_us, 300, "hosts");
}

/* Until nothing is left to do. Returns how often a robots.txt was asked for. */
static unsigned
run_with_robots(struct str text)
{
	unsigned n_robots = 0;
	int64_t due_us;

	for (;;) {
		due_us = take_all();
		if (m.n_flight == 0 && due_us == INT64_MAX)
			return n_robots;
		if (m.n_flight == 0)
			m.now_us = due_us;
		while (m.n_flight > 0) {
			struct job *j = m.flight[m.n_flight - 1];

			if (j->job_kind != JOB_ROBOTS) {
				answer(m.n_flight - 1, 0);
				continue;
			}
			m.n_flight--;
			m.now_us += 1000;
			j->outcome = OUTCOME_OK;
			j->status = 200;
			n_robots++;
			frontier_robots(m.f, j, FRONTIER_ROBOTS_TEXT, text, m.now_us);
		}
		frontier_check(m.f);
	}
}

/* Half a megabyte of rules from each of many hosts, which are some MB in memory: they have a part of the queue's share, and end nothing. */
static void
rules_of_many_hosts(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES);
	char url[60];
	unsigned i, n_robots;

	buf_add_str(&text, STR("User-agent: *\n"));
	for (i = 0; text.len < ROBOTS_MAX_BYTES - 100; i++)
		buf_addf(&text, "Disallow:/%x\n", i);
	start(SCOPE_NO_LEVEL, 0, 0, 0);
	m.config.robots = true;
	m.config.queue_max_bytes = 64 << 20;
	for (i = 0; i < 300; i++) {
		(void)snprintf(url, sizeof(url), "http://h%u.test/zz%u", i % 100, i / 100);
		offer(url, 1, FRONTIER_QUEUED);
	}
	n_robots = run_with_robots(buf_str(&text));
	assert_int_equal(m.n_commits, 300);
	assert_in_range(m.f->ruled_bytes, 1, m.config.queue_max_bytes / 4);
	/* Those for which there is no room come again, later. */
	assert_in_range(n_robots, 100, 1000);
	/* Rules that were given up are asked for anew. */
	for (i = 0; i < 100; i++) {
		(void)snprintf(url, sizeof(url), "http://h%u.test/zz", i);
		offer(url, 1, FRONTIER_QUEUED);
	}
	assert_true(run_with_robots(buf_str(&text)) > 0);
	assert_int_equal(m.n_commits, 400);
	stop();
	/* Whoever has more than there is for all: one after the other. What each forbids, it forbids. */
	start(SCOPE_NO_LEVEL, 0, 0, 0);
	m.config.robots = true;
	m.config.queue_max_bytes = 8 << 20;
	for (i = 0; i < 3; i++) {
		(void)snprintf(url, sizeof(url), "http://h%u.test/zz", i);
		offer(url, 1, FRONTIER_QUEUED);
		(void)snprintf(url, sizeof(url), "http://h%u.test/1", i);
		offer(url, 1, FRONTIER_QUEUED);
	}
	(void)run_with_robots(buf_str(&text));
	assert_int_equal(m.n_commits, 3);
	assert_int_equal(m.n_refused, 3);
	assert_int_equal(m.f->n_ruled, 1);
	stop();
	buf_release(&text);
}

/* Some KB from each of more hosts than there is room for, all of which go on having URLs: the rules are read again as need be, and the run ends. */
static void
small_rules_of_many_hosts(void **state)
{
	struct buf text = BUF_INIT(ROBOTS_MAX_BYTES);
	unsigned n_robots;
	char url[60];

	buf_add_str(&text, STR("User-agent: *\n"));
	for (unsigned i = 0; text.len < 2000; i++)
		buf_addf(&text, "Disallow:/%x\n", i);
	start(SCOPE_NO_LEVEL, 1, 0, 0);
	m.config.wait_us = CLOCK_US_PER_SEC;
	frontier_tune(m.f, &(struct frontier_tune){ .per_host = 1, .wait_us = CLOCK_US_PER_SEC }, m.now_us);
	m.config.robots = true;
	m.config.queue_max_bytes = 4 << 20;
	for (unsigned i = 0; i < 600; i++) {
		(void)snprintf(url, sizeof(url), "http://h%u.test/zz%u", i % 200, i / 200);
		offer(url, 1, FRONTIER_QUEUED);
	}
	n_robots = run_with_robots(buf_str(&text));
	assert_int_equal(m.n_commits, 600);
	assert_in_range(m.f->small_rules_bytes, 1, m.config.queue_max_bytes / FRONTIER_ROBOTS_SMALL_PART);
	assert_in_range(n_robots, 201, 1200);
	buf_release(&text);
	stop();
}

/* Other loops' hosts do not leave a slot to one that does not want it any more. */
static void
who_gave_up_does_not_wait(void **state)
{
	struct hostq *hosts[2];
	unsigned n = 0;

	n_loops = 2;
	start(SCOPE_NO_LEVEL, 1, 0, 0);
	n_loops = 1;
	m.address = "20.0.0.1";
	for (unsigned i = 0; n < 2; i++) {
		char text[60];
		struct url u;

		(void)snprintf(text, sizeof(text), "http://h%u.test/", i);
		url_init(&u);
		assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
		if (frontier_loop_of(&m.config, &u) == 0) {
			offer(text, 1, FRONTIER_QUEUED);
			hosts[n] = origins_at(&m.f->origins, n);
			n++;
		}
		url_release(&u);
	}
	(void)take_all();
	assert_int_equal(m.n_flight, 1);
	n = m.flight[0]->hostq == hosts[0];
	assert_int_equal(hosts[n]->state, HOST_SERVER);
	assert_int_equal(atomic_load(&hosts[n]->server->shared->who_waits), 1);
	frontier_enter(m.f);
	hosts_give_up(m.f, hosts[n], OUTCOME_HOST_DEAD);
	frontier_leave(m.f);
	assert_int_equal(hosts[n]->state, HOST_PARKED);
	assert_int_equal(atomic_load(&hosts[n]->server->shared->who_waits), 0);
	stop();
}

/* So many long URLs of a host, each of which fails: how many of them will be tried again. */
static unsigned
retried(const char *host, unsigned n)
{
	unsigned answers = 0, again = 0;
	char text[1100];

	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text), "http://%s.test/%01000u", host, i);
		offer(text, 1, FRONTIER_QUEUED);
	}
	while (answers < n) {
		int64_t due_us = take_all();
		struct job *j;

		if (m.n_flight == 0) {
			m.now_us = due_us;
			continue;
		}
		j = m.flight[--m.n_flight];
		j->outcome = OUTCOME_CONNECTION_LOST;
		answers++;
		if (frontier_fetched(m.f, j, m.now_us))
			again++;
		else
			frontier_ready(m.f, j, m.now_us);
	}
	return again;
}

/* What waits to be tried again has its share of the memory, and one host half of that, or all if it is alone. */
static void
one_host_leaves_room_for_retries(void **state)
{
	start(SCOPE_NO_LEVEL, 1, 0, 0);
	m.config.retry_us = INT64_C(1) << 40;
	m.config.queue_max_bytes = 1 << 20;
	assert_in_range(retried("alone", 400), 200, 300);
	stop();
	start(SCOPE_NO_LEVEL, 1, 0, 0);
	m.config.retry_us = INT64_C(1) << 40;
	m.config.queue_max_bytes = 1 << 20;
	offer("http://other.test/", 1, FRONTIER_QUEUED);
	assert_in_range(retried("first", 400), 100, 150);
	assert_in_range(retried("second", 50), FRONTIER_RETRY_FEW, 50);
	frontier_check(m.f);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_that_wait_for_places),
		cmocka_unit_test(pages_that_wait_for_their_host),
		cmocka_unit_test(pages_that_wait_for_their_level),
		cmocka_unit_test(places_come_back_within_a_level),
		cmocka_unit_test(slow_host_at_the_address_of_others),
		cmocka_unit_test(rules_of_many_hosts),
		cmocka_unit_test(small_rules_of_many_hosts),
		cmocka_unit_test(one_host_leaves_room_for_retries),
		cmocka_unit_test(who_gave_up_does_not_wait),
		cmocka_unit_test(host_that_is_held_up_leaves_places),
		cmocka_unit_test(many_depths_of_a_host),
		cmocka_unit_test(many_hosts_that_do_not_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
