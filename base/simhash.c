/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text is folded (lower case, each digit as '0') into a piece of a few KiB, 64 bytes at a time, each of which gives masks too: which
 * bytes belong to words, which end a block. A word of ASCII is then one load of 16 bytes, masked and mixed; those with other characters
 * go a slower way, character by character.
 *
 * Counting 64 bits for each word would be most of the work: the counters stand across 64-bit planes, and sixteen features are added to
 * all of them at once by carry-save adders.
 *
 * SIMHASH_PORTABLE leaves SSE2 out where it is there, so that what other processors run is tested too: the results are the same.
 */
#include "config.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#if defined(__SSE2__) && !defined(SIMHASH_PORTABLE)
#define SIMHASH_SSE2 1
#include <emmintrin.h>
#endif

#include "base/check.h"
#include "base/simhash.h"
#include "base/str.h"

#define STRIDE      64
#define CHUNK       16
#define PIECE_BYTES 4096 /* a word that is longer is several */

#define K0 UINT64_C(0xa0761d6478bd642f)
#define K1 UINT64_C(0xe7037ed1a0b428db)
#define K2 UINT64_C(0x8ebc6af09c88c6e3)
#define K3 UINT64_C(0x589965cc75374cc3)

#define NUMBER UINT64_C(1) /* for the hash of each number */

void
simhash_init(struct simhash *s)
{
	*s = (struct simhash){ .words = 0 };
}

/* --- counting --- */

/* a + b + *sum: the sums stay in *sum, the carries are returned. */
static inline uint64_t
carry_save(uint64_t *sum, uint64_t a, uint64_t b)
{
	uint64_t half = *sum ^ a, carry = (*sum & a) | (half & b);

	*sum = half ^ b;
	return carry;
}

static void
count_up(struct simhash *s, uint64_t carry, unsigned plane)
{
	for (; carry != 0 && plane < SIMHASH_PLANES; plane++) {
		uint64_t both = s->planes[plane] & carry;

		s->planes[plane] ^= carry;
		carry = both;
	}
}

/* Eight features into the counters' lower three planes; their carry is returned. */
static inline uint64_t
count_eight(uint64_t *planes, const uint64_t *f)
{
	uint64_t two[4], four[2];

	two[0] = carry_save(&planes[0], f[0], f[1]);
	two[1] = carry_save(&planes[0], f[2], f[3]);
	two[2] = carry_save(&planes[0], f[4], f[5]);
	two[3] = carry_save(&planes[0], f[6], f[7]);
	four[0] = carry_save(&planes[1], two[0], two[1]);
	four[1] = carry_save(&planes[1], two[2], two[3]);
	return carry_save(&planes[2], four[0], four[1]);
}

static void
count_pending(struct simhash *s)
{
	unsigned i;

	for (i = 0; i + SIMHASH_BATCH <= s->n_pending; i += SIMHASH_BATCH) {
		uint64_t a = count_eight(s->planes, &s->pending[i]), b = count_eight(s->planes, &s->pending[i + 8]);

		count_up(s, carry_save(&s->planes[3], a, b), 4);
	}
	memmove(s->pending, &s->pending[i], (s->n_pending - i) * sizeof(s->pending[0]));
	s->n_pending -= i;
}

uint64_t
simhash_end(struct simhash *s)
{
	/* A bit is set if more than half of the features have it: compared in all 64 counters at once. */
	uint32_t half = s->features / 2;
	uint64_t more = 0, equal = ~UINT64_C(0);
	unsigned i;

	for (i = 0; i < s->n_pending; i++)
		count_up(s, s->pending[i], 0);
	s->n_pending = 0;
	for (i = SIMHASH_PLANES; i-- > 0;) {
		uint64_t bit = (half >> i & 1) != 0 ? ~UINT64_C(0) : 0;

		more |= equal & s->planes[i] & ~bit;
		equal &= ~(s->planes[i] ^ bit);
	}
	return more;
}

