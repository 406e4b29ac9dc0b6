/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a pool begins and ends. No client is attached meanwhile, so nobody else looks at the slots and the lock is not needed.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "parse/inline.h"
#include "parse/pool.h"

#define POOL_PROGRAM_NAME "lycosa-worker"
#define POOL_FREE_US      (2 * CLOCK_US_PER_SEC) /* workers that do not end by end-of-file are killed after this */

static void
worker_unrefp(struct worker **w)
{
	pool_unref(*w);
}

/* Out of the way of the standard ones, whose numbers are free where who started us has closed them. */
static int
program_keep(int fd, int *ret_fd)
{
	int kept;

	if (fd < 0)
		return -errno;
	kept = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (kept < 0)
		kept = -errno;
	(void)close(fd);
	if (kept < 0)
		return kept;
	*ret_fd = kept;
	return 0;
}

/*
 * Beside this program (the build tree); in the libexec/ beside its bin/, wherever that was put (make install DESTDIR, a tree that
 * was moved): it is of the same build; else where make install puts it.
 */
static int
pool_program_default(int *ret_fd)
{
	static const char *const beside[] = { POOL_PROGRAM_NAME, "../libexec/" POOL_PROGRAM_NAME };
	char exe[PATH_MAX], path[PATH_MAX + 64];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe));
	int fd = -1;

	while (n > 0 && exe[n - 1] != '/')
		n--;
	for (size_t i = 0; i < ARRAY_LEN(beside) && n > 0 && fd < 0; i++) {
		(void)snprintf(path, sizeof(path), "%.*s%s", (int)n, exe, beside[i]);
		fd = open(path, O_PATH | O_CLOEXEC);
	}
	if (fd < 0)
		fd = open(LIBEXECDIR "/" POOL_PROGRAM_NAME, O_PATH | O_CLOEXEC);
	return program_keep(fd, ret_fd);
}

int
parse_worker_open(const char *path, int *ret_fd)
{
	int fd;

	if (path == NULL)
		return pool_program_default(ret_fd);
	fd = open(path, O_PATH | O_CLOEXEC);
	return program_keep(fd, ret_fd);
}

static int
pool_open_program(struct parse_pool *p)
{
	if (p->config.worker_fd <= 0)
		return parse_worker_open(p->config.worker_path, &p->program);
	p->program = fcntl(p->config.worker_fd, F_DUPFD_CLOEXEC, 3);
	return p->program < 0 ? -errno : 0;
}

static int
pool_config_check(const struct parse_config *c)
{
	unsigned i;

	if (c->workers > POOL_WORKERS_MAX || c->workers_max > POOL_WORKERS_MAX || c->n_loops == 0 || c->n_loops > WIRE_LOOPS_MAX)
		return -EINVAL;
	if (c->timeout_us <= 0 || c->max_links > WIRE_LINKS_MAX)
		return -EINVAL;
	for (i = 0; i < c->n_loops; i++)
		if (c->region_bytes[i] == 0)
			return -EINVAL;
	return 0;
}

