/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h: the two clocks, in microseconds. Monotonic for everything that waits or measures, wall only for
 * what people read. Any thread; vDSO, no system call.
 *
 * A wall clock that says a time before 1970 was never set: it counts from the start of the machine then, as one does where none has a
 * battery. So no time is 0, which means that there is none, and none is negative, which what is packed has no room for.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_US_PER_MS  INT64_C(1000)
#define CLOCK_US_PER_SEC INT64_C(1000000)

/* CLOCK_MONOTONIC. */
static inline int64_t
clock_mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * CLOCK_US_PER_SEC + ts.tv_nsec / 1000;
}

static inline int64_t
clock_since_1970_us(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec < 1 ? CLOCK_US_PER_SEC + clock_mono_us() : (int64_t)ts.tv_sec * CLOCK_US_PER_SEC + ts.tv_nsec / 1000;
}

/* CLOCK_REALTIME, since 1970-01-01T00:00:00Z. */
static inline int64_t
clock_wall_us(void)
{
	return clock_since_1970_us(CLOCK_REALTIME);
}

/* The same as of the last tick, some milliseconds ago: a fifth of the price, for what is told in no smaller unit. */
static inline int64_t
clock_wall_coarse_us(void)
{
	return clock_since_1970_us(CLOCK_REALTIME_COARSE);
}

/* CPU time of the calling thread. */
static inline int64_t
clock_thread_cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * CLOCK_US_PER_SEC + ts.tv_nsec / 1000;
}

#endif