/* --- words --- */

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Up to 16 bytes of a word, zeros behind. 16 bytes may be read. */
struct chunk {
	uint64_t lo, hi;
	bool number; /* all are digits */
};

#ifdef SIMHASH_SSE2
static inline struct chunk
chunk_at(const char *p, size_t n)
{
	static const uint8_t mask[2 * CHUNK] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff };
	__m128i keep = _mm_loadu_si128((const __m128i *)(const void *)(mask + CHUNK - n));
	__m128i x = _mm_and_si128(_mm_loadu_si128((const __m128i *)(const void *)p), keep);
	unsigned zeros = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('0')));

	return (struct chunk){
		.lo = (uint64_t)_mm_cvtsi128_si64(x),
		.hi = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(x, x)),
		.number = zeros == (1u << n) - 1,
	};
}
#else
static struct chunk
chunk_at(const char *p, size_t n)
{
	char bytes[CHUNK] = { 0 };
	struct chunk c = { .number = true };
	size_t i;

	for (i = 0; i < n; i++) {
		bytes[i] = p[i];
		c.number = c.number && p[i] == '0';
	}
	memcpy(&c.lo, bytes, sizeof(c.lo));
	memcpy(&c.hi, bytes + sizeof(c.lo), sizeof(c.hi));
	c.lo = le64toh(c.lo);
	c.hi = le64toh(c.hi);
	return c;
}
#endif

/* What of struct simhash changes with each word. */
struct taker {
	uint64_t *next; /* in pending */
	uint64_t *seen;
	uint64_t prev;
	uint32_t words;
};

static inline void
take_hash(struct taker *t, uint64_t h)
{
	uint64_t f = mix(t->prev ^ K2, h ^ K3), *seen = &t->seen[f % SIMHASH_SEEN];

	*t->next = f;
	t->next += *seen != f;
	*seen = f;
	t->prev = h;
	t->words++;
}

static inline void
take_number(struct taker *t)
{
	t->prev = NUMBER;
	t->words++;
}

/* NUMBER if it is one. */
static uint64_t
long_hash(const char *p, size_t n)
{
	uint64_t h = 0;
	bool number = true;

	for (; n > 0; p += CHUNK) {
		size_t part = n < CHUNK ? n : CHUNK;
		struct chunk c = chunk_at(p, part);

		number = number && c.number;
		h = mix(c.lo ^ K0 ^ h, c.hi ^ K1);
		n -= part;
	}
	return number ? NUMBER : h;
}

/* Counts what has come together, so that there is room for the words of a stride again. */
static inline void
taken(struct simhash *s, struct taker *t)
{
	unsigned n = (unsigned)(t->next - s->pending);

	s->features += n - s->n_pending;
	s->words += t->words;
	s->n_pending = n;
	t->words = 0;
	if (n >= SIMHASH_PENDING - STRIDE) {
		count_pending(s);
		t->next = s->pending + s->n_pending;
	}
}

static bool
is_word_char(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	if (c < 0xc0)
		return c == 0xaa || c == 0xb5 || c == 0xba;
	if (c == 0xd7 || c == 0xf7)
		return false;
	if (c >= 0x2000 && c < 0x2070)
		return c == 0x200c || c == 0x200d; /* joiners */
	return !(c >= 0x2190 && c < 0x2c00) && !(c >= 0x3000 && c < 0x3040 && c != 0x3005) &&
		!(c >= 0xfe30 && c < 0xfe70) && !(c >= 0xff00 && c < 0xff10) && !(c >= 0xfff0 && c < 0x10000) && c != 0xfeff &&
		!(c >= 0x1f000 && c < 0x20000);
}

/* Written without spaces: kana, ideographs. */
static bool
is_word_itself(uint32_t c)
{
	return (c >= 0x3040 && c < 0x3100) || (c >= 0x3400 && c < 0xa000) || (c >= 0xf900 && c < 0xfb00) ||
		(c >= 0x20000 && c < 0x40000);
}

