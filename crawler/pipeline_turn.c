/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pipeline_turn.c: the thread of a pipeline's loop, turn by turn. What happens to a job is in journey.c, with the invariants. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/prefault.h"
#include "crawler/order.h"
#include "crawler/pipeline_private.h"
#include "store/part.h"

/* Jobs that wait for the writer or the parsers before the takes stop. */
#define PIPELINE_WAIT_MAX 256
/* And with their bodies: these, and one for each request there was in flight, so that the writer has something to do until answers come again. */
#define PIPELINE_BODIES   32
#define PIPELINE_HEAP_BYTES ((size_t)256 * 1024) /* jobs and their strings, of the pages that are under way */
#define PIPELINE_RETRY_US (10 * CLOCK_US_PER_MS)
#define PIPELINE_ROOM_US  (100 * CLOCK_US_PER_MS)
#define PIPELINE_TRAPS_US_PER_MIB (4 * CLOCK_US_PER_SEC)

void
pipeline_take_back(struct pipeline *p)
{
	void *items[PIPELINE_BATCH];
	size_t i, n;

	while ((n = chan_try_recv(p->returns, items, PIPELINE_BATCH)) > 0) {
		p->n_at_store -= n;
		p->n_back += n;
		for (i = 0; i < n; i++)
			journey_recycle(p, items[i]);
	}
}

void
pipeline_accept(struct pipeline *p)
{
	void *items[PIPELINE_BATCH];
	size_t i, n;

	while ((n = chan_try_recv(p->inbox, items, PIPELINE_BATCH)) > 0)
		for (i = 0; i < n; i++)
			frontier_accept(p->frontier, items[i]);
	for (i = 0; i < p->n_parcel_wait; i++)
		if (pipeline_send(p->run->loops[p->parcel_loop[i]], p->parcel_wait[i]) < 0)
			break;
	if (i > 0) {
		p->n_parcel_wait -= i;
		memmove(p->parcel_wait, p->parcel_wait + i, p->n_parcel_wait * sizeof(p->parcel_wait[0]));
		memmove(p->parcel_loop, p->parcel_loop + i, p->n_parcel_wait * sizeof(p->parcel_loop[0]));
	}
}

static void
pipeline_look(struct pipeline *p, struct order *o)
{
	struct frontier_host hosts[ORDER_HOSTS];

	order_add_hosts(o, hosts, frontier_look(p->frontier, hosts, ORDER_HOSTS));
}

static void
pipeline_tune_fetch(struct pipeline *p, const struct order_tune *t)
{
	fetch_tune(p->fetch, run_part(p->run, t->connections, p->index), t->rate_bps, t->host_rate_bps);
}

static unsigned
pipeline_obey(struct pipeline *p, struct order *o)
{
	int64_t now_us = loop_now_us(p->loop);

	switch (o->kind) {
	case ORDER_TUNE:
		pipeline_tune_fetch(p, &o->tune);
		frontier_tune(p->frontier, &o->tune.frontier, now_us);
		break;
	case ORDER_FETCH:
		pipeline_tune_fetch(p, &o->tune);
		break;
	case ORDER_RESCOPE:
		frontier_rescope(p->frontier);
		break;
	case ORDER_LOOK:
		pipeline_look(p, o);
		break;
	case ORDER_UNPARK:
		return frontier_unpark(p->frontier, str_of(o->host), now_us);
	}
	return 0;
}

void
pipeline_take_orders(struct pipeline *p)
{
	void *items[PIPELINE_BATCH];
	size_t i, n;

	while ((n = chan_try_recv(p->orders, items, PIPELINE_BATCH)) > 0)
		for (i = 0; i < n; i++)
			order_done(items[i], pipeline_obey(p, items[i]));
}

static void
pipeline_to_parsers(struct pipeline *p)
{
	while (p->parse_wait.n > 0 && parse_room(p->parse) > 0) {
		struct job *j = job_list_pop(&p->parse_wait);
		int r = parse_submit(p->parse, j);

		if (r < 0) {
			/* No memory; or there are no workers any more and none can be made (journey_commit()). */
			j->outcome = r == -ENOMEM ? OUTCOME_NO_MEMORY : OUTCOME_PARSER_DIED;
			if (r == -ENOMEM)
				run_stop(p->run, OUTCOME_NO_MEMORY);
			journey_ready(p, j);
		}
	}
}

