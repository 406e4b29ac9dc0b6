/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reader (parse/worker/reader.h) that does next to nothing, so that what is measured is the way there and back: every
 * href="http..." is a link of kind page, taken as it stands.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parse/worker/inspect.h"
#include "parse/worker/reader.h"

#define NULL_LINKS_MAX 1024

struct reader {
	struct reader_link links[NULL_LINKS_MAX];
};

int
reader_new(enum reader_type type, struct reader **ret_reader)
{
	*ret_reader = calloc(1, sizeof(**ret_reader));
	return *ret_reader == NULL ? -ENOMEM : 0;
}

void
reader_free(struct reader *r)
{
	free(r);
}

int
reader_read(struct reader *r, const struct reader_input *in, struct reader_page *ret_page)
{
	static const char mark[] = "href=\"http";
	const char *p = in->body.p, *end = in->body.p + in->body.len, *quote;

	*ret_page = (struct reader_page){ .charset = STR("UTF-8"), .title = STR("A page"), .links = r->links };
	while (p < end && (p = memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1)) != NULL) {
		struct reader_link *l = &r->links[ret_page->n_links];

		if (ret_page->n_links == NULL_LINKS_MAX || ret_page->n_links == in->max_links) {
			ret_page->links_cut = true;
			return -E2BIG;
		}
		p += sizeof(mark) - 5;
		quote = memchr(p, '"', (size_t)(end - p));
		if (quote == NULL)
			break;
		*l = (struct reader_link){ .kind = LINK_PAGE, .tag = "a", .attr = "href" };
		l->url = str_n(p, (size_t)(quote - p));
		l->start = (uint32_t)(p - in->body.p);
		l->end = (uint32_t)(quote - in->body.p);
		l->fp = hash_fingerprint(in->key, l->url.p, l->url.len);
		ret_page->links_by_kind[LINK_PAGE]++;
		if (in->want_all || in->is_known == NULL || !in->is_known(in->is_known_arg, l->fp, l->kind, 0))
			ret_page->n_links++;
		p = quote;
	}
	return 0;
}

/* It has nothing to show. */
int
inspect_run(const char *what, int in_fd, int out_fd)
{
	return -EINVAL;
}

int
inspect_run_raw(const char *what, const char *url, int in_fd, int out_fd)
{
	return -EINVAL;
}
