/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a worker taken over by a page could answer (invariant J5): any bytes as a reply to a request for a page of 1,000
 * bytes and at most 8 links. Either the reply is refused, or all the crawler will use of it is within range.
 *
 * The same bytes are given to the worker's side too, as a request.
 */
#include "config.h"

#include <string.h>

#include "base/check.h"
#include "parse/page.h"
#include "parse/wire.h"
#include "tests/fuzz/fuzz.h"
#include "url/refused.h"

#define BODY_LEN  1000
#define MAX_LINKS 8

static void
check_page(const struct page *p)
{
	struct str records = p->refused, text;
	struct refused head;
	uint32_t i, k;

	CHECK(p->n_links <= MAX_LINKS);
	CHECK(p->visible.len <= WIRE_VISIBLE_MAX && utf8_valid(p->visible.p, p->visible.len));
	CHECK(p->title.len <= WIRE_TITLE_MAX * 3 && utf8_valid(p->title.p, p->title.len));
	CHECK(p->charset.len <= WIRE_CHARSET_MAX);
	for (i = 0; refused_next(&records, &head, &text); i++) {
		CHECK(head.kind < LINK_KIND_COUNT && text.len > 0 && text.len <= REFUSED_TEXT_MAX);
		CHECK(head.reason == OUTCOME_SCHEME || head.reason == OUTCOME_BAD_URL);
	}
	CHECK(i <= MAX_LINKS);
	for (i = 0; i < p->n_links; i++) {
		const struct page_link *l = &p->links[i];
		struct str url = page_link_url(p, l);

		CHECK(l->kind < LINK_KIND_COUNT);
		CHECK(l->start <= l->end && l->end <= BODY_LEN);
		CHECK(url.len > 0 && url.len <= URL_MAX_BYTES);
		CHECK(str_starts(url, STR("http://")) || str_starts(url, STR("https://")));
		for (k = 0; k < url.len; k++)
			CHECK(url.p[k] > ' ' && url.p[k] < 0x7f);
	}
}

static void
as_reply(const char *p, size_t len)
{
	struct wire_expect expect = { .id = 1, .body_len = BODY_LEN, .max_links = MAX_LINKS, .visible = true, .echo = true };
	struct wire_reply reply;
	struct page *page;
	unsigned missing;
	size_t bytes;

	if (wire_hello_check(p, len, &missing) == 0)
		CHECK((missing & ~(unsigned)WIRE_MISSING_ALL) == 0);
	if (wire_reply_bytes(p, len, &bytes) < 0)
		return;
	CHECK(bytes > 0 && bytes <= WIRE_REPLY_MAX);
	if (bytes > len || wire_reply_check(p, bytes, &expect, &reply) < 0)
		return;
	if (page_new(&reply, 1, &page) < 0)
		return;
	check_page(page);
	page_free(page);
}

static void
as_request(const char *p, size_t len)
{
	struct wire_request rq;
	size_t bytes;

	if (wire_request_get(p, len, BODY_LEN, &rq, &bytes) < 0)
		return;
	CHECK(bytes <= len);
	CHECK(rq.region_off <= BODY_LEN && rq.body_len <= BODY_LEN - rq.region_off);
	CHECK(rq.url.p >= p && rq.url.p + rq.url.len <= p + bytes);
	CHECK(rq.content_type.len == 0 ||
		(rq.content_type.p >= p && rq.content_type.p + rq.content_type.len <= p + bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_reply((const char *)data, size);
	as_request((const char *)data, size);
	return 0;
}
