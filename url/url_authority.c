/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The authority, host and port states of the basic URL parser, WHATWG URL §4.4. */
#include "config.h"

#include "url/host.h"
#include "url/url_parser.h"

void
parser_put_empty_host(struct parser *p)
{
	buf_add_str(&p->out, STR("//"));
	p->has_authority = true;
	p->u->username_end = p->u->host_start = p->u->host_end = parser_at(p);
}

static void
put_credentials(struct parser *p, struct str userinfo)
{
	struct str name = userinfo, password = STR("");
	bool colon = str_cut(userinfo, ':', &name, &password);

	percent_encode(&p->out, name, PERCENT_USERINFO);
	p->u->username_end = parser_at(p);
	if (colon && password.len > 0) {
		buf_addc(&p->out, ':');
		percent_encode(&p->out, password, PERCENT_USERINFO);
	}
	p->u->host_start = parser_at(p);
	if (name.len > 0 || password.len > 0)
		buf_addc(&p->out, '@');
}

/* Port state. */
static void
put_port(struct parser *p, struct str s)
{
	uint64_t port;

	if (s.len == 0)
		return;
	if (str_to_u64(s, UINT16_MAX, &port) < 0) {
		parser_invalid(p);
		return;
	}
	if (parser_is_special(p) && port == url_default_port(p->u->scheme))
		return;
	p->u->port = (uint32_t)port;
	buf_addc(&p->out, ':');
	buf_add_u64(&p->out, port);
}

/* Where the port's ':' stands in "host:port", or its length. */
static size_t
host_len(struct str s)
{
	bool in_brackets = false;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] == ':' && !in_brackets)
			break;
		if (s.p[i] == '[')
			in_brackets = true;
		else if (s.p[i] == ']')
			in_brackets = false;
	}
	return i;
}

/* The host parser appends to out; what it finds wrong with the host ends the URL. */
void
parser_put_host(struct parser *p, struct str host)
{
	int r = parser_is_special(p) ? host_parse(host, &p->out) : host_parse_opaque(host, &p->out);

	if (r < 0 && p->err == 0)
		p->err = r;
	p->u->host_end = parser_at(p);
}

/* Authority, host and port states, then the path. s: behind the slashes. */
void
parser_put_authority(struct parser *p, struct str s)
{
	struct str authority, host;
	size_t end = 0, sign, n;

	while (end < s.len && !parser_is_slash(p, s, end))
		end++;
	authority = str_n(s.p, end);
	parser_put_empty_host(p);

	for (sign = authority.len; sign > 0 && authority.p[sign - 1] != '@'; sign--)
		;
	if (sign > 0)
		put_credentials(p, str_n(authority.p, sign - 1));
	host = parser_skip(authority, sign);
	n = host_len(host);
	if (n == 0 && (parser_is_special(p) || sign > 0 || host.len > 0)) {
		parser_invalid(p);
		return;
	}
	parser_put_host(p, str_n(host.p, n));
	put_port(p, parser_skip(host, n + 1));
	parser_put_path_start(p, parser_skip(s, end));
}

/* Special authority (ignore) slashes states. */
void
parser_put_special_authority(struct parser *p, struct str s)
{
	size_t i = 0;

	while (parser_is_slash(p, s, i))
		i++;
	parser_put_authority(p, parser_skip(s, i));
}
