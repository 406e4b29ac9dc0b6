/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/order.h"
#include "crawler/pipeline.h"

/* How often it is looked whether the run has ended meanwhile. */
#define ORDER_LOOK_US (20 * CLOCK_US_PER_MS)

int
order_new(enum order_kind kind, struct order **ret_order)
{
	struct order *o = calloc(1, sizeof(*o));
	pthread_condattr_t attr;

	if (o == NULL)
		return -ENOMEM;
	o->kind = kind;
	o->refs = 1;
	pthread_mutex_init(&o->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->done, &attr);
	pthread_condattr_destroy(&attr);
	*ret_order = o;
	return 0;
}

void
order_unref(struct order *o)
{
	if (o == NULL || atomic_fetch_sub(&o->refs, 1) != 1)
		return;
	pthread_cond_destroy(&o->done);
	pthread_mutex_destroy(&o->lock);
	free(o->host);
	free(o->hosts);
	free(o);
}

void
order_add_hosts(struct order *o, const struct frontier_host *hosts, size_t n)
{
	struct frontier_host *all;

	pthread_mutex_lock(&o->lock);
	all = n > 0 ? reallocarray(o->hosts, o->n_hosts + n, sizeof(*all)) : NULL;
	if (all != NULL) {
		memcpy(all + o->n_hosts, hosts, n * sizeof(*all));
		o->hosts = all;
		o->n_hosts += n;
	}
	pthread_mutex_unlock(&o->lock);
}

struct frontier_host *
order_take_hosts(struct order *o, size_t *ret_n)
{
	struct frontier_host *hosts;

	pthread_mutex_lock(&o->lock);
	hosts = TAKE(o->hosts);
	*ret_n = o->n_hosts;
	o->n_hosts = 0;
	pthread_mutex_unlock(&o->lock);
	return hosts;
}

void
order_done(struct order *o, unsigned found)
{
	pthread_mutex_lock(&o->lock);
	o->found += found;
	if (--o->n_open == 0)
		pthread_cond_signal(&o->done);
	pthread_mutex_unlock(&o->lock);
	order_unref(o);
}

unsigned
order_found(struct order *o)
{
	unsigned found;

	pthread_mutex_lock(&o->lock);
	found = o->found;
	pthread_mutex_unlock(&o->lock);
	return found;
}

unsigned
order_send(struct run *run, struct order *o)
{
	unsigned i, refused = 0;

	o->n_open = run->n_loops;
	for (i = 0; i < run->n_loops; i++) {
		atomic_fetch_add(&o->refs, 1);
		/* Its queue is full: it has not had a turn for a long time. */
		if (pipeline_order(run->loops[i], o) < 0) {
			refused++;
			order_unref(o);
		}
	}
	return refused;
}

bool
order_has_room(const struct run *run)
{
	unsigned i;

	for (i = 0; i < run->n_loops && pipeline_has_room_for_order(run->loops[i]); i++)
		;
	return i == run->n_loops || atomic_load(&run->finished);
}

bool
order_is_done(struct order *o)
{
	bool done;

	pthread_mutex_lock(&o->lock);
	done = o->n_open == 0;
	pthread_mutex_unlock(&o->lock);
	return done;
}

int
order_give(struct run *run, struct order *o)
{
	int64_t end_us = clock_mono_us() + ORDER_WAIT_US, look_us;
	bool done;

	if (order_send(run, o) > 0)
		return atomic_load(&run->finished) ? 0 : -EAGAIN;
	pthread_mutex_lock(&o->lock);
	while (o->n_open > 0 && !atomic_load(&run->finished) && (look_us = clock_mono_us()) < end_us) {
		struct timespec ts;

		look_us += ORDER_LOOK_US;
		ts = (struct timespec){ look_us / CLOCK_US_PER_SEC, look_us % CLOCK_US_PER_SEC * 1000 };
		(void)pthread_cond_timedwait(&o->done, &o->lock, &ts);
	}
	done = o->n_open == 0;
	pthread_mutex_unlock(&o->lock);
	return done || atomic_load(&run->finished) ? 0 : -ETIMEDOUT;
}
