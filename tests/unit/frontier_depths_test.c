/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "frontier/depths.h"

#define N 200000

static uint64_t
key(uint64_t i)
{
	return hash_mix(i, 7);
}

/* Every key is found with the depth it was set to last, through all growth; others are not. */
static void
holds_the_last_depth(void **state)
{
	_Atomic uint64_t bytes = 0;
	struct depths d = { .bytes = &bytes };
	uint64_t i;

	(void)state;
	assert_int_equal(depths_get(&d, key(1)), DEPTHS_NONE);
	for (i = 0; i < N; i++)
		assert_int_equal(depths_set(&d, key(i), (uint32_t)i % 9 + 1), 0);
	for (i = 0; i < N; i += 3)
		assert_int_equal(depths_set(&d, key(i), 0), 0);
	assert_int_equal(d.n, N);
	for (i = 0; i < N; i++)
		assert_int_equal(depths_get(&d, key(i)), i % 3 == 0 ? 0 : i % 9 + 1);
	for (i = N; i < 2 * N; i++)
		assert_int_equal(depths_get(&d, key(i)), DEPTHS_NONE);
	assert_true(bytes >= 12 * N && bytes <= 12 * 4 * N);
	depths_release(&d);
	assert_int_equal(bytes, 0);
	assert_int_equal(depths_get(&d, key(1)), DEPTHS_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_last_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
