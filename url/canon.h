/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canon.h: the canonical form in which a URL is fetched, queued and known.
 *
 * Beyond what parsing normalises (case of scheme and host, default port, dot segments, percent-encoding of what must
 * be encoded): the fragment and any credentials are dropped, and what the policies of the run say.
 *
 * A policy can be wrong for a site: one that answers "/a" with a redirect to "/a/" never gives a page under the folded name. So
 * whoever follows a redirect that leads from a URL to its own canonical form goes on with url_canon_exact().
 *
 * canon_use() before any thread; the rest is pure, any thread.
 */
#ifndef URL_CANON_H
#define URL_CANON_H

#include "url/url.h"

enum {
	/* Parameters of the query that trackers add to links for themselves: "utm_source", "gclid", ... */
	CANON_TRACKING = 1u << 0,
	/* Session ids: "PHPSESSID" and the like in the query, ";jsessionid=" at the path's end. */
	CANON_SESSION = 1u << 1,
	/* The parameters of the query in the order of their bytes. */
	CANON_SORT = 1u << 2,
	/* A '/' at the end of a path that is more than that. */
	CANON_SLASH = 1u << 3,
	CANON_ALL = (1u << 4) - 1,
};

/* The policies of this process, CANON_*; none until it is called. */
void canon_use(unsigned policies);

/*
 * Brings u, an http or https URL, into canonical form, in place: after it url_href(u) equals url_identity(u). What failed to
 * parse is no http URL: that is checked.
 */
void url_canon(struct url *u);
/* The same without policies. */
void url_canon_exact(struct url *u);

#endif
