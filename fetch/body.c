/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/prefault.h"
#include "base/proc.h"
#include "fetch/body.h"

#define BODY_MAGIC       0x424f4459u
#define BODY_PAGE_BYTES  4096
#define BODY_FEW_BYTES   (16 * 1024)
#define BODY_SOME_BYTES  (64 * 1024)
#define BODY_TRIM_SLOTS  32 /* at most this many in one go: about 1 ms */
#define BODY_TRIM_GAP_US (CLOCK_US_PER_SEC / 4)

struct slot {
	/* owner: whoever owns the slot */
	uint64_t touched;    /* of its near part */
	uint64_t far_touched;
	int64_t released_us; /* owner: loop thread */
	bool taken;          /* owner: loop thread */
	bool spoilt;         /* owner: loop thread: more of it may be resident than was touched */
};

struct body {
	uint32_t magic;
	/* immutable after body_new */
	struct body_config config;
	char *tmp_dir;
	uint64_t region_bytes;
	uint64_t near_bytes; /* of each slot, in front of all the far parts; as large as the slot: there are none */
	uint64_t page_max_bytes; /* what was asked for; slots are whole pages of memory */
	char *base;
	int fd, readonly_fd;
	/* atomic, relaxed: a sum, nothing hangs on its order */
	_Atomic uint64_t touched_bytes;
	/* owner: loop thread */
	struct slot *slots;
	uint32_t *stack; /* free slots; the last given back is at the end */
	unsigned n_stack;
	bool no_punch; /* the kernel cannot free a part of the region */
	bool is_counted;     /* it can, and it counts what is resident: immutable after body_new */
	bool is_clearing;    /* the look before has found something */
	uint64_t excess_max; /* what was found in slots that are taken */
};

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

