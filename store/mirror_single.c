/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_single.c: a page with all that it shows, as one file: a reference to a file that is there becomes that file, as a data: URL.
 *
 *	page arrives -> all its references lead to the origin; each of them, and where it stands in the file, is in the spool (mirror.c)
 *	at the close -> the seed's file, and for each reference the file that it leads to, with its own references done in the same way
 *
 * Nothing but files, rows and the spool goes into it, so a run that goes on, and an update, can make it again.
 *
 * What a page needs and is not there becomes an empty data: URL: the file never asks anybody for anything by itself. All other
 * references lead to the origin, those to the page itself into the file.
 *
 * What that can cost is bounded, whatever the pages say: by the size of the file, by the depth (a page in a frame in a frame), and,
 * because a large file may be referred to often and never fit, by what is read.
 *
 * What <use> of SVG refers to is no data: URL, for browsers take none there: in a page, of SVG too, also one in a frame, the other file becomes a hidden part of it, once, at its end
 * (uses.h, svguse.h).
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "store/dataurl.h"
#include "store/db.h"
#include "store/mirror_private.h"
#include "store/svguse.h"

#define SINGLE_DEPTH_MAX  8
#define SINGLE_EMBED_COST 4096 /* that a file of no bytes is counted as having been read */
#define SINGLE_READ_TIMES 16 /* so often the size of the file is read, of other files */

/* Of the spool: where the record of a file is. */
struct record {
	uint64_t fp, at; /* fp: of its path */
};

struct single {
	struct mirror *m;
	struct store_single *ret;
	struct record *records; /* sorted */
	size_t n_records, room;
	uint64_t spool_end;
	uint64_t left, left_to_read; /* bytes */
};

/* A file under way, and the one that it goes into. */
struct piece {
	const struct piece *in;
	struct str path;
	unsigned depth;
	bool is_part;                 /* of a page, for <use>: what that refers to in its turn is a part of nothing */
	enum rewrite_width width;     /* of the file */
	struct buf file;              /* as it is on the disk */
	struct linkspool_view record; /* what the spool says of it */
	struct buf links, spans, to;  /* as in struct mirror */
	struct uses uses;             /* what it gets for its <use>; nothing: that cannot be */
};

static void
piece_init(struct piece *p, const struct piece *in, struct str path, uint64_t max_bytes)
{
	*p = (struct piece){ .in = in, .path = path, .depth = in != NULL ? in->depth + 1 : 0 };
	buf_init(&p->file, max_bytes < MIRROR_PAGE_MAX ? max_bytes : MIRROR_PAGE_MAX);
	linkspool_view_init(&p->record);
	buf_init(&p->links, MIRROR_PAGE_MAX);
	buf_init(&p->spans, MIRROR_PAGE_MAX);
	buf_init(&p->to, MIRROR_PAGE_MAX);
	uses_init(&p->uses, MIRROR_PAGE_MAX);
}

static void
piece_release(struct piece *p)
{
	buf_release(&p->file);
	linkspool_view_release(&p->record);
	buf_release(&p->links);
	buf_release(&p->spans);
	buf_release(&p->to);
	uses_release(&p->uses);
}

/* --- the spool ------------------------------------------------------------------------------------------------- */

static int
record_cmp(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->fp != y->fp)
		return x->fp < y->fp ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static int
add_record(struct single *s, const struct linkspool_page *rec)
{
	if (s->n_records == s->room) {
		size_t room = s->room > 0 ? 2 * s->room : 64;
		struct record *grown = reallocarray(s->records, room, sizeof(*grown));

		if (grown == NULL)
			return -ENOMEM;
		s->records = grown;
		s->room = room;
	}
	s->records[s->n_records++] = (struct record){ hash_fingerprint(&s->m->ctx->key, rec->path.p, rec->path.len), rec->at };
	return 0;
}

static int
read_spool(struct single *s)
{
	struct linkspool_page rec;
	uint64_t at = 0;
	int r = linkspool_flush(&s->m->spool, &s->spool_end);

	while (r == 0 && (r = linkspool_next(&s->m->spool, &s->m->record, &at, s->spool_end, &rec)) == 1)
		r = add_record(s, &rec);
	if (r == 0 && s->n_records > 1)
		qsort(s->records, s->n_records, sizeof(*s->records), record_cmp);
	return r;
}

