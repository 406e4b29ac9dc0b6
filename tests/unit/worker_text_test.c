/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page says: words, lines, and the sketch of its text, by both readers. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/simhash.h"
#include "tests/unit/reader_ask.h"

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
	sketch_end(&s);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(visible_text),
		cmocka_unit_test(visible_lines),
		cmocka_unit_test(sketches),
	};

	return cmocka_run_group_tests(tests, reader_ask_setup, reader_ask_teardown);
}
