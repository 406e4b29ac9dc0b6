/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset_index.h: the indexes of the Encoding Standard §5, and what reads and writes single characters by them. Pure, but where said. */
#ifndef PARSE_WORKER_CHARSET_INDEX_H
#define PARSE_WORKER_CHARSET_INDEX_H

#include "parse/worker/charset.h"

enum charset_index { INDEX_JIS0208, INDEX_JIS0212, INDEX_EUC_KR, INDEX_GB18030, INDEX_BIG5, INDEX_COUNT };

/* Index code point of a pointer, any number; 0: none. */
uint32_t index_cp(enum charset_index index, unsigned pointer);
/* Index gb18030 ranges; 0: none. */
uint32_t index_gb18030_ranges_cp(unsigned pointer);
/* For what index gb18030 lacks. */
unsigned index_gb18030_ranges_pointer(uint32_t cp);
/* What 0x80-0xff mean in a single-byte encoding, 0 for nothing; NULL: it is none. */
const uint16_t *index_single(enum charset cs);

/*
 * From code points up to U+FFFF to 1 + the pointer of the first of them (0: none), as the encoder of this charset wants it (§5: Big5's
 * and Shift_JIS's own rules). The table is the caller's, for free(). 0 or -ENOMEM.
 */
#define INDEX_POINTERS 0x10000
MUST_CHECK int index_pointers(enum charset cs, uint16_t **ret_pointers);
/* The same of Big5's code points above. */
unsigned index_big5_pointer_above(uint32_t cp);

/* A character of an encoding, or what is none: §4.2 "decoder", one step. */
struct charset_char {
	unsigned n_bytes;
	uint32_t cp, more; /* U+FFFD where they mean nothing; `more' follows if it is not 0 */
};

/* Encodings with more bytes a character, but for those with a state: what p begins with. len > 0. */
struct charset_char charset_char_at(enum charset cs, const char *p, size_t len);
bool charset_is_multi_byte(enum charset cs);
/* Appends the whole of s. */
void charset_decode_2022_jp(struct str s, struct buf *out);
void charset_decode_utf16(struct str s, bool big_endian, struct buf *out);
int charset_add_cp(struct buf *out, uint32_t cp);

#endif
