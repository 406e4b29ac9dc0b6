/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of hosts against an array of what was put into it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "frontier/hostq.h"
#include "frontier/origins.h"

/* So many that there are large slabs. */
#define N_ORIGINS 12000

static struct str
name(unsigned i, char *dst, size_t size)
{
	/* Some that fill a block of names by themselves. */
	int n = i % 2000 == 7 ? snprintf(dst, size, "https://%0*u.example", 5000, i) : snprintf(dst, size, "https://h%u.example", i);

	return str_n(dst, (size_t)n);
}

static void
finds_what_was_added_and_nothing_else(void **state)
{
	static const struct hash_key key = { 5 };
	_Atomic uint64_t bytes = 0;
	static struct hostq *hosts[N_ORIGINS];
	static char text[6000];
	struct origins o;
	unsigned i, k;

	origins_init(&o, &bytes);
	assert_null(origins_find(&o, 1));
	for (i = 0; i < N_ORIGINS; i++) {
		struct str s = name(i, text, sizeof(text));
		/* The low bits of many are the same, so that they stand one behind the other. */
		uint64_t fp = i % 30 == 0 ? (uint64_t)i << 32 | 9 : hash_fingerprint(&key, s.p, s.len);

		assert_null(origins_find(&o, fp));
		assert_int_equal(origins_add(&o, fp, s, &hosts[i]), 0);
		hosts[i]->next_seq = fp;
		for (k = 0; k <= i; k += 1 + i / 20) {
			assert_ptr_equal(origins_find(&o, hosts[k]->next_seq), hosts[k]);
			assert_ptr_equal(origins_at(&o, k), hosts[k]);
		}
	}
	assert_int_equal(o.n, N_ORIGINS);
	for (i = 0; i < N_ORIGINS; i++) {
		struct str s = name(i, text, sizeof(text));

		assert_true(str_eq(str_n(hosts[i]->origin, hosts[i]->origin_len), s));
	}
	assert_true(bytes > N_ORIGINS * sizeof(struct hostq));
	origins_release(&o);
	assert_int_equal(bytes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
