/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The basic URL parser of WHATWG URL §4.4, for any scheme.
 *
 * The standard walks a state machine code point by code point. Everything but the host may be read by bytes, because
 * every byte above 0x7e is percent-encoded wherever it stands; and '#', then '?', end whatever part they stand in,
 * so they are cut off first. What remains is decided by the first few bytes, and the result is written left to right
 * into href. Each function below names the states it stands for.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "url/percent.h"
#include "url/url_parser.h"

enum url_scheme
url_scheme_by_name(struct str name)
{
	static const struct {
		struct str name;
		enum url_scheme scheme;
	} special[] = {
		{ { "https", 5 }, URL_SCHEME_HTTPS },
		{ { "http", 4 }, URL_SCHEME_HTTP },
		{ { "ftp", 3 }, URL_SCHEME_FTP },
		{ { "file", 4 }, URL_SCHEME_FILE },
		{ { "wss", 3 }, URL_SCHEME_WSS },
		{ { "ws", 2 }, URL_SCHEME_WS },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(special); i++)
		if (str_eq(name, special[i].name))
			return special[i].scheme;
	return URL_SCHEME_OTHER;
}

/* Bytes of the scheme at the head of s, without its ':'; 0 if there is none. */
static size_t
scheme_len(struct str s)
{
	size_t i;

	if (s.len == 0 || !ascii_is_alpha((unsigned char)s.p[0]))
		return 0;
	for (i = 1; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == ':')
			return i;
		if (!ascii_is_alnum(c) && c != '+' && c != '-' && c != '.')
			break;
	}
	return 0;
}

/* From here on the URL has a scheme; no authority yet. */
static void
scheme_done(struct parser *p, enum url_scheme scheme)
{
	p->u->scheme = scheme;
	p->u->protocol_end = p->u->username_end = p->u->host_start = p->u->host_end = parser_at(p);
}

static void
put_scheme(struct parser *p, struct str name)
{
	size_t i;

	for (i = 0; i < name.len; i++)
		buf_addc(&p->out, (char)ascii_lower((unsigned char)name.p[i]));
	if (buf_err(&p->out) == 0)
		p->u->scheme = url_scheme_by_name(buf_str(&p->out));
	buf_addc(&p->out, ':');
	scheme_done(p, p->u->scheme);
}

static void
take_base_scheme(struct parser *p)
{
	buf_add_str(&p->out, url_protocol(p->base));
	scheme_done(p, p->base->scheme);
}

/* --- all of it --- */

/* The "/." that keeps a path beginning with "//" from being read as an authority (§4.5). */
static void
guard_path(struct parser *p)
{
	struct str path = parser_path(p);
	char *at_path;

	if (p->has_authority || p->u->opaque_path || !str_starts(path, STR("//")))
		return;
	if (buf_reserve(&p->out, 2) < 0)
		return;
	at_path = p->out.data + p->u->pathname_start;
	memmove(at_path + 2, at_path, path.len);
	memcpy(at_path, "/.", 2);
	p->out.len += 2;
	p->u->pathname_start += 2;
}

/* Scheme start, scheme and no scheme states: which of the functions above reads the body. */
static void
parse_body(struct parser *p, bool has_scheme)
{
	const struct url *b = p->base;

	if (p->u->scheme == URL_SCHEME_FILE) {
		parser_read_file(p);
	} else if (!has_scheme) {
		parser_read_relative(p);
	} else if (parser_is_special(p)) {
		if (b != NULL && b->scheme == p->u->scheme && !str_starts(p->body, STR("//")))
			parser_read_relative(p);
		else
			parser_put_special_authority(p, p->body);
	} else if (str_starts(p->body, STR("//"))) {
		parser_put_authority(p, parser_skip(p->body, 2));
	} else if (str_starts(p->body, STR("/"))) {
		parser_put_path_start(p, p->body);
	} else {
		parser_put_opaque_path(p);
	}
}

