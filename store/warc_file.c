/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "store/linefile.h"
#include "store/warc_file.h"

#define WARC_FILE_WRITE_BYTES (512 * 1024)
/* Fed to the codec at a time: so much and a little more may be added to a buffer that is nearly due. */
#define WARC_FILE_PIECE_BYTES (64 * 1024)
#define WARC_FILE_MAX_BYTES   (4 * 1024 * 1024)
#define WARC_SERIAL_DIGITS    5
#define WARC_STAMP_DIGITS     14

int
warc_file_init(struct warc_file *f, int dirfd, enum codec_kind kind, int64_t start_wall_us,
	uint64_t *total)
{
	time_t s = (time_t)(start_wall_us / CLOCK_US_PER_SEC);
	struct tm tm;

	*f = (struct warc_file){ .dirfd = dirfd, .fd = -1, .kind = kind, .total = total };
	buf_init(&f->buf, WARC_FILE_MAX_BYTES);
	CHECK(gmtime_r(&s, &tm) != NULL &&
		strftime(f->stamp, sizeof(f->stamp), "%Y%m%d%H%M%S", &tm) == 14);
	return codec_new(kind, 0, &f->codec);
}

/* Back to what was whole at the last write that succeeded. */
static int
fail(struct warc_file *f, int err)
{
	if (f->err < 0)
		return f->err;
	f->err = err;
	if (f->fd >= 0 && f->file_bytes > f->safe_bytes &&
		ftruncate(f->fd, (off_t)f->safe_bytes) == 0)
		f->file_bytes = f->safe_bytes;
	return err;
}

int
warc_file_flush(struct warc_file *f)
{
	size_t done = 0;
	int r;

	if (f->err < 0 || f->buf.len == 0)
		return f->err;
	r = file_write_all(f->fd, f->buf.data, f->buf.len, &done);
	f->file_bytes += done;
	*f->total += done;
	if (r < 0)
		return fail(f, r);
	if (f->wacz != NULL)
		wacz_wrote(f->wacz, f->buf.data, f->buf.len);
	buf_reset(&f->buf, WARC_FILE_MAX_BYTES);
	f->safe_bytes = f->whole_bytes;
	return 0;
}

int
warc_file_finish(struct warc_file *f)
{
	int r = warc_file_flush(f);

	if (f->wacz != NULL && f->fd >= 0) {
		f->fd = -1;
		if (r == 0)
			r = wacz_end(f->wacz, f->whole_bytes);
		return r < 0 ? fail(f, r) : 0;
	}
	if (f->fd >= 0 && close(TAKE_FD(f->fd)) < 0 && r == 0 && errno != EINTR)
		r = fail(f, -errno);
	return r;
}

static void
start_at(struct warc_file *f, int fd, uint64_t bytes)
{
	f->fd = fd;
	f->start = f->wacz != NULL ? bytes : 0;
	f->file_bytes = f->whole_bytes = f->safe_bytes = bytes;
}

