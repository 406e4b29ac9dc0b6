/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is pending is what was found and has no row in urls:
 *
 *	visited              -> the set of fingerprints; where it is damaged, made again from all of urls and found
 *	urls beyond job.upto -> the keys of those that have come to their end
 *	retries              -> the attempt that comes
 *	found                -> each entry that has not come to its end is told; where depth matters, rows of less depth first
 *
 * On the way what was read is thrown away: rows of found that have come to their end, parts of rows;
 * and upto moves to what was the last row of urls. So a resume costs what the run before it did, not what the
 * job has done in all.
 *
 * The rows of found come in pieces. A row is only tidied, and upto only moved (R1), when what was told of it has been dealt with
 * (R2): tidied or not, it says the same as long as upto stands where it stood. So all of it may be one transaction, before the run, or
 * many, while it goes on: what that run itself adds lies behind what is read (R3).
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "store/db.h"
#include "store/keys.h"
#include "store/resume.h"
#include "store/visitlog.h"
#include "url/found.h"

#define RESUME_FPS (64 * 1024) /* told at a time */

struct retry {
	int64_t due_wall_us;
	unsigned attempt;
};

/* One of found. */
struct row {
	int64_t id, depth; /* -1: not known */
};

struct resume {
	struct sink_context *ctx;
	struct keys ended, retrying;
	struct retry *retries; /* one for each slot of retrying */
	bool any_ended, any_retries;
	struct found_packer packer;
	/* R3: the last rows that are read. */
	int64_t last_url, last_retry, last_found;
	struct row *rows; /* of found; n_rows, in the order in which they are read; from rows[at] on they were not yet */
	size_t n_rows, at;
};

/* --- the fingerprints ------------------------------------------------------------------------------------------------ */

/* On their way to the set, and to the log. */
struct fps {
	struct visitlog *log;
	const struct store_resume *resume;
	uint64_t *fps; /* RESUME_FPS */
	size_t n;
};

static int
fps_flush(struct fps *t)
{
	int r = t->resume->visited(t->resume->arg, t->fps, t->n);

	t->n = 0;
	return r;
}

static int
fps_add(struct fps *t, uint64_t fp)
{
	int r = visitlog_add(t->log, fp);

	t->fps[t->n++] = fp;
	return r == 0 && t->n == RESUME_FPS ? fps_flush(t) : r;
}

static int
fps_add_row(struct fps *t, const struct hash_key *key, struct str entries)
{
	struct found_reader reader;
	struct found f;
	int r;

	found_reader_init(&reader, entries);
	while ((r = found_next(&reader, &f)) == 1) {
		r = f.remembered ? 0 : fps_add(t, hash_fingerprint(key, f.url.p, f.url.len));
		if (r < 0)
			break;
	}
	found_reader_release(&reader);
	return r;
}

/* From the database. */
static int
rebuild_visited(struct sink_context *ctx, const struct store_resume *resume)
{
	CLEANUP(freep) uint64_t *fps = malloc(RESUME_FPS * sizeof(*fps));
	struct fps t = { ctx->visited, resume, fps, 0 };
	struct sqlite3_stmt *q = NULL;
	int r = fps == NULL ? -ENOMEM : visitlog_clear(ctx->visited);

	if (r == 0)
		r = db_query(ctx->db, "SELECT key FROM urls", 0, &q);
	while (r == 0 && (r = db_step(ctx->db, q)) == 1)
		r = fps_add(&t, (uint64_t)db_int(q, 0));
	db_query_end(TAKE(q));
	if (r == 0)
		r = db_query(ctx->db, "SELECT entries FROM found", 0, &q);
	while (r == 0 && (r = db_step(ctx->db, q)) == 1)
		r = fps_add_row(&t, &ctx->key, db_bytes(q, 0));
	db_query_end(q);
	return r < 0 ? r : fps_flush(&t);
}

