/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "parse/worker/entities.h"
#include "parse/worker/span.h"

#define UTF16_BLOCK        4096              /* bytes of text between two entries of the index */
#define SRCDOC_MAX_BYTES   (4 * 1024 * 1024) /* of one whose references get spans */

/* --- UTF-16 --- */

/* Bytes of UTF-16 that s was: each character is one unit, or two where UTF-8 has four bytes for it. */
static size_t
utf16_bytes(struct str s)
{
	size_t units = 0, i;

	for (i = 0; i < s.len; i++)
		units += ((unsigned char)s.p[i] & 0xc0) != 0x80 ? 1u + ((unsigned char)s.p[i] >= 0xf0) : 0;
	return 2 * units;
}

int
span_index_utf16(struct reader *r, size_t body_at)
{
	size_t n = r->text.len / UTF16_BLOCK + 1, at = body_at, i;

	r->utf16_index = arena_take(&r->arena, n * sizeof(*r->utf16_index));
	if (r->utf16_index == NULL)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		r->utf16_index[i] = (uint32_t)at;
		if (i + 1 < n)
			at += utf16_bytes(str_n(r->text.p + i * UTF16_BLOCK, UTF16_BLOCK));
	}
	r->facts.utf16 = true;
	return 0;
}

static uint32_t
utf16_at(const struct reader *r, size_t off)
{
	size_t block = off / UTF16_BLOCK;

	return r->utf16_index[block] + (uint32_t)utf16_bytes(str_n(r->text.p + block * UTF16_BLOCK, off % UTF16_BLOCK));
}

/* --- the body, or what it was --- */

bool
reader_span(struct reader *r, struct str s, uint32_t *ret_start, uint32_t *ret_end)
{
	const struct str in = r->facts.utf16 ? r->text : r->in->body;

	*ret_start = *ret_end = 0;
	if ((!r->facts.spans && !r->facts.utf16) || s.p < in.p || s.p > in.p + in.len)
		return false;
	*ret_start = (uint32_t)(s.p - in.p);
	*ret_end = *ret_start + (uint32_t)s.len;
	if (r->facts.utf16) {
		*ret_end = utf16_at(r, *ret_end);
		*ret_start = utf16_at(r, *ret_start);
		/* The text was not what it was made of, as where a unit was cut in two. */
		if (*ret_end > r->in->body.len)
			*ret_start = *ret_end = 0;
	}
	return *ret_end > 0;
}

/* XML that was decoded from UTF-16: references' places are in that text. */
static bool
is_in_text(const struct reader *r)
{
	return r->facts.utf16 && r->facts.decoded;
}

bool
reader_ref_span(struct reader *r, const struct ref *ref, uint32_t *ret_start, uint32_t *ret_end)
{
	if (ref->at_len == 0)
		return reader_span(r, ref->raw, ret_start, ret_end);
	if (is_in_text(r))
		return reader_span(r, str_n(r->text.p + ref->at, ref->at_len), ret_start, ret_end);
	*ret_start = ref->at;
	*ret_end = ref->at + ref->at_len;
	return true;
}

/* --- parts of a value --- */

static size_t
walk_to(struct span_walk *w, size_t decoded)
{
	char text[ENTITY_TEXT_MAX];

	while (w->decoded_at < decoded && w->raw_at < w->raw.len) {
		const char *p = w->raw.p + w->raw_at;
		size_t taken = 0, len = 0;

		if (*p == '&' && (w->flags & ENTITY_REFS) != 0)
			taken = entity_next(str_n(p, w->raw.len - w->raw_at), (w->flags & ENTITY_ATTR) != 0, text, &len);
		else if (*p == '\r' && w->raw_at + 1 < w->raw.len && p[1] == '\n')
			taken = 2, len = 1;
		else if (*p == '\0')
			taken = 1, len = 3;
		w->raw_at += taken != 0 ? taken : 1;
		w->decoded_at += taken != 0 ? len : 1;
	}
	return w->raw_at;
}

void
span_walk_begin(struct span_walk *w)
{
	w->begun = false;
}

bool
span_is_body(const struct reader *r)
{
	const struct str body = r->in->body;

	return r->text.p >= body.p && r->text.p <= body.p + body.len;
}

