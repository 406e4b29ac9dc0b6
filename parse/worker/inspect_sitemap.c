/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "base/clock.h"
#include "parse/worker/inspect_impl.h"
#include "parse/worker/sitemap.h"

struct listing {
	struct url base, url;
	struct buf *out;
};

/* As written where that is a whole URL, for it is what one wants to find again; else against the sitemap's own. */
static int
add_entry(void *arg, const struct sitemap_entry *e)
{
	struct listing *l = arg;
	struct str url = e->url;

	if (url_parse(&l->url, url, NULL) < 0 && l->base.href_len > 0 && url_parse(&l->url, url, &l->base) == 0)
		url = url_href(&l->url);
	json_element(l->out);
	json_begin(l->out);
	json_key(l->out, "url");
	json_str(l->out, url);
	if (e->kind != LINK_PAGE) {
		json_key(l->out, "kind");
		json_str(l->out, str_of(link_kind_name(e->kind)));
	}
	if (e->lastmod_s != SITEMAP_NO_LASTMOD) {
		json_key(l->out, "lastmod");
		json_time(l->out, (int64_t)e->lastmod_s * CLOCK_US_PER_SEC);
	}
	json_end(l->out);
	return buf_err(l->out);
}

int
inspect_sitemap(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct str body, url = inspect_str(request, "url"), type = inspect_str(request, "content_type");
	struct listing l = { .out = out };
	struct sitemap_result result;
	int r = inspect_bytes(in, request, "body", "body_b64", &body, ret_error);

	if (r < 0)
		return r;
	url_init(&l.base);
	url_init(&l.url);
	if (url.p != NULL && url_parse(&l.base, url, NULL) < 0)
		r = inspect_bad("the url is not one", ret_error);
	if (r == 0) {
		json_begin(out);
		json_key(out, "urls");
		json_begin_array(out);
		r = sitemap_read(body, type.p != NULL ? type : STR(""), add_entry, &l, &result);
	}
	if (r == 0) {
		json_end_array(out);
		json_key(out, "kind");
		json_str(out, str_of(sitemap_kind_name(result.kind)));
		json_key(out, "charset");
		json_str(out, str_of(charset_name(result.charset)));
		json_key(out, "cut");
		json_bool(out, result.cut);
		json_end(out);
	}
	url_release(&l.base);
	url_release(&l.url);
	return r < 0 ? r : buf_err(out);
}
