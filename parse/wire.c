/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "parse/wire.h"

struct wire_request_head {
	uint32_t bytes, id;
	uint64_t region_off, body_len;
	uint32_t max_links;
	uint16_t flags, type_len;
	uint32_t url_len, headers_len;
};
_Static_assert(sizeof(struct wire_request_head) == 40, "layout");

struct wire_hello {
	uint32_t bytes;
	uint16_t type, missing;
	uint32_t version, zero;
};
_Static_assert(sizeof(struct wire_hello) == WIRE_HELLO_BYTES, "layout");

static uint64_t
wire_pad(uint64_t bytes)
{
	return (bytes + 7) & ~UINT64_C(7);
}

int
wire_request_put(struct buf *b, const struct wire_request *r)
{
	static const char zeros[8];
	size_t type_len = r->content_type.len < WIRE_TYPE_MAX ? r->content_type.len : WIRE_TYPE_MAX;
	size_t headers_len = r->headers.len < WIRE_HEADERS_MAX ? r->headers.len : WIRE_HEADERS_MAX;
	size_t bytes = sizeof(struct wire_request_head) + r->url.len + type_len + headers_len;
	struct wire_request_head head = {
		.bytes = (uint32_t)wire_pad(bytes),
		.id = r->id,
		.region_off = r->region_off,
		.body_len = r->body_len,
		.max_links = r->max_links,
		.flags = (uint16_t)r->flags,
		.type_len = (uint16_t)type_len,
		.url_len = (uint32_t)r->url.len,
		.headers_len = (uint32_t)headers_len,
	};
	int rc;

	CHECK(r->url.len <= URL_MAX_BYTES);
	/* Room for all of it first: a frame is never half in the buffer. */
	rc = buf_reserve(b, head.bytes);
	if (rc < 0)
		return rc;
	(void)buf_add(b, &head, sizeof(head));
	(void)buf_add_str(b, r->url);
	(void)buf_add(b, r->content_type.p, type_len);
	(void)buf_add(b, r->headers.p, headers_len);
	(void)buf_add(b, zeros, head.bytes - bytes);
	return buf_err(b);
}

int
wire_request_get(const char *p, size_t len, uint64_t region_bytes, struct wire_request *ret, size_t *ret_bytes)
{
	struct wire_request_head h;

	if (len < sizeof(h))
		return -EAGAIN;
	memcpy(&h, p, sizeof(h));
	if (h.url_len > URL_MAX_BYTES || h.type_len > WIRE_TYPE_MAX || h.headers_len > WIRE_HEADERS_MAX ||
		(h.flags & ~WIRE_REQUEST_FLAGS))
		return -EPROTO;
	if (h.bytes != wire_pad(sizeof(h) + h.url_len + h.type_len + h.headers_len))
		return -EPROTO;
	if (h.region_off > region_bytes || h.body_len > region_bytes - h.region_off || h.max_links > WIRE_LINKS_MAX)
		return -EPROTO;
	if (len < h.bytes)
		return -EAGAIN;
	*ret = (struct wire_request){
		.id = h.id,
		.region_off = h.region_off,
		.body_len = h.body_len,
		.max_links = h.max_links,
		.flags = h.flags,
		.url = { p + sizeof(h), h.url_len },
		.content_type = { p + sizeof(h) + h.url_len, h.type_len },
		.headers = { p + sizeof(h) + h.url_len + h.type_len, h.headers_len },
	};
	*ret_bytes = h.bytes;
	return 0;
}

int
wire_reply_bytes(const char *p, size_t len, size_t *ret_bytes)
{
	uint32_t bytes;
	uint16_t type;

	if (len < 8)
		return -EAGAIN;
	memcpy(&bytes, p, sizeof(bytes));
	memcpy(&type, p + offsetof(struct wire_reply_head, type), sizeof(type));
	if (bytes % 8 != 0 || bytes > WIRE_REPLY_MAX)
		return -EPROTO;
	if (type == WIRE_HELLO ? bytes != WIRE_HELLO_BYTES : type != WIRE_PAGE || bytes < WIRE_REPLY_HEAD)
		return -EPROTO;
	*ret_bytes = bytes;
	return 0;
}

