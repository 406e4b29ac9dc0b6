/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meta.h: what <meta> and the headers of the same meaning say: refresh, robots directives. Pure.
 */
#ifndef PARSE_WORKER_META_H
#define PARSE_WORKER_META_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * WHATWG HTML §4.2.5.3, "shared declarative refresh steps": false if content is none. *ret_url: a span of content, its
 * TAB and line ends still in it (URL parsing drops them); STR_NONE (p NULL): the page itself.
 */
bool meta_refresh(struct str content, uint32_t *ret_seconds, struct str *ret_url);

/* Is this a name of ours: "lycosa", or the other one (may be empty)? */
bool meta_is_us(struct str name, struct str other);
/*
 * The content of <meta name=robots>, or of one with our name, or an X-Robots-Tag header: noindex, nofollow, none; unknown words are skipped, a
 * "user-agent:" prefix limits a header to that agent. other: as above. The stricter of what was said stays: the two are only ever set.
 */
void meta_robots(struct str content, struct str other, bool *noindex, bool *nofollow);

/* The next word of a list separated by white space; the list loses it. False: none left. */
bool meta_next_word(struct str *list, struct str *ret_word);
/* One word of a list separated by white space, ASCII case ignored ("rel" and its kin). */
bool meta_has_word(struct str list, struct str word);

#endif
