/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parse/parse.h"

static bool
wants(const char *url, enum link_kind kind, struct str type)
{
	struct job *j;
	bool yes;

	assert_int_equal(job_new(&j), 0);
	assert_int_equal(url_parse(&j->url, str_of(url), NULL), 0);
	j->kind = kind;
	yes = parse_wants(j, type);
	job_free(j);
	return yes;
}

static bool
wants_page(struct str type)
{
	return wants("http://h.test/a", LINK_PAGE, type);
}

static void
test_wanted(void **state)
{
	assert_true(wants_page(STR_NONE));
	assert_true(wants_page(STR("")));
	assert_true(wants_page(STR("text/html")));
	assert_true(wants_page(STR("Text/HTML; charset=utf-8")));
	assert_true(wants_page(STR(" text/html ;charset=utf-8")));
	assert_true(wants_page(STR("text/html, text/html; charset=utf-8")));
	assert_true(wants_page(STR("text/html charset=utf-8")));
	assert_true(wants_page(STR("application/xhtml+xml")));
	assert_true(wants_page(STR("application/rss+xml")));
	assert_true(wants_page(STR("image/svg+xml")));
	assert_true(wants_page(STR("text/xml;charset=utf-8")));
	assert_true(wants_page(STR("text/css")));
	assert_true(wants_page(STR("; charset=utf-8")));
	assert_true(wants_page(STR("application/manifest+json")));
}

static void
test_not_wanted(void **state)
{
	assert_false(wants_page(STR("image/png")));
	assert_false(wants_page(STR("text/plain")));
	assert_false(wants_page(STR("text/html5")));
	assert_false(wants_page(STR("application/octet-stream")));
	assert_false(wants_page(STR("application/vnd.openxmlformats")));
	assert_false(wants_page(STR("+xml")));
	assert_false(wants_page(STR("text")));
}

/* JSON is data of somebody's program, unless it may be a manifest. */
static void
test_manifests(void **state)
{
	assert_false(wants("http://h.test/a.json", LINK_PAGE, STR("application/json")));
	assert_true(wants("http://h.test/a.json", LINK_REQUISITE, STR("application/json")));
	assert_true(wants("http://h.test/site.webmanifest?v=1", LINK_PAGE, STR("application/octet-stream")));
	assert_false(wants("http://h.test/x?y=site.webmanifest", LINK_REQUISITE, STR("application/octet-stream")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_not_wanted),
		cmocka_unit_test(test_manifests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
