/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The door: each URL met is let in once, or refused with a reason.
 *
 *	known?                         -> SEEN        (one look into the visited set: most links of a site end here)
 *	scope says no, for this way    -> REFUSED     not in the visited set: another way may let it in; listed once per way
 *	scope says no, whatever way    -> REFUSED     in the visited set
 *	no room                        -> FULL        before it is in the visited set
 *	inserted by us (J2)            -> QUEUED, or FORWARDED to the loop that owns the host
 *
 * While a seed, or a redirect of one, is outstanding, hosts may still join the scope. What is refused meanwhile for its host is
 * remembered and offered again afterwards, so that it does not matter whether the seed that redirects to example.net or the page
 * that links there was read first. Only when there is no room to remember more, the refusal stands.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "frontier/inside.h"
#include "frontier/visited.h"
#include "url/host.h"
#include "url/seen.h"

/* What tells keys of the refused set apart that the parsers' workers do not know (seen_way_key() makes theirs). */
enum { KEY_KIND = 16, KEY_SEED = 64, KEY_REMEMBERED = 65, KEY_LASTMOD = 66, KEY_TRAP = 67, KEY_UNOFFERED = 68 };

struct offer {
	const struct url *url;
	const struct frontier_ahead *ahead; /* may be NULL */
	uint64_t fp;
	uint32_t depth;
	struct str parent;
	struct rec rec; /* its parent and text are set when it is queued */
};

void
frontier_will_ask(const struct frontier *f, uint64_t fp)
{
	visited_prefetch(f->config->visited, fp);
}

bool
frontier_knows(const struct frontier *f, uint64_t fp)
{
	/* The two that are none (base/hash.h): who lies may say them. */
	return fp != 0 && fp != UINT64_MAX && visited_contains(f->config->visited, fp);
}

static uint64_t
door_origin(const struct frontier *f, const struct url *u)
{
	return hash_fingerprint(f->config->key, u->href, u->pathname_start);
}

static bool
is_of_origin(const struct url *u, const struct url *other)
{
	return u->pathname_start == other->pathname_start && memcmp(u->href, other->href, u->pathname_start) == 0;
}

/*
 * Step by step for all: what a step asks memory for comes for all of them at the same time, and is there when the next step looks at the
 * first one. A step does little else, so that the processor sees as many of them at once as it can wait for.
 */
void
frontier_look_ahead(struct frontier *f, struct frontier_ahead *a, size_t n)
{
	size_t i;

	CHECK_MAGIC(f, FRONTIER_MAGIC);
	CHECK(n <= FRONTIER_AHEAD);
	for (i = 0; i < n; i++) {
		struct str identity = url_identity(a[i].url);

		a[i].fp = hash_fingerprint(f->config->key, identity.p, identity.len);
		/* Many a page has nothing but links to its own host. */
		a[i].origin = i > 0 && is_of_origin(a[i].url, a[i - 1].url) ? a[i - 1].origin : door_origin(f, a[i].url);
	}
	for (i = 0; i < n; i++)
		origins_prefetch(&f->origins, a[i].origin);
	for (i = 0; i < n; i++)
		visited_prefetch(f->config->visited, a[i].fp);
	for (i = 0; i < n; i++) {
		a[i].hostq = origins_find(&f->origins, a[i].origin);
		if (a[i].hostq != NULL)
			__builtin_prefetch(a[i].hostq);
	}
	for (i = 0; i < n; i++) {
		const struct bucket *b = a[i].hostq != NULL ? a[i].hostq->last_bucket : NULL;

		if (b != NULL) {
			__builtin_prefetch(b);
			__builtin_prefetch((const char *)b + 64);
		}
	}
	for (i = 0; i < n; i++) {
		/* In most cases that one. */
		const struct bucket *b = a[i].hostq != NULL ? hostq_find_bucket(a[i].hostq, a[i].depth) : NULL;

		if (b != NULL && b->tail.n == 0 && b->queue.tail != NULL) {
			__builtin_prefetch(b->queue.tail);
			__builtin_prefetch((const char *)b->queue.tail + 64);
		}
	}
}

static struct frontier_way
offer_way(const struct offer *o)
{
	return (struct frontier_way){
		.parent = o->parent,
		.depth = o->depth,
		.kind = o->rec.kind,
		.flags = o->rec.flags,
		.is_seed = o->rec.is_seed,
	};
}

