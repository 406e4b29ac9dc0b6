/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader_text.h: the visible text of a page, block by block: for its SimHash, its number of words, and --save=text.
 *
 * As it is kept, each block is a line, without the white space around it and with one space for each run of it inside; between
 * <pre> and </pre> lines and white space stay. It is UTF-8, and has no control characters but TAB and LF.
 *
 * Order of calls: text_reset() for a page; text_begin() before each way through it, which forgets the way before; text_add(),
 * text_start(), text_end() as the page is read; text_finish() once the charset is certain. Part of the reader, in its thread.
 *
 * Visible is what a browser shows with scripts off, as far as the markup alone says: not what stands in title, script, style,
 * template, textarea, iframe or in elements with `hidden' or style="display:none". Style sheets are not asked.
 *
 * While it is gathered the text is as written: the page's charset may be said after it. text_finish() decodes it once.
 */
#ifndef PARSE_WORKER_READER_TEXT_H
#define PARSE_WORKER_READER_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/simhash.h"
#include "parse/worker/names.h"
#include "parse/worker/scan_find.h"

#define TEXT_BLOCK   SIMHASH_BLOCK /* between blocks */
#define TEXT_PRE     '\x1c' /* from here on white space is as it stands, */
#define TEXT_PRE_END '\x1d' /* to here */
#define TEXT_CUT     '\x1f' /* a reference ends here, whatever follows: in "&am<b>p;" is none */
/* Behind the text gathered so far, so that it is copied in pieces of 16 bytes. */
#define TEXT_SLACK 16

struct text {
	bool on;               /* wanted of this page, and of the document that is being read */
	bool has_refs;         /* there is a '&' in it */
	bool decoded;          /* it comes as UTF-8 without references (xml.c) */
	struct buf raw, tidy, decode, lines;
	enum tag hidden;       /* the outermost element that is not shown; TAG_OTHER with deep > 0 is one, too */
	unsigned deep;         /* elements of its name that are open in it, itself included; 0 = nothing is hidden */
	unsigned blocks;       /* where its end tag may be left out: blocks that are open in it */
};

void text_init(struct text *t);
void text_release(struct text *t);
void text_reset(struct text *t, bool on);
/* 0 or -ENOMEM. max_bytes: no page has more text than bytes. */
MUST_CHECK int text_begin(struct text *t, size_t max_bytes);

/* A start tag, which the text before it has been given before. seen, value: its attributes. */
void text_start(struct text *t, enum tag tag, uint64_t seen, const struct str *value);
void text_end(struct text *t, enum tag tag);
/* After text_start(): nothing in this element is shown. */
void text_hide(struct text *t, enum tag tag);
/* A tag follows [p, to), in which there is a '&'. */
void text_cut(struct text *t, const char *p, const char *to);
/* Of a page that libxml2 decodes. */
void text_add_slow(struct text *t, const char *p, size_t len);

static inline void
text_mark(struct text *t, char mark)
{
	/* Each tag makes at most three, and takes at least as many bytes of the page. */
	(void)buf_addc(&t->raw, mark);
}

/* [p, to), behind which [to, end) may be read. Within the max_bytes of text_begin(). */
static inline void
text_add(struct text *t, const char *p, const char *to, const char *end)
{
	size_t len = (size_t)(to - p), i;
	char *dst = t->raw.data + t->raw.len;

	if (len == 0 || t->deep > 0)
		return;
	if (LIKELY(end - to >= TEXT_SLACK))
		for (i = 0; i < len; i += TEXT_SLACK)
			memcpy(dst + i, p + i, TEXT_SLACK);
	else
		memcpy(dst, p, len);
	t->raw.len += len;
	if (UNLIKELY(find_byte(p, to, '&') != to)) {
		t->has_refs = true;
		text_cut(t, p, to);
	}
}

#endif
