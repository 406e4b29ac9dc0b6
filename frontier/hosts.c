/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of hosts, by origin, and their queues. A host is made when its first URL is queued, and stays: its robots.txt, its
 * politeness and the verdict that it is dead hold for the whole run.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "frontier/inside.h"

static struct str
origin_of(const struct url *u)
{
	return str_n(u->href, u->pathname_start);
}

const struct url *
hosts_origin(struct frontier *f, const struct hostq *h)
{
	return url_parse(&f->origin, str_n(h->origin, h->origin_len), NULL) == 0 ? &f->origin : NULL;
}

MUST_CHECK static int
host_add(struct frontier *f, uint64_t fp, const struct url *u, struct hostq **ret_host)
{
	struct hostq *h;
	int r = due_reserve(&f->due, (size_t)f->origins.n + 1);

	if (r == 0)
		r = tails_reserve(f, f->origins.n + 1);
	if (r < 0)
		return r;
	r = origins_add(&f->origins, fp, origin_of(u), &h);
	if (r < 0)
		return r;
	h->magic = HOSTQ_MAGIC;
	polite_init(&h->polite);
	h->hold_due_us = DUE_NEVER;
	h->not_before_us = INT64_MIN;
	atomic_fetch_add_explicit(&f->shared->hosts, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&f->shared->waiting[HOST_IDLE], 1, memory_order_relaxed);
	if (atomic_load_explicit(&f->shared->n_met, memory_order_relaxed) < FRONTIER_SITES_MAX)
		shared_meet(f->shared, frontier_shard_of(f->config, u));
	*ret_host = h;
	return 0;
}

int
hosts_add(struct frontier *f, const struct url *u, struct hostq **ret_host)
{
	return host_add(f, hash_fingerprint(f->config->key, u->href, u->pathname_start), u, ret_host);
}

MUST_CHECK static int
host_get(struct frontier *f, const struct url *u, const struct frontier_ahead *ahead, struct hostq **ret_host)
{
	struct str origin = origin_of(u);
	struct hostq *h = f->last_host;
	uint64_t fp;
	int r;

	if (ahead != NULL && ahead->hostq != NULL) {
		*ret_host = ahead->hostq;
		return 0;
	}
	/* Keyed: nobody can choose names that fall together. */
	fp = ahead != NULL ? ahead->origin : hash_fingerprint(f->config->key, origin.p, origin.len);
	if (h != NULL && fp == f->last_origin) {
		*ret_host = h;
		return 0;
	}
	h = origins_find(&f->origins, fp);
	if (h == NULL) {
		r = host_add(f, fp, u, &h);
		if (r < 0)
			return r;
	}
	f->last_host = h;
	f->last_origin = fp;
	*ret_host = h;
	return 0;
}

int
frontier_restore_pause(struct frontier *f, const struct url *u, int64_t due_us, int64_t now_us)
{
	struct hostq *h;
	int r = host_get(f, u, NULL, &h);

	f->now_us = now_us;
	/* The clock on the wall may have been set meanwhile. */
	if (due_us > now_us + POLITE_RETRY_AFTER_MAX_US)
		due_us = now_us + POLITE_RETRY_AFTER_MAX_US;
	if (r == 0 && due_us > h->polite.backoff_us) {
		h->polite.backoff_us = due_us;
		gate_update(f, h);
	}
	return r;
}

bool
hosts_is_stale(const struct frontier *f, uint64_t fp, uint32_t depth)
{
	uint32_t at = f->shared->levels_on ? depths_get(f->shared->depths, fp) : DEPTHS_NONE;

	return at != DEPTHS_NONE && at < depth && at < DEPTHS_MAX;
}

/* It has come to its end, no other way is better. */
static void
host_note_dropped(struct frontier *f, struct str identity)
{
	if (f->shared->levels_on &&
		depths_set(f->shared->depths, hash_fingerprint(f->config->key, identity.p, identity.len), 0) < 0)
		frontier_full(f, OUTCOME_NO_MEMORY);
}

