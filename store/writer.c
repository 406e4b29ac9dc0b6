/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer.c: the writer thread: the one place where a run's results reach the disk.
 *
 *	loops --store_put()--> jobs (bounded channel) --+
 *	                                                +--> writer --> sinks (sink.h) --> files
 *	loops --store_skip()-> skips (locked buffer) ---+       |
 *	loops <-- returns[loop] (channel) <---------------------+
 *
 *	W1  A job is in the writer's hands from store_put() until it is in returns[]; whatever
 *	    happens to the disk, it comes back.
 *	W2  The writer never waits for a loop: what does not fit into returns[] waits in `back`,
 *	    and is tried again.
 *	W3  After the first failure no sink is asked to write any more; every job comes back as
 *	    WRITE_FAILED.
 *	W4  A job comes back when its line is in the buffer: the buffer reaches the file after
 *	    flush_us at the latest.
 *
 * What is durable when. A commit, at least every commit_us:
 *
 *	sinks' sync(): bodies, pages.jsonl, skipped.jsonl and its spool, visited -> on the disk
 *	                and their lengths -> table `files`
 *	database:       rows of urls, what they found, retries, lengths -> COMMIT, one fsync
 *
 *	S1  (J3) A page is done when its row is committed; its bytes are on the disk before that, and the
 *	    URLs it has let in are in the same transaction, in table `found`.
 *	S2  A URL that was let in is pending until it has a row in `urls`; so found without urls is what
 *	    a resume has to do, and a crash can only move URLs from done back to pending, never lose one.
 *	S3  The files hold at least what the last commit says, because they are synced before it. What
 *	    lies behind that is cut off on resume; it is fetched again, and so stands once.
 *	S4  (J2) `visited` holds each fingerprint of found and urls as of its length; nothing else of a
 *	    page that is not committed lasts, so a page that is fetched again finds its links new.
 *	S5  A job whose links were not all let in (no memory, no room), that was interrupted, or would have
 *	    been tried again, is `left`: no record, so it stays pending.
 *	S6  After a failure nothing is committed any more.
 *
 * The writer naps between small batches. Woken for every page, it would cost each of them a switch
 * of threads, on a busy machine more than formatting the line does.
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/thread.h"
#include "store/backend_local.h"
#include "store/db.h"
#include "store/resume.h"
#include "store/room.h"
#include "store/sink.h"

#define STORE_MAGIC           0x53544f52u
#define STORE_BATCH           256
#define STORE_NAP_US          2000
#define STORE_FULL_BATCH      64 /* with this many there is no need to nap */
#define STORE_LOOSE_MAX_BYTES (256u * 1024 * 1024)
#define STORE_LOOSE_KEEP_BYTES (4u * 1024 * 1024)

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

/* What comes from the loops beside jobs. */
struct loose {
	struct buf skips;      /* struct skip_head, url, parent, chain */
	struct buf found, fps; /* as in struct job */
	struct buf retries;    /* struct store_retry */
	struct buf cookies;    /* lines of cookies.txt */
};

struct store {
	uint32_t magic;
	/* immutable after open */
	struct store_config config;
	struct chan **returns;
	struct backend_local **backends; /* per loop, and its alone; NULL: none was asked for */
	struct chan *jobs;
	pthread_t thread;
	bool started;

	pthread_mutex_t loose_lock;
	struct loose loose; /* guarded by loose_lock */

	/* owner: writer (and whoever opens and closes, when it does not run) */
	struct sink_context ctx;
	void *states[SINK_COUNT]; /* NULL = not open */
	struct back *back;        /* per loop */
	size_t back_cap;
	struct loose taken;
	int64_t flush_due_us, commit_due_us;
	struct store_job job;

	struct room room;
	atomic_int err; /* the first failure; ctx.failed_path is set before it */
	_Atomic uint64_t n_records, n_skips, bytes_written;
	_Atomic int64_t busy_us, idle_us;
};

static void
store_fail(struct store *s, int err)
{
	int none = 0;

	(void)atomic_compare_exchange_strong(&s->err, &none, err);
}

static bool
has_failed(struct store *s)
{
	return atomic_load_explicit(&s->err, memory_order_relaxed) < 0;
}

/* --- sinks --- */

