/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page_check.h: what must hold of any page whatever, for tests over corpora and for fuzz targets.
 *
 * Each reads the page with r (a scan reader) and returns NULL, or what does not hold, in memory that stays valid until the
 * next call. want_all is set here, is_known not used; pages with more links than max_links, and machines without memory,
 * prove nothing and pass. One thread.
 */
#ifndef TESTS_UNIT_PAGE_CHECK_H
#define TESTS_UNIT_PAGE_CHECK_H

#include "parse/worker/reader.h"

/*
 * The spans: replacing each with what stands there gives the same page, and replacing each with a marker and reading again
 * gives exactly the markers, in the same places, of the same kinds.
 */
const char *page_check_spans(struct reader *r, const struct reader_input *in);
/* The short ways of reading find what the long ones do. */
const char *page_check_quick(struct reader *r, const struct reader_input *in);

#endif
