/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "store/base.h"
#include "store/db.h"
#include "store/generation.h"
#include "store/linefile.h"
#include "store/previous.h"
#include "store/sink.h"
#include "store/site.h"
#include "url/found.h"

#define BASE_TEXTS_KEEP  ((size_t)64 * 1024)
#define BASE_TEXTS_BYTES ((size_t)64 << 20)

enum query { FIND, TAKE_ROW, TAKE_LINKS, NOTE, QUERY_COUNT };

/*
 * TAKE_ROW, TAKE_LINKS and NOTE: ?1 key, ?2 change, ?3 failure, ?4 now, ?5 changed_at, ?6 interval_s, ?7 etag, ?8 last_modified.
 */
static const char *const queries[QUERY_COUNT] = {
	[FIND] = "SELECT line_at, line_bytes, interval_s, changed_at, started_at, type, saved, status, outcome, redirect_to, content_hash, "
		 "body_bytes, etag, last_modified, text, damaged FROM previous.page WHERE key = ?1",
	[TAKE_ROW] = "INSERT INTO urls (" DB_URL_COLUMNS ") SELECT key, " DB_ANSWER_COLUMNS ", "
		     "coalesce(?7, etag), coalesce(?8, last_modified), ?2, ?3, ?4, ?5, ?6 FROM previous.page WHERE key = ?1",
	[TAKE_LINKS] = "INSERT INTO main.links (page, n, url, kind) SELECT last_insert_rowid(), n, url, kind FROM previous.links "
		       "WHERE page = (SELECT id FROM previous.page WHERE key = ?1)",
	[NOTE] = "UPDATE urls SET change = ?2, failure = ?3, checked_at = ?4, changed_at = ?5, interval_s = ?6 WHERE id = last_insert_rowid()",
};

/* Its columns that are text. */
static const int find_texts[] = { 5, 6, 8, 9, 10, 12, 13, 14 };

struct base {
	struct db *db;
	const struct store_config *config;
	struct previous_wants wants;
	struct hash_key key;
	int from_fd, dir_fd, lines_fd;
	bool dirty; /* links that are not durable yet */
	struct buf texts; /* of the row that was found last */
	sqlite3_stmt *prepared[QUERY_COUNT];
};

/* What of the page as it was decides, beside struct base_page. */
struct known {
	int64_t status, body_bytes;
	enum outcome outcome;
	struct str content_hash, etag, last_modified;
	bool damaged; /* what came takes its place, be it the same */
};

/* --- judging --------------------------------------------------------------------------------------------------- */

/* Column i, in b->texts: there is room. */
static struct str
keep_text(struct base *b, sqlite3_stmt *st, int i)
{
	struct str text = db_bytes(st, i);
	char *to;

	if (text.len == 0)
		return STR_NONE;
	to = b->texts.data + b->texts.len;
	memcpy(to, text.p, text.len);
	b->texts.len += text.len;
	return str_n(to, text.len);
}

static int
make_room(struct base *b, sqlite3_stmt *st)
{
	size_t bytes = 0;

	for (size_t i = 0; i < ARRAY_LEN(find_texts); i++)
		bytes += db_bytes(st, find_texts[i]).len;
	buf_reset(&b->texts, BASE_TEXTS_KEEP);
	return buf_reserve(&b->texts, bytes);
}

static int
read_row(struct base *b, sqlite3_stmt *st, uint64_t key, struct base_page *ret_page, struct known *ret_known)
{
	int r = make_room(b, st);

	if (r < 0)
		return r;
	*ret_page = (struct base_page){
		.key = (int64_t)key,
		.line_at = db_int(st, 0),
		.line_bytes = db_int(st, 1),
		.interval_s = db_int(st, 2),
		.changed_at = db_int(st, 3),
		.started_at = db_int(st, 4),
		.type = keep_text(b, st, 5),
		.saved = keep_text(b, st, 6),
		.redirect_to = keep_text(b, st, 9),
		.text = keep_text(b, st, 14),
	};
	*ret_known = (struct known){
		.status = db_int(st, 7),
		.content_hash = keep_text(b, st, 10),
		.body_bytes = db_int(st, 11),
		.etag = keep_text(b, st, 12),
		.last_modified = keep_text(b, st, 13),
		.damaged = db_int(st, 15) != 0,
	};
	/* A name that this version does not know is of nothing that was got. */
	if (!outcome_by_name(keep_text(b, st, 8), &ret_known->outcome))
		ret_known->outcome = OUTCOME_PROTOCOL_ERROR;
	return 1;
}

