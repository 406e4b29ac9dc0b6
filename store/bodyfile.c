/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/bodyfile.h"
#include "store/linefile.h"

#define COPY_BYTES  (1024 * 1024)
#define RANGE_BYTES (1024u * 1024 * 1024)

/* A file of its own: what a killed run has left under this name may be another name of a file that is kept (link_file()). */
static int
partial_open(int dir_fd, const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir_fd, name, flags, 0644);

	if (fd < 0 && errno == EEXIST) {
		if (unlinkat(dir_fd, name, 0) < 0)
			return -errno;
		fd = openat(dir_fd, name, flags, 0644);
	}
	return fd < 0 ? -errno : fd;
}

static int
set_mtime(int fd, int64_t mtime_s)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, { .tv_sec = (time_t)mtime_s } };

	return mtime_s > 0 && futimens(fd, times) < 0 ? -errno : 0;
}

int
bodyfile_put_str(int dir_fd, const char *name, struct str data, int64_t mtime_s, uint64_t *bytes_written)
{
	CLEANUP(closep) int fd = partial_open(dir_fd, name);
	size_t done;
	int r;

	if (fd < 0)
		return TAKE_FD(fd);
	r = file_write_all(fd, data.p, data.len, &done);
	*bytes_written += done;
	if (r == 0)
		r = set_mtime(fd, mtime_s);
	/* Some file systems tell of a full disk or quota only at the close. */
	if (close(TAKE_FD(fd)) < 0 && r == 0 && errno != EINTR)
		r = -errno;
	return r;
}

/* From the start of src, wherever its offset is. */
static int
copy_file(int src, int dst, uint64_t *bytes_written)
{
	char *chunk = NULL;
	off_t from = 0;
	ssize_t n;
	int r = 0;

	/* In the kernel, and without copying where the file system shares blocks. */
	while ((n = copy_file_range(src, &from, dst, NULL, RANGE_BYTES, 0)) > 0 ||
		(n < 0 && errno == EINTR))
		*bytes_written += n > 0 ? (uint64_t)n : 0;
	if (n == 0)
		return 0;
	if (errno != EXDEV && errno != ENOSYS && errno != EINVAL && errno != EOPNOTSUPP &&
		errno != EBADF)
		return -errno;
	chunk = malloc(COPY_BYTES);
	if (chunk == NULL)
		return -ENOMEM;
	while (r == 0 && (n = pread(src, chunk, COPY_BYTES, from)) != 0) {
		size_t done = 0;

		if (n < 0 && errno == EINTR)
			continue;
		r = n < 0 ? -errno : file_write_all(dst, chunk, (size_t)n, &done);
		from += (off_t)done;
		*bytes_written += done;
	}
	free(chunk);
	return r;
}

/* A file without a name gets one; true if it has it now. */
static bool
link_file(int dir_fd, const char *name, int src, mode_t mode)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", src);
	if (fstat(src, &st) < 0 || !S_ISREG(st.st_mode) || fchmod(src, mode) < 0)
		return false;
	(void)unlinkat(dir_fd, name, 0);
	return linkat(AT_FDCWD, path, dir_fd, name, AT_SYMLINK_FOLLOW) == 0;
}

static int
put_file(int dir_fd, const char *name, const struct job *j, mode_t mode, int64_t mtime_s, uint64_t *bytes_written)
{
	CLEANUP(closep) int fd = -1;
	int r;

	if (link_file(dir_fd, name, j->body.file_fd, mode)) {
		*bytes_written += j->body.len;
		return set_mtime(j->body.file_fd, mtime_s);
	}
	fd = partial_open(dir_fd, name);
	if (fd < 0)
		return TAKE_FD(fd);
	r = copy_file(j->body.file_fd, fd, bytes_written);
	if (r == 0)
		r = set_mtime(fd, mtime_s);
	if (close(TAKE_FD(fd)) < 0 && r == 0 && errno != EINTR)
		r = -errno;
	return r;
}

int
bodyfile_put(int dir_fd, const char *name, const struct job *j, mode_t mode, int64_t mtime_s, uint64_t *bytes_written)
{
	if (j->body.file_fd >= 0)
		return put_file(dir_fd, name, j, mode, mtime_s, bytes_written);
	return bodyfile_put_str(dir_fd, name, str_n(j->body.data, j->body.len), mtime_s, bytes_written);
}

mode_t
bodyfile_mode(int dir_fd)
{
	struct stat st;

	return fstat(dir_fd, &st) == 0 ? (st.st_mode & 0644) | 0600 : 0600;
}
