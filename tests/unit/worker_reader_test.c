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
#include "parse/worker/charset.h"
#include "tests/unit/reader_ask.h"
#include "url/refused.h"

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

/* Every span, cut out of the body, is the value as it is written. */
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
	assert_int_equal(asked, 6);
	assert_int_equal(page.links_by_kind[LINK_PAGE], 8);
}

static bool
knows_mailto(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	return kind == LINK_FORM || fp == hash_fingerprint(&key, "mailto:known@h.test", 19);
}

/* "kind reason text" of each of what is refused, with " | " between. */
static const char *
refusals(void)
{
	static char text[8192];
	struct str records = page.refused, url;
	struct refused head;
	size_t n = 0;
	unsigned count = 0;

	text[0] = '\0';
	for (; refused_next(&records, &head, &url); count++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s %.*s", count > 0 ? " | " : "",
			link_kind_name((enum link_kind)head.kind), outcome_name((enum outcome)head.reason), STR_ARG(url));
		assert_true(n < sizeof(text));
	}
	assert_int_equal(count, page.n_refused);
	return text;
}

/* What is no http(s) URL is told once, by both readers; with all links too; unless it is known, or nobody asks. */
static void
refused_references(void **state)
{
	static const char body[] = "<a href='mailto:x'><a href=' mailto:x '><img src='mailto:x'><a href='mailto:known@h.test'>"
				   "<a href='http://['><a href='//h:99999/\xc3\xa9'><a href=a><img src='data:image/png;base64,AA=='>"
				   "<form action='javascript:1'></form><a href='JavaScript:void(0)#x'>"
				   "<p style='background: url(ftp://u:p@h/x)'><img srcset='http://] 2x, b.png'>"
				   "<meta http-equiv=refresh content='0; url=about:blank'>";

	for (unsigned i = 0; i < 4; i++) {
		in = (struct reader_input){ .body = STR(body), .url = STR("http://h.test/"), .content_type = STR("text/html; charset=utf-8"),
			.max_links = 100, .key = &key, .is_known = knows_mailto, .want_all = i >= 2,
			.headers = STR("link: <tel:1>; rel=next\n") };
		assert_int_equal(reader_read(readers[i % 2], &in, &page), 0);
		assert_string_equal(refusals(),
			"page scheme tel:1 | page scheme mailto:x | page bad_url http://[ | page bad_url //h:99999/\xc3\xa9"
			" | page scheme javascript:void(0)"
			" | requisite scheme ftp://u:p@h/x | requisite bad_url http://] | page scheme about:blank");
	}
	in.is_known = NULL;
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_int_equal(page.refused.len + page.n_refused, 0);
}

/* More than a reply takes: the rest is left out. */
static void
refused_without_end(void **state)
{
	struct buf body = BUF_INIT(8 << 20);
	unsigned i;

	for (i = 0; i < 2000; i++)
		buf_addf(&body, "<a href='x:%01000u'>", i);
	in = (struct reader_input){ .body = buf_str(&body), .url = STR("http://h.test/"), .content_type = STR("text/html"),
		.max_links = 2000, .key = &key, .is_known = knows_mailto };
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_true(!page.links_cut && page.refused.len <= READER_REFUSED_MAX && page.n_refused > 1000 && page.n_refused < 2000);
	in.max_links = 3;
	in.body = STR("<a href=x:1><a href=x:2><a href=x:3>");
	assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
	assert_string_equal(refusals(), "page scheme x:1 | page scheme x:2 | page scheme x:3");
	buf_release(&body);
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

static bool
knows_nothing(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	return false;
}

/* A <base> makes URLs of references, and a page's own URL stands with each of them: what there may be of both goes by the page's length. */
static void
urls_longer_than_the_page(void **state)
{
	struct buf body = BUF_INIT(1 << 20), url = BUF_INIT(1 << 20);
	const size_t room = 1024 * 1024;

	for (unsigned how = 0; how < 4; how++) {
		bool all = how % 2 == 1, base = how < 2;
		uint64_t bytes = 0, most;

		buf_reset(&body, SIZE_MAX);
		buf_reset(&url, SIZE_MAX);
		buf_addf(&url, "http://h.test/%0*u/", base ? 1 : 16000, 0);
		buf_addf(&body, "<link rel=canonical href=/c><base href='http://h.test/%0*u/'>", base ? 16000 : 1, 0);
		/* These would be 67 MB. */
		for (unsigned i = 0; i < 4100; i++)
			buf_addf(&body, "<a href=%u>", i);
		most = room + 16 * body.len;
		in = (struct reader_input){ .body = buf_str(&body), .url = buf_str(&url), .content_type = STR("text/html"), .want_all = all,
			.max_links = 100000, .key = &key, .is_known = all ? NULL : knows_nothing };
		assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), -E2BIG);
		assert_true(page.links_cut && page.links_by_kind[LINK_PAGE] == 4100 && page.canonical.len > 0);
		for (unsigned i = 0; i < page.n_links; i++)
			bytes += page.links[i].url.len + (base ? 0 : url.len - READER_PARENT_FREE);
		assert_in_range(bytes, most - 33000, most);

		/* What does not resolve is told of too, once each. */
		in.body = STR("<a href=http://[1><a href=http://[2>");
		assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
		assert_true(!page.links_cut && (all || page.n_refused == 2));

		/* A sitemap may be packed. */
		buf_reset(&body, SIZE_MAX);
		buf_add_str(&body, STR("<urlset>"));
		for (unsigned i = 0; i < 4100; i++)
			buf_addf(&body, "<url><loc>%u</loc></url>", i);
		in.body = buf_str(&body);
		in.is_sitemap = true;
		assert_int_equal(reader_read(readers[READER_SCAN], &in, &page), 0);
		assert_true(!page.links_cut && page.n_links == 4100);
	}
	buf_release(&body);
	buf_release(&url);
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
		cmocka_unit_test(filtered),
		cmocka_unit_test(filtered_far),
		cmocka_unit_test(refused_references),
		cmocka_unit_test(refused_without_end),
		cmocka_unit_test(too_many_links),
		cmocka_unit_test(urls_longer_than_the_page),
		cmocka_unit_test(types),
		cmocka_unit_test(libxml2_agrees),
		cmocka_unit_test(cut_and_binary),
		cmocka_unit_test(link_header),
		cmocka_unit_test(head_facts),
		cmocka_unit_test(facts_of_the_page),
		cmocka_unit_test(lazy_images),
		cmocka_unit_test(json_ld),
		cmocka_unit_test(manifest),
		cmocka_unit_test(feeds),
	};

	return cmocka_run_group_tests(tests, reader_ask_setup, reader_ask_teardown);
}