int
wire_hello_put(struct buf *b, unsigned missing)
{
	struct wire_hello h = {
		.bytes = sizeof(h),
		.type = WIRE_HELLO,
		.missing = (uint16_t)missing,
		.version = WIRE_VERSION,
	};

	return buf_add(b, &h, sizeof(h));
}

int
wire_hello_check(const char *p, size_t bytes, unsigned *ret_missing)
{
	struct wire_hello h;

	if (bytes != sizeof(h))
		return -EPROTO;
	memcpy(&h, p, sizeof(h));
	if (h.bytes != sizeof(h) || h.type != WIRE_HELLO || h.version != WIRE_VERSION || h.zero != 0 ||
		(h.missing & ~WIRE_MISSING_ALL))
		return -EPROTO;
	*ret_missing = h.missing;
	return 0;
}

/* Every byte is printable ASCII, no space: 8 at a time, since all URLs of all pages pass here. */
static bool
wire_is_graph(const char *p, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
	uint64_t bad = 0;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		uint64_t v;

		memcpy(&v, p + i, sizeof(v));
		/*
		 * Bytes under 0x80: v + 0x5f carries into the high bit if it is above 0x20, v + 1 if it is 0x7f.
		 * A byte with its high bit set is bad by itself; what it carries into its neighbour no longer matters.
		 */
		bad |= v | ~(v + ones * 0x5f) | (v + ones);
	}
	if (bad & highs)
		return false;
	for (; i < len; i++)
		if ((unsigned char)p[i] < 0x21 || (unsigned char)p[i] > 0x7e)
			return false;
	return true;
}

static bool
wire_is_http(const char *p, size_t len)
{
	if (len > 7 && memcmp(p, "http://", 7) == 0)
		return true;
	return len > 8 && memcmp(p, "https://", 8) == 0;
}

/* Bytes of all facts; -EPROTO: one is longer than it may be. */
static int64_t
wire_facts_bytes(const struct wire_reply_head *h)
{
	static const uint16_t max[WIRE_FACT_COUNT] = {
		[WIRE_FACT_CHARSET] = WIRE_CHARSET_MAX,
		[WIRE_FACT_TITLE] = WIRE_TITLE_MAX,
		[WIRE_FACT_LANGUAGE] = WIRE_LANGUAGE_MAX,
		[WIRE_FACT_CANONICAL] = URL_MAX_BYTES,
		[WIRE_FACT_BASE] = URL_MAX_BYTES,
		[WIRE_FACT_REFRESH] = URL_MAX_BYTES,
	};
	int64_t bytes = 0;
	unsigned i;

	for (i = 0; i < WIRE_FACT_COUNT; i++) {
		if (h->fact_len[i] > max[i])
			return -EPROTO;
		bytes += h->fact_len[i];
	}
	return bytes;
}

static size_t
wire_marks_bytes(const struct wire_reply_head *h)
{
	return h->n_marks * sizeof(uint32_t);
}

/* What stands in the text before the URLs of the links. */
static uint64_t
wire_before_urls(const struct wire_reply_head *h)
{
	return (uint64_t)wire_facts_bytes(h) + h->extract_len + h->visible_len + wire_marks_bytes(h) + h->refused_len;
}

/* What there is without having been announced or asked for, or of a page that could not be read. */
static bool
wire_is_unannounced(const struct wire_reply_head *h, const struct wire_expect *expect)
{
	unsigned has = h->flags & (WIRE_HAS_WORDS | WIRE_HAS_VISIBLE | WIRE_HAS_SKETCH | WIRE_IS_PLAIN);

	if (h->result != WIRE_OK && (h->n_links != 0 || h->refused_len != 0 || has != 0))
		return true;
	if ((has & WIRE_HAS_VISIBLE) != 0 ? !expect->visible : h->visible_len != 0 || (h->flags & WIRE_VISIBLE_CUT) != 0)
		return true;
	if ((has & WIRE_HAS_WORDS) == 0 && (h->simhash != 0 || h->words != 0))
		return true;
	if (h->echo_hash != 0 && ((has & WIRE_HAS_SKETCH) == 0 || !expect->echo))
		return true;
	return (has & WIRE_HAS_SKETCH) == 0 && (h->text_hash != 0 || h->n_marks != 0 || h->mark_shift != 0);
}

