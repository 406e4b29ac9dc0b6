/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <uthash.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "tune/model.h"
#include "tune/replay.h"

#undef uthash_fatal
#define uthash_fatal(msg) check_failed(msg, __FILE__, __LINE__, __func__)

#define NO_PAGE SIZE_MAX

struct replay_host {
	char *name; /* "example.org", "example.org:8080" */
	unsigned index;
	UT_hash_handle hh;
};

struct replay_page {
	char *key;   /* "HOST /path?query" */
	size_t path; /* where the path begins in it */
	char *parent, *type, *location;
	unsigned host, status, links;
	uint64_t body_bytes;
	int64_t latency_us;
	uint64_t at, len; /* of its body in the file */
	size_t first_child, next_child;
	UT_hash_handle hh;
};

struct replay {
	int fd;
	uint64_t bytes;
	unsigned port, n_hosts;
	int64_t latency_us; /* -1: each its own */
	struct replay_host *hosts;
	struct replay_page *pages, *by_key; /* an array, and a table of its items, made when all are there */
	size_t n_pages, cap_pages;
	const char *map; /* in the origin's process */
	struct buf scratch;
};

static char *
copy(struct str s)
{
	return strndup(s.len > 0 ? s.p : "", s.len);
}

/* "https://host:1/path?q": authority and the rest, "/path?q". */
static bool
split_url(struct str url, struct str *ret_authority, struct str *ret_path)
{
	size_t scheme = str_istarts(url, STR("http://")) ? 7 : str_istarts(url, STR("https://")) ? 8 : 0, i = scheme;

	if (scheme == 0)
		return false;
	while (i < url.len && url.p[i] != '/')
		i++;
	*ret_authority = str_n(url.p + scheme, i - scheme);
	*ret_path = str_n(url.p + i, url.len - i);
	return ret_authority->len > 0 && ret_path->len > 0;
}

static struct replay_host *
host_find(const struct replay *r, struct str name)
{
	struct replay_host *h;

	HASH_FIND(hh, r->hosts, name.p, name.len, h);
	return h;
}

/* *ret_host NULL: there are too many. */
static int
host_add(struct replay *r, struct str name, struct replay_host **ret_host)
{
	struct replay_host *h = host_find(r, name);

	*ret_host = h;
	if (h != NULL || r->n_hosts == ORIGIN_HOSTS_MAX)
		return 0;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		return -ENOMEM;
	h->name = copy(name);
	if (h->name == NULL) {
		free(h);
		return -ENOMEM;
	}
	h->index = r->n_hosts++;
	HASH_ADD_KEYPTR(hh, r->hosts, h->name, name.len, h);
	*ret_host = h;
	return 0;
}

static void
page_release(struct replay_page *p)
{
	free(p->key);
	free(p->parent);
	free(p->type);
	free(p->location);
}

static struct replay_page *
page_find(struct replay *r, unsigned host, struct str path)
{
	struct replay_page *p = NULL;

	buf_reset(&r->scratch, SIZE_MAX);
	buf_addf(&r->scratch, "%u ", host);
	buf_add_str(&r->scratch, path);
	if (buf_err(&r->scratch) == 0)
		HASH_FIND(hh, r->by_key, r->scratch.data, r->scratch.len, p);
	return p;
}

static struct replay_page *
page_of_url(struct replay *r, struct str url)
{
	struct str authority, path;
	struct replay_host *h;

	if (!split_url(url, &authority, &path))
		return NULL;
	h = host_find(r, authority);
	return h != NULL ? page_find(r, h->index, path) : NULL;
}

/* --- making it ------------------------------------------------------------------------------------------------------------- */

int
replay_new(const char *dir, struct replay **ret_replay)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return -ENOMEM;
	r->latency_us = -1;
	r->scratch = BUF_INIT(3 * (size_t)REPLAY_BODY_MAX_BYTES);
	/* All of it at once: the table keeps pointers into it. */
	r->cap_pages = REPLAY_PAGES_MAX;
	r->pages = calloc(r->cap_pages, sizeof(*r->pages));
	r->fd = file_open_nameless(dir);
	if (r->pages == NULL || r->fd < 0) {
		int err = r->pages == NULL ? -ENOMEM : r->fd;

		replay_free(r);
		return err;
	}
	*ret_replay = r;
	return 0;
}

void
replay_free(struct replay *r)
{
	struct replay_host *h, *next;

	if (r == NULL)
		return;
	HASH_CLEAR(hh, r->by_key);
	for (size_t i = 0; i < r->n_pages; i++)
		page_release(&r->pages[i]);
	HASH_ITER(hh, r->hosts, h, next) {
		HASH_DEL(r->hosts, h);
		free(h->name);
		free(h);
	}
	free(r->pages);
	buf_release(&r->scratch);
	closep(&r->fd);
	free(r);
}

