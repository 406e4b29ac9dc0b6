/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_private.h: one file that is verified, as the files of verify share it.
 */
#ifndef STORE_VERIFY_PRIVATE_H
#define STORE_VERIFY_PRIVATE_H

#include <stdbool.h>

#include "store/verify.h"

struct verify_one {
	struct verify *v;
	struct str path;
	/* of an index */
	int dirfd, fd; /* fd: of the file that the last line named */
	char name[256];
	uint64_t line_at;
	bool bad; /* the record of this line */
	uint64_t passed_bytes, max_bytes; /* that its lines have led through; and may, all together */
};

/* A fault, at offset: "record 7: text". text may be of the file. */
void verify_tell(const struct verify_one *j, uint64_t offset, const char *lead, uint64_t number, struct str text);
/* The records from `from` to `end` (UINT64_MAX: of the file). 0 or negative errno. */
MUST_CHECK int verify_warc(struct verify_one *j, int fd, uint64_t from, uint64_t end);
MUST_CHECK int verify_wacz(struct verify_one *j, int fd);

#endif
