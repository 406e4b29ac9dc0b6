/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"

#define assert_buf(b, lit) assert_true(str_eq(buf_str(b), STR(lit)))

static void
test_adds(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(1000);

	assert_int_equal(buf_add(&b, "", 0), 0);
	assert_null(b.data);
	assert_int_equal(buf_add(&b, "a\0b", 3), 0);
	assert_int_equal(buf_addc(&b, 'c'), 0);
	assert_int_equal(buf_add_str(&b, STR("def")), 0);
	assert_int_equal(buf_add_u64(&b, 0), 0);
	assert_int_equal(buf_add_u64(&b, UINT64_MAX), 0);
	assert_int_equal(buf_addf(&b, "<%d:%s>", -5, "x"), 0);
	assert_buf(&b, "a\0bcdef018446744073709551615<-5:x>");
}

static void
test_ceiling_is_exact_and_sticky(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(100);
	char block[100];

	memset(block, 'x', sizeof(block));
	assert_int_equal(buf_add(&b, block, 60), 0);
	assert_int_equal(buf_add(&b, block, 41), -EMSGSIZE);
	assert_int_equal(b.len, 60); /* nothing half-written */
	assert_int_equal(buf_err(&b), -EMSGSIZE);
	/* Whoever checks once at the end must not be told that a shorter add behind it was fine. */
	assert_int_equal(buf_add(&b, block, 1), -EMSGSIZE);
	assert_int_equal(buf_add(&b, block, 0), -EMSGSIZE);
	assert_int_equal(buf_addf(&b, "%d", 1), -EMSGSIZE);
	assert_int_equal(b.len, 60);

	buf_reset(&b, SIZE_MAX);
	assert_int_equal(buf_err(&b), 0);
	assert_int_equal(buf_add(&b, block, 100), 0);
	assert_int_equal(b.len, 100);
	assert_int_equal(buf_addc(&b, 'y'), -EMSGSIZE);
}

/* SIZE_MAX as a length must not wrap around the ceiling. */
static void
test_huge_lengths(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(SIZE_MAX);

	assert_int_equal(buf_addc(&b, 'x'), 0);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -EMSGSIZE);
	buf_reset(&b, SIZE_MAX);
	assert_int_equal(buf_reserve(&b, SIZE_MAX / 2), -ENOMEM);
	assert_int_equal(buf_err(&b), -ENOMEM);
}

/* What fits must be taken, also when a NUL behind it would not fit any more. */
static void
test_addf_up_to_the_ceiling(void **state)
{
	char text[301];
	size_t n;

	memset(text, 'z', sizeof(text));
	text[300] = '\0';
	for (n = 250; n <= 300; n++) {
		CLEANUP(buf_releasep) struct buf exact = BUF_INIT(n), small = BUF_INIT(n - 1);

		assert_int_equal(buf_addf(&exact, "%s", text + 300 - n), 0);
		assert_int_equal(exact.len, n);
		assert_memory_equal(exact.data, text, n);
		assert_int_equal(buf_addf(&small, "%s", text + 300 - n), -EMSGSIZE);
		assert_int_equal(small.len, 0);
	}
}

static void
test_reset_and_release(void **state)
{
	struct buf b = BUF_INIT(1000);

	assert_int_equal(buf_reserve(&b, 500), 0);
	assert_true(b.cap >= 500 && b.cap <= 1000);
	buf_reset(&b, 1000);
	assert_true(b.cap >= 500); /* kept */
	buf_reset(&b, 100);
	assert_int_equal(b.cap, 0); /* too much to keep */
	assert_null(b.data);
	assert_int_equal(buf_add(&b, "again", 5), 0);
	buf_release(&b);
	assert_null(b.data);
	assert_int_equal(b.max_bytes, 1000);
	buf_release(&b);
}

/* Memory beyond the ceiling is not used, and an array is not grown. */
static void
test_over_memory(void **state)
{
	char bytes[8];
	struct buf b = buf_over(bytes, sizeof(bytes), 5);

	assert_int_equal(buf_add(&b, "12345", 5), 0);
	assert_ptr_equal(b.data, bytes);
	assert_int_equal(buf_addc(&b, '6'), -EMSGSIZE);
	assert_buf(&b, "12345");
	b = buf_over(bytes, sizeof(bytes), sizeof(bytes));
	assert_int_equal(buf_add(&b, "12345678", 8), 0);
	assert_int_equal(buf_addc(&b, '9'), -EMSGSIZE);
	b = buf_over(NULL, 0, 5);
	assert_int_equal(buf_add(&b, "123456", 6), -EMSGSIZE);
	buf_release(&b);
}

