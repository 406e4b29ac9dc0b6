/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/metrics_serve.h"

#define METRICS_REQUEST_MAX ((size_t)8 * 1024)
#define METRICS_ANSWER_MAX  ((size_t)1024 * 1024)
#define METRICS_BACKLOG     16
#define METRICS_TYPE_OPEN   "application/openmetrics-text"
#define METRICS_TEXT_MAX    512 /* of an address */

static bool
request_is_whole(const struct buf *in)
{
	return in->len >= 4 && memmem(in->data, in->len, "\r\n\r\n", 4) != NULL;
}

/* What is asked for: "GET /metrics HTTP/1.1". */
static const char *
request_status(const struct buf *in, bool *ret_head)
{
	struct str line, rest, method, target, query;

	if (in->err < 0 || !str_cut(buf_str(in), '\r', &line, &rest) || !str_cut(line, ' ', &method, &rest) ||
		!str_cut(rest, ' ', &target, &rest) || !str_starts(rest, STR("HTTP/1.")))
		return "400 Bad Request";
	*ret_head = str_eq(method, STR("HEAD"));
	if (!*ret_head && !str_eq(method, STR("GET")))
		return "405 Method Not Allowed";
	(void)str_cut(target, '?', &target, &query);
	return str_eq(target, STR("/metrics")) || str_eq(target, STR("/")) ? "200 OK" : "404 Not Found";
}

/* Whoever knows OpenMetrics says so; how much it is liked (q=) is not looked at. */
static bool
wants_open(const struct buf *in)
{
	struct str line, rest = buf_str(in), name, value;

	while (str_cut(rest, '\n', &line, &rest))
		if (str_cut(line, ':', &name, &value) && str_ieq(name, STR("Accept")) &&
			memmem(value.p, value.len, METRICS_TYPE_OPEN, sizeof(METRICS_TYPE_OPEN) - 1) != NULL)
			return true;
	return false;
}

static bool
metrics_answer(void *arg, const struct buf *in, bool ended, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(METRICS_ANSWER_MAX / 2);
	const char *status, *type = "text/plain";
	struct metrics_serve *m = arg;
	bool head = false, open;

	if (!ended && !request_is_whole(in))
		return false;
	status = request_status(in, &head);
	if (status[0] == '2') {
		open = wants_open(in);
		type = open ? METRICS_TYPE_OPEN "; version=1.0.0" : "text/plain; version=0.0.4";
		m->text(m->arg, open, &text);
	} else {
		buf_addf(&text, "%s: the metrics are at /metrics\n", status);
	}
	if (text.err < 0)
		status = "500 Internal Server Error";
	buf_addf(out, "HTTP/1.1 %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %zu\r\nAllow: GET, HEAD\r\n"
		"Vary: Accept\r\nConnection: close\r\n\r\n", status, type, text.len);
	if (!head)
		buf_add_str(out, buf_str(&text));
	return true;
}

/* "ADDRESS:PORT", "[::1]:PORT", "PORT". */
static int
address_read(const char *listen_at, struct addrinfo **ret)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
	const char *colon = strrchr(listen_at, ':'), *port = colon != NULL ? colon + 1 : listen_at;
	size_t len = colon != NULL ? (size_t)(colon - listen_at) : 0;
	char host[METRICS_TEXT_MAX] = "127.0.0.1";
	uint64_t number;

	if (len >= 2 && listen_at[0] == '[' && listen_at[len - 1] == ']') {
		listen_at++;
		len -= 2;
	}
	if (len >= sizeof(host))
		return -EINVAL;
	if (len > 0) {
		memcpy(host, listen_at, len);
		host[len] = '\0';
	}
	/* Of a number that is too large it would take a part. */
	if (str_to_u64(str_of(port), UINT16_MAX, &number) < 0)
		return -EINVAL;
	return getaddrinfo(host, port, &hints, ret) == 0 ? 0 : -EINVAL;
}

static int
metrics_listen(const char *listen_at, int *ret_fd)
{
	CLEANUP(closep) int fd = -1;
	struct addrinfo *ai;
	int one = 1, r = address_read(listen_at, &ai);

	if (r < 0)
		return r;
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
		bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 || listen(fd, METRICS_BACKLOG) < 0)
		r = -errno;
	freeaddrinfo(ai);
	if (r == 0)
		*ret_fd = TAKE_FD(fd);
	return r;
}

/* Whoever reads it finds all of the old or all of the new one. */
static int
metrics_write(const struct metrics_serve *m)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(METRICS_ANSWER_MAX);
	int r;

	m->text(m->arg, false, &text);
	r = buf_err(&text);
	return r < 0 ? r : file_replace(m->file, 0644, buf_str(&text));
}

int
metrics_serve_open(struct metrics_serve *m, const char *listen_at, const char *file, metrics_text_fn *text, void *arg)
{
	const struct pollserver_ops ops = {
		.answer = metrics_answer,
		.arg = m,
		.request_max = METRICS_REQUEST_MAX,
		.answer_max = METRICS_ANSWER_MAX,
	};
	int fd = -1, r = 0;

	*m = (struct metrics_serve){ .file = file, .text = text, .arg = arg };
	if (listen_at != NULL)
		r = metrics_listen(listen_at, &fd);
	if (r == 0 && fd >= 0) {
		pollserver_init(&m->serve, fd, &ops);
		m->listens = true;
	}
	return r;
}

void
metrics_serve_close(struct metrics_serve *m)
{
	if (m->listens)
		pollserver_release(&m->serve);
	m->listens = false;
	if (m->file != NULL && metrics_write(m) < 0) {
		/* Said when it failed first. */
	}
	m->file = NULL;
}

unsigned
metrics_serve_port(const struct metrics_serve *m)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a = { .v6 = { .sin6_family = AF_UNSPEC } };
	socklen_t len = sizeof(a);

	if (!m->listens || getsockname(m->serve.listen_fd, &a.any, &len) < 0)
		return 0;
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

unsigned
metrics_serve_fds(const struct metrics_serve *m, struct pollfd fds[POLLSERVER_FDS])
{
	return m->listens ? pollserver_fds(&m->serve, fds) : 0;
}

void
metrics_serve_turn(struct metrics_serve *m, const struct pollfd *fds, unsigned n)
{
	int64_t now_us = clock_mono_us();
	int r;

	if (m->listens)
		pollserver_turn(&m->serve, fds, n);
	if (m->file == NULL || now_us < m->file_due_us)
		return;
	m->file_due_us = now_us + METRICS_FILE_US;
	r = metrics_write(m);
	if (r < 0) {
		CLEANUP(buf_releasep) struct buf shown = BUF_INIT(METRICS_ANSWER_MAX);

		buf_add_escaped(&shown, str_of(m->file));
		log_warning("run.metrics_file (--metrics-file): %.*s: %s; metrics are not written there", STR_ARG(buf_str(&shown)), strerror(-r));
		m->file = NULL;
	}
}
