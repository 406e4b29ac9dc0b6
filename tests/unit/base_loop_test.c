/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No test here sleeps or measures: each waits for an event and looks at the order of what happened. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/chan.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/thread.h"

#define TIMERS 500

struct many {
	struct loop *l;
	struct loop_timer timers[TIMERS];
	int64_t last_due_us;
	unsigned fired, canceled, too_early, out_of_order;
	uint32_t seed;
	struct many_timer {
		struct many *m;
		unsigned i;
		bool set;
	} of[TIMERS];
};

static uint32_t
many_random(struct many *m)
{
	m->seed = m->seed * 1664525 + 1013904223;
	return m->seed >> 8;
}

static void
many_fire(void *arg)
{
	struct many_timer *of = arg;
	struct many *m = of->m;
	struct loop_timer *t = &m->timers[of->i];

	assert_true(of->set);
	of->set = false;
	assert_int_equal(t->heap_slot, 0);
	m->fired++;
	if (t->due_us > loop_now_us(m->l))
		m->too_early++;
	if (t->due_us < m->last_due_us)
		m->out_of_order++;
	m->last_due_us = t->due_us;
	if (m->fired + m->canceled == TIMERS)
		loop_stop(m->l);
}

/* Set, moved to and fro and cancelled at random: what is left fires once each, in order, none too early. */
static void
test_timers_in_order(void **state)
{
	static struct many m;
	int64_t now;
	unsigned i, k;

	m = (struct many){ .seed = 7 };
	assert_int_equal(loop_new(&m.l), 0);
	now = loop_now_us(m.l);
	for (i = 0; i < TIMERS; i++) {
		m.of[i] = (struct many_timer){ &m, i, true };
		loop_timer_init(&m.timers[i], many_fire, &m.of[i]);
		assert_int_equal(loop_timer_set(m.l, &m.timers[i], now + many_random(&m) % 20000), 0);
	}
	for (k = 0; k < 2000; k++) {
		i = many_random(&m) % TIMERS;
		if (!m.of[i].set)
			continue;
		if (k % 8 == 0) {
			loop_timer_cancel(m.l, &m.timers[i]);
			loop_timer_cancel(m.l, &m.timers[i]);
			m.of[i].set = false;
			m.canceled++;
		} else {
			assert_int_equal(loop_timer_set(m.l, &m.timers[i], now + many_random(&m) % 20000), 0);
		}
	}
	assert_true(m.canceled > 100 && m.canceled < TIMERS);
	assert_int_equal(loop_run(m.l), 0);
	assert_int_equal(m.fired + m.canceled, TIMERS);
	assert_int_equal(m.too_early, 0);
	assert_int_equal(m.out_of_order, 0);
	loop_free(m.l);
}

struct pipes {
	struct loop *l;
	int fd[4][2];
	unsigned calls[4];
	struct loop_timer timer;
	unsigned timer_calls, prepares;
	char order[64];
	size_t n_order;
};

