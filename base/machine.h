/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * machine.h: how much of the machine this process may use: the affinity mask, and the limits of its control group (cgroup v2) and of
 * those above it, which is how containers are held. Any thread.
 */
#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H

#include <stdint.h>

/* Read anew at each call. At least 1. A quota of processor time (cpu.max) counts as so many processors, rounded up. */
unsigned machine_cores(void);
/* The most memory this process has had resident since it began to run this program; 0 = not known. */
uint64_t machine_peak_bytes(void);
/* Of memory: what is built in, or memory.max where that is less, as they were at the first call. 0: not known. */
uint64_t machine_memory_bytes(void);

/*
 * The limits below root, a directory in the place of "/" (for tests): 0 = there is none. *ret_millicores: thousandths of a
 * processor.
 */
void machine_limits(const char *root, uint64_t *ret_millicores, uint64_t *ret_memory_bytes);

#endif
