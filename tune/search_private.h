/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search_private.h: what the search (search.c) and the grid (search_grid.c) share: the record of what was measured.
 */
#ifndef TUNE_SEARCH_PRIVATE_H
#define TUNE_SEARCH_PRIVATE_H

#include "tune/search.h"

/* The record of a point; a new one is not measured yet, and the last. NULL: there is no room for more. */
struct search_try *search_try_of(struct search *s, const struct search_point *p);
/* Of a new one that was not measured in the end nothing is kept. */
void search_forget_new(struct search *s, const struct search_try *t);
/* One more measurement of t. 0, SEARCH_OVER, SEARCH_WORN or negative errno. */
int search_measure(struct search *s, struct search_try *t);
/* The fastest of all that keep within the limits becomes the best, so that there is an answer whenever it ends. */
void search_note_best(struct search *s);
/* All of the grid. As search_measure(), but for SEARCH_WORN. */
int search_grid(struct search *s);

#endif
