/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/cli.h"
#include "url/login.h"

#define CLI_TEXT_MAX_BYTES (1024 * 1024)

/* One setting as it was given. */
struct cli_item {
	struct option_found what;
	struct str spelt; /* "--level", "-l": for messages */
	struct str value;
	bool is_key; /* -e: value is KEY=VALUE */
};

/* How far we are. */
struct cli_reader {
	struct config_loader *l;
	struct cli *cli;
	int argc, at; /* argv[at] is the next to be read */
	char *const *argv;
};

static const char *const command_names[CONFIG_COMMAND_COUNT] = {
	[CONFIG_CRAWL] = "crawl",
	[CONFIG_MIRROR] = "mirror",
	[CONFIG_ARCHIVE] = "archive",
	[CONFIG_RESUME] = "resume",
	[CONFIG_UPDATE] = "update",
	[CONFIG_VERIFY] = "verify",
	[CONFIG_GET] = "get",
	[CONFIG_SERVE] = "serve",
	[CONFIG_REPORT] = "report",
	[CONFIG_CONFIG] = "config",
	[CONFIG_INSPECT] = "inspect",
	[CONFIG_TUNE] = "tune",
	[CONFIG_WHY] = "why",
	[CONFIG_CTL] = "ctl",
	[CONFIG_TOP] = "top",
	[CONFIG_HELP] = "help",
	[CONFIG_VERSION] = "version",
};

const char *
config_command_name(enum config_command command)
{
	CHECK((unsigned)command < CONFIG_COMMAND_COUNT);
	return command_names[command];
}

static bool
find_command(const char *name, enum config_command *ret)
{
	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++)
		if (strcmp(name, command_names[i]) == 0) {
			*ret = (enum config_command)i;
			return true;
		}
	return false;
}

/* To whom an option is given here, as CMD_*; CMD_ALL: that is not known yet. */
static unsigned
reader_commands(const struct cli_reader *r)
{
	enum config_command command;

	return r->cli->n_args > 0 && find_command(r->cli->args[0], &command) ? 1u << command : (unsigned)CMD_ALL;
}

static int
add_item(struct cli *cli, const struct cli_item *item)
{
	if (cli->n_items == cli->cap_items) {
		size_t cap = cli->cap_items == 0 ? 16 : cli->cap_items * 2;
		struct cli_item *items = realloc(cli->items, cap * sizeof(*items));

		if (items == NULL)
			return -ENOMEM;
		cli->items = items;
		cli->cap_items = cap;
	}
	cli->items[cli->n_items++] = *item;
	return 0;
}

/* --help, --config, --recursive and the others that set nothing. value.p NULL = none. */
static int
add_meta(struct cli_reader *r, const struct cli_item *item)
{
	struct cli *cli = r->cli;
	struct str name = str_of(item->what.shorthand->flag.long_name);

	if (str_eq(name, STR("execute"))) {
		struct cli_item copy = *item;

		copy.is_key = true;
		return add_item(cli, &copy);
	}
	if (str_eq(name, STR("config")))
		/* A str, but it ends where its argv does. */
		cli->config_files[cli->n_config_files++] = item->value.p;
	else if (str_eq(name, STR("no-config")))
		cli->no_config = true;
	else if (str_eq(name, STR("version")))
		cli->version = true;
	else if (!str_eq(name, STR("help")))
		return add_item(cli, item); /* --recursive: it says what is so anyway, but not for each command */
	else if (item->value.p != NULL && !str_eq(item->value, STR("all")))
		return cli_fail(r->l, item->spelt, "takes only `all'", "");
	else {
		cli->help = true;
		cli->help_all |= item->value.p != NULL;
	}
	return 0;
}

/* Puts a setting on the list, once its value is known. */
static int
add(struct cli_reader *r, const struct cli_item *item)
{
	if (item->what.shorthand != NULL && item->what.shorthand->keys == NULL)
		return add_meta(r, item);
	return add_item(r->cli, item);
}

