/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "store/path.h"
#include "store/previous.h"
#include "store/site.h"

#define PREVIOUS_PATH_MAX_BYTES ((size_t)64 * 1024)
#define PREVIOUS_CACHE          "PRAGMA cache_size = -1024; PRAGMA query_only = 1"

struct previous {
	sqlite3 *sqlite;
	sqlite3_stmt *find;
	int from_fd;
	struct previous_wants wants;
};

bool
previous_is_file(struct str name)
{
	return str_starts(name, STR("body/")) || str_starts(name, STR("text/")) || str_starts(name, STR(SITE_NAME "/"));
}

bool
previous_has_file(int from_fd, struct str name)
{
	char path[STORE_PATH_MAX_BYTES + 32];

	if (name.p == NULL || !previous_is_file(name) || name.len >= sizeof(path))
		return false;
	memcpy(path, name.p, name.len);
	path[name.len] = '\0';
	return faccessat(from_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
previous_has_body(int from_fd, const struct previous_wants *wants, struct str saved)
{
	if (!wants->body && !wants->mirror)
		return true;
	return str_starts(saved, wants->mirror ? STR(SITE_NAME "/") : STR("body/")) && previous_has_file(from_fd, saved);
}

bool
previous_has_text(int from_fd, const struct previous_wants *wants, struct str text)
{
	return !wants->text || previous_has_file(from_fd, text);
}

bool
previous_is_got(int64_t status, enum outcome o)
{
	enum outcome_class c = outcome_class(o);

	return status / 100 == 2 && (c == OUTCOME_CLASS_OK || c == OUTCOME_CLASS_PARSE || o == OUTCOME_PAGE_TOO_LARGE) &&
	       o != OUTCOME_BOT_WALL && o != OUTCOME_SOFT_404;
}

void
previous_close(struct previous *p)
{
	if (p == NULL)
		return;
	(void)sqlite3_finalize(p->find);
	(void)sqlite3_close(p->sqlite);
	closep(&p->from_fd);
	free(p);
}

int
previous_open(const char *dir, const char *from, const struct previous_wants *wants, struct previous **ret_previous)
{
	CLEANUP(buf_releasep) struct buf path = BUF_INIT(PREVIOUS_PATH_MAX_BYTES);
	struct previous *p = calloc(1, sizeof(*p));
	int r = 0;

	if (p == NULL)
		return -ENOMEM;
	p->wants = *wants;
	p->from_fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->from_fd < 0)
		r = -errno;
	buf_addf(&path, "%s/" PREVIOUS_DB_NAME, dir);
	if (r == 0 && buf_cstr(&path) == NULL)
		r = -ENOMEM;
	if (r == 0 &&
		(sqlite3_open_v2(path.data, &p->sqlite, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
			sqlite3_exec(p->sqlite, PREVIOUS_CACHE, NULL, NULL, NULL) != SQLITE_OK ||
			sqlite3_prepare_v3(p->sqlite, "SELECT etag, last_modified, saved, text, type, status, outcome FROM page WHERE key = ?1 AND status BETWEEN 200 AND 299 "
				"AND (etag IS NOT NULL OR last_modified IS NOT NULL) AND damaged IS NULL", -1, SQLITE_PREPARE_PERSISTENT, &p->find, NULL) != SQLITE_OK))
		r = -EBADMSG;
	if (r < 0) {
		previous_close(p);
		return r;
	}
	*ret_previous = p;
	return 0;
}

static struct str
column(sqlite3_stmt *st, int i)
{
	const void *t = sqlite3_column_blob(st, i);

	return t != NULL ? str_n(t, (size_t)sqlite3_column_bytes(st, i)) : STR_NONE;
}

int
previous_find(struct previous *p, uint64_t key, struct previous_validators *ret_validators)
{
	enum outcome outcome;
	int code;

	(void)sqlite3_reset(p->find);
	(void)sqlite3_bind_int64(p->find, 1, (int64_t)key);
	code = sqlite3_step(p->find);
	if (code == SQLITE_DONE)
		return 0;
	if (code != SQLITE_ROW)
		return code == SQLITE_NOMEM ? -ENOMEM : -EBADMSG;
	/* Of what came in part, or was a wall, a 304 would be no answer. */
	if (!outcome_by_name(column(p->find, 6), &outcome) || !previous_is_got(sqlite3_column_int64(p->find, 5), outcome) ||
		!previous_has_body(p->from_fd, &p->wants, column(p->find, 2)) ||
		((str_ends(column(p->find, 4), STR("html")) || str_ends(column(p->find, 4), STR("xhtml+xml"))) && !previous_has_text(p->from_fd, &p->wants, column(p->find, 3))))
		return 0;
	*ret_validators = (struct previous_validators){ .etag = column(p->find, 0), .last_modified = column(p->find, 1) };
	return 1;
}
