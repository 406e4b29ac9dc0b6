/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues of which a part is not in memory: against a model, and against the same crawl with memory enough. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "frontier/inside.h"
#include "frontier/visited.h"
#include "tests/unit/frontier_sim.h"
#include "tests/unit/tail_backend.h"

/* --- one frontier's buckets, against arrays ----------------------------------------------------------------------------- */

#define N_HOSTS  4
#define N_DEPTHS 3
#define N_STEPS  30000

/* What record number n says. */
struct told {
	char text[3000], parent[3000];
	uint64_t chain[3];
	struct rec rec;
};

static void
tell(unsigned n, struct told *t)
{
	uint64_t h = hash_mix(n, 77);
	/* Now and then one that is as long as a piece, or nearly. */
	int text_len = h % 50 == 0 ? 2500 : (int)((h >> 8) % 40), parent_len = h % 41 == 0 ? 2600 : 0;
	unsigned parent = n / (1 + (h >> 20) % 5);

	(void)snprintf(t->text, sizeof(t->text), "/%u/%0*u", n, text_len + 1, 7u);
	(void)snprintf(t->parent, sizeof(t->parent), "http://h%u.test/%u/%0*u", parent % N_HOSTS, parent, parent_len + 1, 3u);
	for (unsigned i = 0; i < ARRAY_LEN(t->chain); i++)
		t->chain[i] = hash_mix(h, i);
	t->rec = (struct rec){
		.kind = (enum link_kind)(h % 3),
		.flags = (unsigned)(h >> 30) % 4,
		.from = h % 7 == 0 ? NET_LOOPBACK : NET_PUBLIC,
		.links_only = (h >> 33) % 5 == 0,
		.attempt = h % 11 == 0 ? 3 : 1,
		.failed_here = h % 19 == 0 ? REC_MAX_FAILED_HERE : 0,
		.redirects = h % 13 == 0 ? 3 : 0,
		.chain = t->chain,
		.queued_ms = n,
		.lastmod_s = h % 9 == 0 ? n + 1 : 0,
		.text = str_of(t->text),
	};
}

struct model {
	unsigned *queue[N_HOSTS][N_DEPTHS];
	unsigned first[N_HOSTS][N_DEPTHS], n[N_HOSTS][N_DEPTHS];
};

struct bench {
	struct hash_key key;
	struct frontier_config config;
	struct frontier_shared *shared;
	struct frontier *f;
	struct tail_backend *backend;
};

static void
bench_open(struct bench *s)
{
	struct frontier_ops ops = { 0 };

	*s = (struct bench){ .key = { 3 }, .backend = tail_backend_new() };
	s->config = (struct frontier_config){
		.key = &s->key, .n_loops = 1, .max_level = SCOPE_NO_LEVEL, .per_host = 8, .tries = 3, .queue_max_bytes = UINT64_C(1) << 30,
	};
	ops.backend = &s->backend->ops;
	assert_int_equal(frontier_shared_new(&s->config, &s->shared), 0);
	assert_int_equal(frontier_new(&s->config, s->shared, 0, &ops, &s->f), 0);
}

static void
bench_close(struct bench *s)
{
	struct frontier_stats st;

	frontier_free(s->f);
	frontier_stats(s->shared, &st);
	assert_int_equal(st.queue_bytes, 0);
	frontier_shared_free(s->shared);
	tail_backend_free(s->backend);
}

static void
queue_one(struct bench *s, unsigned n, unsigned host, unsigned depth)
{
	char text[6100];
	struct told t = { 0 };
	struct url u;

	tell(n, &t);
	(void)snprintf(text, sizeof(text), "http://h%u.test%s", host, t.text);
	url_init(&u);
	assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
	if (n % 17 > 0)
		assert_int_equal(rec_parent_get(&s->f->mem, str_of(t.parent), &t.rec.parent), 0);
	shared_let_in(s->shared, depth, false);
	hosts_queue(s->f, &u, NULL, depth, &t.rec);
	url_release(&u);
}

static struct hostq *
host_at(struct bench *s, unsigned host)
{
	char origin[32];
	int len = snprintf(origin, sizeof(origin), "http://h%u.test", host);

	return origins_find(&s->f->origins, hash_fingerprint(&s->key, origin, (size_t)len));
}

