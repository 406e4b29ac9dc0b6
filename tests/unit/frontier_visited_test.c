/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The visited set: one winner each, no false negatives, nothing invented, memory as accounted. V1-V6 of visited.c. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/thread.h"
#include "frontier/visited.h"
#include "url/seen.h"

#define MIB (UINT64_C(1) << 20)

#ifdef LYCOSA_SANITIZERS
#define SLOW_BUILD 1
#else
#define SLOW_BUILD 0
#endif

/* The i-th of a sequence without repetition (hash_mix is a bijection but for the two reserved values). */
static uint64_t
nth_fp(uint64_t seed, uint64_t i)
{
	return hash_mix(i, seed);
}

static void
inserts_and_finds(void **state)
{
	struct visited *v;
	uint64_t i, n = 20000;

	assert_int_equal(visited_new(16 * MIB, &v), 0);
	assert_false(visited_contains(v, 1));
	for (i = 0; i < n; i++) {
		assert_int_equal(visited_insert(v, nth_fp(1, i)), 1);
		assert_int_equal(visited_insert(v, nth_fp(1, i)), 0);
	}
	for (i = 0; i < n; i++) {
		assert_true(visited_contains(v, nth_fp(1, i)));
		assert_false(visited_contains(v, nth_fp(1, n + i)));
	}
	assert_int_equal(visited_count(v), n);
	visited_free(v);
}

static bool expected; /* given as a state: visited_expect() was told */

/* Whatever stands in the set already, and twice among those that come. */
static void
inserts_all(void **state)
{
	static uint64_t fps[40000];
	struct visited *v;

	assert_int_equal(visited_new(16 * MIB, &v), 0);
	visited_expect(v, *state != NULL ? 2000000 : 0);
	assert_int_equal(visited_insert_all(v, fps, 0), 0);
	for (uint64_t i = 0; i < ARRAY_LEN(fps); i++)
		fps[i] = nth_fp(4, i % 30000);
	for (uint64_t i = 0; i < 5000; i++)
		assert_int_equal(visited_insert(v, nth_fp(4, 6 * i)), 1);
	assert_int_equal(visited_insert_all(v, fps, ARRAY_LEN(fps)), 0);
	for (uint64_t i = 0; i < 30000; i++) {
		assert_true(visited_contains(v, nth_fp(4, i)));
		assert_false(visited_contains(v, nth_fp(4, 30000 + i)));
	}
	assert_int_equal(visited_count(v), 30000);
	visited_free(v);
	assert_int_equal(visited_new(0, &v), 0);
	assert_int_equal(visited_insert_all(v, fps, ARRAY_LEN(fps)), -ENOSPC);
	visited_free(v);
}

/* Fingerprints that all want the same slots: the ends of a partition, runs that wrap around. */
static void
crowded_slots(void **state)
{
	struct visited *v;
	uint64_t i;

	assert_int_equal(visited_new(16 * MIB, &v), 0);
	for (i = 1; i < 3000; i++) {
		assert_int_equal(visited_insert(v, i), 1);
		assert_int_equal(visited_insert(v, UINT64_MAX - i), 1);
		assert_int_equal(visited_insert(v, (UINT64_C(1) << 54) - i), 1);
	}
	for (i = 1; i < 3000; i++) {
		assert_int_equal(visited_insert(v, i), 0);
		assert_true(visited_contains(v, UINT64_MAX - i));
		assert_true(visited_contains(v, (UINT64_C(1) << 54) - i));
	}
	visited_free(v);
}

/*
 * The bound of invariant J6, at each 1 % of growth. And the tables do not all grow at the same time: how full they are in the mean
 * stays the same (were they to grow together, by 1.4, the most would be 1.4 times the least).
 */
