/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help.c: what people read about the settings, all of it from the rows of options.def.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/cli.h"
#include "crawler/options.h"

#define HELP_COLUMN 30 /* where the texts begin */
#define HELP_WIDTH  80
#define HELP_INDENT 6 /* of the text of one option, asked for alone */
#define CONF_WIDTH  100

static const struct {
	const char *usage, *about;
} commands[CONFIG_COMMAND_COUNT] = {
	[CONFIG_CRAWL] = { "crawl [OPTION]... URL...",
		"Crawl sites; results go to the job directory." },
	[CONFIG_MIRROR] = { "mirror [OPTION]... URL...",
		"Copy sites so that they open from disk: crawl --mirror --page-requisites." },
	[CONFIG_ARCHIVE] = { "archive [OPTION]... URL...",
		"Crawl sites into WARC files: crawl --warc --page-requisites." },
	[CONFIG_RESUME] = { "resume [OPTION]... DIR",
		"Go on with the job in DIR, with its settings and the options given." },
	[CONFIG_UPDATE] = { "update [OPTION]... DIR",
		"Bring the finished job in DIR up to date: only what changed is transferred." },
	[CONFIG_VERIFY] = { "verify [OPTION]... FILE...",
		"Check WARC and WACZ files, CDXJ indexes, or all of a job directory." },
	[CONFIG_GET] = { "get [OPTION]... URL...",
		"Download files, many at a time; -c goes on with what is there." },
	[CONFIG_SERVE] = { "serve [OPTION]... DIR",
		"Show what a job has kept in a browser, on this machine, without the network." },
	[CONFIG_REPORT] = { "report [OPTION]... DIR",
		"Print what the job's database says: outcomes, slow pages, errors, ..." },
	[CONFIG_CONFIG] = { "config [OPTION]...",
		"Print the settings in force, each with where it comes from." },
	[CONFIG_INSPECT] = { "inspect WHAT [FILE]",
		"Show how the parser reads FILE or standard input; WHAT: url, host, registrable, links, "
		"tokens, srcset, css, refresh, charset, robots, sitemap, date, path." },
	[CONFIG_TUNE] = { "tune [OPTION]... [URL]...",
		"Find the best worker counts by experiment, and write them into a config file." },
	[CONFIG_WHY] = { "why [OPTION]... URL [SEED]...",
		"Say, rule by rule, why URL would be crawled or not, or (-P DIR) was." },
	[CONFIG_CTL] = { "ctl DIR COMMAND...",
		"Ask a running job, or change it: status, hosts, get [KEY], set KEY=VALUE, pause, "
		"resume, stop, exclude REGEX, unpark HOST." },
	[CONFIG_TOP] = { "top DIR", "Watch a running job, and change its rates by keys." },
	[CONFIG_HELP] = { "help [COMMAND | OPTION]", "Explain a command, an option or a key." },
	[CONFIG_VERSION] = { "version", "Print the version and what it was built with." },
};

/*
 * Words of text, broken before width; each new line starts with indent blanks behind lead. column:
 * where we are.
 */
static void
put_wrapped(struct buf *out, const char *text, const char *lead, size_t indent, size_t column,
	size_t width)
{
	struct str word, rest = str_of(text);
	bool more = true, first = true;

	while (more) {
		more = str_cut(rest, ' ', &word, &rest);
		if (!more)
			word = rest;
		if (!first && column + 1 + word.len > width) {
			buf_addf(out, "\n%s%*s", lead, (int)indent, "");
			column = strlen(lead) + indent;
		} else if (!first) {
			buf_addc(out, ' ');
			column++;
		}
		buf_add_str(out, word);
		column += word.len;
		first = false;
	}
	buf_addc(out, '\n');
}

/* "--[no-]robots": of a switch that is on one needs the way to turn it off. */
static bool
is_on(const struct option *o)
{
	return o != NULL && o->type == OPTION_BOOL && strcmp(o->def, "on") == 0;
}