static int
open_next(struct warc_file *f, uint64_t *ret_at)
{
	int fd, r;

	*ret_at = 0;
	if (f->wacz != NULL) {
		r = wacz_begin(f->wacz, f->name, ret_at);
		return r < 0 ? r : wacz_fd(f->wacz);
	}
	fd = openat(f->dirfd, f->name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : fd;
}

int
warc_file_next(struct warc_file *f)
{
	uint64_t at;
	int fd, r = warc_file_finish(f);

	if (r < 0)
		return r;
	do {
		if (f->serial > WARC_FILE_SERIAL_MAX)
			return fail(f, -EOVERFLOW);
		(void)snprintf(f->name, sizeof(f->name), "lycosa-%s-%0*u%s", f->stamp, WARC_SERIAL_DIGITS, f->serial,
			codec_suffix(f->kind));
		f->serial++;
		fd = open_next(f, &at);
	} while (fd == -EEXIST);
	if (fd < 0)
		return fail(f, fd);
	start_at(f, fd, at);
	return 0;
}

bool
warc_name_read(struct str name, struct warc_name *ret)
{
	struct warc_name n = { .serial = 0 };
	struct str lycosa, rest, stamp, serial;
	uint64_t number;
	size_t len;

	if (!str_cut(name, '-', &lycosa, &rest) || !str_eq(lycosa, STR("lycosa")))
		return false;
	len = rest.len < WARC_STAMP_DIGITS ? rest.len : WARC_STAMP_DIGITS;
	stamp = str_n(rest.p, len);
	rest = str_n(rest.p + len, rest.len - len);
	if (stamp.len != WARC_STAMP_DIGITS || str_to_u64(stamp, UINT64_MAX, &n.stamp) < 0)
		return false;
	if (str_starts(rest, STR("-")) && rest.len > 1 + WARC_SERIAL_DIGITS) {
		serial = str_n(rest.p + 1, WARC_SERIAL_DIGITS);
		if (str_to_u64(serial, WARC_FILE_SERIAL_MAX, &number) < 0)
			return false;
		n.serial = (uint32_t)number;
		rest = str_n(serial.p + serial.len, rest.len - 1 - serial.len);
	} else if (!str_eq(rest, STR(WACZ_SUFFIX)))
		return false;
	n.suffix = rest;
	*ret = n;
	return str_starts(rest, STR(".warc")) || str_eq(rest, STR(WACZ_SUFFIX));
}

/* The stamp and the serial that the next file goes on with. */
static int
go_on_behind(struct warc_file *f, struct str name)
{
	struct warc_name n;

	if (!warc_name_read(name, &n) || !str_eq(n.suffix, str_of(codec_suffix(f->kind))))
		return -EINVAL;
	(void)snprintf(f->stamp, sizeof(f->stamp), "%0*" PRIu64, WARC_STAMP_DIGITS, n.stamp);
	f->serial = n.serial + 1;
	return 0;
}

void
warc_file_contain(struct warc_file *f, struct wacz *wacz)
{
	f->wacz = wacz;
	/* Goes on counting, unless files are of another compression now: then they are named by this run's start. */
	if (wacz_last(wacz)[0] != '\0' && go_on_behind(f, str_of(wacz_last(wacz))) < 0)
		f->serial = 0;
}

int
warc_file_resume(struct warc_file *f, const char *name, uint64_t bytes)
{
	CLEANUP(closep) int fd = -1;
	struct stat st;
	int r = go_on_behind(f, str_of(name));

	if (r < 0)
		return fail(f, r);
	fd = openat(f->dirfd, name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(f, -errno);
	/* What was committed was durable before: a file that is shorter was damaged by somebody else. */
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < bytes)
		return fail(f, -EUCLEAN);
	/* Not even touched if it is as it should be: an earlier generation may share it (store/update.h). */
	if ((uint64_t)st.st_size > bytes && ftruncate(fd, (off_t)bytes) < 0)
		return fail(f, -errno);
	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	start_at(f, TAKE_FD(fd), bytes);
	return 0;
}

int
warc_file_begin(struct warc_file *f, uint64_t raw_bytes, bool dense)
{
	int r;

	if (f->err < 0)
		return f->err;
	CHECK(f->fd >= 0);
	r = codec_begin(f->codec, raw_bytes, dense);
	return r < 0 ? fail(f, r) : 0;
}

int
warc_file_add(struct warc_file *f, const void *p, size_t len)
{
	const char *from = p;

	while (len > 0 && f->err == 0) {
		size_t n = len < WARC_FILE_PIECE_BYTES ? len : WARC_FILE_PIECE_BYTES;
		int r = codec_add(f->codec, from, n, &f->buf);

		if (r == 0 && f->buf.len >= WARC_FILE_WRITE_BYTES)
			r = warc_file_flush(f);
		if (r < 0)
			return fail(f, r);
		from += n;
		len -= n;
	}
	return f->err;
}

int
warc_file_end(struct warc_file *f, struct warc_span *ret_span)
{
	uint64_t end;
	int r = f->err;

	if (r == 0)
		r = codec_end(f->codec, &f->buf);
	if (r < 0)
		return fail(f, r);
	end = f->file_bytes + f->buf.len;
	*ret_span = (struct warc_span){ f->whole_bytes, end - f->whole_bytes };
	f->whole_bytes = end;
	return 0;
}

int
warc_file_close(struct warc_file *f)
{
	int r = warc_file_finish(f);

	codec_free(TAKE(f->codec));
	buf_release(&f->buf);
	return r;
}
