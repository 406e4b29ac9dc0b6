/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "url/job.h"

/* What a recycled job keeps of its text buffer: enough for all but the strangest pages. */
#define JOB_TEXT_KEEP_BYTES 4096
/* And of what it has found. */
#define JOB_FOUND_KEEP_BYTES 4096

static void
job_clear(struct job *j)
{
	struct url url = j->url;
	struct buf text = j->text, visible = j->visible, refs = j->refs, refs_text = j->refs_text;
	struct buf response_head = j->response_head, request_head = j->request_head, ask = j->ask;
	struct buf found = j->found, found_fps = j->found_fps, set_cookies = j->set_cookies;

	*j = (struct job){
		.magic = JOB_MAGIC,
		.url = url,
		.text = text,
		.visible = visible,
		.refs = refs,
		.refs_text = refs_text,
		.response_head = response_head,
		.request_head = request_head,
		.ask = ask,
		.found = found,
		.found_fps = found_fps,
		.set_cookies = set_cookies,
		.retry_after_us = -1,
		.body = { .slot = -1, .file_fd = -1 },
		.timing = { .connect_us = -1, .first_byte_us = -1, .answer_us = -1, .total_us = -1, .parse_us = -1 },
	};
}

/* They have no memory of their own to keep. */
static void
job_drop_refs(struct job *j)
{
	buf_release(&j->refs);
	buf_release(&j->refs_text);
	free(j->refs_memory);
	j->refs_memory = NULL;
	j->refs_bytes = 0;
}

int
job_new(struct job **ret_job)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return -ENOMEM;
	url_init(&j->url);
	buf_init(&j->text, JOB_TEXT_MAX_BYTES);
	buf_init(&j->visible, JOB_VISIBLE_MAX_BYTES);
	buf_init(&j->refs, JOB_REFS_MAX_BYTES);
	buf_init(&j->refs_text, JOB_REFS_MAX_BYTES);
	buf_init(&j->response_head, JOB_HEAD_MAX_BYTES);
	buf_init(&j->request_head, JOB_HEAD_MAX_BYTES);
	buf_init(&j->ask, JOB_ASK_MAX_BYTES);
	buf_init(&j->found, JOB_FOUND_MAX_BYTES);
	buf_init(&j->found_fps, JOB_FOUND_MAX_BYTES);
	buf_init(&j->set_cookies, JOB_COOKIES_MAX_BYTES);
	job_clear(j);
	*ret_job = j;
	return 0;
}

void
job_free(struct job *j)
{
	if (j == NULL)
		return;
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(j->body.slot < 0 && j->body.file_fd < 0 && j->page == NULL);
	url_release(&j->url);
	buf_release(&j->text);
	buf_release(&j->visible);
	job_drop_refs(j);
	buf_release(&j->response_head);
	buf_release(&j->request_head);
	buf_release(&j->ask);
	buf_release(&j->found);
	buf_release(&j->found_fps);
	buf_release(&j->set_cookies);
	j->magic = 0;
	free(j);
}

void
job_reset(struct job *j)
{
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(j->body.slot < 0 && j->body.file_fd < 0 && j->page == NULL);
	buf_reset(&j->text, JOB_TEXT_KEEP_BYTES);
	buf_reset(&j->visible, JOB_TEXT_KEEP_BYTES);
	job_drop_refs(j);
	buf_reset(&j->response_head, JOB_TEXT_KEEP_BYTES);
	buf_reset(&j->request_head, JOB_TEXT_KEEP_BYTES);
	buf_reset(&j->ask, JOB_TEXT_KEEP_BYTES);
	buf_reset(&j->found, JOB_FOUND_KEEP_BYTES);
	buf_reset(&j->found_fps, JOB_FOUND_KEEP_BYTES);
	buf_reset(&j->set_cookies, JOB_TEXT_KEEP_BYTES);
	job_clear(j);
}

int
job_set(struct job *j, struct job_str *dst, struct str s)
{
	size_t off = j->text.len;

	*dst = (struct job_str){ 0, 0 };
	if (s.len == 0)
		return 0;
	if (s.len > JOB_TEXT_MAX_BYTES - off)
		return -EMSGSIZE;
	if (buf_add(&j->text, s.p, s.len) < 0) {
		int r = j->text.err;

		j->text.err = 0; /* one string too many must not make the later ones fail */
		return r;
	}
	*dst = (struct job_str){ (uint32_t)off, (uint32_t)s.len };
	return 0;
}

int
job_append(struct job *j, struct job_str *dst, struct str s, size_t max)
{
	bool last = dst->len > 0 && dst->off + dst->len == j->text.len;
	size_t need = s.len + (last ? 0 : dst->len);
	int r;

	if (s.len > max || dst->len > max - s.len || need > JOB_TEXT_MAX_BYTES - j->text.len)
		return -EMSGSIZE;
	r = buf_reserve(&j->text, need);
	if (r < 0) {
		j->text.err = 0;
		return r;
	}
	if (!last) {
		uint32_t off = (uint32_t)j->text.len;

		(void)buf_add(&j->text, j->text.data + dst->off, dst->len);
		dst->off = off;
	}
	(void)buf_add(&j->text, s.p, s.len);
	dst->len += (uint32_t)s.len;
	return 0;
}

void
job_hash_text(const struct job *j, char dst[JOB_HASH_TEXT_BYTES])
{
	hash_content_text(j->content_hash, dst);
}

void
job_simhash_text(const struct job *j, char dst[JOB_HASH_TEXT_BYTES])
{
	hash_half_text(j->simhash, dst);
}
