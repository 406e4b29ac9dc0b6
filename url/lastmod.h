/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lastmod.h: points in time as sitemaps, feeds and users write them. Pure.
 *
 *	W3C-DTF         2026, 2026-11, 2026-11-25, 2026-11-25T08:30Z, 2026-11-25 08:30:12.5+01:00 (ISO 8601's profile; sitemaps, Atom)
 *	RFC 822 § 5     [Wed,] 25 Nov 2026 08:30[:12] +0100, GMT, EST ... (RSS; years of two digits too)
 *
 * What is left out is the first there is of it; a time without a zone is UTC.
 */
#ifndef URL_LASTMOD_H
#define URL_LASTMOD_H

#include <stdint.h>

#include "base/str.h"

/* s, white space around it skipped, to seconds since 1970. 0, or -EINVAL: neither form, or no such day or hour. */
MUST_CHECK int lastmod_parse(struct str s, int64_t *ret_s);

#endif
