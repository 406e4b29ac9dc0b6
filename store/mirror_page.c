/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_page.c: a page of a mirror: what its references become, and its file.
 *
 * A page that refers to another one by its file before that is there would lead nowhere if the program died between the two, and pages
 * refer to each other. So what a page refers to and is not there yet is at the origin, and the page is written again when it is; but for the
 * pages of a host that has no directory yet: these appear all at once with the next commit, and are written for what will be there then (mirror_hold.c).
 */
#include "config.h"

#include <errno.h>

#include "store/dataurl.h"
#include "store/db.h"
#include "store/mirror_private.h"

/* What is known of a reference's URL is asked of memory so many references before it is used. */
#define AHEAD 4

/* --- what a reference becomes --- */

bool
mirror_find_local(struct mirror *m, struct str from, struct str url, uint64_t fp)
{
	struct str path = m->config->single == NULL ? place_look(m->place, url, fp) : STR_NONE;

	if (path.len == 0 || !site_leads(&m->site, from, path))
		return false;
	rewrite_relative(from, path, &m->to);
	return true;
}

void
mirror_explain(struct mirror *m, struct str from)
{
	rewrite_relative(from, STR(SITE_MISSING), &m->to);
	buf_addc(&m->to, '?');
}

void
mirror_add_link(struct mirror *m, const struct rewrite_link *link, size_t to_off)
{
	struct to_span span = { to_off, m->to.len - to_off };

	buf_add(&m->links, link, sizeof(*link));
	buf_add(&m->to_spans, &span, sizeof(span));
}

void
mirror_begin_links(struct mirror *m)
{
	buf_reset(&m->links, MIRROR_KEEP_BYTES);
	buf_reset(&m->to_spans, MIRROR_KEEP_BYTES);
	buf_reset(&m->to, MIRROR_KEEP_BYTES);
}

/* Gives each link its text, now that this does not move any more. */
int
mirror_end_links(struct mirror *m, struct rewrite_link **ret_links, size_t *ret_n)
{
	struct rewrite_link *links = (struct rewrite_link *)(void *)m->links.data;
	const struct to_span *spans = (const struct to_span *)(const void *)m->to_spans.data;
	size_t n = m->links.len / sizeof(*links), i;

	if (buf_err(&m->links) < 0 || buf_err(&m->to_spans) < 0)
		return -ENOMEM;
	if (buf_err(&m->to) < 0)
		return buf_err(&m->to);
	for (i = 0; i < n; i++) {
		struct str text = str_n(m->to.data + spans[i].off, spans[i].len);

		if (links[i].absolute && links[i].explained)
			links[i].before = text;
		else if (!links[i].absolute && spans[i].len > 0)
			links[i].to = text;
	}
	*ret_links = links;
	*ret_n = n;
	return 0;
}

/* What is shown by itself. */
static bool
is_explained(enum link_kind kind)
{
	return kind == LINK_PAGE || kind == LINK_FRAME || kind == LINK_ALTERNATE;
}

/* Of a page that is to be one file: what <link> may have a browser ask for, and need not. */
static bool
is_idle(const struct mirror *m, const struct mirror_page *p, const struct rewrite_link *link, enum link_kind kind)
{
	return m->config->single != NULL && kind == LINK_HINT && rewrite_is_within(p->body, link, STR("link"));
}

