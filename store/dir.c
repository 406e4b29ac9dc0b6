/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "store/dir.h"
#include "store/generation.h"
#include "store/linefile.h"
#include "store/store.h"
#include "store/trust.h"

#define DIR_PATH_MAX_BYTES 4096
#define DIR_MODE           0755
#define DIR_FILE_MODE      0644

#define DIR_DATABASE       "lycosa.db"

#define DIR_LOCK_WAITS     10
#define DIR_LOCK_WAIT_MS   10

/* What a job that never began leaves. The database goes after what would be results without one. */
static const char *const job_files[] = {
	"lycosa.conf",
	"pages.jsonl",
	"urlmap.jsonl",
	"skipped.jsonl",
	"skipped.spool",
	"site.spool",
	"visited",
	"lycosa.db-wal",
	"lycosa.db-shm",
	DIR_DATABASE,
	DIR_LOCK,
};
static const char *const job_dirs[] = { "body", "text", "site", "warc", "parts" };
/* What has nothing in it before the first transaction of a job. */
static const char *const results[] = { "pages.jsonl", "urlmap.jsonl", "body", "text", "site" };

bool
store_wants_room(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG;
}

const char *
store_remedy(int err)
{
	if (err == -EMFILE)
		return "raise the limit on open files (ulimit -n)";
	if (err == -ENFILE)
		return "raise the system's limit on open files (sysctl fs.file-max)";
	if (err == -EFBIG)
		return "raise the limit on the size of files (ulimit -f)";
	if (err == -EROFS)
		return "make the disk writable";
	if (err == -ENOMEM)
		return "free some memory";
	return store_wants_room(err) ? "make room" : NULL;
}

char *
dir_error_text(const char *path, int err)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(16 * DIR_PATH_MAX_BYTES);

	buf_add_str(&b, STR("the directory `"));
	buf_add_escaped(&b, str_of(path));
	if (err == -EEXIST)
		buf_add_str(&b, STR("' holds results without a " DIR_DATABASE
				    ", so they cannot be gone on with; choose another with -P, or remove it"));
	else if (err == -ENODATA)
		buf_add_str(&b, STR("' holds results, and its " DIR_DATABASE " has nothing in it: it was damaged, or copied without its " DIR_DATABASE
				    "-wal; put a whole one there, or choose another directory with -P"));
	else if (err == -ENOTEMPTY)
		buf_add_str(&b, STR("' has a warc/ whose files are not of this job; move it away, or choose another directory with -P"));
	else if (err == -EBUSY)
		buf_add_str(&b, STR("' is in use: another lycosa is running this job; wait for it, or "
				    "choose another with -P"));
	else if (store_remedy(err) != NULL && err != -EROFS)
		buf_addf(&b, "': %s; %s, then run the same command again", strerror(-err), store_remedy(err));
	else
		buf_addf(&b, "' cannot be used: %s; choose another with -P", strerror(-err));
	return buf_cstr(&b) != NULL ? TAKE(b.data) : NULL;
}

static int
make_and_open(const char *path, struct store_dir *d)
{
	d->n_made = file_make_parents(path);
	d->created = mkdir(path, DIR_MODE) == 0;
	d->n_made += d->created;
	if (!d->created && errno != EEXIST)
		return -errno;
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->fd < 0 ? -errno : 0;
}

