/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "store/bodyhash.h"

/* A file of ours without a name, so nobody cuts it while it is mapped. */
static bool
hash_file(int fd, uint64_t len, uint64_t ret_hash[2])
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) < 0 || (uint64_t)st.st_size != len)
		return false;
	p = mmap(NULL, (size_t)len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return false;
	hash_content(p, (size_t)len, ret_hash);
	(void)munmap(p, (size_t)len);
	return true;
}

void
bodyhash_add(struct job *j)
{
	if (j->has_content_hash || j->body.truncated || j->body.len == 0 || j->status / 100 != 2)
		return;
	if (j->body.file_fd >= 0) {
		j->has_content_hash = hash_file(j->body.file_fd, j->body.len, j->content_hash);
	} else if (j->body.data != NULL) {
		hash_content(j->body.data, (size_t)j->body.len, j->content_hash);
		j->has_content_hash = true;
	}
}
