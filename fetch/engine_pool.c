/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The thread engines: an executor of T threads, each with an easy handle of its own; "serial" is the one with T = 1.
 *
 *	start() --pending--> turn() --todo--> pool/N: run_one() --results--> turn() --> fetch_done()
 *
 * Both queues hold as many jobs as can be in flight, so no send ever blocks. Jobs go over together, once per turn.
 *
 * A thread drives its handle through a multi handle of its own, which is what curl_easy_perform() does too; but so the
 * thread can be woken (curl_multi_wakeup) when the run is to stop, instead of being noticed after up to a second.
 */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/chan.h"
#include "base/thread.h"
#include "fetch/xfer.h"

#define POOL_MAGIC        0x504f4f4cu
#define POOL_BATCH        64
#define POOL_POLL_MS      1000
/* Per thread: enough to come back to a few hosts, few enough that idle ones do not pile up on any of them. */
#define POOL_CONNECTIONS  8L

struct pool_thread {
	struct pool *pool;
	pthread_t thread;
	bool started;
	/* owner: the thread itself (but for curl_multi_wakeup) */
	CURLM *multi;
	struct xfer *xfer;
};

struct pool {
	uint32_t magic;
	/* immutable after pool_new */
	struct fetch *fetch;
	struct chan *todo, *results;
	unsigned n_threads;
	/* atomic */
	_Atomic bool stopped;
	/* owner: loop thread */
	struct job *pending, **pending_tail;
	struct pool_thread threads[];
};

static void
run_transfer(struct pool_thread *t)
{
	int running = 1;

	while (running > 0 && !atomic_load_explicit(&t->pool->stopped, memory_order_relaxed)) {
		xfer_share(t->xfer);
		if (curl_multi_perform(t->multi, &running) != CURLM_OK)
			return;
		if (running > 0 && curl_multi_poll(t->multi, NULL, 0, POOL_POLL_MS, NULL) != CURLM_OK)
			return;
	}
}

/* One run of the handle. False: it did not come to a result. */
static bool
run_handle(struct pool_thread *t, CURLcode *ret_code)
{
	CURLMsg *msg;
	bool done;
	int left;

	if (curl_multi_add_handle(t->multi, t->xfer->easy) != CURLM_OK)
		return false;
	run_transfer(t);
	msg = curl_multi_info_read(t->multi, &left);
	done = msg != NULL && msg->msg == CURLMSG_DONE;
	if (done)
		*ret_code = msg->data.result;
	(void)curl_multi_remove_handle(t->multi, t->xfer->easy);
	return done;
}

/* Fills in the job. */
static void
run_one(struct pool_thread *t, struct job *j)
{
	CURLcode code = CURLE_OK;
	bool done;

	if (atomic_load_explicit(&t->pool->stopped, memory_order_relaxed)) {
		j->outcome = OUTCOME_INTERRUPTED;
		return;
	}
	if (xfer_begin(t->xfer, j) < 0) {
		j->outcome = OUTCOME_NO_MEMORY;
		return;
	}
	do
		done = run_handle(t, &code);
	while (done && xfer_again(t->xfer, code));
	if (done) {
		(void)xfer_end(t->xfer, code);
		return;
	}
	(void)xfer_interrupt(t->xfer);
	if (!atomic_load_explicit(&t->pool->stopped, memory_order_relaxed))
		j->outcome = OUTCOME_NO_RESOURCES; /* add, perform or poll failed */
}

static void *
pool_thread_main(void *arg)
{
	struct pool_thread *t = arg;
	void *item;

	CHECK_MAGIC(t->pool, POOL_MAGIC);
	while (chan_recv(t->pool->todo, &item, 1) > 0) {
		run_one(t, item);
		CHECK(chan_send(t->pool->results, item) == 0);
	}
	return NULL;
}

