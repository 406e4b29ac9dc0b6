/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"

#define LOOP_MAGIC        0x4c4f4f50u
#define LOOP_EVENTS       256
#define LOOP_PREPARE_MAX  8
#define LOOP_MAX_WAIT_US  (3600 * CLOCK_US_PER_SEC)

struct loop_io {
	loop_io_fn fn; /* NULL = not watched */
	void *arg;
	uint32_t events;
	uint32_t generation; /* rises with every add: an event of an earlier life is dropped */
};

struct loop {
	uint32_t magic;
	int epfd, wakefd;
	_Atomic bool stop, waking;
	/* owner: the thread in loop_run */
	struct loop_io *io; /* by descriptor */
	size_t n_io;
	struct loop_timer **heap; /* 1-based; the earliest is heap[1] */
	size_t n_heap, heap_cap;
	struct {
		loop_prepare_fn fn;
		void *arg;
	} prepare[LOOP_PREPARE_MAX];
	size_t n_prepare;
	int64_t now_us, idle_us;
	bool in_timers, only_ms;
};

int
loop_new(struct loop **ret_loop)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct loop *l = calloc(1, sizeof(*l));
	int r;

	if (l == NULL)
		return -ENOMEM;
	l->magic = LOOP_MAGIC;
	l->wakefd = -1;
	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epfd < 0) {
		r = -errno;
		goto out;
	}
	l->wakefd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->wakefd < 0) {
		r = -errno;
		goto out;
	}
	ev.data.u64 = (uint32_t)l->wakefd;
	if (epoll_ctl(l->epfd, EPOLL_CTL_ADD, l->wakefd, &ev) < 0) {
		r = -errno;
		goto out;
	}
	l->now_us = clock_mono_us();
	*ret_loop = l;
	return 0;
out:
	loop_free(l);
	return r;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	CHECK_MAGIC(l, LOOP_MAGIC);
	if (l->epfd >= 0)
		(void)close(l->epfd);
	if (l->wakefd >= 0)
		(void)close(l->wakefd);
	free(l->io);
	free(l->heap);
	l->magic = 0;
	free(l);
}

static uint64_t
loop_io_token(const struct loop *l, int fd)
{
	return (uint64_t)l->io[fd].generation << 32 | (uint32_t)fd;
}

int
loop_io_add(struct loop *l, int fd, uint32_t epoll_events, loop_io_fn fn, void *arg)
{
	struct epoll_event ev = { .events = epoll_events };
	struct loop_io *io;

	CHECK(fd >= 0 && fn != NULL);
	if ((size_t)fd >= l->n_io) {
		size_t n = l->n_io < 64 ? 64 : l->n_io * 2;

		if (n <= (size_t)fd)
			n = (size_t)fd + 1;
		io = realloc(l->io, n * sizeof(*io));
		if (io == NULL)
			return -ENOMEM;
		memset(io + l->n_io, 0, (n - l->n_io) * sizeof(*io));
		l->io = io;
		l->n_io = n;
	}
	io = &l->io[fd];
	CHECK(io->fn == NULL);
	io->generation++;
	ev.data.u64 = loop_io_token(l, fd);
	if (epoll_ctl(l->epfd, EPOLL_CTL_ADD, fd, &ev) < 0)
		return -errno;
	io->fn = fn;
	io->arg = arg;
	io->events = epoll_events;
	return 0;
}

int
loop_io_mod(struct loop *l, int fd, uint32_t epoll_events)
{
	struct epoll_event ev = { .events = epoll_events };

	CHECK(loop_io_has(l, fd));
	if (l->io[fd].events == epoll_events)
		return 0;
	ev.data.u64 = loop_io_token(l, fd);
	if (epoll_ctl(l->epfd, EPOLL_CTL_MOD, fd, &ev) < 0)
		return -errno;
	l->io[fd].events = epoll_events;
	return 0;
}

void
loop_io_forget(struct loop *l, int fd)
{
	if (loop_io_has(l, fd))
		l->io[fd].fn = NULL;
}

void
loop_io_del(struct loop *l, int fd)
{
	if (!loop_io_has(l, fd))
		return;
	l->io[fd].fn = NULL;
	/* EBADF and ENOENT: closed behind our back, the kernel has forgotten it already. */
	(void)epoll_ctl(l->epfd, EPOLL_CTL_DEL, fd, NULL);
}

bool
loop_io_has(const struct loop *l, int fd)
{
	return fd >= 0 && (size_t)fd < l->n_io && l->io[fd].fn != NULL;
}

/* The heap: heap[i] <= heap[2i], heap[2i+1]; each timer knows its place. */
static void
heap_place(struct loop *l, size_t i, struct loop_timer *t)
{
	l->heap[i] = t;
	t->heap_slot = i;
}

static void
heap_up(struct loop *l, size_t i, struct loop_timer *t)
{
	while (i > 1 && l->heap[i / 2]->due_us > t->due_us) {
		heap_place(l, i, l->heap[i / 2]);
		i /= 2;
	}
	heap_place(l, i, t);
}

static void
heap_down(struct loop *l, size_t i, struct loop_timer *t)
{
	size_t child;

	while ((child = i * 2) <= l->n_heap) {
		if (child < l->n_heap && l->heap[child + 1]->due_us < l->heap[child]->due_us)
			child++;
		if (l->heap[child]->due_us >= t->due_us)
			break;
		heap_place(l, i, l->heap[child]);
		i = child;
	}
	heap_place(l, i, t);
}

