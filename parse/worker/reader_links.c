/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phase 3: references to links.
 *
 * A value goes: bytes of the page -> (character references decoded) -> UTF-8. The bytes are converted before the
 * references are decoded, since those are Unicode already; and neither is done where nothing needs it, which is nearly
 * always: an ASCII value without '&' is its own result.
 *
 * Whether a link is known is asked some links after it was resolved: by then what the filter will look at, which lies far
 * apart in memory, has come into the cache (reader_input.will_ask). The order of the links stays.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "parse/worker/entities.h"
#include "parse/worker/meta.h"
#include "parse/worker/reader_impl.h"
#include "parse/worker/span.h"
#include "parse/worker/srcset.h"
#include "url/canon.h"

/* s holds more than ASCII. */
static int
to_utf8(struct reader *r, struct str *s, bool utf8)
{
	enum charset cs = utf8 || r->facts.utf8 ? CHARSET_UTF_8 : r->charset;
	int err;

	if (cs == CHARSET_UTF_8 && utf8_valid(s->p, s->len))
		return 0;
	buf_reset(&r->scratch, READER_KEEP_BYTES);
	err = charset_decode(cs, *s, &r->scratch);
	if (err < 0)
		return err;
	*s = arena_str(&r->arena, buf_str(&r->scratch));
	return s->p == NULL ? -ENOMEM : 0;
}

struct str
reader_decode(struct reader *r, struct str raw, bool text, bool utf8)
{
	/* What is UTF-8 by itself was not read by who has resolved the page's references. */
	unsigned flags = ENTITY_NUL | (text || (r->facts.decoded && !utf8) ? 0 : ENTITY_REFS | ENTITY_ATTR);
	unsigned bytes = entity_bytes(raw);

	if ((bytes & BYTES_NOT_ASCII) != 0 && to_utf8(r, &raw, utf8) < 0)
		return STR_NONE;
	if (!entity_needed(bytes, flags))
		return raw.p != NULL ? raw : STR("");
	buf_reset(&r->scratch, READER_KEEP_BYTES);
	if (entity_decode(raw, flags, &r->scratch) < 0)
		return STR_NONE;
	return arena_str(&r->arena, buf_str(&r->scratch));
}

/* url_query_encoder: how forms and queries are written in the page's charset. */
static int
encode_query(void *arg, struct str s, struct buf *out)
{
	struct reader *r = arg;

	return charset_encode(&r->encoders, r->charset, s, out);
}

static int
sent_grow(struct reader *r)
{
	uint32_t cap = r->sent_cap == 0 ? 1024 : r->sent_cap * 2, i, k;
	uint64_t *sent = calloc(cap, sizeof(*sent));

	if (sent == NULL)
		return -ENOMEM;
	for (i = 0; i < r->sent_cap; i++) {
		if (r->sent[i] == 0)
			continue;
		for (k = (uint32_t)r->sent[i] & (cap - 1); sent[k] != 0; k = (k + 1) & (cap - 1))
			;
		sent[k] = r->sent[i];
	}
	free(r->sent);
	r->sent = sent;
	r->sent_cap = cap;
	return 0;
}

/* 1: this URL by this way was given already; 0: now it is; negative errno. */
static int
sent_before(struct reader *r, uint64_t fp, enum link_kind kind, unsigned flags)
{
	uint64_t key = hash_mix(fp, (uint64_t)kind << 8 | flags);
	uint32_t i;

	if (r->sent_used * 2 >= r->sent_cap && sent_grow(r) < 0)
		return -ENOMEM;
	for (i = (uint32_t)key & (r->sent_cap - 1); r->sent[i] != 0; i = (i + 1) & (r->sent_cap - 1))
		if (r->sent[i] == key)
			return 1;
	r->sent[i] = key;
	r->sent_used++;
	return 0;
}

/* What one more counts for (READER_URLS_MAX). */
static uint64_t
out_cost(const struct reader *r, size_t url_bytes)
{
	return url_bytes + (r->in->url.len > READER_PARENT_FREE ? r->in->url.len - READER_PARENT_FREE : 0);
}

