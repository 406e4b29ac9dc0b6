/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * db_sink.c: the rows of the database. What pages have found is put together to rows of a useful
 * size: a row for each page would cost as much as all that is in it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "store/db.h"
#include "store/sink.h"
#include "url/found.h"

#define FOUND_ROW_BYTES (32 * 1024)

struct db_sink {
	struct sink_context *ctx;
	struct buf found; /* not yet a row */
	uint32_t depth;   /* none of it is less deep */
};

static int
failed(const struct db_sink *s, int r)
{
	return r < 0 ? sink_fail(s->ctx, DB_NAME, r) : 0;
}

static int
found_row(struct db_sink *s)
{
	int r = s->found.len > 0 ? db_put_found(s->ctx->db, s->depth, buf_str(&s->found)) : 0;

	buf_reset(&s->found, 2 * FOUND_ROW_BYTES);
	return r;
}

static int
add_found(struct db_sink *s, uint32_t depth, struct str found)
{
	if (found.len == 0)
		return 0;
	if (s->found.len == 0 || depth < s->depth)
		s->depth = depth;
	if (buf_add_str(&s->found, found) < 0)
		return s->found.err;
	return s->found.len >= FOUND_ROW_BYTES ? found_row(s) : 0;
}

/* A seed, or what it redirects to, has answered: its host belongs to the scope from now on. */
static bool
has_joined(const struct job *j)
{
	return j->is_seed && j->redirects > 0 && j->status != 0 && j->outcome != OUTCOME_REDIRECT;
}

static int
put_row(struct db_sink *s, const struct job *j)
{
	const struct base_verdict *v = &s->ctx->verdict;
	int r;

	if (v->stays)
		return base_take_row(s->ctx->base, v, j, j->outcome);
	r = db_put_job(s->ctx->db, j);
	return r == 0 && s->ctx->base != NULL ? base_note(s->ctx->base, v) : r;
}

/* Of the row that was put last. What was not read anew refers to what it did. */
static int
put_links(struct db_sink *s, const struct job *j)
{
	if (!s->ctx->config->links)
		return 0;
	if (j->refs.len > 0)
		return db_put_links(s->ctx->db, j);
	return s->ctx->verdict.stays ? base_take_links(s->ctx->base, &s->ctx->verdict) : 0;
}

static int
db_sink_put(void *state, struct job *j)
{
	struct db_sink *s = state;
	int r = put_row(s, j);

	if (r == 0)
		r = put_links(s, j);
	if (r == 0)
		r = add_found(s, j->found_depth, buf_str(&j->found));
	if (r == 0 && has_joined(j))
		r = db_add_seed(s->ctx->db, STORE_SEED_JOINED, url_identity(&j->url));
	return failed(s, r);
}

static int
db_sink_found(void *state, struct str found, struct str fps)
{
	struct db_sink *s = state;
	uint32_t depth = 0;
	int r = found_least_depth(found, &depth);

	return failed(s, r == 0 ? add_found(s, depth, found) : r);
}

static int
db_sink_skip(void *state, const struct store_skip *k)
{
	struct db_sink *s = state;
	uint64_t key = found_key(hash_fingerprint(&s->ctx->key, k->url.p, k->url.len), k->chain);
	int r = 0;

	if (s->ctx->verdict.stays)
		r = base_take_row(s->ctx->base, &s->ctx->verdict, NULL, k->reason);
	else if (sink_is_end(k))
		r = db_put_refusal(s->ctx->db, k, key);
	return failed(s, r);
}

static int
db_sink_sync(void *state)
{
	struct db_sink *s = state;

	int r = s->ctx->base != NULL ? base_sync(s->ctx->base) : 0;

	return failed(s, r == 0 ? found_row(s) : r);
}

static int
db_sink_close(void *state, bool has_failed)
{
	struct db_sink *s = state;

	buf_release(&s->found);
	free(s);
	return 0;
}

static int
db_sink_open(struct sink_context *ctx, void **ret_state)
{
	struct db_sink *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return -ENOMEM;
	s->ctx = ctx;
	buf_init(&s->found, 2 * (size_t)JOB_FOUND_MAX_BYTES);
	*ret_state = s;
	return 0;
}

static bool
db_sink_wanted(const struct store_config *config)
{
	return true;
}

const struct sink_ops sink_db = {
	.name = DB_NAME,
	.wanted = db_sink_wanted,
	.open = db_sink_open,
	.put = db_sink_put,
	.found = db_sink_found,
	.skip = db_sink_skip,
	.sync = db_sink_sync,
	.close = db_sink_close,
};
