/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h: keep it. The public header of store/: one writer thread, and a sink (a file and a row of
 * the table in sink.h) for each kind of output.
 *
 * Order of calls: store_open() (creates the job directory, or opens a job that is to go on); on a
 * job that goes on, store_seeds() and store_resume(), perhaps store_rest_to(); store_add_seed() for new ones; store_start()
 * starts the writer; store_put(), store_skip(), store_found(), store_retry() from any loop;
 * store_close() writes what is left, finishes the files, joins the writer.
 *
 * A job that was put comes back by the channel of its loop: its slot and itself can be reused. Its
 * body, if that is kept, is in its file then, and its line in a buffer that reaches pages.jsonl
 * after flush_us at the latest. It is durable, with all that it has found, after commit_us at the
 * latest; what is not when the program is killed is fetched again by the next one. The writer never waits for a loop; but a channel should have room
 * for all the jobs its loop has, because what does not fit when the store is closed is freed.
 *
 * A failing disk does not lose the job: it comes back with OUTCOME_WRITE_FAILED, as does each one
 * after it, and store_failed() tells the run to stop. What is in the files then is whole lines and
 * whole bodies, and the database holds what was committed before: the next start goes on from there.
 *
 * Refusals of class WAY are provisional: at the close the best one of each URL is listed if
 * still_skipped() says so.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/chan.h"
#include "base/hash.h"
#include "store/codec.h"
#include "store/digest.h"
#include "store/tee.h"
#include "url/cookie.h"
#include "url/hsts.h"
#include "url/found.h"
#include "url/job.h"

/* What is to be written as WARC, and how (doc/formats.md). */
struct store_warc {
	bool on;
	bool metadata; /* a record for each answer: via, depth, ... */
	bool outlinks; /* and what it leads to; wants job->refs */
	bool secrets;  /* credentials and cookies stay in request records */
	bool robots;   /* obeyed: for warcinfo */
	bool wacz;     /* in a WACZ file (wacz.h); not with zstd, which its readers do not know */
	enum codec_kind codec;
	enum digest_kind digest;
	uint64_t max_bytes;       /* a file that has this much is followed by another */
	uint64_t dedup_bytes;     /* memory for the digests of what is archived */
	const char *const *dedup; /* CDXJ files of other jobs; NULL-terminated, or NULL */
	const char *user_agent;   /* for warcinfo, or NULL */
};

/* How the files of a mirror are named where not as usual: store/path.h. All 0: as usual. */
enum {
	STORE_NAMES_UNIX = 1u << 0,
	STORE_NAMES_ASCII = 1u << 1,
	STORE_NAMES_LOWERCASE = 1u << 2,
	STORE_NAMES_UPPERCASE = 1u << 3,
};
struct store_names {
	bool no_host, no_directories, protocol_directories, keep_extension;
	unsigned cut_dirs;
	unsigned restrict_to;     /* STORE_NAMES_* */
	const char *default_page; /* NULL: index; store_is_default_page() */
};
/* Small letters, digits, '-' and '_', up to 40, and an extension. */
bool store_is_default_page(const char *name);

/* The page of the one seed, with all that it shows in it as data: URLs: single.html (.xhtml, .svg) in dir. */
struct store_single {
	uint64_t max_bytes; /* of the file; what would make it larger is left out */
	/* Set at the close. */
	const char *name;   /* NULL: there is no page (yet) of which one can be made */
	uint64_t bytes;
	uint64_t n_inside, n_missing, n_left_out; /* references to what is in it; was not had; did not fit */
};

/* Answers as files below dir/site/, references rewritten; wants job->refs. */
struct store_mirror {
	bool on;
	bool convert;        /* references are rewritten */
	bool backup;         /* of what is rewritten, what was sent is kept beside it */
	bool mtime;          /* as Last-Modified says */
	bool by_disposition; /* names that Content-Disposition gives */
	bool explain;        /* links to pages that are not saved lead to a page that says so */
	bool index;          /* at the close: a page that lists the seeds */
	int64_t settle_us;   /* so often, at most, a page is rewritten because of what was saved since; 0: at the end only */
	struct store_names names;
	struct store_entry *entry; /* NULL: not wanted. Written to in store_close() */
	struct store_single *single; /* NULL: not wanted. Else all references in site/ lead to the origin. Written to in store_close() */
};

