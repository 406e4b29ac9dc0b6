/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.c: the store's life. The invariants W and S stand in writer.c. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/thread.h"
#include "store/previous.h"
#include "store/resume.h"
#include "store/store_private.h"

static void
rest_free_all(struct store_rest *rest)
{
	while (rest != NULL) {
		struct store_rest *next = rest->next;

		store_rest_free(rest);
		rest = next;
	}
}

static void
backends_free(struct backend_local **backends)
{
	for (unsigned i = 0; backends != NULL && i < STORE_LOOPS_MAX; i++)
		backend_local_free(backends[i]);
	free(backends);
}

/* Room for jobs of so many loops that are on their way back. */
static int
back_reserve(struct store *s, unsigned n_loops)
{
	for (unsigned i = 0; i < n_loops; i++) {
		if (s->back[i].jobs == NULL)
			s->back[i].jobs = calloc(s->back_cap, sizeof(struct job *));
		if (s->back[i].jobs == NULL)
			return -ENOMEM;
	}
	return 0;
}

static void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; s->back != NULL && i < STORE_LOOPS_MAX; i++)
		free(s->back[i].jobs);
	backends_free(s->backends);
	backends_free(s->backends_before);
	for (unsigned i = 0; s->ways != NULL && i < STORE_LOOPS_MAX; i++)
		trapways_release(&s->ways[i]);
	free(s->ways);
	free(s->back);
	free(s->returns);
	chan_free(s->jobs);
	rest_free_all(s->loose.rest);
	store_rest_free(s->rest_last);
	resume_free(s->resume);
	store_loose_release(&s->loose);
	store_loose_release(&s->taken);
	(void)pthread_mutex_destroy(&s->loose_lock);
	(void)pthread_mutex_destroy(&s->send_lock);
	base_close(s->ctx.base);
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
	store_loose_init(&s->loose);
	store_loose_init(&s->taken);
	(void)pthread_mutex_init(&s->loose_lock, NULL);
	(void)pthread_mutex_init(&s->send_lock, NULL);
	CHECK(config->n_loops >= 1 && config->n_loops <= STORE_LOOPS_MAX);
	atomic_init(&s->n_loops, config->n_loops);
	s->back = calloc(STORE_LOOPS_MAX, sizeof(*s->back));
	s->ways = calloc(STORE_LOOPS_MAX, sizeof(*s->ways));
	for (unsigned i = 0; s->ways != NULL && i < STORE_LOOPS_MAX; i++)
		trapways_init(&s->ways[i]);
	s->returns = calloc(STORE_LOOPS_MAX, sizeof(struct chan *));
	s->backends = calloc(STORE_LOOPS_MAX, sizeof(struct backend_local *));
	s->back_cap = config->queue_items + STORE_BATCH;
	r = s->back == NULL || s->ways == NULL || s->returns == NULL || s->backends == NULL ? -ENOMEM : 0;
	if (r == 0)
		r = chan_new(config->queue_items, NULL, NULL, &s->jobs);
	if (r == 0)
		r = back_reserve(s, config->n_loops);
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
	int64_t finished = 0, seed = 0, run = 0, status = 0;
	int r = db_get(s->ctx.db, "finished", 0, &finished);

	if (r == 0)
		r = db_get(s->ctx.db, "exit_status", 0, &status);
	s->job.is_new = db_is_new(s->ctx.db);
	if (r == 0 && s->job.is_new) {
		r = hash_key_random(&s->job.key);
		if (r == 0)
			r = db_set(s->ctx.db, "hash_key", (int64_t)s->job.key.seed);
		if (r == 0)
			r = db_set(s->ctx.db, "created_at", clock_wall_us());
		if (r == 0)
			r = db_set(s->ctx.db, "trap_loops", s->config.n_loops);
		if (r == 0)
			r = db_set(s->ctx.db, "written", 1);
		s->traps_are_apart = true;
	} else if (r == 0) {
		r = db_get(s->ctx.db, "hash_key", 0, &seed);
		s->job.key.seed = (uint64_t)seed;
		if (r == 0)
			r = db_number(s->ctx.db, "SELECT coalesce(max(id), 0) FROM urls", 0, &run);
	}
	s->job.records = (uint64_t)run;
	s->job.finished = finished != 0;
	s->job.exit_status = status >= 0 && status <= UINT8_MAX ? (int)status : 0;
	s->ctx.key = s->job.key;
	return r;
}