/* Room for one more whose URL, or text, has so many bytes? */
static bool
out_has_room(struct reader *r, size_t url_bytes)
{
	uint64_t max = r->in->is_sitemap ? UINT64_MAX : READER_URLS_MAX(r->in->body.len);

	r->is_full = r->is_full || out_cost(r, url_bytes) > max - r->out_bytes;
	r->page.links_cut = r->page.links_cut || r->is_full;
	return !r->is_full;
}

static int
out_push(struct reader *r, const struct reader_link *link)
{
	if (r->n_out >= r->in->max_links) {
		r->page.links_cut = true;
		return 0;
	}
	if (!out_has_room(r, link->url.len))
		return 0;
	if (r->n_out == r->out_cap) {
		uint32_t cap = r->out_cap == 0 ? 256 : r->out_cap * 2;
		struct reader_link *out = realloc(r->out, cap * sizeof(*out));

		if (out == NULL)
			return -ENOMEM;
		r->out = out;
		r->out_cap = cap;
	}
	r->out[r->n_out++] = *link;
	r->out_bytes += out_cost(r, link->url.len);
	return 0;
}

/* A value that r->url was made of (err 0), or could not be: for who listens, unless it was told. */
static int
refuse(struct reader *r, enum link_kind kind, struct str value, int err)
{
	struct buf *b = &r->refused;
	size_t before = b->len;
	struct refused head = { .kind = (uint8_t)kind };
	enum outcome reason;
	uint64_t fp;
	int sent;

	/* What stands in the page itself, a small picture mostly, is no reference, and there can be any number of them. */
	if (r->in->is_known == NULL || str_istarts(str_trim(value), STR("data:")))
		return 0;
	if (READER_REFUSED_MAX - before < sizeof(head) + REFUSED_TEXT_MAX || r->n_refused >= r->in->max_links)
		return 0;
	buf_add(b, &head, sizeof(head));
	refused_text(value, err, &r->url, b, &reason);
	if (buf_err(b) < 0)
		return buf_err(b);
	head.len = (uint16_t)(b->len - before - sizeof(head));
	head.reason = (uint8_t)reason;
	fp = hash_fingerprint(r->in->key, b->data + before + sizeof(head), head.len);
	sent = head.len == 0 ? 1 : sent_before(r, fp, LINK_KIND_COUNT, 0);
	if (sent < 0)
		return sent;
	if (sent == 1 || r->in->is_known(r->in->is_known_arg, fp, kind, 0) || !out_has_room(r, head.len)) {
		b->len = before;
		return 0;
	}
	r->out_bytes += out_cost(r, head.len);
	memcpy(b->data + before, &head, sizeof(head));
	r->n_refused++;
	return 0;
}

/* base, as written and UTF-8, becomes that of url, which holds the one around it; where it cannot, that stays (§4.2.3). */
static int
enter_base(struct reader *r, struct str base, struct url *url)
{
	struct str value = reader_decode(r, base, false, true);
	int err;

	if (value.p == NULL)
		return -ENOMEM;
	if (str_trim(value).len == 0)
		return 0;
	err = url_parse(&r->url, value, url->href_len != 0 ? url : NULL);
	if (err == -ENOMEM)
		return err;
	if (err < 0 || str_eq(url_protocol(&r->url), STR("data:")) || str_eq(url_protocol(&r->url), STR("javascript:")))
		return 0;
	return url_copy(url, &r->url);
}

/* The base of a frame, in frame_url: those around it first. References come frame by frame. */
static int
find_frame_base(struct reader *r, unsigned frame)
{
	unsigned chain[SRCDOC_MAX_DEPTH], n = 0, at;
	int err;

	if (r->frame_now == frame)
		return 0;
	r->frame_now = 0;
	for (at = frame; at != 0; at = r->frames[at - 1].around) {
		CHECK(at <= r->n_frames && n < ARRAY_LEN(chain));
		chain[n++] = at;
	}
	r->frame_url.href_len = 0;
	err = r->base_url.href_len != 0 ? url_copy(&r->frame_url, &r->base_url) : 0;
	while (err == 0 && n-- > 0)
		if (r->frames[chain[n] - 1].have_base)
			err = enter_base(r, r->frames[chain[n] - 1].base, &r->frame_url);
	if (err == 0)
		r->frame_now = frame;
	return err;
}

