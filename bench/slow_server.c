/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slow_server: an HTTP/1.1 origin that answers each request after a fixed delay and costs next to nothing, so that a
 * crawl of it is bound by waiting. One thread, one epoll; thousands of connections.
 *
 *	slow_server [-n HOSTS] [-d DELAY_MS] [-w WIDTH] [-k CHILDREN] [-b BODY_BYTES]
 *
 * Listens on 127.0.0.2 .. 127.0.0.(HOSTS + 1), all on one port, which it prints as its first line of output. Ends when its standard
 * input closes (so it cannot outlive whoever started it), and then prints a line of JSON: requests, connections, and the
 * most requests that were ever waiting at once, in all and on one host.
 *
 * Each host is a tree: / links to /1 .. /WIDTH, and /I links to /I/1 .. /I/CHILDREN, all of them back to / and to a few
 * siblings. So a host has 1 + WIDTH * (1 + CHILDREN) pages. Everything else, /robots.txt too, is 404.
 *
 * All answers wait equally long, so the waiting ones are a queue: the first in is the first due.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_HOSTS     200
#define MAX_REQUEST   16384
#define MAX_BODY      (1 << 20)
#define N_EVENTS      256
#define PORT_ATTEMPTS 50
#define SIBLINGS      20

enum conn_state { CONN_READING, CONN_WAITING, CONN_WRITING };

struct conn {
	int fd;
	unsigned host;
	enum conn_state state;
	bool closing;
	int64_t due_us;
	struct conn *next; /* in the queue of those that wait */
	char in[MAX_REQUEST];
	size_t in_len;
	char *out;
	size_t out_len, out_done;
};

static struct {
	unsigned hosts, delay_ms, width, children;
	size_t body_bytes;
} options = { .hosts = 16, .delay_ms = 100, .width = 100, .children = 5, .body_bytes = 8192 };

static int epoll_fd;
static int listeners[MAX_HOSTS];
static struct conn *wait_head, *wait_tail;
static uint64_t n_requests, n_conns, n_waiting, max_waiting;
static uint64_t host_waiting[MAX_HOSTS], host_max_waiting;

static void
die(const char *what)
{
	fprintf(stderr, "slow_server: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* ---- pages ---- */

static size_t
page_links(char *body, size_t cap, unsigned long a, bool is_root)
{
	size_t n = (size_t)snprintf(body, cap, "<!DOCTYPE html><html><head><title>page %lu</title></head><body>\n"
		"<p><a href=\"/\">top</a></p>\n<ul>\n", a);

	for (unsigned i = 1; is_root && i <= options.width && n < cap; i++)
		n += (size_t)snprintf(body + n, cap - n, "<li><a href=\"/%u\">part %u</a></li>\n", i, i);
	for (unsigned i = 1; !is_root && i <= options.children && n < cap; i++)
		n += (size_t)snprintf(body + n, cap - n, "<li><a href=\"/%lu/%u\">section %u</a></li>\n", a, i, i);
	for (unsigned i = 0; !is_root && i < SIBLINGS && i < options.width && n < cap; i++) {
		unsigned long s = (a + i) % options.width + 1;
		n += (size_t)snprintf(body + n, cap - n, "<li><a href=\"/%lu\">see also %lu</a></li>\n", s, s);
	}
	return n;
}

static size_t
page_body(char *body, size_t cap, unsigned long a, bool is_root)
{
	static const char prose[] = "<p>Nothing to see here, but the parser does not know that yet.</p>\n";
	static const char end[] = "</body></html>\n";
	size_t n = page_links(body, cap - sizeof(end), a, is_root);

	while (n + sizeof(prose) + sizeof(end) < options.body_bytes && n + sizeof(prose) + sizeof(end) < cap) {
		memcpy(body + n, prose, sizeof(prose) - 1);
		n += sizeof(prose) - 1;
	}
	memcpy(body + n, end, sizeof(end) - 1);
	return n + sizeof(end) - 1;
}

/* True if the path is a page: "/", "/A" or "/A/B" within the tree. */
static bool
page_of(const char *path, unsigned long *ret_a)
{
	char *end;

	*ret_a = 0;
	if (strcmp(path, "/") == 0)
		return true;
	if (path[0] != '/' || path[1] < '1' || path[1] > '9')
		return false;
	*ret_a = strtoul(path + 1, &end, 10);
	if (*ret_a > options.width)
		return false;
	if (*end == '\0')
		return true;
	if (end[0] != '/' || end[1] < '1' || end[1] > '9')
		return false;
	unsigned long b = strtoul(end + 1, &end, 10);
	return *end == '\0' && b <= options.children;
}

static void
answer(struct conn *c, const char *path)
{
	static char body[MAX_BODY];
	unsigned long a;
	bool found = page_of(path, &a);
	size_t len = found ? page_body(body, sizeof(body), a, a == 0) : 0;

	free(c->out);
	c->out = malloc(len + 256);
	if (c->out == NULL)
		die("memory");
	int head = snprintf(c->out, 256, "HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n\r\n",
		found ? "200 OK" : "404 Not Found", len);
	memcpy(c->out + head, body, len);
	c->out_len = (size_t)head + len;
	c->out_done = 0;
}

/* ---- connections ---- */

static void
conn_free(struct conn *c)
{
	close(c->fd);
	free(c->out);
	free(c);
}

static void
conn_wants(struct conn *c, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &ev) < 0)
		die("epoll_ctl");
}

