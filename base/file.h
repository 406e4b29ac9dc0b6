/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.h: what everybody does with files, once: all of it is written, or read, and a file without a name is opened.
 *
 * No state; any thread. Failures are negative errno.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/check.h"

/* write(2) until all of it is written. *ret_done, unless NULL: bytes written, also on failure. */
MUST_CHECK int file_write_all(int fd, const void *p, size_t len, size_t *ret_done);
/* What path stands in, as far as that can be made; an error shows when path itself is made or opened. */
void file_make_parents(const char *path);
/* What is left of it, appended. 0 or negative errno: -EMSGSIZE where it does not fit into out. */
MUST_CHECK int file_read_all(int fd, struct buf *out);
/*
 * `to', which is to stand in the place of `from', gets its owner, mode, ACL and other attributes. -EPERM: it is not ours to give. What
 * the file system of `to' cannot keep is left out.
 */
MUST_CHECK int file_copy_owner(int from, int to);
/*
 * Writes the text beside the file, with a name of its own and mode 0600, and puts it in its place, durably: never half, never readable
 * to others.
 */
MUST_CHECK int file_replace(const char *path, struct str text);
/*
 * A new file in the directory that nobody sees and that goes with its descriptor, mode 0600, to read and write. Where the file
 * system can do that, linkat(2) may still give it a name. A descriptor.
 */
MUST_CHECK int file_open_nameless(const char *dir);

#endif
