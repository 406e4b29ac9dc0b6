/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lock-free set of 64-bit fingerprints in one memfd, grown while in use. The layout is in url/seen_layout.h.
 *
 * There are 256 partitions, each with a table of its own, found by its *table word*. A table that is full is replaced by a larger
 * one; the partitions do it at different moments, so that only a small part of the set stands there twice at any time. Sizes:
 * first one unit of 1 KiB in the *nursery*, where the first tables of all partitions lie side by side (a set of 20,000 has 64 pages
 * there instead of 256 of its own); then 1, 2 and 4 pages of four units; then 8 to 11, and about 1.4 times as many each time. From where
 * a partition counts these is its own, spread evenly over that factor: so at any moment as many are about to grow as at any other,
 * and a set that grows has no bad times, nor sizes that take more memory. What is small doubles: there a URL would be copied 3.4 times to save
 * a few MiB.
 *
 * States of a partition (T = table word, N = next word; both only ever move on, no word comes twice):
 *
 *	IDLE  T = N  --grow()-->  MOVING  T, N its successor  --migrate()-->  IDLE  T = N
 *
 *	table:  unused -> next -> current -> retired -> given back (visited_space.h), its memory is used again
 *	slot:   0 -> fingerprint, or 0 -> FROZEN; neither ever changes again while the table stands
 *
 * V1  A fingerprint enters a partition by one compare-and-swap of an empty slot of the current table; whoever did that is told
 *     "new". Two threads with the same fingerprint probe the same slots in the same order, and a filled slot never changes: the
 *     second one finds the first one's entry, or loses the swap and then finds it.
 * V2  migrate() walks all slots of T: an empty one becomes FROZEN, another one is copied to N, unless it is there. A thread that
 *     meets FROZEN knows that its fingerprint is not in T (an insert would have stopped there too), and helps to the end before it
 *     tries again: nobody inserts into N but by copying while N is not T. Whoever has walked to the end swaps T to N: then every
 *     slot of the old table is frozen or copied, whatever other helpers have done. Copying is idempotent.
 * V3  A helper that comes late copies what N has already, or, where N itself has been retired, meets FROZEN and stops: that
 *     N was retired means that it had become T, so the work is done.
 * V4  Writers are counted in and out (`state`). A retired table is given back only by a thread that saw it retired before it
 *     counted itself out as the last one inside: nobody who could have read the old word is inside then, and those who come in
 *     later come behind that count in its order of modification, so they read the new word. So no writer ever meets a table of
 *     zeros, where its swap would succeed in vain.
 * V5  Readers are not counted (they may be other processes, which cannot write). What was given back is filled with zeros, and then
 *     another table. Whoever still reads there misses: a fingerprint of another partition is none of theirs, and one of their own is
 *     true wherever it stands. A zero, or what came behind it, is read after the table word has changed: so they find that, and look
 *     again. No false negatives; and no word comes twice, as a partition's tables only grow.
 * V6  `resident` is what visited_space.h says, with the header, the nursery, and this struct; it never passes max_bytes. Reading memory that
 *     went back to the kernel makes it put zero pages there again, which nobody counts: they go when memory is short.
 *
 * Memory: a table is at most 13/16 full and grows by at most two fifths, so that a fingerprint takes at most 8 * 16/13 * 1.4 = 13.8
 * bytes in it, and 11.7 in the mean over the partitions; that is so from a million on (below, tables double). With what is
 * free between tables it is 13.6 at most.
 * Filling tables further would save little and make misses slow: probing looks at 15 slots on average at 13/16, at 35 at 88 %.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/prefault.h"
#include "base/proc.h"
#include "frontier/visited.h"
#include "frontier/visited_space.h"
#include "url/seen_layout.h"

#define VISITED_MAGIC 0x76697369u

#define VISITED_PARTITION_BITS 8
#define VISITED_UNIT_SHIFT     10 /* of 1 KiB */
#define VISITED_PAGE_UNITS     4  /* what the kernel gives and takes back */
#define VISITED_FEW_PAGES      8  /* tables with fewer double; a power of two */

