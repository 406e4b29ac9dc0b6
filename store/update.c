/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "store/base.h"
#include "store/db.h"
#include "store/generation.h"
#include "store/linefile.h"
#include "store/previous.h"
#include "store/trust.h"
#include "store/update_private.h"

#define CHANGES_NAME "changes.jsonl"

#define HOUR_S       INT64_C(3600)
#define DAY_S        (24 * HOUR_S)
#define INTERVAL_MIN HOUR_S
#define INTERVAL_MAX (365 * DAY_S)

static const char *const change_names[CHANGE_COUNT] = {
	[CHANGE_NONE] = "none",
	[CHANGE_NEW] = "new",
	[CHANGE_CHANGED] = "changed",
	[CHANGE_MOVED] = "moved",
	[CHANGE_GONE] = "gone",
	[CHANGE_FAILED] = "failed",
	[CHANGE_UNCHANGED] = "unchanged",
	[CHANGE_NOT_DUE] = "not_due",
};

const char *
change_name(enum change c)
{
	CHECK((unsigned)c < CHANGE_COUNT);
	return change_names[c];
}

/*
 * The rule is that of Nutch's AdaptiveFetchSchedule, with its rates (inc_rate 0.4, dec_rate 0.2): shorter by a fifth after a
 * change, longer by two fifths without. Where Nutch begins with a fixed interval, and jumps to the whole time since the last change
 * (sync_delta), this begins with a tenth of that time, the heuristic of HTTP caches (RFC 9111 §4.2.2), and never falls below it.
 */
int64_t
update_interval(int64_t interval_s, bool has_changed, int64_t changed_s, int64_t now_s)
{
	int64_t tenth = changed_s > 0 && changed_s < now_s ? (now_s - changed_s) / 10 : 0;

	if (interval_s <= 0)
		interval_s = tenth > 0 ? tenth : DAY_S;
	else if (has_changed)
		interval_s -= interval_s / 5;
	else
		interval_s += interval_s * 2 / 5;
	if (!has_changed && interval_s < tenth)
		interval_s = tenth;
	return interval_s < INTERVAL_MIN ? INTERVAL_MIN : interval_s > INTERVAL_MAX ? INTERVAL_MAX : interval_s;
}

/* --- begin ----------------------------------------------------------------------------------------------------- */

static char *
text(const struct update *u, const char *what)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(4 * UPDATE_PATH_MAX_BYTES);

	buf_add_escaped(&b, str_of(u->dir.path));
	buf_addf(&b, ": %s", what);
	return buf_cstr(&b) != NULL ? TAKE(b.data) : NULL;
}

