/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/linefile.h"

int
linefile_open(const struct store_dir *dir, const char *name, uint64_t bytes, uint64_t *total,
	struct linefile *ret_file)
{
	int fd = dir_open_cut(dir, name, O_WRONLY | O_APPEND, &bytes);

	if (fd < 0)
		return fd;
	*ret_file = (struct linefile){
		.fd = fd,
		.tee = TEE_NONE,
		.total = total,
		.file_bytes = bytes,
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
