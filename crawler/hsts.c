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

struct loading {
	struct crawl *crawl;
	bool known;
};

static int
put_host(void *arg, const struct hsts_host *h)
{
	struct loading *l = arg;
	const struct url *u;
	struct pipeline *p = crawl_loop_of_host(l->crawl, "https", h->host, &u);
	struct hsts_host canonical = *h;

	if (p == NULL)
		return 0;
	canonical.host = url_hostname(u);
	return pipeline_put_hsts(p, &canonical, l->known);
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
crawl_save_hsts(struct crawl *c)
{
	CLEANUP(buf_releasep) struct buf text = BUF_INIT(HSTS_FILE_MAX_BYTES);
	struct loading l = { .crawl = c };
	int code;

	if (!c->config->session.hsts || c->config->session.hsts_file == NULL)
		return EXIT_OK;
	code = hsts_file_read(c->config->session.hsts_file, put_host, &l);
	if (code != EXIT_OK)
		return code;
	hsts_file_begin(&text);
	for (unsigned i = 0; i < c->run.n_loops; i++)
		pipeline_hsts(c->run.loops[i], &text);
	return hsts_file_write(c->config->session.hsts_file, &text);
}