static const struct option_flag *
item_flag(const struct cli_item *item)
{
	return item->what.option != NULL ? &item->what.option->flag : &item->what.shorthand->flag;
}

/* Does it want a value where none is given with '='? */
static bool
wants_value(const struct cli_item *item)
{
	return item_flag(item)->arg != NULL;
}

/* May it have one after '='? */
static bool
allows_value(const struct cli_item *item)
{
	return wants_value(item) || item->what.option != NULL /* --flag=off */ ||
	       strcmp(item->what.shorthand->flag.long_name, "help") == 0;
}

/* The next argument is the value. */
static int
next_value(struct cli_reader *r, struct cli_item *item)
{
	if (r->at >= r->argc)
		return cli_fail(r->l, item->spelt, "needs an argument: ", item_flag(item)->arg);
	item->value = str_of(r->argv[r->at++]);
	return 0;
}

static bool
found(struct option_found f)
{
	return f.option != NULL || f.shorthand != NULL;
}

/* text: "--name" or "--name=value". */
static int
read_long(struct cli_reader *r, struct str text)
{
	struct cli_item item = { .spelt = text };
	struct str name = str_n(text.p + 2, text.len - 2), head, value = STR_NONE;
	int err;

	if (str_cut(name, '=', &head, &value)) {
		name = head;
		item.spelt = str_n(text.p, name.len + 2);
	}
	item.what = option_by_long(name);
	if (!found(item.what) && str_starts(name, STR("no-"))) {
		item.what = option_by_long(str_n(name.p + 3, name.len - 3));
		if (item.what.option == NULL || item.what.option->type != OPTION_BOOL)
			item.what = (struct option_found){ NULL, NULL };
		else if (value.p != NULL)
			return cli_fail(r->l, item.spelt, "takes no value", "");
		else
			value = STR("off");
	}
	if (!found(item.what)) {
		const char *near = option_nearest_long(name);

		if (near == NULL && str_starts(name, STR("no-")))
			near = option_nearest_long(str_n(name.p + 3, name.len - 3));
		return cli_unknown_option(r->l, item.spelt, name, reader_commands(r), near);
	}
	if (value.p != NULL && !allows_value(&item))
		return cli_fail(r->l, item.spelt, "takes no value", "");
	item.value = value;
	if (value.p == NULL && wants_value(&item)) {
		err = next_value(r, &item);
		if (err < 0)
			return err;
	}
	return add(r, &item);
}

/* "nv" as wget has it: the switch of one letter, off. */
static struct option_found
cluster_negated(struct str name, struct str *ret_value)
{
	struct option_found what = option_switch_by_letter(name.p[1]);

	if (found(what))
		*ret_value = STR("off");
	return what;
}

/* text: "-abc", "-l3", "-np": one letter after the other, and two where the first is n. */
static int
read_cluster(struct cli_reader *r, struct str text)
{
	size_t i = 1;
	int err = 0;

	while (i < text.len && err == 0) {
		size_t n = text.p[i] == 'n' && i + 1 < text.len ? 2 : 1;
		struct cli_item item = { .what = option_by_short(str_n(text.p + i, n)) };
		char spelt[4] = { '-', text.p[i], n == 2 ? text.p[i + 1] : '\0', '\0' }, kind[2];

		if (!found(item.what) && n == 2)
			item.what = cluster_negated(str_n(text.p + i, n), &item.value);
		if (!found(item.what) || cli_is_foreign(text, kind))
			return cli_unknown_letter(r->l, text, i, n, reader_commands(r));
		/* For messages: the name in its row, which lives longer than this frame. */
		item.spelt = str_of(item_flag(&item)->long_name);
		i += n;
		if (wants_value(&item)) {
			item.value = str_n(text.p + i, text.len - i);
			if (i == text.len && r->at >= r->argc)
				return cli_fail(r->l, str_n(spelt, n + 1), "needs an argument: ",
					item_flag(&item)->arg);
			if (i == text.len)
				err = next_value(r, &item);
			i = text.len;
		}
		if (err == 0)
			err = add(r, &item);
	}
	return err;
}

