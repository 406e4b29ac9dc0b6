/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/secret.h"
#include "fetch/netrc.h"

struct netrc {
	struct str rest;
	/* Of the machine at hand; with a NUL behind them. Empty = not given. */
	struct buf machine, login, password;
	bool has_login, has_password;
};

static void
skip_line(struct netrc *n)
{
	struct str line;

	if (!str_cut(n->rest, '\n', &line, &n->rest))
		n->rest = STR_NONE;
}

static void
skip_space(struct netrc *n)
{
	while (n->rest.len > 0 && ascii_is_space((unsigned char)n->rest.p[0]))
		n->rest = str_n(n->rest.p + 1, n->rest.len - 1);
}

/* A bare word: a keyword, or a value without quotes. Empty at the end. */
static struct str
take_word(struct netrc *n)
{
	size_t len = 0;
	struct str word;

	while (len < n->rest.len && !ascii_is_space((unsigned char)n->rest.p[len]))
		len++;
	word = str_n(n->rest.p, len);
	n->rest = str_n(n->rest.p + len, n->rest.len - len);
	return word;
}

static char
unescape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return c;
	}
}

/* False: the quotes do not end. */
static bool
take_quoted(struct netrc *n, struct buf *out)
{
	size_t i = 1;

	for (; i < n->rest.len && n->rest.p[i] != '"'; i++) {
		if (n->rest.p[i] == '\\' && i + 1 < n->rest.len)
			buf_addc(out, unescape(n->rest.p[++i]));
		else
			buf_addc(out, n->rest.p[i]);
	}
	if (i >= n->rest.len)
		return false;
	n->rest = str_n(n->rest.p + i + 1, n->rest.len - i - 1);
	return true;
}

/* False: there is none, and nothing more to be read. */
static bool
take_value(struct netrc *n, struct buf *out)
{
	buf_reset(out, SIZE_MAX);
	skip_space(n);
	if (n->rest.len == 0)
		return false;
	if (n->rest.p[0] != '"')
		buf_add_str(out, take_word(n));
	else if (!take_quoted(n, out))
		return false;
	return buf_err(out) == 0;
}

/* To behind the next empty line. */
static void
skip_macro(struct netrc *n)
{
	struct str line;

	skip_line(n);
	do {
		if (!str_cut(n->rest, '\n', &line, &n->rest))
			n->rest = STR_NONE;
	} while (n->rest.len > 0 && str_trim(line).len > 0);
}

static int
tell(struct netrc *n, netrc_fn fn, void *arg)
{
	bool whole = n->machine.len > 0 && n->has_login && n->has_password;
	int r = 0;

	if (whole) {
		const char *machine = buf_cstr(&n->machine), *login = buf_cstr(&n->login), *password = buf_cstr(&n->password);

		r = machine == NULL || login == NULL || password == NULL ? -ENOMEM : fn(arg, machine, login, password);
	}
	n->has_login = n->has_password = false;
	buf_reset(&n->machine, SIZE_MAX);
	return r;
}

static int
read_all(struct netrc *n, netrc_fn fn, void *arg)
{
	CLEANUP(secret_buf_release) struct buf other = BUF_INIT(n->rest.len + 1);
	bool more = true;
	int r = 0;

	while (r == 0 && more) {
		struct str word;

		skip_space(n);
		if (n->rest.len == 0)
			break;
		if (n->rest.p[0] == '#') {
			skip_line(n);
			continue;
		}
		word = take_word(n);
		if (str_eq(word, STR("machine"))) {
			r = tell(n, fn, arg);
			more = take_value(n, &n->machine);
		} else if (str_eq(word, STR("default"))) {
			r = tell(n, fn, arg);
		} else if (str_eq(word, STR("login"))) {
			more = n->has_login = take_value(n, &n->login);
		} else if (str_eq(word, STR("password"))) {
			more = n->has_password = take_value(n, &n->password);
		} else if (str_eq(word, STR("account"))) {
			more = take_value(n, &other);
		} else if (str_eq(word, STR("macdef"))) {
			r = tell(n, fn, arg);
			skip_macro(n);
		}
	}
	return r == 0 ? tell(n, fn, arg) : r;
}

int
netrc_read(struct str text, netrc_fn fn, void *arg)
{
	struct netrc n = { .rest = text };
	size_t room = text.len + 1;
	int r;

	/* Room for the longest that there can be: a buf that grows leaves copies behind. */
	buf_init(&n.machine, room);
	buf_init(&n.login, room);
	buf_init(&n.password, room);
	r = buf_reserve(&n.login, room);
	if (r == 0)
		r = buf_reserve(&n.password, room);
	if (r == 0)
		r = read_all(&n, fn, arg);
	buf_release(&n.machine);
	secret_buf_release(&n.login);
	secret_buf_release(&n.password);
	return r;
}
