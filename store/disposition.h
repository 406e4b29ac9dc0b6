/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * disposition.h: the file name in a Content-Disposition header (RFC 6266), whatever the disposition is. Pure.
 *
 *	attachment; filename="../report 1.pdf"               report%201.pdf
 *	attachment; filename=x; filename*=UTF-8''caf%C3%A9   caf%C3%A9
 */
#ifndef STORE_DISPOSITION_H
#define STORE_DISPOSITION_H

#include "base/buf.h"
#include "base/str.h"

/* A longer one is none. */
#define DISPOSITION_NAME_MAX_BYTES 255

/*
 * Appends the name as a segment of a URL's path: all but unreserved characters as %XX; only what is behind the last '/' or
 * '\'. Nothing where there is no name, or none but dots. filename* counts more than filename. 0 or negative errno of out.
 */
MUST_CHECK int disposition_name(struct str header, struct buf *out);

#endif
