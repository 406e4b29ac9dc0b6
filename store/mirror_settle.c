/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_settle.c: references that lead to the origin become local when what they lead to is saved (M3 of mirror.c).
 *
 *	sync       -> a pass over the spool: records of whose targets some have a file now: the page, rewritten, staged under a
 *	              name of its own, with a new record in the spool
 *	committed  -> the staged pages get their names
 *	next sync  -> that is on the disk; the records they had before are crossed out
 *
 * A pass begins settle_us after the one before has begun, at the earliest, and sees the records that were there then: so no page
 * is rewritten more often than that. It is done in pieces, so that pages that arrive do not wait for it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/db.h"
#include "store/mirror_private.h"

/* Of the time between two passes that one may take of the writer's, in each commit. */
#define SETTLE_SHARE 100

int
mirror_settle_init(struct mirror *m)
{
	m->staged = calloc(SITE_STAGED_MAX, sizeof(*m->staged));
	m->next_pass_us = clock_mono_us() + m->config->settle_us;
	m->void_max = MIRROR_VOID_MIN;
	m->n_void = m->ctx->dir.has_job; /* a run before may have left some */
	m->news = true; /* what the run before has left */
	return m->staged == NULL ? -ENOMEM : 0;
}

/* Those of <use> become part of the page, at the close; which therefore is there already, then. */
static bool
has_uses(const struct mirror *m, const struct linkspool_page *rec)
{
	struct str refs = rec->refs;
	struct rewrite_link link;

	while (m->closing && linkspool_ref(&refs, &link))
		if (link.of_use)
			return true;
	return false;
}

/* The references of a record: those whose target has a file now get its name, the others stay. page: as it is, if that has parts for <use>. */
static int
links_of_record(struct mirror *m, const struct linkspool_page *rec, struct str page, struct rewrite_link **ret_links, size_t *ret_n, size_t *ret_found)
{
	struct str refs = rec->refs;
	struct rewrite_link link;
	int r = mirror_use_begin(m, page, rec->width);

	mirror_begin_links(m);
	*ret_found = 0;
	while (r >= 0 && linkspool_ref(&refs, &link)) {
		size_t off = m->to.len;

		r = link.of_use && m->closing ? mirror_use_put(m, rec->path, &link) : 0;
		if (r < 0)
			return r;
		if (r == 1 || (!(link.of_use && !m->closing) && mirror_find_local(m, rec->path, link.to, 0))) {
			link.absolute = link.explained = false;
			link.to = STR_NONE;
			++*ret_found;
		} else if (link.explained) {
			mirror_explain(m, rec->path);
		}
		mirror_add_link(m, &link, off);
	}
	if (r >= 0)
		r = mirror_use_end(m);
	return r < 0 ? r : mirror_end_links(m, ret_links, ret_n);
}

static int
stage(struct mirror *m, const struct linkspool_page *rec, int64_t mtime_s, const struct rewrite_link *links, size_t n)
{
	int r = site_stage(&m->site, m->n_staged, buf_str(&m->page), mtime_s, &m->ctx->bytes_written);

	if (r == 0)
		r = mirror_note_written(m, rec->path, rec->width, links, n);
	if (r < 0)
		return r;
	memcpy(m->staged[m->n_staged], rec->path.p, rec->path.len);
	m->staged[m->n_staged][rec->path.len] = '\0';
	m->n_staged++;
	m->n_void++;
	m->dirty = true;
	return 0;
}

static void
note_old(struct mirror *m, uint64_t at)
{
	if (m->n_old < SITE_STAGED_MAX)
		m->old[m->n_old++] = at; /* else it is met again */
}

/* The record's file, as that says it is, in m->page_again. 1; 0: it is not that, or not there; or negative errno. */
static int
get_page(struct mirror *m, const struct linkspool_page *rec, int64_t *ret_mtime_s)
{
	int r;

	buf_reset(&m->page_again, MIRROR_KEEP_BYTES);
	r = site_get(&m->site, rec->path, &m->page_again, ret_mtime_s);
	/* The disk's failures, and ours. All others are what somebody has made of the file or of what it lies in. */
	if (r == -EIO || r == -ENOMEM || r == -EMFILE || r == -ENFILE)
		return r;
	/* In an update: its page has not been looked at yet. */
	if (r == -ENOENT && m->ctx->base != NULL)
		return 0;
	/* Somebody took it away: it is theirs. Or it has another record, or was changed by somebody. */
	if (r == 0 && linkspool_hash_of(buf_str(&m->page_again)) == rec->hash)
		return 1;
	note_old(m, rec->at);
	return 0;
}

