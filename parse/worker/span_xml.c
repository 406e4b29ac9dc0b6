/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the references of an XML document stand. libxml2 does not say, so our tokenizer goes over the text for all places where one
 * may stand, and each reference takes the next one that says the same. Where libxml2 was shown another text than the body, because that
 * is not UTF-8, the body has the same tags in the same order, as long as ASCII is part of its charset.
 */
#include "config.h"

#include "parse/worker/entities.h"
#include "parse/worker/scan.h"
#include "parse/worker/span.h"

#define XML_AHEAD  256 /* attributes that are looked at for one reference */
#define XML_BEHIND 32  /* of a tag, in whatever order its references come */

/* What may be a reference's value, in the order of the document. */
struct xml_place {
	enum attr attr; /* ATTR_OTHER: the text of a style element */
	struct str raw;
	struct str value; /* what it says, as UTF-8; p NULL: that was not asked yet */
	struct str decoded; /* of a style element: with its character references, which CDATA has none of */
	bool is_decoded;    /* it is that which stands there */
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
	places->at[places->n++] = (struct xml_place){ .attr = attr, .raw = raw };
}

static void
note_attr(void *arg, struct str name, struct str value)
{
	/* Which namespace a prefix stands for does not matter: the value is compared. */
	enum attr attr = str_ends(name, STR(":href")) ? ATTR_XLINK_HREF : attr_find(name);

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

/* p NULL: no memory. */
static struct str
with_refs(struct reader *r, struct str value)
{
	if (!entity_needed(entity_bytes(value), ENTITY_REFS))
		return value;
	buf_reset(&r->scratch, READER_KEEP_BYTES);
	return entity_decode(value, ENTITY_REFS | ENTITY_ATTR, &r->scratch) < 0 ? STR_NONE : arena_str(&r->arena, buf_str(&r->scratch));
}

/* The same. */
static struct str
value_of(struct reader *r, struct xml_place *place)
{
	struct str value = place->raw;

	if (place->value.p != NULL)
		return place->value;
	if ((entity_bytes(value) & BYTES_NOT_ASCII) != 0 && !span_is_body(r) && !r->facts.utf16) {
		buf_reset(&r->scratch, READER_KEEP_BYTES);
		if (charset_decode(r->charset, value, &r->scratch) < 0)
			return STR_NONE;
		value = arena_str(&r->arena, buf_str(&r->scratch));
	}
	if (value.p != NULL && place->attr != ATTR_OTHER)
		value = with_refs(r, value);
	place->value = value;
	return value;
}

/* Line ends and tabs of an attribute are blanks to an XML parser (XML §3.3.3). */
static bool
is_same_value(struct str a, struct str b)
{
	size_t i;

	if (a.len != b.len)
		return false;
	for (i = 0; i < a.len; i++)
		if (a.p[i] != b.p[i] && !(ascii_is_space((unsigned char)a.p[i]) && b.p[i] == ' '))
			return false;
	return true;
}

/* Is the sheet this piece of it, but for blanks and the marks of comments (in XHTML of old, CDATA stands between comments)? */
static bool
is_whole(struct str sheet, struct str piece)
{
	const char *p = piece.len > 0 ? memmem(sheet.p, sheet.len, piece.p, piece.len) : NULL;

	if (p == NULL)
		return false;
	for (const char *q = sheet.p; q < sheet.p + sheet.len; q++) {
		if (q == p)
			q += piece.len;
		if (q < sheet.p + sheet.len && *q != '/' && *q != '*' && !ascii_is_space((unsigned char)*q))
			return false;
	}
	return true;
}

/* Takes such a mark off both ends, and blanks, of what is read and of where it stands; all of that is ASCII. */
static void
strip_marks(struct xml_place *place)
{
	struct str value = place->value, bare = str_trim(value);
	size_t before;

	if (str_starts(bare, STR("*/")))
		bare = str_n(bare.p + 2, bare.len - 2);
	if (str_ends(bare, STR("/*")))
		bare.len -= 2;
	bare = str_trim(bare);
	before = (size_t)(bare.p - value.p);
	place->raw = str_n(place->raw.p + before, place->raw.len - before - (value.len - before - bare.len));
	place->value = bare;
}

/* Is this where the reference stands? A style element's text may be in several pieces: one of them must have all of it. */
static bool
is_place(struct reader *r, const struct ref *ref, struct xml_place *place)
{
	struct str value;

	if (place->raw.p == NULL || place->attr != (ref->syntax == SYNTAX_SHEET ? ATTR_OTHER : (enum attr)ref->attr))
		return false;
	value = value_of(r, place);
	if (value.p == NULL)
		return false;
	if (ref->syntax != SYNTAX_SHEET)
		return is_same_value(value, ref->raw);
	strip_marks(place);
	if (is_whole(ref->raw, place->value))
		return true;
	if (place->decoded.p == NULL)
		place->decoded = with_refs(r, place->value);
	place->is_decoded = place->decoded.p != NULL && is_whole(ref->raw, place->decoded);
	return place->is_decoded;
}

static void
put_in_place(struct reader *r, struct ref *ref, const struct xml_place *place)
{
	ref->at = (uint32_t)(place->raw.p - (r->facts.utf16 ? r->text : r->in->body).p);
	ref->at_len = (uint32_t)place->raw.len;
	ref->text = ref->syntax == SYNTAX_SHEET && !place->is_decoded;
	if (place->is_decoded)
		ref->raw = place->decoded;
	else if (!span_is_body(r) && !r->facts.utf16)
		ref->raw = place->value;
	else if (str_eq(place->raw, ref->raw) || ref->syntax == SYNTAX_SHEET)
		ref->raw = place->raw; /* parts of it are parts of the page */
}

void
span_xml(struct reader *r)
{
	struct xml_places places = { .arena = &r->arena };
	size_t at = 0, last, k;
	uint32_t i;

	/* Converted: the bytes have the same tags in the same order, if ASCII is a part of the charset. */
	if (!span_is_body(r) && !r->facts.utf16 && !charset_is_ascii_compatible(r->charset))
		return;
	find_places(&places, span_is_body(r) || r->facts.utf16 ? r->text : r->in->body);
	for (i = 0; i < r->links.n && !places.failed; i++) {
		struct ref *ref = &r->links.refs[i];

		if ((ref->flags & LINK_FROM_HEAD) != 0 || (ref->text && ref->syntax != SYNTAX_SHEET))
			continue;
		last = at + XML_AHEAD < places.n ? at + XML_AHEAD : places.n;
		for (k = at > XML_BEHIND ? at - XML_BEHIND : 0; k < last && !is_place(r, ref, &places.at[k]); k++)
			;
		if (k == last)
			continue;
		put_in_place(r, ref, &places.at[k]);
		places.at[k].raw = STR_NONE; /* it is nobody else's */
		at = k + 1 > at ? k + 1 : at;
	}
}
