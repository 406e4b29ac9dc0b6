/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "url/surt.h"

/* Queries with more parameters than this cost an allocation. */
#define SURT_FEW_PARTS 32

static void
add_lower(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_addc(out, (char)ascii_lower((unsigned char)s.p[i]));
}

/* "www.", "www2." and so on, if something is left behind it. "www.com" is just "com" then: so has it the surt library. */
static struct str
without_www(struct str host)
{
	size_t i = 3;

	if (!str_istarts(host, STR("www")))
		return host;
	while (i < host.len && ascii_is_digit((unsigned char)host.p[i]))
		i++;
	if (i + 1 >= host.len || host.p[i] != '.')
		return host;
	return str_n(host.p + i + 1, host.len - i - 1);
}

static void
add_host(struct buf *out, struct str host)
{
	host = without_www(host);
	if (host.len > 0 && host.p[0] == '[') {
		add_lower(out, host);
		return;
	}
	while (host.len > 0) {
		const char *dot = memrchr(host.p, '.', host.len);
		size_t from = dot != NULL ? (size_t)(dot - host.p) + 1 : 0;

		add_lower(out, str_n(host.p + from, host.len - from));
		if (dot != NULL)
			buf_addc(out, ',');
		host.len = dot != NULL ? from - 1 : 0;
	}
}

static int
compare_lower(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		int d = ascii_lower((unsigned char)a.p[i]) - ascii_lower((unsigned char)b.p[i]);

		if (d != 0)
			return d;
	}
	return (a.len > b.len) - (a.len < b.len);
}

/* By name, then value: a name without "=" comes before the same one with. */
static int
compare_parts(const void *pa, const void *pb)
{
	struct str a = *(const struct str *)pa, b = *(const struct str *)pb;
	struct str name_a = a, name_b = b, value_a = STR_NONE, value_b = STR_NONE;
	bool has_a = str_cut(a, '=', &name_a, &value_a), has_b = str_cut(b, '=', &name_b, &value_b);
	int d = compare_lower(name_a, name_b);

	if (d != 0)
		return d;
	if (has_a != has_b)
		return has_a - has_b;
	return compare_lower(value_a, value_b);
}

/* query: without its "?". */
static int
add_query(struct buf *out, struct str query)
{
	struct str few[SURT_FEW_PARTS], *parts = few, rest = query;
	CLEANUP(freep) struct str *many = NULL;
	size_t n = 1;
	bool more = true;

	for (size_t i = 0; i < query.len; i++)
		n += query.p[i] == '&';
	if (n > SURT_FEW_PARTS) {
		many = calloc(n, sizeof(*many));
		if (many == NULL)
			return -ENOMEM;
		parts = many;
	}
	for (size_t i = 0; i < n && more; i++) {
		more = str_cut(rest, '&', &parts[i], &rest);
		if (!more)
			parts[i] = rest;
	}
	qsort(parts, n, sizeof(*parts), compare_parts);
	for (size_t i = 0; i < n; i++) {
		buf_addc(out, i == 0 ? '?' : '&');
		add_lower(out, parts[i]);
	}
	return 0;
}

int
url_surt(const struct url *u, struct buf *out)
{
	struct str path = url_pathname(u), query = url_search(u), port = url_port(u);
	int r = 0;

	if (!url_is_http(u)) {
		buf_add_str(out, url_identity(u));
		return buf_err(out);
	}
	add_host(out, url_hostname(u));
	if (port.len > 0) {
		buf_addc(out, ':');
		buf_add_str(out, port);
	}
	buf_addc(out, ')');
	if (path.len > 1 && path.p[path.len - 1] == '/')
		path.len--;
	add_lower(out, path);
	if (query.len > 1)
		r = add_query(out, str_n(query.p + 1, query.len - 1));
	return r < 0 ? r : buf_err(out);
}
