/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages to links and facts, by both readers where both can. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/simhash.h"
#include "parse/worker/charset.h"
#include "parse/worker/reader.h"

static const struct hash_key key = { 7 };
static struct reader *readers[2];
static struct reader_page page;
static struct reader_input in;

static void
ask(enum reader_type type, struct str url, struct str content_type, struct str body)
{
	in = (struct reader_input){ .body = body, .url = url, .content_type = content_type, .want_all = true,
		.want_words = true, .want_visible = true, .max_links = 1000, .key = &key };
	assert_int_equal(reader_read(readers[type], &in, &page), 0);
}

#define HTML(text) ask(READER_SCAN, STR("http://h.test/dir/page"), STR("text/html; charset=utf-8"), STR(text))

/* "kind value>url" of each link, in order, separated by spaces. */
static const char *
links(void)
{
	static char text[8192];
	size_t n = 0;
	uint32_t i;

	text[0] = '\0';
	for (i = 0; i < page.n_links; i++) {
		const struct reader_link *l = &page.links[i];

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %.*s>%.*s", i > 0 ? " | " : "",
			link_kind_name(l->kind), STR_ARG(l->value), STR_ARG(l->url));
		assert_true(n < sizeof(text));
	}
	return text;
}

static void
assert_str(struct str s, const char *want)
{
	assert_int_equal(s.len, strlen(want));
	assert_memory_equal(s.p, want, s.len);
}

static void
kinds(void **state)
{
	HTML("<a href=a>x</a><img src=i><iframe src=f></iframe><form action=g><blockquote cite=c>");
	assert_string_equal(links(),
		"page a>http://h.test/dir/a | requisite i>http://h.test/dir/i | frame f>http://h.test/dir/f | "
		"form g>http://h.test/dir/g | page c>http://h.test/dir/c");
	assert_int_equal(page.links_by_kind[LINK_PAGE], 2);
	HTML("<link rel=STYLESHEET href=1><link rel='shortcut icon' href=2><link rel=canonical href=3>"
	     "<link rel=alternate type='application/rss+xml' href=4><link rel=alternate hreflang=de href=5>"
	     "<link rel=preconnect href=6><link rel=next href=7><link rel='alternate stylesheet' href=8>"
	     "<link rel=preload as=font href=9><link href=10>");
	assert_string_equal(links(),
		"style 1>http://h.test/dir/1 | requisite 2>http://h.test/dir/2 | canonical 3>http://h.test/dir/3 | "
		"feed 4>http://h.test/dir/4 | alternate 5>http://h.test/dir/5 | hint 6>http://h.test/dir/6 | "
		"page 7>http://h.test/dir/7 | style 8>http://h.test/dir/8 | requisite 9>http://h.test/dir/9 | "
		"hint 10>http://h.test/dir/10");
}

static void
what_is_no_link(void **state)
{
	HTML("<a href='mailto:a@b'>m</a><a href='javascript:x()'>j</a><a href='http://['>b</a><a href=ok#f>");
	assert_string_equal(links(), "page mailto:a@b> | page javascript:x()> | page http://[> | page ok#f>http://h.test/dir/ok");
	assert_int_equal(page.links_by_kind[LINK_PAGE], 4);
	HTML("<!-- <a href=c> --><script>'<a href=s>'</script><style>/*<a href=t>*/</style><title><a href=u></title>"
	     "<textarea><a href=v></textarea><template><a href=w></template><xmp><a href=x></xmp><a href=y>");
	assert_string_equal(links(), "page y>http://h.test/dir/y");
}

static void
noscript_is_read(void **state)
{
	HTML("<head><noscript><link rel=stylesheet href=n.css></noscript><body><noscript><img src=n.png></noscript>");
	assert_string_equal(links(), "style n.css>http://h.test/dir/n.css | requisite n.png>http://h.test/dir/n.png");
}

static void
base_element(void **state)
{
	HTML("<a href=1><base target=x><base href=/b/><base href=/c/>");
	assert_string_equal(links(), "page 1>http://h.test/b/1 | hint /b/>http://h.test/b/ | hint /c/>http://h.test/c/");
	assert_str(page.base, "http://h.test/b/");
	HTML("<svg><base href=/no/></svg><a href=1>");
	assert_str(page.base, "http://h.test/dir/page");
}

static void
nofollow_and_facts(void **state)
{
	HTML("<title> a \n b&amp;<b> </title><a rel='x NoFollow' href=1><a href=2><meta http-equiv=refresh content='3; url=4'>");
	assert_str(page.title, "a b&<b>");
	assert_int_equal(page.links[0].flags, LINK_NOFOLLOW);
	assert_int_equal(page.links[1].flags, 0);
	assert_true(page.has_refresh);
	assert_int_equal(page.refresh_seconds, 3);
	assert_str(page.refresh_url, "4");
	assert_str(page.links[2].url, "http://h.test/dir/4");
	HTML("<a href=1><meta name=robots content='noindex, NOFOLLOW'>");
	assert_true(page.noindex && page.nofollow);
	assert_int_equal(page.links[0].flags, LINK_NOFOLLOW);
}