/* The sums of the head: what it announces is what the frame holds, and no more than was asked for. */
static int
wire_head_check(const struct wire_reply_head *h, size_t bytes, const struct wire_expect *expect)
{
	uint64_t references = 0;
	unsigned i;

	if (h->bytes != bytes || h->type != WIRE_PAGE || (h->flags & ~WIRE_REPLY_FLAGS))
		return -EPROTO;
	if (h->id != expect->id || h->result >= WIRE_RESULT_COUNT)
		return -EPROTO;
	if (h->n_links > expect->max_links || h->start_us < 0)
		return -EPROTO;
	if (wire_facts_bytes(h) < 0 || h->extract_len > WIRE_EXTRACT_MAX || h->visible_len > WIRE_VISIBLE_MAX)
		return -EPROTO;
	if (h->refused_len > WIRE_REFUSED_MAX || wire_before_urls(h) > h->text_len)
		return -EPROTO;
	if ((h->flags & WIRE_HAS_REFRESH) == 0 && (h->refresh_seconds != 0 || h->fact_len[WIRE_FACT_REFRESH] != 0))
		return -EPROTO;
	if (bytes != wire_pad(WIRE_REPLY_HEAD + (uint64_t)h->n_links * sizeof(struct wire_link) + h->text_len))
		return -EPROTO;
	if (wire_is_unannounced(h, expect))
		return -EPROTO;
	if (h->words > expect->body_len || h->n_marks > SKETCH_MAX || h->mark_shift > SKETCH_SHIFT_MAX)
		return -EPROTO;
	/* A reference takes at least one byte of the page, or of its head; unless that is gzip. */
	for (i = 0; i < LINK_KIND_COUNT; i++)
		references += h->links_by_kind[i];
	if ((references > expect->body_len + expect->headers_len && !expect->is_sitemap) || h->n_links > references)
		return -EPROTO;
	return 0;
}

/* Records that fill what there is of them, each a reference of the page. */
static int
wire_refused_check(const struct wire_reply *r, const struct wire_expect *expect, uint32_t by_kind[LINK_KIND_COUNT])
{
	struct str s = r->refused;
	struct refused h;
	uint32_t n = 0;

	while (s.len > 0) {
		if (s.len <= sizeof(h) || n++ == expect->max_links)
			return -EPROTO;
		memcpy(&h, s.p, sizeof(h));
		s = str_n(s.p + sizeof(h), s.len - sizeof(h));
		if (h.len == 0 || h.len > REFUSED_TEXT_MAX || h.len > s.len || memchr(s.p, 0, h.len) != NULL)
			return -EPROTO;
		if (h.kind >= LINK_KIND_COUNT || h.kind == LINK_HINT || h.kind == LINK_FORM ||
			(h.kind == LINK_SITEMAP && !expect->is_sitemap))
			return -EPROTO;
		if (h.reason != OUTCOME_SCHEME && h.reason != OUTCOME_BAD_URL)
			return -EPROTO;
		if (++by_kind[h.kind] > r->head.links_by_kind[h.kind])
			return -EPROTO;
		s = str_n(s.p + h.len, s.len - h.len);
	}
	return 0;
}

/* by_kind: how many references there were already. */
static int
wire_links_check(const struct wire_reply *r, const struct wire_expect *expect, uint32_t by_kind[LINK_KIND_COUNT])
{
	static const uint8_t zeros[sizeof(((struct wire_link *)NULL)->zero)];
	const struct wire_reply_head *h = &r->head;
	uint64_t off = wire_before_urls(h);
	uint32_t i;

	if (!wire_is_graph(r->text + off, h->text_len - off))
		return -EPROTO;
	for (i = 0; i < h->n_links; i++) {
		struct wire_link l;

		memcpy(&l, r->links + (size_t)i * sizeof(l), sizeof(l));
		if (l.kind >= LINK_KIND_COUNT || (l.flags & ~LINK_REF_FLAGS))
			return -EPROTO;
		if (l.url_off != off || l.url_len > h->text_len - off || l.url_len > URL_MAX_BYTES)
			return -EPROTO;
		if (!wire_is_http(r->text + off, l.url_len))
			return -EPROTO;
		if (l.start > l.end || l.end > expect->body_len || memcmp(l.zero, zeros, sizeof(zeros)) != 0)
			return -EPROTO;
		if (!expect->is_sitemap && (l.lastmod_s != 0 || l.kind == LINK_SITEMAP))
			return -EPROTO;
		if (++by_kind[l.kind] > h->links_by_kind[l.kind])
			return -EPROTO;
		off += l.url_len;
	}
	return off == h->text_len ? 0 : -EPROTO;
}

