/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>

#include "fetch/address.h"

int
address_parse(struct str s, struct address *ret)
{
	char text[INET6_ADDRSTRLEN + 1];

	if (s.len >= 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		s = str_n(s.p + 1, s.len - 2);
	if (s.len == 0 || s.len >= sizeof(text) || memchr(s.p, '\0', s.len) != NULL)
		return -EINVAL;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, text, ret->bytes) == 1)
		ret->family = AF_INET;
	else if (inet_pton(AF_INET6, text, ret->bytes) == 1)
		ret->family = AF_INET6;
	else
		return -EINVAL;
	return 0;
}

void
address_print(const struct address *a, char ret[JOB_ADDRESS_BYTES])
{
	CHECK(inet_ntop(a->family, a->bytes, ret, JOB_ADDRESS_BYTES) != NULL);
}

bool
address_in(const struct address *a, const struct address *net, unsigned prefix_bits)
{
	unsigned whole = prefix_bits / 8, rest = prefix_bits % 8;

	if (a->family != net->family || memcmp(a->bytes, net->bytes, whole) != 0)
		return false;
	return rest == 0 || (a->bytes[whole] ^ net->bytes[whole]) >> (8 - rest) == 0;
}

bool
address_in_net(const struct address *a, const char *net, unsigned prefix_bits)
{
	struct address parsed;

	return address_parse(str_of(net), &parsed) == 0 && address_in(a, &parsed, prefix_bits);
}

void
addresses_add(struct addresses *list, const struct address *a)
{
	if (list->n < ADDRESSES_MAX)
		list->items[list->n++] = *a;
}

void
addresses_prefer(struct addresses *list, int family)
{
	struct addresses all = *list;

	if (family == AF_UNSPEC)
		return;
	list->n = 0;
	for (unsigned i = 0; i < all.n; i++)
		if (all.items[i].family == family)
			addresses_add(list, &all.items[i]);
	for (unsigned i = 0; i < all.n; i++)
		if (all.items[i].family != family)
			addresses_add(list, &all.items[i]);
}

void
addresses_demote(struct addresses *list, const struct address *a)
{
	struct address last = *a;
	unsigned i;

	for (i = 0; i < list->n; i++) {
		struct address *item = &list->items[i];

		if (!address_in(item, &last, last.family == AF_INET ? 32 : 128))
			continue;
		memmove(item, item + 1, (list->n - i - 1) * sizeof(*item));
		list->items[list->n - 1] = last;
		return;
	}
}