/* For who resolves values by himself. */
static int
list_frame_bases(struct reader *r)
{
	struct str *bases = arena_take(&r->arena, r->n_frames * sizeof(*bases));
	unsigned i;

	if (bases == NULL)
		return -ENOMEM;
	for (i = 0; i < r->n_frames; i++) {
		if (find_frame_base(r, i + 1) < 0)
			return -ENOMEM;
		bases[i] = arena_str(&r->arena, r->frame_url.href_len != 0 ? url_href(&r->frame_url) : STR(""));
		if (bases[i].p == NULL)
			return -ENOMEM;
	}
	r->page.frame_bases = bases;
	r->page.n_frame_bases = r->n_frames;
	return 0;
}

/* The canonical URL of a value, and its fingerprint; none if it does not resolve to http or https. */
static int
resolve(struct reader *r, const struct ref *ref, enum link_kind kind, struct str value, struct link_result *ret)
{
	/* What the head says is no part of the document: neither <base> nor its charset matter (RFC 8288 §3.2). */
	bool head = ref->flags & LINK_FROM_HEAD;
	const struct url *base = head ? &r->page_url : ref->frame != 0 ? &r->frame_url : &r->base_url;
	int err;

	*ret = (struct link_result){ .value = value, .url = STR_NONE };
	if (ref->frame != 0 && (err = find_frame_base(r, ref->frame)) < 0)
		return err;
	/* A document in srcdoc is UTF-8, too (HTML §7.4.2.4, "create navigation params from a srcdoc resource"). */
	err = url_parse_charset(&r->url, value, base->href_len != 0 ? base : NULL,
		r->encoder.encode != NULL && !ref->utf8 ? &r->encoder : NULL);
	if (err == -ENOMEM)
		return err;
	if (err < 0 || !url_is_http(&r->url))
		return refuse(r, kind, value, err);
	url_canon(&r->url);
	ret->url = url_identity(&r->url);
	ret->fp = hash_fingerprint(r->in->key, ret->url.p, ret->url.len);
	return 0;
}

static int
keep_url(struct reader *r, struct link_result *result)
{
	if (result->url.p == NULL || result->url.p != r->url.href)
		return 0;
	result->url = arena_str(&r->arena, result->url);
	return result->url.p == NULL ? -ENOMEM : 0;
}

static const char *
ref_tag(struct reader *r, const struct ref *ref)
{
	struct str replacement = STR("\xef\xbf\xbd"); /* of a NUL (HTML §13.2.5.8) */
	size_t i, n = 0;
	bool plain;
	char *name;

	/* Only of others the name lives as long as the page. */
	if (ref->tag != TAG_OTHER || ref->name.len == 0)
		return tag_name((enum tag)ref->tag);
	plain = memchr(ref->name.p, '\0', ref->name.len) == NULL;
	name = arena_take(&r->arena, ref->name.len * (plain ? 1 : replacement.len) + 1);
	if (name == NULL)
		return "";
	for (i = 0; i < ref->name.len; i++) {
		if (ref->name.p[i] != '\0') {
			name[n++] = (char)ascii_lower((unsigned char)ref->name.p[i]);
		} else {
			memcpy(name + n, replacement.p, replacement.len);
			n += replacement.len;
		}
	}
	name[n] = '\0';
	return name;
}

/* A fact that is a link's URL; the first one counts. */
static int
keep_fact(struct reader *r, const struct link_result *result, struct str *fact)
{
	if (fact->p != NULL || result->url.p == NULL)
		return 0;
	*fact = arena_str(&r->arena, result->url);
	return fact->p == NULL ? -ENOMEM : 0;
}

