/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The next generation as it begins: a job that has the seeds, the key and the history of the newest one, and
 *
 *	what was asked for and is due          pending (`found`), and what was known of it in previous.db
 *	what was asked for and is not due      done: row, line and file are taken over
 *	what was refused for good              done: its row and line
 *	what was refused on the way            in skipped.spool, as it was
 *
 * Everything that was let in once is asked for again, so the links of a page that did not change need not be read again: they
 * are among it. It is made as DIR/update.new, and renamed when it is whole (U2).
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "store/db.h"
#include "store/generation.h"
#include "store/linefile.h"
#include "store/previous.h"
#include "store/site.h"
#include "store/update_hop.h"
#include "store/update_private.h"
#include "store/urlmap.h"
#include "store/warc.h"
#include "store/warc_file.h"
#include "url/found.h"

#define LINE_MAX_BYTES    ((size_t)64 << 20)
#define FOUND_ROW_BYTES   ((size_t)32 * 1024)
#define DEFAULT_INTERVAL  "86400"

/* What was never asked for, but would be today if its host answered, its robots.txt said otherwise, or the options do. */
#define ASKED_AGAIN "(status IS NOT NULL OR outcome IN ('robots_deny', 'robots_unknown', 'host_dead', 'private_address', 'rejected', " \
	"'dns_failed', 'dns_not_found', 'no_address', 'connect_failed', 'connect_timeout', 'proxy_failed', 'tls_failed', 'tls_unverified'))"

struct build {
	struct update *u;
	struct store_dir next; /* update.new */
	struct db *db;
	struct hash_key key;
	FILE *old_lines;
	struct linefile lines, skipped, map;
	uint64_t bytes_written;
	struct found_packer packer;
	struct buf found;
	uint32_t found_depth; /* none of it is less deep */
};

static int
now_sql(struct build *b, const char *sql)
{
	return db_do(b->db, sql, clock_wall_us(), STR_NONE);
}

/* --- what is known --------------------------------------------------------------------------------------------- */

static int
copy_tables(struct build *b)
{
	static const char *const steps[] = {
		"INSERT INTO job (name, value) SELECT name, value FROM old.job WHERE name IN ('hash_key', 'created_at', 'warc_stamp', 'written')",
		"INSERT INTO job (name, value) VALUES ('update_started_at', ?1)",
		"INSERT INTO job (name, value) VALUES ('finished', 0)",
		/* No length that it can have: so it is made again, of all that is known (visitlog.c). */
		"INSERT INTO files (name, bytes, sum) VALUES ('visited', 1, 0)",
		"INSERT INTO seeds SELECT * FROM old.seeds",
		"INSERT INTO runs SELECT * FROM old.runs",
		"INSERT INTO cookies SELECT * FROM old.cookies",
		"INSERT INTO hsts SELECT * FROM old.hsts",
		"INSERT INTO pauses SELECT * FROM old.pauses",
		/* Of what stays; the others are of use to nobody, and harmless. */
		"INSERT INTO written SELECT * FROM old.written WHERE id IN (SELECT max(id) FROM old.written GROUP BY saved)",
		"INSERT INTO files SELECT * FROM old.files WHERE name GLOB 'warc/*' OR name IN ('site.spool', 'skipped.spool')",
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps) && r == 0; i++)
		r = now_sql(b, steps[i]);
	return r;
}

/* A repair: these are due, and nothing else. */
static int
mark_damaged(struct build *b)
{
	const struct update_rules *rules = &b->u->rules;
	int r = db_do(b->db, "UPDATE previous.page SET due = 0", 0, STR_NONE);

	for (size_t i = 0; i < rules->n_only && r == 0; i++)
		r = db_do(b->db, "UPDATE previous.page SET due = 1, damaged = 1 WHERE key = ?1", rules->only[i], STR_NONE);
	return r == 0 ? db_set(b->db, "repair", 1) : r;
}

