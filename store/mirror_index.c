/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_index.c: the entry page of a mirror of several seeds: each with its title, in the order in which they were given, and
 * nothing that changes by itself, so that it is the same bytes as long as they are.
 */
#include "config.h"

#include "store/db.h"
#include "store/mirror_private.h"

/* What a browser can be expected to show. Seeds behind it are counted. */
#define INDEX_MAX_BYTES ((size_t)16 * 1024 * 1024)

static const char index_head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<title>Contents of this copy</title>\n<style>\n"
	"body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }\n"
	"li { overflow-wrap: anywhere; margin: .5em 0 }\nsmall { display: block; opacity: .7 }\n"
	"</style>\n</head>\n<body>\n<h1>Contents of this copy</h1>\n<ul>\n";

/*
 * The titles of what the seeds have led to, by file; `seed` of a row is true of what a seed redirects to, too. In a table of their
 * own, because urls has no index; it ends with the database's closing.
 */
static int
gather_titles(struct db *db)
{
	int r = db_do(db, "CREATE TEMP TABLE IF NOT EXISTS titles (saved TEXT PRIMARY KEY, title TEXT) WITHOUT ROWID", 0, STR_NONE);

	if (r == 0)
		r = db_do(db, "INSERT OR REPLACE INTO temp.titles SELECT saved, title FROM main.urls "
			      "WHERE seed = 1 AND saved IS NOT NULL AND title IS NOT NULL ORDER BY id", 0, STR_NONE);
	return r;
}

/* Appends the title of the file; nothing where it has none. */
static int
put_title(struct db *db, struct str path, struct buf *out)
{
	char saved[sizeof(SITE_NAME) + STORE_PATH_MAX_BYTES] = SITE_NAME "/";
	struct sqlite3_stmt *q = NULL;
	int r;

	memcpy(saved + sizeof(SITE_NAME), path.p, path.len);
	r = db_query(db, "SELECT title FROM temp.titles WHERE saved = ?1", 0, &q);
	if (r == 0)
		r = db_bind_text(q, 1, str_n(saved, sizeof(SITE_NAME) + path.len));
	if (r == 0 && (r = db_step(db, q)) == 1)
		buf_add_html(out, db_bytes(q, 0));
	db_query_end(q);
	return r < 0 ? r : 0;
}

static int
put_seed(struct mirror *m, struct str url, struct buf *out)
{
	char path[STORE_PATH_MAX_BYTES];
	size_t len = place_find(m->place, url, path), before;
	int r = 0;

	buf_add_str(out, STR("<li><a href=\""));
	if (len > 0)
		rewrite_relative(STR(SITE_INDEX), str_n(path, len), out);
	else
		buf_add_html(out, url);
	buf_add_str(out, STR("\"><bdi>"));
	before = out->len;
	if (len > 0)
		r = put_title(m->ctx->db, str_n(path, len), out);
	if (out->len == before)
		buf_add_html(out, url);
	buf_add_str(out, STR("</bdi></a> <small><bdi>"));
	buf_add_html(out, url);
	buf_add_str(out, len > 0 ? STR("</bdi></small></li>\n") : STR("</bdi>: not in this copy</small></li>\n"));
	return r;
}

static int
put_seeds(struct mirror *m, struct buf *out)
{
	unsigned long long n_more = 0;
	struct sqlite3_stmt *q = NULL;
	int r = db_seeds(m->ctx->db, STORE_SEED_PAGE, &q);

	while (r == 0 && (r = db_step(m->ctx->db, q)) == 1) {
		if (out->len < INDEX_MAX_BYTES) {
			r = put_seed(m, db_bytes(q, 0), out);
		} else {
			n_more++;
			r = 0;
		}
	}
	db_query_end(q);
	buf_add_str(out, STR("</ul>\n"));
	if (n_more > 0)
		buf_addf(out, "<p>And %llu more.</p>\n", n_more);
	buf_add_str(out, STR("</body>\n</html>\n"));
	return r;
}

int
mirror_index(struct mirror *m)
{
	int r = gather_titles(m->ctx->db);

	if (r < 0)
		return r;
	buf_reset(&m->page, MIRROR_KEEP_BYTES);
	buf_add_str(&m->page, str_of(index_head));
	r = put_seeds(m, &m->page);
	if (r == 0)
		r = buf_err(&m->page);
	if (r == 0)
		r = site_put(&m->site, STR(SITE_INDEX), buf_str(&m->page), 0, &m->ctx->bytes_written);
	m->dirty = true;
	return r;
}
