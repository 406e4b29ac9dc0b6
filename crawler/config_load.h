/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_load.h: what the readers of settings (config_file.c, cli.c) share with config.c. Not for
 * others.
 */
#ifndef CRAWLER_CONFIG_LOAD_H
#define CRAWLER_CONFIG_LOAD_H

#include "crawler/config.h"
#include "crawler/options.h"

/* Where a value stands. */
struct config_place {
	unsigned source;    /* rises with each file; the command line is the last */
	const char *prefix; /* what an error begins with: "lycosa.conf:3: ", "--level: " */
	const char *origin; /* what `lycosa config` says: "lycosa.conf:3", "command line" */
};

struct config_loader {
	struct config *config;
	struct buf error; /* the first failure's text; empty = none */
	unsigned source;
	bool in_job_file; /* keys that are not of a job are passed over */
	const struct option *kept; /* in it: the row whose items of before stay, as the job's own has secrets (config_secret.c) */
};

/* The struct that config_free() can take, with all defaults. 0 or -ENOMEM. */
MUST_CHECK int config_new(struct config **ret_config);
/* A copy that lives as long as the config; NULL when memory is short. */
const char *config_strdup(struct config *c, struct str s);

/* c->args, borrowed until now, become its own. 0 or -ENOMEM. */
MUST_CHECK int config_keep_args(struct config *c);

/* Sets a row. 0, -ENOMEM, or -EINVAL with l->error set. */
MUST_CHECK int config_set(struct config_loader *l, const struct config_place *place,
	const struct option *o, struct str value);
#define CONFIG_SOURCE_COPY 1 /* of config_copy()'s values: what is set with it adds to lists */

/* Another config with the same values. 0 or -ENOMEM. (config_copy.c) */
MUST_CHECK int config_copy(const struct config *c, struct config **ret_config);
/* Is the row's value the same? Also false when memory is short. (config_copy.c) */
bool config_same(const struct config *a, const struct config *b, const struct option *o);
/* As config_file.c reads it back: in quotes when bare it would lose something. (config_copy.c) */
void config_put_text(struct buf *out, struct str s);
/* What the settings as a whole must satisfy. 0 or -EINVAL with l->error set. */
MUST_CHECK int config_check_whole(struct config_loader *l);
/*
 * The row's value in from becomes that of l->config, and where it came from too; source: as in config_place. 0, -ENOMEM. (config_copy.c)
 */
MUST_CHECK int config_take(struct config_loader *l, const struct config *from, const struct option *o, unsigned source);
/* The row's value as the user would write it; LINES and LIST: items separated by ','. (config_copy.c) */
void config_put_value(struct buf *out, const struct config *c, const struct option *o);
/* The same for others' eyes: a secret stands as CONFIG_HIDDEN. */
void config_put_shown(struct buf *out, const struct config *c, const struct option *o);
/* By key, with the suggestion when there is no such key. */
MUST_CHECK int config_set_key(struct config_loader *l, const struct config_place *place,
	struct str key, struct str value);

/* What stands for a secret where settings are written out. */
#define CONFIG_HIDDEN "(secret)"
/* May a job's file set the row to that? If not, it says that there was such a thing: CONFIG_HIDDEN. */
bool config_job_may_say(const struct option *o, struct str value);
/* May this value of a SECRET or SECRETS row be written out? */
bool config_may_show(const struct option *o, const char *value);
/* Is there one among the values of this row that may not? */
bool config_hides(const struct config *c, const struct option *o);

/* Text made fit for a message: `text', escaped. */
void config_quote(struct buf *out, struct str s);
/* Appends the message to l->error, unless one is there already. -EINVAL. */
int config_fail(struct config_loader *l, const struct config_place *place, const char *fmt, ...)
	PRINTF(3, 4);

/*
 * Reads one file. must_exist: else a missing file is fine, and one that may not be read is left out (config->unread), unless it is the job's.
 * 0, -ENOMEM, -EINVAL with l->error set. (config_file.c)
 */
MUST_CHECK int config_file_read(struct config_loader *l, const char *path, bool must_exist);

#endif
