/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crawler/pollserver.h"

#define POLLSERVER_READ 4096
#define POLLSERVER_DEAF_US CLOCK_US_PER_SEC

void
pollserver_init(struct pollserver *s, int listen_fd, const struct pollserver_ops *ops)
{
	unsigned i;

	*s = (struct pollserver){ .listen_fd = listen_fd, .ops = *ops };
	for (i = 0; i < POLLSERVER_PEERS; i++)
		s->peers[i].fd = -1;
}

static void
peer_close(struct pollserver_peer *p)
{
	(void)close(p->fd);
	buf_release(&p->in);
	buf_release(&p->out);
	*p = (struct pollserver_peer){ .fd = -1 };
}

void
pollserver_release(struct pollserver *s)
{
	unsigned i;

	for (i = 0; i < POLLSERVER_PEERS; i++)
		if (s->peers[i].fd >= 0)
			peer_close(&s->peers[i]);
	(void)close(s->listen_fd);
	s->listen_fd = -1;
}

/* Where one more may have its place: free, or of a peer that has to go for it. NULL: there is none. */
static struct pollserver_peer *
pollserver_place(struct pollserver *s)
{
	struct pollserver_peer *p, *longest = NULL;

	for (p = s->peers; p < s->peers + POLLSERVER_PEERS; p++) {
		if (p->fd < 0)
			return p;
		if (!p->answered && (longest == NULL || p->end_us < longest->end_us))
			longest = p;
	}
	return longest;
}

static void
pollserver_accept(struct pollserver *s)
{
	struct pollserver_peer *p = pollserver_place(s);
	int fd;

	if (p == NULL)
		return;
	fd = accept4(s->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		/* Else whoever waits would wake us again and again. */
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			s->deaf_until_us = clock_mono_us() + POLLSERVER_DEAF_US;
		return;
	}
	if (s->ops.may != NULL && !s->ops.may(fd)) {
		(void)close(fd);
		return;
	}
	if (p->fd >= 0)
		peer_close(p);
	p->fd = fd;
	p->end_us = clock_mono_us() + POLLSERVER_PEER_US;
	buf_init(&p->in, s->ops.request_max);
	buf_init(&p->out, s->ops.answer_max);
}

/* False: it is over. */
static bool
peer_read(struct pollserver *s, struct pollserver_peer *p)
{
	char data[POLLSERVER_READ];
	ssize_t n = recv(p->fd, data, sizeof(data), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n > 0)
		buf_add(&p->in, data, (size_t)n);
	/* The answer to one that is too long need not wait for its end. */
	p->answered = s->ops.answer(s->ops.arg, &p->in, n == 0 || p->in.err < 0, &p->out);
	return p->answered || n > 0;
}

static bool
peer_write(struct pollserver_peer *p)
{
	ssize_t n = send(p->fd, p->out.data + p->out_off, p->out.len - p->out_off, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	p->out_off += (size_t)n;
	return p->out_off < p->out.len;
}

unsigned
pollserver_fds(const struct pollserver *s, struct pollfd fds[POLLSERVER_FDS])
{
	unsigned i, n = 0;
	bool has_place = false;

	for (i = 0; i < POLLSERVER_PEERS; i++) {
		const struct pollserver_peer *p = &s->peers[i];

		has_place = has_place || p->fd < 0 || !p->answered;
		if (p->fd >= 0)
			fds[n++] = (struct pollfd){ .fd = p->fd, .events = p->answered ? POLLOUT : POLLIN };
	}
	if (has_place && (s->deaf_until_us == 0 || clock_mono_us() >= s->deaf_until_us))
		fds[n++] = (struct pollfd){ .fd = s->listen_fd, .events = POLLIN };
	return n;
}

static void
pollserver_peer(struct pollserver *s, int fd)
{
	struct pollserver_peer *p = s->peers;
	bool goes_on;

	while (p < s->peers + POLLSERVER_PEERS && p->fd != fd)
		p++;
	if (p == s->peers + POLLSERVER_PEERS)
		return;
	goes_on = p->answered || peer_read(s, p);
	if (goes_on && p->answered)
		goes_on = peer_write(p);
	if (!goes_on)
		peer_close(p);
}

void
pollserver_turn(struct pollserver *s, const struct pollfd *fds, unsigned n)
{
	int64_t now_us = clock_mono_us();
	unsigned i;

	for (i = 0; i < n; i++) {
		if (fds[i].revents == 0)
			continue;
		if (fds[i].fd == s->listen_fd)
			pollserver_accept(s);
		else
			pollserver_peer(s, fds[i].fd);
	}
	for (i = 0; i < POLLSERVER_PEERS; i++)
		if (s->peers[i].fd >= 0 && now_us > s->peers[i].end_us)
			peer_close(&s->peers[i]);
}
