/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The region of bodies and its slots; what is written to them is body_sink.c. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "fetch/body_private.h"

#define BODY_TRIM_SLOTS  32 /* at most this many in one go: about 1 ms */
#define BODY_TRIM_GAP_US (CLOCK_US_PER_SEC / 4)

static uint64_t
region_resident(const struct body *b)
{
	struct stat st;

	return fstat(b->fd, &st) == 0 ? (uint64_t)st.st_blocks * 512 : 0;
}

static int
punch(const struct body *b, uint64_t from, uint64_t to)
{
	return fallocate(b->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)(to - from)) < 0 ? -errno : 0;
}

/* Does the kernel count pages one by one, and take one back? A page is touched, and freed. */
static bool
region_is_counted(const struct body *b)
{
	bool one;

	if (region_resident(b) != 0)
		return false;
	b->base[0] = 0;
	one = region_resident(b) == BODY_PAGE_BYTES;
	return punch(b, 0, BODY_PAGE_BYTES) == 0 && one && region_resident(b) == 0;
}

static int
region_open(struct body *b)
{
	char path[64];
	void *p;
	int r;

	b->fd = memfd_create("lycosa-bodies", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (b->fd < 0)
		return -errno;
	r = proc_memfd_size(b->fd, b->region_bytes);
	if (r < 0)
		return r;
	p = mmap(NULL, b->region_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, b->fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	b->base = p;
	/* Where shared memory has huge pages, a slot would be resident in steps of 2 MB. */
	(void)madvise(p, b->region_bytes, MADV_NOHUGEPAGE);
	b->is_counted = region_is_counted(b);
	if (fcntl(b->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return -errno;
	/* A reader that finds its way to /proc/self/fd shall not be able to reopen it for writing. */
	if (fchmod(b->fd, S_IRUSR) < 0)
		return -errno;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", b->fd);
	b->readonly_fd = open(path, O_RDONLY | O_CLOEXEC);
	return b->readonly_fd < 0 ? -errno : 0;
}

/* The largest page that part_touch() has room for when no other body is there: both parts of its slot are touched (B5). */
static uint64_t
page_held_bytes(uint64_t touched_max_bytes, uint64_t near_bytes)
{
	uint64_t bytes = body_ceiling_bytes(touched_max_bytes) & ~(uint64_t)(BODY_PAGE_BYTES - 1);

	return bytes > 2 * near_bytes ? bytes - near_bytes : near_bytes;
}

int
body_new(const struct body_config *config, struct body **ret_body)
{
	struct body *b = calloc(1, sizeof(*b));
	uint64_t each_bytes, held_bytes;
	unsigned i;
	int r = -ENOMEM;

	if (b == NULL)
		return -ENOMEM;
	b->magic = BODY_MAGIC;
	b->config = *config;
	b->fd = b->readonly_fd = -1;
	b->page_max_bytes = config->slot_bytes;
	b->config.slot_bytes = (config->slot_bytes + BODY_PAGE_BYTES - 1) & ~(uint64_t)(BODY_PAGE_BYTES - 1);
	b->near_bytes = b->config.slot_bytes < BODY_KEEP_BYTES ? b->config.slot_bytes : BODY_KEEP_BYTES;
	held_bytes = page_held_bytes(config->touched_max_bytes, b->near_bytes);
	if (b->page_max_bytes > held_bytes)
		b->page_max_bytes = held_bytes;
	each_bytes = b->near_bytes;
	if (b->config.slot_bytes > b->near_bytes && __builtin_add_overflow(each_bytes, b->config.slot_bytes, &each_bytes))
		each_bytes = UINT64_MAX;
	if (config->n_slots == 0 || b->config.slot_bytes == 0 ||
		__builtin_mul_overflow(each_bytes, config->n_slots, &b->region_bytes) || b->region_bytes > INT64_MAX) {
		r = -EINVAL;
		goto out;
	}
	if (b->config.spill_bytes > b->config.slot_bytes)
		b->config.spill_bytes = b->config.slot_bytes;
	b->tmp_dir = strdup(config->tmp_dir != NULL ? config->tmp_dir : P_tmpdir);
	b->slots = calloc(config->n_slots, sizeof(*b->slots));
	b->stack = calloc(config->n_slots, sizeof(*b->stack));
	if (b->tmp_dir == NULL || b->slots == NULL || b->stack == NULL)
		goto out;
	for (i = 0; i < config->n_slots; i++)
		b->stack[i] = config->n_slots - 1 - i;
	b->n_stack = config->n_slots;
	r = region_open(b);
	if (r < 0)
		goto out;
	*ret_body = b;
	return 0;
out:
	body_free(b);
	return r;
}

void
body_free(struct body *b)
{
	if (b == NULL)
		return;
	CHECK_MAGIC(b, BODY_MAGIC);
	if (b->base != NULL)
		(void)munmap(b->base, b->region_bytes);
	closep(&b->fd);
	closep(&b->readonly_fd);
	free(b->tmp_dir);
	free(b->slots);
	free(b->stack);
	b->magic = 0;
	free(b);
}

unsigned
body_free_slots(const struct body *b)
{
	return b->n_stack;
}

uint64_t
body_page_max_bytes(const struct body *b)
{
	return b->page_max_bytes;
}

bool
body_is_full(const struct body *b)
{
	/* Where nothing can be freed, the memory of free slots is not lost either: the next ones use it. */
	return !b->no_punch && body_touched_bytes(b) >= b->config.touched_max_bytes;
}

int
body_region_fd(const struct body *b)
{
	return b->readonly_fd;
}

uint64_t
body_region_bytes(const struct body *b)
{
	return b->region_bytes;
}

uint64_t
body_touched_bytes(const struct body *b)
{
	return atomic_load_explicit(&b->touched_bytes, memory_order_relaxed);
}

void
body_take(struct body *b, struct job *j)
{
	uint32_t i;

	CHECK(b->n_stack > 0 && j->body.slot < 0);
	i = b->stack[--b->n_stack];
	CHECK(!b->slots[i].taken);
	b->slots[i].taken = true;
	j->body.slot = (int32_t)i;
}

/* Frees the memory of a part of a slot that begins at off. */
static void
part_trim(struct body *b, uint64_t off, uint64_t *touched)
{
	if (*touched == 0 || b->no_punch)
		return;
	if (punch(b, off, off + *touched) < 0) {
		b->no_punch = true;
		return;
	}
	atomic_fetch_sub_explicit(&b->touched_bytes, *touched, memory_order_relaxed);
	*touched = 0;
}

/* The near part, unless it is kept, and the far one. */
static void
slot_trim(struct body *b, uint32_t i, bool keep)
{
	if (!keep)
		part_trim(b, body_near_off(b, i), &b->slots[i].touched);
	part_trim(b, body_far_off(b, i), &b->slots[i].far_touched);
}

static void
part_clear(struct body *b, uint64_t off, uint64_t touched, uint64_t bytes)
{
	if (touched < bytes && punch(b, off + touched, off + bytes) < 0)
		b->no_punch = true;
}

/* Nobody writes to slot i: what is resident beyond what was touched goes. */
static void
slot_clear(struct body *b, uint32_t i)
{
	struct slot *s = &b->slots[i];

	s->spoilt = false;
	part_clear(b, body_near_off(b, i), s->touched, b->near_bytes);
	if (b->config.slot_bytes > b->near_bytes)
		part_clear(b, body_far_off(b, i), s->far_touched, b->config.slot_bytes);
}

static void
region_clear(struct body *b)
{
	uint32_t i;

	for (i = 0; i < b->config.n_slots; i++)
		if (b->slots[i].taken)
			b->slots[i].spoilt = true; /* its owner may be writing */
		else
			slot_clear(b, i);
}

/* The kernel's count first: what is touched meanwhile makes the difference smaller only, and only this thread frees. */
static uint64_t
region_excess(const struct body *b)
{
	uint64_t resident = region_resident(b), touched = body_touched_bytes(b);

	return resident > touched ? resident - touched : 0;
}

bool
body_look(struct body *b)
{
	uint64_t slack = BODY_LOOK_SLACK + (uint64_t)b->config.n_slots * BODY_PAGE_BYTES, excess;

	if (!b->is_counted || b->no_punch)
		return false;
	excess = region_excess(b);
	if (b->is_clearing) {
		/* Whoever it was has ended: what is there now goes with the jobs that have the slots. */
		b->is_clearing = false;
		region_clear(b);
		b->excess_max = region_excess(b);
		return false;
	}
	if (excess < b->excess_max)
		b->excess_max = excess;
	if (excess <= b->excess_max + slack)
		return false;
	b->is_clearing = true;
	region_clear(b);
	return true;
}

static void
slot_release(struct body *b, struct job *j, int64_t now_us)
{
	uint32_t i = (uint32_t)j->body.slot;

	if (j->body.slot < 0)
		return;
	CHECK(i < b->config.n_slots && b->slots[i].taken);
	slot_trim(b, i, body_touched_bytes(b) <= b->config.touched_max_bytes / 2);
	if (b->slots[i].spoilt)
		slot_clear(b, i);
	b->slots[i].taken = false;
	b->slots[i].released_us = now_us;
	b->stack[b->n_stack++] = i;
	j->body.slot = -1;
	j->body.data = NULL;
	j->body.region_off = 0;
}

void
body_release(struct body *b, struct job *j, int64_t now_us)
{
	slot_release(b, j, now_us);
	closep(&j->body.file_fd);
	j->body.file_fd = -1;
}

void
body_settle(struct body *b, struct job *j, int64_t now_us)
{
	if (j->body.data == NULL)
		slot_release(b, j, now_us);
}

int64_t
body_trim(struct body *b, int64_t now_us)
{
	unsigned i, done = 0;
	int64_t next_us = -1;

	/* From the bottom: those that have been idle longest. */
	for (i = 0; i < b->n_stack && !b->no_punch; i++) {
		struct slot *s = &b->slots[b->stack[i]];

		if (s->touched == 0 && s->far_touched == 0)
			continue;
		if (done == BODY_TRIM_SLOTS)
			return now_us + BODY_TRIM_GAP_US;
		if (s->released_us + BODY_IDLE_US > now_us) {
			if (next_us < 0 || s->released_us + BODY_IDLE_US < next_us)
				next_us = s->released_us + BODY_IDLE_US;
			continue;
		}
		slot_trim(b, b->stack[i], false);
		done++;
	}
	/* Not for each slot on its own: a busy crawl gives back thousands a second. */
	return next_us < 0 ? -1 : next_us + BODY_TRIM_GAP_US;
}

void
body_drop_free(struct body *b)
{
	for (unsigned i = 0; i < b->n_stack; i++)
		slot_trim(b, b->stack[i], false);
}