static void
take_range(struct simhash *s, struct taker *t, const char *p, const char *to)
{
	uint64_t h;

	if (to <= p)
		return;
	h = long_hash(p, (size_t)(to - p));
	if (h == NUMBER)
		take_number(t);
	else
		take_hash(t, h);
	taken(s, t);
}

static bool
is_ascii(const char *p, const char *to)
{
	while (p < to && (unsigned char)*p < 0x80)
		p++;
	return p == to;
}

/* A long word, or a run of letters, digits and whatever is not ASCII: there may be several words in it, or none. */
static __attribute__((noinline)) void
take_other(struct simhash *s, struct taker *t, const char *p, const char *to)
{
	const char *word = p;

	if (is_ascii(p, to))
		p = to;
	while (p < to) {
		uint32_t c = 0;
		size_t n = utf8_next(p, (size_t)(to - p), &c);
		bool inside = n > 0 && is_word_char(c), itself = inside && is_word_itself(c);

		if (n == 0)
			n = 1;
		if (!inside || itself) {
			take_range(s, t, word, p);
			if (itself)
				take_range(s, t, p, p + n);
			word = p + n;
		}
		p += n;
	}
	take_range(s, t, word, to);
}

/* --- strides --- */

struct masks {
	uint64_t words, blocks, other; /* letters, digits and what is not ASCII; block ends; what is not ASCII */
};

#ifdef SIMHASH_SSE2
/* Where x lies in [from, from + n]. */
static inline __m128i
within(__m128i x, char from, char n)
{
	x = _mm_sub_epi8(x, _mm_set1_epi8(from));
	return _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(n)), x);
}

static inline uint64_t
sign_bits(__m128i x)
{
	return (unsigned)_mm_movemask_epi8(x);
}

/* The i-th chunk of a stride, into its bits of the masks. */
static inline void
fold_chunk(const char *p, char *dst, unsigned i, struct masks *m)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
	__m128i letter = within(_mm_or_si128(x, _mm_set1_epi8(0x20)), 'a', 'z' - 'a'), digit = within(x, '0', 9);

	m->blocks |= sign_bits(_mm_cmpeq_epi8(x, _mm_set1_epi8(SIMHASH_BLOCK))) << i;
	m->other |= sign_bits(x) << i;
	/* The sign is what is taken of x: not ASCII. */
	m->words |= sign_bits(_mm_or_si128(_mm_or_si128(letter, digit), x)) << i;
	x = _mm_or_si128(x, _mm_and_si128(letter, _mm_set1_epi8(0x20)));
	x = _mm_andnot_si128(_mm_and_si128(digit, _mm_set1_epi8(0x0f)), x);
	_mm_storeu_si128((__m128i *)(void *)(dst + i), x);
}

static inline struct masks
fold_stride(const char *p, char *dst)
{
	struct masks m = { 0, 0, 0 };

	_Static_assert(STRIDE == 4 * CHUNK, "its chunks");
	fold_chunk(p, dst, 0, &m);
	fold_chunk(p, dst, CHUNK, &m);
	fold_chunk(p, dst, 2 * CHUNK, &m);
	fold_chunk(p, dst, 3 * CHUNK, &m);
	return m;
}
#else
static struct masks
fold_stride(const char *p, char *dst)
{
	struct masks m = { 0, 0, 0 };
	unsigned i;

	for (i = 0; i < STRIDE; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c >= 0x80 || is_word_char(c))
			m.words |= UINT64_C(1) << i;
		if (c == (unsigned char)SIMHASH_BLOCK)
			m.blocks |= UINT64_C(1) << i;
		if (c >= 0x80)
			m.other |= UINT64_C(1) << i;
		dst[i] = c >= '0' && c <= '9' ? '0' : (char)ascii_lower(c);
	}
	return m;
}
#endif