int
body_new(const struct body_config *config, struct body **ret_body)
{
	struct body *b = calloc(1, sizeof(*b));
	uint64_t each_bytes;
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

static uint64_t
near_off(const struct body *b, uint32_t i)
{
	return i * b->near_bytes;
}

static uint64_t
far_off(const struct body *b, uint32_t i)
{
	return b->config.n_slots * b->near_bytes + i * b->config.slot_bytes;
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
		part_trim(b, near_off(b, i), &b->slots[i].touched);
	part_trim(b, far_off(b, i), &b->slots[i].far_touched);
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
	part_clear(b, near_off(b, i), s->touched, b->near_bytes);
	if (b->config.slot_bytes > b->near_bytes)
		part_clear(b, far_off(b, i), s->far_touched, b->config.slot_bytes);
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
body_sink_begin(struct body_sink *s, struct body *b, struct job *j)
{
	CHECK(j->body.slot >= 0 && j->body.file_fd < 0);
	*s = (struct body_sink){ .body = b, .job = j, .mode = BODY_COUNT };
	j->body.len = 0;
	j->body.data = NULL;
	j->body.truncated = false;
}

void
body_sink_wants(struct body_sink *s, struct fetch_wants wants)
{
	const struct body_config *config = &s->body->config;

	s->wants = wants;
	if (wants.stream) {
		s->mode = BODY_STREAM;
		return;
	}
	if (wants.from > 0) {
		s->mode = BODY_RESUME;
		s->job->body.len = wants.from;
		return;
	}
	if (!wants.parse && !wants.keep)
		return;
	s->mode = BODY_MEMORY;
	s->memory_max = wants.parse ? s->body->page_max_bytes : config->spill_bytes;
}

enum outcome
body_sink_announced(struct body_sink *s, int64_t len)
{
	if (len < 0 || s->wants.prefix)
		return OUTCOME_OK;
	if ((uint64_t)len > s->body->config.max_body_bytes || s->wants.from > s->body->config.max_body_bytes - (uint64_t)len)
		return OUTCOME_BODY_TOO_LARGE;
	if (s->wants.parse && !s->wants.keep && (uint64_t)len > s->memory_max)
		return OUTCOME_PAGE_TOO_LARGE;
	s->is_far = (uint64_t)len > s->body->near_bytes && (uint64_t)len <= s->memory_max;
	return OUTCOME_OK;
}

static uint64_t
data_off(const struct body_sink *s)
{
	uint32_t i = (uint32_t)s->job->body.slot;

	return s->is_far ? far_off(s->body, i) : near_off(s->body, i);
}

static char *
slot_data(const struct body_sink *s)
{
	return s->body->base + data_off(s);
}

static enum outcome
write_failed(struct body_sink *s, int error)
{
	struct job *j = s->job;

	j->write_error = error;
	/* Without room for it the record has no detail. */
	if (job_set(j, &j->detail, str_of(strerror(error))) < 0)
		j->detail = (struct job_str){ 0, 0 };
	return OUTCOME_WRITE_FAILED;
}

static enum outcome
file_write(struct body_sink *s, const char *p, size_t len)
{
	int r = file_write_all(s->job->body.file_fd, p, len, NULL);

	return r < 0 ? write_failed(s, -r) : OUTCOME_OK;
}

/* From now on the body goes to a file. */
static enum outcome
sink_open(struct body_sink *s)
{
	const struct body_config *config = &s->body->config;
	int fd = config->file != NULL ? config->file(config->stream_arg, s->job) : -ENOENT;

	if (fd == -ENOENT && s->wants.from == 0)
		fd = file_open_nameless(s->body->tmp_dir);
	if (fd < 0)
		return fd == -EMFILE || fd == -ENFILE ? OUTCOME_NO_RESOURCES : write_failed(s, -fd);
	s->job->body.file_fd = fd;
	s->mode = BODY_FILE;
	return OUTCOME_OK;
}

/* What is in the slot moves to a file; the rest will follow it. */
static enum outcome
sink_spill(struct body_sink *s)
{
	enum outcome o = sink_open(s);

	return o == OUTCOME_OK ? file_write(s, slot_data(s), s->job->body.len) : o;
}

/* How much of a part is made resident for end bytes in it: rarely more than three calls and, in a reader, three faults for all pages that come to it. */
static uint64_t
touch_step(uint64_t end, uint64_t part_bytes)
{
	if (end <= BODY_FEW_BYTES)
		end = BODY_FEW_BYTES;
	else if (end <= BODY_SOME_BYTES)
		end = BODY_SOME_BYTES;
	else
		end = (end + BODY_PAGE_BYTES - 1) & ~(uint64_t)(BODY_PAGE_BYTES - 1);
	return end < part_bytes ? end : part_bytes;
}

/* Counts the pages of the part the body is in, up to end, as resident; false when there is no memory left for a large body (B3). */
static bool
part_touch(const struct body_sink *s, uint64_t end)
{
	struct body *b = s->body;
	struct slot *slot = &b->slots[s->job->body.slot];
	uint64_t *touched = s->is_far ? &slot->far_touched : &slot->touched;
	uint64_t max = b->config.touched_max_bytes, more;

	if (end <= *touched)
		return true;
	end = touch_step(end, s->is_far ? b->config.slot_bytes : b->near_bytes);
	more = end - *touched;
	/*
	 * No new transfer starts above the ceiling, but those in flight grow: a quarter more is let through, then
	 * only ordinary pages (their number is bounded by the connections).
	 */
	if (s->is_far && body_touched_bytes(b) + more > max + max / 4)
		return false;
	atomic_fetch_add_explicit(&b->touched_bytes, more, memory_order_relaxed);
	prefault_pages(slot_data(s) + *touched, more);
	*touched = end;
	return true;
}

/* Room for end bytes; a body that outgrows its slot's near part moves to the far one. */
static bool
slot_touch(struct body_sink *s, uint64_t end)
{
	const char *near = slot_data(s);

	if (s->is_far || end <= s->body->near_bytes)
		return part_touch(s, end);
	s->is_far = true;
	if (!part_touch(s, end)) {
		s->is_far = false;
		return false;
	}
	memcpy(slot_data(s), near, s->job->body.len);
	return true;
}

/* As much of it as fits. */
static enum outcome
write_prefix(struct body_sink *s, const void *data, size_t len)
{
	struct job_body *jb = &s->job->body;
	uint64_t max = s->body->config.max_body_bytes;
	enum outcome o = OUTCOME_OK;

	if (max > s->memory_max)
		max = s->memory_max;
	if (len > max - jb->len) {
		len = (size_t)(max - jb->len);
		o = max == s->memory_max ? OUTCOME_PAGE_TOO_LARGE : OUTCOME_BODY_TOO_LARGE;
	}
	if (!slot_touch(s, jb->len + len))
		return OUTCOME_NO_RESOURCES;
	memcpy(slot_data(s) + jb->len, data, len);
	jb->len += len;
	return o;
}

enum outcome
body_write(struct body_sink *s, const void *data, size_t len)
{
	struct job_body *jb = &s->job->body;
	enum outcome o;

	if (s->mode == BODY_MEMORY && s->wants.prefix)
		return write_prefix(s, data, len);
	if (jb->len > s->body->config.max_body_bytes || len > s->body->config.max_body_bytes - jb->len)
		return OUTCOME_BODY_TOO_LARGE;
	if (s->wants.end > 0 && (jb->len > s->wants.end || len > s->wants.end - jb->len))
		return OUTCOME_PROTOCOL_ERROR;
	if (s->mode == BODY_RESUME) {
		o = sink_open(s);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_MEMORY && len > s->memory_max - jb->len) {
		if (s->wants.parse && !s->wants.keep)
			return OUTCOME_PAGE_TOO_LARGE;
		s->page_too_large = s->wants.parse;
		o = sink_spill(s);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_STREAM) {
		o = s->body->config.stream(s->body->config.stream_arg, s->job, data, len);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_FILE) {
		o = file_write(s, data, len);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_MEMORY) {
		if (!slot_touch(s, jb->len + len))
			return OUTCOME_NO_RESOURCES;
		memcpy(slot_data(s) + jb->len, data, len);
	}
	jb->len += len;
	return OUTCOME_OK;
}

void
body_sink_end(struct body_sink *s)
{
	struct job_body *jb = &s->job->body;

	if (s->mode == BODY_MEMORY && jb->len > 0) {
		jb->region_off = data_off(s);
		jb->data = slot_data(s);
	}
}
