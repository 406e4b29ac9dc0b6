/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "store/uses.h"

#define KEEP_BYTES   ((size_t)1 << 20)
#define ID_MAX_BYTES 128
#define LOOK_MAX     ((size_t)16 << 20) /* bytes of a page, for all documents in attributes */

struct uses_part {
	uint64_t key;
	size_t off, len; /* of parts */
	uint32_t at;
};

void
uses_init(struct uses *u, size_t max_bytes)
{
	*u = (struct uses){ .width = REWRITE_BYTES };
	buf_init(&u->narrow, max_bytes);
	buf_init(&u->list, USES_MAX * sizeof(struct uses_part));
	buf_init(&u->parts, max_bytes);
}

void
uses_release(struct uses *u)
{
	buf_release(&u->narrow);
	buf_release(&u->list);
	buf_release(&u->parts);
}

int
uses_begin(struct uses *u, struct str page, enum rewrite_width width)
{
	buf_reset(&u->narrow, KEEP_BYTES);
	buf_reset(&u->list, KEEP_BYTES);
	buf_reset(&u->parts, KEEP_BYTES);
	u->page = u->text = page;
	u->width = width;
	u->end = SIZE_MAX;
	u->doc_from = u->doc_to = u->looked = 0;
	if (width == REWRITE_BYTES)
		return 0;
	rewrite_narrow(page, width, &u->narrow);
	u->text = buf_str(&u->narrow);
	return buf_err(&u->narrow);
}

static size_t
unit_of(const struct uses *u)
{
	return u->width == REWRITE_BYTES ? 1 : 2;
}

/* --- where --- */

/* Up to the last of what begins with `what`; s, if there is none. */
static struct str
before_last(struct str s, const char *what)
{
	size_t len = strlen(what);

	for (size_t i = s.len; i >= len; i--)
		if (memcmp(s.p + i - len, what, len) == 0)
			return str_n(s.p, i - len);
	return s;
}

/* Without the comments and instructions that follow the outermost element of a document of XML. */
static struct str
up_to_root(struct str s)
{
	for (;;) {
		size_t was = s.len;

		while (s.len > 0 && ascii_is_space((unsigned char)s.p[s.len - 1]))
			s.len--;
		if (str_ends(s, STR("-->")))
			s = before_last(s, "<!--");
		else if (str_ends(s, STR("?>")))
			s = before_last(s, "<?");
		if (s.len == was)
			return s;
	}
}

/* Where the end tag of the outermost element begins, if that is one of XHTML or SVG; else 0. */
static size_t
end_of_root(struct str text, enum svguse_page *ret_page)
{
	struct str s = up_to_root(text), name;
	const char *tag = s.len > 0 ? memrchr(s.p, '<', s.len) : NULL, *colon;

	if (tag == NULL || s.p[s.len - 1] != '>' || s.p + s.len - tag < 4 || tag[1] != '/')
		return 0;
	name = str_trim(str_n(tag + 2, (size_t)(s.p + s.len - tag) - 3));
	colon = memchr(name.p, ':', name.len);
	if (colon != NULL)
		name = str_n(colon + 1, (size_t)(name.p + name.len - colon) - 1);
	*ret_page = str_eq(name, STR("svg")) ? SVGUSE_SVG : SVGUSE_XHTML;
	return *ret_page == SVGUSE_SVG || str_eq(name, STR("html")) ? (size_t)(tag - text.p) : 0;
}

static bool
spot_in_xml(struct uses *u, size_t end, struct uses_spot *ret_spot)
{
	if (u->end == SIZE_MAX)
		u->end = end_of_root(u->text, &u->xml);
	if (end >= u->end)
		return false;
	*ret_spot = (struct uses_spot){ (uint32_t)(u->end * unit_of(u)), u->xml, false };
	return true;
}

/* The value that begins behind the attribute's name at i, if it is in quotes and has [start, end) in it. */
static bool
is_srcdoc(struct uses *u, size_t i, size_t start, size_t end)
{
	struct str s = u->text;
	const char *close;

	while (i < start && ascii_is_space((unsigned char)s.p[i]))
		i++;
	if (i >= start || s.p[i++] != '=')
		return false;
	while (i < start && ascii_is_space((unsigned char)s.p[i]))
		i++;
	if (i >= start || (s.p[i] != '"' && s.p[i] != '\''))
		return false;
	close = memchr(s.p + i + 1, s.p[i], s.len - i - 1);
	u->looked += (close != NULL ? (size_t)(close - s.p) : s.len) - i;
	if (close == NULL || (size_t)(close - s.p) < end)
		return false;
	u->doc_from = i + 1;
	u->doc_to = (size_t)(close - s.p);
	return true;
}

/* The attribute before the span that has it in it: the reader knows that there is one, but not where it ends. */
static bool
find_srcdoc(struct uses *u, size_t start, size_t end)
{
	static const struct str name = { "srcdoc", 6 };

	if (u->doc_from > 0 && u->doc_from <= start && end <= u->doc_to)
		return true;
	for (size_t i = start; i > name.len && u->looked < LOOK_MAX; i--, u->looked++)
		if ((u->text.p[i - 1] | 0x20) == 'c' && str_ieq(str_n(u->text.p + i - name.len, name.len), name) && is_srcdoc(u, i, start, end))
			return true;
	return false;
}

