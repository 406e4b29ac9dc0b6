/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "store/db.h"
#include "store/sink.h"

const struct sink_ops *const sinks[SINK_COUNT] = {
	&sink_body,
	&sink_text,
	&sink_mirror,
	&sink_part,
	&sink_urlmap,
	&sink_warc,
	&sink_jsonl,
	&sink_skipped,
	&sink_visited,
	&sink_db,
};

int
sink_fail(struct sink_context *ctx, const char *name, int err)
{
	CHECK(err < 0);
	if (ctx->failed_path[0] == '\0')
		(void)snprintf(ctx->failed_path, sizeof(ctx->failed_path), "%s/%s", ctx->dir.path,
			name);
	return err;
}

int
sink_marked(struct sink_context *ctx, const char *name, uint64_t *ret_bytes, uint64_t *ret_sum)
{
	int64_t bytes;
	int r = db_get_file(ctx->db, name, &bytes, ret_sum);

	if (r == 0)
		*ret_bytes = bytes > 0 ? (uint64_t)bytes : 0;
	return r;
}

int
sink_mark(struct sink_context *ctx, const char *name, uint64_t bytes, uint64_t sum)
{
	int r = db_set_file(ctx->db, name, (int64_t)bytes, sum);

	return r < 0 ? sink_fail(ctx, DB_NAME, r) : 0;
}

bool
sink_is_end(const struct store_skip *k)
{
	return k->dropped || outcome_class(k->reason) != OUTCOME_CLASS_WAY;
}
