/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * robots.txt, on one thread: how many decisions a second a parsed file gives, and how many files are parsed a second.
 *
 *	gzip -dc VECTORS/robots/corpus.jsonl.gz | bench/robots_bench
 *
 * The corpus is one site a line, JSON: "robots", "cases" = [[agent, url, allowed], ...]. Each site is matched against its own
 * URLs, for MIN_US in all; "worst" is the slowest single site, which has the most rules.
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/clock.h"
#include "url/robots.h"
#include "url/url.h"

#define MIN_US    (2 * CLOCK_US_PER_SEC)
#define MAX_SITES 16384

struct site {
	struct robots *robots;
	struct str *paths;
	size_t n_paths, text_len;
	char *text;
};

static struct str
copy(struct str s)
{
	char *p = malloc(s.len + 1);

	CHECK(p != NULL);
	memcpy(p, s.p, s.len);
	return str_n(p, s.len);
}

static void
read_site(const json_t *line, struct site *site)
{
	const json_t *text = json_object_get(line, "robots"), *cases = json_object_get(line, "cases"), *c;
	struct url u;
	size_t i;

	site->text_len = json_string_length(text);
	site->text = (char *)(uintptr_t)copy(str_n(json_string_value(text), site->text_len)).p;
	site->paths = calloc(json_array_size(cases) + 1, sizeof(site->paths[0]));
	CHECK(site->paths != NULL);
	url_init(&u);
	json_array_foreach(cases, i, c) {
		struct str id;

		if (url_parse(&u, str_of(json_string_value(json_array_get(c, 1))), NULL) < 0)
			continue;
		id = url_identity(&u);
		site->paths[site->n_paths++] = copy(str_n(id.p + u.pathname_start, id.len - u.pathname_start));
	}
	url_release(&u);
	CHECK(robots_parse(str_n(site->text, site->text_len), STR("lycosa"), &site->robots) == 0);
}

static size_t
read_corpus(FILE *f, struct site *sites)
{
	char *text = NULL;
	size_t cap = 0, n = 0;
	ssize_t len;

	while (n < MAX_SITES && (len = getline(&text, &cap, f)) > 0) {
		json_t *line = json_loadb(text, (size_t)len, JSON_ALLOW_NUL, NULL);

		if (json_is_string(json_object_get(line, "robots")))
			read_site(line, &sites[n++]);
		json_decref(line);
	}
	free(text);
	return n;
}

static uint64_t
match_site(const struct site *site)
{
	uint64_t denied = 0;
	size_t i;

	for (i = 0; i < site->n_paths; i++)
		denied += !robots_allowed(site->robots, site->paths[i], NULL);
	return denied;
}

/* What this thread has used: others' work does not count. */
static int64_t
cpu_us(void)
{
	struct timespec t;

	CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
	return (int64_t)t.tv_sec * CLOCK_US_PER_SEC + t.tv_nsec / 1000;
}

/* Decisions a second of processor time. */
static double
bench_match(const struct site *sites, size_t n, int64_t min_us, uint64_t *denied)
{
	int64_t start_us = cpu_us(), us;
	uint64_t done = 0;
	size_t i;

	do {
		for (i = 0; i < n; i++) {
			*denied += match_site(&sites[i]);
			done += sites[i].n_paths;
		}
		us = cpu_us() - start_us;
	} while (us < min_us);
	return (double)done * 1e6 / (double)us;
}

int
main(void)
{
	struct site *sites = calloc(MAX_SITES, sizeof(sites[0]));
	double worst = 1e18;
	uint64_t denied = 0, bytes = 0;
	int64_t start_us;
	size_t n, i;

	CHECK(sites != NULL);
	n = read_corpus(stdin, sites);
	if (n == 0) {
		fprintf(stderr, "usage: gzip -dc corpus.jsonl.gz | robots_bench\n");
		return 2;
	}
	printf("match   %8.2f M/s over %zu sites\n", bench_match(sites, n, MIN_US, &denied) / 1e6, n);
	for (i = 0; i < n; i++) {
		double rate = sites[i].n_paths > 0 ? bench_match(&sites[i], 1, 2000, &denied) : worst;

		worst = rate < worst ? rate : worst;
	}
	printf("worst   %8.2f M/s\n", worst / 1e6);
	start_us = cpu_us();
	for (i = 0; i < n; i++) {
		struct robots *r;

		CHECK(robots_parse(str_n(sites[i].text, sites[i].text_len), STR("lycosa"), &r) == 0);
		bytes += sites[i].text_len;
		robots_free(r);
	}
	printf("parse   %8.0f files/s, %.0f MB/s\n", (double)n * 1e6 / (double)(cpu_us() - start_us),
		(double)bytes / (double)(cpu_us() - start_us));
	for (i = 0; i < n; i++) {
		while (sites[i].n_paths > 0)
			free((char *)(uintptr_t)sites[i].paths[--sites[i].n_paths].p);
		free(sites[i].paths);
		free(sites[i].text);
		robots_free(sites[i].robots);
	}
	free(sites);
	return denied == 0;
}
