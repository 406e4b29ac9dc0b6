/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/crew.h"

struct member {
	struct crew *crew;
	pthread_t thread;
	/* guarded by crew->lock */
	bool called;
	thread_fn fn; /* NULL: it is not needed */
	void *arg;
};

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t call;
	unsigned n, n_sent;
	unsigned n_here; /* guarded by lock: threads that still look at this, and the caller */
	struct member members[];
};

static void
crew_leave_locked(struct crew *c)
{
	bool last = --c->n_here == 0;

	(void)pthread_mutex_unlock(&c->lock);
	if (!last)
		return;
	(void)pthread_cond_destroy(&c->call);
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

static void *
crew_stand_by(void *arg)
{
	struct member *m = arg;
	struct crew *c = m->crew;
	thread_fn fn;
	void *fn_arg;

	(void)pthread_mutex_lock(&c->lock);
	while (!m->called)
		(void)pthread_cond_wait(&c->call, &c->lock);
	fn = m->fn;
	fn_arg = m->arg;
	crew_leave_locked(c);
	return fn != NULL ? fn(fn_arg) : NULL;
}

static void
crew_call(struct crew *c, struct member *m, thread_fn fn, void *arg)
{
	(void)pthread_mutex_lock(&c->lock);
	m->fn = fn;
	m->arg = arg;
	m->called = true;
	(void)pthread_cond_broadcast(&c->call);
	(void)pthread_mutex_unlock(&c->lock);
}

int
crew_new(unsigned n, struct crew **ret_crew)
{
	struct crew *c = calloc(1, sizeof(*c) + n * sizeof(c->members[0]));
	int r = 0;

	if (c == NULL)
		return -ENOMEM;
	(void)pthread_mutex_init(&c->lock, NULL);
	(void)pthread_cond_init(&c->call, NULL);
	c->n_here = 1;
	while (r == 0 && c->n < n) {
		struct member *m = &c->members[c->n];

		m->crew = c;
		(void)pthread_mutex_lock(&c->lock);
		c->n_here++;
		(void)pthread_mutex_unlock(&c->lock);
		r = thread_start(&m->thread, "standby", crew_stand_by, m);
		if (r == 0) {
			c->n++;
			continue;
		}
		(void)pthread_mutex_lock(&c->lock);
		c->n_here--;
		(void)pthread_mutex_unlock(&c->lock);
	}
	if (r < 0) {
		crew_free(c);
		return r;
	}
	*ret_crew = c;
	return 0;
}

pthread_t
crew_send(struct crew *c, const char *name, thread_fn fn, void *arg)
{
	struct member *m = &c->members[c->n_sent];

	CHECK(c->n_sent < c->n && fn != NULL);
	c->n_sent++;
	thread_name(m->thread, name);
	crew_call(c, m, fn, arg);
	return m->thread;
}

void
crew_free(struct crew *c)
{
	if (c == NULL)
		return;
	for (; c->n_sent < c->n; c->n_sent++) {
		pthread_t thread = c->members[c->n_sent].thread;

		crew_call(c, &c->members[c->n_sent], NULL, NULL);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	(void)pthread_mutex_lock(&c->lock);
	crew_leave_locked(c);
}