/* What is to be known of it if the program dies now. */
static void
door_found(struct frontier *f, const struct offer *o, bool remembered)
{
	struct found found = {
		.url = url_identity(o->url),
		.parent = o->parent,
		.depth = o->depth,
		.kind = o->rec.kind,
		.flags = o->rec.flags,
		.from = o->rec.from,
		.lastmod_s = o->rec.lastmod_s,
		.is_seed = o->rec.is_seed,
		.remembered = remembered,
		.attempt = 1,
		.redirects = o->rec.redirects,
		.chain = o->rec.chain,
		.queued_wall_us = f->shared->start_wall_us + (int64_t)o->rec.queued_ms * CLOCK_US_PER_MS,
	};

	if (f->ops.found != NULL)
		f->ops.found(f->ops.arg, o->fp, &found);
}

/* The key under which a refusal for its way is known. */
static uint64_t
door_way_key(const struct frontier *f, const struct offer *o, enum outcome reason)
{
	uint64_t key = seen_way_key(o->fp, link_is_requisite(o->rec.kind), o->depth > f->config->max_level,
		(o->rec.flags & LINK_NOFOLLOW) != 0);

	/* The same URL by another kind of link of that class is not refused: the workers must not take it for known. */
	if (reason == OUTCOME_KIND)
		key = hash_mix(key, KEY_KIND + (uint64_t)o->rec.kind);
	if (reason == OUTCOME_TOO_OLD)
		key = hash_mix(key, KEY_LASTMOD);
	if (outcome_is_trap(reason))
		key = hash_mix(key, KEY_TRAP);
	if (o->rec.is_seed)
		key = hash_mix(key, KEY_SEED);
	return key;
}

/* Keeps the offer until the scope is complete, or all that was left is read. False: there is no room. */
static bool
door_remember(struct frontier *f, struct offer *o)
{
	struct str identity = url_identity(o->url);
	struct rec r = o->rec;

	buf_reset(&f->text, SIZE_MAX);
	buf_add(&f->text, &o->depth, sizeof(o->depth));
	buf_add_str(&f->text, identity);
	if (buf_err(&f->text) < 0 || f->text.len > URL_MAX_BYTES ||
		f->remembered_bytes + f->text.len > FRONTIER_MAX_REMEMBERED_BYTES / f->config->n_loops ||
		rec_parent_get(&f->mem, o->parent, &r.parent) < 0)
		return false;
	r.text = buf_str(&f->text);
	if (rec_fifo_push(&f->mem, &f->remembered, &r) < 0) {
		rec_parent_unref(&f->mem, r.parent);
		return false;
	}
	f->remembered_bytes += f->text.len;
	shared_level_add(f->shared, o->depth);
	shared_work_add(f->shared);
	door_found(f, o, true);
	return true;
}

/*
 * key: what it is known by in the set. That there is no room to know it is no reason to end: any page can have any number of links that
 * are refused. It is told of no more then, as nobody could say whether that was done before.
 */
static void
door_refused(struct frontier *f, const struct frontier_refusal *refusal, struct visited *set, uint64_t key)
{
	int r;

	/* URLs need the other half. */
	if (set == f->config->visited && visited_is_half_full(set))
		r = visited_contains(set, key) ? 0 : -ENOSPC;
	else
		r = visited_insert(set, key);
	if (r < 0)
		atomic_fetch_add_explicit(&f->shared->untold, 1, memory_order_relaxed);
	if (r == 1) {
		atomic_fetch_add_explicit(&f->shared->refused, 1, memory_order_relaxed);
		f->ops.refused(f->ops.arg, refusal);
	}
}

static void
door_refuse(struct frontier *f, struct offer *o, enum outcome reason)
{
	struct frontier_refusal refusal = { .url = url_identity(o->url), .way = offer_way(o), .reason = reason };
	uint64_t key = door_way_key(f, o, reason);
	int r;

	if (reason == OUTCOME_OUT_OF_SCOPE_HOST && !f->stopped && shared_seeds_on(f->shared)) {
		r = visited_insert(f->config->refused, hash_mix(key, KEY_REMEMBERED));
		if (r == 0 || (r == 1 && door_remember(f, o)))
			return;
	}
	if (outcome_class(reason) == OUTCOME_CLASS_WAY)
		door_refused(f, &refusal, f->config->refused, key);
	else
		door_refused(f, &refusal, f->config->visited, o->fp);
}

void
frontier_refuse(struct frontier *f, struct str text, const struct frontier_way *way, enum outcome reason)
{
	struct frontier_refusal refusal = { .url = text, .way = *way, .reason = reason };
	uint64_t fp = hash_fingerprint(f->config->key, text.p, text.len);

	CHECK_MAGIC(f, FRONTIER_MAGIC);
	if (f->config->closed)
		return;
	if (outcome_class(reason) != OUTCOME_CLASS_WAY)
		door_refused(f, &refusal, f->config->visited, fp);
	else if (!visited_contains(f->config->visited, fp))
		door_refused(f, &refusal, f->config->refused, hash_mix(fp, KEY_UNOFFERED));
}

