/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json.h: writes JSON (RFC 8259) into a buf, for the lines of pages.jsonl and its kin.
 *
 * Only a writer, and only because these lines are written once per page and must not allocate; reading JSON
 * is jansson's. The output is valid UTF-8 whatever comes in: each byte that is not part of valid UTF-8
 * becomes U+FFFD (the WHATWG decoder's rule: one for each maximal bad part), controls and DEL are escaped.
 *
 *	json_begin(b);  json_key(b, "url"); json_str(b, url);  json_key(b, "depth"); json_u64(b, 3);  json_end(b);
 *
 * Errors stay in the buf (buf_err).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include "base/buf.h"

/* '{' and '}'; '[' and ']'. */
void json_begin(struct buf *b);
void json_end(struct buf *b);
void json_begin_array(struct buf *b);
void json_end_array(struct buf *b);
/* A comma if something stands before it in this object, then "key":. key is ours: plain ASCII. */
void json_key(struct buf *b, const char *key);
/* The same comma, before an element of an array. */
void json_element(struct buf *b);

void json_str(struct buf *b, struct str s);
void json_u64(struct buf *b, uint64_t v);
void json_i64(struct buf *b, int64_t v);
void json_bool(struct buf *b, bool v);
void json_nil(struct buf *b); /* null; json_null() is jansson's, and programs link both */
/* "2026-11-23T08:24:00.123456Z" (RFC 3339), from microseconds since 1970. */
void json_time(struct buf *b, int64_t wall_us);

#endif
