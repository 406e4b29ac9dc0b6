/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real threads: three loops, each with its frontier, that send each other parcels and sleep until one comes. A nudge that is lost, or
 * an end that nobody notices, is a test that does not end. For TSan too.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/chan.h"
#include "base/clock.h"
#include "base/thread.h"
#include "frontier/frontier.h"
#include "frontier/visited.h"
#include "url/canon.h"

#define N_LOOPS 3
#define N_PAGES 3000
#define N_HOSTS 30
#define N_LINKS 4

struct loop {
	struct crawl *crawl;
	unsigned index;
	struct frontier *frontier;
	struct chan *inbox;
	pthread_t thread;
	struct url url;
	struct hostq *asked[N_HOSTS];
	unsigned n_asked;
};

struct crawl {
	struct frontier_config config;
	struct scope_config scope_config;
	struct hash_key key;
	struct frontier_shared *shared;
	struct loop loops[N_LOOPS];
	_Atomic unsigned committed[N_PAGES];
	_Atomic uint32_t depth[N_PAGES];
	_Atomic unsigned finished;
	_Atomic unsigned in_flight; /* all hosts have one address */
	unsigned n_full;
};

static unsigned
link_of(const struct crawl *c, unsigned page, unsigned k)
{
	return (unsigned)(hash_mix((uint64_t)page * N_LINKS + k, c->key.seed) % N_PAGES);
}

static void
offer(struct loop *l, unsigned page, const struct frontier_way *way)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "http://h%u.test/%u", page % N_HOSTS, page);
	CHECK(url_parse(&l->url, str_of(text), NULL) == 0);
	(void)frontier_offer(l->frontier, &l->url, way);
}

static void
loop_need_address(void *arg, struct hostq *h, const struct url *origin)
{
	struct loop *l = arg;

	l->asked[l->n_asked++] = h;
}

static void
loop_commit(void *arg, struct job *j)
{
	struct loop *l = arg;
	struct frontier_way way = { .parent = url_href(&j->url), .depth = j->depth + 1, .from = j->net };
	struct str path = url_pathname(&j->url);
	uint64_t page;
	unsigned k;

	CHECK(str_to_u64(str_n(path.p + 1, path.len - 1), N_PAGES - 1, &page) == 0);
	atomic_fetch_add(&l->crawl->committed[page], 1);
	atomic_store(&l->crawl->depth[page], j->depth);
	for (k = 0; k < N_LINKS; k++)
		offer(l, link_of(l->crawl, (unsigned)page, k), &way);
	frontier_end(l->frontier, j);
	job_free(j);
}

static void
loop_refused(void *arg, const struct frontier_refusal *r)
{
	CHECK(r->reason == OUTCOME_DEPTH);
}

static void
loop_dropped(void *arg, const struct frontier_refusal *r)
{
	CHECK(!"nothing is dropped here");
}

static void
loop_forward(void *arg, unsigned loop, struct frontier_parcel *p)
{
	struct loop *l = arg;

	CHECK(chan_send(l->crawl->loops[loop].inbox, p) == 0);
}

static void
loop_full(void *arg, enum outcome reason)
{
	CHECK(!"there is room");
}

static void
crawl_end(struct crawl *c)
{
	unsigned i;

	CHECK(atomic_fetch_add(&c->finished, 1) == 0);
	for (i = 0; i < N_LOOPS; i++)
		chan_close(c->loops[i].inbox);
}

static void
loop_finished(void *arg)
{
	struct loop *l = arg;

	crawl_end(l->crawl);
}

static struct job *
loop_job_get(void *arg)
{
	struct job *j;

	return job_new(&j) == 0 ? j : NULL;
}

static void
loop_job_put(void *arg, struct job *j)
{
	job_free(j);
}

/* Takes all there is; true if there was something. */
static bool
loop_take(struct loop *l, int64_t *ret_due_us)
{
	int64_t now_us = clock_mono_us();
	bool any = false;
	struct job *j;

	while ((j = frontier_take(l->frontier, now_us, ret_due_us)) != NULL) {
		any = true;
		CHECK(atomic_fetch_add(&l->crawl->in_flight, 1) < l->crawl->config.per_host);
		atomic_fetch_sub(&l->crawl->in_flight, 1);
		CHECK(!frontier_fetched(l->frontier, j, now_us));
		frontier_ready(l->frontier, j, now_us);
	}
	while (l->n_asked > 0) {
		any = true;
		frontier_address(l->frontier, l->asked[--l->n_asked], OUTCOME_OK, "127.0.0.1", INT64_MAX, now_us);
	}
	return any;
}

