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
	struct str name, value; /* as written; their addresses tell which of two came first */
};

struct tokens {
	struct buf *out;
	struct buf text;   /* one decoded string */
	struct buf name;   /* one decoded name */
	struct buf chars;  /* decoded characters that no other token has ended yet */
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

/* By name, and equal names in the order of the page. */
static int
compare_attrs(const void *pa, const void *pb)
{
	const struct token_attr *a = pa, *b = pb;
	size_t i, n = a->name.len < b->name.len ? a->name.len : b->name.len;

	for (i = 0; i < n; i++) {
		int d = ascii_lower((unsigned char)a->name.p[i]) - ascii_lower((unsigned char)b->name.p[i]);

		if (d != 0)
			return d;
	}
	if (a->name.len != b->name.len)
		return a->name.len < b->name.len ? -1 : 1;
	return (a->name.p > b->name.p) - (a->name.p < b->name.p);
}

static void
start_token(struct tokens *t, const struct scan *s)
{
	struct token_attr *attrs = (struct token_attr *)(void *)t->attrs.data;
	size_t n = t->attrs.len / sizeof(*attrs), i;

	if (n > 1)
		qsort(attrs, n, sizeof(*attrs), compare_attrs);
	begin_token(t, "StartTag");
	add_element(t, decoded_name(t, s->name));
	json_element(t->out);
	json_begin(t->out);
	for (i = 0; i < n; i++) {
		/* JSON's reader takes the last of equal keys, HTML the first: repeats are left out. */
		if (i > 0 && str_ieq(attrs[i - 1].name, attrs[i].name))
			continue;
		if (i > 0)
			(void)buf_addc(t->out, ',');
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

/* html5lib's tokens have all characters between two others in one. */
static void
flush_characters(struct tokens *t)
{
	if (t->chars.len == 0)
		return;
	begin_token(t, "Character");
	add_element(t, buf_str(&t->chars));
	json_end_array(t->out);
	buf_reset(&t->chars, SIZE_MAX);
}

static void
add_characters(struct tokens *t, const struct scan *s, enum scan_state before)
{
	bool keeps_nul = before == SCAN_DATA || before == SCAN_CDATA;

	(void)entity_decode(s->text,
		(s->text_refs ? (unsigned)ENTITY_REFS : 0) | (keeps_nul ? 0 : (unsigned)ENTITY_NUL), &t->chars);
}

static void
one_token(struct tokens *t, const struct scan *s, enum scan_type type)
{
	flush_characters(t);
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
	default:
		begin_token(t, "Comment");
		add_element(t, decoded(&t->text, s->text, ENTITY_NUL));
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
		.chars = BUF_INIT(SIZE_MAX / 4), .attrs = BUF_INIT(SIZE_MAX / 4) };
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
		if (type == SCAN_TEXT)
			add_characters(&t, &s, before);
		else
			one_token(&t, &s, type);
	}
	flush_characters(&t);
	json_end_array(out);
	json_end(out);
	buf_release(&t.text);
	buf_release(&t.name);
	buf_release(&t.chars);
	buf_release(&t.attrs);
	return buf_err(out);
}
