/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/unzip.h"
#include "store/warc_body.h"

#define HEAD_MAX_BYTES  (512 * 1024) /* the record's and the answer's */
#define CHUNK_BYTES     65536

static void
unzip_closep(struct unzip **u)
{
	unzip_close(*u);
}

/* Some more of the member. 0: it is over; 1: there came some; negative errno. */
static int
read_more(struct unzip *u, struct buf *b)
{
	size_t n = 0;
	int r = buf_reserve(b, CHUNK_BYTES);

	if (r == 0)
		r = unzip_read(u, b->data + b->len, CHUNK_BYTES, &n);
	if (r < 0)
		return r;
	b->len += n;
	return n > 0;
}

/* The head that begins at b->data + at is read; *ret_end: what follows it. */
static int
read_head(struct unzip *u, struct buf *b, size_t at, size_t *ret_end)
{
	for (;;) {
		const char *end = b->len > at ? memmem(b->data + at, b->len - at, "\r\n\r\n", 4) : NULL;
		int r;

		if (end != NULL) {
			*ret_end = (size_t)(end + 4 - b->data);
			return 0;
		}
		if (b->len - at > HEAD_MAX_BYTES)
			return -EBADMSG;
		r = read_more(u, b);
		if (r <= 0)
			return r < 0 ? r : -EBADMSG;
	}
}

/* The value of a field, its name with the colon in any case; empty: there is none. */
static struct str
field(struct str head, struct str name)
{
	struct str line, rest = head;

	while (str_cut(rest, '\n', &line, &rest))
		if (str_istarts(line, name))
			return str_trim(str_n(line.p + name.len, line.len - name.len));
	return STR_NONE;
}

static bool
block_bytes(struct str head, uint64_t *ret_bytes)
{
	struct str text = field(head, STR("Content-Length:"));
	uint64_t n = 0;

	if (text.len == 0 || text.len > 15)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_is_digit((unsigned char)text.p[i]))
			return false;
		n = 10 * n + (uint64_t)(text.p[i] - '0');
	}
	*ret_bytes = n;
	return true;
}

int
warc_body(int fd, uint64_t offset, struct buf *out)
{
	CLEANUP(unzip_closep) struct unzip *u = NULL;
	CLEANUP(buf_releasep) struct buf b = BUF_INIT(out->max_bytes - out->len + (size_t)2 * HEAD_MAX_BYTES + CHUNK_BYTES);
	size_t block = 0, body = 0;
	uint64_t bytes;
	int r = unzip_open(fd, offset, UINT64_MAX, &u);

	if (r == 0)
		r = unzip_next(u);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	r = read_head(u, &b, 0, &block);
	if (r < 0)
		return r;
	if (!str_starts(buf_str(&b), STR("WARC/1.")) || !str_ieq(field(str_n(b.data, block), STR("WARC-Type:")), STR("response")) ||
		!block_bytes(str_n(b.data, block), &bytes))
		return -EBADMSG;
	if (bytes > b.max_bytes)
		return -EMSGSIZE;
	r = 1;
	while (r > 0 && b.len - block < bytes)
		r = read_more(u, &b);
	if (r < 0 || b.len - block < bytes)
		return r < 0 ? r : -ENODATA;
	r = read_head(u, &b, block, &body);
	if (r < 0 || body - block > bytes)
		return r < 0 ? r : -EBADMSG;
	buf_add(out, b.data + body, block + bytes - body);
	return buf_err(out);
}
