/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_server: the made-up pages of `lycosa tune --model' (tune/model.h), for crawls that are measured from outside.
 *
 *	model_server LATENCY_MS BYTES HOSTS LINKS
 *
 * Prints a line for each host: its seed. Ends when its standard input does, so that it cannot outlive whoever started it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "tune/model.h"

static uint64_t
number(const char *text, uint64_t min, uint64_t max)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);

	if (*text >= '0' && *text <= '9' && *end == '\0' && n >= min && n <= max)
		return n;
	fprintf(stderr, "model_server: `%s' is no number from %llu to %llu\n", text, (unsigned long long)min, (unsigned long long)max);
	exit(2);
}

int
main(int argc, char **argv)
{
	struct model m = { 0 };
	struct origin_config config = { .answer = model_answer, .arg = &m };
	struct origin *o;
	char byte;
	int r;

	if (argc != 5) {
		fputs("usage: model_server LATENCY_MS BYTES HOSTS LINKS\n", stderr);
		return 2;
	}
	m.latency_us = (int64_t)number(argv[1], 0, 60000) * CLOCK_US_PER_MS;
	m.size_bytes = number(argv[2], 0, MODEL_SIZE_MAX_BYTES);
	m.hosts = (unsigned)number(argv[3], 1, ORIGIN_HOSTS_MAX);
	m.links = (unsigned)number(argv[4], MODEL_CHILDREN, MODEL_LINKS_MAX);
	buf_init(&m.page, (size_t)2 * MODEL_SIZE_MAX_BYTES);
	r = origin_listen(m.hosts, &o);
	if (r == 0)
		r = origin_start(o, &config);
	if (r < 0) {
		fprintf(stderr, "model_server: %s\n", strerror(-r));
		return 1;
	}
	for (unsigned i = 0; i < m.hosts; i++) {
		char address[ORIGIN_ADDRESS_SIZE];

		origin_address(i, address);
		printf("http://%s:%u/\n", address, origin_port(o));
	}
	if (fflush(stdout) != 0 || fclose(stdout) != 0)
		return 1;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	origin_free(o);
	buf_release(&m.page);
	return 0;
}
