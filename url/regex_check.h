/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * regex_check.h: what regcomp() takes, and better had not: expressions that cost it more than one is worth, and those that mean
 * something else to it than to whoever wrote them.
 *
 * POSIX leaves a backslash before a letter or digit open. The C library knows \w \W \s \S \b \B, and reads any other as the letter; within
 * [...] a backslash is always one itself. So an expression written for Perl or Python would match other URLs, and nobody would be told.
 *
 * Pure; any thread.
 */
#ifndef URL_REGEX_CHECK_H
#define URL_REGEX_CHECK_H

#include <stdbool.h>

#define REGEX_CHECK_BYTES 256

/* Whether p may be given to regcomp(). If not, why (ours, printable) in ret_why. */
bool regex_check(const char *p, char ret_why[REGEX_CHECK_BYTES]);

#endif