static void
pool_start(void *engine, struct job *j)
{
	struct pool *p = engine;

	CHECK_MAGIC(p, POOL_MAGIC);
	if (p->pending == NULL && !p->fetch->in_turn)
		fetch_turn_soon(p->fetch);
	j->next = NULL;
	*p->pending_tail = j;
	p->pending_tail = &j->next;
}

static void
send_pending(struct pool *p)
{
	void *items[POOL_BATCH];
	struct job *j;
	size_t n;

	while (p->pending != NULL) {
		for (n = 0, j = p->pending; j != NULL && n < POOL_BATCH; j = j->next)
			items[n++] = j;
		p->pending = j;
		CHECK(chan_try_send(p->todo, items, n) == n);
	}
	p->pending_tail = &p->pending;
}

static void
pool_turn(void *engine)
{
	struct pool *p = engine;
	void *items[POOL_BATCH];
	size_t i, n;

	CHECK_MAGIC(p, POOL_MAGIC);
	do {
		n = chan_try_recv(p->results, items, POOL_BATCH);
		for (i = 0; i < n; i++)
			fetch_done(p->fetch, items[i]);
	} while (n == POOL_BATCH);
	send_pending(p);
}

static void
pool_stop(void *engine)
{
	struct pool *p = engine;
	unsigned i;

	CHECK_MAGIC(p, POOL_MAGIC);
	atomic_store(&p->stopped, true);
	for (i = 0; i < p->n_threads; i++)
		(void)curl_multi_wakeup(p->threads[i].multi);
	fetch_turn_soon(p->fetch);
}

static void
pool_free(void *engine)
{
	struct pool *p = engine;
	unsigned i;

	if (p == NULL)
		return;
	CHECK_MAGIC(p, POOL_MAGIC);
	if (p->todo != NULL)
		chan_close(p->todo);
	for (i = 0; i < p->n_threads; i++) {
		struct pool_thread *t = &p->threads[i];

		if (t->started)
			CHECK(pthread_join(t->thread, NULL) == 0);
		if (t->multi != NULL)
			(void)curl_multi_cleanup(t->multi);
		xfer_free(t->xfer);
	}
	chan_free(p->todo);
	chan_free(p->results);
	p->magic = 0;
	free(p);
}

static int
thread_init(struct pool *p, unsigned i)
{
	struct pool_thread *t = &p->threads[i];
	char name[16];
	int r;

	t->pool = p;
	t->multi = curl_multi_init();
	if (t->multi == NULL || curl_multi_setopt(t->multi, CURLMOPT_MAXCONNECTS, POOL_CONNECTIONS) != CURLM_OK)
		return -ENOMEM;
	r = xfer_new(p->fetch, NULL, NULL, &t->xfer);
	if (r < 0)
		return r;
	(void)snprintf(name, sizeof(name), "pool/%u", p->fetch->config.loop_index * p->n_threads + i);
	r = thread_start(&t->thread, name, pool_thread_main, t);
	t->started = r == 0;
	return r;
}

static int
pool_new(struct fetch *f, void **ret_engine)
{
	unsigned i, n = f->config.engine == FETCH_SERIAL ? 1 : f->config.threads;
	struct pool *p = calloc(1, sizeof(*p) + n * sizeof(p->threads[0]));
	int r;

	if (p == NULL)
		return -ENOMEM;
	p->magic = POOL_MAGIC;
	p->fetch = f;
	p->n_threads = n;
	p->pending_tail = &p->pending;
	r = chan_new(f->connections_max, NULL, NULL, &p->todo);
	if (r == 0)
		r = chan_new(f->connections_max, loop_wake_fn, f->loop, &p->results);
	for (i = 0; r == 0 && i < n; i++)
		r = thread_init(p, i);
	if (r < 0) {
		pool_free(p);
		return r;
	}
	*ret_engine = p;
	return 0;
}

const struct engine_ops engine_pool = {
	.new_fn = pool_new,
	.free_fn = pool_free,
	.start = pool_start,
	.turn = pool_turn,
	.stop = pool_stop,
};
