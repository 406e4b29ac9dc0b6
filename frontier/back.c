/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs that go back to their queue: to be tried again, or because they were not tried after all. */
#include "config.h"

#include "base/clock.h"
#include "frontier/inside.h"

struct rec
back_record(const struct frontier *f, const struct job *j)
{
	struct str identity = url_identity(&j->url);

	return (struct rec){
		.kind = j->kind,
		.flags = j->flags,
		.lastmod_s = j->lastmod_s,
		.is_seed = j->is_seed,
		.from = j->from,
		.links_only = j->links_only,
		.attempt = j->attempt,
		.failed_here = j->failed_here,
		.redirects = j->redirects,
		.chain = job_get(j, j->chain).p,
		.queued_ms = (uint32_t)((j->timing.queued_wall_us - f->shared->start_wall_us) / CLOCK_US_PER_MS),
		.text = str_n(identity.p + j->url.pathname_start, identity.len - j->url.pathname_start),
	};
}

bool
back_failed_here(const struct job *j)
{
	return !j->unranged && outcome_class(j->outcome) == OUTCOME_CLASS_MACHINE;
}

/* As r, whose parent is not set yet. False: there is no memory, it stays as it is. */
static bool
queue_again(struct frontier *f, struct hostq *h, struct job *j, struct rec *r, int64_t due_us)
{
	struct bucket *b = hostq_find_bucket(h, j->depth);

	if (rec_parent_get(&f->mem, job_get(j, j->parent), &r->parent) < 0)
		return false;
	if (bucket_add_retry(h, b, r, due_us, &f->shared->bytes, &f->retry_bytes) < 0) {
		rec_parent_unref(&f->mem, r->parent);
		return false;
	}
	bucket_chain_remove(h, b, j);
	f->n_taken--;
	/* It is taken once more, as a first attempt. */
	if (r->attempt == 1)
		take_budget_back(f);
	return true;
}

bool
back_again(struct frontier *f, struct hostq *h, struct job *j)
{
	struct str identity = url_identity(&j->url), chain = job_get(j, j->chain);
	/* Unranged, or failed here, it is the same attempt, of which what is known holds. */
	bool here = back_failed_here(j), is_same = j->unranged || here;
	struct rec r = back_record(f, j);
	int64_t pause_us;

	r.attempt += !is_same;
	r.failed_here += here;
	pause_us = j->unranged ? 0 : answer_retry_pause_us(f, j, here ? r.failed_here : j->attempt);
	if (!queue_again(f, h, j, &r, f->now_us + pause_us))
		return false;
	if (f->ops.found != NULL && !is_same) {
		struct found found = {
			.url = identity,
			.parent = job_get(j, j->parent),
			.depth = j->depth,
			.kind = j->kind,
			.flags = j->flags,
			.from = j->from,
			.lastmod_s = j->lastmod_s,
			.is_seed = j->is_seed,
			.attempt = r.attempt,
			.due_wall_us = clock_wall_us() + pause_us,
			.redirects = j->redirects,
			.chain = chain.p,
			.queued_wall_us = j->timing.queued_wall_us,
		};

		f->ops.found(f->ops.arg, j->fp, &found);
	}
	return true;
}

void
back_untried(struct frontier *f, struct hostq *h, struct job *j)
{
	struct bucket *b;

	if (j->job_kind == JOB_PROBE) {
		probe_untake(h);
		f->n_asides--;
		f->ops.job_put(f->ops.arg, j);
		shared_work_sub(f->shared);
		return;
	}
	b = hostq_find_bucket(h, j->depth);
	bucket_chain_remove(h, b, j);
	f->n_taken--;
	if (j->attempt == 1)
		take_budget_back(f);
	j->next = b->untaken;
	b->untaken = j;
	h->n_queued++;
}

/* A job that was just taken: it, and its host and server, are as they were before, but for its place in the queue. */
static void
give_up_turn(struct frontier *f, struct job *j, int64_t now_us)
{
	f->now_us = now_us;
	polite_unstarted(&j->hostq->polite, now_us);
	shared_unrequest(f->shared);
	if (j->server != NULL)
		server_untake(f, j->server);
	j->server = NULL;
}

void
frontier_untake(struct frontier *f, struct job *j, int64_t now_us)
{
	struct hostq *h = j->hostq;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	frontier_enter(f);
	give_up_turn(f, j, now_us);
	if (j->job_kind == JOB_ROBOTS) {
		h->robots_state = ROBOTS_NONE;
		f->n_asides--;
		f->ops.job_put(f->ops.arg, j);
		shared_work_sub(f->shared);
	} else {
		back_untried(f, h, j);
		if (f->stopped)
			hosts_leave(f, h);
	}
	order_run(f, h);
	frontier_leave(f);
}

/* As one that is tried again, though it was not tried. False: there is no memory. */
static bool
wait_until(struct frontier *f, struct hostq *h, struct job *j, int64_t due_us)
{
	struct rec r = back_record(f, j);

	if (!queue_again(f, h, j, &r, due_us))
		return false;
	f->ops.job_put(f->ops.arg, j);
	return true;
}

void
frontier_put_off(struct frontier *f, struct job *j, int64_t due_us, int64_t now_us)
{
	struct hostq *h = j->hostq;

	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK_MAGIC(h, HOSTQ_MAGIC);
	CHECK(j->job_kind == JOB_URL && !f->stopped);
	frontier_enter(f);
	give_up_turn(f, j, now_us);
	if (due_us <= now_us || !wait_until(f, h, j, due_us))
		back_untried(f, h, j);
	order_run(f, h);
	if (due_us <= now_us && h->list == &f->ready) {
		host_list_remove(h);
		host_list_push_first(&f->ready, h);
	}
	frontier_leave(f);
}
