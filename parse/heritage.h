/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * heritage.h: everything a worker inherits, and how it gets there.
 *
 * The pool fills a struct heritage; heritage_list() turns it into descriptors and the numbers they shall have in the worker
 * (wire.h); the spawner carries both without knowing what they mean; heritage_place(), in the child that will become the
 * worker, moves them there and leaves nothing else open. What is not in the struct does not reach a worker: no environment,
 * no descriptor, no argument.
 */
#ifndef PARSE_HERITAGE_H
#define PARSE_HERITAGE_H

#include <stddef.h>

#include "base/check.h"
#include "parse/wire.h"

struct heritage {
	int program; /* O_PATH of lycosa-worker: what was there when the run began is what runs to its end */
	int brief;
	int visited, refused; /* -1 = none */
	unsigned n_loops;
	int sockets[WIRE_LOOPS_MAX]; /* the worker's ends */
	int regions[WIRE_LOOPS_MAX];
};

#define HERITAGE_MAX     (WIRE_FD_SOCKETS + 2 * WIRE_LOOPS_MAX)
#define HERITAGE_PROGRAM (-1) /* the number of the program, which the worker itself does not get */

/* *ret_n of fds and targets, at most HERITAGE_MAX. */
void heritage_list(const struct heritage *h, int fds[HERITAGE_MAX], int targets[HERITAGE_MAX], size_t *ret_n);

/*
 * For a process that is about to exec: fds[i] to number targets[i] (3 ... HERITAGE_MAX - 1, or HERITAGE_PROGRAM), 0 and 1 to
 * /dev/null, 2 too unless keep_stderr; all else is closed by the exec. *ret_program: what to execveat(). Single-threaded
 * callers only. 0 or negative errno.
 */
MUST_CHECK int heritage_place(const int *fds, const int *targets, size_t n, bool keep_stderr, int *ret_program);

#endif
