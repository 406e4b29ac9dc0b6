/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_index.c: the entry page of a mirror of several seeds: each with its title, in the order in which they were given, and
 * nothing that changes by itself, so that it is the same bytes as long as they are. And where one begins to read.
 */
#include "config.h"

#include <stdio.h>

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

/* Appends the title of the file; nothing where it has none. */
static int
put_title(struct mirror *m, struct str path, struct buf *out)
{
	struct sqlite3_stmt *q;
	int r = mirror_row(m, path, &q);

	if (r == 1)
		buf_add_html(out, db_bytes(q, 2));
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
		r = put_title(m, str_n(path, len), out);
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
	int r = mirror_gather_rows(m, true);

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

int
mirror_entry(struct mirror *m, struct store_entry *ret_entry)
{
	char path[STORE_PATH_MAX_BYTES];
	struct sqlite3_stmt *q = NULL;
	struct str found = STR(SITE_INDEX);
	int r = 0;

	_Static_assert(sizeof(ret_entry->path) > sizeof(SITE_NAME) + STORE_PATH_MAX_BYTES, "any path");
	ret_entry->path[0] = '\0';
	if (!m->config->index) {
		r = db_seeds(m->ctx->db, STORE_SEED_PAGE, &q);
		if (r == 0)
			r = db_step(m->ctx->db, q);
		found = r == 1 ? str_n(path, place_find(m->place, db_bytes(q, 0), path)) : STR_NONE;
		db_query_end(q);
	}
	if (r >= 0 && found.len > 0)
		(void)snprintf(ret_entry->path, sizeof(ret_entry->path), SITE_NAME "/%.*s", STR_ARG(found));
	return r < 0 ? r : 0;
}
