/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law by which one page has the memory for itself: crawler/alone.h, L1 to L3. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crawler/alone.h"

#define SEC CLOCK_US_PER_SEC

static struct alone a;
static int64_t due_us;

/* A last try is taken at 100 s, beside others: it is put off until these are over. */
static int
reserve(void **state)
{
	a = (struct alone){ .until_us = 0 };
	assert_false(alone_is_reserved(&a, false, 100 * SEC, &due_us));
	assert_int_equal(alone_judge(&a, true, false, 100 * SEC, &due_us), ALONE_PUT_OFF);
	assert_int_equal(due_us, 100 * SEC);
	assert_true(alone_is_reserved(&a, false, 101 * SEC, &due_us));
	assert_int_equal(due_us, 105 * SEC);
	return 0;
}

static void
others_are_not_held_up(void **state)
{
	a = (struct alone){ .until_us = 0 };
	assert_int_equal(alone_judge(&a, false, false, SEC, &due_us), ALONE_BESIDE);
	assert_false(alone_is_reserved(&a, false, SEC, &due_us));
}

static void
one_that_is_quick(void **state)
{
	/* They are over after two seconds, it after one more. */
	assert_false(alone_is_reserved(&a, true, 102 * SEC, &due_us));
	assert_int_equal(alone_judge(&a, true, true, 102 * SEC, &due_us), ALONE_BY_ITSELF);
	alone_started(&a, 102 * SEC);
	assert_true(alone_is_reserved(&a, false, 102 * SEC, &due_us));
	assert_int_equal(due_us, 107 * SEC);
	alone_over(&a, 103 * SEC);
	assert_false(alone_is_reserved(&a, false, 103 * SEC, &due_us));
	/* L2: the next one waits for nine seconds, whether others are under way or not. */
	assert_int_equal(alone_judge(&a, true, true, 111 * SEC, &due_us), ALONE_PUT_OFF);
	assert_int_equal(due_us, 112 * SEC);
	assert_false(alone_is_reserved(&a, false, 111 * SEC, &due_us));
	assert_int_equal(alone_judge(&a, true, true, 112 * SEC, &due_us), ALONE_BY_ITSELF);
}

static void
one_that_drips(void **state)
{
	assert_int_equal(alone_judge(&a, true, true, 104 * SEC, &due_us), ALONE_BY_ITSELF);
	alone_started(&a, 104 * SEC);
	assert_true(alone_is_reserved(&a, false, 109 * SEC - 1, &due_us));
	/* Others go on, nobody else is alone for 27 seconds, and its end changes nothing about that. */
	assert_false(alone_is_reserved(&a, false, 109 * SEC, &due_us));
	alone_over(&a, 130 * SEC);
	assert_int_equal(alone_judge(&a, true, false, 130 * SEC, &due_us), ALONE_PUT_OFF);
	assert_int_equal(due_us, 136 * SEC);
}

static void
others_that_take_too_long(void **state)
{
	assert_false(alone_is_reserved(&a, false, 105 * SEC, &due_us));
	/* It goes beside them; the one after it waits. */
	assert_int_equal(alone_judge(&a, true, false, 105 * SEC, &due_us), ALONE_BESIDE);
	assert_int_equal(alone_judge(&a, true, false, 105 * SEC, &due_us), ALONE_PUT_OFF);
	assert_int_equal(due_us, 120 * SEC);
}

/* Nothing was taken for an hour: a pause, or the disk was full. */
static void
pauses_make_no_longer_rest(void **state)
{
	assert_false(alone_is_reserved(&a, false, 3700 * SEC, &due_us));
	assert_int_equal(alone_judge(&a, true, false, 3700 * SEC, &due_us), ALONE_BESIDE);
	assert_int_equal(alone_judge(&a, true, false, 3700 * SEC, &due_us), ALONE_PUT_OFF);
	assert_int_equal(due_us, 3730 * SEC);
}

/* And where what was under way came to its end meanwhile, the page it was reserved for has it. */
static void
pause_takes_no_turn(void **state)
{
	assert_false(alone_is_reserved(&a, true, 3700 * SEC, &due_us));
	assert_int_equal(alone_judge(&a, true, true, 3700 * SEC, &due_us), ALONE_BY_ITSELF);
}

/* L3: its host may not be asked now, or it was dropped. */
static void
reservation_without_its_page(void **state)
{
	assert_false(alone_is_reserved(&a, true, 102 * SEC, &due_us));
	assert_int_equal(alone_judge(&a, false, true, 102 * SEC, &due_us), ALONE_BESIDE);
	assert_false(alone_is_reserved(&a, false, 102 * SEC, &due_us));
	(void)reserve(state);
	alone_nothing_taken(&a);
	assert_false(alone_is_reserved(&a, false, 102 * SEC, &due_us));
	/* Nobody had anything of it, so that there is no rest. */
	assert_int_equal(alone_judge(&a, true, true, 102 * SEC, &due_us), ALONE_BY_ITSELF);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_are_not_held_up),
		cmocka_unit_test_setup(one_that_is_quick, reserve),
		cmocka_unit_test_setup(one_that_drips, reserve),
		cmocka_unit_test_setup(others_that_take_too_long, reserve),
		cmocka_unit_test_setup(pauses_make_no_longer_rest, reserve),
		cmocka_unit_test_setup(pause_takes_no_turn, reserve),
		cmocka_unit_test_setup(reservation_without_its_page, reserve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
