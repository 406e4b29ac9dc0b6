/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * download.h: one file that is on its way, for `lycosa get`. Public.
 *
 *	NAME.part        what has come, from the start
 *	NAME.part.info   of what: validators and length, and how much of it is known to be on the disk
 *	NAME             once it is whole: synced, then renamed
 *	NAME.bad         a whole file that is not the right one
 *
 *	D1  NAME.part.info is there before NAME.part is, and on the disk before the first byte of what it speaks of is written. Of a
 *	    small file it says only whose the part is.
 *	D2  What a killed program had written is in the file, and is used again. After another start of the machine only what was synced is.
 *	D3  NAME appears whole, and all of it on the disk, or not at all; a file that was there is replaced only if that was asked for. That it has
 *	    its name is on the disk after download_sync_names(): until then a power cut leaves it as a part.
 *	    One that is replaced hands on its owner and its mode.
 *	D4  One program at a time: NAME.part is locked.
 *	D5  Only what is ours is written to, cut or removed: a NAME.part beside a NAME.part.info that begins as ours do, or is empty, both of the
 *	    user who runs this. Any other of these names, of whatever size, is somebody's own, or was planted.
 *	D6  What is not known to be of the same file is not put together (download_ask(), download_fits(), download_is_of()).
 *
 * Order of calls: download_open(); download_begin() for each answer; download_write(), download_commit() now and then;
 * download_finish() or download_reject(), or neither: the part stays; download_close(). One thread.
 *
 * Names are single components, and no link is followed. What exists and is no regular file (/dev/null, a pipe) is written to as it
 * is by download_open_special() only, as is standard output: without a part, and without a second chance.
 *
 * Failures: negative errno; -EBUSY: somebody else is at it; -EEXIST: NAME.part or NAME.part.info is there, and not ours.
 */
#ifndef STORE_DOWNLOAD_H
#define STORE_DOWNLOAD_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "url/range.h"

#define DOWNLOAD_NAME_MAX       200 /* of NAME: what is put behind it must fit too */
#define DOWNLOAD_VALIDATOR_MAX  1024
#define DOWNLOAD_SMALL_BYTES    (64 * 1024)
#define DOWNLOAD_ABOUT_MAX      4096
#define DOWNLOAD_LENGTH_UNKNOWN RANGE_UNKNOWN

struct download {
	int dir_fd; /* borrowed; -1: piped */
	int fd;
	char name[DOWNLOAD_NAME_MAX + 1];
	bool small;      /* not worth to go on with: nothing is said about it, and nothing stays of it */
	bool spared;     /* what an earlier run has left is behind bytes: it goes when something better comes */
	bool blank;      /* the info on the disk says whose the part is, and nothing else */
	bool piped;      /* no part: what was written is gone */
	bool lazy;       /* instead of D1: a part of a name of its own, of which its first commit says what it is of */
	size_t piece_bytes; /* piped: as much can be written without waiting, where there is room at all */
	int stop_fd;     /* piped; borrowed; -1: none */
	int failed;      /* negative errno: what was written could not be synced, so that nobody knows what of it is on the disk */
	uint64_t bytes;  /* that are in the file */
	uint64_t synced; /* of them, those that a power cut leaves */
	uint64_t total;  /* DOWNLOAD_LENGTH_UNKNOWN */
	struct buf etag, last_modified; /* strong validators of what is in the file; empty: none */
	struct buf about; /* the caller's: lines "key value" that download_open() gives back */
};

/* How NAME comes to be. */
enum download_how {
	DOWNLOAD_NUMBERED, /* NAME, or NAME.1, NAME.2, ... where that is there already */
	DOWNLOAD_REPLACE,
};

/* The directory for files; make: with those it stands in, where they are not there. A descriptor or negative errno. */
MUST_CHECK int download_dir(const char *path, bool make);
/* Is there something of this name? */
bool download_exists(int dir_fd, const char *name);
/* Is it a directory, or a link to one? No file can take its place. */
bool download_is_dir(int dir_fd, const char *name);
/* When it was changed last, for If-Modified-Since; -ENOENT; -EINVAL where it is no regular file. */
MUST_CHECK int download_mtime(int dir_fd, const char *name, int64_t *ret_unix_s, uint64_t *ret_bytes);

/*
 * resume: what an earlier run has left is gone on with if it is known what it is of; d->bytes says how much. Otherwise it stays until an answer
 * begins, or for good if none does.
 */
MUST_CHECK int download_open(int dir_fd, const char *name, bool resume, struct download *d);
/* For who commits by himself, in another thread: no call but download_commit() syncs anything. */
MUST_CHECK int download_open_lazy(int dir_fd, const char *name, bool resume, struct download *d);
/* What a request carries to get what is behind byte `from` (at most d->bytes); if_range: of this file, or else all of what is there now. */
void download_ask(const struct download *d, uint64_t from, bool if_range, struct buf *ask);
/* Is it that what a 206 brings: from `asked` (not 0) on, of as many in all? */
bool download_fits(const struct download *d, uint64_t asked, const struct range *range);
/*
 * Are its validators those of the part? Of the answer: etag, as sent; dated: it has a Last-Modified; modified_s: of that, -1: it is no date. A
 * server may not know If-Range, so what it says of the whole is looked at too.
 */
bool download_is_of(const struct download *d, struct str etag, bool dated, int64_t modified_s);
/*
 * What is there and no regular file, as it is; a FIFO is waited for until somebody reads it. -ENOENT: there is nothing of that kind. stop_fd: what waits,
 * here and in download_write(), is over with -EINTR when it can be read, as a signalfd can; -1: nothing ends it.
 */
MUST_CHECK int download_open_special(int dir_fd, const char *name, int stop_fd, struct download *d);
/* Standard output, or another descriptor (borrowed). */
void download_open_pipe(int fd, int stop_fd, struct download *d);
/*
 * An answer has come that begins at byte `offset` (0 or d->bytes): what is behind it is cut off. total: of the whole file. The validators are
 * those of what begins at 0.
 * -ESPIPE: what was piped cannot be taken back.
 */
MUST_CHECK int download_begin(struct download *d, uint64_t offset, uint64_t total, struct str etag, struct str last_modified);
/* It has come to be known, for a lazy one whose total was not. */
MUST_CHECK int download_set_total(struct download *d, uint64_t total);
/* Or whoever writes to d->fd says so in d->bytes. */
MUST_CHECK int download_write(struct download *d, const char *p, size_t len);
/* All that was written survives a power cut. A failure is for good: writing and finishing fail too, and the part is cut back to what was synced before. */
MUST_CHECK int download_commit(struct download *d);
/* It is whole: NAME (or another name, which ret_name then says). mtime_s: -1 = now. */
MUST_CHECK int download_finish(struct download *d, const char *name, enum download_how how, int64_t mtime_s,
	char ret_name[NAME_MAX + 1]);
/* What was finished, or rejected, keeps its name. */
MUST_CHECK int download_sync_names(int dir_fd);
/* It is whole and wrong: NAME.bad, NAME.bad.1, ... */
MUST_CHECK int download_reject(struct download *d, const char *name, char ret_name[NAME_MAX + 1]);
/* What has come is of no use: nothing of it stays. As download_close() in all else. */
void download_discard(struct download *d);
/* What has come stays for another run; nothing stays of nothing. A zeroed one whose fd is -1 is fine. */
void download_close(struct download *d);

#endif
