/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome.h: the ways the journey of a URL can end, from outcome.def. Pure; any thread.
 */
#ifndef URL_OUTCOME_H
#define URL_OUTCOME_H

#include <stdbool.h>

#include "base/str.h"

enum outcome {
#define OUTCOME(name, retry, class, text) OUTCOME_##name,
#include "url/outcome.def"
#undef OUTCOME
	OUTCOME_COUNT
};

enum outcome_retry { RETRY_NEVER, RETRY_LATER };

enum outcome_class {
	OUTCOME_CLASS_OK,
	OUTCOME_CLASS_NET,
	OUTCOME_CLASS_TLS,
	OUTCOME_CLASS_PROTO,
	OUTCOME_CLASS_LIMIT,
	OUTCOME_CLASS_PARSE,
	OUTCOME_CLASS_REFUSED,
	OUTCOME_CLASS_WAY,
	OUTCOME_CLASS_RUN,
	OUTCOME_CLASS_MACHINE,
};

/* "robots_deny": the name in lower case, as it stands in JSON. Static. */
const char *outcome_name(enum outcome o);
/* "robots.txt disallows". Static. */
const char *outcome_text(enum outcome o);
enum outcome_retry outcome_retry(enum outcome o);
enum outcome_class outcome_class(enum outcome o);
/* An answer by which the server keeps robots out, whatever the URL: of class OK, and still a failure. */
static inline bool
outcome_is_block(enum outcome o)
{
	return o == OUTCOME_BOT_WALL || o == OUTCOME_HTTP_TOO_MANY;
}

/* A site without end (frontier/trap.h). */
static inline bool
outcome_is_trap(enum outcome o)
{
	return o == OUTCOME_TRAP_PATTERN || o == OUTCOME_TRAP_PARAM || o == OUTCOME_TRAP_PATH || o == OUTCOME_TRAP_ECHO ||
		o == OUTCOME_TRAP_COPY || o == OUTCOME_TRAP_CANONICAL;
}
/* By outcome_name(); false if there is none of that name. */
bool outcome_by_name(struct str name, enum outcome *ret_outcome);

#endif
