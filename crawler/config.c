/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/machine.h"
#include "crawler/config_load.h"
#include "crawler/units.h"
#include "url/login.h"

#define CONFIG_ERROR_MAX_BYTES (64 * 1024)
#define CONFIG_ITEMS_MAX       1000000 /* of one list */

struct config_chunk {
	struct config_chunk *next;
	size_t len;
	char data[];
};

/* What is known of each row's value. */
struct config_value {
	const char *origin; /* NULL = default */
	unsigned source;
	const char **items; /* LIST, LINES: NULL-terminated; also the field's value */
	const char **origins; /* of each item */
	size_t n_items, cap;
};

struct config_private {
	struct config_chunk *chunks;
	struct config_value values[];
};

static void *
config_alloc(struct config *c, size_t len)
{
	struct config_chunk *chunk;

	chunk = malloc(sizeof(*chunk) + len);
	if (chunk == NULL)
		return NULL;
	chunk->len = len;
	chunk->next = c->priv->chunks;
	c->priv->chunks = chunk;
	return chunk->data;
}

const char *
config_strdup(struct config *c, struct str s)
{
	char *copy = config_alloc(c, s.len + 1);

	if (copy == NULL)
		return NULL;
	if (s.len > 0)
		memcpy(copy, s.p, s.len);
	copy[s.len] = '\0';
	return copy;
}

int
config_keep_args(struct config *c)
{
	const char **own = config_alloc(c, (c->n_args + 1) * sizeof(*own));

	if (own == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_args; i++) {
		own[i] = config_strdup(c, str_of(c->args[i]));
		if (own[i] == NULL)
			return -ENOMEM;
	}
	own[c->n_args] = NULL;
	c->args = own;
	return 0;
}

uint64_t
config_memory(const struct config *c)
{
	uint64_t half;

	if (c->run.memory > 0)
		return c->run.memory;
	half = machine_memory_bytes() / 2;
	if (half == 0 || half > CONFIG_MEMORY_BYTES)
		return CONFIG_MEMORY_BYTES;
	return half > CONFIG_MEMORY_MIN_BYTES ? half : CONFIG_MEMORY_MIN_BYTES;
}

void
config_free(struct config *c)
{
	struct config_chunk *chunk, *next;

	if (c == NULL)
		return;
	if (c->priv != NULL) {
		for (size_t i = 0; i < n_options; i++)
			free(c->priv->values[i].items), free(c->priv->values[i].origins);
		for (chunk = c->priv->chunks; chunk != NULL; chunk = next) {
			next = chunk->next;
			explicit_bzero(chunk->data, chunk->len); /* it may be a secret */
			free(chunk);
		}
	}
	free(c->priv);
	free(c);
}

void
config_quote(struct buf *out, struct str s)
{
	buf_addc(out, '`');
	login_put_hidden(out, s);
	buf_addc(out, '\'');
}

int
config_fail(struct config_loader *l, const struct config_place *place, const char *fmt, ...)
{
	CLEANUP(freep) char *text = NULL;
	va_list ap;
	int n;

	if (l->error.len > 0)
		return -EINVAL;
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		return -ENOMEM;
	}
	if (place != NULL)
		buf_add_escaped(&l->error, str_of(place->prefix));
	buf_add(&l->error, text, (size_t)n);
	return -EINVAL;
}

static struct config_value *
config_value(const struct config *c, const struct option *o)
{
	return &c->priv->values[o - options];
}

static void *
config_field(struct config *c, const struct option *o)
{
	return (char *)c + o->offset;
}

/* "needs a size ..., not `5q'": the one message for a bad value. */
static int
bad_value(struct config_loader *l, const struct config_place *place, const struct option *o,
	struct str value, const char *why)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONFIG_ERROR_MAX_BYTES);
	size_t near_len = 0;
	const char *near = o->type == OPTION_ENUM ? option_nearest_word(o, value, &near_len) : NULL;

	if (option_is_secret(o)) {
		buf_addf(&b, "the value %s; ", why);
	} else if (o->type != OPTION_ENUM || value.len > 0) {
		config_quote(&b, value);
		buf_addf(&b, " %s; ", why);
	}
	buf_addf(&b, "`%s' must be ", o->key);
	option_put_range(&b, o);
	if (near != NULL) {
		buf_add_str(&b, STR("; did you mean "));
		config_quote(&b, str_n(near, near_len));
		buf_addc(&b, '?');
	}
	if (buf_err(&b) < 0)
		return b.err;
	return config_fail(l, place, "%.*s", STR_ARG(buf_str(&b)));
}

