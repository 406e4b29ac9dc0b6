/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job that is closed, or left as a crash leaves it, and opened again. Crashes for real: tests/e2e/test_crash.py. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "tests/unit/store_again.h"

static void
goes_on(void **state)
{
	struct again b;
	struct again_told t;

	again_of_three(&b);
	again_close(&b, false);
	/* Twice: the first resume throws away what is done, and must not throw away more. */
	for (unsigned i = 0; i < 2; i++) {
		again_open(&b);
		assert_false(b.job.is_new || b.job.finished);
		assert_int_equal(b.job.records, 2);
		again_read(&b, &t);
		again_assert_pending(&t, (const char *const[]){ "http://a/1", "http://a/3", "" });
		assert_int_equal(t.n_seeds, 1);
		assert_string_equal(t.seed, "http://a/");
		t.n_seeds = 0;
		assert_int_equal(store_seeds(b.store, STORE_SEED_SITEMAP, again_on_seed, &t), 0);
		assert_int_equal(t.n_seeds, 1);
		assert_string_equal(t.seed, "http://a/map");
		t.n_seeds = 0;
		assert_int_equal(store_seeds(b.store, STORE_SEED_JOINED, again_on_seed, &t), 0);
		assert_int_equal(t.n_seeds, 0);
		assert_true(again_has_visited(&b, &t, "http://a/") && again_has_visited(&b, &t, "http://a/1"));
		assert_false(again_has_visited(&b, &t, "http://a/4"));
		again_start(&b);
		again_close(&b, false);
	}
}

static void
finished(void **state)
{
	struct again b;
	struct again_told t;

	again_of_three(&b);
	again_done(&b, "http://a/1", (const char *const[]){ "" }, false);
	again_done(&b, "http://a/3", (const char *const[]){ "" }, false);
	again_close(&b, true);
	again_open(&b);
	assert_true(b.job.finished);
	again_read(&b, &t);
	assert_int_equal(t.n_pending, 0);
	again_close(&b, true); /* not started: it stays as it was */
	again_open(&b);
	assert_true(b.job.finished);
	again_close(&b, true);
}

/* What is not over has no record, and neither has what only it has found. */
static void
left_is_pending(void **state)
{
	struct again b;
	struct again_told t;

	again_of_three(&b);
	again_done(&b, "http://a/1", (const char *const[]){ "http://a/lost", "" }, true);
	again_close(&b, false);
	again_open(&b);
	again_read(&b, &t);
	again_assert_pending(&t, (const char *const[]){ "http://a/1", "http://a/3", "" });
	assert_false(again_has_visited(&b, &t, "http://a/lost"));
	again_start(&b);
	again_close(&b, false);
}

static void
retries_and_refusals(void **state)
{
	struct store_retry retry = { .attempt = 3, .due_wall_us = 5000 };
	struct store_skip skip = { .url = STR("http://a/3"), .reason = OUTCOME_ROBOTS_DENY, .dropped = true };
	struct store_skip way = { .url = STR("http://a/1"), .reason = OUTCOME_DEPTH };
	struct again b;
	struct again_told t;

	again_of_three(&b);
	retry.key = again_fp(&b, "http://a/1");
	assert_int_equal(store_retry(b.store, &retry), 0);
	assert_int_equal(store_skip(b.store, &skip, 1), 0);
	assert_int_equal(store_skip(b.store, &way, 1), 0);
	again_close(&b, false);
	for (unsigned i = 0; i < 2; i++) {
		again_open(&b);
		again_read(&b, &t);
		again_assert_pending(&t, (const char *const[]){ "http://a/1", "" });
		assert_int_equal(t.attempts[0], 3);
		again_start(&b);
		again_close(&b, false);
	}
}

/* A hop that leads back into its chain is let in once more: dropped, it is over, and so is not told. */
static void
dropped_in_a_chain(void **state)
{
	struct store_skip skip = { .url = STR("http://a/1"), .reason = OUTCOME_ROBOTS_DENY, .dropped = true };
	struct found again = { .url = STR("http://a/1"), .attempt = 1, .redirects = 2 };
	struct buf found = BUF_INIT(1024), fps = BUF_INIT(1024);
	struct found_packer packer;
	uint64_t chain[2];
	struct again b;
	struct again_told t;

	again_of_three(&b);
	again_done(&b, "http://a/1", (const char *const[]){ "" }, false);
	chain[0] = again_fp(&b, "http://a/1");
	chain[1] = again_fp(&b, "http://a/3");
	again.chain = chain;
	skip.chain = str_n((const char *)chain, sizeof(chain));
	found_packer_init(&packer);
	assert_int_equal(found_pack(&packer, &again, &found), 0);
	assert_int_equal(store_found(b.store, buf_str(&found), buf_str(&fps)), 0);
	for (unsigned i = 0; i < 2; i++) {
		again_close(&b, false);
		again_open(&b);
		again_read(&b, &t);
		again_assert_pending(&t, i == 0 ? (const char *const[]){ "http://a/3", "http://a/1", "" }
					  : (const char *const[]){ "http://a/3", "" });
		again_start(&b);
		assert_int_equal(store_skip(b.store, &skip, 1), 0);
	}
	again_close(&b, false);
	found_packer_release(&packer);
	buf_release(&found);
	buf_release(&fps);
}

static void
running_elsewhere(void **state)
{
	struct again b;
	struct store *other;
	CLEANUP(freep) char *error = NULL;

	again_open(&b);
	again_start(&b);
	assert_int_equal(store_open(&b.config, &other, &error), -EBUSY);
	assert_non_null(strstr(error, "another lycosa"));
	again_close(&b, false);
	again_open(&b);
	again_close(&b, false);
}

