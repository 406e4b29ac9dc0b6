/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool with real, jailed workers: what goes in comes back, whatever happens to a worker. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/hash.h"
#include "frontier/visited.h"
#include "parse/client.h"
#include "parse/pool.h"
#include "parse/wire.h"
#include "tests/unit/parse_play.h"
#include "url/seen.h"

static void
open_play(struct play *p)
{
	assert_int_equal(play_open(p), 0);
	assert_string_equal(p->missing, "");
}

static void
check_plain(const struct job *j, unsigned number, unsigned n_links)
{
	const struct page *page = j->page;
	unsigned i;

	assert_int_equal(j->outcome, OUTCOME_OK);
	assert_non_null(page);
	assert_true(str_eq(page->title, STR("A page")));
	assert_true(page->charset.len > 0);
	assert_int_equal(page->n_links, n_links);
	assert_int_equal(page->links_by_kind[LINK_PAGE], n_links);
	for (i = 0; i < n_links; i++) {
		char want[64];
		struct str url = page_link_url(page, &page->links[i]);

		assert_true(snprintf(want, sizeof(want), "http://to.example/%u/%u", number, i) < (int)sizeof(want));
		assert_true(str_eq(url, str_of(want)));
		assert_int_equal(page->links[i].kind, LINK_PAGE);
	}
	assert_true(page->parse_us >= 0);
	assert_int_equal(j->timing.parse_us, page->parse_us);
}

/* ---- what it is for ---- */

static void
run_pages(unsigned workers)
{
	struct parse_stats stats;
	struct play p;
	uint64_t bytes = 0;
	unsigned i;

	play_init(&p, 1);
	p.config.workers = workers;
	open_play(&p);
	for (i = 0; i < 300; i++)
		bytes += play_plain(&p.loops[0], i, i % 40, i % 100 == 7 ? 300000 : 100, NULL)->body.len;
	play_run(&p.loops[0]);
	for (i = 0; i < 300; i++)
		check_plain(p.loops[0].pages[i].job, i, i % 40);
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.pages, 300);
	assert_int_equal(stats.bytes, bytes);
	assert_int_equal(stats.deaths + stats.timeouts + stats.replies_refused, 0);
	assert_int_equal(stats.workers, workers);
	assert_true(stats.wait_us >= 0 && stats.busy_us > 0);
	play_close(&p);
}

static void
test_pages_one_worker(void **state)
{
	run_pages(1);
}

static void
test_pages_four_workers(void **state)
{
	run_pages(4);
}

static void
test_pages_inline(void **state)
{
	run_pages(0);
}

static void
test_empty_page(void **state)
{
	struct play p;
	struct job *j;

	play_init(&p, 1);
	open_play(&p);
	j = play_page(&p.loops[0], "http://from.example/", "text/html", "", 0);
	j->body.data = NULL;
	j->body.region_off = UINT64_MAX; /* nothing is there, so nobody looks where */
	play_run(&p.loops[0]);
	assert_int_equal(j->outcome, OUTCOME_OK);
	assert_int_equal(j->page->n_links, 0);
	play_close(&p);
}

/* Replies far larger than a socket's buffer, and than what one read takes. */
static void
test_many_links(void **state)
{
	struct play p;
	struct job *j[4];
	unsigned i;

	play_init(&p, 1);
	p.config.workers = 1;
	p.config.all_links = true;
	p.config.max_links = 900; /* of 1,000 */
	open_play(&p);
	for (i = 0; i < 4; i++)
		j[i] = play_plain(&p.loops[0], i, i % 2 == 0 ? 900 : 1000, 0, NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 4; i++) {
		const struct page *page = j[i]->page;
		unsigned k;

		assert_non_null(page);
		assert_int_equal(page->n_links, 900);
		assert_int_equal(page->links_cut, i % 2 == 1);
		for (k = 0; k < page->n_links; k++) {
			const struct page_link *l = &page->links[k];
			struct str value = str_n(j[i]->body.data + l->start, l->end - l->start);

			assert_true(str_eq(value, page_link_url(page, l)));
		}
	}
	play_close(&p);
}

