/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_hold.c: pages of directories that nobody sees yet (M4 of mirror.c) refer to each other from the beginning. Where one refers to what
 * has no file yet but is on its way, it is written as if that had its file already, under the name that its URL would have. By the next
 * commit the others have come, mostly, and the page was written once.
 *
 *	page arrives -> written into the new directory; its references that were guessed, and those to the origin, are kept here
 *	commit       -> of each new directory: pages with guesses that were wrong, or with references that have a file now and
 *	                did not have it then, are written once more; then the directory is seen
 *
 * Of a mirror that takes no longer than to its first commit, that is all there is. Who comes later finds the directory there.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "store/mirror_private.h"

/* More than that does not wait for the commit. And what a reference takes, besides its URL. */
#define HELD_MAX_BYTES ((size_t)32 * 1024 * 1024)
#define HELD_REF_BYTES (sizeof(struct held_ref) + sizeof(struct guess) + STORE_PATH_MAX_BYTES + 4 * sizeof(uint32_t))

/* Followed by the path, and the references. */
struct held {
	uint64_t hash; /* linkspool_hash(): of the file */
	uint32_t n_refs;
	uint16_t n; /* of the new directory */
	uint8_t path_len, width;
};

enum { HELD_LOCAL = 1u << 0, HELD_NEEDED = 1u << 1, HELD_EXPLAINED = 1u << 2, HELD_OF_USE = 1u << 3, HELD_OF_XML = 1u << 4, HELD_IN_SRCDOC = 1u << 5 };

struct held_ref {
	uint32_t start, end; /* in the file */
	uint32_t guess;
	uint8_t syntax, flags;
};

_Static_assert(STORE_PATH_MAX_BYTES <= UINT8_MAX && SITE_NEW_MAX <= UINT16_MAX, "struct held");

void
mirror_hold_init(struct mirror *m)
{
	struct mirror_memory *memory = m->memory;

	guesses_init(&m->guesses);
	m->guesses.list = buf_lent(memory->guesses_list, sizeof(memory->guesses_list), m->guesses.list.max_bytes);
	m->guesses.text = buf_lent(memory->guesses_text, sizeof(memory->guesses_text), m->guesses.text.max_bytes);
	m->held = buf_lent(memory->held, sizeof(memory->held), MIRROR_PAGE_MAX);
}

void
mirror_hold_release(struct mirror *m)
{
	guesses_release(&m->guesses);
	buf_release(&m->held);
	m->held_bytes = 0;
}

bool
mirror_hold_has_room(const struct mirror *m, const struct mirror_page *p)
{
	size_t more = p->refs.len / sizeof(struct job_ref) * HELD_REF_BYTES + p->refs_text.len;

	return m->held_bytes + p->body.len + m->held.len + guesses_bytes(&m->guesses) + more <= HELD_MAX_BYTES;
}

int
mirror_hold(struct mirror *m, unsigned n, const struct mirror_page *p, uint64_t hash, const struct rewrite_link *links, size_t n_links)
{
	struct held h = { .hash = hash, .n = (uint16_t)n, .path_len = (uint8_t)p->path.len, .width = (uint8_t)p->width };
	size_t at = m->held.len, i;

	buf_add(&m->held, &h, sizeof(h));
	buf_add_str(&m->held, p->path);
	for (i = 0; i < n_links; i++) {
		const struct rewrite_link *l = &links[i];
		struct held_ref ref = { .start = l->start, .end = l->end, .guess = l->guess - 1, .syntax = (uint8_t)l->syntax };

		if (l->guess == 0 || l->start == l->end)
			continue;
		ref.flags = (uint8_t)((l->absolute ? 0 : HELD_LOCAL) | (l->needed ? HELD_NEEDED : 0) | (l->explained ? HELD_EXPLAINED : 0) |
			(l->of_use ? HELD_OF_USE : 0) | (l->of_xml ? HELD_OF_XML : 0) | (l->in_srcdoc ? HELD_IN_SRCDOC : 0));
		buf_add(&m->held, &ref, sizeof(ref));
		h.n_refs++;
	}
	if (buf_err(&m->held) < 0)
		return -ENOMEM;
	if (h.n_refs == 0)
		m->held.len = at;
	else
		memcpy(m->held.data + at, &h, sizeof(h));
	m->n_held[n] += h.n_refs > 0;
	m->held_bytes += p->body.len;
	return 0;
}

void
mirror_not_coming(struct mirror *m, uint64_t fp)
{
	m->not_coming[fp % MIRROR_NOT_COMING] = fp;
}

/*
 * Where the file will be, if there is one: of what somebody asks for, and what is seen with the page, or before. A wrong guess costs the page
 * another writing.
 */