/* The first of the bucket is this one. */
static void
take_one(struct bench *s, unsigned n, unsigned host, unsigned depth)
{
	struct hostq *h = host_at(s, host);
	struct bucket *b = hostq_find_bucket(h, depth);
	struct told t = { 0 };
	struct rec r;

	tell(n, &t);
	assert_non_null(b);
	assert_true(tail_peek(s->f, h, b, &r));
	assert_true(str_eq(r.text, t.rec.text));
	assert_true(str_eq(rec_parent_str(r.parent), n % 17 > 0 ? str_of(t.parent) : STR_NONE));
	assert_true(r.kind == t.rec.kind && r.flags == t.rec.flags && r.from == t.rec.from && !r.is_seed);
	assert_true(r.links_only == t.rec.links_only && r.attempt == t.rec.attempt && r.redirects == t.rec.redirects);
	assert_int_equal(r.failed_here, t.rec.failed_here);
	assert_true(r.queued_ms == t.rec.queued_ms && r.lastmod_s == t.rec.lastmod_s);
	assert_memory_equal(r.chain != NULL ? r.chain : t.chain, t.chain, 8 * (size_t)r.redirects);
	rec_fifo_pop(&s->f->mem, &b->queue);
	rec_parent_unref(&s->f->mem, r.parent);
	h->n_queued--;
	shared_done(s->shared, depth, false);
	hostq_trim(h, &s->f->pool, depth);
}

static bool
has_open_parent(const struct tails *t)
{
	for (unsigned i = 0; i < TAIL_OPEN; i++)
		if (t->open[i].parent != NULL)
			return true;
	return false;
}

static void
spill(struct bench *s)
{
	s->config.queue_max_bytes = 1;
	assert_false(tails_make_room(s->f));
	s->config.queue_max_bytes = UINT64_C(1) << 30;
	assert_true(s->f->mem.held_bytes == 0 || s->f->mem.last_parent != NULL || has_open_parent(&s->f->tails));
}

static void
comes_back_as_it_went(void **state)
{
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct model m = { 0 };
		struct bench s;
		unsigned n, left = 0;

		bench_open(&s);
		for (unsigned i = 0; i < N_HOSTS * N_DEPTHS; i++) {
			m.queue[i / N_DEPTHS][i % N_DEPTHS] = calloc(N_STEPS, sizeof(unsigned));
			assert_non_null(m.queue[i / N_DEPTHS][i % N_DEPTHS]);
		}
		for (n = 0; n < N_STEPS || left > 0; n++) {
			uint64_t chance = hash_mix(n, seed);
			unsigned host = (unsigned)(chance >> 8) % N_HOSTS, depth = (unsigned)(chance >> 16) % N_DEPTHS;
			bool grows = n / 3000 % 2 == 0;

			/* The first host has most of it. */
			host = (chance >> 24) % 2 == 0 ? 0 : host;
			if (chance % 1000 < 5)
				spill(&s);
			if (n < N_STEPS && chance % 100 < (grows ? 70 : 30)) {
				queue_one(&s, n, host, depth);
				m.queue[host][depth][m.n[host][depth]++] = n;
				left++;
			} else if (m.first[host][depth] < m.n[host][depth]) {
				take_one(&s, m.queue[host][depth][m.first[host][depth]++], host, depth);
				left--;
			}
			if (n % 500 == 0)
				frontier_check(s.f);
		}
		frontier_check(s.f);
		assert_true(s.backend->n_puts > 1000 && s.backend->n_live == 0);
		for (unsigned i = 0; i < N_HOSTS * N_DEPTHS; i++)
			free(m.queue[i / N_DEPTHS][i % N_DEPTHS]);
		bench_close(&s);
	}
}

/* --- a crawl ------------------------------------------------------------------------------------------------------------- */

static struct sim *
crawl(uint64_t seed, int n_hosts, unsigned n_loops, uint32_t level, uint64_t queue_max, struct tail_backend *backend)
{
	struct sim *s = sim_new(250, n_hosts, seed);

	s->config.n_loops = n_loops;
	s->config.max_level = level;
	s->config.queue_max_bytes = queue_max;
	s->backend = backend != NULL ? &backend->ops : NULL;
	s->untake_every = seed % 3 == 0 ? 5 : 0;
	sim_link_randomly(s, n_hosts > 1 ? 8 : 12, 10, 10);
	return s;
}

static uint64_t n_puts;

