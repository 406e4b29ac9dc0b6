/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * huge.h: memory for tables that are much larger than what the processor can look up addresses of. Where each access is to another
 * page of 4 KiB, finding out where that page is costs as much as the access, in a virtual machine several times as much; the kernel
 * is asked for pages of 2 MiB instead (and need not have any: then it is memory like any other).
 *
 * Any thread. Failures: NULL.
 */
#ifndef BASE_HUGE_H
#define BASE_HUGE_H

#include <stdbool.h>
#include <stddef.h>

#define HUGE_BYTES ((size_t)2 * 1024 * 1024)

/* Zeroed, at a multiple of HUGE_BYTES; bytes: a multiple of it too. */
void *huge_map(size_t bytes);
/* wanted: pages of 2 MiB, the first byte that is touched of each costs all of it. False: small ones, whatever the system prefers. */
void huge_want(void *p, size_t bytes, bool wanted);
/* What of it is touched stands in small pages: into large ones with it, now. As huge_want(), for memory that many have begun to use. */
void huge_collapse(void *p, size_t bytes);
/* The same memory, as it was at first: what was touched goes back to the kernel. */
void huge_clear(void *p, size_t bytes);
void huge_unmap(void *p, size_t bytes);

#endif
