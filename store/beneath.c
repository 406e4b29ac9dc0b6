/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "base/cleanup.h"
#include "store/beneath.h"

/* One part of the path, from `at`. Without O_NONBLOCK a pipe that somebody planted would be waited for. */
static int
step(int at, struct str part, int flags)
{
	char name[NAME_MAX + 1];
	int fd;

	if (part.len == 0 || part.len > NAME_MAX || memchr(part.p, '\0', part.len) != NULL || str_eq(part, STR(".")) ||
		str_eq(part, STR("..")))
		return -EINVAL;
	memcpy(name, part.p, part.len);
	name[part.len] = '\0';
	fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags);
	return fd < 0 ? -errno : fd;
}

int
beneath_open(int dir_fd, struct str path, struct stat *ret_st)
{
	CLEANUP(closep) int dir = -1;
	CLEANUP(closep) int fd = -1;
	struct str part, rest = path;
	struct stat st;

	while (str_cut(rest, '/', &part, &rest)) {
		int next = step(dir >= 0 ? dir : dir_fd, part, O_DIRECTORY);

		if (next < 0)
			return next;
		closep(&dir);
		dir = next;
	}
	fd = step(dir >= 0 ? dir : dir_fd, rest, 0);
	if (fd < 0)
		return TAKE_FD(fd);
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	*ret_st = st;
	return TAKE_FD(fd);
}
