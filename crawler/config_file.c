/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_file.c: one config file.
 *
 *	# comment                       ; comment
 *	[fetch]
 *	connections = 64                # a comment after a blank too
 *	user_agent = "quoted: \" \\ ; # and blanks at the ends"
 *	polite.wait = 2s                (a key with a dot is absolute)
 *
 * inih reads the structure: sections, comments, names. Its lines end at 200 bytes (a constant of
 * the library as Debian builds it) and it does not tell its handler the line; so values pass beside
 * it: the reader keeps the value and the number of the line at hand and gives inih "name = value"
 * with the name alone. Leading white space is cut, because to inih it would mean that the line
 * before goes on.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "crawler/config_load.h"
#include "url/login.h"

#define CONFIG_LINE_MAX_BYTES (64 * 1024)
#define CONFIG_FILE_MAX_BYTES (64 * 1024 * 1024)
#define CONFIG_NAME_MAX_BYTES 100

struct config_file {
	struct config_loader *loader;
	const char *path;
	struct str rest; /* of the file, not yet read */
	unsigned line;   /* at hand, 1-based */
	struct str value;
	unsigned source;
	int err;
};

static int
file_fail(struct config_file *f, const char *text, struct str about)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONFIG_LINE_MAX_BYTES * 8);
	struct config_place place = { .prefix = "" };

	login_put_hidden(&b, str_of(f->path));
	buf_addf(&b, ":%u: %s", f->line, text);
	if (about.len > 0)
		config_quote(&b, about);
	if (buf_err(&b) < 0)
		return f->err = b.err;
	return f->err = config_fail(f->loader, &place, "%.*s", STR_ARG(buf_str(&b)));
}

/* Cuts a comment: '#' or ';' at the start or behind white space. */
static struct str
cut_comment(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] == '#' || s.p[i] == ';') &&
			(i == 0 || ascii_is_space((unsigned char)s.p[i - 1])))
			return str_trim(str_n(s.p, i));
	return s;
}

/*
 * Takes the quotes off, in place of *value's own bytes. False: the quotes do not close, or
 * something stands behind them.
 */
static bool
unquote(struct str *value, struct buf *scratch)
{
	size_t i = 1;

	for (; i < value->len && value->p[i] != '"'; i++) {
		if (value->p[i] == '\\' && i + 1 < value->len)
			i++;
		buf_addc(scratch, value->p[i]);
	}
	if (i >= value->len ||
		cut_comment(str_trim(str_n(value->p + i + 1, value->len - i - 1))).len > 0)
		return false;
	*value = buf_str(scratch);
	return true;
}

static void
give_line(char *dst, int cap, struct str line)
{
	size_t n = line.len < (size_t)cap - 2 ? line.len : (size_t)cap - 2;

	memcpy(dst, line.p, n);
	dst[n] = '\n';
	dst[n + 1] = '\0';
}

/* ini_reader: as fgets, but see above. */
static char *
next_line(char *dst, int cap, void *arg)
{
	struct config_file *f = arg;
	struct str line, name;

	if (f->err < 0 || f->rest.len == 0)
		return NULL;
	if (!str_cut(f->rest, '\n', &line, &f->rest)) {
		line = f->rest;
		f->rest = STR_NONE;
	}
	f->line++;
	if (f->line == 1 && str_starts(line, STR("\xef\xbb\xbf")))
		line = str_n(line.p + 3, line.len - 3);
	line = str_trim(line);
	f->value = STR_NONE;
	if (line.len > CONFIG_LINE_MAX_BYTES)
		(void)file_fail(f, "the line is longer than 64 KiB", STR_NONE);
	else if (line.len > 0 && memchr(line.p, '\0', line.len) != NULL)
		(void)file_fail(f, "this is not a text file", STR_NONE);
	if (f->err < 0)
		return NULL;
	if (line.len == 0 || line.p[0] == '#' || line.p[0] == ';' || line.p[0] == '[') {
		give_line(dst, cap, line);
		return dst;
	}
	/* ':' would end the name for inih. */
	if (!str_cut(line, '=', &name, &f->value) || name.len == 0 ||
		name.len > CONFIG_NAME_MAX_BYTES || memchr(name.p, ':', name.len) != NULL) {
		(void)file_fail(f, "neither `[section]' nor `key = value': ", line);
		return NULL;
	}
	f->value = str_trim(f->value);
	give_line(dst, cap, str_n(line.p, name.len + 1));
	return dst;
}

