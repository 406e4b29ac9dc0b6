/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store_private.h: the store, as its files share it:
 *
 *	writer.c       the writer's thread: its turn, the sinks, the commit
 *	store.c        its life: open, begin, start, another number of loops, close
 *	store_loose.c  what the loops hand over beside jobs
 *	store_known.c  what the runs before have left, besides URLs
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "store/backend_local.h"
#include "store/db.h"
#include "store/resume.h"
#include "store/room.h"
#include "store/sink.h"
#include "store/trapways.h"

#define STORE_MAGIC 0x53544f52u
#define STORE_BATCH 256

/* A refusal on its way to the writer: this, then url, parent and chain. */
struct skip_head {
	uint32_t url_len, parent_len, chain_len, depth;
	uint16_t kind, reason;
	bool is_seed, dropped;
};

/* Jobs for one loop that its channel had no room for. */
struct back {
	struct job **jobs; /* back_cap of them */
	size_t n;
};

struct pause_head {
	int64_t due_wall_us;
	uint32_t origin_len;
};

struct traps_head {
	uint32_t loop, len; /* STORE_DIVIDED: the loops are others from here on */
};
#define STORE_DIVIDED UINT32_MAX

/* What comes from the loops beside jobs. */
enum loose_kind {
	LOOSE_SKIPS,      /* struct skip_head, url, parent, chain */
	LOOSE_FOUND,      /* as in struct job; and of these: */
	LOOSE_FPS,
	LOOSE_RETRIES,    /* struct store_retry */
	LOOSE_COOKIES,    /* lines of cookies.txt */
	LOOSE_HSTS,       /* lines of url/hsts.h */
	LOOSE_PAUSES,     /* struct pause_head, origin */
	LOOSE_TRAPS,      /* struct traps_head, what was packed */
	LOOSE_COUNT,
};

struct loose {
	struct buf bufs[LOOSE_COUNT];
	struct store_rest *rest; /* pieces that are back, the last to come first */
};

/* The first commit of a new mirror comes after the time of so many. */
#define STORE_FIRST_COMMITS 4

struct store {
	uint32_t magic;
	/* immutable after open */
	struct store_config config;
	/* of STORE_LOOPS_MAX; written while no job is on its way */
	struct chan **returns;
	struct backend_local **backends; /* per loop, and its alone; NULL: none was asked for. Main thread */
	struct backend_local **backends_before; /* of the loops that go; NULL: none do */
	_Atomic unsigned n_loops;
	unsigned n_loops_before;
	struct chan *jobs;
	pthread_t thread;
	bool started;

	pthread_mutex_t send_lock; /* the writer has it while it sends something to a loop, and wakes that: behind it, it touches the loop no more */
	pthread_mutex_t loose_lock;
	struct loose loose; /* guarded by loose_lock */
	_Atomic size_t skips_bytes; /* of loose.skips; relaxed */

	/* owner: writer (and whoever opens and closes, when it does not run) */
	struct sink_context ctx;
	struct stat db_st; /* of its file, when it was opened */
	void *states[SINK_COUNT]; /* NULL = not open */
	struct back *back;        /* of STORE_LOOPS_MAX; those of new loops are made by the main thread, before n_loops is higher */
	struct trapways *ways;    /* of STORE_LOOPS_MAX */
	bool traps_are_apart;     /* what is kept of traps is each loop's own: trapways.h */
	size_t back_cap;
	struct loose taken;
	int64_t flush_due_us, commit_due_us;
	struct resume *resume; /* what is still to be read; NULL: all is */
	struct chan *rest_to;
	struct store_rest *rest_last; /* goes there behind all others */
	size_t n_rest_out;
	struct store_job job;
	struct {
		int (*fn)(void *arg); /* NULL: nobody says one */
		void *arg;
	} exit_status;

	struct room room;
	atomic_int err; /* the first failure; ctx.failed_path is set before it */
	_Atomic bool is_committing;
	_Atomic bool wants_checkpoint, has_checkpointed;
	_Atomic uint64_t n_records, n_skips, bytes_written;
	_Atomic int64_t busy_us, idle_us;
};

/* --- store_loose.c --- */
void store_loose_init(struct loose *l);
void store_loose_release(struct loose *l);
/* It was written: empty again, with some of its memory. */
void store_loose_reset(struct loose *l);

/* --- writer.c; in the writer, and before it starts and after it has ended in whoever opens and closes --- */
/* The first failure counts: negative errno. */
void store_fail(struct store *s, int err);
bool store_has_failed(const struct store *s);
/* S1, S3: everything is on the disk before the database says so. */
void store_commit(struct store *s);
/* What has come beside jobs goes to the sinks. */
void store_put_loose(struct store *s);
MUST_CHECK int store_open_sinks(struct store *s);
void store_close_sinks(struct store *s);
/* The thread. */
void *store_writer(void *arg);

#endif
