/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "store/db.h"
#include "store/linefile.h"
#include "store/sink.h"

#define SINK_PATH_BYTES ((size_t)64 * 1024)

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

void
sink_warn_cut(const struct sink_context *ctx, const char *name, const struct linefile *lf, const char *what)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(SINK_PATH_BYTES);
	unsigned long long missing = lf->missing_bytes, all = lf->file_bytes + lf->missing_bytes;

	if (missing == 0)
		return;
	buf_add_escaped(&path, str_of(ctx->dir.path));
	log_warning("%.*s/%s was cut or lost: %llu of %llu bytes are missing; %s", STR_ARG(buf_str(&path)), name, missing, all, what);
}

int
sink_open_lines(struct sink_context *ctx, const char *name, struct linefile *ret_file)
{
	uint64_t bytes, sum;
	int r = sink_marked(ctx, name, &bytes, &sum);

	if (r == 0)
		r = linefile_open(&ctx->dir, name, bytes, &ctx->bytes_written, ret_file);
	if (r == 0)
		sink_warn_cut(ctx, name, ret_file, "what they told of URLs is in table urls of " DB_NAME " only");
	return r;
}

bool
sink_is_end(const struct store_skip *k)
{
	return k->dropped || outcome_class(k->reason) != OUTCOME_CLASS_WAY;
}
