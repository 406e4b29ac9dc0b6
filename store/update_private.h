/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * update_private.h: an update, as update.c (its begin and its end) and update_build.c (what it begins with) share it.
 */
#ifndef STORE_UPDATE_PRIVATE_H
#define STORE_UPDATE_PRIVATE_H

#include "store/dir.h"
#include "store/update.h"

#define UPDATE_PATH_MAX_BYTES ((size_t)64 * 1024)

struct update {
	struct store_dir dir; /* of the job, locked */
	struct update_rules rules;
	char *next_path; /* DIR/update */
	bool goes_on, is_repair, has_purged;
};

/* Makes DIR/update, on the disk when it returns; or nothing. */
MUST_CHECK int update_build(struct update *u);

#endif