/* Without dashes. Shorthands (o NULL) all have a long name. */
static const char *
spelt(const struct option_flag *f, const struct option *o)
{
	return f->long_name != NULL || o == NULL ? f->long_name : o->key;
}

/* "-l, --level=N" */
static void
put_spelling(struct buf *out, const struct option_flag *f, const struct option *o)
{
	if (f->short_name != NULL)
		buf_addf(out, "-%s, ", f->short_name);
	else
		buf_add_str(out, STR("    "));
	buf_addf(out, "--%s%s", is_on(o) ? "[no-]" : "", spelt(f, o));
	if (f->arg != NULL)
		buf_addf(out, "=%s", f->arg);
}

static void
put_default(struct buf *out, const struct option *o, enum config_command about)
{
	const char *def = o != NULL ? option_default(o, about) : "";

	if (o != NULL && o->type != OPTION_BOOL && def[0] != '\0')
		buf_addf(out, " [%s]", def);
	else if (is_on(o))
		buf_add_str(out, STR(" [on]"));
}

/*
 * What the one-screen help has room for: the text up to the first full stop, semicolon, colon or
 * bracket that is not quoted.
 */
static struct str
gist(const char *text)
{
	size_t len = strlen(text);
	const char *at;
	bool quoted = false;

	for (at = text; *at != '\0'; at++) {
		quoted = *at == '`' || (quoted && *at != '\'');
		if (quoted)
			continue;
		if (((*at == '.' || *at == ';' || *at == ':') && at[1] == ' ') ||
			(*at == ' ' && at[1] == '(') || (*at == '.' && at[1] == '\0'))
			break;
	}
	return str_n(text, *at != '\0' ? (size_t)(at - text) : len);
}

static void
put_help_row(struct buf *out, const struct option_flag *f, const struct option *o, enum config_command about, bool all)
{
	struct buf left = BUF_INIT(4096), text = BUF_INIT(4096);

	buf_add_str(&left, STR("  "));
	put_spelling(&left, f, o);
	buf_add_str(&text, all ? str_of(f->help) : gist(f->help));
	put_default(&text, o, about);
	if (buf_cstr(&text) == NULL || left.err < 0) {
		out->err = text.err < 0 ? text.err : left.err;
	} else {
		buf_add_str(out, buf_str(&left));
		if (left.len >= HELP_COLUMN) {
			buf_addc(out, '\n');
			left.len = 0;
		}
		buf_addf(out, "%*s", (int)(HELP_COLUMN - left.len), "");
		put_wrapped(out, text.data, "", HELP_COLUMN, HELP_COLUMN, HELP_WIDTH);
	}
	buf_release(&left);
	buf_release(&text);
}

static bool
is_shown(const struct option_flag *f, unsigned mask, bool all)
{
	return (f->commands & mask) != 0 && (all || f->common);
}

static void
put_help_section(struct buf *out, int section, enum config_command about, unsigned mask, bool all)
{
	size_t start = out->len, title;

	buf_addf(out, "\n%s:\n", option_sections[section].title);
	title = out->len;
	for (size_t i = 0; i < n_options; i++)
		if (options[i].flag.section == section && is_shown(&options[i].flag, mask, all))
			put_help_row(out, &options[i].flag, &options[i], about, all);
	for (size_t i = 0; i < n_shorthands; i++)
		if (shorthands[i].flag.section == section &&
			is_shown(&shorthands[i].flag, mask, all))
			put_help_row(out, &shorthands[i].flag, NULL, about, all);
	if (out->len == title)
		out->len = start; /* nothing in it for this command */
}

static void
put_commands(struct buf *out)
{
	buf_add_str(out, STR("usage: lycosa COMMAND [OPTION]... [URL]...\n\nCommands:\n"));
	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++) {
		buf_addf(out, "  %-*s", HELP_COLUMN - 2, commands[i].usage);
		if (strlen(commands[i].usage) >= HELP_COLUMN - 2)
			buf_addf(out, "\n%*s", HELP_COLUMN, "");
		put_wrapped(out, commands[i].about, "", HELP_COLUMN, HELP_COLUMN, HELP_WIDTH);
	}
}

