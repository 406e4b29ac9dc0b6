/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "store/dir.h"
#include "store/generation.h"
#include "store/linefile.h"

#define COMMIT_NAME      "commit"
#define COMMIT_MAX_BYTES 4096
#define PATH_NAME_BYTES  256
#define REMOVE_DEPTH_MAX 256
#define COPY_BYTES       ((size_t)1 << 30)

/* What a generation is. The lock stays where it is. */
static const char *const names[] = {
	"lycosa.db", "lycosa.db-wal", "lycosa.db-shm", "lycosa.conf", "pages.jsonl", "skipped.jsonl", "skipped.spool", "site.spool",
	"visited", "urlmap.jsonl", "changes.jsonl", "body", "text", "site", "warc", "single.html", "single.xhtml", "single.svg",
};

static int
open_dir(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int
enter(int at, const char *name)
{
	if (mkdirat(at, name, 0755) < 0 && errno != EEXIST)
		return -errno;
	return open_dir(at, name);
}

static bool
has(int fd, const char *name)
{
	return faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
is_there(void *arg, int fd, const char *entry)
{
	return 1;
}

static bool
is_empty_dir(int at, const char *name)
{
	return file_each_entry(at, name, is_there, NULL) == 0;
}

bool
generation_is_here(int dir_fd)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (has(dir_fd, names[i]) && !is_empty_dir(dir_fd, names[i]))
			return true;
	return false;
}

static int
sync_all(int fd)
{
	return syncfs(fd) < 0 ? -errno : 0;
}

/* --- removing -------------------------------------------------------------------------------------------------- */

static int
remove_in(void *arg, int at, const char *name)
{
	unsigned depth = *(const unsigned *)arg + 1;
	int r;

	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	if (depth > REMOVE_DEPTH_MAX)
		return -ELOOP;
	r = file_each_entry(at, name, remove_in, &depth);
	if (r == 0 && unlinkat(at, name, AT_REMOVEDIR) < 0)
		r = -errno;
	return r;
}

int
generation_remove(int dir_fd, const char *name)
{
	unsigned depth = 0;

	return remove_in(&depth, dir_fd, name);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Under a name that is no generation's first: half of it would be taken for one. */
static int
remove_generation(int past, const char *name)
{
	char doomed[NAME_MAX + 2];

	if (snprintf(doomed, sizeof(doomed), ".%s", name) >= (int)sizeof(doomed))
		return -ENAMETOOLONG;
	return renameat(past, name, past, doomed) < 0 ? -errno : generation_remove(past, doomed);
}

/* What a kill has left of that. */
static int
remove_doomed(int past)
{
	struct dirent **entries = NULL;
	int n = scandirat(past, ".", &entries, NULL, by_name), r = 0;

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (r == 0 && name[0] == '.' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			r = generation_remove(past, name);
		free(entries[i]);
	}
	free(entries);
	return n < 0 ? -errno : r;
}

int
generation_prune(int dir_fd, unsigned keep, const char *last)
{
	CLEANUP(closep) int past = open_dir(dir_fd, GENERATION_PAST);
	struct dirent **entries = NULL;
	unsigned kept = 0;
	int n, r;

	if (past < 0)
		return past == -ENOENT ? 0 : past;
	r = remove_doomed(past);
	n = scandirat(past, ".", &entries, is_visible, by_name);
	if (n < 0)
		return r < 0 ? r : -errno;
	for (int i = 0; i < n; i++)
		if (strcmp(entries[i]->d_name, last) == 0 && keep > 0)
			kept++;
	for (int i = n - 1; i >= 0; i--) {
		const char *name = entries[i]->d_name;

		if (strcmp(name, last) == 0 && keep > 0)
			continue;
		if (kept < keep)
			kept++;
		else if (r == 0)
			r = remove_generation(past, name);
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return r;
}

/* --- sharing --------------------------------------------------------------------------------------------------- */

static int
copy(int from_fd, const char *from, int to_fd, const char *to)
{
	CLEANUP(closep) int src = openat(from_fd, from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), dst = -1;
	struct stat st;
	ssize_t n;

	if (src < 0 || fstat(src, &st) < 0)
		return -errno;
	dst = openat(to_fd, to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, st.st_mode & 0777);
	if (dst < 0)
		return -errno;
	while ((n = copy_file_range(src, NULL, dst, NULL, COPY_BYTES, 0)) > 0 || (n < 0 && errno == EINTR))
		;
	return n < 0 ? -errno : 0;
}

/* *at becomes the directory in it; made: if it is not there. */
static int
go_into(int *at, const char *name, bool made)
{
	int next = made ? enter(*at, name) : open_dir(*at, name);

	if (next < 0)
		return next;
	closep(at);
	*at = next;
	return 0;
}

int
generation_share(int from_fd, int to_fd, const char *path)
{
	CLEANUP(closep) int from = dup(from_fd), to = dup(to_fd);
	char name[PATH_NAME_BYTES];
	const char *rest = path, *slash;
	int r = from < 0 || to < 0 ? -errno : 0;

	while (r == 0 && (slash = strchr(rest, '/')) != NULL) {
		if (slash == rest || (size_t)(slash - rest) >= sizeof(name))
			return -EINVAL;
		memcpy(name, rest, (size_t)(slash - rest));
		name[slash - rest] = '\0';
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			return -EINVAL;
		r = go_into(&from, name, false);
		if (r == 0)
			r = go_into(&to, name, true);
		rest = slash + 1;
	}
	if (r == 0 && unlinkat(to, rest, 0) < 0 && errno != ENOENT)
		r = -errno;
	if (r < 0 || linkat(from, rest, to, rest, 0) == 0)
		return r;
	if (errno == EMLINK || errno == EPERM || errno == EXDEV || errno == EOPNOTSUPP || errno == ENOSYS)
		return copy(from, rest, to, rest);
	return -errno;
}

int
generation_unshare(int dir_fd, const char *name)
{
	CLEANUP(closep) int fd = -1;
	char own[PATH_NAME_BYTES];
	struct stat st;
	int r;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISREG(st.st_mode) || st.st_nlink < 2)
		return 0;
	if (snprintf(own, sizeof(own), ".%s.own", name) >= (int)sizeof(own))
		return -ENAMETOOLONG;
	if (unlinkat(dir_fd, own, 0) < 0 && errno != ENOENT)
		return -errno;
	r = copy(dir_fd, name, dir_fd, own);
	if (r == 0) {
		fd = openat(dir_fd, own, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		r = fd < 0 || fsync(fd) < 0 || renameat(dir_fd, own, dir_fd, name) < 0 ? -errno : 0;
	}
	if (r < 0)
		(void)unlinkat(dir_fd, own, 0);
	return r;
}

/* --- the change of generations --------------------------------------------------------------------------------- */

struct commit {
	char stamp[GENERATION_STAMP_MAX];
	bool is_old[ARRAY_LEN(names)], is_new[ARRAY_LEN(names)];
};

static int
write_commit(int next_fd, const struct commit *c)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(COMMIT_MAX_BYTES);
	struct store_dir next = { .fd = next_fd, .lock_fd = -1 };
	int r;

	buf_addf(&text, "to %s\n", c->stamp);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		buf_addf(&text, "%c%c %s\n", c->is_old[i] ? 'o' : '-', c->is_new[i] ? 'n' : '-', names[i]);
	r = buf_err(&text);
	if (r == 0)
		r = dir_put_file(&next, COMMIT_NAME, buf_str(&text));
	return r == 0 ? dir_sync(&next) : r;
}

static int
read_line(struct commit *c, struct str line)
{
	if (line.len < 4 || line.p[2] != ' ')
		return -EUCLEAN;
	if (str_starts(line, STR("to "))) {
		if (line.len - 3 >= sizeof(c->stamp) || memchr(line.p, '/', line.len) != NULL)
			return -EUCLEAN;
		memcpy(c->stamp, line.p + 3, line.len - 3);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(str_n(line.p + 3, line.len - 3), str_of(names[i]))) {
			c->is_old[i] = line.p[0] == 'o';
			c->is_new[i] = line.p[1] == 'n';
			return 0;
		}
	return -EUCLEAN;
}

/* 1; 0: there is none. */
static int
read_commit(int next_fd, struct commit *c)
{
	CLEANUP(closep) int fd = openat(next_fd, COMMIT_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char text[COMMIT_MAX_BYTES];
	struct str line, rest;
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n = read(fd, text, sizeof(text));
	if (n < 0)
		return -errno;
	*c = (struct commit){ 0 };
	rest = str_n(text, (size_t)n);
	while (r == 0 && str_cut(rest, '\n', &line, &rest))
		r = read_line(c, line);
	if (r == 0 && c->stamp[0] == '\0')
		r = -EUCLEAN;
	return r < 0 ? r : 1;
}

static int
move(int from, int to, const char *name)
{
	return renameat(from, name, to, name) < 0 ? -errno : 0;
}

static int
move_all(int dir_fd, int next, int gen, const struct commit *c)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(names) && r == 0; i++) {
		/* With a new one: done as soon as that is no more where it was. Without: as soon as the old one is. */
		bool pending = c->is_new[i] ? has(next, names[i]) : has(dir_fd, names[i]);

		if (pending && c->is_old[i] && has(dir_fd, names[i]))
			r = move(dir_fd, gen, names[i]);
		if (r == 0 && pending && c->is_new[i])
			r = move(next, dir_fd, names[i]);
	}
	return r;
}

/* commit goes last: without it, what is left is nothing. */
static int
clear_next(int dir_fd, int next)
{
	static const char *const rest[] = { "previous.db", "previous.db-journal", "lycosa.lock", COMMIT_NAME };

	for (size_t i = 0; i < ARRAY_LEN(rest); i++)
		if (unlinkat(next, rest[i], 0) < 0 && errno != ENOENT)
			return -errno;
	return generation_remove(dir_fd, GENERATION_NEXT);
}

static int
carry_out(int dir_fd, int next, const struct commit *c)
{
	CLEANUP(closep) int past = enter(dir_fd, GENERATION_PAST), gen = -1;
	int r;

	if (past < 0)
		return TAKE_FD(past);
	gen = enter(past, c->stamp);
	if (gen < 0)
		return TAKE_FD(gen);
	r = move_all(dir_fd, next, gen, c);
	if (r == 0)
		r = sync_all(dir_fd);
	return r == 0 ? clear_next(dir_fd, next) : r;
}

/* generations/stamp, or with -2, -3, ... behind it. */
static int
free_stamp(int dir_fd, const char *stamp, char ret[GENERATION_STAMP_MAX])
{
	CLEANUP(closep) int past = enter(dir_fd, GENERATION_PAST);

	if (past < 0)
		return TAKE_FD(past);
	(void)snprintf(ret, GENERATION_STAMP_MAX, "%s", stamp);
	for (unsigned i = 2; has(past, ret); i++)
		(void)snprintf(ret, GENERATION_STAMP_MAX, "%.20s-%u", stamp, i);
	return 0;
}

int
generation_put_back(int dir_fd, const char *stamp)
{
	char to[sizeof(GENERATION_PAST) + GENERATION_STAMP_MAX], name[GENERATION_STAMP_MAX];
	int r = free_stamp(dir_fd, stamp, name);

	if (r < 0)
		return r;
	(void)snprintf(to, sizeof(to), GENERATION_PAST "/%s", name);
	return renameat(dir_fd, GENERATION_NEXT, dir_fd, to) < 0 ? -errno : 0;
}

int
generation_commit(int dir_fd, const char *stamp, char ret_stamp[GENERATION_STAMP_MAX])
{
	CLEANUP(closep) int next = open_dir(dir_fd, GENERATION_NEXT);
	struct commit c = { 0 };
	int r;

	if (next < 0)
		return TAKE_FD(next);
	r = free_stamp(dir_fd, stamp, c.stamp);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		c.is_old[i] = has(dir_fd, names[i]);
		c.is_new[i] = has(next, names[i]);
	}
	/* All that takes the place of something is on the disk before that is decided. */
	if (r == 0)
		r = sync_all(dir_fd);
	if (r == 0)
		r = write_commit(next, &c);
	if (r == 0)
		r = carry_out(dir_fd, next, &c);
	memcpy(ret_stamp, c.stamp, sizeof(c.stamp));
	return r;
}

int
generation_recover(int dir_fd)
{
	CLEANUP(closep) int next = open_dir(dir_fd, GENERATION_NEXT);
	struct commit c = { 0 };
	int r;

	if (next < 0)
		return next == -ENOENT ? 0 : next;
	r = read_commit(next, &c);
	return r == 1 ? carry_out(dir_fd, next, &c) : r;
}
