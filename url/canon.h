/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canon.h: the canonical form in which a URL is fetched, queued and known.
 *
 * Beyond what parsing normalises (case of scheme and host, default port, dot segments, percent-encoding of what must
 * be encoded): the fragment and any credentials are dropped. Pure.
 */
#ifndef URL_CANON_H
#define URL_CANON_H

#include "url/url.h"

/* Brings u, an http or https URL, into canonical form, in place: after it url_href(u) equals url_identity(u). */
void url_canon(struct url *u);

#endif