/* Nothing that a library loads when a page first asks for it may run into the jail's wall. */
static void
run_charsets(enum parse_reader reader)
{
	static const char *const labels[] = { "utf-8", "utf-16le", "utf-16be", "ibm866", "iso-8859-2", "iso-8859-6", "iso-8859-8-i",
		"iso-8859-16", "koi8-r", "koi8-u", "macintosh", "windows-874", "windows-1250", "windows-1252", "windows-1258",
		"x-mac-cyrillic", "gbk", "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "x-user-defined",
		"replacement", "no-such-charset" };
	struct parse_stats stats;
	struct play p;
	unsigned i;

	play_init(&p, 1);
	p.config.reader = reader;
	p.config.workers = 1;
	open_play(&p);
	for (i = 0; i < ARRAY_LEN(labels); i++) {
		char type[64], body[256];
		int n;

		n = snprintf(type, sizeof(type), "text/html; charset=%s", labels[i]);
		assert_true(n > 0 && (size_t)n < sizeof(type));
		n = snprintf(body, sizeof(body), "<title>\xe9\x81\x40</title><a href='/a?\xe9\x81\x40'>x</a><a href='//b\xc3\xbc/'>");
		assert_true(n > 0 && (size_t)n < sizeof(body));
		play_page(&p.loops[0], "http://from.example/", type, body, (size_t)n);
		/* The page says it itself. */
		n = snprintf(body, sizeof(body), "<meta charset=%s><title>\xe9</title><a href='/a?\xe9\x81\x40'>", labels[i]);
		assert_true(n > 0 && (size_t)n < sizeof(body));
		play_page(&p.loops[0], "http://from.example/", "text/html", body, (size_t)n);
	}
	play_run(&p.loops[0]);
	for (i = 0; i < 2 * ARRAY_LEN(labels); i++)
		if (p.loops[0].pages[i].job->page == NULL)
			fail_msg("%s: %s", labels[i / 2], outcome_name(p.loops[0].pages[i].job->outcome));
	parse_pool_stats(p.pool, &stats);
	assert_int_equal(stats.deaths, 0);
	play_close(&p);
}

static void
test_charsets(void **state)
{
	run_charsets(PARSE_SCAN);
	run_charsets(PARSE_LIBXML2);
}

static void
test_refused_by_submit(void **state)
{
	struct play p;
	struct job *big, *outside, *j;

	play_init(&p, 1);
	p.config.max_page_bytes = 1000;
	open_play(&p);
	play_run(&p.loops[0]); /* nothing */
	j = play_plain(&p.loops[0], 0, 1, 0, NULL);
	play_run(&p.loops[0]);
	check_plain(j, 0, 1);
	play_forget(&p.loops[0]);
	big = play_plain(&p.loops[0], 1, 1, 1001, NULL);
	outside = play_plain(&p.loops[0], 2, 1, 0, NULL);
	outside->body.region_off = PLAY_REGION_BYTES - 1;
	assert_int_equal(parse_submit(p.loops[0].parse, big), -EFBIG);
	assert_int_equal(parse_submit(p.loops[0].parse, outside), -EINVAL);
	assert_int_equal(parse_pending(p.loops[0].parse), 0);
	play_close(&p);
}

static void
test_room(void **state)
{
	struct play p;
	struct play_loop *l = &p.loops[0];
	unsigned i, room;

	play_init(&p, 1);
	open_play(&p);
	play_plain(l, 0, 1, 0, NULL);
	play_run(l);
	play_forget(l);
	room = parse_room(l->parse);
	assert_true(room >= 64);
	for (i = 0; i <= room; i++)
		play_plain(l, i, 1, 0, NULL);
	for (i = 0; i < room; i++)
		assert_int_equal(parse_submit(l->parse, l->pages[i].job), 0);
	assert_int_equal(parse_room(l->parse), 0);
	assert_int_equal(parse_pending(l->parse), room);
	assert_int_equal(parse_submit(l->parse, l->pages[room].job), -EAGAIN);
	assert_int_equal(l->n_back, 0); /* never from inside submit */
	/* What is under way comes back interrupted when the client goes. */
	parse_flush(l->parse);
	parse_detach(l->parse);
	l->parse = NULL;
	assert_int_equal(l->n_back, room);
	for (i = 0; i < room; i++)
		assert_int_equal(l->pages[i].job->outcome, OUTCOME_INTERRUPTED);
	loop_free(l->loop);
	/* The next client has nothing to do with them. */
	l->n_submitted = room;
	play_run(l);
	check_plain(l->pages[room].job, room, 1);
	play_close(&p);
}

/* ---- the filter ---- */

static uint64_t
fp_of(const struct play *p, const char *url)
{
	const struct hash_key key = { p->config.hash_seed };

	return hash_fingerprint(&key, url, strlen(url));
}