static bool
has(const struct update *u, const char *name)
{
	return faccessat(u->dir.fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* When the generation was finished, as the name of a directory. */
static int
read_stamp(struct db *db, char ret[GENERATION_STAMP_MAX])
{
	int64_t ended_us = 0;
	time_t s;
	struct tm tm;
	int r = db_number(db, "SELECT coalesce(max(ended_at), max(started_at), 0) FROM runs", 0, &ended_us);

	s = (time_t)(ended_us / CLOCK_US_PER_SEC);
	if (r < 0)
		return r;
	if (gmtime_r(&s, &tm) == NULL || strftime(ret, GENERATION_STAMP_MAX, "%Y-%m-%dT%H-%M-%SZ", &tm) == 0)
		return -EINVAL;
	return 0;
}

static int
open_at(const char *dir_path, const char *sub, struct db **ret_db, char **ret_error)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(UPDATE_PATH_MAX_BYTES);

	buf_addf(&path, "%s/%s", dir_path, sub);
	return buf_cstr(&path) != NULL ? db_open_readonly(path.data, ret_db, ret_error) : -ENOMEM;
}

/* What a kill has left there that is no update: a generation that was to be restored goes back among the others. */
static int
tidy_next(struct update *u)
{
	CLEANUP(freep) char *error = NULL;
	char stamp[GENERATION_STAMP_MAX];
	struct db *db = NULL;
	int r;

	if (!has(u, GENERATION_NEXT) || has(u, GENERATION_NEXT "/" PREVIOUS_DB_NAME))
		return 0;
	if (!has(u, GENERATION_NEXT "/" DB_NAME))
		return generation_remove(u->dir.fd, GENERATION_NEXT);
	r = open_at(u->dir.path, GENERATION_NEXT, &db, &error);
	if (r == 0)
		r = read_stamp(db, stamp);
	db_close(db);
	return r == 0 ? generation_put_back(u->dir.fd, stamp) : r;
}

/* The newest generation is finished, and its database of this version and without a log. */
static int
check_newest(struct update *u, char **ret_error)
{
	struct db *db = NULL;
	int64_t finished = 0;
	int r = db_open(&u->dir, &db, ret_error);

	if (r == 0 && db_is_new(db))
		r = -ENOENT;
	if (r == 0)
		r = db_get(db, "finished", 0, &finished);
	if (r == 0)
		r = db_commit(db);
	db_close(db);
	if (r == 0 && finished == 0) {
		*ret_error = text(u, "the job is not finished, so there is nothing to bring up to date; `lycosa resume' goes on with it");
		return -EINVAL;
	}
	return r;
}

static int
find_or_build(struct update *u)
{
	u->goes_on = has(u, GENERATION_NEXT);
	return u->goes_on ? 0 : update_build(u);
}

static int
read_repair(struct update *u)
{
	CLEANUP(freep) char *error = NULL;
	struct db *db = NULL;
	int64_t repair = 0;
	int r = open_at(u->dir.path, GENERATION_NEXT, &db, &error);

	if (r == 0)
		r = db_get(db, "repair", 0, &repair);
	db_close(db);
	u->is_repair = repair != 0;
	return r;
}

static int
open_locked(const char *dir, struct update **ret_update, char **ret_error)
{
	struct update *u = calloc(1, sizeof(*u));
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(UPDATE_PATH_MAX_BYTES);
	struct stat st;
	int r;

	*ret_error = NULL;
	if (u == NULL)
		return -ENOMEM;
	u->dir = (struct store_dir){ .fd = -1, .lock_fd = -1 };
	r = stat(dir, &st) < 0 ? -errno : dir_open(dir, &u->dir, ret_error);
	if (r == 0 && !u->dir.has_job) {
		*ret_error = text(u, "there is no job here");
		r = -ENOENT;
	}
	buf_addf(&path, "%s/" GENERATION_NEXT, dir);
	if (r == 0 && buf_cstr(&path) == NULL)
		r = -ENOMEM;
	u->next_path = TAKE(path.data);
	if (r == 0)
		r = tidy_next(u);
	if (r < 0) {
		update_close(u);
		return r;
	}
	*ret_update = u;
	return 0;
}

int
update_begin(const char *dir, const struct update_rules *rules, struct update **ret_update, char **ret_error)
{
	struct update *u = NULL;
	int r = open_locked(dir, &u, ret_error);

	if (r < 0)
		return r;
	u->rules = *rules;
	r = check_newest(u, ret_error);
	if (r == 0)
		r = find_or_build(u);
	if (r == 0)
		r = read_repair(u);
	if (r < 0) {
		update_close(u);
		return r;
	}
	*ret_update = u;
	return 0;
}

const char *
update_dir(const struct update *u)
{
	return u->next_path;
}

bool
update_goes_on(const struct update *u)
{
	return u->goes_on;
}

bool
update_is_repair(const struct update *u)
{
	return u->is_repair;
}

bool
update_is_under_way(const char *dir)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(UPDATE_PATH_MAX_BYTES);

	buf_addf(&path, "%s/" GENERATION_NEXT "/" PREVIOUS_DB_NAME, dir);
	return buf_cstr(&path) != NULL && access(path.data, F_OK) == 0;
}

