/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/thread.h"

void
thread_name(pthread_t thread, const char *name)
{
	char cut[16];

	(void)snprintf(cut, sizeof(cut), "%s", name);
	(void)pthread_setname_np(thread, cut);
}

int
thread_start(pthread_t *ret_thread, const char *name, thread_fn fn, void *arg)
{
	sigset_t all, old;
	pthread_t thread;
	int r;

	sigfillset(&all);
	/* Blocked before the thread exists: it inherits the mask and no signal can slip in. */
	r = pthread_sigmask(SIG_SETMASK, &all, &old);
	if (r != 0)
		return -r;
	r = pthread_create(&thread, NULL, fn, arg);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r != 0)
		return -r;
	thread_name(thread, name);
	*ret_thread = thread;
	return 0;
}
