/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tokenizer's spans as html5lib's tokens: here everything is decoded that the readers skip, doctypes too
 * (WHATWG HTML §13.2.5.53-68).
 */
#include "config.h"

#include <errno.h>

#include "parse/worker/entities.h"
#include "parse/worker/inspect_impl.h"
#include "parse/worker/scan.h"

struct token_attr {
	struct str name, value;
};

struct tokens {
	struct buf *out;
	struct buf text;   /* one decoded string */
	struct buf name;   /* one decoded name */
	struct buf attrs;  /* struct token_attr[] of the current tag */
};

static struct str
decoded(struct buf *b, struct str s, unsigned flags)
{
	buf_reset(b, SIZE_MAX);
	(void)entity_decode(s, flags, b);
	return b->len != 0 ? buf_str(b) : STR("");
}

static struct str
decoded_name(struct tokens *t, struct str name)
{
	struct str s = decoded(&t->name, name, ENTITY_NUL);
	size_t i;

	for (i = 0; i < t->name.len; i++)
		t->name.data[i] = (char)ascii_lower((unsigned char)t->name.data[i]);
	return s;
}

static void
begin_token(struct tokens *t, const char *type)
{
	json_element(t->out);
	json_begin_array(t->out);
	json_element(t->out);
	json_str(t->out, str_of(type));
}

static void
add_element(struct tokens *t, struct str s)
{
	json_element(t->out);
	if (s.p == NULL)
		json_nil(t->out);
	else
		json_str(t->out, s);
}

static void
keep_attr(void *arg, struct str name, struct str value)
{
	struct tokens *t = arg;
	struct token_attr a = { name, value };

	(void)buf_add(&t->attrs, &a, sizeof(a));
}

/* JSON's reader takes the last of equal keys, HTML the first: repeats are left out. Quadratic, and only here. */
static bool
repeats(const struct token_attr *attrs, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (str_ieq(attrs[k].name, attrs[i].name))
			return true;
	return false;
}

static void
start_token(struct tokens *t, const struct scan *s)
{
	const struct token_attr *attrs = (const struct token_attr *)(const void *)t->attrs.data;
	size_t n = t->attrs.len / sizeof(*attrs), i;
	bool first = true;

	begin_token(t, "StartTag");
	add_element(t, decoded_name(t, s->name));
	json_element(t->out);
	json_begin(t->out);
	for (i = 0; i < n; i++) {
		if (repeats(attrs, i))
			continue;
		if (!first)
			(void)buf_addc(t->out, ',');
		first = false;
		json_str(t->out, decoded_name(t, attrs[i].name));
		(void)buf_addc(t->out, ':');
		json_str(t->out, decoded(&t->text, attrs[i].value, ENTITY_REFS | ENTITY_ATTR | ENTITY_NUL));
	}
	json_end(t->out);
	if (s->self_closing) {
		json_element(t->out);
		json_bool(t->out, true);
	}
	json_end_array(t->out);
}

struct doctype {
	struct str name, public_id, system_id; /* p NULL: missing */
	bool correct;
};

static const char *
skip(const char *p, const char *end)
{
	while (p < end && ascii_is_space((unsigned char)*p))
		p++;
	return p;
}

/* A quoted identifier at *p; false if it is not closed. */
static bool
take_id(const char **p, const char *end, struct str *ret)
{
	const char *from = *p + 1, *close = memchr(from, **p, (size_t)(end - from));

	*ret = str_n(from, (size_t)((close != NULL ? close : end) - from));
	*p = close != NULL ? close + 1 : end;
	return close != NULL;
}

static bool
at_quote(const char *p, const char *end)
{
	return p < end && (*p == '"' || *p == '\'');
}

