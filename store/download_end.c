/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of files that are whole, and what has them already. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/dir.h"
#include "store/download_private.h"

#define BAD         ".bad"
#define NUMBERS_MAX 100000

bool
download_exists(int dir_fd, const char *name)
{
	return faccessat(dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
download_is_dir(int dir_fd, const char *name)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

int
download_mtime(int dir_fd, const char *name, int64_t *ret_unix_s, uint64_t *ret_bytes)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	*ret_unix_s = st.st_mtim.tv_sec;
	*ret_bytes = (uint64_t)st.st_size;
	return 0;
}

int
download_dir(const char *path, bool make)
{
	int fd;

	if (make)
		(void)file_make_parents(path);
	if (make && mkdir(path, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The part gets this name, or with a number behind it the first that is free. */
static int
rename_free(struct download *d, const char *name, char ret_name[NAME_MAX + 1])
{
	char part[NAME_MAX + 1];

	(void)download_suffixed(d->name, DOWNLOAD_PART, part);
	for (unsigned i = 0; i < NUMBERS_MAX; i++) {
		if (snprintf(ret_name, NAME_MAX + 1, i == 0 ? "%s" : "%s.%u", name, i) > NAME_MAX)
			return -ENAMETOOLONG;
		if (renameat2(d->dir_fd, part, d->dir_fd, ret_name, RENAME_NOREPLACE) == 0)
			return 0;
		if (errno == EEXIST)
			continue;
		if (errno != EINVAL && errno != ENOSYS)
			return -errno;
		/* Not every file system has that. */
		if (linkat(d->dir_fd, part, d->dir_fd, ret_name, 0) == 0) {
			/* It has its name, whatever becomes of the other. */
			(void)unlinkat(d->dir_fd, part, 0);
			return 0;
		}
		if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) { /* it has no links: FAT */
			if (!download_exists(d->dir_fd, ret_name))
				return renameat(d->dir_fd, part, d->dir_fd, ret_name) < 0 ? -errno : 0;
		} else if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/*
 * What takes another's place is nobody's to read, or to change, whose that was not. No set-user-ID for what comes from the web; a file system
 * that knows no modes keeps none.
 */
static int
take_place(struct download *d, const char *name)
{
	CLEANUP(closep) int fd = -1;
	struct stat there, mine;

	if (fstatat(d->dir_fd, name, &there, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(there.st_mode))
		return 0;
	if (faccessat(d->dir_fd, name, W_OK, AT_EACCESS) < 0 && errno == EACCES)
		return -EACCES;
	fd = openat(d->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && (there.st_mode & 07000) == 0 && file_copy_owner(fd, d->fd) == 0)
		return 0;
	if (fstat(d->fd, &mine) < 0)
		return -errno;
	return fchmod(d->fd, there.st_mode & mine.st_mode & 0777) < 0 && errno != EPERM ? -errno : 0;
}

static int
settle(struct download *d, const char *name, enum download_how how, char ret_name[NAME_MAX + 1])
{
	char part[NAME_MAX + 1], info[NAME_MAX + 1];
	struct stat st;
	int r = d->failed < 0 ? d->failed : fsync(d->fd) < 0 ? -errno : 0;

	/* Whoever has replaced it has not written what was fetched. */
	if (r == 0 && !download_is_part(d, d->fd, &st))
		r = -EEXIST;
	CHECK(strlen(name) <= DOWNLOAD_NAME_MAX + sizeof(BAD));
	if (r == 0 && how == DOWNLOAD_REPLACE)
		r = take_place(d, name);
	if (r == 0 && how == DOWNLOAD_REPLACE) {
		r = renameat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_PART, part), d->dir_fd, name) < 0 ? -errno : 0;
		memcpy(ret_name, name, strlen(name) + 1);
	} else if (r == 0)
		r = rename_free(d, name, ret_name);
	if (r < 0)
		return r;
	(void)unlinkat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_INFO, info), 0);
	closep(&d->fd);
	d->fd = -1;
	return 0;
}

int
download_sync_names(int dir_fd)
{
	const struct store_dir dir = { .fd = dir_fd, .lock_fd = -1 };

	return dir_sync(&dir);
}

int
download_finish(struct download *d, const char *name, enum download_how how, int64_t mtime_s, char ret_name[NAME_MAX + 1])
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = (time_t)mtime_s } };

	if (d->piped) {
		ret_name[0] = '\0';
		return 0;
	}
	if (mtime_s >= 0 && futimens(d->fd, times) < 0)
		return -errno;
	return settle(d, name, how, ret_name);
}

int
download_reject(struct download *d, const char *name, char ret_name[NAME_MAX + 1])
{
	char bad[NAME_MAX + 1];

	return settle(d, download_suffixed(name, BAD, bad), DOWNLOAD_NUMBERED, ret_name);
}