static int
discard(struct update *u)
{
	/* By another name first: half of it would be taken for a generation. */
	int r = generation_remove(u->dir.fd, GENERATION_UNFINISHED);

	if (r == 0 && renameat(u->dir.fd, GENERATION_NEXT, u->dir.fd, GENERATION_UNFINISHED) < 0)
		r = -errno;
	if (r == 0)
		r = generation_remove(u->dir.fd, GENERATION_UNFINISHED);
	return r == 0 ? dir_sync(&u->dir) : r;
}

void
update_close(struct update *u)
{
	if (u == NULL)
		return;
	dir_close(&u->dir);
	free(u->next_path);
	free(u);
}

/* --- end ------------------------------------------------------------------------------------------------------- */

static int
count_changes(struct db *db, struct update_result *res)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_query(db, "SELECT change, count(*) FROM urls WHERE change IS NOT NULL GROUP BY 1", 0, &q);

	while (r == 0 && (r = db_step(db, q)) == 1) {
		for (int c = 0; c < CHANGE_COUNT; c++)
			if (str_eq(db_bytes(q, 0), str_of(change_names[c])))
				res->n[c] = (uint64_t)db_int(q, 1);
		r = 0;
	}
	db_query_end(q);
	return r;
}

static void
put_member(struct buf *b, const char *name, struct str value)
{
	if (value.len == 0)
		return;
	json_key(b, name);
	json_str(b, value);
}

static int
put_change(struct linefile *out, struct sqlite3_stmt *q)
{
	struct buf *b = linefile_begin(out);

	json_begin(b);
	put_member(b, "url", db_bytes(q, 0));
	put_member(b, "change", db_bytes(q, 1));
	if (db_int(q, 2) > 0) {
		json_key(b, "status");
		json_i64(b, db_int(q, 2));
	}
	put_member(b, "outcome", db_bytes(q, 3));
	put_member(b, "redirect_to", db_bytes(q, 4));
	put_member(b, "parent", db_bytes(q, 5));
	put_member(b, "saved", db_bytes(q, 6));
	json_key(b, "checked_at");
	json_time(b, db_int(q, 7));
	json_end(b);
	return linefile_end(out);
}

/* Of what failed the row is the one before: the answer of today is not in it. */
static int
write_changes(struct db *db, const struct store_dir *dir, const char *name)
{
	struct linefile out = LINEFILE_INIT;
	struct sqlite3_stmt *q = NULL;
	uint64_t total = 0;
	int r = linefile_open(dir, name, 0, &total, &out), r2;

	if (r < 0)
		return r;
	r = db_query(db, "SELECT url, change, CASE change WHEN 'failed' THEN NULL ELSE status END, "
		"coalesce(failure, outcome), redirect_to, parent, saved, checked_at FROM urls "
		"WHERE change IN ('new', 'changed', 'moved', 'gone', 'failed') ORDER BY url", 0, &q);
	while (r == 0 && (r = db_step(db, q)) == 1)
		r = put_change(&out, q);
	db_query_end(q);
	if (r == 0)
		r = linefile_sync(&out);
	r2 = linefile_close(&out);
	return r < 0 ? r : r2;
}

static int
prune(const struct update *u, const char *last)
{
	return u->rules.generations == UINT_MAX ? 0 : generation_prune(u->dir.fd, u->rules.generations, last);
}

