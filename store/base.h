/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base.h: the generation that an update starts from, for the writer: what became of each URL, and what of it stays as it was.
 *
 * Order of calls: base_open(), when the database is open; for each job or refusal that comes to its end base_judge() or
 * base_judge_refusal(), base_keep_files(), then the sinks, which look at ctx->verdict and take over what stays: base_take_line(),
 * base_take_file(), base_take_row(); base_close(), before the database is closed. The writer's thread.
 *
 * Failures: negative errno.
 */
#ifndef STORE_BASE_H
#define STORE_BASE_H

#include "base/buf.h"
#include "store/store.h"
#include "store/update.h"

struct base;
struct sink_context;

#define BASE_PURGED "purged" /* in table job: a file was not taken over, because of --purge */

/* Of a URL as it was. Views, until the next one is judged. */
struct base_page {
	int64_t key, line_at, line_bytes, interval_s, changed_at, started_at;
	struct str type, saved, text, redirect_to;
};

struct base_verdict {
	enum change change;
	bool stays;      /* row, line and file are those that were; what came now is only counted */
	bool keeps_file; /* the files stay, though what came now has none: it is gone or moved. was names those that there are */
	struct base_page was; /* key 0: nothing is known of it */
};

MUST_CHECK int base_open(struct sink_context *ctx, const char *from, struct base **ret_base);
void base_close(struct base *b); /* NULL is fine */
/* Sets ctx->verdict. */
MUST_CHECK int base_judge(struct base *b, struct sink_context *ctx, const struct job *j);
MUST_CHECK int base_judge_refusal(struct base *b, struct sink_context *ctx, const struct store_skip *k);

/*
 * What stays, and what is gone: its files are the new generation's, too, whatever this run keeps. A mirror's, while it makes one, are its
 * sink's. j: is told their names, as far as they are known; NULL: a refusal.
 */
MUST_CHECK int base_keep_files(struct base *b, const struct base_verdict *v, struct job *j);
/* Appends the line of pages.jsonl, without its end. 1, or 0: there is none. */
MUST_CHECK int base_take_line(struct base *b, const struct base_verdict *v, struct buf *out);
/* name in the job directory. 0; -ENOENT: it is not there any more. */
MUST_CHECK int base_take_file(struct base *b, const char *name);
/* The row stays. j: what came now, whose validators are newer, or NULL; failure: of CHANGE_FAILED. */
MUST_CHECK int base_take_row(struct base *b, const struct base_verdict *v, const struct job *j, enum outcome failure);
/* And what the page refers to, as far as that was kept. */
MUST_CHECK int base_take_links(struct base *b, const struct base_verdict *v);
/* Before a commit. */
MUST_CHECK int base_sync(struct base *b);
/* The row that was put last: what became of it. */
MUST_CHECK int base_note(struct base *b, const struct base_verdict *v);

#endif
