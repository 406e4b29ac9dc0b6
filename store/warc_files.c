/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_files.c: what a run finds in warc/, and with which file it goes on.
 *
 *	committed                            the job's, by its table `files`; of the run before, what is behind that goes
 *	not so, of WARC_STAMP                of the run before, cut off by a kill: goes, and what it held is fetched again
 *	any other                            somebody's: stays
 *
 * WARC_STAMP is durable before a file of that stamp is made. A job without it, and without anything committed, has not been here yet.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "store/db.h"
#include "store/warc.h"
#include "store/warc_private.h"

#define WARC_PREFIX  "lycosa-"
#define WARN_BYTES   8192

struct known {
	uint64_t stamp; /* 0 = no run has made any file here */
	bool is_ours;   /* earlier runs have written here */
	struct warc_name last_of; /* of the compression that is wanted now */
	char last[WARC_FILE_NAME_BYTES]; /* "" = none */
	uint64_t last_bytes;
};

/* Files of the run before come after all others, whatever the clock said. */
static bool
is_behind(const struct known *k, const struct warc_name *a, const struct warc_name *b)
{
	bool a_newest = a->stamp == k->stamp, b_newest = b->stamp == k->stamp;

	if (a_newest != b_newest)
		return a_newest;
	return a->stamp != b->stamp ? a->stamp > b->stamp : a->serial > b->serial;
}

static void
note_file(struct known *k, struct str name, uint64_t bytes, struct str suffix)
{
	struct warc_name n;

	k->is_ours = true;
	if (!warc_name_read(name, &n) || name.len >= sizeof(k->last) || bytes == 0)
		return;
	/* A job that goes on with another compression goes on with other files. */
	if (!str_eq(n.suffix, suffix) || (k->last[0] != '\0' && !is_behind(k, &n, &k->last_of)))
		return;
	memcpy(k->last, name.p, name.len);
	k->last[name.len] = '\0';
	k->last_of = n;
	k->last_bytes = bytes;
}

/* By the table, not by the directory: a file that was taken away keeps its serial. */
static int
read_known(const struct warc *w, struct known *k)
{
	struct db *db = w->ctx->db;
	struct str suffix = str_of(w->config->wacz ? WACZ_SUFFIX : codec_suffix(w->config->codec));
	struct sqlite3_stmt *q = NULL;
	int64_t stamp = 0;
	int r = db_get(db, WARC_STAMP, 0, &stamp);

	k->stamp = (uint64_t)stamp;
	k->is_ours = stamp != 0;
	if (r == 0)
		r = db_query(db, "SELECT substr(name, 6), bytes FROM files WHERE name GLOB 'warc/*'", 0, &q);
	while (r == 0 && (r = db_step(db, q)) == 1) {
		int64_t bytes = db_int(q, 1);

		note_file(k, db_bytes(q, 0), bytes > 0 ? (uint64_t)bytes : 0, suffix);
		r = 0;
	}
	db_query_end(q);
	/* A job of a version that did not write it down. */
	if (k->stamp == 0 && k->last[0] != '\0')
		k->stamp = k->last_of.stamp;
	return r;
}

static void
warn_of(const struct warc *w, const char *entry)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(WARN_BYTES);

	buf_add_escaped(&b, str_of(w->ctx->dir.path));
	buf_add_str(&b, STR("/" WARC_DIR "/"));
	buf_add_escaped(&b, str_of(entry));
	log_warning("%s is not of this job: it stays as it is, but this job's index does not have it",
		buf_cstr(&b) != NULL ? b.data : entry);
}

/* The index, and what is beside it, would be written anew. Of a run that never began they are empty. */
static bool
is_index(const struct warc *w, const char *entry)
{
	struct stat st;

	if (strcmp(entry, WARC_INDEX) == 0)
		return true;
	if (strcmp(entry, WARC_INDEX_PART) != 0 && strcmp(entry, WARC_PAGES) != 0)
		return false;
	return fstatat(w->fd, entry, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) || st.st_size > 0;
}

