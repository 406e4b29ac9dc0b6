/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rewriting of references (store/rewrite.h): every way of quoting, and what may not happen whatever the spans say. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/dataurl.h"
#include "store/rewrite.h"

/* One reference: what is written, and what it becomes. */
struct ref {
	const char *value, *to;
	bool absolute;
	enum rewrite_syntax syntax;
};

/* What of a text in bytes is one in units: those that are not ASCII are some character. */
static void
widen(struct str s, enum rewrite_width width, struct buf *out)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		char other = (unsigned char)s.p[i] < 0x80 ? '\0' : '\x30';

		if (width == REWRITE_UTF16BE)
			buf_addc(out, other);
		buf_addc(out, s.p[i]);
		if (width == REWRITE_UTF16LE)
			buf_addc(out, other);
	}
}

/* The same in UTF-16. */
static void
check_wide(const char *text, struct rewrite_link *links, size_t n, const char *expected, enum rewrite_width width)
{
	struct buf page = BUF_INIT(65536), want = BUF_INIT(65536), out = BUF_INIT(65536);
	size_t i;

	widen(str_of(text), width, &page);
	widen(str_of(expected), width, &want);
	for (i = 0; i < n; i++) {
		links[i].start *= 2;
		links[i].end *= 2;
	}
	assert_int_equal(rewrite_links(buf_str(&page), width, links, n, &out), 0);
	if (!str_eq(buf_str(&out), buf_str(&want)))
		fail_msg("%s, in UTF-16: %zu bytes, expected %zu: %s", text, out.len, want.len, expected);
	buf_release(&page);
	buf_release(&want);
	buf_release(&out);
}

/* The first n_refs values found in the text, in order, rewritten. */
static void
check_links(const char *text, const struct ref *refs, size_t n, const char *expected)
{
	struct rewrite_link wide[2][8];
	struct buf out = BUF_INIT(65536);
	struct rewrite_link links[8] = { { .start = 0 } };
	const char *at = text;
	size_t i;

	assert_true(n <= ARRAY_LEN(links));
	for (i = 0; i < n; i++) {
		const char *p = strstr(at, refs[i].value);

		assert_non_null(p);
		links[i] = (struct rewrite_link){
			.start = (uint32_t)(p - text),
			.end = (uint32_t)(p - text + (ptrdiff_t)strlen(refs[i].value)),
			.absolute = refs[i].absolute,
			.needed = true,
			.syntax = refs[i].syntax,
			.to = str_of(refs[i].to),
		};
		at = p + strlen(refs[i].value);
	}
	memcpy(wide[0], links, sizeof(links));
	memcpy(wide[1], links, sizeof(links));
	check_wide(text, wide[0], n, expected, REWRITE_UTF16LE);
	check_wide(text, wide[1], n, expected, REWRITE_UTF16BE);
	assert_int_equal(rewrite_links(str_of(text), REWRITE_BYTES, links, n, &out), 0);
	if (!str_eq(buf_str(&out), str_of(expected)))
		fail_msg("%s\ngave     %.*s\nexpected %s", text, (int)out.len, out.data, expected);
	buf_release(&out);
}

static void
check(const char *text, const char *value, const char *to, const char *expected)
{
	const struct ref ref = { value, to, strncmp(to, "http", 4) == 0, REWRITE_HTML };

	check_links(text, &ref, 1, expected);
}

static void
check_style(const char *text, const char *value, const char *to, const char *expected)
{
	const struct ref ref = { value, to, strncmp(to, "http", 4) == 0, REWRITE_CSS };

	check_links(text, &ref, 1, expected);
}

