/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/proc.h"
#include "parse/spawner.h"

#define SPAWNER_MAGIC      0x53504157u
#define SPAWNER_CHILDREN   1024
#define SPAWNER_SEND_SEC   2 /* the spawner is never busy for long: a full socket means that it is stopped */
#define SPAWNER_SOCKET     3 /* its only descriptor, besides the signals' */
#define SPAWNER_STACK      (64 * 1024)

enum spawner_type { SPAWNER_SPAWN = 1, SPAWNER_KILL, SPAWNER_EXITED, SPAWNER_UNMADE };

struct spawner_msg {
	uint32_t type;
	uint32_t worker;
	int32_t wait_status;
	uint32_t n_fds;
	int32_t targets[HERITAGE_MAX]; /* SPAWNER_SPAWN only */
};

struct parse_spawner {
	uint32_t magic;
	int sock;              /* immutable until stop */
	pid_t pid;
	_Atomic uint32_t next; /* worker numbers */
};

/* ---- the spawner's process: one thread, no memory of the crawl ---- */

struct spawner_child {
	pid_t pid; /* 0 = free */
	uint32_t worker;
};

struct spawner_proc {
	int sock, sigfd;
	pid_t self;
	sigset_t old_mask;
	struct spawner_child children[SPAWNER_CHILDREN];
	_Alignas(16) char stack[SPAWNER_STACK]; /* of a child until it execs */
};

struct spawner_birth {
	struct spawner_proc *proc;
	const struct spawner_msg *msg;
	const int *fds;
};

static void
spawner_report(struct spawner_proc *p, enum spawner_type type, uint32_t worker, int wait_status)
{
	struct spawner_msg m = { .type = type, .worker = worker, .wait_status = wait_status };

	if (proc_send(p->sock, &m, offsetof(struct spawner_msg, targets), NULL, 0, 0) < 0)
		_exit(0); /* the main process is gone, and so shall we be */
}

/* In the child: becomes the worker, or ends with WIRE_EXIT_START. */
static void NORETURN
spawner_exec(struct spawner_proc *p, const struct spawner_msg *m, const int *fds)
{
	char *const argv[] = { (char *)"lycosa-worker", (char *)"pages", NULL };
	char *envp[4] = { NULL };
	bool keep_stderr = false;
	int program;
#ifdef LYCOSA_SANITIZERS
	/* A sanitizer's report is worth more than the purity of the environment, and only developers have them. */
	static const char *const names[] = { "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS" };
	static char vars[ARRAY_LEN(names)][512];
	size_t i, n = 0;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (value == NULL ||
			snprintf(vars[n], sizeof(vars[n]), "%s=%s", names[i], value) >= (int)sizeof(vars[n]))
			continue;
		envp[n] = vars[n];
		n++;
	}
	keep_stderr = true;
#endif

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != p->self)
		_exit(WIRE_EXIT_START);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(WIRE_EXIT_START);
	if (heritage_place(fds, m->targets, m->n_fds, keep_stderr, &program) < 0)
		_exit(WIRE_EXIT_START);
	(void)sigprocmask(SIG_SETMASK, &p->old_mask, NULL);
	(void)syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
	_exit(WIRE_EXIT_START);
}

static int
spawner_born(void *arg)
{
	const struct spawner_birth *b = arg;

	spawner_exec(b->proc, b->msg, b->fds);
}

/*
 * As fork() would do it, but that nothing is copied for the moment until the exec: the child has a stack of its own and this process's memory,
 * in which it changes nothing, and this process, which has one thread, waits for the exec (vfork(2)). 0.4 ms for each worker. Not with
 * sanitizers, which would take what the child does with its descriptors for this process's doing.
 */
static pid_t
spawner_clone(struct spawner_proc *p, const struct spawner_msg *m, const int *fds)
{
	struct spawner_birth birth = { p, m, fds };
	pid_t pid;
#ifdef LYCOSA_SANITIZERS
	pid = fork();
	if (pid == 0)
		(void)spawner_born(&birth);
#else
	pid = clone(spawner_born, p->stack + sizeof(p->stack), CLONE_VM | CLONE_VFORK | SIGCHLD, &birth);
#endif
	return pid;
}

