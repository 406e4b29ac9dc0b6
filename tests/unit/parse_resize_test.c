/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number of workers changes while they work: no page is lost, none is blamed, and nothing is left behind. */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/thread.h"
#include "tests/unit/parse_play.h"

#define RESIZE_MAX 6

static void
open_play(struct play *p, unsigned n_loops, unsigned workers)
{
	play_init(p, n_loops);
	p->config.workers = workers;
	p->config.workers_max = RESIZE_MAX;
	assert_int_equal(play_open(p), 0);
}

struct wanted {
	struct play *play;
	unsigned workers;
};

static bool
are_as_many(void *arg)
{
	const struct wanted *w = arg;
	struct parse_stats stats;
	int pids[64];

	parse_pool_stats(w->play->pool, &stats);
	return stats.workers == w->workers && play_children(play_spawner_pid(), pids, 64) == w->workers;
}

static void
settle(struct play *p, unsigned workers)
{
	struct wanted w = { p, workers };

	play_run_until(&p->loops[0], are_as_many, &w);
}

static void
check_all_read(const struct play_loop *l)
{
	unsigned i;

	for (i = 0; i < l->n_pages; i++) {
		assert_int_equal(l->pages[i].came_back, 1);
		assert_int_equal(l->pages[i].job->outcome, OUTCOME_OK);
		assert_int_equal(l->pages[i].job->page->n_links, 5);
	}
}

static void
test_more_and_fewer(void **state)
{
	static const unsigned counts[] = { 6, 1, 3, 3, 2, 6, 5, 1 };
	unsigned before = play_open_fds(), i, k;
	struct parse_stats stats;
	struct play p;

	open_play(&p, 1, 2);
	for (k = 0; k < ARRAY_LEN(counts); k++) {
		assert_int_equal(parse_pool_set_workers(p.pool, counts[k]), 0);
		for (i = 0; i < 200; i++)
			play_plain(&p.loops[0], i, 5, i % 5 * 1000, NULL);
		play_run(&p.loops[0]);
		check_all_read(&p.loops[0]);
		play_forget(&p.loops[0]);
		settle(&p, counts[k]);
		assert_int_equal(parse_room(p.loops[0].parse) % counts[k], 0);
	}
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.deaths, 0);
	assert_int_equal(stats.pages_waiting, 0);
	play_close(&p);
	assert_int_equal(play_open_fds(), before);
}

/* The pages are on their way. */
struct meanwhile {
	struct play_loop *loop;
	const unsigned *counts; /* one a turn, until 0 */
};

static bool
change_meanwhile(void *arg)
{
	struct meanwhile *m = arg;

	if (m->loop->n_submitted < m->loop->n_pages)
		return false;
	if (*m->counts != 0) {
		int r = parse_pool_set_workers(m->loop->play->pool, *m->counts);

		assert_true(r == 0 || r == -EAGAIN);
		m->counts += r == 0;
		loop_wake(m->loop->loop);
	}
	return *m->counts == 0 && m->loop->n_back == m->loop->n_pages;
}

/* Those that are too many have pages: they answer them, and the slots are wanted again before they have. */
static void
test_while_they_owe(void **state)
{
	static const unsigned counts[] = { 1, RESIZE_MAX, 2, RESIZE_MAX, 0 };
	unsigned i, k;
	struct play p;

	open_play(&p, 1, RESIZE_MAX);
	for (k = 0; k < 5; k++) {
		struct meanwhile m = { &p.loops[0], counts };

		for (i = 0; i < 120; i++)
			play_plain(&p.loops[0], i, 5, 20000, NULL);
		play_run_until(&p.loops[0], change_meanwhile, &m);
		check_all_read(&p.loops[0]);
		play_forget(&p.loops[0]);
	}
	settle(&p, RESIZE_MAX);
	play_close(&p);
}

static void
test_what_cannot_be(void **state)
{
	struct play p;

	open_play(&p, 1, 2);
	assert_int_equal(parse_pool_set_workers(p.pool, 0), -EINVAL);
	assert_int_equal(parse_pool_set_workers(p.pool, RESIZE_MAX + 1), -EINVAL);
	play_close(&p);
	play_init(&p, 1);
	p.config.workers = 0;
	p.config.workers_max = RESIZE_MAX;
	assert_int_equal(play_open(&p), 0);
	assert_int_equal(parse_pool_set_workers(p.pool, 1), -EOPNOTSUPP);
	play_close(&p);
}

/* One after the other dies of its page, wanted or not. */
static void
test_deaths_meanwhile(void **state)
{
	static const unsigned counts[] = { 1, 0 };
	struct parse_stats stats;
	unsigned i;
	struct play p;
	struct meanwhile m = { &p.loops[0], counts };

	open_play(&p, 1, 4);
	for (i = 0; i < 200; i++)
		play_plain(&p.loops[0], i, 5, 5000, i % 50 == 3 ? "<!--fault:crash-->" : NULL);
	play_run_until(&p.loops[0], change_meanwhile, &m);
	for (i = 0; i < 200; i++)
		assert_int_equal(p.loops[0].pages[i].job->outcome, i % 50 == 3 ? OUTCOME_PARSER_DIED : OUTCOME_OK);
	settle(&p, 1);
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.deaths, 4);
	play_close(&p);
}

struct resizer {
	struct play *play;
	_Atomic bool ended;
	_Atomic unsigned n;
};

static void *
resize_at_random(void *arg)
{
	struct resizer *r = arg;
	uint64_t random = 7;

	while (!atomic_load(&r->ended)) {
		int e;

		random = hash_mix(random, atomic_load(&r->n));
		e = parse_pool_set_workers(r->play->pool, 1 + (unsigned)(random % RESIZE_MAX));
		CHECK(e == 0 || e == -EAGAIN);
		atomic_fetch_add(&r->n, e == 0);
		(void)sched_yield();
	}
	return NULL;
}

/* Three loops work, a fourth thread changes the number as fast as it can. */
static void
test_under_load(void **state)
{
	unsigned before = play_open_fds(), i, k;
	struct resizer r = { .n = 0 };
	struct parse_stats stats;
	pthread_t thread;
	struct play p;

	open_play(&p, 3, 2);
	r.play = &p;
	for (k = 0; k < 3; k++)
		for (i = 0; i < 400; i++)
			play_plain(&p.loops[k], i, 5, i % 7 * 1000, NULL);
	assert_int_equal(thread_start(&thread, "resizer", resize_at_random, &r), 0);
	/* It is at it before the first page goes out. */
	while (atomic_load(&r.n) == 0)
		(void)sched_yield();
	play_run_all(&p);
	atomic_store(&r.ended, true);
	(void)pthread_join(thread, NULL);
	for (k = 0; k < 3; k++)
		check_all_read(&p.loops[k]);
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.timeouts + stats.replies_refused, 0);
	play_close(&p);
	assert_int_equal(play_open_fds(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_more_and_fewer),
		cmocka_unit_test(test_while_they_owe),
		cmocka_unit_test(test_what_cannot_be),
		cmocka_unit_test(test_deaths_meanwhile),
		cmocka_unit_test(test_under_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
