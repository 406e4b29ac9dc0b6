/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A body on its way: into its slot, to a file when it grows, to whoever streams it, or counted only. */
#include "config.h"

#include <errno.h>

#include "base/file.h"
#include "base/prefault.h"
#include "fetch/body_private.h"

#define BODY_FEW_BYTES  (16 * 1024)
#define BODY_SOME_BYTES (64 * 1024)

void
body_sink_begin(struct body_sink *s, struct body *b, struct job *j)
{
	CHECK(j->body.slot >= 0 && j->body.file_fd < 0);
	*s = (struct body_sink){ .body = b, .job = j, .mode = BODY_COUNT };
	j->body.len = 0;
	j->body.data = NULL;
	j->body.truncated = false;
}

void
body_sink_wants(struct body_sink *s, struct fetch_wants wants)
{
	const struct body_config *config = &s->body->config;

	s->wants = wants;
	if (wants.stream) {
		s->mode = BODY_STREAM;
		return;
	}
	if (wants.from > 0) {
		s->mode = BODY_RESUME;
		s->job->body.len = wants.from;
		return;
	}
	if (!wants.parse && !wants.keep)
		return;
	s->mode = BODY_MEMORY;
	s->memory_max = wants.parse ? s->body->page_max_bytes : config->spill_bytes;
}

enum outcome
body_sink_announced(struct body_sink *s, int64_t len)
{
	if (len < 0 || s->wants.prefix)
		return OUTCOME_OK;
	if ((uint64_t)len > s->body->config.max_body_bytes || s->wants.from > s->body->config.max_body_bytes - (uint64_t)len)
		return OUTCOME_BODY_TOO_LARGE;
	if (s->wants.parse && !s->wants.keep && (uint64_t)len > s->memory_max)
		return OUTCOME_PAGE_TOO_LARGE;
	s->is_far = (uint64_t)len > s->body->near_bytes && (uint64_t)len <= s->memory_max;
	return OUTCOME_OK;
}

static uint64_t
data_off(const struct body_sink *s)
{
	uint32_t i = (uint32_t)s->job->body.slot;

	return s->is_far ? body_far_off(s->body, i) : body_near_off(s->body, i);
}

static char *
slot_data(const struct body_sink *s)
{
	return s->body->base + data_off(s);
}

static enum outcome
write_failed(struct body_sink *s, int error)
{
	struct job *j = s->job;

	j->write_error = error;
	/* Without room for it the record has no detail. */
	if (job_set(j, &j->detail, str_of(strerror(error))) < 0)
		j->detail = (struct job_str){ 0, 0 };
	return OUTCOME_WRITE_FAILED;
}

static enum outcome
file_write(struct body_sink *s, const char *p, size_t len)
{
	int r = file_write_all(s->job->body.file_fd, p, len, NULL);

	return r < 0 ? write_failed(s, -r) : OUTCOME_OK;
}

/* From now on the body goes to a file. */
static enum outcome
sink_open(struct body_sink *s)
{
	const struct body_config *config = &s->body->config;
	int fd = config->file != NULL ? config->file(config->stream_arg, s->job) : -ENOENT;

	if (fd == -ENOENT && s->wants.from == 0)
		fd = file_open_nameless(s->body->tmp_dir);
	if (fd < 0)
		return fd == -EMFILE || fd == -ENFILE ? OUTCOME_NO_RESOURCES : write_failed(s, -fd);
	s->job->body.file_fd = fd;
	s->mode = BODY_FILE;
	return OUTCOME_OK;
}

/* What is in the slot moves to a file; the rest will follow it. */
static enum outcome
sink_spill(struct body_sink *s)
{
	enum outcome o = sink_open(s);

	return o == OUTCOME_OK ? file_write(s, slot_data(s), s->job->body.len) : o;
}

