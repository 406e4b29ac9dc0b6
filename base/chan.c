/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/chan.h"

struct chan {
	pthread_mutex_t lock;
	pthread_cond_t not_empty, not_full;
	/* guarded by lock */
	size_t head, len;
	bool closed, poked;
	unsigned receivers_waiting, senders_waiting;
	/* immutable after chan_new */
	size_t capacity;
	chan_wake_fn wake_fn;
	void *wake_arg;
	void *items[];
};

int
chan_new(size_t capacity, chan_wake_fn wake_fn, void *wake_arg, struct chan **ret_chan)
{
	pthread_condattr_t attr;
	struct chan *c;

	CHECK(capacity > 0);
	c = malloc(sizeof(*c) + capacity * sizeof(c->items[0]));
	if (c == NULL)
		return -ENOMEM;
	*c = (struct chan){ .capacity = 0 };
	CHECK(pthread_mutex_init(&c->lock, NULL) == 0);
	CHECK(pthread_condattr_init(&attr) == 0);
	CHECK(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	CHECK(pthread_cond_init(&c->not_empty, &attr) == 0);
	CHECK(pthread_cond_init(&c->not_full, &attr) == 0);
	(void)pthread_condattr_destroy(&attr);
	c->capacity = capacity;
	c->wake_fn = wake_fn;
	c->wake_arg = wake_arg;
	*ret_chan = c;
	return 0;
}

void
chan_free(struct chan *c)
{
	if (c == NULL)
		return;
	CHECK(pthread_mutex_destroy(&c->lock) == 0);
	(void)pthread_cond_destroy(&c->not_empty);
	(void)pthread_cond_destroy(&c->not_full);
	free(c);
}

/* With the lock held: queues up to n items, returns how many. */
static size_t
chan_put(struct chan *c, void *const *items, size_t n)
{
	size_t i;

	if (c->closed)
		return 0;
	if (n > c->capacity - c->len)
		n = c->capacity - c->len;
	for (i = 0; i < n; i++)
		c->items[(c->head + c->len + i) % c->capacity] = items[i];
	c->len += n;
	if (n > 0 && c->receivers_waiting > 0)
		(void)pthread_cond_signal(&c->not_empty);
	return n;
}

/* With the lock held: takes up to max items, returns how many. */
static size_t
chan_get(struct chan *c, void **ret_items, size_t max)
{
	size_t i, n = c->len < max ? c->len : max;

	for (i = 0; i < n; i++) {
		ret_items[i] = c->items[c->head];
		c->head = (c->head + 1) % c->capacity;
	}
	c->len -= n;
	if (n > 0 && c->senders_waiting > 0)
		(void)pthread_cond_broadcast(&c->not_full);
	if (c->len > 0 && c->receivers_waiting > 0)
		(void)pthread_cond_signal(&c->not_empty);
	return n;
}

int
chan_send(struct chan *c, void *item)
{
	bool was_empty;
	size_t n;

	pthread_mutex_lock(&c->lock);
	while (c->len == c->capacity && !c->closed) {
		c->senders_waiting++;
		pthread_cond_wait(&c->not_full, &c->lock);
		c->senders_waiting--;
	}
	was_empty = c->len == 0;
	n = chan_put(c, &item, 1);
	pthread_mutex_unlock(&c->lock);
	if (n == 0)
		return -EPIPE;
	if (was_empty && c->wake_fn != NULL)
		c->wake_fn(c->wake_arg);
	return 0;
}

size_t
chan_try_send(struct chan *c, void *const *items, size_t n)
{
	bool was_empty;

	pthread_mutex_lock(&c->lock);
	was_empty = c->len == 0;
	n = chan_put(c, items, n);
	pthread_mutex_unlock(&c->lock);
	if (n > 0 && was_empty && c->wake_fn != NULL)
		c->wake_fn(c->wake_arg);
	return n;
}

size_t
chan_recv(struct chan *c, void **ret_items, size_t max)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	while (c->len == 0 && !c->closed) {
		c->receivers_waiting++;
		pthread_cond_wait(&c->not_empty, &c->lock);
		c->receivers_waiting--;
	}
	n = chan_get(c, ret_items, max);
	pthread_mutex_unlock(&c->lock);
	return n;
}

size_t
chan_recv_until(struct chan *c, void **ret_items, size_t max, long long deadline_us)
{
	struct timespec ts = { .tv_sec = deadline_us / 1000000, .tv_nsec = deadline_us % 1000000 * 1000 };
	size_t n;
	int r = 0;

	pthread_mutex_lock(&c->lock);
	while (c->len == 0 && !c->closed && !c->poked && r != ETIMEDOUT) {
		c->receivers_waiting++;
		r = pthread_cond_timedwait(&c->not_empty, &c->lock, &ts);
		c->receivers_waiting--;
	}
	c->poked = false;
	n = chan_get(c, ret_items, max);
	pthread_mutex_unlock(&c->lock);
	return n;
}

void
chan_poke(struct chan *c)
{
	pthread_mutex_lock(&c->lock);
	c->poked = true;
	(void)pthread_cond_broadcast(&c->not_empty);
	pthread_mutex_unlock(&c->lock);
}

size_t
chan_try_recv(struct chan *c, void **ret_items, size_t max)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = chan_get(c, ret_items, max);
	pthread_mutex_unlock(&c->lock);
	return n;
}

void
chan_close(struct chan *c)
{
	pthread_mutex_lock(&c->lock);
	c->closed = true;
	(void)pthread_cond_broadcast(&c->not_empty);
	(void)pthread_cond_broadcast(&c->not_full);
	pthread_mutex_unlock(&c->lock);
	if (c->wake_fn != NULL)
		c->wake_fn(c->wake_arg);
}

bool
chan_is_closed(struct chan *c)
{
	bool closed;

	pthread_mutex_lock(&c->lock);
	closed = c->closed;
	pthread_mutex_unlock(&c->lock);
	return closed;
}

size_t
chan_len(struct chan *c)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = c->len;
	pthread_mutex_unlock(&c->lock);
	return n;
}
