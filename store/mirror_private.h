/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_private.h: the mirror's sink, as its files share it:
 *
 *	mirror.c         a page arrives
 *	mirror_page.c    it becomes a file
 *	mirror_hold.c    and appears with others
 *	mirror_settle.c  what comes later makes its references local
 *	mirror_use.c     what <use> refers to becomes a part of the page
 *	mirror_index.c   the entry page
 *	mirror_single.c  the page as one file
 *	mirror_rows.c    what the database says of files, for these two; and which of that is void
 */
#ifndef STORE_MIRROR_PRIVATE_H
#define STORE_MIRROR_PRIVATE_H

#include <stddef.h>

#include "base/huge.h"
#include "store/guess.h"
#include "store/linkspool.h"
#include "store/place.h"
#include "store/rewrite.h"
#include "store/site.h"
#include "store/uses.h"

#define MIRROR_PAGE_MAX   ((size_t)1 << 30)
/* What is put into a page for its references: so many times its length and this, or it is kept as it was sent. */
#define MIRROR_GROWS_MAX    8
#define MIRROR_GROWS_FREELY ((size_t)1 << 20)
#define MIRROR_KEEP_BYTES ((size_t)4 << 20)
#define MIRROR_NOT_COMING 4096
/* As many as this, and as half of those that stayed the last time, may be void: so to look for them costs less than to make them. */
#define MIRROR_VOID_MIN 65536

/* Where a link's text is until all are there. */
struct to_span {
	size_t off, len;
};

/* What of a page is needed to write it. */
struct mirror_page {
	struct str path, body, refs, refs_text; /* refs: struct job_ref[] */
	struct str origin;                      /* as its URL begins */
	enum rewrite_syntax syntax;
	enum rewrite_width width;
	bool is_html, is_xml;
	bool plain; /* job.plain. A parser that lies leaves a page as its server meant it */
	int64_t mtime_s;
};

struct sqlite3_stmt;

/*
 * What most sites do with, in pages of 2 MiB: each page of 4 KiB that a buffer grows into is had from the kernel by an interrupt, which in
 * a virtual machine may take longer than all that is written there.
 */
struct mirror_memory {
	char page[2 * 1024 * 1024];
	char held[896 * 1024], guesses_text[512 * 1024], guesses_list[192 * 1024], to[256 * 1024], to_spans[192 * 1024];
	char links[2 * 1024 * 1024];
	char page_again[2 * 1024 * 1024]; /* touched only where a page is written twice */
};
_Static_assert(sizeof(struct mirror_memory) % HUGE_BYTES == 0 && offsetof(struct mirror_memory, page_again) % HUGE_BYTES == 0, "huge.h");

struct mirror {
	struct sink_context *ctx;
	const struct store_mirror *config;
	struct site site;
	struct place *place;
	struct linkspool spool;
	bool dirty;                      /* a file came since the last sync */
	bool missing_due;                /* SITE_MISSING is to be written with the first file */
	struct buf links, to_spans;      /* struct rewrite_link[], struct to_span[]: of the page under way */
	struct buf to, page, page_again; /* what links become; a page rewritten; one read back */
	struct linkspool_view record;
	struct mirror_memory *memory;    /* what buffers begin in */
	char row_key[sizeof(SITE_NAME) + STORE_PATH_MAX_BYTES]; /* bound to the query of mirror_row() */

	/* --- mirror_hold.c --- */
	bool holds;                      /* files of new directories are not seen before all of it is */
	struct guesses guesses;
	struct buf held;                 /* the pages of new directories that refer to any */
	size_t held_bytes;               /* of pages */
	unsigned n_held[SITE_NEW_MAX];   /* of each new directory */
	uint32_t hold_stamp;
	uint64_t not_coming[MIRROR_NOT_COMING]; /* fingerprints of URLs that will have no file, some of them */

	/* --- mirror_settle.c --- */
	/* The files that are to be replaced. */
	char (*staged)[STORE_PATH_MAX_BYTES + 1];
	unsigned n_staged;
	/* Of the spool: those of the files that were replaced; crossed out when that is on the disk. */
	uint64_t old[SITE_STAGED_MAX];
	unsigned n_old, n_old_synced;
	uint64_t at, end; /* the pass under way; at == end: none */
	int64_t next_pass_us;
	bool news; /* something was saved since the last pass began */
	bool closing; /* all is there that will be */

	/* --- mirror_use.c --- */
	struct buf use_file, use_part; /* a file that <use> refers to; a part of it */
	struct uses uses;    /* those that the page under way gets */
	char use_path[STORE_PATH_MAX_BYTES]; /* of the one; not asked for twice in turn */
	size_t use_path_len;
	size_t use_looked; /* bytes that parts were looked for in */

	/* --- mirror_rows.c --- */
	uint64_t n_void, void_max; /* rows of table written that may be void, and how many of these may be */
	int64_t named;             /* files have the names that rows up to this one speak of; 0: that does not matter now */
};

