/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parse.h: bytes to links, in other processes. The public header of parse/.
 *
 * Order of calls:
 *
 *	parse_spawner_start()     in main(), before any thread: forks the spawner (parse/spawner.h)
 *	parse_pool_new()          one pool per run: the workers, shared by all loops
 *	parse_attach()            one client per loop, in its thread
 *	parse_submit()            takes a job whose body is in a slot; it comes back by done_fn with job->page set, or
 *	                          with an outcome of class PARSE and no page; exactly once, never from inside submit
 *	parse_flush()             called by the loop once per turn (a prepare hook): sends what was gathered, in batches
 *	parse_detach(), parse_pool_free(), parse_spawner_stop()
 *
 * A worker that dies, hangs, eats memory or writes nonsense costs exactly one page's links (the page it was reading);
 * pages that waited behind it go to another worker, the spawner makes a new one.
 *
 * A struct page is what wire_reply_check() has let through: every length, offset, kind and count is within range, every
 * string is valid for what it says it is (invariant J5). URLs in it are canonical in the worker's eyes only: the door
 * parses them again.
 */
#ifndef PARSE_PARSE_H
#define PARSE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "url/job.h"

enum parse_reader { PARSE_SCAN, PARSE_LIBXML2 };

struct parse_stats {
	uint64_t pages, bytes, deaths, timeouts, replies_refused;
	int64_t busy_us;  /* sum over workers: reading pages */
	int64_t wait_us;  /* sum over jobs: from submit to the start of reading */
	unsigned workers; /* alive now; more than are wanted while some end, fewer while some start */
	unsigned workers_wanted;
	unsigned pages_waiting; /* submitted, and not answered: of all loops */
};

struct parse_config {
	unsigned workers; /* 0 = in the loop's thread, no jail: for debugging */
	unsigned workers_max; /* what parse_pool_set_workers() may make of it; 0 = workers */
	enum parse_reader reader;
	bool sandbox_strict;     /* a missing layer of the jail is an error */
	int64_t timeout_us;      /* wall time for one page */
	int64_t cpu_limit_us;    /* CPU time for one page */
	uint64_t memory_bytes;   /* RLIMIT_DATA of a worker */
	uint64_t max_page_bytes; /* = fetch's slot_bytes */
	uint32_t max_links;      /* per page; more: the rest is cut, page->links_cut */
	uint32_t max_level;      /* --level: links of pages that deep are beyond it; SCOPE_NO_LEVEL = none (url/scope.h) */
	const char *const *extract; /* "NAME=XPATH", NULL-terminated, or NULL; borrowed for the life of the pool */
	unsigned canon;          /* policies of url/canon.h, as canon_use() was given them */
	struct str token;        /* of the user agent (robots_token()): robots directives to that name hold as those to lycosa; borrowed likewise */
	bool all_links;          /* every link with its span, not only the new ones */
	bool words;              /* SimHash and words of the visible text */
	bool visible;            /* the visible text itself */
	bool sketch;             /* the sketch of the text */
	const char *worker_path; /* NULL: beside this program, else libexecdir */
	int worker_fd;           /* instead: of parse_worker_open(), borrowed while the pool is made; 0 = worker_path is opened */
	/* Descriptors for the workers, borrowed: per loop the region (read-only), and the shared sets. */
	unsigned n_loops;
	const int *region_fds;
	const uint64_t *region_bytes;
	int visited_fd, refused_fd; /* frontier/visited.h; -1 = none: no filter */
	uint64_t hash_seed;         /* of the job's hash_key */
	struct parse_stats so_far;  /* of the pools that were there before, which parse_pool_stats() goes on from */
};

struct page_link {
	uint32_t url_off, url_len; /* in page->text: canonical http(s) URL, at most URL_MAX_BYTES */
	uint64_t fp;               /* as the worker computed it: a hint only */
	uint32_t start, end;       /* byte span of the attribute value in the body; 0,0 when not asked for */
	uint8_t kind;              /* enum link_kind */
	uint8_t flags;             /* LINK_* */
	uint32_t lastmod_s;        /* of a sitemap's entry, since 1970; 0 = not known */
};

struct page {
	struct str charset; /* a name, of letters, digits, '-' and '_'; a WHATWG name if the reader is what it should be */
	struct str title;   /* UTF-8, white space collapsed, at most 1 KiB */
	struct str language;  /* as written, of a language tag's characters; may be empty */
	struct str canonical; /* URL, may be empty */
	struct str base;      /* URL in force where it is not the page's own, else empty */
	struct str refresh;   /* URL; empty with has_refresh: the page itself */
	bool noindex, nofollow;
	bool links_cut, has_refresh, extract_cut;
	bool plain; /* with all_links: it has no <base>, policy or service worker (job.plain) */
	uint32_t refresh_seconds;
	uint64_t content_hash[2]; /* XXH3-128 of the body, high half first */
	bool has_words;           /* its visible text was looked at: */
	uint64_t simhash;         /* base/simhash.h */
	uint32_t words;
	bool has_visible, visible_cut; /* the text was wanted, and it is a page; there was more of it */
	struct str visible;       /* UTF-8, each block a line */
	bool has_sketch;          /* base/sketch.h: */
	uint64_t text_hash;
	uint64_t echo_hash;       /* its text without the words of its URL; 0: not wanted (job.wants_echo), or its name is not in it */
	const char *marks;        /* n_marks of uint32_t, maybe not aligned */
	unsigned n_marks, mark_shift;
	struct str refused;       /* what it refers to and nobody can ask for: records of url/refused.h */
	struct str extracted;     /* struct job_extracted and the value, of each */
	uint32_t links_by_kind[LINK_KIND_COUNT]; /* all references, before the filter */
	int64_t parse_us;
	uint32_t n_links;
	const struct page_link *links;
	const char *text;
	size_t bytes; /* of memory, all of it */
};

