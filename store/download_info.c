/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NAME.part.info: what the part beside it is of, and whose. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/dir.h"
#include "store/download_private.h"

#define INFO_MAX_BYTES 16384
#define INFO_FIRST     "lycosa part 1"

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

int
download_put_info(struct download *d)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(INFO_MAX_BYTES);
	const struct store_dir dir = { .fd = d->dir_fd, .lock_fd = -1 };
	char name[NAME_MAX + 1], boot[64];

	boot_id(boot);
	/* Not all that is in the file is what was written. */
	if (d->failed < 0)
		boot[0] = '\0';
	d->blank = d->small;
	if (d->small)
		return dir_put_file(&dir, download_suffixed(d->name, DOWNLOAD_INFO, name), STR(INFO_FIRST "\n"));
	buf_addf(&text, INFO_FIRST "\nsynced %" PRIu64 "\n", d->synced);
	if (boot[0] != '\0')
		buf_addf(&text, "boot %s\n", boot);
	if (d->total != DOWNLOAD_LENGTH_UNKNOWN)
		buf_addf(&text, "total %" PRIu64 "\n", d->total);
	buf_addf(&text, "etag %.*s\nlast-modified %.*s\n", STR_ARG(buf_str(&d->etag)), STR_ARG(buf_str(&d->last_modified)));
	buf_add_str(&text, buf_str(&d->about));
	if (buf_err(&text) < 0)
		return buf_err(&text);
	return dir_put_file(&dir, download_suffixed(d->name, DOWNLOAD_INFO, name), buf_str(&text));
}

int
download_make_info(struct download *d)
{
	char name[NAME_MAX + 1];
	CLEANUP(closep) int fd = openat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_INFO, name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
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
bool
download_is_own(const struct download *d, const struct stat *st)
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
	CLEANUP(closep) int fd = openat(d->dir_fd, download_suffixed(d->name, DOWNLOAD_INFO, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) && download_is_own(d, &st) ? file_read_all(fd, out) : -EINVAL;
}

bool
download_is_validator(struct str s)
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
		if (!str_cut(line, ' ', &key, &value) || !download_is_validator(value))
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

static bool
is_lack(int r)
{
	return r == -EMFILE || r == -ENFILE || r == -ENOMEM;
}

int
download_get_info(struct download *d, bool *ret_known, bool *ret_same_boot)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(INFO_MAX_BYTES);
	int r = read_info(d, &text);
	struct str line, rest;

	*ret_known = *ret_same_boot = false;
	if (r < 0)
		return is_lack(r) ? r : r == -ENOENT ? DOWNLOAD_NOBODYS : DOWNLOAD_FOREIGN;
	/* One that was not synced is empty after a power cut. */
	if (text.len == 0)
		return DOWNLOAD_OURS;
	if (!str_cut(buf_str(&text), '\n', &line, &rest) || !str_eq(line, STR(INFO_FIRST)))
		return DOWNLOAD_FOREIGN;
	*ret_known = parse_info(d, rest, ret_same_boot);
	return DOWNLOAD_OURS;
}