static bool
is_secret(struct str key)
{
	const struct option *o = option_by_key(key);

	return o != NULL && option_is_secret(o);
}

/* ini_handler: 1 = fine. */
static int
on_key(void *arg, const char *section, const char *name, const char *value)
{
	struct config_file *f = arg;
	CLEANUP(buf_releasep)
	struct buf key = BUF_INIT(4096),
		   text = BUF_INIT(CONFIG_LINE_MAX_BYTES), where = BUF_INIT(CONFIG_LINE_MAX_BYTES);
	struct config_place place = { .source = f->source };
	struct str v = f->value;

	if (section[0] != '\0' && strchr(name, '.') == NULL)
		buf_addf(&key, "%s.", section);
	buf_add_str(&key, str_of(name));
	if (f->loader->in_job_file && !config_key_is_of_job(buf_str(&key)))
		return 1;
	if (v.len == 0 || v.p[0] != '"')
		v = cut_comment(v);
	else if (!unquote(&v, &text))
		return file_fail(f, "the quotes do not close, or something stands behind them: ",
			       is_secret(buf_str(&key)) ? STR_NONE : v) == 0;
	buf_addf(&where, "%s:%u", f->path, f->line);
	place.origin = config_strdup(f->loader->config, buf_str(&where));
	buf_add_str(&where, STR(": "));
	place.prefix = buf_cstr(&where);
	if (place.origin == NULL || place.prefix == NULL || key.err < 0 || text.err < 0 ||
		where.err < 0)
		return (f->err = -ENOMEM) == 0;
	f->err = config_set_key(f->loader, &place, buf_str(&key), v);
	return f->err == 0;
}

int
config_read_text(const char *path, struct buf *out)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : file_read_all(fd, out);
}

/* Another's home, as after su or sudo -u, is no reason not to go on: so it is with wget and curl. */
static int
leave_out(struct config *c, const char *path, int err)
{
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONFIG_LINE_MAX_BYTES);

	CHECK(c->n_unread < ARRAY_LEN(c->unread));
	login_put_hidden(&b, str_of(path));
	buf_addf(&b, ": cannot be read: %s; going on without it (XDG_CONFIG_HOME or HOME says where the user's settings are, --no-config reads no such file)",
		strerror(err));
	c->unread[c->n_unread] = buf_err(&b) == 0 ? config_strdup(c, buf_str(&b)) : NULL;
	return c->unread[c->n_unread] != NULL ? (c->n_unread++, 0) : -ENOMEM;
}

int
config_file_read(struct config_loader *l, const char *path, bool must_exist)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(CONFIG_FILE_MAX_BYTES);
	struct config_file f = { .loader = l, .path = path, .source = ++l->source };
	struct config_place place = { .prefix = "" };
	int r = config_read_text(path, &text);

	if ((r == -ENOENT || r == -ENOTDIR) && !must_exist)
		return 0;
	if ((r == -EACCES || r == -EPERM) && !must_exist && !l->in_job_file)
		return leave_out(l->config, path, -r);
	if (r < 0) {
		CLEANUP(buf_releasep) struct buf b = BUF_INIT(CONFIG_LINE_MAX_BYTES);

		login_put_hidden(&b, str_of(path));
		return config_fail(l, &place, "%.*s: cannot be read: %s", STR_ARG(buf_str(&b)),
			strerror(-r));
	}
	f.rest = buf_str(&text);
	r = ini_parse_stream(next_line, &f, on_key, &f);
	if (f.err < 0)
		return f.err;
	if (r > 0) {
		f.line = (unsigned)r;
		return file_fail(&f, "neither `[section]' nor `key = value'", STR_NONE);
	}
	return r < 0 ? -ENOMEM : 0;
}
