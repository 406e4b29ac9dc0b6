/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "parse/wire.h"
#include "parse/worker/sandbox.h"

#define SANDBOX_STACK_BYTES (2u << 20)

/* ---- 1: privileges ---- */

static int
sandbox_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

/* ---- 2: Landlock ---- */

/*
 * Spelled out here because the numbers are the kernel's promise, while the header of the machine that builds may be older than
 * the kernel of the one that runs. Call numbers are the same on every architecture.
 */
#define LANDLOCK_CREATE_RULESET  444
#define LANDLOCK_RESTRICT_SELF   446
#define LANDLOCK_VERSION         (1u << 0)

struct landlock_ruleset {
	uint64_t handled_fs;
	uint64_t handled_net; /* from ABI 4 */
	uint64_t scoped;      /* from ABI 6 */
};

/* All there is at this ABI, and no rule that lets anything through. */
static struct landlock_ruleset
sandbox_landlock_all(long abi)
{
	static const unsigned fs_bits[] = { 0, 13, 14, 15, 15, 16 };
	struct landlock_ruleset all = { 0 };

	all.handled_fs = (UINT64_C(1) << fs_bits[abi < 5 ? abi : 5]) - 1;
	if (abi >= 4)
		all.handled_net = 3; /* bind, connect: TCP */
	if (abi >= 6)
		all.scoped = 3; /* abstract Unix sockets, signals */
	return all;
}

static int
sandbox_landlock(unsigned *missing)
{
	CLEANUP(closep) int ruleset = -1;
	struct landlock_ruleset all;
	size_t bytes;
	long abi;

	abi = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, LANDLOCK_VERSION);
	if (abi < 0 && (errno == ENOSYS || errno == EOPNOTSUPP)) {
		*missing |= WIRE_MISSING_LANDLOCK;
		return 0;
	}
	if (abi < 0)
		return -errno;
	all = sandbox_landlock_all(abi);
	bytes = abi >= 6 ? sizeof(all) : abi >= 4 ? offsetof(struct landlock_ruleset, scoped) : sizeof(all.handled_fs);
	ruleset = (int)syscall(LANDLOCK_CREATE_RULESET, &all, bytes, 0);
	if (ruleset < 0)
		return -errno;
	return syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) < 0 ? -errno : 0;
}

/* ---- 3: limits ---- */

static int
sandbox_limit(int resource, uint64_t value)
{
	struct rlimit old, limit = { .rlim_cur = value, .rlim_max = value };

	if (getrlimit((__rlimit_resource_t)resource, &old) < 0)
		return -errno;
	/* Lower than what we would set is fine. */
	if (old.rlim_max != RLIM_INFINITY && old.rlim_max < limit.rlim_max)
		limit.rlim_cur = limit.rlim_max = old.rlim_max;
	return setrlimit((__rlimit_resource_t)resource, &limit) < 0 ? -errno : 0;
}

/* Of this process, from /proc; 0 where that is not there. Before step 2. */
static uint64_t
sandbox_mapped_bytes(void)
{
	CLEANUP(closep) int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[64] = { 0 };

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return 0;
	return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/*
 * Memory that is only read counts for no other limit, and its tables take as much as a 512th of it. The stack may grow beyond what it
 * is now.
 */
static int
sandbox_limit_mapped(const struct sandbox_limits *limits, uint64_t mapped)
{
	if (mapped == 0 || limits->memory_bytes == 0)
		return 0;
	return sandbox_limit(RLIMIT_AS, mapped + limits->memory_bytes + SANDBOX_STACK_BYTES);
}

static int
sandbox_limit_all(enum sandbox_jail jail, const struct sandbox_limits *limits, uint64_t mapped)
{
	int r = 0;

	if (jail != SANDBOX_INSPECT) /* whose standard output may be a file */
		r = sandbox_limit(RLIMIT_FSIZE, 0);
	if (r == 0)
		r = sandbox_limit(RLIMIT_CORE, 0);
	if (r == 0)
		r = sandbox_limit(RLIMIT_CPU, SANDBOX_CPU_S);
#ifndef LYCOSA_SANITIZERS /* their shadow memory would be counted */
	if (r == 0)
		r = sandbox_limit(RLIMIT_NOFILE, limits->n_fds);
	if (r == 0)
		r = sandbox_limit(RLIMIT_STACK, SANDBOX_STACK_BYTES);
	if (r == 0 && limits->memory_bytes > 0)
		r = sandbox_limit(RLIMIT_DATA, limits->memory_bytes);
	if (r == 0)
		r = sandbox_limit_mapped(limits, mapped);
#else
	(void)mapped;
	(void)sandbox_limit_mapped;
#endif
	return r;
}

/* ---- 4: seccomp ---- */

/* PRIVATE: of these flags of mmap, MAP_ANONYMOUS and no other. malloc and stacks of threads need none of them. */
#define SANDBOX_MAP_MASK (MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_HUGETLB | MAP_LOCKED)

enum sandbox_rule { ANY, PRIVATE, NO_EXEC, SEND, RECEIVE, WAIT_WAKE, GIVE_BACK, IN_PLACE, FD_0, FD_1, FD_2, SELF };
enum sandbox_who { BOTH, PAGES, INSPECT, SANITIZED };

struct sandbox_row {
	int number;
	enum sandbox_who who;
	enum sandbox_rule rule;
};

static const struct sandbox_row sandbox_rows[] = {
#define SYSCALL(name, who, rule, reason) { SCMP_SYS(name), who, rule },
#include "parse/worker/syscalls.def"
#undef SYSCALL
};

static bool
sandbox_row_applies(const struct sandbox_row *row, enum sandbox_jail jail)
{
	switch (row->who) {
	case BOTH:
		return true;
	case PAGES:
		return jail == SANDBOX_PAGES;
	case INSPECT:
		return jail == SANDBOX_INSPECT;
	case SANITIZED:
		break;
	}
#ifdef LYCOSA_SANITIZERS
	return true;
#else
	return false;
#endif
}

/* The kernel looks at 32 bits of these. */
#define SANDBOX_INT(arg, value) arg(SCMP_CMP_MASKED_EQ, UINT32_MAX, (value))

/*
 * An old size that comes to no page would map shared memory a second time. The kernel rounds it up, and ~0 to 0: so one of these bits has to be
 * set, and none above them.
 */
static int
sandbox_in_place(scmp_filter_ctx ctx, int call)
{
	const uint64_t above = ~((UINT64_C(1) << 40) - 1);
	int r = 0;

	for (unsigned bit = 12; bit < 40 && r == 0; bit++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 2, SCMP_A1(SCMP_CMP_MASKED_EQ, above | UINT64_C(1) << bit, UINT64_C(1) << bit),
			SCMP_A3(SCMP_CMP_MASKED_EQ, UINT32_MAX & ~(uint32_t)MREMAP_MAYMOVE, 0));
	return r;
}

/* Each value of an argument is a rule of its own. */
static int
sandbox_either(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp one, struct scmp_arg_cmp other)
{
	int r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1, one);

	return r < 0 ? r : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1, other);
}

