/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "url/canon.h"
#include "url/url.h"

/* "" on failure. */
static const char *
resolved(const char *s, const char *base)
{
	static char text[4096];
	struct url b, u;

	url_init(&b);
	url_init(&u);
	text[0] = '\0';
	if ((base == NULL || url_parse(&b, str_of(base), NULL) == 0) &&
		url_parse(&u, str_of(s), base != NULL ? &b : NULL) == 0)
		snprintf(text, sizeof(text), "%.*s", STR_ARG(url_href(&u)));
	url_release(&u);
	url_release(&b);
	return text;
}

static void
test_resolve(void **state)
{
	/* RFC 3986 §5.4, where WHATWG agrees with it. */
	const char *base = "http://a/b/c/d;p?q";

	assert_string_equal(resolved("g:h", base), "g:h");
	assert_string_equal(resolved("g", base), "http://a/b/c/g");
	assert_string_equal(resolved("./g", base), "http://a/b/c/g");
	assert_string_equal(resolved("g/", base), "http://a/b/c/g/");
	assert_string_equal(resolved("/g", base), "http://a/g");
	assert_string_equal(resolved("//g", base), "http://g/");
	assert_string_equal(resolved("?y", base), "http://a/b/c/d;p?y");
	assert_string_equal(resolved("g?y#s", base), "http://a/b/c/g?y#s");
	assert_string_equal(resolved("#s", base), "http://a/b/c/d;p?q#s");
	assert_string_equal(resolved("", base), "http://a/b/c/d;p?q");
	assert_string_equal(resolved(".", base), "http://a/b/c/");
	assert_string_equal(resolved("..", base), "http://a/b/");
	assert_string_equal(resolved("../../../g", base), "http://a/g");
	assert_string_equal(resolved("/../g", base), "http://a/g");
	assert_string_equal(resolved("g.", base), "http://a/b/c/g.");
	assert_string_equal(resolved("..g", base), "http://a/b/c/..g");
	assert_string_equal(resolved("./g/.", base), "http://a/b/c/g/");
	assert_string_equal(resolved("g/../h", base), "http://a/b/c/h");
	assert_string_equal(resolved("g?y/../x", base), "http://a/b/c/g?y/../x");
	assert_string_equal(resolved("g#s/../x", base), "http://a/b/c/g#s/../x");
	assert_string_equal(resolved("%2e%2E/g", base), "http://a/b/g");
	assert_string_equal(resolved("http:g", base), "http://a/b/c/g");
	assert_string_equal(resolved("https:g", base), "https://g/");
	assert_string_equal(resolved("x:y/z", base), "x:y/z");
	assert_string_equal(resolved("x/y:z", base), "http://a/b/c/x/y:z");
	assert_string_equal(resolved("g", NULL), "");
}

static void
test_bytes(void **state)
{
	/* Ill-formed UTF-8: one U+FFFD for each maximal part. */
	assert_string_equal(resolved("http://a/\xe2\x82g\xff\xf0\x90\x80", NULL), "http://a/%EF%BF%BDg%EF%BF%BD%EF%BF%BD");
	assert_string_equal(resolved("  ht\ntp://a/\tb ", NULL), "http://a/b");
	assert_string_equal(resolved("http://a/\xc3\t\xa9", NULL), "http://a/%EF%BF%BD%EF%BF%BD");
}

