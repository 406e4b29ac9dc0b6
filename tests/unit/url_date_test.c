/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "url/date.h"

#define NO_DATE INT64_MIN

static int64_t
parsed(const char *s)
{
	int64_t t = NO_DATE;

	return date_parse(str_of(s), &t) == 0 ? t : NO_DATE;
}

/* RFC 9110 §5.6.7: the same moment in its three forms. */
static void
test_forms(void **state)
{
	assert_int_equal(parsed("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
	assert_int_equal(parsed("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
	assert_int_equal(parsed("Sun Nov  6 08:49:37 1994"), 784111777);
	assert_int_equal(parsed("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
	assert_int_equal(parsed("Tue, 19 Jan 2038 03:14:08 GMT"), INT64_C(2147483648));
	assert_int_equal(parsed("Fri, 31 Dec 9999 23:59:59 GMT"), INT64_C(253402300799));
}

static void
test_refused(void **state)
{
	assert_int_equal(parsed(""), NO_DATE);
	assert_int_equal(parsed("tomorrow"), NO_DATE);
	assert_int_equal(parsed("120"), NO_DATE);
	assert_int_equal(parsed("29 Feb 2023 00:00:00"), NO_DATE);
	assert_int_equal(parsed("29 Feb 2100 00:00:00"), NO_DATE);
	assert_int_equal(parsed("31 Apr 2024 00:00:00"), NO_DATE);
	assert_int_equal(parsed("0 Apr 2024 00:00:00"), NO_DATE);
	assert_int_equal(parsed("1 Apr 2024 24:00:00"), NO_DATE);
	assert_int_equal(parsed("1 Apr 2024 00:60:00"), NO_DATE);
	assert_int_equal(parsed("1 Apr 2024 00:00:61"), NO_DATE);
	assert_int_equal(parsed("1 Apr 1969 00:00:00"), NO_DATE);
	assert_int_equal(parsed("1 Apr 20240 00:00:00"), NO_DATE);
	assert_int_equal(parsed("1 Apr 2024 00:00"), NO_DATE);
}

/* A cookie is deleted with any day in the past; files and answers are of no day before 1970. */
static void
test_any(void **state)
{
	int64_t t = 0;

	assert_int_equal(date_parse_any(STR("Mon, 01-Jan-1900 00:00:00 GMT"), &t), 0);
	assert_int_equal(t, INT64_C(-2208988800));
	assert_int_equal(date_parse_any(STR("Wed, 31 Dec 1969 23:59:59 GMT"), &t), 0);
	assert_int_equal(t, -1);
	assert_int_equal(date_parse_any(STR("Mon, 01 Jan 1601 00:00:00 GMT"), &t), 0);
	assert_int_equal(t, INT64_C(-11644473600));
	assert_int_equal(date_parse_any(STR("Sun, 31 Dec 1600 23:59:59 GMT"), &t), -EINVAL);
	assert_int_equal(date_parse_any(STR("29 Feb 1900 00:00:00"), &t), -EINVAL);
	assert_int_equal(date_parse_any(STR("Sun, 06 Nov 1994 08:49:37 GMT"), &t), 0);
	assert_int_equal(t, 784111777);
	assert_int_equal(parsed("Wed, 31 Dec 1969 23:59:59 GMT"), NO_DATE);
}

/* Every day until 2420 (a cycle of 400 years and more), against libc. */
static void
test_days(void **state)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
		"Dec" };
	time_t t;

	for (t = 12 * 3600 + 34 * 60 + 56; t < (time_t)86400 * 164600; t += 86400) {
		struct tm tm;
		char text[64];

		assert_non_null(gmtime_r(&t, &tm));
		snprintf(text, sizeof(text), "%02d %s %d 12:34:56 GMT", tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900);
		assert_int_equal(parsed(text), t);
		snprintf(text, sizeof(text), "Xyz, %02d %s %04d 12:34:56 GMT", tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900);
		assert_int_equal(parsed(text), t);
	}
}

/* Of each part the first counts, a word is one part only. */
static void
test_order(void **state)
{
	assert_int_equal(parsed("1 22 Jan 2024 01:02:03"), 1640998923);
	assert_int_equal(parsed("1 Jan Feb 2024 2025 01:02:03 04:05:06"), 1704070923);
	assert_int_equal(parsed("2024 01:02:03 Jan 1"), 1704070923);
	assert_int_equal(parsed("01:02:03x 1st JANUARY 2024"), 1704070923);
}

/* What servers write is read where it stands, anything else word by word: with one byte of it changed, and a blank behind it so
 * that it is not in that form, it is the same date, or none. */
static void
test_fixdate(void **state)
{
	static const char form[] = "Sun, 06 Nov 1994 08:49:37 GMT";
	static const char bytes[] = "0129 ,:;-aMYNg\xe9\t";
	size_t at, i;

	for (at = 0; at < sizeof(form) - 1; at++) {
		for (i = 0; i < sizeof(bytes); i++) {
			char one[sizeof(form)], two[sizeof(form) + 1];

			memcpy(one, form, sizeof(form));
			one[at] = bytes[i];
			snprintf(two, sizeof(two), "%s ", one);
			assert_int_equal(parsed(one), parsed(two));
		}
	}
	assert_int_equal(parsed("Mar, 06 Nov 1994 08:49:37 GMT"), parsed("Mar, 06 Nov 1994 08:49:37 GMT "));
	assert_int_equal(parsed("Thu, 31 Feb 1994 08:49:37 GMT"), NO_DATE);
	assert_int_equal(parsed("Thu, 01 Jan 0070 00:00:00 GMT"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_fixdate),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
