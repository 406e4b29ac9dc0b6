/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay.c: main() of a fuzz target where there is no libFuzzer: each corpus file once, as a test of `make check`.
 *
 * tests/fuzz/<target>.c defines LLVMFuzzerTestOneInput(); its corpus stands in tests/fuzz/corpus/<target>/. Arguments:
 * files to replay instead. Each input is given in a block of exactly its size, so that sanitizers see a read behind it.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0;
	int c;

	if (f == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while ((c = getc(f)) != EOF) {
		uint8_t *more = realloc(data, size + 1);

		if (more == NULL)
			abort();
		data = more;
		data[size++] = (uint8_t)c;
	}
	(void)fclose(f);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* How many files were replayed, or -1. */
static long
replay_corpus(const char *target)
{
	const char *top = getenv("top_srcdir");
	char dir[4096], path[8192];
	struct dirent *e;
	long n = 0;
	DIR *d;

	(void)snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/%s", top != NULL ? top : ".", target);
	d = opendir(dir);
	if (d == NULL) {
		fprintf(stderr, "%s: %s\n", dir, strerror(errno));
		return -1;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		printf("%s\n", e->d_name);
		(void)fflush(stdout); /* the last name printed is the one that crashed */
		if (replay(path) < 0)
			n = -1;
		if (n < 0)
			break;
		n++;
	}
	(void)closedir(d);
	return n;
}

int
main(int argc, char **argv)
{
	long n = 0;
	int i;

	for (i = 1; i < argc; i++, n++)
		if (replay(argv[i]) < 0)
			return 1;
	if (argc == 1)
		n = replay_corpus(base_name(argv[0]));
	if (n <= 0) {
		fprintf(stderr, "%s: no corpus was replayed\n", argv[0]);
		return 1;
	}
	printf("%ld inputs replayed\n", n);
	return 0;
}