static void
bytes_per_url(void **state)
{
	uint64_t i, n = SLOW_BUILD ? 1500000 : 4000000, sample = 1000000, least = UINT64_MAX, most = 0;
	struct visited *v;
	struct stat st;

	assert_int_equal(visited_new(64 * MIB, &v), 0);
	for (i = 1; i <= n; i++) {
		assert_int_equal(visited_insert(v, nth_fp(2, i)), 1);
		if (i == sample) {
			assert_true(visited_bytes(v) <= 14 * i);
			assert_int_equal(visited_count(v), i);
			least = visited_bytes(v) * 1000 / i < least ? visited_bytes(v) * 1000 / i : least;
			most = visited_bytes(v) * 1000 / i > most ? visited_bytes(v) * 1000 / i : most;
			sample += sample / 100;
		}
	}
	assert_true(most * 10 <= least * 11);
	/* The account is what the kernel says: at most the pages that were made but never written differ. */
	assert_int_equal(fstat(visited_fd(v), &st), 0);
	assert_true((uint64_t)st.st_blocks * 512 <= visited_bytes(v));
	assert_true((uint64_t)st.st_blocks * 512 + MIB >= visited_bytes(v));
	visited_free(v);
}

/* What has to leave room for others looks at this. */
static void
half_full(void **state)
{
	struct visited *v;
	uint64_t i;

	assert_int_equal(visited_new(4 * MIB, &v), 0);
	assert_false(visited_is_half_full(v));
	for (i = 1; !visited_is_half_full(v); i++)
		assert_int_equal(visited_insert(v, hash_mix(i, 1)), 1);
	assert_in_range(visited_bytes(v), 2 * MIB, 3 * MIB);
	assert_int_equal(visited_insert(v, hash_mix(i, 1)), 1);
	visited_free(v);
}

static void
full_is_enospc(void **state)
{
	uint64_t i, n = 0;
	struct visited *v;
	struct stat st;
	int r = 1;

	assert_int_equal(visited_new(6 * MIB, &v), 0);
	for (i = 0; i < 1000000 && r == 1; i++) {
		r = visited_insert(v, nth_fp(3, i));
		n += r == 1;
	}
	assert_int_equal(r, -ENOSPC);
	assert_true(visited_bytes(v) <= 6 * MIB);
	assert_int_equal(fstat(visited_fd(v), &st), 0);
	assert_true((uint64_t)st.st_blocks * 512 <= 6 * MIB);
	assert_int_equal(visited_count(v), n);
	for (i = 0; i < n; i++)
		assert_int_equal(visited_insert(v, nth_fp(3, i)), 0);
	visited_free(v);
}

static void
descriptor_is_read_only(void **state)
{
	struct visited *v;
	struct seen_map *m;
	int pipe_fds[2];

	assert_int_equal(visited_new(4 * MIB, &v), 0);
	assert_int_equal(fcntl(visited_fd(v), F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, visited_fd(v), 0), MAP_FAILED);
	assert_true(ftruncate(visited_fd(v), 0) < 0);

	assert_int_equal(seen_map(visited_fd(v), &m), 0);
	assert_int_equal(visited_insert(v, 42), 1);
	assert_true(seen_contains(m, 42));
	assert_false(seen_contains(m, 43));
	seen_unmap(m);
	visited_free(v);

	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(seen_map(pipe_fds[0], &m), -EINVAL);
	(void)close(pipe_fds[0]);
	(void)close(pipe_fds[1]);
	assert_int_equal(seen_map(-1, &m), -EBADF);
}

static void
way_keys_differ(void **state)
{
	uint64_t keys[8];
	unsigned i, k;

	for (i = 0; i < 8; i++) {
		keys[i] = seen_way_key(12345, i & 1, i & 2, i & 4);
		for (k = 0; k < i; k++)
			assert_true(keys[i] != keys[k]);
	}
}

/*
 * Threads that insert overlapping parts of one sequence. Shared; immutable but for the atomics.
 */
struct race {
	struct visited *v;
	unsigned n_threads;
	uint64_t n, seed;
	_Atomic uint64_t wins;
	_Atomic uint8_t *won;   /* per fingerprint */
	_Atomic unsigned at_start;
	_Atomic bool failed;
};

struct racer {
	struct race *race;
	unsigned index;
	pthread_t thread;
};

