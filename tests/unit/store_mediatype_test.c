/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/mediatype.h"

static void
essence(void **state)
{
	static const char *const rows[][2] = {
		{ "text/html", "text/html" },
		{ "Text/HTML; charset=UTF-8", "text/html" },
		{ "  image/svg+xml\t;x", "image/svg+xml" },
		{ "text/html, text/plain", "text/html" },
		{ "", "" },
		{ ";", "" },
		{ "html", "" },
		{ "/", "" },
		{ "text/", "" },
		{ "/html", "" },
		{ "a/b/c", "" },
		{ "text/html charset=x", "text/html" },
		{ "text/h\xc3\xa9", "" },
		{ "te\"xt/html", "" },
		{ "text/html\r\nX: y", "" },
	};
	char dst[MEDIATYPE_MAX_BYTES], big[300];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = mediatype_essence(str_of(rows[i][0]), dst);

		print_message("%s\n", rows[i][0]);
		assert_true(str_eq(str_n(dst, len), str_of(rows[i][1])));
	}
	assert_int_equal(mediatype_essence(STR("a/\0b"), dst), 0);
	memset(big, 'a', sizeof(big));
	big[5] = '/';
	assert_int_equal(mediatype_essence(str_n(big, MEDIATYPE_MAX_BYTES), dst),
		MEDIATYPE_MAX_BYTES);
	assert_int_equal(mediatype_essence(str_n(big, MEDIATYPE_MAX_BYTES + 1), dst), 0);
}

static void
extension(void **state)
{
	assert_string_equal(mediatype_extension(STR("text/html")), "html");
	assert_string_equal(mediatype_extension(STR("text/javascript")), "js");
	assert_string_equal(mediatype_extension(STR("x/y")), "bin");
	assert_string_equal(mediatype_extension(STR_NONE), "bin");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(essence),
		cmocka_unit_test(extension),
	};

	return cmocka_run_group_tests_name("store_mediatype", tests, NULL, NULL);
}