void
hosts_drop(struct frontier *f, struct str url, uint32_t depth, const struct rec *r, enum outcome reason)
{
	struct frontier_refusal refusal = {
		.url = url,
		.way = {
			.parent = rec_parent_str(r->parent),
			.depth = depth,
			.kind = r->kind,
			.flags = r->flags,
			.is_seed = r->is_seed,
		},
		.chain = str_n(r->chain, 8 * (size_t)r->redirects),
		.reason = reason,
	};

	host_note_dropped(f, url);
	f->ops.dropped(f->ops.arg, &refusal);
	shared_drop(f->shared, depth, r->is_seed);
}

struct str
hosts_url(struct frontier *f, const struct hostq *h, const struct rec *r)
{
	buf_reset(&f->text, SIZE_MAX);
	buf_add(&f->text, h->origin, h->origin_len);
	buf_add_str(&f->text, r->text);
	return buf_err(&f->text) == 0 ? buf_str(&f->text) : STR_NONE;
}

void
hosts_drop_record(struct frontier *f, struct hostq *h, uint32_t depth, const struct rec *r, enum outcome reason)
{
	hosts_drop(f, hosts_url(f, h, r), depth, r, reason);
}

int
hosts_push(struct frontier *f, struct hostq *h, struct str origin, struct bucket *b, const struct rec *r)
{
	int e;

	if (r->due_us > f->now_us)
		return bucket_add_retry(h, b, r, r->due_us, &f->shared->bytes, &f->retry_bytes);
	if (b->tail.n > 0 || tails_are_near(f, h, b)) {
		e = tail_push(f, origin, b, r);
	} else {
		e = rec_fifo_push(&f->mem, &b->queue, r);
		tails_note(f, h);
	}
	if (e == 0)
		h->n_queued++;
	return e;
}

void
hosts_queue(struct frontier *f, const struct url *u, const struct frontier_ahead *ahead, uint32_t depth, struct rec *r)
{
	struct str identity = url_identity(u);
	struct bucket *b = NULL;
	struct hostq *h;

	if (f->stopped) {
		shared_leave(f->shared, depth, r->is_seed);
		rec_parent_unref(&f->mem, r->parent);
		return;
	}
	if (host_get(f, u, ahead, &h) < 0) {
		h = NULL;
	} else if (h->dead) {
		if (hosts_is_walled(f, h))
			shared_leave(f->shared, depth, r->is_seed);
		else
			hosts_drop(f, identity, depth, r, h->dead_reason);
		rec_parent_unref(&f->mem, r->parent);
		return;
	} else {
		b = hostq_bucket(h, &f->pool, depth);
	}
	r->text = str_n(identity.p + u->pathname_start, identity.len - u->pathname_start);
	if (b == NULL || hosts_push(f, h, origin_of(u), b, r) < 0) {
		hosts_drop(f, identity, depth, r, OUTCOME_NO_MEMORY);
		rec_parent_unref(&f->mem, r->parent);
		if (b != NULL && !h->committing)
			hostq_trim(h, &f->pool, depth);
		frontier_full(f, OUTCOME_NO_MEMORY);
		return;
	}
	h->from |= 1u << r->from;
	/* In the other states one more URL changes nothing. */
	if (h->state == HOST_IDLE || h->state == HOST_LEVEL || h->state == HOST_ORDER || h->state == HOST_BACKOFF)
		gate_update(f, h);
}

/* A record that leaves the queue unfetched. */
static void
host_lose(struct frontier *f, struct hostq *h, uint32_t depth, const struct rec *r, enum outcome reason)
{
	struct str url = f->shared->levels_on ? hosts_url(f, h, r) : STR_NONE;

	/* Stale: it was dropped, and said so, at its smaller depth. */
	if (url.len > 0 && hosts_is_stale(f, hash_fingerprint(f->config->key, url.p, url.len), depth))
		shared_forget(f->shared, depth, r->is_seed);
	else if (reason == OUTCOME_OK)
		shared_leave(f->shared, depth, r->is_seed);
	else
		hosts_drop_record(f, h, depth, r, reason);
	rec_parent_unref(&f->mem, r->parent);
}

