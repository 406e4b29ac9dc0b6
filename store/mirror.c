/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mirror.c: the sink of a mirror: each answer a file below site/ (path.h, site.h), its references rewritten (rewrite.h).
 *
 *	page arrives -> references to what is saved: relative; to all else: absolute -> file
 *	             -> the absolute ones, and where they stand in the file: to the spool
 *	close        -> each spooled page of whose targets some were saved later: those are made relative, a new file renamed
 *
 * So every reference works at any time: from the disk, or from the origin. The spool is a file without a name:
 *
 *	record   struct spool_head, path, and for each reference struct spool_ref, URL
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/linefile.h"
#include "store/mediatype.h"
#include "store/path.h"
#include "store/rewrite.h"
#include "store/saved.h"
#include "store/sink.h"
#include "store/site.h"

#define SPOOL_NAME           ".links.partial"
#define SPOOL_FLUSH_BYTES    ((size_t)256 * 1024)
#define MIRROR_PAGE_MAX      ((size_t)1 << 30)
#define MIRROR_KEEP_BYTES    ((size_t)1 << 20)

struct spool_head {
	uint32_t bytes; /* of the whole record */
	uint32_t n_refs;
	uint32_t path_len;
};

struct spool_ref {
	uint32_t start, end; /* in the file */
	uint32_t url_len;
	uint32_t syntax;
};

/* Where a link's text is until all are there. */
struct to_span {
	size_t off, len;
};

struct mirror {
	struct sink_context *ctx;
	struct site site;
	struct saved *saved;
	struct url url; /* a target */
	int spool_fd;
	uint64_t spool_bytes;
	struct buf spool;                /* not yet in the file */
	struct buf links, to_spans;      /* struct rewrite_link[], struct to_span[]: of the page under way */
	struct buf to, page, page_again; /* what links become; a page rewritten; one read back */
};

/* --- what a reference becomes --- */

/* Appends the relative reference from the file `from` to that of url, if there is one. */
static bool
find_local(struct mirror *m, struct str from, struct str url)
{
	char path[STORE_PATH_MAX_BYTES];
	struct str target, type;

	if (!saved_find(m->saved, url, &target, &type) || url_parse(&m->url, target, NULL) < 0)
		return false;
	rewrite_relative(from, str_n(path, store_path(&m->url, type, path)), &m->to);
	return true;
}

static void
add_link(struct mirror *m, const struct rewrite_link *link, size_t to_off)
{
	struct to_span span = { to_off, m->to.len - to_off };

	buf_add(&m->links, link, sizeof(*link));
	buf_add(&m->to_spans, &span, sizeof(span));
}

static void
begin_links(struct mirror *m)
{
	buf_reset(&m->links, MIRROR_KEEP_BYTES);
	buf_reset(&m->to_spans, MIRROR_KEEP_BYTES);
	buf_reset(&m->to, MIRROR_KEEP_BYTES);
}

/* Gives each link its text, now that this does not move any more. */
static int
end_links(struct mirror *m, struct rewrite_link **ret_links, size_t *ret_n)
{
	struct rewrite_link *links = (struct rewrite_link *)(void *)m->links.data;
	const struct to_span *spans = (const struct to_span *)(const void *)m->to_spans.data;
	size_t n = m->links.len / sizeof(*links), i;

	if (buf_err(&m->links) < 0 || buf_err(&m->to_spans) < 0 || buf_err(&m->to) < 0)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		if (!links[i].absolute && links[i].to.p == NULL && spans[i].len > 0)
			links[i].to = str_n(m->to.data + spans[i].off, spans[i].len);
	*ret_links = links;
	*ret_n = n;
	return 0;
}

/* What the origin means by itself stays there: its canonical URL, and where forms are sent. */
static bool
stays_absolute(enum link_kind kind)
{
	return kind == LINK_CANONICAL || kind == LINK_FORM;
}

static int
links_of_page(struct mirror *m, const struct job *j, struct str path, struct str type, struct rewrite_link **ret_links, size_t *ret_n)
{
	const struct job_ref *refs = (const struct job_ref *)(const void *)j->refs.data;
	enum rewrite_syntax syntax = str_ends(type, STR("json")) ? REWRITE_JSON : REWRITE_HTML;
	size_t n = j->refs.len / sizeof(*refs), i;

	begin_links(m);
	for (i = 0; i < n; i++) {
		const struct job_ref *ref = &refs[i];
		struct str url = job_ref_url(j, ref);
		size_t off = m->to.len;
		struct rewrite_link link = {
			.start = ref->start,
			.end = ref->end,
			.syntax = (ref->flags & LINK_IN_STYLE) != 0 ? REWRITE_CSS : syntax,
		};

		if (ref->start == ref->end)
			continue;
		link.for_good = stays_absolute((enum link_kind)ref->kind);
		if (link.for_good || !find_local(m, path, url)) {
			link.absolute = true;
			link.to = url;
		}
		add_link(m, &link, off);
	}
	return end_links(m, ret_links, ret_n);
}

