/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/cli.h"
#include "crawler/config_load.h"
#include "crawler/units.h"

#define CONFIG_TEXT_MAX_BYTES (64 * 1024)

/*
 * $XDG_CONFIG_HOME/lycosa/lycosa.conf; the specification says to ignore a value that is not
 * absolute. "" = nowhere.
 */
void
config_user_file(struct buf *out)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (xdg != NULL && xdg[0] == '/')
		buf_add_str(out, str_of(xdg));
	else if (home != NULL && home[0] == '/')
		buf_addf(out, "%s/.config", home);
	else
		return;
	buf_add_str(out, STR("/lycosa/lycosa.conf"));
}

static int
read_standard_files(struct config_loader *l, const struct config_files *files)
{
	CLEANUP(buf_releasep) struct buf user = BUF_INIT(CONFIG_TEXT_MAX_BYTES);
	const char *system =
		files != NULL && files->system != NULL ? files->system : SYSCONFDIR "/lycosa.conf";
	const char *path;
	int r = 0;

	if (files != NULL && files->user != NULL)
		buf_add_str(&user, str_of(files->user));
	else
		config_user_file(&user);
	path = buf_cstr(&user);
	if (path == NULL)
		return -ENOMEM;
	if (system[0] != '\0')
		r = config_file_read(l, system, false);
	if (r == 0 && path[0] != '\0')
		r = config_file_read(l, path, false);
	return r;
}

/* What a command has of its own. meaning: only what it is for. */
static int
apply_command(struct config_loader *l, bool meaning)
{
	CLEANUP(buf_releasep) struct buf origin = BUF_INIT(CONFIG_TEXT_MAX_BYTES);
	struct config_place place = { 0, "options.def: ", NULL };
	int r = 0;

	buf_addf(&origin, "lycosa %s", config_command_name(l->config->command));
	place.origin = buf_cstr(&origin);
	if (place.origin == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n_command_defaults && r == 0; i++)
		if (command_defaults[i].command == l->config->command && (!meaning || command_defaults[i].is_meaning))
			r = config_set_key(l, &place, str_of(command_defaults[i].key), str_of(command_defaults[i].def));
	return r;
}

static int
read_files(struct config_loader *l, const struct cli *cli, const struct config_files *files)
{
	int r = 0;

	if (!cli->no_config)
		r = read_standard_files(l, files);
	if (r == 0 && files != NULL && files->job != NULL) {
		l->in_job_file = true;
		r = config_file_read(l, files->job, false);
		l->in_job_file = false;
		if (r == 0)
			r = apply_command(l, true);
	}
	for (size_t i = 0; i < cli->n_config_files && r == 0; i++)
		r = config_file_read(l, cli->config_files[i], true);
	return r;
}

/* The message, and in which file and line the setting stands, if it stands in one. */
static int
fail_of(struct config_loader *l, const char *key, struct str text)
{
	CLEANUP(buf_releasep) struct buf prefix = BUF_INIT(CONFIG_TEXT_MAX_BYTES);
	const char *origin = config_origin(l->config, key);
	struct config_place place = { .prefix = "" };

	CHECK(origin != NULL); /* no such key */
	if (strchr(origin, ':') != NULL) {
		buf_addf(&prefix, "%s: ", origin);
		place.prefix = buf_cstr(&prefix);
	}
	return place.prefix == NULL ? -ENOMEM : config_fail(l, &place, "%.*s", STR_ARG(text));
}

/* A share of a small memory is left to the rest of the program. */
static int
check_max_page(struct config_loader *l)
{
	const struct config *c = l->config;
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONFIG_TEXT_MAX_BYTES);
	uint64_t memory = config_memory(c);

	if (c->parse.max_page <= memory)
		return 0;
	buf_add_str(&b, STR("`parse.max_page' (--max-page) is "));
	units_put_size(&b, (int64_t)c->parse.max_page);
	buf_add_str(&b, STR(", more than `run.memory' (--memory), which is "));
	units_put_size(&b, (int64_t)memory);
	buf_add_str(&b, STR(": give --memory="));
	units_put_size(&b, (int64_t)c->parse.max_page);
	buf_add_str(&b, STR(" or more, or --max-page="));
	units_put_size(&b, (int64_t)memory);
	buf_add_str(&b, STR(" or less"));
	if (buf_err(&b) < 0)
		return b.err;
	/* Where it is said; the other one is most likely a default. */
	return fail_of(l, strchr(config_origin(c, "parse.max_page"), ':') != NULL ? "parse.max_page" : "run.memory", buf_str(&b));
}

int
config_check_whole(struct config_loader *l)
{
	const struct config *c = l->config;

	if (c->run.verbose && c->run.quiet)
		return fail_of(l, "run.quiet", STR("`run.verbose' and `run.quiet' cannot both be on"));
	if (c->store.mirror && c->parse.html == CONFIG_PARSE_HTML_LIBXML2)
		return fail_of(l, "parse.html", STR("`store.mirror' needs `parse.html=scan': libxml2 does not say where a link stands"));
	if (c->mirror.single_file && (!c->store.mirror || !c->mirror.convert_links))
		return fail_of(l, "mirror.single_file", STR("`mirror.single_file' (--single-file) is for `lycosa mirror', with mirror.convert_links"));
	return check_max_page(l);
}

/* Help and version are given even to those whose config file is broken. */
static bool
wants_settings(const struct config *c)
{
	return c->command != CONFIG_HELP && c->command != CONFIG_VERSION;
}

static int
load(struct config_loader *l, int argc, char *const *argv, const struct config_files *files)
{
	CLEANUP(cli_release) struct cli cli = { 0 };
	int r = cli_read(l, argc, argv, &cli);

	if (r == 0)
		r = cli_command(l, &cli);
	if (r == 0)
		r = config_keep_args(l->config);
	if (r < 0 || !wants_settings(l->config))
		return r;
	r = apply_command(l, false);
	if (r == 0)
		r = read_files(l, &cli, files);
	if (r == 0)
		r = cli_apply(l, &cli);
	return r == 0 ? config_check_whole(l) : r;
}

int
config_load(int argc, char *const *argv, const struct config_files *files,
	struct config **ret_config, char **ret_error)
{
	struct config_loader l = { .error = BUF_INIT(1024 * 1024) };
	int r = config_new(&l.config);

	if (r == 0)
		r = load(&l, argc, argv, files);
	if (r < 0) {
		config_free(l.config);
		if (l.error.len > 0)
			r = -EINVAL;
		*ret_error =
			l.error.len > 0 && buf_cstr(&l.error) != NULL ? TAKE(l.error.data) : NULL;
	} else {
		*ret_config = l.config;
	}
	buf_release(&l.error);
	return r;
}
