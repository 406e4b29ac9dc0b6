/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * engine.h: what stands behind fetch.h, and what every engine has to be.
 *
 * fetch.c does what does not depend on the engine: room, slots, proxies, names, and bringing jobs back. An engine only
 * runs transfers; it sets them up and reads their results with xfer.h, so that all of them give the same.
 *
 *	E1  An engine's functions are called in the loop's thread; turn() once per turn of the loop, start() at any time.
 *	E2  A job given to start() comes back by fetch_done(), from turn(), exactly once.
 *	E3  After stop() every job comes back soon, unfinished ones as OUTCOME_INTERRUPTED; the engine wakes the loop for it.
 */
#ifndef FETCH_ENGINE_H
#define FETCH_ENGINE_H

#include "fetch/body.h"
#include "fetch/fetch.h"
#include "fetch/hstsset.h"
#include "fetch/jar.h"
#include "fetch/proxy.h"
#include "fetch/resolve.h"
#include "fetch/session.h"

struct engine_ops {
	int (*new_fn)(struct fetch *f, void **ret_engine);
	void (*free_fn)(void *engine);
	void (*start)(void *engine, struct job *j);
	void (*turn)(void *engine);
	void (*stop)(void *engine);
	/* f->in_flight_max has changed. NULL: nothing is to be done. */
	void (*tuned)(void *engine);
};

struct proxy_wait;

#define FETCH_MAGIC   0x46455443u
#define FETCH_ORIGINS 4096 /* a power of two */

extern const struct engine_ops engine_events;
extern const struct engine_ops engine_pool;

struct fetch {
	uint32_t magic;
	/* immutable after fetch_new */
	struct fetch_config config; /* its strings are copies */
	struct loop *loop;
	fetch_done_fn done_fn;
	void *done_arg;
	const struct engine_ops *ops;
	void *engine;
	struct body *body;
	struct proxies *proxies;
	struct session *session;
	unsigned connections_max; /* f->config.connections is what it began with */
	/* written by the loop thread, read by the engine's */
	_Atomic uint64_t rate_bps, host_rate_bps;
	_Atomic uint32_t *n_sharing; /* of all who share rate_bps; config.n_sharing or own_sharing */
	_Atomic uint32_t own_sharing;                  /* in flight */
	_Atomic uint32_t by_origin[FETCH_ORIGINS];    /* of these; origins that share a place share a rate, too */
	/* owner: loop thread */
	unsigned connections, in_flight_max;
	struct resolve *resolve;
	struct jar *jar;   /* NULL: cookies are not kept */
	struct hstsset *hsts; /* NULL: nobody's word on https holds */
	struct buf cookie; /* of the request that is being started */
	unsigned in_flight;
	bool stopped;
	bool in_turn;
	uint64_t n_done; /* jobs handed back so far */
	struct proxy_wait *proxy_waits; /* proxies' names being looked up, doubly linked */
	struct job *early; /* ended before they reached the engine */
	struct loop_timer turn_timer, trim_timer;
};

/* Loop thread, from turn(): the job is complete and goes back to the caller. */
void fetch_done(struct fetch *f, struct job *j);
/* Loop thread: the job is in flight, and is not any more. */
void fetch_share_begin(struct fetch *f, const struct job *j);
void fetch_share_end(struct fetch *f, const struct job *j);
/* What a transfer that is in flight may receive now, bytes a second; 0 = as much as comes. *ret_n: how many share. Any thread. */
uint64_t fetch_share_bps(const struct fetch *f, const struct job *j, uint32_t *ret_n);
/* Loop thread: another turn is to come before the loop sleeps. */
void fetch_turn_soon(struct fetch *f);

#endif
