/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * link.h: what a reference found in a page is for. The kind decides whether scope lets it in.
 */
#ifndef URL_LINK_H
#define URL_LINK_H

#include <stdbool.h>
#include <stdint.h>

enum link_kind {
	LINK_PAGE,      /* a, area, cite, meta refresh: another document, one level deeper */
	LINK_FRAME,     /* frame, iframe: a document shown inside this one */
	LINK_REQUISITE, /* img, script, ...: needed to show this page */
	LINK_STYLE,     /* style sheet, @import: needed, and read for further requisites */
	LINK_ALTERNATE, /* link rel=alternate, hreflang: another form of this page */
	LINK_CANONICAL, /* link rel=canonical */
	LINK_FEED,      /* RSS, Atom */
	LINK_HINT,      /* preconnect, dns-prefetch, og:image, JSON-LD: never fetched by themselves */
	LINK_SITEMAP,   /* named by robots.txt, the user, or an index: read for what it lists */
	LINK_FORM,      /* form action, formaction: reported, never followed */
	LINK_KIND_COUNT
};

/* "page", "frame", ...: as in JSON. Static. */
const char *link_kind_name(enum link_kind kind);
/* Needed to show the page that refers to it: frame, requisite, style. Exempt from host limits with -p. */
bool link_is_requisite(enum link_kind kind);

/* Flags of one link. */
enum {
	LINK_NOFOLLOW = 1u << 0, /* rel=nofollow on it, or the page says nofollow */
	LINK_IN_STYLE = 1u << 1, /* found in CSS */
	LINK_FROM_HEAD = 1u << 2, /* found in the head of the response */
	LINK_PAGE_FLAGS = (1u << 3) - 1, /* what a page can say; the others are the crawler's */
	LINK_BY_ROBOTS = 1u << 3, /* a sitemap that robots.txt names: on whatever host */
	LINK_GUESSED = 1u << 4,  /* nobody said that it exists: that it does not is no error */
	LINK_NESTED = 1u << 5,   /* times 0 to 3: a sitemap in so many indexes */
	LINK_NESTED_MASK = 3u << 5,
	LINK_FLAGS = (1u << 7) - 1,
	/* Of a reference only: nobody needs to know it of the way to a URL. */
	LINK_OF_USE = 1u << 7,   /* <use> of SVG, not in a srcdoc that is in another one */
	LINK_IN_SRCDOC = 1u << 6, /* and it is in a srcdoc */
	LINK_REF_FLAGS = LINK_PAGE_FLAGS | LINK_OF_USE | LINK_IN_SRCDOC, /* what a page can say of one */
};

#endif