/* As readers write them: the name of an encoding (WHATWG Encoding §4.2), a language tag (RFC 5646 §2.1). */
static bool
wire_is_name(struct str s, char besides)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_alnum((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != besides)
			return false;
	return true;
}

static int
wire_facts_check(struct wire_reply *r)
{
	const char *p = r->text;
	unsigned i;

	for (i = 0; i < WIRE_FACT_COUNT; p += r->facts[i].len, i++) {
		r->facts[i] = str_n(p, r->head.fact_len[i]);
		if (i != WIRE_FACT_TITLE && !wire_is_graph(p, r->facts[i].len))
			return -EPROTO;
		/* Shift_JIS */
		if ((i == WIRE_FACT_CHARSET || i == WIRE_FACT_LANGUAGE) && !wire_is_name(r->facts[i], i == WIRE_FACT_CHARSET ? '_' : '-'))
			return -EPROTO;
		if (i >= WIRE_FACT_CANONICAL && r->facts[i].len > 0 && !wire_is_http(p, r->facts[i].len))
			return -EPROTO;
	}
	return 0;
}

/* Records that fill what there is of them, of rules that there are, in their order. */
static int
wire_extract_check(struct str s, uint32_t n_rules)
{
	struct wire_extract_head h;
	uint32_t rule = 0;

	while (s.len > 0) {
		if (s.len < sizeof(h))
			return -EPROTO;
		memcpy(&h, s.p, sizeof(h));
		s = str_n(s.p + sizeof(h), s.len - sizeof(h));
		if (h.rule >= n_rules || h.rule < rule || h.len > WIRE_EXTRACT_VALUE || h.len > s.len ||
			memchr(s.p, 0, h.len) != NULL)
			return -EPROTO;
		rule = h.rule;
		s = str_n(s.p + h.len, s.len - h.len);
	}
	return 0;
}

int
wire_reply_check(const char *p, size_t bytes, const struct wire_expect *expect, struct wire_reply *ret_reply)
{
	uint32_t by_kind[LINK_KIND_COUNT] = { 0 };
	struct wire_reply r;
	int rc;

	if (bytes < WIRE_REPLY_HEAD || bytes > WIRE_REPLY_MAX)
		return -EPROTO;
	memcpy(&r.head, p, sizeof(r.head));
	rc = wire_head_check(&r.head, bytes, expect);
	if (rc < 0)
		return rc;
	r.links = p + WIRE_REPLY_HEAD;
	r.text = r.links + (size_t)r.head.n_links * sizeof(struct wire_link);
	rc = wire_facts_check(&r);
	if (rc < 0)
		return rc;
	r.extracted = str_n(r.text + wire_facts_bytes(&r.head), r.head.extract_len);
	rc = wire_extract_check(r.extracted, expect->n_rules);
	if (rc < 0)
		return rc;
	r.visible = str_n(r.extracted.p + r.extracted.len, r.head.visible_len);
	r.marks = r.visible.p + r.visible.len;
	if (!utf8_valid(r.visible.p, r.visible.len))
		return -EPROTO;
	r.refused = str_n(r.marks + wire_marks_bytes(&r.head), r.head.refused_len);
	rc = wire_refused_check(&r, expect, by_kind);
	if (rc < 0)
		return rc;
	rc = wire_links_check(&r, expect, by_kind);
	if (rc < 0)
		return rc;
	*ret_reply = r;
	return 0;
}
