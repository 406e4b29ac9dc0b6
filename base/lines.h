/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.h: the lines of a text that the user has made: a list of URLs, of sums.
 *
 * Order of calls: lines_open(); lines_next() until it returns 0 or fails; lines_close(). One thread. A line has a ceiling, so that
 * what is no text at all costs no memory; the byte order mark that some editors put in front is no part of it.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdio.h>

#include "base/buf.h"

#define LINES_MAX_BYTES (512 * 1024)

struct lines {
	FILE *f;
	struct buf line;
	unsigned long number; /* of the line given last; the first is 1 */
};

/* path "-": standard input. 0 or negative errno. */
MUST_CHECK int lines_open(struct lines *l, const char *path);
/* 1, and the line without its end (CR LF too), valid up to the next call; 0: there is none; -E2BIG: it is too long; -EIO, -EISDIR, -ENOMEM. */
MUST_CHECK int lines_next(struct lines *l, struct str *ret_line);
void lines_close(struct lines *l);

#endif