/* `lycosa help --wait': an option is what is asked about. */
static bool
asks_help(const struct cli *cli, struct str text)
{
	return cli->n_args == 1 && strcmp(cli->args[0], command_names[CONFIG_HELP]) == 0 && !str_starts(text, STR("--help")) &&
	       !str_eq(text, STR("-h"));
}

int
cli_read(struct config_loader *l, int argc, char *const *argv, struct cli *ret_cli)
{
	struct cli cli = { 0 };
	struct cli_reader r = { .l = l, .cli = &cli, .argc = argc, .at = 1, .argv = argv };
	bool ended = false;
	int err = 0;

	cli.args = calloc((size_t)argc + 1, sizeof(*cli.args));
	cli.config_files = calloc((size_t)argc + 1, sizeof(*cli.config_files));
	if (cli.args == NULL || cli.config_files == NULL)
		err = -ENOMEM;
	while (err == 0 && r.at < argc) {
		struct str text = str_of(argv[r.at++]);

		if (ended || text.len < 2 || text.p[0] != '-' || asks_help(&cli, text))
			cli.args[cli.n_args++] = text.p;
		else if (str_eq(text, STR("--")))
			ended = true;
		else if (text.p[1] == '-')
			err = read_long(&r, text);
		else
			err = read_cluster(&r, text);
	}
	if (err < 0)
		cli_release(&cli);
	else
		*ret_cli = cli;
	return err;
}

/* What was wanted, of a command line that names no command: by the first of the options that says so. */
static enum config_command
made_by(const struct cli *cli)
{
	static const struct {
		const char *rows;
		enum config_command command;
	} kinds[] = {
		{ "store.mirror", CONFIG_MIRROR },
		{ "mirror.", CONFIG_MIRROR },
		{ "warc.", CONFIG_ARCHIVE },
		{ "get.", CONFIG_GET },
	};

	for (size_t i = 0; i < cli->n_items; i++)
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			if (cli->items[i].what.option != NULL && str_starts(str_of(cli->items[i].what.option->key), str_of(kinds[k].rows)))
				return kinds[k].command;
	return cli->n_items > 0 ? CONFIG_CRAWL : CONFIG_COMMAND_COUNT;
}

/* Which command, before --help and --version have their say: *ret_at: where its arguments are. */
static int
named_command(struct config_loader *l, const struct cli *cli, enum config_command *ret,
	size_t *ret_at)
{
	if (cli->n_args == 0) {
		if (!cli->help && !cli->version)
			return config_fail(l, NULL,
				"no command is given; `lycosa help' says what there is");
		*ret = CONFIG_HELP;
		*ret_at = 0;
		return 0;
	}
	if (!find_command(cli->args[0], ret))
		return cli_unknown_command(l, str_of(cli->args[0]), made_by(cli));
	*ret_at = 1;
	return 0;
}

/* `help COMMAND', `help OPTION': its argument becomes help_about, or help_option. */
static int
help_argument(struct config_loader *l, const struct cli *cli, size_t *at)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(CLI_TEXT_MAX_BYTES);
	struct str name, bare;
	int r;

	if (*at >= cli->n_args)
		return 0;
	if (find_command(cli->args[*at], &l->config->help_about)) {
		(*at)++;
		return 0;
	}
	name = str_of(cli->args[*at]);
	r = help_option(name, &text);
	if (r == 0)
		l->config->help_option = cli->args[(*at)++];
	if (r != -ENOENT)
		return r;
	if (!str_starts(name, STR("-")))
		return cli_unknown_command(l, name, CONFIG_COMMAND_COUNT);
	bare = cli_bare(name);
	return cli_unknown_option(l, name, bare, CMD_ALL, bare.len > 2 ? option_nearest_long(bare) : NULL);
}

