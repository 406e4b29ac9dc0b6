/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "crawler/options.h"
#include "crawler/units.h"

#define OPTION_NAME_MAX_BYTES 64 /* for the edit distance; longer names are near to nothing */

enum {
#define SECTION(section, title, about) SECTION_##section,
#include "crawler/options.def"
};

const struct option_section option_sections[] = {
#define SECTION(section, title, about) { #section, title, about },
#include "crawler/options.def"
};
const size_t n_option_sections = ARRAY_LEN(option_sections);

/* `config` shows what each command would do, `why` what `crawl` would; `tune` runs it. */
#define WITH_ASKING(cmds) ((cmds) | CMD_CONFIG | (((cmds) & CMD_CRAWL) != 0 ? CMD_WHY | CMD_TUNE : 0u))

const struct option options[] = {
#define OPTION(section, name, type, lng, sht, arg, min, max, word, word_value, def, cmds, common,  \
	help)                                                                                      \
	{ { lng, sht, arg, WITH_ASKING(cmds), common, help, SECTION_##section }, #section,         \
		#name, #section "." #name, OPTION_##type, min, max, word, word_value, def,         \
		offsetof(struct config, section.name) },
#include "crawler/options.def"
};
const size_t n_options = ARRAY_LEN(options);

const struct shorthand shorthands[] = {
#define SHORTHAND(lng, sht, arg, keys, value, cmds, common, help)                                  \
	{ { lng, sht, arg, WITH_ASKING(cmds), common, help, SECTION_run }, keys, value },
#include "crawler/options.def"
};
const size_t n_shorthands = ARRAY_LEN(shorthands);

const struct command_default command_defaults[] = {
#define COMMAND_DEFAULT(command, key, def) { command, key, def, false },
#define COMMAND_MEANING(command, key, value) { command, key, value, true },
#include "crawler/options.def"
};
const size_t n_command_defaults = ARRAY_LEN(command_defaults);

const struct option_belonging option_belongings[] = {
#define BELONGS(rows, to, text) { rows, to, text },
#include "crawler/options.def"
};
const size_t n_option_belongings = ARRAY_LEN(option_belongings);

static const struct spelling {
	const char *key, *words, *value;
} spellings[] = {
#define SPELLINGS(key, words, value) { key, words, value },
#include "crawler/options.def"
};

/* Is it one of these, which are blank-separated? */
static bool
is_word(const char *words, struct str name)
{
	struct str word, rest = str_of(words);
	bool more = true;

	while (more) {
		more = str_cut(rest, ' ', &word, &rest);
		if (str_eq(more ? word : rest, name))
			return true;
	}
	return false;
}

struct str
option_spelling(const struct option *o, struct str value)
{
	for (const struct spelling *s = spellings; s < spellings + ARRAY_LEN(spellings); s++)
		if (strcmp(s->key, o->key) == 0 && is_word(s->words, value))
			return str_of(s->value);
	return value;
}

bool
option_belongs(const struct option *o, const struct option_belonging *b)
{
	struct str rows = str_of(b->rows);

	return rows.p[rows.len - 1] == '.' ? str_starts(str_of(o->key), rows) : str_eq(str_of(o->key), rows);
}

const char *
option_default(const struct option *o, enum config_command command)
{
	for (size_t i = 0; i < n_command_defaults; i++)
		if (command_defaults[i].command == command && strcmp(command_defaults[i].key, o->key) == 0)
			return command_defaults[i].def;
	return o->def;
}

static bool
cstr_is(const char *cstr, struct str s)
{
	return cstr != NULL && str_eq(str_of(cstr), s);
}

const struct option *
option_by_key(struct str key)
{
	const struct option *found = NULL;
	bool bare = key.len == 0 || memchr(key.p, '.', key.len) == NULL;

	for (size_t i = 0; i < n_options; i++) {
		if (!cstr_is(bare ? options[i].name : options[i].key, key))
			continue;
		if (found != NULL)
			return NULL; /* "timeout": whose? */
		found = &options[i];
	}
	return found;
}

struct str
option_word(const struct option *o, unsigned i)
{
	struct str rest = str_of(o->flag.arg), word;

	while (str_cut(rest, '|', &word, &rest))
		if (i-- == 0)
			return word;
	return i == 0 ? rest : STR_NONE;
}

static struct option_found
option_find(struct str name, size_t name_offset)
{
	struct option_found f = { NULL, NULL };

	for (size_t i = 0; i < n_options && f.option == NULL; i++)
		if (cstr_is(*(const char *const *)((const char *)&options[i].flag + name_offset),
			    name))
			f.option = &options[i];
	for (size_t i = 0; i < n_shorthands && f.option == NULL && f.shorthand == NULL; i++)
		if (cstr_is(*(const char *const *)((const char *)&shorthands[i].flag + name_offset),
			    name))
			f.shorthand = &shorthands[i];
	return f;
}

struct option_found
option_by_long(struct str name)
{
	struct option_found f = option_find(name, offsetof(struct option_flag, long_name));

	/* --fetch.loops=2: every key is an option too. */
	if (f.option == NULL && f.shorthand == NULL && name.len > 0 &&
		memchr(name.p, '.', name.len) != NULL)
		f.option = option_by_key(name);
	return f;
}

struct option_found
option_by_short(struct str name)
{
	return option_find(name, offsetof(struct option_flag, short_name));
}

struct option_found
option_switch_by_letter(char letter)
{
	struct option_found what = option_by_short(str_n(&letter, 1));

	if (what.option == NULL || what.option->type != OPTION_BOOL)
		return (struct option_found){ NULL, NULL };
	return what;
}