static struct str
guess_path_of(struct mirror *m, const struct mirror_page *p, const struct job_ref *ref, struct str url)
{
	enum link_kind kind = (enum link_kind)ref->kind;
	bool needed = link_is_requisite(kind);
	struct str path;

	if (!needed && !str_starts(url, p->origin))
		return STR_NONE;
	path = place_look(m->place, url, ref->fp);
	if (path.len == 0 && kind != LINK_HINT && kind != LINK_FORM && m->not_coming[ref->fp % MIRROR_NOT_COMING] != ref->fp)
		path = place_guess(m->place, url, ref->fp, kind == LINK_STYLE ? STR("text/css") : STR(""));
	return needed || site_same_top(p->path, path) ? path : STR_NONE;
}

/* Pages refer to the same again and again: what was guessed for one does for this one too, if that is where it will be seen. */
static bool
is_guessed(struct mirror *m, const struct mirror_page *p, const struct job_ref *ref, struct str url, uint32_t *ret_i, struct str *ret_path)
{
	struct str path;

	if (!guesses_find(&m->guesses, ref->fp, url, ret_i))
		return false;
	path = guess_path(&m->guesses, guesses_get(&m->guesses, *ret_i));
	if (path.len == 0 || (!link_is_requisite((enum link_kind)ref->kind) && !site_same_top(p->path, path)))
		return false;
	*ret_path = path;
	return true;
}

int
mirror_hold_ref(struct mirror *m, const struct mirror_page *p, const struct job_ref *ref, struct str url, bool *ret_local, uint32_t *ret_guess)
{
	struct str path;
	uint32_t i;
	int r = 0;

	if (!is_guessed(m, p, ref, url, &i, &path)) {
		path = guess_path_of(m, p, ref, url);
		r = guesses_add(&m->guesses, ref->fp, url, path, &i);
	}
	if (r < 0)
		return r;
	*ret_guess = i + 1;
	*ret_local = path.len > 0;
	if (path.len > 0)
		rewrite_relative(p->path, path, &m->to);
	return 0;
}

int
mirror_hold_use(struct mirror *m, const struct job_ref *ref, struct str url, uint32_t *ret_guess)
{
	uint32_t i;
	int r = guesses_add(&m->guesses, ref->fp, url, STR_NONE, &i);

	*ret_guess = r < 0 ? 0 : i + 1;
	return r;
}

/* --- the commit ------------------------------------------------------------------------------------------------ */

struct held_page {
	struct held h;
	struct str path;
	const char *refs; /* maybe not aligned */
};

/* The one at *at, which moves behind it. */
static void
next_held(const struct mirror *m, size_t *at, struct held_page *ret)
{
	const char *p = m->held.data + *at;

	memcpy(&ret->h, p, sizeof(ret->h));
	ret->path = str_n(p + sizeof(ret->h), ret->h.path_len);
	ret->refs = ret->path.p + ret->path.len;
	*at += sizeof(ret->h) + ret->h.path_len + ret->h.n_refs * sizeof(struct held_ref);
}

static struct held_ref
ref_of(const struct held_page *p, uint32_t i)
{
	struct held_ref ref;

	memcpy(&ref, p->refs + i * sizeof(ref), sizeof(ref));
	return ref;
}

/* What came of a guess, for files of the directory that is shown; once for each. */
static const struct guess *
look(struct mirror *m, struct str from, uint32_t i)
{
	struct guess *g = guesses_get(&m->guesses, i);
	struct str path;

	if (g->stamp == m->hold_stamp)
		return g;
	path = place_look(m->place, guess_url(&m->guesses, g), g->fp);
	g->stamp = m->hold_stamp;
	g->leads = path.len > 0 && site_leads(&m->site, from, path);
	g->is_right = g->leads && str_eq(path, guess_path(&m->guesses, g));
	return g;
}

/* Is the reference as it is to be? */
static bool
is_settled(const struct held_ref *ref, const struct guess *g)
{
	if ((ref->flags & HELD_OF_USE) != 0)
		return true;
	return (ref->flags & HELD_LOCAL) != 0 ? g->is_right : !g->leads;
}

static struct rewrite_link
link_of(const struct held_ref *ref)
{
	return (struct rewrite_link){
		.start = ref->start,
		.end = ref->end,
		.syntax = (enum rewrite_syntax)ref->syntax,
		.needed = (ref->flags & HELD_NEEDED) != 0,
		.of_use = (ref->flags & HELD_OF_USE) != 0,
		.of_xml = (ref->flags & HELD_OF_XML) != 0,
		.in_srcdoc = (ref->flags & HELD_IN_SRCDOC) != 0,
	};
}

/* To the origin. off: where the text of the link would begin. */
static void
add_absolute(struct mirror *m, const struct held_page *p, const struct held_ref *ref, struct rewrite_link *link, size_t off)
{
	link->absolute = true;
	link->to = guess_url(&m->guesses, guesses_get(&m->guesses, ref->guess));
	link->explained = (ref->flags & HELD_EXPLAINED) != 0;
	if (link->explained)
		mirror_explain(m, p->path);
	mirror_add_link(m, link, off);
}

