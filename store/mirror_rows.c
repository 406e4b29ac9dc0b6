/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/db.h"
#include "store/mirror_private.h"

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
