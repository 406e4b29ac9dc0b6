/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * human.h: numbers as people read them, appended to a buf. Pure.
 */
#ifndef CRAWLER_HUMAN_H
#define CRAWLER_HUMAN_H

#include "base/buf.h"

void human_count(struct buf *b, uint64_t n);       /* 1,234,567 */
void human_things(struct buf *b, uint64_t n, const char *thing); /* 1 page; 1,234 pages */
void human_bytes(struct buf *b, uint64_t bytes);   /* 512 B, 45.2 MB (powers of 1000) */
void human_time(struct buf *b, int64_t us);        /* 350 ms, 12.3 s, 4 min 05 s, 2 h 07 min */
void human_rate(struct buf *b, uint64_t n, int64_t us); /* "412" or "4.1": n a second; "0" for no time */

#endif
