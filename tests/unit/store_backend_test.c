/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces put away in a file and read back, against copies of them; and on a disk that is full. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "frontier/backend.h"
#include "store/backend_local.h"

#define N_PIECES 4000
#define N_STEPS  60000

struct kept {
	uint64_t address;
	size_t len;
	uint32_t seed;
};

static char dir_path[] = "/tmp/lycosa-backend-XXXXXX";
static struct store_dir dir = { .fd = -1, .lock_fd = -1 };

static int
make_dir(void **state)
{
	if (mkdtemp(dir_path) == NULL)
		return -1;
	dir.fd = open(dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir.fd < 0 ? -1 : 0;
}

/* Nothing of what was made has a name. */
static int
remove_dir(void **state)
{
	(void)close(dir.fd);
	return rmdir(dir_path);
}

static char *
bytes_of(uint32_t seed, size_t len)
{
	static char bytes[BACKEND_PIECE_MAX_BYTES];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)hash_mix(seed, i / 8 + 1);
	return bytes;
}

static size_t
length(uint64_t chance)
{
	return chance % 200 == 0 ? BACKEND_PIECE_MAX_BYTES : 1 + (chance >> 8) % (chance % 7 == 0 ? 5000 : 200);
}

static void
read_back(const struct frontier_backend *ops, const struct kept *k)
{
	static char got[BACKEND_PIECE_MAX_BYTES];

	assert_int_equal(ops->get(ops->arg, k->address, got, k->len), 0);
	assert_memory_equal(got, bytes_of(k->seed, k->len), k->len);
}

static void
what_was_put_is_read_and_room_is_used_again(void **state)
{
	static struct kept kept[N_PIECES];
	const struct frontier_backend *ops;
	uint64_t live, file, wanted = 0, all = 0;
	struct backend_local *b;

	assert_int_equal(backend_local_new(&dir, &b), 0);
	ops = backend_local_ops(b);
	for (uint32_t n = 0; n < N_STEPS; n++) {
		uint64_t chance = hash_mix(n, 1);
		/* Mostly the oldest go, as in queues; a few stay for long, each of which keeps its region from being free. */
		struct kept *k = &kept[chance % 1000 == 0 ? n % N_PIECES : n % (N_PIECES / 10)];

		if (k->len > 0) {
			read_back(ops, k);
			ops->drop(ops->arg, k->address, k->len);
			wanted -= k->len;
		}
		*k = (struct kept){ .len = length(chance), .seed = n };
		assert_int_equal(ops->put(ops->arg, bytes_of(n, k->len), k->len, &k->address), 0);
		assert_true(k->address > 0 && k->address >> BACKEND_ADDRESS_BITS == 0);
		wanted += k->len;
		all += k->len;
		if (chance % 8 == 0 && kept[chance / 8 % N_PIECES].len > 0)
			read_back(ops, &kept[chance / 8 % N_PIECES]);
	}
	backend_local_bytes(b, &live, &file);
	assert_int_equal(live, wanted);
	assert_true(file < all / 2);
	for (unsigned i = 0; i < N_PIECES; i++)
		if (kept[i].len > 0)
			ops->drop(ops->arg, kept[i].address, kept[i].len);
	backend_local_bytes(b, &live, &file);
	assert_int_equal(live, 0);
	assert_int_equal(backend_local_failed(b), 0);
	backend_local_free(b);
}

static void
a_full_disk_is_said(void **state)
{
	struct rlimit limit, was;
	const struct frontier_backend *ops;
	struct backend_local *b;
	uint64_t address;
	int r = 0;

	assert_int_equal(backend_local_new(&dir, &b), 0);
	ops = backend_local_ops(b);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = (struct rlimit){ .rlim_cur = 1 << 20, .rlim_max = was.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (unsigned i = 0; i < 1000 && r == 0; i++)
		r = ops->put(ops->arg, bytes_of(i, 5000), 5000, &address);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(r, -EFBIG);
	assert_int_equal(backend_local_failed(b), -EFBIG);
	backend_local_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_read_and_room_is_used_again),
		cmocka_unit_test(a_full_disk_is_said),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
