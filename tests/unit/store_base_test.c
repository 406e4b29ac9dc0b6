/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an update looks up of the generation before. All else of updates: tests/e2e/test_update.py. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "store/base.h"
#include "store/db.h"
#include "store/previous.h"
#include "store/sink.h"
#include "tests/unit/store_dir.h"

#define LOG_MAX_BYTES (2000 * 4096)

static const char url[] = "http://h/";

static void
make_file(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	(void)close(fd);
}

/* A database, and beside it that of the generation before, with one page. */
static void
make_previous(struct sink_context *ctx)
{
	char *error = NULL;

	make_file(ctx->dir.fd, PREVIOUS_DB_NAME);
	make_file(ctx->dir.fd, "pages.jsonl");
	assert_int_equal(db_open(&ctx->dir, &ctx->db, &error), 0);
	assert_int_equal(db_commit(ctx->db), 0);
	assert_int_equal(db_attach(ctx->db, store_dir, PREVIOUS_DB_NAME, "previous"), 0);
	assert_int_equal(db_do(ctx->db, "CREATE TABLE previous.page (key INTEGER PRIMARY KEY, damaged, line_at, line_bytes, " DB_ANSWER_COLUMNS
				       ", " DB_VISIT_COLUMNS ")", 0, STR_NONE), 0);
	assert_int_equal(db_do(ctx->db, "INSERT INTO previous.page (key, url, status, outcome, saved, redirect_to, etag) VALUES (?1, 'http://h/', 200, "
				       "'ok', 'body/a', 'http://h/b', '\"x\"')", (int64_t)hash_fingerprint(&ctx->key, url, strlen(url)), STR_NONE), 0);
	assert_int_equal(db_commit(ctx->db), 0);
	db_close(ctx->db);
	assert_int_equal(db_open(&ctx->dir, &ctx->db, &error), 0);
	assert_int_equal(db_commit(ctx->db), 0);
}

static int64_t
log_bytes(const struct sink_context *ctx)
{
	struct stat st;

	assert_int_equal(fstatat(ctx->dir.fd, DB_NAME "-wal", &st, 0), 0);
	return st.st_size;
}

/* What was looked up last is still in hand at the commit: SQLite's log begins again all the same, and the views are whole. */
static void
the_log_does_not_grow(void **state)
{
	const struct store_skip k = { .url = STR("http://h/"), .reason = OUTCOME_ROBOTS_DENY };
	struct store_config config = { .save_body = true };
	struct sink_context ctx = { .config = &config, .dir = { .path = store_dir, .lock_fd = -1 }, .key = { .seed = 7 } };
	struct base *b = NULL;

	ctx.dir.fd = open(store_dir, O_RDONLY | O_DIRECTORY);
	assert_true(ctx.dir.fd >= 0);
	make_previous(&ctx);
	assert_int_equal(base_open(&ctx, store_dir, &b), 0);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(base_judge_refusal(b, &ctx, &k), 0);
		assert_int_equal(ctx.verdict.change, CHANGE_FAILED);
		assert_int_equal(db_do(ctx.db, "INSERT INTO job (name, value) VALUES ('blob' || ?1, zeroblob(200000))", i, STR_NONE), 0);
		assert_int_equal(db_commit(ctx.db), 0);
		assert_true(log_bytes(&ctx) < LOG_MAX_BYTES);
		assert_true(str_eq(ctx.verdict.was.saved, STR("body/a")));
		assert_true(str_eq(ctx.verdict.was.redirect_to, STR("http://h/b")));
		assert_int_equal(ctx.verdict.was.text.len, 0);
	}
	base_close(b);
	db_close(ctx.db);
	(void)close(ctx.dir.fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_does_not_grow),
	};

	return cmocka_run_group_tests(tests, store_dir_make, store_dir_remove);
}
