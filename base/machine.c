/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/machine.h"
#include "base/str.h"

#define CGROUP_MOUNT "sys/fs/cgroup"

/* The first bytes of a file of the kernel's; false: it cannot be read. */
static bool
read_file(const char *path, char *text, size_t cap, struct str *ret)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, cap) : -1;

	if (n < 0)
		return false;
	*ret = str_trim(str_n(text, (size_t)n));
	return true;
}

static void
lower(uint64_t *least, uint64_t v)
{
	if (*least == 0 || v < *least)
		*least = v;
}

/* "max 100000", "150000 100000" */
static void
read_cpu(const char *path, uint64_t *millicores)
{
	char text[64];
	struct str all, quota, period;
	uint64_t q, p;

	if (!read_file(path, text, sizeof(text), &all) || !str_cut(all, ' ', &quota, &period))
		return;
	if (str_to_u64(quota, UINT32_MAX * UINT64_C(1000), &q) == 0 && str_to_u64(period, UINT32_MAX, &p) == 0 && q > 0 && p > 0)
		lower(millicores, q * 1000 / p > 0 ? q * 1000 / p : 1);
}

/* "max", "536870912" */
static void
read_memory(const char *path, uint64_t *bytes)
{
	char text[64];
	struct str all;
	uint64_t v;

	if (read_file(path, text, sizeof(text), &all) && str_to_u64(all, UINT64_MAX, &v) == 0 && v > 0)
		lower(bytes, v);
}

/* The group's path, "/user.slice/job", of the line "0::/user.slice/job". */
static struct str
group_of(struct str text)
{
	struct str line;
	bool more = true;

	while (more) {
		more = str_cut(text, '\n', &line, &text);
		if (!more)
			line = text;
		if (str_starts(line, STR("0::/")))
			return str_n(line.p + 3, line.len - 3);
	}
	return STR("/");
}

void
machine_limits(const char *root, uint64_t *ret_millicores, uint64_t *ret_memory_bytes)
{
	char text[PATH_MAX], path[2 * PATH_MAX];
	struct str all = STR_NONE, group;

	*ret_millicores = *ret_memory_bytes = 0;
	if (snprintf(path, sizeof(path), "%s/proc/self/cgroup", root) >= (int)sizeof(path))
		return;
	group = read_file(path, text, sizeof(text), &all) ? group_of(all) : STR("/");
	/* The group itself, then those that it is in. Files that are not there set no limit. */
	for (;;) {
		while (group.len > 0 && group.p[group.len - 1] == '/')
			group.len--;
		if (snprintf(path, sizeof(path), "%s/" CGROUP_MOUNT "%.*s/cpu.max", root, STR_ARG(group)) < (int)sizeof(path))
			read_cpu(path, ret_millicores);
		if (snprintf(path, sizeof(path), "%s/" CGROUP_MOUNT "%.*s/memory.max", root, STR_ARG(group)) < (int)sizeof(path))
			read_memory(path, ret_memory_bytes);
		if (group.len == 0)
			return;
		while (group.len > 0 && group.p[group.len - 1] != '/')
			group.len--;
	}
}

unsigned
machine_cores(void)
{
	uint64_t millicores, memory;
	cpu_set_t set;
	unsigned n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = (unsigned)CPU_COUNT(&set);
	machine_limits("", &millicores, &memory);
	if (millicores > 0 && (millicores + 999) / 1000 < n)
		n = (unsigned)((millicores + 999) / 1000);
	return n > 0 ? n : 1;
}

static uint64_t memory_bytes;

static void
find_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	uint64_t millicores, memory, built_in = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;

	machine_limits("", &millicores, &memory);
	memory_bytes = memory > 0 && (built_in == 0 || memory < built_in) ? memory : built_in;
}

uint64_t
machine_memory_bytes(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, find_memory);
	return memory_bytes;
}

/* 0: it does not say. */
static uint64_t
peak_of(FILE *status)
{
	CLEANUP(freep) char *line = NULL;
	struct str name, value, number, unit;
	size_t cap = 0;
	uint64_t kib;
	ssize_t n;

	/* "VmHWM:\t   12345 kB" */
	while ((n = getline(&line, &cap, status)) > 0)
		if (str_cut(str_n(line, (size_t)n), ':', &name, &value) && str_eq(name, STR("VmHWM")) &&
			str_cut(str_trim(value), ' ', &number, &unit) && str_eq(unit, STR("kB")) && str_to_u64(number, UINT64_MAX / 1024, &kib) == 0)
			return kib * 1024;
	return 0;
}

uint64_t
machine_peak_bytes(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	uint64_t bytes = status != NULL ? peak_of(status) : 0;
	struct rusage usage;

	if (status != NULL)
		(void)fclose(status);
	/* Not that at once: it keeps what the program had that this one was started from, where that one shared its memory with it until then (vfork). */
	if (bytes == 0 && getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 0)
		bytes = (uint64_t)usage.ru_maxrss * 1024;
	return bytes;
}