static bool
same_url(const struct url *a, const struct url *b)
{
	return str_eq(url_href(a), url_href(b)) && a->protocol_end == b->protocol_end &&
		a->username_end == b->username_end && a->host_start == b->host_start &&
		a->host_end == b->host_end && a->port == b->port && a->pathname_start == b->pathname_start &&
		a->search_start == b->search_start && a->hash_start == b->hash_start && a->scheme == b->scheme &&
		a->opaque_path == b->opaque_path;
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* The same reference goes the long way with a tab at its end but one. */
static void
assert_both_ways(struct str s, const struct url *base, struct url *one, struct url *two)
{
	char text[128];
	int r1, r2;

	assert_true(s.len >= 2 && s.len < sizeof(text));
	memcpy(text, s.p, s.len - 1);
	text[s.len - 1] = '\t';
	text[s.len] = s.p[s.len - 1];
	r1 = url_parse(one, s, base);
	r2 = url_parse(two, str_n(text, s.len + 1), base);
	if (r1 != r2 || !same_url(one, two))
		fail_msg("%.*s: %d %.*s, %d %.*s", STR_ARG(s), r1, STR_ARG(url_href(one)), r2, STR_ARG(url_href(two)));
}

/* Each byte means the same wherever it stands: bytes are looked at in groups, and alone. */
static void
test_each_byte_everywhere(void **state)
{
	static const char *const texts[] = {
		"http://www.Example-host.org/a/b.c/./d?e=f#ghijklmnop", "//1.example.com:8080/0123456789abcdef0", "/abcdefghijklmnopqrstuvwx/../yz",
		"abcdefg/..ijklmnop", "http://h/a", "?abcdefghijklmnopqrstuvwxyz",
	};
	struct url base, one, two;

	url_init(&base);
	url_init(&one);
	url_init(&two);
	assert_int_equal(url_parse(&base, STR("https://example.com/x/y?z"), NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		size_t len = strlen(texts[i]);
		char text[100];

		memcpy(text, texts[i], len);
		for (size_t at = 0; at + 1 < len; at++) {
			/* A tab, too, is taken out. */
			for (int c = 1; c < 256; c++) {
				text[at] = (char)c;
				assert_both_ways(str_n(text, len), &base, &one, &two);
			}
			text[at] = texts[i][at];
		}
	}
	url_release(&base);
	url_release(&one);
	url_release(&two);
}

/*
 * The short way and the long one agree. A tab inside a reference is taken out by the parser, and only the long way can
 * do that, so the same reference with and without a tab goes both ways.
 */
static void
test_short_way(void **state)
{
	static const char *const pieces[] = {
		"http://", "https://", "http:", "HTTPS://", "//", "/", "/", "/", "..", "../", ".", "./", "a", "b.html",
		".hidden", "?", "?x=1&y=%20", "#", "#top", ":", ":80", ":443", ":8080", ":99999", "%2e", "%2E%2e", "%41",
		"\\", "@", "u:p@", "EXAMPLE.com", "www.example.org", "1.2.3", "0x7f", "host.", "xn--a", " ",
		"http://10.0.20.255", "https://0.0.0.0:8", "http://1.2.3.256", "//01.2.3.4", "http://1.2.3.", "http://1.2.3.4.5", "http://9.8..7",
		"\xc3\xa9",
		"'", "|", "C:", "[::1]", "\"", "<", "javascript:", "mailto:", "file:", "-", "_", "~", "", "{", "^",
	};
	static const char *const bases[] = {
		"http://example.com/a/b/c.html?q=1#f", "https://example.com:8443/", "http://u:p@h/x/../y?",
		"http://h/?a/b", "file:///C:/x/y", "mailto:a@b", "x://h/p/q?r#s", "https://h/a//b//", NULL,
	};
	uint64_t seed = 0x9e3779b97f4a7c15;
	struct url base[ARRAY_LEN(bases)], one, two;
	unsigned round, valid = 0;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bases); i++) {
		url_init(&base[i]);
		if (bases[i] != NULL)
			assert_int_equal(url_parse(&base[i], str_of(bases[i]), NULL), 0);
	}
	url_init(&one);
	url_init(&two);
	for (round = 0; round < 300000; round++) {
		size_t n = next_random(&seed) % 8, b = next_random(&seed) % ARRAY_LEN(bases), at;
		struct buf s = BUF_INIT(4096), tabbed = BUF_INIT(4096);
		int r1, r2;

		for (i = 0; i < n; i++)
			buf_add_str(&s, str_of(pieces[next_random(&seed) % ARRAY_LEN(pieces)]));
		/* Not at an end, where it would be trimmed, nor within the one character of two bytes. */
		at = s.len < 3 ? 0 : 1 + next_random(&seed) % (s.len - 2);
		while (at > 0 && (unsigned char)s.data[at] >= 0x80 && (unsigned char)s.data[at] < 0xc0)
			at--;
		if (at > 0 && s.data[0] != ' ' && s.data[s.len - 1] != ' ') {
			buf_add(&tabbed, s.data, at);
			buf_addc(&tabbed, '\t');
			buf_add(&tabbed, s.data + at, s.len - at);
			r1 = url_parse(&one, buf_str(&s), bases[b] != NULL ? &base[b] : NULL);
			r2 = url_parse(&two, buf_str(&tabbed), bases[b] != NULL ? &base[b] : NULL);
			if (r1 != r2 || !same_url(&one, &two)) {
				printf("%.*s against %s: %d %.*s, %d %.*s\n", STR_ARG(buf_str(&s)),
					bases[b] != NULL ? bases[b] : "nothing", r1, STR_ARG(url_href(&one)), r2,
					STR_ARG(url_href(&two)));
				fail();
			}
			valid += r1 == 0;
		}
		buf_release(&s);
		buf_release(&tabbed);
	}
	assert_true(valid > 100000);
	url_release(&one);
	url_release(&two);
	for (i = 0; i < ARRAY_LEN(bases); i++)
		url_release(&base[i]);
}

