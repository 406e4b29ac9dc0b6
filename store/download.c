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
#include "store/download.h"
#include "store/linefile.h"
#include "url/date.h"

#define PART           ".part"
#define INFO           ".part.info"
#define BAD            ".bad"
#define INFO_MAX_BYTES 16384
#define OPEN_TRIES     8
#define READER_TICK_MS 100
#define INFO_FIRST     "lycosa part 1"
#define NUMBERS_MAX    100000

/* --- names --- */

bool
download_exists(int dir_fd, const char *name)
{
	return faccessat(dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
download_is_dir(int dir_fd, const char *name)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

int
download_mtime(int dir_fd, const char *name, int64_t *ret_unix_s, uint64_t *ret_bytes)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	*ret_unix_s = st.st_mtim.tv_sec;
	*ret_bytes = (uint64_t)st.st_size;
	return 0;
}

int
download_dir(const char *path, bool make)
{
	int fd;

	if (make)
		(void)file_make_parents(path);
	if (make && mkdir(path, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static const char *
with_suffix(const char *name, const char *suffix, char dst[NAME_MAX + 1])
{
	CHECK(snprintf(dst, NAME_MAX + 1, "%s%s", name, suffix) <= NAME_MAX);
	return dst;
}

/* --- NAME.part.info --- */

enum whose { NOBODYS, OURS, FOREIGN };

/* Changes with each start of the machine. */
static void
boot_id(char dst[64])
{
	CLEANUP(closep) int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, dst, 63) : 0;

	while (n > 0 && dst[n - 1] == '\n')
		n--;
	dst[n > 0 ? n : 0] = '\0';
}

static int
put_info(struct download *d)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(INFO_MAX_BYTES);
	const struct store_dir dir = { .fd = d->dir_fd, .lock_fd = -1 };
	char name[NAME_MAX + 1], boot[64];

	boot_id(boot);
	d->blank = d->small;
	if (d->small)
		return dir_put_file(&dir, with_suffix(d->name, INFO, name), STR(INFO_FIRST "\n"));
	buf_addf(&text, INFO_FIRST "\nsynced %" PRIu64 "\n", d->synced);
	if (boot[0] != '\0')
		buf_addf(&text, "boot %s\n", boot);
	if (d->total != DOWNLOAD_LENGTH_UNKNOWN)
		buf_addf(&text, "total %" PRIu64 "\n", d->total);
	buf_addf(&text, "etag %.*s\nlast-modified %.*s\n", STR_ARG(buf_str(&d->etag)), STR_ARG(buf_str(&d->last_modified)));
	buf_add_str(&text, buf_str(&d->about));
	if (buf_err(&text) < 0)
		return buf_err(&text);
	return dir_put_file(&dir, with_suffix(d->name, INFO, name), buf_str(&text));
}

/* The first word of ours, before there is a part: not synced, so that it costs a small file nothing. -EEXIST: there is one. */
static int
make_info(struct download *d)
{
	char name[NAME_MAX + 1];
	CLEANUP(closep) int fd = openat(d->dir_fd, with_suffix(d->name, INFO, name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, INFO_FIRST "\n", strlen(INFO_FIRST "\n"), NULL);
	if (r < 0)
		(void)unlinkat(d->dir_fd, name, 0);
	d->blank = r == 0;
	return r;
}

/*
 * Nobody else could have put it there. On some file systems all files have one owner, whoever makes them (FAT, NFS, FUSE): there it is
 * that of another new one.
 */
static bool
is_own(const struct download *d, const struct stat *st)
{
	const struct store_dir dir = { .fd = d->dir_fd, .lock_fd = -1 };
	CLEANUP(closep) int fd = -1;
	struct stat made;

	if (st->st_uid == geteuid())
		return true;
	fd = dir_open_temporary(&dir);
	return fd >= 0 && fstat(fd, &made) == 0 && st->st_uid == made.st_uid;
}

/* -EMSGSIZE and -EINVAL: it is too long, or no regular file of the user's, and so none of ours. */
static int
read_info(const struct download *d, struct buf *out)
{
	char name[NAME_MAX + 1];
	CLEANUP(closep) int fd = openat(d->dir_fd, with_suffix(d->name, INFO, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) && is_own(d, &st) ? file_read_all(fd, out) : -EINVAL;
}

/* A validator goes back to a server in a request: one line, and printable. */
static bool
is_validator(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return s.len <= DOWNLOAD_VALIDATOR_MAX;
}

/* What our info says. False: it is not known what the part is of. *ret_same_boot: the machine has not been started since. */
static bool
parse_info(struct download *d, struct str rest, bool *ret_same_boot)
{
	struct str line, key, value;
	bool counted = false;
	char boot[64];

	boot_id(boot);
	while (str_cut(rest, '\n', &line, &rest)) {
		if (!str_cut(line, ' ', &key, &value) || !is_validator(value))
			return false;
		if (str_eq(key, STR("synced"))) {
			counted = str_to_u64(value, INT64_MAX, &d->synced) == 0;
			if (!counted)
				return false;
		}
		if (str_eq(key, STR("total")) && str_to_u64(value, INT64_MAX, &d->total) < 0)
			return false;
		if (str_eq(key, STR("boot")))
			*ret_same_boot = str_eq(value, str_of(boot));
		else if (str_eq(key, STR("etag")))
			buf_add_str(&d->etag, value);
		else if (str_eq(key, STR("last-modified")))
			buf_add_str(&d->last_modified, value);
		else if (!str_eq(key, STR("synced")) && !str_eq(key, STR("total"))) {
			buf_add_str(&d->about, line);
			buf_addc(&d->about, '\n');
		}
	}
	return counted && buf_err(&d->etag) == 0 && buf_err(&d->last_modified) == 0 && buf_err(&d->about) == 0;
}

/* Whose part it is that the info stands beside (D5). */
static enum whose
get_info(struct download *d, bool *ret_known, bool *ret_same_boot)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(INFO_MAX_BYTES);
	int r = read_info(d, &text);
	struct str line, rest;

	*ret_known = *ret_same_boot = false;
	if (r < 0)
		return r == -ENOENT ? NOBODYS : FOREIGN;
	/* One that was not synced is empty after a power cut. */
	if (text.len == 0)
		return OURS;
	if (!str_cut(buf_str(&text), '\n', &line, &rest) || !str_eq(line, STR(INFO_FIRST)))
		return FOREIGN;
	*ret_known = parse_info(d, rest, ret_same_boot);
	return OURS;
}

/* --- the part --- */

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
	enum whose whose = get_info(d, &known, &same_boot);
	char info[NAME_MAX + 1];
	mode_t mode = 0644;
	struct stat there;
	int fd, r = 0;

	forget(d);
	if (whose == FOREIGN)
		return -EEXIST;
	if (whose == NOBODYS)
		r = make_info(d);
	if (r < 0)
		return r == -EEXIST ? -EAGAIN : r;
	/* Whose place it may take is not to be read on the way either. */
	if (fstatat(d->dir_fd, d->name, &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(there.st_mode))
		mode &= there.st_mode | S_IRUSR | S_IWUSR;
	fd = openat(d->dir_fd, part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd >= 0)
		return fd;
	r = errno == EEXIST ? -EAGAIN : -errno;
	if (r != -EAGAIN && whose == NOBODYS)
		(void)unlinkat(d->dir_fd, with_suffix(d->name, INFO, info), 0);
	return r;
}

/* Is what has the part's name the file that is open? *ret_st: of that. */
static bool
is_part(const struct download *d, int fd, struct stat *ret_st)
{
	char part[NAME_MAX + 1];
	struct stat there;

	return fstat(fd, ret_st) == 0 && fstatat(d->dir_fd, with_suffix(d->name, PART, part), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
		ret_st->st_dev == there.st_dev && ret_st->st_ino == there.st_ino;
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
	CLEANUP(closep) int fd = openat(d->dir_fd, with_suffix(d->name, PART, part), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum whose whose;
	struct stat st;

	if (fd < 0 && errno == ENOENT) {
		fd = make_part(d, part);
		made = true;
		if (fd < 0)
			return fd;
	}
	if (fd < 0)
		return errno == ELOOP || errno == EISDIR ? -EEXIST : -errno;
	/* Some file systems have no locks: there nobody keeps two from one file. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno != ENOSYS && errno != ENOLCK && errno != EOPNOTSUPP)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (!is_part(d, fd, &st))
		return -EAGAIN;
	whose = get_info(d, &known, &same_boot);
	if (!made && (!S_ISREG(st.st_mode) || whose != OURS || !is_own(d, &st)))
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
	if (offset == 0 && is_validator(etag))
		buf_add_str(&d->etag, etag);
	if (offset == 0 && is_validator(last_modified))
		buf_add_str(&d->last_modified, last_modified);
	d->small = total < DOWNLOAD_SMALL_BYTES;
	if (d->piped || d->lazy || (d->small && d->blank))
		return 0;
	r = put_info(d);
	/* D1: the name too, and that of the part. Later ones take its place: whichever of them a power cut leaves is true. */
	return r < 0 || d->small ? r : dir_sync(&dir);
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

int
download_commit(struct download *d)
{
	if (d->failed < 0 || d->piped || d->small || d->synced == d->bytes)
		return d->failed;
	if (fdatasync(d->fd) < 0) {
		d->failed = -errno;
		/* The kernel tells of it once, and takes the pages for written from then on. A lazy one is written to by others. */
		if (!d->lazy && ftruncate(d->fd, (off_t)d->synced) == 0)
			d->bytes = d->synced;
		return d->failed;
	}
	d->synced = d->bytes;
	return put_info(d);
}

/* --- the end --- */

/* The part gets this name, or with a number behind it the first that is free. */
static int
rename_free(struct download *d, const char *name, char ret_name[NAME_MAX + 1])
{
	char part[NAME_MAX + 1];

	(void)with_suffix(d->name, PART, part);
	for (unsigned i = 0; i < NUMBERS_MAX; i++) {
		if (snprintf(ret_name, NAME_MAX + 1, i == 0 ? "%s" : "%s.%u", name, i) > NAME_MAX)
			return -ENAMETOOLONG;
		if (renameat2(d->dir_fd, part, d->dir_fd, ret_name, RENAME_NOREPLACE) == 0)
			return 0;
		if (errno == EEXIST)
			continue;
		if (errno != EINVAL && errno != ENOSYS)
			return -errno;
		/* Not every file system has that. */
		if (linkat(d->dir_fd, part, d->dir_fd, ret_name, 0) == 0)
			return unlinkat(d->dir_fd, part, 0) < 0 ? -errno : 0;
		if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) { /* it has no links: FAT */
			if (!download_exists(d->dir_fd, ret_name))
				return renameat(d->dir_fd, part, d->dir_fd, ret_name) < 0 ? -errno : 0;
		} else if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/*
 * What takes another's place is nobody's to read, or to change, whose that was not. No set-user-ID for what comes from the web; a file system
 * that knows no modes keeps none.
 */
static int
take_place(struct download *d, const char *name)
{
	CLEANUP(closep) int fd = -1;
	struct stat there, mine;

	if (fstatat(d->dir_fd, name, &there, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(there.st_mode))
		return 0;
	if (faccessat(d->dir_fd, name, W_OK, AT_EACCESS) < 0 && errno == EACCES)
		return -EACCES;
	fd = openat(d->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && (there.st_mode & 07000) == 0 && file_copy_owner(fd, d->fd) == 0)
		return 0;
	if (fstat(d->fd, &mine) < 0)
		return -errno;
	return fchmod(d->fd, there.st_mode & mine.st_mode & 0777) < 0 && errno != EPERM ? -errno : 0;
}

static int
settle(struct download *d, const char *name, enum download_how how, char ret_name[NAME_MAX + 1])
{
	char part[NAME_MAX + 1], info[NAME_MAX + 1];
	struct stat st;
	int r = d->failed < 0 ? d->failed : fsync(d->fd) < 0 ? -errno : 0;

	/* Whoever has replaced it has not written what was fetched. */
	if (r == 0 && !is_part(d, d->fd, &st))
		r = -EEXIST;
	CHECK(strlen(name) <= DOWNLOAD_NAME_MAX + sizeof(BAD));
	if (r == 0 && how == DOWNLOAD_REPLACE)
		r = take_place(d, name);
	if (r == 0 && how == DOWNLOAD_REPLACE) {
		r = renameat(d->dir_fd, with_suffix(d->name, PART, part), d->dir_fd, name) < 0 ? -errno : 0;
		memcpy(ret_name, name, strlen(name) + 1);
	} else if (r == 0)
		r = rename_free(d, name, ret_name);
	if (r < 0)
		return r;
	(void)unlinkat(d->dir_fd, with_suffix(d->name, INFO, info), 0);
	closep(&d->fd);
	d->fd = -1;
	return 0;
}

int
download_sync_names(int dir_fd)
{
	const struct store_dir dir = { .fd = dir_fd, .lock_fd = -1 };

	return dir_sync(&dir);
}

int
download_finish(struct download *d, const char *name, enum download_how how, int64_t mtime_s, char ret_name[NAME_MAX + 1])
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = (time_t)mtime_s } };

	if (d->piped) {
		ret_name[0] = '\0';
		return 0;
	}
	if (mtime_s >= 0 && futimens(d->fd, times) < 0)
		return -errno;
	return settle(d, name, how, ret_name);
}

int
download_reject(struct download *d, const char *name, char ret_name[NAME_MAX + 1])
{
	char bad[NAME_MAX + 1];

	return settle(d, with_suffix(name, BAD, bad), DOWNLOAD_NUMBERED, ret_name);
}

static void
unlink_part(const struct download *d)
{
	char name[NAME_MAX + 1];

	(void)unlinkat(d->dir_fd, with_suffix(d->name, PART, name), 0);
	(void)unlinkat(d->dir_fd, with_suffix(d->name, INFO, name), 0);
}

void
download_discard(struct download *d)
{
	struct stat st;

	if (d->fd >= 0 && !d->piped) {
		if (is_part(d, d->fd, &st))
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

	if (d->fd >= 0 && !d->piped && is_part(d, d->fd, &st)) {
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
