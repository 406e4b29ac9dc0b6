/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rewrite.h: a page or style sheet with some of its references replaced; every other byte is as it was. Pure.
 *
 * UTF-16 is read and written as it is: `wide`.
 *
 * A reference is a span of the body, as the parsers report it: an attribute's value, a candidate of a srcset, what stands
 * in a url() or a string of CSS. What is put there fits every way of quoting, and any charset that ASCII is part of: a
 * relative reference has only unreserved characters, '/' and '%'; in an absolute URL the few others are escaped for
 * HTML, CSS or JSON. The fragment stays as it is written. Within a srcdoc, what is put there is escaped once: the
 * few characters are no danger to the document in it.
 *
 * Neutralised: a policy that no file can keep (http-equiv of <meta> with Content-Security-Policy, renamed to data-...); the
 * registration of a service worker, which would answer for the origin (serviceWorker.register becomes getRegistration, which
 * takes the same and registers nothing); and in the tags of references: the value of <base href>, because references are relative to the file now; and, where
 * one to what the page needs becomes local, integrity and crossorigin (renamed to data-...), which no browser grants a file; and rel (the same)
 * of a <link> that would have a browser connect to somebody, or read something, before anybody wants that.
 */
#ifndef STORE_REWRITE_H
#define STORE_REWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* What a reference stands in, and so how an absolute URL is written there. */
enum rewrite_syntax {
	REWRITE_HTML, /* an attribute's value */
	REWRITE_CSS,  /* wherever that stands: attribute, element, file */
	REWRITE_JSON  /* a web app manifest */
};

/* How a page writes ASCII. */
enum rewrite_width { REWRITE_BYTES, REWRITE_UTF16LE, REWRITE_UTF16BE };

struct rewrite_link {
	uint32_t start, end; /* span; from a jailed process: whatever it says is checked */
	enum rewrite_syntax syntax;
	bool absolute;       /* to is a canonical http(s) URL; else a relative reference of rewrite_relative() */
	bool for_good, explained, of_use, of_xml, in_srcdoc; /* the caller's: not looked at here */
	bool whole;          /* of one that is not absolute: what is put there takes the place of the span to its end, of a '#' in it too */
	bool needed;         /* shown with the page: its tag may have integrity and crossorigin */
	bool insert;         /* none: its span is empty, and to, which is ASCII, is put there as it is */
	bool hint;           /* of no element that needs it: its tag may be such a <link> */
	uint32_t guess;      /* the caller's, too */
	struct str to;       /* p NULL: stays as it is; empty and not absolute: the document itself */
	struct str before;   /* of an absolute one: a relative reference that goes before it, or empty */
	struct str sure;     /* of a relative one that may lead nowhere: a URL; where its tag has these, it becomes absolute, with that */
};

/*
 * Appends the body, rewritten, to out. Links are sorted by their start; each start, end becomes the span in the output of what
 * was put there (without the fragment), 0, 0 where nothing was: spans that are empty, overlap or lie outside of the body, and
 * a lone fragment ("#x") in a page without <base>. 0 or negative errno of buf, -ENOMEM.
 */
MUST_CHECK int rewrite_links(struct str body, enum rewrite_width width, struct rewrite_link *links, size_t n, struct buf *out);
/* Of a body in which nothing is to be neutralised: one that this has made, or of which its parser says so (job.plain). */
MUST_CHECK int rewrite_links_only(struct str body, enum rewrite_width width, struct rewrite_link *links, size_t n, struct buf *out);
/* Appends each unit of UTF-16 as one byte: itself if it is ASCII, else one that nothing looks for. Failures stay in out. */
void rewrite_narrow(struct str body, enum rewrite_width width, struct buf *out);
/* Is it a value of such an element's tag? Bytes only. */
bool rewrite_is_within(struct str body, const struct rewrite_link *link, struct str tag);
/* Is there something to neutralise in a script? */
bool rewrite_has_worker(struct str body);

/* Appends the reference from the file `from` to the file `to`, both paths below the same directory. Failures stay in out. */
void rewrite_relative(struct str from, struct str to, struct buf *out);
/* Appends what an absolute URL is written as. */
void rewrite_absolute(struct str url, enum rewrite_syntax syntax, struct buf *out);

#endif
