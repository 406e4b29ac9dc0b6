/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the job's URLs is asked for, and what is sent for it. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "crawler/serve.h"
#include "url/canon.h"
#include "url/net.h"
#include "url/percent.h"

#define SERVE_URL_MAX_BYTES (64 * 1024)

/* --- the Host --- */

/* "[::1]", "127.0.0.1": digits and dots, or in brackets. What is no name cannot be made to lead elsewhere. */
static bool
is_address(struct str host)
{
	size_t i, dots = 0;

	if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
		return true;
	for (i = 0; i < host.len; i++) {
		if (!ascii_is_digit((unsigned char)host.p[i]) && host.p[i] != '.')
			return false;
		dots += host.p[i] == '.';
	}
	return dots == 3;
}

bool
serve_host_is_local(struct str host, struct str *ret_name)
{
	static const char tail[] = ".localhost";
	size_t end = host.len, n = sizeof(tail) - 1;

	while (end > 0 && ascii_is_digit((unsigned char)host.p[end - 1]))
		end--;
	if (end > 0 && host.p[end - 1] == ':' && memchr(host.p, ']', end) == memrchr(host.p, ']', end))
		host.len = end - 1;
	*ret_name = STR("");
	if (host.len > n && str_ieq(str_n(host.p + host.len - n, n), str_of(tail))) {
		*ret_name = str_n(host.p, host.len - n);
		return true;
	}
	return str_ieq(host, STR("localhost")) || is_address(host);
}

bool
serve_origin_is_ours(const struct serve *s, struct str origin)
{
	char tail[32];
	struct str host, name;

	if (!str_starts(origin, STR("http://")))
		return false;
	(void)snprintf(tail, sizeof(tail), ".localhost:%u", s->port);
	host = str_n(origin.p + 7, origin.len - 7);
	return str_ends(host, str_of(tail)) && serve_host_is_local(host, &name) && shelf_host_by_name(s->shelf, name) != NULL;
}

/* --- ranges --- */

bool
serve_range(struct str range, uint64_t whole, uint64_t *ret_offset, uint64_t *ret_len, bool *ret_none)
{
	struct str from, to;
	uint64_t first = 0, last = whole > 0 ? whole - 1 : 0;

	*ret_none = false;
	if (!str_istarts(range, STR("bytes=")) || !str_cut(str_n(range.p + 6, range.len - 6), '-', &from, &to))
		return false;
	if (from.len == 0) {
		if (str_to_u64(to, INT64_MAX, &first) < 0)
			return false;
		*ret_none = first == 0 || whole == 0;
		first = first < whole ? whole - first : 0;
	} else {
		if (str_to_u64(from, INT64_MAX, &first) < 0 || (to.len > 0 && str_to_u64(to, INT64_MAX, &last) < 0) ||
			(to.len > 0 && last < first))
			return false;
		*ret_none = first >= whole;
	}
	if (last >= whole && whole > 0)
		last = whole - 1;
	*ret_offset = first;
	*ret_len = *ret_none ? 0 : last - first + 1;
	return true;
}

/* --- links --- */

void
serve_put_link(const struct serve *s, struct buf *out, const struct shelf_host *h, const struct url *u, bool by_path)
{
	if (by_path)
		buf_addf(out, "/%s", h->dir);
	else
		buf_addf(out, "http://%s.localhost:%u", h->name, s->port);
	buf_add_str(out, url_pathname(u));
	buf_add_str(out, url_search(u));
}

MUST_CHECK static int
redirect(struct serve_answer *a)
{
	a->status = 302;
	return buf_err(&a->location);
}

/* --- what is found --- */

/* Of how many directories: relative references lead the same way from two places that have as many. */
static size_t
slashes(struct str path)
{
	size_t n = 0;

	for (size_t i = 0; i < path.len; i++)
		n += path.p[i] == '/';
	return n;
}

static bool
is_text(struct str type)
{
	return str_starts(type, STR("text/")) || str_ends(type, STR("xml")) || str_ends(type, STR("json")) || str_ends(type, STR("javascript"));
}