/*
 * 1; 0: nothing is known of it. The query ends here: SQLite takes no checkpoint while one is open on the connection, of whatever
 * database, and the log would grow by every page of every commit.
 */
static int
find(struct base *b, uint64_t key, struct base_page *ret_page, struct known *ret_known)
{
	sqlite3_stmt *st = b->prepared[FIND];
	int r;

	(void)sqlite3_bind_int64(st, 1, (int64_t)key);
	r = db_step(b->db, st);
	if (r > 0)
		r = read_row(b, st, key, ret_page, ret_known);
	(void)sqlite3_reset(st);
	return r;
}

/* Was the same sent once more? By its hash; where bodies are not kept and nobody has read it, by its validators and its length. */
static bool
is_same(const struct base *b, const struct job *j, const struct base_page *p, const struct known *k)
{
	char hash[JOB_HASH_TEXT_BYTES];

	if (!k->damaged && j->body.len > 0 && !previous_has_body(b->from_fd, &b->wants, p->saved))
		return false;
	if (!k->damaged && j->has_visible && !previous_has_text(b->from_fd, &b->wants, p->text))
		return false;
	if (j->has_content_hash && k->content_hash.len > 0) {
		job_hash_text(j, hash);
		return str_eq(k->content_hash, str_of(hash));
	}
	if (k->etag.len > 0 && j->etag.len > 0)
		return str_eq(k->etag, job_get(j, j->etag));
	return (uint64_t)k->body_bytes == j->body.len && str_eq(k->last_modified, job_get(j, j->last_modified));
}

static enum change
change_of(const struct base *b, const struct job *j, const struct base_page *p, const struct known *k)
{
	bool was_there = previous_is_got(k->status, k->outcome), redirected = k->outcome == OUTCOME_REDIRECT;

	if (was_there && j->conditional && j->status == 304)
		return CHANGE_UNCHANGED;
	/* It was taken for a page before, and is the same: what has become known since is our knowledge, not its change. */
	if (j->outcome == OUTCOME_SOFT_404 && was_there && is_same(b, j, p, k))
		return CHANGE_UNCHANGED;
	if (previous_is_got(j->status, j->outcome) && was_there)
		return is_same(b, j, p, k) ? CHANGE_UNCHANGED : CHANGE_CHANGED;
	if (j->outcome == OUTCOME_REDIRECT && redirected)
		return str_eq(p->redirect_to, job_get(j, j->redirect_to)) ? CHANGE_UNCHANGED : CHANGE_CHANGED;
	if (j->outcome == OUTCOME_REDIRECT)
		return was_there ? CHANGE_MOVED : CHANGE_NEW;
	if (previous_is_got(j->status, j->outcome))
		return redirected ? CHANGE_CHANGED : CHANGE_NEW;
	if (!was_there && !redirected)
		return CHANGE_NONE;
	return j->status == 404 || j->status == 410 || j->outcome == OUTCOME_SOFT_404 ? CHANGE_GONE : CHANGE_FAILED;
}

/* There is nothing now. Its files stay, unless --purge says otherwise: then that there was one makes a new generation, whatever else did not change. */
static int
judge_files(struct base *b, const struct job *j, struct base_verdict *v)
{
	bool any;

	if (!previous_has_file(b->from_fd, v->was.saved))
		v->was.saved = STR_NONE;
	if (!previous_has_file(b->from_fd, v->was.text))
		v->was.text = STR_NONE;
	any = v->was.saved.len > 0 || v->was.text.len > 0;
	v->keeps_file = any && !b->config->purge;
	/* A soft 404's may be its own, of the last time. */
	return any && b->config->purge && j->outcome != OUTCOME_SOFT_404 ? db_set(b->db, BASE_PURGED, 1) : 0;
}

