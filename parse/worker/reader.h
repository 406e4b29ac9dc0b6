/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader.h: one page's bytes to its links and facts. What runs inside the jail; two readers behind one interface.
 *
 *	scan     our tokenizer (parse/worker/scan.h): no tree, exact byte spans
 *	libxml2  libxml2's SAX2 HTML parser, for a second opinion: no spans (start = end = 0)
 *
 * Order of calls: reader_new(); reader_read() per page; reader_free(). Results are views into the reader's own memory or
 * into the body, valid until the next reader_read(). One thread.
 *
 * Every input ends in a result: there is no malformed HTML. Returned are only the machine's failures (-ENOMEM) and the
 * ceilings (-E2BIG: more than max_links links were found, or their URLs are longer than READER_URLS_MAX; the first are there and links_cut is set. -EOVERFLOW: more
 * elements, open elements or attributes of one tag than libxml2 is given; nothing is there).
 */
#ifndef PARSE_WORKER_READER_H
#define PARSE_WORKER_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/sketch.h"
#include "base/str.h"
#include "url/link.h"
#include "url/url.h"

/* What the bodies of a type are read as. */
enum reader_body { BODY_OTHER, BODY_HTML, BODY_XML, BODY_CSS, BODY_MANIFEST, BODY_SITEMAP };

enum reader_type { READER_SCAN, READER_LIBXML2 };

#define READER_AHEAD 16
/*
 * Bytes of what a page refers to, for a <base> makes each reference of four bytes a URL of 16 KiB. So does a page's own URL, which stands with
 * each: it counts as far as it is longer than READER_PARENT_FREE. A sitemap's are written in full, and may be packed.
 */
#define READER_URLS_MAX(body_bytes) (UINT64_C(16) * (body_bytes) + 1024 * 1024)
#define READER_PARENT_FREE          2048
#define READER_REFUSED_MAX (1024 * 1024) /* bytes of reader_page.refused; what is more is cut */

struct reader_link {
	enum link_kind kind;
	unsigned flags;      /* LINK_* */
	const char *tag;     /* element's name, lower case, static or interned; "" for CSS and headers */
	const char *attr;    /* attribute's name */
	struct str value;    /* after character references and charset decoding, UTF-8; only with want_all */
	struct str url;      /* canonical http(s) URL; STR_NONE when it does not resolve or has another scheme */
	uint64_t fp;         /* of url; 0 if none */
	uint32_t lastmod_s;  /* of a sitemap's entry, since 1970; 0 = not known */
	uint32_t start, end; /* byte span of the attribute's value (or CSS token) in the body */
	bool utf8;           /* what says it is UTF-8, whatever the page is: a header, a document in srcdoc */
	uint8_t frame;       /* of page's frame_bases[frame - 1], not the page's base; 0: the page's */
};

struct reader_input {
	struct str body;
	struct str url;          /* of the page, canonical */
	struct str content_type; /* as sent, may be empty */
	struct str headers;      /* "name: value\n" of each field that says something of the page; may be empty */
	struct str token;        /* a name by which robots directives may address us besides "lycosa"; may be empty */
	bool is_sitemap;         /* whatever its type: read for what a sitemap or a feed lists */
	bool want_all;           /* every link with value and span; else only those that pass `is_known` and only once */
	bool want_lists;         /* with want_all: a srcset also as a whole; parts of attributes have no tag (inspect) */
	bool want_words;         /* simhash and words of the visible text */
	bool want_visible;       /* the visible text itself */
	bool want_sketch;        /* the sketch of the text, */
	bool want_echo;          /* and its echo */
	bool thorough;           /* no short ways: what tests hold those against */
	uint32_t max_links;
	const struct hash_key *key;
	/* The filter over the shared visited set; NULL = none. fp is of the canonical URL, or of the text in reader_page.refused. */
	bool (*is_known)(void *arg, uint64_t fp, enum link_kind kind, unsigned flags);
	/* A hint: is_known() is about to be asked of this, READER_AHEAD links later. NULL = not wanted. */
	void (*will_ask)(void *arg, uint64_t fp, enum link_kind kind, unsigned flags);
	void *is_known_arg; /* of both */
};

struct reader_page {
	enum reader_body body;
	struct str charset; /* WHATWG name, e.g. "UTF-8", "windows-1252" */
	struct str title;   /* UTF-8, white space collapsed, at most 1 KiB */
	struct str base;    /* the base URL in force, serialised; may be of any scheme */
	bool base_is_own, base_is_http; /* it is the page's URL; it is an http or https URL */
	const struct str *frame_bases; /* of documents in srcdoc that have a base of their own, serialised; with want_all */
	unsigned n_frame_bases;
	struct str language;  /* as written, of a language tag's characters; may be empty */
	struct str canonical; /* canonical http(s) URL of the first rel=canonical that resolves; may be empty */
	struct str refresh_to; /* canonical http(s) URL of the refresh; empty: the page itself, or none */
	bool noindex, nofollow;
	bool links_cut;
	bool plain; /* with want_all: no <base>, no policy in a <meta>, nothing called serviceWorker in it; or a style sheet. False where that is not known */
	bool has_refresh;
	uint32_t refresh_seconds;
	struct str refresh_url; /* as written; the resolved one is among the links */
	uint64_t content_hash[2]; /* hash_content() of the body */
	bool has_words;           /* it is a page, and they were wanted: */
	uint64_t simhash;         /* of its visible text (base/simhash.h) */
	uint32_t words;
	bool has_visible;         /* it is a page, and its text was wanted: */
	struct str visible;       /* UTF-8, each block a line (reader_text.h) */
	bool has_sketch;          /* it is a page, and it was wanted: */
	uint64_t text_hash;       /* of its text as written (base/sketch.h) */
	uint32_t marks[SKETCH_MAX];
	unsigned n_marks, mark_shift;
	uint64_t echo_hash;       /* echo.h; 0: not wanted, or there is none */
	uint32_t links_by_kind[LINK_KIND_COUNT];
	const struct reader_link *links;
	uint32_t n_links;
	struct str refused; /* with is_known: what does not resolve to an http(s) URL and is not known (url/refused.h); each text once */
	uint32_t n_refused;
};

struct reader;

MUST_CHECK int reader_new(enum reader_type type, struct reader **ret_reader);
void reader_free(struct reader *r);
MUST_CHECK int reader_read(struct reader *r, const struct reader_input *in, struct reader_page *ret_page);

#endif
