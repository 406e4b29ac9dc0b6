/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/db.h"
#include "store/mirror_private.h"

/* Rows are in the order of the writing; of those behind that one, a file may have the form, or the one before. */
static int
prune(struct mirror *m, int64_t upto)
{
	int64_t n_left = 0;
	int r = db_do(m->ctx->db, "DELETE FROM main.written WHERE id <= ?1 AND id NOT IN "
				  "(SELECT max(id) FROM main.written WHERE id <= ?1 GROUP BY saved)", upto, STR_NONE);

	if (r == 0)
		r = db_number(m->ctx->db, "SELECT count(*) FROM main.written", 0, &n_left);
	m->n_void = 0;
	m->void_max = n_left / 2 > MIRROR_VOID_MIN ? (uint64_t)n_left / 2 : MIRROR_VOID_MIN;
	return r;
}

int
mirror_rows_committed(struct mirror *m)
{
	return m->n_void <= m->void_max ? 0 : db_number(m->ctx->db, "SELECT ifnull(max(id), 0) FROM main.written", 0, &m->named);
}

/* A form may go when the one after it is durable under the file's name: one of the two is there, whenever the power fails. */
int
mirror_rows_synced(struct mirror *m)
{
	int64_t upto = m->named;

	m->named = 0;
	return upto > 0 ? prune(m, upto) : 0;
}

int
mirror_rows_close(struct mirror *m)
{
	return m->n_void > 0 ? prune(m, INT64_MAX) : 0;
}

int
mirror_gather_rows(struct mirror *m, bool only_seeds)
{
	int r = db_do(m->ctx->db, "CREATE TEMP TABLE IF NOT EXISTS mirror_files (saved TEXT PRIMARY KEY, type TEXT, charset TEXT, title TEXT) "
				  "WITHOUT ROWID", 0, STR_NONE);

	/* Of what a seed redirects to, `seed` is true as well. */
	return r < 0 ? r : db_do(m->ctx->db, "INSERT OR REPLACE INTO temp.mirror_files SELECT saved, type, charset, title FROM main.urls "
					     "WHERE saved IS NOT NULL AND seed >= ?1 ORDER BY id", only_seeds, STR_NONE);
}

int
mirror_row(struct mirror *m, struct str path, struct sqlite3_stmt **ret_query)
{
	struct sqlite3_stmt *q = NULL;
	int r;

	CHECK(path.len <= STORE_PATH_MAX_BYTES);
	memcpy(m->row_key, SITE_NAME "/", sizeof(SITE_NAME));
	memcpy(m->row_key + sizeof(SITE_NAME), path.p, path.len);
	r = db_query(m->ctx->db, "SELECT type, charset, title FROM temp.mirror_files WHERE saved = ?1", 0, &q);
	if (r == 0)
		r = db_bind_text(q, 1, str_n(m->row_key, sizeof(SITE_NAME) + path.len));
	*ret_query = q;
	return r == 0 ? db_step(m->ctx->db, q) : r;
}
