/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * range.h: going on in the middle of a body (RFC 9110 §13.1.5, §14): what the head of an answer says of it. Pure.
 */
#ifndef URL_RANGE_H
#define URL_RANGE_H

#include <stdint.h>

#include "base/str.h"

#define RANGE_UNKNOWN UINT64_MAX

/* Of Content-Range: the first byte, and of how many in all; RANGE_UNKNOWN where that is not said, or makes no sense. */
struct range {
	uint64_t from, total;
};
void range_read(struct str content_range, struct range *ret);

/* What If-Range may name: one of the two, or both are empty. Views. */
struct range_validators {
	struct str etag, last_modified;
};
/*
 * As they were sent; empty: they were not. date_s: of Date, -1: there was none. Only a strong tag is one; a date only where there is no
 * tag at all, and it is older than the answer by a second (§8.8.2.2): two versions may have one date.
 */
void range_validators_of(struct str etag, struct str last_modified, int64_t date_s, struct range_validators *ret);

#endif
