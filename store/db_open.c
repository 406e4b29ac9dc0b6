/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db_open.c: the database's file. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "store/db_private.h"

#define DB_VERSION      9
#define DB_BUSY_MS      10000
#define DB_ERROR_MAX    16384
#define NOT_OURS        "is no job database of lycosa's"
#define DB_CACHE_PRAGMA "PRAGMA cache_size = -4096"

/* migrations[v] brings a database of version v to v + 1; db_schema makes a new one of the last. */
static const char *const migrations[DB_VERSION] = {
	[1] = db_migrate_1, [2] = db_migrate_2, [3] = db_migrate_3, [4] = db_migrate_4, [5] = db_migrate_5, [6] = db_migrate_6, [7] = db_migrate_7, [8] = db_migrate_8,
};

static char *
error_text(const char *dir, const char *what)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(DB_ERROR_MAX);

	buf_add_escaped(&b, str_of(dir));
	buf_addf(&b, "/" DB_NAME ": %s", what);
	return buf_cstr(&b) != NULL ? TAKE(b.data) : NULL;
}

static char *
damaged_text(const char *dir)
{
	return error_text(dir, "is damaged; `sqlite3 lycosa.db .recover' may save what is left");
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	if (db->in_transaction && db_exec(db, "ROLLBACK") < 0) {
		/* So does closing it. */
	}
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		(void)sqlite3_finalize(db->prepared[i]);
	(void)sqlite3_close(db->sqlite);
	free(db);
}

bool
db_is_new(const struct db *db)
{
	return db->is_new;
}

/* The steps and the new number are one transaction: a program that is killed leaves none of them. */
static int
migrate(struct db *db, int64_t version)
{
	char sql[64];
	int r = db_begin(db);

	(void)snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", DB_VERSION);
	if (r == 0 && version == 0)
		r = db_exec(db, db_schema);
	for (; r == 0 && version > 0 && version < DB_VERSION; version++)
		r = db_exec(db, migrations[version]);
	return r == 0 ? db_exec(db, sql) : r;
}

/* As file:PATH?immutable=1: SQLite makes no file beside it, looks for none, and locks nothing. */
static int
immutable_uri(const char *dir, const char *name, struct buf *out)
{
	/* What begins with two slashes would be taken for a host. */
	buf_add_str(out, dir[0] == '/' ? STR("file://") : STR("file:"));
	for (const char *p = dir; *p != '\0'; p++)
		if (*p == '%' || *p == '?' || *p == '#')
			buf_addf(out, "%%%02x", (unsigned char)*p);
		else
			buf_addc(out, *p);
	buf_addf(out, "/%s?immutable=1", name);
	return buf_cstr(out) != NULL ? 0 : -ENOMEM;
}

/* The file may be somebody else's making: what its schema says is not trusted. */
static int
guard(struct db *db)
{
	int r = db_errno(db, sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL));

	if (r == 0)
		r = db_errno(db, sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL));
	return r == 0 ? db_exec(db, "PRAGMA cell_size_check = ON") : r;
}

/* Nobody asks how much memory SQLite has; to know it takes a lock for each piece. It has to be told before all else. */
static void
count_nothing(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int
open_file(const char *dir, int flags, struct db *db)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(DB_ERROR_MAX);
	int r;

	(void)pthread_once(&once, count_nothing);
	/* What is attached may be a URI; a directory of that look is none. */
	buf_add_str(&path, str_starts(str_of(dir), STR("file:")) ? STR("./") : STR(""));
	buf_add_str(&path, str_of(dir));
	buf_add_str(&path, STR("/" DB_NAME));
	if (buf_cstr(&path) == NULL)
		return -ENOMEM;
	r = db_errno(db, sqlite3_open_v2(path.data, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL));
	if (r == 0)
		r = db_errno(db, sqlite3_busy_timeout(db->sqlite, DB_BUSY_MS));
	return r == 0 ? guard(db) : r;
}

