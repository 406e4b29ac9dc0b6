/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "store/db.h"
#include "store/generation.h"
#include "store/previous.h"
#include "store/trust.h"

#define TRUST_TEXT_MAX_BYTES (128 * 1024)
#define TRUST_ENTRY_BYTES    (64 * 1024)

/* What orders are read from; the first TRUST_SIGNS of them say that a job is there. "" is the directory itself. */
static const char *const trust_files[] = {
	DB_NAME,
	"lycosa.conf",
	GENERATION_NEXT "/commit",
	DB_NAME "-wal",
	DB_NAME "-shm",
	GENERATION_NEXT,
	GENERATION_NEXT "/" DB_NAME,
	GENERATION_NEXT "/" DB_NAME "-wal",
	GENERATION_NEXT "/lycosa.conf",
	GENERATION_NEXT "/" PREVIOUS_DB_NAME,
	"",
};
#define TRUST_SIGNS 3

static int
refuse(const char *path, const char *name, const char *why, char **ret_error)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(TRUST_TEXT_MAX_BYTES), dir = BUF_INIT(TRUST_TEXT_MAX_BYTES);

	buf_add_escaped(&dir, str_of(path));
	if (name[0] != '\0')
		buf_addf(&b, "`%.*s/%s' %s", STR_ARG(buf_str(&dir)), name, why);
	else
		buf_addf(&b, "the directory `%.*s' %s", STR_ARG(buf_str(&dir)), why);
	if (buf_err(&dir) < 0 || buf_cstr(&b) == NULL)
		return -ENOMEM;
	*ret_error = TAKE(b.data);
	return -EPERM;
}

/* The user's own group: named as the user, and nobody else is in it. */
static bool
is_private_group(uid_t uid, gid_t gid)
{
	CLEANUP(freep) char *user_text = malloc(TRUST_ENTRY_BYTES), *group_text = malloc(TRUST_ENTRY_BYTES);
	struct passwd user_room, *user = NULL;
	struct group group_room, *group = NULL;

	if (user_text == NULL || group_text == NULL ||
		getpwuid_r(uid, &user_room, user_text, TRUST_ENTRY_BYTES, &user) != 0 || user == NULL ||
		getgrgid_r(gid, &group_room, group_text, TRUST_ENTRY_BYTES, &group) != 0 || group == NULL ||
		strcmp(user->pw_name, group->gr_name) != 0)
		return false;
	for (char **member = group->gr_mem; *member != NULL; member++)
		if (strcmp(*member, user->pw_name) != 0)
			return false;
	return true;
}

/* With an ACL the group's bits are those of everybody it names. */
static bool
others_may_write(int dirfd, const char *name, const struct stat *st)
{
	CLEANUP(closep) int fd = -1;

	if ((st->st_mode & S_IWOTH) != 0)
		return true;
	if ((st->st_mode & S_IWGRP) == 0)
		return false;
	if (!is_private_group(st->st_uid, st->st_gid))
		return true;
	fd = openat(dirfd, name[0] != '\0' ? name : ".", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 || fgetxattr(fd, "system.posix_acl_access", NULL, 0) > 0;
}

static int
look_at(int dirfd, const char *path, const char *name, char **ret_error)
{
	char why[512];
	struct stat st;

	if (fstatat(dirfd, name, &st, name[0] == '\0' ? AT_EMPTY_PATH : 0) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (st.st_uid != geteuid() && st.st_uid != 0) {
		(void)snprintf(why, sizeof(why), "belongs to another user (uid %lu), and a job is obeyed in what it says. If you want that, "
			"make a copy of your own: cp -r DIR COPY", (unsigned long)st.st_uid);
		return refuse(path, name, why, ret_error);
	}
	if (others_may_write(dirfd, name, &st)) {
		(void)snprintf(why, sizeof(why), "may be written to by others (mode %04o, group %lu), and a job is obeyed in what it says: "
			"chmod -R go-w DIR takes that from them. On a file system without modes that is said when it is mounted (umask=022); "
			"or choose another directory", (unsigned)st.st_mode & 07777, (unsigned long)st.st_gid);
		return refuse(path, name, why, ret_error);
	}
	return 0;
}

int
trust_dir(int dirfd, const char *path, char **ret_error)
{
	int r = 0;

	/* The directory first: whoever may write to it may put what they want into the place of the rest. */
	for (size_t i = ARRAY_LEN(trust_files); r == 0 && i > 0; i--)
		r = look_at(dirfd, path, trust_files[i - 1], ret_error);
	return r;
}

static int
is_something(void *arg, int fd, const char *entry)
{
	return 1;
}

int
trust_new(int dirfd, const char *path, uid_t *ret_owner, char **ret_error)
{
	struct stat st;

	if (fstat(dirfd, &st) < 0)
		return -errno;
	if (st.st_uid == geteuid() || st.st_uid == 0 || others_may_write(dirfd, "", &st) || file_each_entry(dirfd, ".", is_something, NULL) != 0)
		return trust_dir(dirfd, path, ret_error);
	*ret_owner = st.st_uid;
	return 1;
}

int
trust_job(const char *dir, char **ret_error)
{
	CLEANUP(closep) int fd = open(dir[0] != '\0' ? dir : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool is_job = false;

	*ret_error = NULL;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	for (size_t i = 0; i < TRUST_SIGNS && !is_job; i++)
		is_job = faccessat(fd, trust_files[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	return is_job ? trust_dir(fd, dir, ret_error) : 0;
}
