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
#include "store/sink.h"

#define STORE_MAGIC           0x53544f52u
#define STORE_BATCH           256
#define STORE_NAP_US          2000
#define STORE_FULL_BATCH      64 /* with this many there is no need to nap */
#define STORE_SKIPS_MAX_BYTES (256u * 1024 * 1024)

/* A refusal on its way to the writer: this, then url and parent. */
struct skip_head {
	uint32_t url_len, parent_len, depth;
	uint16_t kind, reason;
};

/* Jobs for one loop that its channel had no room for. */
struct back {
	struct job **jobs; /* back_cap of them */
	size_t n;
};

struct store {
	uint32_t magic;
	/* immutable after open */
	struct store_config config;
	struct chan **returns;
	struct chan *jobs;
	pthread_t thread;
	bool started;

	pthread_mutex_t skips_lock;
	struct buf skips; /* guarded by skips_lock */

	/* owner: writer (and whoever opens and closes, when it does not run) */
	struct sink_context ctx;
	void *states[SINK_COUNT]; /* NULL = not open */
	struct back *back;        /* per loop */
	size_t back_cap;
	struct buf skips_taken;
	int64_t flush_due_us;

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
put_skips(struct store *s)
{
	struct buf taken;
	size_t off = 0;

	buf_reset(&s->skips_taken, STORE_SKIPS_MAX_BYTES / 64);
	(void)pthread_mutex_lock(&s->skips_lock);
	taken = s->skips;
	s->skips = s->skips_taken;
	(void)pthread_mutex_unlock(&s->skips_lock);
	s->skips_taken = taken;
	while (off < taken.len) {
		struct skip_head h;
		struct store_skip k;

		memcpy(&h, taken.data + off, sizeof(h));
		off += sizeof(h);
		k = (struct store_skip){
			.url = str_n(taken.data + off, h.url_len),
			.parent = str_n(taken.data + off + h.url_len, h.parent_len),
			.depth = h.depth,
			.kind = (enum link_kind)h.kind,
			.reason = (enum outcome)h.reason,
		};
		off += h.url_len + h.parent_len;
		put_skip(s, &k);
	}
}

/* Waits for jobs; n_last: how many the last turn had. */
static size_t
take_jobs(struct store *s, struct job **jobs, size_t n_last, bool all_back)
{
	int64_t now_us = clock_mono_us(), deadline_us = s->flush_due_us, idle_us;
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
		put_skips(s);
		if (start_us >= s->flush_due_us) {
			flush_sinks(s);
			s->flush_due_us = start_us + s->config.flush_us;
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
	free(s->back);
	free(s->returns);
	chan_free(s->jobs);
	buf_release(&s->skips);
	buf_release(&s->skips_taken);
	(void)pthread_mutex_destroy(&s->skips_lock);
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
	s->config.returns = NULL; /* s->returns is the copy that lasts */
	s->ctx.config = &s->config;
	s->ctx.dir.fd = -1;
	buf_init(&s->skips, STORE_SKIPS_MAX_BYTES);
	buf_init(&s->skips_taken, STORE_SKIPS_MAX_BYTES);
	(void)pthread_mutex_init(&s->skips_lock, NULL);
	s->back = calloc(config->n_loops, sizeof(*s->back));
	s->returns = calloc(config->n_loops, sizeof(struct chan *));
	s->back_cap = config->queue_items + STORE_BATCH;
	r = s->back == NULL || s->returns == NULL ? -ENOMEM : 0;
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
	memcpy(s->returns, config->returns, config->n_loops * sizeof(struct chan *));
	*ret_store = s;
	return 0;
}

/* The directory is ours; a failure from here on takes back what was made in it. */
static int
store_fill_dir(struct store *s)
{
	int r = dir_put_file(&s->ctx.dir, "lycosa.conf", str_of(s->config.config_text));

	if (r == -EEXIST)
		return r; /* another run was faster: it is not ours to clean */
	if (r == 0)
		r = open_sinks(s);
	if (r < 0) {
		close_sinks(s);
		dir_undo(&s->ctx.dir);
	}
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
		r = store_fill_dir(s);
		if (r < 0)
			*ret_error = dir_error_text(config->dir, r);
	}
	if (r < 0) {
		store_free(s);
		return r;
	}
	*ret_store = s;
	return 0;
}

int
store_start(struct store *s)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	s->flush_due_us = clock_mono_us() + s->config.flush_us;
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

/* Without --log-rejected, hosts that are not of this crawl are not worth a line. */
static bool
is_listed(const struct store *s, enum outcome reason)
{
	return s->config.log_rejected ||
	       (reason != OUTCOME_OUT_OF_SCOPE_HOST && reason != OUTCOME_EXCLUDED_DOMAIN);
}

static void
pack_skip(struct buf *b, const struct store_skip *k)
{
	struct skip_head h = {
		.url_len = (uint32_t)k->url.len,
		.parent_len = (uint32_t)k->parent.len,
		.depth = k->depth,
		.kind = (uint16_t)k->kind,
		.reason = (uint16_t)k->reason,
	};

	CHECK(k->url.len <= UINT32_MAX / 4 && k->parent.len <= UINT32_MAX / 4);
	if (buf_reserve(b, sizeof(h) + k->url.len + k->parent.len) < 0)
		return;
	buf_add(b, &h, sizeof(h));
	buf_add_str(b, k->url);
	buf_add_str(b, k->parent);
}

int
store_skip(struct store *s, const struct store_skip *skips, size_t n)
{
	size_t i = 0;
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	/* Most pages' refusals are of this kind: no lock for them. */
	while (i < n && !is_listed(s, skips[i].reason))
		i++;
	if (i == n)
		return 0;
	(void)pthread_mutex_lock(&s->skips_lock);
	for (; i < n; i++)
		if (is_listed(s, skips[i].reason))
			pack_skip(&s->skips, &skips[i]);
	r = buf_err(&s->skips);
	s->skips.err = 0; /* those that fitted are whole; the writer makes room */
	(void)pthread_mutex_unlock(&s->skips_lock);
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

int
store_close(struct store *s)
{
	int r;

	CHECK_MAGIC(s, STORE_MAGIC);
	chan_close(s->jobs);
	if (s->started) {
		CHECK(pthread_join(s->thread, NULL) == 0);
		put_skips(s); /* those that came after the last turn */
	}
	close_sinks(s);
	if (!s->started)
		dir_undo(&s->ctx.dir);
	r = atomic_load(&s->err);
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
