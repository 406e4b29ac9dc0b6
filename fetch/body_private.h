/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body_private.h: what body.c (the region and its slots) and body_sink.c (what is written to them) share. Not for others. */
#ifndef FETCH_BODY_PRIVATE_H
#define FETCH_BODY_PRIVATE_H

#include "fetch/body.h"

#define BODY_MAGIC      0x424f4459u
#define BODY_PAGE_BYTES 4096

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
	uint64_t page_max_bytes; /* what was asked for, where slots are whole pages of memory; less where memory is (body.h, B5) */
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

/*
 * No new transfer starts above the ceiling, but those in flight grow: a quarter more is let through, then
 * only ordinary pages (their number is bounded by the connections).
 */
static inline uint64_t
body_ceiling_bytes(uint64_t touched_max_bytes)
{
	return touched_max_bytes + touched_max_bytes / 4;
}

/* Where slot i begins in the region. */
static inline uint64_t
body_near_off(const struct body *b, uint32_t i)
{
	return i * b->near_bytes;
}

static inline uint64_t
body_far_off(const struct body *b, uint32_t i)
{
	return b->config.n_slots * b->near_bytes + i * b->config.slot_bytes;
}

#endif