/* Appends to m->to. hold: its directory is not seen yet. 0 or negative errno. */
static int
decide(struct mirror *m, const struct mirror_page *p, const struct job_ref *ref, bool hold, struct rewrite_link *link)
{
	struct str url = str_n(p->refs_text.p + ref->url_off, ref->url_len);
	enum link_kind kind = (enum link_kind)ref->kind;
	bool local = false;
	int r = 0;

	if (is_idle(m, p, link, kind)) {
		link->to = STR(DATAURL_NOTHING);
		return 0;
	}
	link->needed = link_is_requisite(kind);
	link->hint = kind == LINK_HINT && link->syntax == REWRITE_HTML;
	/* Until the close: then what it refers to is a part of the page (mirror_use.c). */
	link->of_use = (p->is_html || p->is_xml) && (ref->flags & LINK_OF_USE) != 0;
	link->of_xml = link->of_use && p->is_xml;
	link->in_srcdoc = link->of_use && (ref->flags & LINK_IN_SRCDOC) != 0;
	if (link->of_use) {
		link->absolute = true;
		link->to = url;
		return hold ? mirror_hold_use(m, ref, url, &link->guess) : 0;
	}
	/* What the origin means by itself stays there. */
	link->for_good = kind == LINK_CANONICAL;
	if (!link->for_good && mirror_find_local(m, p->path, url, ref->fp))
		return 0;
	link->explained = m->config->explain && m->config->single == NULL && !link->for_good && is_explained(kind);
	if (hold && !link->for_good)
		r = mirror_hold_ref(m, p, ref, url, &local, &link->guess);
	if (local)
		link->sure = url;
	if (r < 0 || local)
		return r;
	link->absolute = true;
	link->to = url;
	if (link->explained)
		mirror_explain(m, p->path);
	return 0;
}

static int
links_of_page(struct mirror *m, const struct mirror_page *p, bool hold, struct rewrite_link **ret_links, size_t *ret_n)
{
	size_t n = p->refs.len / sizeof(struct job_ref), i;

	mirror_begin_links(m);
	for (i = 0; i < n; i++) {
		struct rewrite_link link = { .syntax = p->syntax };
		size_t off = m->to.len;
		struct job_ref ref;
		int r;

		if (i + AHEAD < n) {
			memcpy(&ref, p->refs.p + (i + AHEAD) * sizeof(ref), sizeof(ref));
			place_prefetch(m->place, ref.fp);
		}
		memcpy(&ref, p->refs.p + i * sizeof(ref), sizeof(ref));
		if (ref.start == ref.end)
			continue;
		link.start = ref.start;
		link.end = ref.end;
		if ((ref.flags & LINK_IN_STYLE) != 0)
			link.syntax = REWRITE_CSS;
		r = decide(m, p, &ref, hold, &link);
		if (r < 0)
			return r;
		mirror_add_link(m, &link, off);
	}
	return mirror_end_links(m, ret_links, ret_n);
}

/* --- its file --- */

/* What was sent, beside what becomes of it. */
static int
write_original(struct mirror *m, const struct mirror_page *p)
{
	char name[SITE_PATH_MAX_BYTES];

	memcpy(name, p->path.p, p->path.len);
	memcpy(name + p->path.len, SITE_ORIGINAL, sizeof(SITE_ORIGINAL) - 1);
	return site_put(&m->site, str_n(name, p->path.len + sizeof(SITE_ORIGINAL) - 1), p->body, p->mtime_s, &m->ctx->bytes_written);
}

/* Some thousand short references to addresses that a <base> makes as long as they may be would fill the disk. */
bool
mirror_is_blown_up(size_t page_bytes, const struct rewrite_link *links, size_t n)
{
	size_t bytes = 0;

	/* What is inserted has a measure of its own (mirror_use.c). */
	for (size_t i = 0; i < n; i++)
		bytes += links[i].insert ? 0 : (links[i].to.len > links[i].sure.len ? links[i].to.len : links[i].sure.len) + links[i].before.len;
	return bytes > page_bytes * MIRROR_GROWS_MAX + MIRROR_GROWS_FREELY;
}

/* The file is m->page. *ret_hash: linkspool_hash(). */
static int
put_written(struct mirror *m, struct str path, uint64_t *ret_hash)
{
	char name[sizeof(SITE_NAME) + STORE_PATH_MAX_BYTES] = SITE_NAME "/";
	struct str bytes = buf_str(&m->page);
	uint64_t hash[2];

	CHECK(path.len <= STORE_PATH_MAX_BYTES);
	memcpy(name + sizeof(SITE_NAME), path.p, path.len);
	hash_content(bytes.p, bytes.len, hash);
	*ret_hash = linkspool_hash(hash);
	return db_put_written(m->ctx->db, str_n(name, sizeof(SITE_NAME) + path.len), bytes.len, hash);
}

