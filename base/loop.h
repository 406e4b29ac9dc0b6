/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loop.h: an event loop: epoll, a timer heap, and a way for other threads to wake it.
 *
 * It knows nothing of what it waits for: fetch/ hangs curl's and c-ares' sockets on it, parse/ its workers'.
 * (It is here and not in fetch/ because siblings may not include one another.)
 *
 * Order of calls: loop_new(); loop_io_add(), loop_timer_set(), loop_prepare_add(); loop_run() in the thread
 * that owns it; loop_stop(); loop_free(). All in the owner's thread but loop_wake() and loop_stop(), which
 * any thread may call.
 *
 * One turn: every expired timer; then every prepare hook (gathered work is sent here, once per turn); then
 * epoll_wait until the next timer, a descriptor or a wake; then the callbacks of ready descriptors.
 * A callback may add, change and remove any io or timer, its own too: an io that is removed in a turn is not
 * called any more in that turn, even when its struct is freed.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "base/check.h"

struct loop;

typedef void (*loop_io_fn)(void *arg, int fd, uint32_t epoll_events);
typedef void (*loop_timer_fn)(void *arg);
typedef void (*loop_prepare_fn)(void *arg);

/* Embedded by its user; owner: loop thread. */
struct loop_timer {
	loop_timer_fn fn;
	void *arg;
	int64_t due_us;   /* monotonic */
	size_t heap_slot; /* 1-based place in the heap, 0 = not set */
};

MUST_CHECK int loop_new(struct loop **ret_loop);
void loop_free(struct loop *l);

/*
 * Watches fd (borrowed; remove it before closing it). One callback per descriptor. epoll_events: EPOLLIN,
 * EPOLLOUT, EPOLLRDHUP, EPOLLET; EPOLLERR and EPOLLHUP always come. 0 or negative errno.
 */
MUST_CHECK int loop_io_add(struct loop *l, int fd, uint32_t epoll_events, loop_io_fn fn, void *arg);
MUST_CHECK int loop_io_mod(struct loop *l, int fd, uint32_t epoll_events);
void loop_io_del(struct loop *l, int fd);
/* The descriptor was closed by somebody else and the kernel has forgotten it: only our entry goes. */
void loop_io_forget(struct loop *l, int fd);
bool loop_io_has(const struct loop *l, int fd);

static inline void
loop_timer_init(struct loop_timer *t, loop_timer_fn fn, void *arg)
{
	*t = (struct loop_timer){ .fn = fn, .arg = arg };
}
/* Due at due_us (monotonic); moves a timer that is already set. 0 or -ENOMEM. */
MUST_CHECK int loop_timer_set(struct loop *l, struct loop_timer *t, int64_t due_us);
void loop_timer_cancel(struct loop *l, struct loop_timer *t);

/* Called once per turn, in the order added. At most 8. */
void loop_prepare_add(struct loop *l, loop_prepare_fn fn, void *arg);

/* The monotonic time at the start of this turn's callbacks: cheap and good enough to pace by. */
int64_t loop_now_us(const struct loop *l);

/* Runs until loop_stop(). 0, or negative errno if epoll fails. */
MUST_CHECK int loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* Behind a loop_run() that has returned 0: it may be run again, by another thread too. */
void loop_again(struct loop *l);
/* Makes the current or next wait return at once. */
void loop_wake(struct loop *l);
/* As chan_wake_fn: arg is the loop. */
void loop_wake_fn(void *arg);

/* Microseconds spent waiting in epoll since the start: for the bottleneck report. Owner's thread. */
int64_t loop_idle_us(const struct loop *l);

#endif
