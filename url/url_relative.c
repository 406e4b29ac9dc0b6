/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The relative and file states of the basic URL parser, WHATWG URL §4.4. */
#include "config.h"

#include "url/url_parser.h"

static void
parser_take_base_authority(struct parser *p)
{
	const struct url *b = p->base;

	if (b->host_start > b->protocol_end) {
		p->has_authority = true;
		buf_add(&p->out, b->href + b->protocol_end, b->pathname_start - b->protocol_end);
		p->u->username_end = b->username_end;
		p->u->host_start = b->host_start;
		p->u->host_end = b->host_end;
		p->u->port = b->port;
	}
	p->u->pathname_start = parser_at(p);
}

void
parser_take_base_path(struct parser *p)
{
	buf_add_str(&p->out, url_pathname(p->base));
}

/* It is encoded already. */
void
parser_take_base_query(struct parser *p)
{
	struct str rest = url_identity(p->base);

	if (p->base->search_start == URL_NO_OFFSET)
		return;
	p->u->search_start = parser_at(p);
	buf_add_str(&p->out, parser_skip(rest, p->base->search_start));
}

/* Relative and relative slash states. */
void
parser_read_relative(struct parser *p)
{
	struct str s = p->body;

	if (parser_is_slash(p, s, 0)) {
		if (parser_is_slash(p, s, 1)) {
			if (parser_is_special(p))
				parser_put_special_authority(p, s);
			else
				parser_put_authority(p, parser_skip(s, 2));
			return;
		}
		parser_take_base_authority(p);
		parser_put_path(p, parser_skip(s, 1));
		return;
	}
	parser_take_base_authority(p);
	parser_take_base_path(p);
	if (s.len == 0) {
		p->keeps_query = true;
	} else {
		parser_shorten_path(p);
		parser_put_path(p, s);
	}
}

/* --- file: --- */

/* File host state. s: behind the slashes. */
static void
parse_file_host(struct parser *p, struct str s)
{
	struct str host;
	size_t n = 0, start;

	while (n < s.len && !parser_is_slash(p, s, n))
		n++;
	host = str_n(s.p, n);
	parser_put_empty_host(p);
	if (parser_is_drive_letter(host)) {
		p->u->pathname_start = parser_at(p);
		parser_put_path(p, s);
		return;
	}
	if (n > 0) {
		start = p->out.len;
		parser_put_host(p, host);
		if (buf_err(&p->out) == 0 && str_eq(parser_skip(buf_str(&p->out), start), STR("localhost")))
			p->out.len = start;
		p->u->host_end = parser_at(p);
	}
	parser_put_path_start(p, parser_skip(s, n));
}

/* File and file slash states. */
void
parser_read_file(struct parser *p)
{
	bool base_is_file = p->base != NULL && p->base->scheme == URL_SCHEME_FILE;
	struct str s = p->body;

	if (parser_is_slash(p, s, 0) && parser_is_slash(p, s, 1)) {
		parse_file_host(p, parser_skip(s, 2));
		return;
	}
	if (!base_is_file) {
		parser_put_empty_host(p);
		parser_put_path_start(p, s);
		return;
	}
	parser_take_base_authority(p);
	if (parser_is_slash(p, s, 0)) {
		struct str base_path = url_pathname(p->base);

		s = parser_skip(s, 1);
		if (!parser_starts_with_drive_letter(s) && parser_starts_with_drive_letter(parser_skip(base_path, 1)))
			buf_add(&p->out, base_path.p, 3);
		parser_put_path(p, s);
		return;
	}
	if (s.len == 0) {
		parser_take_base_path(p);
		p->keeps_query = true;
		return;
	}
	if (!parser_starts_with_drive_letter(s)) {
		parser_take_base_path(p);
		parser_shorten_path(p);
	}
	parser_put_path(p, s);
}
