/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * url_parse.h: inside url/ only: what the files of the URL parser share.
 */
#ifndef URL_URL_PARSE_H
#define URL_URL_PARSE_H

#include "url/url.h"

/*
 * The short way (url_fast.c) for what pages are full of: plain ASCII, http(s), nothing to encode. False: not such a
 * URL, *ret is untouched but for its memory. True: *ret_err is 0 or the failure.
 */
bool url_parse_fast(struct url *ret, struct str s, const struct url *base, int *ret_err);

/* "." and ".." as path segments, also written with %2e. */
bool url_is_single_dot(struct str seg);
bool url_is_double_dot(struct str seg);

/* URL_SCHEME_OTHER if it is not special. name: lower case, without ':'. */
enum url_scheme url_scheme_by_name(struct str name);
/* §4.2; 0: it has none. */
uint16_t url_default_port(enum url_scheme scheme);

#endif
