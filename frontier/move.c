/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loops are divided anew: all that the frontiers of the old ones have goes to those of the new ones, each host to the loop that owns it
 * from now on. Nothing is forgotten that a server could notice: the pauses, windows and back-offs of hosts and addresses, what was
 * read of a robots.txt, who was given up. What is shared (counters, windows of addresses, what is paid for) stays as it is.
 *
 * Records are packed anew, because what they stand in belongs to one frontier; so a queue is walked once, its tail on the disk included.
 */
#include "config.h"

#include <errno.h>

#include "base/cleanup.h"
#include "frontier/inside.h"

/* So often there is a look whether the queues have to go to the disk. */
#define MOVE_ROOM_EACH 64

struct mover {
	struct frontier *from;
	struct frontier *const *to;
	unsigned n_to;
	unsigned n_moved; /* since room was looked at */
};

void
frontier_part(struct frontier *f)
{
	CHECK_MAGIC(f, FRONTIER_MAGIC);
	f->parting = true;
}

bool
frontier_is_quiet(const struct frontier *f)
{
	CHECK_MAGIC(f, FRONTIER_MAGIC);
	return f->n_taken == 0 && f->n_asking == 0 && f->n_asides == 0;
}

/* --- queues ------------------------------------------------------------------------------------------------------- */

/* It cannot be kept in memory: it is left to the next run, and this one ends. */
static void
move_lose(struct frontier *g, uint32_t depth, const struct rec *r)
{
	shared_leave(g->shared, depth, r->is_seed);
	frontier_full(g, OUTCOME_NO_MEMORY);
}

/* A record of `from`, whose parent stays the caller's, to the bucket of that depth. due_us: INT64_MIN: to its queue. */
static void
move_record(struct mover *m, struct frontier *g, struct hostq *to, uint32_t depth, const struct rec *r, int64_t due_us)
{
	struct bucket *b = hostq_bucket(to, &g->pool, depth);
	struct rec moved = *r;
	int e = b != NULL ? rec_parent_get(&g->mem, rec_parent_str(r->parent), &moved.parent) : -ENOMEM;

	if (++m->n_moved % MOVE_ROOM_EACH == 0)
		(void)tails_make_room(g);
	if (e == 0 && due_us != INT64_MIN)
		e = bucket_add_retry(to, b, &moved, due_us, &g->shared->bytes, &g->retry_bytes);
	else if (e == 0)
		e = hosts_push(g, to, str_n(to->origin, to->origin_len), b, &moved);
	if (e == 0)
		return;
	if (b != NULL) {
		rec_parent_unref(&g->mem, moved.parent != r->parent ? moved.parent : NULL);
		hostq_trim(to, &g->pool, depth);
	}
	move_lose(g, depth, r);
}

/* Those that were given back come before the others. */
static void
move_untaken(struct mover *m, struct hostq *h, struct bucket *b, struct frontier *g, struct hostq *to)
{
	struct frontier *f = m->from;
	struct job *j;

	while ((j = b->untaken) != NULL) {
		struct rec r = back_record(f, j);

		b->untaken = j->next;
		j->next = NULL;
		h->n_queued--;
		if (rec_parent_get(&f->mem, job_get(j, j->parent), &r.parent) < 0)
			r.parent = NULL;
		move_record(m, g, to, b->depth, &r, INT64_MIN);
		rec_parent_unref(&f->mem, r.parent);
		f->ops.job_put(f->ops.arg, j);
	}
}

static void
move_queue(struct mover *m, struct hostq *h, struct bucket *b, struct frontier *g, struct hostq *to)
{
	struct frontier *f = m->from;
	struct rec r;

	while (b->queue.n > 0 || b->tail.n > 0) {
		if (!tail_peek(f, h, b, &r)) {
			/* It cannot be read back: the next run has it. */
			shared_leave_many(f->shared, b->depth, b->tail.n);
			h->n_queued -= b->tail.n;
			tail_discard(f, b);
			frontier_full(g, OUTCOME_NO_MEMORY);
			return;
		}
		move_record(m, g, to, b->depth, &r, INT64_MIN);
		rec_fifo_pop(&f->mem, &b->queue);
		h->n_queued--;
		rec_parent_unref(&f->mem, r.parent);
	}
}

