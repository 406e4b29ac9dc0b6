/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_private.h: the mirror's sink, as its files share it:
 *
 *	mirror.c         a page arrives
 *	mirror_page.c    it becomes a file
 *	mirror_hold.c    or waits for others that it appears with
 *	mirror_settle.c  what comes later makes its references local
 *	mirror_index.c   the entry page
 *	mirror_single.c  the page as one file
 *	mirror_rows.c    what the database says of files, for these two
 */
#ifndef STORE_MIRROR_PRIVATE_H
#define STORE_MIRROR_PRIVATE_H

#include "store/linkspool.h"
#include "store/place.h"
#include "store/rewrite.h"
#include "store/site.h"

#define MIRROR_PAGE_MAX   ((size_t)1 << 30)
/* What is put into a page for its references: so many times its length and this, or it is kept as it was sent. */
#define MIRROR_GROWS_MAX    8
#define MIRROR_GROWS_FREELY ((size_t)1 << 20)
#define MIRROR_KEEP_BYTES ((size_t)4 << 20)

/* Where a link's text is until all are there. */
struct to_span {
	size_t off, len;
};

/* What of a page is needed to write it. */
struct mirror_page {
	struct str path, body, refs, refs_text; /* refs: struct job_ref[] */
	enum rewrite_syntax syntax;
	enum rewrite_width width;
	int64_t mtime_s;
};

struct sqlite3_stmt;

struct mirror {
	struct sink_context *ctx;
	const struct store_mirror *config;
	struct site site;
	struct place *place;
	struct linkspool spool;
	bool dirty;                      /* a file came since the last sync */
	struct buf links, to_spans;      /* struct rewrite_link[], struct to_span[]: of the page under way */
	struct buf to, page, page_again; /* what links become; a page rewritten; one read back */
	struct buf record;
	char row_key[sizeof(SITE_NAME) + STORE_PATH_MAX_BYTES]; /* bound to the query of mirror_row() */

	/* --- mirror_hold.c --- */
	bool holds;                      /* files of new directories are not seen before all of it is */
	char *held;                      /* the pages of these; NULL: none */
	size_t held_bytes;
	unsigned n_held[SITE_NEW_MAX];   /* of each new directory */

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
};

/* What references become: begin, for each one find or explain, then add; the end gives them their texts. */
void mirror_begin_links(struct mirror *m);
/* Appends the relative reference from the file `from` to that of url, if there is one. */
bool mirror_find_local(struct mirror *m, struct str from, struct str url);
/* Appends that to the page which says what is not saved. */
void mirror_explain(struct mirror *m, struct str from);
/* to_off: where what was appended for it begins. */
void mirror_add_link(struct mirror *m, const struct rewrite_link *link, size_t to_off);
MUST_CHECK int mirror_end_links(struct mirror *m, struct rewrite_link **ret_links, size_t *ret_n);

/* type: an essence. */
MUST_CHECK int mirror_page_put(struct mirror *m, const struct job *j, struct str path, struct str type, int64_t mtime_s);

MUST_CHECK int mirror_page_write(struct mirror *m, const struct mirror_page *p);
/* The file has these bytes, or will have with the next commit: for who verifies it. */
MUST_CHECK int mirror_note_written(struct mirror *m, struct str path, struct str bytes);
/* Its file is one of the n-th new directory. Copies what it needs. */
MUST_CHECK int mirror_hold(struct mirror *m, unsigned n, const struct mirror_page *p);
void mirror_hold_release(struct mirror *m);
/* All that are held are files now, and new directories are seen. */
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

/* At the close: where to begin. */
MUST_CHECK int mirror_entry(struct mirror *m, struct store_entry *ret_entry);
/* At the close: site/,index.html. */
MUST_CHECK int mirror_index(struct mirror *m);
/* At the close, in place of settling: single.html in the job directory. */
MUST_CHECK int mirror_single(struct mirror *m);

/* Rows of urls by their file, in a table of their own, because urls has no index; it ends with the database's closing. */
MUST_CHECK int mirror_gather_rows(struct mirror *m, bool only_seeds);
/* A query, one at a time: type, charset, title. 1; 0: there is none; negative errno. db_query_end() in any case. */
MUST_CHECK int mirror_row(struct mirror *m, struct str path, struct sqlite3_stmt **ret_query);

#endif
