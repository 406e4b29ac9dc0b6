/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * saved.h: which URLs have a file in the mirror, and which lead to another URL. 16 bytes a URL at two thirds full, and the
 * target's text for one that redirects, the path's for one that has a name of its own. One thread.
 *
 * URLs are canonical. They are known by a keyed fingerprint of 64 bits: a site cannot make two of them meet.
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
/* With another name, which is kept. */
MUST_CHECK int saved_put_path(struct saved *s, struct str url, struct str path);
MUST_CHECK int saved_redirect(struct saved *s, struct str url, struct str to);
struct saved_file {
	struct str url;
	struct str type, path; /* one of the two has p NULL */
	uint64_t key; /* of url */
};
/* The URL itself, or what its redirects lead to, if there is a file of that. Views: of url, or valid until the next put. */
bool saved_find(const struct saved *s, struct str url, struct saved_file *ret_file);
/* What saved_find() would say, also of one that is not there. */
uint64_t saved_key(const struct saved *s, struct str url);
/* The URL itself. */
bool saved_own(const struct saved *s, struct str url, struct saved_file *ret_file);

#endif
