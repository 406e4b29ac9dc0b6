/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "url/header.h"

static void
parses(void **state)
{
	struct str name, value;

	(void)state;
	assert_int_equal(header_parse(STR("X-Key:  a b\t"), &name, &value), 0);
	assert_true(str_eq(name, STR("X-Key")) && str_eq(value, STR("a b")));
	assert_int_equal(header_parse(STR("X:"), &name, &value), 0);
	assert_int_equal(value.len, 0);
	assert_int_equal(header_parse(STR("A: b:c"), &name, &value), 0);
	assert_true(str_eq(value, STR("b:c")));
	assert_int_equal(header_parse(STR("no colon"), &name, &value), -EINVAL);
	assert_int_equal(header_parse(STR(": no name"), &name, &value), -EINVAL);
	assert_int_equal(header_parse(STR("two words: x"), &name, &value), -EINVAL);
	assert_int_equal(header_parse(STR("X : x"), &name, &value), -EINVAL);
	assert_int_equal(header_parse(STR("X: a\r\nY: b"), &name, &value), -EINVAL);
	assert_int_equal(header_parse(STR("X: a\0b"), &name, &value), -EINVAL);
	assert_int_equal(header_parse(STR("X\0Y: b"), &name, &value), -EINVAL);
}

static void
what_is_not_known_is_a_secret(void **state)
{
	static const char *const secret[] = { "Authorization", "Cookie", "Referer", "X-Api-Key", "Proxy-Authorization", "X", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(secret); i++) {
		assert_false(header_is_public(str_of(secret[i])));
		assert_false(header_is_recorded(str_of(secret[i])));
	}
	assert_true(header_is_public(STR("accept-language")));
	assert_true(header_is_recorded(STR("accept-language")));
	assert_false(header_is_public(STR("host")));
	assert_true(header_is_recorded(STR("HOST")));
}

/* What would break the framing, or says something that another option says. */
static void
reserved(void **state)
{
	static const char *const names[] = { "host", "content-length", "Transfer-Encoding", "connection", "Range", "Accept-Encoding",
		"user-agent", "referer" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_non_null(header_reserved(str_of(names[i])));
	assert_null(header_reserved(STR("Authorization")));
	assert_null(header_reserved(STR("Accept")));
	assert_null(header_reserved(STR("X-Host")));
}

static void
media_type(void **state)
{
	static const char *const rows[][2] = {
		{ "text/html", "text/html" },
		{ " Text/HTML ; charset=utf-8", "Text/HTML" },
		{ "text/html;charset=utf-8", "text/html" },
		{ "text/html, text/html; charset=utf-8", "text/html" },
		{ "text/html charset=utf-8", "text/html" },
		{ "text/html\t;x", "text/html" },
		{ "text/html(page)", "text/html" },
		{ "; charset=utf-8", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(str_eq(header_media_type(str_of(rows[i][0])), str_of(rows[i][1])));
	assert_int_equal(header_media_type(STR("text/html\0x")).len, 9);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(what_is_not_known_is_a_secret),
		cmocka_unit_test(reserved),
		cmocka_unit_test(media_type),
	};

	return cmocka_run_group_tests_name("url_header", tests, NULL, NULL);
}
