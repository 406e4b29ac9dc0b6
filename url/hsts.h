/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hsts.h: the Strict-Transport-Security field (RFC 6797), and hosts that have sent one, as a line of text. Pure.
 *
 * A line is one of wget's file of them (~/.wget-hsts): host, port, 1 if its subdomains are meant too, when that was said (since 1970),
 * for how long; in seconds, with a tab between. Ports say nothing: it is the host that is known (§8.2).
 */
#ifndef URL_HSTS_H
#define URL_HSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* What is longer is taken for this: nobody means a century. */
#define HSTS_MAX_AGE_S INT64_C(315360000) /* ten years */

struct hsts_host {
	struct str host; /* as url_hostname() has it; never an address */
	bool subdomains;
	int64_t since_s, until_s; /* since 1970; until <= since: it is one no more */
};

/* The value of a field (§6.1). 0, or -EINVAL: it says nothing. */
MUST_CHECK int hsts_parse(struct str value, int64_t *ret_max_age_s, bool *ret_subdomains);
/* 0 with views of the line; -ENOENT: a comment, or empty; -EINVAL. */
MUST_CHECK int hsts_read_line(struct str line, struct hsts_host *ret);
/* With the newline. The failure stays in out. */
void hsts_put_line(struct buf *out, const struct hsts_host *h);

#endif
