/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/huge.h"
#include "frontier/inside.h"

#define WINDOWS_BYTES (SERVERS_MAX * sizeof(struct server_window))
/* With so many, nearly every page of the windows is used. */
#define SERVERS_MANY  4096u

_Static_assert(WINDOWS_BYTES % HUGE_BYTES == 0, "as huge_map() wants it");
_Static_assert(sizeof(struct server) <= 128, "as POOL_LASTING has it");

struct server_window *
server_windows_new(void)
{
	void *p = huge_map(WINDOWS_BYTES);

	if (p != NULL)
		huge_want(p, WINDOWS_BYTES, false);
	return p;
}

void
server_windows_free(struct server_window *windows)
{
	huge_unmap(windows, WINDOWS_BYTES);
}

/* Where the address is counted. Any thread. */
static unsigned
window_index(struct frontier *f, const char *address)
{
	uint64_t key = hash_fingerprint(f->config->key, address, strlen(address)), found;
	unsigned first = (unsigned)(key % SERVERS_MAX), i;

	key |= 1; /* 0 is free */
	/* What comes next is waited for with it. */
	__builtin_prefetch(&f->servers[first]);
	for (i = 0; i < SERVERS_PROBES; i++) {
		struct server_window *w = &f->shared->windows[(first + i) % SERVERS_MAX];

		found = 0;
		if (atomic_compare_exchange_strong(&w->key, &found, key) || found == key)
			return (first + i) % SERVERS_MAX;
	}
	return first;
}

static int
server_reserve(struct frontier *f, struct server *s, unsigned n)
{
	int64_t *pauses;

	if (n <= s->pauses_cap)
		return 0;
	pauses = realloc(s->pauses, n * sizeof(pauses[0]));
	if (pauses == NULL)
		return -ENOMEM;
	atomic_fetch_add_explicit(&f->shared->bytes, (n - s->pauses_cap) * sizeof(pauses[0]), memory_order_relaxed);
	s->pauses = pauses;
	s->pauses_cap = n;
	return 0;
}

/* This loop's view of the i-th window. */
MUST_CHECK static int
server_at(struct frontier *f, unsigned i, struct server **ret_server)
{
	struct server *s = f->servers[i];

	if (s == NULL) {
		if (due_reserve(&f->server_due, f->n_servers + 1) < 0)
			return -ENOMEM;
		s = pool_get(&f->pool, POOL_LASTING);
		if (s == NULL)
			return -ENOMEM;
		*s = (struct server){ .shared = &f->shared->windows[i], .exempt = true, .yield_until_us = INT64_MIN };
		f->servers[i] = s;
		s->next = f->all_servers;
		f->all_servers = s;
		if (++f->n_servers == SERVERS_MANY)
			huge_collapse(f->shared->windows, WINDOWS_BYTES);
	}
	*ret_server = s;
	return 0;
}

int
server_get(struct frontier *f, const char *address, bool exempt, struct server **ret_server)
{
	const struct polite_config *c = &f->polite_server;
	struct server *s;

	*ret_server = NULL;
	if (c->window_max == 0)
		return 0;
	if (server_at(f, window_index(f, address), &s) < 0)
		return -ENOMEM;
	if (!exempt && server_reserve(f, s, c->window_max) < 0)
		return -ENOMEM;
	s->exempt = s->exempt && exempt;
	*ret_server = s;
	return 0;
}

void
servers_free(struct frontier *f)
{
	while (f->all_servers != NULL) {
		struct server *s = f->all_servers;

		f->all_servers = s->next;
		atomic_fetch_sub_explicit(&f->shared->bytes, s->pauses_cap * sizeof(s->pauses[0]), memory_order_relaxed);
		free(s->pauses);
		pool_put(&f->pool, s);
	}
	free(f->servers);
	due_release(&f->server_due);
}

static unsigned
free_slots(const struct frontier *f, const struct server *s)
{
	unsigned window = polite_law_window(atomic_load(&s->shared->law), &f->polite_server);
	unsigned busy = atomic_load(&s->shared->busy);

	if (busy >= window || atomic_load(&s->shared->spaced_us) > f->now_us || s->yield_until_us > f->now_us)
		return 0;
	return f->polite_server.wait_us > 0 ? 1 : window - busy;
}

bool
server_is_free(const struct frontier *f, const struct server *s)
{
	return free_slots(f, s) > 0;
}

/* Does another host wait, here or in another loop? */
static bool
others_wait(const struct frontier *f, const struct server *s, const struct hostq *h)
{
	if (s->waiting.n > (h->list == &s->waiting))
		return true;
	return f->config->n_loops > 1 && (atomic_load(&s->shared->who_waits) & ~(UINT64_C(1) << f->index % 64)) != 0;
}

bool
server_is_free_for(const struct frontier *f, const struct server *s, const struct hostq *h)
{
	if (!server_is_free(f, s))
		return false;
	if (h->polite.in_flight == 0 || !others_wait(f, s, h))
		return true;
	return h->polite.in_flight + 1u < polite_law_window(atomic_load(&s->shared->law), &f->polite_server);
}

