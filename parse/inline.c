/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one file outside of parse/worker/ that includes its reader: with parse.workers = 0 there is no worker, and
 * what it would do is done here.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "parse/inline.h"
#include "parse/worker/emit.h"
#include "parse/worker/libxml.h"

#define INLINE_KEEP_BYTES (256u * 1024)

_Static_assert((int)PARSE_SCAN == (int)READER_SCAN && (int)PARSE_LIBXML2 == (int)READER_LIBXML2, "the same numbers");

struct inline_reader {
	struct emit *emit;
	struct buf out;
};

static void
inline_freep(struct inline_reader **in)
{
	inline_free(*in);
}

int
inline_new(const struct parse_config *config, struct str rules, struct inline_reader **ret_inline)
{
	CLEANUP(inline_freep) struct inline_reader *in = calloc(1, sizeof(*in));
	const struct emit_config ec = {
		.reader = (enum reader_type)config->reader,
		.hash_seed = config->hash_seed,
		.rules = rules,
		.token = config->token,
		.visited_fd = config->visited_fd,
		.refused_fd = config->refused_fd,
	};
	int r;

	if (in == NULL)
		return -ENOMEM;
	buf_init(&in->out, WIRE_REPLY_MAX);
	r = libxml_load();
	if (r < 0)
		return r;
	r = emit_new(&ec, &in->emit);
	if (r < 0)
		return r;
	*ret_inline = TAKE(in);
	return 0;
}

void
inline_free(struct inline_reader *in)
{
	if (in == NULL)
		return;
	emit_free(in->emit);
	buf_release(&in->out);
	free(in);
}

int
inline_read(struct inline_reader *in, const struct wire_request *rq, struct str body, struct str *ret_frame)
{
	int r;

	buf_reset(&in->out, INLINE_KEEP_BYTES);
	r = emit_page(in->emit, rq, body, &in->out);
	if (r < 0)
		return r;
	*ret_frame = buf_str(&in->out);
	return 0;
}

int
inline_rules_check(struct str rules, unsigned *ret_bad)
{
	int r = libxml_load();

	return r < 0 ? r : emit_rules_check(rules, ret_bad);
}

const char *
parse_strerror(int err)
{
	return err == -ELIBACC ? libxml_why() : strerror(-err);
}
