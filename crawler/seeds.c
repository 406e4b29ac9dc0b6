/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/secret.h"
#include "crawler/logins.h"
#include "crawler/seeds.h"
#include "url/canon.h"
#include "url/login.h"
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

/* Of what is no URL anything before an '@' may be one. */
static bool
may_be_login(struct str text, struct str *ret_login)
{
	const char *at = memrchr(text.p, '@', text.len);

	if (str_istarts(text, STR("mailto:")) || at == NULL)
		return false;
	if (!login_find(text, ret_login))
		*ret_login = str_n(text.p, (size_t)(at - text.p));
	return true;
}

/* What the user gave, fit for a message. */
static void
seeds_show(struct buf *out, struct str text)
{
	struct str login;
	bool cut;

	if (may_be_login(text, &login)) {
		buf_add_escaped(out, str_n(text.p, (size_t)(login.p - text.p)));
		buf_addc(out, '*');
		text = str_n(login.p + login.len, text.len - (size_t)(login.p + login.len - text.p));
	}
	cut = text.len > SEEDS_SHOWN_BYTES;
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
is_special(struct str scheme)
{
	return str_ieq(scheme, STR("http")) || str_ieq(scheme, STR("https")) || str_ieq(scheme, STR("ftp")) || str_ieq(scheme, STR("ws")) ||
		str_ieq(scheme, STR("wss"));
}

/* The parser takes "http:/host" and "http:\\host" for "http://host"; "localhost:/x" is of no scheme. */
static bool
seeds_has_scheme(struct str text)
{
	size_t i = 0;
	struct str rest;

	while (i < text.len && (ascii_is_alnum((unsigned char)text.p[i]) || memchr("+-.", text.p[i], 3) != NULL))
		i++;
	rest = str_n(text.p + i, text.len - i);
	if (is_special(str_n(text.p, i)))
		return str_starts(rest, STR(":/")) || str_starts(rest, STR(":\\"));
	return i > 0 && str_starts(rest, STR("://"));
}

/* Without a scheme only what can be a host begins a URL: in lists of other programs lines as "out=name" stand between them. */
static bool
begins_with_host(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '[' && i == 0)
			return true; /* an address, which the parser judges */
		if (c == '/' || c == '\\' || c == '?' || c == '#')
			return true;
		if (c < 0x80 && !ascii_is_alnum(c) && memchr("-._:", c, 4) == NULL)
			return false;
	}
	return true;
}

int
seeds_check(struct seeds *s, struct str text, char **ret_error)
{
	CLEANUP(secret_buf_release) struct buf full = BUF_INIT(URL_MAX_BYTES + 16);
	struct str login;
	bool has_scheme;
	int r;

	text = str_trim(text);
	if (str_starts(text, STR("+")))
		return seeds_refuse(text, "is no URL, and filters are options here: -A and -R by file name, --accept-regex and --reject-regex by the whole URL",
			ret_error);
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
	/* "mailto:me@example.org" is no host with a password, "htp:/me:secret@example.org" no host with a path. */
	if (r < 0 || (!has_scheme && (login_find(text, &login) || !begins_with_host(text))))
		return seeds_refuse(text, "is not a valid URL; write it as https://example.org/path", ret_error);
	if (!url_is_http(&s->url))
		return seeds_refuse(text, "is not an http or https URL; lycosa asks for nothing else", ret_error);
	return 0;
}

int
seeds_add(struct seeds *s, struct str text, char **ret_error)
{
	size_t before = s->text.len;
	int r = seeds_check(s, text, ret_error);

	if (r < 0)
		return r;
	if (url_has_credentials(&s->url) && s->logins != NULL)
		r = logins_add(s->logins, &s->url);
	if (r == -EEXIST)
		return seeds_refuse(text, "has another login than a URL before it", ret_error);
	if (r == -EINVAL)
		return seeds_refuse(text, "has control characters in its login", ret_error);
	if (r < 0)
		return r;
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
	const char *shown = strcmp(path, "-") == 0 ? "stdin" : path;
	struct lines lines = { 0 };
	int r = lines_open(&lines, path), n;
	struct str line;

	while (r == 0) {
		r = lines_next(&lines, &line);
		if (r <= 0)
			break;
		r = seeds_add_line(s, line, shown, lines.number);
	}
	if (r == -E2BIG)
		n = asprintf(ret_error, "%s:%lu: the line is longer than %d KiB: this is no list of URLs", shown, lines.number, LINES_MAX_BYTES / 1024);
	else
		n = r < 0 ? asprintf(ret_error, "%s: %s", path, r == -EMSGSIZE ? "more URLs than --memory has room for" : strerror(-r)) : 0;
	if (n < 0)
		*ret_error = NULL;
	lines_close(&lines);
	return r;
}

bool
seeds_next(const struct seeds *s, size_t *pos, struct str *ret_url)
{
	const char *start, *end;

	if (*pos >= s->text.len)
		return false;
	start = s->text.data + *pos;
	end = memchr(start, '\n', s->text.len - *pos);
	CHECK(end != NULL);
	*ret_url = str_n(start, (size_t)(end - start));
	*pos += ret_url->len + 1;
	return true;
}

int
seeds_put_homes(struct seeds *s, struct homes *home)
{
	struct str text;
	int r = 0;

	for (size_t pos = 0; r == 0 && seeds_next(s, &pos, &text);) {
		r = url_parse(&s->url, text, NULL);
		if (r == 0)
			r = homes_add(home, &s->url);
	}
	return r;
}
