/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database is in WAL mode with synchronous=FULL: a commit is one append to the log and one
 * fsync, readers (sqlite3 in another terminal) do not stop us, and what was committed survives a
 * power cut.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/hash.h"
#include "store/db_private.h"
#include "store/mediatype.h"
#include "url/found.h"

static const char *const statements[STATEMENT_COUNT] = {
	[PUT_URL] = "INSERT INTO urls (key, url, parent, depth, kind, seed, outcome, status, type, charset, "
		    "title, redirect_to, redirects, attempts, head_bytes, wire_bytes, body_bytes, truncated, "
		    "http, address, started_at, first_byte_us, total_us, links_new, detail, saved, language, "
		    "canonical, noindex, nofollow, content_hash, lastmod_at, etag, last_modified, simhash, words, text, text_bytes) VALUES "
		    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, "
		    "?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38)",
	[PUT_LINK] = "INSERT INTO links (page, n, url, kind) VALUES (?1, ?2, ?3, ?4)",
	[PUT_FOUND] = "INSERT INTO found (depth, entries) VALUES (?1, ?2)",
	[SET_FOUND] = "UPDATE found SET depth = ?1, entries = ?2 WHERE id = ?3",
	[PUT_RETRY] = "INSERT INTO retries (key, attempt, due_at) VALUES (?1, ?2, ?3)",
	[PUT_COOKIE] = ("INSERT INTO cookies (domain, path, name, host_only, value, secure, http_only, expires_at) "
		    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (domain, path, name, host_only) DO UPDATE SET "
		    "value = excluded.value, secure = excluded.secure, http_only = excluded.http_only, expires_at = excluded.expires_at"),
	[PUT_HSTS] = "INSERT OR REPLACE INTO hsts (host, subdomains, since, until) VALUES (?1, ?2, ?3, ?4)",
	[DROP_HSTS] = "DELETE FROM hsts WHERE host = ?1",
	[PUT_PAUSE] = "INSERT OR REPLACE INTO pauses (origin, due_at) VALUES (?1, ?2)",
	[PUT_WRITTEN] = "INSERT INTO written (saved, bytes, hash) VALUES (?1, ?2, ?3)",
	[DROP_COOKIE] = "DELETE FROM cookies WHERE domain = ?1 AND path = ?2 AND name = ?3 AND host_only = ?4",
	[SET_JOB] = "INSERT OR REPLACE INTO job (name, value) VALUES (?1, ?2)",
	[SET_FILE] = "INSERT OR REPLACE INTO main.files (name, bytes, sum) VALUES (?1, ?2, ?3)",
};

/* --- failures --- */

/* What the system said of the database's file or of its log, the last time that something failed. */
static int
last_errno(struct db *db)
{
	int err = sqlite3_system_errno(db->sqlite);
	sqlite3_file *log = NULL;

	if (err == 0)
		(void)sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_LAST_ERRNO, &err);
	if (err == 0)
		(void)sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log != NULL && log->pMethods != NULL)
		(void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &err);
	return err;
}

int
db_errno(struct db *db, int code)
{
	int system;

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_MISMATCH:
		return -EBADMSG;
	default:
		system = last_errno(db);
		return system > 0 ? -system : -EIO;
	}
}

/* --- statements --- */

int
db_exec(struct db *db, const char *sql)
{
	return db_errno(db, sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL));
}

int
db_begin(struct db *db)
{
	int r = 0;

	if (!db->in_transaction)
		r = db_exec(db, "BEGIN IMMEDIATE");
	db->in_transaction = db->in_transaction || r == 0;
	return r;
}

/* A prepared statement, ready to be bound. */
static int
use(struct db *db, enum statement which, sqlite3_stmt **ret)
{
	int r = db_begin(db);

	if (r == 0 && db->prepared[which] == NULL)
		r = db_errno(db, sqlite3_prepare_v3(db->sqlite, statements[which], -1,
					 SQLITE_PREPARE_PERSISTENT, &db->prepared[which], NULL));
	if (r < 0)
		return r;
	*ret = db->prepared[which];
	return 0;
}

/* Binds do not fail one by one: memory is what they may lack, and then the step says so too. */
static int
run(struct db *db, sqlite3_stmt *st)
{
	int code = sqlite3_step(st), r = db_errno(db, code);

	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	return r;
}