static int
read_visited(struct resume *rd, const struct store_resume *resume)
{
	uint64_t n = visitlog_count(rd->ctx->visited);
	int r;

	/* What has come to its end stands there once more for that. */
	if (resume->expect != NULL)
		resume->expect(resume->arg, n > (uint64_t)rd->last_url ? n - (uint64_t)rd->last_url : 0);
	r = visitlog_load(rd->ctx->visited, resume->visited, resume->arg);
	return r < 0 ? r : r == 1 ? 0 : rebuild_visited(rd->ctx, resume);
}

/* --- what is over, and what is tried again ------------------------------------------------------------------------- */

static int
read_ended(struct resume *rd)
{
	struct db *db = rd->ctx->db;
	struct sqlite3_stmt *q = NULL;
	int64_t upto = 0, n = 0;
	int r = db_get(db, "upto", 0, &upto);

	if (r == 0)
		r = db_number(db, "SELECT count(*) FROM urls WHERE id > ?1", upto, &n);
	if (r == 0)
		r = keys_init(&rd->ended, (uint64_t)n);
	if (r == 0)
		r = db_query(db, "SELECT key FROM urls WHERE id > ?1", upto, &q);
	while (r == 0 && (r = db_step(db, q)) == 1) {
		(void)keys_add(&rd->ended, (uint64_t)db_int(q, 0));
		r = 0;
	}
	rd->any_ended = n > 0;
	db_query_end(q);
	return r;
}

static int
read_retries(struct resume *rd)
{
	struct db *db = rd->ctx->db;
	struct sqlite3_stmt *q = NULL;
	int64_t n = 0;
	int r = db_number(db, "SELECT count(*) FROM retries", 0, &n);

	if (r == 0)
		r = keys_init(&rd->retrying, (uint64_t)n);
	if (r == 0) {
		rd->retries = calloc(keys_slots(&rd->retrying), sizeof(*rd->retries));
		r = rd->retries == NULL ? -ENOMEM : 0;
	}
	if (r == 0)
		r = db_query(db, "SELECT key, attempt, due_at FROM retries ORDER BY id", 0, &q);
	while (r == 0 && (r = db_step(db, q)) == 1) {
		int64_t attempt = db_int(q, 1);

		rd->retries[keys_add(&rd->retrying, (uint64_t)db_int(q, 0))] = (struct retry){
			.attempt = attempt > 0 && attempt < UINT8_MAX ? (unsigned)attempt : 1,
			.due_wall_us = db_int(q, 2) > 0 ? db_int(q, 2) : 0,
		};
		r = 0;
	}
	rd->any_retries = n > 0;
	db_query_end(q);
	return r;
}

/* --- rows of found --------------------------------------------------------------------------------------------------- */

enum entry_fate { ENTRY_STAYS, ENTRY_CHANGES, ENTRY_TOLD_ONLY, ENTRY_OVER };

static enum entry_fate
judge_entry(const struct resume *rd, struct found *f)
{
	uint64_t fp, key, at;

	if (!rd->any_ended && !rd->any_retries)
		return f->remembered ? ENTRY_TOLD_ONLY : ENTRY_STAYS;
	fp = hash_fingerprint(&rd->ctx->key, f->url.p, f->url.len);
	key = found_key(fp, str_n(f->chain, 8 * (size_t)f->redirects));
	if (rd->any_ended && keys_has(&rd->ended, key))
		return ENTRY_OVER;
	/* Who takes it remembers it anew, or lets it in. */
	if (f->remembered)
		return ENTRY_TOLD_ONLY;
	if (!rd->any_retries)
		return ENTRY_STAYS;
	at = keys_slot(&rd->retrying, key);
	if (rd->retrying.keys[at] == 0 || rd->retries[at].attempt <= f->attempt)
		return ENTRY_STAYS;
	f->attempt = rd->retries[at].attempt;
	f->due_wall_us = rd->retries[at].due_wall_us;
	return ENTRY_CHANGES;
}

/* Does everything in it stay as it is? 1 or 0, or negative errno. */
static int
row_stays(const struct resume *rd, struct str entries)
{
	struct found_reader reader;
	struct found f;
	bool stays = true;
	int r;

	found_reader_init(&reader, entries);
	while ((r = found_next(&reader, &f)) == 1)
		stays = judge_entry(rd, &f) == ENTRY_STAYS && stays;
	found_reader_release(&reader);
	return r < 0 ? r : stays;
}

