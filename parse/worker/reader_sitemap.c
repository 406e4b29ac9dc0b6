/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "parse/worker/reader_impl.h"
#include "parse/worker/sitemap.h"

static int
add_entry(void *arg, const struct sitemap_entry *e)
{
	struct reader *r = arg;
	struct str raw = arena_str(&r->arena, e->url);

	if (raw.p == NULL)
		return -ENOMEM;
	links_add(&r->links, &(struct ref){ .raw = raw, .kind = (uint8_t)e->kind, .syntax = SYNTAX_URL, .text = true,
				     .lastmod_s = e->lastmod_s });
	/* What lies beyond the ceiling need not be read. */
	return r->links.err != 0 ? r->links.err : r->links.cut ? -E2BIG : 0;
}

int
reader_sitemap(struct reader *r)
{
	struct sitemap_result result;
	int err;

	r->facts.utf8 = r->facts.decoded = true;
	r->facts.spans = false;
	err = sitemap_read(r->in->body, r->in->content_type, add_entry, r, &result);
	if (err < 0 && err != -E2BIG)
		return err;
	/* Its addresses are UTF-8 whatever it is in: no query is encoded in another charset. */
	r->charset = CHARSET_UTF_8;
	r->links.cut |= err == -E2BIG || result.cut;
	return 0;
}