/* What pages of another host load with the guards of CORS on, and could at the origin: else a page's fonts and modules are missing. */
static bool
is_shared(struct str type)
{
	return str_starts(type, STR("font/")) || str_starts(type, STR("application/font")) || str_ends(type, STR("javascript")) ||
		str_eq(type, STR("text/css"));
}

MUST_CHECK static int
send_item(struct serve *s, const struct serve_request *q, const struct shelf_item *item, bool by_path, struct serve_answer *a)
{
	struct stat st;
	bool none = false;
	int fd = shelf_open_item(s->shelf, item, &st);

	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM)
		return fd;
	if (fd == -ENOENT && item->archived)
		return serve_say(a, 404, "The job has seen this, and not kept it.", item->url);
	if (fd == -EFBIG || fd == -ENOSPC)
		return serve_say(a, 507, "There is no room to take this out of the archive: TMPDIR may name a directory with more.", item->url);
	if (fd < 0)
		return serve_say(a, 404, "The job has kept this, but its file cannot be read any more.", item->url);
	a->fd = fd;
	a->whole = a->len = (uint64_t)st.st_size;
	/* An archive has the origin's words for its errors too. */
	a->status = item->archived && item->status >= 400 && item->status < 600 ? item->status : 200;
	if (a->status == 200 && serve_range(q->range, a->whole, &a->offset, &a->len, &none))
		a->status = none ? 416 : 206;
	buf_add_str(&a->type, item->type);
	if (item->charset.len > 0 && is_text(item->type)) {
		buf_add_str(&a->type, STR("; charset="));
		buf_add_str(&a->type, item->charset);
	}
	a->sandbox = by_path;
	a->shared = is_shared(item->type);
	return buf_err(&a->type);
}

/* A redirect of the origin's: to where its target is here. */
MUST_CHECK static int
send_redirect(struct serve *s, const struct shelf_item *item, bool by_path, struct serve_answer *a)
{
	const struct shelf_host *h = NULL;
	CLEANUP(buf_releasep) struct buf to = BUF_INIT(SERVE_URL_MAX_BYTES);
	struct shelf_item target = { .id = 0 };
	int r = 0;

	buf_add_str(&to, item->redirect_to);
	if (buf_err(&to) < 0)
		return -ENOMEM;
	if (url_parse(&s->target, buf_str(&to), NULL) == 0 && url_is_http(&s->target)) {
		r = shelf_find(s->shelf, &s->target, &target);
		h = r == 1 ? shelf_host_of(s->shelf, &s->target) : NULL;
	}
	if (r < 0)
		return r;
	if (h == NULL)
		return serve_say(a, 404, "This URL redirects to one that the job does not have.", buf_str(&to));
	serve_put_link(s, &a->location, h, &s->target, by_path);
	return redirect(a);
}

/*
 * A mirrored page's relative references are right from where its file is. A URL with more or fewer directories (a name that was too
 * long) is redirected there.
 */
static bool
is_elsewhere(const struct serve_request *q, const struct shelf_host *h, const struct shelf_item *item, struct str path)
{
	struct str file = shelf_site_path(item);
	size_t n = strlen(h->dir);

	return file.len > n && str_starts(file, str_of(h->dir)) && file.p[n] == '/' &&
		slashes(str_n(file.p + n, file.len - n)) != slashes(path);
}

/* The URL that path and query are on h. 1: it was answered. */
MUST_CHECK static int
by_url(struct serve *s, const struct serve_request *q, const struct shelf_host *h, struct str path, bool by_path, struct serve_answer *a)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(SERVE_URL_MAX_BYTES);
	struct shelf_item item = { .id = 0 };
	int r;

	buf_add_str(&text, str_of(h->origin));
	buf_add_str(&text, path);
	buf_add_str(&text, q->search);
	r = buf_err(&text);
	if (r == 0)
		r = url_parse(&s->url, buf_str(&text), NULL);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	url_canon(&s->url);
	r = shelf_find(s->shelf, &s->url, &item);
	if (r <= 0)
		return r;
	if (item.saved.len == 0 && item.redirect_to.len > 0)
		r = send_redirect(s, &item, by_path, a);
	else if (item.saved.len == 0 && !item.archived)
		r = serve_say(a, 404, item.status >= 400 ? "The origin answered this with an error." : "The job has seen this, and not kept it.", item.url);
	else if (is_elsewhere(q, h, &item, path)) {
		if (by_path)
			buf_addc(&a->location, '/');
		else
			buf_addf(&a->location, "http://%s.localhost:%u", h->name, s->port);
		percent_encode(&a->location, by_path ? shelf_site_path(&item) : str_n(shelf_site_path(&item).p + strlen(h->dir),
			shelf_site_path(&item).len - strlen(h->dir)), PERCENT_PATH);
		r = redirect(a);
	} else
		r = send_item(s, q, &item, by_path, a);
	return r < 0 ? r : 1;
}

