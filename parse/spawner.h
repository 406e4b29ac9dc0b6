/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spawner.h: a small process, forked before there are threads, that makes the workers. The main side of it.
 *
 * It holds one socket and nothing else. Asked to, it makes a child, which puts the worker's heritage in place and execs; it reaps its
 * children and reports how each ended; it kills one when told to. Each worker is so a fresh program with an address layout of
 * its own, and the main process never forks while it has threads.
 *
 *	main                          spawner                         worker
 *	spawner_spawn(id, heritage) -> vfork -----------------------> place descriptors, exec
 *	spawner_kill(id) ------------> SIGKILL ---------------------> ends
 *	spawner_recv() <-------------- id ended, wait status <------- ends
 *	               <-------------- id could not be made
 *	closes its socket -----------> exits -- parent-death signal -> killed
 *
 * No worker outlives the run: when the main process is killed, the spawner reads end-of-file and exits; when the spawner
 * ends for whatever reason, the kernel kills the workers. Both ignore the terminal's signals: Ctrl-C is the main process's
 * business.
 *
 * Threads: spawner_spawn() and spawner_kill() from any; spawner_recv() from one at a time.
 */
#ifndef PARSE_SPAWNER_H
#define PARSE_SPAWNER_H

#include <stdint.h>

#include "parse/heritage.h"
#include "parse/parse.h"

struct spawner_exit {
	uint32_t worker;
	bool unmade;     /* there never was such a process: no descriptors, processes or memory for it, which may pass */
	int wait_status; /* as waitpid(2) gives it */
};

/* A number for a worker that no other worker of this spawner has had. */
uint32_t spawner_next_id(struct parse_spawner *s);

/* The descriptors are copied to the spawner: the caller keeps and closes its own. 0 or negative errno (-EPIPE: it is gone). */
MUST_CHECK int spawner_spawn(struct parse_spawner *s, uint32_t worker, const struct heritage *h);
/* A worker that has ended already is left in peace. */
void spawner_kill(struct parse_spawner *s, uint32_t worker);

/* For a loop: readable when spawner_recv() has something. Borrowed. */
int spawner_fd(const struct parse_spawner *s);
/* Never blocks: 1 and a report, 0 when there is none, -EPIPE when the spawner is gone. */
MUST_CHECK int spawner_recv(struct parse_spawner *s, struct spawner_exit *ret_exit);

/* The spawner does not answer any more: ends it and, by the parent-death signal, its workers. Any thread. */
void spawner_abandon(struct parse_spawner *s);

#endif
