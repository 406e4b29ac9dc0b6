/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "fetch/hstsset.h"

#define NOW INT64_C(1700000000)

static void
test_fields(void **state)
{
	static const struct {
		const char *value;
		int64_t age_s; /* -1: it says nothing */
		bool subdomains;
	} rows[] = {
		/* RFC 6797, section 6.2 */
		{ "max-age=31536000", 31536000, false },
		{ "max-age=15768000 ; includeSubDomains", 15768000, true },
		{ "max-age=\"31536000\"", 31536000, false },
		{ "max-age=0", 0, false },
		{ "max-age=0; includeSubDomains", 0, true },
		/* section 6.1 */
		{ "MAX-AGE = 5;INCLUDESUBDOMAINS;;", 5, true },
		{ "; ;max-age=5", 5, false },
		{ "preload; max-age=5; x=\"a;max-age=7\"", 5, false },
		{ "max-age=99999999999999999999999999", HSTS_MAX_AGE_S, false },
		{ "includeSubDomains", -1, false },
		{ "max-age", -1, false },
		{ "max-age=", -1, false },
		{ "max-age=-1", -1, false },
		{ "max-age=5d", -1, false },
		{ "max-age=\"5", -1, false },
		{ "max-age=\"5\"x", -1, false },
		{ "max-age=5; max-age=5", -1, false },
		{ "max-age=5; includeSubDomains; includeSubDomains", -1, false },
		{ "max-age=5; includeSubDomains=yes", -1, false },
		{ "x=\"\\\";max-age=5", -1, false },
		{ "", -1, false },
	};
	bool subdomains;
	int64_t age_s;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int r = hsts_parse(str_of(rows[i].value), &age_s, &subdomains);

		if (r != (rows[i].age_s < 0 ? -EINVAL : 0) || (r == 0 && (age_s != rows[i].age_s || subdomains != rows[i].subdomains)))
			fail_msg("%s", rows[i].value);
	}
}

static void
test_lines(void **state)
{
	static const char *const bad[] = { "h", "h\t0\t1\t5", "h\t0\t2\t5\t5", "\t0\t1\t5\t5", "h\tx\t1\t5\t5", "h\t0\t1\t-5\t5", "a b\t0\t1\t5\t5",
		"h\t0\t1\t5\t5x", "h\xc3\xa4\t0\t1\t5\t5" };
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(1000);
	struct hsts_host h;

	assert_int_equal(hsts_read_line(STR("# comment"), &h), -ENOENT);
	assert_int_equal(hsts_read_line(STR(" \r"), &h), -ENOENT);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(hsts_read_line(str_of(bad[i]), &h), -EINVAL);
	/* As wget writes it. */
	assert_int_equal(hsts_read_line(STR("www.example.org\t0\t1\t1700000000\t31536000\r"), &h), 0);
	assert_true(str_eq(h.host, STR("www.example.org")) && h.subdomains && h.since_s == NOW && h.until_s == NOW + 31536000);
	hsts_put_line(&b, &h);
	assert_string_equal(buf_cstr(&b), "www.example.org\t0\t1\t1700000000\t31536000\n");
	assert_int_equal(hsts_read_line(STR("h\t0\t0\t9223372036854775807\t1"), &h), -EINVAL);
	assert_int_equal(hsts_read_line(STR("h\t0\t0\t1\t9223372036854775"), &h), 0);
	assert_int_equal(h.until_s, 1 + HSTS_MAX_AGE_S);
}

static void
test_hosts(void **state)
{
	struct hstsset *s;

	assert_int_equal(hstsset_new(&s), 0);
	assert_false(hstsset_covers(s, STR("example.org"), NOW));
	assert_int_equal(hstsset_learn(s, STR("example.org"), STR("max-age=100"), NOW), 0);
	assert_true(hstsset_covers(s, STR("example.org"), NOW + 99));
	assert_false(hstsset_covers(s, STR("example.org"), NOW + 100));
	assert_false(hstsset_covers(s, STR("www.example.org"), NOW));
	assert_int_equal(hstsset_learn(s, STR("example.org"), STR("max-age=100; includeSubDomains"), NOW + 50), 0);
	assert_true(hstsset_covers(s, STR("a.b.example.org"), NOW + 149));
	assert_false(hstsset_covers(s, STR("badexample.org"), NOW + 60));
	assert_false(hstsset_covers(s, STR("org"), NOW + 60));
	/* One below says for itself alone; the one above holds on. */
	assert_int_equal(hstsset_learn(s, STR("www.example.org"), STR("max-age=0"), NOW + 60), 0);
	assert_true(hstsset_covers(s, STR("www.example.org"), NOW + 60));
	assert_int_equal(hstsset_learn(s, STR("example.org"), STR("max-age=0"), NOW + 60), 0);
	assert_false(hstsset_covers(s, STR("example.org"), NOW + 60));
	assert_int_equal(hstsset_learn(s, STR("other.org"), STR("nonsense"), NOW), 0);
	assert_false(hstsset_covers(s, STR("other.org"), NOW));
	hstsset_free(s);
}