/* What references become: begin, for each one find or explain, then add; the end gives them their texts. */
void mirror_begin_links(struct mirror *m);
/*
 * Appends the relative reference from the file `from` to that of url, if there is one. fp: of url, 0: not known. A parser that lies (J5) about
 * one of the two could as well about both.
 */
bool mirror_find_local(struct mirror *m, struct str from, struct str url, uint64_t fp);
/* Appends that to the page which says what is not saved. */
void mirror_explain(struct mirror *m, struct str from);
/* to_off: where what was appended for it begins. */
void mirror_add_link(struct mirror *m, const struct rewrite_link *link, size_t to_off);
/* -EMSGSIZE: there is more of that than any page may have. */
MUST_CHECK int mirror_end_links(struct mirror *m, struct rewrite_link **ret_links, size_t *ret_n);

/* Would the page, of so many bytes, become longer than it may by these? Then it stays as it is. */
bool mirror_is_blown_up(size_t page_bytes, const struct rewrite_link *links, size_t n);
/* type: an essence. */
MUST_CHECK int mirror_page_put(struct mirror *m, const struct job *j, struct str path, struct str type, int64_t mtime_s);

/* n_new: which new directory its file is in; -1: none. */
MUST_CHECK int mirror_page_write(struct mirror *m, const struct mirror_page *p, int n_new);
/*
 * The file is, or will be with the next commit, what m->page is: for who verifies it; and those of the links that are absolute are spooled.
 */
MUST_CHECK int mirror_note_written(struct mirror *m, struct str path, enum rewrite_width width, const struct rewrite_link *links, size_t n);
void mirror_hold_init(struct mirror *m);
void mirror_hold_release(struct mirror *m);
bool mirror_hold_has_room(const struct mirror *m, const struct mirror_page *p);
/*
 * A reference of a page of a new directory: keeps its URL, and, if that may have a file by the next commit, appends the reference to it, true
 * then in *ret_local. *ret_guess: for the link.
 */
MUST_CHECK int mirror_hold_ref(struct mirror *m, const struct mirror_page *p, const struct job_ref *ref, struct str url, bool *ret_local,
	uint32_t *ret_guess);
/* One of <use>, which is absolute until the close. */
MUST_CHECK int mirror_hold_use(struct mirror *m, const struct job_ref *ref, struct str url, uint32_t *ret_guess);
/* The page, written, its links as rewrite_links() has left them. hash: linkspool_hash(). */
MUST_CHECK int mirror_hold(struct mirror *m, unsigned n, const struct mirror_page *p, uint64_t hash, const struct rewrite_link *links, size_t n_links);
/* This URL will have no file, as far as one can know. */
void mirror_not_coming(struct mirror *m, uint64_t fp);
/* All that are held are as they should be, and new directories are seen. */
MUST_CHECK int mirror_show(struct mirror *m);

MUST_CHECK int mirror_settle_init(struct mirror *m);
/* Before the files are synced: goes on with the pass, or begins one if it is time for that. */
MUST_CHECK int mirror_settle_some(struct mirror *m);
/* They are. */
void mirror_settle_synced(struct mirror *m);
/* They and the records are committed. */
MUST_CHECK int mirror_settle_committed(struct mirror *m);
/* At the close: all of it. */
MUST_CHECK int mirror_settle_all(struct mirror *m);

void mirror_use_init(struct mirror *m);
void mirror_use_release(struct mirror *m);
MUST_CHECK int mirror_use_begin(struct mirror *m, struct str page, enum rewrite_width width);
/* Of <use> in the page `from`, which was begun: appends the reference to a part of it, for link. 1; 0: it cannot be one; or negative errno. */
MUST_CHECK int mirror_use_put(struct mirror *m, struct str from, struct rewrite_link *link);
/* Adds those parts as links. */
MUST_CHECK int mirror_use_end(struct mirror *m);

/* At the close: where to begin. */
MUST_CHECK int mirror_entry(struct mirror *m, struct store_entry *ret_entry);
/* At the close: site/,index.html. */
MUST_CHECK int mirror_index(struct mirror *m);
/* At the close, in place of settling: single.html in the job directory. */
MUST_CHECK int mirror_single(struct mirror *m);

/* Rows of urls by their file, in a table of their own, because urls has no index; it ends with the database's closing. */
MUST_CHECK int mirror_gather_rows(struct mirror *m, bool only_seeds);
/*
 * Of each file the last row of table written stays, now and then, and at the close: files have the names that all rows speak of; that is on
 * the disk.
 */
MUST_CHECK int mirror_rows_committed(struct mirror *m);
MUST_CHECK int mirror_rows_synced(struct mirror *m);
MUST_CHECK int mirror_rows_close(struct mirror *m);
/* A query, one at a time: type, charset, title. 1; 0: there is none; negative errno. db_query_end() in any case. */
MUST_CHECK int mirror_row(struct mirror *m, struct str path, struct sqlite3_stmt **ret_query);

#endif