static void
bind_text(sqlite3_stmt *st, int at, struct str s)
{
	if (s.len > 0)
		(void)sqlite3_bind_text(st, at, s.p, (int)s.len, SQLITE_STATIC);
}

static void
bind_us(sqlite3_stmt *st, int at, int64_t us)
{
	if (us >= 0)
		(void)sqlite3_bind_int64(st, at, us);
}

/* --- rows --- */

/* What the page says of itself. */
static void
bind_facts(sqlite3_stmt *st, const struct job *j)
{
	char hash[JOB_HASH_TEXT_BYTES];

	bind_text(st, 27, job_get(j, j->language));
	bind_text(st, 28, job_get(j, j->canonical));
	(void)sqlite3_bind_int(st, 29, j->noindex);
	(void)sqlite3_bind_int(st, 30, j->nofollow);
	if (j->has_content_hash) {
		job_hash_text(j, hash);
		(void)sqlite3_bind_text(st, 31, hash, -1, SQLITE_TRANSIENT);
	}
	if (j->has_words) {
		job_simhash_text(j, hash);
		(void)sqlite3_bind_text(st, 35, hash, -1, SQLITE_TRANSIENT);
		(void)sqlite3_bind_int64(st, 36, j->words);
	}
	if (j->lastmod_s != 0)
		(void)sqlite3_bind_int64(st, 32, (int64_t)j->lastmod_s * CLOCK_US_PER_SEC);
}

int
db_put_job(struct db *db, const struct job *j)
{
	char essence[MEDIATYPE_MAX_BYTES];
	size_t len = mediatype_essence(job_get(j, j->content_type), essence);
	sqlite3_stmt *st;
	int r = use(db, PUT_URL, &st);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(st, 1, (int64_t)found_key(j->fp, job_get(j, j->chain)));
	bind_text(st, 2, url_identity(&j->url));
	bind_text(st, 3, job_get(j, j->parent));
	(void)sqlite3_bind_int64(st, 4, j->depth);
	bind_text(st, 5, str_of(link_kind_name(j->kind)));
	(void)sqlite3_bind_int(st, 6, j->is_seed);
	bind_text(st, 7, str_of(outcome_name(j->outcome)));
	(void)sqlite3_bind_int(st, 8, j->status);
	bind_text(st, 9, str_n(essence, len));
	bind_text(st, 10, job_get(j, j->charset));
	bind_text(st, 11, job_get(j, j->title));
	bind_text(st, 12, job_get(j, j->redirect_to));
	(void)sqlite3_bind_int64(st, 13, j->redirects);
	(void)sqlite3_bind_int64(st, 14, j->attempt);
	(void)sqlite3_bind_int64(st, 15, (int64_t)j->head_bytes);
	(void)sqlite3_bind_int64(st, 16, (int64_t)j->wire_bytes);
	(void)sqlite3_bind_int64(st, 17, (int64_t)j->body.len);
	(void)sqlite3_bind_int(st, 18, j->body.truncated);
	(void)sqlite3_bind_int(st, 19, j->http_version);
	bind_text(st, 20, str_of(j->address));
	bind_us(st, 21, j->timing.start_wall_us);
	bind_us(st, 22, j->timing.first_byte_us);
	bind_us(st, 23, j->timing.total_us);
	(void)sqlite3_bind_int64(st, 24, j->links_new);
	bind_text(st, 25, job_get(j, j->detail));
	bind_text(st, 26, job_get(j, j->saved_as));
	bind_text(st, 37, job_get(j, j->text_as));
	/* Else, in an update, it is the text of an answer before (base.h). */
	if (j->text_as.len > 0 && j->has_visible)
		(void)sqlite3_bind_int64(st, 38, (int64_t)j->visible.len);
	bind_text(st, 33, job_get(j, j->etag));
	bind_text(st, 34, job_get(j, j->last_modified));
	bind_facts(st, j);
	return run(db, st);
}

