/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * address.h: IP addresses as values, and short lists of them in order of preference. Pure; any thread.
 */
#ifndef FETCH_ADDRESS_H
#define FETCH_ADDRESS_H

#include <stdbool.h>

#include "base/str.h"
#include "url/job.h"

#define ADDRESSES_MAX 8 /* kept of one name */

struct address {
	int family; /* AF_INET, AF_INET6 */
	unsigned char bytes[16];
};

struct addresses {
	unsigned n;
	struct address items[ADDRESSES_MAX]; /* the preferred one first */
};

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]". 0 or -EINVAL. */
MUST_CHECK int address_parse(struct str s, struct address *ret);
/* Without brackets. */
void address_print(const struct address *a, char ret[JOB_ADDRESS_BYTES]);
/* The first prefix_bits are the same; false for different families. */
bool address_in(const struct address *a, const struct address *net, unsigned prefix_bits);

/* The same, of a net as text. */
bool address_in_net(const struct address *a, const char *net, unsigned prefix_bits);

/* At the end; what does not fit is dropped. */
void addresses_add(struct addresses *list, const struct address *a);
/* Those of this family (AF_*) come first, else all stay in their order; AF_UNSPEC: nothing changes. */
void addresses_prefer(struct addresses *list, int family);
/* If it is in the list, it becomes the last. */
void addresses_demote(struct addresses *list, const struct address *a);

#endif
