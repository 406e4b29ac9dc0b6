/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror.c: the sink of a mirror: each answer a file below site/ (path.h, site.h), its references rewritten (rewrite.h).
 *
 *	page arrives -> references to what is saved: relative; to all else: absolute -> file
 *	             -> the absolute ones, and where they stand in the file: to the spool (linkspool.h); mirror_page.c
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
 *	M4  A file that is not seen yet (site.h) is referred to by files that appear with it, and by no others.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

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

static bool
is_kept(const struct job *j)
{
	return j->outcome == OUTCOME_OK && (j->status == 200 || j->status == 203) && !j->links_only &&
	       (j->body.len == 0 || j->body.data != NULL || j->body.file_fd >= 0);
}

/* At the first put, not before: until a job's first transaction there is nothing in its site/ (dir_has_results()). */
static int
put_missing(struct mirror *m)
{
	if (!m->missing_due)
		return 0;
	m->missing_due = false;
	m->dirty = true;
	return site_put(&m->site, STR(SITE_MISSING), str_of(missing_page), 0, &m->ctx->bytes_written);
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
	r = put_missing(m);
	if (r == 0)
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

	if (!v->stays) {
		mirror_not_coming(m, hash_fingerprint(&m->ctx->key, k->url.p, k->url.len));
		return 0;
	}
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
	else if (!is_kept(j))
		mirror_not_coming(m, j->fp);
	if (r < 0 || !is_kept(j))
		return r < 0 ? sink_fail(m->ctx, SITE_NAME, r) : 0;
	m->dirty = m->news = true;
	r = put_missing(m);
	/* First, because it may refer to itself. */
	if (r == 0)
		r = place_put(m->place, &j->url, sent, job_get(j, j->disposition), name + sizeof(SITE_NAME), &len);
	path = str_n(name + sizeof(SITE_NAME), len);
	if (r == 0)
		r = mirror_page_put(m, j, path, str_n(essence, mediatype_essence(sent, essence)), mtime_of(m, j));
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
	mirror_hold_release(m);
	mirror_use_release(m);
	linkspool_view_release(&m->record);
	buf_release(&m->links);
	buf_release(&m->to_spans);
	buf_release(&m->to);
	buf_release(&m->page);
	buf_release(&m->page_again);
	huge_unmap(m->memory, sizeof(*m->memory));
	free(m);
}

/* The buffers, with what they begin in. */
static int
open_buffers(struct mirror *m)
{
	m->memory = huge_map(sizeof(*m->memory));
	if (m->memory == NULL)
		return -ENOMEM;
	huge_want(m->memory, sizeof(*m->memory), true);
	linkspool_view_init(&m->record);
	m->links = buf_lent(m->memory->links, sizeof(m->memory->links), MIRROR_PAGE_MAX);
	m->to_spans = buf_lent(m->memory->to_spans, sizeof(m->memory->to_spans), MIRROR_PAGE_MAX);
	m->to = buf_lent(m->memory->to, sizeof(m->memory->to), MIRROR_PAGE_MAX);
	m->page = buf_lent(m->memory->page, sizeof(m->memory->page), MIRROR_PAGE_MAX);
	m->page_again = buf_lent(m->memory->page_again, sizeof(m->memory->page_again), MIRROR_PAGE_MAX);
	mirror_hold_init(m);
	return 0;
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
	m->site.fd = m->site.dir_fd = m->site.new_fd = -1;
	m->spool = LINKSPOOL_INIT(ctx);
	mirror_use_init(m);
	/* Of an update, most files are the ones of the generation before, linked in one by one. */
	m->holds = m->config->convert && m->config->single == NULL && ctx->base == NULL;
	r = open_buffers(m);
	if (r == 0)
		r = place_new(m->config, &ctx->key, &m->place);
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
	m->missing_due = m->config->explain;
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
	int r = mirror_show(m);

	if (r == 0)
		r = mirror_settle_some(m);
	if (r == 0 && m->dirty)
		r = site_sync(&m->site);
	if (r == 0) {
		mirror_settle_synced(m);
		r = linkspool_sync(&m->spool);
	}
	if (r == 0)
		r = mirror_rows_synced(m);
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
	int r = failed ? 0 : put_missing(m); /* also where no file came */

	if (!failed && r == 0 && m->config->index)
		r = mirror_index(m);
	if (!failed && r == 0)
		r = m->config->single != NULL ? mirror_single(m) : mirror_settle_all(m);
	if (!failed && r == 0)
		r = mirror_rows_close(m);
	if (!failed && r == 0 && m->config->entry != NULL)
		r = mirror_entry(m, m->config->entry);
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