/* What is to be told of it, or what is to be kept. */
static int
pack_row(struct resume *rd, struct str entries, bool keep, struct buf *out)
{
	struct found_reader reader;
	struct found f;
	int r;

	found_packer_fresh(&rd->packer);
	found_reader_init(&reader, entries);
	while ((r = found_next(&reader, &f)) == 1) {
		enum entry_fate fate = judge_entry(rd, &f);

		if (fate == ENTRY_OVER || (keep && fate == ENTRY_TOLD_ONLY))
			continue;
		r = found_pack(&rd->packer, &f, out);
		if (r < 0)
			break;
	}
	found_reader_release(&reader);
	return r;
}

static struct str
take_bytes(struct buf *b)
{
	size_t len = b->len;

	return str_n(TAKE(b->data), len);
}

static int
new_piece(struct resume *rd, const struct row *row, struct str entries, struct store_rest **ret_rest)
{
	CLEANUP(buf_releasep) struct buf told = BUF_INIT(2 * (size_t)JOB_FOUND_MAX_BYTES), kept = BUF_INIT(2 * (size_t)JOB_FOUND_MAX_BYTES);
	struct store_rest *rest = calloc(1, sizeof(*rest));
	int r = rest == NULL ? -ENOMEM : row_stays(rd, entries);

	if (r == 1 && entries.len > 0 && row->depth >= 0) {
		r = buf_add_str(&told, entries);
	} else if (r >= 0) {
		rest->changed = true;
		r = pack_row(rd, entries, false, &told);
		if (r == 0)
			r = pack_row(rd, entries, true, &kept);
		if (r == 0)
			r = found_least_depth(buf_str(&kept), &rest->kept_depth);
	}
	if (r < 0) {
		free(rest);
		return r;
	}
	rest->id = row->id;
	rest->entries = take_bytes(&told);
	rest->kept = take_bytes(&kept);
	*ret_rest = rest;
	return 0;
}

static int
read_row(struct resume *rd, const struct row *row, struct store_rest **ret_rest)
{
	struct db *db = rd->ctx->db;
	struct sqlite3_stmt *q = NULL;
	int r = db_query(db, "SELECT entries FROM found WHERE id = ?1", row->id, &q);

	if (r == 0)
		r = db_step(db, q);
	if (r == 0)
		r = -EBADMSG;
	else if (r > 0)
		r = new_piece(rd, row, db_bytes(q, 0), ret_rest);
	db_query_end(q);
	return r;
}

int
resume_next(struct resume *rd, struct store_rest **ret_rest)
{
	struct store_rest *rest;
	int r;

	while (rd->at < rd->n_rows) {
		r = read_row(rd, &rd->rows[rd->at], &rest);
		if (r < 0)
			return r;
		rd->at++;
		if (rest->entries.len > 0) {
			*ret_rest = rest;
			return 1;
		}
		/* All of it is over: nobody need be asked. */
		r = resume_back(rd, rest);
		store_rest_free(rest);
		if (r < 0)
			return r;
	}
	return 0;
}

uint32_t
resume_rest_depth(const struct resume *rd)
{
	return rd->at < rd->n_rows && rd->rows[rd->at].depth > 0 ? (uint32_t)rd->rows[rd->at].depth : 0;
}

int
resume_back(struct resume *rd, const struct store_rest *rest)
{
	if (!rest->changed)
		return 0;
	/* The last one goes last, or what is found meanwhile would be given its number (R3). */
	if (rest->kept.len == 0 && rest->id != rd->last_found)
		return db_do(rd->ctx->db, "DELETE FROM found WHERE id = ?1", rest->id, STR_NONE);
	return db_set_found(rd->ctx->db, rest->id, rest->kept_depth, rest->kept);
}

