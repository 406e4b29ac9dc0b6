/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units.h: the values people write (64k, 1.5s, off) and back. Pure; any thread.
 *
 * Parsers take all of s, without white space, and return 0, -EINVAL (not such a value), -ENXIO (a
 * number with a unit that is not one) or -ERANGE (more than 64 bits hold).
 */
#ifndef CRAWLER_UNITS_H
#define CRAWLER_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/str.h"

/* on, off, yes, no, true, false, 1, 0; any case. */
MUST_CHECK int units_bool(struct str s, bool *ret);
/* Decimal digits. */
MUST_CHECK int units_count(struct str s, int64_t *ret);
/*
 * Bytes: 4096, 64k, 1.5m; k, m, g, t are powers of 1024, in either case, and "KiB" and "kB" say the
 * same as k.
 */
MUST_CHECK int units_size(struct str s, int64_t *ret_bytes);
/* A bare number is seconds; us, ms, s, m, h, d; fractions. */
MUST_CHECK int units_time(struct str s, int64_t *ret_us);

/* The shortest text that reads back to the same value. Errors stay in out. */
void units_put_size(struct buf *out, int64_t bytes);
void units_put_time(struct buf *out, int64_t us);

#endif
