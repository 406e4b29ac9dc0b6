/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * srcset.h: image candidate strings (WHATWG HTML §4.8.4.2.3, "parsing a srcset attribute").
 *
 *	struct srcset it = srcset_begin(value);
 *	while (srcset_next(&it, &candidate))
 *		...
 *
 * Linear: each byte is looked at a bounded number of times. Pure.
 */
#ifndef PARSE_WORKER_SRCSET_H
#define PARSE_WORKER_SRCSET_H

#include <stdbool.h>

#include "base/str.h"

struct srcset {
	const char *p, *end;
};

struct srcset_candidate {
	struct str url; /* a span of the value */
	bool has_width, has_density, has_height;
	double width, density, height;
};

static inline struct srcset
srcset_begin(struct str value)
{
	return (struct srcset){ value.p, value.p + value.len };
}

/* The next candidate whose descriptors are valid; false at the end. */
bool srcset_next(struct srcset *it, struct srcset_candidate *ret);

/* The standard's "rules for parsing floating-point number values" on all of s (a valid number and no more). */
bool srcset_number(struct str s, double *ret);

#endif
