/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * No page takes more than linear time: each pathological kind at a size and at four times that size, in turns. Linear is a
 * ratio of 4; a quadratic reader shows 16. Each size counts with its best turn: what else the machine does can only make a
 * turn longer, so turns go on until the bound holds, and only what never holds is not linear.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "parse/worker/reader.h"

#define SMALL_BYTES (256 * 1024)
/*
 * Kept by malloc(3): what goes back to the kernel after each turn is had again by page faults, and on a virtual machine these cost more
 * than the reading.
 */
#define KEPT_BYTES  (256 * 1024 * 1024)
#define GROWTH      4
#define MAX_RATIO   9
#define MIN_TURNS   2 /* one turn of the small size that was disturbed would excuse anything */
#define MAX_TURNS   20

struct kind {
	const char *name, *head, *repeat, *tail;
	const char *type;   /* NULL: text/html; "sitemap": whatever type, read as one */
	size_t small_bytes; /* 0: SMALL_BYTES */
};

static const struct kind kinds[] = {
	{ "unclosed double quotes", "", "<a href=\"", "", NULL },
	{ "unclosed single quotes", "", "<a href='x' b='", "", NULL },
	{ "unclosed comments", "", "<!-- ", "", NULL },
	{ "comment ends", "<!--", "--!->", "", NULL },
	{ "dashes", "<!--", "-", "", NULL },
	{ "<", "", "<", "", NULL },
	{ "</", "", "</", "", NULL },
	{ "<a", "", "<a", "", NULL },
	{ "<!", "", "<!", "", NULL },
	{ "script ends", "<script>", "</scrip", "", NULL },
	{ "script escapes", "<script>", "<!--<script", "", NULL },
	{ "title ends", "<title>", "</title", "", NULL },
	{ "CDATA", "<svg><![CDATA[", "]]", "", NULL },
	{ "entities", "<a href='", "&amp;", "'>", NULL },
	{ "entity names", "<a href='", "&CounterClockwiseContourIntegra", "'>", NULL },
	{ "ampersands", "<a href='", "&", "'>", NULL },
	{ "digits", "<a href='&#", "9", "'>", NULL },
	{ "one long attribute", "<a href='", "x", "'>", NULL },
	{ "many attributes", "<a", " b=c", ">", NULL },
	{ "repeated attributes", "<a", " href=c", ">", NULL },
	{ "a million attributes", "<a", " b", ">", NULL, 512 * 1024 },
	{ "nested div", "", "<div>", "", NULL },
	{ "nested b", "", "<b>", "", NULL },
	{ "b and div", "", "<b><div>", "", NULL },
	{ "nested svg", "", "<svg>", "", NULL },
	{ "svg after svg", "", "<svg><g></g></svg>", "", NULL },
	{ "svg that breaks out", "", "<svg><p>", "", NULL },
	{ "nested template", "", "<template>", "", NULL },
	{ "nested table", "<svg></svg>", "<table><tr><td>", "", NULL },
	{ "nested p in buttons", "<svg></svg>", "<button><p>", "", NULL },
	{ "end tags", "<svg></svg>", "</b>", "", NULL },
	{ "nested spans and end tags", "<svg></svg><b>", "<span></i>", "", NULL },
	{ "li in divs", "<svg></svg>", "<li><div>", "", NULL },
	{ "srcset commas", "<img srcset='", ",", "'>", NULL },
	{ "srcset candidates", "<img srcset='", "a 1x,", "'>", NULL },
	{ "a million srcset candidates", "<img srcset='", "a, ", "'>", NULL, 768 * 1024 },
	{ "srcset parentheses", "<img srcset='a ", "(", "'>", NULL },
	{ "srcset entities", "<img srcset='", "a&#32;1x,", "'>", NULL },
	{ "style urls", "<p style='a:", "url(b),", "'>", NULL },
	{ "style entities", "<p style='a:", "url(&quot;b&quot;),", "'>", NULL },
	{ "css url(", "", "url(", "", "text/css" },
	{ "css braces", "", "a{", "", "text/css" },
	{ "css strings", "", "\"\n", "", "text/css" },
	{ "css comments", "", "/*/", "", "text/css" },
	{ "css stars", "/*", "*", "", "text/css" },
	{ "css escapes", "a{b:url(", "\\a", ")}", "text/css" },
	{ "css imports", "", "@import 'a';", "", "text/css" },
	{ "css at-rules", "", "@a url(b)", "", "text/css" },
	{ "the same link", "", "<a href=x>", "", NULL },
	{ "srcdoc in srcdoc", "", "<iframe srcdoc='", "", NULL },
	{ "metas", "", "<meta http-equiv=refresh content='x'>", "", NULL },
	{ "rel words", "<link href=x rel='", "a ", "'>", NULL },
	{ "bases", "", "<base href=x>", "", NULL },
	{ "dots in a URL", "<a href='", "a/../", "'>", NULL },
	{ "hidden dots in a URL", "<a href='", "%2e%2E/", "'>", NULL },
	{ "at signs in a URL", "<a href='http://", "@", "'>", NULL },
	{ "tabs in a URL", "<a href='h", "\t", "'>", NULL },
	{ "labels of a host", "<a href='http://", "a.", "'>", NULL },
	{ "labels not in ASCII", "<a href='http://", "\xc3\xbc.", "'>", NULL },
	{ "a query not in ASCII", "<meta charset=iso-2022-jp><a href='?", "\xe3\x81\x82", "'>", NULL },
	{ "number signs", "<a href='", "#", "'>", NULL },
	{ "links by fragment", "", "<a href='x#y'>", "", NULL },
	{ "JSON-LD", "<script type='application/ld+json'>[", "{\"url\":\"a\"},", "]</script>", NULL },
	{ "nested JSON-LD", "<script type='application/ld+json'>", "[", "</script>", NULL },
	{ "utf-16", "\xff\xfe", "<\x00", "", NULL },
	{ "words", "", "a ", "", NULL },
	{ "one word", "", "x", "", NULL },
	{ "references in text", "", "&amp;", "", NULL },
	{ "references cut by tags", "", "&am<b>", "", NULL },
	{ "white space", "", " \n", "", NULL },
	{ "pre", "", "<pre>\n a", "", NULL },
	{ "hidden blocks", "", "<p hidden>a<div>", "", NULL },
	{ "srcdocs with bases", "", "<iframe srcdoc='<base href=x><a href=y>'></iframe>", "", NULL },
	{ "srcdocs in a base", "<iframe srcdoc=\"<base href=x>", "<iframe srcdoc='<a href=y>'></iframe>", "\">", NULL },
	{ "sitemap", "<urlset>", "<url><loc>a</loc></url>", "", "sitemap" },
	{ "sitemap ampersands", "<urlset><url><loc>", "&", "", "sitemap" },
	{ "sitemap references", "<urlset><url><loc>", "&a", "", "sitemap" },
	{ "sitemap CDATA", "<urlset><url><loc><![CDATA[", "]]", "", "sitemap" },
	{ "sitemap CDATA begins", "<urlset><url><loc>", "<![CDATA", "", "sitemap" },
	{ "sitemap elements", "", "<a>", "", "sitemap" },
	{ "sitemap end tags", "<urlset>", "</a>", "", "sitemap" },
	{ "sitemap attributes", "<urlset", " a='b'", ">", "sitemap" },
	{ "sitemap DTD", "<!DOCTYPE a [<!ATTLIST a b (x", "|x", "", "sitemap" },
	{ "XML DTD", "<!DOCTYPE a [<!ATTLIST a b (x", "|x", "", "application/xml" },
	{ "sitemap text", "", "http://h/\n", "", "sitemap" },
	{ "text that is no UTF-8", "<meta charset=utf-8>", "\xc3(", "", NULL },
};

