/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control.h: the socket lycosa.sock in a job's directory, by which a run is asked and told (`lycosa ctl', `lycosa top').
 *
 * One request for each connection. Whoever asks sends it and shuts its side down; the answer comes, and the end of file.
 *
 *	request   words, a NUL behind each: CONTROL_HELLO, "text" or "json", the command, its arguments; at most CONTROL_REQUEST_MAX
 *	answer    "ok\n" or "error N\n" (N: an exit code), then the text
 *
 * Only the owner of the run, and root, get an answer: the socket's mode is 0600, and the peer's uid is asked of the kernel. What a
 * peer may cost is bounded (crawler/pollserver.h).
 *
 * The server: main thread; no peer makes it wait, and a command does only where the loops have to do what it says, or to tell of it,
 * for as long as crawler/order.h has (ORDER_WAIT_US). control_open() before there are other threads that make files; control_fds() and
 * control_turn() around each poll(2); control_close().
 */
#ifndef CRAWLER_CONTROL_H
#define CRAWLER_CONTROL_H

#include "crawler/pollserver.h"

#define CONTROL_SOCKET      "lycosa.sock"
#define CONTROL_HELLO       "lycosa-ctl 1"
#define CONTROL_WORDS       64
#define CONTROL_REQUEST_MAX ((size_t)64 * 1024)
#define CONTROL_ANSWER_MAX  ((size_t)16 * 1024 * 1024)

struct control;

struct control_request {
	const char *const *words; /* the command and its arguments; NULL-terminated */
	size_t n_words;           /* at least 1 */
	bool json;
};

/*
 * Answers by text in out. Returns an exit code; if not 0 the text says what is wrong, in one line without newline, and escaped: it is
 * shown as it is.
 */
typedef int (*control_fn)(void *arg, const struct control_request *rq, struct buf *out);

/* The caller holds the lock of the job in dir: a socket that is there is a dead run's. 0 or negative errno. */
MUST_CHECK int control_open(const char *dir, control_fn fn, void *arg, struct control **ret_control);
/* NULL is fine. The socket goes. */
void control_close(struct control *c);
/* What to wait for; returns how many of POLLSERVER_FDS. NULL: none. */
unsigned control_fds(const struct control *c, struct pollfd fds[POLLSERVER_FDS]);
/* After poll(2): fds as control_fds() gave them, with what has happened. */
void control_turn(struct control *c, const struct pollfd *fds, unsigned n);

/*
 * The other side: asks the run of the job in dir, and waits. 0, with the exit code and the text of the answer; or a negative errno
 * with the reason, as it is shown, in ret_text: -ENOENT (there is no job), -ECONNREFUSED (it is not running), -EACCES, ...
 */
MUST_CHECK int control_ask(const char *dir, const struct control_request *rq, int *ret_code, struct buf *ret_text);

#endif
