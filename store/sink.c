/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "store/sink.h"

const struct sink_ops *const sinks[SINK_COUNT] = { &sink_body, &sink_mirror, &sink_warc, &sink_jsonl,
	&sink_skipped };

int
sink_fail(struct sink_context *ctx, const char *name, int err)
{
	CHECK(err < 0);
	if (ctx->failed_path[0] == '\0')
		(void)snprintf(ctx->failed_path, sizeof(ctx->failed_path), "%s/%s", ctx->dir.path,
			name);
	return err;
}
