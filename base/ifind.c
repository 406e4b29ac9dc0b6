/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/check.h"
#include "base/ifind.h"

static bool
is_at(struct str s, size_t at, struct str word)
{
	return str_istarts(str_n(s.p + at, s.len - at), word);
}

#ifdef __SSE2__
/* A byte of 16 is 0xff where that of the text is c, or its capital. */
static __m128i
is_letter(const char *p, char c)
{
	char fold = ascii_is_alpha((unsigned char)c) ? 0x20 : 0;
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);

	return _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(fold)), _mm_set1_epi8(c));
}
#endif

size_t
str_ifind(struct str s, size_t at, struct str word)
{
	size_t last = word.len - 1;

	CHECK(word.len >= 2);
	if (s.len < word.len)
		return s.len;
#ifdef __SSE2__
	for (; at + last + 16 <= s.len; at += 16) {
		unsigned hits = (unsigned)_mm_movemask_epi8(_mm_and_si128(is_letter(s.p + at, word.p[0]), is_letter(s.p + at + last, word.p[last])));

		for (; hits != 0; hits &= hits - 1)
			if (is_at(s, at + (size_t)__builtin_ctz(hits), word))
				return at + (size_t)__builtin_ctz(hits);
	}
#endif
	for (; at + word.len <= s.len; at++)
		if (is_at(s, at, word))
			return at;
	return s.len;
}

size_t
str_ifind2(struct str s, size_t at, char first, const char second[2])
{
#ifdef __SSE2__
	for (; at + 17 <= s.len; at += 16) {
		__m128i either = _mm_or_si128(is_letter(s.p + at + 1, second[0]), is_letter(s.p + at + 1, second[1]));
		unsigned hits = (unsigned)_mm_movemask_epi8(_mm_and_si128(is_letter(s.p + at, first), either));

		if (hits != 0)
			return at + (size_t)__builtin_ctz(hits);
	}
#endif
	for (; at + 2 <= s.len; at++) {
		char c = (char)ascii_lower((unsigned char)s.p[at + 1]);

		if (ascii_lower((unsigned char)s.p[at]) == (unsigned char)first && (c == second[0] || c == second[1]))
			return at;
	}
	return s.len;
}
