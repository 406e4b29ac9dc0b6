/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * previous.h: by which conditions a URL is asked for in an update: the validators of what is there. Public. One for each loop.
 */
#ifndef STORE_PREVIOUS_H
#define STORE_PREVIOUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"
#include "url/outcome.h"

#define PREVIOUS_DB_NAME "previous.db"

struct previous;

/* Of what the update's run keeps files. */
struct previous_wants {
	bool body, mirror, text;
};
/* Was the page itself had, whole? */
bool previous_is_got(int64_t status, enum outcome o);
/* Is that where files of pages are: below body/, text/ or site/? A row of a damaged database may name anything. */
bool previous_is_file(struct str name);
bool previous_has_file(int from_fd, struct str name);
/* Is there such a file of a page, by its columns `saved` and `text`? Also where none is wanted. Pure but for looking. */
bool previous_has_body(int from_fd, const struct previous_wants *wants, struct str saved);
bool previous_has_text(int from_fd, const struct previous_wants *wants, struct str text);

/* Views until the next call; empty: none. */
struct previous_validators {
	struct str etag, last_modified;
};

/*
 * dir: DIR/update; from: DIR. What lacks a file that is wanted is asked for without conditions. 0 or negative errno.
 */
MUST_CHECK int previous_open(const char *dir, const char *from, const struct previous_wants *wants,
	struct previous **ret_previous);
void previous_close(struct previous *p); /* NULL is fine */
/* key: found_key(). 1; 0: ask for all of it; or negative errno. */
MUST_CHECK int previous_find(struct previous *p, uint64_t key, struct previous_validators *ret_validators);

#endif