struct piece {
	char folded[PIECE_BYTES + STRIDE + CHUNK];
	char rest[STRIDE];
	const char *word; /* the one that has begun and not ended, NULL if none */
	uint64_t inside;  /* the last byte before this stride belongs to a word: 1, else 0 */
	bool other;       /* the word that has begun is not all ASCII */
};

static inline void
take_word(struct simhash *s, struct taker *t, const char *p, const char *to, bool other)
{
	size_t n = (size_t)(to - p);
	struct chunk c;

	if (UNLIKELY(n > CHUNK || other)) {
		struct taker slow = *t; /* so that t stays in registers */

		take_other(s, &slow, p, to);
		*t = slow;
		return;
	}
	c = chunk_at(p, n);
	if (UNLIKELY(c.number))
		take_number(t);
	else
		take_hash(t, mix(c.lo ^ K0, c.hi ^ K1));
}

/* The word that begins at the bit `begin' has the word before it as its first half, unless a block has ended in between. */
static inline void
begin_word(struct taker *t, uint64_t *blocks, uint64_t begin)
{
	t->prev = (*blocks & (begin - 1)) != 0 ? 0 : t->prev;
	*blocks &= -begin;
}

/* The words that end in this stride. */
static inline void
take_stride(struct simhash *s, struct piece *piece, const char *at, struct masks m)
{
	struct taker t = { .next = s->pending + s->n_pending, .seen = s->seen, .prev = s->prev };
	/* Bytes of words behind those that are none, and the reverse. */
	uint64_t before = m.words << 1 | piece->inside, begins = m.words & ~before, ends = before & ~m.words, blocks = m.blocks;

	if (piece->word != NULL && ends != 0) {
		take_word(s, &t, piece->word, at + __builtin_ctzll(ends), piece->other || (m.other & ((ends & -ends) - 1)) != 0);
		ends &= ends - 1;
		piece->word = NULL;
	}
	for (; ends != 0; ends &= ends - 1, begins &= begins - 1) {
		uint64_t begin = begins & -begins, end = ends & -ends;

		begin_word(&t, &blocks, begin);
		take_word(s, &t, at + __builtin_ctzll(begins), at + __builtin_ctzll(ends), (m.other & (end - begin)) != 0);
	}
	if (begins != 0) {
		begin_word(&t, &blocks, begins);
		piece->word = at + __builtin_ctzll(begins);
		piece->other = (m.other & -begins) != 0;
	} else if (piece->word != NULL) {
		piece->other = piece->other || m.other != 0;
	}
	s->prev = blocks != 0 ? 0 : t.prev;
	taken(s, &t);
	piece->inside = m.words >> 63;
}

static void
take_piece(struct simhash *s, struct piece *piece, const char *p, size_t len)
{
	size_t i;

	piece->word = NULL;
	piece->inside = 0;
	piece->other = false;
	for (i = 0; i + STRIDE <= len; i += STRIDE)
		take_stride(s, piece, piece->folded + i, fold_stride(p + i, piece->folded + i));
	memset(piece->rest, ' ', sizeof(piece->rest));
	memcpy(piece->rest, p + i, len - i);
	take_stride(s, piece, piece->folded + i, fold_stride(piece->rest, piece->folded + i));
}

static bool
is_word_byte(char c)
{
	return (unsigned char)c >= 0x80 || is_word_char((unsigned char)c);
}

void
simhash_text(struct simhash *s, const char *text, size_t len)
{
	struct piece piece;
	size_t n;

	for (; len > 0; text += n, len -= n) {
		n = len;
		if (n > PIECE_BYTES) {
			n = PIECE_BYTES;
			while (n > 0 && is_word_byte(text[n - 1]))
				n--;
			if (n == 0)
				n = PIECE_BYTES;
		}
		take_piece(s, &piece, text, n);
	}
}