/* previous.page: the columns of urls, by key. */
static int
copy_pages(struct build *b)
{
	const struct update_rules *rules = &b->u->rules;
	char due[512];
	int r;

	/* A clock that was set back must not put everything off. */
	(void)snprintf(due, sizeof(due),
		"UPDATE previous.page SET due = %s OR ?1 < coalesce(checked_at, started_at, 0)%s%s",
		rules->max_age_us < 0 && !rules->adaptive ? "1" : "0",
		rules->adaptive ? " OR ?1 - coalesce(checked_at, started_at, 0) >= coalesce(interval_s, " DEFAULT_INTERVAL ") * 1000000" : "",
		rules->max_age_us >= 0 ? " OR ?1 - coalesce(checked_at, started_at, 0) > (SELECT value FROM job WHERE name = 'max_age')" : "");
	r = db_do(b->db, "CREATE TABLE previous.page (key INTEGER PRIMARY KEY, id, line_at, line_bytes, ask, due, damaged, " DB_ANSWER_COLUMNS
		", " DB_VISIT_COLUMNS ")", 0, STR_NONE);
	if (r == 0)
		r = db_do(b->db, "INSERT OR IGNORE INTO previous.page (id, ask, " DB_URL_COLUMNS ") SELECT id, " ASKED_AGAIN ", " DB_URL_COLUMNS
			" FROM old.urls ORDER BY key", 0, STR_NONE);
	if (r == 0)
		r = db_do(b->db, "CREATE TABLE previous.links (page, n, url, kind, PRIMARY KEY (page, n)) WITHOUT ROWID", 0, STR_NONE);
	if (r == 0)
		r = db_do(b->db, "INSERT INTO previous.links SELECT page, n, url, kind FROM old.links", 0, STR_NONE);
	if (r == 0 && rules->max_age_us >= 0)
		r = db_do(b->db, "INSERT INTO job (name, value) VALUES ('max_age', ?1)", rules->max_age_us, STR_NONE);
	if (r == 0 && rules->only != NULL)
		return mark_damaged(b);
	if (r == 0)
		r = now_sql(b, due);
	if (r == 0 && rules->anew)
		r = db_do(b->db, "UPDATE previous.page SET due = 1, damaged = 1", 0, STR_NONE);
	return r;
}

/* --- lines ----------------------------------------------------------------------------------------------------- */

/* A member of the object in a line of ours; empty if it is none. */
static struct str
member(const json_t *line, const char *name)
{
	const json_t *value = json_object_get(line, name);

	return json_is_string(value) ? str_n(json_string_value(value), json_string_length(value)) : STR_NONE;
}

