/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/hash.h"
#include "store/beneath.h"
#include "store/db.h"
#include "store/fptable.h"
#include "store/shelf.h"
#include "store/shelf_warc.h"
#include "store/site.h"
#include "store/update.h"
#include "url/canon.h"

#define SHELF_TEXT_MAX      (1024 * 1024)
#define SHELF_ROW_MAX       (64 * 1024 * 1024)
#define SHELF_ROW           "SELECT id, url, type, charset, title, redirect_to, saved, status FROM urls "
/* A file's path is another thing than a URL of the same letters. */
#define SHELF_FILE_TAG      1

struct shelf {
	char *dir;
	int fd; /* of it: the job directory, which stays when an update takes the place of what is in it */
	struct db *db;
	struct stat db_st; /* of its file: another one is of another generation */
	struct shelf_warc *warc; /* NULL: there is none */
	struct hash_key key;
	int64_t last_id;
	struct fptable ids; /* by URL, and by path */
	struct shelf_host *by_origin, *by_dir, *by_name, *first, *last;
	struct url url;
	struct buf text; /* what the last item shows */
};

/* --- hosts --- */

/* "https://[::1]:8443" is "--1.https-8443" below .localhost: what a browser takes for a name. */
static void
put_name(struct buf *out, const struct url *u)
{
	struct str host = url_hostname(u);

	for (size_t i = 0; i < host.len; i++)
		if (host.p[i] != '[' && host.p[i] != ']')
			buf_addc(out, host.p[i] == ':' ? '-' : host.p[i]);
	if (u->scheme == URL_SCHEME_HTTP || url_port(u).len > 0)
		buf_addf(out, ".%s", u->scheme == URL_SCHEME_HTTP ? "http" : "https");
	if (url_port(u).len > 0)
		buf_addf(out, "-%u", (unsigned)url_port_number(u));
}

/* Its directory: what store_path() puts first of any URL of it, where no option says otherwise. */
static int
put_dir(struct buf *out, const struct url *u)
{
	const struct store_names usual = { 0 };
	char path[STORE_PATH_MAX_BYTES];
	size_t len = store_path(&usual, u, STR("text/html"), path);
	const char *end = memchr(path, '/', len);

	return buf_add(out, path, end != NULL ? (size_t)(end - path) : len);
}

static void
host_free(struct shelf_host *h)
{
	free((char *)(uintptr_t)h->origin);
	free((char *)(uintptr_t)h->dir);
	free((char *)(uintptr_t)h->name);
	free(h);
}

static void
link_host(struct shelf *s, struct shelf_host *h)
{
	struct shelf_host *same = NULL;

	HASH_ADD_KEYPTR(by_origin, s->by_origin, h->origin, strlen(h->origin), h);
	HASH_FIND(by_dir, s->by_dir, h->dir, strlen(h->dir), same);
	if (same == NULL)
		HASH_ADD_KEYPTR(by_dir, s->by_dir, h->dir, strlen(h->dir), h);
	/* Of two that would have one name, the second is there by its directory only. */
	HASH_FIND(by_name, s->by_name, h->name, strlen(h->name), same);
	if (same == NULL)
		HASH_ADD_KEYPTR(by_name, s->by_name, h->name, strlen(h->name), h);
	if (s->last != NULL)
		s->last->next = h;
	else
		s->first = h;
	s->last = h;
}

/* Of s->url; made if it is new. */
static int
host_here(struct shelf *s, struct shelf_host **ret_host)
{
	CLEANUP(buf_releasep) struct buf origin = BUF_INIT(SHELF_TEXT_MAX);
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(SHELF_TEXT_MAX);
	CLEANUP(buf_releasep) struct buf name = BUF_INIT(SHELF_TEXT_MAX);
	struct shelf_host *h;

	if (url_origin(&s->url, &origin) < 0)
		return -ENOMEM;
	HASH_FIND(by_origin, s->by_origin, origin.data, origin.len, h);
	if (h == NULL) {
		put_name(&name, &s->url);
		if (put_dir(&dir, &s->url) < 0 || buf_cstr(&dir) == NULL || buf_cstr(&name) == NULL || buf_cstr(&origin) == NULL)
			return -ENOMEM;
		h = calloc(1, sizeof(*h));
		if (h == NULL)
			return -ENOMEM;
		h->origin = TAKE(origin.data);
		h->dir = TAKE(dir.data);
		h->name = TAKE(name.data);
		link_host(s, h);
	}
	*ret_host = h;
	return 0;
}

const struct shelf_host *
shelf_hosts(const struct shelf *s, uint64_t *ret_n)
{
	*ret_n = HASH_CNT(by_origin, s->by_origin);
	return s->first;
}

const struct shelf_host *
shelf_host_of(struct shelf *s, const struct url *u)
{
	CLEANUP(buf_releasep) struct buf origin = BUF_INIT(SHELF_TEXT_MAX);
	struct shelf_host *h = NULL;

	if (url_origin(u, &origin) == 0)
		HASH_FIND(by_origin, s->by_origin, origin.data, origin.len, h);
	return h;
}

