/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * percent.h: percent-encoding after WHATWG URL §1.3. Pure; failures stay in the buf (buf_err).
 */
#ifndef URL_PERCENT_H
#define URL_PERCENT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* The percent-encode sets: what has the bit in percent_table is encoded. Every set holds all bytes above 0x7e. */
enum percent_set {
	PERCENT_C0 = 1u << 0,
	PERCENT_FRAGMENT = 1u << 1,
	PERCENT_QUERY = 1u << 2,
	PERCENT_SPECIAL_QUERY = 1u << 3,
	PERCENT_PATH = 1u << 4,
	PERCENT_USERINFO = 1u << 5,
	/* Not a set of the standard: what may not stand in a host (forbidden domain code points, §3.1). */
	PERCENT_FORBIDDEN_DOMAIN = 1u << 6,
	PERCENT_FORBIDDEN_HOST = 1u << 7,
};

extern const uint8_t percent_table[256];

/* Appends s with the bytes of the set as %XX; bytes of the web are kept otherwise, '%' too. */
void percent_encode(struct buf *out, struct str s, enum percent_set set);
/* Appends "%XX" for one byte. */
void percent_put(struct buf *out, unsigned char c);
/*
 * Appends s, a reference that came outside of a document; where it is not UTF-8, with every byte above 0x7f as %XX: in what charset
 * it is nobody says, and the server that wrote it knows its own bytes.
 */
void percent_encode_raw(struct buf *out, struct str s);
/* Appends s with every %XX as its byte. */
void percent_decode(struct buf *out, struct str s);

/*
 * Bytes (at least 1) that make up one ill-formed part of UTF-8 at p, where utf8_next() found none: the decoder of
 * WHATWG Encoding makes one U+FFFD of them (Unicode 15 §3.9, "maximal subpart").
 */
size_t utf8_bad_len(const char *p, size_t len);
/* Appends s with each ill-formed part as U+FFFD. */
void utf8_scrub(struct buf *out, struct str s);

#endif
