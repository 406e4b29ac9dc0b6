/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jsonl.c: pages.jsonl, one JSON object a line for each URL that was asked for. doc/formats.md is
 * its public description: change both together. Fields may be added, never renamed.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "store/linefile.h"
#include "store/mediatype.h"
#include "store/sink.h"

#define JSONL_NAME "pages.jsonl"
#define JSONL_DIR_MAX_BYTES ((size_t)64 * 1024)

struct jsonl {
	struct sink_context *ctx;
	struct linefile file;
};

static void
put_text(struct buf *b, const char *key, struct str value)
{
	if (value.len == 0)
		return;
	json_key(b, key);
	json_str(b, value);
}

static void
put_number(struct buf *b, const char *key, uint64_t value)
{
	json_key(b, key);
	json_u64(b, value);
}

/* Times that did not come about are -1 and left out. */
static void
put_us(struct buf *b, const char *key, int64_t us)
{
	if (us >= 0)
		put_number(b, key, (uint64_t)us);
}

static void
put_time(struct buf *b, const char *key, int64_t wall_us)
{
	if (wall_us <= 0)
		return;
	json_key(b, key);
	json_time(b, wall_us);
}

static struct str
http_name(unsigned version)
{
	switch (version) {
	case 10:
		return STR("1.0");
	case 11:
		return STR("1.1");
	case 20:
		return STR("2");
	case 30:
		return STR("3");
	default:
		return STR_NONE;
	}
}

static void
put_who(struct buf *b, const struct job *j)
{
	put_text(b, "url", url_href(&j->url));
	put_text(b, "redirect_to", job_get(j, j->redirect_to));
	json_key(b, "parent");
	if (j->parent.len > 0)
		json_str(b, job_get(j, j->parent));
	else
		json_nil(b);
	put_number(b, "depth", j->depth);
	put_text(b, "kind", str_of(link_kind_name(j->kind)));
	if (j->lastmod_s != 0)
		put_time(b, "lastmod", (int64_t)j->lastmod_s * CLOCK_US_PER_SEC);
}

static void
put_answer(struct buf *b, const struct job *j)
{
	char type[MEDIATYPE_MAX_BYTES];

	put_number(b, "status", j->status);
	put_text(b, "outcome", str_of(outcome_name(j->outcome)));
	put_text(b, "detail", job_get(j, j->detail));
	put_text(b, "type", str_n(type, mediatype_essence(job_get(j, j->content_type), type)));
	put_text(b, "charset", job_get(j, j->charset));
	put_number(b, "head_bytes", j->head_bytes);
	put_number(b, "wire_bytes", j->wire_bytes);
	put_number(b, "body_bytes", j->body.len);
	if (j->body.truncated) {
		json_key(b, "truncated");
		json_bool(b, true);
	}
	put_text(b, "http", http_name(j->http_version));
	put_text(b, "address", str_of(j->address));
}

static void
put_timing(struct buf *b, const struct job_timing *t)
{
	put_time(b, "queued_at", t->queued_wall_us);
	put_time(b, "started_at", t->start_wall_us);
	put_us(b, "queue_us", t->queue_us);
	put_us(b, "connect_us", t->connect_us);
	put_us(b, "first_byte_us", t->first_byte_us);
	put_us(b, "total_us", t->total_us);
	put_us(b, "parse_us", t->parse_us);
}

static void
put_robots(struct buf *b, const struct job *j)
{
	if (!j->noindex && !j->nofollow)
		return;
	json_key(b, "robots");
	json_begin_array(b);
	if (j->noindex) {
		json_element(b);
		json_str(b, STR("noindex"));
	}
	if (j->nofollow) {
		json_element(b);
		json_str(b, STR("nofollow"));
	}
	json_end_array(b);
}

static void
put_refresh(struct buf *b, const struct job *j)
{
	if (!j->has_refresh)
		return;
	json_key(b, "refresh");
	json_begin(b);
	put_number(b, "seconds", j->refresh_seconds);
	put_text(b, "url", job_get(j, j->refresh_to));
	json_end(b);
}

/* What the page says of itself. */
static void
put_facts(struct buf *b, const struct job *j)
{
	char hash[JOB_HASH_TEXT_BYTES];

	put_text(b, "title", job_get(j, j->title));
	put_text(b, "language", job_get(j, j->language));
	put_text(b, "canonical", job_get(j, j->canonical));
	put_text(b, "base", job_get(j, j->base));
	put_robots(b, j);
	put_refresh(b, j);
	if (j->has_content_hash) {
		job_hash_text(j, hash);
		put_text(b, "content_hash", str_of(hash));
	}
	if (j->has_words) {
		job_simhash_text(j, hash);
		put_text(b, "simhash", str_of(hash));
		json_key(b, "words");
		json_u64(b, j->words);
	}
}

/* What --extract found: an array of strings under each name that found something. */
static void
put_extracted(struct buf *b, const struct job *j, const char *const *rules)
{
	struct str s = job_get(j, j->extracted), name, rest;
	struct job_extracted h = { 0, 0 };
	int rule = -1;

	if (s.len == 0 || rules == NULL)
		return;
	json_key(b, "extract");
	json_begin(b);
	for (; s.len >= sizeof(h); s = str_n(s.p + h.len, s.len - h.len)) {
		memcpy(&h, s.p, sizeof(h));
		s = str_n(s.p + sizeof(h), s.len - sizeof(h));
		if (h.rule != rule) {
			char key[STORE_EXTRACT_NAME_MAX + 1];

			if (rule >= 0)
				json_end_array(b);
			rule = h.rule;
			(void)str_cut(str_of(rules[rule]), '=', &name, &rest);
			(void)snprintf(key, sizeof(key), "%.*s", STR_ARG(name));
			json_key(b, key);
			json_begin_array(b);
		}
		json_element(b);
		json_str(b, str_n(s.p, h.len));
	}
	json_end_array(b);
	json_end(b);
}

