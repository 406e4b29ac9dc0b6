/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "crawler/control.h"
#include "crawler/crawl.h"
#include "store/report.h"

#define CONTROL_MAGIC   0x4354524cu
#define CONTROL_BACKLOG 16
#define CONTROL_READ    4096
/* As long as the other side waits for a peer. */
#define CONTROL_PATIENCE_S 10

struct control {
	uint32_t magic;
	int dir_fd;
	bool listens;
	control_fn fn;
	void *arg;
	struct pollserver serve;
};

/*
 * A path of any length fits: that of the directory's descriptor stands for it. Where there is no /proc, a short one may be
 * given as it is.
 */
static int
control_address(const char *dir, int dir_fd, struct sockaddr_un *ret)
{
	int n;

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d", dir_fd);
	if (n < 0 || access(ret->sun_path, F_OK) < 0)
		n = snprintf(ret->sun_path, sizeof(ret->sun_path), "%s", dir);
	if (n < 0 || (size_t)n + sizeof("/" CONTROL_SOCKET) > sizeof(ret->sun_path))
		return -ENAMETOOLONG;
	memcpy(ret->sun_path + n, "/" CONTROL_SOCKET, sizeof("/" CONTROL_SOCKET));
	return 0;
}

/* --- the run's side ------------------------------------------------------------------------------------------------ */

/* Ours, or root. */
static bool
peer_may(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && len == sizeof(cred) &&
		(cred.uid == geteuid() || cred.uid == 0);
}

/* The words of a request. False: it is none. */
static bool
request_read(const struct buf *in, const char *words[CONTROL_WORDS + 1], struct control_request *ret)
{
	const char *p = in->data, *end = in->data + in->len;
	size_t n = 0;

	if (in->len == 0 || end[-1] != '\0')
		return false;
	for (; p < end; p += strlen(p) + 1) {
		if (n == CONTROL_WORDS)
			return false;
		words[n++] = p;
	}
	words[n] = NULL;
	if (n < 3 || strcmp(words[0], CONTROL_HELLO) != 0)
		return false;
	*ret = (struct control_request){ .words = words + 2, .n_words = n - 2, .json = strcmp(words[1], "json") == 0 };
	return true;
}

static bool
control_answer(void *arg, const struct buf *in, bool ended, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(CONTROL_ANSWER_MAX / 2);
	const char *words[CONTROL_WORDS + 1];
	struct control *c = arg;
	struct control_request rq;
	int code;

	CHECK_MAGIC(c, CONTROL_MAGIC);
	if (!ended)
		return false;
	if (in->err == 0 && request_read(in, words, &rq)) {
		code = c->fn(c->arg, &rq, &text);
	} else {
		code = EXIT_USAGE;
		buf_add_str(&text, STR("that is no request, or one too long"));
	}
	if (text.err < 0) {
		code = EXIT_GENERIC;
		buf_reset(&text, 0);
		buf_add_str(&text, STR("out of memory"));
	}
	if (code == EXIT_OK)
		buf_add_str(out, STR("ok\n"));
	else
		buf_addf(out, "error %d\n", code);
	buf_add_str(out, buf_str(&text));
	return true;
}

int
control_open(const char *dir, control_fn fn, void *arg, struct control **ret_control)
{
	struct control *c = calloc(1, sizeof(*c));
	const struct pollserver_ops ops = {
		.may = peer_may,
		.answer = control_answer,
		.arg = c,
		.request_max = CONTROL_REQUEST_MAX,
		.answer_max = CONTROL_ANSWER_MAX,
	};
	CLEANUP(closep) int fd = -1;
	struct sockaddr_un sa;
	int r = 0;

	if (c == NULL)
		return -ENOMEM;
	c->magic = CONTROL_MAGIC;
	c->fn = fn;
	c->arg = arg;
	c->dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->dir_fd < 0)
		r = -errno;
	if (r == 0)
		r = control_address(dir, c->dir_fd, &sa);
	if (r == 0) {
		(void)unlinkat(c->dir_fd, CONTROL_SOCKET, 0);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		/* The mode of the socket is that of its file, from the first moment on. */
		if (fd < 0 || fchmod(fd, S_IRUSR | S_IWUSR) < 0 || bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) < 0 ||
			listen(fd, CONTROL_BACKLOG) < 0)
			r = -errno;
	}
	if (r < 0) {
		control_close(c);
		return r;
	}
	pollserver_init(&c->serve, TAKE_FD(fd), &ops);
	c->listens = true;
	*ret_control = c;
	return 0;
}

void
control_close(struct control *c)
{
	if (c == NULL)
		return;
	CHECK_MAGIC(c, CONTROL_MAGIC);
	if (c->listens) {
		pollserver_release(&c->serve);
		(void)unlinkat(c->dir_fd, CONTROL_SOCKET, 0);
	}
	closep(&c->dir_fd);
	c->magic = 0;
	free(c);
}

unsigned
control_fds(const struct control *c, struct pollfd fds[POLLSERVER_FDS])
{
	return c != NULL ? pollserver_fds(&c->serve, fds) : 0;
}

void
control_turn(struct control *c, const struct pollfd *fds, unsigned n)
{
	if (c != NULL)
		pollserver_turn(&c->serve, fds, n);
}

/* --- the other side ------------------------------------------------------------------------------------------------ */

static int
control_errno(void)
{
	return errno == EAGAIN ? -ETIMEDOUT : -errno;
}

