/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *	            resolve_name()                pump()             on_answer()
 *	(unknown) -----------------> NAME_QUEUED --------> NAME_ASKED ----------> NAME_KNOWN --ttl--> asked anew
 *	                                                     |    ^
 *	                                        on_deadline()`----'late: whoever waits has his answer
 *
 *	R1  A name that is queued or asked is never evicted; one that is known has no waiters.
 *	R2  Whoever waits is on exactly one list: the name's, or r->ready, from which the next turn delivers.
 *	R3  dns.c may answer from inside dns_ask(). So on_answer() only moves things; it starts no query.
 *	R4  All deadlines are equally far away, so r->deadlines is in their order. A name has one while somebody waits for it and it is
 *	    asked, counted from that: how long it was queued says something about others only.
 *	R5  A question holds its place among RESOLVE_QUERIES, and among its party's, until its answer or its first deadline. One that is late
 *	    cannot be taken back; it ends by itself, after as many time-outs as there are name servers, and its answer is of use.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/hash.h"
#include "fetch/dns.h"
#include "fetch/lanes.h"
#include "fetch/pins.h"
#include "fetch/resolve.h"
#include "url/host.h"

#define RESOLVE_MAGIC        0x52534c56u
#define RESOLVE_TIMEOUT_US   (20 * CLOCK_US_PER_SEC)
#define RESOLVE_EVICT_LOOKS  256
#define RESOLVE_NAME_MAX     253

struct waiter {
	fetch_resolved_fn fn;
	void *arg;
	struct fetch_address answer;
	struct waiter *next;
};

enum name_state { NAME_KNOWN, NAME_QUEUED, NAME_ASKED };

struct name {
	struct resolve *r;
	enum name_state state;
	enum outcome outcome;
	struct addresses addresses;
	int64_t expires_us, deadline_us;
	bool in_deadlines, late;
	struct waiter *waiters;
	struct lane_item turn;
	struct name *deadline_prev, *deadline_next;
	UT_hash_handle hh;
	size_t len;
	char text[]; /* with a NUL */
};

/* owner: loop thread */
struct resolve {
	uint32_t magic;
	struct loop *loop;
	int64_t timeout_us;
	int prefer_family;
	bool ipv4, ipv6;
	struct fetch_net only;
	bool stopped, pumping;
	struct dns *dns;
	struct pins *pins;
	struct loop_timer deadline_timer, ready_timer;
	struct hash_key key;
	struct name *names; /* in the order they were asked */
	struct lanes queue;
	struct name *deadlines;
	unsigned n_asked; /* without those that are late */
	uint64_t queries;
	struct waiter *ready, **ready_tail, *spare;
};

static bool
family_allowed(const struct resolve *r, int family)
{
	return family == AF_INET ? r->ipv4 : r->ipv6;
}

/* Answers: always by way of r->ready, delivered in the next turn. */

static void
on_ready(void *arg)
{
	struct resolve *r = arg;
	struct waiter *w, *next;

	CHECK_MAGIC(r, RESOLVE_MAGIC);
	w = r->ready;
	r->ready = NULL;
	r->ready_tail = &r->ready;
	for (; w != NULL; w = next) {
		next = w->next;
		w->fn(w->arg, &w->answer);
		w->next = r->spare;
		r->spare = w;
	}
}

static void
waiter_ready(struct resolve *r, struct waiter *w, enum outcome outcome, const struct addresses *a,
	int64_t expires_us)
{
	unsigned i;

	w->answer = (struct fetch_address){ .outcome = outcome, .expires_us = expires_us };
	if (outcome == OUTCOME_OK) {
		for (i = 0; i < a->n && !family_allowed(r, a->items[i].family); i++)
			;
		if (i == a->n)
			w->answer.outcome = OUTCOME_NO_ADDRESS;
		else
			address_print(&a->items[i], w->answer.address);
	}
	w->next = NULL;
	*r->ready_tail = w;
	r->ready_tail = &w->next;
	/* The heap of timers grows by a few hundred bytes: where that fails nothing works any more. */
	if (r->ready == w)
		CHECK(loop_timer_set(r->loop, &r->ready_timer, loop_now_us(r->loop)) == 0);
}

static void
deadline_arm(struct resolve *r)
{
	if (r->deadlines == NULL)
		loop_timer_cancel(r->loop, &r->deadline_timer);
	else
		CHECK(loop_timer_set(r->loop, &r->deadline_timer, r->deadlines->deadline_us) == 0);
}

static void
deadline_remove(struct resolve *r, struct name *n)
{
	bool first = r->deadlines == n;

	if (!n->in_deadlines)
		return;
	n->in_deadlines = false;
	DL_DELETE2(r->deadlines, n, deadline_prev, deadline_next);
	if (first)
		deadline_arm(r);
}

static void
name_answer(struct name *n, enum outcome outcome)
{
	struct resolve *r = n->r;
	struct waiter *w, *next;

	for (w = n->waiters; w != NULL; w = next) {
		next = w->next;
		waiter_ready(r, w, outcome, &n->addresses, n->expires_us);
	}
	n->waiters = NULL;
	deadline_remove(r, n);
}

static void
name_known(struct name *n, enum outcome outcome, int64_t ttl_s)
{
	if (ttl_s < RESOLVE_TTL_MIN_S)
		ttl_s = RESOLVE_TTL_MIN_S;
	if (ttl_s > RESOLVE_TTL_MAX_S)
		ttl_s = RESOLVE_TTL_MAX_S;
	if (outcome != OUTCOME_OK) /* a failure is not kept: whoever tries again means it */
		ttl_s = outcome == OUTCOME_DNS_NOT_FOUND || outcome == OUTCOME_NO_ADDRESS ? RESOLVE_TTL_MIN_S : 0;
	n->state = NAME_KNOWN;
	n->outcome = outcome;
	n->expires_us = clock_mono_us() + ttl_s * CLOCK_US_PER_SEC;
	name_answer(n, outcome);
}

/* It is not asked for, and will not be for a while. */
static void
name_closed(struct name *n)
{
	n->state = NAME_KNOWN;
	n->outcome = OUTCOME_DNS_FAILED;
	n->expires_us = lanes_closed_until(&n->r->queue, host_site(str_n(n->text, n->len)));
	name_answer(n, n->outcome);
}

/* n gives its place up (R5), and with it what waits of a party that does not answer. */
static void
name_out(struct name *n, bool lost)
{
	struct resolve *r = n->r;
	struct lane_item *turn;

	if (n->late)
		return;
	lanes_tell(&r->queue, &n->turn, lost, clock_mono_us());
	while ((turn = lanes_give_up(&r->queue, &n->turn)) != NULL)
		name_closed(container_of(turn, struct name, turn));
	n->late = true;
	r->n_asked--;
	lanes_done(&r->queue, &n->turn);
}

static void
on_answer(void *arg, enum outcome outcome, const struct addresses *a, int64_t ttl_s)
{
	struct name *n = arg;

	CHECK_MAGIC(n->r, RESOLVE_MAGIC);
	CHECK(n->state == NAME_ASKED);
	name_out(n, outcome == OUTCOME_DNS_FAILED);
	if (n->r->stopped)
		outcome = OUTCOME_INTERRUPTED;
	n->addresses = *a;
	addresses_prefer(&n->addresses, n->r->prefer_family);
	name_known(n, outcome, ttl_s);
}

static void
deadline_set(struct name *n)
{
	struct resolve *r = n->r;

	if (n->in_deadlines)
		return;
	n->in_deadlines = true;
	n->deadline_us = clock_mono_us() + r->timeout_us;
	DL_APPEND2(r->deadlines, n, deadline_prev, deadline_next);
	if (r->deadlines == n)
		deadline_arm(r);
}

/* Asks those whose turn it is. Also after each answer. */
static void
pump(void *arg)
{
	struct resolve *r = arg;
	struct lane_item *turn;

	CHECK_MAGIC(r, RESOLVE_MAGIC);
	if (r->pumping)
		return;
	r->pumping = true;
	while (!r->stopped && r->n_asked < RESOLVE_QUERIES && (turn = lanes_take(&r->queue)) != NULL) {
		struct name *n = container_of(turn, struct name, turn);

		n->state = NAME_ASKED;
		n->late = false;
		r->n_asked++;
		r->queries++;
		deadline_set(n);
		dns_ask(r->dns, n->text, on_answer, n);
	}
	r->pumping = false;
}

static void
on_deadline(void *arg)
{
	struct resolve *r = arg;
	int64_t now_us = clock_mono_us();
	struct name *n;

	CHECK_MAGIC(r, RESOLVE_MAGIC);
	while ((n = r->deadlines) != NULL && n->deadline_us <= now_us) {
		CHECK(n->state == NAME_ASKED);
		name_out(n, true);
		n->expires_us = now_us;
		name_answer(n, OUTCOME_DNS_FAILED);
	}
	deadline_arm(r);
	pump(r);
}

/* The cache. */

static struct name *
name_find(struct resolve *r, struct str host, uint64_t hash)
{
	struct name *n = NULL;

	HASH_FIND_BYHASHVALUE(hh, r->names, host.p, host.len, (unsigned)hash, n);
	return n;
}

/* R1: only what is known goes. If the oldest are all being asked, the cache grows a little beyond its size. */
static void
names_evict(struct resolve *r)
{
	struct name *n, *tmp;
	unsigned looks = 0;

	if (HASH_COUNT(r->names) < RESOLVE_CACHE_NAMES)
		return;
	HASH_ITER(hh, r->names, n, tmp) {
		if (n->state == NAME_KNOWN) {
			HASH_DEL(r->names, n);
			free(n);
			return;
		}
		if (++looks == RESOLVE_EVICT_LOOKS)
			return;
	}
}

static struct name *
name_add(struct resolve *r, struct str host, uint64_t hash)
{
	struct name *n;

	names_evict(r);
	n = calloc(1, sizeof(*n) + host.len + 1);
	if (n == NULL)
		return NULL;
	n->r = r;
	n->len = host.len;
	memcpy(n->text, host.p, host.len);
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, r->names, n->text, n->len, (unsigned)hash, n);
	if (n->hh.tbl == NULL) {
		free(n);
		return NULL;
	}
	return n;
}

/* Its answer is too old: asked again, and as young as a new one for names_evict(). */
static struct name *
name_renew(struct resolve *r, struct name *n, uint64_t hash)
{
	HASH_DEL(r->names, n);
	memset(&n->hh, 0, sizeof(n->hh));
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, r->names, n->text, n->len, (unsigned)hash, n);
	if (n->hh.tbl != NULL)
		return n;
	free(n);
	return NULL;
}

static int
name_wait(struct name *n, struct waiter *w)
{
	if (n->state == NAME_KNOWN) {
		struct str party = host_site(str_n(n->text, n->len));
		int64_t until_us = lanes_closed_until(&n->r->queue, party);

		if (until_us > clock_mono_us()) {
			waiter_ready(n->r, w, OUTCOME_DNS_FAILED, NULL, until_us);
			return 0;
		}
		if (lanes_add(&n->r->queue, party, &n->turn) < 0)
			return -ENOMEM;
		n->state = NAME_QUEUED;
	}
	w->next = n->waiters;
	n->waiters = w;
	if (n->state == NAME_ASKED)
		deadline_set(n);
	pump(n->r);
	return 0;
}

static bool
host_is_localhost(struct str host)
{
	static const struct str local = STR("localhost");
	struct str tail;

	if (host.len > 0 && host.p[host.len - 1] == '.')
		host.len--;
	if (host.len < local.len)
		return false;
	tail = str_n(host.p + host.len - local.len, local.len);
	return str_ieq(tail, local) && (tail.p == host.p || tail.p[-1] == '.');
}

/* Fills in a new name that needs no query. */
static void
name_set_local(struct name *n)
{
	struct address a;

	if (address_parse(STR("127.0.0.1"), &a) == 0)
		addresses_add(&n->addresses, &a);
	if (address_parse(STR("::1"), &a) == 0)
		addresses_add(&n->addresses, &a);
	addresses_prefer(&n->addresses, n->r->prefer_family);
	n->outcome = OUTCOME_OK;
	n->expires_us = INT64_MAX;
}

static struct waiter *
waiter_new(struct resolve *r, fetch_resolved_fn fn, void *arg)
{
	struct waiter *w = r->spare;

	if (w != NULL)
		r->spare = w->next;
	else if ((w = malloc(sizeof(*w))) == NULL)
		return NULL;
	*w = (struct waiter){ .fn = fn, .arg = arg };
	return w;
}

static int64_t
expires_never(void)
{
	return clock_mono_us() + RESOLVE_TTL_MAX_S * CLOCK_US_PER_SEC;
}

/* Asks the cache, and the name servers if need be. */
static int
resolve_by_cache(struct resolve *r, struct str host, struct waiter *w)
{
	uint64_t hash = hash_fingerprint(&r->key, host.p, host.len);
	struct name *n = name_find(r, host, hash);

	if (n == NULL) {
		n = name_add(r, host, hash);
		if (n != NULL && host_is_localhost(host))
			name_set_local(n);
	} else if (n->state == NAME_KNOWN && n->expires_us <= clock_mono_us()) {
		n = name_renew(r, n, hash);
	}
	if (n == NULL)
		return -ENOMEM;
	if (n->state == NAME_KNOWN && n->expires_us > clock_mono_us())
		waiter_ready(r, w, n->outcome, &n->addresses,
			n->expires_us == INT64_MAX ? expires_never() : n->expires_us);
	else
		return name_wait(n, w);
	return 0;
}

static bool
may_ask(const struct resolve *r, struct str host)
{
	struct address a;

	return r->only.address == NULL || (address_parse(host, &a) == 0 && address_in_net(&a, r->only.address, r->only.bits));
}

int
resolve_name(struct resolve *r, struct str host, uint16_t port, fetch_resolved_fn fn, void *arg)
{
	struct addresses literal = { .n = 1 };
	const struct addresses *pinned;
	struct waiter *w;
	int ret = 0;

	CHECK_MAGIC(r, RESOLVE_MAGIC);
	w = waiter_new(r, fn, arg);
	if (w == NULL)
		return -ENOMEM;
	if (r->stopped) {
		waiter_ready(r, w, OUTCOME_INTERRUPTED, NULL, 0);
	} else if (!may_ask(r, host)) {
		waiter_ready(r, w, OUTCOME_DNS_NOT_FOUND, NULL, expires_never());
	} else if (address_parse(host, &literal.items[0]) == 0) {
		waiter_ready(r, w, OUTCOME_OK, &literal, expires_never());
	} else if ((pinned = pins_find(r->pins, host, port)) != NULL) {
		waiter_ready(r, w, OUTCOME_OK, pinned, expires_never());
	} else if (host.len == 0 || host.len > RESOLVE_NAME_MAX + 1) {
		waiter_ready(r, w, OUTCOME_DNS_NOT_FOUND, NULL, expires_never());
	} else {
		ret = resolve_by_cache(r, host, w);
		if (ret < 0)
			free(w);
	}
	return ret;
}

void
resolve_failed(struct resolve *r, struct str host, uint16_t port, const char *address)
{
	struct addresses *list = pins_find(r->pins, host, port);
	struct address a;
	struct name *n;

	if (address_parse(str_of(address), &a) < 0)
		return;
	if (list == NULL && (n = name_find(r, host, hash_fingerprint(&r->key, host.p, host.len))) != NULL)
		list = &n->addresses;
	if (list != NULL)
		addresses_demote(list, &a);
}

void
resolve_stop(struct resolve *r)
{
	struct lane_item *turn;

	r->stopped = true;
	while ((turn = lanes_drop(&r->queue)) != NULL)
		name_known(container_of(turn, struct name, turn), OUTCOME_INTERRUPTED, 0);
	dns_cancel(r->dns);
}

uint64_t
resolve_queries(const struct resolve *r)
{
	return r->queries;
}

int
resolve_new(const struct resolve_config *config, struct loop *loop, struct resolve **ret_resolve)
{
	struct resolve *r = calloc(1, sizeof(*r));
	struct dns_config dc = {
		.timeout_us = config->timeout_us > 0 ? config->timeout_us : RESOLVE_TIMEOUT_US,
		.ipv4 = config->ipv4,
		.ipv6 = config->ipv6,
		.servers = config->servers,
		.after_fn = pump,
		.after_arg = r,
	};
	int ret;

	if (r == NULL)
		return -ENOMEM;
	r->magic = RESOLVE_MAGIC;
	r->loop = loop;
	r->timeout_us = dc.timeout_us;
	r->ipv4 = config->ipv4;
	r->ipv6 = config->ipv6;
	r->prefer_family = config->prefer_family;
	r->only = config->only;
	r->ready_tail = &r->ready;
	lanes_init(&r->queue, &r->key, RESOLVE_PARTY_QUERIES, RESOLVE_PARTY_FAILURES, dc.timeout_us);
	loop_timer_init(&r->deadline_timer, on_deadline, r);
	loop_timer_init(&r->ready_timer, on_ready, r);
	ret = config->ipv4 || config->ipv6 ? hash_key_random(&r->key) : -EINVAL;
	if (ret == 0)
		ret = pins_new(config->pins, config->prefer_family, &r->pins);
	if (ret == 0)
		ret = dns_new(&dc, loop, &r->dns);
	if (ret < 0) {
		resolve_free(r);
		return ret;
	}
	*ret_resolve = r;
	return 0;
}

static void
waiters_free(struct waiter *w)
{
	struct waiter *next;

	for (; w != NULL; w = next) {
		next = w->next;
		free(w);
	}
}

void
resolve_free(struct resolve *r)
{
	struct name *n, *tmp;

	if (r == NULL)
		return;
	CHECK_MAGIC(r, RESOLVE_MAGIC);
	r->stopped = true;
	dns_free(r->dns); /* answers what is asked, which only moves waiters (R3) */
	loop_timer_cancel(r->loop, &r->deadline_timer);
	loop_timer_cancel(r->loop, &r->ready_timer);
	HASH_ITER(hh, r->names, n, tmp) {
		HASH_DEL(r->names, n);
		waiters_free(n->waiters);
		free(n);
	}
	lanes_release(&r->queue);
	waiters_free(r->ready);
	waiters_free(r->spare);
	pins_free(r->pins);
	r->magic = 0;
	free(r);
}
