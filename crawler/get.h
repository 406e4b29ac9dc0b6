/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * get.h: `lycosa get`: downloads a list of files, each as itself: no links, no robots.txt, no job directory.
 *
 *	get.c           settings, the loop, signals, the end
 *	get_list.c      the files wanted, and their names
 *	get_sums.c      what they shall hash to
 *	get_name.c      names: pure
 *	get_answer.c    what the head of an answer says of the file: pure
 *	get_check.c     has it the sum it should: a part that is whole, or what is there already
 *	get_next.c      which file comes next
 *	get_pace.c      pauses between them, and budgets
 *	get_task.c      one file: requests, answers, redirects
 *	get_end.c       tries, mirrors, what becomes of it in the end
 *	get_progress.c  what is shown
 *	get_session.c   who we are to the servers
 *
 *	WAITING --start--> RESOLVING --address--> IN_FLIGHT --whole--> SUMMING --right, renamed--> DONE
 *	   ^                   ^  +--redirect--------+  |              (where a sum is known)
 *	   +---next mirror, or later (due_us), or parked-+--given up--> FAILED
 *
 * The engine is that of the crawl (fetch.h), its bodies streamed into files (store/download.h). All in one thread, the main one:
 * the memory is that of the list and of the transfers in flight.
 */
#ifndef CRAWLER_GET_H
#define CRAWLER_GET_H

#include <uthash.h>

#include "base/loop.h"
#include "crawler/config.h"
#include "crawler/session.h"
#include "fetch/fetch.h"
#include "store/download.h"
#include "store/filesum.h"
#include "url/homes.h"

#define GET_MIRRORS_MAX 32

enum get_state { GET_WAITING, GET_RESOLVING, GET_IN_FLIGHT, GET_SUMMING, GET_DONE, GET_FAILED };

struct get;

/* A transfer in flight, or between two: only files that have begun have one. */
struct get_task {
	struct get *get;
	struct get_file *file;
	struct job *job;
	struct download part;
	struct url url;      /* asked for now: a mirror's, or where it redirects to */
	struct url led_to;   /* parked: to be asked for next (N1) */
	enum net from;       /* what kind of network led to url */
	unsigned redirects;
	uint64_t asked;      /* the byte the request begins at */
	uint64_t try_bytes;  /* what was there when this try began */
	bool cut;            /* what was there then is not any more */
	bool parked;         /* WAITING for room at the host that url has led to */
	bool checks;         /* only whether what is there is whole */
	bool conditional;    /* whether what is there has changed: a 304 says no */
	bool begun;          /* the answer's head was looked at */
	bool resumed;        /* what is in the part was not all sent by this mirror in one go */
	bool unranged;       /* the server has shown that it cannot go on in the middle */
	bool again;          /* the answer is of no use: ask once more, otherwise */
	bool confirms;       /* the part is whole: only whether it is still the file, by its last byte */
	bool confirmed;      /* it is */
	const char *stays;   /* why what is there is not replaced by what was about to come; NULL: it is */
	uint64_t there_bytes; /* checks: how long what is there is */
	int64_t modified_s;  /* its Last-Modified, -1: none */
	char name[DOWNLOAD_NAME_MAX + 1]; /* the server's word (--content-disposition), or "" */
	uint64_t shown_bytes; /* for the rate */
	struct get_task *prev, *next;
};

/* A file that is wanted. */
struct get_file {
	char *name;                 /* key of get->names: no two files of a run have one name */
	char *urls;                 /* its mirrors, each with a newline behind it */
	char sha256[FILESUM_BYTES]; /* "": not known */
	bool sum_twice;             /* get_sums.c: the list has two for it, and does not say which */
	unsigned sum_dirs;          /* get_sums.c: so many directories of the list's path are those of its URL */
	uint16_t base_len;          /* of name, without the number that makes it one */
	bool opened;                /* what is in its part is of this run */
	bool there, looked;         /* get_check.c: something of its name is there; its sum was looked at, and it is fetched */
	unsigned next_number;       /* for the next file of this name */
	enum get_state state;
	unsigned mirrors, mirror;   /* how many, and whose turn it is */
	uint32_t dead;              /* bits of those that will not have it */
	unsigned tries;             /* rounds through all of them that failed, since one has brought it on */
	int64_t due_us;             /* WAITING: not before */
	struct get_task *task;
	struct get_file *prev, *next; /* WAITING: get_next.c */
	UT_hash_handle hh, hh_urls;
};

