/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/dir.h"
#include "store/download_private.h"
#include "url/date.h"

#define OPEN_TRIES     8
#define READER_TICK_MS 100

static void
forget(struct download *d)
{
	d->bytes = d->synced = 0;
	d->total = DOWNLOAD_LENGTH_UNKNOWN;
	buf_reset(&d->etag, DOWNLOAD_VALIDATOR_MAX);
	buf_reset(&d->last_modified, DOWNLOAD_VALIDATOR_MAX);
	buf_reset(&d->about, DOWNLOAD_ABOUT_MAX);
}

/* How much of what is there can be gone on with (D2). size: of the part, which is ours. */
static int
cut_part(struct download *d, uint64_t size, bool known, bool resume, bool same_boot)
{
	if (known && !resume && size > 0) {
		forget(d);
		d->spared = true;
		return 0;
	}
	if (!known || size > d->total)
		forget(d);
	else
		d->bytes = same_boot || size < d->synced ? size : d->synced;
	if (d->synced > d->bytes)
		d->synced = d->bytes;
	if (ftruncate(d->fd, (off_t)d->bytes) < 0 || lseek(d->fd, (off_t)d->bytes, SEEK_SET) < 0)
		return -errno;
	return 0;
}

static void
init(struct download *d)
{
	*d = (struct download){ .dir_fd = -1, .fd = -1, .stop_fd = -1 };
	buf_init(&d->etag, DOWNLOAD_VALIDATOR_MAX);
	buf_init(&d->last_modified, DOWNLOAD_VALIDATOR_MAX);
	buf_init(&d->about, DOWNLOAD_ABOUT_MAX);
	forget(d);
}

void
download_open_pipe(int fd, int stop_fd, struct download *d)
{
	struct stat st;

	init(d);
	d->fd = fd;
	d->piped = true;
	d->stop_fd = stop_fd;
	d->piece_bytes = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? SIZE_MAX : PIPE_BUF;
}

/* True: somebody wants it to end. */
static bool
wait_for_reader(int stop_fd)
{
	struct pollfd pfd = { .fd = stop_fd, .events = POLLIN };

	return poll(&pfd, 1, READER_TICK_MS) > 0;
}

int
download_open_special(int dir_fd, const char *name, int stop_fd, struct download *d)
{
	struct stat st;
	int fd;

	if (fstatat(dir_fd, name, &st, 0) < 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		return -ENOENT;
	/* A FIFO that nobody reads cannot be opened yet, and a socket never. */
	while ((fd = openat(dir_fd, name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC)) < 0 && errno == ENXIO && S_ISFIFO(st.st_mode))
		if (wait_for_reader(stop_fd))
			return -EINTR;
	if (fd < 0)
		return -errno;
	download_open_pipe(fd, stop_fd, d);
	return 0;
}

/* Never stuck in write(2): where poll(2) says that there is room, there is for a piece, whether or not the descriptor blocks. */
static int
pipe_write(struct download *d, const char *p, size_t len)
{
	struct pollfd fds[2] = { { .fd = d->fd, .events = POLLOUT }, { .fd = d->stop_fd, .events = POLLIN } };

	while (len > 0) {
		ssize_t n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[1].revents != 0)
			return -EINTR;
		n = write(d->fd, p, len < d->piece_bytes ? len : d->piece_bytes);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		n = n > 0 ? n : 0;
		p += n;
		len -= (size_t)n;
		d->bytes += (uint64_t)n;
	}
	return 0;
}

/* A descriptor. -EAGAIN: somebody else was faster; -EEXIST: there is an info that is not ours. */
static int
make_part(struct download *d, const char *part)
{
	bool known, same_boot;
	int whose = download_get_info(d, &known, &same_boot), fd, r = 0;
	char info[NAME_MAX + 1];
	mode_t mode = 0644;
	struct stat there;

	forget(d);
	if (whose < 0 || whose == DOWNLOAD_FOREIGN)
		return whose < 0 ? whose : -EEXIST;
	if (whose == DOWNLOAD_NOBODYS)
		r = download_make_info(d);
	if (r < 0)
		return r == -EEXIST ? -EAGAIN : r;
	/* Whose place it may take is not to be read on the way either. */
	if (fstatat(d->dir_fd, d->name, &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(there.st_mode))
		mode &= there.st_mode | S_IRUSR | S_IWUSR;
	fd = openat(d->dir_fd, part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd >= 0)
		return fd;
	r = errno == EEXIST ? -EAGAIN : -errno;
	if (r != -EAGAIN && whose == DOWNLOAD_NOBODYS)
		(void)unlinkat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_INFO, info), 0);
	return r;
}

