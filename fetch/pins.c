/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "fetch/fetch.h"
#include "fetch/pins.h"
#include "url/host.h"

#define PIN_HOST_MAX 1024

struct pin {
	char *host; /* "*" = any */
	uint16_t port;
	struct addresses addresses;
};

struct pins {
	size_t n;
	struct pin pins[];
};

static int
addresses_parse(struct addresses *list, struct str s)
{
	struct address a;
	struct str one;

	while (s.len > 0) {
		if (!str_cut(s, ',', &one, &s)) {
			one = s;
			s = STR_NONE;
		}
		if (address_parse(one, &a) < 0)
			return -EINVAL;
		addresses_add(list, &a);
	}
	return list->n > 0 ? 0 : -EINVAL;
}

static int
pin_parse(struct pin *p, struct str s)
{
	CLEANUP(buf_releasep) struct buf name = BUF_INIT(PIN_HOST_MAX);
	struct str host, port, addresses;
	uint64_t number;
	int r = 0;

	if (s.len > 0 && s.p[0] == '+')
		s = str_n(s.p + 1, s.len - 1);
	if (!str_cut(s, ':', &host, &s) || !str_cut(s, ':', &port, &addresses) || host.len == 0)
		return -EINVAL;
	if (str_to_u64(port, UINT16_MAX, &number) < 0 || addresses_parse(&p->addresses, addresses) < 0)
		return -EINVAL;
	p->port = (uint16_t)number;
	/* As URLs have it: a name that is not ASCII too. */
	if (str_eq(host, STR("*")))
		buf_add_str(&name, host);
	else
		r = host_parse(host, &name);
	if (r < 0)
		return r;
	p->host = strndup(name.data, name.len);
	return p->host == NULL ? -ENOMEM : 0;
}

int
pins_new(const char *const *list, int prefer_family, struct pins **ret_pins)
{
	struct pins *p;
	size_t n = 0;
	int r = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	p = calloc(1, sizeof(*p) + n * sizeof(p->pins[0]));
	if (p == NULL)
		return -ENOMEM;
	while (r == 0 && p->n < n) {
		r = pin_parse(&p->pins[p->n], str_of(list[p->n]));
		addresses_prefer(&p->pins[p->n].addresses, prefer_family);
		p->n++;
	}
	if (r < 0) {
		pins_free(p);
		return r;
	}
	*ret_pins = p;
	return 0;
}

int
fetch_check_resolve(const char *const *list, const char **ret_bad)
{
	int r = 0;

	for (size_t i = 0; list != NULL && list[i] != NULL && r == 0; i++) {
		const char *const one[] = { list[i], NULL };
		struct pins *p = NULL;

		r = pins_new(one, AF_UNSPEC, &p);
		pins_free(p);
		*ret_bad = list[i];
	}
	return r;
}

void
pins_free(struct pins *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++)
		free(p->pins[i].host);
	free(p);
}

struct addresses *
pins_find(struct pins *p, struct str host, uint16_t port)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		struct pin *pin = &p->pins[i];

		if (pin->port == port && (strcmp(pin->host, "*") == 0 || str_ieq(str_of(pin->host), host)))
			return &pin->addresses;
	}
	return NULL;
}
