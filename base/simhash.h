/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simhash.h: a 64-bit fingerprint of a text that changes little when the text does (Charikar 2002; for web pages Manku, Jain and
 * Das Sarma, "Detecting near-duplicates for web crawling", 2007).
 *
 * Order of calls: simhash_init(); simhash_text() for each piece, which must not end inside of a word; simhash_end(). One pass,
 * no allocation; 6 to 9 ns a word. The result is the same on every machine and is written to files, so that no step of it may change
 * without a new name. Pure; one owner. Nothing fails.
 *
 * A word is a run of letters, digits and marks of any script; in scripts that are written without spaces (Chinese, Japanese) each
 * character is one. Case of ASCII letters does not count, and any digit is as good as another: a number is one and the same word,
 * so that a clock, a counter or a date makes no difference. What is hashed is each word with the one before it in its block, so
 * that the order of words counts, but little that of blocks; numbers only as what stands before a word; and what repeats itself hardly
 * more than once: else pages with long tables, or numbered headings, would all be near one another. Bytes that are no UTF-8 stand between words.
 *
 * The distance of two texts is the number of bits that differ. Texts with nothing in common are 32 apart, give or take 4; where
 * one word in a hundred was changed, about 5. Up to 3 counts as a near-duplicate (Manku et al.). Not for secrets: who wants two
 * texts to be close, can have that.
 */
#ifndef BASE_SIMHASH_H
#define BASE_SIMHASH_H

#include <stddef.h>
#include <stdint.h>

#define SIMHASH_BLOCK     '\x1e' /* in the text: a block ends here */
#define SIMHASH_BATCH     16  /* features that are counted at a time */
#define SIMHASH_PENDING   128 /* features that wait for that */
#define SIMHASH_PLANES    32
#define SIMHASH_SEEN      512
#define SIMHASH_NEAR_BITS 3

struct simhash {
	uint64_t planes[SIMHASH_PLANES]; /* 64 counters of 32 bits, each across the planes */
	uint64_t pending[SIMHASH_PENDING];
	unsigned n_pending;
	uint32_t words, features;
	uint64_t seen[SIMHASH_SEEN]; /* features counted, those of late, by their low bits */
	uint64_t prev; /* the word before, 0 at the begin of a block */
};

void simhash_init(struct simhash *s);
/* text: UTF-8. */
void simhash_text(struct simhash *s, const char *text, size_t len);
/* The fingerprint; 0 of a text without words. s->words is their number. */
uint64_t simhash_end(struct simhash *s);

static inline unsigned
simhash_distance(uint64_t a, uint64_t b)
{
	return (unsigned)__builtin_popcountll(a ^ b);
}

#endif
