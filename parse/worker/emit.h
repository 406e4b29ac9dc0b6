/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * emit.h: one request to one reply frame: the reader, the filter over what was seen, and the encoding.
 *
 * Order of calls: emit_new(), before the jail (it maps the sets and lets the reader initialise its libraries); emit_page()
 * per page; emit_free(). One thread. Used by the worker, and by parse/inline.c where there is none.
 */
#ifndef PARSE_WORKER_EMIT_H
#define PARSE_WORKER_EMIT_H

#include "base/buf.h"
#include "parse/wire.h"
#include "parse/worker/reader.h"

struct emit_config {
	enum reader_type reader;
	uint64_t hash_seed;
	struct str rules;           /* of --extract, as extract_new() takes them; "" = none */
	struct str token;           /* as reader_input.token; borrowed as long as the emit */
	int visited_fd, refused_fd; /* url/seen.h; -1 = none. May be closed afterwards. */
};

struct emit;

MUST_CHECK int emit_new(const struct emit_config *config, struct emit **ret_emit);
void emit_free(struct emit *e);

/* Appends the reply to rq about body; a page that passes a ceiling of the reader is one too. 0, or -ENOMEM with nothing appended. */
MUST_CHECK int emit_page(struct emit *e, const struct wire_request *rq, struct str body, struct buf *out);

/* Whether rules would do: what extract_new() says. */
MUST_CHECK int emit_rules_check(struct str rules, unsigned *ret_bad);

#endif
