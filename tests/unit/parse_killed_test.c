/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool whose workers are killed or replaced, by whomever, and what becomes of them when the program itself is. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "parse/client.h"
#include "parse/pool.h"
#include "parse/wire.h"
#include "tests/unit/parse_play.h"

static void
test_spawner_killed(void **state)
{
	struct play p;
	struct job *j;
	unsigned i, died = 0;

	play_init(&p, 1);
	play_must_open(&p);
	play_plain(&p.loops[0], 0, 5, 0, NULL);
	play_run(&p.loops[0]);
	play_forget(&p.loops[0]);
	/* More than may be under way: the rest meets a pool that is broken already. */
	for (i = 0; i < 1000; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 50 ? "<!--fault:hang-->" : NULL);
	assert_int_equal(kill(play_spawner_pid(), SIGKILL), 0);
	play_run(&p.loops[0]); /* it ends */
	for (i = 0; i < 1000; i++) {
		assert_true(p.loops[0].pages[i].job->outcome == OUTCOME_OK ||
			p.loops[0].pages[i].job->outcome == OUTCOME_PARSER_DIED);
		died += p.loops[0].pages[i].job->outcome == OUTCOME_PARSER_DIED;
	}
	assert_true(died > 0);
	j = play_plain(&p.loops[0], 1, 1, 0, NULL);
	assert_int_equal(parse_submit(p.loops[0].parse, j), -EIO);
	play_close(&p);
}

struct aged {
	struct play *play;
	int pids[8];
};

static bool
two_alive_after_a_death(void *arg)
{
	struct play *p = arg;
	struct parse_stats stats;

	parse_pool_stats(p->pool, &stats);
	return stats.deaths == 1 && stats.workers == 2;
}

struct ender {
	struct play *play;
	bool done;
};

static bool
ends_them_once(void *arg)
{
	struct ender *e = arg;
	struct parse_stats stats;

	if (!e->done)
		parse_pool_end_readers(e->play->pool);
	e->done = true;
	/* The pages may have been back before they were dead. */
	parse_pool_stats(e->play->pool, &stats);
	return e->play->loops[0].n_back == e->play->loops[0].n_pages && stats.deaths >= 3;
}

/* One of them has done what none may: all go, and pages that were there are read by others. */
static void
test_all_are_replaced(void **state)
{
	struct parse_stats stats;
	struct play p;
	struct ender e = { .play = &p };
	unsigned i;

	play_init(&p, 1);
	p.config.workers = 3;
	play_must_open(&p);
	(void)play_plain(&p.loops[0], 0, 5, 0, NULL);
	play_run(&p.loops[0]);
	for (i = 1; i < 200; i++)
		(void)play_plain(&p.loops[0], i, 5, i % 10 * 4000, NULL);
	play_run_until(&p.loops[0], ends_them_once, &e);
	for (i = 0; i < 200; i++)
		play_check_plain(p.loops[0].pages[i].job, i, 5);
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.deaths, 3);
	assert_int_equal(stats.replies_refused, 0);
	assert_false(parse_pool_is_broken(p.pool));
	play_close(&p);
}

