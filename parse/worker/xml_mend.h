/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xml_mend.h: XML as sites write it on its way to a strict parser, in pieces. Two mistakes are so common in sitemaps and feeds
 * that addresses would be lost, or changed into others, by them:
 *
 *	an ampersand that begins no reference ("?a=1&b=2") becomes "&amp;", but where it means itself: in CDATA sections, comments and instructions
 *	an end within an end tag ("</lo", cut off by a limit of time or space) is given its '>'
 *
 * Order of calls: xml_mend_init(); xml_mend() for each piece and once more with an empty one; xml_mend_release(). One owner.
 */
#ifndef PARSE_WORKER_XML_MEND_H
#define PARSE_WORKER_XML_MEND_H

#include "base/buf.h"
#include "parse/worker/pieces.h"

/* Of one piece. */
#define XML_MEND_MAX_BYTES PIECE_BYTES
/* Of one tag, which libxml2 takes time for with the square of their number. */
#define XML_MEND_MAX_ATTRS 8192
/* References are shorter: "&#1114111;", "&thetasym;". */
#define XML_MEND_REF_BYTES 40

enum xml_mend_place {
	XML_MEND_TEXT,
	XML_MEND_LESS,    /* behind a '<' */
	XML_MEND_TAG,     /* in a start tag */
	XML_MEND_DOUBLE,  /* in a value of it, between quotation marks, */
	XML_MEND_SINGLE,  /* or apostrophes */
	XML_MEND_END_TAG,
};

struct xml_mend {
	struct str section;      /* what ends the one the text before has ended in; empty: none */
	enum xml_mend_place place; /* where it has ended, if there are no sections: libxml2 leaves a broken one where we do not */
	unsigned n_attrs;        /* of the tag it has ended in */
	struct buf in, out;
	size_t held_bytes;       /* what cannot be told before the next piece has come */
	char held[XML_MEND_REF_BYTES];
};

void xml_mend_init(struct xml_mend *m);
void xml_mend_release(struct xml_mend *m);
/* piece: empty at the end of the text. *ret_text, of it or of ours, is valid until the next call and may be empty. 0, -ENOMEM, or -EOVERFLOW: a tag has
 * more attributes than XML_MEND_MAX_ATTRS, and it ends here. */
MUST_CHECK int xml_mend(struct xml_mend *m, struct str piece, struct str *ret_text);

#endif
