/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * saved.h: which URLs have a file in the mirror, and which lead to another URL. 16 bytes a URL at two thirds full, as many again for
 * the target of a redirect, and the path's text for one that has a name of its own, or that redirects lead to. One thread.
 *
 * URLs are canonical. They are known by 62 bits of their keyed fingerprint: a site cannot make two of them meet. No URL is kept, however
 * long those are to which a site redirects.
 */
#ifndef STORE_SAVED_H
#define STORE_SAVED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"

struct saved;

/* key: of the fingerprints; copied. */
MUST_CHECK int saved_new(const struct hash_key *key, struct saved **ret_saved);
void saved_free(struct saved *s);
/* By what a URL is known below. */
uint64_t saved_key(const struct saved *s, struct str url);
/* The same of hash_fingerprint(key, url). */
uint64_t saved_key_of(uint64_t fp);
/* Its file is there, with the name that the type (an essence) gives it. The last word counts. 0, -ENOMEM, -EMSGSIZE. */
MUST_CHECK int saved_put(struct saved *s, uint64_t key, struct str type);
/* Of a URL whose type alone would not do: something leads to it, or it has had another name. saved_put_path() then. */
bool saved_needs_path(const struct saved *s, uint64_t key);
/* With its name, which is kept. */
MUST_CHECK int saved_put_path(struct saved *s, uint64_t key, struct str path);
/* What has a file of `to` by its type alone is to be put again, with its path, before. */
MUST_CHECK int saved_redirect(struct saved *s, uint64_t key, uint64_t to);
struct saved_file {
	struct str type, path; /* one of the two has p NULL; type: only of the URL itself */
	uint64_t key;          /* of the URL whose file it is */
};
/* Before one of these is asked, by some hundred instructions. */
void saved_prefetch(const struct saved *s, uint64_t key);
/* The URL itself, or what its redirects lead to, if there is a file of that. Views, valid until the next put. */
bool saved_find(const struct saved *s, uint64_t key, struct saved_file *ret_file);
/* Is anything known of it? */
bool saved_has(const struct saved *s, uint64_t key);
/* The URL itself. */
bool saved_own(const struct saved *s, uint64_t key, struct saved_file *ret_file);

#endif
