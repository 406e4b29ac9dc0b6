/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "store/db.h"
#include "store/dir.h"
#include "store/keys.h"
#include "store/report.h"
#include "store/update.h"
#include "url/found.h"

const struct report_table report_tables[] = {
#define REPORT(name, pending, title, sql) { #name, title, pending, sql },
#include "store/report.def"
};
const size_t n_report_tables = ARRAY_LEN(report_tables);

struct report {
	struct db *db;
};

/* --- what is left ---------------------------------------------------------------------------------------------- */

/*
 * The reading of resume.c without its writing: what was found and has no row in urls goes to a temporary table, which SQLite
 * keeps in a file when it is large.
 */
struct unpacking {
	struct db *db;
	sqlite3_stmt *insert;
	struct hash_key key;
	struct keys ended;
};

static int
unpack_entry(struct unpacking *u, const struct found *f)
{
	uint64_t fp = hash_fingerprint(&u->key, f->url.p, f->url.len);
	uint64_t key = found_key(fp, str_n(f->chain, 8 * (size_t)f->redirects));
	int r;

	/* What was remembered has not been let in. */
	if (f->remembered || keys_has(&u->ended, key))
		return 0;
	(void)sqlite3_bind_int64(u->insert, 1, (int64_t)key);
	(void)sqlite3_bind_text(u->insert, 2, f->url.p, (int)f->url.len, SQLITE_STATIC);
	if (f->parent.len > 0)
		(void)sqlite3_bind_text(u->insert, 3, f->parent.p, (int)f->parent.len, SQLITE_STATIC);
	(void)sqlite3_bind_int64(u->insert, 4, f->depth);
	(void)sqlite3_bind_text(u->insert, 5, link_kind_name(f->kind), -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(u->insert, 6, f->attempt);
	if (f->attempt > 1)
		(void)sqlite3_bind_int64(u->insert, 7, f->due_wall_us);
	r = db_step(u->db, u->insert);
	(void)sqlite3_reset(u->insert);
	(void)sqlite3_clear_bindings(u->insert);
	return r;
}

static int
unpack_row(struct unpacking *u, struct str entries)
{
	struct found_reader reader;
	struct found f;
	int r;

	found_reader_init(&reader, entries);
	while ((r = found_next(&reader, &f)) == 1 && (r = unpack_entry(u, &f)) == 0)
		;
	found_reader_release(&reader);
	return r;
}

static int
read_ended(struct unpacking *u)
{
	struct sqlite3_stmt *q = NULL;
	int64_t upto = 0, n = 0;
	int r = db_get(u->db, "upto", 0, &upto);

	if (r == 0)
		r = db_number(u->db, "SELECT count(*) FROM urls WHERE id > ?1", upto, &n);
	if (r == 0)
		r = keys_init(&u->ended, (uint64_t)n);
	if (r == 0)
		r = db_query(u->db, "SELECT key FROM urls WHERE id > ?1", upto, &q);
	while (r == 0 && (r = db_step(u->db, q)) == 1) {
		(void)keys_add(&u->ended, (uint64_t)db_int(q, 0));
		r = 0;
	}
	db_query_end(q);
	return r;
}

static int
unpack_all(struct unpacking *u)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_query(u->db, "INSERT INTO temp.pending (key, url, parent, depth, kind, attempt, due_at) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", 0, &u->insert);

	if (r == 0) {
		(void)sqlite3_clear_bindings(u->insert);
		r = db_query(u->db, "SELECT entries FROM found ORDER BY id", 0, &q);
	}
	while (r == 0 && (r = db_step(u->db, q)) == 1)
		r = unpack_row(u, db_bytes(q, 0));
	db_query_end(q);
	db_query_end(u->insert);
	return r;
}

static int
read_pending(struct db *db)
{
	struct unpacking u = { .db = db };
	int64_t seed = 0;
	int r = db_get(db, "hash_key", 0, &seed);

	u.key.seed = (uint64_t)seed;
	if (r == 0)
		r = read_ended(&u);
	if (r == 0)
		r = db_do(db, "CREATE TEMP TABLE pending (key INTEGER, url TEXT, parent TEXT, depth INTEGER, kind TEXT, attempt INTEGER, "
			"due_at INTEGER)", 0, STR_NONE);
	if (r == 0)
		r = unpack_all(&u);
	/* Of what failed since the last start; of several the last row holds. */
	if (r == 0)
		r = db_do(db, "UPDATE temp.pending SET attempt = r.attempt, due_at = r.due_at FROM "
			"(SELECT key, attempt, due_at, max(id) FROM retries GROUP BY key) AS r "
			"WHERE pending.key = r.key AND r.attempt > pending.attempt", 0, STR_NONE);
	keys_release(&u.ended);
	return r;
}