/* Reads the hello on loop 0's socket. 0, -EAGAIN, or -EPROTO (end-of-file too). */
static int
pool_read_hello(struct worker *w, unsigned *missing)
{
	char hello[WIRE_HELLO_BYTES];
	unsigned m;
	ssize_t n;

	n = recv(w->fds[0], hello, sizeof(hello), MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? -EAGAIN : -errno;
	/* The frame is written by one send(), so it comes in one piece. */
	if (wire_hello_check(hello, (size_t)n, &m) < 0)
		return -EPROTO;
	w->said_hello = 1;
	atomic_store(&w->ready, true);
	*missing |= m;
	return 0;
}

/* The report on a worker of ours, which leaves its slot; NULL if it is of an earlier pool, or was retired and is let go of. */
static struct worker *
pool_forget(struct parse_pool *p, const struct spawner_exit *e)
{
	struct worker *w = pool_find_locked(p, e->worker);

	if (w == NULL)
		return NULL;
	atomic_fetch_sub(&p->n_alive, 1);
	if (!atomic_load(&w->retired)) {
		p->slots[w->slot].worker = NULL;
		return w;
	}
	pool_forget_retired_locked(p, w);
	return NULL;
}

/* While workers start: 0, or a negative errno that says why one of them could not. No client is attached yet. */
static int
pool_start_report(struct parse_pool *p, unsigned *missing)
{
	struct spawner_exit e;
	int r;

	while ((r = spawner_recv(p->spawner, &e)) > 0) {
		CLEANUP(worker_unrefp) struct worker *w = pool_forget(p, &e);
		int code = WIFEXITED(e.wait_status) ? WEXITSTATUS(e.wait_status) : 0;

		if (w == NULL)
			continue;
		if (e.unmade)
			return -EAGAIN;
		if ((code & ~WIRE_MISSING_ALL) == WIRE_EXIT_MISSING) {
			*missing |= (unsigned)code & WIRE_MISSING_ALL;
			return -EPERM;
		}
		if (code == WIRE_EXIT_JAIL)
			return -EPERM;
		if (code == WIRE_EXIT_MEMORY)
			return -ENOMEM;
		return -ECHILD;
	}
	return r;
}

/* Waits until every worker has said hello. */
static int
pool_wait_ready(struct parse_pool *p, unsigned *ret_missing)
{
	int64_t deadline_us = clock_mono_us() + POOL_START_US;
	unsigned i;
	int r;

	for (i = 0; i < p->n_wanted; i++) {
		struct worker *w = p->slots[i].worker;

		while ((r = pool_read_hello(w, ret_missing)) == -EAGAIN) {
			struct pollfd pfds[2] = {
				{ .fd = w->fds[0], .events = POLLIN },
				{ .fd = spawner_fd(p->spawner), .events = POLLIN },
			};
			int64_t left_us = deadline_us - clock_mono_us();

			if (left_us <= 0)
				return -ETIMEDOUT;
			if (poll(pfds, 2, (int)(left_us / CLOCK_US_PER_MS) + 1) < 0 && errno != EINTR)
				return -errno;
			r = pool_start_report(p, ret_missing);
			if (r < 0)
				return r;
		}
		if (r < 0) {
			/* It has ended: the report, with the reason, is under way. */
			struct pollfd pfd = { .fd = spawner_fd(p->spawner), .events = POLLIN };

			(void)poll(&pfd, 1, 1000);
			r = pool_start_report(p, ret_missing);
			return r < 0 ? r : -ECHILD;
		}
	}
	return 0;
}

static const char *
pool_missing_text(unsigned missing)
{
	static const char *const texts[] = { "", "landlock", "seccomp", "landlock,seccomp" };

	_Static_assert(ARRAY_LEN(texts) == WIRE_MISSING_ALL + 1, "a text for each set");
	return texts[missing & WIRE_MISSING_ALL];
}

static int
pool_start(struct parse_pool *p, unsigned *ret_missing)
{
	unsigned i;
	int r;

	r = pool_open_program(p);
	if (r < 0)
		return r;
	p->n_slots = p->config.workers_max > p->config.workers ? p->config.workers_max : p->config.workers;
	p->slots = calloc(p->n_slots, sizeof(*p->slots));
	if (p->slots == NULL) {
		p->n_slots = 0;
		return -ENOMEM;
	}
	p->n_wanted = p->config.workers;
	for (i = 0; i < p->n_wanted; i++) {
		r = pool_worker_new(p, i, &p->slots[i].worker);
		if (r < 0)
			return r;
		atomic_fetch_add(&p->n_alive, 1);
	}
	return pool_wait_ready(p, ret_missing);
}

static void
pool_freep(struct parse_pool **p)
{
	parse_pool_free(*p);
}

/* The rules as the brief has them. 0, or what buf fails with. */
static int
pool_add_rules(const char *const *rules, struct buf *out, uint32_t *ret_n)
{
	uint32_t n = 0;

	for (; rules != NULL && rules[n] != NULL; n++)
		(void)buf_add(out, rules[n], strlen(rules[n]) + 1);
	*ret_n = n;
	return buf_err(out);
}

int
parse_extract_check(const char *const *rules, unsigned *ret_bad)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(WIRE_BRIEF_BYTES - WIRE_RULES_OFF);
	uint32_t n;
	int r = pool_add_rules(rules, &text, &n);

	*ret_bad = n > 0 ? n - 1 : 0;
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	return n > 0 ? inline_rules_check(buf_str(&text), ret_bad) : 0;
}