const struct shelf_host *
shelf_host_by_dir(struct shelf *s, struct str dir)
{
	struct shelf_host *h = NULL;

	if (dir.len > 0)
		HASH_FIND(by_dir, s->by_dir, dir.p, dir.len, h);
	return h;
}

const struct shelf_host *
shelf_host_by_name(struct shelf *s, struct str name)
{
	char lower[256];
	struct shelf_host *h = NULL;

	if (name.len == 0 || name.len > sizeof(lower))
		return NULL;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)ascii_lower((unsigned char)name.p[i]);
	HASH_FIND(by_name, s->by_name, lower, name.len, h);
	return h;
}

/* --- rows --- */

static void
read_item(struct sqlite3_stmt *row, struct shelf_item *ret)
{
	*ret = (struct shelf_item){
		.id = db_int(row, 0),
		.url = db_bytes(row, 1),
		.type = db_bytes(row, 2),
		.charset = db_bytes(row, 3),
		.title = db_bytes(row, 4),
		.redirect_to = db_bytes(row, 5),
		.saved = db_bytes(row, 6),
		.status = (unsigned)db_int(row, 7),
	};
}

struct str
shelf_site_path(const struct shelf_item *item)
{
	size_t skip = sizeof(SITE_NAME "/") - 1;

	return str_starts(item->saved, STR(SITE_NAME "/")) ? str_n(item->saved.p + skip, item->saved.len - skip) : STR("");
}

static int
take_in(struct shelf *s, const struct shelf_item *item)
{
	struct str path = shelf_site_path(item);
	struct shelf_host *h = NULL;
	int r;

	s->last_id = item->id;
	if (url_parse(&s->url, item->url, NULL) < 0 || !url_is_http(&s->url))
		return 0; /* not written by us */
	r = host_here(s, &h);
	if (r == 0)
		r = fptable_put(&s->ids, fptable_fp(&s->key, item->url, 0), (uint64_t)item->id);
	if (r == 0 && path.len > 0)
		r = fptable_put(&s->ids, fptable_fp(&s->key, path, SHELF_FILE_TAG), (uint64_t)item->id);
	if (r == 0 && (item->saved.len > 0 || (s->warc != NULL && item->status == 200)))
		h->n_kept++;
	return r;
}

/* What was committed since the last time. */
static int
take_in_new(struct shelf *s)
{
	struct sqlite3_stmt *q = NULL;
	struct shelf_item item = { .id = 0 };
	int r = db_query(s->db, SHELF_ROW "WHERE id > ?1 AND status IS NOT NULL ORDER BY id", s->last_id, &q);

	while (r == 0 && (r = db_step(s->db, q)) == 1) {
		read_item(q, &item);
		r = take_in(s, &item);
	}
	db_query_end(q);
	return r;
}

static int
copy_item(struct shelf *s, struct shelf_item *item)
{
	struct str *all[] = { &item->url, &item->type, &item->charset, &item->title, &item->redirect_to, &item->saved };
	size_t i, off = 0;

	buf_reset(&s->text, SIZE_MAX);
	for (i = 0; i < ARRAY_LEN(all); i++)
		buf_add_str(&s->text, *all[i]);
	for (i = 0; i < ARRAY_LEN(all) && s->text.err == 0; i++) {
		*all[i] = str_n(buf_str(&s->text).p + off, all[i]->len);
		off += all[i]->len;
	}
	return buf_err(&s->text);
}

/* Reads the row: 1 if it is there. A query that is not ended would hold the database as it is now, and its log with it. */
static int
get_row(struct shelf *s, int64_t id, struct shelf_item *ret_item)
{
	struct sqlite3_stmt *q = NULL;
	struct shelf_item item = { .id = 0 };
	int r = db_query(s->db, SHELF_ROW "WHERE id = ?1", id, &q);

	if (r == 0)
		r = db_step(s->db, q);
	if (r == 1) {
		read_item(q, &item);
		r = copy_item(s, &item);
		item.archived = item.saved.len == 0 && item.redirect_to.len == 0 && item.status > 0 && s->warc != NULL;
		r = r < 0 ? r : 1;
	}
	db_query_end(q);
	if (r == 1)
		*ret_item = item;
	return r;
}

/* tag: what text is. The row itself is asked too: two may have one fingerprint. */
static int
find(struct shelf *s, struct str text, uint64_t tag, struct shelf_item *ret_item)
{
	struct shelf_item item = { .id = 0 };
	int r = take_in_new(s);
	const uint64_t *id = fptable_find(&s->ids, fptable_fp(&s->key, text, tag));
	struct str is;

	if (r < 0 || id == NULL)
		return r;
	r = get_row(s, (int64_t)*id, &item);
	if (r != 1)
		return r;
	is = tag == 0 ? item.url : shelf_site_path(&item);
	if (is.p == NULL || text.p == NULL || !str_eq(is, text))
		return 0;
	*ret_item = item;
	return 1;
}

int
shelf_find(struct shelf *s, const struct url *u, struct shelf_item *ret_item)
{
	return find(s, url_identity(u), 0, ret_item);
}

