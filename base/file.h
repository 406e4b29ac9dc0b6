/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.h: what everybody does with files, once: all of it is written, or read, and a file without a name is opened.
 *
 * No state; any thread. Failures are negative errno.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/check.h"

/* Are both of one file? As long as it is open somewhere, or has a name: its number is given to another one then. */
static inline bool
file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}
/* write(2) until all of it is written. *ret_done, unless NULL: bytes written, also on failure. */
MUST_CHECK int file_write_all(int fd, const void *p, size_t len, size_t *ret_done);
/* What path stands in, as far as that can be made: how many directories were. An error shows when path itself is made or opened. */
unsigned file_make_parents(const char *path);
/*
 * fn of each entry of the directory `name' in `at', but "." and "..", until it returns what is not 0; that is returned, or 0, or negative
 * errno of opening it, which does not follow a link. fd: of the directory, fn's to use in the call.
 */
MUST_CHECK int file_each_entry(int at, const char *name, int (*fn)(void *arg, int fd, const char *entry), void *arg);
/* What is left of it, appended. 0 or negative errno: -EMSGSIZE where it does not fit into out. */
MUST_CHECK int file_read_all(int fd, struct buf *out);
/*
 * `to', which is to stand in the place of `from', gets its owner, mode, ACL and other attributes. -EPERM: it is not ours to give. What
 * the file system of `to' cannot keep is left out.
 */
MUST_CHECK int file_copy_owner(int from, int to);
/*
 * A new file in the directory that nobody sees and that goes with its descriptor, mode 0600, to read and write. Where the file
 * system can do that, linkat(2) may still give it a name. A descriptor.
 */
MUST_CHECK int file_open_nameless(const char *dir);
/*
 * The file has this text then, and at no moment half of it: written beside it, synced, renamed. A symbolic link stays one; what is
 * no regular file (a device, a pipe somebody reads) is written to as it is. mode: of a new file; one that was there is replaced
 * by a file of that mode too.
 */
MUST_CHECK int file_replace(const char *path, unsigned mode, struct str text);

#endif
