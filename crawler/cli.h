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

#endif
