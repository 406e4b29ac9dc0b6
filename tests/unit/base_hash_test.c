/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

static void
test_keyed(void **state)
{
	struct hash_key a = { 0 }, b = { 0 };

	assert_int_equal(hash_key_random(&a), 0);
	assert_int_equal(hash_key_random(&b), 0);
	assert_int_not_equal(a.seed, b.seed);
	assert_true(hash_fingerprint(&a, "url", 3) == hash_fingerprint(&a, "url", 3));
	assert_true(hash_fingerprint(&a, "url", 3) != hash_fingerprint(&b, "url", 3));
	assert_true(hash_fingerprint(&a, "url", 3) != hash_fingerprint(&a, "urk", 3));
	assert_true(hash_fingerprint(&a, "", 0) != hash_fingerprint(&a, "\0", 1));
}

/* A file is read in pieces, and has the hash of its bytes. */
static void
test_content_of_a_file(void **state)
{
	static const size_t lens[] = { 0, 1, 240, 241, 262143, 262144, 262145, 1000000 };
	static char data[1000000];
	FILE *f = tmpfile();
	uint64_t of_bytes[2], of_file[2] = { 7, 8 };
	size_t i;

	assert_non_null(f);
	for (i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 2654435761u >> 13);
	assert_int_equal(fwrite(data, 1, sizeof(data), f), sizeof(data));
	assert_int_equal(fflush(f), 0);
	assert_int_equal(hash_content_fd(fileno(f), sizeof(data) + 1, of_file), -EIO);
	assert_true(of_file[0] == 7 && of_file[1] == 8);
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		hash_content(data, lens[i], of_bytes);
		assert_int_equal(hash_content_fd(fileno(f), lens[i], of_file), 0);
		assert_memory_equal(of_bytes, of_file, sizeof(of_bytes));
	}
	assert_int_equal(fclose(f), 0);
	assert_int_equal(hash_content_fd(-1, 1, of_file), -EBADF);
}

/* XXH3_64bits_withSeed(): another function here would orphan every fingerprint that was ever written down. */
static void
test_is_xxh3(void **state)
{
	struct hash_key zero = { 0 };

	assert_true(hash_fingerprint(&zero, "", 0) == 0x2d06800538d394c2ull);
}

static int
compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Neighbouring inputs and tags: no collision among 300,000, and none of the two reserved values. */
static void
test_spread(void **state)
{
	const size_t n = 300000;
	uint64_t *h = calloc(n, sizeof(*h));
	struct hash_key key = { 42 };
	size_t i;

	assert_non_null(h);
	for (i = 0; i < n; i++)
		h[i] = i % 3 == 0 ? hash_fingerprint(&key, &i, sizeof(i)) : hash_mix(i / 3, i % 3);
	qsort(h, n, sizeof(*h), compare_u64);
	for (i = 1; i < n; i++)
		assert_true(h[i] != h[i - 1]);
	assert_true(h[0] != 0 && h[n - 1] != UINT64_MAX);
	free(h);
}

/* hash_mix() is a bijection of fp for each tag, so exactly one fp would become 0: it must not. */
static void
test_reserved_values_are_avoided(void **state)
{
	/* The finaliser maps 0 to 0: fp + (tag + 1) * golden = 0. */
	assert_true(hash_mix(0 - 0x9e3779b97f4a7c15ull, 0) != 0);
	assert_true(hash_mix(0 - 3 * 0x9e3779b97f4a7c15ull, 2) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keyed),
		cmocka_unit_test(test_is_xxh3),
		cmocka_unit_test(test_content_of_a_file),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_reserved_values_are_avoided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
