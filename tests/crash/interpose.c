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
 *	LYCOSA_CRASH_REFUSE=WHAT:N  the N-th alloc (memory), mmap, open or thread fails, for want of memory, descriptors or processes, and that one only; N-M: to the M-th.
 *	                          Asked for by the program, or by a library that stands it: OpenSSL 3.0 crashes where an
 *	                          allocation fails while it sets itself up
 *	LYCOSA_CRASH_LEAST=BYTES  of alloc only those count that want so much
 *	LYCOSA_CRASH_TALLY=FILE   at the end, the numbers of these go there, in that order
 *	LYCOSA_CRASH_SLOW=USECS   each step takes that long: a slow disk
 *	LYCOSA_CRASH_CLOCK=SECONDS the clock of people starts there, seconds since 1970, and goes on as it does
 *	LYCOSA_CRASH_FREE=FILE    the disk has as many bytes free as FILE says
 *	LYCOSA_CRASH_SHADOW=DIR   what is durable: a file that is synced is copied there, under its
 *	                          path with '/' as '%'; what is not is not, as after a power cut
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum refusal { REFUSE_ALLOC, REFUSE_MMAP, REFUSE_OPEN, REFUSE_THREAD, REFUSE_COUNT };
static const char *const refusal_names[REFUSE_COUNT] = { "alloc", "mmap", "open", "thread" };
static atomic_long asked[REFUSE_COUNT];
static long refused[REFUSE_COUNT], refused_to[REFUSE_COUNT];
static atomic_int counting; /* it is the main process */

static atomic_long steps;
static long kill_at, fail_from, fail_to, slow_us, least;
static int fail_errno;
static time_t clock_shift_s;
static const char *shadow, *count_file, *tally_file;
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

/* Code whose calls may fail: from, to. */
#define MAX_CODE 32
static struct {
	uintptr_t from, to;
} code[MAX_CODE];
static int n_code;

static int
note_code(struct dl_phdr_info *info, size_t size, void *arg)
{
	static const char *const names[] = { "libc.so", "libsqlite3", "libcurl" };
	int i, wanted = *info->dlpi_name == '\0'; /* the program itself */

	(void)size;
	(void)arg;
	for (i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++)
		wanted = wanted || strstr(info->dlpi_name, names[i]) != NULL;
	for (i = 0; wanted && i < info->dlpi_phnum && n_code < MAX_CODE; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type != PT_LOAD || !(p->p_flags & PF_X))
			continue;
		code[n_code].from = info->dlpi_addr + p->p_vaddr;
		code[n_code].to = code[n_code].from + p->p_memsz;
		n_code++;
	}
	return 0;
}

static int
may_fail(const void *caller)
{
	int i;

	for (i = 0; i < n_code; i++)
		if ((uintptr_t)caller >= code[i].from && (uintptr_t)caller < code[i].to)
			return 1;
	return 0;
}

static void
in_child(void)
{
	counting = 0;
}

static void
read_refusal(const char *text)
{
	const char *colon = text != NULL ? strchr(text, ':') : NULL;
	char *end;
	int i;

	for (i = 0; colon != NULL && i < REFUSE_COUNT; i++)
		if (strncmp(text, refusal_names[i], (size_t)(colon - text)) == 0) {
			refused[i] = refused_to[i] = strtol(colon + 1, &end, 10);
			if (*end == '-')
				refused_to[i] = strtol(end + 1, NULL, 10);
		}
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
	least = number("LYCOSA_CRASH_LEAST");
	if (getenv("LYCOSA_CRASH_CLOCK") != NULL)
		clock_shift_s = number("LYCOSA_CRASH_CLOCK") - time(NULL);
	shadow = getenv("LYCOSA_CRASH_SHADOW");
	count_file = getenv("LYCOSA_CRASH_COUNT");
	tally_file = getenv("LYCOSA_CRASH_TALLY");
	read_refusal(getenv("LYCOSA_CRASH_REFUSE"));
	(void)dl_iterate_phdr(note_code, NULL);
	(void)pthread_atfork(NULL, NULL, in_child);
	counting = 1;
	if (fail == NULL)
		return;
	fail_from = strtol(fail, &end, 10);
	fail_to = *end == '-' ? strtol(end + 1, &end, 10) : __LONG_MAX__;
	fail_errno = *end == ':' ? (int)strtol(end + 1, NULL, 10) : ENOSPC;
}

static void
write_numbers(const char *path, const atomic_long *numbers, int n)
{
	FILE *f = path != NULL ? fopen(path, "w") : NULL;
	int i;

	if (f == NULL)
		return;
	for (i = 0; i < n; i++)
		(void)fprintf(f, "%ld\n", atomic_load(&numbers[i]));
	(void)fclose(f);
}

