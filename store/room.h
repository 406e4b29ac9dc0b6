/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * room.h: is there room left on the disk? Asked at each commit (--min-free), so that the crawl pauses before the disk is full:
 * what is in flight still finds room, and nothing has to be cut off.
 *
 * Quotas and limits on the size of files are met when they are (store_wants_room()): the system does not tell them beforehand.
 */
#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct room {
	uint64_t min_bytes;          /* immutable; 0: not of interest */
	_Atomic uint64_t free_bytes; /* as of the last look */
	_Atomic bool is_low;         /* less than min_bytes */
};

/* Where the directory is. What cannot be told is taken for enough. */
void room_look(struct room *r, int dir_fd);

#endif
