/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.h: which URLs have a file in the mirror, and where: what a reference becomes.
 *
 * Where a URL's name says all of it (store/path.h), its place is the function's value, whenever it comes. Where an option or
 * the server gives a name that leaves something out, the first URL to come has it; for each other one it is set apart by
 * the hash of its URL:
 *
 *	https://a.example/logo.png  logo.png
 *	https://b.example/logo.png  logo,h5ea4xidkrqhb4ozjhzxcsftrqbdiwqvt.png
 *
 * Names that were given once stay, also in a run that goes on with other options: they are in the rows of the database.
 * Order of calls: place_new(), place_restore(), the others. One thread.
 */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include "store/db.h"
#include "store/store.h"

struct place;

/* config is borrowed; key: of the fingerprints. */
MUST_CHECK int place_new(const struct store_mirror *config, const struct hash_key *key, struct place **ret_place);
void place_free(struct place *p);
/* What the rows say. */
MUST_CHECK int place_restore(struct place *p, struct db *db);
/* Its file will be there. disposition: Content-Disposition as sent. *ret_len: of path. 0 or negative errno. */
MUST_CHECK int place_put(struct place *p, const struct url *u, struct str content_type, struct str disposition,
	char path[STORE_PATH_MAX_BYTES], size_t *ret_len);
/*
 * In an update: the names of the generation before (previous.page) are their URLs', also until these have come; of one that keeps
 * its file, type (an essence) and path.
 */
MUST_CHECK int place_reserve(struct place *p, struct db *db);
MUST_CHECK int place_keep(struct place *p, const struct url *u, struct str type, struct str path);
MUST_CHECK int place_redirect(struct place *p, struct str url, struct str to);
/*
 * Where the file of a canonical URL is, or of what it redirects to; empty: nowhere. fp: of the URL, as whoever names it says; 0: not known.
 * A view, valid until the next call.
 */
struct str place_look(struct place *p, struct str url, uint64_t fp);
/* It will be asked for, soon: so that the answer need not be waited for. */
void place_prefetch(const struct place *p, uint64_t fp);
/*
 * Where its file will be, if it will have one and that is of the type (an essence, or empty: as its name says), of one that has none; empty: nobody
 * knows. A view as above.
 */
struct str place_guess(struct place *p, struct str url, uint64_t fp, struct str type);
/* As place_look(), copied; 0: nowhere. */
size_t place_find(struct place *p, struct str url, char path[STORE_PATH_MAX_BYTES]);

#endif
