/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan_find.h: searches the tokenizer lives on. Private to parse/worker/scan*.c.
 *
 * Distances are short in markup (a tag every 24 bytes), so the searches are inlined and look at 16 bytes at a time with
 * SSE2 where it is there, byte by byte elsewhere and in the last 15 bytes (invariant S3: nothing behind end is read). Wider
 * registers were measured to gain 1-3 % at such distances. A long way is left to memchr(), which the C library has for each
 * processor and chooses when the program starts.
 *
 * SCAN_PORTABLE leaves SSE2 out where it is there, so that what other processors run is tested too.
 */
#ifndef PARSE_WORKER_SCAN_FIND_H
#define PARSE_WORKER_SCAN_FIND_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(SCAN_PORTABLE)
#define SCAN_SSE2 1
#include <emmintrin.h>
#endif

#include "base/check.h"
#include "parse/worker/names.h"

enum {
	CLASS_SPACE = 1,      /* TAB, LF, FF, CR, SPACE */
	CLASS_TAG_END = 2,    /* ends a tag's name: space / > */
	CLASS_NAME_END = 4,   /* ends an attribute's name: space / > = */
	CLASS_VALUE_END = 8,  /* ends an unquoted value: space > */
	CLASS_ALPHA = 16,
};
extern const uint8_t scan_class[256];

#define CLASS_OF(c) scan_class[(unsigned char)(c)]

static inline const char *
find_far(const char *p, const char *end, char c)
{
	const char *found = memchr(p, c, (size_t)(end - p));

	return found != NULL ? found : end;
}

/* The first byte c in [p, end), or end. */
static inline const char *
find_byte(const char *p, const char *end, char c)
{
	const char *from = p;

#ifdef SCAN_SSE2
	const __m128i want = _mm_set1_epi8(c);

	while (LIKELY(end - p >= 16)) {
		unsigned hits = (unsigned)_mm_movemask_epi8(
			_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), want));

		if (LIKELY(hits != 0))
			return p + __builtin_ctz(hits);
		p += 16;
		if (UNLIKELY(p - from == 64))
			return find_far(p, end, c);
	}
#endif
	while (p < end && *p != c) {
		p++;
		if (UNLIKELY(p - from == 64))
			return find_far(p, end, c);
	}
	return p;
}

static inline const char *
find_class(const char *p, const char *end, unsigned class)
{
	while (p < end && (CLASS_OF(*p) & class) == 0)
		p++;
	return p;
}

static inline const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (CLASS_OF(*p) & CLASS_SPACE) != 0)
		p++;
	return p;
}

/* A name in the input: where it ends, and its key (of names of at most 16 bytes; else zero, which is no name's). */
struct found_name {
	const char *end;
	struct name_key key;
};

static inline struct found_name
find_name_slowly(const char *p, const char *end, unsigned class)
{
	struct found_name f = { .end = find_class(p, end, class) };

	if (f.end - p <= NAME_MAX_BYTES)
		f.key = name_key_of(p, (size_t)(f.end - p));
	return f;
}

#ifdef SCAN_SSE2
/* Bit i: p[i] may end a name: bytes up to SPACE, of which few are no white space (NUL, VT, ...), and what else is of class. */
static inline unsigned
name_stops(__m128i x, unsigned class)
{
	__m128i stop = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('>')), _mm_cmpeq_epi8(x, _mm_set1_epi8('/')));

	stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(' ')), x));
	if (class == CLASS_NAME_END)
		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(x, _mm_set1_epi8('=')));
	return (unsigned)_mm_movemask_epi8(stop);
}
#endif

/*
 * The name that begins at p and ends at a byte of class (CLASS_TAG_END, CLASS_NAME_END) or at end. One load answers both
 * questions without a loop over bytes, whose end no branch predictor foresees. No name that is known has another byte in it than letters and what
 * has 0x20 set, so that one bit makes upper case lower: what else it changes becomes no letter.
 */
static inline struct found_name
find_name(const char *p, const char *end, unsigned class)
{
#ifdef SCAN_SSE2
	static const uint8_t mask[32] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff };

	if (LIKELY(end - p >= 16)) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		unsigned stops = name_stops(x, class), n;

		if (LIKELY(stops != 0)) {
			n = (unsigned)__builtin_ctz(stops);
			if (LIKELY((CLASS_OF(p[n]) & class) != 0)) {
				struct found_name f = { .end = p + n };

				x = _mm_or_si128(x, _mm_set1_epi8(' '));
				x = _mm_and_si128(x, _mm_loadu_si128((const __m128i *)(const void *)(mask + 16 - n)));
				memcpy(&f.key, &x, sizeof(f.key));
				return f;
			}
		}
	}
#endif
	return find_name_slowly(p, end, class);
}

/* Only where it ends. */
static inline const char *
find_name_end(const char *p, const char *end, unsigned class)
{
#ifdef SCAN_SSE2
	if (LIKELY(end - p >= 16)) {
		unsigned stops = name_stops(_mm_loadu_si128((const __m128i *)(const void *)p), class);
		const char *q = p + (stops != 0 ? __builtin_ctz(stops) : 0);

		if (LIKELY((CLASS_OF(*q) & class) != 0))
			return q;
	}
#endif
	return find_class(p, end, class);
}

#endif