static void
test_quoting(void **state)
{
	const char *url = "http://h/?a=b&c='d";
	struct ref json = { "/x", NULL, true, REWRITE_JSON };

	check("<a href=\"/x\">", "/x", "../x.html", "<a href=\"../x.html\">");
	check("<a href='/x'>", "/x", "../x.html", "<a href='../x.html'>");
	check("<a href=/x>", "/x", "../x.html", "<a href=../x.html>");
	check("<a href=\"?q\">", "?q", url, "<a href=\"http://h/?a=b&#38;c=&#39;d\">");
	check("<a href='?q'>", "?q", url, "<a href='http://h/?a=b&#38;c=&#39;d'>");
	check("<a href=?q >", "?q", url, "<a href=http://h/?a=b&#38;c=&#39;d >");
	check_style("a{b:url(/x)}", "/x", "http://h/(a)'&b", "a{b:url(http://h/\\28 a\\29 \\27 \\26 b)}");
	check_style("@import '/x';", "/x", "s.css", "@import 's.css';");
	check_style("<p style=\"a:url('/x')\">", "/x", "http://h/'&b", "<p style=\"a:url('http://h/\\27 \\26 b')\">");
	json.to = "http://h/?\\&'";
	check_links("{\"src\":\"/x\"}", &json, 1, "{\"src\":\"http://h/?\\u005c&'\"}");
	/* What is before and behind is kept, in whatever charset. */
	check("\x83\x5c\xff<a href=\"/x\">\x81", "/x", "y", "\x83\x5c\xff<a href=\"y\">\x81");
}

static void
test_fragments(void **state)
{
	check("<a href='/x#top'>", "/x#top", "y.html", "<a href='y.html#top'>");
	check("<a href='/x?q&#38;r#a&amp;b'>", "/x?q&#38;r#a&amp;b", "y.html", "<a href='y.html#a&amp;b'>");
	check("<a href='/x&#x2f;#top'>", "/x&#x2f;#top", "http://h/", "<a href='http://h/#top'>");
	/* Of this page: nothing to do, but where a base says of which. */
	check("<a href='#top'>", "#top", "y.html", "<a href='#top'>");
	check("<base href=''><a href='#top'>", "#top", "y.html", "<base href=''><a href='y.html#top'>");
	/* What only looks like a <meta> hides none, wherever it would end. */
	check("<script>v = \"<meta c='\" + c;</script><base href=''><a href='#top'>", "#top", "y.html",
		"<script>v = \"<meta c='\" + c;</script><base href=''><a href='y.html#top'>");
}

static void
check_unsure(const char *page, const char *value, const char *to, const char *sure, const char *expected)
{
	size_t start = (size_t)(strstr(page, value) - page);
	struct rewrite_link link = { .start = (uint32_t)start, .end = (uint32_t)(start + strlen(value)), .needed = true, .to = str_of(to),
		.sure = str_of(sure) };
	struct buf out = BUF_INIT(4096);

	assert_int_equal(rewrite_links(str_of(page), REWRITE_BYTES, &link, 1, &out), 0);
	assert_true(str_eq(buf_str(&out), str_of(expected)));
	assert_int_equal(link.absolute, strstr(expected, sure) != NULL);
	buf_release(&out);
}

static void
check_hint(const char *page, bool absolute, const char *expected)
{
	size_t start = (size_t)(strstr(page, "//h/") - page);
	struct rewrite_link link = { .start = (uint32_t)start, .end = (uint32_t)start + 4, .hint = true, .absolute = absolute, .to = absolute ? STR("http://h/") : STR("h") };
	struct buf out = BUF_INIT(4096);

	assert_int_equal(rewrite_links_only(str_of(page), REWRITE_BYTES, &link, 1, &out), 0);
	assert_true(str_eq(buf_str(&out), str_of(expected)));
	buf_release(&out);
}

/* What a browser would do before anybody wants something: not from a copy. */
static void
test_ahead(void **state)
{
	check_hint("<link rel=preconnect href=//h/ crossorigin>", true, "<link data-rel=preconnect href=http://h/ crossorigin>");
	check_hint("<LINK HREF='//h/' REL=' DNS-Prefetch\npreconnect '>", true, "<LINK HREF='http://h/' data-REL=' DNS-Prefetch\npreconnect '>");
	check_hint("<link rel=prefetch href=//h/><p>", true, "<link data-rel=prefetch href=http://h/><p>");
	check_hint("<link rel=prefetch rel=next href=//h/><p>", true, "<link data-rel=prefetch rel=next href=http://h/><p>");
	/* Whether or not it is there yet: what becomes local later is as what was so from the beginning. */
	check_hint("<link rel=prefetch href=//h/>", false, "<link data-rel=prefetch href=h>");
	/* Of what else it is; of nothing; of no <link>. */
	check_hint("<link rel='prefetch next' href=//h/>", true, "<link rel='prefetch next' href=http://h/>");
	check_hint("<link rel=next rel=prefetch href=//h/>", true, "<link rel=next rel=prefetch href=http://h/>");
	check_hint("<link rel='' href=//h/>", true, "<link rel='' href=http://h/>");
	check_hint("<link rel href=//h/>", true, "<link rel href=http://h/>");
	check_hint("<link href=//h/>", true, "<link href=http://h/>");
	check_hint("<a rel=preconnect href=//h/>", true, "<a rel=preconnect href=http://h/>");
}

