/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of settings: as text, and from one config to another. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/config_load.h"

/* As config_file.c reads it back: in quotes when bare it would lose something. */
void
config_put_text(struct buf *out, struct str s)
{
	bool plain = s.len == str_trim(s).len && (s.len == 0 || s.p[0] != '"');

	for (size_t i = 0; i < s.len && plain; i++)
		plain = s.p[i] != ';' && s.p[i] != '#';
	if (plain) {
		buf_add_str(out, s);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, s.p[i]);
	}
	buf_addc(out, '"');
}

static void
put_number_value(struct buf *out, const struct option *o, int64_t v)
{
	if (o->word != NULL && v == o->word_value)
		buf_add_str(out, str_of(o->word));
	else
		option_put_number(out, o, v);
}

static void
put_list(struct buf *out, const char *const *items)
{
	CLEANUP(buf_releasep) struct buf joined = BUF_INIT(SIZE_MAX / 2);

	for (size_t i = 0; items != NULL && items[i] != NULL; i++) {
		if (i > 0)
			buf_addc(&joined, ',');
		buf_add_str(&joined, str_of(items[i]));
	}
	if (joined.err < 0)
		out->err = joined.err;
	else
		config_put_text(out, buf_str(&joined));
}

void
config_put_value(struct buf *out, const struct config *c, const struct option *o)
{
	const void *field = (const char *)c + o->offset;

	switch (o->type) {
	case OPTION_BOOL:
		buf_add_str(out, *(const bool *)field ? STR("on") : STR("off"));
		break;
	case OPTION_COUNT:
		put_number_value(out, o, *(const unsigned *)field);
		break;
	case OPTION_SIZE:
		put_number_value(out, o, (int64_t) * (const uint64_t *)field);
		break;
	case OPTION_TIME:
		put_number_value(out, o, *(const int64_t *)field);
		break;
	case OPTION_ENUM:
		buf_add_str(out, option_word(o, *(const unsigned *)field));
		break;
	case OPTION_STRING:
	case OPTION_PATH:
	case OPTION_SECRET:
		config_put_text(out, str_of(*(const char *const *)field));
		break;
	case OPTION_LIST:
	case OPTION_LINES:
	case OPTION_SECRETS:
		put_list(out, *(const char *const *const *)field);
		break;
	}
}

void
config_put_shown(struct buf *out, const struct config *c, const struct option *o)
{
	if (config_hides(c, o))
		buf_add_str(out, STR(CONFIG_HIDDEN));
	else
		config_put_value(out, c, o);
}

static int
take_text(struct config_loader *l, const struct config_place *place, const struct option *o, const char *text)
{
	return config_set(l, place, o, str_of(text));
}

static const char *
as_place(const char *origin)
{
	return strcmp(origin, "default") != 0 ? origin : NULL;
}

static int
take_items(struct config_loader *l, const struct config *from, const struct config_place *place, const struct option *o)
{
	const char *const *items = *(const char *const *const *)((const char *)from + o->offset);
	struct config_place own = *place;
	int r = take_text(l, place, o, "");

	for (size_t i = 0; r == 0 && items != NULL && items[i] != NULL; i++) {
		own.origin = as_place(config_item_origin(from, o->key, items[i]));
		r = take_text(l, &own, o, items[i]);
	}
	return r;
}

int
config_take(struct config_loader *l, const struct config *from, const struct option *o, unsigned source)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(64 * 1024);
	const struct config_place place = {
		.source = source,
		.prefix = "",
		.origin = as_place(config_origin(from, o->key)),
	};
	const void *field = (const char *)from + o->offset;

	if (o->type == OPTION_STRING || o->type == OPTION_PATH)
		return take_text(l, &place, o, *(const char *const *)field != NULL ? *(const char *const *)field : "");
	/* An empty secret is one, none is another thing. */
	if (o->type == OPTION_SECRET)
		return *(const char *const *)field != NULL ? take_text(l, &place, o, *(const char *const *)field) : 0;
	if (o->type == OPTION_LIST || o->type == OPTION_LINES || o->type == OPTION_SECRETS)
		return take_items(l, from, &place, o);
	config_put_value(&text, from, o);
	return buf_cstr(&text) != NULL ? take_text(l, &place, o, text.data) : -ENOMEM;
}

int
config_copy(const struct config *c, struct config **ret_config)
{
	struct config_loader l = { .error = BUF_INIT(64 * 1024) };
	int r = config_new(&l.config);

	for (size_t i = 0; r == 0 && i < n_options; i++)
		r = config_take(&l, c, &options[i], CONFIG_SOURCE_COPY);
	buf_release(&l.error);
	if (r < 0) {
		config_free(l.config);
		return r;
	}
	l.config->command = c->command;
	*ret_config = l.config;
	return 0;
}

bool
config_same(const struct config *a, const struct config *b, const struct option *o)
{
	CLEANUP(buf_releasep) struct buf ta = BUF_INIT(SIZE_MAX / 2), tb = BUF_INIT(SIZE_MAX / 2);

	config_put_value(&ta, a, o);
	config_put_value(&tb, b, o);
	return ta.err == 0 && tb.err == 0 && str_eq(buf_str(&ta), buf_str(&tb));
}
