/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proc.h: what processes need to hand one another: descriptors over a socket, sealed shared pages, and nothing else.
 *
 * No state; any thread. Failures are negative errno, and every descriptor that came in and cannot be kept is closed.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"

/* SCM_MAX_FD of the kernel is 253. */
#define PROC_FDS_MAX 253

/*
 * Sends one message of len bytes with n_fds descriptors (SCM_RIGHTS) on a connected Unix socket; flags as send(2),
 * MSG_NOSIGNAL is always added. For message-preserving sockets (SOCK_SEQPACKET): the message goes whole or not at all.
 */
MUST_CHECK int proc_send(int sock, const void *data, size_t len, const int *fds, size_t n_fds, int flags);

/*
 * Receives one message: its length (0 = the peer is gone), -EAGAIN, -EMSGSIZE (message or descriptors do not fit: all
 * dropped) or another negative errno. Descriptors are close-on-exec and the caller's; *ret_n_fds of at most max_fds.
 */
MUST_CHECK ssize_t proc_recv(int sock, void *data, size_t cap, int *ret_fds, size_t max_fds, size_t *ret_n_fds,
	int flags);

/* Every descriptor from first on: closed, or (cloexec) closed by the next exec. 0 or negative errno. */
MUST_CHECK int proc_close_from(int first, bool cloexec);

/*
 * Gives a new memfd its size. A memfd is memory, so a limit on the size of files (RLIMIT_FSIZE) that was set for the
 * user's files does not count, as far as its hard limit goes; -EFBIG beyond. While it runs no other thread may depend on
 * that limit: at the start of the program.
 */
MUST_CHECK int proc_memfd_size(int fd, uint64_t bytes);

/*
 * A shared page (memfd) of `bytes`, zeroed, that nobody can shrink or grow any more: a peer that holds the descriptor
 * can change what is in it, but cannot make reading it a SIGBUS. *ret_map: mapped read-write here.
 */
MUST_CHECK int proc_shared_page(const char *name, size_t bytes, int *ret_fd, void **ret_map);

/* The name ps(1) shows, at most 15 bytes. */
void proc_set_name(const char *name);

#endif
