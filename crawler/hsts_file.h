/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hsts_file.h: the file of --hsts-file, which wget and others can use too (url/hsts.h has a line of it). What is wrong is logged here. */
#ifndef CRAWLER_HSTS_FILE_H
#define CRAWLER_HSTS_FILE_H

#include "base/buf.h"
#include "url/hsts.h"

#define HSTS_FILE_MAX_BYTES ((size_t)64 * 1024 * 1024)
#define HSTS_FILE_MAX_HOSTS 50000u /* as HSTSSET_MAX_HOSTS: more are not kept */

/* fn for each host; NULL, or a file that is not there yet: none. The exit code. */
MUST_CHECK int hsts_file_read(const char *path, int (*fn)(void *arg, const struct hsts_host *h), void *arg);
/* What stands before the lines. */
void hsts_file_begin(struct buf *text);
/* Puts text in the place of the file. The exit code. */
MUST_CHECK int hsts_file_write(const char *path, const struct buf *text);

#endif
