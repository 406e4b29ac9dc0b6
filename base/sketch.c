/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SKETCH_PORTABLE leaves SSE2 out where it is there, so that what other processors run is tested too: the results are the same. */
#include "config.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#if defined(__SSE2__) && !defined(SKETCH_PORTABLE)
#define SKETCH_SSE2 1
#include <emmintrin.h>
#endif

#include "base/check.h"
#include "base/sketch.h"

#define CHUNK 16
#define READ  (3 * CHUNK) /* from where a chunk begins: what begins at its last byte is READ - CHUNK long at most */
#define PLACE 5
#define PLACE_BITS 3 /* in which a piece's first two bytes agree with that; */
#define MORE_BITS  3 /* the next ones are the lowest of its mark */
#define LOWER      UINT64_C(0x2020202020202020)

#define K0 UINT64_C(0xa0761d6478bd642f)
#define K1 UINT64_C(0xe7037ed1a0b428db)

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint64_t
load64(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

static inline uint32_t
load32(const char *p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return le32toh(x);
}

void
sketch_init(struct sketch *s)
{
	*s = (struct sketch){ .whole = K0 };
}

/* --- marks --- */

static bool
is_kept(uint32_t mark, unsigned shift)
{
	return (mark & ((UINT64_C(1) << shift) - 1)) == 0;
}

/* Full: half of them go. No mark is 0, so with SKETCH_SHIFT_MAX all are gone. */
static void
thin(struct sketch *s)
{
	unsigned i, n = 0;

	s->shift++;
	for (i = 0; i < SKETCH_MAX; i++) {
		uint32_t mark = s->marks[i];

		s->marks[n] = mark;
		n += is_kept(mark, s->shift);
	}
	memset(&s->marks[n], 0, (SKETCH_MAX - n) * sizeof(s->marks[0]));
	s->n = n;
}

static void
keep(struct sketch *s, uint32_t mark)
{
	unsigned i, found = 0;

	/* All of them, so that it is done some at once: what is free is 0, and no mark. */
	for (i = 0; i < SKETCH_MAX; i++)
		found |= s->marks[i] == mark;
	if (found)
		return;
	while (s->n == SKETCH_MAX && is_kept(mark, s->shift))
		thin(s);
	if (is_kept(mark, s->shift))
		s->marks[s->n++] = mark;
}

/* --- pieces --- */

/* What decides whether a piece begins at p. */
static inline unsigned
place_at(const char *p)
{
	unsigned a = (unsigned char)p[0] | 0x20u, b = (unsigned char)p[1] | 0x20u;

	return (a + 3 * b) & 0xff;
}

/* With these bits zero above PLACE, a mark is still kept. */
static inline unsigned
place_mask(const struct sketch *s)
{
	unsigned more = s->shift < MORE_BITS ? s->shift : MORE_BITS;

	return (1u << (PLACE_BITS + more)) - 1;
}

/* SKETCH_PIECE_MIN <= n <= SKETCH_PIECE_MAX. */
static inline void
take_piece(struct sketch *s, const char *p, size_t n)
{
	uint64_t first = load64(p) | LOWER, middle = load64(p + (n < 16 ? n - 8 : 8)) | LOWER, last = load64(p + n - 8) | LOWER;
	uint64_t h = mix(mix(first ^ K0, middle ^ K1) ^ last, K0 ^ n);
	uint32_t mark = (uint32_t)(h >> 32) << MORE_BITS | (place_at(p) >> PLACE_BITS & ((1u << MORE_BITS) - 1));

	if (mark != 0 && is_kept(mark, s->shift))
		keep(s, mark);
}

#ifdef SKETCH_SSE2
/* Bit i: a piece may begin at p + i. */
static inline unsigned
places(const char *p, unsigned mask)
{
	__m128i lower = _mm_set1_epi8(0x20);
	__m128i a = _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)p), lower);
	__m128i b = _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)(p + 1)), lower);
	__m128i v = _mm_add_epi8(_mm_add_epi8(a, b), _mm_add_epi8(b, b));

	v = _mm_and_si128(v, _mm_set1_epi8((char)mask));
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(PLACE)));
}

/* Bit i: p[i] is a digit. */
static inline unsigned
digits(const char *p)
{
	__m128i x = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), _mm_set1_epi8('0'));

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(9)), x));
}
#else
static unsigned
places(const char *p, unsigned mask)
{
	unsigned i, m = 0;

	for (i = 0; i < CHUNK; i++)
		m |= (unsigned)((place_at(p + i) & mask) == PLACE) << i;
	return m;
}

static unsigned
digits(const char *p)
{
	unsigned i, m = 0;

	for (i = 0; i < CHUNK; i++)
		m |= (unsigned)(p[i] >= '0' && p[i] <= '9') << i;
	return m;
}
#endif

/* The pieces that begin at the places m of the next CHUNK of a run that ends behind len more bytes; READ bytes may be read. */
static void
take_places(struct sketch *s, const char *p, size_t len, unsigned m)
{
	for (; m != 0; m &= m - 1) {
		unsigned i = (unsigned)__builtin_ctz(m);
		size_t piece = len - i < SKETCH_PIECE_MAX ? len - i : SKETCH_PIECE_MAX;
		unsigned numbers = digits(p + i) | digits(p + i + CHUNK) << CHUNK;

		if (LIKELY((numbers & ((1u << piece) - 1)) == 0))
			take_piece(s, p + i, piece);
	}
}

/* --- runs --- */

/* Bytes [p, p + n), n < CHUNK, as two words; nothing behind is read. */
static inline uint64_t
short_hash(const char *p, size_t n)
{
	uint64_t lo, hi;

	if (n >= 8) {
		lo = load64(p);
		hi = load64(p + n - 8);
	} else if (n >= 4) {
		lo = load32(p);
		hi = load32(p + n - 4);
	} else {
		lo = (unsigned char)p[0];
		hi = (uint64_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
	}
	return mix(lo ^ K0 ^ n, hi ^ K1);
}

/* All pieces of a run. Those near the end of what may be read are looked at in a copy. */
static void
take_pieces(struct sketch *s, const char *p, size_t len, const char *end)
{
	char copy[READ];
	size_t i;
	unsigned mask = place_mask(s), m;

	for (i = 0; i + SKETCH_PIECE_MIN <= len; i += CHUNK) {
		const char *at = p + i;
		size_t n = len - i - SKETCH_PIECE_MIN + 1;

		if (UNLIKELY(end - at < READ)) {
			memset(copy, 0, sizeof(copy));
			memcpy(copy, at, (size_t)(end - at));
			at = copy;
		}
		m = places(at, mask);
		if (n < CHUNK)
			m &= (1u << n) - 1;
		if (m != 0) {
			take_places(s, at, len - i, m);
			mask = place_mask(s);
		}
	}
}

void
sketch_add(struct sketch *s, const char *p, const char *to, const char *end)
{
	size_t len = (size_t)(to - p), i;
	uint64_t h = s->whole ^ len;

	if (len == 0 || (len == 1 && (unsigned char)*p <= ' '))
		return;
	if (len >= SKETCH_PIECE_MIN)
		take_pieces(s, p, len, end);
	for (i = 0; i + CHUNK <= len; i += CHUNK)
		h = mix(load64(p + i) ^ K0 ^ h, load64(p + i + 8) ^ K1);
	if (i < len)
		h = mix(short_hash(p + i, len - i) ^ h, K1);
	s->whole = h;
}