static int
check_commands(struct config_loader *l, const struct cli *cli)
{
	enum config_command command = l->config->command;

	for (size_t i = 0; i < cli->n_items; i++) {
		const struct cli_item *item = &cli->items[i];

		if (item->is_key || command == CONFIG_HELP || command == CONFIG_VERSION)
			continue;
		if (!(item_flag(item)->commands & (1u << command)))
			return cli_wrong_command(l, item->spelt, item_flag(item)->commands, command);
	}
	return 0;
}

/* What is said of a file or a directory shows its name: it is to be none of a URL that has a login. */
static int
check_names(struct config_loader *l)
{
	const unsigned named = 1u << CONFIG_RESUME | CMD_UPDATE | CMD_VERIFY | CMD_SERVE | CMD_REPORT | CMD_INSPECT | CMD_CTL | CMD_TOP;
	const struct config *c = l->config;
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CLI_TEXT_MAX_BYTES);

	if (!(named & 1u << c->command))
		return 0;
	/* What ctl tells a job is the job's. */
	for (size_t i = 0; i < c->n_args && (i == 0 || c->command != CONFIG_CTL); i++) {
		if (!login_is_likely(str_of(c->args[i])))
			continue;
		config_quote(&b, str_of(c->args[i]));
		if (buf_err(&b) < 0)
			return b.err;
		return config_fail(l, NULL, "%s: %.*s looks like a URL with a login, and is to be the name of a file or a directory; with ./ before it, it is one",
			command_names[c->command], STR_ARG(buf_str(&b)));
	}
	return 0;
}

int
cli_command(struct config_loader *l, struct cli *cli)
{
	struct config *c = l->config;
	size_t at = 0;
	int r = named_command(l, cli, &c->command, &at);

	if (r < 0)
		return r;
	c->help_about = CONFIG_HELP;
	c->help_all = cli->help_all;
	if (cli->help && c->command != CONFIG_HELP) {
		c->help_about = c->command;
		c->command = CONFIG_HELP;
	} else if (cli->version) {
		c->command = CONFIG_VERSION;
	} else if (c->command == CONFIG_HELP) {
		r = help_argument(l, cli, &at);
		if (r < 0)
			return r;
	}
	c->n_args = cli->n_args - at;
	c->args = cli->args + at;
	r = check_commands(l, cli);
	return r == 0 ? check_names(l) : r;
}

/* What an error begins with: the option as its row spells it. */
static int
item_prefix(const struct cli_item *item, struct buf *out)
{
	if (item->is_key)
		buf_add_str(out, STR("-e"));
	else
		cli_put_spelt(out, item->spelt);
	buf_add_str(out, STR(": "));
	return buf_cstr(out) != NULL ? 0 : -ENOMEM;
}

static int
apply_key(struct config_loader *l, const struct config_place *place, struct str text)
{
	struct str key, value;

	if (!str_cut(text, '=', &key, &value))
		return config_fail(l, place, "the argument must be KEY=VALUE");
	return config_set_key(l, place, str_trim(key), str_trim(value));
}

static int
apply_shorthand(struct config_loader *l, const struct config_place *place,
	const struct shorthand *s, struct str value)
{
	struct str key, rest;
	bool more = s->keys != NULL; /* else it sets nothing */
	int r = 0;

	if (more)
		rest = str_of(s->keys);
	if (s->value != NULL)
		value = str_of(s->value);
	while (more && r == 0) {
		more = str_cut(rest, ' ', &key, &rest);
		r = config_set_key(l, place, more ? key : rest, value);
	}
	return r;
}

static int
apply_item(struct config_loader *l, struct config_place *place, const struct cli_item *item)
{
	CLEANUP(buf_releasep) struct buf prefix = BUF_INIT(CLI_TEXT_MAX_BYTES);
	int r = item_prefix(item, &prefix);

	if (r < 0)
		return r;
	place->prefix = prefix.data;
	if (item->is_key)
		return apply_key(l, place, item->value);
	if (item->what.option != NULL)
		return config_set(l, place, item->what.option,
			item->value.p != NULL ? item->value : STR("on"));
	return apply_shorthand(l, place, item->what.shorthand, item->value);
}

