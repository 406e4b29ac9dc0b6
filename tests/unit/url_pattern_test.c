/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "url/canon.h"
#include "url/pattern.h"

static const struct hash_key key = { 5 };

static void
parse(struct url *u, const char *text)
{
	url_init(u);
	assert_int_equal(url_parse(u, str_of(text), NULL), 0);
	url_canon(u);
}

static struct pattern
pattern(const char *text)
{
	struct pattern p;
	struct url u;

	parse(&u, text);
	pattern_of(&u, &key, &p);
	url_release(&u);
	return p;
}

static unsigned
words(const char *text, const char *parent)
{
	struct url u;
	unsigned n;

	parse(&u, text);
	n = pattern_words(&u, str_of(parent));
	url_release(&u);
	return n;
}

static void
folds(void **state)
{
	static const char *const same[][2] = {
		{ "http://h.test/archive/2026/11/page-7", "http://h.test/archive/1999/1/page-12345" },
		{ "http://h.test/list?a=1", "http://h.test/list?b=2&c=3" },
		{ "http://h.test/s/8f3a90c2d1/about", "http://h.test/s/77aa01bb93/about" },
		{ "http://h.test/x/(S(a1b2c3d4e5))/y", "http://h.test/x/(S(z9y8x7w6v5))/y" },
		{ "http://h.test/p;jsessionid=1/q", "http://h.test/p/q" },
		{ "http://h.test/a/b/a/b/a/b/c", "http://h.test/a/b/c" },
		{ "http://h.test/a/a/a/a/a", "http://h.test/a" },
	};
	static const char *const other[][2] = {
		{ "http://h.test/archive/1", "http://h.test/archives/1" },
		{ "http://h.test/list?a=1", "http://h.test/list" },
		{ "http://h.test/a", "http://i.test/a" },
		{ "http://h.test/a", "http://h.test:81/a" },
		{ "http://h.test/functions", "http://h.test/datatypes" },
		{ "http://h.test/a/b/c", "http://h.test/a/c/b" },
		{ "http://h.test/1/2", "http://h.test/12" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(same); i++)
		if (pattern(same[i][0]).key != pattern(same[i][1]).key)
			fail_msg("%s", same[i][0]);
	for (i = 0; i < ARRAY_LEN(other); i++)
		if (pattern(other[i][0]).key == pattern(other[i][1]).key)
			fail_msg("%s", other[i][0]);
}

static void
counts(void **state)
{
	char deep[3000] = "http://h.test";
	size_t n = strlen(deep);
	unsigned i;

	assert_int_equal(pattern("http://h.test/a/b/a/b/a/b/c").repetitions, 2);
	assert_int_equal(pattern("http://h.test/a/b/c/a/d").repetitions, 0);
	assert_int_equal(pattern("http://h.test//").repetitions, 0);
	assert_int_equal(pattern("http://h.test/a/a").repetitions, 1);
	assert_int_equal(words("http://h.test/one-two/3?four=five5", ""), 4);
	assert_int_equal(words("http://h.test/one-two/3?four=five", "http://h.test/one-two/"), 2);
	assert_int_equal(words("http://h.test/one/two/three", "http://h.test/one/twofold"), 2);
	assert_int_equal(words("http://h.test/one/two", "http://h.test/one/two/three"), 1);
	assert_int_equal(words("http://h.test/one/two?q=x+y", "http://h.test/one/two?q=x"), 2);
	assert_int_equal(words("http://h.test/one/two", "http://i.test/one/two"), 2);
	assert_int_equal(words("http://h.test/", "http://h.test/x"), 0);
	/* What is too long is cut, not believed. */
	for (i = 0; i < 1400; i++)
		n += (size_t)snprintf(deep + n, sizeof(deep) - n, "/%c", 'a' + (int)(i * i % 23));
	(void)pattern(deep);
}

static unsigned
slots(const char *text, struct pattern_slot ret[PATTERN_MAX_SLOTS])
{
	struct url u;
	unsigned n;

	parse(&u, text);
	n = pattern_slots(&u, &key, ret);
	url_release(&u);
	return n;
}

static void
slots_are_what_may_change_nothing(void **state)
{
	static const struct hash_key *k = &key;
	struct pattern_slot a[PATTERN_MAX_SLOTS], b[PATTERN_MAX_SLOTS];

	assert_int_equal(slots("http://h.test/a/b", a), 0);
	assert_int_equal(slots("http://h.test/a?x=1&y=2", a), 2);
	assert_int_equal(slots("http://h.test/a?x=1&y=3", b), 2);
	assert_true(a[0].name == b[0].name && a[1].name == b[1].name && a[0].name != a[1].name);
	assert_true(a[1].rest == b[1].rest && a[0].rest != b[0].rest);
	assert_true(a[1].bare == hash_fingerprint(k, "http://h.test/a?x=1", 19) && a[0].bare == 0);
	/* The only parameter goes with its '?', and it is the same parameter on another page. */
	assert_int_equal(slots("http://h.test/b?y=2", b), 1);
	assert_true(b[0].bare == hash_fingerprint(k, "http://h.test/b", 15) && b[0].name == a[1].name);
	assert_int_equal(slots("http://h.test/a?x=1&&y=2&", a), 2);
	/* Sessions in the path. */
	assert_int_equal(slots("http://h.test/s/8f3a90c2d1/about;id=7", a), 2);
	assert_int_equal(slots("http://h.test/s/77aa01bb93/about;id=7", b), 2);
	assert_true(a[0].rest == b[0].rest && a[0].name == b[0].name && a[1].rest != b[1].rest);
	/* More than there is room for. */
	assert_int_equal(slots("http://h.test/?a&b&c&d&e&f&g&h&i&j&k", a), PATTERN_MAX_SLOTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds),
		cmocka_unit_test(counts),
		cmocka_unit_test(slots_are_what_may_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