static void
test_neutralised(void **state)
{
	const struct ref two[] = { { "/d/", "http://h/d/", true, REWRITE_HTML }, { "x", "y", false, REWRITE_HTML } };
	const struct ref srcset[] = { { "/a", "a.png", false, REWRITE_HTML }, { "/b", "b.png", false, REWRITE_HTML } };

	check_links("<base href=\"/d/\" target=t><a href=x>", two, 2, "<base href=\"\" target=t><a href=y>");
	check_links("<BASE target=t href=/d/><a href=x>", two, 2, "<BASE target=t href=\"\"><a href=y>");
	check("<script crossorigin src='/x' integrity=\"a b\"></script>", "/x", "x.js",
		"<script data-crossorigin src='x.js' data-integrity=\"a b\"></script>");
	/* Where nobody knows whether the file will be there, the URL does for the time being; but for that, such a tag is as any. */
	check_unsure("<script src='/x' integrity=a></script>", "/x", "x.js", "http://h/x", "<script src='http://h/x' integrity=a></script>");
	check_unsure("<script src='/x'></script>", "/x", "x.js", "http://h/x", "<script src='x.js'></script>");
	/* At the origin they hold. */
	check("<script src='/x' integrity=a>", "/x", "http://h/x", "<script src='http://h/x' integrity=a>");
	/* Once, though two references of the tag ask for it; and not in text, values, or other tags. */
	check_links("<img crossorigin src=/a srcset='/b 2x'>", srcset, 2, "<img data-crossorigin src=a.png srcset='b.png 2x'>");
	check("<p title='<script integrity=x'><a href='/x'>integrity=y", "/x", "y",
		"<p title='<script integrity=x'><a href='y'>integrity=y");
	check("<link integrity=a><link href=/x data-integrity=b>", "/x", "y",
		"<link integrity=a><link href=y data-integrity=b>");
	/* Of <meta> only, in whatever order and case, and where the tag does not end. */
	check("<meta charset=x><META content='a>b' HTTP-EQUIV=Content-Security-Policy><a href=/x>", "/x", "y",
		"<meta charset=x><META content='a>b' data-HTTP-EQUIV=Content-Security-Policy><a href=y>");
	check("<body><metal http-equiv=content-security-policy><a href=/x><meta http-equiv=\"content-security-policy", "/x", "y",
		"<body><metal http-equiv=content-security-policy><a href=y><meta data-http-equiv=\"content-security-policy");
}

static void
test_spans_are_not_believed(void **state)
{
	struct rewrite_link links[] = {
		{ .start = 5, .end = 9, .to = STR("A") },
		{ .start = 0, .end = 2, .to = STR("B") },
		{ .start = 7, .end = 8, .to = STR("C") },
		{ .start = 3, .end = 3, .to = STR("D") },
		{ .start = 12, .end = 11, .to = STR("E") },
		{ .start = 14, .end = 17, .to = STR("F") },
		{ .start = UINT32_MAX - 1, .end = UINT32_MAX, .to = STR("G") },
		{ .start = 9, .end = 10 },
	};
	struct buf out = BUF_INIT(256);

	assert_int_equal(rewrite_links(STR("0123456789abcdef"), REWRITE_BYTES, links, ARRAY_LEN(links), &out), 0);
	assert_true(str_eq(buf_str(&out), STR("B234A9abcdef")));
	assert_int_equal(links[0].start, 0); /* sorted */
	buf_release(&out);
}