static void
conn_enqueue(struct conn *c)
{
	c->state = CONN_WAITING;
	c->due_us = now_us() + (int64_t)options.delay_ms * 1000;
	c->next = NULL;
	if (wait_tail != NULL)
		wait_tail->next = c;
	else
		wait_head = c;
	wait_tail = c;
	if (++n_waiting > max_waiting)
		max_waiting = n_waiting;
	if (++host_waiting[c->host] > host_max_waiting)
		host_max_waiting = host_waiting[c->host];
}

/* One whole request in c->in? Then it is taken out and its answer begins to wait. False: bad request. */
static bool
conn_request(struct conn *c)
{
	char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
	char path[1024];

	if (end == NULL)
		return c->in_len < sizeof(c->in) - 1;
	c->in[c->in_len] = '\0';
	if (sscanf(c->in, "GET %1000s HTTP/1.", path) != 1)
		return false;
	*end = '\0';
	c->closing = strcasestr(c->in, "\r\nConnection: close") != NULL;
	size_t used = (size_t)(end + 4 - c->in);
	memmove(c->in, c->in + used, c->in_len - used);
	c->in_len -= used;
	n_requests++;
	answer(c, path);
	conn_enqueue(c);
	return true;
}

/* While an answer waits, nothing more is read: one request at a time, as HTTP/1.1 clients do. */
static void
conn_read(struct conn *c)
{
	ssize_t n = read(c->fd, c->in + c->in_len, sizeof(c->in) - 1 - c->in_len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		conn_free(c);
		return;
	}
	c->in_len += (size_t)n;
	if (!conn_request(c))
		conn_free(c);
	else if (c->state == CONN_WAITING)
		conn_wants(c, 0);
}

static void
conn_write(struct conn *c)
{
	while (c->out_done < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->out_done, c->out_len - c->out_done, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) {
			c->state = CONN_WRITING;
			conn_wants(c, EPOLLOUT);
			return;
		}
		if (n < 0) {
			conn_free(c);
			return;
		}
		c->out_done += (size_t)n;
	}
	if (c->closing) {
		conn_free(c);
		return;
	}
	c->state = CONN_READING;
	conn_wants(c, EPOLLIN);
}

/* The peer went away while its answer waited: it is noticed when the answer is written. */
static void
release_due(void)
{
	int64_t now = now_us();

	while (wait_head != NULL && wait_head->due_us <= now) {
		struct conn *c = wait_head;
		wait_head = c->next;
		if (wait_head == NULL)
			wait_tail = NULL;
		n_waiting--;
		host_waiting[c->host]--;
		conn_write(c);
	}
}

