/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "frontier/visited_space.h"

/*
 * What may be free (S3): a part of what is resident, or as many bytes and no more than a part of the ceiling. More, and a URL takes more; less,
 * and less is there to be used again.
 */
#define SPACE_FREE_PART     8
#define SPACE_FREE_BYTES    ((uint64_t)1 << 20)
#define SPACE_FREE_MAX_PART 128

static uint64_t
bytes_of(const struct visited_space *s, uint64_t units)
{
	return units << s->view->unit_shift;
}

/* Back to the kernel. */
static void
punch(const struct visited_space *s, uint64_t first, uint64_t units)
{
	int r;

	/* It cannot fail on a memfd but by a signal; then the pages stay a while longer. */
	do
		r = fallocate(s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)bytes_of(s, first), (off_t)bytes_of(s, units));
	while (r < 0 && errno == EINTR);
}

static void
uncount(struct visited_space *s, uint64_t units)
{
	atomic_fetch_sub_explicit(&s->resident, bytes_of(s, units), memory_order_relaxed);
}

/* --- free runs, under the lock ----------------------------------------------------------------------------------- */

static void
run_remove(struct visited_space *s, size_t i)
{
	s->n_runs--;
	memmove(&s->runs[i], &s->runs[i + 1], (s->n_runs - i) * sizeof(s->runs[0]));
}

/* Is the i-th one's neighbour behind it one with it? (S1) */
static bool
run_join(struct visited_space *s, size_t i)
{
	struct visited_run *r = &s->runs[i];

	if (i + 1 >= s->n_runs || r->first + r->n != r[1].first || r->wet != r[1].wet)
		return false;
	r->n += r[1].n;
	run_remove(s, i + 1);
	return true;
}

/* The largest wet run; n_runs: there is none. */
static size_t
run_largest(const struct visited_space *s)
{
	size_t best = s->n_runs;

	for (size_t i = 0; i < s->n_runs; i++)
		if (s->runs[i].wet && (best == s->n_runs || s->runs[i].n > s->runs[best].n))
			best = i;
	return best;
}

static void
run_dry(struct visited_space *s, size_t i)
{
	struct visited_run *r = &s->runs[i];

	punch(s, r->first, r->n);
	uncount(s, r->n);
	s->wet_units -= r->n;
	r->wet = false;
	(void)run_join(s, i);
	if (i > 0)
		(void)run_join(s, i - 1);
}

/* The largest ones, until no more than so many bytes are free: a call costs more than its pages, which also interrupts other processors. */
static void
runs_dry(struct visited_space *s, uint64_t most)
{
	while (bytes_of(s, s->wet_units) > most)
		run_dry(s, run_largest(s));
}

/* S3 */
static void
runs_trim(struct visited_space *s)
{
	uint64_t part = atomic_load_explicit(&s->resident, memory_order_relaxed) / SPACE_FREE_PART;
	uint64_t little = s->max_bytes / SPACE_FREE_MAX_PART < SPACE_FREE_BYTES ? s->max_bytes / SPACE_FREE_MAX_PART : SPACE_FREE_BYTES;
	uint64_t most = part > little ? part : little;

	if (bytes_of(s, s->wet_units) > most)
		runs_dry(s, most / 4 * 3);
}

/* Memory is short: all that is free goes, and what late readers have put into dry runs. */
static void
runs_dry_all(struct visited_space *s)
{
	for (size_t i = 0; i < s->n_runs; i++)
		if (!s->runs[i].wet)
			punch(s, s->runs[i].first, s->runs[i].n);
	runs_dry(s, 0);
}

static void
run_add(struct visited_space *s, uint64_t first, uint64_t units)
{
	size_t i = s->n_runs;

	if (s->n_runs == s->cap) {
		/* Its addresses are lost. */
		punch(s, first, units);
		uncount(s, units);
		return;
	}
	while (i > 0 && s->runs[i - 1].first > first)
		i--;
	memmove(&s->runs[i + 1], &s->runs[i], (s->n_runs - i) * sizeof(s->runs[0]));
	s->runs[i] = (struct visited_run){ (uint32_t)first, (uint32_t)units, true };
	s->n_runs++;
	s->wet_units += units;
	(void)run_join(s, i);
	if (i > 0)
		(void)run_join(s, i - 1);
	runs_trim(s);
}

