/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SKETCH_PORTABLE leaves SSE2 out where it is there, so that what other processors run is tested too: the results are the same. */
#include "config.h"

#include <endian.h>
#include <string.h>

#if defined(__SSE2__) && !defined(SKETCH_PORTABLE)
#define SKETCH_SSE2 1
#include <emmintrin.h>
#endif

#include "base/check.h"
#include "base/hash.h"
#include "base/sketch.h"

#define CHUNK  16
#define STRIDE 64 /* whose places are found together */
#define BEHIND (2 * SKETCH_STEP) /* a stride may be read that begins at the last byte, or so much */
#define PLACE 5
#define PLACE_BITS 3 /* of a sum of a piece's first two bytes are that; */
#define PLACE_MASK ((1 << PLACE_BITS) - 1)
#define MORE_BITS  5 /* the next ones of a sum of its first three are the lowest of its mark */
#define MORE_MASK  (0xffu & ~(unsigned)PLACE_MASK)
#define LOWER      UINT64_C(0x2020202020202020)
#define BATCH      128 /* pieces are made of so many places at a time, or some more */
#define FIRST_LOOK 160 /* places that are to be expected in the first look, at most: half of them have a mark that is not there yet */

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

void
sketch_init(struct sketch *s)
{
	s->whole = K0;
	s->n = s->shift = 0;
	s->len = 0;
	s->over = s->looked = false;
	memset(s->marks, 0, sizeof(s->marks));
	_Static_assert(BEHIND >= STRIDE && BEHIND >= 2 * CHUNK && sizeof(s->text) >= SKETCH_TEXT + BEHIND, "what is read");
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

	s->over = true;
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

/* What decides whether a piece begins at p, by its last bits; */
static inline unsigned
place_at(const char *p)
{
	return ((unsigned char)p[0] | 0x20u) + 3 * ((unsigned char)p[1] | 0x20u);
}

/* and whether its mark is kept: these bits of it are the mark's last. */
static inline unsigned
more_at(const char *p)
{
	return (place_at(p) + 9 * ((unsigned char)p[2] | 0x20u)) & MORE_MASK;
}

/* Which of them are 0 in marks that are kept. */
static inline unsigned
more_mask(const struct sketch *s)
{
	unsigned more = s->shift < MORE_BITS ? s->shift : MORE_BITS;

	return ((1u << more) - 1) << PLACE_BITS;
}

/* SKETCH_PIECE_MIN <= n <= SKETCH_PIECE_MAX. */
static inline uint32_t
mark_of(const char *p, size_t n)
{
	uint64_t first = load64(p) | LOWER, middle = load64(p + (n < 16 ? n - 8 : 8)) | LOWER, last = load64(p + n - 8) | LOWER;
	uint64_t h = mix(mix(first ^ K0, middle ^ K1) ^ last, K0 ^ n);

	return (uint32_t)(h >> 32) << MORE_BITS | more_at(p) >> PLACE_BITS;
}

#ifdef SKETCH_SSE2
/* Bit i: a piece may begin at p + i. */
static inline unsigned
places(const char *p, unsigned mask)
{
	__m128i lower = _mm_set1_epi8(0x20);
	__m128i a = _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)p), lower);
	__m128i b = _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)(p + 1)), lower);
	__m128i c = _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)(p + 2)), lower);
	__m128i place = _mm_add_epi8(_mm_add_epi8(a, b), _mm_add_epi8(b, b)), more;

	more = _mm_add_epi8(c, _mm_add_epi8(c, c));
	more = _mm_add_epi8(place, _mm_add_epi8(more, _mm_add_epi8(more, more)));
	/* Both at once: the bits that decide about the place are none of those that more is asked for. */
	place = _mm_or_si128(_mm_and_si128(place, _mm_set1_epi8(PLACE_MASK)), _mm_and_si128(more, _mm_set1_epi8((char)mask)));
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(place, _mm_set1_epi8(PLACE)));
}

/* Bit i: p[i] is a digit. */
static inline unsigned
digits(const char *p)
{
	__m128i x = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), _mm_set1_epi8('0'));

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(9)), x));
}

