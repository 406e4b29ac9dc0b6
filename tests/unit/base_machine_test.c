/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/machine.h"

#define MUCH_BYTES ((size_t)128 * 1024 * 1024)

static char *program;
static char say_peak[] = "peak";

static char root[] = "/tmp/lycosa-machine-XXXXXX";

static const char *const dirs[] = { "proc", "proc/self", "sys", "sys/fs", "sys/fs/cgroup", "sys/fs/cgroup/a", "sys/fs/cgroup/a/b" };
static const char *const files[] = { "proc/self/cgroup", "sys/fs/cgroup/cpu.max", "sys/fs/cgroup/a/cpu.max", "sys/fs/cgroup/a/b/cpu.max",
	"sys/fs/cgroup/memory.max", "sys/fs/cgroup/a/memory.max", "sys/fs/cgroup/a/b/memory.max" };

static void
put(const char *name, const char *text)
{
	char path[256];
	int fd;

	assert_true(snprintf(path, sizeof(path), "%s/%s", root, name) < (int)sizeof(path));
	(void)unlink(path);
	if (text == NULL)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void
expect(uint64_t millicores, uint64_t memory)
{
	uint64_t m, bytes;

	machine_limits(root, &m, &bytes);
	assert_int_equal(m, millicores);
	assert_int_equal(bytes, memory);
}

static void
test_limits(void **state)
{
	expect(0, 0); /* nothing is there at all */
	put("proc/self/cgroup", "12:cpu:/old\n0::/a/b\n");
	expect(0, 0);
	put("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
	put("sys/fs/cgroup/a/b/memory.max", "max\n");
	expect(0, 0);
	put("sys/fs/cgroup/a/b/cpu.max", "150000 100000\n");
	put("sys/fs/cgroup/a/b/memory.max", "536870912\n");
	expect(1500, 536870912);
	/* The group around it is held tighter. */
	put("sys/fs/cgroup/a/cpu.max", "50000 100000\n");
	put("sys/fs/cgroup/a/memory.max", "1000000\n");
	expect(500, 1000000);
	/* In a container it is "/", and its files are at the top. */
	put("proc/self/cgroup", "0::/\n");
	put("sys/fs/cgroup/cpu.max", "200000 100000");
	put("sys/fs/cgroup/memory.max", "77");
	expect(2000, 77);
	put("sys/fs/cgroup/cpu.max", "1 1000000\n"); /* less than anything */
	put("sys/fs/cgroup/memory.max", "not a number\n");
	expect(1, 0);
	put("sys/fs/cgroup/cpu.max", "-5 0\n");
	expect(0, 0);
	put("proc/self/cgroup", "");
	expect(0, 0);
}

static void
test_here(void **state)
{
	assert_true(machine_cores() >= 1);
	assert_true(machine_memory_bytes() > 1024 * 1024);
}

/* It is this program's own: not that of the one that has started it, whose memory it shared for a moment. */
static void
test_peak(void **state)
{
	char *args[] = { program, say_peak, NULL };
	pid_t pid;
	int status;
	char *p = mmap(NULL, MUCH_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	memset(p, 1, MUCH_BYTES);
	assert_true(machine_peak_bytes() >= MUCH_BYTES);
	assert_int_equal(posix_spawn(&pid, program, NULL, NULL, args, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* What was is remembered. */
	assert_int_equal(munmap(p, MUCH_BYTES), 0);
	assert_true(machine_peak_bytes() >= MUCH_BYTES);
}

static int
setup(void **state)
{
	char path[256];

	if (mkdtemp(root) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (snprintf(path, sizeof(path), "%s/%s", root, dirs[i]) >= (int)sizeof(path) || mkdir(path, 0700) < 0)
			return -1;
	return 0;
}

static int
teardown(void **state)
{
	char path[256];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put(files[i], NULL);
	for (size_t i = sizeof(dirs) / sizeof(dirs[0]); i-- > 0;)
		if (snprintf(path, sizeof(path), "%s/%s", root, dirs[i]) < (int)sizeof(path))
			(void)rmdir(path);
	return rmdir(root);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_peak),
	};

	if (argc == 2 && strcmp(argv[1], say_peak) == 0)
		return machine_peak_bytes() > 0 && machine_peak_bytes() < MUCH_BYTES ? 0 : 1;
	program = argv[0];
	return cmocka_run_group_tests(tests, setup, teardown);
}