static int
settle_record(struct mirror *m, const struct linkspool_page *rec)
{
	struct rewrite_link *links;
	int64_t mtime_s = 0;
	size_t n, n_found = 0;
	bool uses = has_uses(m, rec);
	int r = uses ? get_page(m, rec, &mtime_s) : 1;

	if (r == 1)
		r = links_of_record(m, rec, uses ? buf_str(&m->page_again) : STR(""), &links, &n, &n_found);
	else if (r == 0)
		return 0;
	if (r < 0 || n_found == 0)
		return r == -EMSGSIZE ? 0 : r;
	r = uses ? 1 : get_page(m, rec, &mtime_s);
	if (r <= 0)
		return r;
	note_old(m, rec->at);
	buf_reset(&m->page, MIRROR_KEEP_BYTES);
	r = mirror_is_blown_up(m->page_again.len, links, n) ? -EMSGSIZE :
		rewrite_links_only(buf_str(&m->page_again), rec->width, links, n, &m->page);
	if (r < 0)
		return r == -EMSGSIZE ? 0 : r;
	return stage(m, rec, m->config->mtime ? mtime_s : 0, links, n);
}

/* Goes on until the pass is over, so many pages are staged, or it is that late (0: whenever). */
static int
go_on(struct mirror *m, int64_t until_us)
{
	struct linkspool_page rec;
	int r = 0;

	while (m->at < m->end && m->n_staged < SITE_STAGED_MAX && (until_us == 0 || clock_mono_us() < until_us)) {
		r = linkspool_next(&m->spool, &m->record, &m->at, m->end, &rec);
		if (r == 1)
			r = settle_record(m, &rec);
		else
			m->at = m->end;
		if (r < 0)
			return r;
	}
	return 0;
}

static int
begin_pass(struct mirror *m)
{
	m->at = 0;
	m->news = false;
	linkspool_view_forget(&m->record);
	return linkspool_flush(&m->spool, &m->end);
}

int
mirror_settle_some(struct mirror *m)
{
	int64_t settle_us = m->config->settle_us, now_us = clock_mono_us();
	int r = 0;

	if (settle_us == 0)
		return 0;
	if (m->at == m->end) {
		if (!m->news || now_us < m->next_pass_us)
			return 0;
		m->next_pass_us = now_us + settle_us;
		r = begin_pass(m);
	}
	return r < 0 ? r : go_on(m, now_us + settle_us / SETTLE_SHARE + 1);
}

void
mirror_settle_synced(struct mirror *m)
{
	unsigned i;

	for (i = 0; i < m->n_old_synced; i++)
		linkspool_cross_out(&m->spool, m->old[i]);
	memmove(m->old, m->old + m->n_old_synced, (m->n_old - m->n_old_synced) * sizeof(m->old[0]));
	m->n_old -= m->n_old_synced;
	m->n_old_synced = 0;
}

int
mirror_settle_committed(struct mirror *m)
{
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < m->n_staged; i++)
		r = site_replace(&m->site, i, str_of(m->staged[i]));
	m->dirty |= m->n_staged > 0;
	m->n_staged = 0;
	m->n_old_synced = m->n_old;
	return r == 0 ? mirror_rows_committed(m) : r;
}

int
mirror_settle_all(struct mirror *m)
{
	int r;

	m->closing = true;
	r = begin_pass(m);
	do {
		if (r == 0)
			r = go_on(m, 0);
		if (r == 0 && (m->n_staged > 0 || m->n_old_synced > 0))
			r = site_sync(&m->site);
		if (r == 0) {
			mirror_settle_synced(m);
			r = linkspool_sync(&m->spool);
		}
		if (r == 0)
			r = db_commit(m->ctx->db);
		if (r == 0)
			r = mirror_settle_committed(m);
	} while (r == 0 && m->at < m->end);
	/* The names too, before the job is said to be finished, if there are any since the last sync. */
	return r == 0 && m->dirty ? site_sync(&m->site) : r;
}