/* What needs no reference to be rewritten. */
static void
test_for_itself(void **state)
{
	check_links("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">", NULL, 0,
		"<meta data-http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">");
	check_links("<META content=x HTTP-EQUIV=content-security-policy><meta http-equiv=CONTENT-SECURITY-POLICY content=y>", NULL, 0,
		"<META content=x data-HTTP-EQUIV=content-security-policy><meta data-http-equiv=CONTENT-SECURITY-POLICY content=y>");
	check_links("<p>Content-Security-Policy</p><a title=content-security-policy>", NULL, 0,
		"<p>Content-Security-Policy</p><a title=content-security-policy>");
	check_links("<script>navigator.serviceWorker.register('/sw.js')</script>", NULL, 0,
		"<script>navigator.serviceWorker.getRegistration('/sw.js')</script>");
	check_links("a.serviceWorker\n .register (x); a.serviceWorker.ready; serviceWorker.registered(); serviceWorker.register", NULL, 0,
		"a.serviceWorker\n .getRegistration (x); a.serviceWorker.ready; serviceWorker.registered(); serviceWorker.register");
	assert_true(rewrite_has_worker(STR("x=serviceWorker.register(y)")));
	assert_false(rewrite_has_worker(STR("serviceWorker")));
}

static void
test_srcdoc(void **state)
{
	check("<iframe srcdoc=\"&lt;a href='/it&amp;#39;s#f'>\">", "/it&amp;#39;s#f", "x", "<iframe srcdoc=\"&lt;a href='x#f'>\">");
	check("<a href=\"/it&amp;#39;s\">", "/it&amp;#39;s", "x", "<a href=\"x#39;s\">");
}

static void
test_explained(void **state)
{
	struct rewrite_link link = { .start = 9, .end = 13, .absolute = true, .to = STR("http://h/x?a&b"), .before = STR("../%2Cm.html?") };
	struct buf out = BUF_INIT(256);

	assert_int_equal(rewrite_links(STR("<a href=\"/x?a#f\">"), REWRITE_BYTES, &link, 1, &out), 0);
	assert_true(str_eq(buf_str(&out), STR("<a href=\"../%2Cm.html?http://h/x?a&#38;b#f\">")));
	buf_release(&out);
}

static void
test_relative(void **state)
{
	static const struct {
		const char *from, *to, *expected;
	} cases[] = {
		{ "h/a.html", "h/b.html", "b.html" },
		{ "h/a.html", "h/a.html", "a.html" },
		{ "h/a/b/c.html", "h/a/d.css", "../d.css" },
		{ "h/a.html", "h/b/c d?#%,e.html", "b/c%20d%3F%23%25%2Ce.html" },
		{ "h/ab/x.html", "h/a/x.html", "../a/x.html" },
		{ "a.html", "h/b.html", "h/b.html" },
		{ "h/a/b/c.html", "i.html", "../../../i.html" },
		{ "h/a/b/c.html", "h/a/b/d/AZaz09-._~@[`{.html", "d/AZaz09-._~%40%5B%60%7B.html" },
		{ "h/a/", "h/a", "../a" },
		{ "h/x.html", "other/\xc3\xa9.html", "../other/%C3%A9.html" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT(256);

		rewrite_relative(str_of(cases[i].from), str_of(cases[i].to), &out);
		if (!str_eq(buf_str(&out), str_of(cases[i].expected)))
			fail_msg("%s -> %s: %.*s", cases[i].from, cases[i].to, (int)out.len, out.data);
		buf_release(&out);
	}
}

/* Random pages and random spans: what is between the spans is the page, and the spans that come back hold what was put in. */
static void
test_random(void **state)
{
	static const char *const pieces[] = { "<a href=", "<script src=", "<base href=", "\"", "'", ">", " ", "=", "#", "&#38;",
		"integrity", "crossorigin=", "/x", "url(", "<", "\\", "x" };
	unsigned seed = 1, round;

	for (round = 0; round < 4000; round++) {
		struct buf page = BUF_INIT(4096), out = BUF_INIT(65536);
		struct rewrite_link links[6];
		size_t n = (size_t)rand_r(&seed) % ARRAY_LEN(links), n_pieces = (size_t)rand_r(&seed) % 30, i;

		for (i = 0; i < n_pieces; i++)
			buf_add_str(&page, str_of(pieces[(size_t)rand_r(&seed) % ARRAY_LEN(pieces)]));
		for (i = 0; i < n; i++) {
			links[i] = (struct rewrite_link){ .start = (uint32_t)rand_r(&seed) % 100,
				.syntax = (enum rewrite_syntax)(rand_r(&seed) % 3), .absolute = rand_r(&seed) % 2 != 0 };
			links[i].end = links[i].start + (uint32_t)rand_r(&seed) % 10;
			links[i].to = links[i].absolute ? STR("http://h/@") : STR("../@");
		}
		assert_int_equal(rewrite_links(buf_str(&page), REWRITE_BYTES, links, n, &out), 0);
		for (i = 0; i < n; i++) {
			if (links[i].start == links[i].end)
				continue;
			assert_true(links[i].end <= out.len);
			assert_true(str_eq(str_n(out.data + links[i].start, links[i].end - links[i].start), links[i].to));
		}
		buf_release(&page);
		buf_release(&out);
	}
}

/* A reference to the document itself, in a page that becomes one file. */
static void
test_itself(void **state)
{
	check("<a href=\"/x#y\">", "/x", "", "<a href=\"#y\">");
	check("<a href=\"/x\">", "/x", "", "<a href=\"#\">");
	check("<a href=/x id=y>", "/x", "", "<a href=# id=y>");
	check("<a href=/x#y>", "/x#y", "", "<a href=#y>");
}

/* Data URLs stand wherever a reference stands, and say again what they were made of. */
static void
test_dataurl(void **state)
{
	static const struct {
		struct str type, charset, data, expected;
	} cases[] = {
		{ STR("image/png"), STR(""), STR("\x89PNG"), STR("data:image/png;base64,iVBORw==") },
		{ STR("image/png"), STR(""), STR("\xff\xfe\xfd"), STR("data:image/png;base64,//79") },
		{ STR("text/css"), STR(""), STR("a{color:red}b{color:green;width:10px;height:10px}"),
			STR("data:text/css,a%7Bcolor:red%7Db%7Bcolor:green;width:10px;height:10px%7D") },
		{ STR("text/html"), STR("windows-1251"), STR("abcdefgh,"), STR("data:text/html;charset=windows-1251,abcdefgh%2C") },
		{ STR(""), STR(""), STR(""), STR("data:,%20") },
		{ STR("a/b\"'c"), STR("x y"), STR("z"), STR("data:a/b%22%27c;charset=x%20y,z") },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT(1000);

		dataurl_add(&out, cases[i].type, cases[i].charset, cases[i].data);
		if (!str_eq(buf_str(&out), cases[i].expected))
			fail_msg("%.*s", (int)out.len, out.data);
		buf_release(&out);
	}
}

static void
slow_page(const char *begin, const char *unit, size_t n_units, const char *end, unsigned n_links)
{
	struct buf body = BUF_INIT(1u << 30), out = BUF_INIT(1u << 30);
	struct rewrite_link *links = calloc(n_links, sizeof(*links));
	size_t i;

	assert_non_null(links);
	for (unsigned k = 0; k < n_links; k++) {
		buf_add_str(&body, str_of(begin));
		links[k] = (struct rewrite_link){ .start = (uint32_t)body.len, .to = STR("y.html"), .needed = true };
		for (i = 0; i < n_units; i++)
			buf_add_str(&body, str_of(unit));
		links[k].end = (uint32_t)body.len;
		buf_add_str(&body, str_of(end));
	}
	assert_int_equal(rewrite_links(buf_str(&body), REWRITE_BYTES, links, n_links, &out), 0);
	assert_true(out.len > 0);
	buf_release(&body);
	buf_release(&out);
	free(links);
}

/*
 * Pages made to be slow: what has no fragment though thousands of '#' stand in it, and values whose tags are not to be found, each of
 * which is looked for. Each would take minutes, and the alarm ends them.
 */
static void
test_slow_pages(void **state)
{
	alarm(60);
	slow_page("<iframe srcdoc=\"&lt;a href='x", "&amp;#", 200000, "'\">", 4);
	slow_page("<base href=x><iframe srcdoc=\"", "x", 4, " <b <b ", 600000);
	slow_page("", "content-security-policy", 400000, "", 1);
	alarm(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_neutralised),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_spans_are_not_believed),
		cmocka_unit_test(test_for_itself),
		cmocka_unit_test(test_srcdoc),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_relative),
		cmocka_unit_test(test_itself),
		cmocka_unit_test(test_dataurl),
		cmocka_unit_test(test_slow_pages),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
