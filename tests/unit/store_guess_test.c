/* SPDX-License-Identifier: GPL-3.0-or-later */
/* URLs that have no file yet (store/guess.h): each once, whatever their fingerprints are said to be. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/hash.h"
#include "store/guess.h"

static uint32_t
add(struct guesses *g, uint64_t fp, const char *url, const char *path)
{
	uint32_t i = UINT32_MAX;

	assert_int_equal(guesses_add(g, fp, str_of(url), str_of(path), &i), 0);
	assert_true(str_eq(guess_url(g, guesses_get(g, i)), str_of(url)));
	assert_true(str_eq(guess_path(g, guesses_get(g, i)), str_of(path)));
	return i;
}

static void
test_each_once(void **state)
{
	struct guesses g;
	uint32_t a, i;

	guesses_init(&g);
	a = add(&g, 7, "https://a/", "a/index.html");
	assert_int_equal(add(&g, 7, "https://a/", "a/index.html"), a);
	/* Another page says that another URL has this fingerprint, or guesses nothing, or something else. */
	assert_int_not_equal(add(&g, 7, "https://b/", "a/index.html"), a);
	assert_int_not_equal(add(&g, 7, "https://a/", ""), a);
	assert_int_not_equal(add(&g, 7, "https://a/", "a/index.css"), a);
	assert_int_equal(add(&g, 7, "https://a/", "a/index.html"), a);
	assert_true(guesses_find(&g, 7, STR("https://a/"), &i) && i == a);
	assert_false(guesses_find(&g, 8, STR("https://a/"), &i));
	assert_int_not_equal(add(&g, 9, "https://c/", ""), a);
	assert_false(guesses_find(&g, 9, STR("https://c/"), &i));
	guesses_reset(&g);
	assert_int_equal(guesses_bytes(&g), 0);
	assert_false(guesses_find(&g, 7, STR("https://a/"), &i));
	assert_int_equal(add(&g, 7, "https://b/", "b/index.html"), 0);
	guesses_release(&g);
}

/* What was found before its memory moved is found behind it; what the caller notes of one stays with it. */
static void
test_many(void **state)
{
	enum { N = 20000 };
	struct guesses g;
	char url[64];

	guesses_init(&g);
	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < N; i++) {
			struct guess *guess;

			(void)snprintf(url, sizeof(url), "https://a/%u", i);
			/* Some have one fingerprint. */
			assert_int_equal(add(&g, hash_mix(1, i / 4), url, "x.html"), i);
			guess = guesses_get(&g, i);
			assert_int_equal(guess->stamp, round == 0 ? 0 : i);
			guess->stamp = i;
		}
	guesses_release(&g);
}

/* Who gives all of his one fingerprint has each of them anew, and soon: by all of them, this would be two thousand million steps. */
static void
test_a_lie_costs_no_time(void **state)
{
	struct guesses g;
	char url[64];

	guesses_init(&g);
	for (unsigned i = 0; i < 65536; i++) {
		(void)snprintf(url, sizeof(url), "https://a/%u", i);
		assert_int_equal(add(&g, 7, url, ""), i);
	}
	assert_int_not_equal(add(&g, 7, url, ""), 65535);
	assert_int_equal(add(&g, 7, "https://a/0", ""), 0);
	guesses_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_a_lie_costs_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
