/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * top_view.h: what `lycosa top' shows: a run's status and hosts, as its control socket gives them, and how fast they change.
 *
 * Order of calls: a zeroed struct top_view; top_view_read() with each pair of answers; top_view_render(); top_view_release(). Pure
 * but for memory; one thread. Nothing of an answer is believed: what is missing or of another type counts as 0 or empty.
 */
#ifndef CRAWLER_TOP_VIEW_H
#define CRAWLER_TOP_VIEW_H

#include <jansson.h>

#include "base/buf.h"

struct top_view {
	json_t *now, *before; /* `status --json', this time and the time before */
	json_t *hosts;        /* `hosts --json' */
	json_t *settings;     /* `get --json' */
};

/* The texts of the answers. 0, or -EBADMSG: one is no JSON; the view stays as it was. */
MUST_CHECK int top_view_read(struct top_view *v, struct str status, struct str hosts, struct str settings);
void top_view_release(struct top_view *v);
/* The value of a setting, or "". */
const char *top_view_setting(const struct top_view *v, const char *key);
/* How many parsers there should be. */
uint64_t top_view_workers(const struct top_view *v);
/* How many requests may be in flight. */
uint64_t top_view_connections(const struct top_view *v);
bool top_view_is_paused(const struct top_view *v);
/*
 * The screen: at most rows lines of at most columns characters, each ended by a newline, plain text. message: the line above the
 * keys, escaped.
 */
void top_view_render(const struct top_view *v, unsigned columns, unsigned rows, const char *message, struct buf *out);

#endif