static void
move_retries(struct mover *m, struct hostq *h, struct bucket *b, struct frontier *g, struct hostq *to)
{
	struct frontier *f = m->from;

	while (b->n_retries > 0) {
		struct hostq_retry *e = bucket_pop_retry(h, b);
		struct rec r;

		(void)rec_unpack(e->rec, &r);
		move_record(m, g, to, b->depth, &r, e->due_us);
		rec_parent_unref(&f->mem, r.parent);
		hostq_retry_free(e, &f->shared->bytes, &f->retry_bytes);
	}
}

static void
move_buckets(struct mover *m, struct hostq *h, struct frontier *g, struct hostq *to)
{
	struct bucket *b, *moved;

	for (b = h->buckets; b != NULL; b = b->next) {
		CHECK(b->n_chain == 0 && b->n_unended == 0);
		move_untaken(m, h, b, g, to);
		move_queue(m, h, b, g, to);
		move_retries(m, h, b, g, to);
		moved = hostq_find_bucket(to, b->depth);
		if (moved != NULL)
			moved->taken_us = b->taken_us;
	}
	CHECK(h->n_queued == 0);
}

/* --- hosts -------------------------------------------------------------------------------------------------------- */

static void
move_robots(struct mover *m, struct hostq *h, struct frontier *g, struct hostq *to)
{
	struct robots *robots = TAKE(h->robots);

	/* rules_set() counts it there. */
	if (robots != NULL)
		atomic_fetch_sub_explicit(&m->from->shared->bytes, robots_bytes(robots), memory_order_relaxed);
	to->robots_state = h->robots_state;
	to->robots_expires_us = h->robots_expires_us;
	to->robots_tries = h->robots_tries;
	to->robots_answered = h->robots_answered;
	to->robots_forgotten = h->robots_forgotten;
	rules_set(g, to, robots);
	to->rules_used = h->rules_used;
}

static void
move_address(struct hostq *h, struct frontier *g, struct hostq *to)
{
	to->address_state = h->address_state;
	to->address_tries = h->address_tries;
	to->address_expires_us = h->address_expires_us;
	to->net = h->net;
	memcpy(to->address, h->address, sizeof(to->address));
	if (h->server != NULL && server_adopt(g, h->server, &to->server) < 0) {
		to->address_state = ADDRESS_NONE;
		frontier_full(g, OUTCOME_NO_MEMORY);
	}
}

static void
move_standing(struct hostq *h, struct hostq *to)
{
	polite_release(&to->polite);
	to->polite = h->polite;
	polite_init(&h->polite);
	to->from = h->from;
	to->dead = h->dead;
	to->dead_reason = h->dead_reason;
	to->parked = h->parked;
	to->had_chance = h->had_chance;
	to->on_trial = h->on_trial;
	to->walls = h->walls;
	to->not_before_us = h->not_before_us;
	to->n_stale = h->n_stale;
	to->probe = h->probe;
	to->probe_path = TAKE(h->probe_path);
}

