/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/linefile.h"

#define LINEFILE_BACK_BYTES 4096

/* Where the last whole line ends in the file's first *bytes. */
MUST_CHECK static int
last_line_end(int fd, uint64_t *bytes)
{
	char block[LINEFILE_BACK_BYTES];
	uint64_t end = *bytes;

	while (end > 0) {
		size_t want = end % sizeof(block) != 0 ? (size_t)(end % sizeof(block)) : sizeof(block);
		ssize_t n = pread(fd, block, want, (off_t)(end - want));
		const char *newline;

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)want)
			return n < 0 ? -errno : -EIO;
		end -= want;
		newline = memrchr(block, '\n', want);
		if (newline != NULL) {
			*bytes = end + (uint64_t)(newline - block) + 1;
			return 0;
		}
	}
	*bytes = 0;
	return 0;
}

/* Somebody, or a damaged disk, has cut it: what is added is not to stand behind half a line. */
MUST_CHECK static int
mend_cut(int fd, uint64_t *bytes)
{
	uint64_t has = *bytes;
	int r = last_line_end(fd, bytes);

	return r == 0 && *bytes != has && ftruncate(fd, (off_t)*bytes) < 0 ? -errno : r;
}

int
linefile_open(const struct store_dir *dir, const char *name, uint64_t bytes, uint64_t *total,
	struct linefile *ret_file)
{
	uint64_t wanted = bytes;
	CLEANUP(closep) int fd = dir_open_cut(dir, name, O_RDWR | O_APPEND, &bytes);
	int r = fd < 0 ? fd : bytes < wanted ? mend_cut(fd, &bytes) : 0;

	if (r < 0)
		return r;
	*ret_file = (struct linefile){
		.fd = TAKE_FD(fd),
		.tee = TEE_NONE,
		.total = total,
		.file_bytes = bytes,
		.missing_bytes = wanted - bytes,
		.synced_bytes = bytes,
	};
	buf_init(&ret_file->buf, LINEFILE_FLUSH_BYTES + LINEFILE_LINE_MAX);
	return 0;
}

int
linefile_end(struct linefile *lf)
{
	buf_addc(&lf->buf, '\n');
	if (lf->buf.err < 0 && lf->err == 0)
		lf->err = lf->buf.err;
	if (lf->err < 0) {
		lf->buf.len = lf->whole;
		return lf->err;
	}
	lf->whole = lf->buf.len;
	return lf->buf.len >= LINEFILE_FLUSH_BYTES ? linefile_flush(lf) : 0;
}

/* done bytes of the buffer are in the file: those behind the last newline are not to stay. */
static void
cut_to_whole_line(struct linefile *lf, size_t done)
{
	const char *newline = done > 0 ? memrchr(lf->buf.data, '\n', done) : NULL;
	size_t whole = newline != NULL ? (size_t)(newline - lf->buf.data) + 1 : 0;
	off_t end = (off_t)(lf->file_bytes + whole);

	/*
	 * If even this fails there is nothing left to do about it; the write's error is told in any
	 * case.
	 */
	if (whole != done && ftruncate(lf->fd, end) < 0)
		return;
	lf->file_bytes += whole;
	*lf->total += whole;
}

int
linefile_flush(struct linefile *lf)
{
	size_t done = 0;

	CHECK(lf->buf.len == lf->whole);
	if (lf->err < 0 || lf->whole == 0)
		return lf->err;
	lf->err = file_write_all(lf->fd, lf->buf.data, lf->whole, &done);
	cut_to_whole_line(lf, done);
	if (lf->err == 0)
		lf->err = tee_write(&lf->tee, str_n(lf->buf.data, lf->whole));
	buf_reset(&lf->buf, LINEFILE_FLUSH_BYTES * 2);
	lf->whole = 0;
	return lf->err;
}

int
linefile_sync(struct linefile *lf)
{
	int r = linefile_flush(lf);

	if (r < 0 || lf->synced_bytes == lf->file_bytes)
		return r;
	if (fdatasync(lf->fd) < 0) {
		/* What was written may be lost, and a second try would not say so again. */
		lf->err = -errno;
		return lf->err;
	}
	lf->synced_bytes = lf->file_bytes;
	return 0;
}

int
linefile_close(struct linefile *lf)
{
	int r = lf->fd >= 0 ? linefile_flush(lf) : 0;

	/* Some file systems tell of a full disk or quota only now. */
	if (lf->fd >= 0 && close(TAKE_FD(lf->fd)) < 0 && r == 0 && errno != EINTR)
		r = -errno;
	buf_release(&lf->buf);
	return r;
}
