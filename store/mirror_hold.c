/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_hold.c: pages of directories that nobody sees yet wait here for the next commit. By then those that they refer to have come too,
 * mostly, so that their references are right at once, and they are written once (M4 of mirror.c).
 *
 *	page arrives -> held; what is no page: into the new directory at once
 *	commit       -> of each new directory: the pages that are held, then it is seen
 *
 * Of a mirror that takes no longer than to its first commit, that is all there is. Who comes later finds the directory there.
 */
#include "config.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/check.h"
#include "store/mirror_private.h"

/* More than that does not wait for the commit. */
#define HELD_MAX_BYTES ((size_t)32 * 1024 * 1024)

/* Followed by path, refs, refs_text and body. */
struct held {
	unsigned n;    /* of the new directory */
	size_t lens[4];
	enum rewrite_syntax syntax;
	enum rewrite_width width;
	int64_t mtime_s;
};

static void
take_part(const struct mirror *m, size_t *at, size_t len, struct str *ret_part)
{
	*ret_part = str_n(m->held + *at, len);
	*at += len;
}

/* The one at *at, which moves behind it. */
static unsigned
next_held(const struct mirror *m, size_t *at, struct mirror_page *ret_page)
{
	struct held h;

	memcpy(&h, m->held + *at, sizeof(h));
	*at += sizeof(h);
	*ret_page = (struct mirror_page){ .syntax = h.syntax, .width = h.width, .mtime_s = h.mtime_s };
	take_part(m, at, h.lens[0], &ret_page->path);
	take_part(m, at, h.lens[1], &ret_page->refs);
	take_part(m, at, h.lens[2], &ret_page->refs_text);
	take_part(m, at, h.lens[3], &ret_page->body);
	return h.n;
}

static int
show(struct mirror *m, unsigned n)
{
	struct mirror_page page;
	size_t at = 0;
	int r = 0;

	while (r == 0 && m->n_held[n] > 0 && at < m->held_bytes)
		if (next_held(m, &at, &page) == n)
			r = mirror_page_write(m, &page);
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
	return r;
}

void
mirror_hold_release(struct mirror *m)
{
	if (m->held != NULL)
		(void)munmap(m->held, HELD_MAX_BYTES);
	m->held = NULL;
	m->held_bytes = 0;
}

/* In large pages where there are any: it is filled, read once, and goes. */
static int
make_room(struct mirror *m)
{
	void *p = mmap(NULL, HELD_MAX_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	(void)madvise(p, HELD_MAX_BYTES, MADV_HUGEPAGE);
	m->held = p;
	return 0;
}

static void
add_part(struct mirror *m, const void *p, size_t len)
{
	if (len > 0)
		memcpy(m->held + m->held_bytes, p, len);
	m->held_bytes += len;
}

int
mirror_hold(struct mirror *m, unsigned n, const struct mirror_page *p)
{
	const struct held h = { n, { p->path.len, p->refs.len, p->refs_text.len, p->body.len }, p->syntax, p->width, p->mtime_s };
	size_t bytes = sizeof(h) + p->path.len + p->refs.len + p->refs_text.len + p->body.len;
	int r = m->held == NULL ? make_room(m) : 0;

	if (r < 0)
		return r;
	CHECK(m->held != NULL);
	if (bytes > HELD_MAX_BYTES - m->held_bytes) {
		r = mirror_show(m);
		return r < 0 ? r : mirror_page_write(m, p);
	}
	add_part(m, &h, sizeof(h));
	add_part(m, p->path.p, p->path.len);
	add_part(m, p->refs.p, p->refs.len);
	add_part(m, p->refs_text.p, p->refs_text.len);
	add_part(m, p->body.p, p->body.len);
	m->n_held[n]++;
	return 0;
}
