/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cookie.h: one cookie: as a Set-Cookie field says it (RFC 6265 §5.2, §5.3), as a line of the Netscape format keeps it, and to
 * which requests it belongs (§5.4). The jar that keeps many is fetch/jar.h.
 *
 * Stricter than the standard where browsers are: Secure is taken from https only, the names __Secure- and __Host- mean what they
 * say (RFC 6265bis §4.1.3), and a cookie for a public suffix ("co.uk", "github.io") is refused, or the host's own where the host
 * is that suffix. A cookie without a name, or with control characters, is none.
 *
 * Pure; any thread. The strings of a struct cookie are views: of the text it was read from, and of `room`.
 */
#ifndef URL_COOKIE_H
#define URL_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "url/url.h"

#define COOKIE_MAX_BYTES     4096 /* name and value */
#define COOKIE_ATTR_MAX      1024 /* a longer attribute is passed over */
#define COOKIE_ROOM_BYTES    2048 /* of `room` */
#define COOKIE_SESSION       0    /* of expires_s: until the session ends */
#define COOKIE_LIFE_MAX_S    (INT64_C(400) * 86400) /* RFC 6265bis §5.5 */

struct cookie {
	struct str name, value;
	struct str domain; /* in lower case, without leading dot */
	struct str path;   /* begins with '/' */
	int64_t expires_s; /* since 1970, or COOKIE_SESSION */
	bool host_only;    /* not for hosts below domain */
	bool secure, http_only;
};

/* The value of a Set-Cookie field in the answer to u. 0, or -EINVAL: there is none to be kept. room: init'd by the caller. */
MUST_CHECK int cookie_parse(struct str s, const struct url *u, int64_t now_s, struct buf *room, struct cookie *ret);
/* Would it be sent with a request for u? */
bool cookie_is_for(const struct cookie *c, const struct url *u);
static inline bool
cookie_has_expired(const struct cookie *c, int64_t now_s)
{
	return c->expires_s != COOKIE_SESSION && c->expires_s <= now_s;
}

/*
 * A line of a cookies.txt, "#HttpOnly_" included. 0; -ENODATA for a comment or an empty line; -EINVAL for a line that is no cookie.
 * One for all of a public suffix becomes one for that host alone.
 */
MUST_CHECK int cookie_read_line(struct str line, struct buf *room, struct cookie *ret);
/* With its end. The failure stays in out. */
void cookie_put_line(const struct cookie *c, struct buf *out);

#endif