static const struct hash_key key = { 3 };
static struct reader *reader;

static int64_t
read_us(struct str body, const char *type)
{
	struct reader_input in = { .body = body, .url = STR("http://h.test/"),
		.content_type = type != NULL ? str_of(type) : STR("text/html"),
		.is_sitemap = type != NULL && strcmp(type, "sitemap") == 0, .want_all = true, .want_words = true,
		.want_visible = true, .max_links = 1 << 20, .key = &key };
	struct reader_page page;
	int64_t from = clock_thread_cpu_us();
	int r = reader_read(reader, &in, &page);

	assert_true(r == 0 || r == -E2BIG);
	return clock_thread_cpu_us() - from;
}

static void
make(const struct kind *k, size_t bytes, struct buf *out)
{
	size_t n = strlen(k->repeat);

	if (n == 1 && k->repeat[0] == '<' && (unsigned char)k->head[0] == 0xff)
		n = 2; /* the NUL of UTF-16 */
	buf_reset(out, SIZE_MAX);
	buf_add(out, k->head, strlen(k->head));
	while (out->len < bytes)
		buf_add(out, k->repeat, n);
	buf_add(out, k->tail, strlen(k->tail));
	assert_int_equal(buf_err(out), 0);
}

static void
linear(void **state)
{
	struct buf small = BUF_INIT(64 * 1024 * 1024), large = BUF_INIT(64 * 1024 * 1024);
	bool all = true;
	size_t i;

#ifdef LYCOSA_SANITIZERS
	print_message("skipped: the time of the sanitizer's malloc would be measured, which takes new pages for large blocks each time\n");
	skip();
#endif
	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct kind *k = &kinds[i];
		size_t bytes = k->small_bytes != 0 ? k->small_bytes : SMALL_BYTES;
		int64_t small_us = INT64_MAX, large_us = INT64_MAX;
		bool holds = false;
		int turn;

		make(k, bytes, &small);
		make(k, bytes * GROWTH, &large);
		for (turn = 0; turn < MIN_TURNS || (!holds && turn < MAX_TURNS); turn++) {
			int64_t a = read_us(buf_str(&small), k->type), b = read_us(buf_str(&large), k->type);

			small_us = a < small_us ? a : small_us;
			large_us = b < large_us ? b : large_us;
			holds = large_us <= MAX_RATIO * (small_us > 300 ? small_us : 300);
		}
		printf("%-28s %7lld us, %7lld us\n", k->name, (long long)small_us, (long long)large_us);
		if (!holds) {
			printf("%s: not linear\n", k->name);
			all = false;
		}
	}
	buf_release(&small);
	buf_release(&large);
	assert_true(all);
}

