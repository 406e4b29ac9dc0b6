/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h: the two clocks, in microseconds. Monotonic for everything that waits or measures, wall only for
 * what people read. Any thread; vDSO, no system call.
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

/* CLOCK_REALTIME, since 1970-01-01T00:00:00Z. */
static inline int64_t
clock_wall_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * CLOCK_US_PER_SEC + ts.tv_nsec / 1000;
}

/* The same as of the last tick, some milliseconds ago: a fifth of the price, for what is told in no smaller unit. */
static inline int64_t
clock_wall_coarse_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	return (int64_t)ts.tv_sec * CLOCK_US_PER_SEC + ts.tv_nsec / 1000;
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