/* The filter's answer to the oldest link that waits for one. */
static int
answer_oldest(struct reader *r)
{
	struct reader_link *l = &r->asked[r->n_answered++ % READER_AHEAD].link;

	if (r->in->is_known(r->in->is_known_arg, l->fp, l->kind, l->flags) || !out_has_room(r, l->url.len))
		return 0;
	l->url = arena_str(&r->arena, l->url);
	return l->url.p == NULL ? -ENOMEM : out_push(r, l);
}

static int
answer_all(struct reader *r)
{
	int err = 0;

	while (err == 0 && r->n_answered != r->n_asked)
		err = answer_oldest(r);
	return err;
}

static int
ask(struct reader *r, const struct reader_link *link)
{
	struct reader_asked *a;
	int err = r->n_asked - r->n_answered == READER_AHEAD ? answer_oldest(r) : 0;

	if (err < 0)
		return err;
	a = &r->asked[r->n_asked++ % READER_AHEAD];
	a->link = *link;
	if (link->url.len <= sizeof(a->url)) {
		memcpy(a->url, link->url.p, link->url.len);
		a->link.url.p = a->url;
	} else {
		a->link.url = arena_str(&r->arena, link->url);
		if (a->link.url.p == NULL)
			return -ENOMEM;
	}
	if (r->in->will_ask != NULL)
		r->in->will_ask(r->in->is_known_arg, link->fp, link->kind, link->flags);
	return 0;
}

/* One link, resolved: filtered and given. start, end: its span, 0, 0 if unknown. */
static int
give(struct reader *r, const struct ref *ref, const char *tag, enum link_kind kind, struct link_result *result,
	uint32_t start, uint32_t end)
{
	unsigned flags = ref->flags | (r->page.nofollow ? (unsigned)LINK_NOFOLLOW : 0);
	struct reader_link link = { .kind = kind, .flags = flags, .tag = tag, .attr = attr_name((enum attr)ref->attr),
		.value = r->in->want_all ? result->value : STR_NONE, .fp = result->fp, .lastmod_s = ref->lastmod_s,
		.start = start, .end = end, .utf8 = ref->utf8, .frame = ref->frame };
	int err;

	if (!r->in->want_all) {
		if (result->url.p == NULL)
			return 0;
		err = sent_before(r, result->fp, kind, flags);
		if (err != 0)
			return err < 0 ? err : 0;
		if (r->in->is_known != NULL) {
			link.url = result->url;
			return ask(r, &link);
		}
	}
	err = keep_url(r, result);
	link.url = result->url;
	return err < 0 ? err : out_push(r, &link);
}

int
reader_give_value(struct reader *r, const struct ref *ref, const char *tag, enum link_kind kind, struct str value,
	uint32_t start, uint32_t end)
{
	struct link_result result;
	int err;

	r->links.counts[kind]++;
	if (r->is_full)
		return 0;
	err = resolve(r, ref, kind, value, &result);
	if (err < 0)
		return err;
	if (ref->syntax == SYNTAX_REFRESH && keep_fact(r, &result, &r->page.refresh_to) < 0)
		return -ENOMEM;
	return give(r, ref, tag, kind, &result, start, end);
}

static int
give_url(struct reader *r, const struct ref *ref, struct link_result *result)
{
	uint32_t start, end;
	int err;

	if (r->is_full)
		return 0;
	if (ref->same != REF_FIRST) {
		*result = r->results[ref->same];
	} else {
		struct str value = reader_decode(r, ref->raw, ref->text, ref->utf8);

		if (value.p == NULL)
			return -ENOMEM;
		err = resolve(r, ref, (enum link_kind)ref->kind, value, result);
		if (err < 0)
			return err;
	}
	/* A srcdoc's facts (UTF-8 already, like the head) are not the page's. */
	if (UNLIKELY(ref->kind == LINK_CANONICAL) && (!ref->utf8 || (ref->flags & LINK_FROM_HEAD) != 0) &&
		keep_fact(r, result, &r->page.canonical) < 0)
		return -ENOMEM;
	(void)reader_ref_span(r, ref, &start, &end);
	err = give(r, ref, r->in->want_all ? ref_tag(r, ref) : "", (enum link_kind)ref->kind, result, start, end);
	return err < 0 || !r->in->want_all ? err : keep_url(r, result);
}

