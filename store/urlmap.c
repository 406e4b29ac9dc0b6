/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * urlmap.c: urlmap.jsonl, one JSON object a line for each URL of a mirror: the file it is kept in, or the URL that it redirects
 * to. doc/formats.md is its public description: change both together.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/json.h"
#include "store/linefile.h"
#include "store/sink.h"
#include "store/site.h"
#include "store/urlmap.h"

struct urlmap {
	struct sink_context *ctx;
	struct linefile file;
};

int
urlmap_line(struct linefile *file, struct str url, struct str saved, struct str to)
{
	bool has_file = str_starts(saved, STR(SITE_NAME "/"));
	struct buf *b;

	if (!has_file && to.len == 0)
		return 0;
	b = linefile_begin(file);
	json_begin(b);
	json_key(b, "url");
	json_str(b, url);
	if (has_file) {
		json_key(b, "file");
		json_str(b, saved);
	}
	if (to.len > 0) {
		json_key(b, "redirect_to");
		json_str(b, to);
	}
	json_end(b);
	return linefile_end(file);
}

static int
urlmap_add(struct urlmap *s, struct str url, struct str saved, struct str to)
{
	int r = urlmap_line(&s->file, url, saved, to);

	return r < 0 ? sink_fail(s->ctx, URLMAP_NAME, r) : 0;
}

static int
urlmap_put(void *state, struct job *j)
{
	struct urlmap *s = state;
	const struct base_verdict *v = &s->ctx->verdict;

	return urlmap_add(s, url_href(&j->url), job_get(j, j->saved_as), v->stays ? v->was.redirect_to : job_get(j, j->redirect_to));
}

/* In an update: what cannot be had stays. */
static int
urlmap_skip(void *state, const struct store_skip *k)
{
	struct urlmap *s = state;
	const struct base_verdict *v = &s->ctx->verdict;

	return v->stays ? urlmap_add(s, k->url, v->was.saved, v->was.redirect_to) : 0;
}

static int
urlmap_flush(void *state)
{
	struct urlmap *s = state;
	int r = linefile_flush(&s->file);

	return r < 0 ? sink_fail(s->ctx, URLMAP_NAME, r) : 0;
}

static int
urlmap_sync(void *state)
{
	struct urlmap *s = state;
	uint64_t before = s->file.synced_bytes;
	int r = linefile_sync(&s->file);

	if (r < 0)
		return sink_fail(s->ctx, URLMAP_NAME, r);
	return s->file.synced_bytes != before ? sink_mark(s->ctx, URLMAP_NAME, s->file.synced_bytes, 0) : 0;
}

static int
urlmap_open(struct sink_context *ctx, void **ret_state)
{
	struct urlmap *s = calloc(1, sizeof(*s));
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->ctx = ctx;
	r = sink_open_lines(ctx, URLMAP_NAME, &s->file);
	if (r < 0) {
		free(s);
		return r;
	}
	*ret_state = s;
	return 0;
}

static int
urlmap_close(void *state, bool failed)
{
	struct urlmap *s = state;
	int r = linefile_close(&s->file);

	if (r < 0)
		(void)sink_fail(s->ctx, URLMAP_NAME, r);
	free(s);
	return r;
}

static bool
urlmap_wanted(const struct store_config *config)
{
	return config->mirror.on;
}

const struct sink_ops sink_urlmap = {
	.name = URLMAP_NAME,
	.wanted = urlmap_wanted,
	.open = urlmap_open,
	.put = urlmap_put,
	.skip = urlmap_skip,
	.flush = urlmap_flush,
	.sync = urlmap_sync,
	.close = urlmap_close,
};