int
help_text(enum config_command about, bool all, struct buf *out)
{
	unsigned mask = about == CONFIG_HELP ? CMD_ALL : 1u << about;

	CHECK((unsigned)about < CONFIG_COMMAND_COUNT);
	if (about == CONFIG_HELP) {
		put_commands(out);
	} else {
		buf_addf(out, "usage: lycosa %s\n", commands[about].usage);
		put_wrapped(out, commands[about].about, "", 0, 0, HELP_WIDTH);
	}
	/* `config' takes all there is; its own help would be that of all commands. */
	if (about == CONFIG_CONFIG && !all)
		mask = 0;
	for (size_t i = 0; i < n_option_sections; i++)
		put_help_section(out, (int)i, about, mask, all);
	buf_addf(out, "\n%s",
		all ? "Any key of lycosa.conf(5) can be given as --SECTION.NAME=VALUE.\n"
		    : "`lycosa --help=all' lists every option; lycosa(1) explains them.\n");
	return buf_err(out);
}

/* One row, with all that the manual page says of it. */
int
help_option(struct str name, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(4096);
	struct str bare = cli_bare(name), head, value;
	struct option_found row;
	const struct option_flag *f;

	/* What one would give it says nothing about it. */
	if (str_cut(bare, '=', &head, &value))
		bare = head;
	row = bare.len <= 2 ? option_by_short(bare) : option_by_long(bare);
	if (row.option == NULL && row.shorthand == NULL && str_starts(bare, STR("no-")))
		row = option_by_long(str_n(bare.p + 3, bare.len - 3));
	/* "-nv": the switch of one letter, off. */
	if (row.option == NULL && row.shorthand == NULL && bare.len == 2 && bare.p[0] == 'n')
		row = option_switch_by_letter(bare.p[1]);
	if (row.option == NULL && row.shorthand == NULL)
		row.option = option_by_key(bare);
	if (row.option == NULL && row.shorthand == NULL)
		return -ENOENT;
	f = row.option != NULL ? &row.option->flag : &row.shorthand->flag;
	put_spelling(out, f, row.option);
	buf_addf(out, "\n%*s", HELP_INDENT, "");
	put_wrapped(out, f->help, "", HELP_INDENT, HELP_INDENT, HELP_WIDTH);
	if (row.option != NULL) {
		buf_add_str(&text, STR("Value: "));
		option_put_range(&text, row.option);
		if (row.option->def[0] != '\0')
			buf_addf(&text, ". Default: %s", row.option->def);
		buf_addf(&text, ". Key: %s.", row.option->key);
		if (buf_cstr(&text) == NULL)
			return text.err;
		buf_addf(out, "%*s", HELP_INDENT, "");
		put_wrapped(out, text.data, "", HELP_INDENT, HELP_INDENT, HELP_WIDTH);
	}
	return buf_err(out);
}

static void
put_conf_row(struct buf *out, const struct option *o)
{
	struct buf text = BUF_INIT(4096);

	buf_add_str(&text, str_of(o->flag.help));
	buf_add_str(&text, STR(" Value: "));
	option_put_range(&text, o);
	buf_addc(&text, '.');
	if (buf_cstr(&text) == NULL) {
		out->err = text.err;
	} else {
		buf_add_str(out, STR("\n# "));
		put_wrapped(out, text.data, "# ", 0, 2, CONF_WIDTH);
		buf_addf(out, "#%s =%s%s\n", o->name, o->def[0] != '\0' ? " " : "", o->def);
	}
	buf_release(&text);
}

int
help_conf(struct buf *out)
{
	buf_add_str(out, STR("# lycosa.conf: every setting, with its meaning and its default. Made "
			     "from crawler/options.def.\n"
			     "# See lycosa.conf(5). Lines that begin with # are comments: take the "
			     "# off to set a value.\n"));
	for (size_t s = 0; s < n_option_sections; s++) {
		buf_addf(out, "\n# %s: %s\n[%s]\n", option_sections[s].title,
			option_sections[s].about, option_sections[s].name);
		for (size_t i = 0; i < n_options; i++)
			if (options[i].flag.section == (int)s)
				put_conf_row(out, &options[i]);
	}
	return buf_err(out);
}