int
db_put_links(struct db *db, const struct job *j)
{
	int64_t page = sqlite3_last_insert_rowid(db->sqlite);
	sqlite3_stmt *st;
	int r = 0;

	for (size_t off = 0; r == 0 && off < j->refs.len; off += sizeof(struct job_ref)) {
		struct job_ref ref;

		memcpy(&ref, j->refs.data + off, sizeof(ref));
		r = use(db, PUT_LINK, &st);
		if (r < 0)
			break;
		(void)sqlite3_bind_int64(st, 1, page);
		(void)sqlite3_bind_int64(st, 2, (int64_t)(off / sizeof(ref)));
		bind_text(st, 3, job_ref_url(j, &ref));
		bind_text(st, 4, str_of(link_kind_name((enum link_kind)ref.kind)));
		r = run(db, st);
	}
	return r;
}

int
db_put_refusal(struct db *db, const struct store_skip *skip, uint64_t key)
{
	sqlite3_stmt *st;
	int r = use(db, PUT_URL, &st);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(st, 1, (int64_t)key);
	bind_text(st, 2, skip->url);
	bind_text(st, 3, skip->parent);
	(void)sqlite3_bind_int64(st, 4, skip->depth);
	bind_text(st, 5, str_of(link_kind_name(skip->kind)));
	(void)sqlite3_bind_int(st, 6, skip->is_seed);
	bind_text(st, 7, str_of(outcome_name(skip->reason)));
	return run(db, st);
}

int
db_put_found(struct db *db, uint32_t depth, struct str entries)
{
	sqlite3_stmt *st;
	int r = use(db, PUT_FOUND, &st);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(st, 1, depth);
	(void)sqlite3_bind_blob(st, 2, entries.p, (int)entries.len, SQLITE_STATIC);
	return run(db, st);
}

int
db_set_found(struct db *db, int64_t id, uint32_t depth, struct str entries)
{
	sqlite3_stmt *st;
	int r = use(db, SET_FOUND, &st);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(st, 1, depth);
	(void)sqlite3_bind_blob(st, 2, entries.len > 0 ? entries.p : "", (int)entries.len, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 3, id);
	return run(db, st);
}

int
db_put_retry(struct db *db, const struct store_retry *retry)
{
	sqlite3_stmt *st;
	int r = use(db, PUT_RETRY, &st);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(st, 1, (int64_t)retry->key);
	(void)sqlite3_bind_int64(st, 2, retry->attempt);
	(void)sqlite3_bind_int64(st, 3, retry->due_wall_us);
	return run(db, st);
}

int
db_put_written(struct db *db, struct str saved, uint64_t bytes, const uint64_t hash[2])
{
	char text[HASH_CONTENT_TEXT];
	sqlite3_stmt *st;
	int r = use(db, PUT_WRITTEN, &st);

	if (r < 0)
		return r;
	hash_content_text(hash, text);
	bind_text(st, 1, saved);
	(void)sqlite3_bind_int64(st, 2, (int64_t)bytes);
	bind_text(st, 3, str_of(text));
	return run(db, st);
}

int
db_put_cookie(struct db *db, const struct cookie *c, int64_t now_s)
{
	bool gone = cookie_has_expired(c, now_s);
	sqlite3_stmt *st;
	int r = use(db, gone ? DROP_COOKIE : PUT_COOKIE, &st);

	if (r < 0)
		return r;
	bind_text(st, 1, c->domain);
	bind_text(st, 2, c->path);
	bind_text(st, 3, c->name);
	(void)sqlite3_bind_int(st, 4, c->host_only);
	if (!gone) {
		(void)sqlite3_bind_text(st, 5, c->value.len > 0 ? c->value.p : "", (int)c->value.len, SQLITE_STATIC);
		(void)sqlite3_bind_int(st, 6, c->secure);
		(void)sqlite3_bind_int(st, 7, c->http_only);
		if (c->expires_s != COOKIE_SESSION && c->expires_s < INT64_MAX / CLOCK_US_PER_SEC)
			(void)sqlite3_bind_int64(st, 8, c->expires_s * CLOCK_US_PER_SEC);
	}
	return run(db, st);
}

int
db_cookies(struct db *db, int64_t now_s, sqlite3_stmt **ret_query)
{
	int r = db_do(db, "DELETE FROM cookies WHERE expires_at <= ?1", now_s * CLOCK_US_PER_SEC, STR_NONE);

	return r < 0 ? r : db_query(db, "SELECT domain, path, name, value, host_only, secure, http_only, expires_at FROM cookies ORDER BY id",
				   0, ret_query);
}

