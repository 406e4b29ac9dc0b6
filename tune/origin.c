/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection:
 *
 *	READING --request--> QUEUED --its turn--> SERVED --latency--> WRITING --written--> READING
 *
 * QUEUED only where the host serves as many as it may (a list per host, first come first served); SERVED ones stand in a heap by the
 * time their answer is due. While an answer is under way nothing more is read: one request at a time, as HTTP/1.1 clients do.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "tune/origin.h"

#define ORIGIN_MAGIC         0x4f524947u
#define ORIGIN_NETWORK       0x7f4d0001u /* 127.77.0.1 */
#define ORIGIN_REQUEST_BYTES 8192
#define ORIGIN_HEAD_BYTES    (ORIGIN_REQUEST_BYTES + 512)
#define ORIGIN_BACKLOG       4096
#define ORIGIN_PORT_TRIES    50
#define ORIGIN_EVENTS        256

enum conn_state { CONN_READING, CONN_QUEUED, CONN_SERVED, CONN_WRITING };

struct conn {
	int fd;
	unsigned host;
	enum conn_state state;
	bool last;         /* the client wants no more on it */
	struct conn *next; /* in its host's queue */
	int64_t due_us, latency_us;
	char in[ORIGIN_REQUEST_BYTES];
	size_t in_len;
	char head[ORIGIN_HEAD_BYTES];
	size_t head_len, sent;
	char *own;         /* the body's memory, where it is ours */
	struct str body;
};

struct host {
	int listener;
	unsigned limit, n_served;
	struct conn *first, *newest; /* queued */
};

struct origin {
	uint32_t magic;
	unsigned n_hosts, port;
	pid_t pid;
	/* from here on: in the child */
	struct origin_config config;
	int epfd, timerfd;
	struct conn **heap; /* by due_us */
	size_t n_heap, heap_cap;
	struct host hosts[];
};

/* --- the heap ------------------------------------------------------------------------------------------------------ */

static void
heap_push(struct origin *o, struct conn *c)
{
	size_t i = o->n_heap++;

	if (i == o->heap_cap) {
		size_t cap = o->heap_cap == 0 ? 256 : 2 * o->heap_cap;
		struct conn **heap = realloc(o->heap, cap * sizeof(struct conn *));

		CHECK(heap != NULL); /* the child: its end is told to the trial by refused connections */
		o->heap = heap;
		o->heap_cap = cap;
	}
	for (; i > 0 && o->heap[(i - 1) / 2]->due_us > c->due_us; i = (i - 1) / 2)
		o->heap[i] = o->heap[(i - 1) / 2];
	o->heap[i] = c;
}

static struct conn *
heap_pop(struct origin *o)
{
	struct conn *top = o->heap[0], *last = o->heap[--o->n_heap];
	size_t i = 0;

	for (size_t child = 1; child < o->n_heap; child = 2 * i + 1) {
		if (child + 1 < o->n_heap && o->heap[child + 1]->due_us < o->heap[child]->due_us)
			child++;
		if (last->due_us <= o->heap[child]->due_us)
			break;
		o->heap[i] = o->heap[child];
		i = child;
	}
	o->heap[i] = last;
	return top;
}

/* --- connections ----------------------------------------------------------------------------------------------------- */

static void
conn_free(struct conn *c)
{
	(void)close(c->fd);
	free(c->own);
	free(c);
}

/* False: the kernel has no memory for it. */
static bool
conn_watch(struct origin *o, struct conn *c, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	return epoll_ctl(o->epfd, EPOLL_CTL_MOD, c->fd, &ev) == 0;
}

static void
conn_serve(struct origin *o, struct conn *c, int64_t now_us)
{
	o->hosts[c->host].n_served++;
	c->state = CONN_SERVED;
	c->due_us = now_us + c->latency_us;
	heap_push(o, c);
}

