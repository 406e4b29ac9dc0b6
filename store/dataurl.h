/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dataurl.h: a file as a data: URL (RFC 2397), written so that it can stand in any attribute of HTML, quoted or not, in any url()
 * and string of CSS, among the candidates of a srcset, and in JSON: letters, digits and - . _ ~ / : ; ? @ ! $ * + = %, and one comma,
 * which is never the last character. Pure.
 */
#ifndef STORE_DATAURL_H
#define STORE_DATAURL_H

#include "base/buf.h"
#include "base/str.h"

/* Nothing, as a data: URL. */
#define DATAURL_NOTHING "data:,%20"

/*
 * type: an essence, charset: a name; empty: none. As base64, or with %XX for what may not stand for itself, whichever is shorter. Failures
 * stay in out.
 */
void dataurl_add(struct buf *out, struct str type, struct str charset, struct str data);

#endif
