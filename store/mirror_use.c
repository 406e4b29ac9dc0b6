/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_use.c: <use href="other.svg#id"> of an HTML page: no browser lets a file refer to a part of another one. So at the close, when all is
 * there that will be, that part goes behind the page, where nobody sees it (svguse.h), and <use> refers to it there.
 *
 *	page arrives -> the reference is absolute, and in the spool, as those to what is not there yet
 *	at the close -> "#lycosa-HASH-id", and what has that id behind the end of the page; or, where that cannot be, the file
 *
 * XHTML and SVG end where nothing can follow, so there the reference leads to the file, which a browser shows when `lycosa serve' does.
 *
 * The hash is of the file's name and the id, so that a page is the same whenever it is made.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include "store/mirror_private.h"
#include "store/svguse.h"

#define USE_FILE_MAX ((size_t)1 << 20)
#define USE_ID_MAX   128
#define USE_LOOK_MAX ((size_t)16 << 20) /* bytes of the files that one page's parts were looked for in */

void
mirror_use_init(struct mirror *m)
{
	buf_init(&m->use_file, USE_FILE_MAX);
	buf_init(&m->uses, MIRROR_PAGE_MAX);
}

void
mirror_use_release(struct mirror *m)
{
	buf_release(&m->use_file);
	buf_release(&m->uses);
}

void
mirror_use_begin(struct mirror *m)
{
	buf_reset(&m->uses, MIRROR_KEEP_BYTES);
	m->n_use_ids = 0;
	m->use_looked = 0;
}

/* The fragment behind a reference that ends at `at`, if it is one that is written in the same way everywhere. */
static struct str
id_at(struct str page, size_t at)
{
	size_t i = at + 1;

	if (at >= page.len || page.p[at] != '#')
		return STR_NONE;
	while (i < page.len && (ascii_is_alnum((unsigned char)page.p[i]) || strchr("-_.:", page.p[i]) != NULL) && page.p[i] != '\0')
		i++;
	if (i == at + 1 || i - at > USE_ID_MAX || i >= page.len || strchr("\"' \t\n\r\f>", page.p[i]) == NULL)
		return STR_NONE;
	return str_n(page.p + at + 1, i - at - 1);
}

/* Into m->use_file. 1; 0: it is not there, or too large; or negative errno. */
static int
read_file(struct mirror *m, struct str path)
{
	int64_t mtime_s;
	int r;

	if (str_eq(path, str_n(m->use_path, m->use_path_len)))
		return 1;
	m->use_path_len = 0;
	buf_reset(&m->use_file, USE_FILE_MAX);
	r = site_get(&m->site, path, &m->use_file, &mtime_s);
	if (r == -EIO || r == -ENOMEM || r == -EMFILE || r == -ENFILE)
		return r;
	if (r < 0)
		return 0;
	memcpy(m->use_path, path.p, path.len);
	m->use_path_len = path.len;
	return 1;
}

/* The part goes behind the page, of so many bytes, if it is not there yet. 1, 0 or negative errno. */
static int
take(struct mirror *m, size_t page_bytes, struct str path, struct str id, uint32_t hash)
{
	size_t before = m->uses.len;
	char prefix[32];
	int r, len;

	for (unsigned i = 0; i < m->n_use_ids; i++)
		if (m->use_ids[i] == hash)
			return 1;
	if (m->n_use_ids == MIRROR_USES_MAX)
		return 0;
	r = read_file(m, path);
	if (r <= 0)
		return r;
	m->use_looked += m->use_file.len;
	if (m->use_looked > USE_LOOK_MAX)
		return 0;
	len = snprintf(prefix, sizeof(prefix), "lycosa-%08x-", (unsigned)hash);
	r = svguse_pick(buf_str(&m->use_file), id, str_n(prefix, (size_t)len), &m->uses);
	if (r < 0)
		return r == -EINVAL ? 0 : r;
	if (m->uses.len > page_bytes * MIRROR_GROWS_MAX + MIRROR_GROWS_FREELY) {
		m->uses.len = before;
		return 0;
	}
	m->use_ids[m->n_use_ids++] = hash;
	return 1;
}

int
mirror_use_put(struct mirror *m, struct str from, struct str page, struct rewrite_link *link)
{
	struct str path = place_look(m->place, link->to, 0), id = id_at(page, link->end);
	uint64_t hash[2], of_id[2];
	int r;

	if (path.len == 0 || id.len == 0 || str_eq(path, from))
		return 0;
	hash_content(path.p, path.len, hash);
	hash_content(id.p, id.len, of_id);
	hash[0] = hash_mix(hash[0], of_id[0]);
	r = take(m, page.len, path, id, (uint32_t)hash[0]);
	if (r <= 0)
		return r;
	buf_addf(&m->to, "#lycosa-%08x-", (unsigned)(uint32_t)hash[0]);
	link->end++;
	link->whole = true;
	return 1;
}
