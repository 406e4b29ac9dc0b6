/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that are wanted: from the command line and the list, and their names. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/lines.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/get.h"
#include "crawler/seeds.h"

#define LIST_URLS_MAX (16 * 1024 * 1024) /* of one file's mirrors */
#define NUMBERED_NAME_MAX (DOWNLOAD_NAME_MAX - 11) /* "." and ten digits are put behind it */
#define NUMBERS_MAX   100000

/* --- names --- */

struct get_file *
get_find_name(struct get *g, const char *name)
{
	struct get_file *f = NULL;

	HASH_FIND_STR(g->names, name, f);
	return f;
}

/* NAME, or NAME.1, NAME.2, ... where others of this run have it: always the same for the same list. */
static int
name_file(struct get *g, struct get_file *f, const char *wanted)
{
	struct get_file *first = get_find_name(g, wanted);
	char name[DOWNLOAD_NAME_MAX + 16];

	(void)snprintf(name, sizeof(name), "%s", wanted);
	while (first != NULL && get_find_name(g, name) != NULL)
		(void)snprintf(name, sizeof(name), "%.*s.%u", NUMBERED_NAME_MAX, wanted, ++first->next_number);
	f->base_len = (uint16_t)strlen(wanted);
	if (first != NULL && f->base_len > NUMBERED_NAME_MAX)
		f->base_len = NUMBERED_NAME_MAX;
	f->name = strdup(name);
	return f->name != NULL ? 0 : -ENOMEM;
}

void
get_free_name(struct get *g, const struct get_file *f, const char *wanted, char dst[DOWNLOAD_NAME_MAX + 1])
{
	size_t base_len = strcmp(wanted, f->name) == 0 ? f->base_len : strlen(wanted);
	struct get_file *other = get_find_name(g, wanted);

	if (base_len > NUMBERED_NAME_MAX)
		base_len = NUMBERED_NAME_MAX;
	(void)snprintf(dst, DOWNLOAD_NAME_MAX + 1, "%s", wanted);
	for (unsigned i = 1; i < NUMBERS_MAX && ((other != NULL && other != f) || download_exists(g->dir_fd, dst)); i++) {
		(void)snprintf(dst, DOWNLOAD_NAME_MAX + 1, "%.*s.%u", (int)base_len, wanted, i);
		other = get_find_name(g, dst);
	}
}

/* --- files --- */

static void
know_file(struct get *g, struct get_file *f)
{
	HASH_ADD_KEYPTR(hh, g->names, f->name, strlen(f->name), f);
	if (get_may_stay(g))
		HASH_ADD_KEYPTR(hh_urls, g->wanted, f->urls, strlen(f->urls), f);
}

/* As wget: a second time it is there already, and that is what such a file is asked for. Without these options it comes as FILE.1. */
static bool
is_wanted_twice(struct get *g, const struct seeds *s)
{
	struct get_file *f = NULL;

	HASH_FIND(hh_urls, g->wanted, s->text.data, s->text.len, f);
	if (f != NULL)
		get_say(f, "its URL was given twice; once will do for -nc, -N and -c");
	return f != NULL;
}

static struct get_file *
new_file(struct get *g)
{
	if (g->n == g->cap) {
		size_t cap = g->cap == 0 ? 16 : g->cap * 2;
		struct get_file *files;

		/* The hash table holds pointers into the array. */
		HASH_CLEAR(hh, g->names);
		HASH_CLEAR(hh_urls, g->wanted);
		files = realloc(g->files, cap * sizeof(*files));
		if (files == NULL)
			return NULL;
		g->files = files;
		g->cap = cap;
		for (size_t i = 0; i < g->n; i++)
			know_file(g, &g->files[i]);
	}
	g->files[g->n] = (struct get_file){ .state = GET_WAITING };
	return &g->files[g->n];
}

/* Takes what s holds: the mirrors of one file. */
static int
add_file(struct get *g, struct seeds *s)
{
	char name[DOWNLOAD_NAME_MAX + 1];
	struct get_file *f;
	struct str url;
	size_t pos = 0;
	int r;

	if (is_wanted_twice(g, s))
		return 0;
	f = new_file(g);
	if (f == NULL)
		return -ENOMEM;
	CHECK(seeds_next(s, &pos, &url));
	if (url_parse(&g->url, url, NULL) < 0)
		return -ENOMEM; /* it was parsed before */
	get_name_of_url(&g->url, name);
	f->mirrors = (unsigned)s->n;
	f->urls = strndup(s->text.data, s->text.len);
	r = f->urls == NULL ? -ENOMEM : name_file(g, f, g->to_stdout ? "standard output" : g->output != NULL ? g->output : name);
	if (r < 0) {
		free(f->urls);
		return r;
	}
	know_file(g, f);
	g->n++;
	return 0;
}

