/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * css.h: the URLs of a style sheet or a style attribute, after CSS Syntax Level 3: tokens, and as much of the grammar as
 * decides whether a browser would use a URL: a declaration that holds a bad token is dropped whole, a selector has none,
 * @import counts only before other rules, @namespace names nothing that is fetched.
 *
 * Order of calls: css_init(); css_read() as often as wanted (memory is reused); css_release(). Results are spans of the
 * text read, in its order. Linear in the text; nesting deeper than CSS_MAX_DEPTH ends the reading.
 */
#ifndef PARSE_WORKER_CSS_H
#define PARSE_WORKER_CSS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define CSS_MAX_DEPTH 1024
#define CSS_MAX_URLS  (1u << 20)

enum css_kind {
	CSS_URL,       /* url(): an image, a font, ... */
	CSS_IMPORT,    /* @import: a style sheet */
	CSS_IMAGE_SET, /* a string in image-set() */
	CSS_AT_RULE,   /* url() in the prelude of another at-rule (@document): not fetched by a browser */
};

struct css_url {
	uint32_t start, len; /* span in the text: what stands between quotes or parentheses */
	enum css_kind kind;
	bool escaped; /* the value is css_unescape() of the span */
};

struct css {
	struct buf urls; /* struct css_url[] */
};

void css_init(struct css *c);
void css_release(struct css *c);
/*
 * declarations: text is a style attribute, not a sheet. 0 or negative errno; results: css_urls().
 */
MUST_CHECK int css_read(struct css *c, struct str text, bool declarations);

static inline size_t
css_count(const struct css *c)
{
	return c->urls.len / sizeof(struct css_url);
}
static inline const struct css_url *
css_urls(const struct css *c)
{
	return (const struct css_url *)(const void *)c->urls.data;
}

/* Appends the value of a span to out: escapes resolved, line ends in a string joined, NUL as U+FFFD. */
int css_unescape(struct str raw, struct buf *out);

const char *css_kind_name(enum css_kind kind);

#endif
