/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built twice: as this processor has it, and with SIMHASH_PORTABLE. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/simhash.h"

struct answer {
	uint64_t hash;
	uint32_t words;
};

/* From memory of exactly its length, so that ASan and valgrind see what is read behind it. */
static struct answer
ask(const char *text, size_t len)
{
	char *copy = malloc(len + 1);
	struct simhash s;
	struct answer a;

	assert_non_null(copy);
	memcpy(copy + 1, text, len);
	simhash_init(&s);
	simhash_text(&s, copy + 1, len);
	a.hash = simhash_end(&s);
	a.words = s.words;
	free(copy);
	return a;
}

static struct answer
ask_text(const char *text)
{
	return ask(text, strlen(text));
}

static void
words(void **state)
{
	static const struct {
		const char *text;
		unsigned words;
	} cases[] = {
		{ "", 0 },
		{ " \t\n.,;", 0 },
		{ "a", 1 },
		{ "one, two: three", 3 },
		{ "it's 3.14", 4 },
		{ "caf\xc3\xa9s na\xc3\xafve \xd0\x9c\xd0\xb8\xd1\x80", 3 },
		{ "a\xc2\xa0" "b \xe2\x80\x9cquoted\xe2\x80\x9d \xe2\x80\x94 dash", 4 },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x80\x82", 3 }, /* three ideographs, a full stop */
		{ "\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4", 1 },             /* Hangul is written with spaces */
		{ "x\xff" "y \xc3", 2 },                                   /* no UTF-8 */
		{ "0123456789012345678901234567890123456789012345678901234567890123456789", 1 },
		{ "abcdefghijklmnopabcdefghijklmnopabcdefghijklmnopabcdefghijklmnopabcdefghijklmnop q", 2 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(ask_text(cases[i].text).words, cases[i].words);
	assert_true(ask_text("").hash == 0);
}

/* These stand in files: they are the same everywhere, and always. */
static void
is_what_it_was(void **state)
{
	assert_true(ask_text("The quick brown fox jumps over the lazy dog").hash == UINT64_C(0xaf31c10082967b60));
	assert_true(ask_text("Schr\xc3\xb6" "dinger\xe2\x80\x99s cat, 1935: internationalisation_of_everything_else").hash == UINT64_C(0x2616c8ce09b4cec7));
}

static void
what_does_not_count(void **state)
{
	uint64_t h = ask_text("Posted on 9 May at 8:05 by Anna").hash;

	assert_true(ask_text("posted ON 10 May, at 23:59 (by anna)").hash == h);
	assert_true(ask_text("Posted by Anna on 9 May at 8:05").hash != h);
	/* Nor how often something is repeated, or how many numbers there are. */
	assert_true(ask_text("a b a b a b c\x1e" "1.1. 22\x1e" "2.2. d").hash == ask_text("a b a b c\x1e" "3 d 7 8 9").hash);
	/* The order of blocks, but for nothing in them. */
	assert_true(ask_text("a b c\x1e" "d e f\x1e" "g h").hash == ask_text("g h\x1e" "a b c\x1e" "d e f").hash);
	assert_true(ask_text("a b c d e f g h").hash != ask_text("g h a b c d e f").hash);
}

/* Wherever in its stride a word stands, and wherever the text ends, the result is that of the plain text. */
static void
place_does_not_matter(void **state)
{
	static const char text[] = "alpha beta-gamma \xc3\xa9t\xc3\xa9 1234567890123456789 x \xe6\x97\xa5\xe6\x9c\xac "
				   "averyveryverylongwordthatneverseemstoend\x1e" "end of it";
	const struct answer want = ask_text(text);
	char padded[sizeof(text) + 300];
	size_t before, after;

	for (before = 0; before < 140; before++) {
		for (after = 0; after < 140; after += 9) {
			size_t len = before + sizeof(text) - 1 + after;
			struct answer got;

			memset(padded, ' ', len);
			memcpy(padded + before, text, sizeof(text) - 1);
			got = ask(padded, len);
			assert_true(got.hash == want.hash && got.words == want.words);
		}
	}
}

static uint32_t seed;

static unsigned
random_below(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (unsigned)((uint64_t)(seed >> 8) * n >> 24);
}

/* A text of n words out of a vocabulary of 2000; every changed-th word is another one (0: none). */
static struct answer
random_text(unsigned n, uint32_t from, unsigned changed)
{
	static char text[200000];
	size_t len = 0;
	unsigned i;

	seed = from;
	for (i = 0; i < n; i++) {
		unsigned word = random_below(2000), letter;

		if (changed != 0 && i % changed == changed / 2)
			word += 2000;
		for (letter = 0; letter < 5; letter++, word /= 20)
			text[len++] = (char)('a' + word % 20);
		text[len++] = ' ';
	}
	return ask(text, len);
}

static void
distance(void **state)
{
	unsigned i, near_sum = 0, one_in_100 = 0, far_sum = 0, far_min = 64;

	for (i = 1; i <= 100; i++) {
		uint64_t a = random_text(1000, i * 7919, 0).hash;
		unsigned far = simhash_distance(a, random_text(1000, i * 104729, 0).hash);

		near_sum += simhash_distance(a, random_text(1000, i * 7919, 1000).hash);
		one_in_100 += simhash_distance(a, random_text(1000, i * 7919, 100).hash);
		far_sum += far;
		far_min = far < far_min ? far : far_min;
	}
	print_message("means of 100: one word of 1000 %.2f, one of 100 %.2f, unrelated %.2f (at least %u)\n",
		near_sum / 100.0, one_in_100 / 100.0, far_sum / 100.0, far_min);
	assert_true(near_sum <= 100 * SIMHASH_NEAR_BITS);
	assert_true(one_in_100 >= 300 && one_in_100 <= 800);
	assert_true(far_sum >= 3100 && far_sum <= 3300 && far_min >= 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(is_what_it_was),
		cmocka_unit_test(what_does_not_count),
		cmocka_unit_test(place_does_not_matter),
		cmocka_unit_test(distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