/* Calls fn for each line of old/name. */
static int
each_line(struct build *b, const char *name, int (*fn)(struct build *b, const json_t *line, struct str text, uint64_t at))
{
	int fd = openat(b->u->dir.fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;
	char *line = NULL;
	size_t cap = 0;
	uint64_t at = 0;
	ssize_t n;
	int r = 0;

	if (f == NULL) {
		r = errno == ENOENT ? 0 : -errno;
		closep(&fd);
		return r;
	}
	while (r == 0 && (n = getline(&line, &cap, f)) > 0) {
		json_t *json = (size_t)n <= LINE_MAX_BYTES ? json_loadb(line, (size_t)n, 0, NULL) : NULL;

		if (json != NULL)
			r = fn(b, json, str_n(line, (size_t)n), at);
		json_decref(json);
		at += (uint64_t)n;
	}
	if (r == 0 && ferror(f))
		r = -EIO;
	free(line);
	(void)fclose(f);
	return r;
}

/* The first one of a URL is its own; further ones are of redirects that led back to it, whose rows have other keys. */
static int
note_line(struct build *b, const json_t *json, struct str text, uint64_t at)
{
	struct str url = member(json, "url");
	int64_t key = (int64_t)hash_fingerprint(&b->key, url.p, url.len), n = 0;
	char sql[256];
	int r = db_number(b->db, "SELECT count(*) FROM previous.page WHERE key = ?1 AND line_at IS NULL", key, &n);

	if (r < 0)
		return r;
	(void)snprintf(sql, sizeof(sql), "UPDATE previous.page SET line_at = %llu, line_bytes = %zu WHERE %s", (unsigned long long)at, text.len,
		n > 0 ? "key = ?1" : "id = (SELECT min(id) FROM previous.page WHERE url = CAST(?2 AS TEXT) AND line_at IS NULL)");
	return db_do(b->db, sql, key, url);
}

/* Those of refusals that hold, and are not looked at again. */
static int
keep_skip(struct build *b, const json_t *json, struct str text, uint64_t at)
{
	struct str url = member(json, "url");
	int64_t n = 0;
	int r = db_number(b->db, "SELECT count(*) FROM previous.page WHERE key = ?1 AND NOT ask", (int64_t)hash_fingerprint(&b->key, url.p, url.len), &n);

	(void)at;
	if (r < 0 || n == 0)
		return r;
	buf_add(linefile_begin(&b->skipped), text.p, text.len - 1);
	return linefile_end(&b->skipped);
}

/* --- pages ----------------------------------------------------------------------------------------------------- */

static int
take_line(struct build *b, uint64_t at, size_t bytes)
{
	struct buf *out = linefile_begin(&b->lines);
	int r;

	if (bytes == 0)
		return 0;
	r = buf_reserve(out, bytes);
	if (r < 0)
		return r;
	if (pread(fileno(b->old_lines), out->data + out->len, bytes, (off_t)at) != (ssize_t)bytes)
		return -EIO;
	out->len += bytes - 1;
	return linefile_end(&b->lines);
}

static int
take_file(struct build *b, struct str saved)
{
	char name[STORE_PATH_MAX_BYTES + 64];
	int r;

	if (!previous_is_file(saved) || saved.len + sizeof(SITE_ORIGINAL) > sizeof(name))
		return 0;
	memcpy(name, saved.p, saved.len);
	name[saved.len] = '\0';
	r = generation_share(b->u->dir.fd, b->next.fd, name);
	if (r == 0 && str_starts(saved, STR(SITE_NAME "/"))) {
		memcpy(name + saved.len, SITE_ORIGINAL, sizeof(SITE_ORIGINAL));
		r = generation_share(b->u->dir.fd, b->next.fd, name);
	}
	return r == -ENOENT ? 0 : r;
}

static int
flush_found(struct build *b, size_t over)
{
	int r = b->found.len > over ? db_put_found(b->db, b->found_depth, buf_str(&b->found)) : 0;

	if (b->found.len > over) {
		buf_reset(&b->found, SIZE_MAX);
		found_packer_fresh(&b->packer);
	}
	return r;
}

static bool
kind_by_name(struct str name, enum link_kind *ret)
{
	for (int i = 0; i < LINK_KIND_COUNT; i++)
		if (str_eq(name, str_of(link_kind_name((enum link_kind)i)))) {
			*ret = (enum link_kind)i;
			return true;
		}
	return false;
}

/* The network on which it was found: of the page that led there, where that is known; else its own. */
static int
network(struct build *b, struct sqlite3_stmt *row, enum net *ret)
{
	struct str parent = db_bytes(row, 1);
	struct sqlite3_stmt *q = NULL;
	int r = db_query(b->db, "SELECT address FROM previous.page WHERE key = ?1 AND address IS NOT NULL",
		(int64_t)hash_fingerprint(&b->key, parent.p, parent.len), &q);

	if (r == 0)
		r = db_step(b->db, q);
	if (r >= 0)
		*ret = net_of(r == 1 ? db_bytes(q, 0) : db_bytes(row, 5));
	db_query_end(q);
	return r < 0 ? r : 0;
}

/* As it was let in. What was public then may not have become private since. */
static int
pack(struct build *b, struct sqlite3_stmt *q, const struct hop *hop)
{
	uint64_t chain[FOUND_MAX_REDIRECTS];
	struct found f = {
		.url = db_bytes(q, 0),
		.parent = db_bytes(q, 1),
		.depth = (uint32_t)db_int(q, 2),
		.kind = LINK_PAGE,
		.is_seed = db_int(q, 4) != 0,
		.attempt = 1,
		.queued_wall_us = clock_wall_us(),
		.lastmod_s = (uint32_t)(db_int(q, 6) / CLOCK_US_PER_SEC),
	};
	int r;

	hop_chain(hop, f.url, &b->key, chain, &f);
	(void)kind_by_name(db_bytes(q, 3), &f.kind);
	f.from = NET_USER;
	r = f.is_seed ? 0 : network(b, q, &f.from);
	if (r < 0)
		return r;
	if (b->found.len == 0 || f.depth < b->found_depth)
		b->found_depth = f.depth;
	r = found_pack(&b->packer, &f, &b->found);
	return r < 0 ? r : flush_found(b, FOUND_ROW_BYTES);
}

enum { AT_KEY = 7, AT_DUE, AT_LINE, AT_LINE_BYTES, AT_SAVED, AT_TEXT, AT_REDIRECT, AT_REDIRECTS };

static int
ask(struct build *b, struct sqlite3_stmt *q, int64_t key, struct hop *hop)
{
	int r = hop->redirects > 2 && b->u->rules.only == NULL ? hop_shorten(b->db, &b->key, db_bytes(q, 0), key, hop) : 0;

	return r == 0 ? pack(b, q, hop) : r;
}

static int
take_page(struct build *b, struct sqlite3_stmt *q)
{
	struct str url = db_bytes(q, 0);
	bool due = db_int(q, AT_DUE) != 0;
	int64_t key = db_int(q, AT_KEY);
	struct hop hop = { 0 };
	int r = hop_look(b->db, &b->key, url, key, db_int(q, AT_REDIRECTS), db_bytes(q, AT_REDIRECT), &hop);

	if (r < 0 || hop.comes || (due && hop.passes && b->u->rules.only == NULL))
		return r;
	if (due && !hop.passes)
		return ask(b, q, key, &hop);
	r = take_line(b, (uint64_t)db_int(q, AT_LINE), (size_t)db_int(q, AT_LINE_BYTES));
	if (r == 0)
		r = take_file(b, db_bytes(q, AT_SAVED));
	if (r == 0)
		r = take_file(b, db_bytes(q, AT_TEXT));
	if (r == 0 && b->map.fd >= 0)
		r = urlmap_line(&b->map, url, db_bytes(q, AT_SAVED), db_bytes(q, AT_REDIRECT));
	if (r == 0)
		r = db_do(b->db, "INSERT INTO urls (" DB_URL_COLUMNS ") SELECT " DB_URL_COLUMNS " FROM previous.page WHERE key = ?1", key,
			STR_NONE);
	if (r == 0)
		r = db_do(b->db, "INSERT INTO main.links SELECT last_insert_rowid(), n, url, kind FROM previous.links "
			"WHERE page = (SELECT id FROM previous.page WHERE key = ?1)", key, STR_NONE);
	return r == 0 ? db_do(b->db, "UPDATE urls SET change = 'not_due', failure = NULL WHERE id = last_insert_rowid()", 0, STR_NONE) : r;
}

static int
take_pages(struct build *b)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_do(b->db, "INSERT INTO urls (" DB_URL_COLUMNS ") SELECT " DB_URL_COLUMNS " FROM previous.page WHERE NOT ask ORDER BY id", 0,
		STR_NONE);

	if (r == 0)
		r = db_do(b->db, "UPDATE urls SET change = NULL, failure = NULL", 0, STR_NONE);
	if (r == 0)
		r = db_query(b->db, "SELECT url, parent, depth, kind, seed, address, lastmod_at, key, due, line_at, line_bytes, saved, text, redirect_to, redirects "
			"FROM previous.page WHERE ask ORDER BY id", 0, &q);
	while (r == 0 && (r = db_step(b->db, q)) == 1)
		r = take_page(b, q);
	db_query_end(q);
	return r == 0 ? flush_found(b, 0) : r;
}