/* Where to begin with a mirror: the file of the first seed, or with `index` that page, from the job directory on. */
struct store_entry {
	char path[256]; /* set at the close; empty: there is none (yet) */
};

#define STORE_EXTRACT_NAME_MAX 64 /* of a name in store_config.extract: letters, digits, '_', '-' and '.' */

struct store_config {
	const char *dir;      /* job directory, created if missing */
	bool print;           /* lines of pages.jsonl are printed on standard output too */
	store_haste *haste; /* of that; borrowed; NULL: there is none */
	bool save_body;       /* --save=body: bodies under dir/body/ */
	bool save_text;       /* --save=text: job->visible under dir/text/ */
	bool links;           /* rows of table links; wants job->refs */
	struct store_mirror mirror;
	struct store_warc warc;
	const char *const *extract; /* "NAME=..." of each value of job->extracted, NULL-terminated, or NULL; borrowed */
	const char *update_from; /* the job of which this is the next generation (update.h), or NULL; borrowed */
	bool purge;           /* in an update: files of what is gone or moved are not kept */
	bool log_rejected;    /* refusals by host and scheme (OUT_OF_SCOPE_HOST, EXCLUDED_DOMAIN, SCHEME) too */
	uint64_t queue_items; /* bound of the writer's queue (J6) */
	int64_t flush_us;     /* buffered lines reach the file at least this often */
	uint64_t min_free_bytes; /* of the disk; with less, store_lacks_room(). 0: not of interest */
	int64_t commit_us;    /* and are durable, with everything else, at least this often */
	/* The effective settings, for dir/lycosa.conf; borrowed until store_open() returns. */
	const char *config_text;
	unsigned n_loops; /* at most STORE_LOOPS_MAX */
	/*
	 * Is a provisionally refused URL still unfetched? Asked at close, for skipped.jsonl. arg:
	 * still_arg.
	 */
	bool (*still_skipped)(void *arg, struct str url);
	void *still_arg;
};

struct store;

#define STORE_LOOPS_MAX 64

/* A refusal for skipped.jsonl, copied by store_skip(). */
struct store_skip {
	struct str url, parent;
	struct str chain; /* of one that was dropped: the redirects before it, as in struct job */
	uint32_t depth;
	enum link_kind kind;
	enum outcome reason;
	bool is_seed;
	bool dropped; /* it had been let in: this is its end, whatever the reason */
};

/* An attempt that failed, and when the next one is due. */
struct store_retry {
	uint64_t key; /* found_key() */
	unsigned attempt;
	int64_t due_wall_us;
};

/*
 * 0; -EBUSY when the job is running elsewhere or verified, -EEXIST when dir holds something that is none and
 * looks like one; other negative errno. *ret_error: malloc'd text for the user.
 */
MUST_CHECK int store_open(const struct store_config *config, struct store **ret_store,
	char **ret_error);

/* What was found in the directory. */
struct store_job {
	bool is_new;
	bool finished;       /* nothing was left to do when the last run ended: store_open_finished() */
	int exit_status;     /* of that run, where it is finished */
	uint64_t records;    /* URLs that have come to their end */
	struct hash_key key; /* of the job's fingerprints; a new job's is random */
};
void store_job(const struct store *s, struct store_job *ret_job);
/* Before store_resume() of a finished job, which goes on because it has new seeds: until then no file of it was opened, or made. As store_open(). */
MUST_CHECK int store_open_finished(struct store *s, char **ret_error);
enum store_seed {
	STORE_SEED_PAGE,
	STORE_SEED_SITEMAP, /* to be read for what it lists */
	STORE_SEED_JOINED,  /* where the redirects of seeds have led; the store's own */
};
/* The seeds of the runs before, in their order. */
MUST_CHECK int store_seeds(struct store *s, enum store_seed kind, int (*fn)(void *arg, struct str url), void *arg);
/* Before store_start(): until when hosts have asked to be left alone, where that is still to come. */
MUST_CHECK int store_each_pause(struct store *s, int (*fn)(void *arg, struct str origin, int64_t due_wall_us), void *arg);
/* Before store_start(): the hosts of HSTS that the runs before have met. */
MUST_CHECK int store_each_hsts(struct store *s, int (*fn)(void *arg, const struct hsts_host *h), void *arg);
/* Before store_start(): the cookies of the runs before, in the order in which they were made. */
MUST_CHECK int store_each_cookie(struct store *s, int (*fn)(void *arg, const struct cookie *c), void *arg);
/* Before store_start(): what each loop has packed of traps (store_traps()). is_apart: of its own hosts; else it may be of any loop's. */
MUST_CHECK int store_each_traps(struct store *s, int (*fn)(void *arg, unsigned loop, bool is_apart, struct str packed), void *arg);
/* Before store_start(): a number that the job remembers, durable with the first commit; 0 where there is none. name: static. */
MUST_CHECK int store_get(struct store *s, const char *name, int64_t *ret_value);
MUST_CHECK int store_set(struct store *s, const char *name, int64_t value);
/* Before store_start(): durable with the first commit. */
MUST_CHECK int store_add_seed(struct store *s, enum store_seed kind, struct str url);