static void
test_canon(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "HTTP://U:P@Example.COM:80/a/../b?q#f", "http://example.com/b?q" },
		{ "https://u@h:8443/#", "https://h:8443/" },
		{ "https://h/?", "https://h/?" },
		{ "https://:p@h/x", "https://h/x" },
		{ "https://h", "https://h/" },
	};
	struct url u, again;
	size_t i;

	url_init(&u);
	url_init(&again);
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(url_parse(&u, str_of(cases[i].in), NULL), 0);
		url_canon(&u);
		assert_true(str_eq(url_href(&u), str_of(cases[i].out)));
		assert_true(str_eq(url_identity(&u), url_href(&u)));
		/* The offsets are those of the text. */
		assert_int_equal(url_parse(&again, url_href(&u), NULL), 0);
		assert_true(same_url(&u, &again));
		assert_false(url_has_credentials(&u));
	}
	url_release(&u);
	url_release(&again);
}

static void
test_parts(void **state)
{
	struct url u, copy;
	struct buf origin = BUF_INIT(URL_MAX_BYTES);

	url_init(&u);
	url_init(&copy);
	assert_int_equal(url_parse(&u, STR("https://us%65r:pw@example.com:1234/foo/bar?baz#quux"), NULL), 0);
	assert_int_equal(url_copy(&copy, &u), 0);
	url_release(&u);
	assert_true(str_eq(url_username(&copy), STR("us%65r")));
	assert_true(str_eq(url_password(&copy), STR("pw")));
	assert_true(str_eq(url_host(&copy), STR("example.com:1234")));
	assert_true(str_eq(url_hostname(&copy), STR("example.com")));
	assert_true(str_eq(url_port(&copy), STR("1234")));
	assert_true(str_eq(url_pathname(&copy), STR("/foo/bar")));
	assert_true(str_eq(url_search(&copy), STR("?baz")));
	assert_true(str_eq(url_hash(&copy), STR("#quux")));
	assert_int_equal(url_port_number(&copy), 1234);
	assert_true(url_has_credentials(&copy));
	assert_int_equal(url_origin(&copy, &origin), 0);
	assert_true(str_eq(buf_str(&origin), STR("https://example.com:1234")));
	assert_int_equal(url_parse(&copy, STR("wss://h/"), NULL), 0);
	assert_int_equal(url_port_number(&copy), 443);
	url_release(&copy);
	buf_release(&origin);
}

static void
test_ceilings(void **state)
{
	struct buf s = BUF_INIT(URL_MAX_BYTES * 2);
	struct url u;

	url_init(&u);
	buf_add_str(&s, STR("http://h/"));
	while (s.len < URL_MAX_BYTES)
		buf_addc(&s, 'a');
	assert_int_equal(url_parse(&u, buf_str(&s), NULL), 0);
	assert_int_equal(u.href_len, URL_MAX_BYTES);
	/* The result may be too long where the input is not. */
	s.data[s.len - 1] = '"';
	assert_int_equal(url_parse(&u, buf_str(&s), NULL), -EMSGSIZE);
	assert_int_equal(u.href_len, 0);
	buf_addc(&s, 'a');
	assert_int_equal(url_parse(&u, buf_str(&s), NULL), -EMSGSIZE);
	/* And may be parsed into again. */
	assert_int_equal(url_parse(&u, STR("http://h"), NULL), 0);
	assert_true(str_eq(url_href(&u), STR("http://h/")));
	assert_int_equal(url_parse(&u, STR("http://h:port/"), NULL), -EINVAL);
	assert_int_equal(u.href_len, 0);
	assert_int_equal(url_parse(&u, STR_NONE, NULL), -EINVAL);
	url_release(&u);
	buf_release(&s);
}