/* An update goes on as one, and as nothing else. */
static int
open_base(struct store *s, char **ret_error)
{
	int64_t started_us = 0;
	int r = db_get(s->ctx.db, "update_started_at", 0, &started_us);

	if (r < 0 || (started_us == 0) == (s->config.update_from == NULL))
		return r < 0 || started_us == 0 ? r : base_open(&s->ctx, s->config.update_from, &s->ctx.base);
	/* Once it is the newest generation, its database says so too; but it is no more in DIR/update. */
	if (s->config.update_from == NULL && faccessat(s->ctx.dir.fd, PREVIOUS_DB_NAME, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	*ret_error = strdup("this directory is an update that is not finished: name the one it is in, as in `lycosa update DIR'");
	return -EINVAL;
}

static int
note_db(struct store *s)
{
	struct stat st;

	if (fstatat(s->ctx.dir.fd, DB_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	s->db_st = st;
	return 0;
}

/* All files would be cut to what the database knows of them. */
static int
check_not_lost(const struct store *s)
{
	return db_is_new(s->ctx.db) && dir_has_results(&s->ctx.dir) ? -ENODATA : 0;
}

/* The directory is ours; a failure from here on takes back what was made in it for a new job. */
static int
store_fill_dir(struct store *s, char **ret_error)
{
	int r = db_open(&s->ctx.dir, &s->ctx.db, ret_error);

	if (r < 0)
		(void)sink_fail(&s->ctx, DB_NAME, r);
	if (r == 0)
		r = check_not_lost(s);
	if (r == 0)
		r = read_job(s);
	if (r == 0)
		r = open_base(s, ret_error);
	if (r == 0)
		r = note_db(s);
	if (r == 0 && !s->job.finished)
		r = store_open_sinks(s);
	if (r == 0)
		return 0;
	store_fail(s, r);
	store_close_sinks(s);
	base_close(TAKE(s->ctx.base));
	db_close(TAKE(s->ctx.db));
	if (!s->ctx.dir.has_job)
		dir_undo(&s->ctx.dir);
	return r;
}

/* What is in the way of which file is the first thing to know. */
static char *
planted_text(const char *path)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(64 * 1024);

	buf_add_escaped(&b, str_of(path));
	buf_add_str(&b, STR(" is a link, or no file of a job's: it is not followed; remove it, or choose another directory with -P"));
	return buf_cstr(&b) != NULL ? TAKE(b.data) : NULL;
}

static char *
unfilled_text(const struct store *s, int r)
{
	char *text = (r == -ELOOP || r == -ENOTDIR) && s->ctx.failed_path[0] != '\0' ? planted_text(s->ctx.failed_path) : NULL;

	return text != NULL ? text : dir_error_text(s->config.dir, r);
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
			*ret_error = unfilled_text(s, r);
	}
	if (r < 0) {
		store_free(s);
		return r;
	}
	*ret_store = s;
	return 0;
}

int
store_open_finished(struct store *s, char **ret_error)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(s->job.finished && !s->started);
	r = store_open_sinks(s);
	*ret_error = r < 0 ? unfilled_text(s, r) : NULL;
	return r;
}

struct parts *
store_parts(struct store *s)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	return s->ctx.parts;
}

int
store_resume(struct store *s, const struct store_resume *resume)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(!s->started && s->resume == NULL);
	return resume_read(&s->ctx, resume, &s->resume);
}

uint32_t
store_rest_depth(const struct store *s)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(!s->started && s->resume != NULL);
	return resume_rest_depth(s->resume);
}

int
store_rest_to(struct store *s, struct chan *to)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(!s->started && s->resume != NULL);
	s->rest_to = to;
	s->rest_last = calloc(1, sizeof(*s->rest_last));
	if (s->rest_last == NULL)
		return -ENOMEM;
	s->rest_last->last = true;
	return 0;
}

void
store_rest_done(struct store *s, struct store_rest *rest)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	(void)pthread_mutex_lock(&s->loose_lock);
	rest->next = s->loose.rest;
	s->loose.rest = rest;
	(void)pthread_mutex_unlock(&s->loose_lock);
}

int
store_backend(struct store *s, unsigned loop, const struct frontier_backend **ret_backend)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(loop < STORE_LOOPS_MAX && s->backends[loop] == NULL);
	r = backend_local_new(&s->ctx.dir, &s->backends[loop]);
	if (r == 0)
		*ret_backend = backend_local_ops(s->backends[loop]);
	return r;
}

int
store_divide(struct store *s, unsigned n_loops)
{
	struct backend_local **backends;

	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(n_loops >= 1 && n_loops <= STORE_LOOPS_MAX && s->backends_before == NULL);
	/* What was sent last is there, but who sent it may still be about to wake the loop, which is to be freed. */
	(void)pthread_mutex_lock(&s->send_lock);
	(void)pthread_mutex_unlock(&s->send_lock);
	if (back_reserve(s, n_loops) < 0)
		return -ENOMEM;
	backends = calloc(STORE_LOOPS_MAX, sizeof(struct backend_local *));
	if (backends == NULL)
		return -ENOMEM;
	s->backends_before = s->backends;
	s->backends = backends;
	s->n_loops_before = atomic_exchange(&s->n_loops, n_loops);
	return 0;
}

