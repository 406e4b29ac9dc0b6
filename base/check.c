/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/check.h"

void
check_failed(const char *expr, const char *file, int line, const char *func)
{
	void *frames[32];
	char name[17] = "?", msg[512];
	int n;

	(void)prctl(PR_GET_NAME, name, 0, 0, 0);
	n = snprintf(msg, sizeof(msg), "lycosa: %s:%d: %s: CHECK(%s) failed [thread %s]\n", file, line,
		func, expr, name);
	if (n > (int)sizeof(msg) - 1)
		n = (int)sizeof(msg) - 1;
	if (write(STDERR_FILENO, msg, (size_t)n) < 0) {
		/* nothing left to tell it to */
	}
	n = backtrace(frames, ARRAY_LEN(frames));
	backtrace_symbols_fd(frames, n, STDERR_FILENO);
	abort();
}
