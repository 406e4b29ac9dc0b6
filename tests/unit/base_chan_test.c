/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/chan.h"
#include "base/clock.h"
#include "base/thread.h"

static void *
item(uintptr_t i)
{
	return (void *)i;
}

static void
test_first_in_first_out_and_bounded(void **state)
{
	void *in[7], *out[7];
	struct chan *c;
	uintptr_t i, next_in = 1, next_out = 1;
	int round;

	assert_int_equal(chan_new(5, NULL, NULL, &c), 0);
	assert_int_equal(chan_try_recv(c, out, 7), 0);
	/* Many rounds, so that the ring's seam is crossed at every offset. */
	for (round = 0; round < 40; round++) {
		size_t n, k;

		for (i = 0; i < 7; i++)
			in[i] = item(next_in + i);
		n = chan_try_send(c, in, 1 + (size_t)round % 7);
		assert_true(n <= 5 && chan_len(c) <= 5);
		next_in += n;
		if (round % 7 >= 4)
			assert_int_equal(chan_len(c), 5); /* more was offered than fits */
		n = chan_try_recv(c, out, 1 + (size_t)round % 3);
		for (k = 0; k < n; k++)
			assert_ptr_equal(out[k], item(next_out++));
	}
	while (chan_try_recv(c, out, 1) == 1)
		assert_ptr_equal(out[0], item(next_out++));
	assert_int_equal(next_in, next_out);
	assert_true(next_in > 40);
	chan_free(c);
}

static void
test_close_drains(void **state)
{
	void *items[3] = { item(1), item(2), item(3) }, *out[3];
	struct chan *c;

	assert_int_equal(chan_new(5, NULL, NULL, &c), 0);
	assert_int_equal(chan_try_send(c, items, 3), 3);
	assert_false(chan_is_closed(c));
	chan_close(c);
	chan_close(c);
	assert_true(chan_is_closed(c));
	assert_int_equal(chan_send(c, item(4)), -EPIPE);
	assert_int_equal(chan_try_send(c, items, 3), 0);
	assert_int_equal(chan_recv(c, out, 2), 2);
	assert_int_equal(chan_recv(c, out, 2), 1);
	assert_ptr_equal(out[0], item(3));
	assert_int_equal(chan_recv(c, out, 2), 0);
	assert_int_equal(chan_recv_until(c, out, 2, INT64_MAX / 2), 0);
	chan_free(c);
}

static void
test_deadline(void **state)
{
	struct chan *c;
	void *out[1];
	int64_t deadline;

	assert_int_equal(chan_new(1, NULL, NULL, &c), 0);
	assert_int_equal(chan_recv_until(c, out, 1, clock_mono_us() - 1), 0);
	deadline = clock_mono_us() + 20 * CLOCK_US_PER_MS;
	assert_int_equal(chan_recv_until(c, out, 1, deadline), 0);
	assert_true(clock_mono_us() >= deadline);
	assert_false(chan_is_closed(c));
	assert_int_equal(chan_send(c, item(9)), 0);
	/* What is there is given even when the deadline has passed. */
	assert_int_equal(chan_recv_until(c, out, 1, 0), 1);
	assert_ptr_equal(out[0], item(9));
	chan_free(c);
}

static void
test_poke_ends_a_wait(void **state)
{
	struct chan *c;
	void *out[1];

	assert_int_equal(chan_new(1, NULL, NULL, &c), 0);
	chan_poke(c);
	assert_int_equal(chan_recv_until(c, out, 1, INT64_MAX / 2), 0);
	assert_false(chan_is_closed(c));
	/* One only, and nothing is lost by it. */
	assert_int_equal(chan_recv_until(c, out, 1, clock_mono_us() + CLOCK_US_PER_MS), 0);
	assert_int_equal(chan_send(c, item(9)), 0);
	chan_poke(c);
	assert_int_equal(chan_recv_until(c, out, 1, INT64_MAX / 2), 1);
	assert_ptr_equal(out[0], item(9));
	chan_free(c);
}

static void
count_wake(void *arg)
{
	++*(int *)arg;
}

static void
test_wakes_when_it_becomes_not_empty(void **state)
{
	void *items[2] = { item(1), item(2) }, *out[2];
	struct chan *c;
	int wakes = 0;

	assert_int_equal(chan_new(4, count_wake, &wakes, &c), 0);
	assert_int_equal(chan_try_send(c, items, 0), 0);
	assert_int_equal(wakes, 0);
	assert_int_equal(chan_try_send(c, items, 2), 2);
	assert_int_equal(wakes, 1);
	assert_int_equal(chan_send(c, items[0]), 0);
	assert_int_equal(wakes, 1); /* was not empty */
	assert_int_equal(chan_try_recv(c, out, 2), 2);
	assert_int_equal(chan_send(c, items[0]), 0);
	assert_int_equal(wakes, 1); /* one was left, so the receiver is still awake */
	assert_int_equal(chan_try_recv(c, out, 2), 2);
	assert_int_equal(chan_send(c, items[0]), 0);
	assert_int_equal(wakes, 2);
	chan_close(c);
	assert_int_equal(wakes, 3); /* the end must be noticed too */
	chan_free(c);
}

