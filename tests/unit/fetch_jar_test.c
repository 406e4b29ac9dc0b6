/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The jar: the IETF's vectors, its ceilings, and that what it tells of its changes leads to what it holds. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "fetch/jar.h"
#include "tests/unit/url_vectors.h"

#define NOW_S INT64_C(1800000000)

static struct url u;

static const struct url *
parse(const char *text)
{
	assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
	return &u;
}

static void
set(struct jar *j, const char *url, const char *value, int64_t now_s)
{
	assert_int_equal(jar_set(j, parse(url), str_of(value), now_s), 0);
	jar_check(j);
}

static void
check_header(struct jar *j, const char *url, int64_t now_s, const char *expected)
{
	struct buf b = BUF_INIT(JAR_HEADER_BYTES);

	jar_header(j, parse(url), now_s, &b);
	jar_check(j);
	assert_string_equal(buf_cstr(&b), expected);
	buf_release(&b);
}

static void
put_text(struct jar *j, struct str text, bool known, int64_t now_s)
{
	struct buf room = BUF_INIT(COOKIE_ROOM_BYTES);
	struct str line, rest = text;
	struct cookie c;

	while (str_cut(rest, '\n', &line, &rest)) {
		buf_reset(&room, SIZE_MAX);
		assert_int_equal(cookie_read_line(line, &room, &c), 0);
		assert_int_equal(jar_put(j, &c, known, now_s), 0);
	}
	buf_release(&room);
}

/* --- the IETF's vectors --- */

static bool
vector_holds(const json_t *c)
{
	struct buf base = BUF_INIT(4096), want = BUF_INIT(65536), got = BUF_INIT(65536);
	struct str to = vectors_str(c, "sent-to");
	struct url from;
	struct jar *j;
	json_t *item;
	size_t i;
	bool ok;

	url_init(&from);
	assert_int_equal(jar_new(&j), 0);
	buf_addf(&base, "http://home.example.org:8888/cookie-parser?%s", json_string_value(json_object_get(c, "test")));
	assert_int_equal(url_parse(&from, buf_str(&base), NULL), 0);
	json_array_foreach(json_object_get(c, "received"), i, item)
		assert_int_equal(jar_set(j, &from, str_n(json_string_value(item), json_string_length(item)), NOW_S), 0);
	assert_int_equal(url_parse(&u, to.p != NULL ? to : STR("/cookie-parser-result?x"), &from), 0);
	jar_header(j, &u, NOW_S, &got);
	json_array_foreach(json_object_get(c, "sent"), i, item)
		buf_addf(&want, "%s%s=%s", i > 0 ? "; " : "", json_string_value(json_object_get(item, "name")),
			json_string_value(json_object_get(item, "value")));
	ok = str_eq(buf_str(&want), buf_str(&got));
	if (!ok)
		printf("%s: %.*s instead of %.*s\n", json_string_value(json_object_get(c, "test")), STR_ARG(buf_str(&got)),
			STR_ARG(buf_str(&want)));
	jar_check(j);
	jar_free(j);
	url_release(&from);
	buf_release(&base);
	buf_release(&want);
	buf_release(&got);
	return ok;
}

static void
vectors(void **state)
{
	json_t *cases = vectors_load("http/cookies-ietf.json"), *c;
	size_t i, good = 0;

	(void)state;
	if (cases == NULL)
		skip();
	json_array_foreach(cases, i, c)
		good += vector_holds(c);
	printf("cookies: %zu of %zu\n", good, json_array_size(cases));
	assert_int_equal(good, json_array_size(cases));
	json_decref(cases);
}

/* --- rules of its own --- */

