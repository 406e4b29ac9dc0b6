/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a page's references is given: each once, not what is known, what is refused, and no more than there is room for. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "tests/unit/reader_ask.h"
#include "url/refused.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filtered),
		cmocka_unit_test(filtered_far),
		cmocka_unit_test(refused_references),
		cmocka_unit_test(refused_without_end),
		cmocka_unit_test(too_many_links),
		cmocka_unit_test(urls_longer_than_the_page),
	};

	return cmocka_run_group_tests(tests, reader_ask_setup, reader_ask_teardown);
}
