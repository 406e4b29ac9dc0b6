/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pipeline.c: a pipeline's life, and what others say to it. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/crew.h"
#include "crawler/order.h"
#include "crawler/pipeline_private.h"
#include "url/refused.h"

#define PIPELINE_RETURNS  65536
#define PIPELINE_ORDERS   64
#define PIPELINE_TRAPS_MAX_BYTES ((size_t)16 * 1024 * 1024)

static void
pipeline_due(void *arg)
{
	/* Nothing to do: the turn that this timer caused takes what is due. */
	(void)arg;
}

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

uint64_t
pipeline_page_max_bytes(const struct pipeline *p)
{
	return fetch_page_max_bytes(p->fetch);
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

int
pipeline_attach(struct pipeline *p)
{
	int r;

	CHECK(!p->started && p->parse == NULL);
	r = parse_attach(p->run->parsers, p->index, p->loop, journey_parsed, p, &p->parse);
	return r < 0 ? r : loop_timer_set(p->loop, &p->look_timer, loop_now_us(p->loop) + FETCH_LOOK_US);
}

void
pipeline_start(struct pipeline *p, struct crew *crew)
{
	char name[16];

	CHECK(!p->started && p->parse != NULL);
	(void)snprintf(name, sizeof(name), "loop/%u", p->index);
	p->started = true;
	p->thread = crew_send(crew, name, pipeline_main, p);
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

void
pipeline_go_on(struct pipeline *p, struct crew *crew)
{
	CHECK(!p->started && p->result == 0);
	atomic_store(&p->is_quiet, false);
	loop_again(p->loop);
	pipeline_start(p, crew);
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