static void
replaced_and_expired(void **state)
{
	struct jar *j;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	set(j, "http://a.test/x/y", "one=1", NOW_S);
	set(j, "http://a.test/x/y", "two=2; max-age=10", NOW_S);
	set(j, "http://a.test/x/y", "one=3", NOW_S);
	set(j, "http://a.test/x/y", "deep=4; path=/x/y", NOW_S);
	check_header(j, "http://a.test/x/y", NOW_S + 9, "deep=4; one=3; two=2");
	check_header(j, "http://a.test/x/y", NOW_S + 10, "deep=4; one=3");
	set(j, "http://a.test/x/y", "one=; max-age=0", NOW_S + 11);
	check_header(j, "http://a.test/x/y", NOW_S + 11, "deep=4");
	set(j, "http://a.test/x/y", "deep=; path=/x/y; max-age=0", NOW_S + 11);
	assert_int_equal(jar_count(j), 0);
	check_header(j, "http://a.test/x/y", NOW_S + 11, "");
	jar_free(j);
}

/* RFC 6265bis: plain http cannot put a cookie before one of https. */
static void
http_does_not_shadow_https(void **state)
{
	struct jar *j;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	set(j, "https://w.a.test/", "sid=good; secure; domain=a.test", NOW_S);
	set(j, "http://w.a.test/", "sid=evil", NOW_S);
	set(j, "http://b.a.test/", "sid=evil; domain=a.test; path=/login", NOW_S);
	check_header(j, "https://w.a.test/login", NOW_S, "sid=good");
	set(j, "http://w.a.test/", "other=fine", NOW_S);
	check_header(j, "https://w.a.test/login", NOW_S, "sid=good; other=fine");
	check_header(j, "http://w.a.test/login", NOW_S, "other=fine");
	jar_free(j);
}

/* K2: what one host of a site sets too much costs that site its least recently used one. */
static void
ceiling_of_a_site(void **state)
{
	char text[64];
	struct jar *j;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	set(j, "http://other.test/", "mine=1", NOW_S);
	set(j, "http://a.test/keep", "login=1; path=/keep", NOW_S);
	for (int i = 0; i < 3 * JAR_SITE_COOKIES; i++) {
		(void)snprintf(text, sizeof(text), "c%d=1", i);
		set(j, "http://w.a.test/", text, NOW_S);
		check_header(j, "http://a.test/keep", NOW_S, "login=1");
	}
	assert_int_equal(jar_count(j), JAR_SITE_COOKIES + 1);
	check_header(j, "http://other.test/", NOW_S, "mine=1");
	jar_free(j);
}

/* K2: http cannot push out what https has set for itself; what has expired goes before all. */
static void
ceiling_spares_https(void **state)
{
	char text[64];
	struct jar *j;
	int i;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	set(j, "https://w.a.test/", "sid=secret; secure", NOW_S);
	set(j, "http://w.a.test/", "brief=1; max-age=5", NOW_S);
	for (i = 0; i < 3 * JAR_SITE_COOKIES; i++) {
		(void)snprintf(text, sizeof(text), "a%d=1; path=/none", i);
		set(j, "http://w.a.test/", text, NOW_S);
	}
	check_header(j, "https://w.a.test/", NOW_S, "sid=secret");
	/* Nothing but those of https: they are least recently used first, and one of http finds no place. */
	for (i = 0; i < JAR_SITE_COOKIES; i++) {
		(void)snprintf(text, sizeof(text), "s%d=1; secure; path=/none", i);
		set(j, "https://w.a.test/", text, NOW_S);
	}
	assert_int_equal(jar_count(j), JAR_SITE_COOKIES);
	check_header(j, "https://w.a.test/", NOW_S, "");
	set(j, "http://w.a.test/", "late=1", NOW_S);
	check_header(j, "http://w.a.test/", NOW_S, "");
	assert_int_equal(jar_count(j), JAR_SITE_COOKIES);
	/* Until one has expired. */
	set(j, "https://w.a.test/", "s1=1; secure; path=/none; max-age=5", NOW_S);
	set(j, "http://w.a.test/", "late=1", NOW_S + 6);
	check_header(j, "http://w.a.test/", NOW_S + 6, "late=1");
	jar_free(j);
}

