/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * buf.h: a growing byte buffer, born with its ceiling.
 *
 * Order of calls: buf_init() once; buf_add*() as often as wanted; buf_reset() to reuse the memory for the
 * next content; buf_release() at the end (also fine on a zeroed or released buf). One owner, no locks.
 *
 * Failures: -EMSGSIZE when max_bytes would be passed, -ENOMEM when the machine refuses; the content is
 * untouched and `err` keeps the first failure until buf_reset(), so that a run of adds may be checked
 * once at its end: buf_err(&b). After a failure every further add fails too, nothing is half-written.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>

#include "base/check.h"
#include "base/str.h"

struct buf {
	char *data;       /* len bytes used; not NUL-terminated */
	size_t len, cap;  /* len <= cap <= max_bytes */
	size_t max_bytes; /* ceiling, immutable after init */
	int err;          /* 0, or the first failure since the last reset */
	bool lent;        /* data is not its own */
};

#define BUF_INIT(max) ((struct buf){ .max_bytes = (max) })

void buf_init(struct buf *b, size_t max_bytes);
/*
 * One over memory that is there already, of cap bytes: what is beyond the ceiling is not used. Where cap is max_bytes it never
 * grows, and the memory may be an array.
 */
static inline struct buf
buf_over(char *data, size_t cap, size_t max_bytes)
{
	return (struct buf){ .data = data, .cap = cap < max_bytes ? cap : max_bytes, .max_bytes = max_bytes };
}
/* As buf_over(), but the memory stays its lender's: what does not fit into it moves to memory of its own. */
static inline struct buf
buf_lent(char *data, size_t cap, size_t max_bytes)
{
	return (struct buf){ .data = data, .cap = cap < max_bytes ? cap : max_bytes, .max_bytes = max_bytes, .lent = true };
}
void buf_release(struct buf *b);
/* Empties it and forgets errors; keeps the memory up to keep_bytes, and what is lent. */
void buf_reset(struct buf *b, size_t keep_bytes);
/* Makes room for extra more bytes behind len: 0, -EMSGSIZE or -ENOMEM. */
int buf_reserve(struct buf *b, size_t extra);

int buf_add_slow(struct buf *b, const void *p, size_t len);
static inline int
buf_add(struct buf *b, const void *p, size_t len)
{
	if (LIKELY(b->err == 0 && len <= b->cap - b->len && len != 0)) {
		memcpy(b->data + b->len, p, len); /* NOLINT(clang-analyzer-core.NonNullParamChecker): cap > 0 */
		b->len += len;
		return 0;
	}
	return buf_add_slow(b, p, len);
}
static inline int
buf_add_str(struct buf *b, struct str s)
{
	return buf_add(b, s.p, s.len);
}
static inline int
buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}
/* Our own text and numbers only; never a string from the web as format. */
int buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
int buf_add_u64(struct buf *b, uint64_t v);
/*
 * s made fit for a terminal or a log line: printable UTF-8 as it is; control characters (C0, DEL, C1, bidi
 * controls) and bytes that are not UTF-8 as \xNN; a backslash doubled.
 */
int buf_add_escaped(struct buf *b, struct str s);
/* The same with a backslash as it is: what the user typed, or people read and no program does. */
int buf_add_typed(struct buf *b, struct str s);
/* s made fit for a text or a quoted attribute of an HTML page in UTF-8; what is no UTF-8 as U+FFFD. */
int buf_add_html(struct buf *b, struct str s);

/* Never NULL: empty is "". */
static inline struct str
buf_str(const struct buf *b)
{
	return b->data != NULL ? (struct str){ b->data, b->len } : STR("");
}
MUST_CHECK static inline int
buf_err(const struct buf *b)
{
	return b->err;
}
/* The content with a NUL behind it (not counted in len); NULL if that did not fit (err is set). */
MUST_CHECK const char *buf_cstr(struct buf *b);

static inline void
buf_releasep(struct buf *b)
{
	buf_release(b);
}

#endif