/* The record that speaks of the file as it is. 1; 0: there is none, because it has no references; or negative errno. */
static int
find_record(struct single *s, struct piece *p, struct linkspool_page *ret_rec)
{
	const struct record wanted = { hash_fingerprint(&s->m->ctx->key, p->path.p, p->path.len), UINT64_MAX };
	uint64_t hash = linkspool_hash_of(buf_str(&p->file));
	size_t low = 0, high = s->n_records;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (record_cmp(&s->records[mid], &wanted) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low > 0 && s->records[low - 1].fp == wanted.fp; low--) {
		uint64_t at = s->records[low - 1].at;
		int r = linkspool_next(&s->m->spool, &p->record, &at, s->spool_end, ret_rec);

		if (r < 0 || (r == 1 && ret_rec->hash == hash && str_eq(ret_rec->path, p->path)))
			return r;
	}
	return 0;
}

/* --- what references become ------------------------------------------------------------------------------------ */

MUST_CHECK static int compose(struct single *s, struct piece *p, struct buf *out);

static bool
is_within(const struct piece *p, struct str path)
{
	for (; p != NULL; p = p->in)
		if (str_eq(p->path, path))
			return true;
	return false;
}

static int
add_dataurl(struct single *s, struct str path, struct str data, struct buf *out)
{
	struct sqlite3_stmt *q;
	int r = mirror_row(s->m, path, &q);

	if (r >= 0) {
		struct str type = r == 1 ? db_bytes(q, 0) : STR_NONE, charset = r == 1 ? db_bytes(q, 1) : STR_NONE;

		/* Of a style sheet, that may only be what it is where nobody says another: the charset of the page. */
		if (str_eq(type, STR("text/css")) && str_ieq(charset, STR("utf-8")))
			charset = STR_NONE;
		dataurl_add(out, type, charset, data);
	}
	db_query_end(q);
	return r < 0 ? r : 0;
}

/* What is no failure of ours: the file was taken away, or somebody has put something else in its place. */
static bool
is_gone(int r)
{
	return r < 0 && r != -EIO && r != -ENOMEM && r != -EMFILE && r != -ENFILE;
}

/* Appends the file at path as a data: URL. 1; 0: it does not fit, or is not there any more. */
static int
embed(struct single *s, const struct piece *in, struct str path, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf whole = BUF_INIT(MIRROR_PAGE_MAX), url = BUF_INIT(MIRROR_PAGE_MAX);
	uint64_t max = s->left < s->left_to_read ? s->left : s->left_to_read, read_bytes, url_bytes;
	struct piece p;
	int r;

	piece_init(&p, in, path, max);
	r = compose(s, &p, &whole);
	read_bytes = p.file.len > SINGLE_EMBED_COST ? p.file.len : SINGLE_EMBED_COST;
	s->left_to_read -= read_bytes < s->left_to_read ? read_bytes : s->left_to_read;
	piece_release(&p);
	if (r == 0 && whole.len <= s->left)
		r = add_dataurl(s, path, buf_str(&whole), &url);
	if (r == 0 && buf_err(&url) < 0)
		r = buf_err(&url);
	if (r < 0)
		return is_gone(r) ? 0 : r;
	/* A data: URL is ASCII: in a page in UTF-16 each byte is two. */
	url_bytes = url.len * (in->width == REWRITE_BYTES ? 1 : 2);
	if (url.len == 0 || url_bytes > s->left)
		return 0;
	/* What is in it was counted already. */
	if (in->depth == 0)
		s->left -= url_bytes;
	buf_add(out, url.data, url.len);
	return 1;
}

/* What the page needs: appends the file, or nothing. What is in itself is shown by no browser either. */
static int
put_needed(struct single *s, struct piece *p, struct str url)
{
	char path[STORE_PATH_MAX_BYTES];
	size_t len = place_find(s->m->place, url, path);
	bool in_itself = len > 0 && is_within(p, str_n(path, len));
	struct store_single before = *s->ret;
	int r = 0;

	/* What has become larger than all there is room for will not be taken. */
	if (len > 0 && !in_itself && p->depth < SINGLE_DEPTH_MAX && p->to.len <= s->left)
		r = embed(s, p, str_n(path, len), &p->to);
	if (r == 1)
		s->ret->n_inside++;
	if (r != 0)
		return r < 0 ? r : 0;
	*s->ret = before; /* nor is what would have been in it */
	buf_add_str(&p->to, STR(DATAURL_NOTHING));
	s->ret->n_missing += len == 0;
	s->ret->n_left_out += len > 0 && !in_itself;
	return 0;
}

static int
is_svg(struct single *s, struct str path)
{
	struct sqlite3_stmt *q = NULL;
	int r = mirror_row(s->m, path, &q);

	if (r == 1)
		r = str_ieq(db_bytes(q, 0), STR("image/svg+xml"));
	db_query_end(q);
	return r;
}