unsigned
frontier_shard_of(const struct frontier_config *config, const struct url *u)
{
	struct str site = host_site(url_hostname(u));

	return (unsigned)(hash_fingerprint(config->key, site.p, site.len) % FRONTIER_SHARDS);
}

unsigned
frontier_loop_of(const struct frontier_config *config, const struct url *u)
{
	return config->n_loops == 1 ? 0 : frontier_shard_of(config, u) % config->n_loops;
}

/* The same, without a look into the list of public suffixes for each link. */
static unsigned
door_loop_of(struct frontier *f, const struct offer *o)
{
	const struct url *u = o->url;
	struct shard_cached *c;
	uint64_t origin;

	if (f->config->n_loops == 1)
		return f->index;
	origin = o->ahead != NULL ? o->ahead->origin : door_origin(f, u);
	c = &f->shard_cache[origin % FRONTIER_SHARD_CACHE];
	if (c->origin != origin) {
		c->loop = frontier_loop_of(f->config, u);
		c->origin = origin;
	}
	return c->loop;
}

static uint32_t
door_now_ms(struct frontier *f)
{
	int64_t us;

	if (f->queued_ms < 0) {
		us = clock_wall_coarse_us() - f->shared->start_wall_us;
		/* The last tick may be one before the start. */
		f->queued_ms = us > 0 ? us / CLOCK_US_PER_MS : 0;
	}
	return (uint32_t)f->queued_ms;
}

static enum frontier_offer_result
door_let_in(struct frontier *f, struct offer *o)
{
	unsigned loop = door_loop_of(f, o);
	struct str identity = url_identity(o->url);

	o->rec.queued_ms = door_now_ms(f);
	o->rec.attempt = 1;
	shared_let_in(f->shared, o->depth, o->rec.is_seed);
	door_found(f, o, false);
	if (f->traps != NULL)
		traps_let_in(f->traps, o->url, o->fp, !link_is_requisite(o->rec.kind));
	if (loop != f->index) {
		if (parcel_add(f, loop, identity, o->depth, &o->rec, o->parent) == 0)
			return FRONTIER_FORWARDED;
	} else if (rec_parent_get(&f->mem, o->parent, &o->rec.parent) == 0) {
		hosts_queue(f, o->url, o->ahead, o->depth, &o->rec);
		return FRONTIER_QUEUED;
	}
	o->rec.parent = NULL;
	hosts_drop(f, identity, o->depth, &o->rec, OUTCOME_NO_MEMORY);
	frontier_full(f, OUTCOME_NO_MEMORY);
	return FRONTIER_FULL;
}

/* Whether a hop to it is the shorter way is known when all that the runs before have left is read (depths.h, P2). */
static enum frontier_offer_result
door_await_rest(struct frontier *f, struct offer *o)
{
	if (door_remember(f, o))
		return FRONTIER_SEEN;
	frontier_full(f, OUTCOME_FRONTIER_FULL);
	return FRONTIER_FULL;
}

/* It is known. A redirect hop may be a shorter way to it all the same (depths.h). */
static enum frontier_offer_result
door_seen(struct frontier *f, struct offer *o, const struct scope_way *way)
{
	struct frontier_shared *s = f->shared;
	bool unread, waits;
	uint32_t was;
	int r;

	/* Also when the run is to stop: the next one has to know. */
	if (o->rec.redirects == 0 || !f->shared->levels_on)
		return FRONTIER_SEEN;
	if (scope_check(f->config->scope, o->url, way, &o->rec.links_only) != OUTCOME_OK)
		return FRONTIER_SEEN;
	do {
		/* In this order: who reads the last of what was left has restored it, says so, and holds the run no more. */
		unread = atomic_load(&s->unread) > 0;
		waits = !f->stopped && shared_seeds_on(s);
		r = depths_lower(s->depths, o->fp, o->depth, false, &was);
	} while (was == DEPTHS_NONE && unread && !waits && atomic_load(&s->unread) == 0);
	if (r == 1)
		return door_let_in(f, o);
	if (was != DEPTHS_NONE || !unread)
		return FRONTIER_SEEN;
	if (waits)
		return door_await_rest(f, o);
	/* It will not be known in this run: then the next one finds out. */
	door_found(f, o, true);
	return FRONTIER_SEEN;
}

