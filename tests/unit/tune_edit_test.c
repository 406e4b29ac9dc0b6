/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys set in a config file (tune/edit.h): what is not ours stays, byte for byte. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tune/edit.h"

static const struct edit_key keys[] = {
	{ "fetch", "connections", STR("64"), STR("100 pages/s") },
	{ "fetch", "loops", STR("2"), STR("200 pages/s") },
	{ "parse", "workers", STR("4"), STR("300 pages/s") },
};

static void
check(const char *before, const char *after)
{
	struct buf out = BUF_INIT(65536), diff = BUF_INIT(65536);

	assert_int_equal(edit_apply(str_of(before), keys, ARRAY_LEN(keys), &out, &diff), 0);
	assert_non_null(buf_cstr(&out));
	assert_string_equal(out.data, after);
	buf_release(&out);
	buf_release(&diff);
}

static void
nothing_becomes_sections(void **state)
{
	(void)state;
	check("", "[fetch]\n# lycosa tune: 100 pages/s\nconnections = 64\n# lycosa tune: 200 pages/s\nloops = 2\n\n"
		"[parse]\n# lycosa tune: 300 pages/s\nworkers = 4\n");
}

static void
values_change_where_they_stand(void **state)
{
	(void)state;
	check("# mine\n[fetch]\n\t connections\t=  256   # why\nuser_agent = \"a # b\"\nloops=1;x\n\n; end\n[parse]\nworkers = \"auto\" ; q\n[run]\nquiet = on",
		"# mine\n[fetch]\n# lycosa tune: 100 pages/s\n\t connections\t=  64   # why\nuser_agent = \"a # b\"\n"
		"# lycosa tune: 200 pages/s\nloops=2\n\n; end\n[parse]\n# lycosa tune: 300 pages/s\nworkers = 4 ; q\n[run]\nquiet = on");
}

/* The last one counts, also where it is spelt with its section, or stands above all sections. */
static void
the_last_one_counts(void **state)
{
	(void)state;
	check("connections = 1\n[fetch]\nconnections = 2\nloops = 1\n[parse]\nworkers = 1\n[run]\nfetch.connections = 3\nloops = 5\n",
		"connections = 1\n[fetch]\nconnections = 2\n# lycosa tune: 200 pages/s\nloops = 2\n[parse]\n# lycosa tune: 300 pages/s\nworkers = 4\n"
		"[run]\n# lycosa tune: 100 pages/s\nfetch.connections = 64\nloops = 5\n");
}

static void
new_keys_go_into_their_section(void **state)
{
	(void)state;
	check("[parse]\nhtml = scan\n\n# of fetching\n[fetch]\nhttp2 = off\n# the end",
		"[parse]\nhtml = scan\n# lycosa tune: 300 pages/s\nworkers = 4\n\n# of fetching\n[fetch]\nhttp2 = off\n"
		"# lycosa tune: 100 pages/s\nconnections = 64\n# lycosa tune: 200 pages/s\nloops = 2\n# the end");
}

static void
line_endings_stay(void **state)
{
	(void)state;
	check("\xef\xbb\xbf[fetch]\r\nconnections = 1\r\nloops = 2", "\xef\xbb\xbf[fetch]\r\n# lycosa tune: 100 pages/s\r\nconnections = 64\r\n"
		"# lycosa tune: 200 pages/s\r\nloops = 2\r\n\r\n[parse]\r\n# lycosa tune: 300 pages/s\r\nworkers = 4\r\n");
}

/* Twice is as once. */
static void
again_changes_nothing(void **state)
{
	static const char *const texts[] = { "", "[fetch]\nloops = 9\n[x]\ny=1\n", "[parse]\r\nworkers=1\r\n", "# lycosa tune: kept, it is not above a key\n\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct buf once = BUF_INIT(65536), twice = BUF_INIT(65536), diff = BUF_INIT(65536);

		assert_int_equal(edit_apply(str_of(texts[i]), keys, ARRAY_LEN(keys), &once, &diff), 0);
		assert_int_equal(edit_apply(buf_str(&once), keys, ARRAY_LEN(keys), &twice, &diff), 0);
		assert_true(str_eq(buf_str(&once), buf_str(&twice)));
		buf_release(&once);
		buf_release(&twice);
		buf_release(&diff);
	}
}

/* Whatever the file holds: with our lines and values out, it is what it was. */
static void
any_bytes_stay(void **state)
{
	static const char pool[] = "[]=#;\"\\\n\r\t .ab\xff";
	uint64_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct buf out = BUF_INIT(65536), diff = BUF_INIT(65536);
		char text[40];
		size_t len, at = 0;

		for (len = 0; len < sizeof(text) && len < round % 41; len++) {
			random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			text[len] = pool[(random >> 33) % (sizeof(pool) - 1)];
		}
		assert_int_equal(edit_apply(str_n(text, len), keys, ARRAY_LEN(keys), &out, &diff), 0);
		/* None of these keys can stand in it: so it is what the new text begins with, and its line is ended. */
		for (size_t i = 0; i < len; i++, at++)
			assert_int_equal(out.data[at], text[i]);
		buf_release(&out);
		buf_release(&diff);
	}
}

static void
the_diff_says_it(void **state)
{
	struct buf out = BUF_INIT(65536), diff = BUF_INIT(65536);

	(void)state;
	assert_int_equal(edit_apply(STR("[fetch]\n# lycosa tune: old\nconnections = \x1b[1m\nloops = 2\n"), keys, 2, &out, &diff), 0);
	assert_non_null(buf_cstr(&diff));
	assert_string_equal(diff.data, "@@ line 2 @@\n-# lycosa tune: old\n@@ line 3 @@\n+# lycosa tune: 100 pages/s\n-connections = \\x1b[1m\n"
		"+connections = 64\n@@ line 4 @@\n+# lycosa tune: 200 pages/s\n");
	buf_release(&out);
	buf_release(&diff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_becomes_sections),
		cmocka_unit_test(values_change_where_they_stand),
		cmocka_unit_test(the_last_one_counts),
		cmocka_unit_test(new_keys_go_into_their_section),
		cmocka_unit_test(line_endings_stay),
		cmocka_unit_test(again_changes_nothing),
		cmocka_unit_test(any_bytes_stay),
		cmocka_unit_test(the_diff_says_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
