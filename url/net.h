/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * net.h: what kind of network an IP address belongs to: the public one, or one that is nobody else's business. For the guard against
 * server-side request forgery (frontier/) and for what is exempt from pauses. Pure; any thread.
 *
 * After the IANA special-purpose registries (RFC 6890). An address that carries another one (IPv4-mapped, IPv4-compatible, NAT64,
 * 6to4) is what that one is. Addresses for documentation count as public: they lead nowhere.
 */
#ifndef URL_NET_H
#define URL_NET_H

#include "base/str.h"

enum net {
	NET_PUBLIC,
	NET_LOOPBACK,   /* this machine; 0.0.0.0 and :: too, which connect to it */
	NET_LINK_LOCAL, /* this cable */
	NET_PRIVATE,    /* this house: RFC 1918, 4193, carriers' NAT, benchmarks */
	NET_METADATA,   /* where clouds keep the keys of their machines */
	NET_SPECIAL,    /* nobody: multicast, reserved */
	NET_USER,       /* no network: said by the user, who may go anywhere */
};

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]". What is no address is public. */
enum net net_of(struct str address);
/*
 * The same of a host whose address nobody here will learn, because a proxy looks the name up: names that stand for this machine (RFC
 * 6761 section 6.3), for the house (RFC 6762, 8375, ".internal", and names without a dot), for a cloud's metadata. host: canonical.
 */
enum net net_of_host(struct str host);
/* For the user: "loopback". Static. */
const char *net_name(enum net n);
/* May what was found on `from` lead to `to`? To public addresses, to its own kind of network, and where the user says. */
bool net_may_lead(enum net from, enum net to);

#endif