/* Appends the file at path to out, as a part of the page. 1; 0: it cannot be; or negative errno. */
static int
make_part(struct single *s, struct piece *in, const struct uses_spot *spot, struct str path, unsigned n, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf whole = BUF_INIT(MIRROR_PAGE_MAX);
	struct piece p;
	char prefix[32];
	int r = is_svg(s, path), len;

	if (r <= 0)
		return r;
	piece_init(&p, in, path, s->left < s->left_to_read ? s->left : s->left_to_read);
	p.is_part = true;
	r = compose(s, &p, &whole);
	if (r == 0 && p.width != REWRITE_BYTES)
		r = -EINVAL;
	s->left_to_read -= p.file.len < s->left_to_read ? p.file.len : s->left_to_read;
	piece_release(&p);
	if (r < 0)
		return is_gone(r) ? 0 : r;
	len = snprintf(prefix, sizeof(prefix), "lycosa%u-", n);
	r = svguse_add(buf_str(&whole), str_n(prefix, (size_t)len), spot->page, out);
	return r == -EINVAL ? 0 : r < 0 ? r : 1;
}

/* The page gets the file at path, or what says that this cannot be. Its number, or negative errno; -E2BIG: there are too many. */
static int
take_use(struct single *s, struct piece *in, const struct uses_spot *spot, struct str path, uint64_t fp)
{
	CLEANUP(buf_releasep) struct buf part = BUF_INIT(MIRROR_PAGE_MAX);
	int r = uses_n(&in->uses) == USES_MAX ? -E2BIG : make_part(s, in, spot, path, uses_n(&in->uses), &part), n;

	if (r < 0)
		return r;
	n = uses_add(&in->uses, spot, fp, buf_str(&part), s->left);
	/* What goes into another file counts with that. */
	if (n >= 0 && in->depth == 0)
		s->left -= uses_bytes(&in->uses, n);
	return n;
}

/* The reference of a <use> in the page: it becomes one to a part of the page. 1; 0: it is none, or that cannot be; or negative errno. */
static int
put_use(struct single *s, struct piece *p, struct rewrite_link *link)
{
	char path[STORE_PATH_MAX_BYTES];
	struct store_single before = *s->ret;
	struct uses_spot spot;
	uint64_t fp;
	size_t len;
	int n;

	if (!link->of_use || !uses_spot(&p->uses, link, &spot))
		return 0;
	len = place_find(s->m->place, link->to, path);
	if (len == 0)
		return 0;
	/* A drawing in a page refers to itself: its fragment does. */
	if (str_eq(str_n(path, len), p->path))
		return 1;
	if (p->is_part)
		return 0;
	fp = hash_fingerprint(&s->m->ctx->key, path, len);
	n = uses_find(&p->uses, &spot, fp);
	if (n < 0)
		n = take_use(s, p, &spot, str_n(path, len), fp);
	if (n < 0)
		return n == -E2BIG ? 0 : n;
	if (uses_bytes(&p->uses, n) == 0) {
		*s->ret = before;
		return 0;
	}
	buf_addf(&p->to, "#lycosa%u-", (unsigned)n);
	uses_take_hash(&p->uses, link);
	s->ret->n_inside++;
	return 1;
}

static bool
is_itself(struct single *s, const struct piece *p, struct str url)
{
	char path[STORE_PATH_MAX_BYTES];
	size_t len = place_find(s->m->place, url, path);

	return p->depth == 0 && len > 0 && str_eq(str_n(path, len), p->path);
}

static void
add_link(struct piece *p, const struct rewrite_link *link, size_t off)
{
	size_t span[2] = { off, p->to.len - off };

	buf_add(&p->links, link, sizeof(*link));
	buf_add(&p->spans, span, sizeof(span));
}

static int
put_link(struct single *s, struct piece *p, struct rewrite_link *link)
{
	size_t off = p->to.len;
	int r = 0;

	if (is_itself(s, p, link->to)) {
		link->absolute = false;
	} else if (link->needed) {
		link->absolute = false;
		r = put_use(s, p, link);
		if (r == 0)
			r = put_needed(s, p, link->to);
		r = r < 0 ? r : 0;
	}
	if (link->absolute)
		link->to = STR_NONE; /* it is that already */
	add_link(p, link, off);
	return r;
}