struct get {
	const struct config *config;
	struct loop *loop;
	struct fetch *fetch;
	struct buf dns_servers;
	struct session_settings session; /* until the engine has its copies */
	struct homes *home;              /* the origins of all URLs given; NULL: nobody needs to know them */
	int dir_fd, sigfd;
	struct get_file *files, *names; /* files: n of them */
	struct get_file *wanted;        /* by their URLs; only where what is there may stay */
	size_t n, cap;
	struct get_file *ready, *later; /* doubly linked: get_next.c */
	int64_t pauses_us[1024];        /* until when, by the hash of a host: get_pace.c */
	int64_t paused_us;              /* when the first pause is over that keeps a file waiting; 0: none does */
	char *output;        /* -O: the one name; NULL: each its own */
	bool to_stdout;
	enum download_how how;
	struct get_file *summed;        /* get_check.c: whose sum is being taken; NULL: nobody's */
	struct filesum *sum;
	struct loop_timer sum_timer;
	struct get_task *tasks;         /* doubly linked */
	unsigned n_tasks, connections, per_host;
	struct loop_timer timer;
	/* what has come of it */
	size_t n_done, n_failed, n_kept; /* n_kept: those that were there already */
	size_t n_bad; /* lines of the list that are no URLs */
	unsigned n_active; /* tasks that resolve or are in flight */
	struct url url;    /* scratch */
	int code;            /* of the worst failure, wget's order; 0: none yet */
	bool unsynced; /* a file has got its name, which the disk may not know yet */
	bool stopping, bar, plain;
	const char *budget;  /* the option of the one that is spent; NULL: none is */
	bool few;            /* descriptors; said */
	int signal;
	uint64_t bytes; /* received */
	int64_t start_us, shown_us, rate_us;
	int64_t paid_us; /* --limit-rate: when what has been received is paid for */
	uint64_t rate_bytes;
	double rate;
};

/* The command. Returns the exit code. */
int get_main(const struct config *config);

/* --- get_list.c: what they find wrong they say; they return the exit code --- */
int get_list(struct get *g);
void get_list_release(struct get *g);
/* The file of this run that is called so, or NULL. */
struct get_file *get_find_name(struct get *g, const char *name);
/*
 * What f, which is whole, may be called: `wanted` (its name, or the server's for it), or that with the first number behind it that is free and
 * no other file's of this run: so which is whole first does not say which is whose.
 */
void get_free_name(struct get *g, const struct get_file *f, const char *wanted, char dst[DOWNLOAD_NAME_MAX + 1]);

/* --- get_sums.c --- */
/* Sets what all files shall hash to, if that is known. What it finds wrong it says; it returns the exit code. */
int get_sums(struct get *g);

/* --- get_name.c --- */
/* wget's name for a URL's file: the last part of its path, decoded, with the query; "index.html" where there is none. */
void get_name_of_url(const struct url *u, char dst[DOWNLOAD_NAME_MAX + 1]);
/* What a server calls it (RFC 6266), made harmless: no directories, no dot in front, nothing that a terminal or shell minds. "": no name. */
void get_name_of_disposition(struct str field, char dst[DOWNLOAD_NAME_MAX + 1]);

/* --- get_answer.c --- */
struct get_answer {
	uint64_t length;                /* of the body, DOWNLOAD_LENGTH_UNKNOWN */
	uint64_t from, total;           /* of Content-Range; DOWNLOAD_LENGTH_UNKNOWN */
	struct str etag, last_modified; /* usable in If-Range (strong), or empty */
	bool dated;                     /* a Last-Modified is there, whatever it says */
	int64_t modified_s;             /* -1: not said */
	struct str disposition;
};
/* head: with its status line. Views of it. */
void get_answer_read(struct str head, struct get_answer *ret);

