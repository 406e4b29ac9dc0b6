/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in a page each reference stands, in every syntax and charset. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "parse/worker/charset.h"
#include "tests/unit/reader_ask.h"

static void
spans(void **state)
{
	size_t i;

	HTML("<a HREF = \"a&amp;b\">x</a><img src=i.png srcset='p.png 1x, q.png&#32;2x,r.png' style='a:url( s.png )'>"
	     "<p style='b:url(&quot;t.png&quot;)'><style>u{background:url('v.png')}</style><meta http-equiv=refresh content=\"0;w\">");
	{
		static const char *const want[] = { "a&amp;b", "i.png", "p.png", "q.png", "r.png", "s.png", "t.png", "v.png", "w" };

		assert_int_equal(page.n_links, ARRAY_LEN(want));
		for (i = 0; i < ARRAY_LEN(want); i++)
			assert_str(str_n(in.body.p + page.links[i].start, page.links[i].end - page.links[i].start), want[i]);
	}
}

/* Cut out of a body that is not what was read. */
static void
check_span(uint32_t i, const char *want)
{
	assert_true(i < page.n_links);
	if (page.links[i].end - page.links[i].start != strlen(want) || memcmp(in.body.p + page.links[i].start, want, strlen(want)) != 0)
		fail_msg("%u: %.*s at %u-%u, not %s", i, (int)page.links[i].value.len, page.links[i].value.p, page.links[i].start,
			page.links[i].end, want);
}

static void
spans_of_srcdoc(void **state)
{
	HTML("<iframe srcdoc='<a href=1>&lt;a href=2?a&amp;amp;b><img src=3 srcset=\"4 2x\"><iframe srcdoc=\"&lt;a href=5&gt;\">'></iframe>"
	     "<iframe srcdoc='<a href=6>'></iframe>");
	assert_int_equal(page.n_links, 6);
	check_span(0, "1");
	check_span(1, "2?a&amp;amp;b");
	check_span(2, "3");
	check_span(3, "4");
	check_span(4, "6");
	check_span(5, ""); /* two levels deep: not known */
}

static void
spans_of_xml(void **state)
{
	ask(READER_SCAN, STR("http://h.test/"), STR("application/xhtml+xml"),
		STR("\xef\xbb\xbf<?xml-stylesheet href=\"s.css\"?><!-- <a href='no'/> --><html xmlns='http://www.w3.org/1999/xhtml'><head>"
		    "<style><![CDATA[ a { background: url(b.png) } ]]></style></head><body><a href='c?d&amp;e'/><a href='n' xmlns=''/>"
		    "<img style='background: url(f.png)' src='g.png'/>text <![CDATA[<a href='no'>]]><a href=\"c?d&amp;e\"/>"
		    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><image xlink:href='h.png'/></svg>"
		    "</body></html>"));
	assert_int_equal(page.n_links, 8);
	check_span(0, "s.css");
	check_span(1, "b.png");
	check_span(2, "c?d&amp;e");
	check_span(3, "n"); /* in no namespace: a hint */
	check_span(4, "g.png");
	check_span(5, "f.png");
	check_span(6, "c?d&amp;e");
	assert_true(page.links[6].start > page.links[2].start);
	check_span(7, "h.png");
}

#define XHTML(style) "<html xmlns='http://www.w3.org/1999/xhtml'><head><style>" style "</style></head></html>"

/* CDATA between comments is where the sheet stands; of a sheet in several pieces the references are known, not their places. */
static void
spans_of_pieces(void **state)
{
	static const char *const whole[] = {
		XHTML("/*<![CDATA[*/ a{background:url(x.png)} /*]]>*/"), XHTML("/* <![CDATA[ */ @import 'x.png'; /* ]]> */"),
		XHTML("\n<![CDATA[\n a > b {c:url(x.png)}\n]]>\n"), XHTML("a &gt; b {c:url(x.png)}"),
	};
	static const char *const pieces[] = {
		XHTML("a{b:url(x.png)}<![CDATA[ d{e:url(y.png)} ]]>"), XHTML("<![CDATA[ a{b:url(x.png)} ]]>d{e:url(y.png)}"),
		XHTML("a{b:url(x.png)}<!-- x --> d{e:url(y.png)}"),
	};

	for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
		ask(READER_SCAN, STR("http://h.test/"), STR("application/xhtml+xml"), str_of(whole[i]));
		assert_int_equal(page.n_links, 1);
		check_span(0, "x.png");
	}
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		ask(READER_SCAN, STR("http://h.test/"), STR("application/xhtml+xml"), str_of(pieces[i]));
		assert_int_equal(page.n_links, 2);
		assert_true(str_eq(page.links[0].value, STR("x.png")) && str_eq(page.links[1].value, STR("y.png")));
	}
}