static void *
loop_run(void *arg)
{
	struct loop *l = arg;

	while (!chan_is_closed(l->inbox)) {
		int64_t due_us = INT64_MAX;
		void *item;

		if (loop_take(l, &due_us))
			continue;
		if (due_us == INT64_MAX ? chan_recv(l->inbox, &item, 1) == 1 : chan_recv_until(l->inbox, &item, 1, due_us) == 1)
			frontier_accept(l->frontier, item);
	}
	return NULL;
}

/* Depths of a breadth-first crawl; UINT32_MAX: not reached. */
static void
model(const struct crawl *c, uint32_t depth[N_PAGES])
{
	static unsigned queue[N_PAGES];
	unsigned n = 0, i, k;

	memset(depth, 0xff, N_PAGES * sizeof(depth[0]));
	depth[0] = 0;
	queue[n++] = 0;
	for (i = 0; i < n; i++) {
		for (k = 0; k < N_LINKS && depth[queue[i]] < c->config.max_level; k++) {
			unsigned to = link_of(c, queue[i], k);

			if (depth[to] != UINT32_MAX)
				continue;
			depth[to] = depth[queue[i]] + 1;
			queue[n++] = to;
		}
	}
}

/* From this thread, while the loops run: by a frontier of its own, that takes the part of a loop to which the seed does not belong. */
static void
offer_seed(struct crawl *c, struct frontier_ops *ops)
{
	struct frontier_way way = { .is_seed = true };
	struct loop here = { .crawl = c };
	struct url u;

	url_init(&u);
	assert_int_equal(url_parse(&u, STR("http://h0.test/0"), NULL), 0);
	here.index = (frontier_loop_of(&c->config, &u) + 1) % N_LOOPS;
	ops->arg = &here;
	assert_int_equal(frontier_new(&c->config, c->shared, here.index, ops, &here.frontier), 0);
	assert_int_equal(frontier_offer(here.frontier, &u, &way), FRONTIER_FORWARDED);
	frontier_free(here.frontier);
	url_release(&u);
}

static const struct frontier_ops loop_ops = {
	.need_address = loop_need_address,
	.commit = loop_commit,
	.dropped = loop_dropped,
	.refused = loop_refused,
	.forward = loop_forward,
	.full = loop_full,
	.finished = loop_finished,
	.job_get = loop_job_get,
	.job_put = loop_job_put,
};

static struct crawl *
crawl_new(uint64_t seed, uint32_t level, uint64_t max_pages, struct frontier_ops ops)
{
	struct crawl *c = calloc(1, sizeof(*c));
	char *error = NULL;
	unsigned i;

	assert_non_null(c);
	c->key.seed = seed;
	c->scope_config = (struct scope_config){ .max_level = level, .span_hosts = true };
	c->config = (struct frontier_config){
		.key = &c->key,
		.n_loops = N_LOOPS,
		.max_level = level,
		.hold_us = 1000000,
		.per_host = 2,
		.wait_us = 0,
		.tries = 1,
		.max_redirect = 5,
		.max_pages = max_pages,
		.queue_max_bytes = 1 << 30,
	};
	assert_int_equal(visited_new(64 << 20, &c->config.visited), 0);
	assert_int_equal(visited_new(64 << 20, &c->config.refused), 0);
	assert_int_equal(scope_new(&c->scope_config, &c->config.scope, &error), 0);
	assert_int_equal(frontier_shared_new(&c->config, &c->shared), 0);
	for (i = 0; i < N_LOOPS; i++) {
		struct loop *l = &c->loops[i];

		*l = (struct loop){ .crawl = c, .index = i };
		url_init(&l->url);
		ops.arg = l;
		assert_int_equal(chan_new(100000, NULL, NULL, &l->inbox), 0);
		assert_int_equal(frontier_new(&c->config, c->shared, i, &ops, &l->frontier), 0);
	}
	return c;
}

static void
crawl_free(struct crawl *c)
{
	struct frontier_stats st;

	for (unsigned i = 0; i < N_LOOPS; i++) {
		struct loop *l = &c->loops[i];
		void *item;

		frontier_check(l->frontier);
		while (chan_try_recv(l->inbox, &item, 1) == 1)
			frontier_parcel_free(c->shared, item);
		frontier_free(l->frontier);
		chan_free(l->inbox);
		url_release(&l->url);
	}
	frontier_stats(c->shared, &st);
	assert_int_equal(st.queue_bytes, st.depths_bytes);
	frontier_shared_free(c->shared);
	scope_free(c->config.scope);
	visited_free(c->config.visited);
	visited_free(c->config.refused);
	free(c);
}

