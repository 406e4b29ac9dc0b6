/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"

#define BUF_MIN_BYTES 64

void
buf_init(struct buf *b, size_t max_bytes)
{
	*b = BUF_INIT(max_bytes);
}

void
buf_release(struct buf *b)
{
	if (!b->lent)
		free(b->data);
	*b = BUF_INIT(b->max_bytes);
}

void
buf_reset(struct buf *b, size_t keep_bytes)
{
	if (b->cap > keep_bytes && !b->lent) {
		free(b->data);
		b->data = NULL;
		b->cap = 0;
	}
	b->len = 0;
	b->err = 0;
}

static int
buf_fail(struct buf *b, int err)
{
	if (b->err == 0)
		b->err = err;
	return b->err;
}

/* With room for so much: NULL, and what there was stays as it is. */
static char *
grown(const struct buf *b, size_t cap)
{
	char *p = b->lent ? malloc(cap) : realloc(b->data, cap);

	if (p != NULL && b->lent && b->len > 0)
		memcpy(p, b->data, b->len);
	return p;
}

int
buf_reserve(struct buf *b, size_t extra)
{
	size_t want, cap;
	char *p;

	if (b->err != 0)
		return b->err;
	if (extra <= b->cap - b->len)
		return 0;
	CHECK(b->len <= b->cap && b->cap <= b->max_bytes);
	if (extra > b->max_bytes - b->len)
		return buf_fail(b, -EMSGSIZE);
	want = b->len + extra;
	cap = b->cap < BUF_MIN_BYTES ? BUF_MIN_BYTES : b->cap + b->cap / 2;
	if (cap < want)
		cap = want;
	if (cap > b->max_bytes)
		cap = b->max_bytes;
	p = grown(b, cap);
	if (p == NULL)
		return buf_fail(b, -ENOMEM);
	b->data = p;
	b->cap = cap;
	b->lent = false;
	return 0;
}

int
buf_add_slow(struct buf *b, const void *p, size_t len)
{
	int r;

	if (len == 0)
		return b->err;
	r = buf_reserve(b, len);
	if (r < 0)
		return r;
	memcpy(b->data + b->len, p, len);
	b->len += len;
	return 0;
}

int
buf_addf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	CLEANUP(freep) char *large = NULL;
	va_list ap;
	int n;

	if (b->err != 0)
		return b->err;
	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	CHECK(n >= 0);
	if ((size_t)n < sizeof(small))
		return buf_add(b, small, (size_t)n);
	/* Not straight into b: vsnprintf writes a NUL behind the text, for which the ceiling may have no room. */
	va_start(ap, fmt);
	n = vasprintf(&large, fmt, ap);
	va_end(ap);
	if (n < 0) {
		large = NULL;
		return buf_fail(b, -ENOMEM);
	}
	return buf_add(b, large, (size_t)n);
}

int
buf_add_u64(struct buf *b, uint64_t v)
{
	char tmp[20];
	size_t i = sizeof(tmp);

	do {
		tmp[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	return buf_add(b, tmp + i, sizeof(tmp) - i);
}

static int
add_escaped(struct buf *b, struct str s, bool doubled)
{
	static const char hex[] = "0123456789abcdef";
	size_t i = 0;

	while (i < s.len) {
		uint32_t cp = 0;
		size_t k, n = utf8_next(s.p + i, s.len - i, &cp);

		if (n == 0 || utf8_is_unsafe(cp)) {
			if (n == 0)
				n = 1;
			for (k = 0; k < n; k++) {
				unsigned char c = (unsigned char)s.p[i + k];
				char esc[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

				buf_add(b, esc, sizeof(esc));
			}
		} else if (cp == '\\' && doubled) {
			buf_add(b, "\\\\", 2);
		} else {
			buf_add(b, s.p + i, n);
		}
		i += n;
	}
	return b->err;
}

int
buf_add_escaped(struct buf *b, struct str s)
{
	return add_escaped(b, s, true);
}

int
buf_add_typed(struct buf *b, struct str s)
{
	return add_escaped(b, s, false);
}

int
buf_add_html(struct buf *b, struct str s)
{
	static const char *const names[0x80] = { ['&'] = "amp", ['<'] = "lt", ['>'] = "gt", ['"'] = "quot", ['\''] = "#39" };
	size_t i = 0;

	while (i < s.len) {
		uint32_t cp = 0;
		size_t n = utf8_next(s.p + i, s.len - i, &cp);

		if (n == 0)
			buf_add(b, "\xef\xbf\xbd", 3);
		else if (cp < 0x80 && names[cp] != NULL)
			buf_addf(b, "&%s;", names[cp]);
		else
			buf_add(b, s.p + i, n);
		i += n > 0 ? n : 1;
	}
	return b->err;
}

const char *
buf_cstr(struct buf *b)
{
	if (buf_reserve(b, 1) < 0)
		return NULL;
	b->data[b->len] = '\0';
	return b->data;
}