static void
conn_queue(struct origin *o, struct conn *c)
{
	struct host *h = &o->hosts[c->host];

	if (h->limit == 0 || h->n_served < h->limit) {
		conn_serve(o, c, clock_mono_us());
		return;
	}
	c->state = CONN_QUEUED;
	c->next = NULL;
	if (h->first != NULL)
		h->newest->next = c;
	else
		h->first = c;
	h->newest = c;
}

static bool
conn_make_answer(struct origin *o, struct conn *c, struct str path)
{
	struct origin_answer a = { .status = 404 };
	int n;

	o->config.answer(o->config.arg, c->host, path, &a);
	c->latency_us = a.latency_us;
	free(c->own);
	c->own = NULL;
	c->body = a.body;
	if (!a.keeps_body && a.body.len > 0) {
		c->own = malloc(a.body.len);
		if (c->own == NULL)
			return false;
		memcpy(c->own, a.body.p, a.body.len);
		c->body.p = c->own;
	}
	n = snprintf(c->head, sizeof(c->head), "HTTP/1.1 %u Replayed\r\nContent-Length: %zu\r\n", a.status, c->body.len);
	if (n >= 0 && a.type.len > 0 && a.type.len < 200)
		n += snprintf(c->head + n, sizeof(c->head) - (size_t)n, "Content-Type: %.*s\r\n", STR_ARG(a.type));
	if (n >= 0 && a.location.len > 0 && a.location.len < ORIGIN_REQUEST_BYTES)
		n += snprintf(c->head + n, sizeof(c->head) - (size_t)n, "Location: %.*s\r\n", STR_ARG(a.location));
	n += snprintf(c->head + n, sizeof(c->head) - (size_t)n, "\r\n");
	c->head_len = (size_t)n;
	c->sent = 0;
	return true;
}

/* One whole request in c->in? Then it is taken out, and its answer is under way. False: it is none. */
static bool
conn_request(struct origin *o, struct conn *c)
{
	struct str line, method, path, rest, all = str_n(c->in, c->in_len);
	char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
	size_t used;

	if (end == NULL)
		return c->in_len < sizeof(c->in);
	if (!str_cut(all, '\r', &line, &rest) || !str_cut(line, ' ', &method, &line) || !str_cut(line, ' ', &path, &rest) ||
		!str_eq(method, STR("GET")) || path.len == 0 || path.p[0] != '/')
		return false;
	used = (size_t)(end + 4 - c->in);
	c->last = memmem(c->in, used, "\r\nConnection: close", 19) != NULL;
	if (!conn_make_answer(o, c, path))
		return false;
	memmove(c->in, c->in + used, c->in_len - used);
	c->in_len -= used;
	/* Before others know of it: what is queued cannot be freed. */
	if (!conn_watch(o, c, 0))
		return false;
	conn_queue(o, c);
	return true;
}

