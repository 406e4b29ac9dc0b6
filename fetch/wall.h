/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wall.h: is this answer the page, or a wall against robots, or a limit in front of it? By wall.def.
 *
 * Order of calls: wall_begin(); wall_field() for each field of the final head; wall_body() with what comes of the body; wall_end().
 * Nothing is allocated, and of a page with an ordinary head nothing is copied.
 */
#ifndef FETCH_WALL_H
#define FETCH_WALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "url/outcome.h"

#define WALL_PREFIX_BYTES 8192
#define WALL_SMALL_BYTES  2048

struct wall {
	uint32_t seen; /* bits: rows whose header was there */
	uint32_t len;  /* of prefix */
	bool cut;      /* there was more */
	char prefix[WALL_PREFIX_BYTES];
};

void wall_begin(struct wall *w);
void wall_field(struct wall *w, struct str name, struct str value);
void wall_body(struct wall *w, unsigned status, struct str data);
/* OUTCOME_OK: it is none. Else *ret_text says which (static). */
enum outcome wall_end(const struct wall *w, unsigned status, const char **ret_text);

#endif
