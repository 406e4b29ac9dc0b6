/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crawler/units.h"

struct row {
	const char *text;
	int r;
	int64_t value;
};

static void
sizes(void **state)
{
	static const struct row rows[] = {
		{ "0", 0, 0 },
		{ "1", 0, 1 },
		{ "4096", 0, 4096 },
		{ "1k", 0, 1024 },
		{ "1K", 0, 1024 },
		{ "1kB", 0, 1024 },
		{ "1KiB", 0, 1024 },
		{ "7b", 0, 7 },
		{ "1.5m", 0, 1572864 },
		{ "0.001k", 0, 1 },
		{ "2g", 0, INT64_C(2) << 30 },
		{ "1t", 0, INT64_C(1) << 40 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "9223372036854775808", -ERANGE, 0 },
		{ "8388608t", -ERANGE, 0 },
		{ "99999999999999999999999", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "k", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ "1.", -EINVAL, 0 },
		{ ".5k", -EINVAL, 0 },
		{ "1.1234567891", -EINVAL, 0 },
		{ "1q", -ENXIO, 0 },
		{ "1 k", -ENXIO, 0 },
		{ "1kk", -ENXIO, 0 },
		{ "1k ", -ENXIO, 0 },
		{ "1.2.3", -ENXIO, 0 },
		{ "1bb", -ENXIO, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t v = -7;

		print_message("%s\n", rows[i].text);
		assert_int_equal(units_size(str_of(rows[i].text), &v), rows[i].r);
		assert_int_equal(v, rows[i].r < 0 ? -7 : rows[i].value);
	}
}

static void
times(void **state)
{
	static const struct row rows[] = {
		{ "0", 0, 0 },
		{ "1", 0, 1000000 },
		{ "0.25", 0, 250000 },
		{ "1us", 0, 1 },
		{ "1.5ms", 0, 1500 },
		{ "10s", 0, 10000000 },
		{ "2m", 0, 120000000 },
		{ "2min", 0, 120000000 },
		{ "1h", 0, INT64_C(3600000000) },
		{ "1d", 0, INT64_C(86400000000) },
		{ "0.0000001", 0, 0 },
		{ "106751992d", -ERANGE, 0 },
		{ "1S", -ENXIO, 0 },
		{ "1w", -ENXIO, 0 },
		{ "inf", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t v = -7;

		print_message("%s\n", rows[i].text);
		assert_int_equal(units_time(str_of(rows[i].text), &v), rows[i].r);
		assert_int_equal(v, rows[i].r < 0 ? -7 : rows[i].value);
	}
}

static void
bools(void **state)
{
	static const char *const on[] = { "on", "ON", "yes", "true", "1" }, *const off[] = { "off",
		"No", "false", "0" };
	bool v = false;

	for (size_t i = 0; i < ARRAY_LEN(on); i++) {
		assert_int_equal(units_bool(str_of(on[i]), &v), 0);
		assert_true(v);
	}
	for (size_t i = 0; i < ARRAY_LEN(off); i++) {
		assert_int_equal(units_bool(str_of(off[i]), &v), 0);
		assert_false(v);
	}
	assert_int_equal(units_bool(STR(""), &v), -EINVAL);
	assert_int_equal(units_bool(STR("2"), &v), -EINVAL);
	assert_int_equal(units_bool(STR("onn"), &v), -EINVAL);
}

/* What is written reads back to the same. */
static void
there_and_back(void **state)
{
	struct buf b = BUF_INIT(4096);
	uint64_t x = 88172645463325252u;

	for (int i = 0; i < 20000; i++) {
		int64_t v, back;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		v = (int64_t)(x >> (1 + x % 63));
		if (i % 3 == 0)
			v &= ~INT64_C(0xfffff);
		buf_reset(&b, SIZE_MAX);
		units_put_size(&b, v);
		assert_int_equal(units_size(buf_str(&b), &back), 0);
		assert_int_equal(back, v);
		if (i % 5 == 0)
			v = v / 1000000 * 1000000;
		buf_reset(&b, SIZE_MAX);
		units_put_time(&b, v);
		assert_int_equal(units_time(buf_str(&b), &back), 0);
		assert_int_equal(back, v);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(times),
		cmocka_unit_test(bools),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests_name("crawler_units", tests, NULL, NULL);
}
