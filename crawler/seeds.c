/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "crawler/seeds.h"
#include "url/canon.h"
#include "url/percent.h"

#define SEEDS_SHOWN_BYTES 256

void
seeds_init(struct seeds *s, size_t max_bytes)
{
	*s = (struct seeds){ 0 };
	buf_init(&s->text, max_bytes);
	url_init(&s->url);
}

void
seeds_release(struct seeds *s)
{
	buf_release(&s->text);
	url_release(&s->url);
}

/* What the user gave, fit for a message. */
static void
seeds_show(struct buf *out, struct str text)
{
	bool cut = text.len > SEEDS_SHOWN_BYTES;

	buf_add_escaped(out, str_n(text.p, cut ? SEEDS_SHOWN_BYTES : text.len));
	if (cut)
		buf_add_str(out, STR("..."));
}

static int
seeds_refuse(struct str text, const char *why, char **ret_error)
{
	CLEANUP(buf_releasep) struct buf msg = BUF_INIT(SEEDS_SHOWN_BYTES * 8);
	const char *c;

	buf_addc(&msg, '\'');
	seeds_show(&msg, text);
	buf_addf(&msg, "' %s", why);
	c = buf_cstr(&msg);
	*ret_error = c != NULL ? strdup(c) : NULL;
	return -EINVAL;
}

static bool
seeds_has_scheme(struct str text)
{
	size_t i;

	for (i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == ':')
			return i > 0 && text.len - i > 2 && text.p[i + 1] == '/' && text.p[i + 2] == '/';
		if (!ascii_is_alnum(c) && c != '+' && c != '-' && c != '.')
			return false;
	}
	return false;
}

int
seeds_check(struct seeds *s, struct str text, char **ret_error)
{
	CLEANUP(buf_releasep) struct buf full = BUF_INIT(URL_MAX_BYTES + 16);
	bool has_scheme;
	int r;

	text = str_trim(text);
	has_scheme = seeds_has_scheme(text);
	/* "localhost:8080/x" would parse as a URL of the scheme "localhost". */
	if (!has_scheme)
		buf_add_str(&full, STR("http://"));
	percent_encode_raw(&full, text);
	if (buf_err(&full) < 0)
		return seeds_refuse(text, "is longer than a URL may be", ret_error);
	r = url_parse(&s->url, buf_str(&full), NULL);
	if (r == -ENOMEM)
		return r;
	/* "mailto:me@example.org" is no host with a password. */
	if (r < 0 || (!has_scheme && url_has_credentials(&s->url)))
		return seeds_refuse(text, "is not a valid URL; write it as https://example.org/path", ret_error);
	if (!url_is_http(&s->url))
		return seeds_refuse(text, "is not an http or https URL; lycosa crawls only these", ret_error);
	return 0;
}

int
seeds_add(struct seeds *s, struct str text, char **ret_error)
{
	size_t before = s->text.len;
	int r = seeds_check(s, text, ret_error);

	if (r < 0)
		return r;
	if (url_has_credentials(&s->url))
		log_warning("the user name and password in a URL on %.*s are not used",
			STR_ARG(url_hostname(&s->url)));
	url_canon_exact(&s->url); /* as it was given, whatever the policies */
	buf_add_str(&s->text, url_href(&s->url));
	buf_addc(&s->text, '\n');
	r = buf_err(&s->text);
	if (r < 0) {
		s->text.len = before;
		return r;
	}
	s->n++;
	return 0;
}

static int
seeds_add_line(struct seeds *s, struct str line, const char *path, unsigned long number)
{
	CLEANUP(freep) char *error = NULL;
	int r;

	line = str_trim(line);
	if (line.len == 0 || line.p[0] == '#')
		return 0;
	r = seeds_add(s, line, &error);
	if (r != -EINVAL)
		return r;
	log_warning("%s:%lu: %s", path, number, error != NULL ? error : "not a URL");
	s->n_bad++;
	return 0;
}

int
seeds_read_file(struct seeds *s, const char *path, char **ret_error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	CLEANUP(freep) char *line = NULL;
	unsigned long number = 0;
	size_t cap = 0;
	ssize_t n;
	int r = 0;

	if (f == NULL) {
		r = -errno;
		if (asprintf(ret_error, "%s: %s", path, strerror(-r)) < 0)
			*ret_error = NULL;
		return r;
	}
	while (r == 0 && (n = getline(&line, &cap, f)) >= 0)
		r = seeds_add_line(s, str_n(line, (size_t)n), is_stdin ? "stdin" : path, ++number);
	if (r == 0 && ferror(f))
		r = -EIO;
	if (r == -EMSGSIZE && asprintf(ret_error, "%s: more URLs than --memory has room for", path) < 0)
		*ret_error = NULL;
	else if (r < 0 && r != -EMSGSIZE && asprintf(ret_error, "%s: %s", path, strerror(-r)) < 0)
		*ret_error = NULL;
	if (!is_stdin)
		(void)fclose(f);
	return r;
}

bool
seeds_next(const struct seeds *s, size_t *pos, struct str *ret_url)
{
	const char *start = s->text.data + *pos, *end;

	if (*pos >= s->text.len)
		return false;
	end = memchr(start, '\n', s->text.len - *pos);
	CHECK(end != NULL);
	*ret_url = str_n(start, (size_t)(end - start));
	*pos += ret_url->len + 1;
	return true;
}
