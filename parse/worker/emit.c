/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "parse/worker/charset.h"
#include "parse/worker/emit.h"
#include "parse/worker/extract.h"
#include "url/seen.h"

#define EMIT_KEEP_BYTES (1024 * 1024)

_Static_assert(READER_REFUSED_MAX <= WIRE_REFUSED_MAX, "all of it fits");

struct emit {
	struct reader *reader;
	struct extract *extract; /* NULL = nothing is to be extracted */
	struct buf decoded, extracted;
	struct hash_key key;
	struct str token;
	struct seen_map *visited, *refused; /* NULL = none */
	bool too_deep;                      /* the page under way: WIRE_TOO_DEEP */
};

static void
emit_freep(struct emit **e)
{
	emit_free(*e);
}

int
emit_new(const struct emit_config *config, struct emit **ret_emit)
{
	CLEANUP(emit_freep) struct emit *e = calloc(1, sizeof(*e));
	int r;

	if (e == NULL)
		return -ENOMEM;
	e->key.seed = config->hash_seed;
	e->token = config->token;
	buf_init(&e->decoded, SIZE_MAX / 4);
	buf_init(&e->extracted, WIRE_EXTRACT_MAX);
	if (config->visited_fd >= 0) {
		r = seen_map(config->visited_fd, &e->visited);
		if (r < 0)
			return r;
	}
	if (config->refused_fd >= 0) {
		r = seen_map(config->refused_fd, &e->refused);
		if (r < 0)
			return r;
	}
	r = reader_new(config->reader, &e->reader);
	if (r == 0 && config->rules.len > 0)
		r = extract_new(config->rules, &e->extract, NULL);
	if (r < 0)
		return r;
	*ret_emit = TAKE(e);
	return 0;
}

void
emit_free(struct emit *e)
{
	if (e == NULL)
		return;
	reader_free(e->reader);
	extract_free(e->extract);
	buf_release(&e->decoded);
	buf_release(&e->extracted);
	if (e->visited != NULL)
		seen_unmap(e->visited);
	if (e->refused != NULL)
		seen_unmap(e->refused);
	free(e);
}

/* Kinds that nobody fetches are counted, and sent only where all links are wanted. */
static bool
emit_never_followed(enum link_kind kind)
{
	return kind == LINK_HINT || kind == LINK_FORM;
}

static bool
emit_contains(const struct seen_map *set, uint64_t key)
{
	return set != NULL && seen_contains(set, key);
}

static uint64_t
emit_way_key(const struct emit *e, uint64_t fp, enum link_kind kind, unsigned flags)
{
	return seen_way_key(fp, link_is_requisite(kind), e->too_deep, (flags & LINK_NOFOLLOW) != 0);
}

static bool
emit_is_known(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	const struct emit *e = arg;

	return emit_never_followed(kind) || emit_contains(e->visited, fp) ||
		emit_contains(e->refused, emit_way_key(e, fp, kind, flags));
}

/* The sets are megabytes: waiting for a place in them takes longer than all else that is done for a link. */
static void
emit_will_ask(void *arg, uint64_t fp, enum link_kind kind, unsigned flags)
{
	const struct emit *e = arg;

	if (emit_never_followed(kind))
		return;
	if (e->visited != NULL)
		seen_prefetch(e->visited, fp);
	if (e->refused != NULL)
		seen_prefetch(e->refused, emit_way_key(e, fp, kind, flags));
}

static bool
emit_wanted(const struct reader_link *l, bool all)
{
	return l->url.len > 0 && l->url.len <= URL_MAX_BYTES && (all || !emit_never_followed(l->kind));
}

/* How many of the page's links fit into a reply, and the bytes of their URLs. */
struct emit_sizes {
	uint32_t n_links, text_len;
	bool cut;
};

static struct emit_sizes
emit_measure(const struct reader_page *page, const struct wire_request *rq, size_t facts_len)
{
	bool all = rq->flags & WIRE_ALL;
	struct emit_sizes s = { .text_len = (uint32_t)facts_len, .cut = page->links_cut };
	size_t left = WIRE_REPLY_MAX - WIRE_REPLY_HEAD - 8 - facts_len;
	uint32_t i;

	for (i = 0; i < page->n_links; i++) {
		size_t need = sizeof(struct wire_link) + page->links[i].url.len;

		if (!emit_wanted(&page->links[i], all))
			continue;
		if (s.n_links == rq->max_links || need > left) {
			s.cut = true;
			break;
		}
		left -= need;
		s.n_links++;
		s.text_len += (uint32_t)page->links[i].url.len;
	}
	return s;
}