static void
put_job(struct store *s, struct job *j)
{
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(j->loop < s->config.n_loops);
	if (j->left)
		return;
	for (size_t i = 0; i < SINK_COUNT && !has_failed(s); i++) {
		int r = 0;

		if (s->states[i] != NULL && sinks[i]->put != NULL)
			r = sinks[i]->put(s->states[i], j);
		if (r < 0)
			store_fail(s, r);
	}
	if (has_failed(s))
		j->outcome = OUTCOME_WRITE_FAILED;
	else
		atomic_fetch_add_explicit(&s->n_records, 1, memory_order_relaxed);
}

static void
put_skip(struct store *s, const struct store_skip *k)
{
	for (size_t i = 0; i < SINK_COUNT && !has_failed(s); i++) {
		int r = 0;

		if (s->states[i] != NULL && sinks[i]->skip != NULL)
			r = sinks[i]->skip(s->states[i], k);
		if (r < 0)
			store_fail(s, r);
	}
	atomic_fetch_add_explicit(&s->n_skips, 1, memory_order_relaxed);
}

static void
put_found(struct store *s, struct str found, struct str fps)
{
	for (size_t i = 0; i < SINK_COUNT && !has_failed(s); i++) {
		int r = 0;

		if (s->states[i] != NULL && sinks[i]->found != NULL)
			r = sinks[i]->found(s->states[i], found, fps);
		if (r < 0)
			store_fail(s, r);
	}
}

static void
put_retry(struct store *s, const struct store_retry *retry)
{
	int r = has_failed(s) ? 0 : db_put_retry(s->ctx.db, retry);

	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

/* S1, S3: everything is on the disk before the database says so. */
static void
commit(struct store *s)
{
	int r;

	for (size_t i = 0; i < SINK_COUNT && !has_failed(s); i++) {
		r = s->states[i] != NULL && sinks[i]->sync != NULL ? sinks[i]->sync(s->states[i]) : 0;
		if (r < 0)
			store_fail(s, r);
	}
	if (has_failed(s))
		return;
	r = db_commit(s->ctx.db);
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
	for (size_t i = 0; i < SINK_COUNT && !has_failed(s); i++) {
		r = s->states[i] != NULL && sinks[i]->committed != NULL ? sinks[i]->committed(s->states[i]) : 0;
		if (r < 0)
			store_fail(s, r);
	}
}

static void
flush_sinks(struct store *s)
{
	for (size_t i = 0; i < SINK_COUNT && !has_failed(s); i++) {
		int r = 0;

		if (s->states[i] != NULL && sinks[i]->flush != NULL)
			r = sinks[i]->flush(s->states[i]);
		if (r < 0)
			store_fail(s, r);
	}
}

static void
close_sinks(struct store *s)
{
	for (size_t i = 0; i < SINK_COUNT; i++) {
		int r = 0;

		if (s->states[i] != NULL)
			r = sinks[i]->close(TAKE(s->states[i]), has_failed(s));
		if (r < 0)
			store_fail(s, r);
	}
	atomic_store_explicit(&s->bytes_written, s->ctx.bytes_written, memory_order_relaxed);
}

static int
open_sinks(struct store *s)
{
	for (size_t i = 0; i < SINK_COUNT; i++) {
		int r = sinks[i]->wanted(&s->config) ? sinks[i]->open(&s->ctx, &s->states[i]) : 0;

		if (r < 0)
			return sink_fail(&s->ctx, sinks[i]->name, r);
	}
	return 0;
}

/* --- the writer's turn --- */

/* Sends what is in b; what does not fit stays, in order. */
static void
back_send(struct back *b, struct chan *returns)
{
	size_t sent = b->n > 0 ? chan_try_send(returns, (void *const *)b->jobs, b->n) : 0;

	memmove(b->jobs, b->jobs + sent, (b->n - sent) * sizeof(b->jobs[0]));
	b->n -= sent;
}

static bool
give_back(struct store *s)
{
	bool all = true;

	for (unsigned i = 0; i < s->config.n_loops; i++) {
		back_send(&s->back[i], s->returns[i]);
		all = all && s->back[i].n == 0;
	}
	return all;
}

/* How many jobs may be taken: there is no way back for one that was (W1). */
static size_t
back_room(const struct store *s)
{
	size_t room = STORE_BATCH;

	for (unsigned i = 0; i < s->config.n_loops; i++)
		if (s->back_cap - s->back[i].n < room)
			room = s->back_cap - s->back[i].n;
	return room;
}

static void
put_jobs(struct store *s, struct job **jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct back *b;

		put_job(s, jobs[i]);
		b = &s->back[jobs[i]->loop];
		b->jobs[b->n++] = jobs[i];
	}
}