static void
pipeline_to_store(struct pipeline *p)
{
	struct job *batch[PIPELINE_BATCH];
	size_t i, n, taken;

	while (p->store_wait.n > 0) {
		struct job *j = p->store_wait.head;

		for (n = 0; n < PIPELINE_BATCH && j != NULL; j = j->next)
			batch[n++] = j;
		/* Unlinked first: once taken, the writer owns them and may send them back at once. */
		for (i = 0; i < n; i++)
			(void)job_list_pop(&p->store_wait);
		taken = store_put(p->run->store, batch, n);
		p->n_at_store += taken;
		p->n_put += taken;
		if (taken < n) {
			struct job_list rest = { 0 };

			for (i = taken; i < n; i++)
				job_list_push(&rest, batch[i]);
			while ((j = job_list_pop(&p->store_wait)) != NULL)
				job_list_push(&rest, j);
			p->store_wait = rest;
			return;
		}
	}
}

/* There is no room for another request: who has it? */
static enum blame
pipeline_crowd(const struct pipeline *p)
{
	size_t at_parsers = parse_pending(p->parse) + p->parse_wait.n, at_store = p->n_at_store + p->store_wait.n;
	size_t asking = fetch_in_flight(p->fetch);

	if (at_store > at_parsers && at_store > asking)
		return BLAME_WRITER;
	return at_parsers > asking ? BLAME_PARSERS : BLAME_CONNECTIONS;
}

/*
 * More bodies wait to be written than are needed to keep the writer going: each has memory of its own, that is had from the kernel and is in
 * no cache. In a commit, though, nothing is written: then there are as many as there is room for.
 */
static bool
pipeline_has_bodies(const struct pipeline *p)
{
	return p->run->keeps_bodies && p->n_at_store + p->store_wait.n > PIPELINE_BODIES + p->n_asked && !store_is_committing(p->run->store);
}

/* Does the writer have as much as it may? It gives it back in its own time. */
static bool
pipeline_is_ahead(const struct pipeline *p)
{
	return store_is_behind(p->run->store) || pipeline_has_bodies(p) || p->refs_bytes > p->run->refs_max_bytes;
}

/* No job has memory here, but for those whose turn it is not. */
static bool
pipeline_is_idle(const struct pipeline *p)
{
	return fetch_in_flight(p->fetch) + parse_pending(p->parse) + p->parse_wait.n + p->store_wait.n + p->n_at_store == 0;
}

/* May the job start? Else it was put off. */
static bool
pipeline_admits(struct pipeline *p, struct job *j, int64_t now_us, enum alone_verdict *ret_verdict)
{
	bool is_last = j->job_kind == JOB_URL && frontier_is_last_here(&p->run->frontier_config, j);
	int64_t due_us;

	*ret_verdict = alone_judge(&p->alone, is_last, pipeline_is_idle(p), now_us, &due_us);
	if (*ret_verdict == ALONE_PUT_OFF)
		frontier_put_off(p->frontier, j, due_us, now_us);
	/* What is kept for the next bodies is memory, too. */
	if (*ret_verdict == ALONE_BY_ITSELF)
		fetch_drop_free(p->fetch);
	return *ret_verdict != ALONE_PUT_OFF;
}

