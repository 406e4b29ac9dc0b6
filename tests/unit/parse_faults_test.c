/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool and workers that a page has taken over, broken or stopped: it costs that page, and no other. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "parse/client.h"
#include "parse/pool.h"
#include "tests/unit/parse_play.h"

struct fault {
	const char *name;
	enum outcome outcome;
	unsigned deaths;
	unsigned refused; /* of an outcome that is not nonsense */
};

static void
run_fault(const struct fault *f, unsigned n_others)
{
	struct parse_stats stats;
	struct play p;
	char mark[64];
	unsigned i, victim = n_others / 2;

	assert_true(snprintf(mark, sizeof(mark), "<!--fault:%s-->", f->name) < (int)sizeof(mark));
	play_init(&p, 1);
	/* Whoever eats comes to an end by that; how long it takes depends on what a page of memory costs. */
	p.config.timeout_us = f->outcome == OUTCOME_PARSER_MEMORY ? 60 * CLOCK_US_PER_SEC : CLOCK_US_PER_SEC;
	p.config.cpu_limit_us = p.config.timeout_us / 2;
	p.config.memory_bytes = 128u << 20;
	play_must_open(&p);
	/* Not more than may be under way at once: they are all in flight with it. */
	for (i = 0; i <= n_others; i++)
		play_plain(&p.loops[0], i, 5, i % 10 * 4000, i == victim ? mark : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i <= n_others; i++) {
		const struct job *j = p.loops[0].pages[i].job;

		if (i != victim)
			play_check_plain(j, i, 5);
		else if (j->outcome != f->outcome)
			fail_msg("%s: outcome %s", f->name, outcome_name(j->outcome));
	}
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.deaths, f->deaths);
	assert_int_equal(stats.timeouts, f->outcome == OUTCOME_PARSER_TIMEOUT);
	assert_int_equal(stats.replies_refused, f->outcome == OUTCOME_PARSER_NONSENSE ? f->deaths : f->refused);
	assert_int_equal(stats.workers, 2);
	play_close(&p);
}

#define OTHERS 120

static void
test_crash(void **state)
{
	run_fault(&(struct fault){ "crash", OUTCOME_PARSER_DIED, 1 }, OTHERS);
	run_fault(&(struct fault){ "exit", OUTCOME_PARSER_DIED, 1 }, OTHERS);
}

/* Whoever it is that kills them: a page costs two workers at most. */
static void
test_killed_for_a_page(void **state)
{
	run_fault(&(struct fault){ "killed", OUTCOME_PARSER_DIED, 2 }, OTHERS);
}

static void
test_hang(void **state)
{
	run_fault(&(struct fault){ "hang", OUTCOME_PARSER_TIMEOUT, 1 }, OTHERS);
}

static void
test_spin(void **state)
{
	run_fault(&(struct fault){ "spin", OUTCOME_PARSER_TIMEOUT, 1 }, OTHERS);
}

static void
test_eat(void **state)
{
#ifdef LYCOSA_SANITIZERS
	print_message("skipped: the sanitizers' own memory would be counted\n");
	skip();
#else
	run_fault(&(struct fault){ "eat", OUTCOME_PARSER_MEMORY, 1 }, OTHERS);
	run_fault(&(struct fault){ "map-read", OUTCOME_PARSER_MEMORY, 1 }, OTHERS);
#endif
}

static void
test_nonsense(void **state)
{
	run_fault(&(struct fault){ "nonsense-length", OUTCOME_PARSER_NONSENSE, 2 }, OTHERS);
	run_fault(&(struct fault){ "nonsense-id", OUTCOME_PARSER_NONSENSE, 2 }, OTHERS);
	run_fault(&(struct fault){ "nonsense-count", OUTCOME_PARSER_NONSENSE, 2 }, OTHERS);
	run_fault(&(struct fault){ "nonsense-url", OUTCOME_PARSER_NONSENSE, 2 }, OTHERS);
	run_fault(&(struct fault){ "nonsense-all", OUTCOME_PARSER_NONSENSE, 2 }, OTHERS);
}

/* Taken over by a page that it answers as it should, it answers the next one with nonsense: that one is innocent, and loses nothing. */
static void
test_poisons_the_next(void **state)
{
	run_fault(&(struct fault){ "poison", OUTCOME_OK, 1, 1 }, OTHERS);
}

