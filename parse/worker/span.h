/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * span.h: where in the body a reference stands, also where what was read is not the body: values with character references,
 * pages in UTF-16, documents in srcdoc, XML. What is not found has no span (0, 0), and is not rewritten in a mirror.
 *
 * Pure but for the reader they belong to; one thread.
 */
#ifndef PARSE_WORKER_SPAN_H
#define PARSE_WORKER_SPAN_H

#include "parse/worker/reader_impl.h"

/* Of s, a piece of the body or of what that was decoded to. False: not known. */
bool reader_span(struct reader *r, struct str s, uint32_t *ret_start, uint32_t *ret_end);
/* Is the text read the body, or a part of it? */
bool span_is_body(const struct reader *r);
/* Of a reference's value as written. */
bool reader_ref_span(struct reader *r, const struct ref *ref, uint32_t *ret_start, uint32_t *ret_end);

/*
 * Of parts of a value that had to be converted or decoded: they come in order, so that one walk over the value as written finds
 * them all. It is begun where a part asks for it.
 */
struct span_walk {
	struct str raw; /* as written, as UTF-8 */
	size_t raw_at, decoded_at;
	unsigned flags;
	bool begun, possible, converted;
	struct charset_walk bytes; /* converted: from raw to the page's bytes */
};
void span_walk_begin(struct span_walk *w);
/* Of part (of value, which is ref's raw decoded). */
void span_of_part(struct reader *r, const struct ref *ref, struct str value, struct str part, struct span_walk *w, uint32_t *ret_start,
	uint32_t *ret_end);

/* The page was decoded from UTF-16: body is where its text began. 0 or -ENOMEM. */
MUST_CHECK int span_index_utf16(struct reader *r, size_t body_at);
/* References from the first on stand in the attribute outer, which was decoded to text. 0 or -ENOMEM. */
MUST_CHECK int span_srcdoc(struct reader *r, const struct ref *outer, struct str text, uint32_t first);
/* References of an XML document, whose text our tokenizer is shown for this. */
void span_xml(struct reader *r);

#endif