static void
title_is_cut_at_a_character(void **state)
{
	char body[4096] = "<title>";
	size_t n = 7;

	while (n < 3000)
		n += (size_t)snprintf(body + n, sizeof(body) - n, "\xe2\x82\xac");
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html; charset=utf-8"), str_n(body, n));
	assert_int_equal(page.title.len, 1023); /* 341 characters of three bytes; that it is not closed does not matter */
}

static void
charsets(void **state)
{
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html; charset=iso-8859-1"), STR("<title>\xe9</title><a href='/\xe9?\xe9'>"));
	assert_str(page.charset, "windows-1252");
	assert_str(page.title, "\xc3\xa9");
	assert_str(page.links[0].value, "/\xc3\xa9?\xc3\xa9");
	assert_str(page.links[0].url, "http://h.test/%C3%A9?%E9");
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), STR("<a href='/\x83\x5c'><meta charset=shift_jis>"));
	assert_str(page.charset, "Shift_JIS");
	assert_str(page.links[0].url, "http://h.test/%E3%82%BD");
	{
		static const char tail[] = "--><meta charset=koi8-r><a href='/\xc1?\xc1'>";
		char late[3000] = "<!--";
		enum reader_type type;

		memset(late + 4, 'x', 2000);
		memcpy(late + 2004, tail, sizeof(tail));
		for (type = READER_SCAN; type <= READER_LIBXML2; type++) {
			ask(type, STR("http://h.test/"), STR("text/html"), str_of(late));
			assert_str(page.charset, "KOI8-R");
			assert_str(page.links[0].url, "http://h.test/%D0%B0?%C1");
		}
	}
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html"),
		STR("\xff\xfe<\0a\0 \0h\0r\0e\0f\0=\0" "1\0>\0"));
	assert_str(page.charset, "UTF-16LE");
	assert_str(page.links[0].url, "http://h.test/1");
	assert_int_equal(page.links[0].end % 2, 0);
	assert_true(page.links[0].end > 0);
	HTML("<a href='/\xff'>");
	assert_str(page.links[0].value, "/\xef\xbf\xbd");
}

static void
lists_and_style(void **state)
{
	HTML("<img srcset='a.png 1x, b.png 2x'><p style='background:url(&quot;c.png&quot;)'>"
	     "<style>@import 'd.css'; p{background:url(e.png)}</style>");
	assert_string_equal(links(),
		"requisite a.png>http://h.test/dir/a.png | requisite b.png>http://h.test/dir/b.png | "
		"requisite c.png>http://h.test/dir/c.png | style d.css>http://h.test/dir/d.css | "
		"requisite e.png>http://h.test/dir/e.png");
	assert_int_equal(page.links[4].flags, LINK_IN_STYLE);
	ask(READER_SCAN, STR("http://h.test/s/x.css"), STR("text/css"), STR("@import url(y.css);b{src:url(../z.woff)}"));
	assert_string_equal(links(), "style y.css>http://h.test/s/y.css | requisite ../z.woff>http://h.test/z.woff");
}

/* Every span, cut out of the body, is the value as it is written. */
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

