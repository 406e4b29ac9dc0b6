/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queues in which names wait to be asked for: a party's turn, its share, and its end. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fetch/lanes.h"

/* Parties take turns, whatever they have waiting. */
static void
test_lanes(void **state)
{
	static const char *const parties[] = { "a", "a", "a", "a", "b", "a", "c", "b" };
	static const unsigned order[] = { 0, 4, 6, 1, 7 }; /* at most two of each */
	struct lane_item items[ARRAY_LEN(parties)] = { { 0 } };
	struct hash_key key;
	struct lanes l;
	size_t i;

	assert_int_equal(hash_key_random(&key), 0);
	lanes_init(&l, &key, 2, 3, 10);
	for (i = 0; i < ARRAY_LEN(parties); i++)
		assert_int_equal(lanes_add(&l, str_of(parties[i]), &items[i]), 0);
	for (i = 0; i < ARRAY_LEN(order); i++)
		assert_ptr_equal(lanes_take(&l), &items[order[i]]);
	assert_null(lanes_take(&l)); /* items 2, 3 and 5 wait for 0 and 1 */
	lanes_done(&l, &items[6]);
	lanes_done(&l, &items[4]);
	assert_null(lanes_take(&l));
	lanes_done(&l, &items[1]);
	assert_ptr_equal(lanes_take(&l), &items[2]);
	assert_null(lanes_take(&l));
	assert_ptr_equal(lanes_drop(&l), &items[3]);
	lanes_done(&l, &items[0]);
	assert_ptr_equal(lanes_take(&l), &items[5]);
	assert_null(lanes_drop(&l));
	lanes_done(&l, &items[2]);
	lanes_done(&l, &items[5]);
	lanes_done(&l, &items[7]);
	assert_null(l.all);
	/* Three in a row came to nothing, behind one that did not: the others are given up. */
	for (i = 0; i < ARRAY_LEN(items); i++)
		assert_int_equal(lanes_add(&l, STR("e"), &items[i]), 0);
	for (i = 0; i < 4; i++) {
		assert_ptr_equal(lanes_take(&l), &items[i]);
		lanes_tell(&l, &items[i], i > 0, (int64_t)i);
		if (i == 3)
			break;
		assert_null(lanes_give_up(&l, &items[i]));
		lanes_done(&l, &items[i]);
	}
	for (i = 4; i < ARRAY_LEN(items); i++)
		assert_ptr_equal(lanes_give_up(&l, &items[3]), &items[i]);
	assert_null(lanes_give_up(&l, &items[3]));
	lanes_done(&l, &items[3]);
	/* It is closed for a while. Then one loss closes it again, and one answer opens it. */
	assert_int_equal(lanes_closed_until(&l, STR("e")), 3 + 10);
	assert_int_equal(lanes_closed_until(&l, STR("f")), 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(lanes_add(&l, STR("e"), &items[0]), 0);
		assert_int_equal(lanes_add(&l, STR("e"), &items[1]), 0);
		assert_ptr_equal(lanes_take(&l), &items[0]);
		lanes_tell(&l, &items[0], i == 0, 13);
		assert_ptr_equal(lanes_give_up(&l, &items[0]), i == 0 ? &items[1] : NULL);
		assert_int_equal(lanes_closed_until(&l, STR("e")), i == 0 ? 13 + 10 : 0);
		lanes_done(&l, &items[0]);
	}
	assert_ptr_equal(lanes_take(&l), &items[1]);
	lanes_done(&l, &items[1]);
	assert_null(l.all);
	/* Of those that are given up the latest are remembered. */
	for (i = 0; i < LANES_KEPT + 3; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "p%zu", i);
		assert_int_equal(lanes_add(&l, str_of(name), &items[0]), 0);
		assert_ptr_equal(lanes_take(&l), &items[0]);
		for (size_t k = 0; k < 3; k++)
			lanes_tell(&l, &items[0], true, 20);
		lanes_done(&l, &items[0]);
	}
	assert_int_equal(l.n_kept, LANES_KEPT);
	assert_int_equal(lanes_closed_until(&l, STR("p2")), 0);
	assert_int_equal(lanes_closed_until(&l, STR("p3")), 20 + 10);
	lanes_release(&l);
	assert_null(l.all);
	assert_int_equal(lanes_add(&l, STR("d"), &items[0]), 0);
	lanes_release(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lanes),
	};

	return cmocka_run_group_tests_name("fetch_lanes", tests, NULL, NULL);
}
