/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "store/linefile.h"
#include "store/linkspool.h"
#include "store/site.h"

#define SPOOL_FLUSH_BYTES ((size_t)256 * 1024)
#define SPOOL_KEEP_BYTES  ((size_t)1024 * 1024)
#define SPOOL_READ_BYTES  ((size_t)64 * 1024)
#define SPOOL_RECORD_MAX  ((size_t)1 << 30)

#define EXPLAINED         0x100u
#define NEEDED            0x200u
#define OF_USE            0x400u
#define OF_XML            0x800u
#define IN_SRCDOC         0x1000u
#define FLAGS             (EXPLAINED | NEEDED | OF_USE | OF_XML | IN_SRCDOC)

struct spool_head {
	uint64_t hash;  /* 0: crossed out */
	uint32_t bytes; /* of the whole record */
	uint16_t path_len, width;
};

struct spool_ref {
	uint32_t start, end;
	uint32_t syntax; /* | FLAGS */
	uint32_t url_len;
};

int
linkspool_open(struct linkspool *s)
{
	uint64_t marked, sum;
	int r = sink_marked(s->ctx, LINKSPOOL_NAME, &marked, &sum);

	buf_init(&s->buf, SPOOL_RECORD_MAX);
	if (r < 0)
		return r;
	s->bytes = marked;
	s->fd = dir_open_cut(&s->ctx->dir, LINKSPOOL_NAME, O_RDWR, &s->bytes);
	if (s->fd < 0)
		return s->fd;
	/* Part of it was lost, and where a record begins with it: what it spoke of leads to the origin, as it did. */
	if (s->bytes < marked) {
		s->bytes = 0;
		if (ftruncate(s->fd, 0) < 0)
			return -errno;
	}
	/* Not O_APPEND: with that, no pwrite(2) goes anywhere else. */
	if (lseek(s->fd, (off_t)s->bytes, SEEK_SET) < 0)
		return -errno;
	s->synced_bytes = s->bytes;
	return 0;
}

void
linkspool_close(struct linkspool *s)
{
	closep(&s->fd);
	buf_release(&s->buf);
}

int
linkspool_flush(struct linkspool *s, uint64_t *ret_bytes)
{
	size_t done;
	int r = file_write_all(s->fd, s->buf.data, s->buf.len, &done);

	s->bytes += done;
	s->ctx->bytes_written += done;
	buf_reset(&s->buf, SPOOL_KEEP_BYTES);
	*ret_bytes = s->bytes;
	return r;
}

uint64_t
linkspool_hash(const uint64_t content_hash[2])
{
	return content_hash[0] != 0 ? content_hash[0] : 1; /* 0: crossed out */
}

uint64_t
linkspool_hash_of(struct str file)
{
	uint64_t hash[2];

	hash_content(file.p, file.len, hash);
	return linkspool_hash(hash);
}

int
linkspool_add(struct linkspool *s, struct str path, uint64_t hash, enum rewrite_width width, const struct rewrite_link *links, size_t n)
{
	struct spool_head head = { .path_len = (uint16_t)path.len, .width = (uint16_t)width };
	size_t from = s->buf.len, i, n_refs = 0;
	uint64_t bytes;
	int r;

	buf_add(&s->buf, &head, sizeof(head));
	buf_add_str(&s->buf, path);
	for (i = 0; i < n; i++) {
		struct spool_ref ref = { links[i].start, links[i].end, links[i].syntax | (links[i].explained ? EXPLAINED : 0) |
			(links[i].needed ? NEEDED : 0) | (links[i].of_use ? OF_USE : 0) | (links[i].of_xml ? OF_XML : 0) |
			(links[i].in_srcdoc ? IN_SRCDOC : 0), (uint32_t)links[i].to.len };

		if (!links[i].absolute || links[i].for_good || links[i].start == links[i].end)
			continue;
		buf_add(&s->buf, &ref, sizeof(ref));
		buf_add_str(&s->buf, links[i].to);
		n_refs++;
	}
	r = buf_err(&s->buf);
	if (r < 0 || n_refs == 0) {
		s->buf.len = from;
		return r;
	}
	head.hash = hash;
	head.bytes = (uint32_t)(s->buf.len - from);
	memcpy(s->buf.data + from, &head, sizeof(head));
	return s->buf.len >= SPOOL_FLUSH_BYTES ? linkspool_flush(s, &bytes) : 0;
}

