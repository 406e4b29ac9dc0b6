/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/check.h"
#include "url/net.h"

struct net_row {
	uint8_t bytes[16];
	unsigned prefix_bits;
	enum net net;
};

/* The first that matches counts. */
static const struct net_row v4[] = {
	{ { 169, 254, 169, 254 }, 32, NET_METADATA }, /* most clouds */
	{ { 169, 254, 170, 2 }, 32, NET_METADATA },   /* Amazon, containers */
	{ { 100, 100, 100, 200 }, 32, NET_METADATA }, /* Alibaba */
	{ { 168, 63, 129, 16 }, 32, NET_METADATA },   /* Azure */
	{ { 192, 0, 0, 192 }, 32, NET_METADATA },     /* Oracle */
	{ { 0 }, 8, NET_LOOPBACK },
	{ { 127 }, 8, NET_LOOPBACK },
	{ { 10 }, 8, NET_PRIVATE },
	{ { 172, 16 }, 12, NET_PRIVATE },
	{ { 192, 168 }, 16, NET_PRIVATE },
	{ { 100, 64 }, 10, NET_PRIVATE }, /* RFC 6598 */
	{ { 192, 0, 0 }, 24, NET_PRIVATE },
	{ { 198, 18 }, 15, NET_PRIVATE }, /* RFC 2544 */
	{ { 169, 254 }, 16, NET_LINK_LOCAL },
	{ { 224 }, 3, NET_SPECIAL }, /* multicast, reserved, broadcast */
};

static const struct net_row v6[] = {
	{ { 0xfd, 0x00, 0x0e, 0xc2, [15] = 0x54, [14] = 0x02 }, 128, NET_METADATA }, /* Amazon: fd00:ec2::254 */
	{ { 0xfd, 0x20, 0x00, 0xce, [14] = 0x02, [15] = 0x54 }, 128, NET_METADATA }, /* Google: fd20:ce::254 */
	{ { [15] = 1 }, 128, NET_LOOPBACK },
	{ { 0 }, 128, NET_LOOPBACK },
	{ { 0xfc }, 7, NET_PRIVATE },
	{ { 0xfe, 0xc0 }, 10, NET_PRIVATE }, /* site-local, RFC 3879 */
	{ { 0xfe, 0x80 }, 10, NET_LINK_LOCAL },
	{ { 0xff }, 8, NET_SPECIAL },
	{ { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48, NET_PRIVATE }, /* local NAT64, RFC 8215: where the IPv4 address stands is its own affair */
	{ { 0x5f }, 16, NET_SPECIAL }, /* segment routing, RFC 9602 */
	{ { 0x01 }, 64, NET_SPECIAL }, /* discard, RFC 6666 */
	{ { 0x20, 0x01 }, 32, NET_SPECIAL }, /* Teredo: whoever answers is not who is asked */
};

/* Where in these an IPv4 address stands. */
static const struct {
	struct net_row row;
	unsigned at;
} carriers[] = {
	{ { { [10] = 0xff, [11] = 0xff }, 96, NET_PUBLIC }, 12 },           /* ::ffff:0:0/96 */
	{ { { [8] = 0xff, [9] = 0xff }, 96, NET_PUBLIC }, 12 },             /* ::ffff:0:0:0/96 */
	{ { { 0 }, 96, NET_PUBLIC }, 12 },                                  /* ::/96 */
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96, NET_PUBLIC }, 12 },             /* 64:ff9b::/96 */
	{ { { 0x20, 0x02 }, 16, NET_PUBLIC }, 2 },                          /* 2002::/16 */
};

static bool
row_matches(const struct net_row *row, const uint8_t *bytes)
{
	unsigned whole = row->prefix_bits / 8, rest = row->prefix_bits % 8;

	if (memcmp(row->bytes, bytes, whole) != 0)
		return false;
	return rest == 0 || (row->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static enum net
net_of_bytes(const struct net_row *rows, size_t n, const uint8_t *bytes)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (row_matches(&rows[i], bytes))
			return rows[i].net;
	return NET_PUBLIC;
}

enum net
net_of(struct str s)
{
	char text[INET6_ADDRSTRLEN + 1];
	uint8_t b[16];
	enum net net;
	size_t i;

	if (s.len >= 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		s = str_n(s.p + 1, s.len - 2);
	if (s.len == 0 || s.len >= sizeof(text))
		return NET_PUBLIC;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	if (inet_pton(AF_INET, text, b) == 1)
		return net_of_bytes(v4, ARRAY_LEN(v4), b);
	if (inet_pton(AF_INET6, text, b) != 1)
		return NET_PUBLIC;
	net = net_of_bytes(v6, ARRAY_LEN(v6), b);
	for (i = 0; net == NET_PUBLIC && i < ARRAY_LEN(carriers); i++)
		if (row_matches(&carriers[i].row, b))
			net = net_of_bytes(v4, ARRAY_LEN(v4), b + carriers[i].at);
	return net;
}

static bool
is_or_below(struct str host, struct str domain)
{
	return str_eq(host, domain) ||
		(host.len > domain.len && host.p[host.len - domain.len - 1] == '.' &&
			str_eq(str_n(host.p + host.len - domain.len, domain.len), domain));
}

enum net
net_of_host(struct str host)
{
	static const struct {
		const char *domain;
		enum net net;
	} names[] = {
		{ "localhost", NET_LOOPBACK },
		{ "localhost.localdomain", NET_LOOPBACK },
		{ "localhost6", NET_LOOPBACK },
		{ "ip6-localhost", NET_LOOPBACK },
		{ "ip6-loopback", NET_LOOPBACK },
		{ "metadata", NET_METADATA },
		{ "metadata.google.internal", NET_METADATA },
		{ "metadata.goog", NET_METADATA },
		{ "instance-data", NET_METADATA },
		{ "instance-data.ec2.internal", NET_METADATA },
		{ "internal", NET_PRIVATE },
		{ "local", NET_PRIVATE },
		{ "localdomain", NET_PRIVATE },
		{ "lan", NET_PRIVATE },
		{ "home.arpa", NET_PRIVATE },
	};
	size_t i;

	if (host.len > 0 && host.p[host.len - 1] == '.')
		host.len--;
	for (i = 0; i < ARRAY_LEN(names); i++)
		if (is_or_below(host, str_of(names[i].domain)))
			return names[i].net;
	if (host.len > 0 && memchr(host.p, '.', host.len) == NULL && memchr(host.p, ':', host.len) == NULL)
		return NET_PRIVATE;
	return net_of(host);
}

const char *
net_name(enum net n)
{
	static const char *const names[] = {
		[NET_PUBLIC] = "public", [NET_LOOPBACK] = "loopback", [NET_LINK_LOCAL] = "link-local", [NET_PRIVATE] = "private",
		[NET_METADATA] = "metadata", [NET_SPECIAL] = "special", [NET_USER] = "any",
	};

	CHECK((unsigned)n < ARRAY_LEN(names));
	return names[n];
}

bool
net_may_lead(enum net from, enum net to)
{
	return to == NET_PUBLIC || from == NET_USER || from == to;
}