static void *
racer_run(void *arg)
{
	struct racer *me = arg;
	struct race *race = me->race;
	uint64_t i, wins = 0;

	atomic_fetch_add(&race->at_start, 1);
	while (atomic_load(&race->at_start) < race->n_threads)
		sched_yield();
	for (i = 0; i < race->n; i++) {
		/* All go through all of it; odd ones downwards in blocks, so that they meet everywhere. */
		uint64_t k = me->index % 2 == 0 ? i : i ^ 63;
		uint64_t fp = nth_fp(race->seed, k);
		int r = visited_insert(race->v, fp);

		if (r < 0 || !visited_contains(race->v, fp)) {
			atomic_store(&race->failed, true);
			break;
		}
		if (r == 1) {
			wins++;
			atomic_fetch_add_explicit(&race->won[k], 1, memory_order_relaxed);
		}
	}
	atomic_fetch_add(&race->wins, wins);
	return NULL;
}

static void
race_run(struct visited *v, unsigned n_threads, uint64_t n, uint64_t seed)
{
	struct race race = { .v = v, .n_threads = n_threads, .n = n, .seed = seed };
	struct racer racers[16];
	uint64_t i;

	assert_true(n % 64 == 0 && n_threads <= 16);
	race.won = calloc(n, sizeof(race.won[0]));
	assert_non_null(race.won);
	for (i = 0; i < n_threads; i++) {
		racers[i] = (struct racer){ .race = &race, .index = (unsigned)i };
		assert_int_equal(thread_start(&racers[i].thread, "racer", racer_run, &racers[i]), 0);
	}
	for (i = 0; i < n_threads; i++)
		assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
	assert_false(race.failed);
	assert_int_equal(race.wins, n);
	for (i = 0; i < n; i++)
		assert_int_equal(race.won[i], 1);
	assert_int_equal(visited_count(v), n);
	free((void *)race.won);
}

static void
one_winner_each(void **state)
{
	struct visited *v;

	assert_int_equal(visited_new(64 * MIB, &v), 0);
	race_run(v, 4, SLOW_BUILD ? 128000 : 1024000, 4);
	visited_free(v);
}

/* Few and tiny tables: every thread is in the same table, and most of the time it is growing. */
static void
one_winner_each_while_growing(void **state)
{
	unsigned round, bits, rounds = SLOW_BUILD ? 8 : 40;

	for (round = 0; round < rounds; round++) {
		for (bits = 0; bits <= 2; bits++) {
			struct visited *v;

			assert_int_equal(visited_new_shaped(4 * MIB, bits, 6, &v), 0);
			race_run(v, 2 + round % 7, 6400, round * 3 + bits);
			visited_free(v);
		}
	}
}

/*
 * After many growths in the smallest shape, what was not given back is not lost sight of: the account is the table, and what may be free
 * beside it (an eighth, or a 128th of the ceiling).
 */
static void
account_of_small_tables(void **state)
{
	uint64_t i, n = 50000, fixed;
	struct visited *v;

	assert_int_equal(visited_new_shaped(4 * MIB, 0, 6, &v), 0);
	fixed = visited_bytes(v);
	for (i = 0; i < n; i++) {
		assert_int_equal(visited_insert(v, nth_fp(6, i)), 1);
		if (i > 400)
			assert_true(visited_bytes(v) - fixed <= 14 * (i + 1) * 8 / 7 + 4 * MIB / 128);
	}
	visited_free(v);
}

/* -ENOSPC while many insert: nobody passes the ceiling, and what was won is there. */
static void *
filler_run(void *arg)
{
	struct racer *me = arg;
	struct race *race = me->race;
	uint64_t i;

	for (i = 0; i < race->n; i++) {
		int r = visited_insert(race->v, nth_fp(race->seed + me->index, i));

		if (r == -ENOSPC)
			break;
		if (r != 1 || visited_bytes(race->v) > 5 * MIB)
			atomic_store(&race->failed, true);
		atomic_fetch_add(&race->wins, 1);
	}
	if (i == race->n)
		atomic_store(&race->failed, true);
	return NULL;
}

