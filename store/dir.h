/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dir.h: the job directory: made, or found with a job in it; locked against a second program; and
 * named by a descriptor from then on.
 */
#ifndef STORE_DIR_H
#define STORE_DIR_H

#include <stdbool.h>

#include "base/check.h"
#include "base/str.h"

#define DIR_LOCK "lycosa.lock" /* locked while a job runs; shared by those who read it, and want it to stay as it is */

struct store_dir {
	int fd;
	int lock_fd;
	char *path;   /* as given; for messages, and for the database */
	bool created; /* by us: dir_undo() removes it */
	unsigned n_made; /* by us: of it and of those above it */
	bool has_job; /* there is a job to go on with */
};

/*
 * Makes path (0755, with its parents) unless it is there, and locks it. 0; -EBUSY when a job is
 * running in it, or `lycosa verify' reads it; -EEXIST when there is something that looks like a job and has no database; -EPERM
 * when it is not the user's alone (trust.h); other negative errno. *ret_error: malloc'd text for the user, or NULL when memory is short.
 */
MUST_CHECK int dir_open(const char *path, struct store_dir *ret_dir, char **ret_error);
void dir_close(struct store_dir *d);
/* Is a job running in it, or ending? */
bool dir_is_in_use(const char *path);
/* The file has this text now, or is as it was: written beside it, synced, renamed. */
MUST_CHECK int dir_put_file(const struct store_dir *d, const char *name, struct str text);
/*
 * Opens or makes a file and cuts it to *bytes; if it is shorter, *bytes is its length then. A
 * descriptor or negative errno.
 */
MUST_CHECK int dir_open_cut(const struct store_dir *d, const char *name, int flags, uint64_t *bytes);
/* The names of new files are on the disk when it returns. */
MUST_CHECK int dir_sync(const struct store_dir *d);
/* And so are the directory's own name and those of what was made for it to stand in. */
MUST_CHECK int dir_sync_made(const struct store_dir *d);
/*
 * Takes back what was made for a job that never began: its files, and the directory if it was made
 * for it.
 */
void dir_undo(const struct store_dir *d);
/* Is there what only a job that has begun can have written? */
bool dir_has_results(const struct store_dir *d);
/* A file without a name, in the directory: a descriptor, or negative errno. */
MUST_CHECK int dir_open_temporary(const struct store_dir *d);

/* The text for an error of dir_open()'s kind: what could not be done, why, and what to do. */
char *dir_error_text(const char *path, int err);

#endif
