/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * serve.h: the worker's life: requests in, replies out, until every loop has closed its socket.
 *
 * What goes wrong here ends the process: with a number (enum wire_exit) where it can be told, else by a signal. The page it was
 * reading stands in the status page, so the other side knows what to blame.
 */
#ifndef PARSE_WORKER_SERVE_H
#define PARSE_WORKER_SERVE_H

#include "parse/wire.h"
#include "parse/worker/emit.h"

struct serve_region {
	const char *data;
	uint64_t bytes;
};

struct serve_config {
	unsigned n_loops;
	const struct serve_region *regions; /* one per loop */
	struct wire_status *status;
	int64_t cpu_limit_us;
};

/* Allocates what serve_run() needs: before the jail closes, so that it fails early. */
struct serve;
MUST_CHECK int serve_new(const struct serve_config *config, struct emit *emit, struct serve **ret_serve);
void serve_run(struct serve *s, unsigned missing) NORETURN;

#ifdef WORKER_FAULTS
/* Only in the tests' variant of the program: does what the page's text tells it to. */
bool serve_fault_worn(struct str body);
void serve_fault_before(struct str body, struct wire_status *status);
void serve_fault_after(struct str body, struct buf *out, size_t frame_off);
#endif

#endif
