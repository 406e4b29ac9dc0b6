/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mediatype.h: the media type of a Content-Type header (RFC 9110 §8.3.1), and the extension files
 * of it carry. Pure.
 */
#ifndef STORE_MEDIATYPE_H
#define STORE_MEDIATYPE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

#define MEDIATYPE_MAX_BYTES 127

/*
 * "Text/HTML; charset=x" -> "text/html" in dst. Returns its length; 0 when there is none or it is
 * not type/subtype in token characters of a usual length.
 */
size_t mediatype_essence(struct str content_type, char dst[MEDIATYPE_MAX_BYTES]);
/* Of an essence: "html", "png"; "bin" for those not known. Static. */
const char *mediatype_extension(struct str essence);
/*
 * Would a browser that opens a file of this extension (any case) from disk take it for what it was
 * sent as? essence empty: not known. Extensions not heard of fit where nothing depends on them: a
 * page, a style sheet, a script must have one of their own; nothing else may have that of a page,
 * because it would be run as one.
 */
bool mediatype_fits(struct str essence, struct str extension);

#endif
