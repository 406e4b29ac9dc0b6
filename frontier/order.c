/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commits in their order.
 *
 *	O1  Jobs of a host are committed by depth, and within a depth in the order of their takes. (G1 makes that the order of all its
 *	    takes, but where a URL of smaller depth came from another host when deeper ones were under way already.)
 *	O2  With a level limit a job of depth d is committed only when none of smaller depth is outstanding on any host.
 *	O3  Without one, a job that was taken hold_us ago and is not ready lets the others pass.
 *	O4  A job that is tried again leaves the order, and comes back at the tail of its depth.
 *	O5  A job whose URL was let in again at a smaller depth (depths.h) is not committed: it is forgotten.
 *	O6  With a level limit a run that was told to stop leaves what is deeper than something else that it leaves (shared_is_ahead()).
 *
 * Held jobs wait for taken ones only (and with a level limit, for the lowest level, which is never kept waiting: G3), so there is
 * always something that goes on.
 */
#include "config.h"

#include "frontier/inside.h"

static void
order_hold(struct frontier *f, struct hostq *h)
{
	if (h->is_held)
		return;
	h->is_held = true;
	h->held_next = f->held;
	f->held = h;
}

/* The job whose turn it is, or NULL. */
static struct job *
order_next(struct frontier *f, struct hostq *h)
{
	bool levels_on = f->shared->levels_on;
	struct bucket *b;
	struct job *j;

	h->hold_due_us = DUE_NEVER;
	if (h->n_held == 0)
		return NULL;
	for (b = h->buckets; b != NULL; b = b->next) {
		if (levels_on && b->n_chain > 0 && shared_level(b->depth) > shared_floor(f->shared)) {
			order_hold(f, h);
			return NULL;
		}
		for (j = b->chain_head; j != NULL; j = j->order_next) {
			if (j->order_done)
				return j;
			if (levels_on)
				return NULL;
			if (j->order_since_us + f->config->hold_us > f->now_us) {
				h->hold_due_us = j->order_since_us + f->config->hold_us;
				return NULL;
			}
		}
	}
	return NULL;
}

void
order_run(struct frontier *f, struct hostq *h)
{
	struct bucket *b;
	struct job *j;
	uint32_t depth;

	if (h->committing)
		return;
	h->committing = true;
	while ((j = order_next(f, h)) != NULL) {
		depth = j->depth;
		b = hostq_find_bucket(h, depth);
		bucket_chain_remove(h, b, j);
		f->n_taken--;
		h->n_held--;
		f->n_held--;
		f->held_bytes -= j->held_bytes;
		if (hosts_is_stale(f, j->fp, j->depth)) {
			shared_forget(f->shared, j->depth, j->is_seed);
			f->ops.job_put(f->ops.arg, j);
		} else if (shared_is_ahead(f->shared, j->depth)) {
			hosts_lose_job(f, j, OUTCOME_OK);
		} else {
			b->n_unended++;
			f->ops.commit(f->ops.arg, j);
		}
		hostq_trim(h, &f->pool, depth);
	}
	h->committing = false;
	gate_update(f, h);
}

void
order_run_held(struct frontier *f)
{
	struct hostq *h, *next;

	h = f->held;
	f->held = NULL;
	for (; h != NULL; h = next) {
		next = h->held_next;
		h->is_held = false;
		h->held_next = NULL;
		order_run(f, h);
	}
}