/* --- tables ---------------------------------------------------------------------------------------------------- */

static size_t
read_cells(sqlite3_stmt *st, struct report_cell cells[REPORT_COLUMNS_MAX])
{
	int n = sqlite3_column_count(st);

	CHECK(n <= REPORT_COLUMNS_MAX);
	for (int i = 0; i < n; i++) {
		struct report_cell *c = &cells[i];
		int type = sqlite3_column_type(st, i);

		*c = (struct report_cell){ .name = sqlite3_column_name(st, i) };
		if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
			c->type = REPORT_NUMBER;
			c->number = sqlite3_column_int64(st, i);
		} else if (type != SQLITE_NULL) {
			c->type = REPORT_TEXT;
			c->text = db_bytes(st, i);
		}
	}
	return (size_t)n;
}

int
report_run(struct report *rep, const struct report_table *table, int64_t max_rows, report_row_fn *row, void *arg)
{
	struct report_cell cells[REPORT_COLUMNS_MAX];
	struct sqlite3_stmt *q = NULL;
	int r = db_query(rep->db, table->sql, max_rows, &q);

	while (r == 0 && (r = db_step(rep->db, q)) == 1) {
		size_t n = read_cells(q, cells);

		r = n > 0 && cells[0].name == NULL ? -ENOMEM : row(arg, cells, n);
	}
	db_query_end(q);
	return r;
}

/* Reports run on databases of every version; the first had no such table, and its jobs have nothing in it. */
static int
stand_in_for_links(struct db *db)
{
	int64_t n = 0;
	int r = db_number(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'links'", 0, &n);

	if (r < 0 || n > 0)
		return r;
	return db_do(db, "CREATE TEMP TABLE links (page INTEGER, n INTEGER, url TEXT, kind TEXT)", 0, STR_NONE);
}

/* --- life ------------------------------------------------------------------------------------------------------ */

int
report_open(const char *dir, bool pending, struct report **ret_report, char **ret_error)
{
	struct report *rep = calloc(1, sizeof(*rep));
	int r;

	*ret_error = NULL;
	if (rep == NULL)
		return -ENOMEM;
	r = update_recover(dir, ret_error);
	if (r == 0)
		r = db_open_readonly(dir, &rep->db, ret_error);
	if (r == 0)
		r = db_snapshot(rep->db);
	if (r == 0)
		r = stand_in_for_links(rep->db);
	if (r == 0 && pending)
		r = read_pending(rep->db);
	if (r < 0) {
		report_close(rep);
		return r;
	}
	*ret_report = rep;
	return 0;
}

void
report_close(struct report *rep)
{
	if (rep == NULL)
		return;
	db_close(rep->db);
	free(rep);
}

static int
read_end(struct db *db, struct report_end *ret_end)
{
	struct report_end end = { .exit_status = -1 };
	int64_t finished = 0, status = -1;
	struct sqlite3_stmt *q = NULL;
	int r = db_get(db, "finished", 0, &finished);

	if (r == 0)
		r = db_get(db, "exit_status", -1, &status);
	if (r == 0)
		r = db_query(db, "SELECT coalesce(ended_at, 0) FROM runs ORDER BY id DESC LIMIT ?1", 1, &q);
	if (r == 0)
		r = db_step(db, q);
	if (r == 1)
		end.ended_wall_us = sqlite3_column_int64(q, 0);
	db_query_end(q);
	if (r < 0)
		return r;
	end.finished = finished != 0;
	end.exit_status = status >= 0 && status <= UINT8_MAX ? (int)status : -1;
	*ret_end = end;
	return 0;
}

int
report_end(const char *dir, struct report_end *ret_end)
{
	struct report_end end = { .exit_status = -1 };
	CLEANUP(freep) char *error = NULL;
	struct db *db = NULL;
	/* Before it is read: an end that comes between is seen as one. */
	bool in_use = dir_is_in_use(dir);
	int r = db_open_readonly(dir, &db, &error);

	if (r == 0)
		r = read_end(db, &end);
	db_close(db);
	/* Of a job that has only begun there may be nothing to read yet. */
	if (r < 0 && !in_use)
		return r;
	end.in_use = in_use;
	*ret_end = end;
	return 0;
}
