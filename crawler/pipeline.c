/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pipeline's life and the turns of its loop. What happens to a job is in journey.c, with the invariants.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "crawler/order.h"
#include "crawler/pipeline_private.h"
#include "store/part.h"
#include "url/refused.h"

#define PIPELINE_RETURNS  65536
#define PIPELINE_ORDERS   64
/* Jobs that wait for the writer or the parsers before the takes stop. */
#define PIPELINE_WAIT_MAX 256
#define PIPELINE_RETRY_US (10 * CLOCK_US_PER_MS)
#define PIPELINE_ROOM_US  (100 * CLOCK_US_PER_MS)
#define PIPELINE_TRAPS_MAX_BYTES ((size_t)16 * 1024 * 1024)
#define PIPELINE_TRAPS_US_PER_MIB (4 * CLOCK_US_PER_SEC)

/* --- one turn of the loop ----------------------------------------------------------------------------------- */

static void
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

static void
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

static void
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

/* Takes while there is room for more. Says what kept it from taking another one. */
static enum blame
pipeline_take(struct pipeline *p, int64_t *ret_due_us)
{
	/* Not the turn's time: the spaces between requests are counted from here. */
	int64_t now_us = clock_mono_us();
	struct frontier_stats stats;
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
		if (store_is_behind(p->run->store)) {
			*ret_due_us = now_us + PIPELINE_RETRY_US;
			return BLAME_WRITER;
		}
		if (p->parse_wait.n > PIPELINE_WAIT_MAX)
			return BLAME_PARSERS;
		if (p->n_parcel_wait > 0)
			return BLAME_CPU;
		if (fetch_room(p->fetch) == 0)
			return pipeline_crowd(p);
		j = frontier_take(p->frontier, now_us, ret_due_us);
		if (j == NULL)
			break;
		j->state = JOB_INFLIGHT;
		if (journey_condition(p, j) < 0 || fetch_start(p->fetch, j) < 0) {
			parts_end(p->run->parts, j);
			frontier_untake(p->frontier, j, now_us);
			*ret_due_us = now_us + PIPELINE_RETRY_US;
			return BLAME_CONNECTIONS;
		}
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
	if (fetch_in_flight(p->fetch) + parse_pending(p->parse) + p->parse_wait.n + p->store_wait.n + p->n_at_store + p->n_parcel_wait > 0 ||
		p->address_waits != NULL || p->rest_open || !frontier_is_quiet(p->frontier))
		return;
	atomic_store(&p->is_quiet, true);
	run_tell(p->run);
}

static void
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
static void
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

static void
pipeline_due(void *arg)
{
	/* Nothing to do: the turn that this timer caused takes what is due. */
	(void)arg;
}

static void *
pipeline_main(void *arg)
{
	struct pipeline *p = arg;

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

/* --- life ---------------------------------------------------------------------------------------------------- */

int
pipeline_new(struct run *run, const struct pipeline_config *config, struct pipeline **ret_pipeline)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	struct previous_wants wants = { .body = run->save_body, .mirror = run->mirror, .text = run->save_text };
	struct frontier_ops ops;
	int r;

	if (p == NULL)
		return -ENOMEM;
	p->magic = PIPELINE_MAGIC;
	p->run = run;
	p->index = config->index;
	url_init(&p->url);
	buf_init(&p->refused, REFUSED_TEXT_MAX);
	ahead_init(&p->ahead);
	ahead_init(&p->rest_ahead);
	found_packer_init(&p->packer);
	buf_init(&p->found, JOB_FOUND_MAX_BYTES);
	buf_init(&p->found_fps, JOB_FOUND_MAX_BYTES);
	buf_init(&p->session, JOB_FOUND_MAX_BYTES);
	buf_init(&p->traps, PIPELINE_TRAPS_MAX_BYTES);
	loop_timer_init(&p->due_timer, pipeline_due, p);
	loop_timer_init(&p->look_timer, pipeline_look_region, p);
	ops = journey_ops(p);
	r = store_backend(run->store, p->index, &ops.backend);
	if (r == 0)
		r = loop_new(&p->loop);
	if (r == 0)
		r = chan_new(config->inbox_parcels, loop_wake_fn, p->loop, &p->inbox);
	if (r == 0)
		r = chan_new(PIPELINE_RETURNS, loop_wake_fn, p->loop, &p->returns);
	if (r == 0)
		r = chan_new(PIPELINE_ORDERS, loop_wake_fn, p->loop, &p->orders);
	if (r == 0)
		r = chan_new(STORE_REST_OUT, loop_wake_fn, p->loop, &p->rest);
	if (r == 0)
		r = fetch_new(&config->fetch, p->loop, journey_fetched, p, &p->fetch);
	/* After fetch's own hook, which hands over what has come. */
	if (r == 0)
		loop_prepare_add(p->loop, pipeline_turn, p);
	if (r == 0)
		r = frontier_new(&run->frontier_config, run->frontier, p->index, &ops, &p->frontier);
	if (r == 0 && config->update_dir != NULL)
		r = previous_open(config->update_dir, config->update_from, &wants, &p->previous);
	if (r == 0)
		r = robotstxt_new(p->fetch, p->frontier, run->frontier_config.allow_private, journey_robots_answered, p, &p->robotstxt);
	if (r < 0) {
		pipeline_free(p);
		return r;
	}
	*ret_pipeline = p;
	return 0;
}

