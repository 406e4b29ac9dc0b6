/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#if defined(__SSE2__) && !defined(SCAN_PORTABLE) /* as scan_find.h */
#define ENTITIES_SSE2 1
#include <emmintrin.h>
#endif

#include "parse/worker/entities.h"

struct entity {
	uint16_t name, value; /* offsets in entity_names, entity_values */
	uint8_t name_len, value_len;
};

#include "parse/worker/entities_table.h"

/* Names compare by bytes, a prefix before what it begins: the order of Python's sorted(). */
static int
entity_compare(const struct entity *e, struct str name)
{
	size_t n = e->name_len < name.len ? e->name_len : name.len;
	int r = memcmp(entity_names + e->name, name.p, n);

	return r != 0 ? r : (int)e->name_len - (int)name.len;
}

static const struct entity *
entity_find(const struct entity *table, size_t n, struct str name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int r = entity_compare(&table[mid], name);

		if (r == 0)
			return &table[mid];
		if (r < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* §13.2.5.80: what windows-1252 pages mean by &#128; to &#159;. */
static uint32_t
numeric_meaning(uint32_t cp)
{
	static const uint16_t c1[32] = {
		0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
		0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
		0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
	};

	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0xfffd;
	return cp >= 0x80 && cp <= 0x9f ? c1[cp - 0x80] : cp;
}

/* s begins with "&#". */
static size_t
numeric_next(struct str s, char dst[ENTITY_TEXT_MAX], size_t *ret_len)
{
	bool hex = s.len > 2 && (s.p[2] | 0x20) == 'x';
	size_t first = hex ? 3 : 2, i;
	uint32_t cp = 0;

	for (i = first; i < s.len; i++) {
		int digit = ascii_hex((unsigned char)s.p[i]);

		if (digit < 0 || (!hex && digit > 9))
			break;
		if (cp <= 0x10ffff)
			cp = cp * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (i == first)
		return 0;
	*ret_len = utf8_put(dst, numeric_meaning(cp));
	return i < s.len && s.p[i] == ';' ? i + 1 : i;
}

static size_t
entity_give(const struct entity *e, size_t taken, char dst[ENTITY_TEXT_MAX], size_t *ret_len)
{
	memcpy(dst, entity_values + e->value, e->value_len);
	*ret_len = e->value_len;
	return taken;
}

/*
 * A name that ends in ';' is a run of letters and digits and the ';' behind it; the few that need none are at most 6
 * long. So the longest match is the whole run, or a short prefix of it.
 */
size_t
entity_next(struct str s, bool in_attr, char dst[ENTITY_TEXT_MAX], size_t *ret_len)
{
	const struct entity *e;
	size_t run = 1, n;

	if (s.len >= 2 && s.p[1] == '#')
		return numeric_next(s, dst, ret_len);
	while (run < s.len && run <= ENTITY_NAME_MAX && ascii_is_alnum((unsigned char)s.p[run]))
		run++;
	if (run < s.len && s.p[run] == ';') {
		e = entity_find(entity_full, ARRAY_LEN(entity_full), str_n(s.p + 1, run - 1));
		if (e != NULL)
			return entity_give(e, run + 1, dst, ret_len);
	}
	for (n = run - 1 < ENTITY_BARE_MAX ? run - 1 : ENTITY_BARE_MAX; n >= ENTITY_BARE_MIN; n--) {
		e = entity_find(entity_bare, ARRAY_LEN(entity_bare), str_n(s.p + 1, n));
		if (e == NULL)
			continue;
		if (in_attr && n + 1 < s.len &&
			(s.p[n + 1] == '=' || ascii_is_alnum((unsigned char)s.p[n + 1])))
			return 0;
		return entity_give(e, n + 1, dst, ret_len);
	}
	return 0;
}

static const uint8_t byte_kinds[256] = {
	['&'] = BYTES_AMP,
	['\r'] = BYTES_CR,
	['\0'] = BYTES_NUL,
	[0x80 ... 0xff] = BYTES_NOT_ASCII,
};

#ifdef ENTITIES_SSE2
static unsigned
any_byte(__m128i hits)
{
	return _mm_movemask_epi8(hits) != 0;
}

/* s.len >= 16: in blocks, the last of which may overlap the one before it. */
static unsigned
long_bytes(struct str s)
{
	__m128i amp = _mm_setzero_si128(), cr = amp, nul = amp, high = amp;
	size_t i = 0;

	for (;;) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(s.p + i));

		amp = _mm_or_si128(amp, _mm_cmpeq_epi8(x, _mm_set1_epi8('&')));
		cr = _mm_or_si128(cr, _mm_cmpeq_epi8(x, _mm_set1_epi8('\r')));
		nul = _mm_or_si128(nul, _mm_cmpeq_epi8(x, _mm_setzero_si128()));
		high = _mm_or_si128(high, x);
		if (i + 16 >= s.len)
			break;
		i = i + 32 <= s.len ? i + 16 : s.len - 16;
	}
	return any_byte(amp) * BYTES_AMP | any_byte(cr) * BYTES_CR | any_byte(nul) * BYTES_NUL |
		any_byte(high) * BYTES_NOT_ASCII;
}
#endif

unsigned
entity_bytes(struct str s)
{
	unsigned kinds = 0;
	size_t i;

#ifdef ENTITIES_SSE2
	if (s.len >= 16)
		return long_bytes(s);
#endif
	for (i = 0; i < s.len; i++)
		kinds |= byte_kinds[(unsigned char)s.p[i]];
	return kinds;
}

int
entity_decode(struct str s, unsigned flags, struct buf *out)
{
	char text[ENTITY_TEXT_MAX];
	size_t i = 0, from = 0, taken, text_len;

	while (i < s.len) {
		char c = s.p[i];

		if (LIKELY(c != '&' && c != '\r' && c != '\0')) {
			i++;
			continue;
		}
		taken = 1;
		text_len = 0;
		if (c == '&') {
			taken = (flags & ENTITY_REFS) != 0
				? entity_next(str_n(s.p + i, s.len - i), (flags & ENTITY_ATTR) != 0, text, &text_len)
				: 0;
		} else if (c == '\r') {
			taken = i + 1 < s.len && s.p[i + 1] == '\n' ? 2 : 1;
			text[0] = '\n';
			text_len = 1;
		} else if ((flags & ENTITY_NUL) != 0) {
			text_len = utf8_put(text, 0xfffd);
		} else {
			taken = 0;
		}
		if (taken == 0) {
			i++;
			continue;
		}
		(void)buf_add(out, s.p + from, i - from);
		(void)buf_add(out, text, text_len);
		i += taken;
		from = i;
	}
	(void)buf_add(out, s.p + from, s.len - from);
	return buf_err(out);
}