/* What a struct has held before must not let a longer URL in, whichever way it is parsed: arrays of URL_MAX_BYTES wait for it. */
static void
test_ceiling_of_reused(void **state)
{
	static char text[URL_MAX_BYTES], dirty[URL_MAX_BYTES];
	size_t n, len;
	struct url base, u;

	url_init(&base);
	url_init(&u);
	memset(text, 'a', sizeof(text));
	memset(dirty, '"', sizeof(dirty)); /* three bytes each in the result */
	memcpy(dirty, "?utm_x=&", 8);
	memcpy(text, "http://h/", 9);
	text[8000] = '/';
	assert_int_equal(url_parse(&base, str_n(text, 8001), NULL), 0);
	text[8000] = 'a';
	canon_use(CANON_ALL);
	for (n = 9; n <= sizeof(text); n += n < 10000 ? 503 : n < sizeof(text) - 40 ? 37 : 1) {
		assert_int_equal(url_parse(&u, str_n(text, n), NULL), 0);
		assert_true(u.href_cap <= URL_MAX_BYTES);
		/* The short way. */
		for (len = sizeof(text) - 8001 - 20; len < sizeof(text) - 20; len += len < sizeof(text) - 8001 + 20 ? 1 : 1009) {
			int want = len + 8001 > URL_MAX_BYTES ? -EMSGSIZE : 0;

			assert_int_equal(url_parse(&u, str_n(text + 20, len), &base), want);
			assert_true(u.href_cap <= URL_MAX_BYTES);
			if (want == 0)
				url_canon(&u);
		}
		/* And the long one. */
		for (len = (sizeof(dirty) - 8001) / 3; len < sizeof(dirty) / 2; len += len < sizeof(dirty) / 6 + 100 ? 1 : 401) {
			int want = 8001 + 8 + 3 * (len - 8) > URL_MAX_BYTES ? -EMSGSIZE : 0;

			assert_int_equal(url_parse(&u, str_n(dirty, len), &base), want);
			assert_true(u.href_cap <= URL_MAX_BYTES);
			if (want == 0)
				url_canon(&u);
		}
	}
	canon_use(0);
	url_release(&base);
	url_release(&u);
}

static int
encode_latin1(void *arg, struct str s, struct buf *out)
{
	size_t i, n;
	uint32_t cp;

	for (i = 0; i < s.len; i += n) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (cp < 0x100)
			buf_addc(out, (char)cp);
		else
			buf_addf(out, "&#%u;", (unsigned)cp);
	}
	return buf_err(out);
}

static void
test_charset(void **state)
{
	struct url_query_encoder latin1 = { encode_latin1, NULL };
	struct url u;

	url_init(&u);
	assert_int_equal(url_parse_charset(&u, STR("http://h/\xc3\xa9?\xc3\xa9&a=\xe2\x82\xac;#\xc3\xa9"), NULL, &latin1), 0);
	assert_true(str_eq(url_href(&u), STR("http://h/%C3%A9?%E9&a=%26%238364%3B;#%C3%A9")));
	/* Only where the scheme is special, and not for web sockets. */
	assert_int_equal(url_parse_charset(&u, STR("x://h/?\xc3\xa9"), NULL, &latin1), 0);
	assert_true(str_eq(url_href(&u), STR("x://h/?%C3%A9")));
	assert_int_equal(url_parse_charset(&u, STR("ws://h/?\xc3\xa9"), NULL, &latin1), 0);
	assert_true(str_eq(url_href(&u), STR("ws://h/?%C3%A9")));
	url_release(&u);
}

