/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages to links, by both readers where both can. Also worker_facts_test.c, worker_filter_test.c, worker_links_test.c. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/reader_ask.h"

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

/* HTML §13.2.5.8, §13.2.5.33: a NUL in a name is U+FFFD, also at its end. */
static void
nul_in_names(void **state)
{
	HTML("<a\0 href=1><a href\0=2><img src\0=3><IM\0G href=4>");
	assert_string_equal(links(), "hint 1>http://h.test/dir/1 | hint 4>http://h.test/dir/4");
	assert_string_equal(page.links[0].tag, "a\xef\xbf\xbd");
	assert_string_equal(page.links[1].tag, "im\xef\xbf\xbdg");
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

/* Their links are the page's, their facts are not. */
static void
srcdoc(void **state)
{
	HTML("<base href=/b/><iframe srcdoc='<base href=/no/><a href=1>&lt;a href=2&gt;<title>t</title>"
	     "<iframe srcdoc=\"&lt;a href=3&gt;\">'></iframe>");
	assert_str(page.title, "");
	assert_string_equal(links(),
		"hint /b/>http://h.test/b/ | hint /no/>http://h.test/no/ | page 1>http://h.test/no/1 | page 2>http://h.test/no/2 | "
		"page 3>http://h.test/no/3");
}

/* Documents in attributes have bases of their own, or that around them, whoever reads the page. */
static void
srcdoc_bases(void **state)
{
	static const char body[] = "<base href='/b/'/><iframe srcdoc=\"&lt;a href=1&gt;&lt;base href='x/'&gt;&lt;base href=no/&gt;"
		"&lt;iframe srcdoc='&amp;lt;a href=?q&amp;gt;&amp;lt;base href=javascript:no&amp;gt;'&gt;\"></iframe>"
		"<iframe srcdoc='&lt;a href=1&gt;&lt;!--&lt;base--&gt;'></iframe><iframe srcdoc='&lt;a href=1&gt;'></iframe><a href='1'></a>";
	enum reader_type type;

	for (type = READER_SCAN; type <= READER_LIBXML2; type++) {
		ask(type, STR("http://h.test/dir/page"), STR("text/html; charset=utf-8"), STR(body));
		assert_string_equal(links(), "hint /b/>http://h.test/b/ | page 1>http://h.test/b/1 | page 1>http://h.test/b/x/1 | "
			"hint x/>http://h.test/b/x/x/ | hint no/>http://h.test/b/x/no/ | page 1>http://h.test/b/1 | page 1>http://h.test/b/1 | "
			"page ?q>http://h.test/b/x/?q | hint javascript:no>");
		assert_int_equal(page.n_frame_bases, 3);
		assert_int_equal(page.links[7].frame, 3);
		assert_str(page.frame_bases[0], "http://h.test/b/x/");
		assert_str(page.frame_bases[1], "http://h.test/b/");
		assert_str(page.frame_bases[2], "http://h.test/b/x/");
	}
	ask(READER_SCAN, STR("http://h.test/dir/page"), STR("application/xhtml+xml"),
		STR("<html xmlns='http://www.w3.org/1999/xhtml'><iframe srcdoc='&lt;base href=/x/&gt;&lt;a href=&amp;#49;&gt;'/></html>"));
	assert_string_equal(links(), "hint /x/>http://h.test/x/ | page 1>http://h.test/x/1");
}

/* Drawing programs declare their namespaces as entities. Without a declaration it is no svg. */
static void
svg_by_entities(void **state)
{
	static const char svg[] = "<svg xmlns='&s;' xmlns:xlink='&x;'><a xlink:href='1'/><image xlink:href='2'/><g href='3'/></svg>";
	char body[512];

	ask(READER_SCAN, STR("http://h.test/"), STR("image/svg+xml"), str_of(svg));
	assert_string_equal(links(), "hint 3>http://h.test/3");
	(void)snprintf(body, sizeof(body), "<!DOCTYPE svg [<!ENTITY s 'http://www.w3.org/2000/svg'><!ENTITY x 'http://www.w3.org/1999/xlink'>]>%s", svg);
	ask(READER_SCAN, STR("http://h.test/"), STR("image/svg+xml"), str_of(body));
	assert_string_equal(links(), "page 1>http://h.test/1 | requisite 2>http://h.test/2 | hint 3>http://h.test/3");
	assert_true(page.links[1].end == page.links[1].start + 1 && body[page.links[1].start] == '2');
}

/* More of them than are told apart: those behind have the base around them, and are not rewritten; but what has no base of its own is. */
static void
srcdoc_bases_without_end(void **state)
{
	struct buf body = BUF_INIT(1 << 20);
	unsigned i;

	for (i = 0; i < 300; i++)
		(void)buf_addf(&body, "<iframe srcdoc='<base href=/x%u/><a href=1>'></iframe>", i);
	(void)buf_add_str(&body, STR("<iframe srcdoc='<a href=1>'></iframe><iframe srcdoc='<base href=/y/><a href=&#49;>'></iframe>"));
	assert_int_equal(buf_err(&body), 0);
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), buf_str(&body));
	assert_int_equal(page.n_links, 603);
	assert_str(page.links[509].url, "http://h.test/x254/1");
	assert_int_equal(page.links[509].end - page.links[509].start, 1);
	assert_str(page.links[511].url, "http://h.test/1");
	assert_int_equal(page.links[511].end, 0);
	assert_str(page.links[600].url, "http://h.test/1");
	assert_int_equal(page.links[600].end - page.links[600].start, 1);
	assert_str(page.links[602].url, "http://h.test/1");
	assert_int_equal(page.links[602].end, 0);
	buf_release(&body);
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
	/* It is in UTF-8 itself (HTML §7.4.2.4). */
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html; charset=windows-1251"), STR("<iframe srcdoc='<a href=?\xe0>'></iframe>"));
	assert_string_equal(links(), "page ?\xd0\xb0>http://h.test/?%D0%B0");
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
	/* What a document type adds to elements stands nowhere: it would be more references than the page has bytes. */
	ask(READER_SCAN, url, STR("application/xhtml+xml"),
		STR("<!DOCTYPE html [<!ATTLIST a href CDATA '/no' ping CDATA '/1 /2 /3 /4 /5 /6 /7 /8 /9'>]>"
		    "<html xmlns='http://www.w3.org/1999/xhtml'><a/><a/><a/><a href='/yes'/></html>"));
	assert_string_equal(links(), "page /yes>http://h.test/yes");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(what_is_no_link),
		cmocka_unit_test(noscript_is_read),
		cmocka_unit_test(base_element),
		cmocka_unit_test(nul_in_names),
		cmocka_unit_test(nofollow_and_facts),
		cmocka_unit_test(title_is_cut_at_a_character),
		cmocka_unit_test(charsets),
		cmocka_unit_test(lists_and_style),
		cmocka_unit_test(srcdoc),
		cmocka_unit_test(srcdoc_bases),
		cmocka_unit_test(srcdoc_bases_without_end),
		cmocka_unit_test(svg_by_entities),
		cmocka_unit_test(srcdoc_in_a_charset),
		cmocka_unit_test(framesets),
		cmocka_unit_test(types),
		cmocka_unit_test(libxml2_agrees),
		cmocka_unit_test(cut_and_binary),
	};

	return cmocka_run_group_tests(tests, reader_ask_setup, reader_ask_teardown);
}
