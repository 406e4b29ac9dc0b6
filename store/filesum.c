/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/digest.h"
#include "store/filesum.h"

#define PIECE_BYTES (256 * 1024)

struct filesum {
	struct digest *digest;
	int fd;
	bool owned; /* fd is ours */
	uint64_t at, bytes;
	char piece[PIECE_BYTES];
};

int
filesum_of(int fd, uint64_t bytes, struct filesum **ret_sum)
{
	struct filesum *s = malloc(sizeof(*s));
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->fd = fd;
	s->owned = false;
	s->at = 0;
	s->bytes = bytes;
	s->digest = NULL;
	r = digest_new(DIGEST_SHA256, &s->digest);
	if (r < 0) {
		filesum_free(s);
		return r;
	}
	digest_begin(s->digest);
	*ret_sum = s;
	return 0;
}

int
filesum_open(int dir_fd, const char *name, struct filesum **ret_sum)
{
	CLEANUP(closep) int fd = openat(dir_fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	r = filesum_of(fd, (uint64_t)st.st_size, ret_sum);
	if (r < 0)
		return r;
	(*ret_sum)->fd = TAKE_FD(fd);
	(*ret_sum)->owned = true;
	return 0;
}

void
filesum_free(struct filesum *s)
{
	if (s == NULL)
		return;
	digest_free(s->digest);
	if (s->owned)
		closep(&s->fd);
	free(s);
}

int
filesum_step(struct filesum *s, uint64_t max_bytes, char ret_sum[FILESUM_BYTES])
{
	uint64_t end = s->bytes - s->at > max_bytes ? s->at + max_bytes : s->bytes;
	struct digest_value v;

	while (s->at < end) {
		size_t want = s->bytes - s->at < PIECE_BYTES ? (size_t)(s->bytes - s->at) : PIECE_BYTES;
		ssize_t n = pread(s->fd, s->piece, want, (off_t)s->at);

		if (n > 0) {
			digest_add(s->digest, s->piece, (size_t)n);
			s->at += (uint64_t)n;
		} else if (n == 0 || errno != EINTR)
			return n < 0 ? -errno : -EIO;
	}
	if (s->at < s->bytes)
		return 1;
	digest_end(s->digest, &v);
	for (size_t i = 0; i < digest_bytes(DIGEST_SHA256); i++)
		(void)snprintf(ret_sum + 2 * i, 3, "%02x", v.bytes[i]);
	return 0;
}