static void
spans_in_charset(struct charset_converters *c, enum charset cs)
{
	static const char html[] = WORD "<style>/* " WORDS " */ a{b:url(1.png)} /* " WORD " */ c{d:url('2.png')}</style><img srcset='" WORDS
		".png 1x, 3.png?a&amp;b 2x'><p style='e: \"" WORD "\"; f:url(4.png)'><iframe srcdoc='" WORD " &lt;img src=5.png>'></iframe>"
		"<a href='6?" WORD "'>";
	static const char css[] = "/* " WORDS " */ a { b: url( 1.png ) } c::after { content: '" WORD "'; d: url(\"2.png\") }";
	static const char xml[] = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'><!-- " WORDS " --><style>/* " WORDS
		" */ i &gt; a { b: url(1.png) }</style><title>" WORD "</title><image x:href='2.png?a&amp;b'/><a x:href='3?" WORD "'/><html "
		"xmlns='http://www.w3.org/1999/xhtml'><img src='4.png' alt='" WORDS "' srcset='5.png?a&amp;b 1x,\n" WORD ".png 2x,\n 6.png 3x'/>"
		"<p style='a: url(7.png); b: \"" WORD "\"'/></html></svg>";
	CLEANUP(buf_releasep) struct buf body = BUF_INIT(65536), type = BUF_INIT(100);
	const char *name = charset_name(cs);

	buf_addf(&type, "text/html; charset=%s", name);
	assert_int_equal(charset_encode(c, cs, str_of(html), &body), 0);
	ask(READER_SCAN, STR("http://h.test/"), buf_str(&type), buf_str(&body));
	check_span_of(name, "1.png", "1.png");
	check_span_of(name, "2.png", "2.png");
	check_span_of(name, "3.png?a&b", "3.png?a&amp;b");
	check_span_of(name, "4.png", "4.png");
	check_span_of(name, "5.png", "5.png");

	buf_reset(&type, 100);
	buf_reset(&body, 65536);
	buf_addf(&type, "text/css; charset=%s", name);
	assert_int_equal(charset_encode(c, cs, str_of(css), &body), 0);
	ask(READER_SCAN, STR("http://h.test/"), buf_str(&type), buf_str(&body));
	check_span_of(name, "1.png", "1.png");
	check_span_of(name, "2.png", "2.png");

	buf_reset(&type, 100);
	buf_reset(&body, 65536);
	buf_addf(&type, "image/svg+xml; charset=%s", name);
	assert_int_equal(charset_encode(c, cs, str_of(xml), &body), 0);
	ask(READER_SCAN, STR("http://h.test/"), buf_str(&type), buf_str(&body));
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
	struct charset_converters c;
	unsigned cs;

	charset_init(&c);
	for (cs = 0; cs < CHARSET_COUNT; cs++)
		if (charset_is_ascii_compatible((enum charset)cs))
			spans_in_charset(&c, (enum charset)cs);
	charset_release(&c);
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

static void
srcdoc(void **state)
{
	HTML("<base href=/b/><iframe srcdoc='<base href=/no/><a href=1>&lt;a href=2&gt;<title>t</title>"
	     "<iframe srcdoc=\"&lt;a href=3&gt;\">'></iframe>");
	assert_str(page.title, "");
	assert_string_equal(links(),
		"hint /b/>http://h.test/b/ | hint /no/>http://h.test/no/ | page 1>http://h.test/b/1 | page 2>http://h.test/b/2 | "
		"page 3>http://h.test/b/3");
}

/* What stands in a srcdoc does not change how the page's own links are read. */
static void
srcdoc_in_a_charset(void **state)
{
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html; charset=windows-1251"),
		STR("<a href='?\xe0'><a href='?\xe0'><iframe srcdoc=\"<svg></svg><a href=x>\"></iframe>"
		    "<iframe srcdoc=\"<a href=no><frameset><frame src=y></frameset>\">"));
	assert_string_equal(links(), "page ?\xd0\xb0>http://h.test/?%E0 | page ?\xd0\xb0>http://h.test/?%E0 | "
		"page x>http://h.test/x | frame y>http://h.test/y");
	assert_int_equal(page.links_by_kind[LINK_PAGE], 3);
}

static void
framesets(void **state)
{
	HTML("<head><link rel=icon href=i></head><frameset><frame src=1><frame src=2></frameset><a href=no>");
	assert_string_equal(links(), "requisite i>http://h.test/dir/i | frame 1>http://h.test/dir/1 | frame 2>http://h.test/dir/2");
	HTML("<p>text<frameset><frame src=1></frameset><a href=yes>");
	assert_string_equal(links(), "page yes>http://h.test/dir/yes");
	HTML("<a href=1><frameset><frame src=1></frameset>");
	assert_string_equal(links(), "frame 1>http://h.test/dir/1");
}

static bool
knows_b(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	++*(unsigned *)arg;
	return fp == hash_fingerprint(&key, "http://h.test/b", 15);
}

static void
filtered(void **state)
{
	unsigned asked = 0;

	in = (struct reader_input){ .body = STR("<a href=a><a href=a#x><a href=./a><a href=b><img src=a><a href=a rel=nofollow>"
						"<a href='mailto:x'><a href=c><a href=a>"),
		.url = STR("http://h.test/"), .content_type = STR("text/html"), .max_links = 100, .key = &key,
		.is_known = knows_b, .is_known_arg = &asked };
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_int_equal(page.n_links, 4);
	assert_str(page.links[0].url, "http://h.test/a");
	assert_int_equal(page.links[1].kind, LINK_REQUISITE);
	assert_int_equal(page.links[2].flags, LINK_NOFOLLOW);
	assert_str(page.links[3].url, "http://h.test/c");
	assert_true(page.links[3].fp == hash_fingerprint(&key, "http://h.test/c", 15));
	assert_int_equal(asked, 5);
	assert_int_equal(page.links_by_kind[LINK_PAGE], 8);
}

#define FAR_LINKS 100

struct far {
	uint64_t fps[FAR_LINKS];
	unsigned told, asked;
};

static void
far_will_ask(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	struct far *f = arg;

	assert_true(f->told < FAR_LINKS);
	f->fps[f->told++] = fp;
}

/* Every third is known. */
static bool
far_is_known(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	struct far *f = arg;

	assert_true(f->asked < f->told && f->fps[f->asked] == fp);
	return f->asked++ % 3 == 0;
}

