/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings that are secrets: SECRET and SECRETS rows. Their values leave no trace: where settings are written out stands
 * CONFIG_HIDDEN, and in the command line as other users see it a star. What names a file (@FILE) is no secret, nor is a header that
 * may go to anybody.
 *
 * A job's file can thus not bring them back. It says only that there was one: who goes on has to give it again, unless a source
 * before the job's file has it.
 *
 * The same holds for the names of files with secrets and keys, and of a program that says them. A job's directory may have been unpacked from anywhere, and with its
 * seeds and its @FILE it would choose which of the user's files is sent where, and what is run. So in a job's file such a name stands for people to
 * read, and is obeyed only if it is given again.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/cli.h"
#include "crawler/config_load.h"
#include "url/header.h"

bool
config_may_show(const struct option *o, const char *value)
{
	struct str name, rest;

	if (value == NULL || value[0] == '@')
		return true;
	return o->type == OPTION_SECRETS && header_parse(str_of(value), &name, &rest) == 0 && header_is_public(name);
}

bool
config_hides(const struct config *c, const struct option *o)
{
	const void *field = (const char *)c + o->offset;
	const char *const *lines;

	if (o->type == OPTION_SECRET)
		return !config_may_show(o, *(const char *const *)field);
	if (o->type != OPTION_SECRETS)
		return false;
	lines = *(const char *const *const *)field;
	while (lines != NULL && *lines != NULL && config_may_show(o, *lines))
		lines++;
	return lines != NULL && *lines != NULL;
}

bool
config_is_hidden(const char *value)
{
	return value != NULL && strcmp(value, CONFIG_HIDDEN) == 0;
}

/* Files that hold what the user shows to servers, and the program that says it. */
static bool
is_key_file(const struct option *o)
{
	static const char *const keys[] = { "session.netrc_file", "session.certificate", "session.private_key", "session.askpass" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(o->key, keys[i]) == 0)
			return true;
	return false;
}

bool
config_job_may_say(const struct option *o, struct str value)
{
	if (is_key_file(o))
		return value.len == 0;
	return !option_is_secret(o) || (!str_starts(value, STR("@")) && !str_eq(value, STR(CONFIG_HIDDEN)));
}

static bool
has_hidden(const struct config *c, const struct option *o)
{
	const void *field = (const char *)c + o->offset;
	const char *const *items;

	if (o->type == OPTION_SECRET || is_key_file(o))
		return config_is_hidden(*(const char *const *)field);
	if (o->type != OPTION_SECRETS)
		return false;
	items = *(const char *const *const *)field;
	while (items != NULL && *items != NULL && !config_is_hidden(*items))
		items++;
	return items != NULL && *items != NULL;
}

const struct option *
config_missing_secret(const struct config *c, bool list_logins)
{
	const struct option *given = list_logins ? option_by_key(STR("session.login")) : NULL;

	for (size_t i = 0; i < n_options; i++)
		if (&options[i] != given && has_hidden(c, &options[i]))
			return &options[i];
	return NULL;
}

int
config_take_secrets(struct config *c, const struct config *from)
{
	struct config_loader l = { .config = c, .error = BUF_INIT(64 * 1024) };
	int r = 0;

	for (size_t i = 0; r == 0 && i < n_options; i++)
		if (has_hidden(c, &options[i]))
			r = config_take(&l, from, &options[i], UINT_MAX);
	buf_release(&l.error);
	return r;
}

int
config_take_argv(int argc, char *const *argv, char ***ret_argv)
{
	struct config_loader l = { .error = BUF_INIT(64 * 1024) };
	size_t bytes = ((size_t)argc + 1) * sizeof(char *);
	struct cli cli = { 0 };
	char **own, *at;
	int i, r;

	for (i = 0; i < argc; i++)
		bytes += strlen(argv[i]) + 1;
	own = malloc(bytes);
	if (own == NULL)
		return -ENOMEM;
	at = (char *)(own + argc + 1);
	for (i = 0; i < argc; i++) {
		size_t len = strlen(argv[i]) + 1;

		own[i] = memcpy(at, argv[i], len);
		at += len;
	}
	own[argc] = NULL;
	/* One that is wrong is said when it is read to be obeyed. */
	r = cli_read(&l, argc, argv, &cli);
	if (r == 0)
		cli_hide(&cli);
	cli_release(&cli);
	buf_release(&l.error);
	if (r == -ENOMEM) {
		config_free_argv(own);
		return r;
	}
	*ret_argv = own;
	return 0;
}

void
config_free_argv(char **argv)
{
	if (argv == NULL)
		return;
	for (char **arg = argv; *arg != NULL; arg++)
		explicit_bzero(*arg, strlen(*arg));
	free(argv);
}