void
linkspool_cross_out(struct linkspool *s, uint64_t at)
{
	const uint64_t none = 0;

	CHECK(at < s->bytes);
	if (pwrite(s->fd, &none, sizeof(none), (off_t)at) < 0)
		return; /* it is looked at again, then */
}

int
linkspool_sync(struct linkspool *s)
{
	uint64_t bytes;
	int r = linkspool_flush(s, &bytes);

	if (r < 0 || s->synced_bytes == bytes)
		return r;
	if (fdatasync(s->fd) < 0)
		return -errno;
	s->synced_bytes = bytes;
	return sink_mark(s->ctx, LINKSPOOL_NAME, bytes, 0);
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

void
linkspool_view_init(struct linkspool_view *v)
{
	*v = (struct linkspool_view){ .from = 0 };
	buf_init(&v->bytes, SPOOL_RECORD_MAX);
}

void
linkspool_view_release(struct linkspool_view *v)
{
	buf_release(&v->bytes);
}

void
linkspool_view_forget(struct linkspool_view *v)
{
	buf_reset(&v->bytes, SPOOL_KEEP_BYTES);
}

/* n bytes from at on, which lie before end; what follows them there is read with them. */
static int
view(const struct linkspool *s, struct linkspool_view *v, uint64_t at, size_t n, uint64_t end, const char **ret_bytes)
{
	if (at < v->from || at - v->from > v->bytes.len || n > v->bytes.len - (at - v->from)) {
		size_t most = n > SPOOL_READ_BYTES ? n : SPOOL_READ_BYTES;
		int r;

		if (most > end - at)
			most = (size_t)(end - at);
		linkspool_view_forget(v);
		r = buf_reserve(&v->bytes, most);
		if (r == 0)
			r = read_at(s->fd, v->bytes.data, most, at);
		if (r < 0)
			return r;
		v->bytes.len = most;
		v->from = at;
	}
	*ret_bytes = v->bytes.data + (at - v->from);
	return 0;
}

int
linkspool_next(const struct linkspool *s, struct linkspool_view *v, uint64_t *at, uint64_t end, struct linkspool_page *ret_page)
{
	struct spool_head head = { .hash = 0 };
	const char *bytes;
	struct str path;
	int r;

	for (;; *at += head.bytes) {
		if (*at >= end || end - *at < sizeof(head))
			return 0;
		r = view(s, v, *at, sizeof(head), end, &bytes);
		if (r < 0)
			return r;
		memcpy(&head, bytes, sizeof(head));
		if (head.bytes > end - *at || head.bytes > SPOOL_RECORD_MAX || head.bytes < sizeof(head) ||
			head.path_len > head.bytes - sizeof(head) || head.width > REWRITE_UTF16BE)
			return 0;
		if (head.hash != 0)
			break;
	}
	r = view(s, v, *at, head.bytes, end, &bytes);
	if (r < 0)
		return r;
	path = str_n(bytes + sizeof(head), head.path_len);
	if (!site_is_path(path))
		return 0;
	*ret_page = (struct linkspool_page){
		.path = path,
		.hash = head.hash,
		.at = *at,
		.width = (enum rewrite_width)head.width,
		.refs = str_n(path.p + path.len, head.bytes - sizeof(head) - path.len),
	};
	*at += head.bytes;
	return 1;
}

bool
linkspool_ref(struct str *refs, struct rewrite_link *ret_link)
{
	struct spool_ref ref;

	if (refs->len < sizeof(ref))
		return false;
	memcpy(&ref, refs->p, sizeof(ref));
	if (ref.url_len > refs->len - sizeof(ref) || (ref.syntax & ~FLAGS) > REWRITE_JSON)
		return false;
	*ret_link = (struct rewrite_link){
		.start = ref.start,
		.end = ref.end,
		.syntax = (enum rewrite_syntax)(ref.syntax & ~FLAGS),
		.explained = (ref.syntax & EXPLAINED) != 0,
		.needed = (ref.syntax & NEEDED) != 0,
		.of_use = (ref.syntax & OF_USE) != 0,
		.of_xml = (ref.syntax & OF_XML) != 0,
		.in_srcdoc = (ref.syntax & IN_SRCDOC) != 0,
		.absolute = true,
		.to = str_n(refs->p + sizeof(ref), ref.url_len),
	};
	*refs = str_n(refs->p + sizeof(ref) + ref.url_len, refs->len - sizeof(ref) - ref.url_len);
	return true;
}
