/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interpose.c: stands between lycosa and the disk (LD_PRELOAD), to see what a crash at each step of
 * writing leaves behind. A step is a call that changes a regular file or makes it durable. Only the
 * main process is meddled with, from its start; threads share the count.
 *
 *	LYCOSA_CRASH_COUNT=FILE   at the end, the number of steps goes there
 *	LYCOSA_CRASH_KILL=N       SIGKILL instead of step N
 *	LYCOSA_CRASH_FAIL=N:ERRNO step N and all after it that need room fail; N-M: only N to M. Syncing
 *	                          fails with EIO only: elsewhere it is the write that lacks room
 *	LYCOSA_CRASH_SLOW=USECS   each step takes that long: a slow disk
 *	LYCOSA_CRASH_FREE=FILE    the disk has as many bytes free as FILE says
 *	LYCOSA_CRASH_SHADOW=DIR   what is durable: a file that is synced is copied there, under its
 *	                          path with '/' as '%'; what is not is not, as after a power cut
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static atomic_long steps;
static long kill_at, fail_from, fail_to, slow_us;
static int fail_errno;
static const char *shadow, *count_file;
static pid_t main_pid;
static pthread_mutex_t shadow_lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

static long
number(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void
start(void)
{
	const char *fail = getenv("LYCOSA_CRASH_FAIL");
	char *end;

	if (strcmp(program_invocation_short_name, "lycosa") != 0)
		return;
	main_pid = getpid();
	kill_at = number("LYCOSA_CRASH_KILL");
	slow_us = number("LYCOSA_CRASH_SLOW");
	shadow = getenv("LYCOSA_CRASH_SHADOW");
	count_file = getenv("LYCOSA_CRASH_COUNT");
	if (fail == NULL)
		return;
	fail_from = strtol(fail, &end, 10);
	fail_to = *end == '-' ? strtol(end + 1, &end, 10) : __LONG_MAX__;
	fail_errno = *end == ':' ? (int)strtol(end + 1, NULL, 10) : ENOSPC;
}

__attribute__((destructor)) static void
stop(void)
{
	FILE *f;

	if (main_pid != getpid() || count_file == NULL)
		return;
	f = fopen(count_file, "w");
	if (f == NULL)
		return;
	(void)fprintf(f, "%ld\n", atomic_load(&steps));
	(void)fclose(f);
}

/* 0: go on; -1: fail, with errno set. */
static int
step(int takes_room)
{
	long n;

	if (main_pid == 0 || main_pid != getpid())
		return 0;
	n = atomic_fetch_add(&steps, 1) + 1;
	if (slow_us > 0)
		(void)usleep((useconds_t)slow_us);
	if (n == kill_at)
		(void)kill(getpid(), SIGKILL);
	if (fail_from == 0 || n < fail_from || n > fail_to || !takes_room)
		return 0;
	errno = fail_errno;
	return -1;
}

static int
is_file(int fd)
{
	struct stat st;
	int saved = errno, yes = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	errno = saved;
	return yes;
}

/* --- what is durable --- */

static void
copy(const char *path)
{
	char name[8192], chunk[65536];
	ssize_t n;
	size_t i, base = strlen(shadow) + 1;
	int in, out;

	(void)snprintf(name, sizeof(name), "%s/%s", shadow, path);
	for (i = base; name[i] != '\0'; i++)
		if (name[i] == '/')
			name[i] = '%';
	in = open(path, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return;
	out = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (out >= 0 && (n = read(in, chunk, sizeof(chunk))) > 0)
		if (REAL(write)(out, chunk, (size_t)n) != n)
			abort();
	(void)close(in);
	if (out >= 0)
		(void)close(out);
}

static void
synced(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	if (shadow == NULL || main_pid != getpid())
		return;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return;
	path[n] = '\0';
	(void)pthread_mutex_lock(&shadow_lock);
	copy(path);
	(void)pthread_mutex_unlock(&shadow_lock);
}

/* --- the calls --- */

ssize_t
write(int fd, const void *p, size_t len)
{
	if (is_file(fd) && step(1) < 0)
		return -1;
	return REAL(write)(fd, p, len);
}

ssize_t
pwrite64(int fd, const void *p, size_t len, off64_t off)
{
	if (is_file(fd) && step(1) < 0)
		return -1;
	return REAL(pwrite64)(fd, p, len, off);
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t off)
{
	if (is_file(fd) && step(1) < 0)
		return -1;
	return REAL(pwrite)(fd, p, len, off);
}

int
fsync(int fd)
{
	int r;

	if (step(fail_errno == EIO) < 0)
		return -1;
	r = REAL(fsync)(fd);
	if (r == 0 && is_file(fd))
		synced(fd);
	return r;
}

int
fdatasync(int fd)
{
	int r;

	if (step(fail_errno == EIO) < 0)
		return -1;
	r = REAL(fdatasync)(fd);
	if (r == 0)
		synced(fd);
	return r;
}

int
syncfs(int fd)
{
	if (step(fail_errno == EIO) < 0)
		return -1;
	return REAL(syncfs)(fd);
}

int
ftruncate(int fd, off_t len)
{
	return step(0) < 0 ? -1 : REAL(ftruncate)(fd, len);
}

int
ftruncate64(int fd, off64_t len)
{
	return step(0) < 0 ? -1 : REAL(ftruncate64)(fd, len);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return step(1) < 0 ? -1 : REAL(renameat)(from_dir, from, to_dir, to);
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	return step(1) < 0 ? -1 : REAL(linkat)(from_dir, from, to_dir, to, flags);
}

int
unlinkat(int dir, const char *path, int flags)
{
	return step(0) < 0 ? -1 : REAL(unlinkat)(dir, path, flags);
}

int
unlink(const char *path)
{
	return step(0) < 0 ? -1 : REAL(unlink)(path);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
	return step(1) < 0 ? -1 : REAL(mkdirat)(dir, path, mode);
}

/* --- room ---------------------------------------------------------------------------------------------------- */

/* -1: as it is. */
static long
free_bytes(void)
{
	const char *path = getenv("LYCOSA_CRASH_FREE");
	FILE *f = path != NULL && main_pid == getpid() ? fopen(path, "r") : NULL;
	long n = -1;

	if (f == NULL)
		return -1;
	if (fscanf(f, "%ld", &n) != 1)
		n = -1;
	(void)fclose(f);
	return n;
}

int
fstatvfs(int fd, struct statvfs *st)
{
	int r = REAL(fstatvfs)(fd, st);
	long n = free_bytes();

	if (r == 0 && n >= 0)
		st->f_bavail = (fsblkcnt_t)n / st->f_frsize;
	return r;
}

int
fstatvfs64(int fd, struct statvfs64 *st)
{
	int r = REAL(fstatvfs64)(fd, st);
	long n = free_bytes();

	if (r == 0 && n >= 0)
		st->f_bavail = (fsblkcnt64_t)n / st->f_frsize;
	return r;
}
