/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "store/dir.h"

#define DIR_PATH_MAX_BYTES 4096
#define DIR_MODE           0755
#define DIR_FILE_MODE      0644

/* Files that say "a job is here", and what a job that never began leaves. */
static const char *const job_files[] = { "lycosa.conf", "pages.jsonl", "skipped.jsonl" };

char *
dir_error_text(const char *path, int err)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(16 * DIR_PATH_MAX_BYTES);

	buf_add_str(&b, STR("the directory `"));
	buf_add_escaped(&b, str_of(path));
	if (err == -EEXIST)
		buf_add_str(&b, STR("' holds a job already; choose another with -P, or remove it"));
	else
		buf_addf(&b, "' cannot be used: %s; choose another with -P", strerror(-err));
	return buf_cstr(&b) != NULL ? TAKE(b.data) : NULL;
}

/* Each parent in turn. An error shows when the next one is made or the last one is opened. */
static void
make_parents(const char *path)
{
	char copy[DIR_PATH_MAX_BYTES];
	size_t len = strlen(path);

	if (len >= sizeof(copy))
		return;
	memcpy(copy, path, len + 1);
	for (char *p = copy + 1; len > 0 && *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(copy, DIR_MODE);
			*p = '/';
		}
}

static int
make_and_open(const char *path, struct store_dir *d)
{
	make_parents(path);
	d->created = mkdir(path, DIR_MODE) == 0;
	if (!d->created && errno != EEXIST)
		return -errno;
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->fd < 0 ? -errno : 0;
}

static int
check_free(const struct store_dir *d)
{
	for (size_t i = 0; i < ARRAY_LEN(job_files); i++)
		if (faccessat(d->fd, job_files[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return -EEXIST;
		else if (errno != ENOENT)
			return -errno;
	return 0;
}

int
dir_open(const char *path, struct store_dir *ret_dir, char **ret_error)
{
	struct store_dir d = { .fd = -1 };
	int r;

	if (path[0] == '\0')
		path = ".";
	r = make_and_open(path, &d);
	if (r == 0)
		r = check_free(&d);
	if (r == 0) {
		d.path = strdup(path);
		if (d.path == NULL)
			r = -ENOMEM;
	}
	if (r < 0) {
		*ret_error = dir_error_text(path, r);
		dir_close(&d);
		return r;
	}
	*ret_dir = d;
	return 0;
}

void
dir_close(struct store_dir *d)
{
	closep(&d->fd);
	free(d->path);
	*d = (struct store_dir){ .fd = -1 };
}

int
dir_put_file(const struct store_dir *d, const char *name, struct str text)
{
	CLEANUP(closep)
	int fd = openat(d->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, DIR_FILE_MODE);

	if (fd < 0)
		return -errno;
	while (text.len > 0) {
		ssize_t n = write(fd, text.p, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text = str_n(text.p + n, text.len - (size_t)n);
	}
	return 0;
}

void
dir_undo(const struct store_dir *d)
{
	for (size_t i = 0; i < ARRAY_LEN(job_files); i++)
		(void)unlinkat(d->fd, job_files[i], 0);
	(void)unlinkat(d->fd, "body", AT_REMOVEDIR);
	(void)unlinkat(d->fd, "site", AT_REMOVEDIR);
	if (d->created)
		(void)rmdir(d->path);
}

int
dir_open_temporary(const struct store_dir *d)
{
	int fd = openat(d->fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char name[64];

	if (fd >= 0)
		return fd;
	/* File systems that do not have it say so in several ways. */
	(void)snprintf(name, sizeof(name), ".lycosa-%ld.tmp", (long)getpid());
	fd = openat(d->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	(void)unlinkat(d->fd, name, 0);
	return fd;
}