static void
put_skips(struct store *s, const struct buf *taken)
{
	size_t off = 0;

	while (off < taken->len) {
		struct skip_head h;
		struct store_skip k;

		memcpy(&h, taken->data + off, sizeof(h));
		off += sizeof(h);
		k = (struct store_skip){
			.url = str_n(taken->data + off, h.url_len),
			.parent = str_n(taken->data + off + h.url_len, h.parent_len),
			.chain = str_n(taken->data + off + h.url_len + h.parent_len, h.chain_len),
			.depth = h.depth,
			.kind = (enum link_kind)h.kind,
			.reason = (enum outcome)h.reason,
			.is_seed = h.is_seed,
			.dropped = h.dropped,
		};
		off += h.url_len + h.parent_len + h.chain_len;
		put_skip(s, &k);
	}
}

static void
put_cookies(struct store *s, struct str lines)
{
	CLEANUP(buf_releasep) struct buf room = BUF_INIT(COOKIE_ROOM_BYTES);
	int64_t now_s = clock_wall_us() / CLOCK_US_PER_SEC;
	struct str line;
	struct cookie c;
	int r = 0;

	while (r == 0 && !has_failed(s) && str_cut(lines, '\n', &line, &lines)) {
		buf_reset(&room, COOKIE_ROOM_BYTES);
		/* The jar's own lines can be read; were there one that cannot, it would be a cookie that is lost. */
		if (cookie_read_line(line, &room, &c) == 0)
			r = db_put_cookie(s->ctx.db, &c, now_s);
	}
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

static void
loose_init(struct loose *l)
{
	buf_init(&l->skips, STORE_LOOSE_MAX_BYTES);
	buf_init(&l->found, STORE_LOOSE_MAX_BYTES);
	buf_init(&l->fps, STORE_LOOSE_MAX_BYTES);
	buf_init(&l->retries, STORE_LOOSE_MAX_BYTES);
	buf_init(&l->cookies, STORE_LOOSE_MAX_BYTES);
}

static void
loose_reset(struct loose *l)
{
	buf_reset(&l->skips, STORE_LOOSE_KEEP_BYTES);
	buf_reset(&l->found, STORE_LOOSE_KEEP_BYTES);
	buf_reset(&l->fps, STORE_LOOSE_KEEP_BYTES);
	buf_reset(&l->retries, STORE_LOOSE_KEEP_BYTES);
	buf_reset(&l->cookies, STORE_LOOSE_KEEP_BYTES);
}

static void
loose_release(struct loose *l)
{
	buf_release(&l->skips);
	buf_release(&l->found);
	buf_release(&l->fps);
	buf_release(&l->retries);
	buf_release(&l->cookies);
}

static void
put_loose(struct store *s)
{
	struct loose *taken = &s->taken, empty = s->taken;

	(void)pthread_mutex_lock(&s->loose_lock);
	*taken = s->loose;
	s->loose = empty;
	(void)pthread_mutex_unlock(&s->loose_lock);
	put_skips(s, &taken->skips);
	if (taken->found.len > 0)
		put_found(s, buf_str(&taken->found), buf_str(&taken->fps));
	for (size_t off = 0; off < taken->retries.len; off += sizeof(struct store_retry)) {
		struct store_retry retry;

		memcpy(&retry, taken->retries.data + off, sizeof(retry));
		put_retry(s, &retry);
	}
	put_cookies(s, buf_str(&taken->cookies));
	loose_reset(taken);
}

/* Waits for jobs; n_last: how many the last turn had. */
static size_t
take_jobs(struct store *s, struct job **jobs, size_t n_last, bool all_back)
{
	int64_t now_us = clock_mono_us(), idle_us;
	int64_t deadline_us =
		s->flush_due_us < s->commit_due_us ? s->flush_due_us : s->commit_due_us;
	size_t n, room = back_room(s);

	if (!all_back && deadline_us > now_us + STORE_NAP_US)
		deadline_us = now_us + STORE_NAP_US;
	if (room == 0 || (n_last > 0 && n_last < STORE_FULL_BATCH && !chan_is_closed(s->jobs))) {
		struct timespec nap = { 0, STORE_NAP_US * 1000 };

		(void)nanosleep(&nap, NULL);
	}
	n = room > 0 ? chan_recv_until(s->jobs, (void **)jobs, room, deadline_us) : 0;
	idle_us = clock_mono_us() - now_us;
	atomic_fetch_add_explicit(&s->idle_us, idle_us, memory_order_relaxed);
	return n;
}

/*
 * The run is over, the loops' channels are full and nobody empties them: there is no one left to
 * give these jobs to.
 */
static void
drop_leftover(struct store *s)
{
	for (unsigned i = 0; i < s->config.n_loops; i++)
		for (size_t k = 0; k < s->back[i].n; k++) {
			struct job *j = s->back[i].jobs[k];

			closep(&j->body.file_fd);
			j->body.file_fd = -1;
			j->body.slot = -1;
			job_free(j);
		}
	for (unsigned i = 0; i < s->config.n_loops; i++)
		s->back[i].n = 0;
}

static void *
writer_main(void *arg)
{
	struct store *s = arg;
	struct job *jobs[STORE_BATCH];
	bool all_back = true;
	size_t n = 0;

	CHECK_MAGIC(s, STORE_MAGIC);
	do {
		int64_t start_us;

		n = take_jobs(s, jobs, n, all_back);
		start_us = clock_mono_us();
		put_jobs(s, jobs, n);
		put_loose(s);
		if (start_us >= s->flush_due_us) {
			flush_sinks(s);
			s->flush_due_us = start_us + s->config.flush_us;
		}
		if (start_us >= s->commit_due_us) {
			commit(s);
			room_look(&s->room, s->ctx.dir.fd);
			s->commit_due_us = clock_mono_us() + s->config.commit_us;
		}
		atomic_store_explicit(&s->bytes_written, s->ctx.bytes_written,
			memory_order_relaxed);
		all_back = give_back(s);
		if (!all_back && chan_is_closed(s->jobs))
			drop_leftover(s);
		atomic_fetch_add_explicit(&s->busy_us, clock_mono_us() - start_us,
			memory_order_relaxed);
	} while (n > 0 || !chan_is_closed(s->jobs) || chan_len(s->jobs) > 0);
	return NULL;
}

/* --- life --- */

static void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; s->back != NULL && i < s->config.n_loops; i++)
		free(s->back[i].jobs);
	for (unsigned i = 0; s->backends != NULL && i < s->config.n_loops; i++)
		backend_local_free(s->backends[i]);
	free(s->backends);
	free(s->back);
	free(s->returns);
	chan_free(s->jobs);
	loose_release(&s->loose);
	loose_release(&s->taken);
	(void)pthread_mutex_destroy(&s->loose_lock);
	db_close(s->ctx.db);
	dir_close(&s->ctx.dir);
	s->magic = 0;
	free(s);
}