void
hosts_lose_job(struct frontier *f, struct job *j, enum outcome reason)
{
	struct frontier_refusal refusal = {
		.url = url_href(&j->url),
		.way = {
			.parent = job_get(j, j->parent),
			.depth = j->depth,
			.kind = j->kind,
			.is_seed = j->is_seed,
		},
		.chain = job_get(j, j->chain),
		.reason = reason,
	};

	if (hosts_is_stale(f, j->fp, j->depth)) {
		shared_forget(f->shared, j->depth, j->is_seed);
	} else if (reason == OUTCOME_OK) {
		shared_leave(f->shared, j->depth, j->is_seed);
	} else {
		host_note_dropped(f, url_href(&j->url));
		f->ops.dropped(f->ops.arg, &refusal);
		shared_drop(f->shared, j->depth, j->is_seed);
	}
	f->ops.job_put(f->ops.arg, j);
}

/* What is in its tail is left, one URL like the other. */
static void
bucket_leave_tail(struct frontier *f, struct hostq *h, struct bucket *b)
{
	shared_leave_many(f->shared, b->depth, b->tail.n);
	h->n_queued -= b->tail.n;
	tail_discard(f, b);
}

/* One more is lost; false: enough of them for this call. */
static bool
lose_one(unsigned *drops)
{
	return drops == NULL || (*drops)++ < FRONTIER_MAX_DROPS;
}

/* drops NULL: all of it. */
static void
bucket_lose(struct frontier *f, struct hostq *h, struct bucket *b, enum outcome reason, unsigned *drops)
{
	struct job *j;
	struct rec r;

	/* Not read back only to be counted. With a level limit some may be stale; they count as left too. */
	if (b->tail.n > 0 && reason == OUTCOME_OK && !b->tail.has_seeds)
		bucket_leave_tail(f, h, b);

	while (b->untaken != NULL && lose_one(drops)) {
		j = b->untaken;
		b->untaken = j->next;
		j->next = NULL;
		h->n_queued--;
		hosts_lose_job(f, j, reason);
	}
	while ((b->queue.n > 0 || b->tail.n > 0) && lose_one(drops)) {
		if (!tail_peek(f, h, b, &r)) {
			/* It cannot be read: the next run will. */
			bucket_leave_tail(f, h, b);
			frontier_full(f, OUTCOME_NO_MEMORY);
			break;
		}
		host_lose(f, h, b->depth, &r, reason);
		rec_fifo_pop(&f->mem, &b->queue);
		h->n_queued--;
	}
	while (b->n_retries > 0 && lose_one(drops)) {
		struct hostq_retry *e = bucket_pop_retry(h, b);

		(void)rec_unpack(e->rec, &r);
		host_lose(f, h, b->depth, &r, reason);
		hostq_retry_free(e, &f->shared->bytes, &f->retry_bytes);
	}
}

