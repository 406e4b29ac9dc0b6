/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * generation.h: the directories of an update (update.h): how the next generation takes the place of the newest (U3).
 *
 * DIR/update/commit, a line each: "to TIME"; "on NAME" for each entry of DIR/generation_names, o: the newest has it, n: the next
 * one has it, '-' instead of what has not. The steps, each skipped where it has been taken:
 *
 *	DIR/NAME -> DIR/generations/TIME/NAME        all with o
 *	DIR/update/NAME -> DIR/NAME                  all with n
 *	what is left of DIR/update is removed, commit last
 *
 * An earlier generation that is restored goes the same way, through DIR/update. Descriptors are of directories; the job is locked.
 */
#ifndef STORE_GENERATION_H
#define STORE_GENERATION_H

#include <stdbool.h>

#include "base/check.h"
#include "base/str.h"
#include "store/update.h"

#define GENERATION_NEXT       UPDATE_NEXT
#define GENERATION_UNFINISHED "update.new"
#define GENERATION_PAST       "generations"
#define GENERATION_STAMP_MAX  32

/* Decides: the newest becomes generations/stamp (or a name like that), *ret_stamp, and DIR/update the newest; and does it. */
MUST_CHECK int generation_commit(int dir_fd, const char *stamp, char ret_stamp[GENERATION_STAMP_MAX]);
/* DIR/update, of which nothing was decided, becomes generations/stamp (or a name like that). */
MUST_CHECK int generation_put_back(int dir_fd, const char *stamp);
/* What a kill has left of that is done. Fast where there is nothing. */
MUST_CHECK int generation_recover(int dir_fd);
/* Is anything in the directory that a generation has, by its name? Empty directories do not count. */
bool generation_is_here(int dir_fd);
/* name in dir_fd, and all in it; 0 where there is nothing. */
MUST_CHECK int generation_remove(int dir_fd, const char *name);
/* All but the newest `keep` of generations/, of which one is `last`, the one that came before today's: restored ones may be older. */
MUST_CHECK int generation_prune(int dir_fd, unsigned keep, const char *last);
/* A link, or where that cannot be a copy, of from_fd/path at to_fd/path, its directories made. -ENOENT: there is none. */
MUST_CHECK int generation_share(int from_fd, int to_fd, const char *path);
/* name in dir_fd, where links of other generations lead to it too: becomes a copy, on the disk, that may be written to. 0 where there is none. */
MUST_CHECK int generation_unshare(int dir_fd, const char *name);

#endif
