/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Take: the next job. States of a host, seen from here (gate.c decides, gate_update() moves):
 *
 *	IDLE --queued--> READY --take--> READY ... WINDOW, PAUSE, BACKOFF --answer, time--> READY
 *	                   |  ^
 *	                   v  | frontier_address(), frontier_robots()
 *	              ADDRESS, ROBOTS
 *	LEVEL, ORDER --commits--> READY
 *
 * A host that is READY stands in a list and gives one job each time its turn comes; one that waits for a time stands in the heap.
 * Where nothing pauses, a take moves two pointers.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "frontier/inside.h"
#include "url/host.h"

/* The job is on its way: what every take has in common. */
static struct job *
take_start(struct frontier *f, struct hostq *h, struct job *j)
{
	if (polite_started(&h->polite, &f->polite, f->now_us, frontier_random(f)) < 0) {
		f->no_memory = true;
		return NULL;
	}
	j->hostq = h;
	j->server = h->server;
	j->loop = f->index;
	j->state = JOB_INFLIGHT;
	memcpy(j->address, h->address, sizeof(j->address));
	j->net = h->net;
	return j;
}

static struct job *
take_robots(struct frontier *f, struct hostq *h)
{
	struct job *j = f->ops.job_get(f->ops.arg);
	const struct url *origin = hosts_origin(f, h);

	if (j == NULL) {
		f->no_memory = true;
		return NULL;
	}
	j->job_kind = JOB_ROBOTS;
	j->kind = LINK_PAGE;
	j->attempt = h->robots_tries + 1;
	j->timing.queued_wall_us = clock_wall_us();
	if (origin == NULL || url_parse(&j->url, STR("/robots.txt"), origin) < 0 || take_start(f, h, j) == NULL) {
		f->no_memory = true;
		f->ops.job_put(f->ops.arg, j);
		return NULL;
	}
	h->robots_state = ROBOTS_ASKED;
	f->n_asides++;
	shared_work_add(f->shared);
	return j;
}

static struct job *
take_probe(struct frontier *f, struct hostq *h)
{
	struct job *j = probe_job(f, h);

	if (j == NULL)
		return NULL;
	if (take_start(f, h, j) == NULL) {
		probe_untake(h);
		f->ops.job_put(f->ops.arg, j);
		return NULL;
	}
	f->n_asides++;
	shared_work_add(f->shared);
	return j;
}

/* Fills a job from a record of the host. */
MUST_CHECK static int
take_fill(struct frontier *f, struct hostq *h, uint32_t depth, const struct rec *r, struct job *j)
{
	struct str url = hosts_url(f, h, r), identity;
	int64_t wall_us = clock_wall_us();
	int e;

	/* It was parsed when it was let in: it fits, if there is memory. */
	e = url.len > 0 ? url_parse(&j->url, url, NULL) : -ENOMEM;
	if (e == 0)
		e = job_set(j, &j->parent, rec_parent_str(r->parent));
	if (e == 0)
		e = job_set(j, &j->chain, str_n(r->chain, 8 * (size_t)r->redirects));
	if (e < 0)
		return e;
	identity = url_identity(&j->url);
	j->job_kind = JOB_URL;
	j->fp = hash_fingerprint(f->config->key, identity.p, identity.len);
	j->depth = depth;
	j->kind = r->kind;
	j->flags = r->flags;
	j->lastmod_s = r->lastmod_s;
	j->from = r->from;
	j->is_seed = r->is_seed;
	j->links_only = r->links_only;
	j->redirects = r->redirects;
	j->attempt = r->attempt;
	j->failed_here = r->failed_here;
	j->timing.queued_wall_us = f->shared->start_wall_us + (int64_t)r->queued_ms * CLOCK_US_PER_MS;
	j->timing.queue_us = wall_us > j->timing.queued_wall_us ? wall_us - j->timing.queued_wall_us : 0;
	return 0;
}

