/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A segment is what stands between two of ';', '{', '}' at the same level: a declaration, or the prelude of a rule. The
 * URLs of a segment count when it turns out to be a declaration without bad tokens, or an at-rule's prelude; those of a
 * segment that ends in '{' (a selector) are taken back. Outside of all blocks, ';' and '}' end no declaration: they are
 * part of a selector, which no selector may have (§5.5.3), and its block is dropped with it.
 */
#include "config.h"

#include <errno.h>

#include "parse/worker/css.h"
#include "parse/worker/css_names.h"

struct css_reader {
	const char *begin, *p, *end;
	struct css *out;
	bool declarations;
	/* the segment */
	size_t mark;       /* urls.len at its beginning */
	size_t tokens;     /* begun in it; white space and comments are none */
	bool after_colon;  /* the token before this one is ':' */
	bool no_selector;  /* holds a number, a '(' or a function that is no pseudo-class: keyframes may have the first */
	bool bad;          /* holds a bad string, a bad url, or a bracket closed that is not open */
	bool named;        /* begins with a name */
	bool declares;     /* begins with a name and ':' */
	bool bang;         /* a declaration's '!', behind which "important" must come */
	bool important;    /* has come, and must be its end */
	enum at_rule at;   /* begins with this */
	bool imports_begun; /* an @import that counts */
	bool rules_begun;  /* a rule after which @import no longer counts */
	unsigned drop;     /* in a block whose rule is invalid: r->braces just inside it; else 0 */
	bool takes;        /* declarations may stand in the innermost block, or outside of all */
	/* open brackets: '{', 'R' = '{' of a block of rules only, 'K' = '{' of keyframes, '(', '[', 'I' = image-set(, 'B' = '{' in a value */
	char open[CSS_MAX_DEPTH];
	unsigned depth, braces;
};

static void
css_add(struct css_reader *r, const char *from, const char *to, enum css_kind kind, bool escaped)
{
	struct css_url u = { .start = (uint32_t)(from - r->begin), .len = (uint32_t)(to - from), .kind = kind,
		.escaped = escaped };

	if (r->at == AT_IMPORT) {
		if (r->tokens != 2) /* its URL is what comes first */
			return;
		u.kind = CSS_IMPORT;
	} else if (r->at >= AT_BLOCK) {
		u.kind = CSS_AT_RULE;
	} else if (r->at != AT_NONE || !r->declares) {
		return;
	}
	if (css_count(r->out) < CSS_MAX_URLS)
		(void)buf_add(&r->out->urls, &u, sizeof(u));
}

/* §4.3.5: from behind the quote; gives the span. False: a bad string. */
static bool
take_string(struct css_reader *r, char quote, const char **ret_to, bool *ret_escaped)
{
	const char *p = r->p;
	bool escaped = false;

	for (; p < r->end && *p != quote; p++) {
		if (*p == '\0')
			escaped = true;
		if (css_is_newline((unsigned char)*p)) {
			r->p = p; /* the line end itself is not part of it */
			return false;
		}
		if (*p == '\\') {
			escaped = true;
			if (p + 1 == r->end)
				continue;
			if (p[1] == '\r' && p + 2 < r->end && p[2] == '\n')
				p++;
			p++;
		}
	}
	*ret_to = p;
	*ret_escaped = escaped;
	r->p = p < r->end ? p + 1 : p;
	return true;
}

static void
skip_white_and_comments(struct css_reader *r)
{
	while (r->p < r->end) {
		if (ascii_is_space((unsigned char)*r->p)) {
			r->p++;
		} else if (r->end - r->p >= 2 && r->p[0] == '/' && r->p[1] == '*') {
			const char *p = r->p + 2;

			while ((p = memchr(p, '*', (size_t)(r->end - p))) != NULL && (p + 1 == r->end || p[1] != '/'))
				p++;
			r->p = p == NULL ? r->end : p + 2;
		} else {
			break;
		}
	}
}

/* §4.3.14: what is left of a bad url. */
static void
skip_bad_url(struct css_reader *r)
{
	r->bad = true;
	while (r->p < r->end) {
		if (*r->p == ')') {
			r->p++;
			return;
		}
		r->p += css_is_escape(r->p, r->end) ? 2 : 1;
	}
}

