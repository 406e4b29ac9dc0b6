/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tune/model.h"

static const char model_text[] =
	"<div class=\"section level2\" id=\"s\"><h2><span class=\"no\">3.1</span> Of spiders and their webs</h2>\n"
	"<p>The <em>orb</em> is rebuilt each night; what is left of the old one is <abbr title=\"eaten\">taken down</abbr> first. "
	"A radius carries load, the <code class=\"term\">sticky spiral</code> does not &mdash; see the figure below.</p>\n"
	"<table class=\"data\" summary=\"silk\"><tr><th scope=\"row\">dragline</th><td align=\"right\">1.1&nbsp;GPa</td></tr>"
	"<tr><th scope=\"row\">flagelliform</th><td align=\"right\">0.5&nbsp;GPa</td></tr></table>\n"
	"<!-- the wolf spider waits in no web, but goes out and hunts --><p style=\"margin:0\">It has eight eyes, two of them large.</p></div>\n";

void
model_put_text(struct buf *out, size_t bytes)
{
	while (bytes > 0 && out->err == 0) {
		size_t n = bytes < sizeof(model_text) - 1 ? bytes : sizeof(model_text) - 1;

		buf_add(out, model_text, n);
		bytes -= n;
	}
}

/* "/" is 0, "/N" is N. False: no page. */
static bool
model_page_of(struct str path, uint64_t *ret_n)
{
	uint64_t n = 0;

	if (path.len == 0 || path.len > 16 || path.p[0] != '/' || (path.len > 1 && path.p[1] == '0'))
		return false;
	for (size_t i = 1; i < path.len; i++) {
		if (!ascii_is_digit((unsigned char)path.p[i]))
			return false;
		n = 10 * n + (uint64_t)(path.p[i] - '0');
	}
	*ret_n = n;
	return true;
}

int64_t
model_latency_us(int64_t latency_us, struct str path)
{
	uint32_t h = 2166136261u; /* FNV-1a: any spread will do */

	for (size_t i = 0; i < path.len; i++)
		h = (h ^ (unsigned char)path.p[i]) * 16777619u;
	return latency_us * 7 / 10 + latency_us * 6 / 10 * (int64_t)(h >> 16) / 65535;
}

static uint64_t
model_target(uint64_t n, unsigned i)
{
	/* Where the tree ends, 15 digits deep, no crawl comes. */
	return i < MODEL_CHILDREN ? n * MODEL_CHILDREN + 1 + i : (n * 7 + i * 13) % (n + 1);
}

static void
model_put_page(struct model *m, uint64_t n)
{
	struct buf *b = &m->page;
	size_t per_link, rest;

	buf_reset(b, SIZE_MAX);
	buf_addf(b, "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>page %llu</title></head><body>\n",
		(unsigned long long)n);
	rest = m->size_bytes > 128 + m->links * (size_t)64 ? m->size_bytes - 128 - m->links * (size_t)64 : 0;
	per_link = rest / (m->links + 1);
	for (unsigned i = 0; i < m->links; i++) {
		model_put_text(b, per_link);
		/* Behind a cut tag or comment a link would not be one. */
		buf_addf(b, "\"--><a class=\"ref\" href=\"/%llu\">see %u</a>\n", (unsigned long long)model_target(n, i), i);
	}
	if (b->len + 16 < m->size_bytes)
		model_put_text(b, m->size_bytes - 16 - b->len);
	buf_add_str(b, STR("\"--></body></html>"));
}

void
model_answer(void *model, unsigned host, struct str path, struct origin_answer *ret)
{
	struct model *m = model;
	uint64_t n;

	(void)host;
	ret->latency_us = model_latency_us(m->latency_us, path);
	if (!model_page_of(path, &n))
		return;
	model_put_page(m, n);
	if (m->page.err < 0)
		return;
	ret->status = 200;
	ret->type = STR("text/html; charset=utf-8");
	ret->body = buf_str(&m->page);
}
