/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The path states of the basic URL parser, WHATWG URL §4.4. */
#include "config.h"

#include "url/url_parser.h"

bool
url_is_single_dot(struct str seg)
{
	if (seg.len == 1)
		return seg.p[0] == '.';
	return seg.len == 3 && seg.p[0] == '%' && seg.p[1] == '2' && (seg.p[2] | 0x20) == 'e';
}

bool
url_is_double_dot(struct str seg)
{
	switch (seg.len) {
	case 2:
		return seg.p[0] == '.' && seg.p[1] == '.';
	case 4:
		return (seg.p[0] == '.' && url_is_single_dot(parser_skip(seg, 1))) ||
			(seg.p[3] == '.' && url_is_single_dot(str_n(seg.p, 3)));
	case 6:
		return url_is_single_dot(str_n(seg.p, 3)) && url_is_single_dot(parser_skip(seg, 3));
	default:
		return false;
	}
}

/* "C:" or "C|". */
bool
parser_is_drive_letter(struct str s)
{
	return s.len == 2 && ascii_is_alpha((unsigned char)s.p[0]) && (s.p[1] == ':' || s.p[1] == '|');
}

/* s begins with one: the standard's "starts with a Windows drive letter" ('?' and '#' are already cut off). */
bool
parser_starts_with_drive_letter(struct str s)
{
	return s.len >= 2 && parser_is_drive_letter(str_n(s.p, 2)) && (s.len == 2 || s.p[2] == '/' || s.p[2] == '\\');
}

struct str
parser_path(const struct parser *p)
{
	return str_n(p->out.data + p->u->pathname_start, p->out.len - p->u->pathname_start);
}

/* "Shorten a url's path", §4.1. */
void
parser_shorten_path(struct parser *p)
{
	struct str path = parser_path(p);

	if (p->u->scheme == URL_SCHEME_FILE && path.len == 3 && path.p[2] == ':' &&
		parser_is_drive_letter(parser_skip(path, 1)))
		return;
	while (path.len > 0 && path.p[--path.len] != '/')
		;
	p->out.len = p->u->pathname_start + path.len;
}

static void
put_segment(struct parser *p, struct str seg)
{
	bool first = parser_at(p) == p->u->pathname_start;

	buf_addc(&p->out, '/');
	if (first && p->u->scheme == URL_SCHEME_FILE && parser_is_drive_letter(seg)) {
		buf_addc(&p->out, seg.p[0]);
		buf_addc(&p->out, ':');
	} else {
		percent_encode(&p->out, seg, PERCENT_PATH);
	}
}

/* Path state. s: without the slash that led here. */
void
parser_put_path(struct parser *p, struct str s)
{
	bool last = false;

	while (!last && buf_err(&p->out) == 0) {
		struct str seg;
		size_t n = 0;

		while (n < s.len && !parser_is_slash(p, s, n))
			n++;
		seg = str_n(s.p, n);
		last = n == s.len;
		if (url_is_double_dot(seg)) {
			parser_shorten_path(p);
			if (last)
				buf_addc(&p->out, '/');
		} else if (url_is_single_dot(seg)) {
			if (last)
				buf_addc(&p->out, '/');
		} else {
			put_segment(p, seg);
		}
		s = parser_skip(s, n + 1);
	}
}

/* Path start state. s: empty, or begins with the slash. */
void
parser_put_path_start(struct parser *p, struct str s)
{
	p->u->pathname_start = parser_at(p);
	if (parser_is_special(p))
		parser_put_path(p, parser_is_slash(p, s, 0) ? parser_skip(s, 1) : s);
	else if (s.len > 0)
		parser_put_path(p, parser_skip(s, s.p[0] == '/' ? 1 : 0));
}

/* Opaque path state. */
void
parser_put_opaque_path(struct parser *p)
{
	struct str s = p->body;
	bool space = s.len > 0 && s.p[s.len - 1] == ' ' && (p->has_query || p->has_fragment);

	p->u->opaque_path = true;
	p->u->pathname_start = parser_at(p);
	if (space)
		s.len--;
	percent_encode(&p->out, s, PERCENT_C0);
	if (space)
		percent_put(&p->out, ' ');
}
