/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer.c: the writer thread: the one place where a run's results reach the disk.
 *
 *	loops --store_put()--> jobs (bounded channel) --+
 *	                                                +--> writer --> sinks (sink.h) --> files
 *	loops --store_skip()-> skips (locked buffer) ---+       |
 *	loops <-- returns[loop] (channel) <---------------------+
 *	loops <-- what the runs before have left, and back -----+
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
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/prefault.h"
#include "store/bodyhash.h"
#include "store/generation.h"
#include "store/previous.h"
#include "store/store_private.h"

#define STORE_NAP_US           2000
#define WRITER_HEAP_BYTES      ((size_t)384 * 1024) /* lines, and pages of the database */
#define STORE_FULL_BATCH       64 /* with this many there is no need to nap */
#define STORE_BODIES_BACK      8  /* so many bodies that are kept go back at a time: their memory is used again while it is warm */

void
store_fail(struct store *s, int err)
{
	int none = 0;

	(void)atomic_compare_exchange_strong(&s->err, &none, err);
}

bool
store_has_failed(const struct store *s)
{
	return atomic_load_explicit(&s->err, memory_order_relaxed) < 0;
}

/* --- sinks --- */

/* In an update: what the sinks look at is known, or r says why not. */
static void
judged(struct store *s, int r)
{
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, PREVIOUS_DB_NAME, r));
}

static void
kept(struct store *s, struct job *j)
{
	int r = store_has_failed(s) ? 0 : base_keep_files(s->ctx.base, &s->ctx.verdict, j);

	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, GENERATION_NEXT, r));
}

static void
put_job(struct store *s, struct job *j)
{
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(j->loop < atomic_load(&s->n_loops));
	if (j->left)
		return;
	bodyhash_add(j);
	if (s->ctx.base != NULL) {
		judged(s, base_judge(s->ctx.base, &s->ctx, j));
		kept(s, j);
	}
	for (size_t i = 0; i < SINK_COUNT && !store_has_failed(s); i++) {
		int r = 0;

		if (s->states[i] != NULL && sinks[i]->put != NULL)
			r = sinks[i]->put(s->states[i], j);
		if (r < 0)
			store_fail(s, r);
	}
	s->ctx.verdict = (struct base_verdict){ 0 };
	if (j->trap_way.len > 0)
		trapways_add(&s->ways[j->loop], job_get(j, j->trap_way));
	if (store_has_failed(s))
		j->outcome = OUTCOME_WRITE_FAILED;
	else
		atomic_fetch_add_explicit(&s->n_records, 1, memory_order_relaxed);
}

static void
put_skip(struct store *s, const struct store_skip *k)
{
	if (s->ctx.base != NULL && sink_is_end(k)) {
		judged(s, base_judge_refusal(s->ctx.base, &s->ctx, k));
		kept(s, NULL);
	}
	for (size_t i = 0; i < SINK_COUNT && !store_has_failed(s); i++) {
		int r = 0;

		if (s->states[i] != NULL && sinks[i]->skip != NULL)
			r = sinks[i]->skip(s->states[i], k);
		if (r < 0)
			store_fail(s, r);
	}
	s->ctx.verdict = (struct base_verdict){ 0 };
	atomic_fetch_add_explicit(&s->n_skips, 1, memory_order_relaxed);
}