int
pipeline_order(struct pipeline *p, struct order *o)
{
	void *item = o;

	return chan_try_send(p->orders, &item, 1) == 1 ? 0 : -EAGAIN;
}

bool
pipeline_has_room_for_order(const struct pipeline *p)
{
	return chan_len(p->orders) < PIPELINE_ORDERS;
}

void
pipeline_free(struct pipeline *p)
{
	struct job *j;
	void *order;

	if (p == NULL)
		return;
	CHECK_MAGIC(p, PIPELINE_MAGIC);
	CHECK(!p->started);
	if (p->parse != NULL)
		pipeline_detach(p);
	if (p->returns != NULL && p->fetch != NULL)
		pipeline_drain(p);
	while ((j = job_list_pop(&p->parse_wait)) != NULL || (j = job_list_pop(&p->store_wait)) != NULL)
		journey_recycle(p, j);
	robotstxt_free(p->robotstxt);
	previous_close(p->previous);
	frontier_free(p->frontier);
	while ((j = job_list_pop(&p->free_jobs)) != NULL)
		job_free(j);
	fetch_free(p->fetch);
	pipeline_free_rest(p);
	chan_free(p->inbox);
	chan_free(p->returns);
	/* Those that came too late. */
	while (p->orders != NULL && chan_try_recv(p->orders, &order, 1) > 0)
		order_unref(order);
	chan_free(p->orders);
	loop_free(p->loop);
	journey_free_waits(p);
	url_release(&p->url);
	buf_release(&p->refused);
	ahead_release(&p->ahead);
	ahead_release(&p->rest_ahead);
	found_packer_release(&p->packer);
	buf_release(&p->found);
	buf_release(&p->found_fps);
	buf_release(&p->session);
	buf_release(&p->traps);
	p->magic = 0;
	free(p);
}

int
pipeline_region_fd(const struct pipeline *p)
{
	return fetch_region_fd(p->fetch);
}

uint64_t
pipeline_region_bytes(const struct pipeline *p)
{
	return fetch_region_bytes(p->fetch);
}

struct chan *
pipeline_returns(struct pipeline *p)
{
	return p->returns;
}

const struct metrics *
pipeline_metrics(const struct pipeline *p)
{
	return &p->metrics;
}

enum frontier_offer_result
pipeline_seed(struct pipeline *p, const struct url *u, enum link_kind kind)
{
	struct frontier_way way = { .kind = kind, .is_seed = true };

	CHECK(!p->started);
	return frontier_offer(p->frontier, u, &way);
}

int
pipeline_restore_pause(struct pipeline *p, const struct url *u, int64_t due_wall_us)
{
	int64_t now_us = clock_mono_us(), us = due_wall_us - clock_wall_us();

	CHECK(!p->started);
	return us > 0 ? frontier_restore_pause(p->frontier, u, now_us + us, now_us) : 0;
}