/* Links wait for the filter's answer, with their URLs, some of which are long; and come in their order. */
static void
filtered_far(void **state)
{
	struct far f = { .told = 0 };
	struct buf body = BUF_INIT(1 << 20), url = BUF_INIT(1 << 20);
	unsigned i, n = 0;

	for (i = 0; i < FAR_LINKS; i++)
		buf_addf(&body, "<a href=/%u/%0*u>", i, i % 5 == 0 ? 300 : 1, i);
	in = (struct reader_input){ .body = buf_str(&body), .url = STR("http://h.test/"), .content_type = STR("text/html"),
		.max_links = FAR_LINKS, .key = &key, .is_known = far_is_known, .will_ask = far_will_ask, .is_known_arg = &f };
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_int_equal(f.told, FAR_LINKS);
	assert_int_equal(f.asked, FAR_LINKS);
	for (i = 0; i < FAR_LINKS; i++) {
		if (i % 3 == 0)
			continue;
		buf_reset(&url, SIZE_MAX);
		buf_addf(&url, "http://h.test/%u/%0*u", i, i % 5 == 0 ? 300 : 1, i);
		assert_true(n < page.n_links && str_eq(page.links[n].url, buf_str(&url)));
		assert_true(page.links[n].fp == f.fps[i]);
		n++;
	}
	assert_int_equal(page.n_links, n);
	buf_release(&body);
	buf_release(&url);
}

static void
too_many_links(void **state)
{
	in = (struct reader_input){ .body = STR("<a href=1><a href=2><a href=3>"), .url = STR("http://h.test/"),
		.content_type = STR("text/html"), .want_all = true, .max_links = 2, .key = &key };
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), -E2BIG);
	assert_int_equal(page.n_links, 2);
	assert_true(page.links_cut);
	assert_int_equal(page.links_by_kind[LINK_PAGE], 3);
}

static void
types(void **state)
{
	struct str body = STR("<!doctype html><a href=1>"), url = STR("http://h.test/");

	ask(READER_SCAN, url, STR(""), body);
	assert_int_equal(page.n_links, 1);
	ask(READER_SCAN, url, STR("text/plain"), body);
	assert_int_equal(page.n_links, 0);
	ask(READER_SCAN, url, STR(""), STR("\x89PNG<a href=1>"));
	assert_int_equal(page.n_links, 0);
	ask(READER_SCAN, url, STR("Application/XHTML+xml"),
		STR("<html xmlns='http://www.w3.org/1999/xhtml'><head><script src='s'/><title>t</title></head>"
		    "<body><a href='1'/><svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'>"
		    "<use x:href='#u'/><image href='i'/></svg></body></html>"));
	assert_string_equal(links(),
		"requisite s>http://h.test/s | page 1>http://h.test/1 | requisite #u>http://h.test/ | requisite i>http://h.test/i");
	assert_str(page.title, "t");
	/* All ways to write '&', and one that is none. */
	ask(READER_SCAN, url, STR("image/svg+xml"),
		STR("<svg xmlns='http://www.w3.org/2000/svg'><a href='1?a&amp;b&#38;c&#x26;d&amp;#38;e'/></svg>"));
	assert_string_equal(links(), "page 1?a&b&c&d&#38;e>http://h.test/1?a&b&c&d&");
}

static void
libxml2_agrees(void **state)
{
	static const char *const pages[] = {
		"<html><head><title>t &eacute;</title><base href='/b/'><link rel=stylesheet href=s.css></head>"
		"<body><p><a href='1&amp;2'>x</a> <img src=i srcset='j 2x'><style>p{a:url(k)}</style></body></html>",
		"<table><tr><td background=b><a href=c></td></tr></table><form action=f><input src=g></form>",
	};
	char scanned[8192];
	size_t i;

	for (i = 0; i < ARRAY_LEN(pages); i++) {
		ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), str_of(pages[i]));
		snprintf(scanned, sizeof(scanned), "%.*s %s", STR_ARG(page.title), links());
		ask(READER_LIBXML2, STR("http://h.test/"), STR("text/html"), str_of(pages[i]));
		assert_string_equal(scanned + page.title.len + 1, links());
	}
}

/* Bytes of any kind, cut anywhere, are read without harm by both. */
static void
cut_and_binary(void **state)
{
	static const char text[] = "<!doctype html><a href=\"x&amp;\" b='c'><script><!--<script></script>--></script><svg><![CDATA[x]]>"
				   "<title><template></template></svg><style>a{b:url(c\\))}</style><img srcset='a 1x, b'><!--x--!>";
	char noise[20000];
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < sizeof(text); i++) {
		char *copy = malloc(i + 1); /* exactly its size: sanitizers see a read behind it */

		assert_non_null(copy);
		memcpy(copy, text, i);
		ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), str_n(copy, i));
		ask(READER_LIBXML2, STR("http://h.test/"), STR("text/html"), str_n(copy, i));
		free(copy);
	}
	for (i = 0; i < sizeof(noise); i++) {
		x = x * 1664525 + 1013904223;
		noise[i] = (char)(x >> 24);
	}
	for (i = 0; i < 3; i++) {
		ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), str_n(noise, sizeof(noise)));
		noise[i] = "\xff\xfe\0"[i];
	}
}

/* ---- the head of the response, data blocks, feeds ---- */

static void
ask_with_head(struct str headers, struct str body)
{
	in = (struct reader_input){ .body = body, .url = STR("http://h.test/dir/page"), .headers = headers,
		.content_type = STR("text/html; charset=iso-8859-1"), .want_all = true, .max_links = 1000, .key = &key };
	assert_int_equal(reader_read(readers[0], &in, &page), 0);
}

