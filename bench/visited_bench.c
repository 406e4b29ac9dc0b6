/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The visited set against what one would write first: uthash behind a mutex.
 *
 *	bench/visited_bench              10 M fingerprints, 1, 2 and 4 threads: ns per operation, bytes per fingerprint
 *	bench/visited_bench growth N     one thread, up to N million, memory sampled at each 1 %: fails above 14 bytes
 *
 * "insert": each thread its own part of all new fingerprints. "hit" and "miss": look-ups of random ones that are there, or not,
 * by all threads at once. Two figures for each: wall time per operation of one thread / CPU time per operation of all of them. On
 * a machine that does other work besides, only the second one can be compared; what waiting for a lock costs, only the first shows.
 */
#include "config.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <uthash.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/thread.h"
#include "frontier/visited.h"

#define N_FINGERPRINTS UINT64_C(10000000)
#define MAX_THREADS    4

struct entry {
	uint64_t fp;
	UT_hash_handle hh;
};

/* The rival; guarded by lock. */
struct locked_set {
	pthread_mutex_t lock;
	struct entry *head;
};

struct set {
	struct visited *visited; /* NULL: the rival */
	struct locked_set *locked;
};

static bool
set_insert(struct set *s, uint64_t fp)
{
	struct entry *e;

	if (s->visited != NULL)
		return visited_insert(s->visited, fp) == 1;
	pthread_mutex_lock(&s->locked->lock);
	HASH_FIND(hh, s->locked->head, &fp, sizeof(fp), e);
	if (e == NULL) {
		e = malloc(sizeof(*e));
		CHECK(e != NULL);
		e->fp = fp;
		HASH_ADD(hh, s->locked->head, fp, sizeof(e->fp), e);
		pthread_mutex_unlock(&s->locked->lock);
		return true;
	}
	pthread_mutex_unlock(&s->locked->lock);
	return false;
}

static bool
set_contains(struct set *s, uint64_t fp)
{
	struct entry *e;

	if (s->visited != NULL)
		return visited_contains(s->visited, fp);
	pthread_mutex_lock(&s->locked->lock);
	HASH_FIND(hh, s->locked->head, &fp, sizeof(fp), e);
	pthread_mutex_unlock(&s->locked->lock);
	return e != NULL;
}

enum work { WORK_INSERT, WORK_HIT, WORK_MISS };

struct task {
	struct set *set;
	enum work work;
	uint64_t from, to;
	int64_t cpu_us;
	pthread_t thread;
};

struct result {
	double wall_ns, cpu_ns;
};

static void *
task_run(void *arg)
{
	struct task *t = arg;
	int64_t start_us = clock_thread_cpu_us();
	uint64_t i;

	for (i = t->from; i < t->to; i++) {
		switch (t->work) {
		case WORK_INSERT:
			CHECK(set_insert(t->set, hash_mix(i, 1)));
			break;
		case WORK_HIT:
			CHECK(set_contains(t->set, hash_mix(hash_mix(i, 2) % N_FINGERPRINTS, 1)));
			break;
		case WORK_MISS:
			CHECK(!set_contains(t->set, hash_mix(i, 3)));
			break;
		}
	}
	t->cpu_us = clock_thread_cpu_us() - start_us;
	return NULL;
}

static struct result
measure(struct set *set, unsigned n_threads, enum work work)
{
	struct task tasks[MAX_THREADS];
	struct result r = { 0 };
	int64_t start_us = clock_mono_us();
	uint64_t each = N_FINGERPRINTS / n_threads;
	unsigned i;

	for (i = 0; i < n_threads; i++) {
		tasks[i] = (struct task){ .set = set, .work = work, .from = i * each, .to = (i + 1) * each };
		CHECK(thread_start(&tasks[i].thread, "bench", task_run, &tasks[i]) == 0);
	}
	for (i = 0; i < n_threads; i++)
		CHECK(pthread_join(tasks[i].thread, NULL) == 0);
	r.wall_ns = (double)(clock_mono_us() - start_us) * 1000 / (double)each;
	for (i = 0; i < n_threads; i++)
		r.cpu_ns += (double)tasks[i].cpu_us * 1000 / (double)(each * n_threads);
	return r;
}

static uint64_t
malloced_bytes(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void
bench(const char *name, struct set *set, unsigned n_threads)
{
	uint64_t before = malloced_bytes(), bytes;
	struct result insert = measure(set, n_threads, WORK_INSERT), hit, miss;

	bytes = set->visited != NULL ? visited_bytes(set->visited) : malloced_bytes() - before;
	hit = measure(set, n_threads, WORK_HIT);
	miss = measure(set, n_threads, WORK_MISS);
	printf("%-16s %u thread%s  insert %5.0f /%5.0f ns  hit %5.0f /%5.0f ns  miss %5.0f /%5.0f ns  %6.1f bytes each\n",
		name, n_threads, n_threads == 1 ? " " : "s", insert.wall_ns, insert.cpu_ns, hit.wall_ns, hit.cpu_ns,
		miss.wall_ns, miss.cpu_ns, (double)bytes / (double)N_FINGERPRINTS);
	(void)fflush(stdout);
}

static void
compare(void)
{
	unsigned n;

	for (n = 1; n <= MAX_THREADS; n *= 2) {
		struct set set = { 0 };

		CHECK(visited_new(UINT64_C(1) << 30, &set.visited) == 0);
		bench("visited", &set, n);
		visited_free(set.visited);
	}
	for (n = 1; n <= MAX_THREADS; n *= 2) {
		struct locked_set locked = { .lock = PTHREAD_MUTEX_INITIALIZER };
		struct set set = { .locked = &locked };
		struct entry *e, *tmp;

		bench("mutex + uthash", &set, n);
		HASH_ITER(hh, locked.head, e, tmp) {
			HASH_DEL(locked.head, e);
			free(e);
		}
	}
}

static int
growth(uint64_t n)
{
	uint64_t i, sample = 1000000, worst_at = 0;
	int64_t start_us = clock_thread_cpu_us();
	struct visited *v;
	double worst = 0;
	struct stat st;

	CHECK(visited_new(n * 14 + (UINT64_C(4) << 20), &v) == 0);
	for (i = 1; i <= n; i++) {
		CHECK(visited_insert(v, hash_mix(i, 1)) == 1);
		if (i == sample || i == n) {
			double bytes;

			CHECK(fstat(visited_fd(v), &st) == 0);
			CHECK((uint64_t)st.st_blocks * 512 <= visited_bytes(v));
			bytes = (double)visited_bytes(v) / (double)i;
			if (bytes > worst) {
				worst = bytes;
				worst_at = i;
			}
			sample += sample / 100;
		}
	}
	printf("%.0f M: worst %.2f bytes each at %.2f M, %.2f at the end, %.0f ns CPU per insert\n", (double)n / 1e6, worst,
		(double)worst_at / 1e6, (double)visited_bytes(v) / (double)n,
		(double)(clock_thread_cpu_us() - start_us) * 1000 / (double)n);
	visited_free(v);
	return worst <= 14 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "growth") == 0)
		return growth((uint64_t)strtoul(argv[2], NULL, 10) * 1000000);
	if (argc != 1) {
		(void)fprintf(stderr, "usage: visited_bench [growth MILLIONS]\n");
		return 2;
	}
	compare();
	return 0;
}