static const struct habit {
	const char *spellings;
	unsigned commands;
	const char *text;
} habits[] = {
#define HABIT(spellings, commands, text) { spellings, commands, text },
#include "crawler/habits.def"
#undef HABIT
};

const char *
option_habit(struct str name, unsigned commands)
{
	for (const struct habit *h = habits; h < habits + ARRAY_LEN(habits); h++) {
		bool said = (commands == CMD_ALL) == (h->commands == CMD_ALL) && ((h->commands & commands) != 0 || h->commands == commands);

		if (said && is_word(h->spellings, name))
			return h->text;
	}
	return NULL;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Optimal string alignment: insertion, deletion, substitution, exchange of neighbours cost 1 each;
 * '-' and '_' are one.
 */
static unsigned
option_distance(struct str a, struct str b)
{
	unsigned rows[3][OPTION_NAME_MAX_BYTES + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];

	if (a.len > OPTION_NAME_MAX_BYTES || b.len > OPTION_NAME_MAX_BYTES)
		return UINT_MAX;
	memset(rows, 0, sizeof(rows));
	for (unsigned j = 0; j <= b.len; j++)
		last[j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		unsigned *t;

		now[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned char x = ascii_lower((unsigned char)a.p[i - 1]);
			unsigned char y = ascii_lower((unsigned char)b.p[j - 1]);
			bool same = x == y || ((x == '-' || x == '_') && (y == '-' || y == '_'));

			now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
				a.p[i - 2] == b.p[j - 1] && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		t = before;
		before = last;
		last = now;
		now = t;
	}
	return last[b.len];
}

unsigned
option_distance_max(struct str name)
{
	/* Of short names many are near to one another that mean other things: --max-rate, --max-page. */
	unsigned fifth = (unsigned)(name.len > OPTION_NAME_MAX_BYTES ? OPTION_NAME_MAX_BYTES : name.len) / 5;

	return fifth < 1 ? 1 : fifth > 4 ? 4 : fifth;
}

bool
option_nearer(struct str name, struct str candidate, unsigned *best)
{
	unsigned d = option_distance(name, candidate);

	if (d >= *best)
		return false;
	*best = d;
	return true;
}

const char *
option_nearest_key(struct str key)
{
	unsigned best = option_distance_max(key) + 1;
	const char *nearest = NULL;
	struct str head, name = key;

	for (size_t i = 0; i < n_options; i++)
		if (option_nearer(key, str_of(options[i].key), &best))
			nearest = options[i].key;
	if (nearest != NULL)
		return nearest;
	/* The right name in the wrong section, or in none. */
	while (str_cut(name, '.', &head, &name))
		continue;
	best = option_distance_max(name) + 1;
	for (size_t i = 0; i < n_options; i++)
		if (option_nearer(name, str_of(options[i].name), &best) ||
			(options[i].flag.long_name != NULL &&
				option_nearer(name, str_of(options[i].flag.long_name), &best)))
			nearest = options[i].key;
	return nearest;
}

const char *
option_nearest_long(struct str name)
{
	unsigned best = option_distance_max(name) + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < n_options; i++) {
		const char *n = options[i].flag.long_name != NULL ? options[i].flag.long_name
								  : options[i].key;

		if (option_nearer(name, str_of(n), &best))
			nearest = n;
	}
	for (size_t i = 0; i < n_shorthands; i++)
		if (option_nearer(name, str_of(shorthands[i].flag.long_name), &best))
			nearest = shorthands[i].flag.long_name;
	return nearest;
}

const char *
option_nearest_word(const struct option *o, struct str word, size_t *ret_len)
{
	unsigned best = option_distance_max(word) + 1;
	struct str nearest = STR_NONE;

	for (unsigned i = 0; option_word(o, i).p != NULL; i++)
		if (option_nearer(word, option_word(o, i), &best))
			nearest = option_word(o, i);
	*ret_len = nearest.len;
	return nearest.p;
}

void
option_put_number(struct buf *out, const struct option *o, int64_t v)
{
	if (o->type == OPTION_SIZE)
		units_put_size(out, v);
	else if (o->type == OPTION_TIME)
		units_put_time(out, v);
	else
		buf_add_u64(out, (uint64_t)v);
}

static void
put_words(struct buf *out, const struct option *o)
{
	for (unsigned i = 0; option_word(o, i).p != NULL; i++) {
		if (i > 0)
			buf_add_str(out, option_word(o, i + 1).p != NULL ? STR(", ") : STR(" or "));
		buf_add_str(out, option_word(o, i));
	}
}

void
option_put_range(struct buf *out, const struct option *o)
{
	static const char *const nouns[] = {
		[OPTION_BOOL] = "on or off",
		[OPTION_COUNT] = "a number",
		[OPTION_SIZE] = "a size in bytes (k, m, g, t)",
		[OPTION_TIME] = "a time in seconds (us, ms, s, m, h, d)",
		[OPTION_ENUM] = "",
		[OPTION_STRING] = "a text",
		[OPTION_PATH] = "a path",
		[OPTION_LIST] = "a comma-separated list; repeatable",
		[OPTION_LINES] = "one item; repeatable",
		[OPTION_SECRET] = "a text, or @FILE",
		[OPTION_SECRETS] = "one item, or @FILE; repeatable",
	};

	if (o->type == OPTION_ENUM) {
		put_words(out, o);
		return;
	}
	buf_add_str(out, str_of(nouns[o->type]));
	if (o->type != OPTION_COUNT && o->type != OPTION_SIZE && o->type != OPTION_TIME)
		return;
	buf_add_str(out, STR(" from "));
	option_put_number(out, o, o->min);
	buf_add_str(out, STR(" to "));
	option_put_number(out, o, o->max);
	if (o->word != NULL)
		buf_addf(out, ", or %s", o->word);
}
