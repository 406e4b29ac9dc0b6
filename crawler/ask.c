/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "crawler/ask.h"

/* Those that end or stop the program: each has to find the terminal as it was. */
static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };

static volatile sig_atomic_t caught;

static void
on_signal(int signo)
{
	caught = signo;
}

/* How they are treated: before, and while we wait. */
struct treatment {
	struct sigaction actions[ARRAY_LEN(signals)];
	sigset_t before, waiting;
};

/* Blocked, but while ppoll(2) waits: none can come between a look and the waiting. */
static void
catch_signals(struct treatment *t)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t set;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&set);
	caught = 0;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		(void)sigaddset(&set, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &set, &t->before);
	t->waiting = t->before;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		(void)sigdelset(&t->waiting, signals[i]);
		(void)sigaction(signals[i], &sa, &t->actions[i]);
	}
}

/* What was caught does now what it would have done. */
static void
release_signals(const struct treatment *t)
{
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		(void)sigaction(signals[i], &t->actions[i], NULL);
	if (caught != 0) {
		(void)raise(caught);
		(void)sigprocmask(SIG_SETMASK, &t->waiting, NULL);
	}
	(void)sigprocmask(SIG_SETMASK, &t->before, NULL);
}

static int
read_line(int fd, const struct treatment *t, struct buf *out)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	for (;;) {
		ssize_t n;
		char c;

		if (ppoll(&pfd, 1, NULL, &t->waiting) < 0)
			return -errno;
		n = read(fd, &c, 1);
		if (n < 0)
			return -errno;
		if (n == 0)
			return -ECANCELED;
		if (c == '\n')
			return buf_err(out);
		buf_addc(out, c);
	}
}

static int
put(int fd, const char *text)
{
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

int
ask_secret(const char *prompt, struct buf *out)
{
	struct treatment treatment;
	CLEANUP(closep) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios was, silent;
	int r;

	if (fd < 0 || tcgetattr(fd, &was) < 0)
		return -ENXIO;
	silent = was;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
	silent.c_lflag |= ECHONL;
	do {
		buf_reset(out, SIZE_MAX);
		catch_signals(&treatment);
		r = tcsetattr(fd, TCSAFLUSH, &silent) < 0 ? -errno : put(fd, prompt);
		if (r == 0)
			r = read_line(fd, &treatment, out);
		(void)tcsetattr(fd, TCSAFLUSH, &was);
		/* One that ends the program ends it here; behind one that stopped it the question is asked again. */
		release_signals(&treatment);
	} while (r == -EINTR && caught == SIGTSTP);
	return r;
}