int
mirror_note_written(struct mirror *m, struct str path, enum rewrite_width width, const struct rewrite_link *links, size_t n)
{
	uint64_t hash;
	int r = put_written(m, path, &hash);

	return r < 0 ? r : linkspool_add(&m->spool, path, hash, width, links, n);
}

static int
rewrite(struct mirror *m, const struct mirror_page *p, struct rewrite_link *links, size_t n)
{
	return p->plain ? rewrite_links_only(p->body, p->width, links, n, &m->page) : rewrite_links(p->body, p->width, links, n, &m->page);
}

int
mirror_page_write(struct mirror *m, const struct mirror_page *p, int n_new)
{
	struct rewrite_link *links;
	uint64_t hash;
	size_t n;
	int r = links_of_page(m, p, n_new >= 0, &links, &n);

	buf_reset(&m->page, MIRROR_KEEP_BYTES);
	if (r == 0)
		r = mirror_is_blown_up(p->body.len, links, n) ? -EMSGSIZE : rewrite(m, p, links, n);
	if (r == -EMSGSIZE)
		return site_put(&m->site, p->path, p->body, p->mtime_s, &m->ctx->bytes_written);
	if (r == 0 && m->config->backup && (n > 0 || !str_eq(buf_str(&m->page), p->body)))
		r = write_original(m, p);
	if (r == 0)
		r = site_put(&m->site, p->path, buf_str(&m->page), p->mtime_s, &m->ctx->bytes_written);
	if (r < 0)
		return r;
	if (n_new < 0)
		return mirror_note_written(m, p->path, p->width, links, n);
	r = put_written(m, p->path, &hash);
	return r < 0 ? r : mirror_hold(m, (unsigned)n_new, p, hash, links, n);
}

static enum rewrite_width
width_of(const struct job *j)
{
	struct str charset = job_get(j, j->charset);

	if (str_ieq(charset, STR("utf-16le")))
		return REWRITE_UTF16LE;
	return str_ieq(charset, STR("utf-16be")) ? REWRITE_UTF16BE : REWRITE_BYTES;
}

/* Is there something in it that is rewritten? Of scripts, only what would register a service worker. */
static bool
is_converted(const struct mirror *m, const struct job *j, struct str type)
{
	if (j->body.data == NULL || !m->config->convert)
		return false;
	if (str_ends(type, STR("javascript")) || str_ends(type, STR("ecmascript")))
		return rewrite_has_worker(str_n(j->body.data, j->body.len));
	return j->refs.len > 0 || str_ends(type, STR("html")) || str_ends(type, STR("xml"));
}

int
mirror_page_put(struct mirror *m, const struct job *j, struct str path, struct str type, int64_t mtime_s)
{
	const struct mirror_page p = {
		.path = path,
		.origin = str_n(j->url.href, j->url.pathname_start),
		.body = str_n(j->body.data, j->body.len),
		.refs = buf_str(&j->refs),
		.refs_text = buf_str(&j->refs_text),
		.syntax = str_ends(type, STR("json")) ? REWRITE_JSON : REWRITE_HTML,
		.width = width_of(j),
		.plain = j->plain,
		.is_html = str_eq(type, STR("text/html")),
		.is_xml = str_ends(type, STR("xml")),
		.mtime_s = mtime_s,
	};

	int n = -1, r = m->holds ? site_begin(&m->site, path, &n) : 0;

	if (r == -EEXIST)
		r = mirror_show(m);
	if (r < 0)
		return r;
	if (!is_converted(m, j, type))
		return site_put_body(&m->site, path, j, mtime_s, &m->ctx->bytes_written);
	if (n >= 0 && !mirror_hold_has_room(m, &p)) {
		r = mirror_show(m);
		n = -1;
	}
	return r < 0 ? r : mirror_page_write(m, &p, n);
}
