/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entities.h: character references (WHATWG HTML §13.2.5.72-80), and the cleaning of text spans: CR LF and CR become LF
 * (§13.2.3.5), NUL becomes U+FFFD where the tokenizer says so.
 *
 * Pure. Results are UTF-8 wherever the input is ASCII; other bytes are copied as they are, whatever their charset: see
 * reader.c for the order in which charsets and references are decoded.
 */
#ifndef PARSE_WORKER_ENTITIES_H
#define PARSE_WORKER_ENTITIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/*
 * The reference at s.p, which is a '&': how many bytes of s it takes, 0 if there is none and the '&' is only an '&'. Its
 * text (UTF-8, 1 to 8 bytes) goes to dst. in_attr: the rule for attribute values ("&copy=" is none).
 */
#define ENTITY_TEXT_MAX 8
size_t entity_next(struct str s, bool in_attr, char dst[ENTITY_TEXT_MAX], size_t *ret_len);

enum {
	ENTITY_REFS = 1u << 0, /* decode references, */
	ENTITY_ATTR = 1u << 1, /* by the rule for attributes */
	ENTITY_NUL = 1u << 2,  /* NUL becomes U+FFFD */
};

/* What kinds of bytes are in s. */
enum {
	BYTES_AMP = 1u << 0,
	BYTES_CR = 1u << 1,
	BYTES_NUL = 1u << 2,
	BYTES_NOT_ASCII = 1u << 3,
};
unsigned entity_bytes(struct str s);
/* Must a string with such bytes be decoded at all, or is it its own result? */
static inline bool
entity_needed(unsigned bytes, unsigned flags)
{
	return (bytes & BYTES_CR) != 0 || ((bytes & BYTES_AMP) != 0 && (flags & ENTITY_REFS) != 0) ||
		((bytes & BYTES_NUL) != 0 && (flags & ENTITY_NUL) != 0);
}
/* Appends s, decoded, to out: 0 or negative errno. It grows by at most a factor of 3 (NUL). */
int entity_decode(struct str s, unsigned flags, struct buf *out);

#endif