__attribute__((destructor)) static void
stop(void)
{
	if (main_pid != getpid())
		return;
	counting = 0;
	write_numbers(count_file, &steps, 1);
	write_numbers(tally_file, asked, REFUSE_COUNT);
}

/* As the program ends where it is built without sanitizers: no destructor is called. */
void
_exit(int status)
{
	stop();
	for (;;)
		(void)syscall(SYS_exit_group, status);
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

/* Whole or not at all: another thread may have us killed while it is written, and what was durable before stays so. */
static void
copy(const char *path)
{
	char name[8192], partial[8192], chunk[65536];
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
	(void)snprintf(partial, sizeof(partial), "%s/+%ld", shadow, (long)syscall(SYS_gettid));
	out = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (out >= 0 && (n = read(in, chunk, sizeof(chunk))) > 0)
		if (REAL(write)(out, chunk, (size_t)n) != n)
			abort();
	(void)close(in);
	if (out < 0)
		return;
	(void)close(out);
	if (syscall(SYS_renameat2, AT_FDCWD, partial, AT_FDCWD, name, 0) < 0)
		abort();
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

/* Called so often that the search for it would be felt. */
int
clock_gettime(clockid_t clock, struct timespec *ts)
{
	static __typeof__(&clock_gettime) found;
	int r;

	if (found == NULL)
		found = REAL(clock_gettime);
	r = found(clock, ts);
	if (r == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		ts->tv_sec += clock_shift_s;
	return r;
}

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

/* --- what the machine refuses --------------------------------------------------------------------------------- */

/* 1: this one fails, with errno set. */
static int
refuse(enum refusal what, int error, const void *caller)
{
	long n;

	if (!counting || !may_fail(caller))
		return 0;
	n = atomic_fetch_add(&asked[what], 1) + 1;
	if (n < refused[what] || n > refused_to[what])
		return 0;
	errno = error;
	return 1;
}

static int
refuse_alloc(size_t n, const void *caller)
{
	return n >= (size_t)least && refuse(REFUSE_ALLOC, ENOMEM, caller);
}

int
pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attr, void *(*fn)(void *), void *restrict arg)
{
	return refuse(REFUSE_THREAD, EAGAIN, __builtin_return_address(0)) ? EAGAIN : REAL(pthread_create)(thread, attr, fn, arg);
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *
malloc(size_t n)
{
	return refuse_alloc(n, __builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t each)
{
	return refuse_alloc(n * each, __builtin_return_address(0)) ? NULL : __libc_calloc(n, each);
}

void *
realloc(void *p, size_t n)
{
	return refuse_alloc(n, __builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}

void *
aligned_alloc(size_t alignment, size_t n)
{
	return refuse_alloc(n, __builtin_return_address(0)) ? NULL : __libc_memalign(alignment, n);
}

void *
mmap(void *at, size_t n, int prot, int flags, int fd, off_t off)
{
	return refuse(REFUSE_MMAP, ENOMEM, __builtin_return_address(0)) ? MAP_FAILED : REAL(mmap)(at, n, prot, flags, fd, off);
}

void *
mmap64(void *at, size_t n, int prot, int flags, int fd, off64_t off)
{
	return refuse(REFUSE_MMAP, ENOMEM, __builtin_return_address(0)) ? MAP_FAILED : REAL(mmap64)(at, n, prot, flags, fd, off);
}

/* The third argument of open(2), where there is one. */
#define TAKE_MODE(mode, flags)                                \
	mode_t mode = 0;                                      \
	do {                                                  \
		va_list more;                                 \
		if ((flags) & (O_CREAT | __O_TMPFILE)) {      \
			va_start(more, flags);                \
			mode = va_arg(more, mode_t);          \
			va_end(more);                         \
		}                                             \
	} while (0)

int
open(const char *path, int flags, ...)
{
	TAKE_MODE(mode, flags);

	return refuse(REFUSE_OPEN, EMFILE, __builtin_return_address(0)) ? -1 : REAL(open)(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	TAKE_MODE(mode, flags);

	return refuse(REFUSE_OPEN, EMFILE, __builtin_return_address(0)) ? -1 : REAL(open64)(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	TAKE_MODE(mode, flags);

	return refuse(REFUSE_OPEN, EMFILE, __builtin_return_address(0)) ? -1 : REAL(openat)(dir, path, flags, mode);
}

int
openat64(int dir, const char *path, int flags, ...)
{
	TAKE_MODE(mode, flags);

	return refuse(REFUSE_OPEN, EMFILE, __builtin_return_address(0)) ? -1 : REAL(openat64)(dir, path, flags, mode);
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
