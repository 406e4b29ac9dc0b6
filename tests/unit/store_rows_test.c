/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows of table written are thrown away, and when (store/mirror_rows.c). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/db.h"
#include "store/mirror_private.h"
#include "tests/unit/store_dir.h"

static void
put(struct mirror *m, const char *name)
{
	const uint64_t hash[2] = { 1, 2 };

	assert_int_equal(db_put_written(m->ctx->db, str_of(name), 3, hash), 0);
	m->n_void++;
}

static void
check(struct mirror *m, int64_t n_rows, int64_t sum_of_ids)
{
	int64_t n;

	assert_int_equal(db_number(m->ctx->db, "SELECT count(*) FROM main.written", 0, &n), 0);
	assert_int_equal(n, n_rows);
	assert_int_equal(db_number(m->ctx->db, "SELECT sum(id) FROM main.written", 0, &n), 0);
	assert_int_equal(n, sum_of_ids);
}

/* A commit: files have their names. */
static void
commit(struct mirror *m)
{
	assert_int_equal(db_commit(m->ctx->db), 0);
	assert_int_equal(mirror_rows_committed(m), 0);
}

/* A file may have the form of any row that stays, and of none that went, whenever the program dies or the power fails. */
static void
the_last_that_is_durable_stays(void **state)
{
	struct sink_context ctx = { .dir = { .fd = open(store_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .lock_fd = -1, .path = store_dir } };
	struct mirror m = { .ctx = &ctx, .void_max = 3 };
	char *error = NULL;

	assert_true(ctx.dir.fd >= 0);
	assert_int_equal(db_open(&ctx.dir, &ctx.db, &error), 0);
	put(&m, "site/a"); /* 1 */
	put(&m, "site/b"); /* 2 */
	put(&m, "site/a"); /* 3 */
	commit(&m);
	/* Not so many that it would be worth it. */
	assert_int_equal(mirror_rows_synced(&m), 0);
	check(&m, 3, 6);
	put(&m, "site/b"); /* 4 */
	put(&m, "site/b"); /* 5 */
	/* Not before they have their names on the disk. */
	assert_int_equal(mirror_rows_synced(&m), 0);
	commit(&m);
	check(&m, 5, 15);
	/* What comes until then is of forms that have no names. */
	put(&m, "site/a"); /* 6 */
	assert_int_equal(mirror_rows_synced(&m), 0);
	check(&m, 3, 3 + 5 + 6);
	commit(&m);
	assert_int_equal(mirror_rows_synced(&m), 0);
	check(&m, 3, 3 + 5 + 6);
	m.n_void = 1;
	assert_int_equal(mirror_rows_close(&m), 0);
	check(&m, 2, 5 + 6);
	db_close(ctx.db);
	(void)close(ctx.dir.fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_last_that_is_durable_stays) };

	return cmocka_run_group_tests(tests, store_dir_make, store_dir_remove);
}
