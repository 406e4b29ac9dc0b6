/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/proc.h"
#include "parse/pool.h"

/* ---- one worker ---- */

static void
worker_free(struct worker *w)
{
	unsigned i;

	for (i = 0; i < WIRE_LOOPS_MAX; i++)
		if (w->fds[i] >= 0)
			(void)close(w->fds[i]);
	if (w->brief != NULL)
		(void)munmap((void *)w->brief, WIRE_BRIEF_BYTES);
	free(w);
}

void
pool_unref(struct worker *w)
{
	if (w != NULL && atomic_fetch_sub(&w->refs, 1) == 1)
		worker_free(w);
}

static void
worker_unrefp(struct worker **w)
{
	pool_unref(*w);
}

static void
pool_brief(const struct parse_pool *p, char *page)
{
	struct wire_brief *b = (struct wire_brief *)(void *)page;
	const struct parse_config *c = &p->config;
	/* A name of more is nobody's. */
	size_t token_len = c->token.len <= WIRE_TOKEN_MAX ? c->token.len : 0;

	*b = (struct wire_brief){
		.version = WIRE_VERSION,
		.n_loops = c->n_loops,
		.reader = c->reader,
		.strict = c->sandbox_strict,
		.canon = c->canon,
		.n_rules = p->n_rules,
		.rules_len = (uint32_t)p->rules.len,
		.has_visited = c->visited_fd >= 0,
		.has_refused = c->refused_fd >= 0,
		.token_len = (uint8_t)token_len,
		.hash_seed = c->hash_seed,
		.memory_bytes = c->memory_bytes,
		.cpu_limit_us = c->cpu_limit_us,
	};
	memcpy(b->region_bytes, p->region_bytes, sizeof(b->region_bytes));
	if (token_len > 0)
		memcpy(b->token, c->token.p, token_len);
	if (p->rules.len > 0)
		memcpy(page + WIRE_RULES_OFF, p->rules.data, p->rules.len);
}

/* Socket pairs for all loops: our ends in w->fds, the worker's in h->sockets. */
static int
worker_sockets(struct worker *w, struct heritage *h)
{
	unsigned i;

	for (i = 0; i < h->n_loops; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			return -errno;
		w->fds[i] = pair[0];
		h->sockets[i] = pair[1];
	}
	return 0;
}

int
pool_worker_new(struct parse_pool *p, unsigned slot, struct worker **ret_worker)
{
	CLEANUP(worker_unrefp) struct worker *w = calloc(1, sizeof(*w));
	CLEANUP(closep) int brief_fd = -1;
	struct heritage h = {
		.program = p->program,
		.visited = p->config.visited_fd,
		.refused = p->config.refused_fd,
		.n_loops = p->config.n_loops,
	};
	void *map = NULL;
	unsigned i;
	int r;

	if (w == NULL)
		return -ENOMEM;
	w->refs = 1;
	w->slot = slot;
	for (i = 0; i < WIRE_LOOPS_MAX; i++)
		w->fds[i] = h.sockets[i] = -1;
	memcpy(h.regions, p->region_fds, sizeof(h.regions));
	w->number = spawner_next_id(p->spawner);
	w->started_us = clock_mono_us();
	r = proc_shared_page("lycosa-brief", WIRE_BRIEF_BYTES, &brief_fd, &map);
	if (r < 0)
		return r;
	w->brief = map;
	w->status = (const struct wire_status *)(void *)((char *)map + WIRE_STATUS_OFF);
	pool_brief(p, map);
	(void)mprotect(map, WIRE_BRIEF_BYTES, PROT_READ);
	h.brief = brief_fd;
	r = worker_sockets(w, &h);
	if (r == 0)
		r = spawner_spawn(p->spawner, w->number, &h);
	for (i = 0; i < h.n_loops; i++)
		if (h.sockets[i] >= 0)
			(void)close(h.sockets[i]);
	if (r < 0)
		return r;
	*ret_worker = TAKE(w);
	return 0;
}

/* ---- the pool; functions named *_locked need pool->lock ---- */