/* NULL with f->no_memory set: later; NULL without: it is no URL (that cannot be: it was parsed when it was let in). */
static struct job *
take_record(struct frontier *f, struct hostq *h, uint32_t depth, const struct rec *r)
{
	struct job *j = f->ops.job_get(f->ops.arg);
	int e;

	if (j == NULL) {
		f->no_memory = true;
		return NULL;
	}
	e = take_fill(f, h, depth, r, j);
	if (e == 0 && take_start(f, h, j) != NULL)
		return j;
	f->no_memory |= e == -ENOMEM;
	f->ops.job_put(f->ops.arg, j);
	return NULL;
}

/* Is there one more page in the budget? */
static bool
take_budget(struct frontier *f)
{
	switch (shared_page(f->shared)) {
	case SHARED_PAGE_GOT:
		f->page_is_open = true;
		return true;
	case SHARED_PAGE_LATER:
		f->no_page_yet = true;
		return false;
	case SHARED_PAGE_NONE:
		break;
	}
	f->out_of_budget = true;
	frontier_full(f, OUTCOME_BUDGET);
	return false;
}

void
take_budget_back(struct frontier *f)
{
	shared_unpage(f->shared, f->page_is_open);
	f->page_is_open = false;
}

void
frontier_asked(struct frontier *f)
{
	if (f->page_is_open)
		shared_page_asked(f->shared);
	f->page_is_open = false;
}

static void
take_chain(struct frontier *f, struct hostq *h, struct bucket *b, struct job *j)
{
	j->order_done = false;
	j->order_since_us = f->now_us;
	b->taken_us = f->now_us;
	bucket_chain_push(h, b, j);
	f->n_taken++;
}

/* What the scope says of a queued URL, where its rules have changed since. */
static enum outcome
take_rescope(struct frontier *f, const struct url *u, uint32_t depth, enum link_kind kind, unsigned flags, bool is_seed)
{
	const struct scope_way way = { .kind = kind, .depth = depth, .flags = flags, .is_seed = is_seed };
	bool links_only;

	return scope_check(f->config->scope, u, &way, &links_only);
}

/* The same for the record at the head of a bucket: is it out by now, and why? */
static bool
take_is_out(struct frontier *f, const struct hostq *h, uint32_t depth, const struct rec *r, enum outcome *ret_reason)
{
	enum outcome o;

	if (!f->rescoped || url_parse(&f->url, hosts_url(f, h, r), NULL) < 0)
		return false;
	o = take_rescope(f, &f->url, depth, r->kind, r->flags, r->is_seed);
	if (o != OUTCOME_OK)
		*ret_reason = o;
	return o != OUTCOME_OK;
}

/* Is the record at the head of the bucket stale (depths.h)? */
static bool
take_is_stale(struct frontier *f, const struct hostq *h, uint32_t depth, const struct rec *r)
{
	struct str url;

	if (!f->shared->levels_on)
		return false;
	url = hosts_url(f, h, r);
	return hosts_is_stale(f, hash_fingerprint(f->config->key, url.p, url.len), depth);
}

static struct job *
take_untaken(struct frontier *f, struct hostq *h, struct bucket *b, unsigned *drops)
{
	struct job *j = b->untaken;
	enum outcome drop = f->rescoped ? take_rescope(f, &j->url, j->depth, j->kind, j->flags, j->is_seed) : OUTCOME_OK;

	/* It had been let; but the host may have another address by now. */
	if (!frontier_may_lead(f->config, j->from, h->net))
		drop = OUTCOME_PRIVATE_ADDRESS;
	if (hosts_is_stale(f, j->fp, b->depth) || drop != OUTCOME_OK) {
		b->untaken = j->next;
		j->next = NULL;
		h->n_queued--;
		hosts_lose_job(f, j, drop);
		++*drops;
		hostq_trim(h, &f->pool, b->depth);
		return NULL;
	}
	if (j->attempt == 1 && !take_budget(f))
		return NULL;
	if (take_start(f, h, j) == NULL) {
		if (j->attempt == 1)
			take_budget_back(f);
		return NULL;
	}
	b->untaken = j->next;
	j->next = NULL;
	h->n_queued--;
	take_chain(f, h, b, j);
	return j;
}