/* The name with a dot at its end is the same host, whoever says it. */
static void
test_final_dot(void **state)
{
	struct hsts_host file = { STR("file.org."), false, NOW, NOW + 1000 };
	struct hstsset *s;

	assert_int_equal(hstsset_new(&s), 0);
	assert_int_equal(hstsset_learn(s, STR("example.org"), STR("max-age=100; includeSubDomains"), NOW), 0);
	assert_true(hstsset_covers(s, STR("example.org."), NOW));
	assert_true(hstsset_covers(s, STR("www.example.org."), NOW));
	assert_false(hstsset_covers(s, STR("org."), NOW) || hstsset_covers(s, STR("."), NOW));
	assert_int_equal(hstsset_learn(s, STR("example.org."), STR("max-age=0"), NOW + 1), 0);
	assert_false(hstsset_covers(s, STR("example.org"), NOW + 1));
	/* Two are no name, and would be another one when read again. */
	assert_int_equal(hstsset_learn(s, STR("two.org.."), STR("max-age=100"), NOW), 0);
	assert_false(hstsset_covers(s, STR("two.org"), NOW) || hstsset_covers(s, STR("two.org."), NOW) || hstsset_covers(s, STR("two.org.."), NOW));
	assert_int_equal(hstsset_learn(s, STR("dot.org."), STR("max-age=100"), NOW), 0);
	assert_int_equal(hstsset_put(s, &file, true, NOW), 0);
	assert_true(hstsset_covers(s, STR("dot.org"), NOW) && hstsset_covers(s, STR("file.org"), NOW));
	hstsset_free(s);
}

/* What was said later holds, whichever comes first. */
static void
test_put(void **state)
{
	struct hsts_host old = { STR("h.org"), true, NOW, NOW + 1000 }, new = { STR("h.org"), false, NOW + 5, NOW + 500 };
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(1000);
	struct hstsset *s;

	assert_int_equal(hstsset_new(&s), 0);
	assert_int_equal(hstsset_put(s, &new, true, NOW + 10), 0);
	assert_int_equal(hstsset_put(s, &old, false, NOW + 10), 0);
	assert_false(hstsset_covers(s, STR("h.org"), NOW + 600) || hstsset_covers(s, STR("x.h.org"), NOW));
	assert_false(hstsset_changes(s, &b));
	/* One whose time is over is none. */
	assert_int_equal(hstsset_put(s, &(struct hsts_host){ STR("gone.org"), false, 1, 2 }, true, NOW), 0);
	assert_int_equal(hstsset_count(s), 1);
	/* Nor does a word from the future stand above what is said now. */
	assert_int_equal(hstsset_put(s, &(struct hsts_host){ STR("late.org"), false, NOW + 5000, NOW + 6000 }, true, NOW), 0);
	assert_true(hstsset_covers(s, STR("late.org"), NOW) && !hstsset_covers(s, STR("late.org"), NOW + 1000));
	assert_int_equal(hstsset_learn(s, STR("late.org"), STR("max-age=0"), NOW + 1), 0);
	assert_false(hstsset_covers(s, STR("late.org"), NOW + 1));
	hstsset_free(s);
}

