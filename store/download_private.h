/* SPDX-License-Identifier: GPL-3.0-or-later */
/* download_private.h: what download.c (the part), download_info.c (what it is of) and download_end.c (its names) share. */
#ifndef STORE_DOWNLOAD_PRIVATE_H
#define STORE_DOWNLOAD_PRIVATE_H

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store/download.h"

#define DOWNLOAD_PART ".part"
#define DOWNLOAD_INFO ".part.info"

/* name with the suffix, in dst. */
static inline const char *
download_suffixed(const char *name, const char *suffix, char dst[NAME_MAX + 1])
{
	CHECK(snprintf(dst, NAME_MAX + 1, "%s%s", name, suffix) <= NAME_MAX);
	return dst;
}

enum download_whose { DOWNLOAD_NOBODYS, DOWNLOAD_OURS, DOWNLOAD_FOREIGN };

/* What the part is of, on the disk. */
MUST_CHECK int download_put_info(struct download *d);
/* The first word of ours, before there is a part: not synced, so that it costs a small file nothing. -EEXIST: there is one. */
MUST_CHECK int download_make_info(struct download *d);
/*
 * Whose part it is that the info stands beside (D5): an enum download_whose; -EMFILE, -ENFILE or -ENOMEM: it could not be looked at. *ret_known: it
 * says what the part is of, which d has now. *ret_same_boot: the machine has not been started since.
 */
MUST_CHECK int download_get_info(struct download *d, bool *ret_known, bool *ret_same_boot);
/* A validator goes back to a server in a request: one line, and printable. */
bool download_is_validator(struct str s);
/* Is the user the owner? */
bool download_is_own(const struct download *d, const struct stat *st);
/* Is fd still what has the part's name? */
bool download_is_part(const struct download *d, int fd, struct stat *ret_st);

#endif