/* What libxml2 would take quadratic time for is not given to it: n times repeat between head and tail. */
static void
libxml2_ceilings(void **state)
{
	static const struct {
		const char *head, *repeat, *tail, *type;
		size_t n;
		int want;
	} pages[] = {
		{ "<a", " b%zu=c", ">", "text/html", 4096, 0 },
		{ "<a", " b%zu=c", ">", "text/html", 100000, -EOVERFLOW },
		{ "<a", " b%zu=c", "", "text/html", 100000, -EOVERFLOW },
		{ "<a", " b%zu='c'", "/>", "application/xhtml+xml", 100000, -EOVERFLOW },
		{ "<script>if(a<b", " c%zu", "</script>", "text/html", 100000, 0 },
		{ "", "<b><i>", "", "text/html", 1000, 0 },
		{ "", "<b><i>", "", "text/html", 100000, -EOVERFLOW },
		{ "", "<b></b><br>", "", "text/html", 10000, 0 },
	};
	struct buf body = BUF_INIT(16 << 20);
	struct reader *xml;
	size_t i, k;

	assert_int_equal(reader_new(READER_LIBXML2, &xml), 0);
	for (i = 0; i < ARRAY_LEN(pages); i++) {
		struct reader_input in = { .url = STR("http://h.test/"), .content_type = str_of(pages[i].type),
			.max_links = 1 << 20, .key = &key };
		const char *number = strstr(pages[i].repeat, "%zu");
		struct reader_page page;

		buf_reset(&body, SIZE_MAX);
		buf_add_str(&body, str_of(pages[i].head));
		for (k = 0; k < pages[i].n; k++) {
			if (number == NULL) {
				buf_add_str(&body, str_of(pages[i].repeat));
				continue;
			}
			buf_add(&body, pages[i].repeat, (size_t)(number - pages[i].repeat));
			buf_addf(&body, "%zu%s", k, number + 3);
		}
		buf_add_str(&body, str_of(pages[i].tail));
		assert_int_equal(buf_err(&body), 0);
		in.body = buf_str(&body);
		assert_int_equal(reader_read(xml, &in, &page), pages[i].want);
	}
	reader_free(xml);
	buf_release(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(linear), cmocka_unit_test(libxml2_ceilings) };
	int failed;

#ifdef M_TRIM_THRESHOLD
	/* Refused by the malloc of a sanitizer. */
	(void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	(void)mallopt(M_MMAP_MAX, 0);
#endif
	if (reader_new(READER_SCAN, &reader) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	reader_free(reader);
	return failed;
}
