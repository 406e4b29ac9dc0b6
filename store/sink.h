/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sink.h: one kind of output: a file of its own (body.c, jsonl.c, skipped.c) and a row of the table
 * in sink.c.
 *
 * Order of calls: open(); put() and skip() as records come; flush() now and then; close(). All in
 * one thread at a time: open() in the one that opens the store, the rest in the writer.
 *
 * Rows are called in their order for each job: body, text and mirror before jsonl, because a line names the file it
 * was saved in; the database last, because it is what says that a job is done.
 *
 * At each commit sync() makes durable what came since the last one, and says with sink_mark() how
 * long the file is; then the database commits, and committed() may do what had to wait for that. open() finds with sink_marked() how long it was at
 * the last commit, and cuts off what lies behind: that is fetched again.
 *
 * Failures are those of the machine (disk full, no memory): negative errno, and sink_fail() says of
 * which file. The first one ends all writing; close() is called all the same and must leave whole
 * lines and whole files behind.
 */
#ifndef STORE_SINK_H
#define STORE_SINK_H

#include "base/hash.h"
#include "store/base.h"
#include "store/dir.h"
#include "store/store.h"

/* What all sinks of a store share. owner: as above. */
struct sink_context {
	const struct store_config *config;
	struct store_dir dir;
	struct db *db;
	struct visitlog *visited; /* the sink's state, for the resume */
	struct parts *parts;      /* the same, for the loops; NULL: none are kept */
	struct base *base;        /* NULL: this is no update */
	struct base_verdict verdict; /* of the job or refusal that is being put, in an update; else zero */
	struct hash_key key;      /* of the job's fingerprints */
	uint64_t bytes_written;
	bool finished; /* at the close: nothing is left to do, by all that is known */
	char failed_path[4352]; /* of the first failure; "" = none */
};

struct sink_ops {
	const char *name; /* of its file in the job directory */
	/* false: this run does not want it; it is not opened. */
	bool (*wanted)(const struct store_config *config);
	/* *ret_state as it was, NULL: there is nothing to do for it, after all. */
	int (*open)(struct sink_context *ctx, void **ret_state);
	/* A fetched URL. May set j->saved_as. NULL = not of interest. */
	int (*put)(void *state, struct job *j);
	/* URLs let in by nobody's page, as in struct job. NULL = not of interest. */
	int (*found)(void *state, struct str found, struct str fps);
	/* A refused URL. NULL = not of interest. */
	int (*skip)(void *state, const struct store_skip *skip);
	/* What is buffered goes to the kernel. NULL = nothing is. */
	int (*flush)(void *state);
	/* NULL = nothing of it must last. */
	int (*sync)(void *state);
	/* All sinks were synced, and the transaction is durable. NULL = not of interest. */
	int (*committed)(void *state);
	/* failed: some sink has failed, only tidy up. Frees state. */
	int (*close)(void *state, bool failed);
};

#define SINK_COUNT 10
extern const struct sink_ops *const sinks[SINK_COUNT];
extern const struct sink_ops sink_body, sink_text, sink_mirror, sink_part, sink_urlmap, sink_warc, sink_jsonl, sink_skipped, sink_visited, sink_db;

/*
 * Remembers that dir/name could not be written, if it is the first; returns err (negative errno).
 */
int sink_fail(struct sink_context *ctx, const char *name, int err);

/* The file's length as of the last commit; 0 if it was not there. */
MUST_CHECK int sink_marked(struct sink_context *ctx, const char *name, uint64_t *ret_bytes,
	uint64_t *ret_sum);
/* The same as of the next one. */
MUST_CHECK int sink_mark(struct sink_context *ctx, const char *name, uint64_t bytes, uint64_t sum);
struct linefile;
/* Warns of lines that are missing, of a file that was just opened; what: follows from that. */
void sink_warn_cut(const struct sink_context *ctx, const char *name, const struct linefile *lf, const char *what);
/* A file of lines of which each tells of a URL, as of the last commit; a warning says if some are missing. */
MUST_CHECK int sink_open_lines(struct sink_context *ctx, const char *name, struct linefile *ret_file);
/* Does this refusal end the URL's journey, whatever other ways lead to it? */
bool sink_is_end(const struct store_skip *k);

#endif
