/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot.h: curves of a search, for a terminal and as a picture: how fast with 1, 2, 4, ... of something. Pure; errors stay in the buf.
 */
#ifndef TUNE_PLOT_H
#define TUNE_PLOT_H

#include "base/buf.h"
#include "tune/search.h"

struct plot {
	const char *title; /* "fetch.connections (engine events)"; our own text */
	struct search_curve curve;
	unsigned chosen; /* 0: none */
};

/*
 * A table with bars:
 *
 *	fetch.connections     pages/s   times  efficiency
 *	                1        9.9     1.0       100 %  #
 *	                2       19.8     2.0       100 %  ##
 *	               64      520.1    52.5        82 %  ####################  < bends here
 *
 * times: the first one; efficiency: times over how many times as many there are.
 */
void plot_table(struct buf *out, const struct plot *p);
/* All of them, one below the other: an SVG file that needs nothing else. subtitle: ours, or escaped by the caller for XML. */
void plot_svg(struct buf *out, const struct plot *plots, size_t n, const char *subtitle);

#endif