static void
conn_read(struct origin *o, struct conn *c)
{
	ssize_t n = read(c->fd, c->in + c->in_len, sizeof(c->in) - c->in_len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		c->in_len += (size_t)n;
	if (n <= 0 || !conn_request(o, c))
		conn_free(c);
}

/* 1: all is written; 0: not yet; -1: the client has gone. */
static int
conn_send(struct conn *c)
{
	while (c->sent < c->head_len + c->body.len) {
		struct iovec iov[2];
		struct msghdr m = { .msg_iov = iov };
		size_t body_at = c->sent > c->head_len ? c->sent - c->head_len : 0;
		ssize_t n;

		if (c->sent < c->head_len)
			iov[m.msg_iovlen++] = (struct iovec){ c->head + c->sent, c->head_len - c->sent };
		if (body_at < c->body.len)
			iov[m.msg_iovlen++] = (struct iovec){ (char *)c->body.p + body_at, c->body.len - body_at };
		n = sendmsg(c->fd, &m, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return -1;
		c->sent += (size_t)n;
	}
	return 1;
}

static void
conn_write(struct origin *o, struct conn *c)
{
	int sent = conn_send(c);

	if (sent == 0 && c->state != CONN_WRITING) {
		c->state = CONN_WRITING;
		if (conn_watch(o, c, EPOLLOUT))
			return;
		sent = -1;
	} else if (sent == 0) {
		return;
	}
	c->state = CONN_READING;
	if (sent < 0 || c->last || !conn_watch(o, c, EPOLLIN))
		conn_free(c);
}

/* Answers that are due; each gives its place to the next of its host's queue. A client that went away is noticed here. */
static void
origin_release_due(struct origin *o)
{
	int64_t now_us = clock_mono_us();

	while (o->n_heap > 0 && o->heap[0]->due_us <= now_us) {
		struct conn *c = heap_pop(o), *next;
		struct host *h = &o->hosts[c->host];

		h->n_served--;
		next = h->first;
		if (next != NULL) {
			h->first = next->next;
			conn_serve(o, next, now_us);
		}
		conn_write(o, c);
	}
}

static void
origin_accept(struct origin *o, unsigned host)
{
	int one = 1, fd;

	while ((fd = accept4(o->hosts[host].listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct conn *c = calloc(1, sizeof(*c));
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };

		if (c == NULL) {
			(void)close(fd);
			return;
		}
		c->fd = fd;
		c->host = host;
		if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0 ||
			epoll_ctl(o->epfd, EPOLL_CTL_ADD, fd, &ev) < 0)
			conn_free(c);
	}
}

/* --- the child ------------------------------------------------------------------------------------------------------- */

static void
origin_set_timer(struct origin *o)
{
	struct itimerspec at = { 0 };

	if (o->n_heap > 0) {
		at.it_value.tv_sec = (time_t)(o->heap[0]->due_us / CLOCK_US_PER_SEC);
		at.it_value.tv_nsec = (long)(o->heap[0]->due_us % CLOCK_US_PER_SEC * 1000);
	}
	CHECK(timerfd_settime(o->timerfd, TFD_TIMER_ABSTIME, &at, NULL) == 0);
}

static void
origin_event(struct origin *o, const struct epoll_event *ev)
{
	const char *p = ev->data.ptr, *hosts = (const char *)o->hosts;
	struct conn *c = ev->data.ptr;
	uint64_t n;

	if (ev->data.ptr == o) {
		if (read(o->timerfd, &n, sizeof(n)) < 0) {
			/* EAGAIN: it was set anew */
		}
	} else if (p >= hosts && p < hosts + o->n_hosts * sizeof(o->hosts[0])) {
		origin_accept(o, (unsigned)((p - hosts) / (ptrdiff_t)sizeof(o->hosts[0])));
	} else if (c->state == CONN_READING) {
		conn_read(o, c);
	} else if (c->state == CONN_WRITING) {
		conn_write(o, c);
	} else if (!conn_watch(o, c, EPOLLET)) {
		/* Hung up while its answer is under way: told once is enough, the writing will see it. */
		CHECK(errno != EBADF);
	}
}

static void
origin_loop(struct origin *o)
{
	struct epoll_event events[ORIGIN_EVENTS];

	for (;;) {
		int n;

		origin_set_timer(o);
		n = epoll_wait(o->epfd, events, ARRAY_LEN(events), -1);
		for (int i = 0; i < n; i++)
			origin_event(o, &events[i]);
		origin_release_due(o);
	}
}

static void
origin_child(struct origin *o, pid_t parent)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = o };
	sigset_t none;

	sigemptyset(&none);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent || setpgid(0, 0) < 0 ||
		sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		_exit(1);
	proc_set_name("lycosa-origin");
	o->epfd = epoll_create1(EPOLL_CLOEXEC);
	o->timerfd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (o->epfd < 0 || o->timerfd < 0 || epoll_ctl(o->epfd, EPOLL_CTL_ADD, o->timerfd, &ev) < 0)
		_exit(1);
	for (unsigned i = 0; i < o->n_hosts; i++) {
		ev.data.ptr = &o->hosts[i];
		o->hosts[i].limit = o->config.limits != NULL ? o->config.limits[i] : 0;
		if (epoll_ctl(o->epfd, EPOLL_CTL_ADD, o->hosts[i].listener, &ev) < 0)
			_exit(1);
	}
	origin_loop(o);
}

