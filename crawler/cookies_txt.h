/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cookies_txt.h: the files of --load-cookies and --save-cookies, in the format that Netscape left behind (url/cookie.h has a line of
 * it). What is wrong is logged here.
 */
#ifndef CRAWLER_COOKIES_TXT_H
#define CRAWLER_COOKIES_TXT_H

#include "base/buf.h"
#include "url/cookie.h"

#define COOKIES_TXT_LOOP_BYTES ((size_t)16 * 1024 * 1024) /* of what one loop's jar may come to */

/* fn for each cookie in text; path: where it is from. 0, or fn's first failure. */
MUST_CHECK int cookies_txt_read(struct str text, const char *path, int (*fn)(void *arg, const struct cookie *c), void *arg);
/* What stands before the lines. */
void cookies_txt_begin(struct buf *text);
/* Puts text in the place of the file, whole or not at all, for its owner to read only. The exit code. */
MUST_CHECK int cookies_txt_write(const char *path, const struct buf *text);

#endif