static enum outcome
take_trap(struct frontier *f, struct hostq *h, const struct rec *r)
{
	struct str url;

	if (f->traps == NULL || f->config->traps.door_only || !traps_any_cut(f->traps) || r->attempt > 1 || !rec_may_be_trap(r))
		return OUTCOME_OK;
	url = hosts_url(f, h, r);
	if (url_parse(&f->url, url, NULL) < 0)
		return OUTCOME_OK;
	return traps_check(f->traps, &f->url, hash_fingerprint(f->config->key, url.p, url.len), rec_parent_str(r->parent), r->kind);
}

/* The next job of the bucket, or NULL: it was dropped, or there is no budget or memory. */
static struct job *
take_bucket(struct frontier *f, struct hostq *h, struct bucket *b, unsigned *drops)
{
	struct hostq_retry *retry = NULL;
	struct job *j = NULL;
	struct rec r;
	enum outcome drop = OUTCOME_OK;
	bool stale = false;

	if (b->untaken != NULL)
		return take_untaken(f, h, b, drops);
	if (!tail_peek(f, h, b, &r)) {
		retry = bucket_first_retry(b);
		if (retry == NULL || f->no_memory)
			return NULL; /* what is on the disk cannot be read now */
		(void)rec_unpack(retry->rec, &r);
	}
	h->rules_used = true;
	if (take_is_stale(f, h, b->depth, &r)) {
		stale = true;
		shared_forget(f->shared, b->depth, r.is_seed);
		++*drops;
	} else if (!frontier_may_lead(f->config, r.from, h->net)) {
		drop = OUTCOME_PRIVATE_ADDRESS;
	} else if (h->robots != NULL && !robots_allowed(h->robots, r.text, NULL)) {
		drop = OUTCOME_ROBOTS_DENY;
	} else if (take_is_out(f, h, b->depth, &r, &drop)) {
		/* Dropped below. */
	} else if ((drop = take_trap(f, h, &r)) != OUTCOME_OK) {
		/* since it was let in, it has shown to be one */
	} else if (r.attempt == 1 && !take_budget(f)) {
		return NULL;
	} else {
		j = take_record(f, h, b->depth, &r);
		if (j != NULL)
			take_chain(f, h, b, j);
		else if (r.attempt == 1)
			take_budget_back(f);
		if (f->no_memory)
			return NULL;
		drop = j != NULL ? OUTCOME_OK : OUTCOME_BAD_URL;
	}
	if (drop != OUTCOME_OK) {
		hosts_drop_record(f, h, b->depth, &r, drop);
		++*drops;
	}
	if (retry != NULL) {
		hostq_retry_free(bucket_pop_retry(h, b), &f->shared->bytes, &f->retry_bytes);
	} else {
		rec_fifo_pop(&f->mem, &b->queue);
		h->n_queued--;
	}
	rec_parent_unref(&f->mem, r.parent);
	if (drop != OUTCOME_OK || stale)
		hostq_trim(h, &f->pool, b->depth);
	return j;
}

/* May anything that is queued lead to the address that the host has now? */
static bool
take_is_let(const struct frontier *f, const struct hostq *h)
{
	unsigned net;

	for (net = 0; net <= NET_USER; net++)
		if ((h->from >> net & 1) && frontier_may_lead(f->config, (enum net)net, h->net))
			return true;
	return false;
}

/* Nothing more can be taken, by no host. */
static bool
take_is_over(const struct frontier *f)
{
	return f->no_memory || f->no_page_yet || f->out_of_budget;
}

/* What the host has to give; NULL: nothing now. */
static struct job *
take_host(struct frontier *f, struct hostq *h, unsigned *drops)
{
	struct job *j = NULL;
	struct bucket *b;
	int64_t due_us;
	bool has_slot = false;

	if (h->dead) {
		hosts_empty_dead(f, h, drops);
		return NULL;
	}
	while (*drops < FRONTIER_MAX_DROPS && gate_host(f, h, &b, &due_us) == HOST_READY) {
		if (gate_needs_address(f, h)) {
			address_ask(f, h);
			break;
		}
		/* Not even its robots.txt. */
		if (!take_is_let(f, h)) {
			hosts_empty(f, h, OUTCOME_PRIVATE_ADDRESS, drops);
			break;
		}
		if (h->server != NULL && !has_slot) {
			has_slot = server_take(f, h->server, frontier_random(f));
			if (!has_slot)
				break;
		}
		if (!frontier_request(f))
			break;
		j = gate_needs_robots(f, h) ? take_robots(f, h) : h->probe == PROBE_WANTED ? take_probe(f, h) : take_bucket(f, h, b, drops);
		if (j == NULL)
			shared_unrequest(f->shared);
		if (j != NULL || take_is_over(f))
			break;
	}
	if (j == NULL && has_slot)
		server_untake(f, h->server);
	return j;
}