static void
emit_links(const struct reader_page *page, const struct wire_request *rq, const struct emit_sizes *s, size_t facts_len,
	char *links, char *text)
{
	bool all = rq->flags & WIRE_ALL;
	uint32_t i, n = 0, off = (uint32_t)facts_len;

	for (i = 0; n < s->n_links; i++) {
		const struct reader_link *l = &page->links[i];
		struct wire_link w;

		if (!emit_wanted(l, all))
			continue;
		w = (struct wire_link){
			.url_off = off,
			.url_len = (uint32_t)l->url.len,
			.fp = l->fp,
			.start = l->start,
			.end = l->end,
			.lastmod_s = l->lastmod_s,
			.kind = (uint8_t)l->kind,
			.flags = (uint8_t)l->flags,
		};
		memcpy(links + (size_t)n * sizeof(w), &w, sizeof(w));
		memcpy(text + off, l->url.p, l->url.len);
		off += w.url_len;
		n++;
	}
}

/* The facts, each cut to nothing where it is longer than it may be (a title is cut to its ceiling by the reader). */
static size_t
emit_facts(const struct reader_page *page, struct str facts[WIRE_FACT_COUNT])
{
	static const uint16_t max[WIRE_FACT_COUNT] = { WIRE_CHARSET_MAX, WIRE_TITLE_MAX, WIRE_LANGUAGE_MAX, URL_MAX_BYTES,
		URL_MAX_BYTES, URL_MAX_BYTES };
	size_t bytes = 0;
	unsigned i;

	facts[WIRE_FACT_CHARSET] = page->charset;
	facts[WIRE_FACT_TITLE] = page->title;
	facts[WIRE_FACT_LANGUAGE] = page->language;
	facts[WIRE_FACT_CANONICAL] = page->canonical;
	facts[WIRE_FACT_BASE] = page->base_is_own || !page->base_is_http ? STR_NONE : page->base;
	facts[WIRE_FACT_REFRESH] = page->refresh_to;
	for (i = 0; i < WIRE_FACT_COUNT; i++) {
		if (facts[i].len > max[i])
			facts[i] = STR_NONE;
		bytes += facts[i].len;
	}
	return bytes;
}

/* The page's values into e->extracted. *ret_cut: there was more. */
static int
emit_extract(struct emit *e, const struct reader_page *page, struct str body, bool *ret_cut)
{
	enum charset cs;
	int r;

	*ret_cut = false;
	buf_reset(&e->extracted, WIRE_EXTRACT_MAX);
	if (e->extract == NULL || (page->body != BODY_HTML && page->body != BODY_XML))
		return 0;
	if (!charset_by_label(page->charset, &cs))
		return 0;
	if (cs != CHARSET_UTF_8 || !utf8_valid(body.p, body.len)) {
		buf_reset(&e->decoded, EMIT_KEEP_BYTES);
		r = charset_decode(cs, body, &e->decoded);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			return 0;
		body = buf_str(&e->decoded);
	}
	return extract_page(e->extract, body, page->body == BODY_XML, &e->extracted, ret_cut);
}

/* As much as fits, whole characters. */
static struct str
emit_visible(const struct reader_page *page)
{
	size_t len = page->visible.len;

	if (len > WIRE_VISIBLE_MAX)
		for (len = WIRE_VISIBLE_MAX; len > 0 && ((unsigned char)page->visible.p[len] & 0xc0) == 0x80; len--)
			;
	return str_n(page->visible.p, len);
}

static int
emit_encode(const struct reader_page *page, const struct wire_request *rq, enum wire_result result, int64_t start_us,
	struct str extracted, bool extract_cut, struct buf *out)
{
	struct str facts[WIRE_FACT_COUNT], visible = emit_visible(page);
	size_t marks_len = page->n_marks * sizeof(page->marks[0]);
	size_t facts_len = emit_facts(page, facts) + extracted.len + visible.len + marks_len + page->refused.len;
	struct emit_sizes s = emit_measure(page, rq, facts_len);
	size_t links_bytes = (size_t)s.n_links * sizeof(struct wire_link);
	size_t bytes = (WIRE_REPLY_HEAD + links_bytes + s.text_len + 7) & ~(size_t)7;
	struct wire_reply_head head = {
		.bytes = (uint32_t)bytes,
		.type = WIRE_PAGE,
		.flags = (page->noindex ? WIRE_IS_NOINDEX : 0) | (page->nofollow ? WIRE_IS_NOFOLLOW : 0) |
			(s.cut ? WIRE_CUT : 0) | (page->has_refresh ? WIRE_HAS_REFRESH : 0) |
			(extract_cut ? WIRE_EXTRACT_CUT : 0) | (page->has_words ? WIRE_HAS_WORDS : 0) |
			(page->has_visible ? WIRE_HAS_VISIBLE : 0) |
			(visible.len < page->visible.len ? WIRE_VISIBLE_CUT : 0) |
			(page->has_sketch ? WIRE_HAS_SKETCH : 0) | (page->plain ? WIRE_IS_PLAIN : 0),
		.id = rq->id,
		.result = result,
		.start_us = start_us,
		.n_links = s.n_links,
		.text_len = s.text_len,
		.refresh_seconds = page->refresh_seconds,
		.extract_len = (uint32_t)extracted.len,
		.content_hash = { page->content_hash[0], page->content_hash[1] },
		.simhash = page->simhash,
		/* Entities of an XML document may make more of them. */
		.words = page->words < rq->body_len ? page->words : (uint32_t)rq->body_len,
		.visible_len = (uint32_t)visible.len,
		.n_marks = (uint16_t)page->n_marks,
		.mark_shift = (uint16_t)page->mark_shift,
		.text_hash = page->text_hash,
		.echo_hash = page->echo_hash,
		.refused_len = (uint32_t)page->refused.len,
	};
	char *p, *text;
	size_t off = 0;
	unsigned i;
	int64_t us;
	int r;