static int
store_alloc(const struct store_config *config, struct store **ret_store)
{
	struct store *s = calloc(1, sizeof(*s));
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->magic = STORE_MAGIC;
	s->config = *config;
	s->ctx.config = &s->config;
	s->room.min_bytes = config->min_free_bytes;
	s->ctx.dir = (struct store_dir){ .fd = -1, .lock_fd = -1 };
	loose_init(&s->loose);
	loose_init(&s->taken);
	(void)pthread_mutex_init(&s->loose_lock, NULL);
	s->back = calloc(config->n_loops, sizeof(*s->back));
	s->returns = calloc(config->n_loops, sizeof(struct chan *));
	s->backends = calloc(config->n_loops, sizeof(struct backend_local *));
	s->back_cap = config->queue_items + STORE_BATCH;
	r = s->back == NULL || s->returns == NULL || s->backends == NULL ? -ENOMEM : 0;
	if (r == 0)
		r = chan_new(config->queue_items, NULL, NULL, &s->jobs);
	for (unsigned i = 0; r == 0 && i < config->n_loops; i++) {
		s->back[i].jobs = calloc(s->back_cap, sizeof(struct job *));
		if (s->back[i].jobs == NULL)
			r = -ENOMEM;
	}
	if (r < 0) {
		store_free(s);
		return r;
	}
	*ret_store = s;
	return 0;
}

