/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tune.h: `lycosa tune`: which engine, how many loops, connections, threads and parsers are best, by experiment.
 *
 *	tune.c         the command: what is asked for, one tune at a time, the order of things
 *	tune_load.c    what is tried: a model, a finished job (tune_replay.c), or the site itself (tune_live.c)
 *	tune_trial.c   one trial: a crawl in a child process, measured
 *	tune_report.c  what was found, for people
 *	tune_write.c   what was found, into a config file
 *
 * The search and the origin are those of tune/. One thread; trials and the origin are child processes, which end with it.
 */
#ifndef CRAWLER_TUNE_H
#define CRAWLER_TUNE_H

#include "crawler/config.h"

/* The command. Called while there is one thread. Returns the exit code. */
int tune_main(const struct config *config);

#endif