static void
nobody_can_tell(uint64_t seed, int n_hosts, unsigned n_loops, uint32_t level)
{
	struct tail_backend *backend = tail_backend_new();
	struct sim *a = crawl(seed, n_hosts, n_loops, level, UINT64_C(1) << 30, NULL), *b;

	assert_true(sim_run(a, 1));
	/* As often as can be: whatever is queued goes there before the next offer. */
	b = crawl(seed, n_hosts, n_loops, level, UINT64_C(1) << 30, backend);
	b->spills = true;
	assert_true(sim_run(b, 1));
	n_puts += backend->n_puts;
	assert_int_equal(backend->n_live, 0);
	for (int i = 0; i < a->n_pages; i++) {
		const struct sim_page *p = &a->pages[i], *q = &b->pages[i];

		if (p->committed != q->committed || p->order != q->order || p->depth != q->depth || p->parent != q->parent ||
			p->fetched != q->fetched || p->outcome != q->outcome)
			fail_msg("seed %llu page %d: commit %u at depth %u, spilled: %u at %u", (unsigned long long)seed, i,
				p->order, p->depth, q->order, q->depth);
	}
	sim_free(a);
	sim_free(b);
	tail_backend_free(backend);
}

static void
the_order_of_takes_is_the_same(void **state)
{
	for (uint64_t seed = 1; seed <= 10; seed++) {
		nobody_can_tell(seed, 1, 1, SCOPE_NO_LEVEL);
		nobody_can_tell(seed, 1, 1, 4);
		nobody_can_tell(seed, 6, 1, SCOPE_NO_LEVEL);
		nobody_can_tell(seed, 6, 3, 4);
		nobody_can_tell(seed, 40, 3, SCOPE_NO_LEVEL);
	}
	/* About 50 a crawl. */
	assert_true(n_puts > 1000);
}

static void
a_failing_disk_leaves_what_is_there(void **state)
{
	uint64_t at;
	bool failed = true;

	for (at = 1; failed; at++) {
		struct tail_backend *backend = tail_backend_new();
		struct sim *s = crawl(5, 6, 1, at % 2 == 0 ? SCOPE_NO_LEVEL : 4, UINT64_C(1) << 30, backend);

		s->spills = true;
		s->stops_when_full = true;
		backend->fails_from = at;
		(void)sim_run(s, 1);
		failed = backend->failed;
		assert_int_equal(s->n_full, failed);
		assert_int_equal(s->full_reason, failed ? OUTCOME_WRITE_FAILED : OUTCOME_OK);
		assert_int_equal(s->n_finished, 1);
		assert_int_equal(s->stats.offered, s->stats.done + s->stats.dropped + s->stats.left);
		assert_true(s->stats.left > 0 || !failed);
		sim_free(s);
		tail_backend_free(backend);
	}
	assert_true(at > 50);
}

/* --- long queues of one host -------------------------------------------------------------------------------------------- */

#define LONG_QUEUE 4500u

static unsigned n_dropped, n_finished;

static void
count_dropped(void *arg, const struct frontier_refusal *r)
{
	assert_true(r->url.len > 0 && r->reason == *(const enum outcome *)arg);
	n_dropped++;
}

static void
count_finished(void *arg)
{
	n_finished++;
}

static void
no_address(void *arg, struct hostq *h, const struct url *origin)
{
	fail_msg("it was to be dropped");
}

/* One host with LONG_QUEUE URLs, half of them in the tail. */
static struct hostq *
queue_long(struct bench *s, const enum outcome *reason)
{
	n_dropped = n_finished = 0;
	bench_open(s);
	s->f->ops.arg = (void *)(uintptr_t)reason;
	s->f->ops.dropped = count_dropped;
	s->f->ops.finished = count_finished;
	s->f->ops.need_address = no_address;
	for (unsigned n = 0; n < LONG_QUEUE; n++) {
		if (n == LONG_QUEUE / 2)
			spill(s);
		queue_one(s, n, 0, n % 2);
	}
	return host_at(s, 0);
}

/* Takes until there is nothing left: each drops so much at most, and says that it is to be called again. */
static unsigned
drop_all(struct bench *s)
{
	unsigned n_calls = 0, before;
	int64_t due_us = 0;

	while (n_finished == 0) {
		before = n_dropped;
		assert_null(frontier_take(s->f, 1000000, &due_us));
		assert_true(n_dropped - before <= FRONTIER_MAX_DROPS && n_dropped > before);
		assert_true(n_finished == 1 || due_us == 1000000);
		frontier_check(s->f);
		n_calls++;
	}
	assert_int_equal(n_dropped, LONG_QUEUE);
	return n_calls;
}