static void
host_empty(struct frontier *f, struct hostq *h, enum outcome reason, unsigned *drops)
{
	struct host_list *left;
	struct bucket *b, *next;

	for (b = h->buckets; b != NULL; b = next) {
		next = b->next;
		bucket_lose(f, h, b, reason, drops);
		hostq_trim(h, &f->pool, b->depth);
	}
	left = server_list(h);
	host_list_remove(h);
	gate_update(f, h);
	server_left(f, left);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

bool
hosts_is_walled(const struct frontier *f, const struct hostq *h)
{
	return f->config->keeps_walled && (h->dead || h->parked) && h->dead_reason == OUTCOME_BOT_WALL;
}

void
hosts_leave(struct frontier *f, struct hostq *h)
{
	host_empty(f, h, OUTCOME_OK, NULL);
	CHECK(h->n_queued == 0);
}

void
hosts_empty(struct frontier *f, struct hostq *h, enum outcome reason, unsigned *drops)
{
	CHECK(reason != OUTCOME_OK);
	host_empty(f, h, reason, drops);
}

void
hosts_empty_dead(struct frontier *f, struct hostq *h, unsigned *drops)
{
	CHECK(h->dead);
	if (hosts_is_walled(f, h))
		hosts_leave(f, h);
	else
		hosts_empty(f, h, h->dead_reason, drops);
}

/*
 * Is it to be asked once more when nothing else is left? Where everything gets one try (--tries=1), only if there is something that
 * has had none: what is queued for a host whose address and robots.txt were had.
 */
static bool
host_has_chance(const struct frontier *f, const struct hostq *h, enum outcome reason)
{
	bool was_met = f->config->robots ? h->robots_answered : h->address_expires_us != 0;

	if (h->had_chance || f->stopped || (reason != OUTCOME_HOST_DEAD && outcome_retry(reason) != RETRY_LATER))
		return false;
	return f->config->tries > 1 || was_met;
}

void
hosts_give_up(struct frontier *f, struct hostq *h, enum outcome reason)
{
	unsigned drops = 0;

	if (h->dead || h->parked)
		return;
	if (host_has_chance(f, h, reason)) {
		h->parked = true;
		h->dead_reason = reason;
		h->not_before_us = later(h->not_before_us, f->now_us + frontier_retry_pause_us(f, FRONTIER_PARK_TRIES));
		/* What the server has asked for. */
		h->not_before_us = later(h->not_before_us, h->polite.backoff_us);
		gate_update(f, h);
		return;
	}
	h->dead = true;
	h->dead_reason = reason;
	atomic_fetch_add_explicit(&f->shared->hosts_dead, 1, memory_order_relaxed);
	if (hosts_is_walled(f, h))
		atomic_fetch_add_explicit(&f->shared->hosts_walled, 1, memory_order_relaxed);
	hosts_empty_dead(f, h, &drops);
}

/* Does any loop have a host that waits for something else than what the parked ones hold up? */
static bool
hosts_others_go_on(const struct frontier *f)
{
	static const enum host_state states[] = { HOST_READY, HOST_WINDOW, HOST_SERVER, HOST_PAUSE, HOST_BACKOFF, HOST_ROBOTS,
		HOST_ADDRESS };
	size_t i;

	/* Seeds to come; taken, and not only waiting for its turn. */
	if (atomic_load(&f->shared->holds) > 0 || f->n_taken > f->n_held)
		return true;
	for (i = 0; i < ARRAY_LEN(states); i++)
		if (atomic_load_explicit(&f->shared->waiting[states[i]], memory_order_relaxed) > 0)
			return true;
	return false;
}

bool
hosts_last_chance(struct frontier *f)
{
	struct hostq *h = f->parked.head;
	bool any = false;

	if (h == NULL || h->not_before_us > f->now_us || hosts_others_go_on(f))
		return false;
	for (; h != NULL && h->not_before_us <= f->now_us; h = f->parked.head) {
		CHECK(!h->committing); /* or it would stay the head */
		h->parked = false;
		any = true;
		h->had_chance = h->on_trial = true;
		/* One more failure is the last. */
		h->walls = h->dead_reason == OUTCOME_BOT_WALL ? FRONTIER_MAX_WALLS - 1 : 0;
		h->polite.failures = h->dead_reason == OUTCOME_HOST_DEAD ? f->config->dead_after - 1 : 0;
		h->polite.dead_us = INT64_MIN;
		h->address_tries = h->robots_tries = f->config->tries - 1;
		gate_update(f, h);
	}
	return any;
}

void
hosts_free(struct frontier *f, struct hostq *h)
{
	struct bucket *b, *next;
	struct job *j;

	for (b = h->buckets; b != NULL; b = next) {
		next = b->next;
		while ((j = b->untaken) != NULL) {
			b->untaken = j->next;
			j->next = NULL;
			f->ops.job_put(f->ops.arg, j);
		}
		/* Those that are not ready belong to somebody else now. */
		while ((j = b->chain_head) != NULL) {
			b->chain_head = j->order_next;
			j->order_next = NULL;
			if (j->order_done)
				f->ops.job_put(f->ops.arg, j);
		}
		rec_fifo_clear(&f->mem, &b->queue);
		tail_discard(f, b);
		while (b->n_retries > 0) {
			struct hostq_retry *e = bucket_pop_retry(h, b);
			struct rec r;

			(void)rec_unpack(e->rec, &r);
			rec_parent_unref(&f->mem, r.parent);
			hostq_retry_free(e, &f->shared->bytes, &f->retry_bytes);
		}
		free(b->retries);
		pool_put(&f->pool, b);
	}
	rules_set(f, h, NULL);
	free(h->probe_path);
	polite_release(&h->polite);
	h->magic = 0;
}
