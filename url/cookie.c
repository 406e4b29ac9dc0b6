/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "url/cookie.h"
#include "url/date.h"
#include "url/host.h"

#define EXPIRED_S 1 /* long ago, and not COOKIE_SESSION */

#define HTTP_ONLY "#HttpOnly_"

/* --- which host, which path ------------------------------------------------------------------------------------ */

/* RFC 6265 §5.1.3; both in lower case. */
static bool
domain_matches(struct str host, struct str domain)
{
	if (str_eq(host, domain))
		return true;
	return host.len > domain.len && host.p[host.len - domain.len - 1] == '.' && str_ends(host, domain) &&
		!host_is_address(host);
}

/* §5.1.4. */
static bool
path_matches(struct str path, struct str cookie_path)
{
	if (!str_starts(path, cookie_path))
		return false;
	return path.len == cookie_path.len || str_ends(cookie_path, STR("/")) || path.p[cookie_path.len] == '/';
}

/* §5.1.4: the directory of the URL, without the slash at its end. */
static struct str
default_path(const struct url *u)
{
	struct str path = url_pathname(u);
	const char *slash = memrchr(path.p, '/', path.len);

	return slash == NULL || slash == path.p ? STR("/") : str_n(path.p, (size_t)(slash - path.p));
}

/* Is everything below this somebody else's? */
static bool
is_public_suffix(struct str domain)
{
	return host_registrable(domain).len == 0;
}

bool
cookie_is_for(const struct cookie *c, const struct url *u)
{
	struct str host = url_hostname(u);

	if (c->secure && u->scheme != URL_SCHEME_HTTPS)
		return false;
	if (c->host_only ? !str_eq(host, c->domain) : !domain_matches(host, c->domain))
		return false;
	return path_matches(url_pathname(u), c->path);
}

/* --- Set-Cookie ------------------------------------------------------------------------------------------------ */

/* Into room, in lower case. */
static int
put_domain(struct str s, struct buf *room, struct str *ret)
{
	size_t start = room->len;

	for (size_t i = 0; i < s.len; i++)
		buf_addc(room, (char)ascii_lower((unsigned char)s.p[i]));
	if (buf_err(room) < 0)
		return -EINVAL;
	*ret = s.len > 0 ? str_n(room->data + start, s.len) : STR_NONE;
	return 0;
}

/* §5.2.2: seconds from now; anything but digits, with a sign before them, is nothing. */
static bool
read_max_age(struct str s, int64_t now_s, int64_t *ret_expires_s)
{
	bool negative = s.len > 0 && s.p[0] == '-';
	uint64_t age;
	int r = str_to_u64(negative ? str_n(s.p + 1, s.len - 1) : s, COOKIE_LIFE_MAX_S, &age);

	if (r == -ERANGE)
		age = COOKIE_LIFE_MAX_S;
	else if (r < 0)
		return false;
	*ret_expires_s = negative || age == 0 ? EXPIRED_S : now_s + (int64_t)age;
	return true;
}

/* What the attributes say: of each name the last one counts. */
struct attributes {
	struct str domain, path;
	bool has_age, has_date, has_path;
	int64_t age_s, date_s;
	int64_t now_s;
	bool secure, http_only;
};

static void
read_attribute(struct attributes *a, struct str name, struct str value)
{
	int64_t s;

	if (value.len > COOKIE_ATTR_MAX)
		return;
	if (str_ieq(name, STR("expires"))) {
		if (date_parse_any(value, &s) < 0)
			return;
		a->has_date = true;
		a->date_s = s > a->now_s + COOKIE_LIFE_MAX_S ? a->now_s + COOKIE_LIFE_MAX_S : s < EXPIRED_S ? EXPIRED_S : s;
	} else if (str_ieq(name, STR("max-age"))) {
		if (read_max_age(value, a->now_s, &s)) {
			a->has_age = true;
			a->age_s = s;
		}
	} else if (str_ieq(name, STR("domain"))) {
		if (value.len > 0)
			a->domain = value.p[0] == '.' ? str_n(value.p + 1, value.len - 1) : value;
	} else if (str_ieq(name, STR("path"))) {
		a->path = value;
		a->has_path = value.len > 0 && value.p[0] == '/' && !str_has_control(value);
	} else if (str_ieq(name, STR("secure"))) {
		a->secure = true;
	} else if (str_ieq(name, STR("httponly"))) {
		a->http_only = true;
	}
}

static void
read_attributes(struct attributes *a, struct str rest)
{
	struct str one, name, value;
	bool more = rest.p != NULL;

	while (more) {
		more = str_cut(rest, ';', &one, &rest);
		if (!more)
			one = rest;
		if (!str_cut(one, '=', &name, &value)) {
			name = one;
			value = STR("");
		}
		read_attribute(a, str_trim(name), str_trim(value));
	}
}

/* §5.3, steps 4 to 6. */
static int
choose_domain(const struct attributes *a, struct str host, struct buf *room, struct cookie *c)
{
	struct str domain;

	c->host_only = true;
	c->domain = host;
	if (a->domain.len == 0)
		return 0;
	if (a->domain.p[0] == '.' || put_domain(a->domain, room, &domain) < 0 || !domain_matches(host, domain))
		return -EINVAL;
	if (is_public_suffix(domain))
		return str_eq(host, domain) ? 0 : -EINVAL;
	c->host_only = false;
	c->domain = domain;
	return 0;
}

