/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sitemap.h: what sitemaps and feeds list. Sitemaps (sitemaps.org) as XML, with the image, video, news and hreflang extensions,
 * indexes of them, and as text; RSS, RSS 1.0 (RDF) and Atom; each also as gzip (RFC 1952).
 *
 * Reads in pieces, so that memory does not grow with the file: gzip is inflated and XML read by libxml2's push parser, 64 KiB at
 * a time. Only what is not UTF-8 is decoded as a whole first. Entities are not expanded (but XML's own five), nothing is loaded,
 * no XInclude. Like browsers with pages, it goes on after errors: real sitemaps are cut off, unclosed, in wrong namespaces; all
 * that counts are the local names of elements.
 */
#ifndef PARSE_WORKER_SITEMAP_H
#define PARSE_WORKER_SITEMAP_H

#include <stdint.h>

#include "base/buf.h"
#include "parse/worker/charset.h"
#include "url/link.h"

/* Of what a gzip file unfolds to, and of a file that must be decoded as a whole; sitemaps.org allows 50 MB. */
#define SITEMAP_MAX_BYTES  (256u * 1024 * 1024)
#define SITEMAP_NO_LASTMOD 0

enum sitemap_kind { SITEMAP_NONE, SITEMAP_XML, SITEMAP_INDEX, SITEMAP_RSS, SITEMAP_ATOM, SITEMAP_RDF, SITEMAP_TEXT };
const char *sitemap_kind_name(enum sitemap_kind kind);

struct sitemap_entry {
	struct str url;      /* as written, UTF-8, white space around it cut; not resolved; valid during the call */
	enum link_kind kind; /* PAGE; of an index SITEMAP; REQUISITE (image, video), FRAME (player), ALTERNATE (hreflang) */
	uint32_t lastmod_s;  /* of the entry it stands in, since 1970; SITEMAP_NO_LASTMOD */
};

/* 0, or what ends the reading and is returned. */
typedef int (*sitemap_entry_fn)(void *arg, const struct sitemap_entry *e);

struct sitemap_result {
	enum sitemap_kind kind;
	enum charset charset;
	bool cut; /* a ceiling came first: of bytes, of attributes, of what stands before the first element */
};

/* content_type as sent, for the charset only; may be empty. 0, -ENOMEM, or what fn returned. */
MUST_CHECK int sitemap_read(struct str body, struct str content_type, sitemap_entry_fn fn, void *arg,
	struct sitemap_result *ret_result);

#endif