int
base_judge(struct base *b, struct sink_context *ctx, const struct job *j)
{
	struct base_verdict *v = &ctx->verdict;
	struct known known;
	int r = find(b, found_key(j->fp, job_get(j, j->chain)), &v->was, &known);

	if (r < 0)
		return r;
	if (r == 0) {
		*v = (struct base_verdict){
			.change = previous_is_got(j->status, j->outcome) || j->outcome == OUTCOME_REDIRECT ? CHANGE_NEW : CHANGE_NONE,
		};
		return 0;
	}
	v->change = change_of(b, j, &v->was, &known);
	v->stays = (v->change == CHANGE_UNCHANGED && !known.damaged) || v->change == CHANGE_FAILED;
	/* It has moved before, and kept its file then. */
	if (b->config->purge && j->outcome == OUTCOME_REDIRECT && v->was.saved.len > 0)
		v->stays = false;
	/* Also of what was gone already at the last update. */
	return v->stays || previous_is_got(j->status, j->outcome) ? 0 : judge_files(b, j, v);
}

/* robots.txt keeps us out today, or the host is dead: what is there stays (U4). */
int
base_judge_refusal(struct base *b, struct sink_context *ctx, const struct store_skip *k)
{
	struct base_verdict *v = &ctx->verdict;
	struct known known;
	int r = find(b, found_key(hash_fingerprint(&b->key, k->url.p, k->url.len), k->chain), &v->was, &known);

	if (r <= 0) {
		*v = (struct base_verdict){ .change = CHANGE_NONE };
		return r;
	}
	v->stays = previous_is_got(known.status, known.outcome) || known.outcome == OUTCOME_REDIRECT || v->was.saved.len > 0;
	v->change = v->stays ? CHANGE_FAILED : CHANGE_NONE;
	v->keeps_file = false;
	return 0;
}

/* --- taking over ----------------------------------------------------------------------------------------------- */

int
base_take_line(struct base *b, const struct base_verdict *v, struct buf *out)
{
	size_t bytes = v->was.line_bytes > 0 ? (size_t)v->was.line_bytes : 0;
	int r;

	if (bytes < 2)
		return 0;
	r = buf_reserve(out, bytes);
	if (r < 0)
		return r;
	if (pread(b->lines_fd, out->data + out->len, bytes, (off_t)v->was.line_at) != (ssize_t)bytes)
		return -EIO;
	out->len += bytes - 1; /* its newline comes with linefile_end() */
	return 1;
}

int
base_take_file(struct base *b, const char *name)
{
	return generation_share(b->from_fd, b->dir_fd, name);
}

static void
bind(sqlite3_stmt *st, int at, struct str s)
{
	if (s.len > 0)
		(void)sqlite3_bind_text(st, at, s.p, (int)s.len, SQLITE_STATIC);
}

/* ?1 to ?6; the instants of a change are the answers'. */
static sqlite3_stmt *
begin(struct base *b, enum query q, const struct base_verdict *v)
{
	sqlite3_stmt *st = b->prepared[q];
	bool has_changed = v->change == CHANGE_NEW || v->change == CHANGE_CHANGED || v->change == CHANGE_MOVED || v->change == CHANGE_GONE;
	int64_t now_us = clock_wall_us();
	int64_t changed_us = has_changed ? now_us : v->was.changed_at;
	int64_t interval_s = v->was.interval_s;

	/* A failure says nothing of the page: it is looked at again as soon as it was to be. */
	if (v->change != CHANGE_FAILED)
		interval_s = update_interval(interval_s, has_changed, (changed_us > 0 ? changed_us : v->was.started_at) / CLOCK_US_PER_SEC,
			now_us / CLOCK_US_PER_SEC);
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	(void)sqlite3_bind_int64(st, 1, v->was.key);
	if (v->change != CHANGE_NONE)
		(void)sqlite3_bind_text(st, 2, change_name(v->change), -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 4, now_us);
	if (changed_us > 0)
		(void)sqlite3_bind_int64(st, 5, changed_us);
	if (interval_s > 0)
		(void)sqlite3_bind_int64(st, 6, interval_s);
	return st;
}

static int
run(struct base *b, sqlite3_stmt *st)
{
	int r = db_begin(b->db);

	if (r == 0)
		r = db_step(b->db, st);
	(void)sqlite3_reset(st);
	return r < 0 ? r : 0;
}

/* A file that the row names, with this behind its name. */
static int
take_named(struct base *b, struct str name, const char *suffix)
{
	char path[STORE_PATH_MAX_BYTES + 32];
	size_t len = strlen(suffix) + 1;
	int r;

	if (!previous_is_file(name) || name.len > sizeof(path) - len)
		return 0;
	memcpy(path, name.p, name.len);
	memcpy(path + name.len, suffix, len);
	r = base_take_file(b, path);
	b->dirty = true;
	return r == -ENOENT ? 0 : r;
}

