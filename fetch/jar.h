/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jar.h: the cookies of one loop: what servers have set, and what goes back to them.
 *
 * Our own, not libcurl's: that one has no ceilings, and looks through all cookies at each request and each that is set. Here they
 * lie by registrable domain, whose hosts belong to one loop: so there is one owner, the loop's thread, and no lock.
 *
 *	jar_new(), jar_put() for those of a file or of the runs before; jar_header() for each request, jar_set() for each Set-Cookie
 *	field of its answer; jar_changes() for what is to be made durable; jar_free().
 *
 * Invariants:
 *
 *	K1  No two cookies have the same name, domain, host_only and path.
 *	K2  A site has at most JAR_SITE_COOKIES: what is too many there costs one there, and nobody else's: one that has expired, else the
 *	    least recently used of those without Secure, so that http takes nothing from https, else of all (RFC 6265bis §5.7).
 *	K3  All together hold at most JAR_MAX_BYTES: beyond it the site least recently used loses all of its own.
 *	K4  Applying each text of jar_changes() in order to what was put in gives what is in the jar; only a time of expiry may be
 *	    known a little earlier than it is.
 *
 * Cookies are secrets: memory that held one is wiped.
 */
#ifndef FETCH_JAR_H
#define FETCH_JAR_H

#include "url/cookie.h"

#define JAR_SITE_COOKIES  180 /* as browsers have it */
#define JAR_MAX_BYTES     (8 * 1024 * 1024)
#define JAR_HEADER_BYTES  8190 /* of the field's value: servers refuse longer lines */

struct jar;

MUST_CHECK int jar_new(struct jar **ret_jar);
/* NULL is fine. */
void jar_free(struct jar *j);
/* A Set-Cookie field of the answer to u. What is no cookie, or must not be one, is dropped. 0 or -ENOMEM. */
MUST_CHECK int jar_set(struct jar *j, const struct url *u, struct str value, int64_t now_s);
/*
 * Those of one answer, a line each. What comes behind the first JAR_SITE_COOKIES is not looked at: it would cost others their turn, and
 * the site those before it. 0, or -ENOMEM for any of them.
 */
MUST_CHECK int jar_set_all(struct jar *j, const struct url *u, struct str lines, int64_t now_s);
/* Puts in a copy. known: it is durable already. 0 or -ENOMEM. */
MUST_CHECK int jar_put(struct jar *j, const struct cookie *c, bool known, int64_t now_s);
/* "a=b; c=d" for a request, appended to out (RFC 6265 §5.4); nothing where there is none. The failure stays in out. */
void jar_header(struct jar *j, const struct url *u, int64_t now_s, struct buf *out);
/*
 * What has changed since the last time, as lines of cookies.txt, appended to out; one that is gone is a line that has expired. Returns
 * whether there was anything. The failure stays in out, and what did not fit is forgotten.
 */
bool jar_changes(struct jar *j, struct buf *out);
/* All there is, in the order in which they were made. session: those of the session too. The failure stays in out. */
void jar_text(struct jar *j, bool session, int64_t now_s, struct buf *out);
size_t jar_count(const struct jar *j);
/* Walks everything and CHECKs its invariants; for tests. */
void jar_check(const struct jar *j);

#endif