/* man(7): backslashes and hyphens are escaped; a line of text must not begin with . or '. Lists without blanks may be broken. */
static void
put_man(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		bool line_start = out->len == 0 || out->data[out->len - 1] == '\n';

		if (line_start && (*text == '.' || *text == '\''))
			buf_addf(out, "\\&%c", *text);
		else if (*text == '-')
			buf_add_str(out, STR("\\-"));
		else if (*text == '\\')
			buf_add_str(out, STR("\\e"));
		else
			buf_addc(out, *text);
		if (*text == ',' && text[1] != ' ' && text[1] != '\0')
			buf_add_str(out, STR("\\:"));
	}
}

static void
put_man_bold(struct buf *out, const char *dashes, const char *name)
{
	buf_add_str(out, STR("\\fB"));
	put_man(out, dashes);
	put_man(out, name);
	buf_add_str(out, STR("\\fR"));
}

static void
put_man_value(struct buf *out, const struct option *o)
{
	struct buf range = BUF_INIT(4096);

	option_put_range(&range, o);
	if (buf_cstr(&range) == NULL) {
		out->err = range.err;
	} else {
		buf_add_str(out, STR("Value: "));
		put_man(out, range.data);
		buf_add_str(out, STR(".\n"));
	}
	buf_release(&range);
	if (o->def[0] == '\0')
		return;
	buf_add_str(out, STR("Default: "));
	put_man(out, o->def);
	buf_add_str(out, STR(".\n"));
}

static void
put_man_option(struct buf *out, const struct option_flag *f, const struct option *o)
{
	buf_add_str(out, STR(".TP\n"));
	if (f->short_name != NULL) {
		put_man_bold(out, "-", f->short_name);
		buf_add_str(out, STR(", "));
	}
	put_man_bold(out, is_on(o) ? "--[no-]" : "--", spelt(f, o));
	if (f->arg != NULL) {
		buf_add_str(out, STR("=\\fI"));
		put_man(out, f->arg);
		buf_add_str(out, STR("\\fR"));
	}
	buf_addc(out, '\n');
	put_man(out, f->help);
	buf_addc(out, '\n');
	if (o == NULL)
		return;
	put_man_value(out, o);
	buf_add_str(out, STR("Key: "));
	put_man_bold(out, "", o->key);
	buf_add_str(out, STR(".\n"));
}

int
help_man_options(struct buf *out)
{
	for (size_t s = 0; s < n_option_sections; s++) {
		buf_addf(out, ".SS %s\n", option_sections[s].title);
		put_man(out, option_sections[s].about);
		buf_addc(out, '\n');
		for (size_t i = 0; i < n_options; i++)
			if (options[i].flag.section == (int)s)
				put_man_option(out, &options[i].flag, &options[i]);
		for (size_t i = 0; i < n_shorthands; i++)
			if (shorthands[i].flag.section == (int)s)
				put_man_option(out, &shorthands[i].flag, NULL);
	}
	return buf_err(out);
}

int
help_man_keys(struct buf *out)
{
	for (size_t s = 0; s < n_option_sections; s++) {
		buf_addf(out, ".SS [%s]\n", option_sections[s].name);
		put_man(out, option_sections[s].about);
		buf_addc(out, '\n');
		for (size_t i = 0; i < n_options; i++) {
			if (options[i].flag.section != (int)s)
				continue;
			buf_add_str(out, STR(".TP\n"));
			put_man_bold(out, "", options[i].name);
			buf_addc(out, '\n');
			put_man(out, options[i].flag.help);
			buf_addc(out, '\n');
			put_man_value(out, &options[i]);
		}
	}
	return buf_err(out);
}
