/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a URL is looked at again. All else of updates: tests/e2e/test_update.py. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/update.h"

#define DAY    INT64_C(86400)
#define NOW_S  INT64_C(1790000000)

/* The first interval is a tenth of the age; of an unknown age, a day. */
static void
test_first(void **state)
{
	assert_int_equal(update_interval(0, false, 0, NOW_S), DAY);
	assert_int_equal(update_interval(0, false, NOW_S - 100 * DAY, NOW_S), 10 * DAY);
	assert_int_equal(update_interval(0, true, NOW_S, NOW_S), DAY);
	/* The clock was set back. */
	assert_int_equal(update_interval(0, false, NOW_S + DAY, NOW_S), DAY);
}

/* A page that changes each time is looked at more and more often, one that never does less and less; both have an end. */
static void
test_course(void **state)
{
	int64_t busy = 10 * DAY, still = 10 * DAY;

	for (unsigned i = 0; i < 100; i++) {
		int64_t b = update_interval(busy, true, NOW_S, NOW_S), s = update_interval(still, false, 0, NOW_S);

		assert_true(b < busy || b == 3600);
		assert_true(s > still || s == 365 * DAY);
		busy = b;
		still = s;
	}
	assert_int_equal(busy, 3600);
	assert_int_equal(still, 365 * DAY);
}

static void
test_rates(void **state)
{
	assert_int_equal(update_interval(100000, true, NOW_S, NOW_S), 80000);
	assert_int_equal(update_interval(100000, false, NOW_S - 1000, NOW_S), 140000);
	/* Never less than a tenth of the time without a change. */
	assert_int_equal(update_interval(100000, false, NOW_S - 100 * DAY, NOW_S), 10 * DAY);
}

/* In the long run a page is asked for about as often as it changes: between once and four times for each change. */
static void
test_keeps_up(void **state)
{
	for (int64_t period = DAY; period < 200 * DAY; period *= 3) {
		int64_t now = NOW_S, changed = NOW_S, interval = 0, looks = 0, changes = 0;

		while (changes < 50) {
			int64_t last = now - (now - NOW_S) % period;
			bool has_changed = last > changed;

			changed = has_changed ? last : changed;
			changes += has_changed;
			interval = update_interval(interval, has_changed, changed, now);
			now += interval;
			looks++;
		}
		assert_true(looks >= changes && looks <= 4 * changes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_course),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_keeps_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
