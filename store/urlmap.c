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

#define URLMAP_NAME "urlmap.jsonl"

struct urlmap {
	struct sink_context *ctx;
	struct linefile file;
};

static int
urlmap_put(void *state, struct job *j)
{
	struct str saved = job_get(j, j->saved_as), to = job_get(j, j->redirect_to);
	struct urlmap *s = state;
	struct buf *b;
	int r;

	if (!str_starts(saved, STR(SITE_NAME "/")))
		saved = STR_NONE;
	if (saved.len == 0 && to.len == 0)
		return 0;
	b = linefile_begin(&s->file);
	json_begin(b);
	json_key(b, "url");
	json_str(b, url_href(&j->url));
	json_key(b, saved.len > 0 ? "file" : "redirect_to");
	json_str(b, saved.len > 0 ? saved : to);
	json_end(b);
	r = linefile_end(&s->file);
	return r < 0 ? sink_fail(s->ctx, URLMAP_NAME, r) : 0;
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
	uint64_t bytes, sum;
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->ctx = ctx;
	r = sink_marked(ctx, URLMAP_NAME, &bytes, &sum);
	if (r == 0)
		r = linefile_open(&ctx->dir, URLMAP_NAME, bytes, &ctx->bytes_written, &s->file);
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
	.flush = urlmap_flush,
	.sync = urlmap_sync,
	.close = urlmap_close,
};
