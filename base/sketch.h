/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sketch.h: what a text says, in a few hundred bytes: a sample of the short pieces of it that stand in no number, and one hash of all. So
 * that it can be told how much of a text is new among others, and whether two are the same. At a fraction of what a SimHash
 * costs (base/simhash.h), because what is hashed is chosen by two bytes at a time, sixteen places at once.
 *
 *	struct sketch s;
 *	sketch_init(&s);
 *	sketch_add(&s, run, run_end, readable_end);	for each run of text: what stands between two tags
 *	s.whole, s.marks, s.n, s.shift
 *
 * The rules, which are the same whatever stands around a piece. A piece is SKETCH_PIECE_MAX bytes of a run, or what is left of it, but no less than
 * SKETCH_PIECE_MIN; some four words, so that a text of few words has new pieces, too. Upper case is taken for lower, and there are no
 * digits in it: pages that differ in numbers or dates have the same pieces. It begins where (a + 3 b) mod 8 = 5, a and b its first two
 * bytes, each with 0x20 set; that is one place in eight, whatever the language. Its mark has the next three bits of that sum, and above them 29 bits
 * of its hash. Of the marks those that end in `shift' zeros are kept, shift as small as leaves at most SKETCH_MAX: so n << shift
 * estimates how many different pieces there are, and that times eight is bytes of text; and the more text there is, the fewer
 * places are looked at twice. After Broder, "On the resemblance and containment of documents" (1997), the choice of places after Manber,
 * "Finding similar files in a large file system" (1994).
 *
 * `whole' is a hash of all runs in their order, digits and all.
 *
 * Marks and hashes are the same everywhere and always, so whoever writes the text may choose them. Pure; any thread; nothing fails.
 */
#ifndef BASE_SKETCH_H
#define BASE_SKETCH_H

#include <stdint.h>

#define SKETCH_PIECE_MIN 12 /* at least 8 */
#define SKETCH_PIECE_MAX 24
#define SKETCH_MAX   32
#define SKETCH_SHIFT_MAX 32
#define SKETCH_BYTES_PER_MARK 8

struct sketch {
	uint64_t whole;
	unsigned n, shift;
	uint32_t marks[SKETCH_MAX]; /* n of them, each once, in no order; zeros behind */
};

void sketch_init(struct sketch *s);
/* [p, to) is a run; up to end may be read. */
void sketch_add(struct sketch *s, const char *p, const char *to, const char *end);

#endif