static void
pool_lock(struct parse_pool *p)
{
	pthread_mutex_lock(&p->lock);
}

/* What happened under the lock and the user should know is said without it. */
static void
pool_unlock(struct parse_pool *p)
{
	const char *broken = TAKE(p->say_broken), *trouble = TAKE(p->say_trouble);

	pthread_mutex_unlock(&p->lock);
	if (trouble != NULL)
		log_warning("%s", trouble);
	if (broken != NULL)
		log_error("%s: the run ends; the next one goes on with what is left", broken);
}

static void
pool_changed_locked(struct parse_pool *p)
{
	unsigned i;

	atomic_fetch_add(&p->generation, 1);
	for (i = 0; i < p->config.n_loops; i++)
		if (p->loops[i] != NULL)
			loop_wake(p->loops[i]);
}

static const struct worker_blame blame_nobody = { .outcome = OUTCOME_PARSER_DIED, .loop = UINT_MAX };

static void
pool_write_off(struct worker *w)
{
	if (w == NULL || w->exited)
		return;
	w->exited = true;
	if (!w->blamed)
		w->blame = blame_nobody;
}

/* W5. Every worker counts as ended; the kernel sees to it that they are. */
static void
pool_break_locked(struct parse_pool *p, const char *why)
{
	struct worker *w;
	unsigned i;

	if (atomic_exchange(&p->broken, true))
		return;
	p->say_broken = why;
	spawner_abandon(p->spawner);
	for (i = 0; i < p->n_slots; i++) {
		p->slots[i].given_up = true;
		pool_write_off(p->slots[i].worker);
	}
	for (w = p->retired; w != NULL; w = w->next_retired)
		pool_write_off(w);
	atomic_store(&p->n_alive, 0);
	pool_changed_locked(p);
}

/* Out of descriptors, processes or memory, here or where parsers are made: that can pass, and is no failure of the slot. */
static void
pool_retry_locked(struct parse_pool *p, struct pool_slot *s, int64_t now_us)
{
	p->say_trouble = "a parser could not be started (out of descriptors, processes or memory): trying again";
	s->retry_us = now_us + POOL_RETRY_US * POOL_FAILURES_MAX;
}

static void
pool_spawn_locked(struct parse_pool *p, unsigned i, int64_t now_us)
{
	struct pool_slot *s = &p->slots[i];
	struct worker *w;
	int r;

	r = pool_worker_new(p, i, &w);
	if (r == -EPIPE || r == -ECONNRESET || r == -EAGAIN) {
		pool_break_locked(p, "the process that starts the parsers does not answer");
		return;
	}
	if (r < 0) {
		pool_retry_locked(p, s, now_us);
		return;
	}
	s->worker = w;
	atomic_fetch_add(&p->n_alive, 1);
}

/*
 * By a signal that no page causes: a reader's faults raise others, the jail's is SIGSYS, and our own kills have a reason. (One that was
 * taken over can look like this: it could as well answer that a page has no links. Nor can it be told from the limit of its life's
 * processor time, which a worker does not reach; sandbox.h.)
 */
static bool
pool_is_from_outside(int wait_status)
{
	int sig = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;

	return sig == SIGKILL || sig == SIGTERM || sig == SIGINT || sig == SIGHUP || sig == SIGQUIT;
}

/* W2, for a worker that nobody killed: the wait status tells how, the worker's own page of memory on what. */
static void
pool_blame_locked(struct parse_pool *p, struct worker *w, int wait_status)
{
	uint64_t reading = atomic_load(&w->status->reading);
	struct worker_blame *b = &w->blame;

	*b = blame_nobody;
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == WIRE_EXIT_MEMORY)
		b->outcome = OUTCOME_PARSER_MEMORY;
	else if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGPROF)
		b->outcome = OUTCOME_PARSER_TIMEOUT;
	b->outside = pool_is_from_outside(wait_status);
	if (reading >> 32 != 0 && reading >> 32 <= p->config.n_loops) {
		b->loop = (unsigned)(reading >> 32) - 1;
		b->id = (uint32_t)reading;
	}
}