int
db_put_hsts(struct db *db, const struct hsts_host *h)
{
	bool gone = h->until_s <= h->since_s;
	sqlite3_stmt *st;
	int r = use(db, gone ? DROP_HSTS : PUT_HSTS, &st);

	if (r < 0)
		return r;
	bind_text(st, 1, h->host);
	if (!gone) {
		(void)sqlite3_bind_int(st, 2, h->subdomains);
		(void)sqlite3_bind_int64(st, 3, h->since_s * CLOCK_US_PER_SEC);
		(void)sqlite3_bind_int64(st, 4, h->until_s * CLOCK_US_PER_SEC);
	}
	return run(db, st);
}

int
db_hsts(struct db *db, int64_t now_s, sqlite3_stmt **ret_query)
{
	int r = db_do(db, "DELETE FROM hsts WHERE until <= ?1", now_s * CLOCK_US_PER_SEC, STR_NONE);

	return r < 0 ? r : db_query(db, "SELECT host, subdomains, since, until FROM hsts ORDER BY since", 0, ret_query);
}

int
db_put_pause(struct db *db, struct str origin, int64_t due_wall_us)
{
	sqlite3_stmt *st;
	int r = use(db, PUT_PAUSE, &st);

	if (r < 0)
		return r;
	bind_text(st, 1, origin);
	(void)sqlite3_bind_int64(st, 2, due_wall_us);
	return run(db, st);
}

int
db_pauses(struct db *db, int64_t now_us, sqlite3_stmt **ret_query)
{
	int r = db_do(db, "DELETE FROM pauses WHERE due_at <= ?1", now_us, STR_NONE);

	return r < 0 ? r : db_query(db, "SELECT origin, due_at FROM pauses", 0, ret_query);
}

int
db_set(struct db *db, const char *name, int64_t value)
{
	sqlite3_stmt *st;
	int r = use(db, SET_JOB, &st);

	if (r < 0)
		return r;
	bind_text(st, 1, str_of(name));
	(void)sqlite3_bind_int64(st, 2, value);
	return run(db, st);
}

int
db_set_file(struct db *db, const char *name, int64_t bytes, uint64_t sum)
{
	sqlite3_stmt *st;
	int r = use(db, SET_FILE, &st);

	if (r < 0)
		return r;
	bind_text(st, 1, str_of(name));
	(void)sqlite3_bind_int64(st, 2, bytes);
	(void)sqlite3_bind_int64(st, 3, (int64_t)sum);
	return run(db, st);
}

/* --- queries --- */

static int
prepare(struct db *db, const char *sql, sqlite3_stmt **ret)
{
	return db_errno(db, sqlite3_prepare_v2(db->sqlite, sql, -1, ret, NULL));
}

int
db_query(struct db *db, const char *sql, int64_t arg, sqlite3_stmt **ret_query)
{
	sqlite3_stmt *st = NULL;
	int r = prepare(db, sql, &st);

	if (r < 0)
		return r;
	if (sqlite3_bind_parameter_count(st) > 0)
		(void)sqlite3_bind_int64(st, 1, arg);
	*ret_query = st;
	return 0;
}

int
db_bind_text(sqlite3_stmt *query, int at, struct str text)
{
	if (text.len > INT32_MAX)
		return -EMSGSIZE;
	return sqlite3_bind_text(query, at, text.len > 0 ? text.p : "", (int)text.len, SQLITE_STATIC) == SQLITE_OK ? 0 : -ENOMEM;
}

int
db_step(struct db *db, sqlite3_stmt *query)
{
	int code = sqlite3_step(query);

	return code == SQLITE_ROW ? 1 : db_errno(db, code);
}

int64_t
db_int(sqlite3_stmt *query, int column)
{
	return sqlite3_column_int64(query, column);
}

struct str
db_bytes(sqlite3_stmt *query, int column)
{
	const void *p = sqlite3_column_blob(query, column);

	return p != NULL ? str_n(p, (size_t)sqlite3_column_bytes(query, column)) : STR_NONE;
}

void
db_query_end(sqlite3_stmt *query)
{
	(void)sqlite3_finalize(query);
}

