/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pollserver.h: a small server in the main thread's poll(2): one request and one answer for each connection. Nothing blocks.
 *
 *	accepted -> read until the user of this has an answer -> the answer is written -> closed
 *
 * A peer is closed at any point when it has had POLLSERVER_PEER_US, or goes. What peers may cost is bounded: POLLSERVER_PEERS at a time;
 * requests and answers have a ceiling. Where there are as many, whoever comes takes the place of the one that has owed its request for
 * longest, so that those who say nothing keep nobody out; where all have their answers and are slow to read them, it waits in the backlog.
 *
 * Order of calls: pollserver_init() with a listening descriptor; pollserver_fds() and pollserver_turn() around each poll(2); pollserver_release().
 */
#ifndef CRAWLER_POLLSERVER_H
#define CRAWLER_POLLSERVER_H

#include <poll.h>

#include "base/buf.h"
#include "base/clock.h"

#define POLLSERVER_PEERS   8
#define POLLSERVER_FDS     (POLLSERVER_PEERS + 1)
#define POLLSERVER_PEER_US (10 * CLOCK_US_PER_SEC)

struct pollserver_ops {
	/* May this peer ask? NULL: anybody. */
	bool (*may)(int fd);
	/*
	 * What has come so far; ended: nothing more will. in->err: it was too long. True: the answer is in out. When ended, it must
	 * be.
	 */
	bool (*answer)(void *arg, const struct buf *in, bool ended, struct buf *out);
	void *arg;
	size_t request_max, answer_max;
};

struct pollserver_peer {
	int fd; /* -1: none */
	int64_t end_us;
	struct buf in, out;
	size_t out_off;
	bool answered;
};

struct pollserver {
	int listen_fd;
	int64_t deaf_until_us; /* no descriptor was to be had */
	struct pollserver_ops ops;
	struct pollserver_peer peers[POLLSERVER_PEERS];
};

/* Takes listen_fd, which does not block. */
void pollserver_init(struct pollserver *s, int listen_fd, const struct pollserver_ops *ops);
void pollserver_release(struct pollserver *s);
/* What to wait for; returns how many. */
unsigned pollserver_fds(const struct pollserver *s, struct pollfd fds[POLLSERVER_FDS]);
/* After poll(2): fds as pollserver_fds() gave them, with what has happened. */
void pollserver_turn(struct pollserver *s, const struct pollfd *fds, unsigned n);

#endif
