/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *	             scan_data          text up to a '<' that begins something
 *	   '<' alpha   -> scan_tag      attributes, '>'          SCAN_START
 *	   '</' alpha  -> scan_tag                               SCAN_END
 *	   '<!'        -> scan_declaration                       SCAN_COMMENT, SCAN_DOCTYPE, or state SCAN_CDATA
 *	   '<?', '</'  -> scan_bogus_comment                     SCAN_COMMENT
 *	   other '<'      is text
 *	scan_raw_text, scan_script: text up to the end tag that fits (§13.2.5.11 "appropriate end tag"), then SCAN_END
 */
#include "config.h"

#include "parse/worker/scan.h"
#include "parse/worker/scan_tag.h"

#define SPACE (CLASS_SPACE | CLASS_TAG_END | CLASS_NAME_END | CLASS_VALUE_END)

const uint8_t scan_class[256] = {
	['\t'] = SPACE, ['\n'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
	['/'] = CLASS_TAG_END | CLASS_NAME_END,
	['>'] = CLASS_TAG_END | CLASS_NAME_END | CLASS_VALUE_END,
	['='] = CLASS_NAME_END,
	['a' ... 'z'] = CLASS_ALPHA, ['A' ... 'Z'] = CLASS_ALPHA,
};

void
scan_init(struct scan *s, struct str body, unsigned want)
{
	s->begin = s->p = s->start = body.p;
	s->end = body.p + body.len;
	s->state = SCAN_DATA;
	s->want = want;
	s->foreign = false;
	s->text = s->name = s->last_start = STR_NONE;
	s->text_refs = s->eof_in_tag = s->self_closing = false;
	s->tag = TAG_OTHER;
	s->seen = 0;
	s->attr_fn = NULL;
	s->attr_arg = NULL;
}

const char *
scan_value(const char *q, const char *end, struct str *ret)
{
	const char *p;

	if (q < end && (CLASS_OF(*q) & CLASS_SPACE) != 0)
		q = skip_space(q, end);
	if (q == end || *q != '=') {
		ret->p = ""; /* it has no place in the body */
		return q;
	}
	q = skip_space(q + 1, end);
	if (q == end)
		return NULL;
	if (*q == '"' || *q == '\'') {
		p = find_byte(q + 1, end, *q);
		*ret = span(q + 1, p);
		return p < end ? p + 1 : NULL;
	}
	p = *q == '>' ? q : find_class(q, end, CLASS_VALUE_END);
	*ret = span(q, p);
	return p;
}

/* §13.2.5.41: from content on to the next '>'. */
static enum scan_type
scan_bogus_comment(struct scan *s, const char *content)
{
	const char *gt = find_byte(content, s->end, '>');

	s->text = span(content, gt);
	s->p = gt < s->end ? gt + 1 : gt;
	return SCAN_COMMENT;
}

/*
 * §13.2.5.43-52. Every end is a '>' with "--", "--!" or, at the beginning, "" or "-" before it; so it is enough to look at
 * each '>'. What the input's end cuts off ("-", "--", "--!") is not part of the comment.
 */
static enum scan_type
scan_comment(struct scan *s, const char *content)
{
	const char *p = content, *end = s->end, *stop;

	for (;; p++) {
		p = find_byte(p, end, '>');
		if (p == end)
			break;
		if (p == content || (p == content + 1 && *content == '-')) {
			s->text = span(content, content);
			s->p = p + 1;
			return SCAN_COMMENT;
		}
		stop = p[-1] == '!' ? p - 1 : p;
		if (stop - content >= 2 && stop[-1] == '-' && stop[-2] == '-') {
			s->text = span(content, stop - 2);
			s->p = p + 1;
			return SCAN_COMMENT;
		}
	}
	stop = end;
	if (stop - content >= 3 && stop[-1] == '!' && stop[-2] == '-' && stop[-3] == '-')
		stop -= 3;
	else if (stop - content >= 2 && stop[-1] == '-' && stop[-2] == '-')
		stop -= 2;
	else if (stop - content >= 1 && stop[-1] == '-')
		stop -= 1;
	s->text = span(content, stop);
	s->p = end;
	return SCAN_COMMENT;
}

/* §13.2.5.42: p is behind "<!". SCAN_TEXT: a CDATA section was entered, nothing is to be given yet. */
static enum scan_type
scan_declaration(struct scan *s, const char *p)
{
	struct str rest = span(p, s->end);

	if (rest.len >= 2 && p[0] == '-' && p[1] == '-')
		return scan_comment(s, p + 2);
	if (str_istarts(rest, STR("doctype"))) {
		(void)scan_bogus_comment(s, p + 7); /* quoted identifiers end at '>' too */
		return SCAN_DOCTYPE;
	}
	if (s->foreign && str_starts(rest, STR("[CDATA["))) {
		s->p = p + 7;
		s->state = SCAN_CDATA;
		return SCAN_TEXT;
	}
	return scan_bogus_comment(s, p);
}

/* Is "</name" with an end behind it at p? */
static bool
at_end_tag(const char *p, const char *end, struct str name)
{
	size_t n = name.len;

	return n != 0 && (size_t)(end - p) > n + 2 && p[1] == '/' && (CLASS_OF(p[2 + n]) & CLASS_TAG_END) != 0 &&
		str_ieq(str_n(p + 2, n), name);
}

/* §13.2.5.2, .3, .9-14: where the text of this element ends. */
static const char *
raw_text_end(const struct scan *s, const char *p)
{
	for (;; p++) {
		p = find_byte(p, s->end, '<');
		if (p == s->end || at_end_tag(p, s->end, s->last_start))
			return p;
	}
}

/*
 * §13.2.5.4, .15-31: script data, and in it what "<!--" (escaped) and "<script" behind that (double escaped) change:
 * in double escaped text "</script>" only ends the inner one. "-->" ends both; its dashes may be those of "<!--".
 */
static const char *
script_end(const struct scan *s, const char *p)
{
	enum { PLAIN, ESCAPED, DOUBLE } level = PLAIN;
	const char *end = s->end, *dashes = p;

	for (;; p++) {
		if (level == PLAIN)
			p = find_byte(p, end, '<');
		else
			while (p < end && *p != '<' && *p != '>')
				p++;
		if (p == end)
			return end;
		if (*p == '>') {
			if (p - dashes >= 2 && p[-1] == '-' && p[-2] == '-')
				level = PLAIN;
			continue;
		}
		if (level == PLAIN && end - p >= 4 && p[1] == '!' && p[2] == '-' && p[3] == '-') {
			level = ESCAPED;
			dashes = p + 2;
			p += 3;
		} else if (level == DOUBLE) {
			if (at_end_tag(p, end, STR("script")))
				level = ESCAPED;
		} else if (at_end_tag(p, end, s->last_start)) {
			return p;
		} else if (level == ESCAPED && end - p > 7 && (CLASS_OF(p[7]) & CLASS_TAG_END) != 0 &&
			str_ieq(str_n(p + 1, 6), STR("script"))) {
			level = DOUBLE;
		}
	}
}

static const char *
cdata_end(const struct scan *s, const char *p)
{
	for (;; p++) {
		p = find_byte(p, s->end, '>');
		if (p == s->end || (p - s->p >= 2 && p[-1] == ']' && p[-2] == ']'))
			return p;
	}
}

/* Text that is not markup, from s->p on. False: it is empty, or not wanted. */
static bool
scan_not_markup(struct scan *s)
{
	const char *from = s->p, *to;

	s->start = from;
	s->text_refs = s->state == SCAN_RCDATA;
	switch (s->state) {
	case SCAN_CDATA:
		to = cdata_end(s, from);
		s->p = to < s->end ? to + 1 : to;
		s->text = span(from, to < s->end ? to - 2 : to);
		s->state = SCAN_DATA;
		break;
	case SCAN_SCRIPT_DATA:
		s->p = to = script_end(s, from);
		s->text = span(from, to);
		break;
	case SCAN_RCDATA:
	case SCAN_RAWTEXT:
		s->p = to = raw_text_end(s, from);
		s->text = span(from, to);
		break;
	default: /* SCAN_PLAINTEXT */
		s->p = s->end;
		s->text = span(from, s->end);
	}
	return s->text.len != 0 && (s->want & SCAN_WANT_TEXT) != 0;
}

/* What begins at the '<' at p; SCAN_TEXT if it is only text, or nothing: then s->p tells where to go on. */
static inline enum scan_type
scan_markup(struct scan *s, const char *p)
{
	if (UNLIKELY(s->end - p < 2)) {
		s->p = s->end;
		return SCAN_TEXT;
	}
	if (LIKELY((CLASS_OF(p[1]) & CLASS_ALPHA) != 0))
		return scan_tag(s, p + 1, SCAN_START);
	switch (p[1]) {
	case '/':
		if (LIKELY(s->end - p >= 3)) {
			if (LIKELY((CLASS_OF(p[2]) & CLASS_ALPHA) != 0)) {
				if ((s->want & SCAN_QUICK_ENDS) != 0 && LIKELY(scan_quick_end(s, p + 2)))
					return SCAN_END;
				return scan_tag(s, p + 2, SCAN_END);
			}
			if (p[2] != '>')
				return scan_bogus_comment(s, p + 2);
			s->p = p + 3;
			return SCAN_TEXT;
		}
		s->p = s->end;
		return SCAN_TEXT;
	case '!':
		return scan_declaration(s, p + 2);
	case '?':
		return scan_bogus_comment(s, p + 1);
	default:
		s->p = p + 1;
		return SCAN_TEXT;
	}
}

/* Does markup begin at p (or the void "</>")? */
static bool
is_markup(const char *p, const char *end)
{
	if (end - p < 2 || *p != '<')
		return false;
	if ((CLASS_OF(p[1]) & CLASS_ALPHA) != 0 || p[1] == '!' || p[1] == '?')
		return true;
	return p[1] == '/' && end - p >= 3;
}

static enum scan_type
scan_data_text(struct scan *s)
{
	const char *p = s->p;

	for (;; p++) {
		p = find_byte(p, s->end, '<');
		if (p == s->end || is_markup(p, s->end))
			break;
	}
	s->start = s->p;
	s->text = span(s->p, p);
	s->text_refs = true;
	s->p = p;
	return SCAN_TEXT;
}

enum scan_type
scan_next(struct scan *s)
{
	enum scan_type type;

	while (s->p < s->end) {
		if (UNLIKELY(s->state != SCAN_DATA)) {
			if (scan_not_markup(s))
				return SCAN_TEXT;
			/* at the end tag that fits, behind a CDATA section, or at the end */
			s->state = SCAN_DATA;
			if (s->p == s->end)
				break;
		}
		if ((s->want & SCAN_WANT_TEXT) != 0 && !is_markup(s->p, s->end))
			return scan_data_text(s);
		s->start = find_byte(s->p, s->end, '<');
		if (s->start == s->end)
			break;
		type = scan_markup(s, s->start);
		if (LIKELY(type == SCAN_START || type == SCAN_END || type == SCAN_EOF))
			return type;
		if (type != SCAN_TEXT && (s->want & SCAN_WANT_COMMENT) != 0)
			return type;
	}
	s->start = s->p = s->end;
	return SCAN_EOF;
}
