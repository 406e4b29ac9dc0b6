/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch_run.h: a stage for plays about the engines: one engine on a loop of its own, jobs put in as it has room, and looked at when
 * they come back.
 */
#ifndef TESTS_FETCH_RUN_H
#define TESTS_FETCH_RUN_H

#include "fetch/fetch.h"

#define RUN_OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

struct peer;

struct run {
	struct loop *loop;
	struct fetch *fetch;
	struct peer *peer;
	size_t next, done, n;
	unsigned max_in_flight;
	void (*start)(struct run *run, size_t i, struct job *j); /* sets the URL */
	void (*check)(struct run *run, size_t i, struct job *j); /* NULL: anything will do */
	void *arg; /* of these two */
	struct job *jobs[256];
	uint16_t port;
	bool stop_when_started;
	unsigned turns; /* of the loop */
};

/* By enum fetch_engine. */
extern const char *const run_engine_names[3];

/* What is text/html is read, application/zip and what is called keep-page-large is kept; 16 connections, 4 threads, 20 s for each wait. */
struct fetch_config run_config(enum fetch_engine engine);
/* From the first job to the last, by a new engine. */
void run_fetch(struct run *run, const struct fetch_config *config);
/* What run_fetch() gives the engine: checks the job and frees it. */
void run_done(void *arg, struct job *j);
/* http://peer.test:<port><path>, which is at 127.0.0.1. */
void run_set_target(struct job *j, uint16_t port, const char *path);
/* A socket bound to a loopback port, listening with the given backlog or not at all (-1). */
int run_socket(int backlog, uint16_t *ret_port);

/* A group's setup and teardown: no proxy in the environment; the libraries' beginning and end. */
int run_global_init(void **state);
int run_global_release(void **state);

#endif
