/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * date.h: dates as HTTP writes them (Retry-After, Last-Modified, Expires, cookies).
 *
 * Read by the rule that browsers share, RFC 6265 §5.1.1: of the words of the text, the first that can be a time, a day, a
 * month and a year are taken, in any order. All three forms of RFC 9110 §5.6.7 are read as that section says, and
 * what servers make of them ("Wednes, 1-Januar-2003 0:0:0") as it was meant. A zone is not looked at: HTTP's dates are UTC,
 * and those that name another zone are mostly UTC too.
 *
 * Pure, any thread, no locale.
 */
#ifndef URL_DATE_H
#define URL_DATE_H

#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

/* A date is shorter than this; longer text is none. */
#define DATE_MAX_BYTES 256

/* Seconds since 1970, never negative: a file or an answer is of no earlier day, and -1 is free to mean none. 0 or -EINVAL. */
MUST_CHECK int date_parse(struct str s, int64_t *ret_unix_s);
/* From the year 1601 on, as the standard says: cookies are deleted with "01-Jan-1900". */
MUST_CHECK int date_parse_any(struct str s, int64_t *ret_unix_s);

#endif