/* --- origin.h -------------------------------------------------------------------------------------------------------- */

static in_addr_t
origin_in_addr(unsigned host)
{
	return htonl(ORIGIN_NETWORK + host);
}

void
origin_address(unsigned host, char ret_text[ORIGIN_ADDRESS_SIZE])
{
	struct in_addr a = { origin_in_addr(host) };

	CHECK(inet_ntop(AF_INET, &a, ret_text, ORIGIN_ADDRESS_SIZE) != NULL);
}

/* The listening socket, or negative errno. port: in network order; 0: any. */
static int
listen_on(unsigned host, in_port_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = origin_in_addr(host) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
		listen(fd, ORIGIN_BACKLOG) == 0)
		return fd;
	r = -errno;
	(void)close(fd);
	return r;
}

static void
close_listeners(struct origin *o)
{
	for (unsigned i = 0; i < o->n_hosts; i++) {
		if (o->hosts[i].listener >= 0)
			(void)close(o->hosts[i].listener);
		o->hosts[i].listener = -1;
	}
}

/* A port that is free on every one of the addresses. */
static int
listen_everywhere(struct origin *o)
{
	int r = -EADDRINUSE;

	for (unsigned i = 0; i < ORIGIN_PORT_TRIES && r == -EADDRINUSE; i++) {
		struct sockaddr_in a = { 0 };
		socklen_t len = sizeof(a);

		r = 0;
		for (unsigned h = 0; h < o->n_hosts && r == 0; h++) {
			int fd = listen_on(h, a.sin_port);

			r = fd < 0 ? fd : 0;
			o->hosts[h].listener = fd < 0 ? -1 : fd;
			if (r == 0 && h == 0 && getsockname(fd, (struct sockaddr *)&a, &len) < 0)
				r = -errno;
		}
		o->port = ntohs(a.sin_port);
		if (r < 0)
			close_listeners(o);
	}
	return r;
}

int
origin_listen(unsigned n_hosts, struct origin **ret_origin)
{
	struct origin *o;
	struct rlimit lim;
	int r;

	CHECK(n_hosts > 0 && n_hosts <= ORIGIN_HOSTS_MAX);
	/* Connections and listeners; the child inherits it. */
	if (getrlimit(RLIMIT_NOFILE, &lim) == 0) {
		lim.rlim_cur = lim.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &lim) < 0)
			return -errno;
	}
	o = calloc(1, sizeof(*o) + n_hosts * sizeof(o->hosts[0]));
	if (o == NULL)
		return -ENOMEM;
	o->magic = ORIGIN_MAGIC;
	o->n_hosts = n_hosts;
	for (unsigned i = 0; i < n_hosts; i++)
		o->hosts[i].listener = -1;
	r = listen_everywhere(o);
	if (r < 0) {
		origin_free(o);
		return r;
	}
	*ret_origin = o;
	return 0;
}

unsigned
origin_port(const struct origin *o)
{
	CHECK_MAGIC(o, ORIGIN_MAGIC);
	return o->port;
}

int
origin_start(struct origin *o, const struct origin_config *config)
{
	pid_t parent = getpid();

	CHECK_MAGIC(o, ORIGIN_MAGIC);
	CHECK(o->pid == 0);
	o->config = *config;
	o->pid = fork();
	if (o->pid < 0) {
		o->pid = 0;
		return -errno;
	}
	if (o->pid == 0)
		origin_child(o, parent);
	close_listeners(o);
	return 0;
}

void
origin_free(struct origin *o)
{
	if (o == NULL)
		return;
	CHECK_MAGIC(o, ORIGIN_MAGIC);
	if (o->pid > 0 && kill(o->pid, SIGKILL) == 0)
		while (waitpid(o->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	close_listeners(o);
	o->magic = 0;
	free(o);
}