/* s: trimmed, without tabs and newlines, valid UTF-8. */
static void
parse(struct parser *p, struct str s)
{
	const struct url *b = p->base;
	size_t n;

	p->has_fragment = str_cut(s, '#', &s, &p->fragment);
	n = scheme_len(s);
	if (n == 0 && (b == NULL || (b->opaque_path && (s.len > 0 || !p->has_fragment)))) {
		parser_invalid(p);
		return;
	}
	if (n > 0) {
		put_scheme(p, str_n(s.p, n));
		s = parser_skip(s, n + 1);
	} else {
		take_base_scheme(p);
	}
	p->body = s;
	p->has_query = str_cut(s, '?', &p->body, &p->query);

	if (n == 0 && b->opaque_path) {
		p->u->opaque_path = true;
		p->u->pathname_start = parser_at(p);
		parser_take_base_path(p);
		p->keeps_query = true;
	} else {
		parse_body(p, n > 0);
	}
	if (p->err != 0 || buf_err(&p->out) != 0)
		return;
	guard_path(p);
	if (p->has_query)
		parser_put_query(p);
	else if (p->keeps_query)
		parser_take_base_query(p);
	if (p->has_fragment)
		parser_put_fragment(p);
}

/* Tabs and newlines are taken out of what remains of s, ill-formed UTF-8 becomes U+FFFD. */
static struct str
cleaned(struct str s, struct buf *scratch)
{
	bool dirty = false;
	size_t i, start = 0;

	for (i = 0; i < s.len && !dirty; i++)
		dirty = s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r' || (unsigned char)s.p[i] >= 0x80;
	if (!dirty)
		return s;
	/* Ill-formed sequences end where the tab was: the text was decoded before the tab goes. */
	for (i = 0; i <= s.len; i++) {
		if (i == s.len || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r') {
			utf8_scrub(scratch, str_n(s.p + start, i - start));
			start = i + 1;
		}
	}
	return buf_str(scratch);
}

static struct str
trimmed(struct str s)
{
	while (s.len > 0 && (unsigned char)s.p[0] <= 0x20) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && (unsigned char)s.p[s.len - 1] <= 0x20)
		s.len--;
	return s;
}

/* Makes ret a URL that is none, keeping its memory. */
static void
forget(struct url *ret)
{
	char *href = ret->href;
	uint32_t cap = ret->href_cap;

	url_init(ret);
	ret->href = href;
	ret->href_cap = cap;
}

static int
parse_slow(struct url *ret, struct str s, const struct url *base, const struct url_query_encoder *encoder)
{
	char scratch_bytes[URL_MAX_BYTES];
	/* Its memory is the array above: at the ceiling from the start, so it never grows. */
	struct buf scratch = buf_over(scratch_bytes, sizeof(scratch_bytes), sizeof(scratch_bytes));
	struct parser p = { .u = ret, .base = base, .encoder = encoder };
	int r;

	s = cleaned(s, &scratch);
	r = buf_err(&scratch);
	if (r < 0)
		return r;
	p.out = buf_over(ret->href, ret->href_cap, URL_MAX_BYTES);
	parse(&p, s);
	ret->href = p.out.data;
	ret->href_cap = (uint32_t)p.out.cap;
	ret->href_len = (uint32_t)p.out.len;
	r = buf_err(&p.out);
	if (r == 0)
		r = p.err;
	return r;
}

int
url_parse_charset(struct url *ret, struct str s, const struct url *base, const struct url_query_encoder *encoder)
{
	int r;

	CHECK(ret != base);
	s = s.p != NULL ? trimmed(s) : STR("");
	if (s.len > URL_MAX_BYTES) {
		forget(ret);
		return -EMSGSIZE;
	}
	if (base != NULL && base->href_len == 0)
		base = NULL;
	if (url_parse_fast(ret, s, base, &r))
		return r;
	forget(ret);
	r = parse_slow(ret, s, base, encoder);
	if (r < 0)
		forget(ret);
	return r;
}

int
url_parse(struct url *ret, struct str s, const struct url *base)
{
	return url_parse_charset(ret, s, base, NULL);
}