/* Tables of all sizes of a partition together take 1 / (1 - 1/1.4) = 3.5 times the last one; and tables that lost the race to
 * be published leave holes. All of it is only addresses. */
#define VISITED_ADDRESS_FACTOR 5
#define VISITED_ADDRESS_SLACK  (UINT64_C(64) << 20)

/* Free runs between the tables of a partition: the one in use, its successor, and more than there are ever. */
#define VISITED_RUNS 3

#define VISITED_RETIRED 5 /* tables of one partition that wait for V4; more are never given back, only counted */

/* state: writers inside (16 bits), retired tables waiting (8), fingerprints (40). */
#define STATE_INSIDE_ONE  (UINT64_C(1) << 48)
#define STATE_RETIRED_ONE (UINT64_C(1) << 40)
#define STATE_COUNT_MASK  (STATE_RETIRED_ONE - 1)

struct visited_part {
	_Alignas(64) _Atomic uint64_t state;
	_Atomic uint64_t next;
	_Atomic uint64_t retired[VISITED_RETIRED]; /* table words, 0 = free */
};

struct visited {
	uint32_t magic;
	/* immutable after visited_new() */
	struct seen_view view;
	int fd, read_fd;
	unsigned n_parts;
	struct visited_part *parts;
	uint64_t least_pages; /* of the first table, as visited_expect() has it; 0: it is small */
	_Alignas(64) struct visited_space space;
};

static uint64_t
state_inside(uint64_t state)
{
	return state >> 48;
}

static uint64_t
state_retired(uint64_t state)
{
	return state >> 40 & 0xff;
}

/* Does a table of this word hold as many as it shall? */
static bool
table_is_full(const struct visited *v, uint64_t word, uint64_t count)
{
	return count * 16 >= seen_word_slots(&v->view, word) * UINT64_C(13);
}

/*
 * The partition's next size above `pages`, which are 0 for a table that does not stand in whole ones yet. Of its own sizes those that
 * are not whole are rounded down; where the step would be too large for that, there is another one between.
 */
static uint64_t
grown_pages(const struct visited *v, unsigned part, uint64_t pages)
{
	/* In 65,536ths of a page; from eight to 11.2 at first. */
	uint64_t first = UINT64_C(65536) * VISITED_FEW_PAGES, size = first + first * 2 / 5 * part / v->n_parts;
	uint64_t most = pages + pages * 2 / 5;

	if (pages * 2 < VISITED_FEW_PAGES)
		return pages > 0 ? pages * 2 : 1;
	if (pages < VISITED_FEW_PAGES)
		return size >> 16;
	while (size >> 16 <= pages)
		size += size * 2 / 5;
	return size >> 16 < most ? size >> 16 : most;
}

/* The nursery: as many units as there are partitions, in whole pages. */
static uint64_t
nursery_unit(const struct visited *v)
{
	return SEEN_TABLES_OFF >> v->view.unit_shift;
}

static uint64_t
nursery_units(const struct visited *v)
{
	return (v->n_parts + VISITED_PAGE_UNITS - 1) & ~(uint64_t)(VISITED_PAGE_UNITS - 1);
}

/* The successor of a table, all empty. */
MUST_CHECK static int
table_new(struct visited *v, unsigned part, uint64_t word, uint64_t *ret_word)
{
	uint64_t pages = (word & UINT32_MAX) / VISITED_PAGE_UNITS, first = 0;
	int r;

	if (word == 0 && v->least_pages == 0) {
		*ret_word = seen_word(nursery_unit(v) + part, 1);
		return 0;
	}
	pages = grown_pages(v, part, word == 0 ? v->least_pages - 1 : pages);
	r = visited_space_take(&v->space, pages * VISITED_PAGE_UNITS, &first);
	if (r == 0)
		*ret_word = seen_word(first, pages * VISITED_PAGE_UNITS);
	return r;
}

