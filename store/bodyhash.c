/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/hash.h"
#include "store/bodyhash.h"

void
bodyhash_add(struct job *j)
{
	if (j->has_content_hash || j->body.truncated || j->body.len == 0 || j->status / 100 != 2)
		return;
	if (j->body.file_fd >= 0) {
		j->has_content_hash = hash_content_fd(j->body.file_fd, j->body.len, j->content_hash) == 0;
	} else if (j->body.data != NULL) {
		hash_content(j->body.data, (size_t)j->body.len, j->content_hash);
		j->has_content_hash = true;
	}
}
