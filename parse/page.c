/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "parse/page.h"

/*
 * One block of memory:
 *
 *	struct page | links | text as received (facts, URLs) | the title mended, if it was no valid UTF-8
 */
_Static_assert(sizeof(struct job_extracted) == sizeof(struct wire_extract_head), "values are copied in one piece");
_Static_assert(sizeof(struct page_link) == sizeof(struct wire_link), "links are copied in one piece");
_Static_assert(offsetof(struct page_link, url_off) == offsetof(struct wire_link, url_off), "layout");
_Static_assert(offsetof(struct page_link, url_len) == offsetof(struct wire_link, url_len), "layout");
_Static_assert(offsetof(struct page_link, fp) == offsetof(struct wire_link, fp), "layout");
_Static_assert(offsetof(struct page_link, start) == offsetof(struct wire_link, start), "layout");
_Static_assert(offsetof(struct page_link, end) == offsetof(struct wire_link, end), "layout");
_Static_assert(offsetof(struct page_link, kind) == offsetof(struct wire_link, kind), "layout");
_Static_assert(offsetof(struct page_link, flags) == offsetof(struct wire_link, flags), "layout");
_Static_assert(offsetof(struct page_link, lastmod_s) == offsetof(struct wire_link, lastmod_s), "layout");

/* s with every byte that is not part of a valid sequence replaced by U+FFFD (3 bytes). Returns the length. */
static size_t
page_mend_utf8(char *dst, struct str s)
{
	size_t i = 0, n = 0;

	while (i < s.len) {
		size_t k = utf8_next(s.p + i, s.len - i, NULL);

		if (k > 0) {
			memcpy(dst + n, s.p + i, k);
			n += k;
			i += k;
		} else {
			n += utf8_put(dst + n, 0xfffd);
			i++;
		}
	}
	return n;
}

/* The fact as it stands in the page's copy of the text. */
static struct str
page_fact(const struct wire_reply *r, enum wire_fact fact, const char *text)
{
	return str_n(text + (r->facts[fact].p - r->text), r->facts[fact].len);
}

int
page_new(const struct wire_reply *r, int64_t parse_us, struct page **ret_page)
{
	const struct wire_reply_head *h = &r->head;
	size_t links_bytes = (size_t)h->n_links * sizeof(struct page_link);
	const struct str title = r->facts[WIRE_FACT_TITLE];
	bool mend = !utf8_valid(title.p, title.len);
	size_t bytes = sizeof(struct page) + links_bytes + h->text_len + (mend ? 3 * title.len + 1 : 0);
	struct page *p;
	char *links, *text;

	p = malloc(bytes);
	if (p == NULL)
		return -ENOMEM;
	links = (char *)(p + 1);
	text = links + links_bytes;
	memcpy(links, r->links, links_bytes);
	memcpy(text, r->text, h->text_len);
	*p = (struct page){
		.charset = page_fact(r, WIRE_FACT_CHARSET, text),
		.title = page_fact(r, WIRE_FACT_TITLE, text),
		.language = page_fact(r, WIRE_FACT_LANGUAGE, text),
		.canonical = page_fact(r, WIRE_FACT_CANONICAL, text),
		.base = page_fact(r, WIRE_FACT_BASE, text),
		.refresh = page_fact(r, WIRE_FACT_REFRESH, text),
		.noindex = h->flags & WIRE_IS_NOINDEX,
		.nofollow = h->flags & WIRE_IS_NOFOLLOW,
		.links_cut = h->flags & WIRE_CUT,
		.plain = h->flags & WIRE_IS_PLAIN,
		.has_refresh = h->flags & WIRE_HAS_REFRESH,
		.extract_cut = h->flags & WIRE_EXTRACT_CUT,
		.extracted = { text + (r->extracted.p - r->text), r->extracted.len },
		.refresh_seconds = h->refresh_seconds,
		.content_hash = { h->content_hash[0], h->content_hash[1] },
		.has_words = h->flags & WIRE_HAS_WORDS,
		.simhash = h->simhash,
		.words = h->words,
		.has_visible = h->flags & WIRE_HAS_VISIBLE,
		.visible_cut = h->flags & WIRE_VISIBLE_CUT,
		.visible = { text + (r->visible.p - r->text), r->visible.len },
		.has_sketch = h->flags & WIRE_HAS_SKETCH,
		.text_hash = h->text_hash,
		.echo_hash = h->echo_hash,
		.marks = text + (r->marks - r->text),
		.n_marks = h->n_marks,
		.mark_shift = h->mark_shift,
		.refused = { text + (r->refused.p - r->text), r->refused.len },
		.parse_us = parse_us,
		.n_links = h->n_links,
		.links = (const struct page_link *)(void *)links,
		.text = text,
		.bytes = bytes,
	};
	memcpy(p->links_by_kind, h->links_by_kind, sizeof(p->links_by_kind));
	if (mend) {
		char *mended = text + h->text_len;

		p->title = str_n(mended, page_mend_utf8(mended, title));
	}
	*ret_page = p;
	return 0;
}

void
page_free(struct page *p)
{
	free(p);
}
