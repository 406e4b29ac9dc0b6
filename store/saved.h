/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * saved.h: which URLs have a file in the mirror, and which lead to another URL. 16 bytes a URL at two thirds full, as many again for
 * the target of a redirect, and the path's text for one that has a name of its own, or that redirects lead to. One thread.
 *
 * URLs are canonical. They are known by a keyed fingerprint of 62 bits: a site cannot make two of them meet. No URL is kept, however
 * long those are to which a site redirects.
 */
#ifndef STORE_SAVED_H
#define STORE_SAVED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct saved;

MUST_CHECK int saved_new(struct saved **ret_saved);
void saved_free(struct saved *s);
/* Its file is there, with the name that the type (an essence) gives it. The last word counts. 0, -ENOMEM, -EMSGSIZE. */
MUST_CHECK int saved_put(struct saved *s, struct str url, struct str type);
/* Of a URL whose type alone would not do: something leads to it, or it has had another name. saved_put_path() then. */
bool saved_needs_path(const struct saved *s, struct str url);
/* With its name, which is kept. */
MUST_CHECK int saved_put_path(struct saved *s, struct str url, struct str path);
/* What has a file of `to` by its type alone is to be put again, with its path, before. */
MUST_CHECK int saved_redirect(struct saved *s, struct str url, struct str to);
struct saved_file {
	struct str type, path; /* one of the two has p NULL; type: only of the URL itself */
	uint64_t key;          /* saved_key() of the URL whose file it is */
};
/* The URL itself, or what its redirects lead to, if there is a file of that. Views, valid until the next put. */
bool saved_find(const struct saved *s, struct str url, struct saved_file *ret_file);
/* What saved_find() would say, also of one that is not there. */
uint64_t saved_key(const struct saved *s, struct str url);
/* The URL itself. */
bool saved_own(const struct saved *s, struct str url, struct saved_file *ret_file);

#endif
