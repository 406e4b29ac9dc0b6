/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/statvfs.h>

#include "store/room.h"

/* To look costs a system call. */
#define ROOM_STEP_BYTES UINT64_C(65536)

void
room_look(struct room *r, int dir_fd, uint64_t written)
{
	struct statvfs st;
	uint64_t free_bytes;

	r->look_at = UINT64_MAX;
	if (r->min_bytes == 0)
		return;
	if (fstatvfs(dir_fd, &st) < 0) {
		atomic_store(&r->is_low, false);
		return;
	}
	/* What is there for whoever runs this, not for root. */
	free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
	atomic_store(&r->free_bytes, free_bytes);
	atomic_store(&r->is_low, free_bytes < r->min_bytes);
	/* Once it is low, each commit looks whether it still is. */
	if (free_bytes >= r->min_bytes)
		r->look_at = written + ((free_bytes - r->min_bytes) / 2 > ROOM_STEP_BYTES ? (free_bytes - r->min_bytes) / 2 : ROOM_STEP_BYTES);
}
