/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What keeps a host's next job from being taken. In this order:
 *
 *	its address is not known      -> ask (take does), wait
 *	its robots.txt is not known, or a day old -> fetch it, when politeness lets us
 *	a name that is not there is to be asked for -> the same
 *	the level gates               -> G1, G2
 *	politeness                    -> window, pauses, back-off, the window of the address
 *
 *	G1  A job is not taken while one of smaller depth of its host is outstanding: queued, waiting to be tried again, taken and
 *	    not committed. Unless no level limit is set, and none of that depth has been taken for hold_us.
 *	G2  With a level limit, a job of depth d is taken only if none of depth < d - 1 is outstanding anywhere; and it is committed
 *	    only if none of depth < d is (order.c). So when a URL is let in, every page that could have led to it by a shorter way has
 *	    been read: its depth is that of a breadth-first crawl, by induction over d.
 *	G3  Jobs that wait for their turn to be committed are bounded, by number and by what is read of them; those of the lowest level are
 *	    not held to it, for it is them that the others wait for, but where others of their host are under way.
 */
#include "config.h"

#include "frontier/inside.h"

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* G3. *ret_state: what the host waits for then. */
static bool
gate_may_hold(const struct frontier *f, struct hostq *h, enum host_state *ret_state)
{
	uint64_t max_chain = (uint64_t)f->polite.window_max * 4;

	if (!frontier_may_hold(f)) {
		h->is_crowded = true;
		*ret_state = HOST_LEVEL;
		return false;
	}
	/* With few places, one host whose pages wait for one of its own does not take them all from others. */
	if (f->config->max_taken > 0 && h->n_held > 0 && h->n_held >= f->config->max_taken / 8 &&
		f->ready.n + f->crowded.n > (h->list == &f->ready || h->list == &f->crowded)) {
		*ret_state = HOST_ORDER;
		return false;
	}
	if (h->n_chain >= (max_chain > FRONTIER_MAX_CHAIN ? max_chain : FRONTIER_MAX_CHAIN)) {
		*ret_state = HOST_ORDER;
		return false;
	}
	return true;
}

/* The bucket from which the next job comes, by G1, G2, G3. */
static enum host_state
gate_pick(struct frontier *f, struct hostq *h, struct bucket **ret_bucket, int64_t *ret_due_us)
{
	bool levels_on = f->shared->levels_on;
	uint32_t floor = shared_floor(f->shared);
	enum host_state state = HOST_BACKOFF;
	struct bucket *b;

	h->is_crowded = false;
	for (b = h->buckets; b != NULL; b = b->next) {
		struct hostq_retry *retry = bucket_first_retry(b);
		bool has_work = b->untaken != NULL || b->queue.n > 0 || tail_is_there(f, b) || (retry != NULL && retry->due_us <= f->now_us);

		if (levels_on && shared_level(b->depth) > floor && shared_level(b->depth) - floor > 1)
			return HOST_LEVEL;
		if (has_work) {
			if ((!levels_on || shared_level(b->depth) > floor) && !gate_may_hold(f, h, &state))
				return state;
			/* Its head is under way, and will let the others go. */
			if (b->n_chain >= FRONTIER_MAX_HELD || (b->n_chain > 0 && frontier_holds_too_much(f)))
				return HOST_ORDER;
			*ret_bucket = b;
			return HOST_READY;
		}
		if (retry != NULL)
			*ret_due_us = earlier(*ret_due_us, retry->due_us);
		if (bucket_is_empty(b))
			continue;
		if (levels_on)
			return b->n_chain > 0 || b->n_unended > 0 ? HOST_ORDER : HOST_BACKOFF;
		if (b->taken_us + f->config->hold_us > f->now_us) {
			*ret_due_us = earlier(*ret_due_us, b->taken_us + f->config->hold_us);
			return HOST_ORDER;
		}
	}
	return state;
}

bool
gate_needs_address(const struct frontier *f, const struct hostq *h)
{
	return h->address_state != ADDRESS_KNOWN || h->address_expires_us <= f->now_us;
}

bool
gate_needs_robots(const struct frontier *f, const struct hostq *h)
{
	return f->config->robots && (h->robots_state != ROBOTS_KNOWN || h->robots_expires_us <= f->now_us);
}

