/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is pending is what was found and has no row in urls:
 *
 *	urls beyond job.upto  -> the keys of those that have come to their end
 *	retries               -> the attempt that comes
 *	found                 -> each entry that has not come to its end is told
 *
 * On the way what was read is thrown away: rows of found that have come to their end, parts of rows;
 * and upto moves to the last row of urls. So a resume costs what the run before it did, not what the
 * job has done in all. All of it is one transaction.
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

struct retry {
	int64_t due_wall_us;
	unsigned attempt;
};

struct reading {
	struct sink_context *ctx;
	const struct store_resume *resume;
	struct keys ended, retrying;
	struct retry *retries; /* one for each slot of retrying */
	bool rebuild; /* the log of fingerprints */
	struct found_packer packer;
	struct buf kept;
};

static int
tell_ended(struct reading *rd, uint64_t key)
{
	int r = 0;

	if (rd->rebuild) {
		r = visitlog_add(rd->ctx->visited, key);
		if (r == 0)
			r = rd->resume->visited(rd->resume->arg, &key, 1);
	}
	if (r == 0 && rd->resume->ended != NULL)
		r = rd->resume->ended(rd->resume->arg, key);
	return r;
}

static int
read_ended(struct reading *rd)
{
	struct db *db = rd->ctx->db;
	struct sqlite3_stmt *q = NULL;
	int64_t upto = 0, n = 0;
	int r = db_get(db, "upto", 0, &upto);

	/* All of them, where more is wanted than what was found in the last run. */
	if (rd->rebuild || rd->resume->ended != NULL)
		upto = 0;
	if (r == 0)
		r = db_number(db, "SELECT count(*) FROM urls WHERE id > ?1", upto, &n);
	if (r == 0)
		r = keys_init(&rd->ended, (uint64_t)n);
	if (r == 0)
		r = db_query(db, "SELECT key FROM urls WHERE id > ?1", upto, &q);
	while (r == 0 && (r = db_step(db, q)) == 1) {
		uint64_t key = (uint64_t)db_int(q, 0);

		(void)keys_add(&rd->ended, key);
		r = tell_ended(rd, key);
	}
	db_query_end(q);
	return r;
}

static int
read_retries(struct reading *rd)
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
	db_query_end(q);
	return r;
}

/* One entry: told if it is pending, and kept then. */
static int
read_entry(struct reading *rd, struct found *f, bool *ret_changed)
{
	uint64_t fp = hash_fingerprint(&rd->ctx->key, f->url.p, f->url.len);
	uint64_t key = found_key(fp, str_n(f->chain, 8 * (size_t)f->redirects)), at;
	bool ended = keys_has(&rd->ended, key);
	int r = 0;

	if (rd->rebuild && !f->remembered) {
		r = visitlog_add(rd->ctx->visited, fp);
		if (r == 0)
			r = rd->resume->visited(rd->resume->arg, &fp, 1);
	}
	*ret_changed = ended || f->remembered;
	if (r < 0 || ended)
		return r;
	/* Who takes it remembers it anew, or lets it in. */
	if (f->remembered)
		return rd->resume->pending(rd->resume->arg, f);
	at = keys_slot(&rd->retrying, key);
	if (rd->retrying.keys[at] != 0 && rd->retries[at].attempt > f->attempt) {
		f->attempt = rd->retries[at].attempt;
		f->due_wall_us = rd->retries[at].due_wall_us;
		*ret_changed = true;
	}
	r = found_pack(&rd->packer, f, &rd->kept);
	return r < 0 ? r : rd->resume->pending(rd->resume->arg, f);
}

/* The entries some places on. */
static void
look_ahead(const struct reading *rd, struct found_reader *ahead)
{
	struct found f;

	if (rd->resume->ahead != NULL && found_next(ahead, &f) == 1)
		rd->resume->ahead(rd->resume->arg, &f);
}

static int
read_row(struct reading *rd, int64_t id, struct str entries)
{
	struct found_reader reader, ahead;
	struct found f;
	bool changed, any = false;
	int r;

	buf_reset(&rd->kept, SIZE_MAX);
	found_packer_fresh(&rd->packer);
	found_reader_init(&reader, entries);
	found_reader_init(&ahead, entries);
	for (unsigned i = 0; i < STORE_AHEAD; i++)
		look_ahead(rd, &ahead);
	while ((r = found_next(&reader, &f)) == 1) {
		r = read_entry(rd, &f, &changed);
		any = any || changed;
		if (r < 0)
			break;
		look_ahead(rd, &ahead);
	}
	found_reader_release(&reader);
	found_reader_release(&ahead);
	if (r == 0 && rd->kept.len == 0)
		r = db_do(rd->ctx->db, "DELETE FROM found WHERE id = ?1", id, STR_NONE);
	else if (r == 0 && any)
		r = db_do(rd->ctx->db, "UPDATE found SET entries = ?2 WHERE id = ?1", id, buf_str(&rd->kept));
	return r;
}

static int
read_found(struct reading *rd)
{
	struct db *db = rd->ctx->db;
	int64_t id = 0;
	int r;

	found_packer_init(&rd->packer);
	buf_init(&rd->kept, 2 * (size_t)JOB_FOUND_MAX_BYTES);
	/* Row by row, because each may be changed. */
	do {
		struct sqlite3_stmt *q = NULL;

		r = db_query(db, "SELECT id, entries FROM found WHERE id > ?1 ORDER BY id LIMIT 1", id, &q);
		if (r == 0)
			r = db_step(db, q);
		if (r == 1) {
			id = db_int(q, 0);
			r = read_row(rd, id, db_bytes(q, 1));
			r = r < 0 ? r : 1;
		}
		db_query_end(q);
	} while (r == 1);
	found_packer_release(&rd->packer);
	buf_release(&rd->kept);
	return r;
}

static int
finish(struct reading *rd)
{
	struct db *db = rd->ctx->db;
	int64_t upto = 0;
	int r = db_number(db, "SELECT coalesce(max(id), 0) FROM urls", 0, &upto);

	if (r == 0)
		r = db_set(db, "upto", upto);
	/* The attempts stand in the entries now. */
	if (r == 0)
		r = db_do(db, "DELETE FROM retries", 0, STR_NONE);
	return r;
}

int
resume_read(struct sink_context *ctx, const struct store_resume *resume)
{
	struct reading rd = { .ctx = ctx, .resume = resume };
	int r = visitlog_load(ctx->visited, resume->visited, resume->arg);

	if (r == 0) {
		rd.rebuild = true;
		r = visitlog_clear(ctx->visited);
	}
	if (r >= 0)
		r = read_ended(&rd);
	if (r == 0)
		r = read_retries(&rd);
	if (r == 0)
		r = read_found(&rd);
	if (r == 0)
		r = finish(&rd);
	keys_release(&rd.ended);
	keys_release(&rd.retrying);
	free(rd.retries);
	return r;
}