/* Cookies are secrets: nobody else may read it. SQLite gives its log and index the same mode. */
static int
make_file(const struct store_dir *dir)
{
	static const char *const names[] = { DB_NAME, DB_NAME "-wal", DB_NAME "-shm" };
	struct stat st;

	/* SQLite would follow links. Those of an older version were for everybody; not every file system knows modes. */
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CLEANUP(closep) int fd = openat(dir->fd, names[i],
			O_RDWR | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | (i == 0 ? O_CREAT : 0), 0600);

		if (fd < 0 && (errno != ENOENT || i == 0))
			return -errno;
		if (fd < 0)
			continue;
		if (fstat(fd, &st) < 0)
			return -errno;
		if (!S_ISREG(st.st_mode))
			return -EINVAL;
		if ((st.st_mode & 077) != 0 && fchmod(fd, 0600) < 0 && errno != EPERM && errno != ENOSYS && errno != EOPNOTSUPP)
			return -errno;
	}
	return 0;
}

static int
check_version(const char *dir, int64_t version, char **ret_error)
{
	if (version >= 0 && version <= DB_VERSION)
		return 0;
	*ret_error = error_text(dir, "was made by a newer lycosa; use that one");
	return -EINVAL;
}

/* Tables that are asked are tables, however their names are written: no views, no virtual ones, no columns that are computed, which could cost anything. */
static int
check_schema(struct db *db, bool *ret_ours)
{
	int64_t n = 0;
	int r = db_number(db, "WITH asked(name) AS (VALUES ('job'), ('runs'), ('seeds'), ('files'), ('urls'), ('found'), ('retries'), ('cookies'), "
		"('hsts'), ('pauses'), ('written'), ('links')) SELECT (SELECT count(*) FROM sqlite_schema WHERE lower(name) IN asked AND (type <> 'table' OR sql NOT LIKE 'CREATE TABLE%')) + "
		"(SELECT count(*) FROM asked, pragma_table_xinfo(asked.name) AS x WHERE x.hidden <> 0)", 0, &n);

	*ret_ours = n == 0;
	return r;
}

int
db_open(const struct store_dir *dir, struct db **ret_db, char **ret_error)
{
	struct db *db = calloc(1, sizeof(*db));
	int64_t version = 0;
	bool ours = false;
	int r;

	if (db == NULL)
		return -ENOMEM;
	r = make_file(dir);
	if (r == 0)
		r = open_file(dir->path, SQLITE_OPEN_READWRITE, db);
	if (r == 0)
		r = db_exec(db, "PRAGMA journal_mode = WAL");
	if (r == 0)
		r = db_exec(db, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; " DB_CACHE_PRAGMA);
	if (r == 0)
		r = db_number(db, "PRAGMA user_version", 0, &version);
	if (r == 0)
		r = check_version(dir->path, version, ret_error);
	if (r == 0)
		r = check_schema(db, &ours);
	if (r == 0 && !ours) {
		*ret_error = error_text(dir->path, NOT_OURS);
		r = -EINVAL;
	}
	if (r == 0) {
		db->is_new = version == 0;
		r = version < DB_VERSION ? migrate(db, version) : 0;
	}
	if (r == -EBADMSG)
		*ret_error = damaged_text(dir->path);
	if (r < 0) {
		db_close(db);
		return r;
	}
	*ret_db = db;
	return 0;
}

/*
 * To read in WAL mode is to write a little: its index. Where the directory is not ours to write in, a database that has no log
 * is read without.
 */
static int
open_immutable(const char *dir, struct db *db)
{
	CLEANUP(buf_releasep) struct buf file = BUF_INIT(DB_ERROR_MAX), log = BUF_INIT(DB_ERROR_MAX), uri = BUF_INIT(DB_ERROR_MAX);
	int r;

	buf_add_str(&file, str_of(dir));
	buf_add_str(&file, STR("/" DB_NAME));
	buf_add_str(&log, str_of(dir));
	buf_add_str(&log, STR("/" DB_NAME "-wal"));
	if (buf_cstr(&file) == NULL || buf_cstr(&log) == NULL || immutable_uri(dir, DB_NAME, &uri) < 0)
		return -ENOMEM;
	/* Another user's: that it cannot be written either is not what is wrong. */
	if (access(file.data, R_OK) < 0)
		return -errno;
	if (access(dir, W_OK) == 0 || access(log.data, F_OK) == 0)
		return -EROFS;
	(void)sqlite3_close(TAKE(db->sqlite));
	r = db_errno(db, sqlite3_open_v2(uri.data, &db->sqlite, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL));
	return r == 0 ? guard(db) : r;
}

/* Is it what its version says? */
static int
check_job(struct db *db, const char *dir, int64_t version, char **ret_error)
{
	int64_t n = 0;
	bool ours = false;
	int r = check_version(dir, version, ret_error);

	if (r == 0)
		r = check_schema(db, &ours);
	if (r == 0 && ours)
		r = db_number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN "
			"('job', 'runs', 'seeds', 'files', 'urls', 'found', 'retries')", 0, &n);
	if (r == 0 && n == 7)
		r = db_number(db, "SELECT count(*) FROM job WHERE name = 'hash_key'", 0, &n);
	else if (r == 0)
		n = 0;
	if (r < 0 || n == 1)
		return r;
	*ret_error = error_text(dir, version == 0 && ours ? "has no job in it: that was cut off before it began, or the database came without its " DB_NAME "-wal" : NOT_OURS);
	return -EINVAL;
}

