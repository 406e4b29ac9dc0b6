/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader_impl.h: how a page is read, shared by reader*.c and xml.c.
 *
 *	1  reader.c        which type, which charset; a page whose charset is not a superset of ASCII is decoded first
 *	2  reader_html.c   bytes to references as written (links.h), and page facts: nothing is decoded yet, since the <base>
 *	   xml.c           and even the charset may be said at the end of the page
 *	   reader_more.c   the head of the response, manifests, JSON-LD
 *	   reader_text.c   on the way: the text that is seen
 *	3  reader_links.c  references to links: decoded, taken apart (srcset, CSS), resolved, filtered
 *
 * Memory is taken from the arena and from buffers that stay with the reader: none is allocated per link.
 */
#ifndef PARSE_WORKER_READER_IMPL_H
#define PARSE_WORKER_READER_IMPL_H

#include "base/buf.h"
#include "parse/worker/arena.h"
#include "parse/worker/charset.h"
#include "parse/worker/css.h"
#include "parse/worker/links.h"
#include "parse/worker/reader.h"
#include "parse/worker/reader_text.h"
#include "parse/worker/tree.h"
#include "url/refused.h"
#include "url/url.h"

#define READER_MAGIC       0x52454144u
#define TITLE_MAX_BYTES    1024
#define LANGUAGE_MAX_BYTES 35 /* RFC 5646 §4.4.1 */
#define SRCDOC_MAX_DEPTH   4
#define FRAMES_MAX         255 /* documents in srcdoc that have a base of their own; those behind have that around them, and no spans */
#define READER_KEEP_BYTES  (1024 * 1024)
#define READER_AHEAD_BYTES 256
#define READER_KEEP_REFUSED 16384
#define READER_KEEP_SENT   2048 /* of struct reader's sent; more is not cleared for each page, but freed */

/* What a reference became; for repeats, which point to the first. */
struct link_result {
	struct str value, url;
	uint64_t fp;
};

/* A link that waits for the filter's answer. */
struct reader_asked {
	struct reader_link link;
	char url[READER_AHEAD_BYTES]; /* link.url, if it fits; else that is in the arena */
};

/* A document in a srcdoc that has a <base>. */
struct frame {
	struct str base; /* the first <base href> of it, as written, UTF-8 */
	bool have_base;
	uint8_t around;  /* the frame it stands in; 0: the page */
};

struct page_facts {
	struct str title;     /* as written */
	bool title_is_text;   /* already UTF-8, without references (xml.c) */
	bool have_title;
	struct str base;      /* the first <base href>, as written */
	bool have_base;
	bool guarded;         /* there is a <base>, or what a <meta> says may be a policy */
	bool have_language;   /* an <html lang> was seen: what others say no longer counts */
	bool charset_certain;
	bool utf8;            /* every span is UTF-8 already (the page was decoded first; xml.c) */
	bool charset_open;    /* with utf8: what it was decoded from was a guess, which a <meta> may correct */
	bool decoded;         /* character references are resolved already (xml.c) */
	bool spans;           /* spans of the text read are spans of the body */
	bool utf16;           /* the text read was UTF-16 in the body: its spans can be found */
};


struct reader {
	unsigned magic;
	enum reader_type type;
	struct arena arena;
	struct links links;
	struct css css;
	struct charset_encoders encoders;
	struct tree tree;
	struct buf scratch, scratch2, page_text;
	struct text visible;
	struct url page_url, base_url, frame_url, url;

	/* this page */
	const struct reader_input *in;
	struct reader_page page;
	struct page_facts facts;
	enum charset charset;
	uint32_t *utf16_index;      /* span.c's */
	struct str text;            /* what is tokenized: the body, or what it was decoded to */
	struct url_query_encoder encoder;
	struct link_result *results; /* one per reference */
	struct reader_link *out;
	uint32_t n_out, out_cap;
	uint64_t out_bytes; /* of READER_URLS_MAX */
	bool is_full;       /* no more are looked at */
	struct frame frames[FRAMES_MAX];
	unsigned n_frames;
	unsigned frame_now; /* whose base frame_url is; 0: nobody's yet */
	struct reader_asked asked[READER_AHEAD]; /* a ring: the oldest is n_answered % READER_AHEAD */
	uint32_t n_asked, n_answered;
	uint64_t *sent;             /* (fp, kind, flags) given already, open addressing, 0 = free */
	uint32_t sent_cap, sent_used;
	struct buf refused;         /* url/refused.h */
	uint32_t n_refused;
};

/* Phase 2 for HTML: fills links and facts from r->text. 0 or negative errno. */
int reader_html(struct reader *r);
/* The same through libxml2. */
int reader_xml_html(struct reader *r);
int reader_xml(struct reader *r);
/* Phase 2 for the documents in <iframe srcdoc>, which are HTML wherever they stand: after that of the page. */
int reader_srcdocs(struct reader *r);
/* Phase 2 for a sitemap or a feed (sitemap.h). */
int reader_sitemap(struct reader *r);
/* Phase 2 for a style sheet. */
int reader_css(struct reader *r);
/* What the head of the response says: facts, and references. */
void reader_head(struct reader *r);
/* The page's language, if tag can be one. */
void reader_language(struct reader *r, struct str tag);
/* Back to where the page begins, but for what its head says: no facts, no references. */
void reader_begin(struct reader *r);
/* What was gathered in r->visible, to the page's facts: 0 or negative errno. */
int text_finish(struct reader *r);
/* Phase 3. */
int reader_resolve(struct reader *r);

/*
 * What <meta> says: facts, and references. value[] as the tokenizer's.
 */
void reader_meta(struct reader *r, uint64_t seen, const struct str *value);
/* Links of a manifest, or of JSON-LD. */
int reader_json(struct reader *r, const struct ref *ref, bool ld);
/* One URL of ref's value, resolved, filtered and given. start, end: its span, 0, 0 if unknown. */
int reader_give_value(struct reader *r, const struct ref *ref, const char *tag, enum link_kind kind, struct str value,
	uint32_t start, uint32_t end);
/*
 * raw (from the page) as UTF-8 without character references; from the arena if it had to be changed. text: it has no
 * character references; utf8: it is UTF-8 already. p NULL: no memory.
 */
struct str reader_decode(struct reader *r, struct str raw, bool text, bool utf8);

#endif
