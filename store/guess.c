/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "store/guess.h"

#define GUESSES_FIRST_SLOTS 1024
#define GUESSES_MAX_BYTES   ((size_t)1 << 31)
/* Fingerprints that somebody chose lie where he wants: a URL that is not found within so many steps is one more, and is not found again. */
#define GUESSES_MAX_STEPS   64

void
guesses_init(struct guesses *g)
{
	*g = (struct guesses){ .list = BUF_INIT(GUESSES_MAX_BYTES), .text = BUF_INIT(GUESSES_MAX_BYTES) };
}

void
guesses_release(struct guesses *g)
{
	buf_release(&g->list);
	buf_release(&g->text);
	free(g->slots);
	guesses_init(g);
}

void
guesses_reset(struct guesses *g)
{
	guesses_release(g);
}

/* The slot of the one, or the free one where it belongs; NULL: too far away. */
static uint32_t *
find(const struct guesses *g, uint64_t fp, struct str url, struct str path)
{
	size_t at = (size_t)fp & (g->n_slots - 1);
	unsigned steps;

	for (steps = 0; steps < GUESSES_MAX_STEPS; steps++, at = (at + 1) & (g->n_slots - 1)) {
		const struct guess *guess;

		if (g->slots[at] == 0)
			return &g->slots[at];
		guess = guesses_get(g, g->slots[at] - 1);
		if (guess->fp == fp && str_eq(guess_url(g, guess), url) && str_eq(guess_path(g, guess), path))
			return &g->slots[at];
	}
	return NULL;
}

bool
guesses_find(const struct guesses *g, uint64_t fp, struct str url, uint32_t *ret_i)
{
	size_t at = (size_t)fp & (g->n_slots - 1);
	unsigned steps;

	for (steps = 0; steps < GUESSES_MAX_STEPS && g->n_slots > 0 && g->slots[at] != 0; steps++, at = (at + 1) & (g->n_slots - 1)) {
		const struct guess *guess = guesses_get(g, g->slots[at] - 1);

		if (guess->fp == fp && guess->path_len > 0 && str_eq(guess_url(g, guess), url)) {
			*ret_i = g->slots[at] - 1;
			return true;
		}
	}
	return false;
}

static int
grow(struct guesses *g)
{
	size_t n_slots = g->n_slots == 0 ? GUESSES_FIRST_SLOTS : 2 * g->n_slots, n = g->list.len / sizeof(struct guess);
	uint32_t *slots = malloc(n_slots * sizeof(*slots)), i;

	if (slots == NULL)
		return -ENOMEM;
	/* Memory that is read before it is written, as calloc(3)'s, is had from the kernel twice. */
	memset(slots, 0, n_slots * sizeof(*slots));
	free(g->slots);
	g->slots = slots;
	g->n_slots = n_slots;
	for (i = 0; i < n; i++) {
		const struct guess *guess = guesses_get(g, i);
		uint32_t *slot = find(g, guess->fp, guess_url(g, guess), guess_path(g, guess));

		if (slot != NULL && *slot == 0)
			*slot = i + 1;
	}
	return 0;
}

int
guesses_add(struct guesses *g, uint64_t fp, struct str url, struct str path, uint32_t *ret_i)
{
	struct guess guess = { .fp = fp, .url_off = (uint32_t)g->text.len, .url_len = (uint32_t)url.len, .path_len = (uint32_t)path.len };
	size_t n = g->list.len / sizeof(guess);
	int r = 2 * n >= g->n_slots ? grow(g) : 0;
	uint32_t *slot;

	if (r < 0)
		return r;
	slot = find(g, fp, url, path);
	if (slot == NULL || *slot == 0) {
		if (buf_reserve(&g->text, url.len + path.len) < 0 || buf_reserve(&g->list, sizeof(guess)) < 0)
			return -ENOMEM;
		buf_add_str(&g->text, url);
		buf_add_str(&g->text, path);
		buf_add(&g->list, &guess, sizeof(guess));
		if (slot != NULL)
			*slot = (uint32_t)n + 1;
		*ret_i = (uint32_t)n;
	} else {
		*ret_i = *slot - 1;
	}
	return 0;
}