static int
sandbox_row_add(scmp_filter_ctx ctx, const struct sandbox_row *row)
{
	const uint32_t allow = SCMP_ACT_ALLOW;
	const int call = row->number;

	switch (row->rule) {
	case ANY:
		return seccomp_rule_add(ctx, allow, call, 0);
	case PRIVATE:
		return seccomp_rule_add(ctx, allow, call, 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
			SCMP_A3(SCMP_CMP_MASKED_EQ, SANDBOX_MAP_MASK, MAP_ANONYMOUS));
	case NO_EXEC:
		return seccomp_rule_add(ctx, allow, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	case SEND:
		return seccomp_rule_add(ctx, allow, call, 2, SANDBOX_INT(SCMP_A3, MSG_DONTWAIT | MSG_NOSIGNAL), SCMP_A4(SCMP_CMP_EQ, 0, 0));
	case RECEIVE:
		return seccomp_rule_add(ctx, allow, call, 2, SANDBOX_INT(SCMP_A3, MSG_DONTWAIT), SCMP_A4(SCMP_CMP_EQ, 0, 0));
	case WAIT_WAKE:
		return sandbox_either(ctx, call, SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX & ~(uint32_t)FUTEX_PRIVATE_FLAG, FUTEX_WAIT),
			SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX & ~(uint32_t)FUTEX_PRIVATE_FLAG, FUTEX_WAKE));
	case GIVE_BACK:
		return sandbox_either(ctx, call, SANDBOX_INT(SCMP_A2, MADV_DONTNEED), SANDBOX_INT(SCMP_A2, MADV_FREE));
	case IN_PLACE:
		return sandbox_in_place(ctx, call);
	case FD_0:
	case FD_1:
	case FD_2:
		return seccomp_rule_add(ctx, allow, call, 1, SCMP_A0(SCMP_CMP_EQ, (uint64_t)(row->rule - FD_0), 0));
	case SELF:
		return seccomp_rule_add(ctx, allow, call, 1, SCMP_A0(SCMP_CMP_EQ, (uint64_t)getpid(), 0));
	}
	return -EINVAL;
}

static int
sandbox_filter(scmp_filter_ctx ctx, enum sandbox_jail jail)
{
	size_t i;
	int r;

	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r < 0)
		return r;
	for (i = 0; i < ARRAY_LEN(sandbox_rows); i++) {
		if (!sandbox_row_applies(&sandbox_rows[i], jail))
			continue;
		r = sandbox_row_add(ctx, &sandbox_rows[i]);
		/* Two rows for one call, the first of them without conditions: the second says nothing new. */
		if (r < 0 && r != -EEXIST)
			return r;
	}
	return seccomp_load(ctx);
}

static int
sandbox_seccomp(enum sandbox_jail jail, unsigned *missing)
{
	scmp_filter_ctx ctx;
	int r;

	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0 && errno == EINVAL) {
		*missing |= WIRE_MISSING_SECCOMP;
		return 0;
	}
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (ctx == NULL)
		return -ENOMEM;
	r = sandbox_filter(ctx, jail);
	seccomp_release(ctx);
	return r;
}

int
sandbox_enter(enum sandbox_jail jail, const struct sandbox_limits *limits, unsigned *ret_missing)
{
	uint64_t mapped = sandbox_mapped_bytes();
	unsigned missing = 0;
	int r;

	r = sandbox_privileges();
	if (r == 0)
		r = sandbox_landlock(&missing);
	if (r == 0)
		r = sandbox_limit_all(jail, limits, mapped);
	if (r == 0)
		r = sandbox_seccomp(jail, &missing);
	if (r < 0)
		return r;
	*ret_missing = missing;
	return 0;
}
