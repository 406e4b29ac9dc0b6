/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random puts, finds and clears against an array that has a place for each fingerprint. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/fptable.h"

#define KEYS 5000 /* the table grows thrice for them */

/* Low bits alike, so that many want one slot. */
static uint64_t
fp_of(size_t i)
{
	return ((uint64_t)i % 61 + 1) | (uint64_t)i << 32;
}

static void
as_an_array(void **state)
{
	static struct {
		bool there;
		uint64_t word;
	} model[KEYS];
	uint64_t random = 0;
	struct fptable t;

	assert_int_equal(fptable_init(&t), 0);
	for (unsigned step = 0; step < 60000; step++) {
		size_t i = (size_t)((random = hash_mix(random, step)) % KEYS), n = 0;

		if (random >> 32 & 1) {
			model[i].there = true;
			model[i].word = random;
			assert_int_equal(fptable_put(&t, fp_of(i), random), 0);
		}
		if (step == 40000) {
			fptable_clear(&t);
			memset(model, 0, sizeof(model));
		}
		for (i = step % 1000 == 0 ? 0 : i; i < KEYS; i++) {
			const uint64_t *word = fptable_find(&t, fp_of(i));

			assert_int_equal(word != NULL, model[i].there);
			assert_true(word == NULL || *word == model[i].word);
			n += model[i].there;
			if (step % 1000 != 0)
				break;
		}
		assert_true(step % 1000 != 0 || t.n == n);
		assert_true(t.n * 3 <= t.cap * 2 + 2 && (t.cap & (t.cap - 1)) == 0);
	}
	fptable_release(&t);
}

static void
never_zero_and_by_tag(void **state)
{
	const struct hash_key key = { 7 };

	assert_int_equal(fptable_fp(&key, STR("a"), 0), fptable_fp(&key, STR("a"), 0));
	assert_true(fptable_fp(&key, STR("a"), 0) != fptable_fp(&key, STR("a"), 1));
	assert_true(fptable_fp(&key, STR(""), 0) != 0 && fptable_fp(&key, STR(""), 1) != 0);
}

static void
none_may_be_cleared(void **state)
{
	struct fptable t = { 0 };

	fptable_clear(&t);
	fptable_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_an_array),
		cmocka_unit_test(never_zero_and_by_tag),
		cmocka_unit_test(none_may_be_cleared),
	};

	return cmocka_run_group_tests_name("store_fptable", tests, NULL, NULL);
}