/* The file of the mirror that path is below h's directory. 1: it was answered. */
MUST_CHECK static int
by_file(struct serve *s, const struct serve_request *q, const struct shelf_host *h, struct str path, bool by_path, struct serve_answer *a)
{
	CLEANUP(buf_releasep) struct buf file = BUF_INIT(SERVE_URL_MAX_BYTES);
	struct shelf_item item = { .id = 0 };
	int r;

	buf_add_str(&file, str_of(h->dir));
	percent_decode(&file, path);
	r = buf_err(&file);
	if (r == 0)
		r = shelf_find_file(s->shelf, buf_str(&file), &item);
	if (r == 1)
		r = send_item(s, q, &item, by_path, a);
	else
		return r == -EMSGSIZE ? 0 : r;
	return r < 0 ? r : 1;
}

/* The host that the path begins with, and the rest of it. */
static const struct shelf_host *
host_of_path(struct serve *s, struct str path, struct str *ret_rest)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(SERVE_URL_MAX_BYTES);
	const char *end;

	if (path.len < 2)
		return NULL;
	end = memchr(path.p + 1, '/', path.len - 1);
	if (end == NULL)
		end = path.p + path.len;
	percent_decode(&dir, str_n(path.p + 1, (size_t)(end - path.p) - 1));
	*ret_rest = str_n(end, path.len - (size_t)(end - path.p));
	return buf_err(&dir) < 0 ? NULL : shelf_host_by_dir(s->shelf, buf_str(&dir));
}

static int
not_here(struct serve_answer *a, const struct shelf_host *h, const struct serve_request *q, struct str path)
{
	CLEANUP(buf_releasep) struct buf url = BUF_INIT(SERVE_URL_MAX_BYTES);

	if (h != NULL) {
		buf_add_str(&url, str_of(h->origin));
		buf_add_str(&url, path);
		buf_add_str(&url, q->search);
	}
	return serve_say(a, 404, "The job does not have this.", buf_err(&url) < 0 ? STR("") : buf_str(&url));
}

int
serve_answer(struct serve *s, const struct serve_request *q, struct serve_answer *a)
{
	struct str rest = STR("");
	const struct shelf_host *h;
	int r = 0;

	if (q->host != NULL) {
		r = by_url(s, q, q->host, q->path, false, a);
		if (r == 0)
			r = by_file(s, q, q->host, q->path, false, a);
		if (r != 0)
			return r < 0 ? r : 0;
	} else if (str_eq(q->path, STR("/")))
		return serve_front(s, q->search, a);
	h = host_of_path(s, q->path, &rest);
	if (h == NULL || (q->host != NULL && rest.len == 0))
		return not_here(a, q->host, q, q->path);
	if (q->host != NULL) {
		buf_addf(&a->location, "http://%s.localhost:%u", h->name, s->port);
		buf_add_str(&a->location, rest);
		buf_add_str(&a->location, q->search);
		return redirect(a);
	}
	if (rest.len == 0) {
		buf_add_str(&a->location, q->path);
		buf_addc(&a->location, '/');
		return redirect(a);
	}
	r = by_url(s, q, h, rest, true, a);
	if (r == 0)
		r = by_file(s, q, h, rest, true, a);
	if (r == 0)
		r = not_here(a, h, q, rest);
	return r < 0 ? r : 0;
}
