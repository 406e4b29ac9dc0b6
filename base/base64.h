/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base64.h: the digits of RFC 4648 section 4. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/str.h"

/* 0 to 63, or -1: it is none. */
static inline int
base64_digit(unsigned char c)
{
	if (ascii_is_upper(c))
		return c - 'A';
	if (ascii_is_lower(c))
		return c - 'a' + 26;
	if (ascii_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

#endif
