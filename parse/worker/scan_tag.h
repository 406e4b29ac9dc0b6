/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan_tag.h: what scan_next() does for tags, which are nearly all there is: for scan.c, and for who reads whole pages and has it inlined
 * (scan_step()).
 */
#ifndef PARSE_WORKER_SCAN_TAG_H
#define PARSE_WORKER_SCAN_TAG_H

#include "parse/worker/scan.h"
#include "parse/worker/scan_find.h"

static inline struct str
span(const char *from, const char *to)
{
	return (struct str){ from, (size_t)(to - from) };
}

static inline void
keep_attr(struct scan *s, struct str name, struct name_key key, struct str value)
{
	enum attr id = attr_of_key(key);

	if (UNLIKELY(s->attr_fn != NULL))
		s->attr_fn(s->attr_arg, name, value);
	if (id != ATTR_OTHER && (s->seen & ATTR_BIT(id)) == 0) {
		s->seen |= ATTR_BIT(id);
		s->value[id] = value;
	}
}

/* §13.2.5.34-39: the value of the attribute whose name ends at q; where it ends is returned. NULL: the input ended first. */
const char *scan_value(const char *q, const char *end, struct str *ret);

/*
 * §13.2.5.32-40: from behind the tag's name to behind its '>'. NULL: the input ended first, and there is no tag.
 */
static inline const char *
scan_attrs(struct scan *s, const char *p)
{
	const char *end = s->end;

	for (;;) {
		struct str value = { NULL, 0 };
		struct found_name f;
		const char *name;

		if (LIKELY(p < end && *p == ' '))
			p++;
		if (UNLIKELY(p == end))
			return NULL;
		if (*p == '>')
			return p + 1;
		name = p;
		if (LIKELY((CLASS_OF(*p) & CLASS_NAME_END) == 0)) {
			f = find_name(p, end, CLASS_NAME_END);
		} else if (*p == '=') { /* here it begins a name, which is none of ours */
			f = (struct found_name){ .end = find_class(p + 1, end, CLASS_NAME_END) };
		} else if (*p == '/') {
			if (++p < end && *p == '>') {
				s->self_closing = true;
				return p + 1;
			}
			continue;
		} else {
			p = skip_space(p, end);
			continue;
		}
		p = f.end;
		if (LIKELY(end - p > 2 && p[0] == '=' && (p[1] == '"' || p[1] == '\''))) {
			const char *from = p + 2;

			p = find_byte(from, end, p[1]);
			if (UNLIKELY(p == end))
				return NULL;
			value = span(from, p);
			p++;
		} else {
			p = scan_value(p, end, &value);
			if (UNLIKELY(p == NULL))
				return NULL;
		}
		keep_attr(s, span(name, f.end), f.key, value);
	}
}

/* §13.2.5.8: p is at the first letter of the name. */
static inline enum scan_type
scan_tag(struct scan *s, const char *p, enum scan_type type)
{
	struct found_name f = find_name(p, s->end, CLASS_TAG_END);

	s->name = span(p, f.end);
	s->tag = tag_of_key(f.key);
	s->seen = 0;
	s->self_closing = false;
	p = f.end;
	if (LIKELY(p < s->end && *p == '>'))
		p++;
	else
		p = scan_attrs(s, p);
	if (UNLIKELY(p == NULL)) {
		s->p = s->end;
		s->eof_in_tag = true;
		return SCAN_EOF;
	}
	s->p = p;
	if (type == SCAN_START)
		s->last_start = s->name;
	return type;
}

/* An end tag that is nothing but a name, which is not asked for. False: it may be one that is. */
static inline bool
scan_quick_end(struct scan *s, const char *p)
{
	const char *q;

	if (UNLIKELY((*p | 0x20) == 'f' || s->foreign))
		return false;
	q = find_name_end(p, s->end, CLASS_TAG_END);
	if (UNLIKELY(q == s->end || *q != '>'))
		return false;
	s->name = span(p, q);
	s->tag = TAG_OTHER;
	s->seen = 0;
	s->self_closing = false;
	s->p = q + 1;
	return true;
}

/* As scan_next(); quick where texts are not wanted and what comes next is a tag. */
static inline enum scan_type
scan_step(struct scan *s)
{
	const char *p = s->p;

	if (UNLIKELY(s->state != SCAN_DATA || (s->want & SCAN_WANT_TEXT) != 0))
		return scan_next(s);
	p = find_byte(p, s->end, '<');
	if (LIKELY(s->end - p >= 3)) {
		s->start = p;
		if ((CLASS_OF(p[1]) & CLASS_ALPHA) != 0)
			return scan_tag(s, p + 1, SCAN_START);
		if (LIKELY(p[1] == '/' && (CLASS_OF(p[2]) & CLASS_ALPHA) != 0)) {
			if ((s->want & SCAN_QUICK_ENDS) != 0 && LIKELY(scan_quick_end(s, p + 2)))
				return SCAN_END;
			return scan_tag(s, p + 2, SCAN_END);
		}
	}
	/* From here on, so that nothing is searched for twice. */
	s->p = p;
	return scan_next(s);
}

#endif