/* RFC 8288: relative to the page and not to its <base>, never in its charset. */
static void
link_header(void **state)
{
	ask_with_head(STR("Link: <1>; rel=\"preload stylesheet\", <2>;rel=canonical;rel=next , junk, <3?\xc3\xa9>; Rel = icon\n"
			  "link:<4>;title=\"a, <b>\\\"\"; rel=next;\nLINK: <5>; rel=next; anchor=\"#x\", <6>\nlink: <7\n"
			  "Link: <8>; rel=\"alternate nofollow\"; type=\"application/atom+xml\"; imagesrcset=\"9 1x, 10 2x\"\n"),
		STR("<base href=/b/><link rel=canonical href=11><a href='?\xe9'>"));
	assert_string_equal(links(),
		"style 1>http://h.test/dir/1 | canonical 2>http://h.test/dir/2 | requisite 3?\xc3\xa9>http://h.test/dir/3?%C3%A9 | "
		"page 4>http://h.test/dir/4 | hint 6>http://h.test/dir/6 | feed 8>http://h.test/dir/8 | "
		"requisite 9>http://h.test/dir/9 | requisite 10>http://h.test/dir/10 | hint /b/>http://h.test/b/ | "
		"canonical 11>http://h.test/b/11 | page ?\xc3\xa9>http://h.test/b/?%E9");
	assert_str(page.canonical, "http://h.test/dir/2");
	assert_int_equal(page.links[5].flags, LINK_NOFOLLOW | LINK_FROM_HEAD);
	/* The same reference in the head and in the page is two. */
	ask_with_head(STR("Link: <x>; rel=next\n"), STR("<base href=/b/><a href=x>"));
	assert_string_equal(links(), "page x>http://h.test/dir/x | hint /b/>http://h.test/b/ | page x>http://h.test/b/x");
}

static void
head_facts(void **state)
{
	ask_with_head(STR("refresh: 7; url=/r\nX-Robots-Tag: nofollow\nx-robots-tag: other: noindex\ncontent-language: de\n"),
		STR("<meta http-equiv=refresh content='1; url=no'><meta name=robots content=noindex><a href=1>"));
	assert_string_equal(links(), "page /r>http://h.test/r | page 1>http://h.test/dir/1");
	assert_true(page.has_refresh && page.refresh_seconds == 7);
	assert_str(page.refresh_to, "http://h.test/r");
	assert_true(page.noindex && page.nofollow);
	assert_int_equal(page.links[1].flags, LINK_NOFOLLOW);
	assert_str(page.language, "de");
	ask_with_head(STR("Content-Language: de, en\n"), STR("<a>"));
	assert_int_equal(page.language.len, 0);
	ask_with_head(STR("Content-Language: de\n"), STR("<HTML LANG=' pt-BR '><html lang=x>"));
	assert_str(page.language, "pt-BR");
	ask_with_head(STR("Content-Language: de\n"), STR("<html lang='&lt;script&gt;'>"));
	assert_str(page.language, "de");
	/* Pages that are read twice keep what their head says: svg with a breakout, UTF-16 by a late <meta>. */
	ask_with_head(STR("Link: <1>; rel=next\nContent-Language: de\n"), STR("<svg><p><a href=2></svg><template><a href=3></template>"));
	assert_string_equal(links(), "page 1>http://h.test/dir/1 | page 2>http://h.test/dir/2");
	assert_str(page.language, "de");
}

static void
facts_of_the_page(void **state)
{
	HTML("<html lang=en><link rel=canonical href='http://['><link rel=canonical href=c#f><meta http-equiv=refresh content=5>");
	assert_str(page.canonical, "http://h.test/dir/c");
	assert_str(page.language, "en");
	assert_true(page.has_refresh && page.refresh_to.len == 0);
	assert_true(page.base_is_own);
	assert_true(page.content_hash[0] != 0);
	HTML("<iframe srcdoc='<html lang=no><link rel=canonical href=no>'></iframe>");
	assert_int_equal(page.canonical.len, 0);
	assert_int_equal(page.language.len, 0);
	HTML("<base href=ftp://h/><a href=x>");
	assert_false(page.base_is_own || page.base_is_http);
	/* XXH3-128 of no bytes, as its specification has it. */
	HTML("");
	assert_true(page.content_hash[0] == UINT64_C(0x99aa06d3014798d8) && page.content_hash[1] == UINT64_C(0x6001c324468d497f));
}

/* The words of the page are those of `text', in its order and blocks (which '\x1e' divides). */
static void
assert_words(enum reader_type type, struct str content_type, struct str body, struct str text)
{
	struct simhash s;

	ask(type, STR("http://h.test/"), content_type, body);
	simhash_init(&s);
	simhash_text(&s, text.p, text.len);
	assert_true(page.has_words);
	assert_int_equal(page.words, s.words);
	assert_true(page.simhash == simhash_end(&s));
}