/* What was there and was asked for: how much of it could not be had? And was anything had at all? */
static bool
is_good(const struct update *u, const struct update_result *res)
{
	uint64_t lost = res->n[CHANGE_FAILED] + (u->rules.purge ? res->n[CHANGE_GONE] : 0);
	uint64_t had = res->n[CHANGE_UNCHANGED] + res->n[CHANGE_CHANGED] + res->n[CHANGE_MOVED] + res->n[CHANGE_NEW];
	uint64_t all = res->n[CHANGE_FAILED] + res->n[CHANGE_GONE] + had - res->n[CHANGE_NEW];

	if (all == 0)
		return true; /* nothing was due */
	if (u->is_repair)
		return had > 0; /* what is lost was lost before */
	/* Nothing but pages that are gone says nothing against the site, where not all of it was asked for. */
	if (had == 0 && (res->n[CHANGE_FAILED] > 0 || res->n[CHANGE_NOT_DUE] == 0))
		return false;
	return lost * 100 <= all * u->rules.max_failed;
}

static bool
is_different(const struct update *u, const struct update_result *res)
{
	return res->n[CHANGE_NEW] + res->n[CHANGE_CHANGED] + res->n[CHANGE_MOVED] + res->n[CHANGE_GONE] > 0 || u->has_purged ||
		(u->is_repair && res->n[CHANGE_UNCHANGED] > 0) || ((u->rules.always || u->rules.anew) && res->n[CHANGE_UNCHANGED] + res->n[CHANGE_FAILED] > 0);
}

/* No new generation; but when each URL is to be looked at again is known better now. */
static int
note_visits(struct update *u)
{
	/* What servers have said meanwhile. */
	static const char *const said[] = {
		"DELETE FROM cookies", "INSERT INTO cookies SELECT * FROM next.cookies",
		"DELETE FROM hsts", "INSERT INTO hsts SELECT * FROM next.hsts",
		"DELETE FROM pauses", "INSERT INTO pauses SELECT * FROM next.pauses",
	};
	CLEANUP(freep) char *error = NULL;
	struct db *db = NULL;
	int r = db_open(&u->dir, &db, &error);

	if (r == 0)
		r = db_commit(db);
	if (r == 0)
		r = db_attach(db, u->next_path, DB_NAME, "next");
	if (r == 0)
		r = db_do(db, "UPDATE urls SET change = n.change, failure = n.failure, checked_at = n.checked_at, changed_at = n.changed_at, interval_s = n.interval_s, "
			"etag = n.etag, last_modified = n.last_modified FROM next.urls AS n WHERE urls.key = n.key", 0, STR_NONE);
	if (r == 0)
		r = db_do(db, "INSERT INTO runs SELECT * FROM next.runs WHERE id NOT IN (SELECT id FROM runs)", 0, STR_NONE);
	for (size_t i = 0; i < ARRAY_LEN(said) && r == 0; i++)
		r = db_do(db, said[i], 0, STR_NONE);
	if (r == 0)
		r = db_commit(db);
	db_close(db);
	return r;
}

/* The report is of this update, whatever came of it. */
static int
show_changes(struct update *u)
{
	if (renameat(u->dir.fd, GENERATION_NEXT "/" CHANGES_NAME, u->dir.fd, CHANGES_NAME) < 0)
		return -errno;
	return dir_sync(&u->dir);
}

static int
decide(struct update *u, const char *stamp, struct update_result *res)
{
	int r;

	if (!is_good(u, res)) {
		res->end = UPDATE_ROLLED_BACK;
		r = show_changes(u);
		return r == 0 ? discard(u) : r;
	}
	if (!is_different(u, res)) {
		res->end = UPDATE_UNCHANGED;
		r = note_visits(u);
		if (r == 0)
			r = show_changes(u);
		return r == 0 ? discard(u) : r;
	}
	res->end = UPDATE_MADE;
	r = generation_commit(u->dir.fd, stamp, res->stamp);
	/* The new one is in place whatever becomes of the old ones. */
	if (r == 0 && prune(u, res->stamp) < 0)
		log_warning("%s/" GENERATION_PAST ": not all that is too old could be removed", u->dir.path);
	return r;
}