static void
spawner_do_spawn(struct spawner_proc *p, const struct spawner_msg *m, const int *fds)
{
	struct spawner_child *c = p->children;
	pid_t pid;

	while (c < p->children + SPAWNER_CHILDREN && c->pid != 0)
		c++;
	pid = c < p->children + SPAWNER_CHILDREN ? spawner_clone(p, m, fds) : -1;
	if (pid < 0) {
		spawner_report(p, SPAWNER_UNMADE, m->worker, 0);
		return;
	}
	c->pid = pid;
	c->worker = m->worker;
}

static void
spawner_do_kill(struct spawner_proc *p, uint32_t worker)
{
	size_t i;

	/* An entry is freed only after waitpid(): until then the number cannot be another process's. */
	for (i = 0; i < SPAWNER_CHILDREN; i++)
		if (p->children[i].pid != 0 && p->children[i].worker == worker)
			(void)kill(p->children[i].pid, SIGKILL);
}

static void
spawner_reap(struct spawner_proc *p)
{
	struct signalfd_siginfo info;
	size_t i;
	pid_t pid;
	int status;

	while (read(p->sigfd, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < SPAWNER_CHILDREN; i++) {
			if (p->children[i].pid != pid)
				continue;
			p->children[i].pid = 0;
			spawner_report(p, SPAWNER_EXITED, p->children[i].worker, status);
		}
	}
}

static void
spawner_request(struct spawner_proc *p)
{
	struct spawner_msg m = { 0 };
	int fds[HERITAGE_MAX];
	size_t n_fds = 0;
	ssize_t n;

	n = proc_recv(p->sock, &m, sizeof(m), fds, HERITAGE_MAX, &n_fds, MSG_DONTWAIT);
	if (n == -EAGAIN)
		return;
	if (n < (ssize_t)offsetof(struct spawner_msg, targets) && n != -EMSGSIZE)
		_exit(0); /* end-of-file: the main process has ended, or wants us to */
	if (m.type == SPAWNER_SPAWN && (n != sizeof(m) || m.n_fds != n_fds))
		spawner_report(p, SPAWNER_UNMADE, m.worker, 0); /* no descriptors left to receive them */
	else if (m.type == SPAWNER_SPAWN)
		spawner_do_spawn(p, &m, fds);
	else if (m.type == SPAWNER_KILL)
		spawner_do_kill(p, m.worker);
	while (n_fds > 0)
		(void)close(fds[--n_fds]);
}

static void
spawner_signals(struct spawner_proc *p)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP };
	struct sigaction sa = { .sa_handler = SIG_IGN };
	sigset_t chld;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ignored); i++)
		(void)sigaction(ignored[i], &sa, NULL);
	sa.sa_handler = SIG_DFL;
	(void)sigaction(SIGCHLD, &sa, NULL);
	(void)sigemptyset(&chld);
	(void)sigprocmask(SIG_SETMASK, &chld, &p->old_mask);
	(void)sigemptyset(&p->old_mask); /* what workers get */
	(void)sigaddset(&chld, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &chld, NULL);
	p->sigfd = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	if (p->sigfd < 0)
		_exit(1);
}

static void NORETURN
spawner_main(int sock, pid_t main_pid)
{
	static struct spawner_proc p;
	struct rlimit nofile;
	int null;

	proc_set_name("lycosa-spawner");
	/* heritage_place() lifts descriptors over HERITAGE_MAX; workers get a small limit of their own. */
	if (getrlimit(RLIMIT_NOFILE, &nofile) == 0) {
		nofile.rlim_cur = nofile.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &nofile);
	}
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != main_pid)
		_exit(1);
	/* A group of its own: what a shell sends to the job in front does not come here. */
	(void)setpgid(0, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0) {
		/* Whoever sends to it only sees that it is gone. */
		log_error("/dev/null cannot be read and written: %s", strerror(errno));
		_exit(1);
	}
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0)
		_exit(1);
	if (sock != SPAWNER_SOCKET && dup3(sock, SPAWNER_SOCKET, O_CLOEXEC) < 0)
		_exit(1);
	if (proc_close_from(SPAWNER_SOCKET + 1, false) < 0)
		_exit(1);
	p.sock = SPAWNER_SOCKET;
	p.self = getpid();
	spawner_signals(&p);
	for (;;) {
		struct pollfd pfds[2] = {
			{ .fd = p.sock, .events = POLLIN },
			{ .fd = p.sigfd, .events = POLLIN },
		};

		if (poll(pfds, 2, -1) < 0 && errno != EINTR)
			_exit(1);
		if (pfds[1].revents != 0)
			spawner_reap(&p);
		if (pfds[0].revents != 0)
			spawner_request(&p);
	}
}