static void
put_extract(struct buf *b, const struct job *j, const char *const *rules)
{
	put_extracted(b, j, rules);
	/* Also where nothing was found before it was given up. */
	if (j->extract_cut) {
		json_key(b, "extract_cut");
		json_bool(b, true);
	}
}

static void
put_links(struct buf *b, const struct job *j)
{
	bool any = false;

	for (int k = 0; k < LINK_KIND_COUNT; k++) {
		if (j->links_by_kind[k] == 0)
			continue;
		if (!any) {
			json_key(b, "links");
			json_begin(b);
			any = true;
		}
		put_number(b, link_kind_name((enum link_kind)k), j->links_by_kind[k]);
	}
	if (!any)
		return;
	json_end(b);
	if (j->links_cut) {
		json_key(b, "links_cut");
		json_bool(b, true);
	}
	put_number(b, "links_new", j->links_new);
}

static int
jsonl_fail(struct jsonl *s, int err)
{
	if (s->file.tee.err < 0 && s->ctx->failed_path[0] == '\0')
		(void)snprintf(s->ctx->failed_path, sizeof(s->ctx->failed_path), "standard output");
	return sink_fail(s->ctx, JSONL_NAME, err);
}

/* In an update: the line as it was. 1; 0: there is none. */
static int
jsonl_keep(struct jsonl *s)
{
	int r = s->ctx->verdict.stays ? base_take_line(s->ctx->base, &s->ctx->verdict, linefile_begin(&s->file)) : 0;

	if (r == 1 && linefile_end(&s->file) < 0)
		r = s->file.err < 0 ? s->file.err : -ENOMEM;
	return r < 0 ? jsonl_fail(s, r) : r;
}

static int
jsonl_skip(void *state, const struct store_skip *k)
{
	int r = jsonl_keep(state);

	(void)k;
	return r < 0 ? r : 0;
}

static int
jsonl_put(void *state, struct job *j)
{
	struct jsonl *s = state;
	struct buf *b = linefile_begin(&s->file);
	int r = jsonl_keep(s);

	if (r != 0)
		return r < 0 ? r : 0;
	json_begin(b);
	put_who(b, j);
	put_answer(b, j);
	put_timing(b, &j->timing);
	put_facts(b, j);
	put_extract(b, j, s->ctx->config->extract);
	put_links(b, j);
	put_number(b, "attempts", j->attempt);
	put_number(b, "redirects", j->redirects);
	put_text(b, "saved", job_get(j, j->saved_as));
	put_text(b, "text", job_get(j, j->text_as));
	if (j->text_as.len > 0 && j->visible_cut) {
		json_key(b, "text_cut");
		json_bool(b, true);
	}
	json_end(b);
	r = linefile_end(&s->file);
	return r < 0 ? jsonl_fail(s, r) : 0;
}

static int
jsonl_flush(void *state)
{
	struct jsonl *s = state;
	int r = linefile_flush(&s->file);

	return r < 0 ? jsonl_fail(s, r) : 0;
}

/* It is over with the echo once, and for good. */
static void
jsonl_say_unread(struct jsonl *s)
{
	CLEANUP(buf_releasep) struct buf dir = BUF_INIT(JSONL_DIR_MAX_BYTES);

	if (!s->file.tee.is_over)
		return;
	buf_add_escaped(&dir, str_of(s->ctx->config->dir));
	log_warning("standard output: nobody reads it; the rest is in %.*s/" JSONL_NAME " only", STR_ARG(buf_str(&dir)));
}

static int
jsonl_sync(void *state)
{
	struct jsonl *s = state;
	uint64_t before = s->file.synced_bytes;
	int r = linefile_sync(&s->file);

	if (r < 0)
		return jsonl_fail(s, r);
	return s->file.synced_bytes != before ? sink_mark(s->ctx, JSONL_NAME, s->file.synced_bytes, 0) : 0;
}

static int
jsonl_open(struct sink_context *ctx, void **ret_state)
{
	struct jsonl *s = calloc(1, sizeof(*s));
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->ctx = ctx;
	r = sink_open_lines(ctx, JSONL_NAME, &s->file);
	if (r < 0) {
		free(s);
		return r;
	}
	if (ctx->config->print)
		tee_init(&s->file.tee, STDOUT_FILENO, ctx->config->haste);
	*ret_state = s;
	return 0;
}

static int
jsonl_close(void *state, bool failed)
{
	struct jsonl *s = state;
	int r = linefile_close(&s->file);

	if (r < 0)
		(void)jsonl_fail(s, r);
	jsonl_say_unread(s);
	free(s);
	return r;
}

static bool
jsonl_wanted(const struct store_config *config)
{
	return true;
}

const struct sink_ops sink_jsonl = {
	.name = JSONL_NAME,
	.wanted = jsonl_wanted,
	.open = jsonl_open,
	.put = jsonl_put,
	.skip = jsonl_skip,
	.flush = jsonl_flush,
	.sync = jsonl_sync,
	.close = jsonl_close,
};
