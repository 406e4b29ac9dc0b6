/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parse/parse.h"

static void
test_wanted(void **state)
{
	assert_true(parse_wants_type(STR_NONE));
	assert_true(parse_wants_type(STR("")));
	assert_true(parse_wants_type(STR("text/html")));
	assert_true(parse_wants_type(STR("Text/HTML; charset=utf-8")));
	assert_true(parse_wants_type(STR(" text/html ;charset=utf-8")));
	assert_true(parse_wants_type(STR("application/xhtml+xml")));
	assert_true(parse_wants_type(STR("text/css")));
	assert_true(parse_wants_type(STR("; charset=utf-8")));
}

static void
test_not_wanted(void **state)
{
	assert_false(parse_wants_type(STR("image/png")));
	assert_false(parse_wants_type(STR("text/plain")));
	assert_false(parse_wants_type(STR("text/html5")));
	assert_false(parse_wants_type(STR("application/octet-stream")));
	assert_false(parse_wants_type(STR("text")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_not_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