static void
test_filter(void **state)
{
	struct visited *visited, *refused;
	struct play p;
	struct job *near, *far;

	assert_int_equal(visited_new(1 << 20, &visited), 0);
	assert_int_equal(visited_new(1 << 20, &refused), 0);
	play_init(&p, 1);
	p.config.visited_fd = visited_fd(visited);
	p.config.refused_fd = visited_fd(refused);
	p.config.max_level = 3;
	open_play(&p);
	assert_int_equal(visited_insert(visited, fp_of(&p, "http://to.example/0/1")), 1);
	assert_int_equal(visited_insert(refused, seen_way_key(fp_of(&p, "http://to.example/1/2"), false, true, false)), 1);
	assert_int_equal(visited_insert(refused, seen_way_key(fp_of(&p, "http://to.example/1/0"), true, true, false)), 1);
	assert_int_equal(visited_insert(refused, seen_way_key(fp_of(&p, "http://to.example/0/2"), false, true, false)), 1);
	near = play_plain(&p.loops[0], 0, 3, 0, NULL); /* links of depth 3 */
	near->depth = 2;
	far = play_plain(&p.loops[0], 1, 3, 0, NULL);
	far->depth = 3;
	play_run(&p.loops[0]);
	/* Visited is not sent; refused beyond the level matters only there. */
	assert_int_equal(near->page->n_links, 2);
	assert_true(str_eq(page_link_url(near->page, &near->page->links[0]), STR("http://to.example/0/0")));
	assert_true(str_eq(page_link_url(near->page, &near->page->links[1]), STR("http://to.example/0/2")));
	assert_int_equal(near->page->links_by_kind[LINK_PAGE], 3);
	assert_int_equal(far->page->n_links, 2);
	assert_true(str_eq(page_link_url(far->page, &far->page->links[0]), STR("http://to.example/1/0")));
	assert_true(str_eq(page_link_url(far->page, &far->page->links[1]), STR("http://to.example/1/1")));
	play_close(&p);
	visited_free(visited);
	visited_free(refused);
}

/* ---- what it has to survive ---- */

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
	p.config.timeout_us = CLOCK_US_PER_SEC;
	p.config.cpu_limit_us = CLOCK_US_PER_SEC / 2;
	p.config.memory_bytes = 128u << 20;
	open_play(&p);
	/* Not more than may be under way at once: they are all in flight with it. */
	for (i = 0; i <= n_others; i++)
		play_plain(&p.loops[0], i, 5, i % 10 * 4000, i == victim ? mark : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i <= n_others; i++) {
		const struct job *j = p.loops[0].pages[i].job;

		if (i != victim)
			check_plain(j, i, 5);
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
	print_message("not here: the sanitizers' own memory would be counted\n");
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
	open_play(&p);
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
	open_play(&p);
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
	open_play(&p);
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
	open_play(&p);
	for (i = 0; i < 100; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 0 ? "<!--fault:frame-->" : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 100; i++)
		ok += p.loops[0].pages[i].job->outcome == OUTCOME_OK;
	assert_int_equal(ok, 99);
	play_close(&p);
}

/* Its last word is about another loop, which knows nothing of it: it is not read again for ever. */
static void
test_blames_other_loop(void **state)
{
	struct play p;
	unsigned i;

	play_init(&p, 2);
	open_play(&p);
	for (i = 0; i < 10; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 0 ? "<!--fault:other-->" : NULL);
	play_run(&p.loops[0]);
	assert_int_equal(p.loops[0].pages[0].job->outcome, OUTCOME_PARSER_DIED);
	for (i = 1; i < 10; i++)
		check_plain(p.loops[0].pages[i].job, i, 5);
	play_close(&p);
}