/* When something may change by time alone. */
static void
server_arm(struct frontier *f, struct server *s)
{
	int64_t due_us = DUE_NEVER, spaced_us = atomic_load(&s->shared->spaced_us);
	unsigned i;

	for (i = 0; i < s->n_pauses; i++)
		due_us = s->pauses[i] < due_us ? s->pauses[i] : due_us;
	if (s->waiting.n > 0) {
		if (spaced_us > f->now_us && spaced_us < due_us)
			due_us = spaced_us;
		if (s->yield_until_us > f->now_us && s->yield_until_us < due_us)
			due_us = s->yield_until_us;
		if (f->config->n_loops > 1 && f->now_us + SERVER_POLL_US < due_us)
			due_us = f->now_us + SERVER_POLL_US;
	}
	if (s->due.slot != 0 || due_us != DUE_NEVER)
		due_set(&f->server_due, &s->due, due_us);
}

/* Slots are free again: whoever waits in other loops comes first. */
static void
server_give_back(struct frontier *f, struct server *s, unsigned n)
{
	uint64_t others;

	if (n == 0)
		return;
	CHECK(atomic_fetch_sub(&s->shared->busy, n) >= n);
	if (f->config->n_loops == 1)
		return;
	others = atomic_exchange(&s->shared->who_waits, 0) & ~(UINT64_C(1) << f->index % 64);
	if (others == 0)
		return;
	if (parcels_nudge_some(f, others))
		s->yield_until_us = f->now_us + SERVER_YIELD_US;
	else
		atomic_fetch_or(&s->shared->who_waits, others);
}

bool
server_take(struct frontier *f, struct server *s, uint32_t random)
{
	const struct polite_config *c = &f->polite_server;
	int64_t spaced_us = atomic_load(&s->shared->spaced_us);
	uint32_t busy = atomic_load(&s->shared->busy);

	do {
		if (!server_is_free(f, s) || busy >= polite_law_window(atomic_load(&s->shared->law), c))
			return false;
	} while (!atomic_compare_exchange_weak(&s->shared->busy, &busy, busy + 1));
	s->n_in_flight++;
	if (c->wait_us > 0) {
		s->taken_before_us = spaced_us;
		s->taken_spaced_us = f->now_us + polite_wait_us(c, random);
		if (!atomic_compare_exchange_strong(&s->shared->spaced_us, &spaced_us, s->taken_spaced_us)) {
			server_untake(f, s);
			return false;
		}
	}
	if (s->waiting.n > 0)
		server_arm(f, s);
	return true;
}

void
server_untake(struct frontier *f, struct server *s)
{
	int64_t spaced_us = s->taken_spaced_us;

	CHECK(s->n_in_flight > 0);
	s->n_in_flight--;
	/* Unless somebody has started since, the wait has not begun. */
	if (f->polite_server.wait_us > 0)
		(void)atomic_compare_exchange_strong(&s->shared->spaced_us, &spaced_us, s->taken_before_us);
	server_give_back(f, s, 1);
	server_wake(f, s);
}

static void
server_learn(struct frontier *f, struct server *s, const struct polite_answer *a)
{
	const struct polite_config *c = &f->polite_server;
	struct polite_law law = atomic_load(&s->shared->law), next;
	struct polite_sample sample = polite_sample_of(a);
	unsigned busy = atomic_load(&s->shared->busy);

	sample.is_new = f->now_us - a->took_us >= atomic_load(&s->shared->closed_us);
	sample.was_calm = busy <= c->window_first;
	do {
		sample.was_limit = busy >= polite_law_window(law, c);
		next = polite_law_step(law, c, &sample);
	} while (!atomic_compare_exchange_weak(&s->shared->law, &law, next));
	if (polite_law_closed(law, next, c))
		atomic_store(&s->shared->closed_us, f->now_us);
}

/* The wait begins when the request was there. */
static void
server_arrived(struct frontier *f, struct server *s, const struct polite_answer *a, uint32_t random)
{
	int64_t spaced_us = atomic_load(&s->shared->spaced_us), next_us;

	do
		next_us = polite_arrived(spaced_us, polite_wait_us(&f->polite_server, random), a, f->now_us);
	while (next_us != spaced_us && !atomic_compare_exchange_weak(&s->shared->spaced_us, &spaced_us, next_us));
}

void
server_over(struct frontier *f, struct server *s, const struct polite_answer *a, uint32_t random)
{
	const struct polite_config *c = &f->polite_server;
	struct polite_answer usual = *a;
	int64_t pause_us, usual_us;

	CHECK(s->n_in_flight > 0);
	server_learn(f, s, a);
	usual_us = polite_law_recent_us(atomic_load(&s->shared->law));
	if (usual_us > 0 && usual.took_us > usual_us)
		usual.took_us = usual_us;
	pause_us = polite_pause_us(c, s->exempt, &usual, random);
	server_arrived(f, s, a, random);
	s->n_in_flight--;
	/* There is room, unless the settings have changed since: then only a want of memory lets the pause out. */
	if (pause_us > 0 && server_reserve(f, s, s->n_pauses + 1) == 0) {
		s->pauses[s->n_pauses++] = f->now_us + pause_us;
	} else {
		server_give_back(f, s, 1);
	}
	server_wake(f, s);
}