/* A job that never began is one whose first transaction was not committed. */
static int
read_job(struct store *s)
{
	int64_t finished = 0, seed = 0, run = 0;
	int r = db_get(s->ctx.db, "finished", 0, &finished);

	s->job.is_new = db_is_new(s->ctx.db);
	if (r == 0 && s->job.is_new) {
		r = hash_key_random(&s->job.key);
		if (r == 0)
			r = db_set(s->ctx.db, "hash_key", (int64_t)s->job.key.seed);
		if (r == 0)
			r = db_set(s->ctx.db, "created_at", clock_wall_us());
	} else if (r == 0) {
		r = db_get(s->ctx.db, "hash_key", 0, &seed);
		s->job.key.seed = (uint64_t)seed;
		if (r == 0)
			r = db_number(s->ctx.db, "SELECT coalesce(max(id), 0) FROM urls", 0, &run);
	}
	s->job.records = (uint64_t)run;
	s->job.finished = finished != 0;
	s->ctx.key = s->job.key;
	return r;
}

/* The directory is ours; a failure from here on takes back what was made in it for a new job. */
static int
store_fill_dir(struct store *s, char **ret_error)
{
	int r = db_open(&s->ctx.dir, &s->ctx.db, ret_error);

	if (r < 0)
		(void)sink_fail(&s->ctx, DB_NAME, r);
	if (r == 0)
		r = read_job(s);
	if (r == 0)
		r = open_sinks(s);
	if (r == 0)
		return 0;
	store_fail(s, r);
	close_sinks(s);
	db_close(TAKE(s->ctx.db));
	if (!s->ctx.dir.has_job)
		dir_undo(&s->ctx.dir);
	return r;
}

int
store_open(const struct store_config *config, struct store **ret_store, char **ret_error)
{
	struct store *s;
	int r = store_alloc(config, &s);

	*ret_error = NULL;
	if (r < 0)
		return r;
	r = dir_open(config->dir, &s->ctx.dir, ret_error);
	if (r == 0) {
		r = store_fill_dir(s, ret_error);
		if (r < 0 && *ret_error == NULL)
			*ret_error = dir_error_text(config->dir, r);
	}
	if (r < 0) {
		store_free(s);
		return r;
	}
	*ret_store = s;
	return 0;
}

void
store_job(const struct store *s, struct store_job *ret_job)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	*ret_job = s->job;
}

int
store_seeds(struct store *s, enum store_seed kind, int (*fn)(void *arg, struct str url), void *arg)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_seeds(s->ctx.db, kind, &q);

	while (r == 0 && (r = db_step(s->ctx.db, q)) == 1)
		r = fn(arg, db_bytes(q, 0));
	db_query_end(q);
	return r;
}

int
store_add_seed(struct store *s, enum store_seed kind, struct str url)
{
	CHECK(!s->started);
	return db_add_seed(s->ctx.db, kind, url);
}

int
store_each_cookie(struct store *s, int (*fn)(void *arg, const struct cookie *c), void *arg)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_cookies(s->ctx.db, clock_wall_us() / CLOCK_US_PER_SEC, &q);

	CHECK(!s->started);
	while (r == 0 && (r = db_step(s->ctx.db, q)) == 1) {
		struct cookie c = {
			.domain = db_bytes(q, 0),
			.path = db_bytes(q, 1),
			.name = db_bytes(q, 2),
			.value = db_bytes(q, 3),
			.host_only = db_int(q, 4) != 0,
			.secure = db_int(q, 5) != 0,
			.http_only = db_int(q, 6) != 0,
			.expires_s = db_int(q, 7) / CLOCK_US_PER_SEC,
		};

		r = fn(arg, &c);
	}
	db_query_end(q);
	return r;
}

