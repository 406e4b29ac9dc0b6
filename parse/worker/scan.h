/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.h: an HTML tokenizer (WHATWG HTML §13.2.5) that copies nothing and builds nothing.
 *
 * Every token is a set of spans of the body: what stands there, undecoded. Character references, CR and NUL are dealt
 * with by who needs the text (entities.h), so that skipping costs no more than finding the next '<'.
 *
 * Order of calls:
 *
 *	scan_init(&s, body, want)
 *	while ((type = scan_next(&s)) != SCAN_EOF)
 *		...                      look at s.tag, s.text, s.start, s.end
 *		scan_enter(&s, state)    after a start tag whose content is not markup (the tree builder's part)
 *
 * The states of the standard are here by groups: one function for the data state, one for each kind of text that is not
 * markup (RCDATA and RAWTEXT, script data with its escapes, PLAINTEXT, CDATA sections), one for what stands behind "<!",
 * one for tags. Between two tokens the tokenizer is always in one of the six states of enum scan_state.
 *
 * Invariants:
 *  S1  begin <= start <= p <= end at every return; a token's bytes are [start, p), and tokens do not overlap.
 *  S2  every byte is looked at a bounded number of times, whatever the input: nothing is searched for twice.
 *  S3  no byte outside [begin, end) is read.
 *  S4  what is kept of a tag is bounded: the attributes of attrs.def, each once (the first of a name counts).
 *
 * Not kept: parse errors. Pure; one owner.
 */
#ifndef PARSE_WORKER_SCAN_H
#define PARSE_WORKER_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "parse/worker/names.h"

enum scan_type {
	SCAN_EOF,
	SCAN_TEXT,    /* text; text_refs tells whether character references count in it */
	SCAN_START,   /* tag, name, seen, value[], self_closing */
	SCAN_END,     /* tag, name */
	SCAN_COMMENT, /* text: between the delimiters */
	SCAN_DOCTYPE, /* text: behind "<!doctype", up to '>' */
};

enum scan_state {
	SCAN_DATA,
	SCAN_RCDATA,
	SCAN_RAWTEXT,
	SCAN_SCRIPT_DATA,
	SCAN_PLAINTEXT,
	SCAN_CDATA,
};

enum {
	SCAN_WANT_TEXT = 1u << 0,
	SCAN_WANT_COMMENT = 1u << 1, /* and doctypes */
	SCAN_QUICK_ENDS = 1u << 2,   /* outside of foreign content end tags may be TAG_OTHER, but those of forms */
};

/* Called for each attribute of each start tag, repeats included: for those who want all (inspect, the tests). */
typedef void (*scan_attr_fn)(void *arg, struct str name, struct str value);

struct scan {
	const char *begin, *p, *end;
	enum scan_state state;
	unsigned want;
	bool foreign; /* set by the user: the current node is in svg or math, so that "<![CDATA[" opens a section */

	const char *start; /* of the token */
	struct str text;
	bool text_refs;
	bool eof_in_tag; /* the input ended inside a tag */

	enum tag tag;
	struct str name;
	bool self_closing;
	uint64_t seen;                  /* ATTR_BIT()s of the attributes kept in value[] */
	struct str value[ATTR_COUNT];   /* undecoded; valid where seen has the bit */
	struct str last_start;          /* name of the last start tag: ends RCDATA, RAWTEXT, script data */

	scan_attr_fn attr_fn;
	void *attr_arg;
};

void scan_init(struct scan *s, struct str body, unsigned want);
enum scan_type scan_next(struct scan *s);

/* What a start tag of HTML with these flags (names.h) is followed by: SCAN_DATA, where it is markup (§13.2.6). */
static inline enum scan_state
scan_state_behind(unsigned flags)
{
	if ((flags & TAG_RCDATA) != 0)
		return SCAN_RCDATA;
	if ((flags & TAG_RAWTEXT) != 0)
		return SCAN_RAWTEXT;
	if ((flags & TAG_IS_SCRIPT) != 0)
		return SCAN_SCRIPT_DATA;
	return (flags & TAG_IS_PLAINTEXT) != 0 ? SCAN_PLAINTEXT : SCAN_DATA;
}

static inline void
scan_enter(struct scan *s, enum scan_state state)
{
	s->state = state;
}

#endif