/* Known by now, and with a level limit by its depth too; place NULL: it was before, and is let in again. As visited_insert(). */
static int
door_insert(struct frontier *f, const struct offer *o, const struct visited_place *place)
{
	struct depths *depths = f->shared->depths;
	int r;

	if (place != NULL && depths == NULL)
		return visited_insert_at(f->config->visited, o->fp, place);
	if (place != NULL)
		return depths_insert(depths, f->config->visited, o->fp, place, o->depth);
	r = depths != NULL ? depths_set(depths, o->fp, o->depth) : 0;
	return r < 0 ? r : 1;
}

static struct scope_way
offer_scope_way(const struct offer *o)
{
	return (struct scope_way){
		.kind = o->rec.kind,
		.depth = o->depth,
		.flags = o->rec.flags,
		.is_seed = o->rec.is_seed,
		.redirected = o->rec.redirects > 0,
	};
}

/* Does it belong to the crawl, met this way? */
static enum outcome
door_check(struct frontier *f, struct offer *o)
{
	struct scope_way way = offer_scope_way(o);
	enum outcome reason = scope_check(f->config->scope, o->url, &way, &o->rec.links_only);

	if (reason == OUTCOME_OK && o->rec.lastmod_s != 0 && o->rec.lastmod_s < f->config->since_s)
		return OUTCOME_TOO_OLD;
	if (reason == OUTCOME_OK && f->traps != NULL && rec_may_be_trap(&o->rec))
		return traps_check(f->traps, o->url, o->fp, o->parent, o->rec.kind);
	return reason;
}

/* again: a redirect back into its own chain, which is let in although it is known. */
static enum frontier_offer_result
door_offer(struct frontier *f, struct offer *o, bool again)
{
	const struct frontier_config *c = f->config;
	struct scope_way way = offer_scope_way(o);
	struct visited_place place;
	enum outcome reason;
	int r;

	if (c->closed && !again)
		return FRONTIER_SEEN;
	if (visited_find(c->visited, o->fp, &place) && !again)
		return door_seen(f, o, &way);
	reason = door_check(f, o);
	if (reason != OUTCOME_OK) {
		door_refuse(f, o, reason);
		return FRONTIER_REFUSED;
	}
	if (!tails_make_room(f)) {
		frontier_full(f, OUTCOME_FRONTIER_FULL);
		return FRONTIER_FULL;
	}
	o->rec.again = again;
	r = door_insert(f, o, again ? NULL : &place);
	if (r < 0) {
		frontier_full(f, r == -ENOSPC ? OUTCOME_VISITED_FULL : OUTCOME_NO_MEMORY);
		return FRONTIER_FULL;
	}
	return r == 0 ? door_seen(f, o, &way) : door_let_in(f, o);
}

static bool
chain_holds(struct str chain, uint64_t fp)
{
	size_t i;

	for (i = 0; i + sizeof(fp) <= chain.len; i += sizeof(fp))
		if (memcmp(chain.p + i, &fp, sizeof(fp)) == 0)
			return true;
	return false;
}

enum frontier_offer_result
frontier_offer(struct frontier *f, const struct url *u, const struct frontier_way *way)
{
	const struct job *from = way->redirect_of;
	struct str identity = url_identity(u);
	struct offer o = {
		.url = u,
		.ahead = way->ahead,
		.fp = way->ahead != NULL ? way->ahead->fp : hash_fingerprint(f->config->key, identity.p, identity.len),
		.depth = way->depth,
		.parent = way->parent,
		.rec = { .kind = way->kind, .flags = way->flags, .lastmod_s = way->lastmod_s, .is_seed = way->is_seed,
			.attempt = 1, .from = way->is_seed && from == NULL ? NET_USER : way->from },
	};
	enum frontier_offer_result result;
	bool again = false;

	CHECK(url_is_http(u));
	if (from != NULL) {
		if (from->redirects >= f->config->max_redirect || from->redirects >= REC_MAX_REDIRECTS)
			return FRONTIER_REFUSED;
		buf_reset(&f->chain, SIZE_MAX);
		buf_add_str(&f->chain, job_get(from, from->chain));
		buf_add(&f->chain, &from->fp, sizeof(from->fp));
		if (buf_err(&f->chain) < 0) {
			frontier_full(f, OUTCOME_NO_MEMORY);
			return FRONTIER_FULL;
		}
		again = chain_holds(buf_str(&f->chain), o.fp);
		o.rec.redirects = (unsigned)(f->chain.len / sizeof(o.fp));
		o.rec.chain = f->chain.data;
	}
	frontier_enter(f);
	result = door_offer(f, &o, again);
	frontier_leave(f);
	return result;
}

