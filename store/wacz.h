/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wacz.h: a WACZ file (WACZ 1.1.1, specs.webrecorder.net) that WARC records are written straight into: no second copy of
 * them is ever made.
 *
 *	[head "archive/lycosa-...-00000.warc.gz"][records][head "archive/...-00001.warc.gz"][records]...   while the crawl runs
 *	...[indexes/index.cdxj][pages/pages.jsonl][datapackage.json][datapackage-digest.json][directory]   at the close
 *
 * Order of calls: wacz_open(); for each WARC file wacz_begin(), bytes by write(2) to wacz_fd() and wacz_wrote(), wacz_end();
 * wacz_finish(); wacz_free(). One thread.
 *
 * What is committed is the name and where the last whole record ends. After a later wacz_open() the first wacz_begin(), or
 * wacz_finish(), cuts off what is behind that, the end of a finished file too, and goes on there; before, nothing is changed.
 */
#ifndef STORE_WACZ_H
#define STORE_WACZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

#define WACZ_SUFFIX ".wacz"

struct wacz;

/* What the descriptor says of the whole. Strings are borrowed. */
struct wacz_about {
	const char *software;
	struct str main_url; /* empty: unknown */
	int64_t created_wall_us;
};

/*
 * bytes: as of the last commit; 0 makes a new file, which must not be there. dirfd and name are copied. 0; -EUCLEAN (the
 * file is not what was committed), other negative errno.
 */
MUST_CHECK int wacz_open(int dirfd, const char *name, uint64_t bytes, struct wacz **ret_wacz);
void wacz_free(struct wacz *w);
const char *wacz_name(const struct wacz *w);
/* Appends (O_APPEND). */
int wacz_fd(const struct wacz *w);
/* "archive/NAME" of the last WARC file in it, NAME alone; "" when there is none. */
const char *wacz_last(const struct wacz *w);
/* Begins a WARC file. *ret_at: where it does, in the file. */
MUST_CHECK int wacz_begin(struct wacz *w, const char *name, uint64_t *ret_at);
/* What was appended to it. */
void wacz_wrote(struct wacz *w, const void *p, size_t len);
/* It ends here: `at` in the file. */
MUST_CHECK int wacz_end(struct wacz *w, uint64_t at);
/*
 * index: CDXJ in dirfd, whose offsets are those in this file; its lines of other files are passed over. pages_fd: pages.jsonl
 * as WACZ has it, read from its start. The file is whole and on the disk then.
 */
MUST_CHECK int wacz_finish(struct wacz *w, int dirfd, const char *index, int pages_fd, const struct wacz_about *about);

#endif