/* Where the URL that begins at `from` ends: blanks are part of it (a browser's address, an unescaped name), unless a URL follows. */
static size_t
url_end(struct str line, size_t from)
{
	size_t i = from;

	while (i < line.len) {
		size_t blank = i;
		struct str rest;

		while (i < line.len && ascii_is_space((unsigned char)line.p[i]))
			i++;
		rest = str_n(line.p + i, line.len - i);
		if (i > blank && (rest.len == 0 || str_istarts(rest, STR("http://")) || str_istarts(rest, STR("https://"))))
			return blank;
		while (i < line.len && !ascii_is_space((unsigned char)line.p[i]))
			i++;
	}
	return i;
}

/* One line, or one argument: URLs between blanks are mirrors of one file. *s is emptied unless all of them are; EXIT_USAGE: it is as it was. */
static int
add_urls(struct get *g, struct seeds *s, struct str line, const char *where)
{
	size_t i = 0, n = s->n, len = s->text.len;

	while (i < line.len) {
		CLEANUP(freep) char *error = NULL;
		size_t from = i;
		int r;

		i = url_end(line, from);
		r = i > from ? seeds_add(s, str_n(line.p + from, i - from), &error) : 0;
		if (r < 0) {
			log_error("%s: %s", where, error != NULL ? error : strerror(-r));
			s->n = n;
			s->text.len = len;
			return r == -EINVAL ? EXIT_USAGE : EXIT_GENERIC;
		}
		i++;
	}
	if (s->n > GET_MIRRORS_MAX) {
		log_error("%s: a file has at most %d mirrors", where, GET_MIRRORS_MAX);
		s->n = n;
		s->text.len = len;
		return EXIT_USAGE;
	}
	if (g->output != NULL || g->to_stdout || s->n == 0)
		return EXIT_OK; /* one file: its mirrors are gathered */
	if (add_file(g, s) < 0) {
		log_error("out of memory");
		return EXIT_GENERIC;
	}
	buf_reset(&s->text, LIST_URLS_MAX);
	s->n = 0;
	return EXIT_OK;
}

static int
read_list(struct get *g, struct seeds *s, const char *path)
{
	const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
	struct lines lines = { 0 };
	int r = lines_open(&lines, path), code = EXIT_OK;
	char where[PATH_MAX + 32];
	struct str line;

	while (r >= 0 && code == EXIT_OK && (r = lines_next(&lines, &line)) > 0) {
		line = str_trim(line);
		(void)snprintf(where, sizeof(where), "%s:%lu", shown, lines.number);
		if (line.len > 0 && line.p[0] != '#')
			code = add_urls(g, s, line, where);
		/* As wget: the others are fetched. */
		if (code == EXIT_USAGE) {
			get_fail(g, code);
			g->n_bad++;
			code = EXIT_OK;
		}
	}
	if (r == -E2BIG)
		log_error("%s:%lu: the line is longer than %d KiB: this is no list of URLs", shown, lines.number, LINES_MAX_BYTES / 1024);
	else if (r < 0)
		log_error("%s: %s", shown, strerror(-r));
	lines_close(&lines);
	return r >= 0 ? code : r == -E2BIG ? EXIT_USAGE : r == -ENOMEM ? EXIT_GENERIC : EXIT_FILE;
}

int
get_list(struct get *g)
{
	struct seeds s;
	int code = EXIT_OK;

	seeds_init(&s, LIST_URLS_MAX);
	s.logins = &g->session.logins;
	for (size_t i = 0; code == EXIT_OK && i < g->config->n_args; i++)
		code = add_urls(g, &s, str_of(g->config->args[i]), "get");
	if (code == EXIT_OK && g->config->input.file != NULL)
		code = read_list(g, &s, g->config->input.file);
	/* wget puts one behind the other. */
	if (code == EXIT_OK && s.n > 1)
		log_info("-O: %zu URLs are mirrors of one file, and tried in turn", s.n);
	if (code == EXIT_OK && s.n > 0 && add_file(g, &s) < 0) {
		log_error("out of memory");
		code = EXIT_GENERIC;
	}
	seeds_release(&s);
	if (code == EXIT_OK && g->n == 0 && g->n_bad > 0)
		return g->code;
	if (code == EXIT_OK && g->n == 0) {
		log_error("get what? name URLs, or a file of them with -i");
		code = EXIT_USAGE;
	}
	return code == EXIT_OK ? get_sums(g) : code;
}

void
get_list_release(struct get *g)
{
	HASH_CLEAR(hh, g->names);
	HASH_CLEAR(hh_urls, g->wanted);
	for (size_t i = 0; i < g->n; i++) {
		free(g->files[i].name);
		free(g->files[i].urls);
	}
	free(g->files);
}