/* §4.3.6, behind "url(" and white space, at no quote. */
static void
take_unquoted_url(struct css_reader *r)
{
	const char *from = r->p, *to;
	bool escaped = false;

	while (r->p < r->end) {
		unsigned char c = (unsigned char)*r->p;
		uint32_t ignored;

		if (c == ')' || ascii_is_space(c))
			break;
		if (c == '"' || c == '\'' || c == '(' || (c < 0x20 && c != '\0') || c == 0x7f ||
			(c == '\\' && !css_is_escape(r->p, r->end))) {
			skip_bad_url(r);
			return;
		}
		escaped = escaped || c == '\\' || c == '\0';
		r->p = c == '\\' ? css_escape(r->p, r->end, &ignored) : r->p + 1;
	}
	to = r->p;
	while (r->p < r->end && ascii_is_space((unsigned char)*r->p))
		r->p++;
	if (r->p < r->end && *r->p != ')') {
		skip_bad_url(r);
		return;
	}
	if (r->p < r->end)
		r->p++;
	css_add(r, from, to, CSS_URL, escaped);
}

/*
 * §4.3.4 and CSS Values 4 §4.5: behind "url(". With a string in it, it is a function, whose ')' must follow: the
 * url-modifiers that may stand between are none yet, and browsers take none.
 */
static void
take_url(struct css_reader *r)
{
	const char *from, *to = NULL, *back = r->p;
	bool escaped = false;

	while (r->p < r->end && ascii_is_space((unsigned char)*r->p))
		r->p++;
	if (r->p == r->end || (*r->p != '"' && *r->p != '\'')) {
		r->p = back;
		while (r->p < r->end && ascii_is_space((unsigned char)*r->p))
			r->p++;
		take_unquoted_url(r);
		return;
	}
	r->p++;
	from = r->p;
	if (!take_string(r, r->p[-1], &to, &escaped)) {
		r->bad = true;
	} else {
		skip_white_and_comments(r);
		css_add(r, from, to, CSS_URL, escaped);
		if (r->p < r->end && *r->p != ')')
			r->bad = true;
	}
	if (r->depth < CSS_MAX_DEPTH)
		r->open[r->depth++] = '(';
	else
		r->p = r->end;
}

static void
segment_begin(struct css_reader *r)
{
	r->mark = r->out->urls.len;
	r->tokens = 0;
	r->bad = r->named = r->declares = r->bang = r->important = r->after_colon = r->no_selector = false;
	r->at = AT_NONE;
}

/* ';', '}' or the end of the text ends the segment: a declaration, or an at-rule without a block. */
static void
segment_end(struct css_reader *r)
{
	bool counts = !r->bad && !r->bang && r->drop == 0;

	if (r->at == AT_NONE)
		counts = counts && r->takes;
	else if (r->at == AT_IMPORT)
		counts = counts && !r->rules_begun && r->braces == 0 && !r->declarations;
	if (!counts)
		r->out->urls.len = r->mark;
	r->imports_begun |= counts && r->at == AT_IMPORT;
	/* CSS Cascade 5 §2: a statement of layers may stand before all @imports, not between them */
	if (r->braces == 0 && ((r->at == AT_NAMESPACE && !r->bad) ||
		(counts && r->at == AT_LAYER && r->tokens > 2 && r->imports_begun)))
		r->rules_begun = true;
	segment_begin(r);
}

static bool
in_keyframes(const struct css_reader *r)
{
	return r->depth > 0 && r->open[r->depth - 1] == 'K';
}

/* '{': what stood before it was a prelude, of a style rule or an at-rule. */
static void
segment_block(struct css_reader *r)
{
	r->braces++;
	if (r->at < AT_BLOCK || r->bad || r->drop != 0)
		r->out->urls.len = r->mark;
	if (r->at == AT_NONE && (r->bad || r->tokens == 1 || (r->no_selector && !in_keyframes(r))) && r->drop == 0)
		r->drop = r->braces;
	/* only a valid rule ends the time of @import (CSS Cascade 5 §2) */
	if (r->drop == 0 && (r->at == AT_NONE || r->at == AT_LAYER || (r->at >= AT_BLOCK && r->at != AT_OTHER)))
		r->rules_begun = true;
	segment_begin(r);
}