static void
server_mark(struct frontier *f, struct server *s)
{
	if (f->config->n_loops == 1)
		return;
	if (!s->is_waiting) {
		s->is_waiting = true;
		s->next_waiting = f->servers_waiting;
		f->servers_waiting = s;
	}
	atomic_fetch_or(&s->shared->who_waits, UINT64_C(1) << f->index % 64);
}

void
server_wait(struct frontier *f, struct server *s, struct hostq *h)
{
	host_list_push(&s->waiting, h);
	server_mark(f, s);
	server_arm(f, s);
	/* What was given back before we said that we wait. */
	if (f->config->n_loops > 1 && server_is_free(f, s))
		due_set(&f->server_due, &s->due, f->now_us);
}

void
server_wake(struct frontier *f, struct server *s)
{
	unsigned i, over = 0, free;
	size_t n;

	for (i = 0; i < s->n_pauses;) {
		if (s->pauses[i] <= f->now_us) {
			s->pauses[i] = s->pauses[--s->n_pauses];
			over++;
		} else {
			i++;
		}
	}
	server_give_back(f, s, over);
	free = s->waiting.n > 0 ? free_slots(f, s) : 0;
	for (n = s->waiting.n; n > 0 && free > 0 && s->waiting.head != NULL; n--) {
		struct hostq *h = s->waiting.head;

		host_list_remove(h);
		gate_update(f, h);
		free -= h->state == HOST_READY;
	}
	if (s->waiting.n > 0)
		server_mark(f, s);
	server_arm(f, s);
}

int
server_adopt(struct frontier *f, struct server *from, struct server **ret_server)
{
	unsigned n = from->n_pauses, max = f->polite_server.window_max;
	struct server *s;

	CHECK(from->n_in_flight == 0);
	if (server_at(f, (unsigned)(from->shared - f->shared->windows), &s) < 0)
		return -ENOMEM;
	if ((n > 0 || !from->exempt) && server_reserve(f, s, s->n_pauses + n > max ? s->n_pauses + n : max) < 0)
		return -ENOMEM;
	/* Loops that are no more do not wait; those that are say so when their hosts do. */
	atomic_store(&s->shared->who_waits, 0);
	if (n > 0)
		memcpy(s->pauses + s->n_pauses, from->pauses, n * sizeof(from->pauses[0]));
	s->n_pauses += n;
	from->n_pauses = 0;
	s->exempt = s->exempt && from->exempt;
	server_arm(f, s);
	*ret_server = s;
	return 0;
}

void
server_left(struct frontier *f, struct host_list *list)
{
	struct server *s;

	if (list == NULL)
		return;
	s = container_of(list, struct server, waiting);
	if (s->waiting.n > 0)
		server_wake(f, s);
	else if (f->config->n_loops > 1)
		atomic_fetch_and(&s->shared->who_waits, ~(UINT64_C(1) << f->index % 64));
}

static void
server_retune(struct frontier *f, struct server *s)
{
	const struct polite_config *c = &f->polite_server;
	int64_t spaced_us = atomic_load(&s->shared->spaced_us), most_us = f->now_us + polite_wait_us(c, UINT32_MAX);
	unsigned n = c->wait_us >= 0 ? s->n_pauses : 0;

	while (spaced_us > most_us && !atomic_compare_exchange_weak(&s->shared->spaced_us, &spaced_us, most_us))
		continue;
	s->n_pauses -= n;
	server_give_back(f, s, n);
	server_wake(f, s);
}

void
servers_retune(struct frontier *f)
{
	struct server *s;

	for (s = f->all_servers; s != NULL; s = s->next)
		server_retune(f, s);
}

void
server_wake_all(struct frontier *f)
{
	struct server *s = f->servers_waiting, *next;

	f->servers_waiting = NULL;
	for (; s != NULL; s = next) {
		next = s->next_waiting;
		s->is_waiting = false;
		server_wake(f, s);
	}
}

void
servers_check(const struct frontier *f)
{
	const struct server *s;

	due_check(&f->server_due);
	for (s = f->all_servers; s != NULL; s = s->next) {
		const struct hostq *h;
		size_t n = 0;

		if (f->config->n_loops == 1)
			CHECK(atomic_load(&s->shared->busy) == s->n_in_flight + s->n_pauses); /* S1 */
		for (h = s->waiting.head; h != NULL; h = h->list_next) {
			CHECK(h->server == s && h->state == HOST_SERVER);
			n++;
		}
		CHECK(n == s->waiting.n);
		/* S2: somebody comes to wake them. */
		CHECK(n == 0 || s->n_in_flight > 0 || s->due.slot != 0 || f->ready.n > 0);
	}
}