	r = buf_reserve(out, bytes);
	if (r < 0)
		return r;
	p = out->data + out->len;
	text = p + WIRE_REPLY_HEAD + links_bytes;
	memset(p + bytes - 8, 0, 8);
	memcpy(head.links_by_kind, page->links_by_kind, sizeof(head.links_by_kind));
	for (i = 0; i < WIRE_FACT_COUNT; i++) {
		head.fact_len[i] = (uint16_t)facts[i].len;
		if (facts[i].len > 0)
			memcpy(text + off, facts[i].p, facts[i].len);
		off += facts[i].len;
	}
	if (extracted.len > 0)
		memcpy(text + off, extracted.p, extracted.len);
	if (visible.len > 0)
		memcpy(text + off + extracted.len, visible.p, visible.len);
	if (marks_len > 0)
		memcpy(text + off + extracted.len + visible.len, page->marks, marks_len);
	if (page->refused.len > 0)
		memcpy(text + facts_len - page->refused.len, page->refused.p, page->refused.len);
	emit_links(page, rq, &s, facts_len, p + WIRE_REPLY_HEAD, text);
	us = clock_mono_us() - start_us;
	head.parse_us = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	memcpy(p, &head, sizeof(head));
	out->len += bytes;
	return 0;
}

/* More than wire_reply_check() believes of a page: then it is one that is too much, and not a parser's nonsense. */
static bool
emit_counts_too_much(const struct reader_page *page, const struct wire_request *rq, size_t body_len)
{
	uint64_t references = 0;

	for (unsigned i = 0; i < LINK_KIND_COUNT; i++)
		references += page->links_by_kind[i];
	return (references > body_len + rq->headers.len && (rq->flags & WIRE_SITEMAP) == 0) || page->words > body_len;
}

int
emit_page(struct emit *e, const struct wire_request *rq, struct str body, struct buf *out)
{
	int64_t start_us = clock_mono_us();
	struct reader_page page = { .charset = STR_NONE };
	const struct reader_input in = {
		.body = body,
		.url = rq->url,
		.content_type = rq->content_type,
		.headers = rq->headers,
		.token = e->token,
		.is_sitemap = rq->flags & WIRE_SITEMAP,
		.want_all = rq->flags & WIRE_ALL,
		.want_words = rq->flags & WIRE_WORDS,
		.want_visible = rq->flags & WIRE_VISIBLE,
		.want_sketch = rq->flags & WIRE_SKETCH,
		.want_echo = rq->flags & WIRE_ECHO,
		.max_links = rq->max_links,
		.key = &e->key,
		.is_known = emit_is_known,
		.will_ask = emit_will_ask,
		.is_known_arg = e,
	};
	bool cut;
	int r;

	e->too_deep = rq->flags & WIRE_TOO_DEEP;
	r = reader_read(e->reader, &in, &page);
	if (r == -ENOMEM)
		return r;
	if ((r < 0 && r != -E2BIG) || emit_counts_too_much(&page, rq, body.len)) {
		page = (struct reader_page){ .charset = STR_NONE };
		return emit_encode(&page, rq, WIRE_LIMIT, start_us, STR_NONE, false, out);
	}
	r = emit_extract(e, &page, body, &cut);
	if (r < 0)
		return r;
	return emit_encode(&page, rq, WIRE_OK, start_us, buf_str(&e->extracted), cut, out);
}

int
emit_rules_check(struct str rules, unsigned *ret_bad)
{
	struct extract *extract = NULL;
	int r = extract_new(rules, &extract, ret_bad);

	extract_free(extract);
	return r;
}
