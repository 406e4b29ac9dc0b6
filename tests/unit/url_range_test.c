/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "url/range.h"

static void
is_range(const char *text, uint64_t from, uint64_t total)
{
	struct range r = { 1, 1 };

	range_read(str_of(text), &r);
	assert_int_equal(r.from, from);
	assert_int_equal(r.total, total);
}

/* RFC 9110 §14.4. */
static void
test_content_range(void **state)
{
	is_range("bytes 5-9/10", 5, 10);
	is_range("Bytes 0-0/1", 0, 1);
	is_range("bytes 5-9/*", 5, RANGE_UNKNOWN);
	is_range("bytes */10", RANGE_UNKNOWN, 10);
	is_range("bytes 9223372036854775806-9223372036854775806/9223372036854775807", INT64_MAX - 1, INT64_MAX);
	/* Ends before it begins, or behind the end; other units; no numbers. */
	is_range("bytes 9-5/10", RANGE_UNKNOWN, 10);
	is_range("bytes 5-10/10", RANGE_UNKNOWN, 10);
	is_range("pages 5-9/10", RANGE_UNKNOWN, RANGE_UNKNOWN);
	is_range("bytes=5-9/10", RANGE_UNKNOWN, RANGE_UNKNOWN);
	is_range("bytes 5-9", RANGE_UNKNOWN, RANGE_UNKNOWN);
	is_range("bytes -5-9/10", RANGE_UNKNOWN, 10);
	is_range("bytes 5-9/99999999999999999999", 5, RANGE_UNKNOWN);
	is_range("", RANGE_UNKNOWN, RANGE_UNKNOWN);
}

static void
validates(const char *etag, const char *last_modified, int64_t date_s, const char *wanted_etag, const char *wanted_date)
{
	struct range_validators v;

	range_validators_of(str_of(etag), str_of(last_modified), date_s, &v);
	assert_true(str_eq(v.etag, str_of(wanted_etag)));
	assert_true(str_eq(v.last_modified, str_of(wanted_date)));
}

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define DATE_S 784111777

/* RFC 9110 §13.1.5: a strong tag; without any tag, a date that is strong. */
static void
test_validators(void **state)
{
	validates("\"a\"", DATE, DATE_S + 10, "\"a\"", "");
	validates("W/\"a\"", DATE, DATE_S + 10, "", "");
	validates("", DATE, DATE_S + 10, "", DATE);
	validates("", DATE, DATE_S + 1, "", DATE);
	validates("", DATE, DATE_S, "", "");
	validates("", DATE, -1, "", "");
	validates("", "yesterday", DATE_S, "", "");
	validates("a", DATE, DATE_S + 10, "", DATE);
	validates("", "", DATE_S, "", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content_range),
		cmocka_unit_test(test_validators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