/* An answer with more than a site may have: the first of them, and no work for the others. */
static void
flood_of_one_answer(void **state)
{
	struct buf lines = BUF_INIT(1024 * 1024);
	struct jar *j;
	int i;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	set(j, "http://w.a.test/", "before=1; path=/before", NOW_S);
	for (i = 0; i < 10000; i++)
		buf_addf(&lines, "c%d=1; path=/c%d\n", i, i);
	assert_int_equal(jar_set_all(j, parse("http://w.a.test/"), buf_str(&lines), NOW_S), 0);
	assert_int_equal(jar_count(j), JAR_SITE_COOKIES);
	check_header(j, "http://w.a.test/c0", NOW_S, "c0=1");
	check_header(j, "http://w.a.test/c179", NOW_S, "c179=1"); /* the last of JAR_SITE_COOKIES */
	check_header(j, "http://w.a.test/c180", NOW_S, "");
	check_header(j, "http://w.a.test/c9999", NOW_S, "");
	buf_release(&lines);
	jar_free(j);
}

/* K3: many sites; those that were not used for long go, one after the other. */
static void
ceiling_of_all(void **state)
{
	static char value[4000];
	char url[64];
	struct jar *j;
	size_t n = 0, before;

	(void)state;
	memset(value, 'v', sizeof(value) - 1);
	memcpy(value, "n=", 2);
	assert_int_equal(jar_new(&j), 0);
	set(j, "http://kept.test/", "mine=1", NOW_S);
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(url, sizeof(url), "http://h%04d.test/", i);
		before = jar_count(j);
		assert_int_equal(jar_set(j, parse(url), str_of(value), NOW_S), 0);
		assert_true(jar_count(j) >= before); /* one for one */
		n += jar_count(j) == before;
		if (i % 100 == 0)
			check_header(j, "http://kept.test/", NOW_S, "mine=1");
	}
	assert_true(n > 500);
	check_header(j, "http://kept.test/", NOW_S, "mine=1");
	check_header(j, "http://h0000.test/", NOW_S, "");
	jar_free(j);
}

static void
header_has_a_ceiling(void **state)
{
	static char value[3000];
	struct buf b = BUF_INIT(65536);
	struct jar *j;

	(void)state;
	memset(value, 'v', sizeof(value) - 1);
	assert_int_equal(jar_new(&j), 0);
	for (char c = 'a'; c < 'g'; c++) {
		value[0] = c;
		value[1] = '=';
		set(j, "http://a.test/", value, NOW_S);
	}
	set(j, "http://a.test/", "small=1", NOW_S);
	jar_header(j, parse("http://a.test/"), NOW_S, &b);
	assert_true(b.len <= JAR_HEADER_BYTES && b.len > 2 * sizeof(value) - 8 && str_ends(buf_str(&b), STR("; small=1")));
	buf_release(&b);
	jar_free(j);
}

/* A session that every answer prolongs by a second is not written down with every answer. */
static void
small_changes_are_not_told(void **state)
{
	struct buf b = BUF_INIT(65536);
	unsigned told = 0;
	struct jar *j;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	for (int i = 0; i < 1000; i++) {
		set(j, "http://a.test/", "sid=1; max-age=3600", NOW_S + i);
		told += jar_changes(j, &b);
	}
	assert_in_range(told, 2, 10);
	set(j, "http://a.test/", "sid=2; max-age=3600", NOW_S + 1000);
	assert_true(jar_changes(j, &b));
	assert_false(jar_changes(j, &b));
	buf_release(&b);
	jar_free(j);
}

static uint64_t random_state = 1;

