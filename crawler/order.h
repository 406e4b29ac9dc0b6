/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h: what the main thread has the loops do while they run. Each loop does it in its own thread, in its next turn.
 *
 * Order of calls: order_new(), filled in; order_give(), which waits until every loop has done it, or ORDER_WAIT_US; order_unref().
 * What was found out stands in the order then. A loop that has no time for so long does it later: an order is freed by who lets go
 * of it last. A loop that has ended does nothing.
 */
#ifndef CRAWLER_ORDER_H
#define CRAWLER_ORDER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "crawler/run.h"

#define ORDER_HOSTS   100
#define ORDER_WAIT_US (2 * CLOCK_US_PER_SEC)

enum order_kind {
	ORDER_TUNE,    /* tune */
	ORDER_FETCH,   /* of tune, what concerns fetch */
	ORDER_RESCOPE, /* the scope's rules have changed */
	ORDER_UNPARK,  /* host; found: of how many origins */
	ORDER_LOOK,    /* hosts: up to ORDER_HOSTS of each loop */
};

struct order_tune {
	unsigned connections;  /* of all loops together */
	uint64_t rate_bps, host_rate_bps; /* bytes a second, of all loops and of a host; 0 = no limit */
	struct frontier_tune frontier;
};

struct order {
	/* immutable once given */
	enum order_kind kind;
	struct order_tune tune;
	char *host;
	_Atomic unsigned refs;
	pthread_mutex_t lock;
	pthread_cond_t done;
	/* guarded by lock */
	unsigned n_open; /* loops that have not done it yet */
	unsigned found;
	struct frontier_host *hosts;
	size_t n_hosts;
};

/* 0 or -ENOMEM. */
MUST_CHECK int order_new(enum order_kind kind, struct order **ret_order);
void order_unref(struct order *o);
/* Main thread: has it done, without waiting for it. Returns how many loops will not: their queues are full. */
unsigned order_send(struct run *run, struct order *o);
/* Main thread: would every loop take one now? What an order tells of is done only then: half of the loops could not be told. */
bool order_has_room(const struct run *run);
/* Have all loops done it, each in a turn that began after order_give()? */
bool order_is_done(struct order *o);
/* Main thread. 0; -ETIMEDOUT: not all loops have done it yet, they will; -EAGAIN: a loop stands still, and will not. */
MUST_CHECK int order_give(struct run *run, struct order *o);
/* What has been found so far. */
unsigned order_found(struct order *o);
/* The hosts found so far: the caller's to free. */
struct frontier_host *order_take_hosts(struct order *o, size_t *ret_n);
/* For a loop: it has found these. What there is no memory for is left out. */
void order_add_hosts(struct order *o, const struct frontier_host *hosts, size_t n);
/* A loop has done it, and found so many. Lets go of it. */
void order_done(struct order *o, unsigned found);

#endif
