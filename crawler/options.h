/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * options.h: the rows of options.def as data, and how to find them by name. Immutable; any thread.
 */
#ifndef CRAWLER_OPTIONS_H
#define CRAWLER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "crawler/config.h"

enum option_type {
	OPTION_BOOL,
	OPTION_COUNT,
	OPTION_SIZE,
	OPTION_TIME,
	OPTION_ENUM,
	OPTION_STRING,
	OPTION_PATH,
	OPTION_LIST,
	OPTION_LINES,
	OPTION_SECRET,
	OPTION_SECRETS,
};

/* Who takes an option on the command line. */
enum {
	CMD_SERVE = 1u << CONFIG_SERVE,
	CMD_CRAWL = 1u << CONFIG_CRAWL | 1u << CONFIG_MIRROR | 1u << CONFIG_ARCHIVE | 1u << CONFIG_RESUME |
		1u << CONFIG_UPDATE,
	CMD_UPDATE = 1u << CONFIG_UPDATE,
	CMD_GET = 1u << CONFIG_GET,
	CMD_FETCH = CMD_CRAWL | CMD_GET,
	CMD_CONFIG = 1u << CONFIG_CONFIG,
	CMD_REPORT = 1u << CONFIG_REPORT,
	CMD_VERIFY = 1u << CONFIG_VERIFY,
	CMD_INSPECT = 1u << CONFIG_INSPECT,
	CMD_WHY = 1u << CONFIG_WHY,
	CMD_TUNE = 1u << CONFIG_TUNE,
	CMD_CTL = 1u << CONFIG_CTL,
	CMD_TOP = 1u << CONFIG_TOP,
	CMD_HELP = 1u << CONFIG_HELP,
	CMD_VERSION = 1u << CONFIG_VERSION,
	CMD_ALL = (1u << CONFIG_COMMAND_COUNT) - 1,
	CMD_NONE = 0, /* for habits: the word is itself where a command is wanted */
};

/* What the two kinds of rows have in common: how it is spelt on the command line. */
struct option_flag {
	const char *long_name, *short_name; /* NULL = none */
	const char *arg;                    /* what --help calls the argument; NULL = takes none */
	unsigned commands;
	bool common;
	const char *help;
	int section; /* under which --help lists it */
};

struct option {
	struct option_flag flag;
	const char *section, *name, *key; /* "fetch", "loops", "fetch.loops" */
	enum option_type type;
	int64_t min, max;
	const char *word; /* NULL = none */
	int64_t word_value;
	const char *def;
	size_t offset; /* of the field in struct config */
};

struct shorthand {
	struct option_flag flag;
	const char *keys;  /* NULL: not a setting */
	const char *value; /* NULL: the argument */
};

struct option_section {
	const char *name, *title, *about;
};

/* Its values are not written out: config_secret.c. */
static inline bool
option_is_secret(const struct option *o)
{
	return o->type == OPTION_SECRET || o->type == OPTION_SECRETS;
}

extern const struct option options[];
extern const size_t n_options;
extern const struct shorthand shorthands[];
extern const size_t n_shorthands;
extern const struct option_section option_sections[];
extern const size_t n_option_sections;

struct command_default {
	enum config_command command;
	const char *key, *def;
	bool is_meaning; /* above a job's own file, too */
};

extern const struct command_default command_defaults[];
extern const size_t n_command_defaults;
/* What holds for the row where nobody says otherwise, in this command. */
const char *option_default(const struct option *o, enum config_command command);

/* By "fetch.loops", or by "loops" when only one section has it. NULL if there is none. */
const struct option *option_by_key(struct str key);
/* The i-th word of an ENUM row ("events|threads"), STR_NONE beyond the last. */
struct str option_word(const struct option *o, unsigned i);
/* A value of a row of numbers, as it is written. */
void option_put_number(struct buf *out, const struct option *o, int64_t v);

/* A value as people write it who know another crawler's word for it; others come back as they are. */
struct str option_spelling(const struct option *o, struct str value);

/* What a row means nothing without: "mirror.index" without store.mirror. */
struct option_belonging {
	const char *rows; /* a key, or "section." */
	const char *to;   /* keys of switches, blank-separated: one of them is enough */
	const char *text; /* what to do where all are off */
};
extern const struct option_belonging option_belongings[];
extern const size_t n_option_belongings;
bool option_belongs(const struct option *o, const struct option_belonging *b);

/* Either, or both NULL when there is no such name. */
struct option_found {
	const struct option *option;
	const struct shorthand *shorthand;
};
/* Without "--". */
struct option_found option_by_long(struct str name);
/* One letter or two, without "-". */
struct option_found option_by_short(struct str name);
/* A switch only: what "-n" before its letter turns off, as in wget's -nv. */
struct option_found option_switch_by_letter(char letter);

/*
 * What those who know another crawler's option of this name should do instead (habits.def): the name without dashes, and the
 * command it was given to, as CMD_*; CMD_ALL where lycosa has no such option; CMD_NONE: the name is that of a command, and lycosa has none
 * such. NULL: nobody's habit.
 */
const char *option_habit(struct str name, unsigned commands);

/* The existing name that was probably meant, or NULL when none is near. */
const char *option_nearest_key(struct str key);
const char *option_nearest_long(struct str name);
const char *option_nearest_word(const struct option *o, struct str word, size_t *ret_len);
/*
 * Is `candidate` nearer to `name` than *best (start with option_distance_max(name) + 1)? Then *best
 * is its distance.
 */
bool option_nearer(struct str name, struct str candidate, unsigned *best);
unsigned option_distance_max(struct str name);

/* What a value of this row must look like: "a number from 1 to 64, or auto". */
void option_put_range(struct buf *out, const struct option *o);

#endif
