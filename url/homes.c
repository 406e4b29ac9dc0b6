/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "url/homes.h"

#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(host_) ((host_)->hash_failed = true)
#include <uthash.h>

struct homes_door {
	struct homes_door *next;
	enum url_scheme scheme;
	uint16_t port;
	unsigned index;
};

struct homes_host {
	UT_hash_handle hh;
	struct homes_door *doors;
	bool hash_failed;
	char name[]; /* not NUL-terminated */
};

struct homes {
	struct homes_host *hosts;
	unsigned n;
};

int
homes_new(struct homes **ret_homes)
{
	struct homes *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return -ENOMEM;
	*ret_homes = o;
	return 0;
}

void
homes_free(struct homes *o)
{
	struct homes_host *h, *next;
	struct homes_door *d;

	if (o == NULL)
		return;
	HASH_ITER(hh, o->hosts, h, next) {
		HASH_DEL(o->hosts, h);
		while ((d = h->doors) != NULL) {
			h->doors = d->next;
			free(d);
		}
		free(h);
	}
	free(o);
}

static struct homes_host *
host_find(const struct homes *o, struct str name)
{
	struct homes_host *h = NULL;

	HASH_FIND(hh, o->hosts, name.p, name.len, h);
	return h;
}

static struct homes_host *
host_add(struct homes *o, struct str name)
{
	struct homes_host *h = calloc(1, sizeof(*h) + name.len);

	if (h == NULL)
		return NULL;
	if (name.len > 0)
		memcpy(h->name, name.p, name.len);
	HASH_ADD_KEYPTR(hh, o->hosts, h->name, name.len, h);
	if (h->hash_failed) {
		free(h);
		return NULL;
	}
	return h;
}

static const struct homes_door *
door_find(const struct homes_host *h, const struct url *u)
{
	const struct homes_door *d = h->doors;

	while (d != NULL && (d->scheme != u->scheme || d->port != url_port_number(u)))
		d = d->next;
	return d;
}

int
homes_add(struct homes *o, const struct url *u)
{
	struct homes_host *h = host_find(o, url_hostname(u));
	struct homes_door *d;

	CHECK(url_is_http(u));
	if (h == NULL)
		h = host_add(o, url_hostname(u));
	if (h == NULL)
		return -ENOMEM;
	if (door_find(h, u) != NULL)
		return 0;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return -ENOMEM;
	*d = (struct homes_door){ .next = h->doors, .scheme = u->scheme, .port = url_port_number(u), .index = o->n++ };
	h->doors = d;
	return 0;
}

unsigned
homes_count(const struct homes *o)
{
	return o->n;
}

enum homes_near
homes_find(const struct homes *o, const struct url *u, unsigned *ret_index)
{
	const struct homes_host *h = host_find(o, url_hostname(u));
	const struct homes_door *d = h != NULL ? door_find(h, u) : NULL;

	if (d != NULL && ret_index != NULL)
		*ret_index = d->index;
	return d != NULL ? HOMES_SAME : h != NULL ? HOMES_HOST : HOMES_STRANGER;
}