/* What a charset has no character for is U+FFFD, which XML knows. */
static void
spans_beside_bytes_that_mean_nothing(void **state)
{
	static const char *const charsets[] = { "euc-jp", "shift_jis", "gbk", "big5" };
	char type[64];

	for (size_t i = 0; i < ARRAY_LEN(charsets); i++) {
		(void)snprintf(type, sizeof(type), "image/svg+xml; charset=%s", charsets[i]);
		ask(READER_SCAN, STR("http://h.test/"), str_of(type),
			STR("<svg xmlns='http://www.w3.org/2000/svg'><style>/*\xff */ p{a:url(i.png)}</style></svg>"));
		assert_int_equal(page.n_links, 1);
		check_span(0, "i.png");
		(void)snprintf(type, sizeof(type), "text/html; charset=%s", charsets[i]);
		ask(READER_SCAN, STR("http://h.test/"), str_of(type), STR("<a href=\"x\xff\"y>"));
		assert_str(page.links[0].value, "x\xef\xbf\xbd");
	}
}

static void
spans_of_utf16(void **state)
{
	/* "ff fe", then U+1F577 (two units) before the second link */
	static const char text[] = "\xff\xfe<\0a\0 \0h\0r\0e\0f\0=\0x\0>\0\x3d\xd8\x77\xdd<\0a\0 \0h\0r\0e\0f\0=\0'\0y\0\xe9\0'\0>\0";

	ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), str_n(text, sizeof(text) - 1));
	assert_str(page.charset, "UTF-16LE");
	assert_int_equal(page.n_links, 2);
	assert_int_equal(page.links[0].start, 18);
	assert_int_equal(page.links[0].end, 20);
	assert_int_equal(page.links[1].start, 44);
	assert_int_equal(page.links[1].end, 48);
}

/* The link that says this stands there as it is written; once. */
static void
check_span_of(const char *charset, const char *value, const char *written)
{
	uint32_t i, found = page.n_links;

	for (i = 0; i < page.n_links; i++)
		if (str_eq(page.links[i].value, str_of(value)))
			found = i;
	if (found == page.n_links)
		fail_msg("%s: no %s among %s", charset, value, links());
	if (page.links[found].end == 0)
		fail_msg("%s: where %s stands is not known", charset, value);
	check_span(found, written);
}

/* Long, so that it is no matter of one look: with trail bytes that are ASCII, and what not all charsets have. */
#define WORD  "\xd0\x96\xc3\xa9\xe8\xa1\xa8\xe3\x82\xbd\xf0\xa0\x80\x8b"
#define WORDS WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD WORD

/* Reads text, encoded, as a document of this type. body: what holds it then. */
static void
ask_encoded(struct charset_encoders *c, enum charset cs, const char *type, const char *text, struct buf *body)
{
	char content_type[100];

	(void)snprintf(content_type, sizeof(content_type), "%s; charset=%s", type, charset_name(cs));
	buf_reset(body, SIZE_MAX);
	assert_int_equal(charset_encode(c, cs, str_of(text), body), 0);
	ask(READER_SCAN, STR("http://h.test/"), str_of(content_type), buf_str(body));
}

