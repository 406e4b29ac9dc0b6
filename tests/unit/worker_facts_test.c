/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the head of the response and the page say besides their links; data blocks, manifests and feeds. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/reader_ask.h"

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

/* What a mirror would look for besides references (store/rewrite.c): only where there is none of it for sure is a page plain. */
static void
plain_pages(void **state)
{
	static const char *const not_plain[] = {
		"<base>", "<BASE href=/x>", "<body><table><base></table>", "<svg><p></svg><base>",
		"<meta http-equiv=Content-Security-POLICY content=x>", "<meta http-equiv='content&#45;security&#45;polic&#121;'>",
		"<noscript><meta http-equiv=content-security-policy></noscript>", "<script>navigator.serviceWorker.register('/w.js')</script>",
		"<body onload=\"navigator.serviceWorker.register('/w.js')\">", "<svg><p><meta http-equiv=content-security-policy></svg>",
		"<iframe srcdoc='<base href=x>'>",
	};
	static const char *const plain[] = {
		"", "<a href=x>", "<meta http-equiv=Content-Type content='text/html; charset=utf-8'><meta charset=utf-8>", "<basefont>",
		"<!-- <base> --><script>'<base>'</script>", "<svg><p></svg>", "<b>base</b><metadata http-equiv=policy>",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(not_plain); i++) {
		ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), str_of(not_plain[i]));
		assert_false(page.plain);
	}
	for (i = 0; i < ARRAY_LEN(plain); i++) {
		ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), str_of(plain[i]));
		assert_true(page.plain);
	}
	ask(READER_SCAN, STR("http://h.test/"), STR("text/css"), STR("a { background: url(x) } /* <base> */"));
	assert_true(page.plain);
	/* Not known: of another reader, of what was converted to be read, of XML. */
	ask(READER_LIBXML2, STR("http://h.test/"), STR("text/html"), STR("<a href=x>"));
	assert_false(page.plain);
	ask(READER_SCAN, STR("http://h.test/"), STR("text/html"), str_n("\xff\xfe<\0b\0>\0", 8));
	assert_false(page.plain);
	ask(READER_SCAN, STR("http://h.test/"), STR("application/xhtml+xml"), STR("<html xmlns='http://www.w3.org/1999/xhtml'></html>"));
	assert_false(page.plain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_pages),
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
