/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prefault.h: memory that is about to be written to is made present in one call. Else its first touch stops at each page of 4 KiB for
 * a fault, which costs several times as much as that page's share of the call; in a virtual machine ten times and more.
 *
 * Only a hint, and only for what is sure to be used: memory that is made present counts as resident. Where the kernel cannot
 * (before Linux 5.14), or has no memory left, the faults come as they would have come. Any thread.
 */
#ifndef BASE_PREFAULT_H
#define BASE_PREFAULT_H

#include <stddef.h>

/* More than this prefault_heap() takes for this. */
#define PREFAULT_HEAP_MAX ((size_t)960 * 1024)

/* The whole pages in these bytes, which the caller owns; what they contain stays. */
void prefault_pages(void *p, size_t bytes);
/*
 * The memory that this thread's next malloc(3)s will be served from, as many bytes of it. prefault_init() first, once per process
 * and before there are threads: it lets malloc(3) keep that much where it would give it back at once.
 */
void prefault_init(void);
void prefault_heap(size_t bytes);

#endif