/* Is what has the part's name the file that is open? *ret_st: of that. */
bool
download_is_part(const struct download *d, int fd, struct stat *ret_st)
{
	char part[NAME_MAX + 1];
	struct stat there;

	return fstat(fd, ret_st) == 0 && fstatat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_PART, part), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
		file_is_same(ret_st, &there);
}

static void
unlink_part(const struct download *d)
{
	char name[NAME_MAX + 1];

	(void)unlinkat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_PART, name), 0);
	(void)unlinkat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_INFO, name), 0);
}

/*
 * Opened and locked, and ours (D4, D5). -EAGAIN: once more: whoever had the lock before may have given the file its name, or taken it
 * away, and then it is another now.
 */
static int
try_part(struct download *d, bool resume)
{
	char part[NAME_MAX + 1];
	bool known, same_boot, made = false;
	CLEANUP(closep) int fd = openat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_PART, part), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int whose;

	if (fd < 0 && errno == ENOENT) {
		fd = make_part(d, part);
		made = true;
		if (fd < 0)
			return fd;
	}
	if (fd < 0)
		return errno == ELOOP || errno == EISDIR ? -EEXIST : -errno;
	/* Some file systems have no locks: there nobody keeps two from one file. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno != ENOSYS && errno != ENOLCK && errno != EOPNOTSUPP) {
		int r = errno == EWOULDBLOCK ? -EBUSY : -errno;

		/* Whoever has the lock of a fresh one goes on with it. */
		if (made && r != -EBUSY)
			unlink_part(d);
		return r;
	}
	if (!download_is_part(d, fd, &st))
		return -EAGAIN;
	whose = download_get_info(d, &known, &same_boot);
	if (whose < 0) {
		if (made)
			unlink_part(d);
		return whose;
	}
	if (!made && (!S_ISREG(st.st_mode) || whose != DOWNLOAD_OURS || !download_is_own(d, &st)))
		return -EEXIST;
	/*
	 * Another name is that of a whole file (settle(), or a lazy one's taker, killed between the two), or in somebody's backup: it stays as
	 * it is. A lazy one's file is gone on with all the same, as its end is not written again.
	 */
	if (st.st_nlink > 1 && !(d->lazy && known && same_boot && (uint64_t)st.st_size == d->total))
		return unlinkat(d->dir_fd, part, 0) < 0 ? -errno : -EAGAIN;
	d->fd = TAKE_FD(fd);
	return cut_part(d, (uint64_t)st.st_size, known, resume, same_boot);
}

static int
open_as(int dir_fd, const char *name, bool resume, bool lazy, struct download *d)
{
	int r = -EAGAIN;

	CHECK(strlen(name) <= DOWNLOAD_NAME_MAX);
	init(d);
	d->lazy = lazy;
	d->dir_fd = dir_fd;
	memcpy(d->name, name, strlen(name) + 1);
	for (unsigned i = 0; i < OPEN_TRIES && r == -EAGAIN; i++) {
		forget(d);
		d->blank = false;
		r = try_part(d, resume);
	}
	if (r < 0) {
		closep(&d->fd);
		d->fd = -1;
		download_close(d);
	}
	return r == -EAGAIN ? -EBUSY : r;
}

int
download_open(int dir_fd, const char *name, bool resume, struct download *d)
{
	return open_as(dir_fd, name, resume, false, d);
}

int
download_open_lazy(int dir_fd, const char *name, bool resume, struct download *d)
{
	return open_as(dir_fd, name, resume, true, d);
}

