/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/hash.h"
#include "store/beneath.h"
#include "store/db.h"
#include "store/previous.h"
#include "store/site.h"
#include "store/verify_job.h"
#include "store/warc.h"
#include "store/warc_file.h"

#define JOB_TEXT_BYTES 65536

/* What no other program has beside WARC files. The lock is not among them: a start that was refused may have left it. */
static const char *const traces[] = { "visited", "skipped.jsonl", "skipped.spool", "site.spool", "urlmap.jsonl", "lycosa.db-wal" };

struct verify_job {
	const char *dir;
	int fd, lock_fd;
	struct db *db; /* NULL: it is missing */
	bool finished;
	uint64_t warc_stamp; /* of the WARC files that the last run made; 0: none */
};

struct rows {
	struct verify *v;
	const char *dir;
	int fd;
	struct db *db;
	bool has_written; /* temp.forms: in which forms files were written whose references were changed */
	bool knows_all;   /* in it is each such file */
};

PRINTF(3, 4)
static void
tell(struct rows *r, struct str saved, const char *fmt, ...)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(JOB_TEXT_BYTES);
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_add_escaped(&path, str_of(r->dir));
	buf_addc(&path, '/');
	buf_add_escaped(&path, saved);
	r->v->faults++;
	r->v->fault(r->v->arg, buf_str(&path), 0, str_of(text));
}

/* Does the mirror rewrite files of this type? */
static bool
has_references(struct str type)
{
	return str_eq(type, STR("text/html")) || str_eq(type, STR("text/css")) || str_ends(type, STR("xml")) || str_ends(type, STR("json")) ||
	       str_ends(type, STR("javascript")) || str_ends(type, STR("ecmascript"));
}

/* Was the file written in this form? *ret_any: any form of it is known. */
MUST_CHECK static int
was_written(struct rows *r, struct str saved, uint64_t bytes, const char *hash, bool *ret_any, bool *ret_yes)
{
	struct sqlite3_stmt *q = NULL;
	int e = r->has_written ? db_query(r->db, "SELECT bytes, hash FROM temp.forms WHERE saved = ?1", 0, &q) : 0;

	*ret_any = *ret_yes = false;
	if (e < 0 || !r->has_written)
		return e;
	e = db_bind_text(q, 1, saved);
	while (e == 0 && !*ret_yes && (e = db_step(r->db, q)) == 1) {
		*ret_any = true;
		*ret_yes = (uint64_t)db_int(q, 0) == bytes && str_eq(db_bytes(q, 1), str_of(hash));
		e = 0;
	}
	db_query_end(q);
	return e;
}

static void
tell_content(struct rows *r, struct str saved, uint64_t has, uint64_t bytes)
{
	if (has != bytes)
		tell(r, saved, "it has %" PRIu64 " bytes, the database says %" PRIu64, has, bytes);
	else
		tell(r, saved, "its content has another hash than the database says");
}

/* bytes, wanted: of what was received, which a mirror may have changed. */
MUST_CHECK static int
check_content(struct rows *r, int fd, uint64_t has, struct str saved, struct str type, uint64_t bytes, struct str wanted)
{
	bool is_mirrored = str_starts(saved, STR(SITE_NAME "/")), any = false, yes = false;
	char hash[HASH_CONTENT_TEXT];
	uint64_t h[2];
	int e;

	if (!is_mirrored && (has != bytes || wanted.len == 0)) {
		if (has != bytes)
			tell_content(r, saved, has, bytes);
		return 0;
	}
	e = hash_content_fd(fd, has, h);
	if (e < 0)
		return e;
	hash_content_text(h, hash);
	if (has == bytes && (wanted.len == 0 || str_eq(wanted, str_of(hash))))
		return 0;
	e = is_mirrored ? was_written(r, saved, has, hash, &any, &yes) : 0;
	if (e < 0)
		return e;
	if (is_mirrored && any && !yes)
		tell(r, saved, "it is not as it was written, nor as it was received");
	/* Of what an older version has written nothing is known. */
	else if (!is_mirrored || (!any && (r->knows_all || !has_references(type))))
		tell_content(r, saved, has, bytes);
	return 0;
}

