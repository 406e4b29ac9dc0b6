/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "url/homes.h"

static struct url u;

static const struct url *
parse(const char *text)
{
	assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
	return &u;
}

static void
scheme_host_and_port(void **state)
{
	struct homes *o;
	unsigned first = 99, second = 99;

	(void)state;
	assert_int_equal(homes_new(&o), 0);
	assert_int_equal(homes_find(o, parse("http://a.test/"), NULL), HOMES_STRANGER);
	assert_int_equal(homes_add(o, parse("http://a.test/x?y")), 0);
	assert_int_equal(homes_add(o, parse("http://a.test:80/other")), 0);
	assert_int_equal(homes_add(o, parse("https://b.test:8443/")), 0);
	assert_int_equal(homes_count(o), 2);
	assert_int_equal(homes_find(o, parse("http://A.test/z"), &first), HOMES_SAME);
	assert_int_equal(homes_find(o, parse("https://b.test:8443/z"), &second), HOMES_SAME);
	assert_true(first < 2 && second < 2 && first != second);
	assert_int_equal(homes_find(o, parse("https://a.test/"), NULL), HOMES_HOST);
	assert_int_equal(homes_find(o, parse("http://a.test:8080/"), NULL), HOMES_HOST);
	assert_int_equal(homes_find(o, parse("https://a.test:80/"), NULL), HOMES_HOST);
	assert_int_equal(homes_find(o, parse("http://b.test:8443/"), NULL), HOMES_HOST);
	assert_int_equal(homes_find(o, parse("http://www.a.test/"), NULL), HOMES_STRANGER);
	assert_int_equal(homes_find(o, parse("http://test/"), NULL), HOMES_STRANGER);
	assert_int_equal(homes_find(o, parse("http://a.test./"), NULL), HOMES_STRANGER);
	assert_int_equal(homes_find(o, parse("http://a.test@c.test/"), NULL), HOMES_STRANGER);
	homes_free(o);
	homes_free(NULL);
}

static void
many(void **state)
{
	struct homes *o;
	char text[64];
	unsigned index;

	(void)state;
	assert_int_equal(homes_new(&o), 0);
	for (unsigned i = 0; i < 3000; i++) {
		(void)snprintf(text, sizeof(text), "http://h%u.test:%u/", i % 1000, 1000 + i);
		assert_int_equal(homes_add(o, parse(text)), 0);
	}
	assert_int_equal(homes_count(o), 3000);
	for (unsigned i = 0; i < 3000; i++) {
		(void)snprintf(text, sizeof(text), "http://h%u.test:%u/", i % 1000, 1000 + i);
		assert_int_equal(homes_find(o, parse(text), &index), HOMES_SAME);
		assert_int_equal(index, i);
	}
	homes_free(o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(scheme_host_and_port), cmocka_unit_test(many) };
	int failed;

	url_init(&u);
	failed = cmocka_run_group_tests_name("url_homes", tests, NULL, NULL);
	url_release(&u);
	return failed;
}