static inline struct str
page_link_url(const struct page *p, const struct page_link *l)
{
	return (struct str){ p->text + l->url_off, l->url_len };
}

/* Frees a page (job->page), which is one block of malloc(3)'s: who keeps its links and its text may as well free that. NULL is fine. Any thread. */
void page_free(struct page *p);

/*
 * Can these be extracted? 0, -ENOMEM, -ELIBACC (no libxml2), or -EINVAL with *ret_bad, the number of the one that is no "NAME=XPATH" with a valid XPath
 * 1.0; also when they are too many or too long together. rules: as parse_config.extract. Before threads.
 */
MUST_CHECK int parse_extract_check(const char *const *rules, unsigned *ret_bad);

/* As strerror() of the negative errno err; of -ELIBACC, which library it is and what is wrong with it. */
const char *parse_strerror(int err);

struct parse_spawner;
struct parse_pool;
struct parse;

MUST_CHECK int parse_spawner_start(struct parse_spawner **ret_spawner);
void parse_spawner_stop(struct parse_spawner *s);

/*
 * Starts config->workers workers. 0 or negative errno; with sandbox_strict -EPERM when a layer of the jail is missing.
 * *ret_missing, then too: comma-separated names of missing layers ("landlock"), "" if none; static storage, to be said once.
 */
MUST_CHECK int parse_pool_new(const struct parse_config *config, struct parse_spawner *spawner,
	struct parse_pool **ret_pool, const char **ret_missing);
void parse_pool_free(struct parse_pool *p);
/* There are no workers any more and none can be made: pages come back with PARSER_DIED. Any thread. */
bool parse_pool_is_broken(const struct parse_pool *p);
/*
 * All workers are ended, and replaced: one of them has done what none of them may, and nobody knows which. No page is blamed: those
 * that were there are read again, though one that was the first there for CLIENT_FIRST_MAX times ends. Any thread.
 */
void parse_pool_end_readers(struct parse_pool *p);

/*
 * So many workers from now on, 1 to workers_max. New ones are started; those that are too many get no more pages, and end when they
 * have answered those they have. Any thread. 0; -EINVAL; -EAGAIN:
 * too many are ending at the moment; -EOPNOTSUPP: there were none from the start; -EIO: none can be had any more.
 */
MUST_CHECK int parse_pool_set_workers(struct parse_pool *p, unsigned n);

typedef void (*parse_done_fn)(void *arg, struct job *j);

MUST_CHECK int parse_attach(struct parse_pool *p, unsigned loop_index, struct loop *loop, parse_done_fn done_fn,
	void *arg, struct parse **ret_parse);
/* Pages still under way come back by done_fn with OUTCOME_INTERRUPTED from inside this call. Not from inside done_fn. */
void parse_detach(struct parse *c);

/*
 * How many more jobs may be submitted before the next parse_flush(): bounded by workers (invariant J6). Also when no worker can be had any more:
 * parse_submit() says so then.
 */
unsigned parse_room(const struct parse *c);
unsigned parse_pending(const struct parse *c);
/*
 * Takes the job. The caller keeps it on -EAGAIN (no room), -ENOMEM, -EIO (no worker can be had any more), -EFBIG (larger than
 * max_page_bytes) and -EINVAL (the body is not in this loop's region).
 */
MUST_CHECK int parse_submit(struct parse *c, struct job *j);
void parse_flush(struct parse *c);

/*
 * Is this an answer whose links are read? Content-Type as sent; STR_NONE: the body decides by its first bytes. JSON only where
 * it may be a web app manifest: a requisite, or called one. A sitemap whatever its type: it may be text, or gzip. Pure.
 */
bool parse_wants(const struct job *j, struct str content_type);

/*
 * The program lycosa-worker, as a descriptor to execute (fexecve(3)): path, or with NULL the one beside this program, else
 * the installed one; greater than 0. 0 or negative errno. `lycosa inspect` is that program too: "lycosa-worker inspect WHAT".
 */
MUST_CHECK int parse_worker_open(const char *path, int *ret_fd);

/* A snapshot; any thread. */
void parse_pool_stats(struct parse_pool *p, struct parse_stats *ret_stats);

#endif
