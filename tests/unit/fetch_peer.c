/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/unit/fetch_peer.h"

#define PEER_CONNECTIONS  4096
#define PEER_REQUEST_MAX  65536

struct conn {
	struct peer *peer;
	pthread_t thread;
	int fd;
};

struct peer {
	const struct peer_play *plays;
	const char *greeting; /* or NULL */
	int fd;
	uint16_t port;
	pthread_t thread;
	pthread_mutex_t lock;
	unsigned n;                   /* guarded by lock */
	_Atomic unsigned requests;
	struct conn *conns[PEER_CONNECTIONS]; /* guarded by lock */
};

static bool
send_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static void
hang(int fd)
{
	char buf[256];

	while (recv(fd, buf, sizeof(buf), 0) > 0)
		;
}

/* True: the connection goes on. */
static bool
act(int fd, const struct peer_play *play)
{
	size_t more_len = play->more_len != 0 || play->more == NULL ? play->more_len : strlen(play->more);
	struct linger reset = { .l_onoff = 1 };
	unsigned i;

	if (!send_all(fd, play->text, play->len != 0 ? play->len : strlen(play->text)))
		return false;
	switch (play->then) {
	case PEER_KEEP:
		return true;
	case PEER_CLOSE:
		return false;
	case PEER_RESET:
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		return false;
	case PEER_HANG:
		hang(fd);
		return false;
	case PEER_REPEAT:
		while (send_all(fd, play->more, more_len))
			;
		return false;
	case PEER_REPEAT_N:
		for (i = 0; i < play->n; i++)
			if (!send_all(fd, play->more, more_len))
				return false;
		return true;
	}
	return false;
}

static bool
answer(struct conn *c, const char *request)
{
	static const struct peer_play not_found = { .text = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" };
	const struct peer_play *play;

	atomic_fetch_add(&c->peer->requests, 1);
	for (play = c->peer->plays; play->path != NULL; play++) {
		size_t len = strlen(play->path);

		if (strncmp(request, "GET ", 4) == 0 && strncmp(request + 4, play->path, len) == 0 &&
			request[4 + len] == ' ')
			return act(c->fd, play);
	}
	return act(c->fd, &not_found);
}

static void *
conn_main(void *arg)
{
	struct conn *c = arg;
	char *buf = malloc(PEER_REQUEST_MAX + 1);
	size_t len = 0;
	bool go_on = true;

	CHECK(buf != NULL);
	if (c->peer->greeting != NULL)
		go_on = send_all(c->fd, c->peer->greeting, strlen(c->peer->greeting));
	while (go_on && len < PEER_REQUEST_MAX) {
		ssize_t n = recv(c->fd, buf + len, PEER_REQUEST_MAX - len, 0);
		char *end;

		if (n <= 0)
			break;
		len += (size_t)n;
		buf[len] = '\0';
		while (go_on && (end = strstr(buf, "\r\n\r\n")) != NULL) {
			go_on = answer(c, buf);
			end += 4;
			len -= (size_t)(end - buf);
			memmove(buf, end, len + 1);
		}
	}
	free(buf);
	/* With the lock: peer_free() may be shutting it down. */
	pthread_mutex_lock(&c->peer->lock);
	(void)close(c->fd);
	c->fd = -1;
	pthread_mutex_unlock(&c->peer->lock);
	return NULL;
}

static void
accept_one(struct peer *p, int fd)
{
	struct conn *c = calloc(1, sizeof(*c));

	CHECK(c != NULL);
	c->peer = p;
	c->fd = fd;
	pthread_mutex_lock(&p->lock);
	CHECK(p->n < PEER_CONNECTIONS);
	p->conns[p->n++] = c;
	CHECK(pthread_create(&c->thread, NULL, conn_main, c) == 0);
	pthread_mutex_unlock(&p->lock);
}

static void *
accept_main(void *arg)
{
	struct peer *p = arg;
	int fd;

	while ((fd = accept(p->fd, NULL, NULL)) >= 0)
		accept_one(p, fd);
	return NULL;
}

static struct peer *
peer_start(const struct peer_play *plays, const char *greeting)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct peer *p = calloc(1, sizeof(*p));

	CHECK(p != NULL);
	p->plays = plays;
	p->greeting = greeting;
	CHECK(pthread_mutex_init(&p->lock, NULL) == 0);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(p->fd >= 0);
	CHECK(bind(p->fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	CHECK(listen(p->fd, 256) == 0);
	CHECK(getsockname(p->fd, (struct sockaddr *)&a, &len) == 0);
	p->port = ntohs(a.sin_port);
	CHECK(pthread_create(&p->thread, NULL, accept_main, p) == 0);
	return p;
}

struct peer *
peer_new(const struct peer_play *plays)
{
	return peer_start(plays, NULL);
}

struct peer *
peer_new_greeting(const char *greeting)
{
	static const struct peer_play none[] = { { NULL } };

	return peer_start(none, greeting);
}

void
peer_free(struct peer *p)
{
	unsigned i;

	(void)shutdown(p->fd, SHUT_RDWR);
	CHECK(pthread_join(p->thread, NULL) == 0);
	(void)close(p->fd);
	pthread_mutex_lock(&p->lock);
	for (i = 0; i < p->n; i++)
		if (p->conns[i]->fd >= 0)
			(void)shutdown(p->conns[i]->fd, SHUT_RDWR);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->n; i++) {
		CHECK(pthread_join(p->conns[i]->thread, NULL) == 0);
		free(p->conns[i]);
	}
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

uint16_t
peer_port(const struct peer *p)
{
	return p->port;
}

unsigned
peer_connections(struct peer *p)
{
	unsigned n;

	pthread_mutex_lock(&p->lock);
	n = p->n;
	pthread_mutex_unlock(&p->lock);
	return n;
}

unsigned
peer_requests(struct peer *p)
{
	return atomic_load(&p->requests);
}