/* s: what stands between "<!doctype" and '>'; closed: the '>' was there. */
static struct doctype
parse_doctype(struct str s, bool closed)
{
	struct doctype d = { STR_NONE, STR_NONE, STR_NONE, false };
	const char *p = s.p, *end = s.p + s.len, *from;

	p = skip(p, end);
	if (p == end)
		return d;
	for (from = p; p < end && !ascii_is_space((unsigned char)*p); p++)
		;
	d.name = str_n(from, (size_t)(p - from));
	p = skip(p, end);
	d.correct = closed;
	if (p == end)
		return d;
	d.correct = false;
	if (str_istarts(str_n(p, (size_t)(end - p)), STR("public"))) {
		p = skip(p + 6, end);
		if (!at_quote(p, end) || !take_id(&p, end, &d.public_id))
			return d;
		p = skip(p, end);
		if (p == end) {
			d.correct = closed;
			return d;
		}
	} else if (str_istarts(str_n(p, (size_t)(end - p)), STR("system"))) {
		p = skip(p + 6, end);
	} else {
		return d;
	}
	if (!at_quote(p, end) || !take_id(&p, end, &d.system_id))
		return d;
	/* what follows the system identifier is no reason for quirks; that nothing does, not even '>', is */
	d.correct = closed || skip(p, end) < end;
	return d;
}

static void
doctype_token(struct tokens *t, const struct scan *s)
{
	struct doctype d = parse_doctype(s->text, s->text.p + s->text.len < s->end);

	begin_token(t, "DOCTYPE");
	add_element(t, d.name.p != NULL ? decoded_name(t, d.name) : STR_NONE);
	add_element(t, d.public_id.p != NULL ? decoded(&t->text, d.public_id, ENTITY_NUL) : STR_NONE);
	add_element(t, d.system_id.p != NULL ? decoded(&t->text, d.system_id, ENTITY_NUL) : STR_NONE);
	json_element(t->out);
	json_bool(t->out, d.correct);
	json_end_array(t->out);
}

static void
one_token(struct tokens *t, const struct scan *s, enum scan_type type, enum scan_state before)
{
	bool keeps_nul = before == SCAN_DATA || before == SCAN_CDATA;

	switch (type) {
	case SCAN_START:
		start_token(t, s);
		return;
	case SCAN_DOCTYPE:
		doctype_token(t, s);
		return;
	case SCAN_END:
		begin_token(t, "EndTag");
		add_element(t, decoded_name(t, s->name));
		break;
	case SCAN_COMMENT:
		begin_token(t, "Comment");
		add_element(t, decoded(&t->text, s->text, ENTITY_NUL));
		break;
	default:
		begin_token(t, "Character");
		add_element(t, decoded(&t->text, s->text,
			(s->text_refs ? (unsigned)ENTITY_REFS : 0) | (keeps_nul ? 0 : (unsigned)ENTITY_NUL)));
		break;
	}
	json_end_array(t->out);
}

static bool
state_by_name(struct str name, enum scan_state *ret)
{
	static const char *const names[] = {
		[SCAN_DATA] = "Data state",
		[SCAN_RCDATA] = "RCDATA state",
		[SCAN_RAWTEXT] = "RAWTEXT state",
		[SCAN_SCRIPT_DATA] = "Script data state",
		[SCAN_PLAINTEXT] = "PLAINTEXT state",
		[SCAN_CDATA] = "CDATA section state",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(name, str_of(names[i]))) {
			*ret = (enum scan_state)i;
			return true;
		}
	return false;
}

int
inspect_tokens(struct inspect *in, json_t *request, struct buf *out, const char **ret_error)
{
	struct tokens t = { .out = out, .text = BUF_INIT(SIZE_MAX / 4), .name = BUF_INIT(SIZE_MAX / 4),
		.attrs = BUF_INIT(SIZE_MAX / 4) };
	struct str input = inspect_str(request, "input"), state = inspect_str(request, "state");
	enum scan_state initial = SCAN_DATA, before;
	enum scan_type type;
	struct scan s;

	if (input.p == NULL)
		return inspect_bad("input: the text is missing", ret_error);
	if (state.p != NULL && !state_by_name(state, &initial))
		return inspect_bad("state: no such state", ret_error);
	names_init();
	scan_init(&s, input, SCAN_WANT_TEXT | SCAN_WANT_COMMENT);
	s.last_start = inspect_str(request, "lastStartTag");
	s.attr_fn = keep_attr;
	s.attr_arg = &t;
	scan_enter(&s, initial);
	json_begin(out);
	json_key(out, "tokens");
	json_begin_array(out);
	for (;;) {
		before = s.state;
		buf_reset(&t.attrs, SIZE_MAX);
		type = scan_next(&s);
		if (type == SCAN_EOF)
			break;
		one_token(&t, &s, type, before);
	}
	json_end_array(out);
	json_end(out);
	buf_release(&t.text);
	buf_release(&t.name);
	buf_release(&t.attrs);
	return buf_err(out);
}
