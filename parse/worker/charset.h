/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charset.h: which encoding a page is in (WHATWG HTML §13.2.3), and from it to UTF-8 and back (WHATWG Encoding).
 *
 * All of it is pure but the encoders, which remember tables: charset_encoders_init(), charset_encode() as often as wanted,
 * charset_encoders_release(); they belong to one thread. Nothing here opens a file. charset_index.h has the tables.
 */
#ifndef PARSE_WORKER_CHARSET_H
#define PARSE_WORKER_CHARSET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum charset {
#define CHARSET(id, name, icu, labels) CHARSET_##id,
#include "parse/worker/charset.def"
#undef CHARSET
	CHARSET_COUNT
};

/* "UTF-8", "windows-1252": the standard's names. Static. */
const char *charset_name(enum charset cs);
/* §4.2 "get an encoding": label with any case, white space around it. */
bool charset_by_label(struct str label, enum charset *ret_charset);
/* Bytes below 0x80 that HTML's syntax is made of always mean themselves. */
bool charset_is_ascii_compatible(enum charset cs);

struct charset_guess {
	enum charset charset;
	bool certain;     /* a BOM or the transport said so: no <meta> changes it */
	size_t bom_bytes; /* of the body, to be skipped */
};
/* BOM, Content-Type, prescan of the first 1024 bytes, else windows-1252. content_type as sent, may be empty. */
struct charset_guess charset_sniff(struct str body, struct str content_type);
/* For CSS (CSS Syntax §3.2): BOM, Content-Type, @charset, else `around` (the charset of the page that refers to it). */
struct charset_guess charset_sniff_css(struct str body, struct str content_type, enum charset around);

/* For XML: BOM, Content-Type, the XML declaration, else UTF-8. */
struct charset_guess charset_sniff_xml(struct str body, struct str content_type);

/* The charset parameter of a Content-Type; STR_NONE if there is none. A span of it. */
struct str charset_param(struct str content_type);
/*
 * What a <meta> says: charset= (STR_NONE if absent), or content= with http-equiv=content-type. False: nothing, or no known
 * label. UTF-16 means UTF-8 here, x-user-defined windows-1252 (§13.2.3.2).
 */
bool charset_from_meta(struct str charset, struct str http_equiv, struct str content, enum charset *ret_charset);

/* Appends s as valid UTF-8 to out; what s cannot mean becomes U+FFFD. 0 or negative errno. */
int charset_decode(enum charset cs, struct str s, struct buf *out);
/*
 * From what charset_decode() makes of bytes back to them, in order: charset_walk_begin(), then charset_walk_to() with places in the text
 * that do not become smaller. Not for charsets with a state (ISO-2022-JP), nor for UTF-16.
 */
#define CHARSET_WALK_CHARS 256
struct charset_walk {
	enum charset cs;
	struct str s;
	size_t in, out;  /* where the bytes, and the text of them, go on behind those that are looked at */
	unsigned n, at;  /* characters looked at; the next one of them */
	struct {
		size_t in, out;
	} chars[CHARSET_WALK_CHARS]; /* where each begins */
};
/* cs as charset_decode() takes it. False: not for this one. */
bool charset_walk_begin(struct charset_walk *w, enum charset cs, struct str s);
/* The bytes from here on become the text from there on. */
size_t charset_walk_to(struct charset_walk *w, size_t out);

struct charset_encoders {
	uint16_t *pointers[CHARSET_COUNT]; /* by code point, each made when it is first needed (index_pointers()) */
};
void charset_encoders_init(struct charset_encoders *e);
void charset_encoders_release(struct charset_encoders *e);
/*
 * Appends s (UTF-8) in cs to out; what cs lacks becomes "&#N;" (Encoding §4.1 "html" error mode). UTF-16 and replacement
 * encode as UTF-8. 0, -ENOMEM, or what buf_err() says.
 */
int charset_encode(struct charset_encoders *e, enum charset cs, struct str s, struct buf *out);

#endif
