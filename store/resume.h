/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resume.h: reads back what is left to do: see store_resume() in store.h. Before the writer runs.
 */
#ifndef STORE_RESUME_H
#define STORE_RESUME_H

#include "store/sink.h"

MUST_CHECK int resume_read(struct sink_context *ctx, const struct store_resume *resume);

#endif