/* Takes while there is room for more. Says what kept it from taking another one. */
static enum blame
pipeline_take(struct pipeline *p, int64_t *ret_due_us)
{
	/* Not the turn's time: the spaces between requests are counted from here. */
	int64_t now_us = clock_mono_us();
	struct frontier_stats stats;
	enum alone_verdict verdict;
	uint64_t free_bytes;

	*ret_due_us = p->hops_due_us = INT64_MAX;
	/* Those that wait come to their end. */
	if (p->stopping)
		(void)robotstxt_start(p->robotstxt);
	if (store_lacks_room(p->run->store, &free_bytes)) {
		*ret_due_us = now_us + PIPELINE_ROOM_US;
		return BLAME_ROOM;
	}
	if (atomic_load_explicit(&p->run->paused, memory_order_relaxed))
		return BLAME_PAUSED;
	p->hops_due_us = robotstxt_start(p->robotstxt);
	if (atomic_load_explicit(&p->run->division, memory_order_relaxed) != RUN_WHOLE)
		return BLAME_PAUSED;
	for (;;) {
		struct job *j;

		if (p->store_wait.n > PIPELINE_WAIT_MAX)
			return BLAME_WRITER;
		if (pipeline_is_ahead(p)) {
			*ret_due_us = now_us + PIPELINE_RETRY_US;
			return BLAME_WRITER;
		}
		if (p->parse_wait.n > PIPELINE_WAIT_MAX)
			return BLAME_PARSERS;
		if (p->n_parcel_wait > 0)
			return BLAME_CPU;
		if (fetch_room(p->fetch) == 0)
			return pipeline_crowd(p);
		if (alone_is_reserved(&p->alone, pipeline_is_idle(p), now_us, ret_due_us))
			return BLAME_ANSWERS;
		j = frontier_take(p->frontier, now_us, ret_due_us);
		if (j == NULL) {
			alone_nothing_taken(&p->alone);
			break;
		}
		if (!pipeline_admits(p, j, now_us, &verdict))
			continue;
		j->state = JOB_INFLIGHT;
		if (journey_condition(p, j) < 0 || fetch_start(p->fetch, j) < 0) {
			parts_end(p->run->parts, j);
			frontier_untake(p->frontier, j, now_us);
			*ret_due_us = now_us + PIPELINE_RETRY_US;
			return BLAME_CONNECTIONS;
		}
		frontier_asked(p->frontier);
		if (verdict == ALONE_BY_ITSELF) {
			p->alone_job = j;
			alone_started(&p->alone, now_us);
		}
		p->n_asked = fetch_in_flight(p->fetch);
	}
	if (parse_pending(p->parse) + p->parse_wait.n > fetch_in_flight(p->fetch))
		return BLAME_PARSERS;
	frontier_stats(p->run->frontier, &stats);
	/* Nothing under way and nobody polite to: what failed is waited for, and what may only come after it. */
	if (stats.waiting_window + stats.waiting_pause == 0 &&
		(stats.waiting_backoff > 0 || (*ret_due_us != INT64_MAX && fetch_in_flight(p->fetch) == 0)))
		return BLAME_BACKOFF;
	if (*ret_due_us != INT64_MAX || stats.waiting_window > 0 || stats.waiting_pause > 0)
		return BLAME_POLITENESS;
	return BLAME_ANSWERS;
}

/* What was learned of traps goes to the store, in one piece. */
static void
pipeline_put_traps(struct pipeline *p)
{
	/* Without memory: it is not needed, only good to have. */
	if (buf_err(&p->traps) == 0 && store_traps(p->run->store, p->index, buf_str(&p->traps)) < 0)
		run_stop(p->run, OUTCOME_NO_MEMORY);
	/* A MiB of it in four seconds is little beside pages. */
	p->traps_due_us = loop_now_us(p->loop) + p->run->commit_us +
		(int64_t)(p->traps.len * PIPELINE_TRAPS_US_PER_MIB / (1024 * 1024)) * p->run->n_loops;
	buf_reset(&p->traps, 0);
}

/*
 * Now and then, behind the pages that it was learned from: it is packed, and put once all that was judged by then has come back, which is
 * in this transaction or an earlier one. Else a page that is asked for again after a crash would be taken for a copy of itself.
 */
static void
pipeline_keep_traps(struct pipeline *p)
{
	if (p->traps_spoilt)
		return;
	if (p->traps.len > 0) {
		if (p->n_back >= p->traps_put)
			pipeline_put_traps(p);
		return;
	}
	if (loop_now_us(p->loop) < p->traps_due_us)
		return;
	if (frontier_pack_traps(p->frontier, &p->traps))
		p->traps_put = p->n_put + p->store_wait.n;
	else
		p->traps_due_us = loop_now_us(p->loop) + p->run->commit_us;
}

static void
pipeline_see_stop(struct pipeline *p)
{
	int why;

	/* Also where what is left needs no parser: it could be a page, and whoever reads the message knows where he stands. */
	if (parse_pool_is_broken(p->run->parsers) && !atomic_load(&p->run->finished))
		run_stop(p->run, OUTCOME_NO_RESOURCES);
	why = run_state(p->run);
	if (why != RUN_GOES_ON && !p->stopping) {
		p->stopping = true;
		frontier_stop(p->frontier, (enum outcome)why);
		if (p->rest_open)
			atomic_store(&p->run->rest_unread, true);
		pipeline_end_rest(p, false);
	}
	/* Behind the other: what is left is known to be. */
	if (atomic_load(&p->run->aborted) && !p->aborting) {
		p->aborting = true;
		fetch_stop(p->fetch);
	}
}