static void
test_jail(void **state)
{
#ifdef LYCOSA_SANITIZERS
	print_message("not here: the sanitizers need some of these calls\n");
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
	open_play(&p);
	for (i = 0; i < 600; i++)
		play_plain(&p.loops[0], i, 5, 0, i % 20 == 3 ? marks[i / 20 % 3] : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 600; i++) {
		const struct job *j = p.loops[0].pages[i].job;

		if (i % 20 != 3)
			check_plain(j, i, 5);
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
	open_play(&p);
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
				check_plain(j, 1000 * k + i, 5);
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

static void
test_spawner_killed(void **state)
{
	struct play p;
	struct job *j;
	unsigned i, died = 0;

	play_init(&p, 1);
	open_play(&p);
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
	open_play(&p);
	(void)play_plain(&p.loops[0], 0, 5, 0, NULL);
	play_run(&p.loops[0]);
	for (i = 1; i < 200; i++)
		(void)play_plain(&p.loops[0], i, 5, i % 10 * 4000, NULL);
	play_run_until(&p.loops[0], ends_them_once, &e);
	for (i = 0; i < 200; i++)
		check_plain(p.loops[0].pages[i].job, i, 5);
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
	open_play(&p);
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
	check_plain(p.loops[0].pages[0].job, 0, 3);
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
	open_play(&p);
	assert_int_equal(play_children(play_spawner_pid(), pids, 8), 2);
	assert_int_equal(kill(pids[0], SIGKILL), 0);
	play_run_until(&p.loops[0], two_alive_after_a_death, &p);
	for (i = 0; i < 100; i++)
		play_plain(&p.loops[0], i, 5, 0, NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 100; i++)
		check_plain(p.loops[0].pages[i].job, i, 5);
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
	open_play(&p);
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
			check_plain(p.loops[0].pages[i].job, i, 300);
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
	open_play(&p);
	assert_int_equal(play_children(play_spawner_pid(), a.pids, 8), 2);
	for (i = 0; i < 300; i++)
		play_plain(&p.loops[0], i, 5, 0, i == 20 ? "<!--fault:worn-->" : NULL);
	play_run(&p.loops[0]);
	for (i = 0; i < 300; i++)
		check_plain(p.loops[0].pages[i].job, i, 5);
	play_run_until(&p.loops[0], another_without_a_death, &a);
	play_close(&p);
}

/* ---- beginning and end ---- */

static bool
as_many_as_asked(void *arg)
{
	struct play *p = arg;
	int pids[64];

	return play_children(play_spawner_pid(), pids, 64) == p->config.workers;
}

static void
test_nothing_is_left(void **state)
{
	unsigned before, i, workers;
	int pids[64];

	before = play_open_fds();
	for (workers = 1; workers <= 8; workers *= 2) {
		struct play p;

		play_init(&p, 2);
		p.config.workers = workers;
		open_play(&p);
		assert_int_equal(play_children(play_spawner_pid(), pids, 64), workers);
		for (i = 0; i < 50; i++)
			play_plain(&p.loops[i % 2], i, 5, 0, i == 30 ? "<!--fault:crash-->" : NULL);
		play_run(&p.loops[1]);
		play_run(&p.loops[0]);
		/* The last death's replacement may be under way: its hello ends this turn. */
		play_run_until(&p.loops[0], as_many_as_asked, &p);
		parse_detach(p.loops[0].parse);
		parse_detach(p.loops[1].parse);
		p.loops[0].parse = p.loops[1].parse = NULL;
		loop_free(p.loops[0].loop);
		loop_free(p.loops[1].loop);
		parse_pool_free(p.pool);
		p.pool = NULL;
		assert_int_equal(play_children(play_spawner_pid(), pids, 64), 0);
		play_close(&p);
		assert_int_equal(play_spawner_pid(), -1);
	}
	assert_int_equal(play_open_fds(), before);
}

static void
test_cannot_start(void **state)
{
	unsigned before = play_open_fds();
	struct play p;

	play_init(&p, 1);
	p.config.worker_path = "/nonexistent/lycosa-worker";
	assert_int_equal(play_open(&p), -ENOENT);
	play_close(&p);
	play_init(&p, 1);
	p.config.worker_path = "/bin/false";
	assert_int_equal(play_open(&p), -ECHILD);
	play_close(&p);
	play_init(&p, 1);
	p.config.timeout_us = 0;
	assert_int_equal(play_open(&p), -EINVAL);
	play_close(&p);
	assert_int_equal(play_open_fds(), before);
}

#define ALARM_S 300

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
		(void)alarm(ALARM_S); /* the parent's is not handed down */
		_exit(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ? 5 : nobody_outlives());
	}
	assert_int_equal(waitpid(main_pid, &status, 0), main_pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_one_worker),
		cmocka_unit_test(test_pages_four_workers),
		cmocka_unit_test(test_pages_inline),
		cmocka_unit_test(test_empty_page),
		cmocka_unit_test(test_many_links),
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_refused_by_submit),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_killed_for_a_page),
		cmocka_unit_test(test_hang),
		cmocka_unit_test(test_spin),
		cmocka_unit_test(test_eat),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_poisons_the_next),
		cmocka_unit_test(test_restless),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_was_never_ready),
		cmocka_unit_test(test_goes_on_talking),
		cmocka_unit_test(test_blames_nobody),
		cmocka_unit_test(test_blames_other_loop),
		cmocka_unit_test(test_jail),
		cmocka_unit_test(test_many_faults),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_loops_without_watcher),
		cmocka_unit_test(test_spawner_killed),
		cmocka_unit_test(test_cannot_be_made_for_a_while),
		cmocka_unit_test(test_all_are_replaced),
		cmocka_unit_test(test_idle_worker_killed),
		cmocka_unit_test(test_busy_worker_killed),
		cmocka_unit_test(test_worn_worker_is_replaced),
		cmocka_unit_test(test_nothing_is_left),
		cmocka_unit_test(test_cannot_start),
		cmocka_unit_test(test_no_orphans),
	};

	/* A test that fails leaves processes behind, for which others may wait without end. */
	(void)alarm(ALARM_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
