/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inline.h: reading a page in the caller's thread (parse.workers = 0), for debugging: no process, no jail, no time limit.
 *
 * It goes the way of the other pages: the same reader, the same encoding, the same check. One thread.
 */
#ifndef PARSE_INLINE_H
#define PARSE_INLINE_H

#include "base/buf.h"
#include "parse/parse.h"
#include "parse/wire.h"

struct inline_reader;

/* 0 or negative errno; -ELIBACC: no libxml2. */
MUST_CHECK int inline_new(const struct parse_config *config, struct str rules, struct inline_reader **ret_inline);
void inline_free(struct inline_reader *in);
/* The reply to rq about body: a page frame, valid until the next call. 0, -ENOMEM or what the reader returned. */
MUST_CHECK int inline_read(struct inline_reader *in, const struct wire_request *rq, struct str body, struct str *ret_frame);

/* Whether the rules of --extract (parse/wire.h) are any: 0, -ENOMEM, -ELIBACC, or -EINVAL with the number of the bad one. */
MUST_CHECK int inline_rules_check(struct str rules, unsigned *ret_bad);

#endif
