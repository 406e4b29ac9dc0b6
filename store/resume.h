/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resume.h: reads back what is left to do: see store_resume() in store.h.
 *
 * Order of calls: resume_read(), before the writer runs; where that was 1, in the writer resume_next() until it is 0, resume_back()
 * for each piece, resume_finish() when all are back; resume_free(), at any time, of NULL too.
 */
#ifndef STORE_RESUME_H
#define STORE_RESUME_H

#include "store/sink.h"

struct resume;

/* 0: all was told; 1: *ret_rest is the rest; or negative errno. */
MUST_CHECK int resume_read(struct sink_context *ctx, const struct store_resume *resume, struct resume **ret_rest);
/* The next piece: 1; 0: there is none; or negative errno. */
MUST_CHECK int resume_next(struct resume *rd, struct store_rest **ret_rest);
/* None of the pieces that resume_next() has not told yet is less deep. */
uint32_t resume_rest_depth(const struct resume *rd);
/* Its row is tidied; does not take it. 0 or negative errno. */
MUST_CHECK int resume_back(struct resume *rd, const struct store_rest *rest);
MUST_CHECK int resume_finish(struct resume *rd);
void resume_free(struct resume *rd);

#endif