static void
accept_all(unsigned host)
{
	for (;;) {
		int one = 1, fd = accept4(listeners[host], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		struct conn *c = calloc(1, sizeof(*c));
		if (c == NULL)
			die("memory");
		c->fd = fd;
		c->host = host;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
		if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0)
			die("epoll_ctl");
		n_conns++;
	}
}

/* ---- start and loop ---- */

static int
listen_on(unsigned host, in_port_t port)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(0x7f000002u + host) };

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 4096) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A port that is free on every one of the addresses. */
static unsigned
listen_everywhere(void)
{
	for (unsigned attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
		struct sockaddr_in a;
		socklen_t len = sizeof(a);
		unsigned done;
		listeners[0] = listen_on(0, 0);
		if (listeners[0] < 0 || getsockname(listeners[0], (struct sockaddr *)&a, &len) < 0)
			die("127.0.0.2");
		for (done = 1; done < options.hosts; done++) {
			listeners[done] = listen_on(done, a.sin_port);
			if (listeners[done] < 0)
				break;
		}
		if (done == options.hosts)
			return ntohs(a.sin_port);
		while (done > 0)
			close(listeners[--done]);
	}
	die("no port is free on all addresses");
	return 0;
}

static void
watch(int fd, void *ptr)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = ptr };

	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0)
		die("epoll_ctl");
}

static void
serve(void)
{
	struct epoll_event events[N_EVENTS];

	for (;;) {
		/* Rounded up: an answer may come a millisecond late, never early. */
		int timeout = wait_head == NULL ? -1 : (int)((wait_head->due_us - now_us() + 999) / 1000);
		int n = epoll_wait(epoll_fd, events, N_EVENTS, wait_head != NULL && timeout < 0 ? 0 : timeout);
		for (int i = 0; i < n; i++) {
			int *listener = events[i].data.ptr;
			if (listener == NULL)
				return; /* standard input closed */
			if (listener >= listeners && listener < listeners + MAX_HOSTS) {
				accept_all((unsigned)(listener - listeners));
				continue;
			}
			struct conn *c = events[i].data.ptr;
			if (c->state == CONN_WRITING)
				conn_write(c);
			else if (c->state == CONN_READING)
				conn_read(c);
			else
				conn_wants(c, EPOLLET); /* hung up while waiting: told once is enough */
		}
		release_due();
	}
}

static size_t
number(const char *s, size_t min, size_t max)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*end != '\0' || n < min || n > max) {
		fprintf(stderr, "slow_server: %s is not within %zu..%zu\n", s, min, max);
		exit(2);
	}
	return n;
}

static void
parse_options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "n:d:w:k:b:")) != -1) {
		switch (opt) {
		case 'n': options.hosts = (unsigned)number(optarg, 1, MAX_HOSTS); break;
		case 'd': options.delay_ms = (unsigned)number(optarg, 0, 60000); break;
		case 'w': options.width = (unsigned)number(optarg, 1, 10000); break;
		case 'k': options.children = (unsigned)number(optarg, 0, 10000); break;
		case 'b': options.body_bytes = number(optarg, 0, MAX_BODY / 2); break;
		default: exit(2);
		}
	}
}

int
main(int argc, char **argv)
{
	struct rlimit rl;

	parse_options(argc, argv);
	if (getrlimit(RLIMIT_NOFILE, &rl) == 0) {
		rl.rlim_cur = rl.rlim_max;
		setrlimit(RLIMIT_NOFILE, &rl);
	}
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		die("epoll");
	unsigned port = listen_everywhere();
	for (unsigned i = 0; i < options.hosts; i++)
		watch(listeners[i], &listeners[i]);
	watch(STDIN_FILENO, NULL);
	printf("%u\n", port);
	fflush(stdout);
	serve();
	printf("{\"requests\":%ju,\"connections\":%ju,\"max_waiting\":%ju,\"max_waiting_per_host\":%ju}\n",
		(uintmax_t)n_requests, (uintmax_t)n_conns, (uintmax_t)max_waiting, (uintmax_t)host_max_waiting);
	return 0;
}