/* Its last word is that it was reading nothing. Those who were there with the page lose nothing, whatever the order. */
static void
test_blames_nobody(void **state)
{
	run_fault(&(struct fault){ "deny", OUTCOME_PARSER_DIED, CLIENT_UNBLAMED_MAX }, OTHERS);
}

/* A taken-over worker that keeps writing new numbers into its status page is ended all the same. */
static void
test_restless(void **state)
{
	struct play p;
	unsigned i, ok = 0;

	play_init(&p, 1);
	p.config.timeout_us = CLOCK_US_PER_SEC / 2;
	play_must_open(&p);
	for (i = 0; i < 10; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 0 ? "<!--fault:restless-->" : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 10; i++)
		ok += p.loops[0].pages[i].job->outcome == OUTCOME_OK;
	/* Whom it blames is its choice among those it had; that it is one is not. */
	assert_int_equal(ok, 9);
	play_close(&p);
}

/* Its last word is that it has never begun. However many say so, each costs its page, and no slot is given up. */
static void
test_was_never_ready(void **state)
{
	struct play p;
	unsigned i;

	play_init(&p, 1);
	p.config.workers = 2;
	play_must_open(&p);
	for (i = 0; i < 4 * POOL_FAILURES_MAX; i++)
		(void)play_plain(&p.loops[0], i, 3, 100, "<!--fault:unready-->");
	(void)play_plain(&p.loops[0], i, 3, 100, "");
	play_run(&p.loops[0]);
	for (i = 0; i < 4 * POOL_FAILURES_MAX; i++)
		assert_int_equal(p.loops[0].pages[i].job->outcome, OUTCOME_PARSER_DIED);
	assert_int_equal(p.loops[0].pages[i].job->outcome, OUTCOME_OK);
	assert_false(parse_pool_is_broken(p.pool));
	play_close(&p);
}

static bool
one_is_refused(void *arg)
{
	struct parse_stats stats;

	parse_pool_stats(arg, &stats);
	return stats.replies_refused == 1;
}

/* Behind the reply it begins with another one, of 64 MB, that nobody has asked for: no room is kept for that, and it ends. */
static void
test_goes_on_talking(void **state)
{
	struct play p;

	play_init(&p, 1);
	p.config.workers = 1;
	p.config.timeout_us = 100 * CLOCK_US_PER_SEC;
	play_must_open(&p);
	(void)play_plain(&p.loops[0], 0, 3, 100, "<!--fault:tail-->");
	play_run_until(&p.loops[0], one_is_refused, p.pool);
	assert_int_equal(p.loops[0].pages[0].job->outcome, OUTCOME_OK);
	assert_true(p.loops[0].parse->conns[0].in.cap < 1u << 20);
	(void)play_plain(&p.loops[0], 1, 3, 100, "");
	play_run(&p.loops[0]);
	assert_int_equal(p.loops[0].pages[1].job->outcome, OUTCOME_OK);
	play_close(&p);
}

/* Its last word names a page that it does not have: another is blamed. */
static void
test_lies(void **state)
{
	struct play p;
	unsigned i, ok = 0;

	play_init(&p, 1);
	play_must_open(&p);
	for (i = 0; i < 100; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 0 ? "<!--fault:frame-->" : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 100; i++)
		ok += p.loops[0].pages[i].job->outcome == OUTCOME_OK;
	assert_int_equal(ok, 99);
	play_close(&p);
}

/* What a worker says of times is believed as far as it can be true: between the page's way out and back. */
static void
test_lies_about_times(void **state)
{
	struct parse_stats slow, both;
	struct play p;
	int64_t start_us;

	play_init(&p, 1);
	p.config.workers = 1;
	play_must_open(&p);
	start_us = clock_mono_us();
	(void)play_plain(&p.loops[0], 0, 3, 100, "<!--fault:clock-slow-->");
	play_run(&p.loops[0]);
	play_check_plain(p.loops[0].pages[0].job, 0, 3);
	parse_pool_stats(p.pool, &slow);
	assert_int_equal(slow.wait_us, 0);
	assert_in_range(slow.busy_us, 1, clock_mono_us() - start_us);
	start_us = clock_mono_us();
	(void)play_plain(&p.loops[0], 1, 3, 100, "<!--fault:clock-fast-->");
	play_run(&p.loops[0]);
	play_check_plain(p.loops[0].pages[1].job, 1, 3);
	parse_pool_stats(p.pool, &both);
	assert_int_equal(both.busy_us, slow.busy_us);
	assert_in_range(both.wait_us, 1, clock_mono_us() - start_us);
	assert_int_equal(both.deaths + both.replies_refused, 0);
	play_close(&p);
}