/* From the beginning of the first one that has room. */
static bool
run_take(struct visited_space *s, uint64_t units, uint64_t *ret_first)
{
	for (size_t i = 0; i < s->n_runs; i++) {
		struct visited_run *r = &s->runs[i];

		if (!r->wet || r->n < units)
			continue;
		*ret_first = r->first;
		r->first += (uint32_t)units;
		r->n -= (uint32_t)units;
		s->wet_units -= units;
		if (r->n == 0)
			run_remove(s, i);
		return true;
	}
	return false;
}

/* --- taking and giving ---------------------------------------------------------------------------------------------- */

/* Addresses that were never used, counted. Under the lock. */
MUST_CHECK static int
fresh_take(struct visited_space *s, uint64_t units, uint64_t *ret_first)
{
	uint64_t bytes = bytes_of(s, units);

	if (s->fresh + units > s->view->map_bytes >> s->view->unit_shift || s->fresh + units > UINT32_MAX)
		return -ENOSPC;
	/* Of a set that is full any number of inserts are tried: only the first of them finds something to give back. */
	if (bytes > s->max_bytes - atomic_load_explicit(&s->resident, memory_order_relaxed) && s->wet_units > 0)
		runs_dry_all(s);
	if (bytes > s->max_bytes - atomic_load_explicit(&s->resident, memory_order_relaxed))
		return -ENOSPC;
	atomic_fetch_add_explicit(&s->resident, bytes, memory_order_relaxed);
	*ret_first = s->fresh;
	s->fresh += units;
	return 0;
}

/* The kernel's zeros. All at once is cheaper than one fault for each page, and a refusal comes as an error instead of SIGBUS. */
MUST_CHECK static int
fresh_fill(struct visited_space *s, uint64_t first, uint64_t units)
{
	unsigned char *p = s->view->base + bytes_of(s, first);

	/* Units of tests are no whole pages. */
	if (s->view->unit_shift < SEEN_MAX_UNIT_SHIFT || madvise(p, bytes_of(s, units), MADV_POPULATE_WRITE) == 0 ||
		(errno != ENOMEM && errno != EFAULT))
		return 0;
	punch(s, first, units);
	uncount(s, units);
	return -ENOMEM;
}

/* Each with release: who reads one of these zeros sees what was before, that the table has moved. */
static void
zero(const struct visited_space *s, uint64_t first, uint64_t units)
{
	seen_slot *slot = seen_word_table(s->view, seen_word(first, units));

	for (size_t n = bytes_of(s, units) / sizeof(*slot); n > 0; n--)
		atomic_store_explicit(slot++, 0, memory_order_release);
}

int
visited_space_take(struct visited_space *s, uint64_t units, uint64_t *ret_first)
{
	uint64_t first;
	bool used;
	int r = 0;

	(void)pthread_mutex_lock(&s->lock);
	used = run_take(s, units, &first);
	if (!used)
		r = fresh_take(s, units, &first);
	(void)pthread_mutex_unlock(&s->lock);
	if (r < 0)
		return r;
	if (used)
		zero(s, first, units);
	else
		r = fresh_fill(s, first, units);
	if (r == 0)
		*ret_first = first;
	return r;
}

void
visited_space_give(struct visited_space *s, uint64_t first, uint64_t units)
{
	(void)pthread_mutex_lock(&s->lock);
	run_add(s, first, units);
	(void)pthread_mutex_unlock(&s->lock);
}

int
visited_space_init(struct visited_space *s, const struct seen_view *view, int fd, uint64_t fresh, uint64_t resident,
	uint64_t max_bytes, size_t max_runs)
{
	*s = (struct visited_space){ .view = view, .fd = fd, .max_bytes = max_bytes, .fresh = fresh, .cap = max_runs };
	atomic_init(&s->resident, resident);
	s->runs = calloc(max_runs, sizeof(s->runs[0]));
	if (s->runs == NULL)
		return -ENOMEM;
	(void)pthread_mutex_init(&s->lock, NULL);
	return 0;
}

void
visited_space_release(struct visited_space *s)
{
	if (s->runs == NULL)
		return;
	(void)pthread_mutex_destroy(&s->lock);
	free(s->runs);
	s->runs = NULL;
}