/* Those that are to change, and those that stay absolute. */
static int
links_of_held(struct mirror *m, const struct held_page *p, struct rewrite_link **ret_links, size_t *ret_n)
{
	uint32_t i;

	mirror_begin_links(m);
	for (i = 0; i < p->h.n_refs; i++) {
		struct held_ref ref = ref_of(p, i);
		const struct guess *g = look(m, p->path, ref.guess);
		struct rewrite_link link = link_of(&ref);
		size_t off = m->to.len;

		if (g->is_right && (ref.flags & HELD_LOCAL) != 0)
			continue;
		if (!link.of_use && g->leads && mirror_find_local(m, p->path, guess_url(&m->guesses, g), g->fp))
			mirror_add_link(m, &link, off);
		else
			add_absolute(m, p, &ref, &link, off);
	}
	return mirror_end_links(m, ret_links, ret_n);
}

/* What stays absolute is looked at again with the spool. */
static int
keep_as_it_is(struct mirror *m, const struct held_page *p)
{
	CLEANUP(buf_releasep) struct buf name = BUF_INIT(4 * STORE_PATH_MAX_BYTES);
	struct rewrite_link *links;
	size_t n;
	uint32_t i;
	int r;

	buf_add_escaped(&name, p->path);
	log_warning("%s/%.*s stays as it was written first, because it would become too long: some references in it lead to files that are not there",
		SITE_NAME, STR_ARG(buf_str(&name)));
	mirror_begin_links(m);
	for (i = 0; i < p->h.n_refs; i++) {
		struct held_ref ref = ref_of(p, i);
		struct rewrite_link link = link_of(&ref);

		if ((ref.flags & HELD_LOCAL) == 0)
			add_absolute(m, p, &ref, &link, m->to.len);
	}
	r = mirror_end_links(m, &links, &n);
	return r < 0 ? r : linkspool_add(&m->spool, p->path, p->h.hash, (enum rewrite_width)p->h.width, links, n);
}

static int
write_again(struct mirror *m, const struct held_page *p, struct rewrite_link *links, size_t n)
{
	int64_t mtime_s;
	int r;

	buf_reset(&m->page_again, MIRROR_KEEP_BYTES);
	r = site_get(&m->site, p->path, &m->page_again, &mtime_s);
	/* As in mirror_settle.c: all other failures are what somebody has made of it. */
	if (r == -EIO || r == -ENOMEM || r == -EMFILE || r == -ENFILE)
		return r;
	/* Or it has come once more since: then that is held, too. */
	if (r < 0 || linkspool_hash_of(buf_str(&m->page_again)) != p->h.hash)
		return 0;
	buf_reset(&m->page, MIRROR_KEEP_BYTES);
	r = mirror_is_blown_up(m->page_again.len, links, n) ? -EMSGSIZE :
		rewrite_links_only(buf_str(&m->page_again), (enum rewrite_width)p->h.width, links, n, &m->page);
	if (r == 0)
		r = site_put(&m->site, p->path, buf_str(&m->page), m->config->mtime ? mtime_s : 0, &m->ctx->bytes_written);
	if (r < 0)
		return r;
	m->n_void++;
	return mirror_note_written(m, p->path, (enum rewrite_width)p->h.width, links, n);
}

static int
settle(struct mirror *m, const struct held_page *p)
{
	bool is_as_it_was = true;
	struct rewrite_link *links;
	size_t n;
	uint32_t i;
	int r;

	for (i = 0; is_as_it_was && i < p->h.n_refs; i++) {
		struct held_ref ref = ref_of(p, i);

		is_as_it_was = is_settled(&ref, look(m, p->path, ref.guess));
	}
	r = links_of_held(m, p, &links, &n);
	if (r == 0 && !is_as_it_was)
		r = write_again(m, p, links, n);
	if (r == -EMSGSIZE)
		return keep_as_it_is(m, p);
	if (r < 0 || !is_as_it_was)
		return r;
	return linkspool_add(&m->spool, p->path, p->h.hash, (enum rewrite_width)p->h.width, links, n);
}

static int
show(struct mirror *m, unsigned n)
{
	struct held_page page;
	size_t at = 0;
	int r = 0;

	m->hold_stamp++;
	while (r == 0 && m->n_held[n] > 0 && at < m->held.len) {
		next_held(m, &at, &page);
		if (page.h.n == n)
			r = settle(m, &page);
	}
	m->n_held[n] = 0;
	return r < 0 ? r : site_show(&m->site, n);
}

/* First what refers to nothing, as the images of another host: what comes after it may refer to it. */
int
mirror_show(struct mirror *m)
{
	unsigned n_new = m->site.n_new, n;
	bool pages[SITE_NEW_MAX];
	int r = 0;

	for (n = 0; n < n_new; n++) {
		pages[n] = m->n_held[n] > 0;
		if (r == 0 && !pages[n])
			r = show(m, n);
	}
	for (n = 0; n < n_new; n++)
		if (r == 0 && pages[n])
			r = show(m, n);
	mirror_hold_release(m);
	mirror_hold_init(m);
	return r;
}
