/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Set-Cookie field, and a line of a cookies.txt, come to. That the IETF's vectors hold: fetch_jar_test. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "url/cookie.h"

#define NOW_S INT64_C(1800000000)

static struct buf room = BUF_INIT(COOKIE_ROOM_BYTES), line = BUF_INIT(16384);
static struct url u;

/* As the line that it comes to; "" = none. */
static const char *
got(const char *url, struct str set_cookie)
{
	struct cookie c;

	buf_reset(&room, SIZE_MAX);
	buf_reset(&line, SIZE_MAX);
	assert_int_equal(url_parse(&u, str_of(url), NULL), 0);
	if (cookie_parse(set_cookie, &u, NOW_S, &room, &c) == 0) {
		cookie_put_line(&c, &line);
		line.len--;
	}
	return line.len > 0 ? buf_cstr(&line) : "";
}

static void
set_cookie(void **state)
{
	static const struct {
		const char *url, *set, *line;
	} rows[] = {
		{ "http://a.test/", "n=v", "a.test\tFALSE\t/\tFALSE\t0\tn\tv" },
		{ "http://a.test/x/y?z/w", "n=v; HttpOnly; SameSite=Lax", "#HttpOnly_a.test\tFALSE\t/x\tFALSE\t0\tn\tv" },
		{ "http://a.test/x/", "n=a=b; path=/q", "a.test\tFALSE\t/q\tFALSE\t0\tn\ta=b" },
		{ "https://w.a.test/", "n=v; secure; domain=.A.test", ".a.test\tTRUE\t/\tTRUE\t0\tn\tv" },
		/* Secure, from where anybody can write it. */
		{ "http://a.test/", "n=v; secure", "" },
		/* Lives of cookies. */
		{ "http://a.test/", "n=v; max-age=10; expires=Thu, 01 Jan 1970 00:00:01 GMT", "a.test\tFALSE\t/\tFALSE\t1800000010\tn\tv" },
		{ "http://a.test/", "n=v; max-age=0", "a.test\tFALSE\t/\tFALSE\t1\tn\tv" },
		{ "http://a.test/", "n=v; max-age=-99999999999999999999", "a.test\tFALSE\t/\tFALSE\t1\tn\tv" },
		{ "http://a.test/", "n=v; max-age=99999999999999999999", "a.test\tFALSE\t/\tFALSE\t1834560000\tn\tv" },
		{ "http://a.test/", "n=v; max-age=1x", "a.test\tFALSE\t/\tFALSE\t0\tn\tv" },
		{ "http://a.test/", "n=v; expires=Thu, 01 Jan 1970 00:00:00 GMT", "a.test\tFALSE\t/\tFALSE\t1\tn\tv" },
		{ "http://a.test/", "n=v; expires=Mon, 01-Jan-1900 00:00:00 GMT", "a.test\tFALSE\t/\tFALSE\t1\tn\tv" },
		{ "http://a.test/", "n=v; expires=Wed, 01 Jan 2070 00:00:00 GMT", "a.test\tFALSE\t/\tFALSE\t1834560000\tn\tv" },
		{ "http://a.test/", "n=v; expires=never", "a.test\tFALSE\t/\tFALSE\t0\tn\tv" },
		/* Public suffixes, addresses, strangers. */
		{ "http://w.a.co.uk/", "n=v; domain=co.uk", "" },
		{ "http://w.a.co.uk/", "n=v; domain=a.co.uk", ".a.co.uk\tTRUE\t/\tFALSE\t0\tn\tv" },
		{ "http://me.github.io/", "n=v; domain=github.io", "" },
		{ "http://github.io/", "n=v; domain=github.io", "github.io\tFALSE\t/\tFALSE\t0\tn\tv" },
		{ "http://localhost/", "n=v; domain=localhost", "localhost\tFALSE\t/\tFALSE\t0\tn\tv" },
		{ "http://127.0.0.1/", "n=v; domain=127.0.0.1", "127.0.0.1\tFALSE\t/\tFALSE\t0\tn\tv" },
		{ "http://127.0.0.1/", "n=v; domain=0.0.1", "" },
		{ "http://[::1]/", "n=v", "[::1]\tFALSE\t/\tFALSE\t0\tn\tv" },
		{ "http://a.test/", "n=v; domain=b.test", "" },
		{ "http://xa.test/", "n=v; domain=a.test", "" },
		{ "http://a.test/", "n=v; domain=w.a.test", "" },
		/* Names that promise something. */
		{ "https://a.test/", "__Secure-n=v", "" },
		{ "https://a.test/", "__secure-n=v; secure", "a.test\tFALSE\t/\tTRUE\t0\t__secure-n\tv" },
		{ "https://a.test/", "__Host-n=v; secure", "" },
		{ "https://a.test/", "__Host-n=v; secure; path=/", "a.test\tFALSE\t/\tTRUE\t0\t__Host-n\tv" },
		{ "https://w.a.test/", "__Host-n=v; secure; path=/; domain=a.test", "" },
		{ "https://w.a.test/", "__Host-n=v; secure; path=/; domain=w.a.test", "" },
		/* What is none. */
		{ "http://a.test/", "n", "" },
		{ "http://a.test/", "=v", "" },
		{ "http://a.test/", "", "" },
		{ "http://a.test/", "n=a\tb", "" },
		{ "http://a.test/", "n=a\x7f", "" },
		{ "http://a.test/", "n=v; path=/a\tb", "a.test\tFALSE\t/\tFALSE\t0\tn\tv" },
	};
	char big[COOKIE_MAX_BYTES + 16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(got(rows[i].url, str_of(rows[i].set)), rows[i].line);
	assert_string_equal(got("http://a.test/", STR("n=v\0x; path=/q")), "a.test\tFALSE\t/\tFALSE\t0\tn\tv");
	memset(big, 'x', sizeof(big));
	big[1] = '=';
	assert_true(strlen(got("http://a.test/", str_n(big, COOKIE_MAX_BYTES + 1))) > 0);
	assert_string_equal(got("http://a.test/", str_n(big, COOKIE_MAX_BYTES + 2)), "");
}

static void
is_for(void **state)
{
	static const struct {
		const char *line, *url;
		bool is;
	} rows[] = {
		{ "a.test\tFALSE\t/\tFALSE\t0\tn\tv", "http://a.test:81/x", true },
		{ "a.test\tFALSE\t/\tFALSE\t0\tn\tv", "http://w.a.test/", false },
		{ ".a.test\tTRUE\t/\tFALSE\t0\tn\tv", "http://w.a.test/", true },
		{ ".a.test\tTRUE\t/\tFALSE\t0\tn\tv", "http://a.test/", true },
		{ ".a.test\tTRUE\t/\tFALSE\t0\tn\tv", "http://xa.test/", false },
		{ ".a.test\tTRUE\t/\tFALSE\t0\tn\tv", "http://test/", false },
		{ "a.test\tFALSE\t/\tTRUE\t0\tn\tv", "http://a.test/", false },
		{ "a.test\tFALSE\t/\tTRUE\t0\tn\tv", "https://a.test/", true },
		{ "a.test\tFALSE\t/x\tFALSE\t0\tn\tv", "http://a.test/x?q", true },
		{ "a.test\tFALSE\t/x\tFALSE\t0\tn\tv", "http://a.test/x/y", true },
		{ "a.test\tFALSE\t/x\tFALSE\t0\tn\tv", "http://a.test/xy", false },
		{ "a.test\tFALSE\t/x/\tFALSE\t0\tn\tv", "http://a.test/x", false },
		{ ".0.0.1\tTRUE\t/\tFALSE\t0\tn\tv", "http://127.0.0.1/", false },
	};
	struct cookie c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&room, SIZE_MAX);
		assert_int_equal(url_parse(&u, str_of(rows[i].url), NULL), 0);
		assert_int_equal(cookie_read_line(str_of(rows[i].line), &room, &c), 0);
		assert_int_equal(cookie_is_for(&c, &u), rows[i].is);
	}
}

