/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "url/host.h"
#include "url/url.h"

/* "" where the host is not valid. */
static const char *
parsed(const char *s)
{
	static char text[1024];
	struct buf out = BUF_INIT(URL_MAX_BYTES);

	text[0] = '\0';
	if (host_parse(str_of(s), &out) == 0)
		snprintf(text, sizeof(text), "%.*s", STR_ARG(buf_str(&out)));
	buf_release(&out);
	return text;
}

/* The host for people. */
static const char *
shown(const char *s)
{
	static char text[1024];
	struct buf out = BUF_INIT(URL_MAX_BYTES);

	assert_int_equal(host_to_unicode(str_of(s), &out), 0);
	snprintf(text, sizeof(text), "%.*s", STR_ARG(buf_str(&out)));
	buf_release(&out);
	return text;
}

static void
test_to_unicode(void **state)
{
	assert_string_equal(shown("www.xn--bcher-kva.de"), "www.b\xc3\xbc""cher.de");
	assert_string_equal(shown("xn--bcher-kva.xn--fiqs8s"), "b\xc3\xbc""cher.\xe4\xb8\xad\xe5\x9b\xbd");
	assert_string_equal(shown("example.com."), "example.com.");
	assert_string_equal(shown("[::1]"), "[::1]");
	assert_string_equal(shown(""), "");
	/* A control character, a surrogate, ASCII in disguise, nothing: they stay as they are. */
	assert_string_equal(shown("xn--a.xn--ib9b.xn--abc-.xn--"), "xn--a.xn--ib9b.xn--abc-.xn--");
}

static void
test_domains(void **state)
{
	assert_string_equal(parsed("ExAmple.COM"), "example.com");
	assert_string_equal(parsed("ex%41mple.com"), "example.com");
	assert_string_equal(parsed("b\xc3\xbc""cher.DE"), "xn--bcher-kva.de");
	assert_string_equal(parsed("b%C3%BCcher.de"), "xn--bcher-kva.de");
	assert_string_equal(parsed("BU\xcc\x88""CHER.de"), "xn--bcher-kva.de");
	assert_string_equal(parsed("a\xe3\x80\x82""b"), "a.b");
	assert_string_equal(parsed("\xe2\x98\x83.net"), "xn--n3h.net");
	assert_string_equal(parsed("\xed\x95\x9c\xea\xb5\xad"), parsed("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8"));
	/* What is no Punycode once mapped: a delimiter with nothing before it, a soft hyphen gone. */
	/* U+A7CE and U+32B9A came with Unicode 17; U+2FFE describes ideographs and is in no name. */
	assert_string_equal(parsed("\ua7ce.test"), "xn--078a.test");
	assert_string_equal(parsed("\U00032b9a.test"), "xn--wr3o.test");
	assert_string_equal(parsed("\u2ffe.test"), "");
	assert_string_equal(parsed("xn--b\xc3\xbc-"), "");
	assert_string_equal(parsed("xn--\xc2\xad-yoc"), "");
	assert_string_equal(parsed("xn--\xc2\xadn3h"), "xn--n3h");
	assert_string_equal(parsed("a b"), "");
	assert_string_equal(parsed("a%00b"), "");
	assert_string_equal(parsed("a%2fb"), "");
	assert_string_equal(parsed("a\xff"), "");
	assert_string_equal(parsed("\xc2\xad"), "");
	assert_string_equal(parsed(""), "");
}

static void
test_addresses(void **state)
{
	assert_string_equal(parsed("127.1"), "127.0.0.1");
	assert_string_equal(parsed("0x7f.0.0.01"), "127.0.0.1");
	assert_string_equal(parsed("4294967295"), "255.255.255.255");
	assert_string_equal(parsed("4294967296"), "");
	assert_string_equal(parsed("1.2.3.4.5"), "");
	assert_string_equal(parsed("256.0.0.1"), "");
	assert_string_equal(parsed("1.2.3.08"), "");
	assert_string_equal(parsed("\xef\xbc\x91.2.3.4"), "1.2.3.4");
	assert_string_equal(parsed("[1:0:0:2:0:0:0:3]"), "[1:0:0:2::3]");
	assert_string_equal(parsed("[::127.0.0.1]"), "[::7f00:1]");
	assert_string_equal(parsed("[1:2:3:4:5:6:7::]"), "[1:2:3:4:5:6:7:0]");
	assert_string_equal(parsed("[1:2:3:4:5:6:7:8:9]"), "");
	assert_string_equal(parsed("[::1"), "");
	assert_string_equal(parsed("["), "");
	assert_true(host_is_address(STR("127.0.0.1")));
	assert_true(host_is_address(STR("[::1]")));
	assert_false(host_is_address(STR("a1.example")));
	assert_false(host_is_address(STR("")));
}

static void
test_sites(void **state)
{
	assert_true(str_eq(host_registrable(STR("a.b.example.co.uk")), STR("example.co.uk")));
	assert_true(str_eq(host_registrable(STR("a.example.com.")), STR("example.com")));
	assert_true(str_eq(host_registrable(STR("co.uk")), STR_NONE));
	assert_true(str_eq(host_registrable(STR("127.0.0.1")), STR_NONE));
	assert_true(str_eq(host_site(STR("127.0.0.1")), STR("127.0.0.1")));
	assert_true(str_eq(host_site(STR("localhost")), STR("localhost")));
	assert_true(str_eq(host_site(STR("www.example.org")), STR("example.org")));
	assert_int_equal(host_use_list("/nonexistent/list"), -ENOENT);
}

static void
test_relations(void **state)
{
	struct buf out = BUF_INIT(1024);

	assert_true(host_in_domain(STR("a.example.org"), STR("example.org")));
	assert_true(host_in_domain(STR("example.org"), STR("example.org")));
	assert_true(host_in_domain(STR("a.example.org."), STR("example.org")));
	assert_false(host_in_domain(STR("anexample.org"), STR("example.org")));
	assert_false(host_in_domain(STR("example.org"), STR("")));

	assert_true(host_www_twin(STR("example.org"), &out));
	assert_true(str_eq(buf_str(&out), STR("www.example.org")));
	buf_reset(&out, SIZE_MAX);
	assert_true(host_www_twin(STR("www.example.org"), &out));
	assert_true(str_eq(buf_str(&out), STR("example.org")));
	buf_reset(&out, SIZE_MAX);
	assert_true(host_www_twin(STR("www.com"), &out));
	assert_true(str_eq(buf_str(&out), STR("www.www.com")));
	assert_false(host_www_twin(STR("127.0.0.1"), &out));
	buf_release(&out);
}

/* A name that DNS cannot carry is refused before it costs anything. */
static void
test_ceilings(void **state)
{
	struct buf s = BUF_INIT(URL_MAX_BYTES), out = BUF_INIT(URL_MAX_BYTES);

	while (s.len < 15000)
		buf_add_str(&s, STR("\xef\xb7\xba")); /* U+FDFA: 18 characters once mapped */
	assert_int_equal(host_parse(buf_str(&s), &out), -EINVAL);
	assert_int_equal(host_parse(str_n(s.data, 600), &out), -EINVAL);
	buf_reset(&s, SIZE_MAX);
	buf_add_str(&s, STR("xn--"));
	while (s.len < 15000)
		buf_add_str(&s, STR("zz"));
	buf_add_str(&s, STR(".\xc3\xa9"));
	assert_int_equal(host_parse(buf_str(&s), &out), -EINVAL);
	buf_release(&s);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_to_unicode),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_sites),
		cmocka_unit_test(test_relations),
		cmocka_unit_test(test_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
