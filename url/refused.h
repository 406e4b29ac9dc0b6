/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * refused.h: what somebody refers to and nobody can ask for, because it is no http(s) URL: how it is listed, and the records in
 * which a parser says what it met (parse/wire.h). Pure; any thread.
 *
 *	records := { struct refused, text }*
 *
 * The text is never what url_identity() says of a URL that went through url_canon(), so that its fingerprint is no such URL's.
 */
#ifndef URL_REFUSED_H
#define URL_REFUSED_H

#include "base/buf.h"
#include "url/outcome.h"
#include "url/url.h"

#define REFUSED_TEXT_MAX 1024 /* bytes; what is longer is cut, and ends in REFUSED_CUT */
#define REFUSED_CUT      "\xe2\x80\xa6"

struct refused {
	uint16_t len;   /* of the text behind it, at least 1 */
	uint8_t kind;   /* enum link_kind */
	uint8_t reason; /* OUTCOME_SCHEME or OUTCOME_BAD_URL */
};

/*
 * Appends the text for a reference, as written (value), that url_parse() has made u of (err 0), or could not read (err). Without
 * NUL, maybe no valid UTF-8; nothing where there is nothing to say. Failures stay in out.
 */
void refused_text(struct str value, int err, const struct url *u, struct buf *out, enum outcome *ret_reason);

/*
 * Of a text that somebody else has made: is it what a URL to be asked for is fingerprinted by? Then it is none of these. 1, 0, or
 * -ENOMEM. scratch: any url.
 */
MUST_CHECK int refused_is_url(struct str text, struct url *scratch);

/* The first of the records, which are whole, and cuts it off. False: there is none. */
bool refused_next(struct str *records, struct refused *ret_head, struct str *ret_text);

#endif
