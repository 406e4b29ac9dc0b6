/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "url/url.h"
#include "url/url_parse.h"

void
url_init(struct url *u)
{
	*u = (struct url){ .port = URL_NO_PORT, .search_start = URL_NO_OFFSET, .hash_start = URL_NO_OFFSET };
}

void
url_release(struct url *u)
{
	free(u->href);
	url_init(u);
}

int
url_copy(struct url *dst, const struct url *src)
{
	char *href = dst->href;
	uint32_t cap = dst->href_cap;

	if (dst == src)
		return 0;
	if (cap < src->href_len) {
		href = realloc(dst->href, src->href_len);
		if (href == NULL)
			return -ENOMEM;
		cap = src->href_len;
	}
	if (src->href_len > 0)
		memcpy(href, src->href, src->href_len);
	*dst = *src;
	dst->href = href;
	dst->href_cap = cap;
	return 0;
}

/* href[from, to) */
static struct str
part(const struct url *u, uint32_t from, uint32_t to)
{
	return str_n(u->href + from, to - from);
}

static bool
has_authority(const struct url *u)
{
	return u->host_start > u->protocol_end;
}

bool
url_has_credentials(const struct url *u)
{
	return u->host_start > u->protocol_end + 2;
}

struct str
url_href(const struct url *u)
{
	return part(u, 0, u->href_len);
}

struct str
url_protocol(const struct url *u)
{
	return part(u, 0, u->protocol_end);
}

struct str
url_username(const struct url *u)
{
	return has_authority(u) ? part(u, u->protocol_end + 2, u->username_end) : STR("");
}

struct str
url_password(const struct url *u)
{
	return u->host_start > u->username_end ? part(u, u->username_end + 1, u->host_start) : STR("");
}

static uint32_t
hostname_start(const struct url *u)
{
	return u->host_start + (url_has_credentials(u) ? 1 : 0);
}

struct str
url_host(const struct url *u)
{
	/* Without an authority the "/." that may stand before the path belongs to neither. */
	return has_authority(u) ? part(u, hostname_start(u), u->pathname_start) : STR("");
}

struct str
url_hostname(const struct url *u)
{
	return has_authority(u) ? part(u, hostname_start(u), u->host_end) : STR("");
}

struct str
url_port(const struct url *u)
{
	return u->port != URL_NO_PORT ? part(u, u->host_end + 1, u->pathname_start) : STR("");
}

static uint32_t
identity_end(const struct url *u)
{
	return u->hash_start != URL_NO_OFFSET ? u->hash_start : u->href_len;
}

struct str
url_pathname(const struct url *u)
{
	return part(u, u->pathname_start, u->search_start != URL_NO_OFFSET ? u->search_start : identity_end(u));
}

struct str
url_search(const struct url *u)
{
	if (u->search_start == URL_NO_OFFSET || identity_end(u) - u->search_start == 1)
		return STR("");
	return part(u, u->search_start, identity_end(u));
}

struct str
url_hash(const struct url *u)
{
	if (u->hash_start == URL_NO_OFFSET || u->href_len - u->hash_start == 1)
		return STR("");
	return part(u, u->hash_start, u->href_len);
}

struct str
url_identity(const struct url *u)
{
	return part(u, 0, identity_end(u));
}

uint16_t
url_default_port(enum url_scheme scheme)
{
	static const uint16_t defaults[] = {
		[URL_SCHEME_OTHER] = 0,
		[URL_SCHEME_HTTP] = 80,
		[URL_SCHEME_HTTPS] = 443,
		[URL_SCHEME_FTP] = 21,
		[URL_SCHEME_WS] = 80,
		[URL_SCHEME_WSS] = 443,
		[URL_SCHEME_FILE] = 0,
	};

	return defaults[scheme];
}

uint16_t
url_port_number(const struct url *u)
{
	return u->port != URL_NO_PORT ? (uint16_t)u->port : url_default_port(u->scheme);
}

/* The origin of blob:https://... is that of the URL in its path, if that is http, https or file (§4.7). */
static int
blob_origin(const struct url *u, struct buf *out)
{
	CLEANUP(url_release) struct url inner;
	int r;

	url_init(&inner);
	r = url_parse(&inner, url_pathname(u), NULL);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || !url_is_http(&inner))
		return buf_add_str(out, STR("null"));
	return url_origin(&inner, out);
}

int
url_origin(const struct url *u, struct buf *out)
{
	switch (u->scheme) {
	case URL_SCHEME_HTTP:
	case URL_SCHEME_HTTPS:
	case URL_SCHEME_FTP:
	case URL_SCHEME_WS:
	case URL_SCHEME_WSS:
		buf_add_str(out, url_protocol(u));
		buf_add_str(out, STR("//"));
		return buf_add_str(out, url_host(u));
	case URL_SCHEME_OTHER:
		if (str_eq(url_protocol(u), STR("blob:")))
			return blob_origin(u, out);
		break;
	case URL_SCHEME_FILE:
		break;
	}
	return buf_add_str(out, STR("null"));
}
