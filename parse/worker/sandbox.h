/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox.h: the jail. After sandbox_enter() this process has its memory, its sockets and its CPU time, and nothing else: no
 * file, no new descriptor, no process, no signal to others.
 *
 * The steps, in this order, because each may need what the next takes away:
 *
 *	1  no new privileges, not dumpable (other workers of this user cannot trace it)
 *	2  Landlock: no file to open and no network                           (may be missing on the host)
 *	3  limits: memory, file size, descriptors (step 2 needs one), stack, core
 *	4  seccomp: the table syscalls.def, death for everything else         (may be missing on the host)
 *
 * A step that fails is an error and the caller has to end; a layer that the kernel does not have is told, and the caller
 * decides. Call it once, in a process with one thread, when everything that is to be opened and mapped is.
 */
#ifndef PARSE_WORKER_SANDBOX_H
#define PARSE_WORKER_SANDBOX_H

#include <stdint.h>

#include "base/check.h"

enum sandbox_jail { SANDBOX_PAGES, SANDBOX_INSPECT };

/*
 * RLIMIT_CPU, seconds: of a life, not of a page (serve.c has a timer for that). A worker goes by itself before (WIRE_EXIT_WORN); one
 * that was taken over, and burns, is killed.
 */
#define SANDBOX_CPU_S 3600

struct sandbox_limits {
	uint64_t memory_bytes; /* RLIMIT_DATA: heap and private memory; RLIMIT_AS: what is mapped then, and that; 0 = none. Not in builds with sanitizers. */
	unsigned n_fds;        /* descriptors are 0 ... n_fds - 1 */
};

/* 0, with WIRE_MISSING_* in *ret_missing, or negative errno. */
MUST_CHECK int sandbox_enter(enum sandbox_jail jail, const struct sandbox_limits *limits, unsigned *ret_missing);

#endif