static void
visible_text(void **state)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{ "<title>no</title><p>one <b>t</b>wo<p>three<br>four", "one two\x1ethree\x1e" "four" },
		{ "a&nbsp;b &amp;c &eacute;t\xc3\xa9 AT&<b>amp</b>", "a b c \xc3\xa9t\xc3\xa9 AT amp" },
		{ "x<script>no<!-- </script>y<style>no</style>z<!-- no > no -->w", "xyzw" },
		{ "a<textarea>no</textarea> b<iframe>no</iframe> c<noscript>d</noscript>", "a b cd" },
		{ "<div hidden>no <div>no</div> no</div>yes", "yes" },
		{ "<ul><li hidden>no <i>no</i><li>yes<li hidden>no</ul>and", "yes\x1e" "and" },
		{ "<p style='color:red; DISPLAY : none'>no</p><p style='display:inline'>yes", "yes" },
		{ "<input hidden>a<br hidden>b", "a\x1e" "b" },
		{ "<table><tr><td>a<td>b<tr><th>c</table>d", "a\x1e" "b\x1e" "c\x1e" "d" },
		{ "<h1>no end", "no end" },
		{ "one<", "one" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		assert_words(READER_SCAN, STR("text/html; charset=utf-8"), str_of(cases[i].html), str_of(cases[i].text));
		assert_words(READER_LIBXML2, STR("text/html; charset=utf-8"), str_of(cases[i].html), str_of(cases[i].text));
	}
	/* What only a tokenizer after the standard sees. */
	assert_words(READER_SCAN, STR("text/html"), STR("a<svg><title>no</title><title/><text>b</text></svg>c<template>no<p>no</template>d"), STR("abcd"));
	assert_words(READER_SCAN, STR("text/html"), STR("a<p>&am<b>p;b"), STR("a\x1e&am p;b"));
	assert_words(READER_SCAN, STR("text/html"), STR("<plaintext>a <b>c"), STR("a b c"));
	/* The charset may be said behind the text, and the page be no superset of ASCII. */
	assert_words(READER_SCAN, STR("text/html"), STR("<p>\xe9t\xe9<meta charset=iso-8859-1>"), STR("\xc3\xa9t\xc3\xa9"));
	assert_words(READER_SCAN, STR("text/html; charset=utf-16be"), STR("\0<\0p\0>\0a\0&\0l\0t\0;\0b"), STR("a b"));
	assert_words(READER_SCAN, STR("application/xhtml+xml"),
		STR("<html xmlns='http://www.w3.org/1999/xhtml'><head><title>no</title></head><body>a &#233; <p hidden=''>no</p>b</body></html>"),
		STR("a \xc3\xa9\x1e" "b"));
	/* No page: nothing. Documents in attributes are not the page's. */
	ask(READER_SCAN, STR("http://h.test/"), STR("application/rss+xml"), STR("<rss><channel><title>t</title></channel></rss>"));
	assert_false(page.has_words);
	ask(READER_SCAN, STR("http://h.test/"), STR("text/css"), STR("a { b: c }"));
	assert_false(page.has_words);
	assert_words(READER_SCAN, STR("text/html"), STR("a <iframe srcdoc='<p>no'></iframe>"), STR("a"));
	in.want_words = false;
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_true(!page.has_words && page.words == 0 && page.simhash == 0);
}

/* The sketch of the page is that of these runs of text. */
static void
assert_sketch(enum reader_type type, struct str content_type, struct str body, const char *const *runs)
{
	struct sketch s;

	in = (struct reader_input){ .body = body, .url = STR("http://h.test/"), .content_type = content_type, .want_all = true,
		.want_sketch = true, .max_links = 1000, .key = &key };
	assert_int_equal(reader_read(readers[type], &in, &page), 0);
	sketch_init(&s);
	for (; *runs != NULL; runs++)
		sketch_add(&s, *runs, *runs + strlen(*runs), *runs + strlen(*runs));
	assert_true(page.has_sketch && page.text_hash == s.whole);
	assert_true(page.n_marks == s.n && page.mark_shift == s.shift && memcmp(page.marks, s.marks, sizeof(s.marks)) == 0);
	assert_false(page.has_words);
}

static void
sketches(void **state)
{
	static const char long_run[] = "a run that is long enough to have some pieces in it, whatever place they begin at";
	static const char html[] = "<title>no</title><p>one <b>two</b>\n<p hidden>a run that is long enough to have some pieces in it, "
				   "whatever place they begin at<!-- no -->x<script>var no = 'and so is this one, but it is none';</script>y &amp; z"
				   "<iframe srcdoc='<p>no'></iframe><style>no</style>";
	static const char *const runs[] = { "one ", "two", long_run, "x", "y &amp; z", NULL }, *const none[] = { NULL };

	assert_sketch(READER_SCAN, STR("text/html"), STR(html), runs);
	/* The long way, with a tree. */
	assert_sketch(READER_SCAN, STR("text/html"), STR("<p>one <svg><title/><a>two</a></svg><table><p>three"),
		(const char *const[]){ "one ", "two", "three", NULL });
	assert_sketch(READER_LIBXML2, STR("text/html"), STR("<title>no</title><p>one<script>no</script><p hidden>no</p><p>two</p>"),
		(const char *const[]){ "one", "two", NULL });
	assert_sketch(READER_SCAN, STR("application/xhtml+xml"),
		STR("<html xmlns='http://www.w3.org/1999/xhtml'><head><title>no</title></head><body>one</body></html>"),
		(const char *const[]){ "one", NULL });
	/* Nothing of the page before is left. */
	assert_sketch(READER_SCAN, STR("text/html"), STR("<p><br>"), none);
	assert_true(page.n_marks == 0);
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), STR("<p>not asked for"));
	assert_false(page.has_sketch);
	in.want_sketch = true;
	in.content_type = STR("application/rss+xml");
	in.body = STR("<rss><channel><title>t</title></channel></rss>");
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_false(page.has_sketch);
}