/* --- files ----------------------------------------------------------------------------------------------------- */

/* A copy, because it will be appended to. */
static int
copy_file(struct build *b, const char *from, const char *to)
{
	CLEANUP(closep) int src = openat(b->u->dir.fd, from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), dst = -1;
	char chunk[65536];
	ssize_t n;

	if (src < 0)
		return errno == ENOENT ? 0 : -errno;
	dst = openat(b->next.fd, to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (dst < 0)
		return -errno;
	while ((n = read(src, chunk, sizeof(chunk))) > 0) {
		size_t done;
		int r = file_write_all(dst, chunk, (size_t)n, &done);

		if (r < 0)
			return r;
	}
	return n < 0 ? -errno : 0;
}

/* Finished files never change: they are shared. The index will have more lines. */
static int
take_warc_file(void *arg, int fd, const char *entry)
{
	const struct build *b = arg;
	char name[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];

	if (!str_starts(str_of(entry), STR("lycosa-")) || strlen(entry) >= WARC_FILE_NAME_BYTES)
		return 0;
	(void)snprintf(name, sizeof(name), WARC_DIR "/%.*s", WARC_FILE_NAME_BYTES - 1, entry);
	return generation_share(b->u->dir.fd, b->next.fd, name);
}

static int
take_warc(struct build *b)
{
	int r;

	if (faccessat(b->u->dir.fd, WARC_DIR, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	r = file_each_entry(b->u->dir.fd, WARC_DIR, take_warc_file, b);
	if (r < 0)
		return r;
	/* The files may have been moved away. */
	if (mkdirat(b->next.fd, WARC_DIR, 0755) < 0 && errno != EEXIST)
		return -errno;
	r = copy_file(b, WARC_DIR "/" WARC_PAGES, WARC_DIR "/" WARC_PAGES);
	if (r < 0)
		return r;
	/* Without new records the index stays as it is. */
	if (!b->u->rules.always) {
		r = generation_share(b->u->dir.fd, b->next.fd, WARC_DIR "/" WARC_INDEX);
		return r == -ENOENT ? 0 : r;
	}
	return copy_file(b, WARC_DIR "/" WARC_INDEX, WARC_DIR "/" WARC_INDEX_PART);
}

static int
open_files(struct build *b)
{
	int fd = openat(b->u->dir.fd, "pages.jsonl", O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	b->old_lines = fdopen(fd, "r");
	if (b->old_lines == NULL) {
		(void)close(fd);
		return -ENOMEM;
	}
	r = linefile_open(&b->next, "pages.jsonl", 0, &b->bytes_written, &b->lines);
	if (r == 0)
		r = linefile_open(&b->next, "skipped.jsonl", 0, &b->bytes_written, &b->skipped);
	if (r == 0 && faccessat(b->u->dir.fd, SITE_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		r = linefile_open(&b->next, URLMAP_NAME, 0, &b->bytes_written, &b->map);
	return r;
}

static int
mark_files(struct build *b)
{
	int r = linefile_sync(&b->lines);

	if (r == 0)
		r = linefile_sync(&b->skipped);
	if (r == 0)
		r = db_set_file(b->db, "pages.jsonl", (int64_t)b->lines.file_bytes, 0);
	if (r == 0)
		r = db_set_file(b->db, "skipped.jsonl", (int64_t)b->skipped.file_bytes, 0);
	if (r == 0 && b->map.fd >= 0)
		r = linefile_sync(&b->map);
	return r == 0 && b->map.fd >= 0 ? db_set_file(b->db, URLMAP_NAME, (int64_t)b->map.file_bytes, 0) : r;
}

/* --- all of it ------------------------------------------------------------------------------------------------- */

static int
open_databases(struct build *b)
{
	CLEANUP(closep) int fd = openat(b->next.fd, PREVIOUS_DB_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	char *error = NULL;
	int r = fd < 0 ? -errno : db_open(&b->next, &b->db, &error);

	free(error);
	/* Its tables are its own transaction: nothing can be attached within one. */
	if (r == 0)
		r = db_commit(b->db);
	if (r == 0)
		r = db_attach(b->db, b->u->dir.path, DB_NAME, "old");
	return r == 0 ? db_attach(b->db, b->next.path, PREVIOUS_DB_NAME, "previous") : r;
}

static int
fill(struct build *b)
{
	int64_t seed = 0;
	int r = copy_tables(b);

	if (r == 0)
		r = db_get(b->db, "hash_key", 0, &seed);
	b->key.seed = (uint64_t)seed;
	if (r == 0)
		r = copy_pages(b);
	/* Redirects that led back find their rows by URL. */
	if (r == 0)
		r = db_do(b->db, "CREATE INDEX previous.page_url ON page (url)", 0, STR_NONE);
	if (r == 0)
		r = each_line(b, "pages.jsonl", note_line);
	if (r == 0)
		r = db_do(b->db, "DROP INDEX previous.page_url", 0, STR_NONE);
	if (r == 0)
		r = each_line(b, "skipped.jsonl", keep_skip);
	if (r == 0)
		r = take_pages(b);
	if (r == 0)
		r = copy_file(b, "site.spool", "site.spool");
	if (r == 0)
		r = copy_file(b, "skipped.spool", "skipped.spool");
	if (r == 0)
		r = take_warc(b);
	if (r == 0)
		r = mark_files(b);
	if (r == 0)
		r = dir_put_file(&b->next, "lycosa.conf", str_of(b->u->rules.config_text));
	return r == 0 ? db_commit(b->db) : r;
}

int
update_build(struct update *u)
{
	struct build b = { .u = u, .next = { .fd = -1, .lock_fd = -1 }, .lines = LINEFILE_INIT, .skipped = LINEFILE_INIT,
		.map = LINEFILE_INIT };
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(UPDATE_PATH_MAX_BYTES);
	int r = generation_remove(u->dir.fd, GENERATION_UNFINISHED), r2;

	buf_addf(&path, "%s/" GENERATION_UNFINISHED, u->dir.path);
	if (r == 0 && (buf_cstr(&path) == NULL || mkdirat(u->dir.fd, GENERATION_UNFINISHED, 0755) < 0))
		r = path.err < 0 ? path.err : -errno;
	if (r < 0)
		return r;
	found_packer_init(&b.packer);
	buf_init(&b.found, 2 * (size_t)JOB_FOUND_MAX_BYTES);
	b.next.path = path.data;
	b.next.fd = openat(u->dir.fd, GENERATION_UNFINISHED, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = b.next.fd < 0 ? -errno : open_files(&b);
	if (r == 0)
		r = open_databases(&b);
	if (r == 0)
		r = fill(&b);
	db_close(b.db);
	r2 = b.lines.fd >= 0 ? linefile_close(&b.lines) : 0;
	r = r < 0 ? r : r2;
	r2 = b.skipped.fd >= 0 ? linefile_close(&b.skipped) : 0;
	r = r < 0 ? r : r2;
	r2 = b.map.fd >= 0 ? linefile_close(&b.map) : 0;
	r = r < 0 ? r : r2;
	if (b.old_lines != NULL)
		(void)fclose(b.old_lines);
	found_packer_release(&b.packer);
	buf_release(&b.found);
	if (r == 0 && (syncfs(u->dir.fd) < 0 || renameat(u->dir.fd, GENERATION_UNFINISHED, u->dir.fd, GENERATION_NEXT) < 0))
		r = -errno;
	closep(&b.next.fd);
	if (r < 0 && generation_remove(u->dir.fd, GENERATION_UNFINISHED) < 0)
		return r; /* it will be removed by the next one */
	return r == 0 ? dir_sync(&u->dir) : r;
}
