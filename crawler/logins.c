/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/secret.h"
#include "crawler/logins.h"
#include "url/homes.h"
#include "url/percent.h"

struct login_item {
	struct url origin; /* its root, without the login */
	char *user, *password;
};

static void
item_release(struct login_item *i)
{
	url_release(&i->origin);
	secret_free(i->user);
	secret_free(i->password);
}

static int
decode(struct str part, char **ret)
{
	CLEANUP(secret_buf_release) struct buf text = BUF_INIT(URL_MAX_BYTES);

	if (buf_reserve(&text, part.len + 1) < 0)
		return -ENOMEM;
	percent_decode(&text, part);
	if (buf_err(&text) < 0)
		return -ENOMEM;
	if (str_has_control(buf_str(&text)))
		return -EINVAL;
	*ret = text.len > 0 ? strndup(text.data, text.len) : strdup("");
	return *ret == NULL ? -ENOMEM : 0;
}

static int
item_make(const struct url *u, struct login_item *ret)
{
	CLEANUP(buf_releasep) struct buf origin = BUF_INIT(URL_MAX_BYTES);
	int r = url_origin(u, &origin);

	if (r == 0)
		r = url_parse(&ret->origin, buf_str(&origin), NULL);
	if (r == 0)
		r = decode(url_username(u), &ret->user);
	if (r == 0)
		r = decode(url_password(u), &ret->password);
	return r;
}

static const struct login_item *
find(const struct logins *l, const struct url *origin)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(url_href(&l->items[i].origin), url_href(origin)))
			return &l->items[i];
	return NULL;
}

/* Takes item. */
static int
append(struct logins *l, const struct login_item *item)
{
	struct login_item *items = reallocarray(l->items, l->n + 1, sizeof(*items));

	if (items == NULL)
		return -ENOMEM;
	l->items = items;
	items[l->n++] = *item;
	return 0;
}

int
logins_add(struct logins *l, const struct url *u)
{
	struct login_item item = { 0 };
	const struct login_item *known;
	int r;

	url_init(&item.origin);
	r = item_make(u, &item);
	known = r == 0 ? find(l, &item.origin) : NULL;
	if (known != NULL)
		r = strcmp(known->user, item.user) == 0 && strcmp(known->password, item.password) == 0 ? 0 : -EEXIST;
	else if (r == 0)
		r = append(l, &item);
	if (known != NULL || r < 0)
		item_release(&item);
	return r;
}

int
logins_fetch(struct logins *l, const struct homes *home)
{
	size_t n = 0;

	free(l->views);
	l->views = calloc(l->n + 1, sizeof(*l->views));
	if (l->views == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++) {
		const struct login_item *item = &l->items[i];
		struct fetch_home_login *v = &l->views[n];

		if (homes_find(home, &item->origin, &v->home) != HOMES_SAME) {
			log_warning("the login for %.*s is not used: no seed is there", STR_ARG(url_href(&item->origin)));
			continue;
		}
		v->user = item->user;
		v->password = item->password;
		n++;
	}
	l->views[n] = (struct fetch_home_login){ 0 };
	return 0;
}

void
logins_release(struct logins *l)
{
	for (size_t i = 0; i < l->n; i++)
		item_release(&l->items[i]);
	free(l->items);
	free(l->views);
	*l = (struct logins){ 0 };
}