/* Into its parent's list, which was added before it: parents are finished first. */
static void
page_adopt(struct replay *r, size_t i)
{
	struct replay_page *p = &r->pages[i], *parent = page_of_url(r, str_of(p->parent));

	p->first_child = p->next_child = NO_PAGE;
	if (parent == NULL || parent == p)
		return;
	p->next_child = parent->first_child;
	parent->first_child = i;
}

int
replay_add(struct replay *r, const struct replay_fact *f)
{
	struct str authority, path, target_authority, target_path;
	struct replay_host *h, *target;
	struct replay_page *p;
	int err;

	if (r->n_pages == r->cap_pages || !split_url(f->url, &authority, &path))
		return 0;
	err = host_add(r, authority, &h);
	if (err < 0 || h == NULL || page_find(r, h->index, path) != NULL)
		return err;
	/* http to https of the same name: here these are one. */
	if (f->location.len > 0 && split_url(f->location, &target_authority, &target_path)) {
		target = host_find(r, target_authority);
		if (target == h && str_eq(path, target_path))
			return 0;
	}
	if (buf_err(&r->scratch) < 0)
		return buf_err(&r->scratch);
	p = &r->pages[r->n_pages];
	*p = (struct replay_page){ .key = copy(buf_str(&r->scratch)), .path = r->scratch.len - path.len, .parent = copy(f->parent),
		.type = copy(f->type), .location = copy(f->location), .host = h->index, .status = f->status, .links = f->links,
		.body_bytes = f->body_bytes, .latency_us = f->latency_us > 0 ? f->latency_us : 0 };
	if (p->key == NULL || p->parent == NULL || p->type == NULL || p->location == NULL) {
		page_release(p);
		return -ENOMEM;
	}
	HASH_ADD_KEYPTR(hh, r->by_key, p->key, r->scratch.len, p);
	page_adopt(r, r->n_pages++);
	return 1;
}

size_t
replay_n(const struct replay *r)
{
	return r->n_pages;
}

uint64_t
replay_body_bytes(const struct replay *r, size_t i)
{
	return r->pages[i].body_bytes;
}

bool
replay_is_seed(const struct replay *r, size_t i)
{
	return r->pages[i].parent[0] == '\0';
}

unsigned
replay_hosts(const struct replay *r)
{
	return r->n_hosts;
}

void
replay_set_port(struct replay *r, unsigned port)
{
	r->port = port;
}

void
replay_set_latency(struct replay *r, int64_t latency_us)
{
	r->latency_us = latency_us;
}

/* --- references -------------------------------------------------------------------------------------------------------------- */

static void
put_host(const struct replay *r, unsigned host, struct buf *out)
{
	char address[ORIGIN_ADDRESS_SIZE];

	origin_address(host, address);
	buf_addf(out, "http://%s:%u", address, r->port);
}

void
replay_put_url(const struct replay *r, size_t i, struct buf *out)
{
	const struct replay_page *p = &r->pages[i];

	put_host(r, p->host, out);
	buf_add_str(out, str_of(p->key + p->path));
}

static bool
ends_authority(char c)
{
	return memchr("/?#\"'<> )\\&;\r\n\t", c, 15) != NULL;
}

/* Bytes before the "//" at `at` that belong to the reference: "https:"; 0: none, and what stands before lets one begin; SIZE_MAX: no reference. */
static size_t
scheme_before(struct str body, size_t at)
{
	if (at >= 6 && str_ieq(str_n(body.p + at - 6, 6), STR("https:")))
		return 6;
	if (at >= 5 && str_ieq(str_n(body.p + at - 5, 5), STR("http:")))
		return 5;
	return at > 0 && memchr("\"'=( \t\n", body.p[at - 1], 7) != NULL ? 0 : SIZE_MAX;
}

/* Absolute references to hosts that are here lead here. */
static void
put_led(const struct replay *r, struct str body, struct buf *out)
{
	size_t done = 0, at = 0;

	while (at + 2 < body.len) {
		const char *slashes = memmem(body.p + at, body.len - at, "//", 2);
		struct replay_host *h;
		size_t before, end;

		if (slashes == NULL)
			break;
		at = (size_t)(slashes - body.p);
		before = scheme_before(body, at);
		for (end = at + 2; end < body.len && end - at < 300 && !ends_authority(body.p[end]); end++)
			continue;
		h = before != SIZE_MAX && before <= at - done ? host_find(r, str_n(body.p + at + 2, end - at - 2)) : NULL;
		if (h != NULL) {
			buf_add(out, body.p + done, at - before - done);
			put_host(r, h->index, out);
			done = end;
		}
		at = end;
	}
	buf_add(out, body.p + done, body.len - done);
}