static void
spans_in_charset(struct charset_encoders *c, enum charset cs)
{
	static const char html[] = WORD "<style>/* " WORDS " */ a{b:url(1.png)} /* " WORD " */ c{d:url('2.png')}</style><img srcset='" WORDS
		".png 1x, 3.png?a&amp;b 2x'><p style='e: \"" WORD "\"; f:url(4.png)'><iframe srcdoc='" WORD " &lt;img src=5.png>'></iframe>"
		"<a href='6?" WORD "'>";
	static const char css[] = "/* " WORDS " */ a { b: url( 1.png ) } c::after { content: '" WORD "'; d: url(\"2.png\") }";
	static const char xml[] = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'><!-- " WORDS " --><style>/* " WORDS
		" */ i &gt; a { b: url(1.png) }</style><title>" WORD "</title><image x:href='2.png?a&amp;b'/><a x:href='3?" WORD "'/><html "
		"xmlns='http://www.w3.org/1999/xhtml'><img src='4.png' alt='" WORDS "' srcset='5.png?a&amp;b 1x,\n" WORD ".png 2x,\n 6.png 3x'/>"
		"<p style='a: url(7.png); b: \"" WORD "\"'/></html></svg>";
	CLEANUP(buf_releasep) struct buf body = BUF_INIT(65536);
	const char *name = charset_name(cs);

	ask_encoded(c, cs, "text/html", html, &body);
	check_span_of(name, "1.png", "1.png");
	check_span_of(name, "2.png", "2.png");
	check_span_of(name, "3.png?a&b", "3.png?a&amp;b");
	check_span_of(name, "4.png", "4.png");
	check_span_of(name, "5.png", "5.png");

	ask_encoded(c, cs, "text/css", css, &body);
	check_span_of(name, "1.png", "1.png");
	check_span_of(name, "2.png", "2.png");

	ask_encoded(c, cs, "image/svg+xml", xml, &body);
	check_span_of(name, "1.png", "1.png");
	check_span_of(name, "2.png?a&b", "2.png?a&amp;b");
	check_span_of(name, "4.png", "4.png");
	check_span_of(name, "5.png?a&b", "5.png?a&amp;b");
	check_span_of(name, "6.png", "6.png");
	check_span_of(name, "7.png", "7.png");
	assert_true(page.links[2].end > page.links[2].start + 2); /* 3?... */
}

/* Every charset that ASCII is part of. */
static void
spans_in_charsets(void **state)
{
	struct charset_encoders c;
	unsigned cs;

	charset_encoders_init(&c);
	for (cs = 0; cs < CHARSET_COUNT; cs++)
		if (charset_is_ascii_compatible((enum charset)cs))
			spans_in_charset(&c, (enum charset)cs);
	charset_encoders_release(&c);
	/* What is not what it says it is. */
	ask(READER_SCAN, STR("http://h.test/"), STR("text/css"), STR("/* \xe9 \xff\xe2\x82 */ a { b: url(1.png) }"));
	check_span(0, "1.png");
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html; charset=shift_jis"), STR("<style>/*\x83*/ a{b:url(1.png)}/*\x83"));
	check_span(0, "1.png");
	ask(READER_SCAN, STR("http://h.test/"), STR("image/svg+xml"),
		STR("<svg xmlns='http://www.w3.org/2000/svg'><title>\xe9</title><image href='1.png'/></svg>"));
	check_span(0, "1.png");
}

static void
spans_of_utf16_xml(void **state)
{
	static const char xml[] = "<svg xmlns='http://www.w3.org/2000/svg'><title>\xd0\x96</title><style>a { b: url(1.png) }</style><image href='2.png'/></svg>";
	struct buf body = BUF_INIT(4096);
	size_t i;

	buf_add(&body, "\xff\xfe", 2);
	for (i = 0; i < sizeof(xml) - 1; i++) {
		bool wide = xml[i] == '\xd0';

		buf_addc(&body, wide ? '\x16' : xml[i]);
		buf_addc(&body, wide ? '\x04' : '\0');
		i += wide;
	}
	ask(READER_SCAN, STR("http://h.test/"), STR("image/svg+xml"), buf_str(&body));
	assert_str(page.charset, "UTF-16LE");
	assert_int_equal(page.n_links, 2);
	for (i = 0; i < 2; i++) {
		assert_int_equal(page.links[i].end - page.links[i].start, 10);
		assert_memory_equal(body.data + page.links[i].start, i == 0 ? "1\0.\0p\0n\0g\0" : "2\0.\0p\0n\0g\0", 10);
	}
	buf_release(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans),
		cmocka_unit_test(spans_of_srcdoc),
		cmocka_unit_test(spans_of_xml),
		cmocka_unit_test(spans_of_pieces),
		cmocka_unit_test(spans_beside_bytes_that_mean_nothing),
		cmocka_unit_test(spans_of_utf16),
		cmocka_unit_test(spans_in_charsets),
		cmocka_unit_test(spans_of_utf16_xml),
	};

	return cmocka_run_group_tests(tests, reader_ask_setup, reader_ask_teardown);
}