/* In pages of its own, and not in the nursery? */
static bool
table_has_pages(uint64_t word)
{
	return (word & UINT32_MAX) >= VISITED_PAGE_UNITS;
}

/* Gives a table's memory back. Only by its one owner: see V4. */
static void
table_give_back(struct visited *v, uint64_t word)
{
	visited_space_give(&v->space, word >> 32, word & UINT32_MAX);
}

enum table_add_result { TABLE_ADDED, TABLE_FOUND, TABLE_FROZEN };

/* Puts fp into the table, probing from slot i. FROZEN: the table is being retired, or has no room. */
static enum table_add_result
table_add(struct visited *v, uint64_t word, uint64_t fp, size_t i)
{
	seen_slot *table = seen_word_table(&v->view, word);
	size_t n = seen_word_slots(&v->view, word), left;

	for (left = n; left > 0; left--) {
		uint64_t s = atomic_load_explicit(&table[i], memory_order_acquire);

		if (s == 0 &&
			atomic_compare_exchange_strong_explicit(&table[i], &s, fp, memory_order_acq_rel,
				memory_order_acquire))
			return TABLE_ADDED;
		if (s == fp)
			return TABLE_FOUND;
		if (s == SEEN_FROZEN)
			return TABLE_FROZEN;
		if (++i == n)
			i = 0;
	}
	return TABLE_FROZEN;
}

/* V4: word is no table any more; the caller is inside. */
static void
table_retire(struct visited_part *p, uint64_t word)
{
	size_t i;

	for (i = 0; i < VISITED_RETIRED; i++) {
		uint64_t none = 0;

		if (atomic_compare_exchange_strong_explicit(&p->retired[i], &none, word, memory_order_acq_rel,
			memory_order_relaxed)) {
			atomic_fetch_add_explicit(&p->state, STATE_RETIRED_ONE, memory_order_acq_rel);
			return;
		}
	}
}

/* V2: copies what is in table `from` to table `to`, then makes `to` the table. */
static void
migrate(struct visited *v, unsigned part, uint64_t from, uint64_t to)
{
	seen_slot *table_word = seen_table_word(&v->view, part), *table = seen_word_table(&v->view, from);
	size_t n = seen_word_slots(&v->view, from), n_to = seen_word_slots(&v->view, to), i;
	uint64_t expected = from;

	for (i = 0; i < n; i++) {
		uint64_t s = atomic_load_explicit(&table[i], memory_order_acquire);

		if (s == 0 &&
			atomic_compare_exchange_strong_explicit(&table[i], &s, SEEN_FROZEN, memory_order_acq_rel,
				memory_order_acquire))
			continue;
		if (s != SEEN_FROZEN &&
			table_add(v, to, s, seen_first_slot(&v->view, s, n_to)) == TABLE_FROZEN)
			return; /* V3 */
		if (i % 512 == 511 && atomic_load_explicit(table_word, memory_order_acquire) != from)
			return; /* another one was faster */
	}
	if (atomic_compare_exchange_strong_explicit(table_word, &expected, to, memory_order_acq_rel,
		memory_order_relaxed) && table_has_pages(from))
		table_retire(&v->parts[part], from);
}

/*
 * Brings the partition past `word`, which was its table a moment ago: 0 when it is, -ENOSPC, -ENOMEM. The caller is inside.
 */
MUST_CHECK static int
grow(struct visited *v, unsigned part, uint64_t word)
{
	struct visited_part *p = &v->parts[part];
	uint64_t next = atomic_load_explicit(&p->next, memory_order_acquire);

	if (next == word) {
		uint64_t mine = 0;
		int r = table_new(v, part, word, &mine);

		if (r < 0)
			return r;
		if (atomic_compare_exchange_strong_explicit(&p->next, &next, mine, memory_order_acq_rel,
			memory_order_acquire)) {
			next = mine;
		} else if (table_has_pages(mine)) {
			table_give_back(v, mine);
		}
	}
	/* N is ahead of T by one at most; so if T is `word` still, the next that was read is its successor. */
	if (atomic_load_explicit(seen_table_word(&v->view, part), memory_order_acquire) == word)
		migrate(v, part, word, next);
	return 0;
}

