/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built twice: as this processor has it, and with SKETCH_PORTABLE. Held against the rules of sketch.h, done one byte at a time. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sketch.h"

/* From memory of exactly its length, so that ASan and valgrind see what is read behind it. */
static void
add(struct sketch *s, const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy + 1, text, len);
	sketch_add(s, copy + 1, copy + 1 + len, copy + 1 + len);
	free(copy);
}

static struct sketch
of(const char *text)
{
	struct sketch s;

	sketch_init(&s);
	add(&s, text, strlen(text));
	sketch_end(&s);
	return s;
}

static int
by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
same_marks(struct sketch a, struct sketch b)
{
	qsort(a.marks, a.n, sizeof(a.marks[0]), by_value);
	qsort(b.marks, b.n, sizeof(b.marks[0]), by_value);
	return a.n == b.n && a.shift == b.shift && memcmp(a.marks, b.marks, sizeof(a.marks)) == 0;
}

/* --- the rules --- */

static uint64_t
model_mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t
model_word(const unsigned char *p)
{
	uint64_t x = 0;
	unsigned i;

	for (i = 0; i < 8; i++)
		x |= (uint64_t)(p[i] | 0x20) << (8 * i);
	return x;
}

static unsigned
model_sum(const unsigned char *p, unsigned more)
{
	return ((p[0] | 0x20) + 3u * (p[1] | 0x20) + more * (p[2] | 0x20)) % 256;
}

static uint32_t
model_mark(const unsigned char *p, size_t n)
{
	uint64_t h = model_mix(model_word(p) ^ UINT64_C(0xa0761d6478bd642f),
		model_word(n < 16 ? p + n - 8 : p + 8) ^ UINT64_C(0xe7037ed1a0b428db));

	h = model_mix(h ^ model_word(p + n - 8), UINT64_C(0xa0761d6478bd642f) ^ n);
	return (uint32_t)(h >> 32) << 5 | model_sum(p, 9) / 8;
}

static bool
model_begins(const unsigned char *p, size_t n)
{
	size_t i;

	if (n < SKETCH_PIECE_MIN)
		return false;
	for (i = 0; i < n; i++)
		if (p[i] >= '0' && p[i] <= '9')
			return false;
	return model_sum(p, 0) % 8 == 5;
}

/* Of runs with a NUL between. */
static struct sketch
model(const char *text, size_t len)
{
	static uint32_t marks[300000];
	struct sketch s = { .n = 0 };
	size_t n = 0, i, kept;

	for (i = 0; i + SKETCH_PIECE_MIN <= len; i++) {
		const unsigned char *p = (const unsigned char *)text + i;
		size_t piece = strnlen(text + i, len - i < SKETCH_PIECE_MAX ? len - i : SKETCH_PIECE_MAX);

		if (model_begins(p, piece) && (marks[n] = model_mark(p, piece)) != 0)
			n++;
	}
	qsort(marks, n, sizeof(marks[0]), by_value);
	for (;; s.shift++) {
		memset(s.marks, 0, sizeof(s.marks));
		for (i = kept = 0; i < n; i++) {
			if ((marks[i] & ((UINT64_C(1) << s.shift) - 1)) != 0 || (i > 0 && marks[i] == marks[i - 1]))
				continue;
			if (kept < SKETCH_MAX)
				s.marks[kept] = marks[i];
			kept++;
		}
		if (kept <= SKETCH_MAX)
			break;
	}
	s.n = (unsigned)kept;
	return s;
}

static uint32_t seed;

static unsigned
random_below(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (unsigned)((uint64_t)(seed >> 8) * n >> 24);
}

static size_t
random_text(char *text, size_t len, unsigned of_words)
{
	size_t i = 0;

	while (i < len) {
		unsigned word = random_below(of_words), letters = 2 + word % 9, k;

		for (k = 0; k < letters && i < len; k++, word = word * 31 + 7)
			text[i++] = (char)((word % 50 == 0 ? 'A' : 'a') + word % 26);
		if (i < len)
			text[i++] = word % 40 == 3 ? '7' : word % 90 == 5 ? '\xc3' : ' ';
	}
	return len;
}

static void
is_what_the_rules_say(void **state)
{
	static char text[200000];
	struct sketch s;
	unsigned i;

	for (i = 0; i < 600; i++) {
		size_t len = i < 300 ? i : random_below(i < 590 ? 5000 : 200000);

		seed = i;
		random_text(text, len, 1 + random_below(5000));
		sketch_init(&s);
		add(&s, text, len);
		sketch_end(&s);
		assert_true(same_marks(s, model(text, len)));
	}
}

