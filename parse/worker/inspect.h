/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inspect.h: the readers for people and scripts: JSON Lines in, JSON Lines out, one answer per request, in order
 * (`lycosa inspect WHAT`, lycosa(1)).
 *
 *	url host registrable links tokens srcset css refresh charset robots date
 *
 * A bad request gets {"error": "..."} on its line, and the next line is read. Runs in the jail where a crawl would.
 */
#ifndef PARSE_WORKER_INSPECT_H
#define PARSE_WORKER_INSPECT_H

#include <errno.h>
#include <jansson.h>

#include "base/buf.h"

/*
 * Answers everything from in_fd to its end. 0; -EINVAL: there is no such `what`; else a negative errno of reading or writing.
 */
MUST_CHECK int inspect_run(const char *what, int in_fd, int out_fd);
/* The document itself comes from in_fd, and the answer is for people (inspect_raw.c). url: its URL, or NULL. -EBADMSG: it has none. */
MUST_CHECK int inspect_run_raw(const char *what, const char *url, int in_fd, int out_fd);

/*
 * Appends the answer to one request, an object, to out. 0, or negative errno with *ret_error (static text) when the request
 * is bad (-EINVAL); out is then put back by the caller. -ENOMEM ends it all.
 */
typedef int (*inspect_answer_fn)(void *arg, json_t *request, struct buf *out, const char **ret_error);
/* As inspect_run(), for a question that is not asked of the readers. */
MUST_CHECK int inspect_each(inspect_answer_fn fn, void *arg, int in_fd, int out_fd);

/* As inspect_run_raw(), in the same way. */
struct inspect_raw {
	inspect_answer_fn fn;
	void *arg;
	const char *url;
};
MUST_CHECK int inspect_raw(const char *what, const struct inspect_raw *raw, int in_fd, int out_fd);

/* The member's string; p NULL: absent or no string. */
struct str inspect_str(json_t *request, const char *name);

static inline int
inspect_bad(const char *why, const char **ret_error)
{
	*ret_error = why;
	return -EINVAL;
}

#endif