/* A login in a seed's URL is a setting too: so a job knows that it was given one. */
static int
apply_logins(struct config_loader *l, const struct config_place *place)
{
	const struct option *o = option_by_key(STR("session.login"));
	const struct config *c = l->config;
	int r = 0;

	if (c->command != CONFIG_CRAWL && c->command != CONFIG_MIRROR && c->command != CONFIG_ARCHIVE)
		return 0;
	for (size_t i = 0; i < c->n_args && r == 0; i++) {
		struct str text = str_of(c->args[i]), login;

		if (login_may_be_url(text) && !str_has_control(text) && login_find(text, &login))
			r = config_set(l, place, o, text);
	}
	return r;
}

static struct str
without_slashes(const char *dir)
{
	struct str s = str_of(dir);

	while (s.len > 1 && s.p[s.len - 1] == '/')
		s.len--;
	return s;
}

/* A command that is about one job knows it by -P as well as by its name alone. */
static int
apply_job_dir(struct config_loader *l)
{
	struct config *c = l->config;
	const char *dir = c->store.dir, *const alone[] = { dir, NULL };

	if (!((1u << CONFIG_RESUME | CMD_UPDATE | CMD_REPORT) & 1u << c->command) || dir == NULL ||
			strcmp(config_origin(c, "store.dir"), "command line") != 0)
		return 0;
	if (c->n_args == 0) {
		c->args = alone;
		c->n_args = 1;
		return config_keep_args(c);
	}
	if (c->n_args == 1 && str_eq(without_slashes(dir), without_slashes(c->args[0])))
		return 0;
	return config_fail(l, NULL, "%s: -P names one job, and what stands beside it another; one directory is wanted", command_names[c->command]);
}

int
cli_apply(struct config_loader *l, const struct cli *cli)
{
	struct config_place place = { .source = ++l->source, .origin = "command line" };
	int r = 0;

	for (size_t i = 0; i < cli->n_items && r == 0; i++)
		r = apply_item(l, &place, &cli->items[i]);
	if (r == 0)
		r = apply_job_dir(l);
	return r == 0 ? apply_logins(l, &place) : r;
}

/* The login becomes a star. */
static void
hide_login(struct str text)
{
	struct str login;
	char *start, *at, *end = (char *)(uintptr_t)text.p + text.len;

	if (!login_find(text, &login) || login.len == 0)
		return;
	start = (char *)(uintptr_t)login.p;
	at = start + login.len;
	*start = '*';
	memmove(start + 1, at, (size_t)(end - at));
	explicit_bzero(end - (login.len - 1), login.len - 1);
}

void
cli_hide(const struct cli *cli)
{
	for (size_t i = 0; i < cli->n_args; i++)
		hide_login(str_of(cli->args[i]));
	for (size_t i = 0; i < cli->n_items; i++) {
		const struct option *o = cli->items[i].what.option;
		const struct shorthand *s = cli->items[i].what.shorthand;
		struct str key, value = cli->items[i].value;

		if (s != NULL && s->keys != NULL && s->value == NULL)
			o = option_by_key(str_of(s->keys)); /* NULL: of several keys, none of which is a secret's */
		if (cli->items[i].is_key) {
			if (!str_cut(value, '=', &key, &value))
				continue;
			o = option_by_key(str_trim(key));
		}
		/* How long it was is nobody's business either. */
		if (o != NULL && option_is_secret(o) && value.len > 0 && !config_may_show(o, value.p)) {
			explicit_bzero((char *)(uintptr_t)value.p, value.len);
			*(char *)(uintptr_t)value.p = '*';
		} else if (o != NULL && value.len > 0 && login_may_be_url(value)) {
			hide_login(value);
		}
	}
}

void
cli_release(struct cli *cli)
{
	free(cli->items);
	free(cli->args);
	free(cli->config_files);
	*cli = (struct cli){ 0 };
}