/* Bit i: p[i] ends a run. */
static inline unsigned
ends(const char *p)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_setzero_si128()));
}
#else
static unsigned
places(const char *p, unsigned mask)
{
	unsigned i, m = 0;

	for (i = 0; i < CHUNK; i++)
		m |= (unsigned)(((place_at(p + i) & PLACE_MASK) | (more_at(p + i) & mask)) == PLACE) << i;
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

static unsigned
ends(const char *p)
{
	unsigned i, m = 0;

	for (i = 0; i < CHUNK; i++)
		m |= (unsigned)(p[i] == '\0') << i;
	return m;
}
#endif

/*
 * The marks of the pieces at some places. Which of these have one cannot be foreseen: each is written, and the next one over it where it is
 * none.
 */
static void
take_places(struct sketch *s, const uint16_t *at, unsigned n)
{
	uint32_t marks[BATCH + STRIDE], last = (UINT32_C(1) << (s->shift < 31 ? s->shift : 31)) - 1;
	unsigned i, n_marks = 0;

	for (i = 0; i < n; i++) {
		const char *p = s->text + at[i];
		/* What is behind the longest piece is an end, too: there is one. */
		unsigned to = ends(p) | ends(p + CHUNK) << CHUNK | 1u << SKETCH_PIECE_MAX;
		unsigned len = (unsigned)__builtin_ctz(to), inside = (to & -to) - 1;
		unsigned numbers = (digits(p) | digits(p + CHUNK) << CHUNK) & inside;
		uint32_t mark = mark_of(p, len < SKETCH_PIECE_MIN ? SKETCH_PIECE_MIN : len);

		marks[n_marks] = mark;
		n_marks += (unsigned)(len >= SKETCH_PIECE_MIN) & (unsigned)(numbers == 0) & (unsigned)(mark != 0) &
			(unsigned)((mark & last) == 0);
	}
	for (i = 0; i < n_marks; i++)
		keep(s, marks[i]);
}

/* Places of the text, found and not looked at yet. */
struct found {
	unsigned n;
	uint16_t at[BATCH + STRIDE + 1];
};

/* The first place of m, which are places from i on, if there is one: it is written in any case, and counted where it is one. */
static inline uint64_t
find_first(struct found *f, uint32_t i, uint64_t m)
{
	f->at[f->n] = (uint16_t)(i + (uint32_t)__builtin_ctzll(m | UINT64_C(1) << 63));
	f->n += m != 0;
	return m & (m - 1);
}

/* Bit k: a piece may begin at p + k. */
static inline uint64_t
stride_places(const char *p, unsigned mask)
{
	uint64_t low = places(p, mask) | places(p + CHUNK, mask) << CHUNK;
	uint64_t high = places(p + 2 * (size_t)CHUNK, mask) | places(p + 3 * (size_t)CHUNK, mask) << CHUNK;

	return low | high << (2 * CHUNK);
}

/* The pieces that begin in the first len bytes of the text; what may belong to them stands behind. */
static void
take_pieces(struct sketch *s, uint32_t len)
{
	unsigned mask = more_mask(s);
	struct found f;
	uint32_t i;

	f.n = 0;
	for (i = 0; i < len; i += STRIDE) {
		uint64_t m = stride_places(s->text + i, mask);

		if (UNLIKELY(len - i < STRIDE))
			m &= (UINT64_C(1) << (len - i)) - 1;
		/* Some without a branch for each: seldom there are more. */
		do {
			m = find_first(&f, i, m);
			m = find_first(&f, i, m);
			m = find_first(&f, i, m);
			m = find_first(&f, i, m);
		} while (UNLIKELY(m != 0));
		if (UNLIKELY(f.n >= BATCH)) {
			take_places(s, f.at, f.n);
			f.n = 0;
			mask = more_mask(s);
		}
	}
	take_places(s, f.at, f.n);
}

/* --- runs --- */

/*
 * Of the first text there is. Marks are chosen by shift from the beginning, so that few pieces have to be made: it is guessed from the length, and a
 * smaller one tried where it turns out that no more than SKETCH_MAX marks are there.
 */
static void
take_first(struct sketch *s, uint32_t len)
{
	unsigned from = 0;

	while ((len / SKETCH_BYTES_PER_MARK) >> from > FIRST_LOOK)
		from++;
	for (;;) {
		s->shift = from;
		take_pieces(s, len);
		if (s->over || from == 0)
			return;
		/* As many as are wanted, by what has been seen. */
		do
			from--;
		while (from > 0 && s->n << (s->shift - from) <= SKETCH_MAX);
		s->n = 0;
		memset(s->marks, 0, sizeof(s->marks));
	}
}

/* What is behind len bytes of the text is not looked at yet, but may belong to pieces that begin before. */
static void
look(struct sketch *s, uint32_t len)
{
	if (s->looked)
		take_pieces(s, len);
	else
		take_first(s, len);
	s->looked = true;
	s->whole = hash_fingerprint(&(struct hash_key){ s->whole }, s->text, len);
}

/* Where the text is full, a run may go on. */
static void
look_and_go_on(struct sketch *s)
{
	uint32_t rest = SKETCH_PIECE_MAX - 1;

	memset(s->text + s->len, 0, BEHIND);
	s->len -= rest;
	look(s, s->len);
	memcpy(s->text, s->text + s->len, rest);
	s->len = rest;
}

static void
gather(struct sketch *s, const char *p, size_t len)
{
	while (len > 0) {
		size_t n = SKETCH_TEXT - s->len < len ? SKETCH_TEXT - s->len : len;

		memcpy(s->text + s->len, p, n);
		s->len += (uint32_t)n;
		p += n;
		len -= n;
		if (s->len == SKETCH_TEXT)
			look_and_go_on(s);
	}
}

/* Of any length, and without reading behind it. The text is looked at where it is full, no sooner: so that `whole' depends on nothing else. */
void
sketch_add_slowly(struct sketch *s, const char *p, const char *to)
{
	if (p == to || (to - p == 1 && (unsigned char)*p <= ' '))
		return;
	gather(s, p, (size_t)(to - p));
	gather(s, "", 1);
}

void
sketch_end(struct sketch *s)
{
	memset(s->text + s->len, 0, BEHIND);
	look(s, s->len);
	s->len = 0;
}
