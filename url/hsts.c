/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "url/hsts.h"

#define HOST_MAX_BYTES 255

/* The next directive, unquoted, of what is left. *ret_value.p NULL: it has none. -EINVAL: it is not even that. */
static int
next_directive(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	struct str s = str_trim(*rest);
	size_t i = 0, from;

	while (i < s.len && s.p[i] != '=' && s.p[i] != ';')
		i++;
	*ret_name = str_trim(str_n(s.p, i));
	*ret_value = STR_NONE;
	if (i < s.len && s.p[i] == '=') {
		for (from = ++i; from < s.len && (s.p[from] == ' ' || s.p[from] == '\t'); from++)
			;
		if (from < s.len && s.p[from] == '"') {
			for (i = ++from; i < s.len && s.p[i] != '"'; i++)
				if (s.p[i] == '\\')
					return -EINVAL; /* no value that we know has one */
			if (i == s.len)
				return -EINVAL;
			*ret_value = str_n(s.p + from, i++ - from);
			while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\t'))
				i++;
			if (i < s.len && s.p[i] != ';')
				return -EINVAL;
		} else {
			while (i < s.len && s.p[i] != ';')
				i++;
			*ret_value = str_trim(str_n(s.p + from, i - from));
		}
	}
	*rest = i < s.len ? str_n(s.p + i + 1, s.len - i - 1) : STR_NONE;
	return 0;
}

/* Digits and nothing else; any number of them. */
static int
read_age(struct str s, int64_t *ret_age_s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -EINVAL;
		n = n * 10 + (s.p[i] - '0');
		if (n > HSTS_MAX_AGE_S)
			n = HSTS_MAX_AGE_S;
	}
	*ret_age_s = n;
	return s.len > 0 ? 0 : -EINVAL;
}

int
hsts_parse(struct str value, int64_t *ret_max_age_s, bool *ret_subdomains)
{
	bool has_age = false, subdomains = false;
	struct str rest = value, name, v;
	int64_t age_s = 0;

	while (rest.p != NULL) {
		if (next_directive(&rest, &name, &v) < 0)
			return -EINVAL;
		if (str_ieq(name, STR("max-age"))) {
			if (has_age || v.p == NULL || read_age(v, &age_s) < 0)
				return -EINVAL;
			has_age = true;
		} else if (str_ieq(name, STR("includeSubDomains"))) {
			if (subdomains || v.p != NULL)
				return -EINVAL;
			subdomains = true;
		}
	}
	if (!has_age)
		return -EINVAL;
	*ret_max_age_s = age_s;
	*ret_subdomains = subdomains;
	return 0;
}

int
hsts_read_line(struct str line, struct hsts_host *ret)
{
	uint64_t port, subdomains, since, age;
	struct str f[5], rest = str_trim(line);
	size_t i;

	if (rest.len == 0 || rest.p[0] == '#')
		return -ENOENT;
	for (i = 0; i < 4; i++)
		if (!str_cut(rest, '\t', &f[i], &rest))
			return -EINVAL;
	f[4] = rest;
	if (f[0].len == 0 || f[0].len > HOST_MAX_BYTES || str_to_u64(f[1], UINT16_MAX, &port) < 0 ||
		str_to_u64(f[2], 1, &subdomains) < 0 || str_to_u64(f[3], INT64_MAX / 2, &since) < 0 ||
		str_to_u64(f[4], INT64_MAX / 2, &age) < 0)
		return -EINVAL;
	for (i = 0; i < f[0].len; i++)
		if ((unsigned char)f[0].p[i] <= ' ' || (unsigned char)f[0].p[i] >= 0x7f)
			return -EINVAL;
	if (age > (uint64_t)HSTS_MAX_AGE_S)
		age = (uint64_t)HSTS_MAX_AGE_S;
	*ret = (struct hsts_host){ .host = f[0], .subdomains = subdomains == 1, .since_s = (int64_t)since, .until_s = (int64_t)(since + age) };
	return 0;
}

void
hsts_put_line(struct buf *out, const struct hsts_host *h)
{
	buf_addf(out, "%.*s\t0\t%d\t%lld\t%lld\n", STR_ARG(h->host), h->subdomains, (long long)h->since_s,
		(long long)(h->until_s > h->since_s ? h->until_s - h->since_s : 0));
}