static int
control_connect(const char *dir, int *ret_fd)
{
	const struct timeval patience = { .tv_sec = CONTROL_PATIENCE_S };
	CLEANUP(closep) int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(closep) int fd = -1;
	struct sockaddr_un sa;
	int r;

	if (dir_fd < 0)
		return -errno;
	if (faccessat(dir_fd, "lycosa.db", F_OK, 0) < 0)
		return -ENOENT;
	r = control_address(dir, dir_fd, &sa);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* A run that is stopped (SIGSTOP), or waits for a disk, takes connections and says nothing. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) < 0)
		/* There is a job, but no socket; or one that a killed run has left. */
		return errno == ENOENT ? -ECONNREFUSED : control_errno();
	/* What a stranger's program would say is not for our terminal. */
	if (!peer_may(fd) && geteuid() != 0)
		return -EPERM;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int
control_send(int fd, const struct control_request *rq)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONTROL_REQUEST_MAX);
	size_t i, done = 0;

	buf_add(&b, CONTROL_HELLO, sizeof(CONTROL_HELLO));
	buf_add(&b, rq->json ? "json" : "text", sizeof("json"));
	for (i = 0; i < rq->n_words; i++)
		buf_add(&b, rq->words[i], strlen(rq->words[i]) + 1);
	if (buf_err(&b) < 0)
		return b.err;
	while (done < b.len) {
		ssize_t n = send(fd, b.data + done, b.len - done, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return control_errno();
		done += n > 0 ? (size_t)n : 0;
	}
	return shutdown(fd, SHUT_WR) < 0 ? -errno : 0;
}

static int
control_receive(int fd, int *ret_code, struct buf *ret_text)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONTROL_ANSWER_MAX);
	struct str head, text, number;
	char data[CONTROL_READ];
	uint64_t code = 0;
	ssize_t n;

	while ((n = recv(fd, data, sizeof(data), 0)) != 0) {
		if (n < 0 && errno != EINTR)
			return control_errno();
		if (n > 0 && buf_add(&b, data, (size_t)n) < 0)
			return b.err;
	}
	/* Nothing: it has just ended, or does not talk to us. */
	if (!str_cut(buf_str(&b), '\n', &head, &text))
		return -ECONNRESET;
	if (str_starts(head, STR("error "))) {
		number = str_n(head.p + 6, head.len - 6);
		if (str_to_u64(number, 255, &code) < 0 || code == 0)
			return -EPROTO;
	} else if (!str_eq(head, STR("ok"))) {
		return -EPROTO;
	}
	*ret_code = (int)code;
	return buf_add_str(ret_text, text);
}

static void
explain_end(const char *dir, struct buf *text)
{
	struct report_end end = { .exit_status = -1 };
	char when[32];
	time_t seconds;
	struct tm tm;

	/* From the last commit of a run to the first one of the next the job is called finished, though somebody may have it open. */
	if (report_end(dir, &end) == 0 && end.in_use) {
		buf_add_str(text, STR(" is starting or ending: it takes no orders now"));
		return;
	}
	if (!end.finished) {
		buf_add_str(text, STR(" is not running; `lycosa resume "));
		buf_add_escaped(text, str_of(dir));
		buf_add_str(text, STR("' goes on with it"));
		return;
	}
	buf_add_str(text, STR(" is finished"));
	seconds = end.ended_wall_us / CLOCK_US_PER_SEC;
	if (seconds > 0 && gmtime_r(&seconds, &tm) != NULL && strftime(when, sizeof(when), "%F %T", &tm) > 0)
		buf_addf(text, ": it ended at %s UTC", when);
	if (end.exit_status >= 0)
		buf_addf(text, " with exit status %d", end.exit_status);
	buf_add_str(text, STR("; `lycosa report "));
	buf_add_escaped(text, str_of(dir));
	buf_add_str(text, STR("' says what it has got"));
}

/* What is wrong, as it is shown. */
static void
control_explain(const char *dir, int r, struct buf *text)
{
	buf_reset(text, 0);
	if (r != -ENOENT && r != -ENOTDIR)
		buf_add_str(text, STR("the job in "));
	buf_add_escaped(text, str_of(dir));
	if (r == -ENOENT || r == -ENOTDIR)
		buf_add_str(text, STR(": there is no job"));
	else if (r == -ECONNREFUSED)
		explain_end(dir, text);
	else if (r == -EACCES || r == -EPERM)
		buf_add_str(text, STR(" is another user's"));
	else if (r == -ECONNRESET)
		buf_add_str(text, STR(" did not answer: it may just have ended"));
	else if (r == -ETIMEDOUT)
		buf_addf(text, " did not answer for %d s: it is stopped, or very busy, and may still do what it was told", CONTROL_PATIENCE_S);
	else
		buf_addf(text, " cannot be asked: %s", strerror(-r));
}

int
control_ask(const char *dir, const struct control_request *rq, int *ret_code, struct buf *ret_text)
{
	CLEANUP(closep) int fd = -1;
	int r = control_connect(dir, &fd);

	if (r == 0)
		r = control_send(fd, rq);
	/* EPIPE: it may have answered before the end of a request that is too long. */
	if (r == 0 || r == -EPIPE)
		r = control_receive(fd, ret_code, ret_text);
	if (r < 0)
		control_explain(dir, r, ret_text);
	return r;
}
