/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a job that goes on is read while it runs: in which order, and what becomes of what was given out. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/store_again.h"

/* Opened, with no more told before the start than a piece; *t has that. */
static struct chan *
start_with_rest(struct again *b, struct again_told *t)
{
	struct store_resume resume = { .visited = again_on_visited, .pending = again_on_pending, .arg = t, .first = 1 };
	struct chan *rest;

	*t = (struct again_told){ 0 };
	again_open(b);
	assert_int_equal(store_resume(b->store, &resume), 1);
	assert_int_equal(chan_new(STORE_REST_OUT, NULL, NULL, &rest), 0);
	assert_int_equal(store_rest_to(b->store, rest), 0);
	again_start(b);
	return rest;
}

static struct store_rest *
next_piece(struct chan *rest, struct again_told *t)
{
	void *item = NULL;
	struct store_rest *piece;

	*t = (struct again_told){ 0 };
	assert_int_equal(chan_recv(rest, &item, 1), 1);
	piece = item;
	assert_int_equal(again_on_pending(t, piece->entries), 0);
	assert_true(piece->last == (t->n_pending == 0));
	return piece;
}

static void
expect_all(const char *const *urls, struct again *b, struct again_told *t)
{
	again_open(b);
	again_read(b, t);
	again_assert_pending(t, urls);
	again_close(b, false);
}

/* A commit ends a row of what was found. */
static void
close_and_open(struct again *b)
{
	again_close(b, false);
	again_open(b);
	again_start(b);
}

/* Rows [1 2 3], [4 5] and [6]; 1, 2 and 3 are over, 6 waits for its third attempt. */
static void
make_job_of_rows(struct again *b)
{
	struct store_retry retry = { .attempt = 3, .due_wall_us = 5000 };

	again_of_three(b);
	close_and_open(b);
	again_done(b, "http://a/1", (const char *const[]){ "http://a/4", "http://a/5", "" }, false);
	close_and_open(b);
	again_done(b, "http://a/3", (const char *const[]){ "http://a/6", "" }, false);
	retry.key = again_fp(b, "http://a/6");
	assert_int_equal(store_retry(b->store, &retry), 0);
	again_close(b, false);
}

static void
rest_that_is_not_given_back(void **state)
{
	struct store_rest *piece;
	struct chan *rest;
	struct again b;
	struct again_told t;

	make_job_of_rows(&b);
	for (unsigned i = 0; i < 2; i++) {
		rest = start_with_rest(&b, &t);
		again_assert_pending(&t, (const char *const[]){ "http://a/4", "http://a/5", "" });
		piece = next_piece(rest, &t);
		again_assert_pending(&t, (const char *const[]){ "http://a/6", "" });
		assert_int_equal(t.attempts[0], 3);
		/* There is no last one before it is back. */
		store_rest_free(piece);
		again_close(&b, false);
		assert_int_equal(chan_len(rest), 0);
		chan_free(rest);
	}
	expect_all((const char *const[]){ "http://a/4", "http://a/5", "http://a/6", "" }, &b, &t);
}

static void
rest_is_tidied(void **state)
{
	struct store_rest *piece;
	struct chan *rest;
	struct again b;
	struct again_told t;

	make_job_of_rows(&b);
	rest = start_with_rest(&b, &t);
	piece = next_piece(rest, &t);
	again_done(&b, "http://a/4", (const char *const[]){ "http://a/7", "" }, false);
	store_rest_done(b.store, piece);
	piece = next_piece(rest, &t);
	assert_true(piece->last);
	store_rest_free(piece);
	again_close(&b, false);
	chan_free(rest);
	again_open(&b);
	again_read(&b, &t);
	again_assert_pending(&t, (const char *const[]){ "http://a/5", "http://a/6", "http://a/7", "" });
	assert_int_equal(t.attempts[1], 3);
	again_close(&b, false);
}

/* The last row is over, and its number not given to what this run finds, or that would be read as of the one before. */
static void
rest_ends_where_the_run_began(void **state)
{
	struct store_rest *piece;
	struct chan *rest;
	struct again b;
	struct again_told t;

	make_job_of_rows(&b);
	again_open(&b);
	again_start(&b);
	again_done(&b, "http://a/4", (const char *const[]){ "http://a/7", "" }, false);
	again_done(&b, "http://a/7", (const char *const[]){ "" }, false);
	again_close(&b, false);
	rest = start_with_rest(&b, &t);
	again_assert_pending(&t, (const char *const[]){ "http://a/5", "" });
	piece = next_piece(rest, &t);
	again_assert_pending(&t, (const char *const[]){ "http://a/6", "" });
	again_done(&b, "http://a/5", (const char *const[]){ "http://a/8", "" }, false);
	store_rest_done(b.store, piece);
	piece = next_piece(rest, &t);
	assert_true(piece->last);
	store_rest_free(piece);
	again_done(&b, "http://a/6", (const char *const[]){ "http://a/9", "" }, false);
	again_close(&b, false);
	chan_free(rest);
	expect_all((const char *const[]){ "http://a/8", "http://a/9", "" }, &b, &t);
}