int
store_get(struct store *s, const char *name, int64_t *ret_value)
{
	CHECK(!s->started);
	return db_get(s->ctx.db, name, 0, ret_value);
}

int
store_set(struct store *s, const char *name, int64_t value)
{
	CHECK(!s->started);
	return db_set(s->ctx.db, name, value);
}

int
store_resume(struct store *s, const struct store_resume *resume)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(!s->started);
	return resume_read(&s->ctx, resume);
}

int
store_backend(struct store *s, unsigned loop, const struct frontier_backend **ret_backend)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(loop < s->config.n_loops && s->backends[loop] == NULL);
	r = backend_local_new(&s->ctx.dir, &s->backends[loop]);
	if (r == 0)
		*ret_backend = backend_local_ops(s->backends[loop]);
	return r;
}

int
store_backend_failed(const struct store *s, unsigned loop)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	return s->backends[loop] != NULL ? backend_local_failed(s->backends[loop]) : 0;
}

int
store_put_config(struct store *s, struct str text)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	r = dir_put_file(&s->ctx.dir, "lycosa.conf", text);
	return r == 0 ? dir_sync(&s->ctx.dir) : r;
}

/* What the run goes on with is durable before it begins. */
static int
store_begin(struct store *s)
{
	int r = dir_put_file(&s->ctx.dir, "lycosa.conf", str_of(s->config.config_text));

	if (r == 0)
		r = db_set(s->ctx.db, "finished", 0);
	if (r == 0)
		r = db_start_run(s->ctx.db, clock_wall_us());
	if (r < 0)
		return r;
	/* The settings first: a job without them would go on with others. */
	r = dir_sync(&s->ctx.dir);
	if (r < 0)
		return r;
	/* What the resume has found new belongs to the transaction in which it threw away what was old. */
	put_loose(s);
	commit(s);
	r = atomic_load(&s->err);
	return r < 0 ? r : dir_sync(&s->ctx.dir);
}

int
store_start(struct store *s, struct chan *const *returns)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	memcpy(s->returns, returns, s->config.n_loops * sizeof(struct chan *));
	r = store_begin(s);
	if (r < 0)
		return r;
	room_look(&s->room, s->ctx.dir.fd);
	s->flush_due_us = clock_mono_us() + s->config.flush_us;
	s->commit_due_us = clock_mono_us() + s->config.commit_us;
	r = thread_start(&s->thread, "writer", writer_main, s);
	s->started = r == 0;
	return r;
}

size_t
store_put(struct store *s, struct job *const *jobs, size_t n)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	return chan_try_send(s->jobs, (void *const *)jobs, n);
}

/*
 * Without --log-rejected, hosts that are not of this crawl are not worth a line. And what was only
 * dropped because the run ends, or for want of memory, is still pending.
 */
static bool
is_listed(const struct store *s, const struct store_skip *k)
{
	enum outcome_class class = outcome_class(k->reason);

	if (class == OUTCOME_CLASS_RUN || class == OUTCOME_CLASS_MACHINE)
		return false;
	return s->config.log_rejected || k->dropped ||
	       (k->reason != OUTCOME_OUT_OF_SCOPE_HOST && k->reason != OUTCOME_EXCLUDED_DOMAIN);
}

static void
pack_skip(struct buf *b, const struct store_skip *k)
{
	struct skip_head h = {
		.url_len = (uint32_t)k->url.len,
		.parent_len = (uint32_t)k->parent.len,
		.chain_len = (uint32_t)k->chain.len,
		.depth = k->depth,
		.kind = (uint16_t)k->kind,
		.reason = (uint16_t)k->reason,
		.is_seed = k->is_seed,
		.dropped = k->dropped,
	};

	CHECK(k->url.len <= UINT32_MAX / 4 && k->parent.len <= UINT32_MAX / 4 && k->chain.len <= UINT32_MAX / 4);
	if (buf_reserve(b, sizeof(h) + k->url.len + k->parent.len + k->chain.len) < 0)
		return;
	buf_add(b, &h, sizeof(h));
	buf_add_str(b, k->url);
	buf_add_str(b, k->parent);
	buf_add_str(b, k->chain);
}

