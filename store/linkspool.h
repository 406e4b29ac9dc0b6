/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * linkspool.h: the references of a mirror's files that lead to the origin, and may be made local later, when what they lead to is
 * saved: site.spool in the job directory, for the end of the run, and for the runs that go on with the job.
 *
 *	record	8 half the file's content hash, 4 bytes of the record, 4 bytes of the path, path, references
 *	reference	4 start and 4 end in the file, 4 syntax and flags, 4 bytes of the URL, URL      all in host byte order
 *
 * A record speaks of the file with this hash; of another one by that name it says nothing. So a file that is written anew gets
 * another record, which may be durable before the file is: whichever of the two a crash leaves has one that fits.
 *
 * A record whose file has another one is crossed out (hash 0), which saves looking at that file again; it is no loss if that is lost.
 *
 * Order of calls: linkspool_open(); linkspool_add() for a file; linkspool_sync() in each commit; linkspool_next(), and
 * linkspool_ref() on what it gives; linkspool_close(). What lies behind the last commit is cut off by linkspool_open().
 * Failures: negative errno. One thread.
 */
#ifndef STORE_LINKSPOOL_H
#define STORE_LINKSPOOL_H

#include "store/rewrite.h"
#include "store/sink.h"

#define LINKSPOOL_NAME "site.spool"

struct linkspool {
	struct sink_context *ctx;
	int fd;
	uint64_t bytes, synced_bytes; /* of the file */
	struct buf buf;               /* not yet in it */
};

#define LINKSPOOL_INIT(ctx_) ((struct linkspool){ .ctx = (ctx_), .fd = -1 })

/* A part of the file, as it was when it was read: a record that is crossed out later may still be seen. */
struct linkspool_view {
	struct buf bytes;
	uint64_t from; /* where in the file they begin */
};

/* A record; it lies in the view, until that is used again. */
struct linkspool_page {
	struct str path;
	uint64_t hash;
	uint64_t at; /* of the record */
	enum rewrite_width width;
	struct str refs;
};

MUST_CHECK int linkspool_open(struct linkspool *s);
void linkspool_close(struct linkspool *s);
/* By what a record knows its file: of its content hash; of its bytes. */
uint64_t linkspool_hash(const uint64_t content_hash[2]);
uint64_t linkspool_hash_of(struct str file);
/* Those of links that are absolute, have a span, and are not so for good. None: no record. */
MUST_CHECK int linkspool_add(struct linkspool *s, struct str path, uint64_t hash, enum rewrite_width width, const struct rewrite_link *links,
	size_t n);
/* Crosses a record out: whatever comes of it. */
void linkspool_cross_out(struct linkspool *s, uint64_t at);
/* What was added can be read; *ret_bytes: up to where. */
MUST_CHECK int linkspool_flush(struct linkspool *s, uint64_t *ret_bytes);
/* It is on the disk, and its length part of the next commit. */
MUST_CHECK int linkspool_sync(struct linkspool *s);
void linkspool_view_init(struct linkspool_view *v);
void linkspool_view_release(struct linkspool_view *v);
/* The file is read anew. */
void linkspool_view_forget(struct linkspool_view *v);
/* The record at *at, which moves to the next one, crossed-out ones passed over. 1; 0 at the end, and where the file is not one of ours. */
MUST_CHECK int linkspool_next(const struct linkspool *s, struct linkspool_view *v, uint64_t *at, uint64_t end, struct linkspool_page *ret_page);
/* The first reference, absolute; *refs moves behind it. False at the end. */
bool linkspool_ref(struct str *refs, struct rewrite_link *ret_link);

#endif
