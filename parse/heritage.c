/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/proc.h"
#include "parse/heritage.h"

static void
heritage_add(int *fds, int *targets, size_t *n, int fd, int target)
{
	if (fd < 0)
		return;
	CHECK(*n < HERITAGE_MAX);
	fds[*n] = fd;
	targets[(*n)++] = target;
}

void
heritage_list(const struct heritage *h, int fds[HERITAGE_MAX], int targets[HERITAGE_MAX], size_t *ret_n)
{
	size_t n = 0;
	unsigned i;

	CHECK(h->n_loops <= WIRE_LOOPS_MAX);
	heritage_add(fds, targets, &n, h->program, HERITAGE_PROGRAM);
	heritage_add(fds, targets, &n, h->brief, WIRE_FD_BRIEF);
	heritage_add(fds, targets, &n, h->visited, WIRE_FD_VISITED);
	heritage_add(fds, targets, &n, h->refused, WIRE_FD_REFUSED);
	for (i = 0; i < h->n_loops; i++) {
		heritage_add(fds, targets, &n, h->sockets[i], WIRE_FD_SOCKETS + (int)i);
		heritage_add(fds, targets, &n, h->regions[i], WIRE_FD_SOCKETS + (int)(h->n_loops + i));
	}
	*ret_n = n;
}

/* A copy out of the way, so that placing one cannot overwrite another. */
static int
heritage_lift(int fd, int floor)
{
	int lifted = fcntl(fd, F_DUPFD_CLOEXEC, floor);

	return lifted < 0 ? -errno : lifted;
}

static int
heritage_stdio(bool keep_stderr)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return -errno;
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || (!keep_stderr && dup2(null, 2) < 0))
		return -errno;
	return 0;
}

int
heritage_place(const int *fds, const int *targets, size_t n, bool keep_stderr, int *ret_program)
{
	int lifted[HERITAGE_MAX], program = -1, floor = 3;
	size_t i;
	int r;

	if (n > HERITAGE_MAX)
		return -E2BIG;
	/* No higher than needed: a process may have few descriptors. */
	for (i = 0; i < n; i++)
		if (targets[i] >= floor)
			floor = targets[i] + 1;
	for (i = 0; i < n; i++) {
		lifted[i] = heritage_lift(fds[i], floor);
		if (lifted[i] < 0)
			return lifted[i];
	}
	r = heritage_stdio(keep_stderr);
	if (r < 0)
		return r;
	/* First everything goes at the exec; then dup2() makes copies that stay. */
	r = proc_close_from(3, true);
	if (r < 0)
		return r;
	for (i = 0; i < n; i++) {
		if (targets[i] == HERITAGE_PROGRAM) {
			program = lifted[i];
			continue;
		}
		if (targets[i] < 3 || targets[i] >= HERITAGE_MAX)
			return -EINVAL;
		if (dup2(lifted[i], targets[i]) < 0)
			return -errno;
	}
	if (program < 0)
		return -EINVAL;
	*ret_program = program;
	return 0;
}
