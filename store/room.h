/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * room.h: is there room left on the disk? Asked at each commit (--min-free), and between two of them when half of what may be written has been, so that the crawl pauses before the disk is full:
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
	uint64_t look_at;            /* owner: the writer. Another look is due when so many bytes were written */
};

/* Where the directory is. What cannot be told is taken for enough. written: bytes, so far. */
void room_look(struct room *r, int dir_fd, uint64_t written);

#endif
