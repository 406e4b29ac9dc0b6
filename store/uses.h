/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * uses.h: what a page gets for its <use> that refer to other files: where in it that stands, and what is to stand there. Pure.
 *
 * Order of calls: uses_init(); for a page uses_begin(); for a reference uses_spot(), uses_find(), and if it is none yet uses_add(); then
 * uses_next() until it is false; uses_release(). The page is borrowed from begin to the last of these. One thread.
 */
#ifndef STORE_USES_H
#define STORE_USES_H

#include "base/buf.h"
#include "store/rewrite.h"
#include "store/svguse.h"

#define USES_MAX 256 /* of one page */

/* Where what a reference is to find must stand. */
struct uses_spot {
	uint32_t at; /* in the page's bytes */
	enum svguse_page page;
	bool is_srcdoc; /* of a document in an attribute: what stands there is escaped */
};

struct uses {
	struct str page;
	enum rewrite_width width;
	struct str text;           /* the page, its ASCII in one byte each */
	struct buf narrow;         /* that, if it is not the page */
	struct buf list;           /* struct uses_part[] */
	struct buf parts;          /* their texts */
	size_t end;                /* of a page of XML, where what belongs to it ends; SIZE_MAX: not known yet */
	enum svguse_page xml;      /* what it is, then */
	size_t doc_from, doc_to;   /* the srcdoc that was found last */
	size_t looked;             /* bytes gone through for such */
};

void uses_init(struct uses *u, size_t max_bytes);
void uses_release(struct uses *u);
MUST_CHECK int uses_begin(struct uses *u, struct str page, enum rewrite_width width);
/* False: there is no place for it, or nothing of the file is referred to: no '#' stands behind the span. */
bool uses_spot(struct uses *u, const struct rewrite_link *link, struct uses_spot *ret_spot);
/* The fragment behind its span, if it is one that is written in the same way everywhere; else empty. */
struct str uses_id(const struct uses *u, const struct rewrite_link *link);
/* The number of the part with this key there; -1: there is none yet. */
int uses_find(const struct uses *u, const struct uses_spot *spot, uint64_t key);
/* What it is, of max_bytes at most where it stands; else it is nothing, but has a number. That; or -E2BIG: there are too many; or of buf. */
MUST_CHECK int uses_add(struct uses *u, const struct uses_spot *spot, uint64_t key, struct str text, uint64_t max_bytes);
unsigned uses_n(const struct uses *u);
/* Of the n-th, where it stands. */
uint64_t uses_bytes(const struct uses *u, int n);
/* The '#' of the reference goes, too: its new text has one. */
void uses_take_hash(const struct uses *u, struct rewrite_link *link);
/* All that is to stand at one place, appended to out, and the insertion that this is, but for its text. *i from 0 on. False at the end. */
bool uses_next(const struct uses *u, unsigned *i, struct rewrite_link *ret_link, struct buf *out);

#endif