/* Hosts whose time has come: jobs that were held up may pass, something may be taken. */
static void
take_due(struct frontier *f)
{
	struct due_item *item;

	while ((item = due_first(&f->due)) != NULL && item->due_us <= f->now_us) {
		struct hostq *h = container_of(item, struct hostq, due);

		due_cancel(&f->due, item);
		order_run(f, h);
		CHECK(item->slot == 0 || item->due_us > f->now_us);
	}
}

static void
take_servers(struct frontier *f)
{
	struct due_item *item;

	while ((item = due_first(&f->server_due)) != NULL && item->due_us <= f->now_us) {
		due_cancel(&f->server_due, item);
		server_wake(f, container_of(item, struct server, due));
		CHECK(item->slot == 0 || item->due_us > f->now_us);
	}
}

/* Must what came be paid for first, by all hosts together? */
static bool
take_is_owing(const struct frontier *f)
{
	return f->rate_bps > 0 && atomic_load(&f->shared->paid_us) > f->now_us;
}

static int64_t
take_next_due(struct frontier *f, unsigned drops)
{
	struct due_item *item = due_first(&f->due), *server = due_first(&f->server_due);
	int64_t due_us = item != NULL ? item->due_us : DUE_NEVER, poll_us = DUE_NEVER;

	if (drops >= FRONTIER_MAX_DROPS)
		return f->now_us;
	if (f->ready.n > 0 && take_is_owing(f))
		due_us = atomic_load(&f->shared->paid_us);
	if (server != NULL && server->due_us < due_us)
		due_us = server->due_us;
	if (f->parked.n > 0 && f->config->n_loops > 1)
		poll_us = f->now_us + FRONTIER_PARKED_POLL_US;
	if (f->no_memory)
		poll_us = f->now_us + FRONTIER_NO_MEMORY_US;
	else if (f->no_page_yet)
		poll_us = f->now_us + FRONTIER_PAGE_POLL_US;
	else if ((frontier_waits_for_others(f) || f->parked.n > 0) && atomic_load(&f->shared->holds) > 0)
		poll_us = f->now_us + FRONTIER_HOLD_POLL_US;
	return poll_us < due_us ? poll_us : due_us;
}

/* From the hosts that are ready, in turn. */
static struct job *
take_ready(struct frontier *f, unsigned *drops)
{
	struct job *j = NULL;

	while (j == NULL && f->ready.head != NULL && *drops < FRONTIER_MAX_DROPS && !take_is_over(f)) {
		struct hostq *h = f->ready.head;

		host_list_remove(h);
		j = take_host(f, h, drops);
		gate_update(f, h); /* at the list's end if it has more */
	}
	return j;
}

struct job *
frontier_take(struct frontier *f, int64_t now_us, int64_t *ret_due_us)
{
	struct job *j = NULL;
	unsigned drops = 0;

	frontier_enter(f);
	f->now_us = now_us;
	f->no_memory = f->no_page_yet = false;
	frontier_asked(f);
	frontier_settle(f);
	take_servers(f);
	take_due(f);
	do
		j = take_is_owing(f) ? NULL : take_ready(f, &drops);
	while (j == NULL && !take_is_over(f) && hosts_last_chance(f));
	frontier_leave(f);
	if (j == NULL) {
		*ret_due_us = take_next_due(f, drops);
		/* What leaving has made ready is taken at once. */
		if (f->ready.head != NULL && !take_is_over(f) && !take_is_owing(f))
			*ret_due_us = now_us;
		atomic_store_explicit(&f->shared->loops[f->index].next_due_us, *ret_due_us, memory_order_relaxed);
	}
	return j;
}
