/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli.h: the command line. Read once, before any file, because it says which files to read; applied
 * last, because it has the last word.
 *
 *	--key=VALUE  --key VALUE  --flag  --no-flag  --flag=off
 *	-k VALUE  -kVALUE  -abc (flags)  -np (wget's two-letter ones)
 *	--section.name=VALUE  -e section.name=VALUE   any key
 *	--                                            ends the options
 *
 * Order of calls: cli_read(); cli_apply(); cli_release(). Strings are those of argv.
 */
#ifndef CRAWLER_CLI_H
#define CRAWLER_CLI_H

#include "crawler/config_load.h"

struct cli_item;

struct cli {
	struct cli_item *items; /* settings, in order */
	size_t n_items, cap_items;
	const char **args; /* positional: the command first */
	size_t n_args;
	const char **config_files; /* --config */
	size_t n_config_files;
	bool no_config, help, help_all, version;
};

/* 0, -ENOMEM, or -EINVAL with l->error set. */
MUST_CHECK int cli_read(struct config_loader *l, int argc, char *const *argv, struct cli *ret_cli);
/* Finds the command (into l->config) and checks that it takes the options given. As cli_read(). */
MUST_CHECK int cli_command(struct config_loader *l, struct cli *cli);
/* Sets everything. As cli_read(). */
MUST_CHECK int cli_apply(struct config_loader *l, const struct cli *cli);
/* Overwrites the secrets in argv. What was applied before has copies. */
void cli_hide(const struct cli *cli);
/* A zeroed one is fine. */
void cli_release(struct cli *cli);

/*
 * crawler/cli_wrong.c: -EINVAL with l->error set, or another negative errno. spelt: an option as it was given, or the long name,
 * without dashes, of a letter in a cluster.
 */

/* "option `--x' TEXT MORE" */
MUST_CHECK int cli_fail(struct config_loader *l, struct str spelt, const char *text, const char *more);
/* name: spelt without its dashes; commands: CMD_* of the one it was given to, CMD_ALL: none; near: an option that may have been meant, or NULL. */
MUST_CHECK int cli_unknown_option(struct config_loader *l, struct str spelt, struct str name, unsigned commands, const char *near);
/* HTTrack's: a letter and a number ("-r2"), as a row of habits.def has them ("r#"). */
bool cli_is_foreign(struct str cluster, char ret_kind[2]);
/* The n letters at `at` of a cluster ("-r2"). */
MUST_CHECK int cli_unknown_letter(struct config_loader *l, struct str cluster, size_t at, size_t n, unsigned commands);
/* An option that exists, for others of the commands (CMD_*). */
MUST_CHECK int cli_wrong_command(struct config_loader *l, struct str spelt, unsigned commands, enum config_command command);
/* makes: the command that the options before it are for; CONFIG_COMMAND_COUNT: there are none. */
MUST_CHECK int cli_unknown_command(struct config_loader *l, struct str name, enum config_command makes);
void cli_put_spelt(struct buf *out, struct str spelt);
struct str cli_bare(struct str spelt);

#endif
