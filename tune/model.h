/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model.h: pages that are made up, for origin.h: every host is an endless tree of pages of one size with one number of links, all
 * of them as late as each other. A pure function of the path: nothing is kept.
 *
 * Answers are late by `latency` give or take three tenths, by the path: equally late ones would come in waves, which no window of
 * measurement counts right.
 *
 * Page N stands at /N, the first at /. Of its links MODEL_CHILDREN are new (N * MODEL_CHILDREN + 1 ...), the others lead to pages
 * that were met before, as most links of real sites do. The text between them has the tags and attributes of real pages, so that
 * reading it costs what reading those costs.
 */
#ifndef TUNE_MODEL_H
#define TUNE_MODEL_H

#include "tune/origin.h"

#define MODEL_CHILDREN       4
#define MODEL_SIZE_MAX_BYTES (16 * 1024 * 1024)
#define MODEL_LINKS_MAX      10000

struct model {
	int64_t latency_us;
	uint64_t size_bytes; /* of a page; at least what its links need */
	unsigned hosts, links;
	unsigned limit; /* requests a host serves at a time; 0: any number */
	struct buf page; /* the page at hand */
};

/* origin_answer_fn; arg: the model. */
void model_answer(void *model, unsigned host, struct str path, struct origin_answer *ret);
/* Of a page: 0.7 to 1.3 of it. */
int64_t model_latency_us(int64_t latency_us, struct str path);
/* Text of HTML, `bytes` of it (whole bytes, tags may be cut at the end), appended. Errors stay in out. */
void model_put_text(struct buf *out, size_t bytes);

#endif