/* Politeness, told apart for the user. */
static enum host_state
gate_polite(struct frontier *f, struct hostq *h, int64_t *ret_due_us)
{
	int64_t due_us = polite_due(&h->polite, &f->polite, f->now_us);

	/* Its last chance is one request. */
	if (h->on_trial && h->polite.in_flight > 0)
		return HOST_WINDOW;
	if (due_us <= f->now_us)
		return h->server == NULL || server_is_free_for(f, h->server, h) ? HOST_READY : HOST_SERVER;
	if (due_us == INT64_MAX)
		return HOST_WINDOW;
	*ret_due_us = due_us;
	return h->polite.backoff_us > f->now_us || h->polite.dead_us > f->now_us ? HOST_BACKOFF : HOST_PAUSE;
}

enum host_state
gate_host(struct frontier *f, struct hostq *h, struct bucket **ret_bucket, int64_t *ret_due_us)
{
	enum host_state state;

	*ret_due_us = DUE_NEVER;
	*ret_bucket = NULL;
	if (h->n_queued == 0)
		return HOST_IDLE;
	/* To be dropped. */
	if (h->dead)
		return HOST_READY;
	if (h->parked) {
		if (h->not_before_us > f->now_us)
			*ret_due_us = h->not_before_us;
		return HOST_PARKED;
	}
	if (h->address_state == ADDRESS_ASKED)
		return HOST_ADDRESS;
	if (h->robots_state == ROBOTS_ASKED)
		return HOST_ROBOTS;
	if (gate_needs_address(f, h) || gate_needs_robots(f, h)) {
		if (h->not_before_us > f->now_us) {
			*ret_due_us = h->not_before_us;
			return HOST_BACKOFF;
		}
		return gate_needs_address(f, h) ? HOST_READY : gate_polite(f, h, ret_due_us);
	}
	/* What it says decides which pages are there, so that nothing is asked for before: once for each host. */
	if (h->probe == PROBE_ASKED)
		return HOST_ROBOTS;
	if (h->probe == PROBE_WANTED)
		return gate_polite(f, h, ret_due_us);
	state = gate_pick(f, h, ret_bucket, ret_due_us);
	return state == HOST_READY ? gate_polite(f, h, ret_due_us) : state;
}

static struct host_list *
gate_list(struct frontier *f, const struct hostq *h, enum host_state state)
{
	switch (state) {
	case HOST_SERVER:
		return &h->server->waiting;
	case HOST_READY:
		return &f->ready;
	case HOST_PARKED:
		return &f->parked;
	case HOST_LEVEL:
		return h->is_crowded ? &f->crowded : &f->gated;
	default:
		return NULL;
	}
}

void
gate_ask_next(struct frontier *f, struct host_list *asking)
{
	struct hostq *h;

	while ((h = asking->head) != NULL) {
		host_list_remove(h);
		gate_update(f, h);
		h->called = h->state == HOST_READY;
		if (h->called)
			return;
	}
}

void
gate_update(struct frontier *f, struct hostq *h)
{
	struct host_list *list, *left = NULL;
	struct bucket *bucket;
	enum host_state state, was = HOST_IDLE;
	int64_t due_us;

	CHECK_MAGIC(f, FRONTIER_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	if (h->committing)
		return; /* order_run() does it at its end */
	state = gate_host(f, h, &bucket, &due_us);
	if (state == HOST_READY && frontier_awaits_asking(f, h))
		state = HOST_ADDRESS;
	list = state == HOST_ADDRESS ? frontier_awaits_asking(f, h) ? h->list : NULL : gate_list(f, h, state);
	if (h->list != list) {
		left = server_list(h);
		host_list_remove(h);
		if (state == HOST_SERVER)
			server_wait(f, h->server, h);
		else if (list != NULL)
			host_list_push(list, h);
	}
	/* Those whose time has come stand before those whose has not (hosts_last_chance()). */
	if (state == HOST_PARKED && h->not_before_us <= f->now_us && f->parked.head != h) {
		host_list_remove(h);
		host_list_push_first(&f->parked, h);
	}
	due_us = earlier(due_us, h->hold_due_us);
	if (h->due.slot != 0 || due_us != DUE_NEVER)
		due_set(&f->due, &h->due, due_us);
	if (state != h->state) {
		atomic_fetch_sub_explicit(&f->shared->waiting[h->state], 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&f->shared->waiting[state], 1, memory_order_relaxed);
		was = h->state;
		h->state = state;
	}
	/* It does not ask any more: those behind it may. */
	if (h->called && state != HOST_READY) {
		h->called = false;
		if (state != HOST_ADDRESS) {
			gate_ask_next(f, &f->asking);
			gate_ask_next(f, &f->parties[h->party].asking);
		}
	}
	server_left(f, left);
	/* Its turn, if it did not use it, is the next one's. */
	if (was == HOST_READY && h->server != NULL && h->server->waiting.n > 0)
		server_wake(f, h->server);
}