/* ---- the main process ---- */

int
parse_spawner_start(struct parse_spawner **ret_spawner)
{
	const struct timeval timeout = { .tv_sec = SPAWNER_SEND_SEC };
	CLEANUP(freep) struct parse_spawner *s = calloc(1, sizeof(*s));
	pid_t main_pid = getpid();
	int pair[2];

	if (s == NULL)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	s->magic = SPAWNER_MAGIC;
	s->sock = pair[0];
	s->pid = fork();
	if (s->pid == 0) {
		(void)close(pair[0]);
		spawner_main(pair[1], main_pid);
	}
	(void)close(pair[1]);
	if (s->pid < 0) {
		int r = -errno;

		(void)close(pair[0]);
		return r;
	}
	*ret_spawner = TAKE(s);
	return 0;
}

void
parse_spawner_stop(struct parse_spawner *s)
{
	if (s == NULL)
		return;
	CHECK_MAGIC(s, SPAWNER_MAGIC);
	(void)close(s->sock);
	/* It has nothing to tidy up: what is left of its workers goes with it. */
	(void)kill(s->pid, SIGKILL);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	s->magic = 0;
	free(s);
}

uint32_t
spawner_next_id(struct parse_spawner *s)
{
	return atomic_fetch_add(&s->next, 1) + 1;
}

int
spawner_spawn(struct parse_spawner *s, uint32_t worker, const struct heritage *h)
{
	struct spawner_msg m = { .type = SPAWNER_SPAWN, .worker = worker };
	int fds[HERITAGE_MAX];
	size_t n;

	CHECK_MAGIC(s, SPAWNER_MAGIC);
	heritage_list(h, fds, m.targets, &n);
	m.n_fds = (uint32_t)n;
	return proc_send(s->sock, &m, sizeof(m), fds, n, 0);
}

void
spawner_kill(struct parse_spawner *s, uint32_t worker)
{
	struct spawner_msg m = { .type = SPAWNER_KILL, .worker = worker };

	/* A failure means that the spawner is gone, and with it the worker; spawner_recv() tells. */
	if (proc_send(s->sock, &m, offsetof(struct spawner_msg, targets), NULL, 0, 0) < 0)
		return;
}

int
spawner_fd(const struct parse_spawner *s)
{
	return s->sock;
}

int
spawner_recv(struct parse_spawner *s, struct spawner_exit *ret_exit)
{
	struct spawner_msg m;
	size_t n_fds = 0;
	ssize_t n;

	do
		n = proc_recv(s->sock, &m, sizeof(m), NULL, 0, &n_fds, MSG_DONTWAIT);
	while (n >= (ssize_t)offsetof(struct spawner_msg, targets) && m.type != SPAWNER_EXITED && m.type != SPAWNER_UNMADE);
	if (n == -EAGAIN)
		return 0;
	if (n < (ssize_t)offsetof(struct spawner_msg, targets))
		return -EPIPE;
	*ret_exit = (struct spawner_exit){ .worker = m.worker, .unmade = m.type == SPAWNER_UNMADE, .wait_status = m.wait_status };
	return 1;
}

void
spawner_abandon(struct parse_spawner *s)
{
	/* Still our child, not waited for before parse_spawner_stop(): the number is its own. */
	(void)kill(s->pid, SIGKILL);
}