void
pool_forget_retired_locked(struct parse_pool *p, struct worker *w)
{
	struct worker **at = &p->retired;

	while (*at != w)
		at = &(*at)->next_retired;
	*at = w->next_retired;
	pool_unref(w);
}

static void
pool_exited_locked(struct parse_pool *p, struct worker *w, const struct spawner_exit *e, int64_t now_us)
{
	struct pool_slot *s = &p->slots[w->slot];
	bool ready = atomic_load(&w->ready);
	int wait_status = e->wait_status;

	if (w->exited)
		return;
	w->exited = true;
	if (!w->blamed)
		pool_blame_locked(p, w, wait_status);
	atomic_fetch_sub(&p->n_alive, 1);
	if (atomic_load(&w->retired)) {
		if (w->killed || !WIFEXITED(wait_status))
			atomic_fetch_add(&p->stats.deaths, 1);
		pool_forget_retired_locked(p, w);
		return;
	}
	s->worker = NULL;
	pool_unref(w);
	if (e->unmade) {
		pool_retry_locked(p, s, now_us);
		return;
	}
	if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != WIRE_EXIT_WORN)
		atomic_fetch_add(&p->stats.deaths, 1);
	s->failures = ready ? 0 : s->failures + 1;
	if (s->failures >= POOL_FAILURES_MAX) {
		s->given_up = true;
		p->say_trouble = "a parser dies again and again before it is ready: going on without it";
	}
	if (s->failures > 0)
		s->retry_us = now_us + POOL_RETRY_US * s->failures;
	else
		pool_spawn_locked(p, (unsigned)(s - p->slots), now_us);
}

struct worker *
pool_find_locked(struct parse_pool *p, uint32_t number)
{
	struct worker *w;
	unsigned i;

	for (i = 0; i < p->n_slots; i++)
		if (p->slots[i].worker != NULL && p->slots[i].worker->number == number)
			return p->slots[i].worker;
	for (w = p->retired; w != NULL; w = w->next_retired)
		if (w->number == number)
			return w;
	return NULL;
}

static void
pool_check_slots_locked(struct parse_pool *p)
{
	unsigned i;

	for (i = 0; i < p->n_wanted; i++)
		if (!p->slots[i].given_up)
			return;
	pool_break_locked(p, "no parser can be started");
}

void
pool_watch(struct parse_pool *p)
{
	int64_t now_us = clock_mono_us();
	struct spawner_exit e;
	bool changed = false;
	int r;

	pool_lock(p);
	while ((r = spawner_recv(p->spawner, &e)) > 0) {
		struct worker *w = pool_find_locked(p, e.worker);

		if (w == NULL)
			continue; /* of an earlier pool */
		pool_exited_locked(p, w, &e, now_us);
		changed = true;
	}
	if (r < 0)
		pool_break_locked(p, "the process that starts the parsers has died");
	if (changed) {
		pool_check_slots_locked(p);
		pool_changed_locked(p);
	}
	pool_unlock(p);
}

static void
pool_kill_locked(struct parse_pool *p, struct worker *w, const struct worker_blame *blame)
{
	if (w->exited)
		return;
	if (!w->killed)
		w->killed_us = clock_mono_us();
	w->killed = true;
	if (blame != NULL && !w->blamed) {
		w->blamed = true;
		w->blame = *blame;
	}
	spawner_kill(p->spawner, w->number);
}

void
pool_kill(struct parse_pool *p, struct worker *w, const struct worker_blame *blame)
{
	pool_lock(p);
	pool_kill_locked(p, w, blame);
	pool_unlock(p);
}

void
parse_pool_end_readers(struct parse_pool *p)
{
	static const struct worker_blame unknown = { .outcome = OUTCOME_PARSER_DIED, .by_us = true, .loop = UINT_MAX };
	struct worker *w;
	unsigned i;

	CHECK_MAGIC(p, POOL_MAGIC);
	pool_lock(p);
	for (i = 0; i < p->n_slots; i++)
		if (p->slots[i].worker != NULL)
			pool_kill_locked(p, p->slots[i].worker, &unknown);
	for (w = p->retired; w != NULL; w = w->next_retired)
		pool_kill_locked(p, w, &unknown);
	pool_unlock(p);
}

