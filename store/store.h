/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h: keep it. The public header of store/: one writer thread, and a sink (a file and a row of
 * the table in sink.h) for each kind of output.
 *
 * Order of calls: store_open() (creates the job directory; refuses one that holds a job);
 * store_start() starts the writer; store_put(), store_skip() from any loop; store_close() writes
 * what is left, finishes the files, joins the writer.
 *
 * A job that was put comes back by the channel of its loop: its slot and itself can be reused. Its
 * body, if that is kept, is in its file then, and its line in a buffer that reaches pages.jsonl
 * after flush_us at the latest. The writer never waits for a loop; but a channel should have room
 * for all the jobs its loop has, because what does not fit when the store is closed is freed.
 *
 * A failing disk does not lose the job: it comes back with OUTCOME_WRITE_FAILED, as does each one
 * after it, and store_failed() tells the run to stop. What is in the files then is whole lines and
 * whole bodies.
 *
 * Refusals of class WAY are provisional: at the close the best one of each URL is listed if
 * still_skipped() says so.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/chan.h"
#include "store/codec.h"
#include "store/digest.h"
#include "url/job.h"

/* What is to be written as WARC, and how (doc/formats.md). */
struct store_warc {
	bool on;
	bool metadata; /* a record for each answer: via, depth, ... */
	bool secrets;  /* credentials and cookies stay in request records */
	bool robots;   /* obeyed: for warcinfo */
	enum codec_kind codec;
	enum digest_kind digest;
	uint64_t max_bytes;       /* a file that has this much is followed by another */
	uint64_t dedup_bytes;     /* memory for the digests of what is archived */
	const char *const *dedup; /* CDXJ files of other jobs; NULL-terminated, or NULL */
	const char *user_agent;   /* for warcinfo, or NULL */
};

#define STORE_EXTRACT_NAME_MAX 64 /* of a name in store_config.extract: letters, digits, '_', '-' and '.' */

struct store_config {
	const char *dir;      /* job directory, created if missing */
	bool save_body;       /* --save=body: bodies under dir/body/ */
	bool mirror;          /* answers as files below dir/site/, references rewritten; wants job->refs */
	struct store_warc warc;
	const char *const *extract; /* "NAME=..." of each value of job->extracted, NULL-terminated, or NULL; borrowed */
	bool log_rejected;    /* refusals by host (OUT_OF_SCOPE_HOST, EXCLUDED_DOMAIN) too */
	uint64_t queue_items; /* bound of the writer's queue (J6) */
	int64_t flush_us;     /* buffered lines reach the file at least this often */
	/* The effective settings, for dir/lycosa.conf; borrowed until store_open() returns. */
	const char *config_text;
	unsigned n_loops;
	struct chan *const *returns; /* per loop: written jobs go back here; the array is copied */
	/*
	 * Is a provisionally refused URL still unfetched? Asked at close, for skipped.jsonl. arg:
	 * still_arg.
	 */
	bool (*still_skipped)(void *arg, struct str url);
	void *still_arg;
};

struct store;

/* A refusal for skipped.jsonl, copied by store_skip(). */
struct store_skip {
	struct str url, parent;
	uint32_t depth;
	enum link_kind kind;
	enum outcome reason;
};

/*
 * 0; -EEXIST when dir holds a job already (*ret_error says the remedy); other negative errno.
 * *ret_error: malloc'd text for the user.
 */
MUST_CHECK int store_open(const struct store_config *config, struct store **ret_store,
	char **ret_error);
MUST_CHECK int store_start(struct store *s);
/*
 * Takes n jobs (a batch: one lock). Returns how many were taken; fewer than n: the writer is
 * behind, keep the rest (J6).
 */
MUST_CHECK size_t store_put(struct store *s, struct job *const *jobs, size_t n);
/* Copies; never blocks: batches are bounded by the pages they come from. 0 or -ENOMEM. */
MUST_CHECK int store_skip(struct store *s, const struct store_skip *skips, size_t n);
/*
 * The first failure of a sink: negative errno, 0 = none. Any thread. *ret_path: what could not be
 * written, static for the life of the store.
 */
int store_failed(const struct store *s, const char **ret_path);
/*
 * 0 or the first failure. Frees the store. One that was never started takes its files back, and the
 * directory if it made it, so that the next run is not refused.
 */
MUST_CHECK int store_close(struct store *s);

/*
 * Where in a mirror (below site/) the file of a URL is: store/path.h says how. u: http or https, canonical.
 * content_type: as sent. Pure. Returns the length.
 */
#define STORE_PATH_MAX_BYTES 200
size_t store_path(const struct url *u, struct str content_type, char dst[STORE_PATH_MAX_BYTES]);

struct store_stats {
	uint64_t records, skips, bytes_written;
	int64_t busy_us, idle_us;
};
/* Any thread. */
void store_stats(const struct store *s, struct store_stats *ret_stats);

#endif