static int
put_links(struct single *s, struct piece *p, struct str refs)
{
	struct rewrite_link link, *links;
	const size_t (*spans)[2];
	size_t n, i, off;
	int r = uses_begin(&p->uses, buf_str(&p->file), p->width);
	unsigned part = 0;

	while (r == 0 && linkspool_ref(&refs, &link))
		r = put_link(s, p, &link);
	for (off = p->to.len; r == 0 && uses_next(&p->uses, &part, &link, &p->to); off = p->to.len)
		add_link(p, &link, off);
	if (r == 0)
		r = buf_err(&p->to);
	if (r == 0 && (buf_err(&p->links) < 0 || buf_err(&p->spans) < 0))
		r = -ENOMEM;
	links = (struct rewrite_link *)(void *)p->links.data;
	spans = (const size_t(*)[2])(const void *)p->spans.data;
	n = p->links.len / sizeof(*links);
	for (i = 0; r == 0 && i < n; i++)
		if (!links[i].absolute)
			links[i].to = str_n(spans[i][1] > 0 ? p->to.data + spans[i][0] : "", spans[i][1]);
	return r;
}

/* Appends the file with all its references done. Failures are those of the file, too. */
static int
compose(struct single *s, struct piece *p, struct buf *out)
{
	struct linkspool_page rec = { .hash = 0 };
	int64_t mtime_s;
	int r = site_get(&s->m->site, p->path, &p->file, &mtime_s);

	if (r == 0 && p->in == NULL)
		s->left -= p->file.len;
	if (r == 0)
		r = find_record(s, p, &rec);
	if (r < 0)
		return r;
	if (r == 0)
		return buf_add(out, p->file.data, p->file.len);
	p->width = rec.width;
	r = put_links(s, p, rec.refs);
	if (r == 0)
		r = rewrite_links_only(buf_str(&p->file), rec.width, (struct rewrite_link *)(void *)p->links.data,
			p->links.len / sizeof(struct rewrite_link), out);
	return r;
}

/* --- the file -------------------------------------------------------------------------------------------------- */

/* Under which name the file at path opens as a page, by its type, or where its server named none, by what it is called; NULL: it is none. */
static int
name_for(struct single *s, struct str path, const char **ret_name)
{
	static const char *const names[][2] = {
		{ "text/html", "single.html" }, { "application/xhtml+xml", "single.xhtml" }, { "image/svg+xml", "single.svg" }
	};
	struct sqlite3_stmt *q;
	int r = mirror_row(s->m, path, &q);

	*ret_name = NULL;
	for (size_t i = 0; r == 1 && i < ARRAY_LEN(names); i++) {
		struct str type = db_bytes(q, 0);

		if (type.len > 0 ? str_ieq(type, str_of(names[i][0])) : str_ends(path, str_of(strchr(names[i][1], '.'))))
			*ret_name = names[i][1];
	}
	db_query_end(q);
	return r < 0 ? r : 0;
}

/* Where the file of the seed, or of what it redirects to, is; 0: nowhere. */
static int
find_page(struct mirror *m, char path[STORE_PATH_MAX_BYTES], size_t *ret_len)
{
	struct sqlite3_stmt *q = NULL;
	int r = db_seeds(m->ctx->db, STORE_SEED_PAGE, &q);

	if (r == 0 && (r = db_step(m->ctx->db, q)) == 1)
		*ret_len = place_find(m->place, db_bytes(q, 0), path);
	db_query_end(q);
	return r < 0 ? r : 0;
}

static int
make_file(struct single *s, struct str path, const char *name)
{
	struct buf *out = &s->m->page;
	struct piece page;
	int r;

	piece_init(&page, NULL, path, s->ret->max_bytes);
	buf_reset(out, MIRROR_KEEP_BYTES);
	r = read_spool(s);
	if (r == 0)
		r = compose(s, &page, out);
	piece_release(&page);
	if (r < 0)
		return is_gone(r) ? 0 : r;
	r = dir_put_file(&s->m->ctx->dir, name, buf_str(out));
	s->m->ctx->bytes_written += out->len;
	s->ret->name = name;
	s->ret->bytes = out->len;
	return r;
}

int
mirror_single(struct mirror *m)
{
	struct single s = { .m = m, .ret = m->config->single };
	char path[STORE_PATH_MAX_BYTES];
	const char *name = NULL;
	size_t len = 0;
	int r = find_page(m, path, &len);

	s.left = s.ret->max_bytes;
	s.left_to_read = s.left < UINT64_MAX / SINGLE_READ_TIMES ? SINGLE_READ_TIMES * s.left : UINT64_MAX;
	if (r == 0 && len > 0)
		r = mirror_gather_rows(m, false);
	if (r == 0 && len > 0)
		r = name_for(&s, str_n(path, len), &name);
	if (r == 0 && name != NULL)
		r = make_file(&s, str_n(path, len), name);
	free(s.records);
	return r < 0 || !m->dirty ? r : site_sync(&m->site);
}
