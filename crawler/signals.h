/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signals.h: how crawls and downloads hear signals: blocked, and read from a descriptor by the main thread. No handler does any work, and
 * none ends a run but those that are meant to.
 *
 *	SIGINT, SIGTERM   end in order; once more: at once
 *	SIGHUP            a crawl reads its config files again; it ends a download
 *	SIGUSR1           how far is it?
 *	SIGUSR2           a crawl makes durable what is done by now
 *	SIGALRM           nothing: a timer that whoever started us has left behind
 *
 * Order of calls: signals_hold(), before anything that takes its time; signals_open().
 */
#ifndef CRAWLER_SIGNALS_H
#define CRAWLER_SIGNALS_H

#include <stdbool.h>

#include "base/check.h"

/* Those that end nothing wait from now on until there is somebody to hear them. */
void signals_hold(void);
/* All of them; hup: SIGHUP too. *ret_fd: a signalfd, not blocking. Ignores SIGPIPE and SIGXFSZ: writing says so. 0 or negative errno. */
MUST_CHECK int signals_open(bool hup, int *ret_fd);

#endif
