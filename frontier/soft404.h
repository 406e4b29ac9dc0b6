/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * soft404.h: hosts that say 200 to any name, and pages that are nothing but that answer.
 *
 * Where pages of a host begin to have nothing new (trap.h: stale, or copies; SOFT404_ASK_AFTER of them), the host is asked once for a
 * name that nobody can have given anything, beside the page that was noticed last, and of its kind (soft404_name()). If the answer is a
 * page, pages of that origin are held against it (soft404_is()): those that are the same, or differ from it by no more than the name
 * that was asked for, are pages that are not there.
 *
 *	the same   the same body; or the same text, where there is enough of it
 *	nearly     the same title but for digits; both have text that can be measured to a sentence (SOFT404_SHIFT_MAX: some 1 KiB); nearly all
 *	           that the answer says stands in the page, and the page says no more than that and what it is called, once or twice
 *
 * In the name each letter stands between digits: it is no number, of which a calendar or a list may have a page, and there is nothing of it in a
 * sketch (base/sketch.h), so the answer's is the same whether it says the name or not. A page with a sentence of its own is there. So of long pages, whose sample shows no single sentence, only the same are not.
 *
 * Which hosts were asked is remembered, and of those that answer what they say, the last SOFT404_HOSTS of a loop; in a run that goes on, too. Of Bar-Yossef, Broder, Kumar and Tomkins, "Sic transit gloria telae" (2004), who
 * ask for a random name for each page, and count redirects.
 *
 * Owner: the loop's thread.
 */
#ifndef FRONTIER_SOFT404_H
#define FRONTIER_SOFT404_H

#include "frontier/frontier.h"

#define SOFT404_ASK_AFTER 3
#define SOFT404_SHIFT_MAX 2
#define SOFT404_HOSTS     512

struct soft404;

MUST_CHECK int soft404_new(struct soft404 **ret);
/* NULL is fine. */
void soft404_free(struct soft404 *s);

/* The path to ask for: beside u, of its extension. -ENOMEM: the failure is in out. Pure. */
MUST_CHECK int soft404_name(const struct url *u, const struct hash_key *key, struct buf *out);
/* What the origin of page->url answered; of page only text and body count. */
void soft404_put(struct soft404 *s, const struct hash_key *key, const struct frontier_page *page);
/* It was asked, whatever it said. */
void soft404_asked(struct soft404 *s, const struct hash_key *key, const struct url *u);
bool soft404_was_asked(const struct soft404 *s, const struct hash_key *key, const struct url *u);
/* As traps_pack() and traps_unpack(). NULL: there is none. */
void soft404_pack(const struct soft404 *s, struct buf *out);
MUST_CHECK int soft404_unpack(struct soft404 *s, struct str *packed);
/* Is the page that answer? */
bool soft404_is(const struct soft404 *s, const struct hash_key *key, const struct frontier_page *page);

#endif