static void
part_enter(struct visited_part *p)
{
	atomic_fetch_add_explicit(&p->state, STATE_INSIDE_ONE, memory_order_acq_rel);
}

/* As part_leave(), where tables wait to be given back. */
static void
part_leave_retired(struct visited *v, struct visited_part *p, uint64_t added)
{
	for (;;) {
		uint64_t seen[VISITED_RETIRED] = { 0 }, state;
		size_t i;

		if (UNLIKELY(state_retired(atomic_load_explicit(&p->state, memory_order_acquire)) > 0))
			for (i = 0; i < VISITED_RETIRED; i++)
				seen[i] = atomic_load_explicit(&p->retired[i], memory_order_acquire);
		state = atomic_fetch_add_explicit(&p->state, added - STATE_INSIDE_ONE, memory_order_acq_rel);
		if (LIKELY(state_inside(state) != 1 || state_retired(state) == 0))
			return;
		for (i = 0; i < VISITED_RETIRED; i++) {
			uint64_t word = seen[i];

			if (word == 0 || !atomic_compare_exchange_strong_explicit(&p->retired[i], &word, 0,
				memory_order_acq_rel, memory_order_relaxed))
				continue;
			atomic_fetch_sub_explicit(&p->state, STATE_RETIRED_ONE, memory_order_acq_rel);
			table_give_back(v, word);
		}
		/* What was retired between our look and our leaving is left: in once more, and look again. */
		if (LIKELY(state_retired(atomic_load_explicit(&p->state, memory_order_acquire)) == 0))
			return;
		part_enter(p);
		added = 0;
	}
}

/* Counts the caller out, and `added` fingerprints in; gives back what nobody can be using any more (V4). */
static inline void
part_leave(struct visited *v, struct visited_part *p, uint64_t added)
{
	uint64_t state;

	if (LIKELY(state_retired(atomic_load_explicit(&p->state, memory_order_acquire)) == 0)) {
		state = atomic_fetch_add_explicit(&p->state, added - STATE_INSIDE_ONE, memory_order_acq_rel);
		if (LIKELY(state_inside(state) != 1 || state_retired(state) == 0))
			return;
		/* Retired between our look and our leaving: in once more. */
		part_enter(p);
		added = 0;
	}
	part_leave_retired(v, p, added);
}

int
visited_insert(struct visited *v, uint64_t fp)
{
	struct visited_place place;

	return visited_find(v, fp, &place) ? 0 : visited_insert_at(v, fp, &place);
}

/* What stands before the place goes on standing there as long as the table does (V1), and a table word does not come twice. */
int
visited_insert_at(struct visited *v, uint64_t fp, const struct visited_place *place)
{
	unsigned part = seen_partition(&v->view, fp);
	struct visited_part *p = &v->parts[part];
	int r;

	CHECK_MAGIC(v, VISITED_MAGIC);
	CHECK(fp != 0 && fp != SEEN_FROZEN);
	part_enter(p);
	for (;;) {
		uint64_t word = atomic_load_explicit(seen_table_word(&v->view, part), memory_order_acquire);
		uint64_t count = atomic_load_explicit(&p->state, memory_order_relaxed) & STATE_COUNT_MASK;
		enum table_add_result added = TABLE_FROZEN;

		if (!table_is_full(v, word, count))
			added = table_add(v, word, fp,
				word == place->word ? place->slot : seen_first_slot(&v->view, fp, seen_word_slots(&v->view, word)));
		if (added != TABLE_FROZEN) {
			r = added == TABLE_ADDED;
			break;
		}
		r = grow(v, part, word);
		if (r < 0)
			break;
	}
	part_leave(v, p, r > 0);
	return r;
}

