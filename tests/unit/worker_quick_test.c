/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short ways of reading (foreign.h, links.h) give what the long ones do. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "base/buf.h"
#include "parse/worker/foreign.h"
#include "parse/worker/reader.h"

static const struct hash_key key = { 11 };
static struct reader *reader;

/* One line per link. */
static void
read_links(struct str body, bool thorough, bool want_all, struct buf *out)
{
	struct reader_input in = { .body = body, .url = STR("http://h.test/dir/page?q"),
		.content_type = STR("text/html; charset=utf-8"), .want_all = want_all, .thorough = thorough,
		.max_links = 1 << 20, .key = &key };
	struct reader_page page;
	uint32_t i;

	assert_int_equal(reader_read(reader, &in, &page), 0);
	buf_reset(out, SIZE_MAX);
	for (i = 0; i < page.n_links; i++) {
		const struct reader_link *l = &page.links[i];

		buf_addf(out, "%s %s %s %.*s %.*s %u-%u\n", link_kind_name(l->kind), l->tag, l->attr, STR_ARG(l->value),
			STR_ARG(l->url), l->start, l->end);
	}
	buf_addf(out, "title %.*s base %.*s\n", STR_ARG(page.title), STR_ARG(page.base));
	assert_int_equal(buf_err(out), 0);
}

#define REPEAT_17(s) s s s s s s s s s s s s s s s s s

static void
svg_without_tree(void **state)
{
	static const char *const pieces[] = {
		"<svg viewBox='0 0 1 1'><path d='M0'/><use href='#x'/><g><a href=in></a></g></svg><a href=after>",
		"<svg><use xlink:href=sprite.svg#a></use><image href=pic></image></svg><image src=q>",
		"<svg><title>icon</title><desc>d</desc><path></svg><title>page</title>",
		"<svg><title><a href=x></a></title></svg><a href=y>",
		"<svg><foreignObject><a href=x><img src=y></foreignObject><a href=z></svg>",
		"<svg><div><a href=x></a></svg><a href=y>",
		"<svg><font color=red><a href=x></a></font></svg>",
		"<svg><font><a href=x></a></font></svg>",
		"<svg><style>a{b:url(c)}</style></svg><style>a{b:url(d)}</style>",
		"<svg><script href=s>'<a href=x>'</script></svg><a href=y>",
		"<svg><![CDATA[<a href=x>]]><a href=y></svg><![CDATA[<a href=z>]]><a href=w>",
		"<svg/><a href=x></svg><a href=y>",
		"<svg><svg><a href=x></svg><a href=y></svg><a href=z>",
		"<svg><g></svg><a href=y></g></svg><image href=z>",
		"<svg><g></G><a href=x></p><image href=y></svg>",
		"<svg><foo><a href=x></bar></foo></svg><image href=z>",
		"<svg><Foo><a href=x></a></fOO></svg><image href=z>",
		"<svg><image src=no href=yes></svg><form action=f><svg></form><form action=g></svg><form action=h>",
		"<svg><form action=x></form></svg><form action=y>",
		"<svg><table><tr><td background=x></svg><a href=y>",
		"<svg><template><a href=x></template><a href=y></svg>",
		"<svg><math><a href=x></math></svg><image href=y>",
		"<table><tr><td><svg><a href=x></svg><td style='a:url(s)' background=z></table><image src=q>",
		"<table style='color:red' width=1><tr style='background:url(x)'><td style='b:url&#40;y)'>",
		"<svg><frameset><frame src=x></svg><frame src=y>",
		"<svg><base href=/other/></svg><a href=x>",
		"<svg><meta http-equiv=refresh content='0;url=x'></svg><a href=y>",
		"<svg><plaintext><a href=x></svg><a href=y>",
		"<svg>" REPEAT_17("<g>") "<a href=x></svg><image href=y>",
		"<svg><g/>" REPEAT_17("<g><a/></g>") "<a href=x></svg><image href=y>",
		"<<head/href=x>",
		"<head><noscript><noscript href=x></noscript><p><noscript href=y>",
		"<select><select href=x><select href=y>",
		"<select style=color:red><select style='a:url(x)'>",
		"<svg",
		"<svg><a href=x",
		"<math><a href=x><mi><a href=y></math><image href=z>",
	};
	struct buf quick = BUF_INIT(1 << 20), thorough = BUF_INIT(1 << 20);
	size_t i;

	for (i = 0; i < ARRAY_LEN(pieces); i++) {
		read_links(str_of(pieces[i]), false, true, &quick);
		read_links(str_of(pieces[i]), true, true, &thorough);
		if (!str_eq(buf_str(&quick), buf_str(&thorough)))
			fail_msg("%s\nquick:\n%.*s\nthorough:\n%.*s", pieces[i], STR_ARG(buf_str(&quick)),
				STR_ARG(buf_str(&thorough)));
	}
	buf_release(&quick);
	buf_release(&thorough);
}