/* Its hello may wait to be read for as long as a loop is busy; until then no page can have made it lie. */
static bool
worker_has_started(const struct worker *w)
{
	return atomic_load(&w->ready) || atomic_load(&w->status->ready) == 1;
}

static void
pool_tick_slot_locked(struct parse_pool *p, unsigned i, int64_t now_us)
{
	struct pool_slot *s = &p->slots[i];
	struct worker *w = s->worker;

	if (w == NULL) {
		if (!s->given_up && now_us >= s->retry_us) {
			pool_spawn_locked(p, i, now_us);
			pool_changed_locked(p);
		}
		return;
	}
	if (w->killed && now_us - w->killed_us > POOL_KILL_US)
		pool_break_locked(p, "the process that starts the parsers does not answer");
	else if (!w->killed && !worker_has_started(w) && now_us - w->started_us > POOL_START_US)
		pool_kill_locked(p, w, &blame_nobody);
}

/* One that has been left by all clients, and does not end: it is taken over, or hangs. */
static void
pool_tick_retired_locked(struct parse_pool *p, int64_t now_us)
{
	struct worker *w, *next;

	for (w = p->retired; w != NULL && !atomic_load(&p->broken); w = next) {
		next = w->next_retired;
		if (atomic_load(&w->refs) > 1)
			w->retired_us = now_us;
		else if (w->killed && now_us - w->killed_us > POOL_KILL_US)
			pool_break_locked(p, "the process that starts the parsers does not answer");
		else if (!w->killed && now_us - w->retired_us > POOL_RETIRE_US)
			pool_kill_locked(p, w, &blame_nobody);
	}
}

void
pool_tick(struct parse_pool *p, int64_t now_us)
{
	unsigned i;

	pool_lock(p);
	for (i = 0; i < p->n_wanted && !atomic_load(&p->broken); i++)
		pool_tick_slot_locked(p, i, now_us);
	pool_tick_retired_locked(p, now_us);
	pool_unlock(p);
}

bool
pool_unsettled(struct parse_pool *p)
{
	bool unsettled;
	unsigned i;

	pool_lock(p);
	unsettled = p->retired != NULL;
	for (i = 0; i < p->n_wanted && !atomic_load(&p->broken); i++) {
		const struct pool_slot *s = &p->slots[i];

		if (s->worker == NULL ? !s->given_up : s->worker->killed || !worker_has_started(s->worker))
			unsettled = true;
	}
	pool_unlock(p);
	return unsettled;
}

struct worker *
pool_ref_slot(struct parse_pool *p, unsigned slot, unsigned loop, int *ret_fd, bool *ret_hello)
{
	struct worker *w;

	pool_lock(p);
	w = p->slots[slot].worker;
	if (w != NULL && !w->exited && w->fds[loop] >= 0) {
		atomic_fetch_add(&w->refs, 1);
		*ret_fd = TAKE_FD(w->fds[loop]);
		*ret_hello = w->said_hello >> loop & 1;
	} else {
		w = NULL;
	}
	pool_unlock(p);
	return w;
}

void
pool_give_back(struct parse_pool *p, struct worker *w, unsigned loop, int fd, bool hello)
{
	pool_lock(p);
	CHECK(w->fds[loop] < 0);
	if (atomic_load(&w->retired))
		(void)close(fd);
	else
		w->fds[loop] = fd;
	if (hello)
		w->said_hello |= UINT64_C(1) << loop;
	pool_unlock(p);
	pool_unref(w);
}

bool
pool_exited(struct parse_pool *p, const struct worker *w, struct worker_blame *ret_blame)
{
	bool exited;

	pool_lock(p);
	exited = w->exited;
	if (exited)
		*ret_blame = w->blame;
	pool_unlock(p);
	return exited;
}

