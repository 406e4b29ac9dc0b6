/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "frontier/depths.h"
#include "frontier/visited.h"

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
	struct depths *d;
	uint64_t i;

	(void)state;
	assert_int_equal(depths_new(&bytes, &d), 0);
	assert_int_equal(depths_get(d, key(1)), DEPTHS_NONE);
	for (i = 0; i < N; i++)
		assert_int_equal(depths_set(d, key(i), (uint32_t)i % 9 + 1), 0);
	for (i = 0; i < N; i += 3)
		assert_int_equal(depths_set(d, key(i), 0), 0);
	for (i = 0; i < N; i++)
		assert_int_equal(depths_get(d, key(i)), i % 3 == 0 ? 0 : i % 9 + 1);
	for (i = N; i < 2 * N; i++)
		assert_int_equal(depths_get(d, key(i)), DEPTHS_NONE);
	assert_int_equal(depths_set(d, key(0), UINT32_MAX), 0);
	assert_int_equal(depths_get(d, key(0)), DEPTHS_MAX);
	/* As the header says, and the parts themselves. */
	assert_true(bytes >= 8 * N && bytes <= 13 * N + 128 * 1024);
	depths_free(d);
	assert_int_equal(bytes, 0);
}

/* Let in, met again: what is known has a depth unless a run before has let it in. */
static void
lowers_what_is_known(void **state)
{
	_Atomic uint64_t bytes = 0;
	struct visited_place place;
	struct visited *v;
	struct depths *d;
	uint32_t was;

	(void)state;
	assert_int_equal(visited_new(1 << 20, &v), 0);
	assert_int_equal(depths_new(&bytes, &d), 0);
	/* Another one is faster. */
	assert_false(visited_find(v, key(1), &place));
	assert_int_equal(visited_insert(v, key(1)), 1);
	assert_int_equal(depths_insert(d, v, key(1), &place, 2), 0);
	assert_int_equal(depths_lower(d, key(1), 2, false, &was), 0);
	assert_int_equal(was, DEPTHS_NONE);
	assert_int_equal(depths_lower(d, key(1), 2, true, &was), 1);
	assert_false(visited_find(v, key(2), &place));
	assert_int_equal(depths_insert(d, v, key(2), &place, 5), 1);
	assert_int_equal(depths_lower(d, key(2), 5, true, &was), 0);
	assert_int_equal(was, 5);
	assert_int_equal(depths_lower(d, key(2), 4, false, &was), 1);
	assert_int_equal(depths_get(d, key(2)), 4);
	assert_int_equal(depths_get(d, key(1)), 2);
	depths_free(d);
	visited_free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_last_depth),
		cmocka_unit_test(lowers_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
