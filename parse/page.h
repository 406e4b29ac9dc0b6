/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.h: a checked reply becomes a struct page (parse.h). One allocation per page.
 */
#ifndef PARSE_PAGE_H
#define PARSE_PAGE_H

#include "parse/parse.h"
#include "parse/wire.h"

/* r is what wire_reply_check() gave. parse_us: as bounded by the caller. The page is freed with page_free(). 0 or -ENOMEM. */
MUST_CHECK int page_new(const struct wire_reply *r, int64_t parse_us, struct page **ret_page);

#endif
