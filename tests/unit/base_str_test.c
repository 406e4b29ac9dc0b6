/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/ifind.h"
#include "base/str.h"

static void
test_comparisons(void **state)
{
	assert_true(str_eq(STR(""), STR_NONE));
	assert_true(str_eq(STR("a\0b"), str_n("a\0bc", 3)));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_false(str_eq(STR("ab"), STR("abc")));

	assert_true(str_ieq(STR("Content-TYPE"), STR("content-type")));
	assert_true(str_ieq(STR_NONE, STR("")));
	assert_false(str_ieq(STR("a"), STR("b")));
	assert_false(str_ieq(STR("ab"), STR("AC")));
	/* '[' and '{' differ by 0x20 and are no letters; nor is anything above ASCII. */
	assert_false(str_ieq(STR("["), STR("{")));
	assert_false(str_ieq(STR("@"), STR("`")));
	assert_false(str_ieq(STR("\xc4"), STR("\xe4")));

	assert_true(str_starts(STR("abc"), STR("")));
	assert_true(str_starts(STR("abc"), STR("abc")));
	assert_false(str_starts(STR("ab"), STR("abc")));
	assert_true(str_istarts(STR("TEXT/html"), STR("text/")));
	assert_false(str_istarts(STR("TEX"), STR("text/")));
	assert_true(str_ends(STR("a.tar.gz"), STR(".gz")));
	assert_false(str_ends(STR("gz"), STR(".gz")));
	assert_true(str_ends(STR_NONE, STR_NONE));
}