int
download_begin(struct download *d, uint64_t offset, uint64_t total, struct str etag, struct str last_modified)
{
	const struct store_dir dir = { .fd = d->dir_fd, .lock_fd = -1 };
	int r;

	CHECK(offset == 0 || offset == d->bytes);
	if (d->piped && offset != d->bytes)
		return -ESPIPE;
	if (offset == 0 && (d->bytes > 0 || d->spared) && (ftruncate(d->fd, 0) < 0 || lseek(d->fd, 0, SEEK_SET) < 0))
		return -errno;
	d->spared = false;
	if (offset == 0)
		forget(d);
	d->total = total;
	/* One that cannot be kept is none. Of a part that goes on, they are known. */
	if (offset == 0 && download_is_validator(etag))
		buf_add_str(&d->etag, etag);
	if (offset == 0 && download_is_validator(last_modified))
		buf_add_str(&d->last_modified, last_modified);
	d->small = total < DOWNLOAD_SMALL_BYTES;
	if (d->piped || d->lazy || (d->small && d->blank))
		return 0;
	r = download_put_info(d);
	/* D1: the name too, and that of the part. Later ones take its place: whichever of them a power cut leaves is true. */
	return r < 0 || d->small ? r : dir_sync(&dir);
}

int
download_set_total(struct download *d, uint64_t total)
{
	CHECK(d->lazy && d->total == DOWNLOAD_LENGTH_UNKNOWN);
	d->total = total;
	return download_put_info(d);
}

void
download_ask(const struct download *d, uint64_t from, bool if_range, struct buf *ask)
{
	struct str validator = d->etag.len > 0 ? buf_str(&d->etag) : buf_str(&d->last_modified);

	CHECK(from > 0);
	buf_addf(ask, "Range: bytes=%" PRIu64 "-\n", from);
	if (if_range && validator.len > 0)
		buf_addf(ask, "If-Range: %.*s\n", STR_ARG(validator));
}

bool
download_fits(const struct download *d, uint64_t asked, const struct range *range)
{
	if (asked == 0 || range->from != asked)
		return false;
	if (d->total != DOWNLOAD_LENGTH_UNKNOWN && range->total != RANGE_UNKNOWN)
		return range->total == d->total;
	/* Or nobody would know that it is whole. */
	return d->total != DOWNLOAD_LENGTH_UNKNOWN || range->total != RANGE_UNKNOWN;
}

bool
download_is_of(const struct download *d, struct str etag, bool dated, int64_t modified_s)
{
	int64_t part_s;

	if (d->etag.len > 0)
		return str_eq(etag, buf_str(&d->etag));
	/* One that knows it leaves out what If-Range has said (RFC 9110 §15.3.7). */
	return !dated || d->last_modified.len == 0 || date_parse(buf_str(&d->last_modified), &part_s) < 0 || modified_s == part_s;
}

int
download_write(struct download *d, const char *p, size_t len)
{
	size_t done = 0;
	int r;

	if (d->failed < 0)
		return d->failed;
	if (d->piped)
		return pipe_write(d, p, len);
	r = file_write_all(d->fd, p, len, &done);
	d->bytes += done;
	return r;
}

/*
 * The kernel tells of it once, and takes the pages for written from then on: only what was synced before counts. A lazy one is written to by
 * others, and cut by whoever opens it next: its info says no more of the time when it was written, or there is none.
 */
static void
unsynced(struct download *d)
{
	char name[NAME_MAX + 1];

	if (!d->lazy && ftruncate(d->fd, (off_t)d->synced) == 0)
		d->bytes = d->synced;
	if (d->lazy && d->synced > 0 && download_put_info(d) < 0)
		(void)unlinkat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_INFO, name), 0);
}

int
download_commit(struct download *d)
{
	if (d->failed < 0 || d->piped || d->small || d->synced == d->bytes)
		return d->failed;
	if (fdatasync(d->fd) < 0) {
		d->failed = -errno;
		unsynced(d);
		return d->failed;
	}
	d->synced = d->bytes;
	return download_put_info(d);
}

void
download_discard(struct download *d)
{
	struct stat st;

	if (d->fd >= 0 && !d->piped) {
		if (download_is_part(d, d->fd, &st))
			unlink_part(d);
		closep(&d->fd);
		d->fd = -1;
	}
	download_close(d);
}

void
download_close(struct download *d)
{
	struct stat st;

	if (d->fd >= 0 && !d->piped && download_is_part(d, d->fd, &st)) {
		if ((d->bytes == 0 || d->small) && !d->spared)
			unlink_part(d);
		else if (download_commit(d) < 0) {
			/* what is not known to be on the disk is fetched again after a power cut */
		}
	}
	if (!d->piped || d->fd > STDERR_FILENO)
		closep(&d->fd);
	d->fd = -1;
	buf_release(&d->etag);
	buf_release(&d->last_modified);
	buf_release(&d->about);
}
