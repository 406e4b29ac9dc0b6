/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "tune/edit.h"

#define NOWHERE SIZE_MAX

/* A line as config_file.c reads it; all of it is within the line's bytes. */
struct line {
	struct str bytes; /* with its ending */
	struct str text;  /* without blanks at the ends */
	bool is_section, is_key;
	struct str name;  /* of a section or a key */
	struct str value; /* of a key: what is to be replaced */
};

struct edit {
	struct str rest;
	struct str section; /* in which the next line stands */
	size_t at;          /* number of the line at hand, from 0 */
	const char *newline;
	/* Of each key: the line that sets it last; else the line behind which it goes. */
	size_t set[EDIT_KEYS_MAX], behind[EDIT_KEYS_MAX];
	struct buf *out, *diff;
	size_t said; /* number of the last line that stands in the diff, plus one; 0: none */
};

static bool
is_comment_start(struct str s, size_t i)
{
	return (s.p[i] == '#' || s.p[i] == ';') && (i == 0 || ascii_is_space((unsigned char)s.p[i - 1]));
}

/* text begins with the value: how much of it that is. */
static struct str
value_of(struct str text)
{
	size_t i = 0;

	if (text.len > 0 && text.p[0] == '"') {
		for (i = 1; i < text.len && text.p[i] != '"'; i++)
			if (text.p[i] == '\\' && i + 1 < text.len)
				i++;
		return str_n(text.p, i < text.len ? i + 1 : text.len);
	}
	while (i < text.len && !is_comment_start(text, i))
		i++;
	while (i > 0 && ascii_is_space((unsigned char)text.p[i - 1]))
		i--;
	return str_n(text.p, i);
}

