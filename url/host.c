/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>

#include "base/cleanup.h"
#include "url/host.h"
#include "url/host_parse.h"
#include "url/percent.h"
#include "url/url.h"

static bool
is_ascii(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static bool
has_any(struct str s, enum percent_set set)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (percent_table[(unsigned char)s.p[i]] & set)
			return true;
	return false;
}

static void
put_lower(struct buf *out, struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		buf_addc(out, (char)ascii_lower((unsigned char)s.p[i]));
}

/* "[...]" */
static int
parse_bracketed(struct str input, struct buf *out)
{
	if (input.len < 2 || input.p[input.len - 1] != ']')
		return -EINVAL;
	return host_put_ipv6(str_n(input.p + 1, input.len - 2), out);
}

/* The domain behind percent-decoding, valid UTF-8: its ASCII form is appended. "Domain to ASCII", §3.5. */
static int
domain_to_ascii(struct str domain, struct buf *out)
{
	/* Where all is ASCII the standard asks for nothing but lower case: labels "xn--..." are not looked into. */
	if (!is_ascii(domain))
		return idna_to_ascii(domain, out);
	put_lower(out, domain);
	return buf_err(out);
}

/* input was percent-encoded or not ASCII. */
static int
parse_encoded(struct str input, struct buf *out)
{
	char decoded_bytes[URL_MAX_BYTES], utf8_bytes[IDNA_MAX_BYTES];
	struct buf decoded = buf_over(decoded_bytes, sizeof(decoded_bytes), sizeof(decoded_bytes));
	struct buf utf8 = buf_over(utf8_bytes, sizeof(utf8_bytes), sizeof(utf8_bytes));

	percent_decode(&decoded, input);
	if (buf_err(&decoded) != 0)
		return -EINVAL;
	if (is_ascii(buf_str(&decoded)))
		return domain_to_ascii(buf_str(&decoded), out);
	utf8_scrub(&utf8, buf_str(&decoded));
	if (buf_err(&utf8) != 0)
		return -EINVAL;
	return domain_to_ascii(buf_str(&utf8), out);
}

int
host_parse(struct str input, struct buf *out)
{
	char address_bytes[sizeof("255.255.255.255")];
	struct buf address = buf_over(address_bytes, sizeof(address_bytes), sizeof(address_bytes));
	size_t start = out->len;
	struct str domain;
	int r;

	if (input.len > 0 && input.p[0] == '[')
		return parse_bracketed(input, out);
	if (is_ascii(input) && (input.len == 0 || memchr(input.p, '%', input.len) == NULL))
		r = domain_to_ascii(input, out);
	else
		r = parse_encoded(input, out);
	if (r < 0)
		return r;
	if (out->len == start)
		return -EINVAL;
	domain = str_n(out->data + start, out->len - start);
	if (has_any(domain, PERCENT_FORBIDDEN_DOMAIN))
		return -EINVAL;
	if (!host_ends_in_number(domain))
		return 0;
	r = host_put_ipv4(domain, &address);
	if (r < 0)
		return r;
	out->len = start;
	return buf_add_str(out, buf_str(&address));
}

int
host_parse_opaque(struct str input, struct buf *out)
{
	if (input.len > 0 && input.p[0] == '[')
		return parse_bracketed(input, out);
	if (has_any(input, PERCENT_FORBIDDEN_HOST))
		return -EINVAL;
	percent_encode(out, input, PERCENT_C0);
	return buf_err(out);
}

bool
host_is_address(struct str host)
{
	return host.len > 0 && (host.p[0] == '[' || host_ends_in_number(host));
}

bool
host_in_domain(struct str host, struct str domain)
{
	/* "ads.example." is "ads.example" to DNS, and must not be a way around --exclude-domains. */
	if (host.len > 0 && host.p[host.len - 1] == '.' && domain.len > 0 && domain.p[domain.len - 1] != '.')
		host.len--;
	if (domain.len == 0 || !str_ends(host, domain))
		return false;
	return host.len == domain.len || host.p[host.len - domain.len - 1] == '.';
}

bool
host_www_twin(struct str host, struct buf *out)
{
	struct str www = STR("www."), rest;

	if (host_is_address(host))
		return false;
	rest = str_starts(host, www) ? str_n(host.p + www.len, host.len - www.len) : STR("");
	/* "www.com" is no form of "com". */
	if (memchr(rest.p, '.', rest.len) != NULL)
		return buf_add_str(out, rest) == 0;
	buf_add_str(out, www);
	return buf_add_str(out, host) == 0;
}

/* label, "xn--...", in Unicode: into utf8. False if it is no such label, or not the ASCII form of what it says. */
static bool
read_ace(struct str label, struct buf *utf8, struct buf *ascii)
{
	uint32_t points[IDNA_MAX_POINTS];
	char bytes[4];
	size_t n, i;

	if (!str_istarts(label, STR("xn--")) ||
		punycode_decode(str_n(label.p + 4, label.len - 4), points, IDNA_MAX_POINTS, &n) < 0)
		return false;
	buf_reset(utf8, SIZE_MAX);
	buf_reset(ascii, SIZE_MAX);
	for (i = 0; i < n; i++) {
		if (points[i] > 0x10ffff || (points[i] >= 0xd800 && points[i] <= 0xdfff))
			return false;
		(void)buf_add(utf8, bytes, utf8_put(bytes, points[i]));
	}
	return n > 0 && idna_to_ascii(buf_str(utf8), ascii) == 0 && str_ieq(buf_str(ascii), label);
}

int
host_to_unicode(struct str host, struct buf *out)
{
	CLEANUP(buf_releasep) struct buf utf8 = BUF_INIT(IDNA_MAX_BYTES), ascii = BUF_INIT(IDNA_MAX_BYTES);
	struct str label, rest = host;
	bool more = true;

	while (more) {
		more = str_cut(rest, '.', &label, &rest);
		if (!more)
			label = rest;
		(void)buf_add_str(out, read_ace(label, &utf8, &ascii) ? buf_str(&utf8) : label);
		if (more)
			(void)buf_addc(out, '.');
	}
	return buf_err(out);
}
