/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dir.h: the job directory: made, found free of another job, and named by a descriptor from then
 * on, so that it may be moved while the run goes on.
 */
#ifndef STORE_DIR_H
#define STORE_DIR_H

#include <stdbool.h>

#include "base/check.h"
#include "base/str.h"

struct store_dir {
	int fd;
	char *path;   /* as given; for messages */
	bool created; /* by us: dir_undo() removes it */
};

/*
 * Makes path (0755, with its parents) unless it is there, and makes sure that no job is in it. 0;
 * -EEXIST when there is one; other negative errno. *ret_error: malloc'd text for the user, or NULL
 * when memory is short.
 */
MUST_CHECK int dir_open(const char *path, struct store_dir *ret_dir, char **ret_error);
void dir_close(struct store_dir *d);
/* A new file with this text. 0, -EEXIST or other negative errno. */
MUST_CHECK int dir_put_file(const struct store_dir *d, const char *name, struct str text);
/*
 * Takes back what was made for a job that never began: its files, and the directory if it was made
 * for it.
 */
void dir_undo(const struct store_dir *d);
/* A file without a name, in the directory: a descriptor, or negative errno. */
MUST_CHECK int dir_open_temporary(const struct store_dir *d);

/* The text for an error of dir_open()'s kind: what could not be done, why, and what to do. */
char *dir_error_text(const char *path, int err);

#endif