int
db_number(struct db *db, const char *sql, int64_t arg, int64_t *ret)
{
	sqlite3_stmt *q = NULL;
	int r = db_query(db, sql, arg, &q);

	if (r == 0)
		r = db_step(db, q);
	if (r == 1)
		*ret = db_int(q, 0);
	db_query_end(q);
	return r == 1 ? 0 : r == 0 ? -EBADMSG : r;
}

int
db_do(struct db *db, const char *sql, int64_t arg, struct str entries)
{
	sqlite3_stmt *st = NULL;
	int r = db_begin(db);

	if (r == 0)
		r = db_query(db, sql, arg, &st);
	if (r == 0) {
		if (sqlite3_bind_parameter_count(st) > 1)
			(void)sqlite3_bind_blob(st, 2, entries.p, (int)entries.len, SQLITE_STATIC);
		r = run(db, st);
	}
	db_query_end(st);
	return r;
}

static int
get_row(struct db *db, const char *sql, const char *name, int64_t ret_values[2], bool *ret_found)
{
	sqlite3_stmt *st = NULL;
	int r = prepare(db, sql, &st);

	if (r == 0) {
		bind_text(st, 1, str_of(name));
		r = db_step(db, st);
		*ret_found = r == 1;
		if (r == 1) {
			ret_values[0] = db_int(st, 0);
			ret_values[1] = db_int(st, 1);
			r = 0;
		}
	}
	db_query_end(st);
	return r;
}

int
db_get(struct db *db, const char *name, int64_t fallback, int64_t *ret_value)
{
	int64_t values[2];
	bool found = false;
	int r = get_row(db, "SELECT value, 0 FROM job WHERE name = ?1", name, values, &found);

	if (r == 0)
		*ret_value = found ? values[0] : fallback;
	return r;
}

int
db_get_file(struct db *db, const char *name, int64_t *ret_bytes, uint64_t *ret_sum)
{
	int64_t values[2];
	bool found = false;
	int r = get_row(db, "SELECT bytes, sum FROM main.files WHERE name = ?1", name, values, &found);

	if (r < 0)
		return r;
	*ret_bytes = found ? values[0] : -1;
	*ret_sum = found ? (uint64_t)values[1] : 0;
	return 0;
}

static const char *const seed_kinds[] = {
	[STORE_SEED_PAGE] = "page",
	[STORE_SEED_SITEMAP] = "sitemap",
	[STORE_SEED_JOINED] = "joined",
};

int
db_add_seed(struct db *db, enum store_seed kind, struct str url)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "INSERT INTO seeds (kind, url) VALUES ('%s', CAST(?2 AS TEXT))", seed_kinds[kind]);
	return db_do(db, sql, 0, url);
}

int
db_seeds(struct db *db, enum store_seed kind, struct sqlite3_stmt **ret_query)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "SELECT url FROM seeds WHERE kind = '%s' ORDER BY id", seed_kinds[kind]);
	return db_query(db, sql, 0, ret_query);
}

int
db_start_run(struct db *db, int64_t now_us)
{
	int r = db_do(db, "INSERT INTO runs (version, started_at) VALUES ('" PACKAGE_VERSION "', ?1)", now_us,
		STR_NONE);

	db->run_id = sqlite3_last_insert_rowid(db->sqlite);
	return r;
}

int
db_note_run(struct db *db, uint64_t records, int64_t ended_us, const char *why)
{
	char sql[256];

	if (ended_us > 0)
		(void)snprintf(sql, sizeof(sql),
			"UPDATE runs SET records = ?1, ended_at = %lld, why = CAST(?2 AS TEXT) WHERE id = %lld",
			(long long)ended_us, (long long)db->run_id);
	else
		(void)snprintf(sql, sizeof(sql), "UPDATE runs SET records = ?1 WHERE id = %lld",
			(long long)db->run_id);
	return db_do(db, sql, (int64_t)records, str_of(why));
}

int
db_commit(struct db *db)
{
	int r;

	if (!db->in_transaction)
		return 0;
	r = db_exec(db, "COMMIT");
	db->in_transaction = r < 0 && sqlite3_get_autocommit(db->sqlite) == 0;
	return r;
}
