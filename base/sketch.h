/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sketch.h: what a text says, in a few hundred bytes: a sample of the short pieces of it that stand in no number, and one hash of all. So
 * that it can be told how much of a text is new among others, and whether two are the same. A nanosecond for 5 bytes or so: the text is
 * gathered as it comes, and then looked at in one go, without a branch for each of its runs or pieces.
 *
 *	struct sketch s;
 *	sketch_init(&s);
 *	sketch_add(&s, run, run_end, readable_end);	for each run of text: what stands between two tags
 *	sketch_end(&s);
 *	s.whole, s.marks, s.n, s.shift
 *
 * The rules, which are the same whatever stands around a piece. A piece is SKETCH_PIECE_MAX bytes of a run, or what is left of it, but no less than
 * SKETCH_PIECE_MIN; some four words, so that a text of few words has new pieces, too. Upper case is taken for lower, and there are no
 * digits in it: pages that differ in numbers or dates have the same pieces. It begins where (a + 3 b) mod 8 = 5, a, b and c its first three
 * bytes, each with 0x20 set; that is one place in eight, whatever the language. Its mark has the upper five bits of (a + 3 b + 9 c) mod 256, and
 * above them 27 bits of its hash. Of the marks those that end in `shift' zeros are kept, shift as small as leaves at most SKETCH_MAX: so n << shift
 * estimates how many different pieces there are, and that times eight is bytes of text; and the more text there is, the fewer
 * places are looked at twice. After Broder, "On the resemblance and containment of documents" (1997), the choice of places after Manber,
 * "Finding similar files in a large file system" (1994). A NUL ends a run, too; a run of white space of one byte is none.
 *
 * `whole' is a hash of all runs in their order, digits and all.
 *
 * Marks and hashes are the same everywhere and always, so whoever writes the text may choose them. Pure; any thread; nothing fails.
 */
#ifndef BASE_SKETCH_H
#define BASE_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"

#define SKETCH_PIECE_MIN 12 /* at least 8 */
#define SKETCH_PIECE_MAX 24
#define SKETCH_MAX   32
#define SKETCH_SHIFT_MAX 32
#define SKETCH_BYTES_PER_MARK 8
#define SKETCH_TEXT  16384 /* bytes that are looked at in one go */
#define SKETCH_STEP  32    /* a run is copied by so many at a time: they may be read and written behind it */

struct sketch {
	uint64_t whole;
	unsigned n, shift;
	uint32_t marks[SKETCH_MAX]; /* n of them, each once, in no order; zeros behind */
	bool over;                  /* there are more than SKETCH_MAX of shift - 1 */
	bool looked;                /* text has been looked at already */
	uint32_t len;
	char text[SKETCH_TEXT + 2 * SKETCH_STEP]; /* len bytes: runs, a NUL behind each */
};

void sketch_init(struct sketch *s);
void sketch_add_slowly(struct sketch *s, const char *p, const char *to);
void sketch_end(struct sketch *s);

/* [p, to) is a run; up to end may be read. */
static inline void
sketch_add(struct sketch *s, const char *p, const char *to, const char *end)
{
	size_t len = (size_t)(to - p), i = 0;
	char *dst = s->text + s->len;
	bool is_run;

	if (UNLIKELY(end - to < SKETCH_STEP || len + 1 >= SKETCH_TEXT - s->len)) {
		sketch_add_slowly(s, p, to);
		return;
	}
	do {
		memcpy(dst + i, p + i, SKETCH_STEP);
		i += SKETCH_STEP;
	} while (UNLIKELY(i < len));
	dst[len] = '\0';
	is_run = len > 1 || (len == 1 && (unsigned char)*p > ' ');
	s->len += is_run ? (uint32_t)len + 1 : 0;
}

#endif
