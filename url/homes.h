/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * homes.h: a set of origins (scheme, host, port): those that secrets were given for.
 *
 * homes_new(), homes_add() for each, and from then on it is immutable: any thread may ask. A look-up is one in a hash
 * table, by the host.
 */
#ifndef URL_HOMES_H
#define URL_HOMES_H

#include <stdbool.h>

#include "url/url.h"

struct homes;

MUST_CHECK int homes_new(struct homes **ret_homes);
/* NULL is fine. */
void homes_free(struct homes *o);
/* u: http or https. 0 or -ENOMEM. Adding one twice is fine. */
MUST_CHECK int homes_add(struct homes *o, const struct url *u);
unsigned homes_count(const struct homes *o);

enum homes_near {
	HOMES_STRANGER, /* none of them is on this host */
	HOMES_HOST,     /* one is, by another scheme or port */
	HOMES_SAME,     /* it is one of them */
};
/* *ret_index, if not NULL: which one it is, below homes_count(); only set with HOMES_SAME. */
enum homes_near homes_find(const struct homes *o, const struct url *u, unsigned *ret_index);

#endif
