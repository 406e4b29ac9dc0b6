/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "store/uses.h"

#define KEEP_BYTES   ((size_t)1 << 20)
#define ID_MAX_BYTES 128

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
	*ret_spot = (struct uses_spot){ (uint32_t)(u->end * unit_of(u)), u->xml };
	return true;
}

bool
uses_spot(struct uses *u, const struct rewrite_link *link, struct uses_spot *ret_spot)
{
	size_t end = link->end / unit_of(u);

	if (end >= u->text.len || u->text.p[end] != '#')
		return false;
	if (link->of_xml)
		return spot_in_xml(u, end, ret_spot);
	/* HTML lets what stands behind its end belong to <body>. */
	*ret_spot = (struct uses_spot){ (uint32_t)(u->text.len * unit_of(u)), SVGUSE_HTML };
	return true;
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
	if (i == at + 1 || i - at > ID_MAX_BYTES || i >= s.len || strchr("\"' \t\n\r\f>", s.p[i]) == NULL)
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

bool
uses_add(struct uses *u, const struct uses_spot *spot, uint64_t key, struct str text)
{
	struct uses_part part = { .key = key, .off = u->parts.len, .at = spot->at };

	if (uses_n(u) == USES_MAX)
		return false;
	buf_add_str(&u->parts, text);
	part.len = u->parts.len - part.off;
	buf_add(&u->list, &part, sizeof(part));
	return buf_err(&u->parts) == 0 && buf_err(&u->list) == 0;
}

bool
uses_is_empty(const struct uses *u, int n)
{
	return part_at(u, (unsigned)n)->len == 0;
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
