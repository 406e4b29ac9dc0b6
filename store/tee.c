/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/tee.h"

/* In haste: how long nothing may be taken. */
#define TEE_IDLE_US CLOCK_US_PER_SEC
/* How soon haste is seen. */
#define TEE_TICK_MS 100

void
tee_init(struct tee *e, int fd, store_haste *haste)
{
	struct stat st;

	*e = (struct tee){ .fd = fd, .is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode), .haste = haste };
}

static bool
is_over(const struct tee *e, int64_t idle_us)
{
	int haste = e->haste != NULL ? atomic_load(e->haste) : STORE_HASTE_NONE;

	return haste >= STORE_HASTE_STOP || (haste == STORE_HASTE_END && idle_us >= TEE_IDLE_US);
}

/*
 * 1: something can be written; 0: it is over. Whoever made the other end may have said that nobody has to wait for it (O_NONBLOCK), or that
 * everybody has to: it is theirs too, so it stays as it is.
 */
static int
await_room(struct tee *e)
{
	struct pollfd pfd = { .fd = e->fd, .events = POLLOUT };
	int64_t since_us = clock_mono_us();
	int n;

	while ((n = poll(&pfd, 1, TEE_TICK_MS)) <= 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		if (is_over(e, clock_mono_us() - since_us)) {
			atomic_store(e->haste, STORE_HASTE_LOST);
			return 0;
		}
	}
	return 1;
}

/* Where poll(2) has said that there is room, a pipe has it for PIPE_BUF bytes: these do not block, however the pipe is set. */
static ssize_t
write_some(const struct tee *e, struct str text)
{
	ssize_t n = write(e->fd, text.p, !e->is_file && text.len > PIPE_BUF ? PIPE_BUF : text.len);

	if (n >= 0)
		return n;
	return errno == EINTR || errno == EAGAIN ? 0 : -errno;
}

int
tee_write(struct tee *e, struct str text)
{
	while (text.len > 0 && e->err == 0 && e->fd >= 0 && !e->is_over) {
		int r = await_room(e);
		ssize_t n = r == 1 ? write_some(e, text) : r;

		if (n < 0)
			e->err = (int)n;
		else
			text = str_n(text.p + n, text.len - (size_t)n);
		e->is_over = r == 0;
	}
	return e->err;
}