/* The others were whole before another was begun. The end of a WACZ file that is whole is behind what is committed, too: wacz.h. */
static int
cut(const struct warc *w, const char *entry, uint64_t bytes)
{
	CLEANUP(closep) int fd = -1;
	struct stat st;

	if (str_ends(str_of(entry), STR(WACZ_SUFFIX)) || fstatat(w->fd, entry, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
		(uint64_t)st.st_size <= bytes)
		return 0;
	fd = openat(w->fd, entry, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 || ftruncate(fd, (off_t)bytes) < 0 ? -errno : 0;
}

struct look {
	const struct warc *warc;
	const struct known *known;
};

static int
look_at(void *arg, int fd, const char *entry)
{
	const struct look *look = arg;
	const struct warc *w = look->warc;
	const struct known *k = look->known;
	char name[WARC_FILE_NAME_BYTES + sizeof(WARC_DIR)];
	struct warc_name n;
	uint64_t bytes = 0, sum;
	bool is_file = str_starts(str_of(entry), STR(WARC_PREFIX));
	int r = 0;

	if (!k->is_ours)
		return is_file || is_index(w, entry) ? -ENOTEMPTY : 0;
	if (!is_file)
		return 0;
	if (strlen(entry) >= WARC_FILE_NAME_BYTES || !warc_name_read(str_of(entry), &n)) {
		warn_of(w, entry);
		return 0;
	}
	(void)snprintf(name, sizeof(name), WARC_DIR "/%.*s", WARC_FILE_NAME_BYTES - 1, entry);
	r = sink_marked(w->ctx, name, &bytes, &sum);
	if (r < 0)
		return r;
	if (bytes > 0)
		return n.stamp == k->stamp ? cut(w, entry, bytes) : 0;
	if (n.stamp == k->stamp)
		return unlinkat(w->fd, entry, 0) < 0 ? -errno : 0;
	warn_of(w, entry);
	return 0;
}

/*
 * WARC files that are whole are never written to again. A WACZ file is, unless an earlier generation has it too, or somebody's copy by
 * links: then another is begun.
 */
static int
go_on(struct warc *w, const struct known *k)
{
	struct stat st;
	int r;

	if (w->ends_only && !w->config->wacz)
		return 0;
	if (!w->config->wacz)
		return warc_file_resume(&w->file, k->last, k->last_bytes);
	if (fstatat(w->fd, k->last, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_nlink > 1)
		return 0;
	r = wacz_open(w->fd, k->last, k->last_bytes, &w->wacz);
	if (r == 0)
		warc_file_contain(&w->file, w->wacz);
	return r == -ENOENT ? 0 : r;
}

int
warc_files_resume(struct warc *w)
{
	struct known k = { .stamp = 0 };
	uint64_t stamp;
	int r = read_known(w, &k);

	if (r == 0)
		r = file_each_entry(w->fd, ".", look_at, &(struct look){ w, &k });
	if (r == 0 && k.last[0] != '\0')
		r = go_on(w, &k);
	if (r < 0 || w->ends_only)
		return r;
	CHECK(str_to_u64(str_of(w->file.stamp), UINT64_MAX, &stamp) == 0);
	return stamp != k.stamp ? db_set(w->ctx->db, WARC_STAMP, (int64_t)stamp) : 0;
}

int
warc_files_left(struct sink_context *ctx, bool *ret_left)
{
	CLEANUP(closep) int fd = openat(ctx->dir.fd, WARC_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	uint64_t bytes = 0, sum;
	int64_t stamp = 0;
	int r;

	*ret_left = false;
	if (fd < 0 || faccessat(fd, WARC_INDEX_PART, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	r = db_get(ctx->db, WARC_STAMP, 0, &stamp);
	if (r == 0)
		r = sink_marked(ctx, WARC_DIR "/" WARC_INDEX_PART, &bytes, &sum);
	*ret_left = r == 0 && (stamp != 0 || bytes > 0);
	return r;
}