static void
pipes_open(struct pipes *p)
{
	unsigned i;

	*p = (struct pipes){ .l = NULL };
	assert_int_equal(loop_new(&p->l), 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(pipe2(p->fd[i], O_NONBLOCK | O_CLOEXEC), 0);
}

static void
pipes_close(struct pipes *p)
{
	unsigned i;

	loop_free(p->l);
	for (i = 0; i < 4; i++) {
		close(p->fd[i][0]);
		close(p->fd[i][1]);
	}
}

static void
note(struct pipes *p, char c)
{
	if (p->n_order < sizeof(p->order) - 1)
		p->order[p->n_order++] = c;
}

/* Whoever is called first removes the other: its event, already in epoll's hands, must not be delivered. */
static void
remove_the_other(void *arg, int fd, uint32_t events)
{
	struct pipes *p = arg;
	int other = fd == p->fd[0][0] ? 1 : 0;

	p->calls[1 - other]++;
	loop_io_del(p->l, p->fd[other][0]);
	loop_stop(p->l);
}

static void
test_removed_in_the_same_turn(void **state)
{
	struct pipes p;

	pipes_open(&p);
	assert_int_equal(loop_io_add(p.l, p.fd[0][0], EPOLLIN, remove_the_other, &p), 0);
	assert_int_equal(loop_io_add(p.l, p.fd[1][0], EPOLLIN, remove_the_other, &p), 0);
	assert_int_equal(write(p.fd[0][1], "x", 1), 1);
	assert_int_equal(write(p.fd[1][1], "x", 1), 1);
	assert_int_equal(loop_run(p.l), 0);
	assert_int_equal(p.calls[0] + p.calls[1], 1);
	pipes_close(&p);
}

static void
stop_on(void *arg, int fd, uint32_t events)
{
	struct pipes *p = arg;

	p->calls[3]++;
	assert_true(events & EPOLLIN);
	loop_stop(p->l);
}

static void
never(void *arg, int fd, uint32_t events)
{
	struct pipes *p = arg;

	p->calls[2]++;
}

/* Whoever is called first removes and re-adds the other's descriptor with another callback: the event of the
 * earlier life is dropped, the new one's comes with the next turn. */
static void
replace_the_other(void *arg, int fd, uint32_t events)
{
	struct pipes *p = arg;
	int other = fd == p->fd[0][0] ? 1 : 0;

	p->calls[1 - other]++;
	loop_io_del(p->l, fd);
	loop_io_del(p->l, p->fd[other][0]);
	assert_false(loop_io_has(p->l, p->fd[other][0]));
	assert_int_equal(loop_io_add(p->l, p->fd[other][0], EPOLLIN, stop_on, p), 0);
	note(p, 'r');
}

static void
note_prepare(void *arg)
{
	note(arg, 'p');
}

static void
test_replaced_in_the_same_turn(void **state)
{
	struct pipes p;

	pipes_open(&p);
	loop_prepare_add(p.l, note_prepare, &p);
	assert_int_equal(loop_io_add(p.l, p.fd[0][0], EPOLLIN, replace_the_other, &p), 0);
	assert_int_equal(loop_io_add(p.l, p.fd[1][0], EPOLLIN, replace_the_other, &p), 0);
	assert_int_equal(write(p.fd[0][1], "x", 1), 1);
	assert_int_equal(write(p.fd[1][1], "x", 1), 1);
	assert_int_equal(loop_run(p.l), 0);
	assert_int_equal(p.calls[0] + p.calls[1], 1);
	assert_int_equal(p.calls[3], 1);
	assert_string_equal(p.order, "prp");
	pipes_close(&p);
}

static void
drain_then_mod(void *arg, int fd, uint32_t events)
{
	struct pipes *p = arg;
	char c;

	note(p, (events & EPOLLIN) != 0 ? 'i' : (events & EPOLLHUP) != 0 ? 'h' : '?');
	if (events & EPOLLIN) {
		assert_int_equal(read(fd, &c, 1), 1);
		assert_int_equal(loop_io_mod(p->l, fd, 0), 0);
		/* Not asked for any more, but the end still comes. */
		close(p->fd[0][1]);
		p->fd[0][1] = -1;
	} else {
		loop_io_del(p->l, fd);
		loop_io_del(p->l, fd);
		loop_stop(p->l);
	}
}

static void
test_mod_and_hang_up(void **state)
{
	struct pipes p;

	pipes_open(&p);
	assert_int_equal(loop_io_add(p.l, p.fd[0][0], EPOLLIN, drain_then_mod, &p), 0);
	assert_int_equal(write(p.fd[0][1], "x", 1), 1);
	assert_int_equal(loop_run(p.l), 0);
	assert_string_equal(p.order, "ih");
	pipes_close(&p);
}

/* A descriptor closed by its library, whose number then comes back with another file. */
static void
test_forget_and_number_reused(void **state)
{
	struct pipes p;
	int fd, copy;

	pipes_open(&p);
	fd = p.fd[0][0];
	assert_int_equal(loop_io_add(p.l, fd, EPOLLIN, never, &p), 0);
	close(fd);
	loop_io_forget(p.l, fd);
	assert_false(loop_io_has(p.l, fd));
	copy = fcntl(p.fd[1][0], F_DUPFD_CLOEXEC, fd);
	assert_int_equal(copy, fd);
	assert_int_equal(loop_io_add(p.l, copy, EPOLLIN, stop_on, &p), 0);
	assert_int_equal(write(p.fd[1][1], "x", 1), 1);
	assert_int_equal(loop_run(p.l), 0);
	assert_int_equal(p.calls[3], 1);
	assert_int_equal(p.calls[2], 0);
	loop_io_del(p.l, copy);
	pipes_close(&p);
}

static void
test_add_refuses_what_cannot_be_watched(void **state)
{
	char path[] = "/tmp/lycosa-loop-XXXXXX";
	struct loop *l;
	int fd = mkstemp(path), used = dup(fd);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(loop_new(&l), 0);
	assert_int_equal(loop_io_add(l, fd, EPOLLIN, never, NULL), -EPERM); /* a regular file */
	assert_false(loop_io_has(l, fd));
	close(used);
	assert_int_equal(loop_io_add(l, used, EPOLLIN, never, NULL), -EBADF);
	assert_false(loop_io_has(l, used));
	assert_false(loop_io_has(l, -1));
	assert_false(loop_io_has(l, 100000));
	loop_io_del(l, 100000);
	loop_free(l);
	close(fd);
}

static void
timer_again(void *arg)
{
	struct pipes *p = arg;

	note(p, 't');
	/* Due "now", for ever: the sockets must get their turn all the same. */
	assert_int_equal(loop_timer_set(p->l, &p->timer, loop_now_us(p->l)), 0);
	assert_true(++p->timer_calls < 1000);
}

static void
test_timers_do_not_starve_sockets(void **state)
{
	struct pipes p;

	pipes_open(&p);
	loop_timer_init(&p.timer, timer_again, &p);
	assert_int_equal(loop_timer_set(p.l, &p.timer, 0), 0);
	assert_int_equal(loop_io_add(p.l, p.fd[0][0], EPOLLIN, stop_on, &p), 0);
	assert_int_equal(write(p.fd[0][1], "x", 1), 1);
	assert_int_equal(loop_run(p.l), 0);
	assert_int_equal(p.calls[3], 1);
	pipes_close(&p);
}

struct peer {
	struct loop *l;
	struct chan *c;
	unsigned got;
};

#define PEER_ITEMS 50000

static void *
peer_send(void *arg)
{
	struct peer *peer = arg;
	uintptr_t i;

	for (i = 1; i <= PEER_ITEMS; i++)
		if (chan_send(peer->c, (void *)i) != 0)
			return NULL;
	return arg;
}

static void
peer_take(void *arg)
{
	struct peer *peer = arg;
	void *items[3];
	size_t n, i;

	/* All of it, since a wake comes only when the channel goes from empty to not empty. */
	while ((n = chan_try_recv(peer->c, items, 3)) > 0) {
		for (i = 0; i < n; i++)
			assert_ptr_equal(items[i], (void *)(uintptr_t)++peer->got);
	}
	if (peer->got == PEER_ITEMS)
		loop_stop(peer->l);
}

/* No wake is lost: were one, this loop (which has no timer) would wait for an hour. */
static void
test_wakes_from_another_thread(void **state)
{
	struct peer peer = { .got = 0 };
	pthread_t thread;
	void *result;

	assert_int_equal(loop_new(&peer.l), 0);
	assert_int_equal(chan_new(16, loop_wake_fn, peer.l, &peer.c), 0);
	loop_prepare_add(peer.l, peer_take, &peer);
	assert_int_equal(thread_start(&thread, "peer", peer_send, &peer), 0);
	assert_int_equal(loop_run(peer.l), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, &peer);
	assert_int_equal(peer.got, PEER_ITEMS);
	chan_free(peer.c);
	loop_free(peer.l);
}

#define CROWD 4

struct crowd {
	struct peer peers[CROWD];
	unsigned n_done;
};

static void
crowd_take(void *arg)
{
	struct crowd *crowd = arg;
	void *item;
	unsigned i;

	/* One at a time: each channel becomes empty, and so is woken for, as often as can be. */
	for (i = 0; i < CROWD; i++) {
		struct peer *peer = &crowd->peers[i];

		while (chan_try_recv(peer->c, &item, 1) > 0)
			if (++peer->got == PEER_ITEMS)
				crowd->n_done++;
	}
	if (crowd->n_done == CROWD)
		loop_stop(crowd->peers[0].l);
}

/* Nor is one lost that comes while another is being noticed. */
static void
test_wakes_from_a_crowd(void **state)
{
	struct crowd crowd = { .n_done = 0 };
	pthread_t threads[CROWD];
	struct loop *l;
	void *result;
	unsigned i;

	assert_int_equal(loop_new(&l), 0);
	loop_prepare_add(l, crowd_take, &crowd);
	for (i = 0; i < CROWD; i++) {
		crowd.peers[i].l = l;
		assert_int_equal(chan_new(1, loop_wake_fn, l, &crowd.peers[i].c), 0);
	}
	for (i = 0; i < CROWD; i++)
		assert_int_equal(thread_start(&threads[i], "crowd", peer_send, &crowd.peers[i]), 0);
	assert_int_equal(loop_run(l), 0);
	for (i = 0; i < CROWD; i++) {
		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_ptr_equal(result, &crowd.peers[i]);
		chan_free(crowd.peers[i].c);
	}
	loop_free(l);
}

static void *
stop_it(void *arg)
{
	loop_stop(arg);
	return NULL;
}

static void
test_stopped_from_another_thread(void **state)
{
	struct loop *l;
	pthread_t thread;
	int i;

	for (i = 0; i < 50; i++) {
		assert_int_equal(loop_new(&l), 0);
		assert_int_equal(thread_start(&thread, "stopper", stop_it, l), 0);
		assert_int_equal(loop_run(l), 0);
		assert_int_equal(pthread_join(thread, NULL), 0);
		loop_free(l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timers_in_order),
		cmocka_unit_test(test_removed_in_the_same_turn),
		cmocka_unit_test(test_replaced_in_the_same_turn),
		cmocka_unit_test(test_mod_and_hang_up),
		cmocka_unit_test(test_forget_and_number_reused),
		cmocka_unit_test(test_add_refuses_what_cannot_be_watched),
		cmocka_unit_test(test_timers_do_not_starve_sockets),
		cmocka_unit_test(test_wakes_from_another_thread),
		cmocka_unit_test(test_wakes_from_a_crowd),
		cmocka_unit_test(test_stopped_from_another_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
