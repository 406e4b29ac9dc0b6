/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

#define FILE_READ_BYTES      65536
#define FILE_ATTRIBUTE_BYTES 65536 /* of all names, and of a value: the kernel's ceilings */

int
file_write_all(int fd, const void *p, size_t len, size_t *ret_done)
{
	size_t done = 0;
	int r = 0;

	while (done < len && r == 0) {
		ssize_t n = write(fd, (const char *)p + done, len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0)
			r = -EIO;
		else if (errno != EINTR)
			r = -errno;
	}
	if (ret_done != NULL)
		*ret_done = done;
	return r;
}

unsigned
file_make_parents(const char *path)
{
	char copy[PATH_MAX];
	size_t len = strlen(path);
	unsigned n_made = 0;

	if (len >= sizeof(copy))
		return 0;
	memcpy(copy, path, len + 1);
	for (char *p = copy + 1; len > 0 && *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			n_made += mkdir(copy, 0755) == 0;
			*p = '/';
		}
	return n_made;
}

int
file_each_entry(int at, const char *name, int (*fn)(void *arg, int fd, const char *entry), void *arg)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r = 0;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (dir == NULL) {
		r = -errno;
		closep(&fd);
		return r;
	}
	while (r == 0) {
		struct dirent *e;

		errno = 0;
		e = readdir(dir);
		if (e == NULL) {
			r = -errno; /* 0 at the end */
			break;
		}
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = fn(arg, dirfd(dir), e->d_name);
	}
	(void)closedir(dir);
	return r;
}

int
file_read_all(int fd, struct buf *out)
{
	for (;;) {
		ssize_t n;
		int r = buf_reserve(out, FILE_READ_BYTES);

		/* The ceiling may be nearer than that. */
		if (r < 0 && out->max_bytes - out->len < FILE_READ_BYTES) {
			char last[FILE_READ_BYTES];

			out->err = 0;
			n = read(fd, last, sizeof(last));
			r = n > 0 ? buf_add(out, last, (size_t)n) : 0;
		} else if (r == 0) {
			n = read(fd, out->data + out->len, FILE_READ_BYTES);
			out->len += n > 0 ? (size_t)n : 0;
		} else {
			return r;
		}
		if (r < 0 || n == 0)
			return r;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

int
file_open_nameless(const char *dir)
{
	char path[PATH_MAX];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	/* File systems that do not have it say so in several ways. */
	if (fd >= 0)
		return fd;
	if (snprintf(path, sizeof(path), "%s/lycosa-XXXXXX", dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	(void)unlink(path);
	return fd;
}

/* -ENOTSUP: there is no such attribute here, which is fine. */
static int
copy_attribute(int from, int to, const char *name)
{
	char value[FILE_ATTRIBUTE_BYTES];
	ssize_t n = fgetxattr(from, name, value, sizeof(value));

	if (n < 0)
		return -errno;
	return fsetxattr(to, name, value, (size_t)n, 0) < 0 ? -errno : 0;
}

int
file_copy_owner(int from, int to)
{
	char names[FILE_ATTRIBUTE_BYTES];
	struct stat st, mine;
	ssize_t n;
	int r = 0;

	if (fstat(from, &st) < 0 || fstat(to, &mine) < 0)
		return -errno;
	if ((st.st_uid != mine.st_uid || st.st_gid != mine.st_gid) && fchown(to, st.st_uid, st.st_gid) < 0)
		return -errno;
	if (fchmod(to, st.st_mode & 07777) < 0)
		return -errno;
	/* The ACL is one of them, and goes beyond the mode: last. */
	n = flistxattr(from, names, sizeof(names));
	for (ssize_t i = 0; i < n && r == 0; i += (ssize_t)strlen(names + i) + 1)
		if (strncmp(names + i, "security.", strlen("security.")) != 0) /* the system sees to it */
			r = copy_attribute(from, to, names + i);
	if (n < 0)
		r = -errno;
	return r == -ENOTSUP ? 0 : r;
}

static int
sync_parent(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	CLEANUP(closep) int fd = -1;

	if (snprintf(dir, sizeof(dir), "%.*s", slash == path ? 1 : slash != NULL ? (int)(slash - path) : 1,
		slash != NULL ? path : ".") >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int
replace_regular(const char *path, unsigned mode, struct str text)
{
	char temp[PATH_MAX];
	CLEANUP(closep) int fd = -1;
	int r;

	if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >= (int)sizeof(temp))
		return -ENAMETOOLONG;
	fd = mkostemp(temp, O_CLOEXEC); /* 0600, and not what somebody has put there */
	if (fd < 0)
		return -errno;
	r = file_write_all(fd, text.p, text.len, NULL);
	if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(temp, path) < 0))
		r = -errno;
	if (r < 0) {
		(void)unlink(temp);
		return r;
	}
	return sync_parent(path);
}

/* A pipe that nobody reads would keep the whole run waiting to open it; one that is read slowly may. */
static int
write_special(const char *path, struct str text)
{
	CLEANUP(closep) int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int flags = fd >= 0 ? fcntl(fd, F_GETFL) : -1;

	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return -errno;
	return file_write_all(fd, text.p, text.len, NULL);
}

int
file_replace(const char *path, unsigned mode, struct str text)
{
	CLEANUP(freep) char *real = NULL;
	struct stat st;

	/* Not what realpath(3) says: /dev/stdout may be a pipe, which has no path. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : write_special(path, text);
	real = realpath(path, NULL);
	if (real != NULL)
		return replace_regular(real, mode, text);
	if (errno != ENOENT)
		return -errno;
	/* A link that leads nowhere is left alone. */
	return lstat(path, &st) == 0 ? -ENOENT : replace_regular(path, mode, text);
}
