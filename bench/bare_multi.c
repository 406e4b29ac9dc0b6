/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bare_multi: the floor. A libcurl multi loop that fetches a list of URLs and throws the bytes away: no parsing, no
 * frontier, no limits, no output. What lycosa costs above it is what lycosa does.
 *
 *	bare_multi [-c CONNECTIONS] FILE	FILE: one URL a line; "-" = stdin
 *
 * N easy handles, each reused for one URL after the other; curl_multi_poll() and curl_multi_perform(); keep-alive; the
 * connection cache holds all N. Prints one line of JSON: URLs, responses with status 200, failures, body bytes, seconds.
 * Exit 0 when every transfer came to an HTTP answer, 1 otherwise.
 */
#include "config.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_CONNECTIONS 16
#define MAX_CONNECTIONS     4096
#define POLL_MS             1000

struct list {
	char *text; /* lines, each NUL-terminated */
	size_t len;
	const char **url;
	size_t n, next;
};

struct tally {
	uint64_t done, ok, failed, bytes;
};

static void
die(const char *what)
{
	fprintf(stderr, "bare_multi: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *
grow(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n, size);
	if (p == NULL)
		die("memory");
	return p;
}

static void
list_read(struct list *l, FILE *f)
{
	size_t cap = 0;

	for (;;) {
		if (l->len + 65536 > cap) {
			cap = cap * 2 + 131072;
			l->text = grow(l->text, cap, 1);
		}
		size_t got = fread(l->text + l->len, 1, cap - l->len - 1, f);
		if (got == 0)
			break;
		l->len += got;
	}
	if (ferror(f))
		die("reading the list");
	l->text[l->len] = '\0';
}

static void
list_split(struct list *l)
{
	size_t cap = 0;

	for (char *line = l->text, *end; line < l->text + l->len; line = end + 1) {
		end = strchr(line, '\n');
		if (end == NULL)
			end = l->text + l->len;
		*end = '\0';
		if (*line == '\0')
			continue;
		if (l->n == cap) {
			cap = cap * 2 + 1024;
			l->url = grow(l->url, cap, sizeof(*l->url));
		}
		l->url[l->n++] = line;
	}
}

static size_t
discard(char *data, size_t size, size_t n, void *arg)
{
	struct tally *t = arg;

	t->bytes += size * n;
	return size * n;
}

static CURL *
handle_new(struct tally *t)
{
	CURL *c = curl_easy_init();

	if (c == NULL)
		die("curl_easy_init");
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, discard);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "bare_multi");
	return c;
}

/* True if there was another URL to start. */
static bool
start_next(CURLM *multi, CURL *c, struct list *l)
{
	if (l->next == l->n)
		return false;
	curl_easy_setopt(c, CURLOPT_URL, l->url[l->next++]);
	return curl_multi_add_handle(multi, c) == CURLM_OK;
}

static void
finish(CURLM *multi, const CURLMsg *msg, struct tally *t)
{
	long status = 0;

	curl_easy_getinfo(msg->easy_handle, CURLINFO_RESPONSE_CODE, &status);
	t->done++;
	if (msg->data.result != CURLE_OK)
		t->failed++;
	else if (status == 200)
		t->ok++;
	curl_multi_remove_handle(multi, msg->easy_handle);
}

static void
run(CURLM *multi, struct list *l, struct tally *t, unsigned connections)
{
	CURL **all = grow(NULL, connections, sizeof(*all));
	unsigned active = 0;
	int running, left;
	CURLMsg *msg;

	for (unsigned i = 0; i < connections; i++) {
		all[i] = handle_new(t);
		active += start_next(multi, all[i], l);
	}
	while (active > 0) {
		if (curl_multi_perform(multi, &running) != CURLM_OK)
			die("curl_multi_perform");
		while ((msg = curl_multi_info_read(multi, &left)) != NULL) {
			CURL *c = msg->easy_handle;
			finish(multi, msg, t);
			active--;
			active += start_next(multi, c, l);
		}
		if (active > 0 && curl_multi_poll(multi, NULL, 0, POLL_MS, NULL) != CURLM_OK)
			die("curl_multi_poll");
	}
	for (unsigned i = 0; i < connections; i++)
		curl_easy_cleanup(all[i]);
	free(all);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	unsigned long connections = DEFAULT_CONNECTIONS;
	struct list list = { 0 };
	struct tally tally = { 0 };
	int opt;

	while ((opt = getopt(argc, argv, "c:")) != -1) {
		if (opt == 'c')
			connections = strtoul(optarg, NULL, 10);
		if (opt != 'c' || connections == 0 || connections > MAX_CONNECTIONS)
			break;
	}
	if (opt != -1 || optind != argc - 1) {
		fprintf(stderr, "usage: bare_multi [-c CONNECTIONS] FILE\n");
		return 2;
	}
	FILE *f = strcmp(argv[optind], "-") == 0 ? stdin : fopen(argv[optind], "r");
	if (f == NULL)
		die(argv[optind]);
	list_read(&list, f);
	list_split(&list);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	CURLM *multi = curl_multi_init();
	if (multi == NULL)
		die("curl_multi_init");
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)connections);
	double start = now();
	run(multi, &list, &tally, (unsigned)connections);
	double seconds = now() - start;
	curl_multi_cleanup(multi);
	curl_global_cleanup();

	printf("{\"urls\":%zu,\"done\":%ju,\"ok\":%ju,\"failed\":%ju,\"bytes\":%ju,\"seconds\":%.6f}\n", list.n,
		(uintmax_t)tally.done, (uintmax_t)tally.ok, (uintmax_t)tally.failed, (uintmax_t)tally.bytes, seconds);
	free(list.url);
	free(list.text);
	if (f != stdin)
		fclose(f);
	return tally.failed == 0 && tally.done == list.n ? 0 : 1;
}