/* The row that comes names them. Of what this answer showed there is nothing. */
static int
name_files(const struct base_page *was, struct job *j)
{
	int r = job_set(j, &j->saved_as, was->saved) == -ENOMEM || job_set(j, &j->text_as, was->text) == -ENOMEM ? -ENOMEM : 0;

	j->has_visible = j->visible_cut = false;
	return r;
}

int
base_keep_files(struct base *b, const struct base_verdict *v, struct job *j)
{
	bool is_mirrored = str_starts(v->was.saved, STR(SITE_NAME "/"));
	int r = 0;

	if (!v->stays && !v->keeps_file)
		return 0;
	if (!is_mirrored || !b->wants.mirror)
		r = take_named(b, v->was.saved, "");
	if (r == 0 && is_mirrored && !b->wants.mirror)
		r = take_named(b, v->was.saved, SITE_ORIGINAL);
	if (r == 0)
		r = take_named(b, v->was.text, "");
	return r == 0 && j != NULL ? name_files(&v->was, j) : r;
}

int
base_sync(struct base *b)
{
	if (b->dirty && syncfs(b->dir_fd) < 0)
		return -errno;
	b->dirty = false;
	return 0;
}

int
base_take_row(struct base *b, const struct base_verdict *v, const struct job *j, enum outcome failure)
{
	sqlite3_stmt *st = begin(b, TAKE_ROW, v);

	if (v->change == CHANGE_FAILED)
		(void)sqlite3_bind_text(st, 3, outcome_name(failure), -1, SQLITE_STATIC);
	else if (j != NULL) {
		bind(st, 7, job_get(j, j->etag));
		bind(st, 8, job_get(j, j->last_modified));
	}
	return run(b, st);
}

int
base_take_links(struct base *b, const struct base_verdict *v)
{
	return b->prepared[TAKE_LINKS] != NULL ? run(b, begin(b, TAKE_LINKS, v)) : 0;
}

int
base_note(struct base *b, const struct base_verdict *v)
{
	return run(b, begin(b, NOTE, v));
}

/* --- life ------------------------------------------------------------------------------------------------------ */

void
base_close(struct base *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < QUERY_COUNT; i++)
		(void)sqlite3_finalize(b->prepared[i]);
	buf_release(&b->texts);
	closep(&b->lines_fd);
	closep(&b->dir_fd);
	closep(&b->from_fd);
	free(b);
}

static int
open_files(struct base *b, const struct sink_context *ctx, const char *from)
{
	b->from_fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->from_fd < 0)
		return -errno;
	b->lines_fd = openat(b->from_fd, "pages.jsonl", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	b->dir_fd = fcntl(ctx->dir.fd, F_DUPFD_CLOEXEC, 0);
	return b->lines_fd < 0 || b->dir_fd < 0 ? -errno : 0;
}

static struct previous_wants
wants_of(const struct store_config *config)
{
	return (struct previous_wants){ .body = config->save_body, .mirror = config->mirror.on, .text = config->save_text };
}

int
base_open(struct sink_context *ctx, const char *from, struct base **ret_base)
{
	struct base *b = calloc(1, sizeof(*b));
	int64_t links = 0;
	int r;

	if (b == NULL)
		return -ENOMEM;
	*b = (struct base){ .db = ctx->db, .config = ctx->config, .wants = wants_of(ctx->config), .key = ctx->key, .from_fd = -1, .dir_fd = -1, .lines_fd = -1 };
	buf_init(&b->texts, BASE_TEXTS_BYTES);
	r = open_files(b, ctx, from);
	if (r == 0)
		r = db_attach_immutable(ctx->db, ctx->dir.path, PREVIOUS_DB_NAME, "previous");
	/* An update that an older program has begun has none. */
	if (r == 0)
		r = db_number(ctx->db, "SELECT count(*) FROM previous.sqlite_schema WHERE name = 'links'", 0, &links);
	for (size_t i = 0; i < QUERY_COUNT && r == 0; i++)
		r = i == TAKE_LINKS && links == 0 ? 0 : db_query(ctx->db, queries[i], 0, &b->prepared[i]);
	if (r < 0) {
		base_close(b);
		return r;
	}
	*ret_base = b;
	return 0;
}