static void
test_ascii_classes(void **state)
{
	int c;

	for (c = 0; c < 256; c++) {
		unsigned char u = (unsigned char)c;
		bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';

		assert_int_equal(ascii_is_alpha(u), upper || lower);
		assert_int_equal(ascii_is_alnum(u), upper || lower || digit);
		assert_int_equal(ascii_is_space(u), c != 0 && strchr(" \t\n\f\r", c) != NULL);
		assert_int_equal(ascii_lower(u), upper ? c + 32 : c);
		if (digit)
			assert_int_equal(ascii_hex(u), c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			assert_int_equal(ascii_hex(u), (c | 32) - 'a' + 10);
		else
			assert_int_equal(ascii_hex(u), -1);
	}
}

static void
test_trim_and_cut(void **state)
{
	struct str head = STR("unset"), rest = STR("unset");

	assert_true(str_eq(str_trim(STR(" \t\r\n\fa b \f")), STR("a b")));
	assert_int_equal(str_trim(STR(" \n ")).len, 0);
	assert_int_equal(str_trim(STR_NONE).len, 0);
	/* VT and NBSP are not white space of the web. */
	assert_int_equal(str_trim(STR("\v\xc2\xa0")).len, 3);

	assert_true(str_cut(STR("a=b=c"), '=', &head, &rest));
	assert_true(str_eq(head, STR("a")) && str_eq(rest, STR("b=c")));
	assert_true(str_cut(STR("="), '=', &head, &rest));
	assert_int_equal(head.len + rest.len, 0);
	head = STR("unset");
	assert_false(str_cut(STR("abc"), '=', &head, &rest));
	assert_true(str_eq(head, STR("unset")));
	assert_false(str_cut(STR_NONE, '=', &head, &rest));
}

static void
test_to_u64(void **state)
{
	static const struct {
		const char *s;
		uint64_t max;
		int r;
		uint64_t v;
	} cases[] = {
		{ "0", 10, 0, 0 },
		{ "007", 10, 0, 7 },
		{ "10", 10, 0, 10 },
		{ "11", 10, -ERANGE, 0 },
		{ "", 10, -EINVAL, 0 },
		{ "-1", 10, -EINVAL, 0 },
		{ "+1", 10, -EINVAL, 0 },
		{ " 1", 10, -EINVAL, 0 },
		{ "1 ", 10, -EINVAL, 0 },
		{ "0x1", 10, -EINVAL, 0 },
		{ "1e1", 10, -EINVAL, 0 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, -ERANGE, 0 },
		{ "18446744073709551620", UINT64_MAX, -ERANGE, 0 },
		{ "99999999999999999999999999", UINT64_MAX, -ERANGE, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t v = 4711;

		assert_int_equal(str_to_u64(str_of(cases[i].s), cases[i].max, &v), cases[i].r);
		assert_int_equal(v, cases[i].r == 0 ? cases[i].v : 4711);
	}
}

static void
test_glob(void **state)
{
	static const struct {
		const char *pattern, *s;
		bool match;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "/a/b", true }, /* '/' is nothing special */
		{ "**", "ab", true },
		{ "?", "", false },
		{ "?", "a", true },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbbcd", false },
		{ "a*b*c", "a-b-b-c", true },
		{ "*ab", "aab", true },
		{ "*.jp?g", "x.jpeg", true },
		{ "*.jp?g", "x.jpg", false },
		{ "[a-c]x", "bx", true },
		{ "[a-c]x", "dx", false },
		{ "[!a-c]x", "dx", true },
		{ "[^a-c]x", "ax", false },
		{ "[]]", "]", true },
		{ "[!]]", "]", false },
		{ "[a-]", "-", true },
		{ "[-a]", "-", true },
		{ "[a", "[a", true }, /* never closed: itself */
		{ "[", "[", true },
		{ "[\x80-\xff]", "\xc3", true },
		{ "a", "A", false },
		{ "abc*", "ab", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++)
		if (str_glob(str_of(cases[i].pattern), str_of(cases[i].s)) != cases[i].match)
			fail_msg("glob \"%s\" on \"%s\" should be %d", cases[i].pattern, cases[i].s,
				cases[i].match);
}

/* The same, by definition: every split is tried. Exponential, so for short strings only. */
static bool
glob_slow(const char *p, const char *s)
{
	if (*p == '\0')
		return *s == '\0';
	if (*p == '*')
		return glob_slow(p + 1, s) || (*s != '\0' && glob_slow(p, s + 1));
	return *s != '\0' && (*p == '?' || *p == *s) && glob_slow(p + 1, s + 1);
}

static void
test_glob_equals_its_definition(void **state)
{
	uint32_t seed = 1, i, k;

	for (i = 0; i < 20000; i++) {
		char p[8] = "", s[10] = "";

		seed = seed * 1664525 + 1013904223;
		for (k = 0; k < (seed >> 28) % 8; k++)
			p[k] = "ab*?"[(seed >> (8 + 2 * k)) & 3];
		seed = seed * 1664525 + 1013904223;
		for (k = 0; k < (seed >> 28) % 10; k++)
			s[k] = "ab"[(seed >> (8 + k)) & 1];
		if (str_glob(str_of(p), str_of(s)) != glob_slow(p, s))
			fail_msg("glob \"%s\" on \"%s\" should be %d", p, s, glob_slow(p, s));
	}
}

/* Backtracking into every star would take 2^30 steps here, and the test would never end. */
static void
test_glob_stays_linear(void **state)
{
	char pattern[64] = "", s[4096];
	size_t i;

	for (i = 0; i < 30; i++) {
		pattern[2 * i] = '*';
		pattern[2 * i + 1] = 'a';
	}
	pattern[60] = 'b';
	memset(s, 'a', sizeof(s));
	assert_false(str_glob(str_n(pattern, 61), str_n(s, sizeof(s))));
}

static void
test_utf8_round_trip_of_every_scalar(void **state)
{
	uint32_t cp, back;

	for (cp = 0; cp <= 0x10ffff; cp++) {
		char enc[4];
		size_t n, k;

		if (cp == 0xd800)
			cp = 0xe000;
		n = utf8_put(enc, cp);
		assert_int_equal(utf8_next(enc, n, &back), n);
		assert_int_equal(back, cp);
		for (k = 0; k < n; k++)
			assert_int_equal(utf8_next(enc, k, NULL), 0);
	}
}

static void
test_utf8_refuses(void **state)
{
	static const struct str bad[] = {
		STR("\x80"), STR("\xbf"), STR("\xc0\x80"), STR("\xc1\xbf"),     /* stray, overlong 2 */
		STR("\xe0\x80\x80"), STR("\xe0\x9f\xbf"),                       /* overlong 3 */
		STR("\xf0\x80\x80\x80"), STR("\xf0\x8f\xbf\xbf"),               /* overlong 4 */
		STR("\xed\xa0\x80"), STR("\xed\xbf\xbf"),                       /* surrogates */
		STR("\xf4\x90\x80\x80"), STR("\xf5\x80\x80\x80"), STR("\xff"),  /* beyond U+10FFFF */
		STR("\xc3("), STR("\xe2\x82("), STR("\xf0\x9f\x92("),           /* broken off */
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		char text[32] = "plain ASCII, 8+ ";
		size_t n = strlen(text);

		assert_int_equal(utf8_next(bad[i].p, bad[i].len, NULL), 0);
		memcpy(text + n, bad[i].p, bad[i].len);
		assert_true(utf8_valid(text, n));
		assert_false(utf8_valid(text, n + bad[i].len));
	}
	assert_int_equal(utf8_next("", 0, NULL), 0);
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", 10));
}

/* Words at every place, of every length, in every case, against a plain search. */
static void
test_ifind(void **state)
{
	static const char letters[] = "ABabEe<-";
	unsigned seed = 1;
	int round;

	for (round = 0; round < 20000; round++) {
		char text[80], word[8];
		size_t len = (size_t)rand_r(&seed) % sizeof(text), n = 2 + (size_t)rand_r(&seed) % 3, at = (size_t)rand_r(&seed) % (len + 1), want, i;

		for (i = 0; i < len; i++)
			text[i] = letters[(size_t)rand_r(&seed) % 8];
		for (i = 0; i < n; i++)
			word[i] = (char)ascii_lower((unsigned char)letters[(size_t)rand_r(&seed) % 8]);
		for (want = at; want < len && !str_istarts(str_n(text + want, len - want), str_n(word, n)); want++)
			;
		assert_int_equal(str_ifind(str_n(text, len), at, str_n(word, n)), want);
		for (want = at; want < len && !str_istarts(str_n(text + want, len - want), STR("<b")) &&
			!str_istarts(str_n(text + want, len - want), STR("<e")); want++)
			;
		assert_int_equal(str_ifind2(str_n(text, len), at, '<', "eb"), want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ifind),
		cmocka_unit_test(test_comparisons),
		cmocka_unit_test(test_ascii_classes),
		cmocka_unit_test(test_trim_and_cut),
		cmocka_unit_test(test_to_u64),
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_glob_equals_its_definition),
		cmocka_unit_test(test_glob_stays_linear),
		cmocka_unit_test(test_utf8_round_trip_of_every_scalar),
		cmocka_unit_test(test_utf8_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
