/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool with real, jailed workers: what goes in comes back; how it begins and ends. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "frontier/visited.h"
#include "tests/unit/parse_play.h"
#include "url/seen.h"

static void
run_pages(unsigned workers)
{
	struct parse_stats stats;
	struct play p;
	uint64_t bytes = 0;
	unsigned i;

	play_init(&p, 1);
	p.config.workers = workers;
	play_must_open(&p);
	for (i = 0; i < 300; i++)
		bytes += play_plain(&p.loops[0], i, i % 40, i % 100 == 7 ? 300000 : 100, NULL)->body.len;
	play_run(&p.loops[0]);
	for (i = 0; i < 300; i++)
		play_check_plain(p.loops[0].pages[i].job, i, i % 40);
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
	play_must_open(&p);
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
	play_must_open(&p);
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
	play_must_open(&p);
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
	play_must_open(&p);
	play_run(&p.loops[0]); /* nothing */
	j = play_plain(&p.loops[0], 0, 1, 0, NULL);
	play_run(&p.loops[0]);
	play_check_plain(j, 0, 1);
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
	play_must_open(&p);
	play_plain(l, 0, 1, 0, NULL);
	play_run(l);
	play_forget(l);
	room = parse_room(l->parse);
	assert_int_equal(room, p.config.workers * 64); /* CLIENT_PER_WORKER of each */
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
	play_check_plain(l->pages[room].job, room, 1);
	play_close(&p);
}

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
	play_must_open(&p);
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
		play_must_open(&p);
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
		cmocka_unit_test(test_nothing_is_left),
		cmocka_unit_test(test_cannot_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
