/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror.c: the sink of a mirror: each answer a file below site/ (path.h, site.h), its references rewritten (rewrite.h).
 *
 *	page arrives -> references to what is saved: relative; to all else: absolute -> file
 *	             -> the absolute ones, and where they stand in the file: to the spool (linkspool.h)
 *	now and then -> each spooled file of whose targets some were saved later: those are made relative, the file replaced;
 *	and at the     mirror_settle.c
 *	close
 *
 * So every reference works at any time: from the disk, or from the origin.
 *
 *	M1  A file appears under its name when it is whole. It is on the disk, and its record in the spool, before the transaction
 *	    that says that its page is done (S1 of writer.c). One that is not done is asked for again, and its file replaced.
 *	M2  What is saved, and where redirects lead, is what the rows of the database say: a job that goes on reads it from there.
 *	M3  A file that is replaced is on the disk in its new form, and the record of that is committed, before it is renamed.
 *	    So whatever stands under the name when the program dies is whole, and has a record.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "store/dataurl.h"
#include "store/db.h"
#include "store/mediatype.h"
#include "store/mirror_private.h"
#include "url/date.h"

/* The page that links to what is not saved lead to, with that as its query. */
static const char missing_page[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Not in this copy</title>\n</head>\n<body>\n"
	"<h1>Not in this copy</h1>\n<p>This page was not saved. It was at <a id=\"there\">the address behind the ? of this one</a>.</p>\n"
	"<script>\nvar url = location.search.slice(1) + location.hash, there = document.getElementById('there');\n"
	"if (/^https?:/.test(url)) {\n\tthere.href = url;\n\tthere.textContent = url;\n}\n</script>\n</body>\n</html>\n";

/* --- what a reference becomes --- */

bool
mirror_find_local(struct mirror *m, struct str from, struct str url)
{
	char path[STORE_PATH_MAX_BYTES];
	size_t len = m->config->single == NULL ? place_find(m->place, url, path) : 0;

	if (len > 0)
		rewrite_relative(from, str_n(path, len), &m->to);
	return len > 0;
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

	if (buf_err(&m->links) < 0 || buf_err(&m->to_spans) < 0 || buf_err(&m->to) < 0)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		struct str text = str_n(m->to.data + spans[i].off, spans[i].len);

		if (links[i].explained)
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
is_idle(const struct mirror *m, const struct job *j, const struct rewrite_link *link, enum link_kind kind)
{
	return m->config->single != NULL && kind == LINK_HINT && rewrite_is_within(str_n(j->body.data, j->body.len), link, STR("link"));
}

static int
links_of_page(struct mirror *m, const struct job *j, struct str path, struct str type, struct rewrite_link **ret_links, size_t *ret_n)
{
	const struct job_ref *refs = (const struct job_ref *)(const void *)j->refs.data;
	enum rewrite_syntax syntax = str_ends(type, STR("json")) ? REWRITE_JSON : REWRITE_HTML;
	size_t n = j->refs.len / sizeof(*refs), i;

	mirror_begin_links(m);
	for (i = 0; i < n; i++) {
		const struct job_ref *ref = &refs[i];
		struct str url = job_ref_url(j, ref);
		size_t off = m->to.len;
		struct rewrite_link link = {
			.start = ref->start,
			.end = ref->end,
			.syntax = (ref->flags & LINK_IN_STYLE) != 0 ? REWRITE_CSS : syntax,
		};

		if (ref->start == ref->end)
			continue;
		/* What the origin means by itself stays there. */
		link.for_good = ref->kind == LINK_CANONICAL;
		if (is_idle(m, j, &link, (enum link_kind)ref->kind)) {
			link.to = STR(DATAURL_NOTHING);
		} else if (link.for_good || !mirror_find_local(m, path, url)) {
			link.absolute = true;
			link.to = url;
			link.explained = m->config->explain && !link.for_good && is_explained((enum link_kind)ref->kind);
			link.needed = link_is_requisite((enum link_kind)ref->kind);
		}
		if (link.explained)
			mirror_explain(m, path);
		mirror_add_link(m, &link, off);
	}
	return mirror_end_links(m, ret_links, ret_n);
}

/* --- a page arrives --- */

uint64_t
mirror_page_hash(const struct mirror *m, const struct buf *page)
{
	return hash_fingerprint(&m->ctx->key, page->data, page->len);
}

/* What was sent, beside what becomes of it. */
static int
save_original(struct mirror *m, const struct job *j, struct str path, int64_t mtime_s)
{
	char name[SITE_PATH_MAX_BYTES];

	memcpy(name, path.p, path.len);
	memcpy(name + path.len, SITE_ORIGINAL, sizeof(SITE_ORIGINAL) - 1);
	return site_put_body(&m->site, str_n(name, path.len + sizeof(SITE_ORIGINAL) - 1), j, mtime_s, &m->ctx->bytes_written);
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

static int
save_page(struct mirror *m, const struct job *j, struct str path, struct str type, int64_t mtime_s)
{
	enum rewrite_width width = width_of(j);
	struct rewrite_link *links;
	size_t n;
	int r;

	if (!is_converted(m, j, type))
		return site_put_body(&m->site, path, j, mtime_s, &m->ctx->bytes_written);
	r = links_of_page(m, j, path, type, &links, &n);
	if (r < 0)
		return r;
	buf_reset(&m->page, MIRROR_KEEP_BYTES);
	r = rewrite_links(str_n(j->body.data, j->body.len), width, links, n, &m->page);
	if (r == -EMSGSIZE)
		return site_put_body(&m->site, path, j, mtime_s, &m->ctx->bytes_written);
	if (r == 0 && m->config->backup && (n > 0 || !str_eq(buf_str(&m->page), str_n(j->body.data, j->body.len))))
		r = save_original(m, j, path, mtime_s);
	if (r == 0)
		r = site_put(&m->site, path, buf_str(&m->page), mtime_s, &m->ctx->bytes_written);
	return r < 0 ? r : linkspool_add(&m->spool, path, mirror_page_hash(m, &m->page), width, links, n);
}

static bool
is_kept(const struct job *j)
{
	return j->outcome == OUTCOME_OK && (j->status == 200 || j->status == 203) && !j->links_only &&
	       (j->body.len == 0 || j->body.data != NULL || j->body.file_fd >= 0);
}

/* When the file was changed last; 0: not known. */
static int64_t
mtime_of(const struct mirror *m, const struct job *j)
{
	int64_t s;

	return m->config->mtime && date_parse(job_get(j, j->last_modified), &s) == 0 ? s : 0;
}

/* In an update: the file as it was, and the original beside it. Its references are in the spool, if they may still become local. */
static int
keep_file(struct mirror *m, const struct url *u)
{
	const struct base_page *was = &m->ctx->verdict.was;
	struct str prefix = STR(SITE_NAME "/");
	char name[sizeof(SITE_NAME) + SITE_PATH_MAX_BYTES + 1];
	int r;

	if (!str_starts(was->saved, prefix) || was->saved.len > prefix.len + STORE_PATH_MAX_BYTES)
		return 0;
	memcpy(name, was->saved.p, was->saved.len);
	name[was->saved.len] = '\0';
	m->dirty = m->news = true;
	r = base_take_file(m->ctx->base, name);
	if (r == 0)
		r = place_keep(m->place, u, was->type, str_n(was->saved.p + prefix.len, was->saved.len - prefix.len));
	if (r == 0) {
		memcpy(name + was->saved.len, SITE_ORIGINAL, sizeof(SITE_ORIGINAL));
		r = base_take_file(m->ctx->base, name);
	}
	return r == -ENOENT ? 0 : r;
}

/* Where a page has moved to counts for references, not the file that it had: so the redirect comes last. */
static int
keep(struct mirror *m, const struct url *u, struct str to)
{
	int r = keep_file(m, u);

	return r == 0 && to.len > 0 ? place_redirect(m->place, url_href(u), to) : r;
}

static int
mirror_skip(void *state, const struct store_skip *k)
{
	struct mirror *m = state;
	const struct base_verdict *v = &m->ctx->verdict;
	struct url u;
	int r;

	if (!v->stays)
		return 0;
	url_init(&u);
	r = url_parse(&u, k->url, NULL);
	if (r == 0)
		r = keep(m, &u, v->was.redirect_to);
	url_release(&u);
	return r < 0 ? sink_fail(m->ctx, SITE_NAME, r) : 0;
}

static int
keep_page(struct mirror *m, struct job *j)
{
	const struct base_verdict *v = &m->ctx->verdict;
	int r = keep(m, &j->url, v->stays ? v->was.redirect_to : job_get(j, j->redirect_to));

	if (r == 0 && job_set(j, &j->saved_as, v->was.saved) == -ENOMEM)
		r = -ENOMEM;
	return r < 0 ? sink_fail(m->ctx, SITE_NAME, r) : 0;
}

static int
mirror_put(void *state, struct job *j)
{
	char name[sizeof(SITE_NAME) + STORE_PATH_MAX_BYTES] = SITE_NAME "/", essence[MEDIATYPE_MAX_BYTES];
	struct str sent = job_get(j, j->content_type), path;
	struct mirror *m = state;
	size_t len = 0;
	int r = 0;

	if (m->ctx->verdict.stays || m->ctx->verdict.keeps_file)
		return keep_page(m, j);
	if (j->redirect_to.len > 0)
		r = place_redirect(m->place, url_href(&j->url), job_get(j, j->redirect_to));
	if (r < 0 || !is_kept(j))
		return r < 0 ? sink_fail(m->ctx, SITE_NAME, r) : 0;
	m->dirty = m->news = true;
	/* First, because it may refer to itself. */
	r = place_put(m->place, &j->url, sent, job_get(j, j->disposition), name + sizeof(SITE_NAME), &len);
	path = str_n(name + sizeof(SITE_NAME), len);
	if (r == 0)
		r = save_page(m, j, path, str_n(essence, mediatype_essence(sent, essence)), mtime_of(m, j));
	if (r < 0)
		return sink_fail(m->ctx, SITE_NAME, r);
	return job_set(j, &j->saved_as, str_n(name, sizeof(SITE_NAME) + len)) == -ENOMEM ? -ENOMEM : 0;
}

/* --- life --- */

static void
mirror_free(struct mirror *m)
{
	site_close(&m->site);
	place_free(m->place);
	linkspool_close(&m->spool);
	free(m->staged);
	buf_release(&m->record);
	buf_release(&m->links);
	buf_release(&m->to_spans);
	buf_release(&m->to);
	buf_release(&m->page);
	buf_release(&m->page_again);
	free(m);
}

static int
mirror_open(struct sink_context *ctx, void **ret_state)
{
	struct mirror *m = calloc(1, sizeof(*m));
	int r;

	if (m == NULL)
		return -ENOMEM;
	m->ctx = ctx;
	m->config = &ctx->config->mirror;
	m->site.fd = m->site.dir_fd = -1;
	m->spool = LINKSPOOL_INIT(ctx);
	buf_init(&m->links, MIRROR_PAGE_MAX);
	buf_init(&m->to_spans, MIRROR_PAGE_MAX);
	buf_init(&m->to, MIRROR_PAGE_MAX);
	buf_init(&m->page, MIRROR_PAGE_MAX);
	buf_init(&m->page_again, MIRROR_PAGE_MAX);
	buf_init(&m->record, MIRROR_PAGE_MAX);
	r = place_new(m->config, &m->place);
	if (r == 0)
		r = place_restore(m->place, ctx->db); /* M2 */
	if (r == 0 && ctx->base != NULL)
		r = place_reserve(m->place, ctx->db);
	if (r == 0)
		r = linkspool_open(&m->spool);
	if (r == 0)
		r = site_open(&ctx->dir, &m->site);
	if (r == 0)
		r = mirror_settle_init(m);
	if (r == 0 && m->config->explain)
		r = site_put(&m->site, STR(SITE_MISSING), str_of(missing_page), 0, &ctx->bytes_written);
	if (r < 0) {
		mirror_free(m);
		return r;
	}
	*ret_state = m;
	return 0;
}

/* One call for the many small files of a second, with their names. */
static int
mirror_sync(void *state)
{
	struct mirror *m = state;
	int r = mirror_settle_some(m);

	if (r == 0 && m->dirty)
		r = site_sync(&m->site);
	if (r == 0) {
		mirror_settle_synced(m);
		r = linkspool_sync(&m->spool);
	}
	if (r < 0)
		return sink_fail(m->ctx, SITE_NAME, r);
	m->dirty = false;
	return 0;
}

static int
mirror_committed(void *state)
{
	struct mirror *m = state;
	int r = mirror_settle_committed(m);

	return r < 0 ? sink_fail(m->ctx, SITE_NAME, r) : 0;
}

static int
mirror_close(void *state, bool failed)
{
	struct mirror *m = state;
	int r = 0;

	if (!failed && m->config->index)
		r = mirror_index(m);
	if (!failed && r == 0)
		r = m->config->single != NULL ? mirror_single(m) : mirror_settle_all(m);
	if (r < 0)
		r = sink_fail(m->ctx, SITE_NAME, r);
	mirror_free(m);
	return r;
}

static bool
mirror_wanted(const struct store_config *config)
{
	return config->mirror.on;
}

const struct sink_ops sink_mirror = {
	.name = SITE_NAME,
	.wanted = mirror_wanted,
	.open = mirror_open,
	.put = mirror_put,
	.skip = mirror_skip,
	.sync = mirror_sync,
	.committed = mirror_committed,
	.close = mirror_close,
};