int
shelf_find_file(struct shelf *s, struct str path, struct shelf_item *ret_item)
{
	return find(s, path, SHELF_FILE_TAG, ret_item);
}

int
shelf_open_item(struct shelf *s, const struct shelf_item *item, struct stat *ret_st)
{
	int fd = item->saved.len > 0 ? beneath_open(s->fd, item->saved, ret_st) :
		 s->warc != NULL     ? shelf_warc_get(s->warc, item->url) : -ENOENT;

	if (fd < 0 || item->saved.len > 0 || fstat(fd, ret_st) == 0)
		return fd;
	(void)close(fd);
	return -EIO;
}

/* --- lists --- */

#define LIST_OF(what) \
	SHELF_ROW "WHERE id > ?1 AND (saved IS NOT NULL OR (?4 AND status = 200)) AND (?2 = '' OR substr(url, 1, length(?2)) = ?2) AND " what " ORDER BY id"

int
shelf_list(struct shelf *s, const struct shelf_query *q, int (*fn)(void *arg, const struct shelf_item *item), void *arg, bool *ret_more)
{
	CLEANUP(buf_releasep) struct buf prefix = BUF_INIT(SHELF_TEXT_MAX);
	struct sqlite3_stmt *st = NULL;
	struct shelf_item item = { .id = 0 };
	bool more = false, full = false;
	unsigned n = 0;
	int r;

	if (q->host != NULL)
		buf_addf(&prefix, "%s/", q->host->origin);
	r = buf_err(&prefix);
	if (r == 0)
		r = db_query(s->db, q->words.len > 0 ?
			LIST_OF("(instr(lower(url), lower(?3)) OR instr(lower(title), lower(?3)))") :
			LIST_OF("type IN ('text/html', 'application/xhtml+xml')"), q->after, &st);
	if (r == 0)
		r = db_bind_text(st, 2, buf_str(&prefix));
	if (r == 0 && q->words.len > 0)
		r = db_bind_text(st, 3, q->words);
	if (r == 0)
		r = db_bind_text(st, 4, s->warc != NULL ? STR("1") : STR("0"));
	while (r == 0 && (r = db_step(s->db, st)) == 1) {
		more = full || n++ == q->max;
		if (more)
			break;
		read_item(st, &item);
		r = fn(arg, &item);
		full = r == 1;
		r = full ? 0 : r;
	}
	db_query_end(st);
	if (r < 0)
		return r;
	*ret_more = more;
	return 0;
}

/* --- life --- */

/* Nothing is on it any more. */
static void
clear(struct shelf *s)
{
	struct shelf_host *h, *next;

	db_close(TAKE(s->db));
	shelf_warc_close(TAKE(s->warc));
	HASH_CLEAR(by_dir, s->by_dir);
	HASH_CLEAR(by_name, s->by_name);
	HASH_CLEAR(by_origin, s->by_origin);
	for (h = s->first; h != NULL; h = next) {
		next = h->next;
		host_free(h);
	}
	s->first = s->last = NULL;
	s->last_id = 0;
	fptable_clear(&s->ids);
}

/* What stands in the directory now. */
static int
fill(struct shelf *s, char **ret_error)
{
	struct stat st;
	int r = fstatat(s->fd, DB_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : db_open_readonly(s->dir, &s->db, ret_error);

	if (r == 0) {
		/* If it was replaced between the two, the next look finds that. */
		s->db_st = st;
		r = shelf_warc_open(s->fd, &s->warc);
		r = r == -ENOENT ? 0 : r;
	}
	return r == 0 ? take_in_new(s) : r;
}

void
shelf_close(struct shelf *s)
{
	if (s == NULL)
		return;
	clear(s);
	buf_release(&s->text);
	closep(&s->fd);
	url_release(&s->url);
	fptable_release(&s->ids);
	free(s->dir);
	free(s);
}

int
shelf_refresh(struct shelf *s)
{
	CLEANUP(freep) char *error = NULL;
	struct stat st;

	/* While the directory's entries are renamed there may be none for a moment: what was there is shown. Its number is not used again before it is closed. */
	if (s->db != NULL &&
		(fstatat(s->fd, DB_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0 || file_is_same(&st, &s->db_st)))
		return take_in_new(s);
	clear(s);
	return fill(s, &error);
}

int
shelf_open(const char *dir, struct shelf **ret_shelf, char **ret_error)
{
	struct shelf *s = calloc(1, sizeof(*s));
	int r;

	if (s == NULL)
		return -ENOMEM;
	url_init(&s->url);
	buf_init(&s->text, SHELF_ROW_MAX);
	s->dir = strdup(dir);
	s->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = fptable_init(&s->ids) < 0 || s->dir == NULL ? -ENOMEM : s->fd < 0 ? -errno : hash_key_random(&s->key);
	if (r == 0)
		r = update_recover(dir, ret_error);
	if (r == 0)
		r = fill(s, ret_error);
	if (r < 0) {
		shelf_close(s);
		return r;
	}
	*ret_shelf = s;
	return 0;
}
