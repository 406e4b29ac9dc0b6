/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files shall hash to: one sum, or a list. Its lines are those of sha256sum(1), with or without --tag, which is also how the
 * BSDs, Fedora and openssl-dgst(1) write them:
 *
 *	DIGITS  NAME        DIGITS *NAME        DIGITS NAME
 *	SHA256 (NAME) = DIGITS                  SHA256(NAME)= DIGITS
 *
 * Anything else is passed over. Of a path the last part is the name; where several lines have it, the one counts of which most
 * directories before it are those of the file's URL.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/lines.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/get.h"
#include "url/percent.h"

#define SUM_DIGITS (FILESUM_BYTES - 1)

static bool
is_sum(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (ascii_hex((unsigned char)s.p[i]) < 0)
			return false;
	return s.len == SUM_DIGITS;
}

static void
set_sum(struct get_file *f, struct str digits)
{
	for (size_t i = 0; i < SUM_DIGITS; i++)
		f->sha256[i] = (char)ascii_lower((unsigned char)digits.p[i]);
	f->sha256[SUM_DIGITS] = '\0';
}

static bool
read_line(struct str line, struct str *ret_digits, struct str *ret_path)
{
	const char *open, *close;

	if (line.len > SUM_DIGITS + 1 && line.p[SUM_DIGITS] == ' ') {
		size_t from = SUM_DIGITS + 1;

		from += line.p[from] == ' ' || line.p[from] == '*';
		*ret_digits = str_n(line.p, SUM_DIGITS);
		*ret_path = str_n(line.p + from, line.len - from);
		return is_sum(*ret_digits);
	}
	if (!str_istarts(line, STR("SHA256")) && !str_istarts(line, STR("SHA2-256")))
		return false;
	open = memchr(line.p, '(', line.len);
	close = memrchr(line.p, ')', line.len);
	if (open == NULL || close == NULL || close < open)
		return false;
	*ret_path = str_n(open + 1, (size_t)(close - open - 1));
	*ret_digits = str_trim(str_n(close + 1, line.len - (size_t)(close + 1 - line.p)));
	if (ret_digits->len == 0 || ret_digits->p[0] != '=')
		return false;
	*ret_digits = str_trim(str_n(ret_digits->p + 1, ret_digits->len - 1));
	return is_sum(*ret_digits);
}

/* Cuts the last part off. */
static struct str
pop(struct str *path)
{
	const char *slash = path->len > 0 ? memrchr(path->p, '/', path->len) : NULL;
	size_t from = slash != NULL ? (size_t)(slash + 1 - path->p) : 0;
	struct str last = str_n(path->p + from, path->len - from);

	path->len = from > 0 ? from - 1 : 0;
	return last;
}

/* How many directories before the name are those of the file's URL (its first one's). */
static unsigned
same_dirs(struct get *g, const struct get_file *f, struct str path)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(URL_MAX_BYTES);
	struct str line, rest, theirs;
	unsigned n = 0;

	if (!str_cut(str_of(f->urls), '\n', &line, &rest) || url_parse(&g->url, line, NULL) < 0)
		return 0;
	percent_decode(&text, url_pathname(&g->url));
	theirs = buf_str(&text);
	(void)pop(&theirs);
	(void)pop(&path);
	while (path.len > 0 && theirs.len > 0 && str_eq(pop(&path), pop(&theirs)))
		n++;
	return n;
}

static void
offer_sum(struct get *g, struct get_file *f, struct str digits, struct str path)
{
	unsigned dirs = same_dirs(g, f, path);

	if (f->sha256[0] == '\0' || dirs > f->sum_dirs) {
		set_sum(f, digits);
		f->sum_dirs = dirs;
		f->sum_twice = false;
	} else if (dirs == f->sum_dirs && !str_ieq(digits, str_of(f->sha256)))
		f->sum_twice = true;
}

/* To all files of this name: those that got a number as well. */
static void
take_line(struct get *g, struct str line)
{
	char name[DOWNLOAD_NAME_MAX + 16];
	struct str digits, path, last, rest;
	struct get_file *first, *f;

	if (!read_line(line, &digits, &path))
		return;
	rest = path;
	last = pop(&rest);
	if (last.len > DOWNLOAD_NAME_MAX)
		return;
	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(last));
	first = get_find_name(g, name);
	for (unsigned i = 0; first != NULL && i <= first->next_number; i++) {
		if (i > 0)
			(void)snprintf(name, sizeof(name), "%.*s.%u", STR_ARG(last), i);
		f = get_find_name(g, name);
		if (f != NULL && f->base_len == last.len)
			offer_sum(g, f, digits, path);
	}
}

static int
read_sums(struct get *g, const char *path)
{
	struct lines lines = { 0 };
	int r = lines_open(&lines, path);
	struct str line;

	if (r < 0) {
		log_error("--sha256: %s: %s; give 64 hexadecimal digits, or a list that sha256sum has made", path, strerror(-r));
		return EXIT_FILE;
	}
	while ((r = lines_next(&lines, &line)) > 0)
		take_line(g, line);
	if (r < 0)
		log_error("--sha256: %s:%lu: %s", path, lines.number, r == -E2BIG ? "this is no list of sums" : strerror(-r));
	lines_close(&lines);
	if (r < 0)
		return r == -E2BIG ? EXIT_USAGE : EXIT_FILE;
	for (size_t i = 0; i < g->n; i++) {
		if (g->files[i].sum_twice) {
			get_say_failed(&g->files[i], "has two sums in the list %s: give the list of its directory; nothing is fetched", path);
			return EXIT_USAGE;
		}
		if (g->files[i].sha256[0] == '\0') {
			get_say_failed(&g->files[i], "is not in the list of sums %s: nothing is fetched", path);
			return EXIT_CHECK_FAILED;
		}
	}
	return EXIT_OK;
}

int
get_sums(struct get *g)
{
	const char *text = g->config->get.sha256;

	if (text == NULL)
		return EXIT_OK;
	if (g->to_stdout) {
		log_error("--sha256 and -O - do not go together: what was written could not be taken back");
		return EXIT_USAGE;
	}
	if (!is_sum(str_of(text)))
		return read_sums(g, text);
	if (g->n != 1) {
		log_error("--sha256: one sum, but %zu files; give a list that sha256sum has made", g->n);
		return EXIT_USAGE;
	}
	set_sum(&g->files[0], str_of(text));
	return EXIT_OK;
}