void
store_divided(struct store *s, struct chan *const *returns)
{
	const struct traps_head h = { .loop = STORE_DIVIDED };

	CHECK_MAGIC(s, STORE_MAGIC);
	CHECK(s->backends_before != NULL);
	if (returns == NULL) {
		backends_free(s->backends);
		s->backends = TAKE(s->backends_before);
		atomic_store(&s->n_loops, s->n_loops_before);
		return;
	}
	backends_free(TAKE(s->backends_before));
	memcpy(s->returns, returns, atomic_load(&s->n_loops) * sizeof(struct chan *));
	(void)pthread_mutex_lock(&s->loose_lock);
	/* Without memory what is kept of traps may not be found by all of them after a crash: then it is learned again. */
	(void)buf_add(&s->loose.bufs[LOOSE_TRAPS], &h, sizeof(h));
	s->loose.bufs[LOOSE_TRAPS].err = 0;
	(void)pthread_mutex_unlock(&s->loose_lock);
}

int
store_backend_failed(const struct store *s, unsigned loop)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	r = s->backends[loop] != NULL ? backend_local_failed(s->backends[loop]) : 0;
	if (r == 0 && s->backends_before != NULL && s->backends_before[loop] != NULL)
		r = backend_local_failed(s->backends_before[loop]);
	return r;
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
	/* The settings first: a job without them would go on with others. And the directory, with those above it that were made for it. */
	r = dir_sync_made(&s->ctx.dir);
	if (r < 0)
		return r;
	/* What the resume has found new belongs to the transaction in which it threw away what was old. */
	store_put_loose(s);
	store_commit(s);
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
	room_look(&s->room, s->ctx.dir.fd, s->ctx.bytes_written);
	s->flush_due_us = clock_mono_us() + s->config.flush_us;
	/* What of a mirror comes to its first commit is written once (mirror_hold.c). */
	s->commit_due_us = clock_mono_us() + s->config.commit_us * (s->config.mirror.on && s->job.is_new ? STORE_FIRST_COMMITS : 1);
	r = thread_start(&s->thread, "writer", store_writer, s);
	s->started = r == 0;
	return r;
}

size_t
store_put(struct store *s, struct job *const *jobs, size_t n)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	return chan_try_send(s->jobs, (void *const *)jobs, n);
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

void
store_checkpoint(struct store *s)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	atomic_store(&s->wants_checkpoint, true);
	chan_poke(s->jobs);
}

bool
store_has_checkpointed(struct store *s)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	return atomic_exchange(&s->has_checkpointed, false);
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
	int r = db_set(s->ctx.db, "finished", finished), status = s->exit_status.fn != NULL ? s->exit_status.fn(s->exit_status.arg) : 0;

	CHECK(status >= 0 && status <= UINT8_MAX);
	if (r == 0 && finished)
		r = db_set(s->ctx.db, "exit_status", status);
	if (r == 0 && finished)
		r = trapways_drop(s->ctx.db, 0);
	if (r == 0)
		r = db_note_run(s->ctx.db, atomic_load(&s->n_records), clock_wall_us(), why);
	if (r == 0)
		r = db_commit(s->ctx.db);
	return r < 0 ? sink_fail(&s->ctx, DB_NAME, r) : 0;
}

void
store_exit_status(struct store *s, int (*fn)(void *arg), void *arg)
{
	CHECK_MAGIC(s, STORE_MAGIC);
	s->exit_status.fn = fn;
	s->exit_status.arg = arg;
}

int
store_close(struct store *s, const char *why, bool finished, struct buf *ret_path)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	chan_close(s->jobs);
	if (s->started) {
		CHECK(pthread_join(s->thread, NULL) == 0);
		store_put_loose(s); /* what came after the last turn */
		store_commit(s);
	} else {
		store_fail(s, -ECANCELED); /* nothing is to be written */
	}
	/* Of what was not committed the next run finds nothing: it goes on with what there was before. */
	s->ctx.finished = finished && !store_has_failed(s);
	store_close_sinks(s);
	if (s->started && !store_has_failed(s)) {
		r = store_end(s, why, finished);
		if (r < 0)
			store_fail(s, r);
	}
	base_close(TAKE(s->ctx.base));
	db_close(TAKE(s->ctx.db));
	/* A job that was killed before it began is what it was. */
	if (!s->started && s->job.is_new && !s->ctx.dir.has_job)
		dir_undo(&s->ctx.dir);
	r = s->started ? atomic_load(&s->err) : 0;
	if (r < 0 && ret_path != NULL)
		buf_add_str(ret_path, str_of(s->ctx.failed_path));
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
