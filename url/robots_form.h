/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robots_form.h: the one form of percent-encoding in which the patterns of a robots.txt and the paths held against them are compared (RFC 9309
 * §2.2.2). For robots.c. Pure.
 */
#ifndef URL_ROBOTS_FORM_H
#define URL_ROBOTS_FORM_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Unreserved characters decoded, other escapes in upper case, octets outside ASCII encoded. '*' and '$' of a path become %2A and %24, as a
 * pattern must write them (§2.2.3); of a pattern, '*' and a '$' at its end stay. In a query, which in_query says s begins in, ?baz=https://foo.bar
 * and ?baz=https%3A%2F%2Ffoo.bar are one, as the table there has it. At most three bytes for one; failures stay in out.
 */
void robots_normalise(struct buf *out, struct str s, bool is_pattern, bool in_query);
/* A path that is so already: the common case. */
bool robots_is_normal(struct str s);

#endif
