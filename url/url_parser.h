/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * url_parser.h: inside url/ only: the basic URL parser at work, shared by the files that read its parts.
 *
 * Every parser_put_*() appends to out, whose first failure stays in it (buf_err); what makes the URL invalid is kept in
 * err. Both are looked at once, when all is read.
 */
#ifndef URL_URL_PARSER_H
#define URL_URL_PARSER_H

#include <errno.h>

#include "base/buf.h"
#include "url/percent.h"
#include "url/url_parse.h"

struct parser {
	struct buf out; /* the href to be; its memory is u's */
	struct url *u;
	const struct url *base; /* or NULL */
	const struct url_query_encoder *encoder;
	struct str body, query, fragment; /* what stands behind the scheme; query and fragment without '?' and '#' */
	bool has_query, has_fragment;
	bool has_authority; /* the URL's host is not null */
	bool keeps_query;   /* the base's query holds where there is none of its own */
	int err;            /* -EINVAL once the URL is found to be invalid */
};

static inline uint32_t
parser_at(const struct parser *p)
{
	return (uint32_t)p->out.len;
}

static inline bool
parser_is_special(const struct parser *p)
{
	return p->u->scheme != URL_SCHEME_OTHER;
}

static inline bool
parser_is_slash(const struct parser *p, struct str s, size_t i)
{
	return i < s.len && (s.p[i] == '/' || (s.p[i] == '\\' && parser_is_special(p)));
}

static inline struct str
parser_skip(struct str s, size_t n)
{
	return n < s.len ? str_n(s.p + n, s.len - n) : str_n(s.p + s.len, 0);
}

static inline void
parser_invalid(struct parser *p)
{
	p->err = -EINVAL;
}

/* url_path.c. s of parser_put_path(): without the slash that led here; of parser_put_path_start(): with it,
 * or empty. */
void parser_put_path(struct parser *p, struct str s);
void parser_put_path_start(struct parser *p, struct str s);
void parser_put_opaque_path(struct parser *p);
struct str parser_path(const struct parser *p);
void parser_shorten_path(struct parser *p);
bool parser_is_drive_letter(struct str s);
bool parser_starts_with_drive_letter(struct str s);

/* url_authority.c. s: behind the slashes, but for the special one, which skips them. */
void parser_put_empty_host(struct parser *p);
void parser_put_host(struct parser *p, struct str host);
void parser_put_authority(struct parser *p, struct str s);
void parser_put_special_authority(struct parser *p, struct str s);

/* url_relative.c: what a reference takes from its base; the whole of a "file:" URL. */
void parser_take_base_path(struct parser *p);
void parser_take_base_query(struct parser *p);
void parser_read_relative(struct parser *p);
void parser_read_file(struct parser *p);

/* url_query.c */
void parser_put_query(struct parser *p);
void parser_put_fragment(struct parser *p);

#endif