/* False: there is none left. */
static bool
next_line(struct edit *e, struct line *ret)
{
	struct str head, rest;
	const char *end = e->rest.len > 0 ? memchr(e->rest.p, '\n', e->rest.len) : NULL;

	if (e->rest.len == 0)
		return false;
	*ret = (struct line){ .bytes = str_n(e->rest.p, end != NULL ? (size_t)(end - e->rest.p) + 1 : e->rest.len) };
	e->rest = str_n(e->rest.p + ret->bytes.len, e->rest.len - ret->bytes.len);
	ret->text = ret->bytes;
	if (e->at == 0 && str_starts(ret->text, STR("\xef\xbb\xbf")))
		ret->text = str_n(ret->text.p + 3, ret->text.len - 3);
	ret->text = str_trim(ret->text);
	if (ret->text.len == 0 || ret->text.p[0] == '#' || ret->text.p[0] == ';')
		return true;
	if (ret->text.p[0] == '[') {
		ret->is_section = str_cut(str_n(ret->text.p + 1, ret->text.len - 1), ']', &ret->name, &rest);
		return true;
	}
	if (!str_cut(ret->text, '=', &head, &rest))
		return true;
	ret->is_key = true;
	ret->name = str_trim(head);
	while (rest.len > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t'))
		rest = str_n(rest.p + 1, rest.len - 1);
	ret->value = value_of(rest);
	return true;
}

/* A name with a dot is absolute; one without stands in its section, or in none. */
static bool
is_key(const struct edit *e, const struct line *l, const struct edit_key *key)
{
	struct str section = e->section, name = l->name, head, tail;

	if (!l->is_key)
		return false;
	if (str_cut(l->name, '.', &head, &tail)) {
		section = head;
		name = tail;
	}
	return str_eq(name, str_of(key->name)) && (section.len == 0 || str_eq(section, str_of(key->section)));
}

static void
edit_scan(struct edit *e, struct str text, const struct edit_key *keys, size_t n)
{
	struct line l;

	e->rest = text;
	for (e->at = 0; next_line(e, &l); e->at++) {
		if (e->at == 0 && str_ends(l.bytes, STR("\r\n")))
			e->newline = "\r\n";
		if (l.is_section)
			e->section = l.name;
		for (size_t i = 0; i < n; i++) {
			if (is_key(e, &l, &keys[i]))
				e->set[i] = e->at;
			if ((l.is_key || l.is_section) && str_eq(e->section, str_of(keys[i].section)))
				e->behind[i] = e->at;
		}
	}
}

/* --- writing ------------------------------------------------------------------------------------------------------------- */

/* A line goes or comes at the place that is at hand; ours, and the user's escaped. */
static void
say(struct edit *e, char sign, struct str line)
{
	if (e->said != e->at + 1)
		buf_addf(e->diff, "@@ line %zu @@\n", e->at + 1);
	e->said = e->at + 1;
	buf_addc(e->diff, sign);
	buf_add_escaped(e->diff, str_trim(line));
	buf_addc(e->diff, '\n');
}

/* What was written last ends its line. */
static void
end_line(struct edit *e)
{
	if (e->out->err == 0 && e->out->len > 0 && e->out->data[e->out->len - 1] != '\n')
		buf_add_str(e->out, str_of(e->newline));
}

static void
put_comment(struct edit *e, const struct edit_key *key)
{
	size_t start = e->out->len;

	if (key->comment.len == 0)
		return;
	buf_add_str(e->out, STR(EDIT_MARK ": "));
	buf_add_str(e->out, key->comment);
	if (e->out->err == 0)
		say(e, '+', str_n(e->out->data + start, e->out->len - start));
	buf_add_str(e->out, str_of(e->newline));
}

static void
put_new(struct edit *e, const struct edit_key *key)
{
	size_t start;

	end_line(e);
	put_comment(e, key);
	start = e->out->len;
	buf_addf(e->out, "%s = %.*s", key->name, STR_ARG(key->value));
	if (e->out->err == 0)
		say(e, '+', str_n(e->out->data + start, e->out->len - start));
	buf_add_str(e->out, str_of(e->newline));
}

static void
put_changed(struct edit *e, const struct line *l, const struct edit_key *key)
{
	struct str before = str_n(l->bytes.p, (size_t)(l->value.p - l->bytes.p));
	const char *behind = l->value.p + l->value.len;
	size_t start;

	put_comment(e, key);
	if (str_eq(l->value, key->value)) {
		buf_add_str(e->out, l->bytes);
		return;
	}
	say(e, '-', l->bytes);
	start = e->out->len;
	buf_add_str(e->out, before);
	buf_add_str(e->out, key->value);
	buf_add_str(e->out, str_n(behind, (size_t)(l->bytes.p + l->bytes.len - behind)));
	if (e->out->err == 0)
		say(e, '+', str_n(e->out->data + start, e->out->len - start));
}

/* A comment of ours above a key that is set anew goes. */
static bool
is_old_mark(const struct edit *e, const struct line *l, const struct edit_key *keys, size_t n)
{
	if (!str_starts(l->text, STR(EDIT_MARK)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (e->set[i] == e->at + 1 && keys[i].comment.len > 0)
			return true;
	return false;
}

static void
put_line(struct edit *e, const struct line *l, const struct edit_key *keys, size_t n)
{
	const struct edit_key *set = NULL;

	for (size_t i = 0; i < n; i++)
		if (e->set[i] == e->at)
			set = &keys[i];
	if (is_old_mark(e, l, keys, n))
		say(e, '-', l->bytes);
	else if (set != NULL)
		put_changed(e, l, set);
	else
		buf_add_str(e->out, l->bytes);
	for (size_t i = 0; i < n; i++)
		if (e->set[i] == NOWHERE && e->behind[i] == e->at)
			put_new(e, &keys[i]);
}

/* Those whose section there is not. */
static void
put_sections(struct edit *e, const struct edit_key *keys, size_t n)
{
	const char *section = NULL;

	for (size_t i = 0; i < n; i++) {
		if (e->set[i] != NOWHERE || e->behind[i] != NOWHERE)
			continue;
		if (section == NULL || strcmp(section, keys[i].section) != 0) {
			section = keys[i].section;
			end_line(e);
			if (e->out->len > 0)
				buf_add_str(e->out, str_of(e->newline));
			buf_addf(e->out, "[%s]%s", section, e->newline);
			if (e->said != e->at + 1)
				buf_addf(e->diff, "@@ line %zu @@\n", e->at + 1);
			e->said = e->at + 1;
			buf_addf(e->diff, "+[%s]\n", section);
		}
		put_new(e, &keys[i]);
	}
}

int
edit_apply(struct str text, const struct edit_key *keys, size_t n, struct buf *out, struct buf *diff)
{
	struct edit e = { .newline = "\n", .out = out, .diff = diff };
	struct line l;

	CHECK(n <= EDIT_KEYS_MAX);
	for (size_t i = 0; i < n; i++)
		e.set[i] = e.behind[i] = NOWHERE;
	edit_scan(&e, text, keys, n);
	e.rest = text;
	for (e.at = 0; next_line(&e, &l); e.at++)
		put_line(&e, &l, keys, n);
	put_sections(&e, keys, n);
	return buf_err(out) < 0 ? buf_err(out) : buf_err(diff);
}
