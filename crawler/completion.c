/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * completion.c: what doc/lycosa.bash.in has to know of the settings, as shell functions:
 *
 *	_lycosa_commands        the commands
 *	_lycosa_options CMD     its options; of all commands, where CMD is none
 *	_lycosa_value OPTION    nothing: it takes no value; else file, dir, "words A B ...", setting, or any
 *	_lycosa_keys            the keys of the config file
 *	_lycosa_live_keys       those that can change while a job runs
 */
#include "config.h"

#include <string.h>

#include "crawler/live_keys.h"
#include "crawler/options.h"

static const struct option_flag *
row_flag(size_t i)
{
	return i < n_options ? &options[i].flag : &shorthands[i - n_options].flag;
}

/* Has the command what the other has, and nothing else? */
static bool
same_options(int a, int b)
{
	for (size_t i = 0; i < n_options + n_shorthands; i++) {
		unsigned commands = row_flag(i)->commands;

		if (((commands >> a) & 1) != ((commands >> b) & 1))
			return false;
	}
	return true;
}

static void
put_options(struct buf *out, unsigned mask)
{
	buf_add_str(out, STR("echo '"));
	for (size_t i = 0; i < n_options + n_shorthands; i++) {
		const struct option_flag *f = row_flag(i);
		bool on = i < n_options && options[i].type == OPTION_BOOL && strcmp(options[i].def, "on") == 0;

		if ((f->commands & mask) != 0 && f->long_name != NULL)
			buf_addf(out, " --%s%s", on ? "no-" : "", f->long_name);
	}
	buf_add_str(out, STR("' ;;\n"));
}

/* Commands that take the same share a line. */
static void
put_commands(struct buf *out)
{
	buf_add_str(out, STR("_lycosa_commands='"));
	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++)
		buf_addf(out, "%s%s", i > 0 ? " " : "", config_command_name((enum config_command)i));
	buf_add_str(out, STR("'\n\n_lycosa_options()\n{\n\tcase $1 in\n"));
	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++) {
		int first = 0;

		while (!same_options(first, i))
			first++;
		if (first < i)
			continue;
		buf_addf(out, "\t%s", config_command_name((enum config_command)i));
		for (int j = i + 1; j < CONFIG_COMMAND_COUNT; j++)
			if (same_options(i, j))
				buf_addf(out, " | %s", config_command_name((enum config_command)j));
		buf_add_str(out, STR(") "));
		put_options(out, 1u << i);
	}
	buf_add_str(out, STR("\t*) "));
	put_options(out, CMD_ALL);
	buf_add_str(out, STR("\tesac\n}\n"));
}

static void
put_value(struct buf *out, const struct option *o, const struct option_flag *f)
{
	struct str word;

	if (o != NULL && o->type == OPTION_ENUM) {
		buf_add_str(out, STR("'words"));
		for (unsigned i = 0; (word = option_word(o, i)).p != NULL; i++)
			buf_addf(out, " %.*s", STR_ARG(word));
		buf_addc(out, '\'');
	} else if (strcmp(f->arg, "KEY=VALUE") == 0) {
		buf_add_str(out, STR("setting"));
	} else if (strcmp(f->arg, "DIR") == 0 || (o != NULL && strcmp(o->key, "store.dir") == 0)) {
		buf_add_str(out, STR("dir"));
	} else {
		buf_add_str(out, (o != NULL && o->type == OPTION_PATH) || strstr(f->arg, "FILE") != NULL ? STR("file") : STR("any"));
	}
}

static void
put_keys(struct buf *out, const char *name, bool live)
{
	const char *before = "";
	enum live_part part;

	buf_addf(out, "\n%s='", name);
	for (size_t i = 0; i < n_options; i++)
		if (!live || live_keys_part(options[i].key, &part)) {
			buf_addf(out, "%s%s", before, options[i].key);
			before = " ";
		}
	buf_add_str(out, STR("'\n"));
}

int
help_completion(struct buf *out)
{
	put_commands(out);
	put_keys(out, "_lycosa_keys", false);
	put_keys(out, "_lycosa_live_keys", true);
	buf_add_str(out, STR("\n_lycosa_value()\n{\n\tcase $1 in\n"));
	for (size_t i = 0; i < n_options + n_shorthands; i++) {
		const struct option_flag *f = row_flag(i);

		if (f->arg == NULL || f->long_name == NULL)
			continue;
		buf_addf(out, "\t--%s", f->long_name);
		if (f->short_name != NULL)
			buf_addf(out, " | -%s", f->short_name);
		buf_add_str(out, STR(") echo "));
		put_value(out, i < n_options ? &options[i] : NULL, f);
		buf_add_str(out, STR(" ;;\n"));
	}
	buf_add_str(out, STR("\tesac\n}\n"));
	return buf_err(out);
}
