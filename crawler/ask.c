/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
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
			return out->len > 0 ? buf_err(out) : -ECANCELED;
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

/* With the signals as a program expects them: ours are blocked, and some ignored. */
static int
set_signals(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	r = posix_spawnattr_setsigmask(attr, &none);
	if (r == 0)
		r = posix_spawnattr_setsigdefault(attr, &all);
	return r != 0 ? r : posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int
spawn(const char *program, const char *prompt, int out, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	CLEANUP(freep) char *name = strdup(program), *question = strdup(prompt);
	char *const argv[] = { name, question, NULL };
	int r = posix_spawn_file_actions_init(&actions);

	if (r != 0)
		return -r;
	r = posix_spawnattr_init(&attr);
	if (r == 0) {
		r = name == NULL || question == NULL ? ENOMEM : set_signals(&attr);
		if (r == 0)
			r = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
		if (r == 0)
			r = posix_spawnp(ret_pid, program, &actions, &attr, argv, environ);
		(void)posix_spawnattr_destroy(&attr);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* The first line counts. The rest is read, so that who writes more is not killed by it. */
static int
read_answer(int fd, const struct treatment *t, struct buf *out)
{
	int r = read_line(fd, t, out);
	char chunk[256];

	while (r == 0 && read(fd, chunk, sizeof(chunk)) > 0)
		continue;
	explicit_bzero(chunk, sizeof(chunk));
	if (out->len > 0 && out->data[out->len - 1] == '\r')
		out->len--;
	return r;
}

int
ask_program(const char *program, const char *prompt, struct buf *out)
{
	struct treatment treatment;
	int ends[2], status = 0, r;
	pid_t pid = -1;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	catch_signals(&treatment);
	r = spawn(program, prompt, ends[1], &pid);
	(void)close(ends[1]);
	if (r == 0)
		r = read_answer(ends[0], &treatment, out);
	(void)close(ends[0]);
	if (pid > 0 && r != -EINTR) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		if (r == 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
			r = -ECANCELED;
	} else if (pid > 0) {
		(void)kill(pid, SIGTERM);
	}
	release_signals(&treatment);
	return r;
}
