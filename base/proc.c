/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/proc.h"
#include "base/str.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1u << 2)
#endif

/* Room for the descriptors of one message, aligned as cmsg(3) demands. */
union proc_control {
	char bytes[CMSG_SPACE(PROC_FDS_MAX * sizeof(int))];
	struct cmsghdr align;
};

int
proc_send(int sock, const void *data, size_t len, const int *fds, size_t n_fds, int flags)
{
	union proc_control control;
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (n_fds > PROC_FDS_MAX)
		return -E2BIG;
	if (n_fds > 0) {
		struct cmsghdr *c;

		memset(&control, 0, CMSG_SPACE(n_fds * sizeof(int)));
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	do
		n = sendmsg(sock, &msg, flags | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EMSGSIZE;
}

/* Takes the descriptors out of a received message; those that do not fit are closed. False if any was lost. */
static bool
proc_take_fds(struct msghdr *msg, int *ret_fds, size_t max_fds, size_t *ret_n_fds)
{
	bool whole = !(msg->msg_flags & MSG_CTRUNC);
	struct cmsghdr *c;
	size_t n = 0;

	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		size_t i, count;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (n < max_fds) {
				ret_fds[n++] = fd;
			} else {
				(void)close(fd);
				whole = false;
			}
		}
	}
	*ret_n_fds = n;
	return whole;
}

ssize_t
proc_recv(int sock, void *data, size_t cap, int *ret_fds, size_t max_fds, size_t *ret_n_fds, int flags)
{
	union proc_control control;
	struct iovec iov = { .iov_base = data, .iov_len = cap };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control),
	};
	size_t n_fds = 0;
	ssize_t n;

	do
		n = recvmsg(sock, &msg, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (!proc_take_fds(&msg, ret_fds, max_fds, &n_fds) || (msg.msg_flags & MSG_TRUNC)) {
		while (n_fds > 0)
			(void)close(ret_fds[--n_fds]);
		return -EMSGSIZE;
	}
	*ret_n_fds = n_fds;
	return n;
}

/* For kernels without close_range(2) (before 5.9) or its CLOEXEC flag (before 5.11). */
static int
proc_close_from_slow(int first, bool cloexec)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;

	if (dir == NULL)
		return -errno;
	while ((e = readdir(dir)) != NULL) {
		uint64_t fd;

		if (str_to_u64(str_of(e->d_name), INT_MAX, &fd) < 0)
			continue;
		if ((int)fd < first || (int)fd == dirfd(dir))
			continue;
		if (cloexec)
			(void)fcntl((int)fd, F_SETFD, FD_CLOEXEC);
		else
			(void)close((int)fd);
	}
	(void)closedir(dir);
	return 0;
}

int
proc_close_from(int first, bool cloexec)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)first, UINT_MAX, cloexec ? CLOSE_RANGE_CLOEXEC : 0) == 0)
		return 0;
	if (errno != ENOSYS && errno != EINVAL)
		return -errno;
#endif
	return proc_close_from_slow(first, cloexec);
}

int
proc_memfd_size(int fd, uint64_t bytes)
{
	struct rlimit old, raised;
	int r;

	if (getrlimit(RLIMIT_FSIZE, &old) < 0)
		return -errno;
	raised = (struct rlimit){ .rlim_cur = old.rlim_max, .rlim_max = old.rlim_max };
	if (old.rlim_cur != old.rlim_max && setrlimit(RLIMIT_FSIZE, &raised) < 0)
		return -errno;
	r = ftruncate(fd, (off_t)bytes) < 0 ? -errno : 0;
	if (old.rlim_cur != old.rlim_max && setrlimit(RLIMIT_FSIZE, &old) < 0 && r == 0)
		r = -errno;
	return r;
}

int
proc_shared_page(const char *name, size_t bytes, int *ret_fd, void **ret_map)
{
	CLEANUP(closep) int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *map;
	int r;

	if (fd < 0)
		return -errno;
	r = proc_memfd_size(fd, bytes);
	if (r < 0)
		return r;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return -errno;
	map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	*ret_map = map;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

void
proc_set_name(const char *name)
{
	(void)prctl(PR_SET_NAME, name, 0, 0, 0);
}