int
parse_pool_new(const struct parse_config *config, struct parse_spawner *spawner, struct parse_pool **ret_pool,
	const char **ret_missing)
{
	CLEANUP(pool_freep) struct parse_pool *p = NULL;
	unsigned missing = 0, i;
	int r;

	r = pool_config_check(config);
	if (r < 0)
		return r;
	CHECK(spawner != NULL || config->workers == 0);
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return -ENOMEM;
	p->magic = POOL_MAGIC;
	buf_init(&p->rules, WIRE_BRIEF_BYTES - WIRE_RULES_OFF);
	p->config = *config;
	p->spawner = spawner;
	p->program = -1;
	p->watcher = -1;
	pthread_mutex_init(&p->lock, NULL);
	r = pool_add_rules(config->extract, &p->rules, &p->n_rules);
	if (r < 0)
		return r;
	for (i = 0; i < config->n_loops; i++) {
		p->region_bytes[i] = config->region_bytes[i];
		p->region_fds[i] = config->region_fds[i];
	}
	p->config.region_bytes = p->region_bytes;
	p->config.region_fds = p->region_fds;
	if (config->workers > 0)
		r = pool_start(p, &missing);
	*ret_missing = pool_missing_text(missing);
	if (r < 0)
		return r;
	*ret_pool = TAKE(p);
	return 0;
}

/* Waits for the spawner's reports on all our workers: nothing is left behind. */
static void
pool_drain(struct parse_pool *p)
{
	int64_t kill_us = clock_mono_us() + POOL_FREE_US, give_up_us = kill_us + POOL_FREE_US;
	bool killed = false;

	while (atomic_load(&p->n_alive) > 0) {
		struct pollfd pfd = { .fd = spawner_fd(p->spawner), .events = POLLIN };
		int64_t now_us = clock_mono_us();
		struct spawner_exit e;
		struct worker *w;
		int r;
		unsigned i;

		if (now_us >= give_up_us)
			return;
		if (now_us >= kill_us && !killed) {
			killed = true;
			for (i = 0; i < p->n_slots; i++)
				if (p->slots[i].worker != NULL)
					spawner_kill(p->spawner, p->slots[i].worker->number);
			for (w = p->retired; w != NULL; w = w->next_retired)
				spawner_kill(p->spawner, w->number);
		}
		(void)poll(&pfd, 1, (int)(((killed ? give_up_us : kill_us) - now_us) / CLOCK_US_PER_MS) + 1);
		while ((r = spawner_recv(p->spawner, &e)) > 0)
			pool_unref(pool_forget(p, &e));
		if (r < 0)
			return;
	}
}

void
parse_pool_free(struct parse_pool *p)
{
	unsigned i, k;

	if (p == NULL)
		return;
	CHECK_MAGIC(p, POOL_MAGIC);
	CHECK(p->n_attached == 0);
	/* End-of-file on all its sockets ends a worker. */
	for (i = 0; i < p->n_slots; i++) {
		struct worker *w = p->slots[i].worker;

		for (k = 0; w != NULL && k < p->config.n_loops; k++)
			if (w->fds[k] >= 0)
				(void)close(TAKE_FD(w->fds[k]));
	}
	if (!atomic_load(&p->broken))
		pool_drain(p);
	for (i = 0; i < p->n_slots; i++)
		pool_unref(p->slots[i].worker);
	while (p->retired != NULL)
		pool_forget_retired_locked(p, p->retired);
	free(p->slots);
	buf_release(&p->rules);
	if (p->program >= 0)
		(void)close(p->program);
	pthread_mutex_destroy(&p->lock);
	p->magic = 0;
	free(p);
}