/* --- the spool --- */

static int
spool_flush(struct mirror *m)
{
	size_t done;
	int r = write_all(m->spool_fd, m->spool.data, m->spool.len, &done);

	m->spool_bytes += done;
	buf_reset(&m->spool, MIRROR_KEEP_BYTES);
	return r;
}

/* The references of the page that may become local later. */
static int
spool_page(struct mirror *m, struct str path, const struct rewrite_link *links, size_t n)
{
	struct spool_head head = { .path_len = (uint32_t)path.len };
	size_t from = m->spool.len, i;

	buf_add(&m->spool, &head, sizeof(head));
	buf_add_str(&m->spool, path);
	for (i = 0; i < n; i++) {
		struct spool_ref ref = { links[i].start, links[i].end, (uint32_t)links[i].to.len, links[i].syntax };

		if (!links[i].absolute || links[i].for_good || links[i].start == links[i].end)
			continue;
		buf_add(&m->spool, &ref, sizeof(ref));
		buf_add_str(&m->spool, links[i].to);
		head.n_refs++;
	}
	if (buf_err(&m->spool) < 0)
		return buf_err(&m->spool);
	if (head.n_refs == 0) {
		m->spool.len = from;
		return 0;
	}
	head.bytes = (uint32_t)(m->spool.len - from);
	memcpy(m->spool.data + from, &head, sizeof(head));
	return m->spool.len >= SPOOL_FLUSH_BYTES ? spool_flush(m) : 0;
}

/* --- a page arrives --- */

static int
save_page(struct mirror *m, const struct job *j, struct str path, struct str type)
{
	struct rewrite_link *links;
	size_t n;
	int r;

	if (j->body.data == NULL || j->refs.len == 0)
		return site_put_body(&m->site, path, j, &m->ctx->bytes_written);
	r = links_of_page(m, j, path, type, &links, &n);
	if (r < 0)
		return r;
	buf_reset(&m->page, MIRROR_KEEP_BYTES);
	r = rewrite_links(str_n(j->body.data, j->body.len), links, n, &m->page);
	if (r == -EMSGSIZE)
		return site_put_body(&m->site, path, j, &m->ctx->bytes_written);
	if (r == 0)
		r = site_put(&m->site, path, buf_str(&m->page), &m->ctx->bytes_written);
	return r < 0 ? r : spool_page(m, path, links, n);
}

static bool
is_kept(const struct job *j)
{
	return j->outcome == OUTCOME_OK && (j->status == 200 || j->status == 203) && !j->links_only &&
	       (j->body.len == 0 || j->body.data != NULL || j->body.file_fd >= 0);
}

static int
mirror_put(void *state, struct job *j)
{
	char name[sizeof(SITE_NAME) + STORE_PATH_MAX_BYTES] = SITE_NAME "/", essence[MEDIATYPE_MAX_BYTES];
	struct str sent = job_get(j, j->content_type), type, path;
	struct mirror *m = state;
	size_t len;
	int r = 0;

	if (j->redirect_to.len > 0)
		r = saved_redirect(m->saved, url_href(&j->url), job_get(j, j->redirect_to));
	if (r < 0 || !is_kept(j))
		return r < 0 ? sink_fail(m->ctx, SITE_NAME, r) : 0;
	type = str_n(essence, mediatype_essence(sent, essence));
	len = store_path(&j->url, sent, name + sizeof(SITE_NAME));
	path = str_n(name + sizeof(SITE_NAME), len);
	/* First, because it may refer to itself. */
	r = saved_put(m->saved, url_href(&j->url), type);
	if (r == 0)
		r = save_page(m, j, path, type);
	if (r < 0)
		return sink_fail(m->ctx, SITE_NAME, r);
	return job_set(j, &j->saved_as, str_n(name, sizeof(SITE_NAME) + len)) == -ENOMEM ? -ENOMEM : 0;
}

/* --- at the end --- */

/* The references of a record: those that have a file now get its name, the others stay. */
static int
links_again(struct mirror *m, struct str refs, struct str path, size_t *ret_found)
{
	struct spool_ref ref;

	begin_links(m);
	*ret_found = 0;
	for (; refs.len > sizeof(ref); refs = str_n(refs.p + ref.url_len, refs.len - ref.url_len)) {
		struct rewrite_link link = { 0 };
		size_t off = m->to.len;

		memcpy(&ref, refs.p, sizeof(ref));
		refs = str_n(refs.p + sizeof(ref), refs.len - sizeof(ref));
		CHECK(ref.url_len <= refs.len);
		if (!find_local(m, path, str_n(refs.p, ref.url_len)))
			continue;
		link.start = ref.start;
		link.end = ref.end;
		link.syntax = (enum rewrite_syntax)ref.syntax;
		add_link(m, &link, off);
		++*ret_found;
	}
	return 0;
}

