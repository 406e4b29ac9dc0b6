/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "base/json.h"
#include "store/cdxj.h"
#include "store/warc_record.h"
#include "url/surt.h"

static void
put_text(struct buf *b, const char *key, struct str value)
{
	json_key(b, key);
	json_str(b, value);
}

/* Numbers are strings here: that is what the readers of CDXJ expect. */
static void
put_number(struct buf *b, const char *key, uint64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRIu64, value);

	put_text(b, key, str_n(text, (size_t)n));
}

static void
put_object(struct buf *b, const struct cdxj_line *l)
{
	json_begin(b);
	put_text(b, "url", l->url);
	if (l->mime.len > 0)
		put_text(b, "mime", l->mime);
	if (l->status != 0)
		put_number(b, "status", l->status);
	if (l->digest.len > 0)
		put_text(b, "digest", l->digest);
	if (l->bytes != UINT64_MAX)
		put_number(b, "length", l->bytes);
	put_number(b, "offset", l->offset);
	put_text(b, "filename", l->file_name);
	json_end(b);
}

void
cdxj_put(struct buf *b, const struct cdxj_capture *c)
{
	struct cdxj_line l = {
		.url = url_identity(c->url),
		.mime = c->mime,
		.digest = str_of(c->digest),
		.file_name = str_of(c->file_name),
		.status = c->status,
		.offset = c->offset,
		.bytes = c->bytes,
	};

	if (url_surt(c->url, b) < 0)
		b->err = b->err != 0 ? b->err : -ENOMEM;
	buf_addc(b, ' ');
	warc_put_stamp(b, c->wall_us);
	buf_addc(b, ' ');
	put_object(b, &l);
}

void
cdxj_put_line(struct buf *b, const struct cdxj_line *l)
{
	buf_add_str(b, l->key);
	buf_addc(b, ' ');
	buf_add_str(b, l->stamp);
	buf_addc(b, ' ');
	put_object(b, l);
}

/* --- reading --- */

static struct str
keep_text(struct buf *memory, const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	size_t off = memory->len;

	if (!json_is_string(v))
		return STR_NONE;
	buf_add(memory, json_string_value(v), json_string_length(v));
	return str_n((const char *)off, memory->len - off); /* an offset until all are in */
}

static void
place(const struct buf *memory, struct str *s)
{
	if (s->len > 0)
		s->p = memory->data + (size_t)(uintptr_t)s->p;
}

/* As a string, the usual way, or as a number. */
static uint64_t
get_number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	uint64_t n;

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		return (uint64_t)json_integer_value(v);
	if (json_is_string(v) &&
		str_to_u64(str_n(json_string_value(v), json_string_length(v)), UINT64_MAX - 1,
			&n) == 0)
		return n;
	return UINT64_MAX;
}

int
cdxj_read(struct str line, struct cdxj_line *ret)
{
	struct cdxj_line l = { .memory = ret->memory };
	struct str rest;
	uint64_t status;
	json_t *object;

	l.memory.max_bytes = CDXJ_LINE_MAX_BYTES;
	buf_reset(&l.memory, CDXJ_LINE_MAX_BYTES);
	ret->memory = (struct buf){ 0 };
	if (line.len > CDXJ_LINE_MAX_BYTES || !str_cut(line, ' ', &l.key, &rest) ||
		!str_cut(rest, ' ', &l.stamp, &rest)) {
		ret->memory = l.memory;
		return -EINVAL;
	}
	object = json_loadb(rest.p, rest.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		ret->memory = l.memory;
		return -EINVAL;
	}
	l.url = keep_text(&l.memory, object, "url");
	l.mime = keep_text(&l.memory, object, "mime");
	l.digest = keep_text(&l.memory, object, "digest");
	l.file_name = keep_text(&l.memory, object, "filename");
	l.offset = get_number(object, "offset");
	l.bytes = get_number(object, "length");
	status = get_number(object, "status");
	l.status = status <= 999 ? (unsigned)status : 0;
	json_decref(object);
	place(&l.memory, &l.url);
	place(&l.memory, &l.mime);
	place(&l.memory, &l.digest);
	place(&l.memory, &l.file_name);
	*ret = l;
	return buf_err(&l.memory);
}
