/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sitemap_impl.h: sitemaps as text and as XML, shared by sitemap*.c. */
#ifndef PARSE_WORKER_SITEMAP_IMPL_H
#define PARSE_WORKER_SITEMAP_IMPL_H

#include "parse/worker/pieces.h"
#include "parse/worker/sitemap.h"

/* Who is told. */
struct sitemap_out {
	sitemap_entry_fn fn;
	void *arg;
	int err; /* from the first that is not 0 on nobody is told anything */
	enum sitemap_kind kind;
};

/* Without white space, Unicode's too, at both ends. */
struct str sitemap_trim(struct str s);
bool sitemap_is_http(struct str s);
void sitemap_give(struct sitemap_out *out, struct str url, enum link_kind kind, uint32_t lastmod_s);

/* piece: the first of them; UTF-8, without marks. What it returns is out->err, too. */
int sitemap_read_xml(struct sitemap_out *out, struct pieces *p, struct str piece);

#endif
