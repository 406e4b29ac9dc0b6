/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "base/cleanup.h"
#include "parse/worker/inspect_impl.h"
#include "url/robots.h"
#include "url/url.h"

static void
add_sitemaps(const struct robots *robots, struct buf *out)
{
	struct str sitemap;
	unsigned i;

	json_key(out, "sitemaps");
	json_begin_array(out);
	for (i = 0; (sitemap = robots_sitemap(robots, i)).p != NULL; i++) {
		json_element(out);
		json_str(out, sitemap);
	}
	json_end_array(out);
}

static void
answer_robots(const struct robots *robots, struct str path_query, struct buf *out)
{
	int64_t delay_us = robots_crawl_delay_us(robots);
	unsigned line = 0;
	bool allowed = path_query.p == NULL || robots_allowed(robots, path_query, &line);

	json_begin(out);
	json_key(out, "allowed");
	json_bool(out, allowed);
	json_key(out, "line");
	if (line == 0)
		json_nil(out);
	else
		json_u64(out, line);
	json_key(out, "crawl_delay_ms");
	if (delay_us < 0)
		json_nil(out);
	else
		json_i64(out, delay_us / 1000);
	add_sitemaps(robots, out);
	json_end(out);
}

/* Path and query of a URL, as rules are matched against; p NULL: it is no URL. A "?" with nothing behind it is kept. */
static struct str
path_query(struct url *url, struct str text)
{
	struct str identity;

	if (url_parse(url, text, NULL) < 0)
		return STR_NONE;
	identity = url_identity(url);
	if (identity.len == url->pathname_start)
		return STR("/");
	return str_n(identity.p + url->pathname_start, identity.len - url->pathname_start);
}

int
inspect_robots(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct str agent = inspect_str(request, "agent"), text, url_text = inspect_str(request, "url");
	struct robots *robots = NULL;
	struct url url;
	int r;

	r = inspect_bytes(in, request, "robots", "robots_b64", &text, ret_error);
	if (r < 0)
		return r;
	r = robots_parse(text, agent.p != NULL ? agent : STR("lycosa"), &robots);
	if (r < 0)
		return r;
	url_init(&url);
	answer_robots(robots, url_text.p != NULL ? path_query(&url, url_text) : STR_NONE, out);
	url_release(&url);
	robots_free(robots);
	return buf_err(out);
}