static void
open_bracket(struct css_reader *r, char kind)
{
	if (r->depth == CSS_MAX_DEPTH) {
		r->p = r->end;
		return;
	}
	r->open[r->depth++] = kind;
}

static bool
is_block(char bracket)
{
	return bracket == '{' || bracket == 'R' || bracket == 'K';
}

/* Is the innermost open bracket a parenthesis or square bracket, in which ';' and '}' mean nothing? */
static bool
in_value_bracket(const struct css_reader *r)
{
	return r->depth > 0 && !is_block(r->open[r->depth - 1]);
}

/* @media and its like hold what may stand around them (CSS Nesting §4.1); every other block takes declarations. */
static void
open_block(struct css_reader *r)
{
	bool nests = r->at == AT_RULES || r->at == AT_LAYER;
	char kind = '{';

	if (r->at == AT_KEYFRAMES)
		kind = 'K';
	else if (nests && !r->takes)
		kind = in_keyframes(r) ? 'K' : 'R';
	segment_block(r);
	open_bracket(r, kind);
	r->takes = kind == '{';
}

static void
close_bracket(struct css_reader *r, char c)
{
	char innermost = r->depth > 0 ? r->open[r->depth - 1] : '\0';

	if (c == '}' && is_block(innermost)) {
		segment_end(r);
		r->depth--;
		r->takes = r->depth > 0 ? r->open[r->depth - 1] == '{' : r->declarations;
		r->braces--;
		if (r->braces < r->drop)
			r->drop = 0;
		return;
	}
	if ((c == ')' && (innermost == '(' || innermost == 'I')) || (c == ']' && innermost == '[') ||
		(c == '}' && innermost == 'B'))
		r->depth--;
	else
		r->bad = true;
}

static void
take_ident(struct css_reader *r)
{
	char name[CSS_NAME_BYTES];

	r->p = css_take_name(r->p, r->end, name);
	if (r->p == r->end || *r->p != '(') {
		r->named = r->named || r->tokens == 1;
		r->important = r->bang && strcmp(name, "important") == 0;
		r->bad = r->bad || (r->bang && !r->important);
		r->bang = false;
		return;
	}
	r->p++;
	r->no_selector |= !r->after_colon && !in_value_bracket(r);
	if (strcmp(name, "url") == 0)
		take_url(r);
	else if (strcmp(name, "image-set") == 0 || strcmp(name, "-webkit-image-set") == 0)
		open_bracket(r, 'I');
	else
		open_bracket(r, '(');
}

static void
take_at_keyword(struct css_reader *r)
{
	char name[CSS_NAME_BYTES];

	r->p = css_take_name(r->p + 1, r->end, name);
	if (r->tokens == 1)
		r->at = css_at_rule_by_name(name);
	else if (r->at == AT_NONE)
		r->bad = true; /* no value and no selector has one */
}

static void
take_quoted(struct css_reader *r)
{
	char quote = *r->p++, innermost = r->depth > 0 ? r->open[r->depth - 1] : '\0';
	const char *from = r->p, *to = NULL;
	bool escaped = false;

	if (!take_string(r, quote, &to, &escaped))
		r->bad = true;
	else if (innermost == 'I' && r->at == AT_NONE)
		css_add(r, from, to, CSS_IMAGE_SET, escaped);
	else if (r->at == AT_IMPORT && r->depth == 0)
		css_add(r, from, to, CSS_IMPORT, escaped);
}

static void
take_punctuation(struct css_reader *r)
{
	char c = *r->p++;

	if (r->at == AT_NAMESPACE && c != ')' && c != ';' && c != '}')
		r->bad = true; /* names, a string, url(): nothing else is in one */
	switch (c) {
	case '{':
		if (in_value_bracket(r))
			open_bracket(r, 'B');
		else
			open_block(r);
		break;
	case '}':
	case ')':
	case ']':
		close_bracket(r, c);
		break;
	case '(':
		r->no_selector |= !in_value_bracket(r);
		open_bracket(r, c);
		break;
	case '[':
		open_bracket(r, c);
		break;
	case ';':
		if (in_value_bracket(r))
			break;
		if (r->at == AT_NONE && r->braces == 0 && !r->declarations)
			r->bad = true;
		else
			segment_end(r);
		break;
	case ':':
		r->after_colon = true;
		r->declares = r->declares || (r->named && r->tokens == 2);
		break;
	case '!':
		if (r->declares && !in_value_bracket(r))
			r->bang = true;
		break;
	default:
		break;
	}
}

