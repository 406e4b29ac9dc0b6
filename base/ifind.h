/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ifind.h: ASCII words in a text, whatever case they are written in. Pure. */
#ifndef BASE_IFIND_H
#define BASE_IFIND_H

#include "base/str.h"

/*
 * The next place of word, which is in small letters and has two characters at least, from `at` on; s.len: none. A text without its
 * first and last letter at that distance passes at some GB a second (SSE2).
 */
size_t str_ifind(struct str s, size_t at, struct str word);
/* The same of one of two words of two characters: first, and either of second, which are small letters. */
size_t str_ifind2(struct str s, size_t at, char first, const char second[2]);

#endif