/* RFC 6265bis §4.1.3: a server, or a script, without the right to it cannot make such a cookie. */
static bool
keeps_promise(const struct cookie *c, const struct attributes *a)
{
	if (str_istarts(c->name, STR("__Secure-")))
		return c->secure;
	if (str_istarts(c->name, STR("__Host-")))
		return c->secure && c->host_only && a->domain.len == 0 && a->has_path && str_eq(c->path, STR("/"));
	return true;
}

int
cookie_parse(struct str s, const struct url *u, int64_t now_s, struct buf *room, struct cookie *ret)
{
	const char *nul = s.len > 0 ? memchr(s.p, '\0', s.len) : NULL;
	struct attributes a = { .now_s = now_s };
	struct cookie c = { 0 };
	struct str pair, rest = STR_NONE;

	if (nul != NULL)
		s.len = (size_t)(nul - s.p);
	if (!str_cut(s, ';', &pair, &rest))
		pair = s;
	if (!str_cut(pair, '=', &c.name, &c.value))
		return -EINVAL;
	c.name = str_trim(c.name);
	c.value = str_trim(c.value);
	if (c.name.len == 0 || c.name.len + c.value.len > COOKIE_MAX_BYTES || str_has_control(c.name) || str_has_control(c.value))
		return -EINVAL;
	read_attributes(&a, rest);
	if (choose_domain(&a, url_hostname(u), room, &c) < 0)
		return -EINVAL;
	c.path = a.has_path ? a.path : default_path(u);
	if (c.path.len > COOKIE_ATTR_MAX)
		return -EINVAL;
	c.expires_s = a.has_age ? a.age_s : a.has_date ? a.date_s : COOKIE_SESSION;
	c.secure = a.secure;
	c.http_only = a.http_only;
	if ((c.secure && u->scheme != URL_SCHEME_HTTPS) || !keeps_promise(&c, &a))
		return -EINVAL;
	*ret = c;
	return 0;
}

/* --- cookies.txt ----------------------------------------------------------------------------------------------- */

static bool
is_true(struct str s)
{
	return str_ieq(s, STR("TRUE"));
}

/* Some exporters write fractions. */
static int64_t
read_expires(struct str s)
{
	struct str whole, fraction;
	uint64_t n;

	if (!str_cut(s, '.', &whole, &fraction))
		whole = s;
	if (str_to_u64(whole, INT64_MAX, &n) < 0)
		return COOKIE_SESSION;
	return (int64_t)n;
}

int
cookie_read_line(struct str line, struct buf *room, struct cookie *ret)
{
	struct str fields[7] = { 0 };
	struct cookie c = { 0 };
	size_t n = 0;

	while (line.len > 0 && (line.p[line.len - 1] == '\r' || line.p[line.len - 1] == '\n'))
		line.len--;
	if (str_starts(line, STR(HTTP_ONLY))) {
		c.http_only = true;
		line = str_n(line.p + strlen(HTTP_ONLY), line.len - strlen(HTTP_ONLY));
	} else if (str_trim(line).len == 0 || line.p[0] == '#') {
		return -ENODATA;
	}
	while (n < 6 && str_cut(line, '\t', &fields[n], &line))
		n++;
	fields[n++] = line;
	/* Without a value there may be no tab behind the name either. */
	if (n < 6)
		return -EINVAL;
	if (fields[0].len > 0 && fields[0].p[0] == '.')
		fields[0] = str_n(fields[0].p + 1, fields[0].len - 1);
	if (put_domain(fields[0], room, &c.domain) < 0)
		return -EINVAL;
	c.host_only = !is_true(fields[1]) || is_public_suffix(c.domain);
	c.path = fields[2];
	c.secure = is_true(fields[3]);
	c.expires_s = read_expires(fields[4]);
	c.name = fields[5];
	c.value = fields[6];
	/* A '#' is in no host, and would make a comment of the line when it is written. */
	if (c.domain.len == 0 || c.domain.p[0] == '.' || memchr(c.domain.p, '#', c.domain.len) != NULL || str_has_control(c.domain) || c.path.len == 0 || c.path.p[0] != '/' || str_has_control(c.path) || c.path.len > COOKIE_ATTR_MAX ||
		c.name.len == 0 || c.name.len + c.value.len > COOKIE_MAX_BYTES || str_has_control(c.name) || str_has_control(c.value) ||
		memchr(c.name.p, '=', c.name.len) != NULL || memchr(c.name.p, ';', c.name.len) != NULL ||
		(c.value.len > 0 && memchr(c.value.p, ';', c.value.len) != NULL))
		return -EINVAL;
	*ret = c;
	return 0;
}

void
cookie_put_line(const struct cookie *c, struct buf *out)
{
	if (c->http_only)
		buf_add_str(out, STR(HTTP_ONLY));
	if (!c->host_only)
		buf_addc(out, '.');
	buf_add_str(out, c->domain);
	buf_add_str(out, c->host_only ? STR("\tFALSE\t") : STR("\tTRUE\t"));
	buf_add_str(out, c->path);
	buf_add_str(out, c->secure ? STR("\tTRUE\t") : STR("\tFALSE\t"));
	buf_add_u64(out, (uint64_t)c->expires_s);
	buf_addc(out, '\t');
	buf_add_str(out, c->name);
	buf_addc(out, '\t');
	buf_add_str(out, c->value);
	buf_addc(out, '\n');
}
