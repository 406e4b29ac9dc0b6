/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where links come from besides markup and style sheets: the head of the response, web app manifests, JSON-LD.
 */
#include "config.h"

#include <errno.h>

#include "parse/worker/head.h"
#include "parse/worker/jsonscan.h"
#include "parse/worker/meta.h"
#include "parse/worker/reader_impl.h"
#include "parse/worker/span.h"

/* ---- the head ---- */

static void
add_head_link(struct links *l, const struct head_link *link)
{
	unsigned flags = LINK_FROM_HEAD | (meta_has_word(link->rel, STR("nofollow")) ? (unsigned)LINK_NOFOLLOW : 0);
	struct ref ref = {
		.raw = link->target,
		.kind = (uint8_t)link_kind_by_rel(link->rel, link->type.p != NULL ? link->type : STR("")),
		.flags = (uint8_t)flags,
		.syntax = SYNTAX_URL,
		.text = true,
	};

	if (link->target.len > 0)
		links_add(l, &ref);
	if (link->imagesrcset.p == NULL)
		return;
	ref.raw = link->imagesrcset;
	ref.kind = LINK_REQUISITE;
	ref.syntax = SYNTAX_SRCSET;
	links_add(l, &ref);
}

static void
head_refresh(struct reader *r, struct str value)
{
	struct str url;
	uint32_t seconds;

	if (r->page.has_refresh || !meta_refresh(value, &seconds, &url))
		return;
	r->page.has_refresh = true;
	r->page.refresh_seconds = seconds;
	r->page.refresh_url = url;
	if (url.p != NULL)
		links_add(&r->links, &(struct ref){ .raw = value, .kind = LINK_PAGE, .flags = LINK_FROM_HEAD,
					     .syntax = SYNTAX_REFRESH, .text = true });
}

void
reader_head(struct reader *r)
{
	struct str headers = r->in->headers, name, value;
	struct head_link link;

	r->links.utf8 = true;
	while (head_next(&headers, &name, &value)) {
		if (str_ieq(name, STR("link"))) {
			while (head_next_link(&value, &link))
				if (!link.elsewhere)
					add_head_link(&r->links, &link);
		} else if (str_ieq(name, STR("refresh"))) {
			head_refresh(r, value);
		} else if (str_ieq(name, STR("x-robots-tag"))) {
			meta_robots(value, r->in->token, &r->page.noindex, &r->page.nofollow);
		} else if (str_ieq(name, STR("content-language")) && r->page.language.p == NULL) {
			/* Of several languages the page has no one (HTML §3.2.6.2). */
			if (memchr(value.p, ',', value.len) == NULL)
				reader_language(r, value);
		}
	}
	r->links.utf8 = false;
}

void
reader_language(struct reader *r, struct str tag)
{
	size_t i;

	tag = str_trim(tag);
	if (tag.len == 0 || tag.len > LANGUAGE_MAX_BYTES)
		return;
	for (i = 0; i < tag.len; i++)
		if (!ascii_is_alnum((unsigned char)tag.p[i]) && tag.p[i] != '-')
			return;
	r->page.language = tag;
}

/* ---- JSON ---- */

struct json_name {
	struct str top, key; /* top empty: anywhere */
	enum link_kind kind;
};

#define NAME(top, key, kind) { { top, sizeof(top) - 1 }, { key, sizeof(key) - 1 }, LINK_##kind }

/* W3C Web Application Manifest. What a browser shows only while installing, or opens, is a hint. */
static const struct json_name manifest_names[] = {
	NAME("icons", "src", REQUISITE),
	NAME("shortcuts", "src", REQUISITE),
	NAME("screenshots", "src", HINT),
	NAME("start_url", "start_url", HINT),
	NAME("shortcuts", "url", HINT),
	NAME("related_applications", "url", HINT),
};

/* schema.org's properties whose values are URLs. */
static const struct json_name ld_names[] = {
	NAME("", "url", HINT),
	NAME("", "contentUrl", HINT),
	NAME("", "embedUrl", HINT),
	NAME("", "thumbnailUrl", HINT),
	NAME("", "thumbnail", HINT),
	NAME("", "image", HINT),
	NAME("", "logo", HINT),
	NAME("", "photo", HINT),
	NAME("", "screenshot", HINT),
	NAME("", "sameAs", HINT),
	NAME("", "mainEntityOfPage", HINT),
	NAME("", "item", HINT),
	NAME("", "downloadUrl", HINT),
};

static const struct json_name *
name_of(const struct json_name *names, size_t n, const struct json_scan_string *s)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(names[i].key, s->key) && (names[i].top.len == 0 || str_eq(names[i].top, s->top)))
			return &names[i];
	return NULL;
}

/* JSON-LD says "image": "a picture" too. */
static bool
looks_like_url(struct str s)
{
	return str_istarts(s, STR("http://")) || str_istarts(s, STR("https://")) || str_starts(s, STR("/"));
}

int
reader_json(struct reader *r, const struct ref *ref, bool ld)
{
	struct str text = reader_decode(r, ref->raw, ref->text, ref->utf8);
	struct json_scan it = json_scan_begin(text);
	struct json_scan_string s;

	if (text.p == NULL)
		return -ENOMEM;
	while (json_scan_next(&it, &s)) {
		const struct json_name *name = ld ? name_of(ld_names, ARRAY_LEN(ld_names), &s)
			: name_of(manifest_names, ARRAY_LEN(manifest_names), &s);
		struct str value = s.value;
		uint32_t start = 0, end = 0;
		int err;

		if (name == NULL || value.len == 0)
			continue;
		if (s.escaped) {
			buf_reset(&r->scratch, READER_KEEP_BYTES);
			if (json_scan_unescape(value, &r->scratch) < 0)
				return buf_err(&r->scratch);
			value = arena_str(&r->arena, buf_str(&r->scratch));
			if (value.p == NULL)
				return -ENOMEM;
		}
		if (ld && !looks_like_url(value))
			continue;
		/* Hints are not rewritten; a manifest's spans are of the value as written. */
		if (!ld)
			(void)reader_span(r, s.value, &start, &end);
		err = reader_give_value(r, ref, "", name->kind, value, start, end);
		if (err < 0)
			return err;
	}
	return 0;
}