/* Large bodies on their way (store/part.h), until store_close(); NULL: none are kept. */
struct parts;
struct parts *store_parts(struct store *s);

/* What a run goes on with. The functions return 0 or negative errno, which ends the reading. */
struct store_resume {
	/* About so many URLs will be told to visited(). NULL: not of interest. */
	void (*expect)(void *arg, uint64_t n);
	/* URLs that were let in or are over, some more than once. */
	int (*visited)(void *arg, const uint64_t *fps, size_t n);
	/* URLs that were let in and are not over, or were remembered, as url/found.h packs them; in the order of the finding. */
	int (*pending)(void *arg, struct str entries);
	void *arg;
	uint64_t first; /* with so many the others can wait (below); 0: all */
	bool by_depth;  /* the less deep come first; among those, again in the order of the finding */
};
/* Before store_start(). 0, 1: not all that is pending was told; or negative errno (-EBADMSG: the database is damaged). */
MUST_CHECK int store_resume(struct store *s, const struct store_resume *resume);

/*
 * What store_resume() has not told comes while the run goes on: in pieces, by a channel, read by the writer in its idle time. Whoever
 * has done with a piece what pending() does, and has handed to the store what that led to (store_found(), store_skip()), gives it
 * back; only then its row is tidied, so that nothing can be lost between the two. Behind all of them, when each is back, comes one
 * that is the last. Those that are not given back are freed; the next run is told of them.
 */
#define STORE_REST_OUT 16 /* at most so many pieces are out, each of some hundred URLs */
struct store_rest {
	struct str entries; /* as for pending() */
	bool last;          /* it has none */
	/* The store's. */
	struct store_rest *next;
	int64_t id;
	bool changed;    /* the row is to be */
	struct str kept; /* what it shall hold */
	uint32_t kept_depth;
};
/* Where store_resume() was 1, by depth: none of what is still to come is less deep. Before store_start(). */
uint32_t store_rest_depth(const struct store *s);
/* Before store_start(), where store_resume() was 1. to: with room for STORE_REST_OUT. 0 or -ENOMEM. */
MUST_CHECK int store_rest_to(struct store *s, struct chan *to);
/* Takes the piece. Any thread. */
void store_rest_done(struct store *s, struct store_rest *rest);
void store_rest_free(struct store_rest *rest);

/* returns: per loop, written jobs go back here; the array is copied. */
MUST_CHECK int store_start(struct store *s, struct chan *const *returns);
/*
 * Other loops from now on, and another number of them: while none runs, and all jobs are back. store_divide(), behind which store_backend() is for
 * the new ones; then, when what their frontiers need of the old backends has been read, store_divided(), which frees these: done, or
 * (returns NULL) not, and all is as it was. Main thread. 0 or -ENOMEM.
 */
MUST_CHECK int store_divide(struct store *s, unsigned n_loops);
void store_divided(struct store *s, struct chan *const *returns);
/*
 * Takes n jobs (a batch: one lock). Returns how many were taken; fewer than n: the writer is
 * behind, keep the rest (J6).
 */
MUST_CHECK size_t store_put(struct store *s, struct job *const *jobs, size_t n);
/* Copies; never blocks: batches are bounded by the pages they come from. 0 or -ENOMEM. */
MUST_CHECK int store_skip(struct store *s, const struct store_skip *skips, size_t n);
/*
 * Refusals wait for the writer, more than what a page brings: the loops should take no more until there are fewer, for a long queue
 * that is dropped is refused as fast as memory can be filled (J6). Any thread.
 */
