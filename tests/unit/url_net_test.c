/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/check.h"
#include "url/net.h"

static void
nets_of_addresses(void **state)
{
	static const struct {
		const char *address;
		enum net net;
	} cases[] = {
		{ "", NET_PUBLIC }, { "example.org", NET_PUBLIC }, { "8.8.8.8", NET_PUBLIC }, { "2001:db8::1", NET_PUBLIC },
		{ "2606:4700::1111", NET_PUBLIC }, { "127.0.0.1", NET_LOOPBACK }, { "127.255.3.4", NET_LOOPBACK },
		{ "128.0.0.1", NET_PUBLIC }, { "126.255.255.255", NET_PUBLIC }, { "0.0.0.0", NET_LOOPBACK },
		{ "0.1.2.3", NET_LOOPBACK }, { "1.0.0.1", NET_PUBLIC }, { "::1", NET_LOOPBACK }, { "[::1]", NET_LOOPBACK },
		{ "::", NET_LOOPBACK }, { "10.1.2.3", NET_PRIVATE }, { "11.0.0.1", NET_PUBLIC }, { "172.15.0.1", NET_PUBLIC },
		{ "172.16.0.1", NET_PRIVATE }, { "172.31.255.255", NET_PRIVATE }, { "172.32.0.1", NET_PUBLIC },
		{ "192.168.7.7", NET_PRIVATE }, { "192.169.0.1", NET_PUBLIC }, { "100.63.0.1", NET_PUBLIC },
		{ "100.64.0.1", NET_PRIVATE }, { "100.127.255.255", NET_PRIVATE }, { "100.128.0.1", NET_PUBLIC },
		{ "198.18.0.1", NET_PRIVATE }, { "198.19.255.1", NET_PRIVATE }, { "198.20.0.1", NET_PUBLIC },
		{ "169.254.1.1", NET_LINK_LOCAL }, { "169.253.0.1", NET_PUBLIC }, { "169.254.169.254", NET_METADATA },
		{ "168.63.129.16", NET_METADATA }, { "100.100.100.200", NET_METADATA }, { "224.0.0.1", NET_SPECIAL },
		{ "255.255.255.255", NET_SPECIAL }, { "223.255.255.255", NET_PUBLIC }, { "fc00::1", NET_PRIVATE },
		{ "fdff::2", NET_PRIVATE }, { "fd00:ec2::254", NET_METADATA }, { "fe80::1", NET_LINK_LOCAL },
		{ "febf::1", NET_LINK_LOCAL }, { "fec0::1", NET_PRIVATE }, { "fe00::1", NET_PUBLIC }, { "ff02::1", NET_SPECIAL },
		/* What carries an IPv4 address is what that is. */
		{ "::ffff:10.0.0.1", NET_PRIVATE }, { "::ffff:8.8.8.8", NET_PUBLIC }, { "::ffff:169.254.169.254", NET_METADATA },
		{ "::127.0.0.1", NET_LOOPBACK }, { "64:ff9b::a00:1", NET_PRIVATE }, { "64:ff9b::808:808", NET_PUBLIC },
		{ "2002:7f00:1::", NET_LOOPBACK }, { "2002:808:808::", NET_PUBLIC }, { "2001:0:1::1", NET_SPECIAL },
		{ "64:ff9b:1:a00:0:100:808:808", NET_PRIVATE }, { "64:ff9b:2::808:808", NET_PUBLIC }, { "5f00::1", NET_SPECIAL },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++)
		if (net_of(str_of(cases[i].address)) != cases[i].net)
			fail_msg("%s is taken for %s", cases[i].address, net_name(net_of(str_of(cases[i].address))));
}

/* As a proxy would look them up. */
static void
nets_of_names(void **state)
{
	static const struct {
		const char *host;
		enum net net;
	} cases[] = {
		{ "example.org", NET_PUBLIC }, { "example.org.", NET_PUBLIC }, { "localhost", NET_LOOPBACK },
		{ "localhost.", NET_LOOPBACK }, { "foo.localhost", NET_LOOPBACK }, { "foolocalhost.org", NET_PUBLIC },
		{ "localhost.org", NET_PUBLIC }, { "ip6-localhost", NET_LOOPBACK }, { "intranet", NET_PRIVATE },
		{ "intranet.", NET_PRIVATE }, { "router.local", NET_PRIVATE }, { "local.example", NET_PUBLIC },
		{ "nas.home.arpa", NET_PRIVATE }, { "ip6.arpa", NET_PUBLIC }, { "db.internal", NET_PRIVATE },
		{ "metadata.google.internal", NET_METADATA }, { "instance-data", NET_METADATA }, { "10.0.0.1", NET_PRIVATE },
		{ "8.8.8.8", NET_PUBLIC }, { "[::1]", NET_LOOPBACK }, { "[2606:4700::1111]", NET_PUBLIC },
		{ "2606:4700::1111", NET_PUBLIC },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++)
		if (net_of_host(str_of(cases[i].host)) != cases[i].net)
			fail_msg("%s is taken for %s", cases[i].host, net_name(net_of_host(str_of(cases[i].host))));
}

static void
what_leads_where(void **state)
{
	int from, to;

	for (from = NET_PUBLIC; from <= NET_USER; from++)
		for (to = NET_PUBLIC; to <= NET_SPECIAL; to++)
			assert_int_equal(net_may_lead((enum net)from, (enum net)to),
				to == NET_PUBLIC || from == to || from == NET_USER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nets_of_addresses),
		cmocka_unit_test(nets_of_names),
		cmocka_unit_test(what_leads_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
