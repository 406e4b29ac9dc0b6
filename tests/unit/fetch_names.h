/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch_names.h: a scripted name server on a loopback port, and a stage for plays about who asks it: names put in, and counted when
 * they are answered.
 *
 * Its zone: a.test, dual.test (both families), six.test, many.test (three addresses), brief.test and long.test (times to live of 1 s
 * and of a week), nodata.test, servfail.test, garbage.test, localhost (which nobody may ask for), n<number>.test; silent.test,
 * <any>.silent.test and quiet<any> are never answered; all others do not exist.
 */
#ifndef TESTS_FETCH_NAMES_H
#define TESTS_FETCH_NAMES_H

#include <pthread.h>
#include <stdatomic.h>

#include "fetch/resolve.h"

struct names_server {
	int fd;
	char address[32];
	pthread_t thread;
	_Atomic unsigned queries;
};

struct names_play {
	struct names_server server;
	struct loop *loop;
	struct resolve *resolve;
	unsigned waiting, in_call;
	struct fetch_address last;
	unsigned by_outcome[OUTCOME_COUNT];
	uint64_t queries; /* at some time */
};

/* With that server, whichever the config names. */
void names_begin(struct names_play *p, const struct resolve_config *config);
void names_end(struct names_play *p);
/* Counts an answer; the last one stops the loop. Never called from inside names_ask(). */
void names_told(void *arg, const struct fetch_address *a);
/* fn is called with p. names_ask() is for port 80 and names_told(). */
void names_ask_port(struct names_play *p, const char *host, uint16_t port, fetch_resolved_fn fn);
void names_ask(struct names_play *p, const char *host);
/* "<before>0<behind>", "<before>1<behind>" ... */
void names_ask_many(struct names_play *p, const char *before, const char *behind, unsigned n, fetch_resolved_fn fn);

#endif