/* It stays where it is and as it was, whatever the buffer does. */
static void
test_lent_memory(void **state)
{
	char bytes[8] = "12345678";
	struct buf b = buf_lent(bytes, 4, 100);

	assert_int_equal(buf_add(&b, "abcd", 4), 0);
	assert_ptr_equal(b.data, bytes);
	buf_reset(&b, 0);
	assert_ptr_equal(b.data, bytes);
	assert_int_equal(buf_add(&b, "efgh", 4), 0);
	assert_int_equal(buf_add(&b, "ijkl", 4), 0);
	assert_ptr_not_equal(b.data, bytes);
	assert_buf(&b, "efghijkl");
	assert_memory_equal(bytes, "efgh5678", 8);
	buf_reset(&b, 0);
	assert_null(b.data);
	buf_release(&b);
	b = buf_lent(bytes, sizeof(bytes), 100);
	buf_release(&b);
	assert_null(b.data);
	assert_int_equal(buf_add(&b, "m", 1), 0);
	buf_release(&b);
}

static void
test_cstr(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(4);

	assert_string_equal(buf_cstr(&b), "");
	assert_int_equal(buf_add(&b, "abc", 3), 0);
	assert_string_equal(buf_cstr(&b), "abc");
	assert_int_equal(b.len, 3);
	assert_int_equal(buf_addc(&b, 'd'), 0);
	assert_null(buf_cstr(&b)); /* no room for the NUL */
	assert_int_equal(buf_err(&b), -EMSGSIZE);
}

static void
test_escaped_is_safe_for_terminals(void **state)
{
	static const struct {
		struct str in, out;
	} cases[] = {
		{ STR("plain /path?q=1"), STR("plain /path?q=1") },
		{ STR("gr\xc3\xbc\xc3\x9f"), STR("gr\xc3\xbc\xc3\x9f") },
		{ STR("\x1b[31mred"), STR("\\x1b[31mred") },
		{ STR("a\r\nb\0"), STR("a\\x0d\\x0ab\\x00") },
		{ STR("\x7f"), STR("\\x7f") },
		{ STR("\xc2\x9b"), STR("\\xc2\\x9b") },             /* C1: CSI in one character */
		{ STR("\xe2\x80\xae"), STR("\\xe2\\x80\\xae") },    /* right-to-left override */
		{ STR("\xe2\x81\xa6"), STR("\\xe2\\x81\\xa6") },    /* isolate */
		{ STR("\xef\xbb\xbf"), STR("\\xef\\xbb\\xbf") },    /* zero-width no-break space */
		{ STR("\xff\xc3"), STR("\\xff\\xc3") },             /* not UTF-8 */
		{ STR("\xed\xa0\x80"), STR("\\xed\\xa0\\x80") },    /* a surrogate */
		{ STR("\\x41"), STR("\\\\x41") },                   /* cannot be forged */
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(200);

		assert_int_equal(buf_add_escaped(&b, cases[i].in), 0);
		assert_true(str_eq(buf_str(&b), cases[i].out));
	}
}

/* A regular expression is shown as its user typed it; a terminal is as safe. */
static void
test_typed_keeps_its_backslashes(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(200);

	assert_int_equal(buf_add_typed(&b, STR("[.]\\w+\\.pdf$\x1b[2J\xff")), 0);
	assert_true(str_eq(buf_str(&b), STR("[.]\\w+\\.pdf$\\x1b[2J\\xff")));
}

static void
test_html_is_text_only(void **state)
{
	static const struct {
		struct str in, out;
	} cases[] = {
		{ STR("plain"), STR("plain") },
		{ STR("<b a=\"'&amp;\">"), STR("&lt;b a=&quot;&#39;&amp;amp;&quot;&gt;") },
		{ STR("\xc3\xbc\xff\xc3"), STR("\xc3\xbc\xef\xbf\xbd\xef\xbf\xbd") },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(200);

		assert_int_equal(buf_add_html(&b, cases[i].in), 0);
		assert_true(str_eq(buf_str(&b), cases[i].out));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adds),
		cmocka_unit_test(test_ceiling_is_exact_and_sticky),
		cmocka_unit_test(test_huge_lengths),
		cmocka_unit_test(test_addf_up_to_the_ceiling),
		cmocka_unit_test(test_reset_and_release),
		cmocka_unit_test(test_over_memory),
		cmocka_unit_test(test_lent_memory),
		cmocka_unit_test(test_cstr),
		cmocka_unit_test(test_escaped_is_safe_for_terminals),
		cmocka_unit_test(test_typed_keeps_its_backslashes),
		cmocka_unit_test(test_html_is_text_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