static void
path_of(const char *name, char path[8192])
{
	(void)snprintf(path, 8192, "%s/%s", again_dir, name);
}

static void
cut_or_break(const char *name, off_t off, const char *bytes)
{
	char path[8192];
	int fd;

	path_of(name, path);
	fd = open(path, O_WRONLY | (bytes != NULL && off < 0 ? O_APPEND : 0));
	assert_true(fd >= 0);
	if (bytes == NULL)
		assert_int_equal(ftruncate(fd, off), 0);
	else
		assert_int_equal(off < 0 ? write(fd, bytes, strlen(bytes)) : pwrite(fd, bytes, strlen(bytes), off),
			strlen(bytes));
	assert_int_equal(close(fd), 0);
}

/* J2: lost, cut, damaged, of another machine: it is made again from the database. */
static void
visited_is_rebuilt(void **state)
{
	static const struct {
		off_t off;
		const char *bytes;
	} harm[] = { { 0, NULL }, { 24, NULL }, { 8, NULL }, { 20, "xx" }, { 0, "1detisiv" }, { 24, "\xff\xff\xff\xff\xff\xff\xff\xff" } };
	struct again b;
	struct again_told t;
	char path[8192];

	again_of_three(&b);
	again_close(&b, false);
	for (size_t i = 0; i <= ARRAY_LEN(harm); i++) {
		path_of("visited", path);
		if (i < ARRAY_LEN(harm))
			cut_or_break("visited", harm[i].off, harm[i].bytes);
		else
			assert_int_equal(unlink(path), 0);
		again_open(&b);
		again_read(&b, &t);
		again_assert_pending(&t, (const char *const[]){ "http://a/1", "http://a/3", "" });
		again_start(&b);
		again_close(&b, false);
		again_open(&b);
		again_read(&b, &t);
		assert_true(again_has_visited(&b, &t, "http://a/") && again_has_visited(&b, &t, "http://a/1") &&
			    again_has_visited(&b, &t, "http://a/2") && again_has_visited(&b, &t, "http://a/3"));
		assert_in_range(t.n_visited, 4, 5); /* one may stand in both tables */
		again_close(&b, false);
	}
}

static off_t
size_of(const char *name)
{
	char path[8192];
	struct stat st;

	path_of(name, path);
	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* What lies behind the last commit goes. */
static void
files_are_cut(void **state)
{
	static const char *const names[] = { "pages.jsonl", "skipped.jsonl", "skipped.spool", "visited" };
	off_t before[ARRAY_LEN(names)];
	struct again b;

	again_of_three(&b);
	again_close(&b, false);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		before[i] = size_of(names[i]);
		cut_or_break(names[i], -1, "{\"half a li");
	}
	again_open(&b);
	again_start(&b);
	again_close(&b, false);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(size_of(names[i]), before[i]);
}

struct learned {
	bool is_apart;
	char text[256]; /* "LOOP:packed " of each */
};

static int
on_traps(void *arg, unsigned loop, bool is_apart, struct str packed)
{
	struct learned *l = arg;
	size_t n = strlen(l->text);

	l->is_apart = is_apart;
	(void)snprintf(l->text + n, sizeof(l->text) - n, "%u:%.*s ", loop, STR_ARG(packed));
	return 0;
}

/* A run of so many loops, of which those named pack something: what it finds, and whether that is each loop's own. */
static void
run_of_loops(unsigned n_loops, const char *who_packs, const char *text, const char *found, bool is_apart)
{
	struct learned l = { .is_apart = is_apart };
	struct again b;

	again_open_of(&b, n_loops);
	if (!b.job.is_new)
		assert_int_equal(store_each_traps(b.store, on_traps, &l), 0);
	assert_string_equal(l.text, found);
	assert_int_equal(l.is_apart, is_apart);
	again_start(&b);
	for (; *who_packs != '\0'; who_packs++)
		assert_int_equal(store_traps(b.store, (unsigned)(*who_packs - '0'), str_of(text)), 0);
	again_close(&b, false);
}

/* The last loops may have had nothing to pack: whose what was packed is, only the number of loops tells. */
static void
traps_are_apart_where_loops_are_as_many(void **state)
{
	run_of_loops(3, "1", "a", "", false);
	run_of_loops(3, "1", "b", "1:a ", true);
	/* Fewer: all of it is everybody's, until each has packed what it knows. */
	run_of_loops(2, "0", "c", "1:b ", false);
	run_of_loops(2, "1", "d", "0:c 1:b ", false);
	run_of_loops(2, "01", "e", "0:c 1:d ", false);
	run_of_loops(2, "", "", "0:e 1:e ", true);
	run_of_loops(1, "", "", "0:e 1:e ", false);
	run_of_loops(2, "", "", "0:e 1:e ", false);
	run_of_loops(1, "0", "f", "0:e 1:e ", false);
	run_of_loops(1, "", "", "0:f ", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AGAIN_TEST(goes_on),
		AGAIN_TEST(finished),
		AGAIN_TEST(left_is_pending),
		AGAIN_TEST(retries_and_refusals),
		AGAIN_TEST(dropped_in_a_chain),
		AGAIN_TEST(running_elsewhere),
		AGAIN_TEST(visited_is_rebuilt),
		AGAIN_TEST(files_are_cut),
		AGAIN_TEST(traps_are_apart_where_loops_are_as_many),
	};

	return cmocka_run_group_tests_name("store_resume", tests, NULL, NULL);
}