/* Its last word is about another loop, which knows nothing of it: it is not read again for ever. */
static void
test_blames_other_loop(void **state)
{
	struct play p;
	unsigned i;

	play_init(&p, 2);
	play_must_open(&p);
	for (i = 0; i < 10; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 0 ? "<!--fault:other-->" : NULL);
	play_run(&p.loops[0]);
	assert_int_equal(p.loops[0].pages[0].job->outcome, OUTCOME_PARSER_DIED);
	for (i = 1; i < 10; i++)
		play_check_plain(p.loops[0].pages[i].job, i, 5);
	play_close(&p);
}

static void
test_jail(void **state)
{
#ifdef LYCOSA_SANITIZERS
	print_message("skipped: the sanitizers need some of these calls\n");
	skip();
#else
	static const char *const escapes[] = { "escape-open", "escape-socket", "escape-fork", "escape-exec", "escape-kill",
		"escape-code", "escape-map", "escape-grow", "escape-huge", "escape-lock",
		"escape-oob", "escape-peek", "escape-requeue", "escape-advice", "escape-twice", "escape-round" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(escapes); i++)
		run_fault(&(struct fault){ escapes[i], OUTCOME_PARSER_DIED, 1 }, 20);
#endif
}

/* Many faults at once: each costs itself. */
static void
test_many_faults(void **state)
{
	static const char *const marks[] = { "<!--fault:crash-->", "<!--fault:nonsense-url-->", "<!--fault:exit-->" };
	struct parse_stats stats;
	struct play p;
	unsigned i;

	play_init(&p, 1);
	play_must_open(&p);
	for (i = 0; i < 600; i++)
		play_plain(&p.loops[0], i, 5, 0, i % 20 == 3 ? marks[i / 20 % 3] : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 600; i++) {
		const struct job *j = p.loops[0].pages[i].job;

		if (i % 20 != 3)
			play_check_plain(j, i, 5);
		else
			assert_int_equal(j->outcome, i / 20 % 3 == 1 ? OUTCOME_PARSER_NONSENSE : OUTCOME_PARSER_DIED);
	}
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.deaths, 40); /* what looks like nonsense is looked at twice */
	play_close(&p);
}

/* Several loops share the workers; what a page of one does costs the others nothing. */
static void
run_loops(bool watcher_stays)
{
	struct play p;
	unsigned i, k;

	play_init(&p, 3);
	p.config.timeout_us = 2 * CLOCK_US_PER_SEC;
	p.loops[0].stays = p.loops[2].stays = watcher_stays;
	play_must_open(&p);
	for (k = 0; k < 3; k++)
		for (i = 0; i < 400; i++)
			play_plain(&p.loops[k], 1000 * k + i, 5, i % 7 * 1000,
				k == 1 && i % 100 == 50 ? "<!--fault:crash-->" : NULL);
	play_run_all(&p);
	for (k = 0; k < 3; k++) {
		for (i = 0; i < 400; i++) {
			const struct job *j = p.loops[k].pages[i].job;

			if (k == 1 && i % 100 == 50)
				assert_int_equal(j->outcome, OUTCOME_PARSER_DIED);
			else
				play_check_plain(j, 1000 * k + i, 5);
		}
	}
	play_close(&p);
}

static void
test_loops(void **state)
{
	run_loops(false);
}

/* A loop that was told of the workers' ends has stopped, while others still wait for them. */
static void
test_loops_without_watcher(void **state)
{
	run_loops(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_killed_for_a_page),
		cmocka_unit_test(test_hang),
		cmocka_unit_test(test_spin),
		cmocka_unit_test(test_eat),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_poisons_the_next),
		cmocka_unit_test(test_restless),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_lies_about_times),
		cmocka_unit_test(test_was_never_ready),
		cmocka_unit_test(test_goes_on_talking),
		cmocka_unit_test(test_blames_nobody),
		cmocka_unit_test(test_blames_other_loop),
		cmocka_unit_test(test_jail),
		cmocka_unit_test(test_many_faults),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_loops_without_watcher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