/* W6. */
static void
pool_retire_locked(struct parse_pool *p, struct pool_slot *s, int64_t now_us)
{
	struct worker *w = TAKE(s->worker);
	unsigned i;

	if (w == NULL)
		return;
	atomic_store(&w->retired, true);
	w->retired_us = now_us;
	w->next_retired = p->retired;
	p->retired = w;
	/* Those that no client has. */
	for (i = 0; i < p->config.n_loops; i++)
		if (w->fds[i] >= 0)
			(void)close(TAKE_FD(w->fds[i]));
}

int
parse_pool_set_workers(struct parse_pool *p, unsigned n)
{
	int64_t now_us = clock_mono_us();
	unsigned i;

	CHECK_MAGIC(p, POOL_MAGIC);
	if (p->n_slots == 0)
		return -EOPNOTSUPP;
	if (n == 0 || n > p->n_slots)
		return -EINVAL;
	pool_lock(p);
	/* They end within moments; whoever changes it faster than that has to wait, and not to fill the machine with them. */
	if (atomic_load(&p->n_alive) > p->n_wanted + p->n_slots) {
		pool_unlock(p);
		return -EAGAIN;
	}
	for (i = n; i < p->n_wanted; i++)
		pool_retire_locked(p, &p->slots[i], now_us);
	/* Those that were given up get another chance: somebody says that there shall be so many. */
	for (i = 0; i < n && !atomic_load(&p->broken); i++) {
		if (i < p->n_wanted && !p->slots[i].given_up)
			continue;
		p->slots[i] = (struct pool_slot){ 0 };
		pool_spawn_locked(p, i, now_us);
	}
	atomic_store(&p->n_wanted, n);
	pool_changed_locked(p);
	pool_unlock(p);
	return atomic_load(&p->broken) ? -EIO : 0;
}

int
pool_attach(struct parse_pool *p, unsigned loop_index, struct loop *loop)
{
	int r = 0;

	pool_lock(p);
	if (loop_index >= p->config.n_loops || p->loops[loop_index] != NULL) {
		r = -EINVAL;
	} else {
		p->loops[loop_index] = loop;
		p->n_attached++;
	}
	pool_unlock(p);
	return r;
}

void
pool_detach(struct parse_pool *p, unsigned loop_index)
{
	pool_lock(p);
	p->loops[loop_index] = NULL;
	p->n_attached--;
	if (p->watcher == (int)loop_index) {
		p->watcher = -1;
		pool_changed_locked(p);
	}
	pool_unlock(p);
}

bool
pool_claim_watch(struct parse_pool *p, unsigned loop_index)
{
	bool claimed;

	pool_lock(p);
	claimed = p->watcher < 0;
	if (claimed)
		p->watcher = (int)loop_index;
	pool_unlock(p);
	return claimed;
}

bool
parse_pool_is_broken(const struct parse_pool *p)
{
	CHECK_MAGIC(p, POOL_MAGIC);
	return atomic_load(&p->broken);
}

void
parse_pool_stats(struct parse_pool *p, struct parse_stats *ret_stats)
{
	const struct parse_stats *so_far = &p->config.so_far;

	CHECK_MAGIC(p, POOL_MAGIC);
	*ret_stats = (struct parse_stats){
		.pages = so_far->pages + atomic_load_explicit(&p->stats.pages, memory_order_relaxed),
		.bytes = so_far->bytes + atomic_load_explicit(&p->stats.bytes, memory_order_relaxed),
		.deaths = so_far->deaths + atomic_load_explicit(&p->stats.deaths, memory_order_relaxed),
		.timeouts = so_far->timeouts + atomic_load_explicit(&p->stats.timeouts, memory_order_relaxed),
		.replies_refused = so_far->replies_refused + atomic_load_explicit(&p->stats.replies_refused, memory_order_relaxed),
		.busy_us = so_far->busy_us + atomic_load_explicit(&p->stats.busy_us, memory_order_relaxed),
		.wait_us = so_far->wait_us + atomic_load_explicit(&p->stats.wait_us, memory_order_relaxed),
		.workers = atomic_load_explicit(&p->n_alive, memory_order_relaxed),
		.workers_wanted = atomic_load_explicit(&p->n_wanted, memory_order_relaxed),
		.pages_waiting = atomic_load_explicit(&p->stats.pending, memory_order_relaxed),
	};
}