/* It has no descriptors left to make parsers with, for long: no slot is given up for that, and later all is well. */
static void
test_cannot_be_made_for_a_while(void **state)
{
	struct rlimit before, none;
	struct play p;
	int64_t now_us;
	int pid;

	play_init(&p, 1);
	p.config.workers = 1;
	play_must_open(&p);
	assert_int_equal(prlimit(play_spawner_pid(), RLIMIT_NOFILE, NULL, &before), 0);
	none = (struct rlimit){ .rlim_cur = 5, .rlim_max = before.rlim_max };
	assert_int_equal(prlimit(play_spawner_pid(), RLIMIT_NOFILE, &none, NULL), 0);
	assert_int_equal(play_children(play_spawner_pid(), &pid, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	now_us = clock_mono_us();
	for (unsigned i = 0; i < 3 * POOL_FAILURES_MAX; i++) {
		struct pollfd report = { .fd = spawner_fd(p.pool->spawner), .events = POLLIN };

		assert_int_equal(poll(&report, 1, -1), 1);
		pool_watch(p.pool);
		assert_false(parse_pool_is_broken(p.pool));
		now_us += 60 * CLOCK_US_PER_SEC;
		pool_tick(p.pool, now_us);
	}
	assert_int_equal(prlimit(play_spawner_pid(), RLIMIT_NOFILE, &before, NULL), 0);
	(void)play_plain(&p.loops[0], 0, 3, 100, "");
	play_run(&p.loops[0]);
	play_check_plain(p.loops[0].pages[0].job, 0, 3);
	play_close(&p);
}

/* By the kernel's OOM killer, say, while it has nothing to do: replaced, nobody blamed. */
static void
test_idle_worker_killed(void **state)
{
	struct play p;
	int pids[8];
	unsigned i;

	play_init(&p, 1);
	play_must_open(&p);
	assert_int_equal(play_children(play_spawner_pid(), pids, 8), 2);
	assert_int_equal(kill(pids[0], SIGKILL), 0);
	play_run_until(&p.loops[0], two_alive_after_a_death, &p);
	for (i = 0; i < 100; i++)
		play_plain(&p.loops[0], i, 5, 0, NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 100; i++)
		play_check_plain(p.loops[0].pages[i].job, i, 5);
	play_close(&p);
}

struct killer {
	struct play *play;
	_Atomic bool over; /* all pages are back */
	_Atomic unsigned n;
};

/*
 * SIGKILL to the worker while it reads a page that nobody has begun before: those that the one before it had not answered are given
 * to it first, and they are CLIENT_PER_WORKER at most.
 */
static bool
kill_reading(struct parse_pool *pool)
{
	const struct worker *w;
	bool killed = false;
	int pid;

	(void)pthread_mutex_lock(&pool->lock);
	w = pool->slots[0].worker;
	if (w != NULL && (uint32_t)atomic_load(&w->status->reading) > CLIENT_PER_WORKER)
		killed = play_children(play_spawner_pid(), &pid, 1) == 1 && kill(pid, SIGKILL) == 0;
	/* The next one is of another life. */
	while (killed && kill(pid, 0) == 0)
		(void)sched_yield();
	(void)pthread_mutex_unlock(&pool->lock);
	return killed;
}

static void *
killer_main(void *arg)
{
	struct killer *k = arg;

	while (!atomic_load(&k->over))
		if (kill_reading(k->play->pool))
			atomic_fetch_add(&k->n, 1);
		else
			(void)sched_yield();
	return NULL;
}

#define KILLED_PAGES 240

/* While it reads a page, which is nobody's fault but the killer's: another reads that one too. Again, until the killer had his turn. */
static void
test_busy_worker_killed(void **state)
{
	struct killer k = { .over = false };
	struct parse_stats stats;
	pthread_t thread;
	struct play p;
	unsigned i;

	play_init(&p, 1);
	p.config.workers = p.config.workers_max = 1;
	play_must_open(&p);
	k.play = &p;
	do {
		for (i = 0; i < KILLED_PAGES; i++)
			play_plain(&p.loops[0], i, 300, 128u * 1024, NULL);
		atomic_store(&k.over, false);
		assert_int_equal(pthread_create(&thread, NULL, killer_main, &k), 0);
		play_run(&p.loops[0]);
		atomic_store(&k.over, true);
		assert_int_equal(pthread_join(thread, NULL), 0);
		for (i = 0; i < KILLED_PAGES; i++)
			play_check_plain(p.loops[0].pages[i].job, i, 300);
		play_forget(&p.loops[0]);
	} while (atomic_load(&k.n) == 0);
	parse_pool_stats(p.pool, &stats);
	assert_true(stats.deaths <= atomic_load(&k.n));
	play_close(&p);
}

static bool
another_without_a_death(void *arg)
{
	const struct aged *a = arg;
	struct parse_stats stats;
	int pids[8];

	parse_pool_stats(a->play->pool, &stats);
	assert_int_equal(stats.deaths, 0);
	return stats.workers == 2 && play_children(play_spawner_pid(), pids, 8) == 2 &&
		(pids[0] != a->pids[0] || pids[1] != a->pids[1]);
}

/* Near the limit of its processor time it goes, and no page is lost. */
static void
test_worn_worker_is_replaced(void **state)
{
	struct play p;
	struct aged a = { .play = &p };
	unsigned i;

	play_init(&p, 1);
	play_must_open(&p);
	assert_int_equal(play_children(play_spawner_pid(), a.pids, 8), 2);
	for (i = 0; i < 300; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 20 ? "<!--fault:worn-->" : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 300; i++)
		play_check_plain(p.loops[0].pages[i].job, i, 5);
	play_run_until(&p.loops[0], another_without_a_death, &a);
	play_close(&p);
}

/* The main process, and nobody but it: what a failed test has left behind is not waited for. */
static int
nobody_outlives(void)
{
	int pipe_fds[2], pids[8], status;
	struct play p;
	pid_t child;
	char c;

	if (pipe(pipe_fds) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return 2;
	child = fork();
	if (child == 0) {
		play_init(&p, 1);
		p.config.cpu_limit_us = 0;
		p.config.timeout_us = 3600 * CLOCK_US_PER_SEC;
		if (play_open(&p) < 0 || play_children(play_spawner_pid(), pids, 8) != 2 || write(pipe_fds[1], "x", 1) != 1)
			_exit(1);
		play_plain(&p.loops[0], 0, 1, 0, "<!--fault:spin-->");
		play_run(&p.loops[0]);
		_exit(1);
	}
	(void)close(pipe_fds[1]);
	if (child < 0 || read(pipe_fds[0], &c, 1) != 1 || kill(child, SIGKILL) < 0)
		return 3;
	/* They become our children, and all of them end. */
	while (waitpid(-1, &status, 0) > 0)
		;
	return errno == ECHILD ? 0 : 4;
}

/* The main process is killed: no worker and no spawner outlives it, not even a worker that looks at nothing any more. */
static void
test_no_orphans(void **state)
{
	pid_t main_pid = fork();
	int status;

	assert_true(main_pid >= 0);
	if (main_pid == 0) {
		play_watch();
		_exit(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ? 5 : nobody_outlives());
	}
	assert_int_equal(waitpid(main_pid, &status, 0), main_pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spawner_killed),
		cmocka_unit_test(test_cannot_be_made_for_a_while),
		cmocka_unit_test(test_all_are_replaced),
		cmocka_unit_test(test_idle_worker_killed),
		cmocka_unit_test(test_busy_worker_killed),
		cmocka_unit_test(test_worn_worker_is_replaced),
		cmocka_unit_test(test_no_orphans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
