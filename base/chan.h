/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chan.h: a bounded queue of pointers between threads (invariants J1 and J6).
 *
 * Order of calls: chan_new(), then any number of senders and receivers, chan_close(), receivers drain it
 * until -EPIPE, chan_free(). Sending hands the pointer's ownership on. Batches cost one lock each: senders
 * and receivers on a hot path gather what one turn of their loop produced.
 *
 * wake_fn, if given, is called without the lock held, by the sender, each time the queue goes from empty to
 * not empty: an event loop registers loop_wake() here and then takes with chan_try_recv().
 */
#ifndef BASE_CHAN_H
#define BASE_CHAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/check.h"

struct chan;

typedef void (*chan_wake_fn)(void *arg);

/* capacity: items, at least 1. 0 or -ENOMEM. */
MUST_CHECK int chan_new(size_t capacity, chan_wake_fn wake_fn, void *wake_arg, struct chan **ret_chan);
/* NULL is fine. Nobody may be inside; what is still queued is the caller's to have drained. */
void chan_free(struct chan *c);

/* Blocks while full. 0, or -EPIPE once closed (the item stays the caller's). */
MUST_CHECK int chan_send(struct chan *c, void *item);
/* Never blocks: sends the first k items that fit, returns k (0 when full or closed). */
MUST_CHECK size_t chan_try_send(struct chan *c, void *const *items, size_t n);

/* Blocks while empty. Number of items (>= 1), or 0 once closed and drained. */
MUST_CHECK size_t chan_recv(struct chan *c, void **ret_items, size_t max);
/* As chan_recv, but gives up at the monotonic time deadline_us; 0 then too (see chan_is_closed). */
MUST_CHECK size_t chan_recv_until(struct chan *c, void **ret_items, size_t max, long long deadline_us);
/* Who waits in chan_recv_until(), or is the next to, gets what is there, maybe 0, without waiting: there is something else to look at. */
void chan_poke(struct chan *c);
/* Never blocks. */
MUST_CHECK size_t chan_try_recv(struct chan *c, void **ret_items, size_t max);

/* No more sends; receivers get what is left. May be called more than once. */
void chan_close(struct chan *c);
bool chan_is_closed(struct chan *c);
/* A snapshot, for reports and back-pressure. */
size_t chan_len(struct chan *c);

#endif