bool
uses_spot(struct uses *u, const struct rewrite_link *link, struct uses_spot *ret_spot)
{
	size_t end = link->end / unit_of(u);

	if (link->start > link->end || end >= u->text.len || u->text.p[end] != '#')
		return false;
	if (link->in_srcdoc) {
		if (!find_srcdoc(u, link->start / unit_of(u), end))
			return false;
		*ret_spot = (struct uses_spot){ (uint32_t)(u->doc_to * unit_of(u)), SVGUSE_HTML, true };
		return true;
	}
	if (link->of_xml)
		return spot_in_xml(u, end, ret_spot);
	/* HTML lets what stands behind its end belong to <body>. */
	*ret_spot = (struct uses_spot){ (uint32_t)(u->text.len * unit_of(u)), SVGUSE_HTML, false };
	return true;
}

/* Does a value end there, or the attribute that it is in? */
static bool
is_end(struct str s, size_t i, bool in_srcdoc)
{
	static const char *const refs[] = { "&quot;", "&apos;", "&gt;", "&#34;", "&#39;", "&#62;", "&#32;", "&#x22;", "&#x27;" };

	if (i >= s.len)
		return false;
	for (size_t k = 0; in_srcdoc && k < ARRAY_LEN(refs); k++)
		if (str_istarts(str_n(s.p + i, s.len - i), str_of(refs[k])))
			return true;
	return strchr("\"' \t\n\r\f>", s.p[i]) != NULL && s.p[i] != '\0';
}

struct str
uses_id(const struct uses *u, const struct rewrite_link *link)
{
	struct str s = u->text;
	size_t at = link->end / unit_of(u), i = at + 1;

	if (at >= s.len || s.p[at] != '#')
		return STR_NONE;
	while (i < s.len && (ascii_is_alnum((unsigned char)s.p[i]) || strchr("-_.:", s.p[i]) != NULL) && s.p[i] != '\0')
		i++;
	if (i == at + 1 || i - at > ID_MAX_BYTES || !is_end(s, i, link->in_srcdoc))
		return STR_NONE;
	return str_n(s.p + at + 1, i - at - 1);
}

void
uses_take_hash(const struct uses *u, struct rewrite_link *link)
{
	link->end += (uint32_t)unit_of(u);
	link->whole = true;
}

/* --- what --- */

unsigned
uses_n(const struct uses *u)
{
	return (unsigned)(u->list.len / sizeof(struct uses_part));
}

static const struct uses_part *
part_at(const struct uses *u, unsigned i)
{
	return (const struct uses_part *)(const void *)u->list.data + i;
}

int
uses_find(const struct uses *u, const struct uses_spot *spot, uint64_t key)
{
	for (unsigned i = 0; i < uses_n(u); i++)
		if (part_at(u, i)->key == key && part_at(u, i)->at == spot->at)
			return (int)i;
	return -1;
}

/* As the text of an attribute, with quotes or not, in HTML and XML. */
static void
put_escaped(struct str s, struct buf *out)
{
	size_t run = 0, i;

	for (i = 0; i < s.len; i++) {
		if (!ascii_is_space((unsigned char)s.p[i]) && (s.p[i] == '\0' || strchr("&<>\"'`", s.p[i]) == NULL))
			continue;
		buf_add(out, s.p + run, i - run);
		buf_addf(out, "&#%u;", (unsigned)(unsigned char)s.p[i]);
		run = i + 1;
	}
	buf_add(out, s.p + run, s.len - run);
}

int
uses_add(struct uses *u, const struct uses_spot *spot, uint64_t key, struct str text, uint64_t max_bytes)
{
	struct uses_part part = { .key = key, .off = u->parts.len, .at = spot->at };
	unsigned n = uses_n(u);

	if (n == USES_MAX)
		return -E2BIG;
	if (spot->is_srcdoc)
		put_escaped(text, &u->parts);
	else
		buf_add_str(&u->parts, text);
	if (buf_err(&u->parts) < 0)
		return buf_err(&u->parts);
	part.len = u->parts.len - part.off;
	if (part.len * unit_of(u) > max_bytes)
		u->parts.len -= part.len, part.len = 0;
	buf_add(&u->list, &part, sizeof(part));
	return buf_err(&u->list) < 0 ? buf_err(&u->list) : (int)n;
}

uint64_t
uses_bytes(const struct uses *u, int n)
{
	return part_at(u, (unsigned)n)->len * unit_of(u);
}

bool
uses_next(const struct uses *u, unsigned *i, struct rewrite_link *ret_link, struct buf *out)
{
	unsigned n = uses_n(u), k;

	for (; *i < n; ++*i) {
		uint32_t at = part_at(u, *i)->at;
		size_t from = out->len;

		for (k = 0; k < *i && part_at(u, k)->at != at; k++)
			;
		if (k < *i)
			continue;
		for (; k < n; k++)
			if (part_at(u, k)->at == at)
				buf_add(out, u->parts.data + part_at(u, k)->off, part_at(u, k)->len);
		if (out->len == from)
			continue;
		++*i;
		*ret_link = (struct rewrite_link){ .start = at, .end = at, .insert = true };
		return true;
	}
	return false;
}