int
db_open_readonly(const char *dir, struct db **ret_db, char **ret_error)
{
	struct db *db = calloc(1, sizeof(*db));
	int64_t version = 0;
	int r;

	if (db == NULL)
		return -ENOMEM;
	r = open_file(dir, SQLITE_OPEN_READONLY, db);
	if (r == 0)
		r = db_number(db, "PRAGMA user_version", 0, &version);
	if (r == -EROFS || r == -EACCES)
		r = open_immutable(dir, db);
	if (r == 0)
		r = db_number(db, "PRAGMA user_version", 0, &version);
	if (r == 0)
		r = check_job(db, dir, version, ret_error);
	if (r == -EBADMSG)
		*ret_error = damaged_text(dir);
	if (r < 0) {
		db_close(db);
		return r;
	}
	*ret_db = db;
	return 0;
}

int
db_snapshot(struct db *db)
{
	int r = db_exec(db, "BEGIN");

	db->in_transaction = r == 0;
	return r;
}

static int
attach(struct db *db, struct str path, const char *as)
{
	CLEANUP(buf_releasep) struct buf sql = BUF_INIT(256);
	sqlite3_stmt *st = NULL;
	int r;

	buf_addf(&sql, "ATTACH ?1 AS %s", as);
	if (buf_cstr(&sql) == NULL)
		return -ENOMEM;
	r = db_query(db, sql.data, 0, &st);
	if (r == 0)
		r = db_bind_text(st, 1, path);
	if (r == 0)
		r = db_step(db, st);
	db_query_end(st);
	return r;
}

int
db_attach(struct db *db, const char *dir, const char *name, const char *as)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(DB_ERROR_MAX);

	buf_add_str(&path, str_starts(str_of(dir), STR("file:")) ? STR("./") : STR(""));
	buf_addf(&path, "%s/%s", dir, name);
	return buf_err(&path) < 0 ? path.err : attach(db, buf_str(&path), as);
}

int
db_attach_immutable(struct db *db, const char *dir, const char *name, const char *as)
{
	CLEANUP(buf_releasep) struct buf uri = BUF_INIT(DB_ERROR_MAX);
	int r = immutable_uri(dir, name, &uri);

	return r < 0 ? r : attach(db, buf_str(&uri), as);
}