/* The loops are divided anew, and what is in flight takes too long. */
static void
pipeline_see_hurry(struct pipeline *p)
{
	if (atomic_load_explicit(&p->run->division, memory_order_relaxed) != RUN_HURRIES || p->parting)
		return;
	p->parting = true;
	frontier_part(p->frontier);
	fetch_stop(p->fetch);
}

/* What other loops send then changes nothing: it is queued, and nothing is taken. */
static void
pipeline_see_quiet(struct pipeline *p)
{
	if (atomic_load_explicit(&p->run->division, memory_order_relaxed) == RUN_WHOLE || atomic_load(&p->is_quiet))
		return;
	if (!pipeline_is_idle(p) || p->n_parcel_wait > 0 || p->address_waits != NULL || p->rest_open || !frontier_is_quiet(p->frontier))
		return;
	atomic_store(&p->is_quiet, true);
	run_tell(p->run);
}

void
pipeline_turn(void *arg)
{
	struct pipeline *p = arg;
	enum blame blame;
	int64_t due_us;
	bool more_rest;

	pipeline_see_stop(p);
	pipeline_see_hurry(p);
	pipeline_take_orders(p);
	pipeline_take_back(p);
	pipeline_accept(p);
	more_rest = pipeline_read_rest(p);
	pipeline_to_parsers(p);
	blame = pipeline_take(p, &due_us);
	if (p->hops_due_us < due_us)
		due_us = p->hops_due_us;
	/* Sent now, not in a turn of its own. What is back at once makes room, but for that there is the next turn. */
	if (fetch_flush(p->fetch) > 0 || more_rest)
		due_us = loop_now_us(p->loop);
	journey_flush_found(p);
	journey_flush_session(p);
	pipeline_pass_rest(p);
	pipeline_to_store(p);
	pipeline_keep_traps(p);
	parse_flush(p->parse);
	pipeline_see_quiet(p);
	if (atomic_load(&p->run->finished) && p->store_wait.n == 0)
		loop_stop(p->loop);
	if (p->store_wait.n > 0 || p->n_parcel_wait > 0)
		due_us = loop_now_us(p->loop) + PIPELINE_RETRY_US;
	if (due_us == INT64_MAX)
		loop_timer_cancel(p->loop, &p->due_timer);
	else if (loop_timer_set(p->loop, &p->due_timer, due_us) < 0)
		run_stop(p->run, OUTCOME_NO_MEMORY);
	metrics_blame(&p->metrics, blame, loop_now_us(p->loop), loop_idle_us(p->loop));
	if (metrics_wants_processor(&p->metrics))
		metrics_processor(&p->metrics, clock_thread_cpu_us());
	atomic_store_explicit(&p->metrics.in_flight, fetch_in_flight(p->fetch), memory_order_relaxed);
	atomic_store_explicit(&p->metrics.body_resident_bytes, fetch_region_touched_bytes(p->fetch),
		memory_order_relaxed);
}

/* Also while nothing else happens: a parser that was taken over does not wait for a page. */
void
pipeline_look_region(void *arg)
{
	struct pipeline *p = arg;

	if (fetch_look_region(p->fetch)) {
		log_warning("a parser has read where there is no page, and filled memory: it was taken over by one; all parsers are replaced");
		parse_pool_end_readers(p->run->parsers);
	}
	if (loop_timer_set(p->loop, &p->look_timer, loop_now_us(p->loop) + FETCH_LOOK_US) < 0)
		run_stop(p->run, OUTCOME_NO_MEMORY);
}

void *
pipeline_main(void *arg)
{
	struct pipeline *p = arg;

	prefault_heap(PIPELINE_HEAP_BYTES);
	metrics_processor(&p->metrics, clock_thread_cpu_us());
	p->result = loop_run(p->loop);
	metrics_processor(&p->metrics, clock_thread_cpu_us());
	if (p->result < 0) {
		log_error("loop %u: %s", p->index, strerror(-p->result));
		atomic_store(&p->run->broken, true);
		run_stop(p->run, OUTCOME_NO_RESOURCES);
	}
	/* All its pages are with the store. Where nothing is left nobody goes on. */
	if (p->result == 0 && !p->traps_spoilt && (run_state(p->run) != RUN_GOES_ON || atomic_load(&p->run->n_left) > 0 ||
		atomic_load(&p->run->division) != RUN_WHOLE)) {
		if (p->traps.len > 0)
			pipeline_put_traps(p);
		if (frontier_pack_traps(p->frontier, &p->traps))
			pipeline_put_traps(p);
	}
	return NULL;
}
