/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages: the first byte chooses (bit 0: libxml2's reader; bit 1: only links not seen yet), the rest of the first line is the
 * Content-Type, what follows is the body. Whatever comes: spans lie in the body, URLs are canonical, titles are short UTF-8, and
 * so is the visible text, with no control characters but white space; and what is refused is no URL to be asked for.
 * Of scan's pages, what tests/unit/page_check.h says holds too.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "parse/worker/reader.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/page_check.h"
#include "url/canon.h"
#include "url/refused.h"

#define MAX_LINKS 100

static bool
is_known(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	return fp % 4 == 0;
}

static void
check_link(const struct reader_link *l, const struct reader_input *in)
{
	static struct url u;

	CHECK((unsigned)l->kind < LINK_KIND_COUNT);
	CHECK(l->start <= l->end && l->end <= in->body.len);
	if (in->want_all)
		CHECK(utf8_valid(l->value.p, l->value.len));
	if (l->url.len == 0)
		return;
	CHECK(url_parse(&u, l->url, NULL) == 0 && url_is_http(&u));
	url_canon(&u);
	CHECK(str_eq(url_href(&u), l->url));
	CHECK(l->fp == hash_fingerprint(in->key, l->url.p, l->url.len));
}

static void
check_visible(struct str text)
{
	size_t i;

	CHECK(utf8_valid(text.p, text.len));
	for (i = 0; i < text.len; i++)
		CHECK(((unsigned char)text.p[i] >= ' ' && text.p[i] != 0x7f) || text.p[i] == '\n' || text.p[i] == '\t');
	CHECK(text.len == 0 || text.p[text.len - 1] == '\n');
}

static void
check_page(struct reader *r, const struct reader_input *in)
{
	const char *wrong = page_check_spans(r, in);

	if (wrong == NULL)
		wrong = page_check_quick(r, in);
	if (wrong != NULL)
		fprintf(stderr, "%s\n", wrong);
	CHECK(wrong == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reader *readers[2];
	static const struct hash_key key = { 1 };
	static struct url scratch;
	struct str s = str_n((const char *)data, size), type, body;
	struct reader_input in = {
		.url = STR("http://example.org/dir/page?q"),
		.want_words = true,
		.want_visible = true,
		.want_sketch = true,
		.want_echo = true,
		.max_links = MAX_LINKS,
		.key = &key,
	};
	struct reader_page page;
	struct refused head;
	struct str text;
	unsigned choice;
	uint32_t i;
	int r;

	if (size == 0 || !str_cut(s, '\n', &type, &body))
		return 0;
	choice = type.len > 0 ? (unsigned char)type.p[0] : 0;
	in.content_type = type.len > 1 ? str_n(type.p + 1, type.len - 1) : STR("text/html");
	in.body = body;
	in.want_all = (choice & 2) == 0;
	if (!in.want_all)
		in.is_known = is_known;
	if (readers[choice & 1] == NULL)
		CHECK(reader_new(choice & 1 ? READER_LIBXML2 : READER_SCAN, &readers[choice & 1]) == 0);
	memset(&page, 0, sizeof(page));
	r = reader_read(readers[choice & 1], &in, &page);
	CHECK(r == 0 || r == -E2BIG || r == -EOVERFLOW || r == -ENOMEM);
	if (r < 0 && r != -E2BIG)
		return 0;
	CHECK(page.n_links <= MAX_LINKS);
	CHECK(page.title.len <= 1024 && utf8_valid(page.title.p, page.title.len));
	CHECK(page.charset.len > 0 && page.charset.len <= 40);
	check_visible(page.visible);
	for (i = 0; i < page.n_links; i++)
		check_link(&page.links[i], &in);
	for (i = 0; refused_next(&page.refused, &head, &text); i++) {
		CHECK(text.len > 0 && text.len <= REFUSED_TEXT_MAX && memchr(text.p, 0, text.len) == NULL);
		CHECK(refused_is_url(text, &scratch) == 0);
	}
	CHECK(i == page.n_refused && i <= MAX_LINKS && (i == 0 || in.is_known != NULL));
	if ((choice & 1) == 0)
		check_page(readers[READER_SCAN], &in);
	return 0;
}
