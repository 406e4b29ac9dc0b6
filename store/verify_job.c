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

#define JOB_TEXT_BYTES 65536

struct rows {
	struct verify *v;
	const char *dir;
	int fd;
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
	return str_eq(type, STR("text/html")) || str_eq(type, STR("text/css")) || str_ends(type, STR("xml")) || str_ends(type, STR("json"));
}

MUST_CHECK static int
check_content(struct rows *r, int fd, struct str saved, uint64_t bytes, struct str wanted)
{
	char hash[33];
	uint64_t h[2];
	int e = wanted.len > 0 ? hash_content_fd(fd, bytes, h) : 0;

	if (e < 0 || wanted.len == 0)
		return e;
	(void)snprintf(hash, sizeof(hash), "%016" PRIx64 "%016" PRIx64, h[0], h[1]);
	if (!str_eq(str_of(hash), wanted))
		tell(r, saved, "its content has another hash than the database says");
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
	if (fd < 0 || (str_starts(saved, STR(SITE_NAME "/")) && has_references(type)))
		return 0;
	if ((uint64_t)st.st_size != bytes) {
		tell(r, saved, "it has %" PRIu64 " bytes, the database says %" PRIu64, (uint64_t)st.st_size, bytes);
		return 0;
	}
	return check_content(r, fd, saved, bytes, db_bytes(q, 3));
}

MUST_CHECK static int
check_row(struct rows *r, struct sqlite3_stmt *q)
{
	uint64_t before = r->v->faults;
	int e = check_file(r, q);

	return e == 0 && r->v->faults > before && r->v->damaged != NULL ? r->v->damaged(r->v->arg, db_int(q, 5)) : e;
}

MUST_CHECK static int
check_rows(struct rows *r, struct db *db, const char *sql)
{
	struct sqlite3_stmt *q = NULL;
	int e = db_query(db, sql, 0, &q);

	while (e == 0 && (e = db_step(db, q)) == 1)
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

bool
verify_is_job(const char *dir)
{
	CLEANUP(closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && faccessat(fd, DB_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int
verify_job(struct verify *v, const char *dir)
{
	CLEANUP(closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(closep) int lock_fd = -1;
	CLEANUP(freep) char *error = NULL;
	struct rows r = { .v = v, .dir = dir, .fd = fd };
	struct db *db = NULL;
	int64_t has_text = 0;
	int e = fd < 0 ? -errno : lock_out(fd, &lock_fd);

	if (e == 0)
		e = db_open_readonly(dir, &db, &error);
	/* Of a file that was written twice, the last row speaks. */
	if (e == 0)
		e = check_rows(&r, db, "SELECT saved, type, body_bytes, content_hash, status, key, outcome FROM urls WHERE id IN "
				       "(SELECT max(id) FROM urls WHERE saved IS NOT NULL GROUP BY saved) ORDER BY id");
	/* The columns came with version 4, and whoever only reads changes nothing. */
	if (e == 0)
		e = db_number(db, "SELECT count(*) FROM pragma_table_info('urls') WHERE name = 'text'", 0, &has_text);
	if (e == 0 && has_text != 0)
		e = check_rows(&r, db, "SELECT text, '', text_bytes, NULL, status, key, outcome FROM urls WHERE id IN "
				       "(SELECT max(id) FROM urls WHERE text IS NOT NULL GROUP BY text) ORDER BY id");
	db_close(db);
	return e;
}