static int
give_srcset(struct reader *r, const struct ref *ref)
{
	struct str value = reader_decode(r, ref->raw, ref->text, ref->utf8);
	struct srcset it = srcset_begin(value);
	struct span_walk walk;
	struct srcset_candidate c;
	const char *tag = "";
	uint32_t start, end;
	int err = 0;

	if (value.p == NULL)
		return -ENOMEM;
	span_walk_begin(&walk);
	if (r->in->want_all)
		tag = ref_tag(r, ref);
	if (r->in->want_lists) {
		struct link_result whole = { .value = value, .url = STR_NONE };

		(void)reader_ref_span(r, ref, &start, &end);
		err = give(r, ref, tag, (enum link_kind)ref->kind, &whole, start, end);
		tag = "";
	}
	while (err >= 0 && srcset_next(&it, &c)) {
		span_of_part(r, ref, value, c.url, &walk, &start, &end);
		err = reader_give_value(r, ref, tag, (enum link_kind)ref->kind, c.url, start, end);
	}
	return err;
}

static int
give_css(struct reader *r, const struct ref *ref, struct str value, bool declarations)
{
	struct span_walk walk;
	size_t i;
	int err;

	span_walk_begin(&walk);
	err = css_read(&r->css, value, declarations);
	for (i = 0; err >= 0 && i < css_count(&r->css); i++) {
		const struct css_url *u = &css_urls(&r->css)[i];
		struct str part = str_n(value.p + u->start, u->len), text = part;
		uint32_t start, end;

		if (u->kind == CSS_AT_RULE || part.len == 0)
			continue;
		if (u->escaped) {
			buf_reset(&r->scratch, READER_KEEP_BYTES);
			if (css_unescape(part, &r->scratch) < 0)
				return buf_err(&r->scratch);
			text = arena_str(&r->arena, buf_str(&r->scratch));
			if (text.p == NULL)
				return -ENOMEM;
		}
		span_of_part(r, ref, value, part, &walk, &start, &end);
		err = reader_give_value(r, ref, "", u->kind == CSS_IMPORT ? LINK_STYLE : LINK_REQUISITE, text, start, end);
	}
	return err;
}

static int
give_refresh(struct reader *r, const struct ref *ref)
{
	struct str value = reader_decode(r, ref->raw, ref->text, ref->utf8), url;
	struct span_walk walk;
	uint32_t seconds, start, end;

	if (value.p == NULL)
		return -ENOMEM;
	if (!meta_refresh(value, &seconds, &url) || url.p == NULL)
		return 0;
	span_walk_begin(&walk);
	span_of_part(r, ref, value, url, &walk, &start, &end);
	return reader_give_value(r, ref, r->in->want_lists || (ref->flags & LINK_FROM_HEAD) != 0 ? "" : tag_name(TAG_META), LINK_PAGE, url, start, end);
}

static int
give_ref(struct reader *r, const struct ref *ref, struct link_result *result)
{
	struct str value;

	switch ((enum link_syntax)ref->syntax) {
	case SYNTAX_URL:
		return give_url(r, ref, result);
	case SYNTAX_SRCSET:
		return give_srcset(r, ref);
	case SYNTAX_STYLE:
	case SYNTAX_SHEET:
		value = reader_decode(r, ref->raw, ref->text, ref->utf8);
		return value.p == NULL ? -ENOMEM : give_css(r, ref, value, ref->syntax == SYNTAX_STYLE);
	case SYNTAX_REFRESH:
		return give_refresh(r, ref);
	case SYNTAX_MANIFEST:
	case SYNTAX_LD:
		return reader_json(r, ref, ref->syntax == SYNTAX_LD);
	case SYNTAX_SRCDOC: /* taken apart in phase 2 */
		break;
	}
	return 0;
}