static int
read_number(const struct option *o, struct str value, int64_t *ret)
{
	switch (o->type) {
	case OPTION_SIZE:
		return units_size(value, ret);
	case OPTION_TIME:
		return units_time(value, ret);
	default:
		return units_count(value, ret);
	}
}

static void
store_number(struct config *c, const struct option *o, int64_t v)
{
	void *field = config_field(c, o);

	if (o->type == OPTION_SIZE)
		*(uint64_t *)field = (uint64_t)v;
	else if (o->type == OPTION_TIME)
		*(int64_t *)field = v;
	else
		*(unsigned *)field = (unsigned)v;
}

static int
set_number(struct config_loader *l, const struct config_place *place, const struct option *o,
	struct str value)
{
	int64_t v;
	int r;

	if (o->word != NULL && str_ieq(value, str_of(o->word))) {
		store_number(l->config, o, o->word_value);
		return 0;
	}
	r = read_number(o, value, &v);
	if (r == -ENXIO)
		return bad_value(l, place, o, value, "has a unit that is not known");
	if (r == -EINVAL)
		return bad_value(l, place, o, value, "is not such a value");
	if (r == 0 && v == 0 && o->word != NULL && strcmp(o->word, "inf") == 0)
		v = o->word_value;
	else if (r < 0 || v < o->min || v > o->max)
		return bad_value(l, place, o, value, "is out of range");
	store_number(l->config, o, v);
	return 0;
}

static int
set_bool(struct config_loader *l, const struct config_place *place, const struct option *o,
	struct str value)
{
	bool v;

	if (units_bool(value, &v) < 0)
		return bad_value(l, place, o, value, "is neither");
	*(bool *)config_field(l->config, o) = v;
	return 0;
}

static int
set_enum(struct config_loader *l, const struct config_place *place, const struct option *o,
	struct str value)
{
	for (unsigned i = 0; option_word(o, i).p != NULL; i++)
		if (str_ieq(value, option_word(o, i))) {
			*(unsigned *)config_field(l->config, o) = i;
			return 0;
		}
	return bad_value(l, place, o, value, "is none of its words");
}

static int
set_string(struct config_loader *l, const struct option *o, struct str value)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONFIG_ERROR_MAX_BYTES);
	const char *home = getenv("HOME"), *copy = NULL;

	if (o->type == OPTION_PATH && str_starts(value, STR("~/")) && home != NULL) {
		buf_add_str(&b, str_of(home));
		buf_add(&b, value.p + 1, value.len - 1);
		if (buf_err(&b) < 0)
			return b.err;
		value = buf_str(&b);
	}
	if (value.len > 0) {
		copy = config_strdup(l->config, value);
		if (copy == NULL)
			return -ENOMEM;
	}
	*(const char **)config_field(l->config, o) = copy;
	return 0;
}

static int
set_secret(struct config_loader *l, const struct config_place *place, const struct option *o, struct str value)
{
	const char *copy = NULL;

	/* Empty is a value, but as the default it is none. */
	if (place->origin != NULL) {
		copy = config_strdup(l->config, value);
		if (copy == NULL)
			return -ENOMEM;
	}
	*(const char **)config_field(l->config, o) = copy;
	return 0;
}

static int
list_add(struct config_loader *l, const struct option *o, struct str item, const char *origin)
{
	struct config_value *v = config_value(l->config, o);
	const char *copy = config_strdup(l->config, item);

	if (copy == NULL || v->n_items >= CONFIG_ITEMS_MAX)
		return -ENOMEM;
	if (v->n_items + 2 > v->cap) {
		size_t cap = v->cap == 0 ? 8 : v->cap * 2;
		const char **items = realloc(v->items, cap * sizeof(*items)), **origins;

		if (items == NULL)
			return -ENOMEM;
		v->items = items;
		origins = realloc(v->origins, cap * sizeof(*origins));
		if (origins == NULL)
			return -ENOMEM;
		v->origins = origins;
		v->cap = cap;
	}
	v->origins[v->n_items] = origin;
	v->items[v->n_items++] = copy;
	v->items[v->n_items] = NULL;
	return 0;
}

static int
set_list(struct config_loader *l, const struct config_place *place, const struct option *o,
	struct str value)
{
	struct config_value *v = config_value(l->config, o);
	struct str item, rest = value;
	const char *origin = place->origin == NULL ? NULL : config_strdup(l->config, str_of(place->origin));
	int r = place->origin != NULL && origin == NULL ? -ENOMEM : 0;

