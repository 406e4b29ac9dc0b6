/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * update.h: a job is brought up to date. Public; for `lycosa update`.
 *
 *	DIR/                  the job as it is now: the newest generation
 *	DIR/update/           the next one while it is made: a job directory of its own, which goes on like any other (store.h)
 *	DIR/generations/TIME/ those before, each whole; files that did not change are shared (hard links)
 *
 * Order of calls: update_begin() locks DIR and makes DIR/update, or finds the one that was not finished; the crawl runs in
 * update_dir(), with store_config.update_from = DIR; update_end(); update_close(). Main thread.
 *
 *	U1  Until an update is over and found good, no file of DIR changes but DIR/update. It can be thrown away at any time.
 *	U2  DIR/update appears by one rename, when all that it needs is in it and on the disk.
 *	U3  The change of generations is decided by DIR/update/commit, which says what belongs where; each step after it can be taken
 *	    again. Whoever locks DIR next finishes what a kill has left (dir_open()).
 *	U4  What could not be got keeps the row, the line and the file that it had.
 *
 * Failures: negative errno, *ret_error: malloc'd text where there is more to say.
 */
#ifndef STORE_UPDATE_H
#define STORE_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

#define UPDATE_NEXT "update"

/* What became of a URL. Names stand in changes.jsonl, in this order in update.c. */
enum change {
	CHANGE_NONE,      /* no update; or nothing there, before and now */
	CHANGE_NEW,       /* was not there, or not to be had */
	CHANGE_CHANGED,
	CHANGE_MOVED,     /* redirects now */
	CHANGE_GONE,      /* 404, 410 */
	CHANGE_FAILED,    /* was there; now it cannot be had, which may pass: as it was */
	CHANGE_UNCHANGED,
	CHANGE_NOT_DUE,   /* not asked for */
	CHANGE_COUNT
};
const char *change_name(enum change c);

struct update_rules {
	int64_t max_age_us;  /* what was asked for longer ago is asked for; < 0: it does not count */
	bool adaptive;       /* so is what is due by its history of changes; with neither, everything is */
	bool purge;          /* what is gone or moved is not kept */
	bool always;         /* a new generation, even if nothing has changed: WARC files have new records */
	bool anew;           /* so is one in which all that is due is asked for without conditions, and takes the place of what is there */
	unsigned max_failed; /* per cent of what was there and was asked for: with more, no new generation */
	unsigned generations; /* earlier ones to keep; UINT_MAX: all */
	const int64_t *only; /* n_only of them: a repair: nothing is due but these URLs (found_key()), whose files are damaged */
	size_t n_only;
	const char *config_text; /* these and all other settings: DIR/update/lycosa.conf, with which an update that is killed goes on */
};

struct update;

MUST_CHECK int update_begin(const char *dir, const struct update_rules *rules, struct update **ret_update, char **ret_error);
/* DIR/update. */
const char *update_dir(const struct update *u);
/* Is there an update of DIR that was not finished? For whoever asks before update_begin(). */
bool update_is_under_way(const char *dir);
/* It was begun before. */
bool update_goes_on(const struct update *u);
/* It is a repair, by whatever it was begun: what is fetched takes the place of what is damaged, and nothing else is fetched. */
bool update_is_repair(const struct update *u);

enum update_end { UPDATE_UNFINISHED, UPDATE_MADE, UPDATE_UNCHANGED, UPDATE_ROLLED_BACK };
struct update_result {
	enum update_end end;
	uint64_t n[CHANGE_COUNT];
	char stamp[32]; /* UPDATE_MADE: where the generation before is */
};
/* The crawl is over, and its store closed. Unfinished: everything stays, for the next update_begin(). */
MUST_CHECK int update_end(struct update *u, struct update_result *ret_result);
void update_close(struct update *u); /* NULL is fine */

/*
 * What a kill has left of a change of generations is done, so that the job's files are where they belong. For whoever reads them
 * before the job is opened. 0, also where there is no job; -EPERM where it is not the user's alone (trust.h), and then nothing is done.
 */
MUST_CHECK int update_recover(const char *dir, char **ret_error);
/* An update that was not finished is thrown away: 1; 0: there was none. */
MUST_CHECK int update_forget(const char *dir, char **ret_error);
/* The generation of that name becomes the newest, which becomes an earlier one. -ENOENT: *ret_error says which there are. */
MUST_CHECK int update_restore(const char *dir, const char *stamp, char **ret_error);

/*
 * When a URL is to be looked at again, in seconds after now_s. interval_s: as of the last time, 0: this is the first;
 * changed_s: when it changed last, by what is known; 0: unknown. Pure.
 */
int64_t update_interval(int64_t interval_s, bool has_changed, int64_t changed_s, int64_t now_s);

#endif