/* Many runs, of more than is looked at in one go, some of little that is new, or of numbers: what may be read behind them changes nothing. */
static void
is_that_of_all_runs(void **state)
{
	static char text[200000 + 1 + SKETCH_STEP];
	unsigned i;

	for (i = 0; i < 400; i++) {
		size_t len = random_below(i < 390 ? 3 * SKETCH_TEXT : 200000), at, n;
		unsigned run = 1 + random_below(i % 7 == 0 ? 60000 : 60);
		struct sketch quick, slow;

		seed = i + 1000;
		random_text(text, len, 1 + random_below(i % 3 == 0 ? 30 : 5000));
		if (i % 5 == 0)
			memset(text, '5', len - len / 9);
		text[len] = '\0';
		sketch_init(&quick);
		sketch_init(&slow);
		for (at = 0; at < len; at += n + 1) {
			n = random_below(2 * run) + 1;
			n = n < len - at ? n : len - at;
			text[at + n] = '\0';
			sketch_add(&quick, text + at, text + at + n, text + sizeof(text));
			add(&slow, text + at, n);
		}
		sketch_end(&quick);
		sketch_end(&slow);
		assert_true(quick.whole == slow.whole && same_marks(quick, slow));
		assert_true(same_marks(quick, model(text, len)));
	}
}

/* Each byte counts for the whole, and where runs end. */
static void
whole(void **state)
{
	const char text[] = "What stands here is seen to its last byte, 1, 2, 3";
	uint64_t all = of(text).whole;
	char other[sizeof(text)];
	struct sketch s;
	size_t i;

	for (i = 0; i < sizeof(text) - 1; i++) {
		memcpy(other, text, sizeof(text));
		other[i] ^= 1;
		assert_true(of(other).whole != all);
		other[i] = '\0';
		assert_true(of(other).whole != all);
	}
	sketch_init(&s);
	add(&s, text, 20);
	add(&s, text + 20, sizeof(text) - 21);
	sketch_end(&s);
	assert_true(s.whole != all);
	/* White space between tags is nothing. */
	sketch_init(&s);
	add(&s, "\n", 1);
	add(&s, "", 0);
	add(&s, text, sizeof(text) - 1);
	sketch_end(&s);
	assert_true(s.whole == all);
	for (i = 1; i < 40; i++)
		assert_true(of(text + sizeof(text) - 1 - i).whole != of(text + sizeof(text) - 2 - i).whole);
}

/* What may be read behind a run changes nothing. */
static void
what_is_behind_does_not_matter(void **state)
{
	static char text[400];
	size_t len, behind;

	seed = 1;
	random_text(text, sizeof(text), 1000);
	for (len = 0; len < 100; len++) {
		struct sketch alone;

		sketch_init(&alone);
		add(&alone, text, len);
		sketch_end(&alone);
		for (behind = 0; behind < 40; behind++) {
			struct sketch s;

			sketch_init(&s);
			sketch_add(&s, text, text + len, text + len + behind);
			sketch_end(&s);
			assert_true(s.whole == alone.whole && same_marks(s, alone));
		}
	}
}

static void
numbers_say_nothing(void **state)
{
	struct sketch a = of("There is nothing on for the 27 of November 2026, so come again on another day, please do, and take your friends with you");
	struct sketch b = of("There is nothing on for the 3 of November 1999, so come again on another day, please do, and take your friends with you");

	assert_true(a.n >= 4 && same_marks(a, b) && a.whole != b.whole);
	assert_true(same_marks(of("ONE AND THE SAME WORD AFTER WORD"), of("one and the same word after word")));
}

static void
estimates_how_much_there_is(void **state)
{
	static char text[100000];
	unsigned i, bytes;

	for (i = 0; i < 50; i++) {
		unsigned len = 2000 + random_below(90000);

		seed = i + 77;
		/* Not random_text(): the third letter of its words follows from the first two. */
		for (unsigned k = 0; k < len; k++)
			text[k] = random_below(6) == 0 ? ' ' : (char)('a' + random_below(26));
		struct sketch s;

		sketch_init(&s);
		add(&s, text, len);
		sketch_end(&s);
		bytes = (s.n << s.shift) * SKETCH_BYTES_PER_MARK;
		assert_in_range(bytes, len / 2, 2 * len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_what_the_rules_say),
		cmocka_unit_test(is_that_of_all_runs),
		cmocka_unit_test(whole),
		cmocka_unit_test(what_is_behind_does_not_matter),
		cmocka_unit_test(numbers_say_nothing),
		cmocka_unit_test(estimates_how_much_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
