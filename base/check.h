/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.h: assertions that stay on in release, and the attributes used everywhere.
 *
 * CHECK() is for our own bugs only: it prints the expression, the place and the thread's name, then
 * aborts. What the machine or the web does wrong is never a CHECK (see doc/ARCHITECTURE.md, "Errors").
 * CHECK_MAGIC() guards every object that comes back through a void pointer.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include <stdint.h>

#define MUST_CHECK   __attribute__((warn_unused_result))
#define NORETURN     __attribute__((noreturn))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define UNUSED       __attribute__((unused))
#define LIKELY(x)    __builtin_expect(!!(x), 1)
#define UNLIKELY(x)  __builtin_expect(!!(x), 0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (UNLIKELY(!(cond)))                                                             \
			check_failed(#cond, __FILE__, __LINE__, __func__);                         \
	} while (0)

#define CHECK_MAGIC(obj, value) CHECK((obj) != NULL && (obj)->magic == (value))

/* Prints "file:line: func: CHECK(expr) failed [thread]" and a backtrace to stderr, then aborts. Any thread. */
void check_failed(const char *expr, const char *file, int line, const char *func) NORETURN;

#endif