/* The svg of the quick way gives up where it must, and only there. */
static void
svg_limits(void **state)
{
	struct foreign f = { .n = 0 };
	unsigned i;

	assert_false(foreign_open(&f, TAG_MATH, STR("math"), false));
	assert_true(foreign_open(&f, TAG_SVG, STR("svg"), true));
	assert_false(foreign_inside(&f));
	assert_true(foreign_open(&f, TAG_SVG, STR("svg"), false));
	for (i = 1; i < FOREIGN_MAX_DEPTH; i++)
		assert_true(foreign_start(&f, TAG_OTHER, STR("g"), false));
	assert_true(foreign_start(&f, TAG_OTHER, STR("g"), true));
	assert_false(foreign_start(&f, TAG_OTHER, STR("g"), false));
	assert_false(foreign_end(&f, TAG_OTHER, STR("gg")));
	for (i = 1; i < FOREIGN_MAX_DEPTH; i++)
		assert_true(foreign_end(&f, TAG_OTHER, STR("G")));
	assert_true(foreign_end(&f, TAG_SVG, STR("svg")));
	assert_false(foreign_inside(&f));
}

static uint32_t
count_filtered(struct str body, uint32_t *ret_references)
{
	struct reader_input in = { .body = body, .url = STR("http://h.test/dir/page?q"),
		.content_type = STR("text/html; charset=utf-8"), .max_links = 100, .key = &key };
	struct reader_page page;

	assert_int_equal(reader_read(reader, &in, &page), 0);
	*ret_references = page.links_by_kind[LINK_PAGE];
	return page.n_links;
}

/* A reference that repeats another one but for the fragment is not looked at; whatever is no fragment is. */
static void
fragments_are_repeats(void **state)
{
	uint32_t references;

	assert_int_equal(count_filtered(STR("<a href=x#1><a href=x#2><a href=x><a href='#a'><a href='#b'>"), &references), 2);
	assert_int_equal(references, 5);
	assert_int_equal(count_filtered(STR("<a href='x &#35;1'><a href='x&#50;'><a href='x&#51;'>"), &references), 3);
	assert_int_equal(count_filtered(STR("<a href='y #1'><a href=' y '><a href='y #2'>"), &references), 2);
	assert_int_equal(count_filtered(STR("<a href='http://o.test#1'><a href='http://o.test#2@p.test/'>"), &references), 1);
}

/* The table of repeats begins small with each page: a large page changes nothing for the ones behind it. */
static void
repeats_after_a_large_page(void **state)
{
	struct buf body = BUF_INIT(1 << 22), links = BUF_INIT(1 << 24);
	uint32_t references, i;

	assert_int_equal(count_filtered(STR("<a href=1><a href=2><a href=1><a href=2>"), &references), 2);
	for (i = 0; i < 40000; i++)
		buf_addf(&body, "<a href=%u>", i % 20000);
	read_links(buf_str(&body), false, false, &links);
	buf_reset(&body, SIZE_MAX);
	assert_int_equal(count_filtered(STR("<a href=1><a href=2><a href=1><a href=2>"), &references), 2);
	for (i = 0; i < 5000; i++)
		buf_addf(&body, "<a href=%u>", i % 50);
	assert_int_equal(count_filtered(buf_str(&body), &references), 50);
	assert_int_equal(references, 5000);
	buf_release(&body);
	buf_release(&links);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(svg_without_tree),
		cmocka_unit_test(svg_limits),
		cmocka_unit_test(fragments_are_repeats),
		cmocka_unit_test(repeats_after_a_large_page),
	};
	int failed;

	if (reader_new(READER_SCAN, &reader) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	reader_free(reader);
	return failed;
}