/* The canonical form under these policies. */
static const char *
canonical(const char *text, unsigned policies)
{
	static char out[URL_MAX_BYTES];
	struct url u;

	canon_use(policies);
	url_init(&u);
	assert_int_equal(url_parse(&u, str_of(text), NULL), 0);
	url_canon(&u);
	assert_true(str_eq(url_href(&u), url_identity(&u)));
	snprintf(out, sizeof(out), "%.*s", STR_ARG(url_href(&u)));
	/* The parts are where they are in a URL of this text, and its canonical form is itself. */
	{
		struct url again;

		url_init(&again);
		assert_int_equal(url_parse(&again, str_of(out), NULL), 0);
		assert_true(str_eq(url_pathname(&u), url_pathname(&again)) && str_eq(url_search(&u), url_search(&again)));
		url_canon(&again);
		assert_true(str_eq(url_href(&again), url_href(&u)));
		url_release(&again);
	}
	url_release(&u);
	canon_use(0);
	return out;
}

static void
test_policies(void **state)
{
	static const char odd[] = "http://h/a/;jsessionid=1?z=1&utm_source=x&a=&&PHPSESSID=2&a=1";

	assert_string_equal(canonical(odd, 0), odd);
	assert_string_equal(canonical(odd, CANON_TRACKING), "http://h/a/;jsessionid=1?z=1&a=&&PHPSESSID=2&a=1");
	assert_string_equal(canonical(odd, CANON_SESSION), "http://h/a/?z=1&utm_source=x&a=&&a=1");
	assert_string_equal(canonical(odd, CANON_SORT), "http://h/a/;jsessionid=1?&PHPSESSID=2&a=&a=1&utm_source=x&z=1");
	assert_string_equal(canonical(odd, CANON_ALL), "http://h/a?&a=&a=1&z=1");
	assert_string_equal(canonical("http://u:p@h/?gclid=1#f", CANON_ALL), "http://h/");
	assert_string_equal(canonical("http://h/a?", CANON_ALL), "http://h/a?");
	assert_string_equal(canonical("http://h/?", CANON_ALL), "http://h/?");
	assert_string_equal(canonical("http://h/?Utm_Medium&FBCLID=", CANON_TRACKING), "http://h/");
	assert_string_equal(canonical("http://h/?utmost=1&xgclid=2&q=utm_source", CANON_ALL), "http://h/?q=utm_source&utmost=1&xgclid=2");
	assert_string_equal(canonical("http://h/a;jsessionid=1/b;v=2", CANON_ALL), "http://h/a;jsessionid=1/b;v=2");
	assert_string_equal(canonical("http://h/a;v=1;jsessionid=2;w;JSESSIONID=3", CANON_SESSION), "http://h/a;v=1");
	assert_string_equal(canonical("http://h/a//?", CANON_SLASH), "http://h/a?");
	/* What would be a dot segment then, and another path to whoever parses it, stays. */
	assert_string_equal(canonical("http://h/docs/..;jsessionid=1", CANON_SESSION), "http://h/docs/..;jsessionid=1");
	assert_string_equal(canonical("http://h/a/b/.;jsessionid=1?x", CANON_SESSION), "http://h/a/b/.;jsessionid=1?x");
	assert_string_equal(canonical("http://h/a/%2E.;jsessionid=1;jsessionid=2", CANON_SESSION), "http://h/a/%2E.;jsessionid=1");
	assert_string_equal(canonical("http://h/..;jsessionid=1", CANON_ALL), "http://h/..;jsessionid=1");
	assert_string_equal(canonical("http://h/a/...;jsessionid=1", CANON_SESSION), "http://h/a/...");
	assert_string_equal(canonical("http://h/a/;jsessionid=1", CANON_SESSION), "http://h/a/");
}

/* More parameters than are looked at: as it stands. */
static void
test_many_parameters(void **state)
{
	struct buf b = BUF_INIT(URL_MAX_BYTES);
	int i;

	buf_addf(&b, "http://h/?");
	for (i = 65; i > 0; i--)
		buf_addf(&b, "%d&", i);
	buf_addf(&b, "utm_a");
	canon_use(0);
	assert_string_equal(canonical(buf_cstr(&b), CANON_SORT), buf_cstr(&b));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_many_parameters),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_short_way),
		cmocka_unit_test(test_each_byte_everywhere),
		cmocka_unit_test(test_canon),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_ceiling_of_reused),
		cmocka_unit_test(test_charset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
