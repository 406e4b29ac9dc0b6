/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM           1
#define uthash_nonfatal_oom(entry_) ((entry_)->hash_failed = true)
#include <uthash.h>
#include <utlist.h>

#include "fetch/hstsset.h"

struct entry {
	UT_hash_handle hh;
	struct entry *prev, *next;   /* in the order in which they said it last */
	struct entry *changed_next;
	bool subdomains, changed, hash_failed;
	int64_t since_s, until_s;
	int64_t durable_s; /* until when, as it was made durable; INT64_MIN: not at all */
	size_t len;
	char host[];
};

struct hstsset {
	struct entry *by_host, *all, *changed;
};

int
hstsset_new(struct hstsset **ret_set)
{
	*ret_set = calloc(1, sizeof(**ret_set));
	return *ret_set == NULL ? -ENOMEM : 0;
}

void
hstsset_free(struct hstsset *s)
{
	struct entry *e, *next;

	if (s == NULL)
		return;
	HASH_CLEAR(hh, s->by_host);
	DL_FOREACH_SAFE(s->all, e, next)
		free(e);
	free(s);
}

static struct entry *
find(const struct hstsset *s, struct str host)
{
	struct entry *e;

	HASH_FIND(hh, s->by_host, host.p, host.len, e);
	return e;
}

static void
drop(struct hstsset *s, struct entry *e)
{
	CHECK(s->by_host != NULL);
	HASH_DELETE(hh, s->by_host, e);
	DL_DELETE(s->all, e);
	free(e);
}

/* The oldest that nobody waits to write down (X2). */
static void
make_room(struct hstsset *s)
{
	struct entry *e;

	if (HASH_CNT(hh, s->by_host) < HSTSSET_MAX_HOSTS)
		return;
	DL_FOREACH(s->all, e)
		if (!e->changed)
			break;
	if (e != NULL)
		drop(s, e);
}

static void
note_change(struct hstsset *s, struct entry *e)
{
	if (e->changed)
		return;
	e->changed = true;
	e->changed_next = s->changed;
	s->changed = e;
}

static struct entry *
add(struct hstsset *s, struct str host)
{
	struct entry *e = calloc(1, sizeof(*e) + host.len);

	if (e == NULL)
		return NULL;
	make_room(s);
	e->len = host.len;
	e->durable_s = INT64_MIN;
	memcpy(e->host, host.p, host.len);
	HASH_ADD_KEYPTR(hh, s->by_host, e->host, e->len, e);
	if (e->hash_failed) {
		free(e);
		return NULL;
	}
	DL_APPEND(s->all, e);
	return e;
}

/* "example.com." is the same host to DNS and to certificates, so it is here. */
static struct str
without_dot(struct str host)
{
	if (host.len > 1 && host.p[host.len - 1] == '.')
		host.len--;
	return host;
}

/* With a word from the future taken as one of today: it would hold against all that the host says until then. */
static struct hsts_host
as_kept(const struct hsts_host *h, int64_t now_s)
{
	struct hsts_host here = *h;

	here.host = without_dot(h->host);
	if (h->since_s > now_s) {
		here.since_s = now_s;
		here.until_s = now_s + (h->until_s - h->since_s);
	}
	return here;
}

int
hstsset_put(struct hstsset *s, const struct hsts_host *host, bool known, int64_t now_s)
{
	const struct hsts_host here = as_kept(host, now_s), *h = &here;
	struct entry *e = find(s, h->host);
	bool other;

	/* Two final dots: no name. It would be another one when it is read again. */
	if (str_ends(h->host, STR(".")))
		return 0;
	if (e != NULL && e->since_s > h->since_s)
		return 0;
	if (e == NULL && h->until_s <= now_s)
		return 0;
	if (e == NULL)
		e = add(s, h->host);
	if (e == NULL)
		return -ENOMEM;
	other = e->subdomains != h->subdomains || e->durable_s == INT64_MIN || h->until_s < e->durable_s ||
		h->until_s - e->durable_s > HSTSSET_SLACK_S || (e->durable_s <= now_s && h->until_s > now_s);
	e->subdomains = h->subdomains;
	e->since_s = h->since_s;
	e->until_s = h->until_s;
	DL_DELETE(s->all, e);
	DL_APPEND(s->all, e);
	if (known)
		e->durable_s = e->until_s;
	else if (other)
		note_change(s, e);
	return 0;
}

int
hstsset_learn(struct hstsset *s, struct str host, struct str value, int64_t now_s)
{
	struct hsts_host h = { .host = host, .since_s = now_s };
	int64_t age_s;

	if (hsts_parse(value, &age_s, &h.subdomains) < 0)
		return 0;
	h.until_s = now_s + age_s;
	return hstsset_put(s, &h, false, now_s);
}

bool
hstsset_covers(const struct hstsset *s, struct str host, int64_t now_s)
{
	struct str rest = without_dot(host), label;
	bool own = true;

	if (s->by_host == NULL)
		return false;
	do {
		const struct entry *e = find(s, rest);

		if (e != NULL && e->until_s > now_s && (own || e->subdomains))
			return true;
		own = false;
	} while (str_cut(rest, '.', &label, &rest));
	return false;
}

static void
put_entry(struct buf *out, const struct entry *e)
{
	hsts_put_line(out, &(struct hsts_host){ str_n(e->host, e->len), e->subdomains, e->since_s, e->until_s });
}

bool
hstsset_changes(struct hstsset *s, struct buf *out)
{
	struct entry *e, *next;
	bool any = s->changed != NULL;

	for (e = s->changed; e != NULL; e = next) {
		next = e->changed_next;
		e->changed = false;
		e->durable_s = e->until_s;
		put_entry(out, e);
	}
	/* One that wants https no more stays: what an older file says of it is not to hold again. */
	s->changed = NULL;
	return any;
}

void
hstsset_text(const struct hstsset *s, int64_t now_s, struct buf *out)
{
	const struct entry *e;

	DL_FOREACH(s->all, e)
		if (e->until_s > now_s)
			put_entry(out, e);
}

unsigned
hstsset_count(const struct hstsset *s)
{
	return HASH_CNT(hh, s->by_host);
}
