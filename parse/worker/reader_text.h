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
 *
 * The sketch (base/sketch.h) is made of the text as written, without gathering it. The scanning reader leaves only scripts and the like out of
 * it: a sketch is compared with those of other pages that were read the same way, and with nothing else. The same text is what the page's echo is
 * made of (echo.h), where that is wanted: it costs more.
 */
#ifndef PARSE_WORKER_READER_TEXT_H
#define PARSE_WORKER_READER_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/simhash.h"
#include "base/sketch.h"
#include "parse/worker/echo.h"
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
	bool sketched;         /* the sketch is, */
	bool echoed;           /* and the echo, which whoever sets this has begun with echo_init() */
	bool has_refs;         /* there is a '&' in it */
	bool decoded;          /* it comes as UTF-8 without references (xml.c) */
	struct buf raw, tidy, decode, lines;
	enum tag hidden;       /* the outermost element that is not shown; TAG_OTHER with deep > 0 is one, too */
	unsigned deep;         /* elements of its name that are open in it, itself included; 0 = nothing is hidden */
	unsigned blocks;       /* where its end tag may be left out: blocks that are open in it */
	struct sketch sketch;
	struct echo echo;
};

void text_init(struct text *t);
void text_release(struct text *t);
void text_reset(struct text *t, bool on, bool sketched);
/* 0 or -ENOMEM. max_bytes: no page has more text than bytes. */
MUST_CHECK int text_begin(struct text *t, size_t max_bytes);

/* A start tag, which the text before it has been given before. seen, value: its attributes. */
void text_start_slow(struct text *t, enum tag tag, uint64_t seen, const struct str *value);
void text_end_slow(struct text *t, enum tag tag);
/* After text_start(): nothing in this element is shown. */
void text_hide(struct text *t, enum tag tag);
/* A tag follows [p, to), in which there is a '&'. */
void text_cut(struct text *t, const char *p, const char *to);
/* Of a page that libxml2 decodes. */
void text_add_slow(struct text *t, const char *p, size_t len);

static inline bool
text_wanted(const struct text *t)
{
	return t->on || t->sketched;
}

static inline void
text_mark(struct text *t, char mark)
{
	/* Each tag makes at most three, and takes at least as many bytes of the page. */
	(void)buf_addc(&t->raw, mark);
}

/* Most tags stand within a block. */
static inline void
text_start(struct text *t, enum tag tag, uint64_t seen, const struct str *value)
{
	if (t->deep > 0 || (tag_flags[tag] & TAG_BLOCK) != 0 || tag == TAG_TEMPLATE ||
		(seen & (ATTR_BIT(ATTR_HIDDEN) | ATTR_BIT(ATTR_STYLE))) != 0)
		text_start_slow(t, tag, seen, value);
}

static inline void
text_end(struct text *t, enum tag tag)
{
	if (t->deep > 0 || (tag_flags[tag] & TAG_BLOCK) != 0)
		text_end_slow(t, tag);
}

/* Copies, in pieces of TEXT_SLACK bytes: so many may be read behind the text, and written. True: there is a '&' in it. */
static inline bool
text_copy(char *dst, const char *p, size_t len)
{
#ifdef SCAN_SSE2
	const __m128i amp = _mm_set1_epi8('&');
	unsigned hits = 0;
	size_t i;

	for (i = 0; i + TEXT_SLACK < len; i += TEXT_SLACK) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + i));

		_mm_storeu_si128((__m128i *)(void *)(dst + i), x);
		hits |= (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, amp));
	}
	{
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + i));

		_mm_storeu_si128((__m128i *)(void *)(dst + i), x);
		hits |= (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, amp)) & ((1u << (len - i)) - 1);
	}
	return hits != 0;
#else
	memcpy(dst, p, len);
	return memchr(p, '&', len) != NULL;
#endif
}

/* [p, to), behind which [to, end) may be read. Within the max_bytes of text_begin(). */
static inline void
text_add(struct text *t, const char *p, const char *to, const char *end)
{
	size_t len = (size_t)(to - p);
	char *dst = t->raw.data + t->raw.len;
	bool amp;

	if (len == 0 || t->deep > 0)
		return;
	t->raw.len += len;
	if (LIKELY(end - to >= TEXT_SLACK)) {
		amp = text_copy(dst, p, len);
	} else {
		memcpy(dst, p, len);
		amp = memchr(p, '&', len) != NULL;
	}
	if (UNLIKELY(amp)) {
		t->has_refs = true;
		text_cut(t, p, to);
	}
}

#endif
