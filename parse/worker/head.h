/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * head.h: what the head of a response says of the page: its fields, and the links in a Link field. Pure.
 */
#ifndef PARSE_WORKER_HEAD_H
#define PARSE_WORKER_HEAD_H

#include <stdbool.h>

#include "base/str.h"

/* The next field of "name: value\n"...; the list loses it. False: none left. */
bool head_next(struct str *headers, struct str *ret_name, struct str *ret_value);

/* One link of a Link field (RFC 8288 §3); parameters that are not there have p NULL. Backslashes in quoted values stay. */
struct head_link {
	struct str target, rel, type, imagesrcset;
	bool elsewhere; /* "anchor": it is not this page that links */
};

/* The next link; the value loses it. What is no link is skipped. False: none left. Linear in all. */
bool head_next_link(struct str *value, struct head_link *ret_link);

#endif