/* path, type, bytes, content_hash, status, key, outcome */
MUST_CHECK static int
check_file(struct rows *r, struct sqlite3_stmt *q)
{
	struct str saved = db_bytes(q, 0), type = db_bytes(q, 1);
	uint64_t bytes = (uint64_t)db_int(q, 2);
	enum outcome outcome;
	struct stat st;
	CLEANUP(closep) int fd = beneath_open(r->fd, saved, &st);

	r->v->files++;
	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM || fd == -EIO)
		return TAKE_FD(fd);
	if (fd == -ENOENT)
		tell(r, saved, "it is missing");
	else if (fd == -ELOOP || fd == -ENOTDIR || fd == -EINVAL)
		tell(r, saved, "it is no file of ours: a link, or something else");
	else if (fd < 0)
		tell(r, saved, "it cannot be read: %s", strerror(-fd));
	/* What is gone keeps the file that it had: the row is of another answer (store/update.h). */
	if (fd >= 0 && (!outcome_by_name(db_bytes(q, 6), &outcome) || !previous_is_got(db_int(q, 4), outcome)))
		return 0;
	return fd < 0 ? 0 : check_content(r, fd, (uint64_t)st.st_size, saved, type, bytes, db_bytes(q, 3));
}

MUST_CHECK static int
check_row(struct rows *r, struct sqlite3_stmt *q)
{
	uint64_t before = r->v->faults;
	int e = check_file(r, q);

	return e == 0 && r->v->faults > before && r->v->damaged != NULL ? r->v->damaged(r->v->arg, db_int(q, 5)) : e;
}

/*
 * By name, for there is no index. A job that was killed may have committed a form that the file has not got yet: there the ones before
 * it are as good.
 */