/* How much of a part is made resident for end bytes in it: rarely more than three calls and, in a reader, three faults for all pages that come to it. */
static uint64_t
touch_step(uint64_t end, uint64_t part_bytes)
{
	if (end <= BODY_FEW_BYTES)
		end = BODY_FEW_BYTES;
	else if (end <= BODY_SOME_BYTES)
		end = BODY_SOME_BYTES;
	else
		end = (end + BODY_PAGE_BYTES - 1) & ~(uint64_t)(BODY_PAGE_BYTES - 1);
	return end < part_bytes ? end : part_bytes;
}

/* Counts the pages of the part the body is in, up to end, as resident; false when there is no memory left for a large body (B3). */
static bool
part_touch(const struct body_sink *s, uint64_t end)
{
	struct body *b = s->body;
	struct slot *slot = &b->slots[s->job->body.slot];
	uint64_t *touched = s->is_far ? &slot->far_touched : &slot->touched;
	uint64_t more;

	if (end <= *touched)
		return true;
	end = touch_step(end, s->is_far ? b->config.slot_bytes : b->near_bytes);
	more = end - *touched;
	if (s->is_far && body_touched_bytes(b) + more > body_ceiling_bytes(b->config.touched_max_bytes))
		return false;
	atomic_fetch_add_explicit(&b->touched_bytes, more, memory_order_relaxed);
	prefault_pages(slot_data(s) + *touched, more);
	*touched = end;
	return true;
}

/* Room for end bytes; a body that outgrows its slot's near part moves to the far one. */
static bool
slot_touch(struct body_sink *s, uint64_t end)
{
	const char *near = slot_data(s);

	if (s->is_far || end <= s->body->near_bytes)
		return part_touch(s, end);
	s->is_far = true;
	if (!part_touch(s, end)) {
		s->is_far = false;
		return false;
	}
	memcpy(slot_data(s), near, s->job->body.len);
	return true;
}

/* As much of it as fits. */
static enum outcome
write_prefix(struct body_sink *s, const void *data, size_t len)
{
	struct job_body *jb = &s->job->body;
	uint64_t max = s->body->config.max_body_bytes;
	enum outcome o = OUTCOME_OK;

	if (max > s->memory_max)
		max = s->memory_max;
	if (len > max - jb->len) {
		len = (size_t)(max - jb->len);
		o = max == s->memory_max ? OUTCOME_PAGE_TOO_LARGE : OUTCOME_BODY_TOO_LARGE;
	}
	if (!slot_touch(s, jb->len + len))
		return OUTCOME_NO_RESOURCES;
	memcpy(slot_data(s) + jb->len, data, len);
	jb->len += len;
	return o;
}

enum outcome
body_write(struct body_sink *s, const void *data, size_t len)
{
	struct job_body *jb = &s->job->body;
	enum outcome o;

	if (s->mode == BODY_MEMORY && s->wants.prefix)
		return write_prefix(s, data, len);
	if (jb->len > s->body->config.max_body_bytes || len > s->body->config.max_body_bytes - jb->len)
		return OUTCOME_BODY_TOO_LARGE;
	if (s->wants.end > 0 && (jb->len > s->wants.end || len > s->wants.end - jb->len))
		return OUTCOME_PROTOCOL_ERROR;
	if (s->mode == BODY_RESUME) {
		o = sink_open(s);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_MEMORY && len > s->memory_max - jb->len) {
		if (s->wants.parse && !s->wants.keep)
			return OUTCOME_PAGE_TOO_LARGE;
		s->page_too_large = s->wants.parse;
		o = sink_spill(s);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_STREAM) {
		o = s->body->config.stream(s->body->config.stream_arg, s->job, data, len);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_FILE) {
		o = file_write(s, data, len);
		if (o != OUTCOME_OK)
			return o;
	}
	if (s->mode == BODY_MEMORY) {
		if (!slot_touch(s, jb->len + len))
			return OUTCOME_NO_RESOURCES;
		memcpy(slot_data(s) + jb->len, data, len);
	}
	jb->len += len;
	return OUTCOME_OK;
}

void
body_sink_end(struct body_sink *s)
{
	struct job_body *jb = &s->job->body;

	if (s->mode == BODY_MEMORY && jb->len > 0) {
		jb->region_off = data_off(s);
		jb->data = slot_data(s);
	}
}