static void
a_dead_host_is_dropped_in_pieces(void **state)
{
	const enum outcome reason = OUTCOME_DNS_NOT_FOUND;
	struct bench s;
	struct hostq *h = queue_long(&s, &reason);

	frontier_enter(s.f);
	hosts_give_up(s.f, h, reason);
	frontier_leave(s.f);
	assert_true(h->dead && n_dropped == FRONTIER_MAX_DROPS);
	frontier_check(s.f);
	assert_int_equal(drop_all(&s), 4);
	bench_close(&s);

	/* Stopped meanwhile: the rest is left. */
	h = queue_long(&s, &reason);
	frontier_enter(s.f);
	hosts_give_up(s.f, h, reason);
	frontier_leave(s.f);
	frontier_stop(s.f, OUTCOME_INTERRUPTED);
	assert_true(n_dropped == FRONTIER_MAX_DROPS && n_finished == 1 && h->n_queued == 0);
	frontier_check(s.f);
	bench_close(&s);
}

static void
a_private_host_is_dropped_in_pieces(void **state)
{
	const enum outcome reason = OUTCOME_PRIVATE_ADDRESS;
	struct bench s;
	struct hostq *h = queue_long(&s, &reason);

	h->address_state = ADDRESS_KNOWN;
	h->address_expires_us = INT64_MAX;
	h->from = 1u << NET_PUBLIC;
	h->net = NET_LOOPBACK;
	frontier_enter(s.f);
	gate_update(s.f, h);
	frontier_leave(s.f);
	assert_int_equal(drop_all(&s), 5);
	bench_close(&s);
}

/* What cannot be moved (the parents of what waits elsewhere) is more than what makes a pass worth its while. */
static void
what_stays_makes_no_room(void **state)
{
	struct rec_parent *parents[64];
	struct bench s;
	unsigned n;
	char text[2000];

	bench_open(&s);
	for (n = 0; n < ARRAY_LEN(parents); n++) {
		(void)snprintf(text, sizeof(text), "http://p.test/%u/%01900u", n, n);
		assert_int_equal(rec_parent_get(&s.f->mem, str_of(text), &parents[n]), 0);
	}
	for (n = 0; n < 2000; n++)
		queue_one(&s, n, 0, 0);
	spill(&s);
	s.config.queue_max_bytes = atomic_load(&s.shared->bytes) * 5 / 4;
	assert_true(s.f->mem.held_bytes > s.config.queue_max_bytes / 16);
	s.backend->n_gets = 0;
	for (n = 0; n < 2000; n++) {
		assert_true(tails_make_room(s.f));
		take_one(&s, n, 0, 0);
	}
	/* Written and read: each piece once more than its records are fetched by sixteens. */
	assert_in_range(s.backend->n_gets, 100, 2000 / 8);
	for (n = 0; n < ARRAY_LEN(parents); n++)
		rec_parent_unref(&s.f->mem, parents[n]);
	bench_close(&s);
}

/* What is left at the end is only counted, with a level limit too. */
static void
a_stop_reads_no_tail(void **state)
{
	struct bench s;

	(void)queue_long(&s, NULL);
	s.shared->levels_on = true;
	/* As let in with it. */
	for (uint32_t depth = 0; depth < 2; depth++)
		for (unsigned n = 0; n < LONG_QUEUE / 2; n++)
			shared_level_add(s.shared, depth);
	spill(&s);
	s.backend->n_gets = 0;
	frontier_stop(s.f, OUTCOME_INTERRUPTED);
	assert_int_equal(s.backend->n_gets, 0);
	assert_int_equal(n_finished, 1);
	assert_int_equal(n_dropped, 0);
	frontier_check(s.f);
	bench_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_it_went),
		cmocka_unit_test(the_order_of_takes_is_the_same),
		cmocka_unit_test(a_failing_disk_leaves_what_is_there),
		cmocka_unit_test(a_dead_host_is_dropped_in_pieces),
		cmocka_unit_test(a_private_host_is_dropped_in_pieces),
		cmocka_unit_test(what_stays_makes_no_room),
		cmocka_unit_test(a_stop_reads_no_tail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
