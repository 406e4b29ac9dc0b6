/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "parse/worker/entities.h"
#include "parse/worker/scan.h"
#include "parse/worker/span.h"

#define UTF16_BLOCK        4096              /* bytes of text between two entries of the index */
#define SRCDOC_MAX_BYTES   (4 * 1024 * 1024) /* of one whose references get spans */
#define XML_AHEAD          256               /* attributes that are looked at for one reference */
#define XML_BEHIND         32                /* of a tag, in whatever order its references come */

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

bool
reader_ref_span(struct reader *r, const struct ref *ref, uint32_t *ret_start, uint32_t *ret_end)
{
	if (ref->at_len == 0)
		return reader_span(r, ref->raw, ret_start, ret_end);
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

struct span_walk
span_walk_begin(struct reader *r, const struct ref *ref)
{
	uint32_t start, end;

	return (struct span_walk){ .raw = ref->raw,
		.flags = ENTITY_NUL | (ref->text || r->facts.decoded ? 0 : ENTITY_REFS | ENTITY_ATTR),
		.possible = reader_ref_span(r, ref, &start, &end) && (ref->at_len == 0 || ref->at_len == ref->raw.len) &&
			((entity_bytes(ref->raw) & BYTES_NOT_ASCII) == 0 ||
				((r->charset == CHARSET_UTF_8 || r->facts.utf8 || ref->utf8) &&
					utf8_valid(ref->raw.p, ref->raw.len))) };
}

/* Of raw[from, to) of a reference for which walking is possible. */
static void
span_of_raw(struct reader *r, const struct ref *ref, size_t from, size_t to, uint32_t *ret_start, uint32_t *ret_end)
{
	if (ref->at_len == 0) {
		(void)reader_span(r, str_n(ref->raw.p + from, to - from), ret_start, ret_end);
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

	if (reader_span(r, part, ret_start, ret_end) || !w->possible)
		return;
	from = walk_to(w, (size_t)(part.p - value.p));
	span_of_raw(r, ref, from, walk_to(w, (size_t)(part.p - value.p) + part.len), ret_start, ret_end);
}

/* --- srcdoc --- */

int
span_srcdoc(struct reader *r, const struct ref *outer, struct str text, uint32_t first)
{
	struct span_walk w = span_walk_begin(r, outer);
	uint32_t start, end, i;
	uint32_t *raw_of; /* of each byte of the text, and its end: where in the attribute it is */

	if (!w.possible || text.p == outer->raw.p || text.len > SRCDOC_MAX_BYTES || first == r->links.n)
		return 0;
	raw_of = arena_take(&r->arena, (text.len + 1) * sizeof(*raw_of));
	if (raw_of == NULL)
		return -ENOMEM;
	for (i = 0; i <= text.len; i++)
		raw_of[i] = (uint32_t)walk_to(&w, i);
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

/* --- XML --- */

/* What may be a reference's value, in the order of the document. */
struct xml_place {
	enum attr attr; /* ATTR_OTHER: the text of a style element */
	struct str raw;
};

struct xml_places {
	struct arena *arena;
	struct xml_place *at;
	size_t n, cap;
	bool failed;
};

static void
add_place(struct xml_places *places, enum attr attr, struct str raw)
{
	if (places->n == places->cap) {
		size_t cap = places->cap * 2 + 64;
		struct xml_place *at = arena_take(places->arena, cap * sizeof(*at));

		if (at == NULL) {
			places->failed = true;
			return;
		}
		if (places->n > 0)
			memcpy(at, places->at, places->n * sizeof(*at));
		places->at = at;
		places->cap = cap;
	}
	places->at[places->n++] = (struct xml_place){ attr, raw };
}

static void
note_attr(void *arg, struct str name, struct str value)
{
	enum attr attr = attr_find(name);

	if (attr != ATTR_OTHER && (link_attrs & ATTR_BIT(attr)) != 0 && value.len > 0)
		add_place(arg, attr, value);
}

/* <?xml-stylesheet href="..."?> is a comment to our tokenizer. */
static void
note_instruction(struct xml_places *places, struct str text)
{
	const char *p, *end = text.p + text.len, *close;

	if (!str_starts(text, STR("?xml-stylesheet")))
		return;
	for (p = text.p; (p = memchr(p, 'h', (size_t)(end - p))) != NULL; p++) {
		if (!str_starts(str_n(p, (size_t)(end - p)), STR("href=")) || end - p < 7 || (p[5] != '"' && p[5] != '\''))
			continue;
		close = memchr(p + 6, p[5], (size_t)(end - p) - 6);
		if (close != NULL)
			add_place(places, ATTR_HREF, str_n(p + 6, (size_t)(close - p) - 6));
		return;
	}
}

static void
find_places(struct xml_places *places, struct str text)
{
	bool style = false;
	enum scan_type type;
	struct scan s;

	scan_init(&s, text, SCAN_WANT_TEXT | SCAN_WANT_COMMENT);
	s.attr_fn = note_attr;
	s.attr_arg = places;
	s.foreign = true; /* CDATA sections are that */
	while ((type = scan_next(&s)) != SCAN_EOF && !places->failed) {
		if (type == SCAN_START || type == SCAN_END)
			style = type == SCAN_START && s.tag == TAG_STYLE && !s.self_closing;
		else if (type == SCAN_COMMENT)
			note_instruction(places, s.text);
		else if (type == SCAN_TEXT && style && s.text.len > 0)
			add_place(places, ATTR_OTHER, s.text);
	}
}

/* Is this where the reference stands? In a style element only a part of its text may. */
static bool
is_place(struct reader *r, const struct ref *ref, const struct xml_place *place)
{
	struct str value;

	if (place->raw.p == NULL)
		return false;
	if (ref->syntax == SYNTAX_SHEET)
		return place->attr == ATTR_OTHER && str_trim(place->raw).len > 0 &&
		       memmem(ref->raw.p, ref->raw.len, place->raw.p, place->raw.len) != NULL;
	if (place->attr != (enum attr)ref->attr)
		return false;
	if (str_eq(place->raw, ref->raw))
		return true;
	if (memchr(place->raw.p, '&', place->raw.len) == NULL && memchr(place->raw.p, '\n', place->raw.len) == NULL)
		return false;
	buf_reset(&r->scratch, READER_KEEP_BYTES);
	if (entity_decode(place->raw, ENTITY_REFS | ENTITY_ATTR, &r->scratch) < 0)
		return false;
	value = buf_str(&r->scratch);
	return str_eq(value, ref->raw);
}

void
span_xml(struct reader *r)
{
	struct xml_places places = { .arena = &r->arena };
	const struct str body = r->in->body;
	size_t at = 0, last, k;
	uint32_t i;

	if (r->text.p < body.p || r->text.p > body.p + body.len)
		return; /* it was converted */
	find_places(&places, r->text);
	for (i = 0; i < r->links.n && !places.failed; i++) {
		struct ref *ref = &r->links.refs[i];

		if ((ref->flags & LINK_FROM_HEAD) != 0 || (ref->text && ref->syntax != SYNTAX_SHEET))
			continue;
		last = at + XML_AHEAD < places.n ? at + XML_AHEAD : places.n;
		for (k = at > XML_BEHIND ? at - XML_BEHIND : 0; k < last && !is_place(r, ref, &places.at[k]); k++)
			;
		if (k == last)
			continue;
		ref->at = (uint32_t)(places.at[k].raw.p - body.p);
		ref->at_len = (uint32_t)places.at[k].raw.len;
		if (ref->syntax == SYNTAX_SHEET)
			ref->raw = places.at[k].raw;
		places.at[k].raw = STR_NONE; /* it is nobody else's */
		at = k + 1 > at ? k + 1 : at;
	}
}
