/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * guess.h: the URLs that some pages refer to and that have no file yet, each once, with the name that its file would have: so that a page
 * can be written as it will be when they have one. One thread.
 *
 * Order of calls: guesses_init(); guesses_add() and guesses_get(); guesses_reset() when all is known. Failures: -ENOMEM.
 */
#ifndef STORE_GUESS_H
#define STORE_GUESS_H

#include "base/buf.h"

struct guess {
	uint64_t fp;
	uint32_t url_off, url_len; /* in the text; the path behind it */
	uint32_t path_len;         /* 0: no name was guessed */
	/* The caller's: what came of it, and when that was looked at. 0 for a new one. */
	uint32_t stamp;
	bool is_right, leads;
};

struct guesses {
	struct buf list, text; /* struct guess[] */
	uint32_t *slots;       /* number + 1; 0: free. n_slots is a power of two */
	size_t n_slots;
};

void guesses_init(struct guesses *g);
void guesses_release(struct guesses *g);
void guesses_reset(struct guesses *g);
/* fp: the URL's, as some page's parser says: a lie finds no other page's URL. *ret_i: its number, which it may have had. */
MUST_CHECK int guesses_add(struct guesses *g, uint64_t fp, struct str url, struct str path, uint32_t *ret_i);
/* Is there one of this URL with some name? The first, then. */
bool guesses_find(const struct guesses *g, uint64_t fp, struct str url, uint32_t *ret_i);
static inline struct guess *
guesses_get(const struct guesses *g, uint32_t i)
{
	CHECK(i < g->list.len / sizeof(struct guess));
	return (struct guess *)(void *)g->list.data + i;
}
static inline struct str
guess_url(const struct guesses *g, const struct guess *guess)
{
	return str_n(g->text.data + guess->url_off, guess->url_len);
}
static inline struct str
guess_path(const struct guesses *g, const struct guess *guess)
{
	return str_n(g->text.data + guess->url_off + guess->url_len, guess->path_len);
}
/* All it has of memory. */
static inline size_t
guesses_bytes(const struct guesses *g)
{
	return g->list.len + g->text.len + g->n_slots * sizeof(*g->slots);
}

#endif