static void
full_for_many(void **state)
{
	struct race race = { .n = 2000000, .seed = 70 };
	struct racer racers[4];
	unsigned i;

	assert_int_equal(visited_new(5 * MIB, &race.v), 0);
	for (i = 0; i < 4; i++) {
		racers[i] = (struct racer){ .race = &race, .index = i };
		assert_int_equal(thread_start(&racers[i].thread, "filler", filler_run, &racers[i]), 0);
	}
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
	assert_false(race.failed);
	assert_int_equal(visited_count(race.v), race.wins);
	assert_true(visited_bytes(race.v) <= 5 * MIB);
	visited_free(race.v);
}

/*
 * A reader in another process, while two threads insert and tables move under its eyes. `upto[t]` says what writer t has inserted.
 */
struct watch {
	_Atomic uint64_t upto[2];
	_Atomic bool over;
};

struct watch_writer {
	struct visited *v;
	struct watch *watch;
	unsigned index;
	uint64_t n;
	_Atomic bool failed;
	pthread_t thread;
};

static void *
watch_write(void *arg)
{
	struct watch_writer *w = arg;
	uint64_t i;

	for (i = 0; i < w->n; i++) {
		if (visited_insert(w->v, nth_fp(100 + w->index, i)) != 1)
			atomic_store(&w->failed, true);
		atomic_store_explicit(&w->watch->upto[w->index], i + 1, memory_order_release);
	}
	return NULL;
}

/* 0 = all was well, else what went wrong. */
static int
watch_read(int fd, struct watch *watch)
{
	struct seen_map *m;
	uint64_t x = 1, rounds = 0;

	if (seen_map(fd, &m) < 0)
		return 2;
	while (!atomic_load(&watch->over) || rounds < 1000) {
		unsigned t = rounds++ % 2;
		uint64_t upto = atomic_load_explicit(&watch->upto[t], memory_order_acquire);

		x = hash_mix(x, 1);
		if (upto > 0 && !seen_contains(m, nth_fp(100 + t, x % upto)))
			return 3;
		if (upto > 0 && !seen_contains(m, nth_fp(100 + t, upto - 1)))
			return 4;
		if (seen_contains(m, nth_fp(200, x)))
			return 5;
	}
	seen_unmap(m);
	return 0;
}

static void
watch_shape(unsigned partition_bits, unsigned unit_shift, uint64_t n)
{
	struct watch_writer writers[2];
	struct watch *watch;
	struct visited *v;
	unsigned i;
	int status;
	pid_t pid;

	watch = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(watch, MAP_FAILED);
	assert_int_equal(visited_new_shaped(64 * MIB, partition_bits, unit_shift, &v), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(watch_read(visited_fd(v), watch));
	for (i = 0; i < 2; i++) {
		writers[i] = (struct watch_writer){ .v = v, .watch = watch, .index = i, .n = n };
		assert_int_equal(thread_start(&writers[i].thread, "writer", watch_write, &writers[i]), 0);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(writers[i].thread, NULL), 0);
		assert_false(writers[i].failed);
	}
	atomic_store(&watch->over, true);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	visited_free(v);
	(void)munmap(watch, 4096);
}

static void
reader_in_another_process(void **state)
{
	watch_shape(8, 10, SLOW_BUILD ? 100000 : 700000);
	watch_shape(0, 6, SLOW_BUILD ? 5000 : 60000);
	watch_shape(2, 8, SLOW_BUILD ? 20000 : 200000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inserts_and_finds),
		cmocka_unit_test(inserts_all),
		cmocka_unit_test_prestate(inserts_all, &expected),
		cmocka_unit_test(crowded_slots),
		cmocka_unit_test(bytes_per_url),
		cmocka_unit_test(half_full),
		cmocka_unit_test(full_is_enospc),
		cmocka_unit_test(descriptor_is_read_only),
		cmocka_unit_test(way_keys_differ),
		cmocka_unit_test(reader_in_another_process),
		cmocka_unit_test(one_winner_each),
		cmocka_unit_test(one_winner_each_while_growing),
		cmocka_unit_test(account_of_small_tables),
		cmocka_unit_test(full_for_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