void
visited_expect(struct visited *v, uint64_t n)
{
	/* By chance some partitions get a few percent more than others. */
	uint64_t slots = n / v->n_parts * 16 / 13 * 21 / 20, page_bytes = VISITED_PAGE_UNITS << v->view.unit_shift;
	uint64_t pages = slots * sizeof(uint64_t) / page_bytes + 1, all = 0;

	CHECK_MAGIC(v, VISITED_MAGIC);
	CHECK(visited_count(v) == 0);
	for (unsigned part = 0; part < v->n_parts; part++)
		all += grown_pages(v, part, pages - 1);
	if (pages > 1 && all <= (v->space.max_bytes - visited_bytes(v)) / page_bytes)
		v->least_pages = pages;
}

/* By partition, each of which fits in the processor's caches: without that, each insert waits for memory. */
int
visited_insert_all(struct visited *v, const uint64_t *fps, size_t n)
{
	CLEANUP(freep) uint64_t *sorted = calloc(n, sizeof(*sorted));
	CLEANUP(freep) size_t *ends = calloc((size_t)v->n_parts + 1, sizeof(*ends));
	int r = 0;

	CHECK_MAGIC(v, VISITED_MAGIC);
	if (ends == NULL || (sorted == NULL && n > 0))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		ends[seen_partition(&v->view, fps[i]) + 1]++;
	for (size_t i = 1; i <= v->n_parts; i++)
		ends[i] += ends[i - 1];
	for (size_t i = 0; i < n; i++)
		sorted[ends[seen_partition(&v->view, fps[i])]++] = fps[i];
	for (size_t i = 0; i < n && r >= 0; i++)
		r = visited_insert(v, sorted[i]);
	return r < 0 ? r : 0;
}

bool
visited_contains(const struct visited *v, uint64_t fp)
{
	CHECK_MAGIC(v, VISITED_MAGIC);
	return seen_view_find(&v->view, fp, NULL, NULL);
}

bool
visited_find(const struct visited *v, uint64_t fp, struct visited_place *ret_place)
{
	CHECK_MAGIC(v, VISITED_MAGIC);
	return seen_view_find(&v->view, fp, &ret_place->word, &ret_place->slot);
}

void
visited_prefetch(const struct visited *v, uint64_t fp)
{
	CHECK_MAGIC(v, VISITED_MAGIC);
	seen_view_prefetch(&v->view, fp);
	__builtin_prefetch(&v->parts[seen_partition(&v->view, fp)]);
}

uint64_t
visited_count(const struct visited *v)
{
	uint64_t count = 0;
	unsigned i;

	CHECK_MAGIC(v, VISITED_MAGIC);
	for (i = 0; i < v->n_parts; i++)
		count += atomic_load_explicit(&v->parts[i].state, memory_order_relaxed) & STATE_COUNT_MASK;
	return count;
}

uint64_t
visited_bytes(const struct visited *v)
{
	CHECK_MAGIC(v, VISITED_MAGIC);
	return atomic_load_explicit(&v->space.resident, memory_order_relaxed);
}

bool
visited_is_half_full(const struct visited *v)
{
	return visited_bytes(v) > v->space.max_bytes / 2;
}

int
visited_fd(const struct visited *v)
{
	CHECK_MAGIC(v, VISITED_MAGIC);
	return v->read_fd;
}

