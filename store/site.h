/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * site.h: the tree of a mirror's files, site/ in the job directory. Every directory on the way to a file is opened by itself
 * and without following links, so that a link planted in the tree leads nowhere.
 *
 * Files are written as site/,partial (no URL has that name: store/path.h) and renamed; those that are staged, as site/,staged-N,
 * until they replace the ones that are there. Paths: store_path(). One thread.
 *
 * A directory of the root that is not there yet may be made in site/,new/ first, and appear with all that is in it by one rename:
 * files in it can refer to each other from the beginning, in whatever order they are written.
 *
 *	site_begin() -> its directory is a new one: the puts go there, nobody sees them -> site_show() -> everybody does
 *
 * Failures: negative errno; -ELOOP, -ENOTDIR: something that is not ours stands in the way.
 */
#ifndef STORE_SITE_H
#define STORE_SITE_H

#include <sys/types.h>

#include "store/dir.h"
#include "store/store.h"

#define SITE_NAME "site"

/* Of a file beside that of a path: the path, and this. No URL has the name. */
#define SITE_ORIGINAL ",orig"
#define SITE_PATH_MAX_BYTES (STORE_PATH_MAX_BYTES + sizeof(SITE_ORIGINAL) - 1)

/* In the root: what is not saved leads there, where that is wanted. No URL has this name either. */
#define SITE_MISSING ",missing.html"
/* The entry page, in the root too. */
#define SITE_INDEX ",index.html"

/* So many directories may be new at a time; more appear as they are made. */
#define SITE_NEW_MAX 64

struct site {
	int fd;                         /* of site/ */
	int dir_fd;                     /* of the directory used last */
	char dir[SITE_PATH_MAX_BYTES];  /* its path, with the '/' at its end */
	size_t dir_len;
	bool dir_new;                   /* it is in a new directory */
	mode_t mode;
	/* Of the new directories. Shown: an empty name, until all are. */
	int new_fd;                     /* of site/,new; -1: not there */
	unsigned n_new;
	char new_names[SITE_NEW_MAX][STORE_PATH_MAX_BYTES + 1];
};

MUST_CHECK int site_open(const struct store_dir *dir, struct site *ret_site);
void site_close(struct site *s);
/* The body as it is. mtime_s: when the file was changed last, since 1970; 0: now. *bytes_written is added to. */
MUST_CHECK int site_put_body(struct site *s, struct str path, const struct job *j, int64_t mtime_s, uint64_t *bytes_written);
MUST_CHECK int site_put(struct site *s, struct str path, struct str data, int64_t mtime_s, uint64_t *bytes_written);
/*
 * Makes the directory of path. *ret_n: which of the new ones it is in, which it becomes if it was not there; -1: in none. Only after this
 * has said so do files get into new directories. -EEXIST: a new one has a name that this file system does not tell from it; once that is shown,
 * it is there.
 */
MUST_CHECK int site_begin(struct site *s, struct str path, int *ret_n);
/* It, and what is in it, is there. After the last one the numbers begin again. */
MUST_CHECK int site_show(struct site *s, unsigned n);
/* Are both in one directory of the root? */
bool site_same_top(struct str a, struct str b);
/* Is `to` there when `from` is: both in one new directory, or `to` in none? */
bool site_leads(const struct site *s, struct str from, struct str to);
/* The n-th of files that are to be replaced together: it gets its name later. */
#define SITE_STAGED_MAX 256
MUST_CHECK int site_stage(struct site *s, unsigned n, struct str data, int64_t mtime_s, uint64_t *bytes_written);
MUST_CHECK int site_replace(struct site *s, unsigned n, struct str path);
/* All that was written is on the disk, with its names. */
MUST_CHECK int site_sync(struct site *s);
/* Is it one that store_path() may have given? No other may be handed on. */
bool site_is_path(struct str path);
/* Appends the file to out. *ret_mtime_s: when it was changed last. */
MUST_CHECK int site_get(struct site *s, struct str path, struct buf *out, int64_t *ret_mtime_s);

#endif
