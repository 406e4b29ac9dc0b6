/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other loops while the writer goes on: it has to be done with the old ones. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/chan.h"
#include "tests/unit/store_again.h"

struct slow {
	struct again again;
	sem_t inside, go, divided;
	_Atomic bool woken;
	bool was_woken;
};

/* What has come can be had before whoever sent it is here. */
static void
wake_slowly(void *arg)
{
	struct slow *s = arg;

	assert_int_equal(sem_post(&s->inside), 0);
	assert_int_equal(sem_wait(&s->go), 0);
	s->woken = true;
}

static void *
divide(void *arg)
{
	struct slow *s = arg;

	assert_int_equal(store_divide(s->again.store, 2), 0);
	s->was_woken = s->woken;
	assert_int_equal(sem_post(&s->divided), 0);
	return NULL;
}

static void
slow_open(struct slow *s)
{
	assert_int_equal(sem_init(&s->inside, 0, 0), 0);
	assert_int_equal(sem_init(&s->go, 0, 0), 0);
	assert_int_equal(sem_init(&s->divided, 0, 0), 0);
	again_open(&s->again);
	chan_free(s->again.returns);
	assert_int_equal(chan_new(64, wake_slowly, s, &s->again.returns), 0);
	again_start(&s->again);
}

/* All is quiet, but the writer still has to wake the loop that took the last job before: that must not be freed yet. */
static void
a_loop_that_is_being_woken_is_waited_for(void **state)
{
	struct slow s = { .woken = false };
	struct timespec until;
	pthread_t thread;

	(void)state;
	slow_open(&s);
	again_done(&s.again, "http://a/", (const char *const[]){ "" }, false);
	assert_int_equal(sem_wait(&s.inside), 0);
	assert_int_equal(pthread_create(&thread, NULL, divide, &s), 0);
	assert_int_equal(clock_gettime(CLOCK_REALTIME, &until), 0);
	until.tv_sec++;
	assert_int_equal(sem_timedwait(&s.divided, &until), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(sem_post(&s.go), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(s.was_woken);
	store_divided(s.again.store, NULL);
	again_close(&s.again, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AGAIN_TEST(a_loop_that_is_being_woken_is_waited_for),
	};

	return cmocka_run_group_tests_name("store_divide", tests, NULL, NULL);
}