/* The memfd, the descriptor that can only read it, and the mapping. */
MUST_CHECK static int
visited_map(struct visited *v, uint64_t map_bytes)
{
	char path[64];
	void *base;
	int r;

	v->fd = memfd_create("lycosa-visited", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (v->fd < 0)
		return -errno;
	r = proc_memfd_size(v->fd, map_bytes);
	if (r < 0)
		return r;
	/* Readers cannot be hit by SIGBUS, nor open it for writing (as long as they are not root). */
	if (fcntl(v->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0 || fchmod(v->fd, 0400) < 0)
		return -errno;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", v->fd);
	v->read_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (v->read_fd < 0)
		return -errno;
	base = mmap(NULL, map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, v->fd, 0);
	if (base == MAP_FAILED)
		return -errno;
	v->view.base = base;
	v->view.map_bytes = map_bytes;
	(void)madvise(base, map_bytes, MADV_NOHUGEPAGE); /* the account is in small pages */
	(void)madvise(base, map_bytes, MADV_DONTDUMP);
	return 0;
}

int
visited_new_shaped(uint64_t max_bytes, unsigned partition_bits, unsigned unit_shift, struct visited **ret_visited)
{
	uint64_t map_bytes, nursery_bytes, fixed_bytes;
	size_t max_runs;
	struct visited *v;
	int r;

	CHECK(partition_bits <= SEEN_MAX_PARTITION_BITS);
	CHECK(unit_shift >= SEEN_MIN_UNIT_SHIFT && unit_shift <= SEEN_MAX_UNIT_SHIFT);
	if (max_bytes > UINT64_C(1) << 40)
		max_bytes = UINT64_C(1) << 40; /* what can be addressed several times over */
	v = aligned_alloc(_Alignof(struct visited), sizeof(*v));
	if (v == NULL)
		return -ENOMEM;
	*v = (struct visited){ .magic = VISITED_MAGIC, .fd = -1, .read_fd = -1 };
	v->n_parts = 1u << partition_bits;
	v->view.partition_bits = partition_bits;
	v->view.unit_shift = unit_shift;
	v->parts = aligned_alloc(_Alignof(struct visited_part), v->n_parts * sizeof(v->parts[0]));
	if (v->parts == NULL) {
		visited_free(v);
		return -ENOMEM;
	}
	prefault_pages(v->parts, v->n_parts * sizeof(v->parts[0]));
	memset(v->parts, 0, v->n_parts * sizeof(v->parts[0]));

	nursery_bytes = nursery_units(v) << unit_shift;
	max_runs = (size_t)v->n_parts * VISITED_RUNS + 16;
	fixed_bytes = SEEN_TABLES_OFF + nursery_bytes + sizeof(*v) + v->n_parts * sizeof(v->parts[0]) +
		max_runs * sizeof(struct visited_run);
	map_bytes = (max_bytes * VISITED_ADDRESS_FACTOR + VISITED_ADDRESS_SLACK) & ~UINT64_C(4095);
	r = visited_map(v, map_bytes);
	if (r < 0) {
		visited_free(v);
		return r;
	}
	CHECK(v->view.base != NULL);
	/* One call instead of a fault for each page, and an error instead of SIGBUS. */
	if (madvise(v->view.base, SEEN_TABLES_OFF + nursery_bytes, MADV_POPULATE_WRITE) < 0 &&
		(errno == ENOMEM || errno == EFAULT)) {
		visited_free(v);
		return -ENOMEM;
	}
	*(struct seen_header *)(void *)v->view.base = (struct seen_header){
		.magic = SEEN_MAGIC,
		.partition_bits = partition_bits,
		.unit_shift = unit_shift,
		.map_bytes = map_bytes,
	};
	r = visited_space_init(&v->space, &v->view, v->fd, nursery_unit(v) + nursery_units(v), fixed_bytes,
		max_bytes > fixed_bytes ? max_bytes : fixed_bytes, max_runs);
	if (r < 0) {
		visited_free(v);
		return r;
	}
	*ret_visited = v;
	return 0;
}

int
visited_new(uint64_t max_bytes, struct visited **ret_visited)
{
	return visited_new_shaped(max_bytes, VISITED_PARTITION_BITS, VISITED_UNIT_SHIFT, ret_visited);
}

void
visited_free(struct visited *v)
{
	if (v == NULL)
		return;
	CHECK_MAGIC(v, VISITED_MAGIC);
	if (v->view.base != NULL)
		(void)munmap(v->view.base, v->view.map_bytes);
	if (v->read_fd >= 0)
		(void)close(v->read_fd);
	if (v->fd >= 0)
		(void)close(v->fd);
	visited_space_release(&v->space);
	v->magic = 0;
	free(v->parts);
	free(v);
}
