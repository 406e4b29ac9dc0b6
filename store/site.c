/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/bodyfile.h"
#include "store/generation.h"
#include "store/site.h"

#define PARTIAL    ",partial"
#define STAGED     ",staged-%u"
#define NEW        ",new"
#define READ_BYTES 65536

/* What a run that was killed may have left. */
static int
tidy(int fd)
{
	char name[32];
	unsigned i;

	(void)unlinkat(fd, PARTIAL, 0);
	for (i = 0; i < SITE_STAGED_MAX; i++) {
		(void)snprintf(name, sizeof(name), STAGED, i);
		(void)unlinkat(fd, name, 0);
	}
	return generation_remove(fd, NEW);
}

static int
open_dir(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int
site_open(const struct store_dir *dir, struct site *ret_site)
{
	int fd;

	if (mkdirat(dir->fd, SITE_NAME, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = open_dir(dir->fd, SITE_NAME);
	if (fd < 0)
		return fd;
	*ret_site = (struct site){ .fd = fd, .dir_fd = -1, .new_fd = -1, .mode = bodyfile_mode(dir->fd) };
	return dir->has_job ? tidy(fd) : 0;
}

void
site_close(struct site *s)
{
	if (s->new_fd >= 0)
		(void)unlinkat(s->fd, NEW, AT_REMOVEDIR); /* unless something has failed: the next run tidies */
	closep(&s->new_fd);
	closep(&s->dir_fd);
	closep(&s->fd);
	s->fd = s->dir_fd = s->new_fd = -1;
}

/* Made if it is not there; opened all the same, and only if it is a directory. */
static int
enter(int at, const char *name)
{
	int fd = open_dir(at, name);

	if (fd != -ENOENT)
		return fd;
	if (mkdirat(at, name, 0755) < 0 && errno != EEXIST)
		return -errno;
	return open_dir(at, name);
}

/* --- new directories ------------------------------------------------------------------------------------------- */

/* The directory of the root that path, which may be none, is in; empty: the root itself. */
static struct str
top_of(struct str path)
{
	const char *slash = path.len > 0 ? memchr(path.p, '/', path.len) : NULL;

	return str_n(path.p, slash != NULL ? (size_t)(slash - path.p) : 0);
}

/* Which of the new ones path is in; -1: none. */
static int
find_new(const struct site *s, struct str path)
{
	struct str top = s->n_new > 0 ? top_of(path) : STR_NONE;
	unsigned i;

	for (i = 0; top.len > 0 && i < s->n_new; i++)
		if (str_eq(top, str_of(s->new_names[i])))
			return (int)i;
	return -1;
}

bool
site_same_top(struct str a, struct str b)
{
	return str_eq(top_of(a), top_of(b));
}

bool
site_leads(const struct site *s, struct str from, struct str to)
{
	int n = find_new(s, to);

	return n < 0 || n == find_new(s, from);
}

static int
add_new(struct site *s, struct str top)
{
	char *name = s->new_names[s->n_new];

	if (s->new_fd < 0)
		s->new_fd = enter(s->fd, NEW);
	if (s->new_fd < 0)
		return s->new_fd;
	memcpy(name, top.p, top.len);
	name[top.len] = '\0';
	if (mkdirat(s->new_fd, name, 0755) < 0)
		return -errno;
	s->n_new++;
	return 0;
}

int
site_begin(struct site *s, struct str path, int *ret_n)
{
	struct str top = top_of(path);
	char name[SITE_PATH_MAX_BYTES + 1];
	int n = find_new(s, path), r = 0;

	if (n < 0 && top.len > 0 && s->n_new < SITE_NEW_MAX && !(s->dir_fd >= 0 && str_eq(top, top_of(str_n(s->dir, s->dir_len))))) {
		memcpy(name, top.p, top.len);
		name[top.len] = '\0';
		if (faccessat(s->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT) {
			n = (int)s->n_new;
			r = add_new(s, top);
		}
	}
	if (r == 0)
		*ret_n = n;
	return r;
}

int
site_show(struct site *s, unsigned n)
{
	bool more = false;
	unsigned i;

	CHECK(n < s->n_new);
	if (s->new_names[n][0] != '\0' && renameat(s->new_fd, s->new_names[n], s->fd, s->new_names[n]) < 0)
		return -errno;
	s->new_names[n][0] = '\0';
	s->dir_new = s->dir_new && s->dir_fd >= 0 && find_new(s, str_n(s->dir, s->dir_len)) >= 0;
	for (i = 0; i < s->n_new; i++)
		more = more || s->new_names[i][0] != '\0';
	if (!more)
		s->n_new = 0;
	return 0;
}

/* --- files ----------------------------------------------------------------------------------------------------- */

/* dir_fd becomes that of the path's directory; *ret_name: of the file in it. */
static int
go_to(struct site *s, struct str path, char ret_name[SITE_PATH_MAX_BYTES + 1])
{
	CLEANUP(closep) int fd = -1;
	char name[SITE_PATH_MAX_BYTES + 1];
	size_t dir_len = 0, from, i;
	bool is_new;

	CHECK(path.len > 0 && path.len <= SITE_PATH_MAX_BYTES);
	for (i = 0; i < path.len; i++)
		if (path.p[i] == '/')
			dir_len = i + 1;
	memcpy(ret_name, path.p + dir_len, path.len - dir_len);
	ret_name[path.len - dir_len] = '\0';
	if (s->dir_fd >= 0 && str_eq(str_n(s->dir, s->dir_len), str_n(path.p, dir_len)))
		return 0;
	is_new = find_new(s, path) >= 0;
	for (from = i = 0; i < dir_len; i++) {
		int next;

		if (path.p[i] != '/')
			continue;
		memcpy(name, path.p + from, i - from);
		name[i - from] = '\0';
		next = enter(fd >= 0 ? fd : is_new ? s->new_fd : s->fd, name);
		closep(&fd);
		fd = next;
		if (fd < 0)
			return TAKE_FD(fd);
		from = i + 1;
	}
	if (fd < 0) { /* the root itself */
		fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			return -errno;
	}
	closep(&s->dir_fd);
	s->dir_fd = TAKE_FD(fd);
	memcpy(s->dir, path.p, dir_len);
	s->dir_len = dir_len;
	s->dir_new = is_new;
	return 0;
}

/* A file of dir_fd is written as *ret_name in *ret_fd: in a new directory, which nobody sees, by its own name. */
static void
write_as(const struct site *s, const char *name, int *ret_fd, const char **ret_name)
{
	*ret_fd = s->dir_new ? s->dir_fd : s->fd;
	*ret_name = s->dir_new ? name : PARTIAL;
}

static int
finish(const struct site *s, const char *name, int r)
{
	const char *as;
	int fd;

	write_as(s, name, &fd, &as);
	if (r == 0 && !s->dir_new && renameat(fd, as, s->dir_fd, name) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(fd, as, 0);
	return r;
}

int
site_put_body(struct site *s, struct str path, const struct job *j, int64_t mtime_s, uint64_t *bytes_written)
{
	char name[SITE_PATH_MAX_BYTES + 1];
	const char *as;
	int r = go_to(s, path, name), fd;

	if (r < 0)
		return r;
	write_as(s, name, &fd, &as);
	return finish(s, name, bodyfile_put(fd, as, j, s->mode, mtime_s, bytes_written));
}

int
site_put(struct site *s, struct str path, struct str data, int64_t mtime_s, uint64_t *bytes_written)
{
	char name[SITE_PATH_MAX_BYTES + 1];
	const char *as;
	int r = go_to(s, path, name), fd;

	if (r < 0)
		return r;
	write_as(s, name, &fd, &as);
	return finish(s, name, bodyfile_put_str(fd, as, data, mtime_s, bytes_written));
}

int
site_stage(struct site *s, unsigned n, struct str data, int64_t mtime_s, uint64_t *bytes_written)
{
	char name[32];

	(void)snprintf(name, sizeof(name), STAGED, n);
	return bodyfile_put_str(s->fd, name, data, mtime_s, bytes_written);
}

int
site_replace(struct site *s, unsigned n, struct str path)
{
	char name[SITE_PATH_MAX_BYTES + 1], staged[32];
	int r = go_to(s, path, name);

	(void)snprintf(staged, sizeof(staged), STAGED, n);
	return r == 0 && renameat(s->fd, staged, s->dir_fd, name) < 0 ? -errno : r;
}

int
site_sync(struct site *s)
{
	return syncfs(s->fd) < 0 ? -errno : 0;
}

bool
site_is_path(struct str path)
{
	struct str name, rest = path;

	if (path.len == 0 || path.len > STORE_PATH_MAX_BYTES || memchr(path.p, '\0', path.len) != NULL)
		return false;
	while (rest.len > 0) {
		if (!str_cut(rest, '/', &name, &rest)) {
			name = rest;
			rest = STR_NONE;
		}
		if (name.len == 0 || str_eq(name, STR(".")) || str_eq(name, STR("..")))
			return false;
	}
	return path.p[path.len - 1] != '/';
}

int
site_get(struct site *s, struct str path, struct buf *out, int64_t *ret_mtime_s)
{
	CLEANUP(closep) int fd = -1;
	struct stat st;
	char name[SITE_PATH_MAX_BYTES + 1];
	int r = go_to(s, path, name);
	ssize_t n;

	if (r < 0)
		return r;
	fd = openat(s->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EISDIR;
	*ret_mtime_s = st.st_mtim.tv_sec;
	do {
		size_t left = out->max_bytes - out->len;
		char more;

		/* Full: is there anything behind it? */
		if (left == 0) {
			n = read(fd, &more, 1);
			if (n > 0)
				return -EMSGSIZE;
			continue;
		}
		left = left < READ_BYTES ? left : READ_BYTES;
		r = buf_reserve(out, left);
		if (r < 0)
			return r;
		n = read(fd, out->data + out->len, left);
		if (n > 0)
			out->len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}