#define SENDERS   3
#define RECEIVERS 3
#define PER_SENDER 20000

struct crowd {
	struct chan *c;
	_Atomic uint64_t sum, count;
	_Atomic uintptr_t out_of_order;
};

struct sender {
	struct crowd *crowd;
	uintptr_t id;
};

/* Items are id << 32 | sequence. One at a time, or in batches that may be cut short by a full queue. */
static void *
send_many(void *arg)
{
	struct sender *me = arg;
	uintptr_t seq = 1;

	while (seq <= PER_SENDER) {
		if (seq % 2 == 0) {
			if (chan_send(me->crowd->c, item(me->id << 32 | seq)) != 0)
				return NULL;
			seq++;
		} else {
			void *batch[5];
			uintptr_t n = PER_SENDER - seq + 1 < 5 ? PER_SENDER - seq + 1 : 5, i;

			for (i = 0; i < n; i++)
				batch[i] = item(me->id << 32 | (seq + i));
			n = chan_try_send(me->crowd->c, batch, n);
			seq += n;
			if (n == 0 && chan_send(me->crowd->c, batch[0]) == 0)
				seq++;
		}
	}
	return arg;
}

static void *
recv_many(void *arg)
{
	struct crowd *crowd = arg;
	uintptr_t last[SENDERS] = { 0 };
	void *batch[4];
	size_t i, n;

	while ((n = chan_recv(crowd->c, batch, 4)) > 0) {
		for (i = 0; i < n; i++) {
			uintptr_t v = (uintptr_t)batch[i], id = v >> 32, seq = v & 0xffffffff;

			if (seq <= last[id])
				crowd->out_of_order++;
			last[id] = seq;
			crowd->sum += seq;
			crowd->count++;
		}
	}
	return arg;
}

/* Every item arrives exactly once, and those of one sender in order; run under TSan by make sanitize. */
static void
test_many_senders_many_receivers(void **state)
{
	struct crowd crowd = { .c = NULL };
	struct sender senders[SENDERS];
	pthread_t tx[SENDERS], rx[RECEIVERS];
	void *result;
	size_t i;

	assert_int_equal(chan_new(7, NULL, NULL, &crowd.c), 0);
	for (i = 0; i < RECEIVERS; i++)
		assert_int_equal(thread_start(&rx[i], "receiver", recv_many, &crowd), 0);
	for (i = 0; i < SENDERS; i++) {
		senders[i] = (struct sender){ &crowd, i };
		assert_int_equal(thread_start(&tx[i], "sender", send_many, &senders[i]), 0);
	}
	for (i = 0; i < SENDERS; i++) {
		assert_int_equal(pthread_join(tx[i], &result), 0);
		assert_ptr_equal(result, &senders[i]);
	}
	chan_close(crowd.c);
	for (i = 0; i < RECEIVERS; i++)
		assert_int_equal(pthread_join(rx[i], &result), 0);
	assert_int_equal(crowd.count, (uint64_t)SENDERS * PER_SENDER);
	assert_int_equal(crowd.sum, (uint64_t)SENDERS * PER_SENDER * (PER_SENDER + 1) / 2);
	assert_int_equal(crowd.out_of_order, 0);
	chan_free(crowd.c);
}

struct blocked {
	struct chan *c;
	int result;
};

static void *
send_one(void *arg)
{
	struct blocked *b = arg;

	b->result = chan_send(b->c, item(2));
	return NULL;
}

static void
test_close_frees_a_blocked_sender(void **state)
{
	struct blocked b = { .result = 1 };
	pthread_t thread;

	assert_int_equal(chan_new(1, NULL, NULL, &b.c), 0);
	assert_int_equal(chan_send(b.c, item(1)), 0);
	assert_int_equal(thread_start(&thread, "sender", send_one, &b), 0);
	/* Blocked already or not yet: either way it must come back with -EPIPE. */
	chan_close(b.c);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(b.result, -EPIPE);
	chan_free(b.c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_in_first_out_and_bounded),
		cmocka_unit_test(test_close_drains),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_poke_ends_a_wait),
		cmocka_unit_test(test_wakes_when_it_becomes_not_empty),
		cmocka_unit_test(test_many_senders_many_receivers),
		cmocka_unit_test(test_close_frees_a_blocked_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
