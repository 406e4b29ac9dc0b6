/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shelf_warc.h: what a job has in its WARC files, by URL: for shelf.c. The index is read once, and what has been added to it since
 * each time that something is looked for; 16 bytes in memory a line, and 16 a payload. A revisit gives what it refers to.
 *
 * Nothing in the files is believed: names stand beside the index, and a record that is not what the index says is not shown.
 * One thread.
 */
#ifndef STORE_SHELF_WARC_H
#define STORE_SHELF_WARC_H

#include "base/check.h"
#include "base/str.h"

struct shelf_warc;

/* dir_fd: of the job. -ENOENT: it has no WARC. */
MUST_CHECK int shelf_warc_open(int dir_fd, struct shelf_warc **ret_warc);
void shelf_warc_close(struct shelf_warc *w);
/*
 * The body of the last answer for the URL (canonical), in a file without a name: a descriptor; or negative errno: -ENOENT (it is
 * not archived), -EBADMSG (what the index leads to is damaged).
 */
MUST_CHECK int shelf_warc_get(struct shelf_warc *w, struct str url);

#endif
