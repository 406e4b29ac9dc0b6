/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ZIP file of anybody's: entries that are told lie in the file, in order, without sharing bytes; what is read of one is what
 * was announced.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "store/zip.h"
#include "tests/fuzz/fuzz.h"

static int
count(void *arg, const void *p, size_t n)
{
	*(uint64_t *)arg += n;
	CHECK(p != NULL && n > 0);
	/* Whoever has enough says so, and is done. */
	return *(uint64_t *)arg > 16 * 1024 * 1024 ? -ECANCELED : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("zip", MFD_CLOEXEC);
	struct zip_entry *entries = NULL, head;
	uint64_t end = 0, total;
	size_t n = 0;

	CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	if (zip_read_head(fd, 0, &head) == 0)
		CHECK(zip_head_bytes(&head) <= size && strlen(head.name) <= ZIP_NAME_MAX);
	if (zip_read_directory(fd, &entries, &n) == 0)
		for (size_t i = 0; i < n; i++) {
			CHECK(entries[i].at >= end && entries[i].at + entries[i].bytes < size);
			end = entries[i].at + entries[i].bytes;
			total = 0;
			if (zip_each_piece(fd, &entries[i], count, &total) == 0)
				CHECK(total == entries[i].raw_bytes);
		}
	free(entries);
	(void)close(fd);
	return 0;
}