/* It was let in before: into its queue, unless the scope is another one by now. */
static enum frontier_offer_result
door_restore(struct frontier *f, struct offer *o, bool again)
{
	enum outcome reason = door_check(f, o);
	uint32_t was;
	int r = 1;

	if (!tails_make_room(f) || visited_insert(f->config->visited, o->fp) < 0)
		return FRONTIER_FULL;
	if (f->shared->depths != NULL)
		r = again ? door_insert(f, o, NULL) : depths_lower(f->shared->depths, o->fp, o->depth, true, &was);
	if (r < 0)
		return FRONTIER_FULL;
	/* It was let in at several depths (depths.h). */
	if (r == 0)
		return FRONTIER_SEEN;
	if (rec_parent_get(&f->mem, o->parent, &o->rec.parent) < 0)
		return FRONTIER_FULL;
	shared_let_in(f->shared, o->depth, o->rec.is_seed);
	if (reason == OUTCOME_OK) {
		hosts_queue(f, o->url, NULL, o->depth, &o->rec);
		return FRONTIER_QUEUED;
	}
	hosts_drop(f, url_identity(o->url), o->depth, &o->rec, reason);
	rec_parent_unref(&f->mem, o->rec.parent);
	return FRONTIER_REFUSED;
}

enum frontier_offer_result
frontier_restore(struct frontier *f, const struct url *u, const struct found *from, int64_t now_us)
{
	struct str identity = url_identity(u), chain = str_n(from->chain, 8 * (size_t)from->redirects);
	int64_t queued_ms = (from->queued_wall_us - f->shared->start_wall_us) / CLOCK_US_PER_MS;
	struct offer o = {
		.url = u,
		.fp = hash_fingerprint(f->config->key, identity.p, identity.len),
		.depth = from->depth,
		.parent = from->parent,
		.rec = {
			.kind = from->kind,
			.flags = from->flags,
			.from = from->from,
			.lastmod_s = from->lastmod_s,
			.is_seed = from->is_seed,
			.attempt = from->attempt,
			.redirects = from->redirects,
			.chain = from->chain,
			.queued_ms = queued_ms > 0 ? queued_ms < UINT32_MAX ? (uint32_t)queued_ms : UINT32_MAX : 0,
		},
	};
	enum frontier_offer_result result;

	CHECK(url_is_http(u));
	frontier_enter(f);
	f->now_us = now_us;
	/* The clock on the wall may have been set meanwhile. */
	if (from->attempt > 1 && from->due_wall_us - clock_wall_us() < POLITE_RETRY_AFTER_MAX_US)
		o.rec.due_us = now_us + (from->due_wall_us - clock_wall_us());
	else if (from->attempt > 1)
		o.rec.due_us = now_us + POLITE_RETRY_AFTER_MAX_US;
	if (from->remembered)
		result = door_offer(f, &o, false);
	else
		result = door_restore(f, &o, chain_holds(chain, o.fp));
	frontier_leave(f);
	return result;
}

/* The remembered record at the head, as an offer; its strings are valid until it is popped. False: it cannot be read now. */
static bool
remembered_first(struct frontier *f, struct offer *ret_offer, uint32_t *ret_depth)
{
	struct str identity;
	struct offer o = { 0 };

	CHECK(rec_fifo_peek(&f->remembered, &o.rec));
	memcpy(&o.depth, o.rec.text.p, sizeof(o.depth));
	*ret_depth = o.depth;
	identity = str_n(o.rec.text.p + sizeof(o.depth), o.rec.text.len - sizeof(o.depth));
	if (url_parse(&f->url, identity, NULL) < 0)
		return false;
	o.url = &f->url;
	o.fp = hash_fingerprint(f->config->key, identity.p, identity.len);
	o.parent = rec_parent_str(o.rec.parent);
	*ret_offer = o;
	return true;
}

void
door_reoffer(struct frontier *f)
{
	while (f->remembered.n > 0) {
		struct rec_parent *parent;
		struct offer o;
		uint32_t depth;
		struct rec r;

		if (remembered_first(f, &o, &depth)) {
			parent = o.rec.parent;
			(void)door_offer(f, &o, false);
		} else {
			CHECK(rec_fifo_peek(&f->remembered, &r));
			parent = r.parent;
			frontier_full(f, OUTCOME_NO_MEMORY);
		}
		CHECK(rec_fifo_peek(&f->remembered, &r));
		f->remembered_bytes -= r.text.len;
		rec_fifo_pop(&f->mem, &f->remembered);
		rec_parent_unref(&f->mem, parent);
		/* Behind its offer, so that its level was not done before. */
		shared_level_sub(f->shared, depth);
		shared_work_sub(f->shared);
	}
}