int
loop_timer_set(struct loop *l, struct loop_timer *t, int64_t due_us)
{
	int64_t old_us = t->due_us;

	CHECK(t->fn != NULL);
	/* Set for "now" by a timer: the next turn, so that a chain of them cannot starve the sockets. */
	if (l->in_timers && due_us <= l->now_us)
		due_us = l->now_us + 1;
	t->due_us = due_us;
	if (t->heap_slot == 0) {
		if (l->n_heap + 2 > l->heap_cap) {
			size_t cap = l->heap_cap < 64 ? 64 : l->heap_cap * 2;
			struct loop_timer **heap = realloc(l->heap, cap * sizeof(struct loop_timer *));

			if (heap == NULL)
				return -ENOMEM;
			l->heap = heap;
			l->heap_cap = cap;
		}
		heap_up(l, ++l->n_heap, t);
	} else if (due_us < old_us) {
		heap_up(l, t->heap_slot, t);
	} else {
		heap_down(l, t->heap_slot, t);
	}
	return 0;
}

void
loop_timer_cancel(struct loop *l, struct loop_timer *t)
{
	size_t i = t->heap_slot;
	struct loop_timer *last;

	if (i == 0)
		return;
	CHECK(i <= l->n_heap && l->heap[i] == t);
	t->heap_slot = 0;
	last = l->heap[l->n_heap--];
	if (last == t)
		return;
	if (i > 1 && l->heap[i / 2]->due_us > last->due_us)
		heap_up(l, i, last);
	else
		heap_down(l, i, last);
}

void
loop_prepare_add(struct loop *l, loop_prepare_fn fn, void *arg)
{
	CHECK(l->n_prepare < LOOP_PREPARE_MAX);
	l->prepare[l->n_prepare].fn = fn;
	l->prepare[l->n_prepare++].arg = arg;
}

int64_t
loop_now_us(const struct loop *l)
{
	return l->now_us;
}

int64_t
loop_idle_us(const struct loop *l)
{
	return l->idle_us;
}

static void
loop_run_timers(struct loop *l)
{
	l->in_timers = true;
	while (l->n_heap > 0 && l->heap[1]->due_us <= l->now_us) {
		struct loop_timer *t = l->heap[1];

		loop_timer_cancel(l, t);
		t->fn(t->arg);
	}
	l->in_timers = false;
}

static void
loop_drain_wake(struct loop *l)
{
	uint64_t n;

	/*
	 * In this order. The other way round, a wake-up between the two would be read away with `waking` left set, and
	 * nobody could wake the loop any more. One that comes between them now is not written, but what it stands for was
	 * there before it: the prepare hooks of this turn see it.
	 */
	if (read(l->wakefd, &n, sizeof(n)) < 0) {
		/* EAGAIN: already drained */
	}
	atomic_store(&l->waking, false);
}

static int
loop_epoll(struct loop *l, struct epoll_event *ev, int64_t wait_us)
{
#ifdef HAVE_EPOLL_PWAIT2
	struct timespec ts = { .tv_sec = wait_us / CLOCK_US_PER_SEC, .tv_nsec = wait_us % CLOCK_US_PER_SEC * 1000 };
	int n;

	/* Kernels before 5.11 have only milliseconds. */
	if (!l->only_ms) {
		n = epoll_pwait2(l->epfd, ev, LOOP_EVENTS, &ts, NULL);
		/* EPERM: what old seccomp profiles of containers answer for a call they do not know. */
		if (n >= 0 || (errno != ENOSYS && errno != EPERM))
			return n;
		l->only_ms = true;
	}
#endif
	/* Rounded up: waking a millisecond early would only spin. */
	return epoll_wait(l->epfd, ev, LOOP_EVENTS, (int)((wait_us + 999) / 1000));
}

static int
loop_wait(struct loop *l)
{
	struct epoll_event ev[LOOP_EVENTS];
	int64_t wait_us = LOOP_MAX_WAIT_US, before_us;
	int i, n;

	before_us = clock_mono_us();
	if (l->n_heap > 0) {
		wait_us = l->heap[1]->due_us - before_us;
		if (wait_us < 0)
			wait_us = 0;
		if (wait_us > LOOP_MAX_WAIT_US)
			wait_us = LOOP_MAX_WAIT_US;
	}
	n = loop_epoll(l, ev, wait_us);
	if (n < 0 && errno != EINTR)
		return -errno;
	l->now_us = clock_mono_us();
	l->idle_us += l->now_us - before_us;
	for (i = 0; i < n; i++) {
		int fd = (int)(uint32_t)ev[i].data.u64;
		struct loop_io *io;

		if (fd == l->wakefd) {
			loop_drain_wake(l);
			continue;
		}
		io = &l->io[fd];
		if (io->fn == NULL || io->generation != (uint32_t)(ev[i].data.u64 >> 32))
			continue;
		io->fn(io->arg, fd, ev[i].events);
	}
	return 0;
}

int
loop_run(struct loop *l)
{
	size_t i;
	int r;

	CHECK_MAGIC(l, LOOP_MAGIC);
	while (!atomic_load(&l->stop)) {
		l->now_us = clock_mono_us();
		loop_run_timers(l);
		for (i = 0; i < l->n_prepare; i++)
			l->prepare[i].fn(l->prepare[i].arg);
		if (atomic_load(&l->stop))
			break;
		r = loop_wait(l);
		if (r < 0)
			return r;
	}
	return 0;
}

void
loop_stop(struct loop *l)
{
	atomic_store(&l->stop, true);
	loop_wake(l);
}

void
loop_again(struct loop *l)
{
	CHECK_MAGIC(l, LOOP_MAGIC);
	atomic_store(&l->stop, false);
}

void
loop_wake(struct loop *l)
{
	uint64_t one = 1;

	if (atomic_exchange(&l->waking, true))
		return;
	if (write(l->wakefd, &one, sizeof(one)) < 0) {
		/* EAGAIN: the counter is full, so the loop is awake */
	}
}

void
loop_wake_fn(void *arg)
{
	loop_wake(arg);
}