MUST_CHECK static int
gather_written(struct rows *r, bool finished)
{
	int64_t n = 0, knows = 0;
	int e = db_number(r->db, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'written'", 0, &n);

	if (e < 0 || n == 0)
		return e;
	e = db_get(r->db, "written", 0, &knows);
	if (e == 0)
		e = db_do(r->db, "CREATE TEMP TABLE forms (saved TEXT, bytes INTEGER, hash TEXT)", 0, STR_NONE);
	if (e == 0)
		e = db_do(r->db, finished ? "INSERT INTO temp.forms SELECT saved, bytes, hash FROM main.written WHERE id IN "
			"(SELECT max(id) FROM main.written GROUP BY saved)" : "INSERT INTO temp.forms SELECT saved, bytes, hash FROM main.written",
			0, STR_NONE);
	if (e == 0)
		e = db_do(r->db, "CREATE INDEX temp.forms_saved ON forms (saved)", 0, STR_NONE);
	r->has_written = e == 0;
	r->knows_all = knows != 0;
	return e;
}

MUST_CHECK static int
check_rows(struct rows *r, const char *sql)
{
	struct sqlite3_stmt *q = NULL;
	int e = db_query(r->db, sql, 0, &q);

	while (e == 0 && (e = db_step(r->db, q)) == 1)
		e = check_row(r, q);
	db_query_end(q);
	return e;
}

/* A job that is running has files that the database does not know yet, and the other way round. */
MUST_CHECK static int
lock_out(int fd, int *ret_lock_fd)
{
	int lock_fd = openat(fd, DIR_LOCK, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (lock_fd < 0)
		return errno == ENOENT ? 0 : -errno;
	*ret_lock_fd = lock_fd;
	return flock(lock_fd, LOCK_SH | LOCK_NB) == 0 ? 0 : errno == EWOULDBLOCK ? -EBUSY : -errno;
}

static bool
has_file(int fd, const char *name)
{
	return fd >= 0 && faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
verify_is_job(const char *dir)
{
	CLEANUP(closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_job = has_file(fd, DB_NAME);

	for (size_t i = 0; i < ARRAY_LEN(traces) && !is_job; i++)
		is_job = has_file(fd, traces[i]);
	return is_job;
}

int
verify_job_open(const char *dir, struct verify_job **ret_job, char **ret_error)
{
	struct verify_job *job = calloc(1, sizeof(*job));
	int64_t finished = 0, stamp = 0;
	int e = 0;

	*ret_job = job;
	if (job == NULL)
		return -ENOMEM;
	job->dir = dir;
	job->lock_fd = -1;
	job->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (job->fd < 0)
		return -errno;
	e = lock_out(job->fd, &job->lock_fd);
	if (e < 0 || !has_file(job->fd, DB_NAME))
		return e;
	e = db_open_readonly(dir, &job->db, ret_error);
	if (e == 0)
		e = db_get(job->db, "finished", 0, &finished);
	if (e == 0)
		e = db_get(job->db, WARC_STAMP, 0, &stamp);
	job->finished = finished != 0;
	job->warc_stamp = (uint64_t)stamp;
	return e;
}

void
verify_job_close(struct verify_job *job)
{
	if (job == NULL)
		return;
	db_close(job->db);
	closep(&job->lock_fd);
	closep(&job->fd);
	free(job);
}

int
verify_job_committed(const struct verify_job *job, const char *name, uint64_t *ret_bytes)
{
	struct warc_name ours;
	char path[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];
	int64_t bytes = 0;
	uint64_t sum;
	int e;

	*ret_bytes = UINT64_MAX;
	if (job->db == NULL || job->finished || !warc_name_read(str_of(name), &ours) || snprintf(path, sizeof(path), WARC_DIR "/%s", name) >= (int)sizeof(path))
		return 0;
	e = db_get_file(job->db, path, &bytes, &sum);
	if (e == 0 && (bytes > 0 || ours.stamp == job->warc_stamp))
		*ret_bytes = bytes > 0 ? (uint64_t)bytes : 0;
	return e;
}

/* Lines that are gone. The rest of what a job has is made again, or looked at as what it is. */
MUST_CHECK static int
check_lines(struct rows *r)
{
	static const char *const names[] = { "pages.jsonl", "skipped.jsonl", "urlmap.jsonl" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int64_t bytes = 0;
		uint64_t sum;
		struct stat st = { 0 };
		int e = db_get_file(r->db, names[i], &bytes, &sum);

		if (e < 0)
			return e;
		if (bytes <= 0 || (fstatat(r->fd, names[i], &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_size >= bytes))
			continue;
		tell(r, str_of(names[i]), "it has %lld bytes, the database says %lld: lines are missing", S_ISREG(st.st_mode) ? (long long)st.st_size : 0, (long long)bytes);
	}
	return 0;
}

int
verify_job_files(struct verify *v, const struct verify_job *job)
{
	struct rows r = { .v = v, .dir = job->dir, .fd = job->fd, .db = job->db };
	int64_t has_text = 0;
	int e;

	if (job->db == NULL) {
		tell(&r, STR(DB_NAME), "it is missing: without it nothing else of the job can be checked, and the job cannot go on");
		return 0;
	}
	e = gather_written(&r, job->finished);
	if (e == 0)
		e = check_lines(&r);
	/* Of a file that was written twice, the last row speaks. */
	if (e == 0)
		e = check_rows(&r, "SELECT saved, type, body_bytes, content_hash, status, key, outcome FROM urls WHERE id IN "
				       "(SELECT max(id) FROM urls WHERE saved IS NOT NULL GROUP BY saved) ORDER BY id");
	/* The columns came with version 4, and whoever only reads changes nothing. */
	if (e == 0)
		e = db_number(r.db, "SELECT count(*) FROM pragma_table_info('urls') WHERE name = 'text'", 0, &has_text);
	if (e == 0 && has_text != 0)
		e = check_rows(&r, "SELECT text, '', text_bytes, NULL, status, key, outcome FROM urls WHERE id IN "
				       "(SELECT max(id) FROM urls WHERE text IS NOT NULL GROUP BY text) ORDER BY id");
	return e;
}
