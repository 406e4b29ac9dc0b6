/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "parse/worker/xml_mend.h"

#define CDATA_BEGIN STR("<![CDATA[")
#define CDATA_END   STR("]]>")
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

/* Behind the end of the section, or where the text ends within it. */
static size_t
skip_cdata(struct xml_mend *m, struct str in, size_t i)
{
	const char *end = memmem(in.p + i, in.len - i, CDATA_END.p, CDATA_END.len);

	if (end != NULL) {
		m->in_cdata = false;
		return (size_t)(end - in.p) + CDATA_END.len;
	}
	/* What may be the beginning of its end stays for the next piece. */
	for (i = in.len - i < CDATA_END.len ? i : in.len - CDATA_END.len + 1; i < in.len; i++)
		if (begins(str_n(in.p + i, in.len - i), CDATA_END) < 0)
			break;
	return i;
}

/* Goes through `in`; what is to be changed makes `out` of what stands before it. Where it ends, or can go on only with more. */
static size_t
go_through(struct xml_mend *m, struct str in, bool last, size_t *ret_done)
{
	size_t i = 0, done = 0;

	while (i < in.len && m->n_equals <= XML_MEND_MAX_ATTRS) {
		struct str s = str_n(in.p + i, in.len - i);
		int r;

		if (m->in_cdata) {
			i = skip_cdata(m, in, i);
			if (m->in_cdata)
				break;
		} else if (*s.p == '<') {
			r = begins(s, CDATA_BEGIN);
			if (r < 0 && !last)
				break;
			m->in_cdata = r > 0;
			m->in_end_tag = r == 0 && s.len > 1 && s.p[1] == '/';
			m->n_equals = 0;
			i += r > 0 ? CDATA_BEGIN.len : 1;
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
			m->in_end_tag &= *s.p != '>';
			m->n_equals += *s.p == '=';
			for (i++; i < in.len && in.p[i] != '<' && in.p[i] != '&' && in.p[i] != '>'; i++)
				m->n_equals += in.p[i] == '=';
		}
	}
	*ret_done = done;
	return i;
}

int
xml_mend(struct xml_mend *m, struct str piece, struct str *ret_text)
{
	bool last = piece.len == 0;
	struct str in = piece;
	size_t end, done;

	CHECK(piece.len <= XML_MEND_MAX_BYTES);
	if (m->held_bytes > 0) {
		buf_reset(&m->in, SIZE_MAX);
		(void)buf_add(&m->in, m->held, m->held_bytes);
		if (buf_add_str(&m->in, piece) < 0)
			return -ENOMEM;
		in = buf_str(&m->in);
	}
	buf_reset(&m->out, SIZE_MAX);
	end = go_through(m, in, last, &done);
	if (m->n_equals > XML_MEND_MAX_ATTRS)
		return -EOVERFLOW;
	if (last)
		end = in.len;
	m->held_bytes = in.len - end;
	CHECK(m->held_bytes < sizeof(m->held));
	memcpy(m->held, in.p + end, m->held_bytes);
	if (done == 0 && !(last && m->in_end_tag)) {
		*ret_text = str_n(in.p, end);
		return 0;
	}
	(void)buf_add(&m->out, in.p + done, end - done);
	if (last && m->in_end_tag)
		(void)buf_addc(&m->out, '>');
	*ret_text = buf_str(&m->out);
	return buf_err(&m->out);
}