static void
put_found(struct store *s, struct str found, struct str fps)
{
	for (size_t i = 0; i < SINK_COUNT && !store_has_failed(s); i++) {
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
	int r = store_has_failed(s) ? 0 : db_put_retry(s->ctx.db, retry);

	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

/* Where somebody removes the job, or puts another into its place, all that is written goes nowhere. A directory that is moved is no matter. */
static int
look_for_db(const struct store *s)
{
	struct stat st;

	if (fstatat(s->ctx.dir.fd, DB_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	return file_is_same(&st, &s->db_st) ? 0 : -ESTALE;
}

void
store_commit(struct store *s)
{
	int r = store_has_failed(s) ? 0 : look_for_db(s); /* first: a sync may take seconds, and more would be asked for meanwhile */

	for (unsigned i = 0; r == 0 && i < STORE_LOOPS_MAX && !store_has_failed(s); i++)
		r = trapways_put(&s->ways[i], s->ctx.db, i);
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
	for (size_t i = 0; i < SINK_COUNT && !store_has_failed(s); i++) {
		r = s->states[i] != NULL && sinks[i]->sync != NULL ? sinks[i]->sync(s->states[i]) : 0;
		if (r < 0)
			store_fail(s, r);
	}
	if (store_has_failed(s))
		return;
	r = db_commit(s->ctx.db);
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
	for (size_t i = 0; i < SINK_COUNT && !store_has_failed(s); i++) {
		r = s->states[i] != NULL && sinks[i]->committed != NULL ? sinks[i]->committed(s->states[i]) : 0;
		if (r < 0)
			store_fail(s, r);
	}
}

static void
flush_sinks(struct store *s)
{
	for (size_t i = 0; i < SINK_COUNT && !store_has_failed(s); i++) {
		int r = 0;

		if (s->states[i] != NULL && sinks[i]->flush != NULL)
			r = sinks[i]->flush(s->states[i]);
		if (r < 0)
			store_fail(s, r);
	}
}

void
store_close_sinks(struct store *s)
{
	for (size_t i = 0; i < SINK_COUNT; i++) {
		int r = 0;

		if (s->states[i] != NULL)
			r = sinks[i]->close(TAKE(s->states[i]), store_has_failed(s));
		if (r < 0)
			store_fail(s, r);
	}
	atomic_store_explicit(&s->bytes_written, s->ctx.bytes_written, memory_order_relaxed);
}

int
store_open_sinks(struct store *s)
{
	for (size_t i = 0; i < SINK_COUNT; i++) {
		int r = sinks[i]->wanted(&s->config) ? sinks[i]->open(&s->ctx, &s->states[i]) : 0;

		if (r < 0)
			return sink_fail(&s->ctx, sinks[i]->name, r);
	}
	return 0;
}

/* --- the writer's turn --- */

/* Returns how many of them went. */
static size_t
loop_send(struct store *s, struct chan *to, void *const *items, size_t n)
{
	size_t sent;

	(void)pthread_mutex_lock(&s->send_lock);
	sent = chan_try_send(to, items, n);
	(void)pthread_mutex_unlock(&s->send_lock);
	return sent;
}

/* Sends what is for that loop; what does not fit stays, in order. */
static void
back_send(struct store *s, unsigned loop)
{
	struct back *b = &s->back[loop];
	size_t sent = loop_send(s, s->returns[loop], (void *const *)b->jobs, b->n);

	memmove(b->jobs, b->jobs + sent, (b->n - sent) * sizeof(b->jobs[0]));
	b->n -= sent;
}

static bool
give_back(struct store *s)
{
	unsigned n_loops = atomic_load(&s->n_loops);
	bool all = true;

	for (unsigned i = 0; i < n_loops; i++) {
		if (s->back[i].n == 0)
			continue;
		back_send(s, i);
		all = all && s->back[i].n == 0;
	}
	return all;
}

/* How many jobs may be taken: there is no way back for one that was (W1). */
static size_t
back_room(const struct store *s)
{
	unsigned n_loops = atomic_load(&s->n_loops);
	size_t room = STORE_BATCH;

	for (unsigned i = 0; i < n_loops; i++)
		if (s->back_cap - s->back[i].n < room)
			room = s->back_cap - s->back[i].n;
	return room;
}

static void
put_jobs(struct store *s, struct job **jobs, size_t n)
{
	unsigned n_bodies = 0;

	for (size_t i = 0; i < n; i++) {
		struct back *b;

		put_job(s, jobs[i]);
		b = &s->back[jobs[i]->loop];
		b->jobs[b->n++] = jobs[i];
		n_bodies += jobs[i]->body.slot >= 0;
		if (n_bodies == STORE_BODIES_BACK) {
			(void)give_back(s); /* the turn's end looks whether all could go */
			n_bodies = 0;
		}
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

	while (r == 0 && !store_has_failed(s) && str_cut(lines, '\n', &line, &lines)) {
		buf_reset(&room, COOKIE_ROOM_BYTES);
		/* The jar's own lines can be read; were there one that cannot, it would be a cookie that is lost. */
		if (cookie_read_line(line, &room, &c) == 0)
			r = db_put_cookie(s->ctx.db, &c, now_s);
	}
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

static void
put_hsts(struct store *s, struct str lines)
{
	struct hsts_host h;
	struct str line;
	int r = 0;

	while (r == 0 && !store_has_failed(s) && str_cut(lines, '\n', &line, &lines))
		if (hsts_read_line(line, &h) == 0)
			r = db_put_hsts(s->ctx.db, &h);
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

static void
put_pauses(struct store *s, const struct buf *taken)
{
	struct pause_head h;
	size_t off = 0;
	int r = 0;

	while (r == 0 && !store_has_failed(s) && off < taken->len) {
		memcpy(&h, taken->data + off, sizeof(h));
		off += sizeof(h);
		r = db_put_pause(s->ctx.db, str_n(taken->data + off, h.origin_len), h.due_wall_us);
		off += h.origin_len;
	}
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

/* Pieces that are back. */
static void
put_rest(struct store *s, struct store_rest *rest)
{
	while (rest != NULL) {
		struct store_rest *next = rest->next;
		int r = store_has_failed(s) ? 0 : resume_back(s->resume, rest);

		store_rest_free(rest);
		s->n_rest_out--;
		if (r < 0)
			store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
		rest = next;
	}
}

/* More of what is left to do goes to the loops, as much as they can take. */
static void
send_rest(struct store *s)
{
	struct store_rest *rest;
	void *item;
	int r = 1;

	if (s->resume == NULL || store_has_failed(s))
		return;
	while (s->n_rest_out < STORE_REST_OUT && (r = resume_next(s->resume, &rest)) == 1) {
		item = rest;
		CHECK(loop_send(s, s->rest_to, &item, 1) == 1);
		s->n_rest_out++;
	}
	if (r == 0 && s->n_rest_out == 0) {
		r = resume_finish(s->resume);
		resume_free(TAKE(s->resume));
		item = TAKE(s->rest_last);
		CHECK(loop_send(s, s->rest_to, &item, 1) == 1);
	}
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

/* Once each loop has packed what it knows, what a run with more loops has left is in it. */
static int
part_traps(struct store *s)
{
	unsigned n_loops = atomic_load(&s->n_loops), i = 0;
	int r;

	while (i < n_loops && s->ways[i].is_packed)
		i++;
	if (i < n_loops)
		return 0;
	r = trapways_drop(s->ctx.db, n_loops);
	if (r == 0)
		r = db_set(s->ctx.db, "trap_loops", n_loops);
	s->traps_are_apart = r == 0;
	return r;
}

/* As when a run with another number of loops begins (store_each_traps()). */
static int
mix_traps(struct store *s)
{
	for (unsigned i = 0; i < STORE_LOOPS_MAX; i++)
		trapways_mix(&s->ways[i]);
	s->traps_are_apart = false;
	return db_set(s->ctx.db, "trap_loops", 0);
}

static void
put_traps(struct store *s, const struct buf *taken)
{
	struct traps_head h;
	size_t off = 0;
	int r = 0;

	while (r == 0 && !store_has_failed(s) && off < taken->len) {
		memcpy(&h, taken->data + off, sizeof(h));
		off += sizeof(h);
		if (h.loop == STORE_DIVIDED) {
			r = mix_traps(s);
			continue;
		}
		r = trapways_packed(&s->ways[h.loop], s->ctx.db, h.loop, str_n(taken->data + off, h.len));
		if (r == 0 && !s->traps_are_apart)
			r = part_traps(s);
		off += h.len;
	}
	if (r < 0)
		store_fail(s, sink_fail(&s->ctx, DB_NAME, r));
}

void
store_put_loose(struct store *s)
{
	struct loose *taken = &s->taken, empty = s->taken;
	const struct buf *bufs = taken->bufs;

	(void)pthread_mutex_lock(&s->loose_lock);
	*taken = s->loose;
	s->loose = empty;
	atomic_store_explicit(&s->skips_bytes, 0, memory_order_relaxed);
	(void)pthread_mutex_unlock(&s->loose_lock);
	put_skips(s, &bufs[LOOSE_SKIPS]);
	if (bufs[LOOSE_FOUND].len > 0)
		put_found(s, buf_str(&bufs[LOOSE_FOUND]), buf_str(&bufs[LOOSE_FPS]));
	for (size_t off = 0; off < bufs[LOOSE_RETRIES].len; off += sizeof(struct store_retry)) {
		struct store_retry retry;

		memcpy(&retry, bufs[LOOSE_RETRIES].data + off, sizeof(retry));
		put_retry(s, &retry);
	}
	put_cookies(s, buf_str(&bufs[LOOSE_COOKIES]));
	put_hsts(s, buf_str(&bufs[LOOSE_HSTS]));
	put_pauses(s, &bufs[LOOSE_PAUSES]);
	put_traps(s, &bufs[LOOSE_TRAPS]);
	/* Last: what they led to is in the same transaction. */
	put_rest(s, TAKE(taken->rest));
	store_loose_reset(taken);
}

/* Waits for jobs; n_last: how many the last turn had. */
static size_t
take_jobs(struct store *s, struct job **jobs, size_t n_last, bool all_back)
{
	int64_t now_us = clock_mono_us(), idle_us;
	int64_t deadline_us =
		s->flush_due_us < s->commit_due_us ? s->flush_due_us : s->commit_due_us;
	size_t n, room = back_room(s);

	/* Pieces of what is left are back soon, and nobody tells of that. */
	if ((!all_back || s->resume != NULL) && deadline_us > now_us + STORE_NAP_US)
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
	unsigned n_loops = atomic_load(&s->n_loops);

	for (unsigned i = 0; i < n_loops; i++)
		for (size_t k = 0; k < s->back[i].n; k++) {
			struct job *j = s->back[i].jobs[k];

			closep(&j->body.file_fd);
			j->body.file_fd = -1;
			j->body.slot = -1;
			job_free(j);
		}
	for (unsigned i = 0; i < n_loops; i++)
		s->back[i].n = 0;
}

void *
store_writer(void *arg)
{
	struct store *s = arg;
	struct job *jobs[STORE_BATCH];
	bool all_back = true;
	size_t n = 0;

	CHECK_MAGIC(s, STORE_MAGIC);
	prefault_heap(WRITER_HEAP_BYTES);
	do {
		int64_t start_us;
		bool checkpoint;

		n = take_jobs(s, jobs, n, all_back);
		checkpoint = atomic_exchange(&s->wants_checkpoint, false);
		start_us = clock_mono_us();
		put_jobs(s, jobs, n);
		store_put_loose(s);
		send_rest(s);
		if (start_us >= s->flush_due_us) {
			flush_sinks(s);
			s->flush_due_us = start_us + s->config.flush_us;
		}
		if (start_us >= s->commit_due_us || checkpoint) {
			atomic_store_explicit(&s->is_committing, true, memory_order_relaxed);
			store_commit(s);
			atomic_store_explicit(&s->is_committing, false, memory_order_relaxed);
			room_look(&s->room, s->ctx.dir.fd, s->ctx.bytes_written);
			s->commit_due_us = clock_mono_us() + s->config.commit_us;
			if (checkpoint && !store_has_failed(s))
				atomic_store(&s->has_checkpointed, true);
		}
		if (s->ctx.bytes_written >= s->room.look_at)
			room_look(&s->room, s->ctx.dir.fd, s->ctx.bytes_written);
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