/* When this generation was finished: its name once it is an earlier one. */
static int
newest_stamp(struct update *u, char ret[GENERATION_STAMP_MAX])
{
	CLEANUP(freep) char *error = NULL;
	struct db *db = NULL;
	int r = db_open_readonly(u->dir.path, &db, &error);

	if (r == 0)
		r = read_stamp(db, ret);
	db_close(db);
	return r;
}

int
update_end(struct update *u, struct update_result *ret_result)
{
	struct update_result res = { .end = UPDATE_UNFINISHED };
	struct store_dir next = { .fd = -1, .lock_fd = -1 };
	CLEANUP(freep) char *error = NULL;
	char stamp[GENERATION_STAMP_MAX] = "";
	struct db *db = NULL;
	int64_t finished = 0, purged = 0;
	int r = db_open_readonly(u->next_path, &db, &error);

	if (r == 0)
		r = db_get(db, "finished", 0, &finished);
	if (r == 0)
		r = db_get(db, BASE_PURGED, 0, &purged);
	u->has_purged = purged != 0;
	if (r == 0)
		r = count_changes(db, &res);
	if (r == 0 && finished != 0) {
		next.fd = openat(u->dir.fd, GENERATION_NEXT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = next.fd < 0 ? -errno : write_changes(db, &next, CHANGES_NAME);
		closep(&next.fd);
	}
	db_close(db);
	if (r == 0 && finished != 0)
		r = newest_stamp(u, stamp);
	if (r == 0 && finished != 0)
		r = decide(u, stamp, &res);
	if (r == 0)
		*ret_result = res;
	return r;
}

/* --- earlier generations --------------------------------------------------------------------------------------- */

int
update_recover(const char *dir, char **ret_error)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(UPDATE_PATH_MAX_BYTES);
	struct update *u = NULL;
	int r;

	*ret_error = NULL;
	buf_addf(&path, "%s/" GENERATION_NEXT "/commit", dir);
	if (buf_cstr(&path) == NULL)
		return -ENOMEM;
	r = trust_job(dir, ret_error);
	if (r < 0)
		return r;
	if (access(path.data, F_OK) < 0)
		return 0;
	r = open_locked(dir, &u, ret_error);
	update_close(u);
	return r;
}

int
update_forget(const char *dir, char **ret_error)
{
	struct update *u = NULL;
	int r = open_locked(dir, &u, ret_error);
	bool there;

	if (r < 0)
		return r;
	there = has(u, GENERATION_NEXT "/" PREVIOUS_DB_NAME);
	r = there ? discard(u) : 0;
	update_close(u);
	return r < 0 ? r : there;
}

int
update_restore(const char *dir, const char *stamp, char **ret_error)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(UPDATE_PATH_MAX_BYTES), db = BUF_INIT(UPDATE_PATH_MAX_BYTES);
	char newest[GENERATION_STAMP_MAX], to[GENERATION_STAMP_MAX];
	struct update *u = NULL;
	int r = open_locked(dir, &u, ret_error);

	if (r < 0)
		return r;
	buf_addf(&path, GENERATION_PAST "/%s", stamp);
	buf_addf(&db, GENERATION_PAST "/%s/" DB_NAME, stamp);
	if (buf_cstr(&path) == NULL || buf_cstr(&db) == NULL || strchr(stamp, '/') != NULL || stamp[0] == '.' || !has(u, path.data) ||
		!has(u, db.data)) {
		*ret_error = text(u, "there is no such generation; they are the directories in generations/");
		r = -ENOENT;
	} else if (has(u, GENERATION_NEXT)) {
		*ret_error = text(u, "an update is not finished; go on with it (lycosa update), or throw it away (--discard)");
		r = -EBUSY;
	}
	if (r == 0)
		r = newest_stamp(u, newest);
	if (r == 0 && renameat(u->dir.fd, path.data, u->dir.fd, GENERATION_NEXT) < 0)
		r = -errno;
	if (r == 0)
		r = generation_commit(u->dir.fd, newest, to);
	update_close(u);
	return r;
}