int
resume_finish(struct resume *rd)
{
	int r = db_set(rd->ctx->db, "upto", rd->last_url);

	if (r == 0)
		r = db_do(rd->ctx->db, "DELETE FROM found WHERE id = ?1 AND length(entries) = 0", rd->last_found, STR_NONE);
	/* The attempts stand in the entries now. */
	return r == 0 ? db_do(rd->ctx->db, "DELETE FROM retries WHERE id <= ?1", rd->last_retry, STR_NONE) : r;
}

void
store_rest_free(struct store_rest *rest)
{
	if (rest == NULL)
		return;
	free((char *)rest->entries.p);
	free((char *)rest->kept.p);
	free(rest);
}

void
resume_free(struct resume *rd)
{
	if (rd == NULL)
		return;
	free(rd->rows);
	keys_release(&rd->ended);
	keys_release(&rd->retrying);
	free(rd->retries);
	found_packer_release(&rd->packer);
	free(rd);
}

/* --- before the run ------------------------------------------------------------------------------------------------- */

static int
read_lasts(struct resume *rd)
{
	struct db *db = rd->ctx->db;
	int r = db_number(db, "SELECT coalesce(max(id), 0) FROM urls", 0, &rd->last_url);

	if (r == 0)
		r = db_number(db, "SELECT coalesce(max(id), 0) FROM retries", 0, &rd->last_retry);
	return r == 0 ? db_number(db, "SELECT coalesce(max(id), 0) FROM found", 0, &rd->last_found) : r;
}

static int
by_depth(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* What rows of found there are: without their entries, which are the most of them. */
static int
read_row_list(struct resume *rd, const struct store_resume *resume)
{
	struct db *db = rd->ctx->db;
	struct sqlite3_stmt *q = NULL;
	int64_t n = 0;
	int r = db_number(db, "SELECT count(*) FROM found", 0, &n);

	if (r == 0 && n > 0) {
		rd->rows = calloc((size_t)n, sizeof(rd->rows[0]));
		r = rd->rows == NULL ? -ENOMEM : db_query(db, "SELECT id, coalesce(depth, -1) FROM found ORDER BY id", 0, &q);
	}
	while (r == 0 && q != NULL && rd->n_rows < (size_t)n && (r = db_step(db, q)) == 1) {
		rd->rows[rd->n_rows++] = (struct row){ .id = db_int(q, 0), .depth = db_int(q, 1) };
		r = 0;
	}
	db_query_end(q);
	if (r == 0 && n > 0 && resume->by_depth)
		qsort(rd->rows, rd->n_rows, sizeof(rd->rows[0]), by_depth);
	return r;
}

static uint64_t
count_entries(struct str entries)
{
	struct found_reader reader;
	struct found f;
	uint64_t n = 0;

	found_reader_init(&reader, entries);
	while (found_next(&reader, &f) == 1)
		n++;
	found_reader_release(&reader);
	return n;
}

/* 1: there is more than what can wait. */
static int
tell_first(struct resume *rd, const struct store_resume *resume)
{
	struct store_rest *rest;
	uint64_t n = 0;
	int r;

	while ((r = resume_next(rd, &rest)) == 1) {
		r = resume->pending(resume->arg, rest->entries);
		if (r == 0)
			r = resume_back(rd, rest);
		if (resume->first > 0)
			n += count_entries(rest->entries);
		store_rest_free(rest);
		if (r < 0 || (resume->first > 0 && n >= resume->first))
			return r < 0 ? r : 1;
	}
	return r;
}

int
resume_read(struct sink_context *ctx, const struct store_resume *resume, struct resume **ret_rest)
{
	struct resume *rd = calloc(1, sizeof(*rd));
	int r;

	if (rd == NULL)
		return -ENOMEM;
	rd->ctx = ctx;
	found_packer_init(&rd->packer);
	r = read_lasts(rd);
	if (r == 0)
		r = read_visited(rd, resume);
	if (r == 0)
		r = read_ended(rd);
	if (r == 0)
		r = read_retries(rd);
	if (r == 0)
		r = read_row_list(rd, resume);
	if (r == 0)
		r = tell_first(rd, resume);
	if (r == 0)
		r = resume_finish(rd);
	if (r == 1)
		*ret_rest = TAKE(rd);
	resume_free(rd);
	return r;
}
