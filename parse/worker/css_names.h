/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * css_names.h: for css.c: what names and escapes are in a style sheet (CSS Syntax Level 3 §4.3), and the at-rules that matter.
 *
 * p <= end throughout, and nothing at or behind end is read. Pure.
 */
#ifndef PARSE_WORKER_CSS_NAMES_H
#define PARSE_WORKER_CSS_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Of a name, unescaped: as much as tells those from others that mean something here. */
#define CSS_NAME_BYTES 24

enum at_rule {
	AT_NONE,
	AT_IMPORT,
	AT_NAMESPACE,
	AT_CHARSET,
	AT_LAYER,
	/* from here on those that have a block: one that browsers know, */
	AT_BLOCK,
	AT_RULES, /* in whose block there are rules, and declarations only where they may stand around it, */
	AT_KEYFRAMES,
	AT_OTHER, /* and any that they do not know */
};

bool css_is_newline(unsigned char c);
/* §4.3.8: a valid escape begins at p. */
bool css_is_escape(const char *p, const char *end);
/* §4.3.9: a name begins at p. */
bool css_is_ident(const char *p, const char *end);
/* §4.3.7, p at the backslash of a valid escape; where it ends. *ret_cp: what it means. */
const char *css_escape(const char *p, const char *end, uint32_t *ret_cp);
/* Behind a name that begins at p; unescaped and lower case it goes to name, "" if it is too long to matter. */
const char *css_take_name(const char *p, const char *end, char name[CSS_NAME_BYTES]);
/* name: as css_take_name() gives it. */
enum at_rule css_at_rule_by_name(const char *name);

#endif
