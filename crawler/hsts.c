/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hosts of HSTS: those that the job knows by its database, and those of --hsts-file, each to the loop that owns it. The file is read
 * again before it is written: who else has used it meanwhile loses nothing that was said later than what is known here.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "crawler/crawl.h"
#include "crawler/crawl_private.h"
#include "crawler/hsts_file.h"
#include "crawler/pipeline.h"
#include "url/host.h"

struct loading {
	struct crawl *crawl;
	bool known;
};

/* A registrable domain is one loop's; what is above it, as in a file that names a top-level domain, is all of theirs. */
static int
put_host(void *arg, const struct hsts_host *h)
{
	struct loading *l = arg;
	const struct run *run = &l->crawl->run;
	const struct url *u;
	struct pipeline *p = crawl_loop_of_host(l->crawl, "https", h->host, &u);
	struct hsts_host canonical = *h;
	int r = 0;

	if (p == NULL)
		return 0;
	canonical.host = url_hostname(u);
	if (host_is_address(canonical.host) || host_registrable(canonical.host).p != NULL)
		return pipeline_put_hsts(p, &canonical, l->known);
	for (unsigned i = 0; r == 0 && i < run->n_loops; i++)
		r = pipeline_put_hsts(run->loops[i], &canonical, l->known);
	return r;
}

int
crawl_load_hsts(struct crawl *c)
{
	struct loading l = { .crawl = c, .known = true };
	int r = 0;

	if (!c->config->session.hsts)
		return EXIT_OK;
	if (!c->job.is_new)
		r = store_each_hsts(c->run.store, put_host, &l);
	if (r < 0) {
		log_error("the hosts of HSTS: %s", strerror(-r));
		return EXIT_GENERIC;
	}
	l.known = false;
	return hsts_file_read(c->config->session.hsts_file, put_host, &l);
}

int
crawl_move_hsts(struct crawl *c, struct pipeline *const *from, unsigned n_from)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(HSTS_FILE_MAX_BYTES);
	struct loading l = { .crawl = c, .known = true };
	struct hsts_host h;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < n_from; i++) {
		struct str line, rest;

		buf_reset(&text, SIZE_MAX);
		pipeline_hsts(from[i], &text);
		r = buf_err(&text);
		for (rest = buf_str(&text); r == 0 && str_cut(rest, '\n', &line, &rest);)
			r = hsts_read_line(line, &h) == 0 ? put_host(&l, &h) : 0;
	}
	return r;
}

/* Hosts that all loops have are said once. */
static void
add_new_lines(struct buf *text, struct str lines)
{
	struct str line, rest = lines;
	struct hsts_host h;

	while (str_cut(rest, '\n', &line, &rest)) {
		struct str whole = str_n(line.p, line.len + 1);
		const char *there = NULL;

		if (hsts_read_line(line, &h) == 0 && host_registrable(h.host).p == NULL && text->len > 0)
			there = memmem(text->data, text->len, whole.p, whole.len);
		if (there != NULL && (there == text->data || there[-1] == '\n'))
			continue;
		buf_add_str(text, whole);
	}
}

int
crawl_save_hsts(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(HSTS_FILE_MAX_BYTES), one = BUF_INIT(HSTS_FILE_MAX_BYTES);
	struct loading l = { .crawl = c };
	int code;

	if (!c->config->session.hsts || c->config->session.hsts_file == NULL)
		return EXIT_OK;
	code = hsts_file_read(c->config->session.hsts_file, put_host, &l);
	if (code != EXIT_OK)
		return code;
	hsts_file_begin(&text);
	for (unsigned i = 0; i < c->run.n_loops; i++) {
		buf_reset(&one, SIZE_MAX);
		pipeline_hsts(c->run.loops[i], &one);
		add_new_lines(&text, buf_str(&one));
		text.err = text.err < 0 ? text.err : buf_err(&one);
	}
	return hsts_file_write(c->config->session.hsts_file, &text);
}
