/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * header.h: fields of a request, by name: which may be given by the user, which may go to anybody, which may stand in an archive;
 * and of an answer, what its media type is.
 *
 * What is not known to be harmless is a secret: it goes to nobody but those it was given for, and into no file. Pure; any thread.
 */
#ifndef URL_HEADER_H
#define URL_HEADER_H

#include <stdbool.h>

#include "base/check.h"
#include "base/str.h"

/* "Name: value" (RFC 9110 §5.1, §5.5): 0, or -EINVAL where the name is no token or the value has control characters. */
MUST_CHECK int header_parse(struct str line, struct str *ret_name, struct str *ret_value);
/* Says nothing of who asks: Accept-Language and the like. */
bool header_is_public(struct str name);
/* May stand in the record of a request: also what the program itself puts in, secrets excepted. */
bool header_is_recorded(struct str name);
/* What to do instead of giving this field by hand: static text; NULL: it may be given. */
const char *header_reserved(struct str name);

/*
 * The "type/subtype" at the head of a Content-Type field: a span of it, as it is written, empty if there is none. It ends where
 * browsers have it end: at parameters also where their semicolon was forgotten, and at a comma, where a proxy has put two fields into one.
 */
struct str header_media_type(struct str content_type);

#endif
