/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of our own: plain HTML, without a script, every word of the web escaped. */
#include "config.h"

#include <errno.h>

#include "base/cleanup.h"
#include "crawler/human.h"
#include "crawler/serve.h"
#include "url/percent.h"

#define HOSTS_SHOWN     1000
#define QUERY_MAX_BYTES 4096
#define LIST_MAX_BYTES  (SERVE_PAGE_MAX_BYTES / 2) /* one item, whatever it is, fits behind it */

static const char page_head[] =
	"<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><style>"
	"body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222;background:#fff}"
	"li{overflow-wrap:anywhere}small{color:#666}input{font:inherit;padding:.3em}ul,ol{padding-left:1.2em}"
	"@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}a{color:#8bf}small{color:#999}}"
	"</style>";

static void
put_title(struct buf *out, struct str title)
{
	buf_add_str(out, STR("<title>"));
	buf_add_html(out, title);
	buf_add_str(out, STR("</title><h1>"));
	buf_add_html(out, title);
	buf_add_str(out, STR("</h1>\n"));
}

MUST_CHECK static int
end_page(struct serve_answer *a, unsigned status)
{
	a->status = status;
	a->ours = true;
	buf_add_str(&a->type, STR("text/html; charset=utf-8"));
	return buf_err(&a->text) < 0 ? buf_err(&a->text) : buf_err(&a->type);
}

int
serve_say(struct serve_answer *a, unsigned status, const char *what, struct str url)
{
	struct buf *out = &a->text;

	buf_add(out, page_head, sizeof(page_head) - 1);
	put_title(out, str_of(what));
	if (str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) {
		buf_add_str(out, STR("<p><a rel=noreferrer href=\""));
		buf_add_html(out, url);
		buf_add_str(out, STR("\">"));
		buf_add_html(out, url);
		buf_add_str(out, STR("</a> <small>(on the network)</small>\n"));
	}
	return end_page(a, status);
}

/* --- the front page --- */

struct front {
	struct serve *serve;
	struct buf *out;
	struct shelf_query query;
	struct buf words, host;
	int64_t last_id;
	unsigned n;
};

/* One parameter of a form's query ("a=b+c%20d"), decoded. */
static void
read_parameter(struct front *f, struct str name, struct str value)
{
	struct buf *into = str_eq(name, STR("q")) ? &f->words : str_eq(name, STR("host")) ? &f->host : NULL;
	uint64_t id;

	if (str_eq(name, STR("after")) && str_to_u64(value, INT64_MAX, &id) == 0)
		f->query.after = (int64_t)id;
	if (into == NULL)
		return;
	buf_reset(into, QUERY_MAX_BYTES);
	percent_decode(into, value);
}

static int
read_query(struct front *f, struct str search)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(QUERY_MAX_BYTES);
	struct str rest, part, name, value;
	bool more = search.len > 1;

	for (size_t i = 1; i < search.len; i++)
		buf_addc(&text, search.p[i] == '+' ? ' ' : search.p[i]);
	if (buf_err(&text) < 0)
		return buf_err(&text);
	for (rest = buf_str(&text); more;) {
		more = str_cut(rest, '&', &part, &rest);
		if (str_cut(more ? part : rest, '=', &name, &value))
			read_parameter(f, name, value);
	}
	f->query.words = buf_str(&f->words);
	f->query.host = shelf_host_by_dir(f->serve->shelf, buf_str(&f->host));
	return buf_err(&f->words) < 0 ? buf_err(&f->words) : buf_err(&f->host);
}

static int
put_item(void *arg, const struct shelf_item *item)
{
	struct front *f = arg;
	const struct shelf_host *h = NULL;
	struct str shown = item->title.len > 0 ? item->title : item->url;
	CLEANUP(buf_releasep) struct buf link = BUF_INIT(SERVE_PAGE_MAX_BYTES);

	f->last_id = item->id;
	f->n++;
	if (url_parse(&f->serve->url, item->url, NULL) == 0)
		h = shelf_host_of(f->serve->shelf, &f->serve->url);
	if (h == NULL)
		return 0;
	serve_put_link(f->serve, &link, h, &f->serve->url, false);
	buf_add_str(f->out, STR("<li><a href=\""));
	buf_add_html(f->out, buf_str(&link));
	buf_add_str(f->out, STR("\">"));
	buf_add_html(f->out, shown);
	buf_add_str(f->out, STR("</a>"));
	if (item->title.len > 0) {
		buf_add_str(f->out, STR("<br><small>"));
		buf_add_html(f->out, item->url);
		buf_add_str(f->out, STR("</small>"));
	}
	buf_addc(f->out, '\n');
	/* However long URLs are: what does not fit is on the next page. */
	return buf_err(f->out) < 0 ? buf_err(f->out) : f->out->len > LIST_MAX_BYTES;
}