/*
 * §4.2.3 "set the frozen base URL": the first base element with href; if that does not parse, or is a data: or javascript:
 * URL, the page's own. An empty one is the page's own too, fragment and all, as browsers have it.
 */
static int
find_base(struct reader *r)
{
	struct str value;
	int err;

	err = url_parse(&r->page_url, r->in->url, NULL);
	if (err == -ENOMEM)
		return err;
	if (r->facts.have_base) {
		value = reader_decode(r, r->facts.base, false, false);
		if (value.p == NULL)
			return -ENOMEM;
		err = str_trim(value).len == 0 ? -EINVAL
			: url_parse_charset(&r->base_url, value, r->page_url.href_len != 0 ? &r->page_url : NULL,
				r->encoder.encode != NULL ? &r->encoder : NULL);
		if (err == -ENOMEM)
			return err;
		if (err == 0 && !str_eq(url_protocol(&r->base_url), STR("data:")) &&
			!str_eq(url_protocol(&r->base_url), STR("javascript:")))
			goto out;
	}
	if (r->page_url.href_len == 0) {
		r->base_url.href_len = 0;
		return 0;
	}
	err = url_copy(&r->base_url, &r->page_url);
	if (err < 0)
		return err;
	r->page.base_is_own = true;
out:
	r->page.base = url_href(&r->base_url);
	r->page.base_is_http = url_is_http(&r->base_url);
	return 0;
}

/* White space collapsed, cut at a character's end. */
static int
find_title(struct reader *r)
{
	struct str s = r->facts.title;
	struct buf *out = &r->scratch2;
	bool space = false;
	unsigned flags = ENTITY_NUL | (r->facts.title_is_text ? 0 : ENTITY_REFS);
	size_t i, n;

	if (s.len == 0)
		return 0;
	if (s.len > 16 * TITLE_MAX_BYTES)
		s.len = 16 * TITLE_MAX_BYTES;
	if ((entity_bytes(s) & BYTES_NOT_ASCII) != 0 && to_utf8(r, &s, false) < 0)
		return -ENOMEM;
	buf_reset(&r->scratch, READER_KEEP_BYTES);
	if (entity_decode(s, flags, &r->scratch) < 0)
		return buf_err(&r->scratch);
	s = buf_str(&r->scratch);
	buf_reset(out, READER_KEEP_BYTES);
	for (i = 0; i < s.len; i += n) {
		n = utf8_next(s.p + i, s.len - i, NULL);
		if (n == 0)
			n = 1;
		if (ascii_is_space((unsigned char)s.p[i])) {
			space = out->len > 0;
			continue;
		}
		if (out->len + n + space > TITLE_MAX_BYTES)
			break;
		if (space)
			(void)buf_addc(out, ' ');
		space = false;
		(void)buf_add(out, s.p + i, n);
	}
	if (buf_err(out) < 0)
		return buf_err(out);
	r->page.title = arena_str(&r->arena, buf_str(out));
	return r->page.title.p == NULL ? -ENOMEM : 0;
}

int
reader_resolve(struct reader *r)
{
	uint32_t i;
	int err;

	r->encoder = (struct url_query_encoder){ NULL, NULL };
	if (r->charset != CHARSET_UTF_8 && r->charset != CHARSET_UTF_16BE && r->charset != CHARSET_UTF_16LE &&
		r->charset != CHARSET_REPLACEMENT)
		r->encoder = (struct url_query_encoder){ encode_query, r };
	err = find_base(r);
	if (err >= 0)
		err = find_title(r);
	if (err < 0)
		return err;
	r->results = arena_take(&r->arena, r->links.n * sizeof(*r->results));
	if (r->results == NULL)
		return -ENOMEM;
	for (i = 0; i < r->links.n; i++) {
		r->results[i] = (struct link_result){ .value = STR_NONE, .url = STR_NONE };
		err = give_ref(r, &r->links.refs[i], &r->results[i]);
		if (err < 0)
			return err;
	}
	err = answer_all(r);
	return err < 0 || !r->in->want_all || r->n_frames == 0 ? err : list_frame_bases(r);
}
