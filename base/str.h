/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * str.h: borrowed byte strings, and the ASCII rules the web's formats are written in.
 *
 * A struct str owns nothing and need not end in NUL: whoever holds the bytes says how long it lives.
 * Everything here is pure and locale-independent (never <ctype.h>).
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"

struct str {
	const char *p;
	size_t len;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })

/* For printf: printf("%.*s", STR_ARG(s)). Only for text of our own: escape what came from the web. */
#define STR_ARG(s) (int)(s).len, (s).p

static inline struct str
str_of(const char *cstr)
{
	return (struct str){ cstr, cstr != NULL ? strlen(cstr) : 0 };
}

static inline struct str
str_n(const char *p, size_t len)
{
	return (struct str){ p, len };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool ascii_is_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
static inline bool ascii_is_lower(unsigned char c) { return c >= 'a' && c <= 'z'; }
static inline bool ascii_is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_is_alpha(unsigned char c) { return ascii_is_lower(c | 0x20); }
static inline bool ascii_is_alnum(unsigned char c) { return ascii_is_alpha(c) || ascii_is_digit(c); }
/* ASCII white space as WHATWG Infra says: TAB, LF, FF, CR, SPACE. */
static inline bool
ascii_is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}
static inline unsigned char
ascii_lower(unsigned char c)
{
	return ascii_is_upper(c) ? c | 0x20 : c;
}
/* 0-15, or -1. */
static inline int
ascii_hex(unsigned char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Equal but for ASCII case; so many bytes of two. */
bool str_ieq_bytes(const char *a, const char *b, size_t len);
/* The same. Most that are not equal differ in length, or in more than the case of the first byte. */
static inline bool
str_ieq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || (((a.p[0] ^ b.p[0]) & ~0x20) == 0 && str_ieq_bytes(a.p, b.p, a.len)));
}
bool str_starts(struct str s, struct str prefix);
bool str_istarts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Is a C0 control, tab and line ends included, or DEL in it? */
bool str_has_control(struct str s);
/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str s);
/* From the first byte c on is cut off and given in *ret_rest (without c); false if c is not in s. */
bool str_cut(struct str s, char c, struct str *ret_head, struct str *ret_rest);
/* Decimal digits only, all of s, no sign: 0, -EINVAL or -ERANGE (over max). */
MUST_CHECK int str_to_u64(struct str s, uint64_t max, uint64_t *ret);
/* Shell-style pattern: '*' any run, '?' any byte, '[a-z]' a set; linear time for '*'. */
bool str_glob(struct str pattern, struct str s);

/*
 * Length in bytes (1-4) of the valid UTF-8 sequence at p (Unicode 15, table 3-7), or 0 if there is none.
 * *ret_cp may be NULL.
 */
size_t utf8_next(const char *p, size_t len, uint32_t *ret_cp);
/* Of a character: does it move the cursor, hide text or reorder it? C0, DEL, C1, and the bidi controls. */
bool utf8_is_unsafe(uint32_t cp);
/* The whole of it is valid UTF-8. */
bool utf8_valid(const char *p, size_t len);
/* Writes the code point (a scalar value) to dst, 1-4 bytes; returns how many. */
size_t utf8_put(char dst[4], uint32_t cp);

#endif