int
pipeline_restore_traps(struct pipeline *p, struct str packed)
{
	CHECK(!p->started);
	return frontier_unpack_traps(p->frontier, packed);
}

int
pipeline_put_cookie(struct pipeline *p, const struct cookie *c, bool known)
{
	CHECK(!p->started);
	return fetch_put_cookie(p->fetch, c, known);
}

void
pipeline_cookies(struct pipeline *p, bool session, struct buf *out)
{
	CHECK(!p->started);
	fetch_cookies(p->fetch, session, out);
}

int
pipeline_put_hsts(struct pipeline *p, const struct hsts_host *h, bool known)
{
	CHECK(!p->started);
	return fetch_put_hsts(p->fetch, h, known);
}

void
pipeline_hsts(struct pipeline *p, struct buf *out)
{
	CHECK(!p->started);
	fetch_hsts(p->fetch, out);
}

void
pipeline_flush(struct pipeline *p)
{
	CHECK(!p->started);
	journey_flush_found(p);
	journey_flush_session(p);
}

static int
pipeline_start_thread(struct pipeline *p)
{
	char name[16];
	int r;

	(void)snprintf(name, sizeof(name), "loop/%u", p->index);
	r = thread_start(&p->thread, name, pipeline_main, p);
	p->started = r == 0;
	return r;
}

int
pipeline_start(struct pipeline *p)
{
	int r;

	r = parse_attach(p->run->parsers, p->index, p->loop, journey_parsed, p, &p->parse);
	if (r < 0)
		return r;
	r = loop_timer_set(p->loop, &p->look_timer, loop_now_us(p->loop) + FETCH_LOOK_US);
	return r < 0 ? r : pipeline_start_thread(p);
}

bool
pipeline_is_quiet(const struct pipeline *p)
{
	return atomic_load(&p->is_quiet);
}

bool
pipeline_settle(struct pipeline *p)
{
	bool any = chan_len(p->inbox) + chan_len(p->orders) + p->n_parcel_wait > 0;

	CHECK(!p->started);
	pipeline_take_orders(p);
	pipeline_accept(p);
	return any;
}

int
pipeline_go_on(struct pipeline *p)
{
	CHECK(!p->started && p->result == 0);
	atomic_store(&p->is_quiet, false);
	loop_again(p->loop);
	return pipeline_start_thread(p);
}

void
pipeline_move(struct pipeline *const *from, unsigned n_from, struct pipeline *const *to, unsigned n_to)
{
	CLEANUP(buf_releasep) struct buf scratch = BUF_INIT(PIPELINE_TRAPS_MAX_BYTES);
	struct frontier *from_frontiers[RUN_LOOPS_MAX], *to_frontiers[RUN_LOOPS_MAX];
	bool traps_spoilt = false;

	for (unsigned i = 0; i < n_from; i++) {
		CHECK(!from[i]->started);
		from_frontiers[i] = from[i]->frontier;
		traps_spoilt = traps_spoilt || from[i]->traps_spoilt;
	}
	for (unsigned i = 0; i < n_to; i++) {
		to_frontiers[i] = to[i]->frontier;
		to[i]->traps_spoilt = traps_spoilt;
	}
	frontier_move(from_frontiers, n_from, to_frontiers, n_to, &scratch, clock_mono_us());
}

void
pipeline_wake(struct pipeline *p)
{
	loop_wake(p->loop);
}

int
pipeline_send(struct pipeline *p, struct frontier_parcel *parcel)
{
	void *item = parcel;

	return chan_try_send(p->inbox, &item, 1) == 1 ? 0 : -EAGAIN;
}

void
pipeline_stop(struct pipeline *p)
{
	loop_stop(p->loop);
}

int
pipeline_join(struct pipeline *p)
{
	if (!p->started)
		return 0;
	CHECK(pthread_join(p->thread, NULL) == 0);
	p->started = false;
	return p->result;
}

void
pipeline_detach(struct pipeline *p)
{
	parse_detach(TAKE(p->parse));
}

void
pipeline_drain(struct pipeline *p)
{
	pipeline_take_back(p);
}