static void
put_parameter(struct buf *out, const char *lead, struct str value)
{
	if (value.len == 0)
		return;
	buf_add_str(out, str_of(lead));
	for (size_t i = 0; i < value.len; i++)
		if (ascii_is_alnum((unsigned char)value.p[i]))
			buf_addc(out, value.p[i]);
		else
			percent_put(out, (unsigned char)value.p[i]);
}

static void
put_hosts(struct front *f)
{
	uint64_t n, shown = 0;
	const struct shelf_host *h = shelf_hosts(f->serve->shelf, &n);

	buf_add_str(f->out, STR("<h2>Hosts</h2><ul>\n"));
	for (; h != NULL && shown < HOSTS_SHOWN && f->out->len < LIST_MAX_BYTES; h = h->next) {
		if (h->n_kept == 0)
			continue;
		shown++;
		buf_add_str(f->out, STR("<li><a href=\"http://"));
		buf_add_html(f->out, str_of(h->name));
		buf_addf(f->out, ".localhost:%u/\">", f->serve->port);
		buf_add_html(f->out, str_of(h->origin));
		buf_add_str(f->out, STR("</a> <small>"));
		human_count(f->out, h->n_kept);
		buf_add_str(f->out, STR(" kept</small>, <a href=\"/?"));
		put_parameter(f->out, "host=", str_of(h->dir));
		buf_add_str(f->out, STR("\">pages</a>\n"));
	}
	buf_add_str(f->out, STR("</ul>\n"));
	if (h != NULL)
		buf_add_str(f->out, STR("<p><small>and more: search for them\n</small>"));
}

MUST_CHECK static int
put_list(struct front *f)
{
	bool more = false;
	int r;

	buf_addf(f->out, "<h2>%s", f->query.words.len > 0 ? "Found" : "Pages");
	if (f->query.host != NULL) {
		buf_add_str(f->out, STR(" of "));
		buf_add_html(f->out, str_of(f->query.host->origin));
	}
	buf_add_str(f->out, STR("</h2><ul>\n"));
	r = shelf_list(f->serve->shelf, &f->query, put_item, f, &more);
	if (r < 0)
		return r;
	buf_add_str(f->out, STR("</ul>\n"));
	if (f->n == 0)
		buf_add_str(f->out, STR("<p>none\n"));
	if (more) {
		buf_addf(f->out, "<p><a href=\"/?after=%lld", (long long)f->last_id);
		put_parameter(f->out, "&amp;host=", f->query.host != NULL ? buf_str(&f->host) : STR(""));
		put_parameter(f->out, "&amp;q=", f->query.words);
		buf_add_str(f->out, STR("\">more</a>\n"));
	}
	return 0;
}

int
serve_front(struct serve *s, struct str search, struct serve_answer *a)
{
	CLEANUP(buf_releasep) struct buf title = BUF_INIT(SERVE_PAGE_MAX_BYTES);
	struct front f = {
		.serve = s,
		.out = &a->text,
		.query = { .max = SERVE_LIST_MAX },
		.words = BUF_INIT(QUERY_MAX_BYTES),
		.host = BUF_INIT(QUERY_MAX_BYTES),
	};
	int r = read_query(&f, search);

	if (r == -EMSGSIZE) {
		r = serve_say(a, 400, "What is searched for is too long.", STR(""));
	} else if (r == 0) {
		buf_add_str(&title, STR("lycosa: "));
		buf_add_str(&title, str_of(s->dir));
		buf_add(f.out, page_head, sizeof(page_head) - 1);
		put_title(f.out, buf_str(&title));
		buf_add_str(f.out, STR("<form><input name=q size=40 aria-label=\"words of a title or URL\" value=\""));
		buf_add_html(f.out, f.query.words);
		buf_add_str(f.out, STR("\"> <input type=submit value=Search></form>\n"));
		if (f.query.host == NULL && f.query.words.len == 0 && f.query.after == 0)
			put_hosts(&f);
		r = put_list(&f);
		if (r == 0)
			r = end_page(a, 200);
	}
	buf_release(&f.words);
	buf_release(&f.host);
	return r;
}