static unsigned
pick(unsigned n)
{
	random_state = hash_mix(random_state, 7);
	return (unsigned)(random_state % n);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Which of them came first is not told: in alphabetical order. */
static void
put_sorted(struct jar *j, int64_t now_s, struct buf *out)
{
	struct buf all = BUF_INIT(1 << 22);
	char *lines[4 * JAR_SITE_COOKIES], *at, *rest;
	size_t n = 0;

	jar_text(j, true, now_s, &all);
	assert_non_null(buf_cstr(&all));
	for (at = strtok_r(all.data, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest)) {
		assert_true(n < ARRAY_LEN(lines));
		lines[n++] = at;
	}
	qsort(lines, n, sizeof(char *), by_text);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s\n", lines[i]);
	buf_release(&all);
}

/* K4: a second jar that is fed with the first one's changes holds the same. */
static void
changes_lead_to_the_same(void **state)
{
	static const char *const domains[] = { "", "; domain=a.test", "; domain=w.a.test" };
	static const char *const lives[] = { "", "; max-age=0", "; max-age=9", "; expires=Fri, 01 Jan 2028 00:00:00 GMT" };
	struct buf b = BUF_INIT(1 << 22), text[2] = { BUF_INIT(1 << 22), BUF_INIT(1 << 22) };
	char line[256], url[64];
	struct jar *j, *copy;
	int64_t now_s = NOW_S;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	assert_int_equal(jar_new(&copy), 0);
	for (int i = 0; i < 20000; i++) {
		(void)snprintf(line, sizeof(line), "n%u=%u%s%s; path=/%u", pick(80), pick(3), domains[pick(3)], lives[pick(4)], pick(4));
		(void)snprintf(url, sizeof(url), "http://%sw.a.test/%u", pick(2) == 0 ? "x." : "", pick(4));
		set(j, url, line, now_s);
		if (pick(8) == 0)
			now_s += pick(3);
		if (pick(20) == 0) {
			buf_reset(&b, SIZE_MAX);
			jar_header(j, parse(url), now_s, &b);
		}
		if (pick(50) != 0)
			continue;
		buf_reset(&b, SIZE_MAX);
		(void)jar_changes(j, &b);
		assert_int_equal(buf_err(&b), 0);
		put_text(copy, buf_str(&b), true, now_s);
		jar_check(copy);
	}
	for (int k = 0; k < 2; k++) {
		buf_reset(&b, SIZE_MAX);
		(void)jar_changes(j, &b);
		put_text(copy, buf_str(&b), true, now_s);
		put_sorted(k == 0 ? j : copy, now_s, &text[k]);
	}
	assert_true(text[0].len > 1000);
	assert_string_equal(buf_cstr(&text[0]), buf_cstr(&text[1]));
	buf_release(&b);
	buf_release(&text[0]);
	buf_release(&text[1]);
	jar_free(j);
	jar_free(copy);
}

static void
text_of_all(void **state)
{
	struct buf b = BUF_INIT(65536);
	struct jar *j;

	(void)state;
	assert_int_equal(jar_new(&j), 0);
	set(j, "http://z.test/", "z=1; max-age=10", NOW_S);
	set(j, "http://a.test/", "s=2", NOW_S);
	jar_text(j, false, NOW_S, &b);
	assert_string_equal(buf_cstr(&b), "z.test\tFALSE\t/\tFALSE\t1800000010\tz\t1\n");
	buf_reset(&b, SIZE_MAX);
	jar_text(j, true, NOW_S, &b);
	assert_string_equal(buf_cstr(&b), "z.test\tFALSE\t/\tFALSE\t1800000010\tz\t1\na.test\tFALSE\t/\tFALSE\t0\ts\t2\n");
	buf_reset(&b, SIZE_MAX);
	jar_text(j, true, NOW_S + 10, &b);
	assert_string_equal(buf_cstr(&b), "a.test\tFALSE\t/\tFALSE\t0\ts\t2\n");
	buf_release(&b);
	jar_free(j);
	jar_free(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(replaced_and_expired),
		cmocka_unit_test(http_does_not_shadow_https),
		cmocka_unit_test(ceiling_of_a_site),
		cmocka_unit_test(ceiling_spares_https),
		cmocka_unit_test(flood_of_one_answer),
		cmocka_unit_test(ceiling_of_all),
		cmocka_unit_test(header_has_a_ceiling),
		cmocka_unit_test(small_changes_are_not_told),
		cmocka_unit_test(changes_lead_to_the_same),
		cmocka_unit_test(text_of_all),
	};
	int failed;

	url_init(&u);
	failed = cmocka_run_group_tests_name("fetch_jar", tests, NULL, NULL);
	url_release(&u);
	return failed;
}
