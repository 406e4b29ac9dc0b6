/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * echo.h: what a page says besides its own name: a hash of its text without the words of its URL. Two pages that were made of one template, "There is
 * no page NAME here", have the same; so a page can be held against what its host says to a name that is not there (frontier/soft404.h).
 *
 *	struct echo e;
 *	echo_init(&e, url);		of the page
 *	echo_begin(&e);			before each way through it
 *	echo_add(&e, run, run_end);	for each run of text
 *	echo_hash(&e)
 *
 * A word is a run of ASCII letters, digits and bytes above 0x7f, without regard to case; nothing else of the text counts. What is left out are the
 * words of the URL's path and query, as they stand there and with %XX as bytes. The name is the path's last segment that is not empty, up to its
 * last point. A URL of more than ECHO_WORDS_MAX words has no hash.
 *
 * The hash is the same everywhere and always, so whoever writes the text may choose it. Pure; nothing fails.
 */
#ifndef PARSE_WORKER_ECHO_H
#define PARSE_WORKER_ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define ECHO_WORDS_MAX 64 /* of a URL */
#define ECHO_REST_MIN  8  /* words besides, or the text says too little */

struct echo {
	uint64_t words[ECHO_WORDS_MAX]; /* hashes; the first n_name are those of the name */
	unsigned n_words, n_name;
	bool too_many;
	bool is_named; /* a word of the name was met */
	uint64_t hash, n_rest;
};

/* url: an http or https URL, serialised. */
void echo_init(struct echo *e, struct str url);
void echo_begin(struct echo *e);
/* [p, to) is a run. */
void echo_add(struct echo *e, const char *p, const char *to);
/* 0: it does not say its own name, or too little besides. */
uint64_t echo_hash(const struct echo *e);

#endif
