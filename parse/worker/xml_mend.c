/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "parse/worker/xml_mend.h"

#define ESCAPED_AMP STR("&amp;")

void
xml_mend_init(struct xml_mend *m)
{
	*m = (struct xml_mend){ 0 };
	buf_init(&m->in, XML_MEND_MAX_BYTES + XML_MEND_REF_BYTES);
	/* All of it ampersands. */
	buf_init(&m->out, (XML_MEND_MAX_BYTES + XML_MEND_REF_BYTES) * ESCAPED_AMP.len + 1);
}

void
xml_mend_release(struct xml_mend *m)
{
	buf_release(&m->in);
	buf_release(&m->out);
}

/* s may become what, or begins with it: 1; it ends too soon to be told: -1; 0: not so. */
static int
begins(struct str s, struct str what)
{
	size_t n = s.len < what.len ? s.len : what.len;

	if (memcmp(s.p, what.p, n) != 0)
		return 0;
	return n == what.len ? 1 : -1;
}

static bool
is_name_char(unsigned char c)
{
	return ascii_is_alnum(c) || c == '_' || c == ':' || c == '.' || c == '-' || c >= 0x80;
}

/* s begins with '&'. The length of the reference there (XML 1.0 §4.1); 0: none; -1: the text ends too soon. */
static int
reference(struct str s)
{
	size_t i = 1, from;
	bool number = s.len > 1 && s.p[1] == '#', hex = number && s.len > 2 && s.p[2] == 'x';

	i += (size_t)number + (size_t)hex;
	for (from = i; i < s.len && i < XML_MEND_REF_BYTES; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == ';')
			return i > from ? (int)i + 1 : 0;
		if (hex ? ascii_hex(c) < 0 : number ? !ascii_is_digit(c) : !is_name_char(c))
			return 0;
	}
	return i < XML_MEND_REF_BYTES ? -1 : 0;
}

/*
 * What c makes of the place. A '<' always begins anew: where libxml2 is in a tag, all before it in that tag was well-formed, so it
 * and this agree; what is not well-formed ends the tag for libxml2.
 */
static inline enum xml_mend_place
place_behind(enum xml_mend_place place, char c)
{
	if (c == '<')
		return XML_MEND_LESS;
	switch (place) {
	case XML_MEND_TEXT:
		return place;
	case XML_MEND_LESS:
		return c == '/' ? XML_MEND_END_TAG : is_name_char((unsigned char)c) ? XML_MEND_TAG : XML_MEND_TEXT;
	case XML_MEND_DOUBLE:
		return c == '"' ? XML_MEND_TAG : place;
	case XML_MEND_SINGLE:
		return c == '\'' ? XML_MEND_TAG : place;
	case XML_MEND_END_TAG:
		break;
	case XML_MEND_TAG:
		if (c == '"' || c == '\'')
			return c == '"' ? XML_MEND_DOUBLE : XML_MEND_SINGLE;
	}
	return c == '>' ? XML_MEND_TEXT : place;
}

/* False: a tag has more attributes than there may be. */
static bool
count_attrs(struct xml_mend *m, struct str piece)
{
	enum xml_mend_place place = m->place;
	unsigned n = m->n_attrs;

	for (size_t i = 0; i < piece.len && n <= XML_MEND_MAX_ATTRS; i++) {
		char c;

		while (place == XML_MEND_TEXT && i < piece.len - 1 && piece.p[i] != '<')
			i++;
		c = piece.p[i];
		place = place_behind(place, c);
		n = c == '<' ? 0 : n + (c == '=' && place == XML_MEND_TAG);
	}
	m->place = place;
	m->n_attrs = n;
	return n <= XML_MEND_MAX_ATTRS;
}

/* Behind the end of the section, or where the text ends within it. */
static size_t
skip_section(struct xml_mend *m, struct str in, size_t i)
{
	const struct str last = m->section;
	const char *end = memmem(in.p + i, in.len - i, last.p, last.len);

	if (end != NULL) {
		m->section = STR("");
		return (size_t)(end - in.p) + last.len;
	}
	/* What may be the beginning of its end stays for the next piece. */
	for (i = in.len - i < last.len ? i : in.len - last.len + 1; i < in.len; i++)
		if (begins(str_n(in.p + i, in.len - i), last) < 0)
			break;
	return i;
}

/* s begins with '<'. The length of what begins a section, whose end is *ret_end; 0: none does; -1: the text ends too soon. */
static int
section(struct str s, struct str *ret_end)
{
	static const struct {
		const char *begin, *end;
	} sections[] = { { "<![CDATA[", "]]>" }, { "<!--", "-->" }, { "<?", "?>" } };
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(sections) && r == 0; i++) {
		struct str begin = str_of(sections[i].begin);

		r = begins(s, begin);
		if (r > 0) {
			*ret_end = str_of(sections[i].end);
			return (int)begin.len;
		}
	}
	return r;
}

/* Goes through `in`; what is to be changed makes `out` of what stands before it. Where it ends, or can go on only with more. */
static size_t
go_through(struct xml_mend *m, struct str in, bool last, size_t *ret_done)
{
	size_t i = 0, done = 0;

	while (i < in.len) {
		struct str s = str_n(in.p + i, in.len - i);
		int r;

		if (m->section.len > 0) {
			i = skip_section(m, in, i);
			if (m->section.len > 0)
				break;
		} else if (*s.p == '<') {
			r = section(s, &m->section);
			if (r < 0 && !last)
				break;
			i += r > 0 ? (size_t)r : 1;
		} else if (*s.p == '&') {
			r = reference(s);
			if (r < 0 && !last)
				break;
			if (r <= 0) {
				(void)buf_add(&m->out, in.p + done, i - done);
				(void)buf_add_str(&m->out, ESCAPED_AMP);
				done = i + 1;
			}
			i += r > 0 ? (size_t)r : 1;
		} else {
			for (i++; i < in.len && in.p[i] != '<' && in.p[i] != '&';)
				i++;
		}
	}
	*ret_done = done;
	return i;
}

int
xml_mend(struct xml_mend *m, struct str piece, struct str *ret_text)
{
	bool last = piece.len == 0, cut;
	struct str in = piece;
	size_t end, done;

	CHECK(piece.len <= XML_MEND_MAX_BYTES);
	if (!count_attrs(m, piece))
		return -EOVERFLOW;
	if (m->held_bytes > 0) {
		buf_reset(&m->in, SIZE_MAX);
		(void)buf_add(&m->in, m->held, m->held_bytes);
		if (buf_add_str(&m->in, piece) < 0)
			return -ENOMEM;
		in = buf_str(&m->in);
	}
	buf_reset(&m->out, SIZE_MAX);
	end = go_through(m, in, last, &done);
	cut = last && m->place == XML_MEND_END_TAG && m->section.len == 0;
	if (last)
		end = in.len;
	m->held_bytes = in.len - end;
	CHECK(m->held_bytes < sizeof(m->held));
	memcpy(m->held, in.p + end, m->held_bytes);
	if (done == 0 && !cut) {
		*ret_text = str_n(in.p, end);
		return 0;
	}
	(void)buf_add(&m->out, in.p + done, end - done);
	if (cut)
		(void)buf_addc(&m->out, '>');
	*ret_text = buf_str(&m->out);
	return buf_err(&m->out);
}