static void
assert_lines(enum reader_type type, struct str content_type, struct str body, struct str text)
{
	ask(type, STR("http://h.test/"), content_type, body);
	assert_true(page.has_visible);
	assert_int_equal(page.visible.len, text.len);
	assert_memory_equal(page.visible.p, text.p, text.len);
}

/* What --save=text keeps: a line for each block. */
static void
visible_lines(void **state)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{ "", "" },
		{ "<title>no</title>\n <p> one\t <b>t</b>wo \r\n\n<p><p>three<br>four\n", "one two\nthree\nfour\n" },
		{ "<ul><li>a &amp; b<li>c&nbsp;&lt;d</ul>e", "a & b\nc\xc2\xa0<d\ne\n" },
		{ "<p>a <pre>\n  b\n\n\tc  d\n</pre> e", "a\n  b\n\n\tc  d\ne\n" },
		{ "<p>a<pre>b</pre>  c  <i> d </i>  e", "a\nb\nc d e\n" },
		{ "x<script>no</script><div hidden>no</div> <img alt=no> <!-- no -->y", "x\ny\n" },
		{ "a\x1b[2J\x7f\x1e" "b", "a[2J\nb\n" }, /* no terminal is steered by it; a mark of ours ends a block */
		{ "a\xff\xc3(b", "a\xef\xbf\xbd\xef\xbf\xbd(b\n" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		assert_lines(READER_SCAN, STR("text/html; charset=utf-8"), str_of(cases[i].html), str_of(cases[i].text));
		if (strchr(cases[i].html, 0x1b) == NULL) /* libxml2 does without characters that are none in XML */
			assert_lines(READER_LIBXML2, STR("text/html; charset=utf-8"), str_of(cases[i].html), str_of(cases[i].text));
	}
	assert_lines(READER_SCAN, STR("text/html"), STR("<p>\xe9<meta charset=windows-1252>\x80"), STR("\xc3\xa9\xe2\x82\xac\n"));
	assert_lines(READER_SCAN, STR("text/html; charset=utf-16be"), STR("\0<\0p\0>\0a\0&\0l\0t\0;\x20\xac"), STR("a<\xe2\x82\xac\n"));
	assert_lines(READER_SCAN, STR("application/xhtml+xml"),
		STR("<html xmlns='http://www.w3.org/1999/xhtml'><body><p>a &#233;</p> <pre>b\n c</pre></body></html>"), STR("a \xc3\xa9\nb\n c\n"));
	ask(READER_SCAN, STR("http://h.test/"), STR("text/css"), STR("a { b: c }"));
	assert_false(page.has_visible);
	/* Either is had without the other. */
	in.body = STR("<p>a");
	in.content_type = STR("text/html");
	in.want_words = false;
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_true(!page.has_words && page.has_visible && str_eq(page.visible, STR("a\n")));
	in.want_words = true;
	in.want_visible = false;
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_true(page.has_words && !page.has_visible && page.visible.len == 0);
}

static void
lazy_images(void **state)
{
	HTML("<img data-src=1 data-srcset='2 1x' data-lazy-src=3 data-lazy-srcset='4, 5 2x' data-original=6>"
	     "<div data-bg=7></div><video data-poster=8></video><link rel=preload as=image imagesrcset='9 1x'>");
	assert_int_equal(page.links_by_kind[LINK_REQUISITE], 9);
	assert_int_equal(page.n_links, 9);
}

static void
json_ld(void **state)
{
	HTML("<script type='application/ld+json; charset=x'>{\"url\": \"http:\\/\\/a.test\\/\\u00e9\\ud83d\\ude00\", \"name\": \"http://no/\",\n"
	     "\"image\": [\"/1\", {\"url\": \"/2\", \"caption\": \"/no\"}, \"a word\"], \"url\" : {\"image\":\"/3\"}, \"x\":[[[\"/no\"]]] }"
	     "</script><script>{\"url\":\"/no\"}</script><script type=application/ld+json src=s>\"/no\" {\"url\":\"/4</script>");
	assert_string_equal(links(),
		"hint http://a.test/\xc3\xa9\xf0\x9f\x98\x80>http://a.test/%C3%A9%F0%9F%98%80 | hint /1>http://h.test/1 | "
		"hint /2>http://h.test/2 | hint /3>http://h.test/3 | requisite s>http://h.test/dir/s | hint /4>http://h.test/4");
}