bool store_is_behind(const struct store *s);
/* Does the writer wait for the disk, which it does now and then, and takes no job meanwhile? Any thread. */
bool store_is_committing(const struct store *s);
/* URLs let in by nobody's page (seeds, remembered ones): as in struct job. As store_skip(). */
MUST_CHECK int store_found(struct store *s, struct str found, struct str fps);
MUST_CHECK int store_retry(struct store *s, const struct store_retry *retry);
/* A host asks to be left alone until then. As store_skip(). */
MUST_CHECK int store_pause(struct store *s, struct str origin, int64_t due_wall_us);
/* What a loop has learned of traps, instead of what it had before; all pages it is learned from were put and have come back. As store_skip(). */
MUST_CHECK int store_traps(struct store *s, unsigned loop, struct str packed);
/* Hosts of HSTS that have changed, as lines of url/hsts.h; one whose time is over is no more. As store_skip(). */
MUST_CHECK int store_hsts(struct store *s, struct str lines);
/* Cookies that have changed, as lines of cookies.txt; one that has expired is no more. As store_skip(). */
MUST_CHECK int store_cookies(struct store *s, struct str lines);
/*
 * The first failure of a sink: negative errno, 0 = none; -ESTALE: somebody has removed the job. Any thread. *ret_path: what could not be
 * written, static for the life of the store.
 */
int store_failed(const struct store *s, const char **ret_path);
/*
 * A commit now, of what is written; several wishes before it are one. Once it is made store_has_checkpointed() says so, one time. Any
 * thread, between store_start() and store_close().
 */
void store_checkpoint(struct store *s);
bool store_has_checkpointed(struct store *s);
/*
 * There is less room on the disk than min_free_bytes, as of the last commit: the loops should take no more until there is.
 * Any thread. *ret_free_bytes: how much there is.
 */
bool store_lacks_room(const struct store *s, uint64_t *ret_free_bytes);
/* err: negative errno of something that could not be written. Would room help: on the disk, in a quota, under a limit? */
bool store_wants_room(int err);
/*
 * And what is to be done about an error of the machine, as in "make room": then a run goes on where it was (exit status 13). NULL: who knows.
 */
const char *store_remedy(int err);
/* Other settings are in force: dir/lycosa.conf, as config_text was. Any one thread, before store_close(). 0 or negative errno. */
MUST_CHECK int store_put_config(struct store *s, struct str text);
/*
 * why: of the run's end, for the run history; finished: nothing is left to do. 0 or the first
 * failure, and what could not be written then is added to ret_path (NULL: not wanted). Frees the store. A new job that was never
 * started takes its files back, and the directory if it made it.
 */
MUST_CHECK int store_close(struct store *s, const char *why, bool finished, struct buf *ret_path);
/*
 * Before store_close() of a job that is then finished: fn says the program's exit status (0-255), which is in store_job.exit_status from
 * then on. It is asked there, in that thread, when all files are made and what became of store_mirror.single is known.
 */
void store_exit_status(struct store *s, int (*fn)(void *arg), void *arg);

/*
 * Where in a mirror (below site/) the file of a URL is: store/path.h says how. u: http or https, canonical.
 * content_type: as sent. Pure. Returns the length. Names that the server gives, and what is done where two meet, aside.
 */
#define STORE_PATH_MAX_BYTES 200
size_t store_path(const struct store_names *how, const struct url *u, struct str content_type, char dst[STORE_PATH_MAX_BYTES]);

/*
 * Where the queues of a loop go when memory is short (frontier/backend.h): from store_open() until store_close(), for that loop's
 * frontier alone. 0 or negative errno.
 */
struct frontier_backend;
MUST_CHECK int store_backend(struct store *s, unsigned loop, const struct frontier_backend **ret_backend);
/* The loop's thread: its first failure, negative errno; 0 = none. */
int store_backend_failed(const struct store *s, unsigned loop);

struct store_stats {
	uint64_t records, skips, bytes_written;
	int64_t busy_us, idle_us;
};
/* Any thread. */
void store_stats(const struct store *s, struct store_stats *ret_stats);

#endif