static void
lines(void **state)
{
	static const struct {
		const char *line, *back; /* NULL: the same */
		int r;
	} rows[] = {
		{ "# Netscape HTTP Cookie File", NULL, -ENODATA },
		{ "", NULL, -ENODATA },
		{ "  \r\n", NULL, -ENODATA },
		{ "#HttpOnly_.a.test\tTRUE\t/\tTRUE\t1900000000\tn\tv", NULL, 0 },
		{ "a.test\tFALSE\t/\tFALSE\t0\tn\tv\r\n", "a.test\tFALSE\t/\tFALSE\t0\tn\tv", 0 },
		{ ".A.Test\ttrue\t/\tfalse\t1900000000.25\tn\t", ".a.test\tTRUE\t/\tFALSE\t1900000000\tn\t", 0 },
		{ "a.test\tFALSE\t/\tFALSE\t-1\tn", "a.test\tFALSE\t/\tFALSE\t0\tn\t", 0 },
		{ ".github.io\tTRUE\t/\tFALSE\t0\tn\tv", "github.io\tFALSE\t/\tFALSE\t0\tn\tv", 0 },
		{ "a.test FALSE / FALSE 0 n v", NULL, -EINVAL },
		{ "a.test\tFALSE\t/\tFALSE\t0", NULL, -EINVAL },
		{ "\tFALSE\t/\tFALSE\t0\tn\tv", NULL, -EINVAL },
		{ "a.test\tFALSE\tx\tFALSE\t0\tn\tv", NULL, -EINVAL },
		{ "a.test\tFALSE\t/\tFALSE\t0\t\tv", NULL, -EINVAL },
		{ "a.test\tFALSE\t/\tFALSE\t0\tn\tv\tw", NULL, -EINVAL },
		{ "a.test\tFALSE\t/\tFALSE\t0\tn\tv; x=y", NULL, -EINVAL },
	};
	struct cookie c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&room, SIZE_MAX);
		buf_reset(&line, SIZE_MAX);
		assert_int_equal(cookie_read_line(str_of(rows[i].line), &room, &c), rows[i].r);
		if (rows[i].r < 0)
			continue;
		cookie_put_line(&c, &line);
		line.len--;
		assert_string_equal(buf_cstr(&line), rows[i].back != NULL ? rows[i].back : rows[i].line);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(set_cookie), cmocka_unit_test(is_for), cmocka_unit_test(lines) };
	int failed;

	url_init(&u);
	failed = cmocka_run_group_tests_name("url_cookie", tests, NULL, NULL);
	url_release(&u);
	buf_release(&room);
	buf_release(&line);
	return failed;
}
