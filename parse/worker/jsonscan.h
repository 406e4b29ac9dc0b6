/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jsonscan.h: the strings of a JSON text, each with the name it stands under: no tree, one walk, no allocation.
 *
 * Made for finding links in web app manifests and JSON-LD. It does not validate: what is no JSON gives some strings or
 * none. Linear, and nesting costs nothing. Pure.
 */
#ifndef PARSE_WORKER_JSONSCAN_H
#define PARSE_WORKER_JSONSCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define JSON_SCAN_DEPTH 16 /* names of deeper values are not known */

struct json_scan {
	struct str text;
	size_t at;
	uint32_t depth;
	struct str keys[JSON_SCAN_DEPTH]; /* the name under which the value at this depth stands */
};

struct json_scan_string {
	struct str key;   /* the nearest name around it (an array's strings have the array's), between its quotes */
	struct str top;   /* the name in the outermost object */
	struct str value; /* between its quotes */
	bool escaped;     /* value has escapes: json_scan_unescape() */
};

struct json_scan json_scan_begin(struct str text);
/* The next string that is a value. */
bool json_scan_next(struct json_scan *s, struct json_scan_string *ret);
/* Appends the value without escapes, as UTF-8. 0, or what buf fails with. */
MUST_CHECK int json_scan_unescape(struct str value, struct buf *out);

#endif