/* What was remembered is in its row until whoever takes it has said what becomes of it. */
static void
rest_that_was_remembered(void **state)
{
	struct found f = { .url = STR("http://b/"), .attempt = 1, .remembered = true };
	struct buf found = BUF_INIT(1024), fps = BUF_INIT(1024);
	struct found_packer packer;
	struct store_rest *piece;
	struct chan *rest;
	struct again b;
	struct again_told t;

	again_of_three(&b);
	close_and_open(&b);
	found_packer_init(&packer);
	assert_int_equal(found_pack(&packer, &f, &found), 0);
	assert_int_equal(store_found(b.store, buf_str(&found), buf_str(&fps)), 0);
	again_close(&b, false);
	for (unsigned i = 0; i < 2; i++) {
		rest = start_with_rest(&b, &t);
		piece = next_piece(rest, &t);
		again_assert_pending(&t, (const char *const[]){ "http://b/", "" });
		if (i == 0) {
			store_rest_free(piece); /* as if killed here */
		} else {
			assert_int_equal(store_found(b.store, buf_str(&found), buf_str(&fps)), 0);
			store_rest_done(b.store, piece);
			piece = next_piece(rest, &t);
			assert_true(piece->last);
			store_rest_free(piece);
		}
		again_close(&b, false);
		chan_free(rest);
	}
	expect_all((const char *const[]){ "http://a/1", "http://a/3", "http://b/", "" }, &b, &t);
	found_packer_release(&packer);
	buf_release(&found);
	buf_release(&fps);
}

/* What was let in at this depth, and perhaps another, by nobody's page. */
static void
found_at(struct again *b, uint32_t depth, const char *url, uint32_t other_depth, const char *other)
{
	struct buf found = BUF_INIT(1024), fps = BUF_INIT(1024);
	struct found f = { .url = str_of(url), .attempt = 1, .depth = depth };
	struct found_packer packer;
	uint64_t fp = again_fp(b, url);

	found_packer_init(&packer);
	found_packer_fresh(&packer);
	assert_int_equal(found_pack(&packer, &f, &found), 0);
	assert_int_equal(buf_add(&fps, &fp, sizeof(fp)), 0);
	if (other != NULL) {
		f.url = str_of(other);
		f.depth = other_depth;
		fp = again_fp(b, other);
		assert_int_equal(found_pack(&packer, &f, &found), 0);
		assert_int_equal(buf_add(&fps, &fp, sizeof(fp)), 0);
	}
	found_packer_release(&packer);
	assert_int_equal(store_found(b->store, buf_str(&found), buf_str(&fps)), 0);
	buf_release(&found);
	buf_release(&fps);
}

/* rest_depth 0: there is no rest. */
static void
assert_by_depth(struct again *b, uint64_t first, const char *const *told_first, uint32_t rest_depth)
{
	struct again_told t = { 0 };
	struct store_resume resume = { .visited = again_on_visited, .pending = again_on_pending, .arg = &t, .first = first, .by_depth = true };

	again_open(b);
	assert_int_equal(store_resume(b->store, &resume), rest_depth > 0);
	again_assert_pending(&t, told_first);
	if (rest_depth > 0)
		assert_int_equal(store_rest_depth(b->store), rest_depth);
	/* Not started: nothing is changed. */
	again_close(b, false);
}

/* With a level limit what is less deep comes first, whenever it was found, and it is known how deep the rest is at least. */
static void
less_deep_comes_first(void **state)
{
	struct store_skip skip = { .url = STR("http://a/1"), .reason = OUTCOME_ROBOTS_DENY, .dropped = true };
	struct again b;
	struct again_told t;

	again_open(&b);
	again_start(&b);
	found_at(&b, 3, "http://a/3", 0, NULL);
	close_and_open(&b);
	found_at(&b, 4, "http://a/4", 1, "http://a/1");
	close_and_open(&b);
	found_at(&b, 2, "http://a/2", 0, NULL);
	close_and_open(&b);
	found_at(&b, 3, "http://a/33", 0, NULL);
	again_close(&b, false);
	assert_by_depth(&b, 1, (const char *const[]){ "http://a/4", "http://a/1", "" }, 2);
	assert_by_depth(&b, 3, (const char *const[]){ "http://a/4", "http://a/1", "http://a/2", "" }, 3);
	assert_by_depth(&b, 0, (const char *const[]){ "http://a/4", "http://a/1", "http://a/2", "http://a/3", "http://a/33", "" }, 0);
	/* What is tidied is as deep as what stays. */
	again_open(&b);
	again_start(&b);
	assert_int_equal(store_skip(b.store, &skip, 1), 0);
	again_close(&b, false);
	again_open(&b);
	again_read(&b, &t);
	again_start(&b);
	again_close(&b, false);
	assert_by_depth(&b, 1, (const char *const[]){ "http://a/2", "" }, 3);
	assert_by_depth(&b, 3, (const char *const[]){ "http://a/2", "http://a/3", "http://a/33", "" }, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AGAIN_TEST(rest_that_is_not_given_back),
		AGAIN_TEST(rest_is_tidied),
		AGAIN_TEST(rest_ends_where_the_run_began),
		AGAIN_TEST(rest_that_was_remembered),
		AGAIN_TEST(less_deep_comes_first),
	};

	return cmocka_run_group_tests_name("store_rest", tests, NULL, NULL);
}