static void
move_host(struct mover *m, struct hostq *h)
{
	struct frontier *f = m->from, *g;
	const struct url *origin = hosts_origin(f, h);
	struct hostq *to;

	CHECK(h->polite.in_flight == 0 && h->n_chain == 0 && h->address_state != ADDRESS_ASKED && h->robots_state != ROBOTS_ASKED &&
		h->probe != PROBE_ASKED);
	host_list_remove(h);
	atomic_fetch_sub_explicit(&f->shared->waiting[h->state], 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&f->shared->hosts, 1, memory_order_relaxed);
	if (origin == NULL || hosts_add(g = m->to[frontier_loop_of(f->config, origin)], origin, &to) < 0) {
		/* What it has is left to the next run. */
		atomic_fetch_add_explicit(&f->shared->waiting[h->state], 1, memory_order_relaxed);
		hosts_leave(f, h);
		atomic_fetch_sub_explicit(&f->shared->waiting[h->state], 1, memory_order_relaxed);
		frontier_full(f, OUTCOME_NO_MEMORY);
		return;
	}
	move_standing(h, to);
	move_address(h, g, to);
	move_robots(m, h, g, to);
	move_buckets(m, h, g, to);
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

/* What waits for the scope to be complete is whose it is only then. */
static void
move_remembered(struct mover *m, struct frontier *g)
{
	struct frontier *f = m->from;
	struct rec r;

	while (rec_fifo_peek(&f->remembered, &r)) {
		struct rec moved = r;
		uint32_t depth;

		memcpy(&depth, r.text.p, sizeof(depth));
		if (rec_parent_get(&g->mem, rec_parent_str(r.parent), &moved.parent) < 0)
			moved.parent = NULL;
		if (rec_fifo_push(&g->mem, &g->remembered, &moved) == 0) {
			g->remembered_bytes += r.text.len;
		} else {
			rec_parent_unref(&g->mem, moved.parent);
			shared_level_sub(f->shared, depth);
			shared_work_sub(f->shared);
			frontier_full(g, OUTCOME_NO_MEMORY);
		}
		f->remembered_bytes -= r.text.len;
		rec_fifo_pop(&f->mem, &f->remembered);
		rec_parent_unref(&f->mem, r.parent);
	}
}

/* Each takes what is of its hosts. What there is no memory for is learned again. */
static void
move_traps(struct mover *m, struct buf *packed)
{
	struct frontier *f = m->from;

	if (f->traps == NULL || f->config->traps.door_only)
		return;
	buf_reset(packed, SIZE_MAX);
	traps_pack(f->traps, packed);
	soft404_pack(f->soft404, packed);
	for (unsigned i = 0; i < m->n_to && buf_err(packed) == 0; i++)
		if (frontier_unpack_traps(m->to[i], buf_str(packed)) == -EBADMSG)
			CHECK(!"what was packed can be unpacked");
}

/* Pauses of addresses that no host has any more. */
static void
move_servers(struct mover *m)
{
	struct server *s, *ignored;

	for (s = m->from->all_servers; s != NULL; s = s->next)
		if (s->n_pauses > 0 && server_adopt(m->to[0], s, &ignored) < 0)
			frontier_full(m->to[0], OUTCOME_NO_MEMORY);
}

static void
move_begin(struct frontier *const *from, struct frontier *const *to, unsigned n_to, int64_t now_us)
{
	struct frontier_shared *s = to[0]->shared;

	for (unsigned i = 0; i < SHARED_MAX_LOOPS; i++) {
		atomic_store(&s->loops[i].wants_nudge, false);
		atomic_store(&s->loops[i].next_due_us, DUE_NEVER);
	}
	for (unsigned i = 0; i < n_to; i++) {
		frontier_enter(to[i]);
		to[i]->now_us = now_us;
		to[i]->rescoped = from[0]->rescoped;
		to[i]->seeds_were_on = shared_seeds_on(s);
	}
}

void
frontier_move(struct frontier *const *from, unsigned n_from, struct frontier *const *to, unsigned n_to, struct buf *scratch, int64_t now_us)
{
	move_begin(from, to, n_to, now_us);
	for (unsigned i = 0; i < n_from; i++) {
		struct mover m = { .from = from[i], .to = to, .n_to = n_to };

		CHECK(frontier_is_quiet(from[i]) && !from[i]->shared->levels_on && from[i]->entered == 0);
		from[i]->now_us = now_us;
		move_traps(&m, scratch);
		for (uint32_t n = 0; n < from[i]->origins.n; n++)
			move_host(&m, origins_at(&from[i]->origins, n));
		move_remembered(&m, to[i % n_to]);
		move_servers(&m);
	}
	/* Behind all of them: which slots an address has is known by now. */
	for (unsigned i = 0; i < n_to; i++)
		for (uint32_t n = 0; n < to[i]->origins.n; n++)
			gate_update(to[i], origins_at(&to[i]->origins, n));
	for (unsigned i = 0; i < n_to; i++)
		frontier_leave(to[i]);
}