static void
manifest(void **state)
{
	static const char text[] = "\xef\xbb\xbf{\"name\":\"x\",\"icons\":[{\"src\":\"i.png\",\"sizes\":\"1x1\"},{\"src\":\"\\/j.png\"}],"
				   "\"start_url\":\"/?s\",\"shortcuts\":[{\"url\":\"/u\",\"icons\":[{\"src\":\"k.png\"}]}],"
				   "\"screenshots\":[{\"src\":\"l.png\"}],\"src\":\"no\",\"other\":{\"src\":\"no\"}}";

	ask(READER_SCAN, STR("http://h.test/m/app.webmanifest?x"), STR("application/octet-stream"), STR(text));
	assert_string_equal(links(),
		"requisite i.png>http://h.test/m/i.png | requisite /j.png>http://h.test/j.png | hint /?s>http://h.test/?s | "
		"hint /u>http://h.test/u | requisite k.png>http://h.test/m/k.png | hint l.png>http://h.test/m/l.png");
	assert_memory_equal(text + page.links[0].start, "i.png", page.links[0].end - page.links[0].start);
	assert_memory_equal(text + page.links[1].start, "\\/j.png", page.links[1].end - page.links[1].start);
	ask(READER_SCAN, STR("http://h.test/m"), STR("application/manifest+json"), STR("[[[[[[[[[[[[[[[[[[[[[[\"x\"]{{{\"icons\":\"\\"));
	assert_int_equal(page.n_links, 0);
}

static void
feeds(void **state)
{
	const struct str url = STR("http://h.test/feed");

	ask(READER_SCAN, url, STR("application/rss+xml"),
		STR("<rss><channel><title>News</title><link>http://h.test/</link><item><title>x</title>"
		    "<link> /1 </link><enclosure url='/no'/></item><item><link><![CDATA[/2?a&b]]></link></item></channel></rss>"));
	assert_string_equal(links(), "page http://h.test/>http://h.test/ | page /1>http://h.test/1 | page /2?a&b>http://h.test/2?a&b");
	assert_str(page.title, "News");
	ask(READER_SCAN, url, STR("application/rdf+xml"),
		STR("<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
		    "<item><link>/1</link></item></r:RDF>"));
	assert_string_equal(links(), "page /1>http://h.test/1");
	ask(READER_SCAN, url, STR("application/atom+xml"),
		STR("<feed xmlns='http://www.w3.org/2005/Atom'><link href='/1'/><link rel='self' href='/2'/>"
		    "<entry><link rel='alternate' href='/3'/><link rel='enclosure' href='/4'/><link>/no</link></entry></feed>"));
	assert_string_equal(links(),
		"page /1>http://h.test/1 | alternate /2>http://h.test/2 | page /3>http://h.test/3 | hint /4>http://h.test/4");
	ask(READER_SCAN, url, STR("application/xml"), STR("<data><link>/no</link></data>"));
	assert_int_equal(page.n_links, 0);
	ask(READER_SCAN, url, STR("application/xhtml+xml"),
		STR("<html xmlns='http://www.w3.org/1999/xhtml' lang='no' xml:lang='fr'><link rel='canonical' href='/c'/></html>"));
	assert_str(page.language, "fr");
	assert_str(page.canonical, "http://h.test/c");
}

static int
setup(void **state)
{
	return reader_new(READER_SCAN, &readers[0]) < 0 || reader_new(READER_LIBXML2, &readers[1]) < 0;
}

static int
teardown(void **state)
{
	reader_free(readers[0]);
	reader_free(readers[1]);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(what_is_no_link),
		cmocka_unit_test(noscript_is_read),
		cmocka_unit_test(base_element),
		cmocka_unit_test(nofollow_and_facts),
		cmocka_unit_test(title_is_cut_at_a_character),
		cmocka_unit_test(charsets),
		cmocka_unit_test(lists_and_style),
		cmocka_unit_test(spans),
		cmocka_unit_test(spans_of_srcdoc),
		cmocka_unit_test(spans_of_xml),
		cmocka_unit_test(spans_of_utf16),
		cmocka_unit_test(spans_in_charsets),
		cmocka_unit_test(spans_of_utf16_xml),
		cmocka_unit_test(srcdoc),
		cmocka_unit_test(srcdoc_in_a_charset),
		cmocka_unit_test(framesets),
		cmocka_unit_test(filtered),
		cmocka_unit_test(filtered_far),
		cmocka_unit_test(too_many_links),
		cmocka_unit_test(types),
		cmocka_unit_test(libxml2_agrees),
		cmocka_unit_test(cut_and_binary),
		cmocka_unit_test(link_header),
		cmocka_unit_test(head_facts),
		cmocka_unit_test(facts_of_the_page),
		cmocka_unit_test(visible_text),
		cmocka_unit_test(visible_lines),
		cmocka_unit_test(sketches),
		cmocka_unit_test(lazy_images),
		cmocka_unit_test(json_ld),
		cmocka_unit_test(manifest),
		cmocka_unit_test(feeds),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
