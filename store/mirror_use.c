/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror_use.c: <use href="other.svg#id"> of a page: no browser lets a file refer to a part of another one. So at the close, when all is
 * there that will be, that part goes behind the page, where nobody sees it (svguse.h), and <use> refers to it there.
 *
 *	page arrives -> the reference is absolute, and in the spool, as those to what is not there yet
 *	at the close -> "#lycosa-HASH-id", and what has that id at the end of the page (uses.h); or, where that cannot be, the file
 *
 * The hash is of the file's name and the id, so that a page is the same whenever it is made.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include "store/mirror_private.h"
#include "store/svguse.h"

#define USE_FILE_MAX ((size_t)1 << 20)
#define USE_LOOK_MAX ((size_t)16 << 20) /* bytes of the files that one page's parts were looked for in */

void
mirror_use_init(struct mirror *m)
{
	buf_init(&m->use_file, USE_FILE_MAX);
	buf_init(&m->use_part, MIRROR_PAGE_MAX);
	uses_init(&m->uses, MIRROR_PAGE_MAX);
}

void
mirror_use_release(struct mirror *m)
{
	buf_release(&m->use_file);
	buf_release(&m->use_part);
	uses_release(&m->uses);
}

int
mirror_use_begin(struct mirror *m, struct str page, enum rewrite_width width)
{
	m->use_looked = 0;
	return uses_begin(&m->uses, page, width);
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

/* The page gets the part. 1; 0: that cannot be; or negative errno. */
static int
take(struct mirror *m, const struct uses_spot *spot, struct str path, struct str id, uint32_t hash)
{
	uint64_t room = m->uses.page.len * MIRROR_GROWS_MAX + MIRROR_GROWS_FREELY;
	char prefix[32];
	int r, len;

	if (uses_n(&m->uses) == USES_MAX)
		return 0;
	r = read_file(m, path);
	if (r <= 0)
		return r;
	m->use_looked += m->use_file.len;
	if (m->use_looked > USE_LOOK_MAX)
		return 0;
	len = snprintf(prefix, sizeof(prefix), "lycosa-%08x-", (unsigned)hash);
	buf_reset(&m->use_part, MIRROR_KEEP_BYTES);
	r = svguse_pick(buf_str(&m->use_file), id, str_n(prefix, (size_t)len), spot->page, &m->use_part);
	if (r < 0)
		return r == -EINVAL ? 0 : r;
	r = uses_add(&m->uses, spot, hash, buf_str(&m->use_part), room > m->uses.parts.len ? room - m->uses.parts.len : 0);
	return r < 0 ? r : uses_bytes(&m->uses, r) > 0;
}

int
mirror_use_put(struct mirror *m, struct str from, struct rewrite_link *link)
{
	struct str path = place_look(m->place, link->to, 0), id = uses_id(&m->uses, link);
	struct uses_spot spot;
	uint64_t hash[2], of_id[2];
	int r, n;

	if (path.len == 0 || id.len == 0 || str_eq(path, from) || !uses_spot(&m->uses, link, &spot))
		return 0;
	hash_content(path.p, path.len, hash);
	hash_content(id.p, id.len, of_id);
	hash[0] = (uint32_t)hash_mix(hash[0], of_id[0]);
	n = uses_find(&m->uses, &spot, hash[0]);
	r = n >= 0 ? uses_bytes(&m->uses, n) > 0 : take(m, &spot, path, id, (uint32_t)hash[0]);
	if (r <= 0)
		return r;
	buf_addf(&m->to, "#lycosa-%08x-", (unsigned)hash[0]);
	uses_take_hash(&m->uses, link);
	return 1;
}

int
mirror_use_end(struct mirror *m)
{
	struct rewrite_link link;
	size_t off = m->to.len;
	unsigned i = 0;

	for (; uses_next(&m->uses, &i, &link, &m->to); off = m->to.len)
		mirror_add_link(m, &link, off);
	return buf_err(&m->to);
}
