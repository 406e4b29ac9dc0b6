/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_private.h: the WARC sink, as its files share it:
 *
 *	warc.c         the sink: its files, what is committed
 *	warc_files.c   what it finds in warc/, and with which file it goes on
 *	warc_answer.c  the records of one answer
 *
 * One thread at a time, as sink.h says.
 */
#ifndef STORE_WARC_PRIVATE_H
#define STORE_WARC_PRIVATE_H

#include "store/dedup.h"
#include "store/digest.h"
#include "store/linefile.h"
#include "store/sink.h"
#include "store/warc_file.h"
#include "store/warc_record.h"

#define WARC_TEXT_KEEP (64 * 1024)

struct warc {
	struct sink_context *ctx;
	const struct store_warc *config;
	bool ends_only; /* without --warc: what a run before has left comes to its end, and no record is added */
	struct store_warc ending; /* config, then */
	int fd; /* of warc/ */
	struct warc_file file;
	struct warc_id info_id; /* of the file's warcinfo */
	struct wacz *wacz;     /* NULL: files by themselves */
	struct linefile index;
	struct linefile pages; /* with a WACZ file: its pages.jsonl */
	bool has_index, has_pages; /* of earlier runs: committed */
	bool index_moved;          /* it was sorted, and is NAME.part again */
	bool dirty;        /* something came since the last sync */
	size_t index_safe; /* of index.buf: lines whose records are in their file */
	struct dedup *dedup;
	struct digest *digest;
	struct buf head; /* of a record */
	struct buf text; /* its block, or that block's head */
	char *piece;     /* of a body that is in a file: WARC_PIECE_BYTES */
};

/*
 * Goes on with the last file of earlier runs; what they had not committed goes, whatever else is there stays. -ENOTEMPTY: what is in
 * warc/ is not of this job, and would be in its way.
 */
MUST_CHECK int warc_files_resume(struct warc *w);
/* Has a run before, of this job, left what was not brought to its end? */
MUST_CHECK int warc_files_left(struct sink_context *ctx, bool *ret_left);
/* The first record of a file. */
MUST_CHECK int warc_put_info(struct warc *w);
/* What a run was told to do: its settings and the job's seeds. After the warcinfo of its first file. */
MUST_CHECK int warc_put_orders(struct warc *w);
/* All records of an answer, their line of the index, and of pages.jsonl where there is one. */
MUST_CHECK int warc_put_answer(struct warc *w, const struct job *j);
/* The file that a reader opens: the WARC file, or the WACZ file it is in; "" = none yet. */
const char *warc_holder(const struct warc *w);

#endif
