/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mediatype.h: the media type of a Content-Type header (RFC 9110 §8.3.1), and the extension files
 * of it carry. Pure.
 */
#ifndef STORE_MEDIATYPE_H
#define STORE_MEDIATYPE_H

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

#endif
