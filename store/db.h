/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * db.h: lycosa.db. SQLite is behind this header, but for the columns of reports (report.c); sql/schema.sql says what stands where.
 *
 * Order of calls: db_open(); any of the others; db_commit() makes all since the last one durable,
 * or none of it; db_close() does not commit. A transaction begins by itself with the first write.
 * One thread at a time.
 *
 * Failures: negative errno: -ENOSPC, -EROFS, -EIO, -EDQUOT, -EFBIG as the disk says, -ENOMEM, -EBUSY
 * (somebody else writes to the database), -EBADMSG (damaged). After a failed write the transaction
 * is lost: nothing more may be written, and the job goes on from the one before.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "store/dir.h"
#include "store/store.h"
#include "url/job.h"

#define DB_NAME "lycosa.db"

struct db;

/* The files of sql/, as the build makes strings of them. */
extern const char db_schema[], db_migrate_1[], db_migrate_2[], db_migrate_3[], db_migrate_4[], db_migrate_5[], db_migrate_6[], db_migrate_7[], db_migrate_8[];

/* The columns of urls, but for id: what an answer was, and by what and how often it is asked for again. */
#define DB_ANSWER_COLUMNS \
	"url, parent, depth, kind, seed, outcome, status, type, charset, title, redirect_to, redirects, attempts, " \
	"head_bytes, wire_bytes, body_bytes, truncated, http, address, started_at, first_byte_us, total_us, links_new, detail, " \
	"saved, language, canonical, noindex, nofollow, content_hash, lastmod_at, simhash, words, text, text_bytes"
#define DB_VISIT_COLUMNS "etag, last_modified, change, failure, checked_at, changed_at, interval_s"
#define DB_URL_COLUMNS   "key, " DB_ANSWER_COLUMNS ", " DB_VISIT_COLUMNS

struct sqlite3_stmt;

/*
 * Opens the database of the directory, makes it if there is none (in the first transaction), brings
 * an old one up to date. *ret_error: malloc'd text where there is more to say than the errno does.
 */
MUST_CHECK int db_open(const struct store_dir *dir, struct db **ret_db, char **ret_error);
/*
 * To look at only, also while its job runs. -ENOENT: there is none; -EINVAL: it is not a job's, or newer than this program.
 * *ret_error as above.
 */
MUST_CHECK int db_open_readonly(const char *dir, struct db **ret_db, char **ret_error);
/* dir/name as another database, under the name `as` in queries; an empty file is one. Not within a transaction. */
MUST_CHECK int db_attach(struct db *db, const char *dir, const char *name, const char *as);
/* The same of one that nobody writes to, so that transactions need not lock it. */
MUST_CHECK int db_attach_immutable(struct db *db, const char *dir, const char *name, const char *as);
/* From here on all queries see one instant; what is written goes to temporary tables. Ends with db_close(). */
MUST_CHECK int db_snapshot(struct db *db);
void db_close(struct db *db);
/* Is there no job in it yet? */
bool db_is_new(const struct db *db);
/* For those who write by queries of their own; db_put_...(), db_set_...() and db_do() do it by themselves. */
MUST_CHECK int db_begin(struct db *db);
MUST_CHECK int db_commit(struct db *db);

/* job.name; fallback where there is none. */
MUST_CHECK int db_get(struct db *db, const char *name, int64_t fallback, int64_t *ret_value);
MUST_CHECK int db_set(struct db *db, const char *name, int64_t value);
/* files.name; *ret_bytes is -1 if it is not there. */
MUST_CHECK int db_get_file(struct db *db, const char *name, int64_t *ret_bytes, uint64_t *ret_sum);
MUST_CHECK int db_set_file(struct db *db, const char *name, int64_t bytes, uint64_t sum);
MUST_CHECK int db_add_seed(struct db *db, enum store_seed kind, struct str url);
/* A query (below) for their URLs. */
MUST_CHECK int db_seeds(struct db *db, enum store_seed kind, struct sqlite3_stmt **ret_query);
MUST_CHECK int db_start_run(struct db *db, int64_t now_us);
/* Of the run that was started: what is known of it by now; ended_us 0: it goes on. */
MUST_CHECK int db_note_run(struct db *db, uint64_t records, int64_t ended_us, const char *why);

/* A row of urls: a job that is over, or a URL that will not be asked for. */
MUST_CHECK int db_put_job(struct db *db, const struct job *j);
/* What the page of the row that was put last refers to. */
MUST_CHECK int db_put_links(struct db *db, const struct job *j);
MUST_CHECK int db_put_refusal(struct db *db, const struct store_skip *skip, uint64_t key);
/* depth: none of them is less deep. */
MUST_CHECK int db_put_found(struct db *db, uint32_t depth, struct str entries);
/* The row that is there already; entries may be empty. */
MUST_CHECK int db_set_found(struct db *db, int64_t id, uint32_t depth, struct str entries);
/* In place of the one it replaces; value empty and expired: there is none any more. */
MUST_CHECK int db_put_cookie(struct db *db, const struct cookie *c, int64_t now_s);
/* A query (below): domain, path, name, value, host_only, secure, http_only, expires_at. Those that have expired are thrown away. */
MUST_CHECK int db_cookies(struct db *db, int64_t now_s, struct sqlite3_stmt **ret_query);
/* The same for hosts of HSTS; a query: host, subdomains, since, until (microseconds). */
MUST_CHECK int db_put_hsts(struct db *db, const struct hsts_host *h);
MUST_CHECK int db_hsts(struct db *db, int64_t now_s, struct sqlite3_stmt **ret_query);
/* A query: origin, due_at. Those that are over are thrown away. */
MUST_CHECK int db_put_pause(struct db *db, struct str origin, int64_t due_wall_us);
MUST_CHECK int db_pauses(struct db *db, int64_t now_us, struct sqlite3_stmt **ret_query);
MUST_CHECK int db_put_retry(struct db *db, const struct store_retry *retry);
/* A file of this name in the job directory has so many bytes with this content hash now, or once this is committed. */
MUST_CHECK int db_put_written(struct db *db, struct str saved, uint64_t bytes, const uint64_t hash[2]);

/*
 * A query: db_query(), then db_step() until it is not 1, reading columns in between, then
 * db_query_end(), which takes NULL too. sql is ours, with ?1 for the one number it may have.
 */
MUST_CHECK int db_query(struct db *db, const char *sql, int64_t arg, struct sqlite3_stmt **ret_query);
/* Before the first step: text for ?at, borrowed until db_query_end(). */
MUST_CHECK int db_bind_text(struct sqlite3_stmt *query, int at, struct str text);
MUST_CHECK int db_step(struct db *db, struct sqlite3_stmt *query);
int64_t db_int(struct sqlite3_stmt *query, int column);
/* Text or blob, borrowed until the next step; empty for NULL. */
struct str db_bytes(struct sqlite3_stmt *query, int column);
void db_query_end(struct sqlite3_stmt *query);
/* The one number that a query gives. */
MUST_CHECK int db_number(struct db *db, const char *sql, int64_t arg, int64_t *ret);
/* One statement without a result; entries for ?2 if it has one. */
MUST_CHECK int db_do(struct db *db, const char *sql, int64_t arg, struct str entries);

#endif