	if (v->source != place->source || value.len == 0)
		v->n_items = 0;
	if (o->type != OPTION_LIST) {
		if (value.len > 0 && r == 0)
			r = list_add(l, o, value, origin);
	} else {
		bool more = value.len > 0;

		while (more && r == 0) {
			more = str_cut(rest, ',', &item, &rest);
			item = str_trim(more ? item : rest);
			if (item.len > 0)
				r = list_add(l, o, item, origin);
		}
	}
	if (r == 0)
		*(const char *const **)config_field(l->config, o) =
			v->n_items > 0 ? v->items : NULL;
	return r;
}

/*
 * A newline in a user agent would be a header of its own; none of these texts has a use for control
 * characters.
 */
int
config_set(struct config_loader *l, const struct config_place *place, const struct option *o,
	struct str value)
{
	struct config_value *v = config_value(l->config, o);
	int r;

	/* What is said of a file shows its name. */
	if (o->type == OPTION_PATH && login_is_likely(value))
		return bad_value(l, place, o, value, "looks like a URL with a login; with ./ before it, it is a file");
	if (str_has_control(value))
		return bad_value(l, place, o, value, "holds control characters");
	if (l->in_job_file && l->kept == o)
		return 0;
	/* The job's file knows only that there was one. */
	if (l->in_job_file && !config_job_may_say(o, value)) {
		if (v->origin != NULL && v->source != place->source) {
			l->kept = o;
			return 0;
		}
		value = STR(CONFIG_HIDDEN);
	}
	value = option_spelling(o, value);
	switch (o->type) {
	case OPTION_BOOL:
		r = set_bool(l, place, o, value);
		break;
	case OPTION_ENUM:
		r = set_enum(l, place, o, value);
		break;
	case OPTION_STRING:
	case OPTION_PATH:
		r = set_string(l, o, value);
		break;
	case OPTION_SECRET:
		r = set_secret(l, place, o, value);
		break;
	case OPTION_LIST:
	case OPTION_LINES:
	case OPTION_SECRETS:
		r = set_list(l, place, o, value);
		break;
	default:
		r = set_number(l, place, o, value);
	}
	if (r < 0)
		return r;
	v->source = place->source;
	v->origin = place->origin == NULL ? NULL : config_strdup(l->config, str_of(place->origin));
	return place->origin != NULL && v->origin == NULL ? -ENOMEM : 0;
}

/*
 * "`timeout' may be `fetch.timeout' or `parse.timeout'". False if fewer than two sections have it.
 */
static bool
put_ambiguous(struct buf *b, struct str name)
{
	unsigned n = 0;

	config_quote(b, name);
	for (size_t i = 0; i < n_options; i++)
		if (str_eq(name, str_of(options[i].name)))
			buf_addf(b, "%s `%s'", n++ == 0 ? " may be" : " or", options[i].key);
	return n > 1;
}

/* wget's use_proxy, dir_prefix, recursive: what to do instead. The option of that name, where there is one. */
static bool
put_habit(struct buf *b, struct str key)
{
	struct option_found f;
	char name[64];
	const char *instead;

	if (key.len >= sizeof(name))
		return false;
	for (size_t i = 0; i < key.len; i++)
		name[i] = key.p[i] == '_' ? '-' : key.p[i];
	instead = option_habit(str_n(name, key.len), CMD_ALL);
	f = option_by_long(str_n(name, key.len));
	if (instead != NULL)
		buf_addf(b, "; %s", instead);
	else if (f.option != NULL)
		buf_addf(b, "; did you mean `%s'?", f.option->key);
	else if (f.shorthand != NULL)
		buf_addf(b, "; --%s is an option, and no setting", f.shorthand->flag.long_name);
	return instead != NULL || f.option != NULL || f.shorthand != NULL;
}

static int
unknown_key(struct config_loader *l, const struct config_place *place, struct str key)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONFIG_ERROR_MAX_BYTES);
	const char *near = option_nearest_key(key);

	if (!put_ambiguous(&b, key)) {
		buf_reset(&b, SIZE_MAX);
		buf_add_str(&b, STR("unknown key "));
		config_quote(&b, key);
		if (put_habit(&b, key))
			; /* said */
		else if (near != NULL)
			buf_addf(&b, "; did you mean `%s'?", near);
		else
			buf_add_str(&b, STR("; `lycosa config' lists them"));
	}
	if (buf_err(&b) < 0)
		return b.err;
	return config_fail(l, place, "%.*s", STR_ARG(buf_str(&b)));
}