/* X3, with a second set that only hears of changes; X2 is beyond its few hosts. */
static void
test_changes_against_a_copy(void **state)
{
	static const char *const hosts[] = { "a.org", "www.a.org", "b.org", "x.y.b.org", "c.net" };
	static const char *const fields[] = { "max-age=0", "max-age=50000", "max-age=200000", "max-age=400000; includeSubDomains" };
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(100000);
	struct hstsset *s, *copy;
	struct hsts_host h;
	int64_t now_s = NOW;
	uint32_t x = 1;

	assert_int_equal(hstsset_new(&s), 0);
	assert_int_equal(hstsset_new(&copy), 0);
	for (unsigned i = 0; i < 20000; i++) {
		struct str line, rest;

		x = x * 1664525 + 1013904223;
		now_s += x >> 24 & 1023;
		assert_int_equal(hstsset_learn(s, str_of(hosts[(x >> 8) % ARRAY_LEN(hosts)]), str_of(fields[x >> 16 & 3]), now_s), 0);
		if ((x >> 20 & 3) != 0)
			continue;
		buf_reset(&b, 100000);
		(void)hstsset_changes(s, &b);
		for (rest = buf_str(&b); str_cut(rest, '\n', &line, &rest);) {
			assert_int_equal(hsts_read_line(line, &h), 0);
			assert_int_equal(hstsset_put(copy, &h, true, now_s), 0);
		}
		for (size_t k = 0; k < ARRAY_LEN(hosts); k++) {
			struct str name = str_of(hosts[k]);

			assert_false(hstsset_covers(copy, name, now_s) && !hstsset_covers(s, name, now_s));
			assert_false(hstsset_covers(s, name, now_s + HSTSSET_SLACK_S) && !hstsset_covers(copy, name, now_s));
		}
	}
	hstsset_free(s);
	hstsset_free(copy);
}

/* X3: what it costs to say the same again and again. */
static void
test_the_same_again_is_no_change(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(1000);
	const struct str host = STR("a.org"), field = STR("max-age=1000000");
	struct hstsset *s;

	assert_int_equal(hstsset_new(&s), 0);
	assert_int_equal(hstsset_learn(s, host, field, NOW), 0);
	assert_true(hstsset_changes(s, &b));
	assert_int_equal(hstsset_learn(s, host, field, NOW + HSTSSET_SLACK_S), 0);
	assert_false(hstsset_changes(s, &b));
	assert_int_equal(hstsset_learn(s, host, field, NOW + HSTSSET_SLACK_S + 1), 0);
	assert_true(hstsset_changes(s, &b));
	hstsset_free(s);
}

/* Beyond X2 go only those that are written down. */
static void
test_what_is_not_written_yet_stays(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT((size_t)64 * 1024 * 1024);
	struct hstsset *s;
	struct str line, rest;
	unsigned n = 0;
	char name[32];

	assert_int_equal(hstsset_new(&s), 0);
	for (unsigned i = 0; i < HSTSSET_MAX_HOSTS + 10; i++) {
		(void)snprintf(name, sizeof(name), "h%u.org", i);
		assert_int_equal(hstsset_learn(s, str_of(name), STR("max-age=1000"), NOW), 0);
	}
	assert_true(hstsset_covers(s, STR("h0.org"), NOW));
	assert_true(hstsset_changes(s, &b));
	for (rest = buf_str(&b); str_cut(rest, '\n', &line, &rest);)
		n += line.len > 0;
	assert_int_equal(n, HSTSSET_MAX_HOSTS + 10);
	assert_int_equal(hstsset_learn(s, STR("another.org"), STR("max-age=1000"), NOW), 0);
	assert_false(hstsset_covers(s, STR("h0.org"), NOW));
	hstsset_free(s);
}

static void
test_ceiling(void **state)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT((size_t)64 * 1024 * 1024);
	struct hstsset *s;
	char name[32];

	assert_int_equal(hstsset_new(&s), 0);
	for (unsigned i = 0; i < HSTSSET_MAX_HOSTS + 1000; i++) {
		(void)snprintf(name, sizeof(name), "h%u.org", i);
		assert_int_equal(hstsset_learn(s, str_of(name), STR("max-age=1000"), NOW), 0);
		if (i % 100 == 0)
			(void)hstsset_changes(s, &b);
	}
	assert_int_equal(hstsset_count(s), HSTSSET_MAX_HOSTS);
	assert_false(hstsset_covers(s, STR("h0.org"), NOW));
	assert_true(hstsset_covers(s, str_of(name), NOW));
	hstsset_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_final_dot),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_changes_against_a_copy),
		cmocka_unit_test(test_the_same_again_is_no_change),
		cmocka_unit_test(test_what_is_not_written_yet_stays),
		cmocka_unit_test(test_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
