/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "url/header.h"

enum { PUBLIC = 1, RECORDED = 2 };

/* A field without a row is a secret that may be given. */
static const struct row {
	const char *name;
	unsigned flags;
	const char *instead; /* of giving it */
} rows[] = {
	{ "Accept", PUBLIC | RECORDED, NULL },
	{ "Accept-Charset", PUBLIC | RECORDED, NULL },
	{ "Accept-Encoding", RECORDED, "what can be decoded is asked for" },
	{ "Accept-Language", PUBLIC | RECORDED, NULL },
	{ "Cache-Control", PUBLIC | RECORDED, NULL },
	{ "Connection", RECORDED, "connections are the program's business" },
	{ "Content-Length", 0, "requests have no body" },
	{ "DNT", PUBLIC | RECORDED, NULL },
	{ "Expect", 0, "requests have no body" },
	{ "From", PUBLIC | RECORDED, NULL },
	{ "Host", RECORDED, "use --resolve HOST:PORT:ADDRESS and the host's own URL" },
	{ "HTTP2-Settings", RECORDED, "use --http2" },
	{ "If-Match", RECORDED, "answers must be whole" },
	{ "If-Modified-Since", RECORDED, "answers must be whole" },
	{ "If-None-Match", RECORDED, "answers must be whole" },
	{ "If-Range", RECORDED, "answers must be whole" },
	{ "If-Unmodified-Since", RECORDED, "answers must be whole" },
	{ "Keep-Alive", RECORDED, "connections are the program's business" },
	{ "Pragma", PUBLIC | RECORDED, NULL },
	{ "Proxy-Authorization", 0, "use --proxy-user and --proxy-password" },
	{ "Proxy-Connection", RECORDED, "connections are the program's business" },
	{ "Range", RECORDED, "answers must be whole" },
	{ "Referer", 0, "use --referer" },
	{ "Save-Data", PUBLIC | RECORDED, NULL },
	{ "Sec-GPC", PUBLIC | RECORDED, NULL },
	{ "TE", RECORDED, "connections are the program's business" },
	{ "Trailer", 0, "requests have no body" },
	{ "Transfer-Encoding", 0, "requests have no body" },
	{ "Upgrade", RECORDED, "use --http2" },
	{ "Upgrade-Insecure-Requests", PUBLIC | RECORDED, NULL },
	{ "User-Agent", RECORDED, "use --user-agent" },
};

static const struct row *
find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (str_ieq(str_of(rows[i].name), name))
			return &rows[i];
	return NULL;
}

bool
header_is_public(struct str name)
{
	const struct row *row = find(name);

	return row != NULL && (row->flags & PUBLIC) != 0;
}

bool
header_is_recorded(struct str name)
{
	const struct row *row = find(name);

	return row != NULL && (row->flags & RECORDED) != 0;
}

const char *
header_reserved(struct str name)
{
	const struct row *row = find(name);

	return row != NULL ? row->instead : NULL;
}

/* RFC 9110 §5.6.2. */
static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_alnum((unsigned char)s.p[i]) && (s.p[i] == '\0' || strchr("!#$%&'*+-.^_`|~", s.p[i]) == NULL))
			return false;
	return s.len > 0;
}

int
header_parse(struct str line, struct str *ret_name, struct str *ret_value)
{
	struct str name, value;

	if (!str_cut(line, ':', &name, &value) || !is_token(name))
		return -EINVAL;
	/* Before it is trimmed: the line is sent as it is. */
	for (size_t i = 0; i < value.len; i++)
		if (((unsigned char)value.p[i] < 0x20 && value.p[i] != '\t') || value.p[i] == 0x7f)
			return -EINVAL;
	*ret_name = name;
	*ret_value = str_trim(value);
	return 0;
}

struct str
header_media_type(struct str content_type)
{
	struct str s = str_trim(content_type);
	size_t n;

	for (n = 0; n < s.len && strchr(";,( \t", s.p[n]) == NULL; n++)
		;
	return str_n(s.p, n);
}