int
store_skip(struct store *s, const struct store_skip *skips, size_t n)
{
	size_t i = 0;
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	/* Most pages' refusals are of this kind: no lock for them. */
	while (i < n && !is_listed(s, &skips[i]))
		i++;
	if (i == n)
		return 0;
	(void)pthread_mutex_lock(&s->loose_lock);
	for (; i < n; i++)
		if (is_listed(s, &skips[i]))
			pack_skip(&s->loose.skips, &skips[i]);
	r = buf_err(&s->loose.skips);
	s->loose.skips.err = 0; /* those that fitted are whole; the writer makes room */
	(void)pthread_mutex_unlock(&s->loose_lock);
	return r < 0 ? -ENOMEM : 0;
}

int
store_found(struct store *s, struct str found, struct str fps)
{
	struct loose *l = &s->loose;
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	(void)pthread_mutex_lock(&s->loose_lock);
	r = buf_reserve(&l->found, found.len) < 0 || buf_reserve(&l->fps, fps.len) < 0 ? -ENOMEM : 0;
	if (r == 0) {
		buf_add_str(&l->found, found);
		buf_add_str(&l->fps, fps);
	}
	l->found.err = l->fps.err = 0;
	(void)pthread_mutex_unlock(&s->loose_lock);
	return r;
}

int
store_retry(struct store *s, const struct store_retry *retry)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	(void)pthread_mutex_lock(&s->loose_lock);
	r = buf_add(&s->loose.retries, retry, sizeof(*retry));
	s->loose.retries.err = 0;
	(void)pthread_mutex_unlock(&s->loose_lock);
	return r < 0 ? -ENOMEM : 0;
}

int
store_cookies(struct store *s, struct str lines)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	(void)pthread_mutex_lock(&s->loose_lock);
	r = buf_add_str(&s->loose.cookies, lines);
	s->loose.cookies.err = 0;
	(void)pthread_mutex_unlock(&s->loose_lock);
	return r < 0 ? -ENOMEM : 0;
}

int
store_failed(const struct store *s, const char **ret_path)
{
	int err = atomic_load(&s->err);

	CHECK_MAGIC(s, STORE_MAGIC);
	if (err < 0)
		*ret_path = s->ctx.failed_path;
	return err;
}

bool
store_lacks_room(const struct store *s, uint64_t *ret_free_bytes)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	*ret_free_bytes = atomic_load_explicit(&s->room.free_bytes, memory_order_relaxed);
	return atomic_load_explicit(&s->room.is_low, memory_order_relaxed);
}

/* The files are whole and closed: the run's last word. */
static int
store_end(struct store *s, const char *why, bool finished)
{
	int r = db_set(s->ctx.db, "finished", finished);

	if (r == 0)
		r = db_note_run(s->ctx.db, atomic_load(&s->n_records), clock_wall_us(), why);
	if (r == 0)
		r = db_commit(s->ctx.db);
	return r < 0 ? sink_fail(&s->ctx, DB_NAME, r) : 0;
}

int
store_close(struct store *s, const char *why, bool finished)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	chan_close(s->jobs);
	if (s->started) {
		CHECK(pthread_join(s->thread, NULL) == 0);
		put_loose(s); /* what came after the last turn */
		commit(s);
	} else {
		store_fail(s, -ECANCELED); /* nothing is to be written */
	}
	s->ctx.finished = finished;
	close_sinks(s);
	if (s->started && !has_failed(s)) {
		r = store_end(s, why, finished);
		if (r < 0)
			store_fail(s, r);
	}
	db_close(TAKE(s->ctx.db));
	if (!s->started && s->job.is_new)
		dir_undo(&s->ctx.dir);
	r = s->started ? atomic_load(&s->err) : 0;
	store_free(s);
	return r;
}

void
store_stats(const struct store *s, struct store_stats *ret_stats)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	*ret_stats = (struct store_stats){
		.records = atomic_load_explicit(&s->n_records, memory_order_relaxed),
		.skips = atomic_load_explicit(&s->n_skips, memory_order_relaxed),
		.bytes_written = atomic_load_explicit(&s->bytes_written, memory_order_relaxed),
		.busy_us = atomic_load_explicit(&s->busy_us, memory_order_relaxed),
		.idle_us = atomic_load_explicit(&s->idle_us, memory_order_relaxed),
	};
}