static bool
has_file(const struct store_dir *d, const char *name)
{
	return faccessat(d->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
look_for_job(struct store_dir *d)
{
	/* A change of generations may have been cut short; who has the lock finishes it. */
	d->has_job = has_file(d, DIR_DATABASE) || has_file(d, GENERATION_NEXT "/commit");
	/* Without it whatever has a name of ours is somebody's, be it a job of which the rest is gone: it would be written over. */
	return !d->has_job && generation_is_here(d->fd) ? -EEXIST : 0;
}

static char *
read_text(const char *path)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(16 * DIR_PATH_MAX_BYTES);

	buf_add_str(&b, STR("the directory `"));
	buf_add_escaped(&b, str_of(path));
	buf_add_str(&b, STR("' is in use: `lycosa verify' reads it, and nothing may change meanwhile; run the same command again when that has ended"));
	return buf_cstr(&b) != NULL ? TAKE(b.data) : NULL;
}

/*
 * Held until the program ends, however it does. Who only reads shares it: `lycosa verify' as long as it looks (verify_job.c), who
 * only asks whether somebody holds it (dir_is_in_use()) for a moment.
 */
static int
lock(struct store_dir *d, const char *path, char **ret_error)
{
	const struct timespec moment = { 0, DIR_LOCK_WAIT_MS * 1000 * 1000 };

	d->lock_fd = openat(d->fd, DIR_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, DIR_FILE_MODE);
	if (d->lock_fd < 0)
		return -errno;
	for (unsigned i = 0; flock(d->lock_fd, LOCK_EX | LOCK_NB) < 0; i++) {
		if (errno != EWOULDBLOCK)
			return -errno;
		if (i == DIR_LOCK_WAITS) {
			if (flock(d->lock_fd, LOCK_SH | LOCK_NB) == 0)
				*ret_error = read_text(path);
			return -EBUSY;
		}
		(void)nanosleep(&moment, NULL);
	}
	return 0;
}

bool
dir_is_in_use(const char *path)
{
	CLEANUP(closep) int dir_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(closep) int fd = dir_fd < 0 ? -1 : openat(dir_fd, DIR_LOCK, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	/* One that is free is ours for a moment only: closing it gives it back. */
	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

static void
warn_of_owner(const char *path, uid_t owner)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(16 * DIR_PATH_MAX_BYTES);

	buf_add_escaped(&b, str_of(path));
	log_warning("the directory `%.*s' belongs to another user (uid %lu): a job that is cut off there is not gone on with. "
		    "Make it yours (chown), or name one in it that is not there yet, as in -P %.*s/job",
		STR_ARG(buf_str(&b)), (unsigned long)owner, STR_ARG(buf_str(&b)));
}

int
dir_open(const char *path, struct store_dir *ret_dir, char **ret_error)
{
	struct store_dir d = { .fd = -1, .lock_fd = -1 };
	uid_t owner = 0;
	bool is_anothers;
	int r;

	*ret_error = NULL;
	if (path[0] == '\0')
		path = ".";
	r = make_and_open(path, &d);
	if (r == 0)
		r = trust_new(d.fd, path, &owner, ret_error);
	is_anothers = r == 1;
	if (r >= 0)
		r = look_for_job(&d);
	if (r == 0)
		r = lock(&d, path, ret_error);
	if (r == 0 && !is_anothers)
		r = generation_recover(d.fd);
	/* Again: another one may have begun and ended meanwhile. */
	if (r == 0)
		r = look_for_job(&d);
	if (r == 0 && is_anothers && d.has_job)
		r = trust_dir(d.fd, path, ret_error);
	if (r == 0 && is_anothers)
		warn_of_owner(path, owner);
	if (r == 0) {
		d.path = strdup(path);
		if (d.path == NULL)
			r = -ENOMEM;
	}
	if (r < 0) {
		if (*ret_error == NULL)
			*ret_error = dir_error_text(path, r);
		dir_close(&d);
		return r;
	}
	*ret_dir = d;
	return 0;
}

void
dir_close(struct store_dir *d)
{
	closep(&d->fd);
	closep(&d->lock_fd);
	free(d->path);
	*d = (struct store_dir){ .fd = -1, .lock_fd = -1 };
}

int
dir_put_file(const struct store_dir *d, const char *name, struct str text)
{
	CLEANUP(closep) int fd = -1;
	char partial[NAME_MAX + 1];
	size_t done;
	int r;

	if (snprintf(partial, sizeof(partial), ".%s.partial", name) >= (int)sizeof(partial))
		return -ENAMETOOLONG;
	fd = openat(d->fd, partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, DIR_FILE_MODE);
	if (fd < 0)
		return -errno;
	r = file_write_all(fd, text.p, text.len, &done);
	if (r == 0 && (fsync(fd) < 0 || renameat(d->fd, partial, d->fd, name) < 0))
		r = -errno;
	if (r < 0)
		(void)unlinkat(d->fd, partial, 0);
	return r;
}

int
dir_open_cut(const struct store_dir *d, const char *name, int flags, uint64_t *bytes)
{
	int fd = openat(d->fd, name, flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC, DIR_FILE_MODE);
	struct stat st;
	int r;

	if (fd < 0)
		return -errno;
	r = fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0 && (uint64_t)st.st_size > *bytes && ftruncate(fd, (off_t)*bytes) < 0)
		r = -errno;
	if (r < 0) {
		(void)close(fd);
		return r;
	}
	if ((uint64_t)st.st_size < *bytes)
		*bytes = (uint64_t)st.st_size;
	return fd;
}

/* Some file systems cannot sync a directory, and say EINVAL. */
static int
sync_fd(int fd)
{
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

int
dir_sync(const struct store_dir *d)
{
	return sync_fd(d->fd);
}

int
dir_sync_made(const struct store_dir *d)
{
	CLEANUP(closep) int fd = -1;
	int r = dir_sync(d);

	for (unsigned i = 0; i < d->n_made && r == 0; i++) {
		int up = openat(fd >= 0 ? fd : d->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		/* One that may not be read is none that we have made. Its own name is older than ours. */
		if (up < 0)
			return errno == EACCES ? 0 : -errno;
		closep(&fd);
		fd = up;
		r = sync_fd(fd);
	}
	return r;
}

void
dir_undo(const struct store_dir *d)
{
	for (size_t i = 0; i < ARRAY_LEN(job_files); i++)
		(void)unlinkat(d->fd, job_files[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(job_dirs); i++)
		(void)unlinkat(d->fd, job_dirs[i], AT_REMOVEDIR);
	if (d->created)
		(void)rmdir(d->path);
}

static int
is_there(void *arg, int fd, const char *entry)
{
	return 1;
}

bool
dir_has_results(const struct store_dir *d)
{
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		struct stat st;

		if (fstatat(d->fd, results[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISREG(st.st_mode) ? st.st_size > 0 : file_each_entry(d->fd, results[i], is_there, NULL) == 1)
			return true;
	}
	return false;
}

int
dir_open_temporary(const struct store_dir *d)
{
	int fd = openat(d->fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char name[64];

	if (fd >= 0)
		return fd;
	/* File systems that do not have it say so in several ways. */
	(void)snprintf(name, sizeof(name), ".lycosa-%ld.tmp", (long)getpid());
	fd = openat(d->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	(void)unlinkat(d->fd, name, 0);
	return fd;
}