static void
crawl_once(uint64_t seed, uint32_t level)
{
	static uint32_t depth[N_PAGES];
	struct crawl *c = crawl_new(seed, level, 0, loop_ops);
	struct frontier_ops ops = loop_ops;
	struct frontier_stats st;
	unsigned i;

	frontier_hold(c->shared);
	for (i = 0; i < N_LOOPS; i++)
		assert_int_equal(thread_start(&c->loops[i].thread, "loop", loop_run, &c->loops[i]), 0);
	offer_seed(c, &ops);
	if (frontier_unhold(c->shared))
		crawl_end(c);
	for (i = 0; i < N_LOOPS; i++)
		assert_int_equal(pthread_join(c->loops[i].thread, NULL), 0);
	assert_int_equal(c->finished, 1);
	model(c, depth);
	for (i = 0; i < N_PAGES; i++) {
		assert_int_equal(c->committed[i], depth[i] != UINT32_MAX);
		if (depth[i] != UINT32_MAX && level != SCOPE_NO_LEVEL)
			assert_int_equal(c->depth[i], depth[i]);
	}
	frontier_stats(c->shared, &st);
	assert_int_equal(st.offered, st.done);
	crawl_free(c);
}

static void
without_level(void **state)
{
	uint64_t seed;

	for (seed = 1; seed <= 10; seed++)
		crawl_once(seed, SCOPE_NO_LEVEL);
}

static void
with_level(void **state)
{
	uint64_t seed;

	for (seed = 1; seed <= 10; seed++)
		crawl_once(seed, 3 + (uint32_t)seed % 6);
}

static void
loop_count_full(void *arg, enum outcome reason)
{
	struct loop *l = arg;

	CHECK(reason == OUTCOME_BUDGET);
	l->crawl->n_full++;
}

/* A page of a host of this loop, which has nothing else: until it could be taken. */
static void
offer_one(struct crawl *c, unsigned loop)
{
	struct loop *l = &c->loops[loop];
	struct frontier_way way = { .is_seed = true };
	unsigned page;
	char text[64];

	for (page = 0;; page++) {
		(void)snprintf(text, sizeof(text), "http://h%u.test/%u", page % N_HOSTS, page);
		CHECK(url_parse(&l->url, str_of(text), NULL) == 0);
		if (frontier_loop_of(&c->config, &l->url) == loop)
			break;
	}
	assert_int_equal(frontier_offer(l->frontier, &l->url, &way), FRONTIER_QUEUED);
}

static struct job *
take_one(struct loop *l, int64_t now_us, int64_t *ret_due_us)
{
	struct job *j = frontier_take(l->frontier, now_us, ret_due_us);

	if (j == NULL && l->n_asked > 0) {
		frontier_address(l->frontier, l->asked[--l->n_asked], OUTCOME_OK, "127.0.0.1", INT64_MAX, now_us);
		j = frontier_take(l->frontier, now_us, ret_due_us);
	}
	return j;
}

/* The last page of the budget was taken by one loop, and not asked for: another loop that looks meanwhile has to wait, and may have it then. */
static void
what_may_come_back_is_not_used_up(void **state)
{
	static const char *const how[] = { "untaken", "put off", "put off to be the next", "asked for" };
	struct frontier_ops ops = loop_ops;

	ops.full = loop_count_full;
	for (unsigned i = 0; i < ARRAY_LEN(how); i++) {
		struct crawl *c = crawl_new(1, SCOPE_NO_LEVEL, 1, ops);
		struct loop *a = &c->loops[0], *b = &c->loops[1];
		int64_t now_us = 1000000, due_us;
		struct job *j;

		frontier_hold(c->shared);
		offer_one(c, 0);
		offer_one(c, 1);
		j = take_one(a, now_us, &due_us);
		assert_non_null(j);
		assert_null(take_one(b, now_us, &due_us));
		if (c->n_full > 0)
			fail_msg("%s: it was taken for used up", how[i]);
		assert_in_range(due_us, now_us + 1, now_us + 100000);
		if (i == 0)
			frontier_untake(a->frontier, j, now_us);
		else if (i < 3)
			frontier_put_off(a->frontier, j, i == 1 ? now_us + 5000000 : now_us, now_us);
		else
			frontier_asked(a->frontier);
		now_us = due_us;
		if (i < 3) {
			/* And now the other way round: a's waits for b's. */
			j = take_one(b, now_us, &due_us);
			assert_non_null(j);
			frontier_asked(b->frontier);
			assert_int_equal(c->n_full, 0);
			assert_null(take_one(a, now_us + 5000000, &due_us));
		} else {
			assert_null(take_one(b, now_us, &due_us));
		}
		assert_int_equal(c->n_full, 1);
		CHECK(!frontier_fetched(i < 3 ? b->frontier : a->frontier, j, now_us));
		frontier_ready(i < 3 ? b->frontier : a->frontier, j, now_us);
		frontier_stop(a->frontier, OUTCOME_BUDGET);
		frontier_stop(b->frontier, OUTCOME_BUDGET);
		crawl_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_level),
		cmocka_unit_test(with_level),
		cmocka_unit_test(what_may_come_back_is_not_used_up),
	};

	(void)alarm(120);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