/* --- bodies ------------------------------------------------------------------------------------------------------------------ */

static void
put_link(const struct replay *r, size_t i, size_t text, struct buf *out)
{
	model_put_text(out, text);
	buf_add_str(out, STR("\"--><a class=\"ref\" href=\""));
	/* A canonical URL holds no quote; & in it is read right in these places. */
	replay_put_url(r, i, out);
	buf_add_str(out, STR("\">see</a>\n"));
}

/* Links to the pages that were found on it, the others to pages that were there before. */
static void
put_made_up(const struct replay *r, size_t i, struct buf *out)
{
	const struct replay_page *p = &r->pages[i];
	size_t text = p->body_bytes / ((size_t)p->links + 1), n = 0, start = out->len;

	text = text > 90 ? text - 90 : 0;
	buf_add_str(out, STR("<!DOCTYPE html><html lang=\"en\"><head><title>made up</title></head><body>\n"));
	for (size_t child = p->first_child; child != NO_PAGE && out->err == 0; child = r->pages[child].next_child, n++)
		put_link(r, child, text, out);
	for (; n < p->links && out->err == 0; n++)
		put_link(r, (i * 7 + n * 13) % (i + 1), text, out);
	if (out->len - start < p->body_bytes)
		model_put_text(out, p->body_bytes - (out->len - start));
}

static bool
is_text(const char *type)
{
	return str_starts(str_of(type), STR("text/")) || strstr(type, "xml") != NULL || strstr(type, "json") != NULL;
}

static int
spool_write(struct replay *r, struct str s)
{
	while (s.len > 0) {
		ssize_t n = pwrite(r->fd, s.p, s.len, (off_t)r->bytes);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			r->bytes += (uint64_t)n;
			s = str_n(s.p + n, s.len - (size_t)n);
		}
	}
	return 0;
}

int
replay_body(struct replay *r, size_t i, struct str body)
{
	CLEANUP(buf_releasep) struct buf out = BUF_INIT(3 * (size_t)REPLAY_BODY_MAX_BYTES);
	struct replay_page *p = &r->pages[i];
	int err;

	CHECK(i < r->n_pages && r->port > 0);
	if (body.p == NULL && str_starts(str_of(p->type), STR("text/html")))
		put_made_up(r, i, &out);
	else if (body.p == NULL)
		model_put_text(&out, p->body_bytes < REPLAY_BODY_MAX_BYTES ? p->body_bytes : REPLAY_BODY_MAX_BYTES);
	else if (is_text(p->type))
		put_led(r, body, &out);
	else
		buf_add_str(&out, body);
	if (buf_err(&out) < 0)
		return buf_err(&out);
	if (r->bytes + out.len > REPLAY_ALL_MAX_BYTES)
		return -EFBIG;
	p->at = r->bytes;
	p->len = out.len;
	err = spool_write(r, buf_str(&out));
	return err;
}

/* --- in the origin ------------------------------------------------------------------------------------------------------------ */

static const char *
spool_map(struct replay *r)
{
	void *map;

	if (r->map == NULL && r->bytes > 0) {
		map = mmap(NULL, r->bytes, PROT_READ, MAP_SHARED, r->fd, 0);
		CHECK(map != MAP_FAILED);
		r->map = map;
	}
	return r->map;
}

/* Is it a redirect to a host that is not here? */
static bool
leads_away(const struct replay *r, const struct replay_page *p)
{
	struct str authority, path;

	return p->location[0] != '\0' && (!split_url(str_of(p->location), &authority, &path) || host_find(r, authority) == NULL);
}

void
replay_answer(void *replay, unsigned host, struct str path, struct origin_answer *ret)
{
	struct replay *r = replay;
	struct replay_page *p = page_find(r, host, path);

	ret->latency_us = r->latency_us >= 0 ? model_latency_us(r->latency_us, path) : p != NULL ? p->latency_us : 0;
	/* Nothing is known of where it leads: there is no such page. */
	if (p == NULL || leads_away(r, p))
		return;
	ret->status = p->status;
	ret->type = str_of(p->type);
	if (p->len > 0)
		ret->body = str_n(spool_map(r) + p->at, p->len);
	ret->keeps_body = true;
	if (p->location[0] == '\0')
		return;
	buf_reset(&r->scratch, SIZE_MAX);
	put_led(r, str_of(p->location), &r->scratch);
	ret->location = buf_str(&r->scratch);
}