/* "<!--" and "-->" between rules are nothing (old pages wrap their style sheets so). */
static bool
skip_cdo_cdc(struct css_reader *r)
{
	struct str rest = { r->p, (size_t)(r->end - r->p) };

	if (r->tokens > 0 || r->depth > 0)
		return false;
	if (str_starts(rest, STR("<!--")))
		r->p += 4;
	else if (str_starts(rest, STR("-->")))
		r->p += 3;
	else
		return false;
	return true;
}

static void
take_token(struct css_reader *r)
{
	unsigned char c = (unsigned char)*r->p;
	char ignored[CSS_NAME_BYTES];
	const char *next = r->p + 1;

	if ((c == '<' || c == '-') && skip_cdo_cdc(r))
		return;
	r->tokens++;
	if (c != ';' && c != '}' && (r->important || (r->bang && !css_is_ident(r->p, r->end))))
		r->bad = true;
	if (c == '"' || c == '\'') {
		take_quoted(r);
		r->after_colon = false;
	} else if (css_is_ident(r->p, r->end)) {
		take_ident(r);
		r->after_colon = false;
	} else if (c == '@' && css_is_ident(next, r->end)) {
		take_at_keyword(r);
	} else if (c == '#' || ascii_is_digit(c)) { /* a hash, or a number and its unit: no function begins here */
		r->no_selector |= c != '#' && !in_value_bracket(r);
		r->p = css_take_name(next, r->end, ignored);
	} else {
		r->after_colon = false;
		take_punctuation(r);
	}
}

void
css_init(struct css *c)
{
	buf_init(&c->urls, CSS_MAX_URLS * sizeof(struct css_url));
}

void
css_release(struct css *c)
{
	buf_release(&c->urls);
}

/*
 * Could there be a URL at all? Most style sheets inside pages have none. Names are looked for as they are written, so that a
 * backslash anywhere means yes.
 */
static bool
may_have_urls(struct str text)
{
	const char *p, *end = text.p + text.len;

	if (text.len == 0)
		return false;
	if (memchr(text.p, '\\', text.len) != NULL)
		return true;
	for (p = text.p; (p = memchr(p, '(', (size_t)(end - p))) != NULL; p++)
		if (p - text.p >= 3 && (str_ieq(str_n(p - 3, 3), STR("url")) || str_ieq(str_n(p - 3, 3), STR("set"))))
			return true;
	for (p = text.p; (p = memchr(p, '@', (size_t)(end - p))) != NULL; p++)
		if (end - p > 6 && str_ieq(str_n(p + 1, 6), STR("import")))
			return true;
	return false;
}

int
css_read(struct css *c, struct str text, bool declarations)
{
	struct css_reader r = { .begin = text.p, .p = text.p, .end = text.p + text.len, .out = c,
		.declarations = declarations, .takes = declarations };

	buf_reset(&c->urls, 64 * 1024);
	if (text.len > UINT32_MAX)
		return -EMSGSIZE;
	if (!may_have_urls(text))
		return 0;
	if (str_starts(text, STR("\xef\xbb\xbf")))
		r.p += 3;
	segment_begin(&r);
	for (;;) {
		skip_white_and_comments(&r);
		if (r.p == r.end)
			break;
		take_token(&r);
	}
	segment_end(&r);
	return buf_err(&c->urls);
}

const char *
css_kind_name(enum css_kind kind)
{
	static const char *const names[] = {
		[CSS_URL] = "url",
		[CSS_IMPORT] = "import",
		[CSS_IMAGE_SET] = "image-set",
		[CSS_AT_RULE] = "at-rule",
	};

	CHECK((unsigned)kind < ARRAY_LEN(names));
	return names[kind];
}