int
config_set_key(struct config_loader *l, const struct config_place *place, struct str key,
	struct str value)
{
	const struct option *o = option_by_key(key);

	if (o == NULL)
		return unknown_key(l, place, key);
	return config_set(l, place, o, value);
}

int
config_new(struct config **ret_config)
{
	static const struct config_place place = { 0, "options.def: ", NULL };
	struct config_loader l = { .error = BUF_INIT(CONFIG_ERROR_MAX_BYTES) };
	struct config *c = calloc(1, sizeof(*c));
	int r = 0;

	if (c == NULL)
		return -ENOMEM;
	c->priv = calloc(1, sizeof(*c->priv) + n_options * sizeof(c->priv->values[0]));
	if (c->priv == NULL) {
		config_free(c);
		return -ENOMEM;
	}
	l.config = c;
	for (size_t i = 0; i < n_options && r == 0; i++)
		r = config_set(&l, &place, &options[i], str_of(options[i].def));
	CHECK(l.error.len == 0); /* a default that its own row refuses */
	buf_release(&l.error);
	if (r < 0) {
		config_free(c);
		return r;
	}
	*ret_config = c;
	return 0;
}

const char *
config_origin(const struct config *c, const char *key)
{
	const struct option *o = option_by_key(str_of(key));

	if (o == NULL)
		return NULL;
	return config_value(c, o)->origin != NULL ? config_value(c, o)->origin : "default";
}

const char *
config_item_origin(const struct config *c, const char *key, const char *item)
{
	const struct config_value *v;
	const struct option *o = option_by_key(str_of(key));

	if (o == NULL)
		return NULL;
	v = config_value(c, o);
	for (size_t i = 0; i < v->n_items; i++)
		if (v->items[i] == item)
			return v->origins[i] != NULL ? v->origins[i] : "default";
	return config_origin(c, key);
}

static void
put_line_end(const struct config *c, const struct option *o, size_t start, bool origins,
	struct buf *out)
{
	const char *origin = config_value(c, o)->origin;

	if (origins) {
		do
			buf_addc(out, ' ');
		while (out->err == 0 && out->len - start < 40);
		buf_add_str(out, STR("# "));
		buf_add_escaped(out, str_of(origin != NULL ? origin : "default"));
	}
	buf_addc(out, '\n');
}

static void
put_setting(const struct config *c, const struct option *o, bool hide, bool origins, struct buf *out)
{
	static const char *const hidden[] = { CONFIG_HIDDEN, NULL };
	const void *field = (const char *)c + o->offset;
	const char *const *lines = NULL;
	size_t i = 0;

	if (hide || config_hides(c, o))
		lines = hidden;
	else if (o->type == OPTION_LINES || o->type == OPTION_SECRETS)
		lines = *(const char *const *const *)field;
	/* An empty secret is one: that there is none cannot be said by a value. */
	if (o->type == OPTION_SECRET && *(const char *const *)field == NULL)
		buf_addc(out, '#');

	do {
		size_t start = out->len;

		buf_addf(out, "%s =", o->name);
		if (out->err == 0) {
			buf_addc(out, ' ');
			if (lines != NULL)
				config_put_text(out, str_of(lines[i++]));
			else
				config_put_value(out, c, o);
			if (out->err == 0 && out->data[out->len - 1] == ' ')
				out->len--;
		}
		put_line_end(c, o, start, origins, out);
	} while (lines != NULL && lines[i] != NULL && out->err == 0);
}

static int
put_settings(const struct config *c, const struct option *hide, bool origins, struct buf *out)
{
	const char *section = "";

	for (size_t i = 0; i < n_options; i++) {
		if (strcmp(section, options[i].section) != 0) {
			section = options[i].section;
			buf_addf(out, "%s[%s]\n", i > 0 ? "\n" : "", section);
		}
		put_setting(c, &options[i], &options[i] == hide, origins, out);
	}
	return buf_err(out);
}

int
config_text(const struct config *c, bool origins, struct buf *out)
{
	return put_settings(c, NULL, origins, out);
}

int
config_job_text(const struct config *c, bool list_logins, struct buf *out)
{
	return put_settings(c, list_logins ? option_by_key(STR("session.login")) : NULL, false, out);
}
