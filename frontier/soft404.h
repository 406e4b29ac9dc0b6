/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * soft404.h: hosts that say 200 to any name, and pages that are nothing but that answer.
 *
 * Where SOFT404_ASK_AFTER pages of a host had nothing new (trap.h: they are stale, or copies), the host is asked once for a
 * name that nobody can have given anything, in the directory of the page that was noticed last, and of its kind (soft404_name()). If the
 * answer is a page, pages of that origin in that directory and below it are held against it (soft404_is()): those that are the same, the same body or the
 * same text where there is enough of it, are pages that are not there. An answer that repeats what it was asked for is
 * compared without that, as the pages are (parse/worker/echo.h: the text without the words of its own URL, frontier_page.echo_hash).
 *
 * It is a verdict by which pages and what is below them are lost, so it errs on the side of pages: one that differs by a caption is there, one that
 * says its own name must say all else as the answer does, with as many references (an album has its pictures), and what one
 * user's directory answers says nothing of another's.
 *
 * In the name each letter stands between digits: it is no number, of which a calendar or a list may have a page.
 *
 * Which hosts were asked is remembered, and of those that answer what they say, SOFT404_HOSTS of a loop at most; in a run that goes on, too. Of Bar-Yossef, Broder, Kumar and Tomkins, "Sic transit gloria telae" (2004), who
 * ask for a random name for each page, and count redirects.
 *
 * Owner: the loop's thread.
 */
#ifndef FRONTIER_SOFT404_H
#define FRONTIER_SOFT404_H

#include "frontier/frontier.h"

#define SOFT404_ASK_AFTER 3
#define SOFT404_HOSTS     512

struct soft404;

MUST_CHECK int soft404_new(struct soft404 **ret);
/* NULL is fine. */
void soft404_free(struct soft404 *s);

/* The path to ask for: in u's directory, of its extension. -ENOMEM: the failure is in out. Pure. */
MUST_CHECK int soft404_name(const struct url *u, const struct hash_key *key, struct buf *out);
/* Is it a name as soft404_name() makes them, whatever the key? */
bool soft404_is_name(const struct url *u);
/* What the origin of page->url answered; of page only text and body count. */
void soft404_put(struct soft404 *s, const struct hash_key *key, const struct frontier_page *page);
/* It was asked, whatever it said. */
void soft404_asked(struct soft404 *s, const struct hash_key *key, const struct url *u);
bool soft404_was_asked(const struct soft404 *s, const struct hash_key *key, const struct url *u);
/* As traps_pack() and traps_unpack(). NULL: there is none. */
void soft404_pack(const struct soft404 *s, struct buf *out);
MUST_CHECK int soft404_unpack(struct soft404 *s, struct str *packed);
/* Did u's origin answer with the name it was asked for in it? */
bool soft404_has_echo(const struct soft404 *s, const struct hash_key *key, const struct url *u);
/* Is the page that answer? */
bool soft404_is(const struct soft404 *s, const struct hash_key *key, const struct frontier_page *page);

#endif