/* The value as it stands in the page: its bytes, and what these are. False: not known. */
static bool
value_as_written(struct reader *r, const struct ref *ref, struct span_walk *w, struct str *ret_bytes, enum charset *ret_charset)
{
	uint32_t start, end;

	w->flags = ENTITY_NUL | (ref->text || r->facts.decoded ? 0 : ENTITY_REFS | ENTITY_ATTR);
	*ret_bytes = ref->raw;
	*ret_charset = ref->utf8 || r->facts.utf8 ? CHARSET_UTF_8 : r->charset;
	if (ref->at_len == 0 || !r->facts.decoded)
		return reader_ref_span(r, ref, &start, &end) && (ref->at_len == 0 || ref->at_len == ref->raw.len);
	/* XML */
	if (!ref->text)
		w->flags |= ENTITY_REFS | ENTITY_ATTR;
	*ret_bytes = str_n((is_in_text(r) ? r->text : r->in->body).p + ref->at, ref->at_len);
	*ret_charset = is_in_text(r) || span_is_body(r) ? CHARSET_UTF_8 : r->charset;
	return true;
}

static void
walk_begin(struct reader *r, const struct ref *ref, struct span_walk *w)
{
	enum charset cs;

	w->begun = true;
	w->raw_at = w->decoded_at = 0;
	w->converted = false;
	w->possible = value_as_written(r, ref, w, &w->raw, &cs);
	if (!w->possible || (entity_bytes(w->raw) & BYTES_NOT_ASCII) == 0 || (cs == CHARSET_UTF_8 && utf8_valid(w->raw.p, w->raw.len)))
		return;
	w->converted = w->possible = charset_walk_begin(&w->bytes, cs, w->raw);
	buf_reset(&r->scratch, READER_KEEP_BYTES);
	if (w->possible && charset_decode(cs, w->raw, &r->scratch) == 0)
		w->raw = arena_str(&r->arena, buf_str(&r->scratch));
	else
		w->possible = false;
	w->possible = w->possible && w->raw.p != NULL;
}

/* Where in the value's bytes that stands which is at decoded in what was made of it. */
static size_t
walk_back(struct span_walk *w, size_t decoded)
{
	size_t raw = walk_to(w, decoded);

	return w->converted ? charset_walk_to(&w->bytes, raw) : raw;
}

/* Of raw[from, to) of a reference for which walking is possible. */
static void
span_of_raw(struct reader *r, const struct ref *ref, size_t from, size_t to, uint32_t *ret_start, uint32_t *ret_end)
{
	if (ref->at_len == 0) {
		(void)reader_span(r, str_n(ref->raw.p + from, to - from), ret_start, ret_end);
	} else if (is_in_text(r)) {
		(void)reader_span(r, str_n(r->text.p + ref->at + from, to - from), ret_start, ret_end);
	} else {
		*ret_start = ref->at + (uint32_t)from;
		*ret_end = ref->at + (uint32_t)to;
	}
}

void
span_of_part(struct reader *r, const struct ref *ref, struct str value, struct str part, struct span_walk *w, uint32_t *ret_start,
	uint32_t *ret_end)
{
	size_t from;

	if (reader_span(r, part, ret_start, ret_end))
		return;
	if (!w->begun)
		walk_begin(r, ref, w);
	if (!w->possible)
		return;
	from = walk_back(w, (size_t)(part.p - value.p));
	span_of_raw(r, ref, from, walk_back(w, (size_t)(part.p - value.p) + part.len), ret_start, ret_end);
}

/* --- srcdoc --- */

int
span_srcdoc(struct reader *r, const struct ref *outer, struct str text, uint32_t first)
{
	struct span_walk w;
	uint32_t start, end, i;
	uint32_t *raw_of; /* of each byte of the text, and its end: where in the attribute it is */

	walk_begin(r, outer, &w);
	if (!w.possible || text.p == outer->raw.p || text.len > SRCDOC_MAX_BYTES || first == r->links.n)
		return 0;
	raw_of = arena_take(&r->arena, (text.len + 1) * sizeof(*raw_of));
	if (raw_of == NULL)
		return -ENOMEM;
	for (i = 0; i <= text.len; i++)
		raw_of[i] = (uint32_t)walk_back(&w, i);
	for (i = first; i < r->links.n; i++) {
		struct ref *ref = &r->links.refs[i];
		size_t off = (size_t)(ref->raw.p - text.p);

		if (ref->raw.p < text.p || off + ref->raw.len > text.len)
			continue;
		span_of_raw(r, outer, raw_of[off], raw_of[off + ref->raw.len], &start, &end);
		ref->at = start;
		ref->at_len = end - start;
	}
	return 0;
}