/* --- get_check.c --- */
/* May what is there stay, by what the user has asked for? */
static inline bool
get_may_stay(const struct get *g)
{
	const struct config *cf = g->config;

	return !g->to_stdout && (cf->get.resume || cf->get.timestamping || cf->get.no_clobber);
}
/* The sum of its part: get_summed() comes, perhaps at once. */
void get_check_part(struct get_task *t);
/* True: not now: the sum of what is there comes first, or has just decided. */
bool get_check_first(struct get *g, struct get_file *f);
/* Nobody's sum is being taken any more. */
void get_check_stop(struct get *g);

/* --- get_next.c --- */
/* All files are known. */
void get_next_init(struct get *g);
/* f waits, until due_us at least. */
void get_next_put_back(struct get *g, struct get_file *f);
/* Those that are due by now need wait no longer. */
void get_next_tick(struct get *g, int64_t now_us);
/* Has the host room for one more? begins: for one that no redirect has led there. */
bool get_next_has_room(const struct get *g, struct str host, bool begins);
/* A file that can be started: it waits no more; unless it was parked, g->url is its URL then. NULL: none. */
struct get_file *get_next(struct get *g);

/* --- get_pace.c --- */
/* A request to the host begins, or is over. */
void get_pace_note(struct get *g, struct str host);
/* May one that begins there go out? Else g->paused_us is no later than when it may. */
bool get_pace_may(struct get *g, struct str host);
/* Stops what is to be stopped by now. */
void get_look_at_budgets(struct get *g);

/* --- get_end.c --- */
/* The file is over, for better or worse; its task is freed. */
void get_file_over(struct get_task *t, enum get_state state);
void get_task_free(struct get_task *t);
/* Nothing can be written: where more of something would mend that, the same would happen to all others. */
void get_file_unwritable(struct get_task *t, int err);
/* This machine has no more of it: what has come is kept, nothing more is asked for. */
void get_lacks(struct get *g);
/* Has it come nearer to its end, in this try or by this answer? from: what was there before. */
bool get_is_brought_on(const struct get_task *t, uint64_t from);
/* This try has failed; with another mirror, or later, it may not. */
void get_try_failed(struct get_task *t, enum outcome o);
/* It is whole. */
void get_finish(struct get_task *t);
/* What is there stays. */
void get_finish_kept(struct get_task *t, const char *why);
/* r: 0, and sum is that of its part; or why there is none. */
void get_summed(struct get_task *t, int r, const char *sum);
/* The worst failure so far. */
void get_fail(struct get *g, int code);

/* --- get_task.c --- */
/* Asks for it, or for the rest of it, by t->url. */
void get_request(struct get_task *t);
/* Starts what can be started now. */
void get_pump(struct get *g);
/* For the engine (fetch.h). arg: the struct get. */
struct fetch_wants get_wants(void *arg, const struct job *j, struct str content_type);
enum outcome get_stream(void *arg, struct job *j, const char *p, size_t len);
void get_fetched(void *arg, struct job *j);
/* Makes durable what has come. */
void get_commit(struct get *g);
/* And the names of what is whole. */
void get_commit_names(struct get *g);
/* At the end: what has come stays. */
void get_tasks_free(struct get *g);
/* Is there nothing left to do? */
bool get_is_over(const struct get *g);

/* --- get_session.c: what they find wrong they say --- */
/* The exit code. Views of g, for fetch_new(). */
MUST_CHECK int get_session(struct get *g, struct fetch_config *fc);
/* 0 or -ENOMEM. */
MUST_CHECK int get_load_cookies(struct get *g);
/* The exit code. */
MUST_CHECK int get_save_cookies(const struct get *g);
/* The same of hosts of HSTS, both the exit code. */
MUST_CHECK int get_load_hsts(struct get *g);
MUST_CHECK int get_save_hsts(const struct get *g);

/* --- get_progress.c --- */
void get_progress_start(struct get *g);
void get_progress_tick(struct get *g, int64_t now_us);
/* A line now, whatever is shown: somebody has asked. */
void get_progress_say(struct get *g, int64_t now_us);
void get_progress_stop(struct get *g);
/* A line for what has become of a file. */
void get_say(const struct get_file *f, const char *fmt, ...) PRINTF(2, 3);
/* The same of what has failed for good, or has left something that must be known of: an error, also with -q. */
void get_say_failed(const struct get_file *f, const char *fmt, ...) PRINTF(2, 3);

#endif
