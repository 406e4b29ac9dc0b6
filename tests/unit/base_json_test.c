/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer wrote is read back by jansson, which is strict about UTF-8 and syntax. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/cleanup.h"
#include "base/json.h"

static json_t *
load(const struct buf *b)
{
	json_error_t error;
	json_t *j = json_loadb(b->data, b->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

	if (j == NULL)
		fail_msg("not JSON: %s: %.*s", error.text, (int)b->len, b->data);
	return j;
}

static void
test_shapes(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(10000);

	json_begin(&b);
	json_key(&b, "a");
	json_u64(&b, UINT64_MAX);
	json_key(&b, "b");
	json_i64(&b, INT64_MIN);
	json_key(&b, "c");
	json_begin_array(&b);
	json_element(&b);
	json_bool(&b, true);
	json_element(&b);
	json_begin(&b);
	json_end(&b);
	json_element(&b);
	json_begin_array(&b);
	json_end_array(&b);
	json_element(&b);
	json_str(&b, STR("{"));
	json_element(&b);
	json_nil(&b);
	json_end_array(&b);
	json_key(&b, "d");
	json_begin(&b);
	json_key(&b, "e");
	json_str(&b, STR(""));
	json_key(&b, "f");
	json_bool(&b, false);
	json_end(&b);
	json_end(&b);
	assert_int_equal(buf_err(&b), 0);
	assert_true(str_eq(buf_str(&b),
		STR("{\"a\":18446744073709551615,\"b\":-9223372036854775808,"
		    "\"c\":[true,{},[],\"{\",null],\"d\":{\"e\":\"\",\"f\":false}}")));
}

/* A string that ends in a brace or a colon must not swallow the comma behind it. */
static void
test_comma_after_any_value(void **state)
{
	static const char *const tricky[] = { "{", "[", ":", ",", "\\", "\"", "" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(tricky); i++) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(100);
		json_t *j;

		json_begin(&b);
		json_key(&b, "x");
		json_str(&b, str_of(tricky[i]));
		json_key(&b, "y");
		json_u64(&b, 1);
		json_end(&b);
		j = load(&b);
		assert_string_equal(json_string_value(json_object_get(j, "x")), tricky[i]);
		assert_int_equal(json_integer_value(json_object_get(j, "y")), 1);
		json_decref(j);
	}
}

static void
test_strings_that_are_not_utf8(void **state)
{
#define R "\xef\xbf\xbd"
	static const struct {
		struct str in, out;
	} cases[] = {
		{ STR("gr\xc3\xbc\xc3\x9f \xf0\x9f\x95\xb7"), STR("gr\xc3\xbc\xc3\x9f \xf0\x9f\x95\xb7") },
		{ STR("latin1 \xe4."), STR("latin1 " R ".") },
		{ STR("\xff\xfe"), STR(R R) },
		/* Unicode 15, tables 3-8 to 3-11: one U+FFFD for each maximal part. */
		{ STR("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"), STR(R R R R R R R R "A") },
		{ STR("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"), STR(R R R R R R R R "A") },
		{ STR("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"), STR(R R R R R "A" R R "B") },
		{ STR("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), STR(R R R R "A") },
		/* Broken off at the end. */
		{ STR("\xf0\x9f\x95"), STR(R) },
		{ STR("\xe2\x82"), STR(R) },
		{ STR("\xc3"), STR(R) },
	};
#undef R
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(1000);
		json_t *j;

		json_str(&b, cases[i].in);
		j = load(&b);
		assert_int_equal(json_string_length(j), cases[i].out.len);
		assert_memory_equal(json_string_value(j), cases[i].out.p, cases[i].out.len);
		json_decref(j);
	}
}

/* Every byte in every place of a string of two words of eight bytes and a bit: always JSON, ASCII comes back as it was, one line. */
static void
test_every_byte(void **state)
{
	int c, place;

	for (c = 0; c < 256; c++) {
		for (place = 0; place < 19; place++) {
			CLEANUP(buf_releasep) struct buf b = BUF_INIT(1000);
			char in[] = "abcdefgh ~]#!klmnop";
			json_t *j;
			size_t i;

			in[place] = (char)c;
			json_str(&b, str_n(in, 19));
			for (i = 0; i < b.len; i++)
				assert_true((unsigned char)b.data[i] >= 0x20 && b.data[i] != 0x7f);
			j = load(&b);
			if (c < 0x80) {
				assert_int_equal(json_string_length(j), 19);
				assert_memory_equal(json_string_value(j), in, 19);
			} else {
				assert_int_equal(json_string_length(j), 21);
			}
			json_decref(j);
		}
	}
}

static void
test_time(void **state)
{
	static const struct {
		int64_t us;
		const char *out;
	} cases[] = {
		{ 0, "\"1970-01-01T00:00:00.000000Z\"" },
		{ 951827696000001, "\"2000-02-29T12:34:56.000001Z\"" },
		{ 4102444799999999, "\"2099-12-31T23:59:59.999999Z\"" },
		/* A machine whose clock was never set. */
		{ -1, "\"1969-12-31T23:59:59.999999Z\"" },
		{ INT64_MIN, "\"0001-01-01T00:00:00.000000Z\"" },
		{ INT64_MAX, "\"9999-12-31T23:59:59.999999Z\"" },
		{ 253402300799999999, "\"9999-12-31T23:59:59.999999Z\"" },
		{ 4107542399000000, "\"2100-02-28T23:59:59.000000Z\"" },
		{ 4107542400000000, "\"2100-03-01T00:00:00.000000Z\"" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(100);

		json_time(&b, cases[i].us);
		assert_string_equal(buf_cstr(&b), cases[i].out);
	}
}

static void
test_overflow_is_told(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(10);

	json_begin(&b);
	json_key(&b, "k");
	json_str(&b, STR("longer than ten bytes"));
	json_end(&b);
	assert_true(buf_err(&b) < 0);
	assert_true(b.len <= 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_comma_after_any_value),
		cmocka_unit_test(test_strings_that_are_not_utf8),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_overflow_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
