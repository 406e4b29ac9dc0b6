/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli_wrong.c: what is said of a command line that is wrong: what it is, and what to do instead.
 */
#include "config.h"

#include <string.h>

#include "base/cleanup.h"
#include "crawler/cli.h"
#include "url/login.h"

#define CLI_TEXT_MAX_BYTES (1024 * 1024)

struct str
cli_bare(struct str spelt)
{
	while (str_starts(spelt, STR("-")))
		spelt = str_n(spelt.p + 1, spelt.len - 1);
	return spelt;
}

void
cli_put_spelt(struct buf *out, struct str spelt)
{
	if (!str_starts(spelt, STR("-")))
		buf_add_str(out, STR("--"));
	buf_add_escaped(out, spelt);
}

int
cli_fail(struct config_loader *l, struct str spelt, const char *text, const char *more)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CLI_TEXT_MAX_BYTES);

	buf_add_str(&b, STR("option `"));
	cli_put_spelt(&b, spelt);
	buf_add_str(&b, STR("' "));
	buf_add_str(&b, str_of(text));
	buf_add_str(&b, str_of(more));
	if (buf_err(&b) < 0)
		return b.err;
	return config_fail(l, NULL, "%.*s", STR_ARG(buf_str(&b)));
}

/* What is said to this command goes first; then what is said of the name without its "no-". */
static const char *
habit(struct str name, unsigned commands)
{
	const char *text = commands != CMD_ALL ? option_habit(name, commands) : NULL;

	if (text == NULL)
		text = option_habit(name, CMD_ALL);
	if (text == NULL && str_starts(name, STR("no-")))
		text = habit(str_n(name.p + 3, name.len - 3), commands);
	return text;
}

int
cli_unknown_option(struct config_loader *l, struct str spelt, struct str name, unsigned commands, const char *near)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CLI_TEXT_MAX_BYTES);
	const char *instead = habit(name, commands);

	buf_add_str(&b, STR("unknown option "));
	config_quote(&b, spelt);
	if (instead != NULL)
		buf_addf(&b, "; %s", instead);
	else if (near != NULL)
		buf_addf(&b, "; did you mean `--%s'?", near);
	else
		buf_add_str(&b, STR("; `lycosa --help=all' lists them"));
	if (buf_err(&b) < 0)
		return b.err;
	return config_fail(l, NULL, "%.*s", STR_ARG(buf_str(&b)));
}

bool
cli_is_foreign(struct str cluster, char ret_kind[2])
{
	if (cluster.len < 3)
		return false;
	for (size_t i = 2; i < cluster.len; i++)
		if (!ascii_is_digit((unsigned char)cluster.p[i]))
			return false;
	ret_kind[0] = cluster.p[1];
	ret_kind[1] = '#';
	return option_habit(str_n(ret_kind, 2), CMD_ALL) != NULL;
}

int
cli_unknown_letter(struct config_loader *l, struct str cluster, size_t at, size_t n, unsigned commands)
{
	char spelt[4] = { '-', cluster.p[at], n == 2 ? cluster.p[at + 1] : '\0', '\0' };
	char kind[2];

	if (cli_is_foreign(cluster, kind))
		return cli_unknown_option(l, cluster, str_n(kind, sizeof(kind)), CMD_ALL, NULL);
	return cli_unknown_option(l, str_n(spelt, n + 1), str_n(spelt + 1, n), commands, NULL);
}

int
cli_wrong_command(struct config_loader *l, struct str spelt, unsigned commands, enum config_command command)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CLI_TEXT_MAX_BYTES);
	unsigned others = commands & ~(unsigned)(CMD_CONFIG | CMD_HELP | CMD_VERSION);
	const char *instead = option_habit(cli_bare(spelt), 1u << command);

	buf_addf(&b, "%s; ", config_command_name(command));
	if (instead != NULL)
		buf_add_str(&b, str_of(instead));
	else
		buf_add_str(&b, STR("it is for "));
	for (int i = 0; i < CONFIG_COMMAND_COUNT && instead == NULL; i++)
		if ((others & 1u << i) != 0) {
			buf_add_str(&b, str_of(config_command_name((enum config_command)i)));
			others &= ~(1u << i);
			if (others != 0)
				buf_add_str(&b, (others & (others - 1)) != 0 ? STR(", ") : STR(" and "));
		}
	if (buf_cstr(&b) == NULL)
		return b.err;
	return cli_fail(l, spelt, "is not for the command ", b.data);
}

/* A command line that begins with a URL was meant for the command most people want. */
static bool
looks_like_url(struct str s)
{
	return s.len > 0 && (memchr(s.p, '.', s.len) != NULL || memchr(s.p, '/', s.len) != NULL);
}

int
cli_unknown_command(struct config_loader *l, struct str name, enum config_command makes)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CLI_TEXT_MAX_BYTES);
	unsigned best = option_distance_max(name) + 1;
	const char *near = NULL, *instead = option_habit(name, CMD_NONE);

	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++)
		if (option_nearer(name, str_of(config_command_name((enum config_command)i)), &best))
			near = config_command_name((enum config_command)i);
	buf_add_str(&b, STR("unknown command "));
	config_quote(&b, name);
	if (instead != NULL)
		buf_addf(&b, "; %s", instead);
	else if (near != NULL)
		buf_addf(&b, "; did you mean `%s'?", near);
	else if (looks_like_url(name)) {
		if (makes == CONFIG_COMMAND_COUNT)
			buf_add_str(&b, STR("; did you mean `lycosa crawl "));
		else
			buf_addf(&b, "; did you mean `lycosa %s [options] ", config_command_name(makes));
		login_put_hidden(&b, name);
		buf_add_str(&b, STR("'?"));
	} else
		buf_add_str(&b, STR("; `lycosa help' lists them"));
	if (buf_err(&b) < 0)
		return b.err;
	return config_fail(l, NULL, "%.*s", STR_ARG(buf_str(&b)));
}
