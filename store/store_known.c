/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_known.c: what a job knows from its runs before, besides its URLs. Main thread, before the writer starts. */
#include "config.h"

#include "base/clock.h"
#include "store/store_private.h"

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
store_each_hsts(struct store *s, int (*fn)(void *arg, const struct hsts_host *h), void *arg)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_hsts(s->ctx.db, clock_wall_us() / CLOCK_US_PER_SEC, &q);

	CHECK(!s->started);
	while (r == 0 && (r = db_step(s->ctx.db, q)) == 1) {
		struct hsts_host h = {
			.host = db_bytes(q, 0),
			.subdomains = db_int(q, 1) != 0,
			.since_s = db_int(q, 2) / CLOCK_US_PER_SEC,
			.until_s = db_int(q, 3) / CLOCK_US_PER_SEC,
		};

		r = fn(arg, &h);
	}
	db_query_end(q);
	return r;
}

int
store_each_pause(struct store *s, int (*fn)(void *arg, struct str origin, int64_t due_wall_us), void *arg)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_pauses(s->ctx.db, clock_wall_us(), &q);

	CHECK(!s->started);
	while (r == 0 && (r = db_step(s->ctx.db, q)) == 1)
		r = fn(arg, db_bytes(q, 0), db_int(q, 1));
	db_query_end(q);
	return r;
}

int
store_each_traps(struct store *s, int (*fn)(void *arg, unsigned loop, bool is_apart, struct str packed), void *arg)
{
	struct sqlite3_stmt *q = NULL;
	int64_t n_loops = 0;
	int r;

	CHECK(!s->started);
	r = db_get(s->ctx.db, "trap_loops", 0, &n_loops);
	s->traps_are_apart = n_loops == s->config.n_loops;
	if (r == 0 && !s->traps_are_apart && n_loops != 0)
		r = db_set(s->ctx.db, "trap_loops", 0);
	if (r == 0)
		r = trapways_query(s->ctx.db, &q);
	while (r == 0 && (r = db_step(s->ctx.db, q)) == 1)
		r = fn(arg, (unsigned)db_int(q, 1), s->traps_are_apart, db_bytes(q, 0));
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
