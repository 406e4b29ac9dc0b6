/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cleanup.h: locals that release themselves.
 *
 *	CLEANUP(freep) char *path = NULL;
 *	CLEANUP(closep) int fd = -1;
 *	...
 *	*ret_path = TAKE(path);		the local no longer owns it
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Hands a pointer (or a descriptor, TAKE_FD) on: the variable forgets it. */
#define TAKE(p)                                                                                    \
	({                                                                                         \
		__typeof__(p) take_tmp_ = (p);                                                     \
		(p) = NULL;                                                                        \
		take_tmp_;                                                                         \
	})
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int take_tmp_ = (fd);                                                              \
		(fd) = -1;                                                                         \
		take_tmp_;                                                                         \
	})

static inline void
freep(void *pp)
{
	free(*(void **)pp);
}

static inline void
closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

#endif