/* Is the file as we left it, as far as it matters? */
static bool
is_ours(struct mirror *m, const struct rewrite_link *link)
{
	struct str page = buf_str(&m->page_again);

	return link->end <= page.len && (str_starts(str_n(page.p + link->start, page.len - link->start), STR("http")));
}

static int
save_again(struct mirror *m, struct str path, struct str refs)
{
	struct rewrite_link *links;
	size_t n, i;
	int r = links_again(m, refs, path, &n);

	if (r < 0 || n == 0)
		return r;
	r = end_links(m, &links, &n);
	buf_reset(&m->page_again, MIRROR_KEEP_BYTES);
	if (r == 0)
		r = site_get(&m->site, path, &m->page_again);
	if (r < 0)
		return r == -ENOENT ? 0 : r; /* somebody took it away: it is theirs */
	for (i = 0; i < n; i++)
		if (!is_ours(m, &links[i]))
			return 0;
	buf_reset(&m->page, MIRROR_KEEP_BYTES);
	r = rewrite_links(buf_str(&m->page_again), links, n, &m->page);
	if (r < 0)
		return r == -EMSGSIZE ? 0 : r;
	return site_put(&m->site, path, buf_str(&m->page), &m->ctx->bytes_written);
}

static int
read_at(int fd, void *dst, size_t len, uint64_t at)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, (char *)dst + got, len - got, (off_t)(at + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		got += (size_t)n;
	}
	return 0;
}

static int
settle(struct mirror *m)
{
	CLEANUP(buf_releasep) struct buf record = BUF_INIT(MIRROR_PAGE_MAX);
	struct spool_head head;
	uint64_t at;
	int r = spool_flush(m);

	for (at = 0; r == 0 && at < m->spool_bytes; at += head.bytes) {
		struct str path;

		r = read_at(m->spool_fd, &head, sizeof(head), at);
		buf_reset(&record, MIRROR_KEEP_BYTES);
		if (r == 0)
			r = buf_reserve(&record, head.bytes);
		if (r == 0)
			r = read_at(m->spool_fd, record.data, head.bytes, at);
		if (r < 0)
			break;
		path = str_n(record.data + sizeof(head), head.path_len);
		r = save_again(m, path, str_n(path.p + path.len, head.bytes - sizeof(head) - path.len));
	}
	return r;
}

/* --- life --- */

static void
mirror_free(struct mirror *m)
{
	site_close(&m->site);
	saved_free(m->saved);
	closep(&m->spool_fd);
	url_release(&m->url);
	buf_release(&m->spool);
	buf_release(&m->links);
	buf_release(&m->to_spans);
	buf_release(&m->to);
	buf_release(&m->page);
	buf_release(&m->page_again);
	free(m);
}

static int
spool_open(struct mirror *m)
{
	m->spool_fd = openat(m->ctx->dir.fd, SPOOL_NAME, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (m->spool_fd < 0)
		return -errno;
	(void)unlinkat(m->ctx->dir.fd, SPOOL_NAME, 0);
	return 0;
}

static int
mirror_open(struct sink_context *ctx, void **ret_state)
{
	struct mirror *m = calloc(1, sizeof(*m));
	int r;

	if (m == NULL)
		return -ENOMEM;
	m->ctx = ctx;
	m->site.fd = m->site.dir_fd = m->spool_fd = -1;
	url_init(&m->url);
	buf_init(&m->spool, MIRROR_PAGE_MAX);
	buf_init(&m->links, MIRROR_PAGE_MAX);
	buf_init(&m->to_spans, MIRROR_PAGE_MAX);
	buf_init(&m->to, MIRROR_PAGE_MAX);
	buf_init(&m->page, MIRROR_PAGE_MAX);
	buf_init(&m->page_again, MIRROR_PAGE_MAX);
	r = saved_new(&m->saved);
	if (r == 0)
		r = spool_open(m);
	if (r == 0)
		r = site_open(&ctx->dir, &m->site);
	if (r < 0) {
		mirror_free(m);
		return r;
	}
	*ret_state = m;
	return 0;
}

static int
mirror_close(void *state, bool failed)
{
	struct mirror *m = state;
	int r = failed ? 0 : settle(m);

	if (r < 0)
		r = sink_fail(m->ctx, SITE_NAME, r);
	mirror_free(m);
	return r;
}

static bool
mirror_wanted(const struct store_config *config)
{
	return config->mirror;
}

const struct sink_ops sink_mirror = {
	.name = SITE_NAME,
	.wanted = mirror_wanted,
	.open = mirror_open,
	.put = mirror_put,
	.close = mirror_close,
};
