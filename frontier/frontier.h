/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frontier.h: what next, for whom, when. With visited.h the public face of frontier/.
 *
 * One struct frontier per loop, in that loop's thread; what all loops share stands in struct frontier_shared (atomics,
 * the visited sets, the scope). A site (registrable domain) belongs to exactly one loop by its shard (1,024 shards), so
 * queues and politeness need no lock.
 *
 * The journey as the frontier sees it:
 *
 *	frontier_offer() --door--> queue of its host --gate, due--> frontier_take() --> (fetched by the caller)
 *	     |        |                 ^                                 |
 *	  refused   forwarded           +------ retry later ----- frontier_fetched()
 *	                                                                  | over: the host's window is free again
 *	                                                          frontier_ready() --in order--> ops.commit()
 *	                                                                                            | links offered
 *	                                                                                      frontier_end()
 *
 * Order. Per host, jobs are taken by depth, first come first; a job is not taken while one of smaller depth of its host
 * is outstanding (queued, in flight or not yet committed); and commits of one host happen in the order of the takes. So a crawl of one
 * host finds, queues and records exactly what a serial breadth-first crawl does, parents and depths included. A job that
 * holds the others up for more than hold_us lets them pass (this costs only reproducibility of `parent`), unless a level limit
 * is set: then no job of depth d + 1 is taken anywhere while one of depth < d is outstanding on any host, without exception,
 * so that the set of pages is that of a breadth-first crawl.
 *
 * Invariants: J2 (inserted in visited before queued), J4 (windows and due times at each take), J6 (bounded by
 * queue_max_bytes; what does not fit goes to ops.backend), J7 (each URL offered and new ends in frontier_end() or ops.dropped()).
 */
#ifndef FRONTIER_FRONTIER_H
#define FRONTIER_FRONTIER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/sketch.h"
#include "url/found.h"
#include "url/job.h"
#include "url/robots.h"
#include "url/scope.h"

#define FRONTIER_SHARDS   1024
#define FRONTIER_SITES_MAX 64
#define FRONTIER_NO_LIMIT UINT_MAX
#define FRONTIER_STATUSES 640 /* a multiple of 64 */

struct visited;
struct frontier;
struct frontier_backend;
struct frontier_shared;

/* What is done about sites without end (trap.h). */
struct frontier_traps {
	bool patterns, params, paths, echoes, copies, canonical;
	bool soft_404; /* soft404.h */
	unsigned budget;
	bool door_only; /* what was let in before this run is asked for, whatever is cut */
};

struct frontier_config {
	struct visited *visited; /* every URL queued */
	struct visited *refused; /* every (URL, way) refused: url/seen.h, seen_way_key() */
	struct scope *scope;
	const struct hash_key *key;
	unsigned n_loops;
	uint32_t max_level;      /* SCOPE_NO_LEVEL = none: then levels are gated per host only */
	int64_t hold_us;         /* see "Order" */
	unsigned per_host;       /* requests in flight per host; 0 = by the control law (polite.h) */
	unsigned per_host_max;   /* how far the law opens; not used when per_host is set */
	unsigned per_address;    /* of all hosts behind one address; 0 = as one host's, FRONTIER_NO_LIMIT */
	int64_t wait_us;         /* pause between requests to a host; -1 = not set: the default pauses (polite.h) */
	uint64_t rate_bps, host_rate_bps; /* bytes a second, of all and of a host; 0 = no limit */
	bool random_wait;        /* 0.5 to 1.5 of the pause */
	unsigned tries;          /* attempts in all, at least 1 */
	const uint64_t *retry_status; /* bits: statuses below FRONTIER_STATUSES that are tried again, besides 429 and 5xx; NULL = none */
	int64_t retry_us;        /* pause before the second attempt; doubles */
	unsigned dead_after;     /* a host whose last N requests all failed to connect is given up */
	bool keeps_walled;       /* what is queued for a host that is given up for its walls is left, not dropped */
	unsigned max_redirect;
	uint32_t since_s;        /* what a sitemap says to be older is not let in that way; 0 = off */
	bool allow_private;      /* public pages may lead to private addresses */
	bool closed;             /* nothing is let in but what is restored, and what redirects lead back to in its chain */
	bool robots;
	struct str robots_agent; /* product token */
	struct str user_agent;   /* what we call ourselves: what begins with another product token, or is empty */
	int64_t max_crawl_delay_us; /* a longer Crawl-delay or Request-rate counts as this */
	uint64_t queue_max_bytes; /* of all loops together */
	uint64_t max_pages;       /* URLs taken in all; 0 = no limit */
	uint64_t max_requests;    /* of every kind (URLs again, robots.txt and its redirects, probes) that are begun in all; 0 = no limit */
	int64_t epoch_wall_us;    /* no URL was queued before; 0: now */
	struct frontier_traps traps;
	uint64_t held_max_bytes;  /* per loop: of job.held_bytes, past which nothing is taken that would have to wait for others; 0 = no bound */
	uint64_t max_taken;       /* per loop: jobs taken and not committed, but for the lowest level's; 0 = no bound */
};

/* What is judged of a page (trap.h). */
struct frontier_page {
	const struct url *url;
	uint64_t fp;        /* of it */
	struct str parent;  /* where it was found; empty: nowhere */
	struct str canonical;     /* as which it names another; empty: none */
	uint64_t content_hash[2]; /* of its body */
	uint64_t text_hash;       /* of its text (base/sketch.h) */
	uint64_t echo_hash;       /* of its text without the words of its URL; 0: not wanted, or its name is not in it */
	uint32_t n_references;    /* of all kinds */
	unsigned n_marks, mark_shift;
	uint32_t marks[SKETCH_MAX];
};

/* How a URL was met. */
struct frontier_way {
	struct str parent;  /* URL of the page, empty for seeds */
	uint32_t depth;
	enum link_kind kind;
	unsigned flags;     /* LINK_* */
	uint32_t lastmod_s; /* what a sitemap says, since 1970; 0 = nothing */
	bool is_seed;
	/* The net of the page or answer it was found on (job->net); not asked of a seed that is no redirect: NET_USER. */
	enum net from;
	/* A redirect hop: the job that was redirected; depth, kind, parent and is_seed above are its own. NULL else. */
	const struct job *redirect_of;
	const struct frontier_ahead *ahead; /* of the same URL; NULL: none */
};

enum frontier_offer_result {
	FRONTIER_QUEUED,    /* new: it will be fetched */
	FRONTIER_SEEN,      /* known already */
	FRONTIER_REFUSED,   /* ops.refused() was called if this was the first time, and there is room to know that */
	FRONTIER_FORWARDED, /* another loop's: ops.forward() is called, for all of a page's in one parcel */
	FRONTIER_FULL,      /* no room: ops.full() was called; the run must end (exit 12) */
};

/* May what was found on `from` lead to `to`? */
static inline bool
frontier_may_lead(const struct frontier_config *config, enum net from, enum net to)
{
	return config->allow_private || net_may_lead(from, to);
}

/* A refusal, to be counted and listed. */
struct frontier_refusal {
	struct str url; /* canonical, or as written when it is not a URL */
	struct frontier_way way;
	struct str chain; /* of what was dropped: the fingerprints of the redirects before it, 8 bytes each */
	enum outcome reason;
};

/* An offer on its way to another loop, packed in one malloc'd block; give it to frontier_accept() there. */
struct frontier_parcel;

struct frontier_ops {
	/* Find the address of this origin; answer later with frontier_address(). */
	void (*need_address)(void *arg, struct hostq *h, const struct url *origin);
	/*
	 * An origin's robots.txt has been read (NULL: it allows everything), because of a URL of this depth: for the sitemaps it
	 * names, which may be offered at once. net: where the origin is. robots is borrowed for the call. May be NULL.
	 */
	void (*robots_read)(void *arg, const struct url *origin, enum net net, const struct robots *robots, uint32_t depth);
	/* A job whose turn has come: offer its links, write its record, then frontier_end(). Takes the job. */
	void (*commit)(void *arg, struct job *j);
	/* A queued URL that will not be asked for after all (robots, dead host). As refused(), but it had been queued. */
	void (*dropped)(void *arg, const struct frontier_refusal *r);
	/*
	 * A URL is let in, remembered or waits for another attempt: what is to be known of it if the program dies now.
	 * NULL: nobody wants to know.
	 */
	void (*found)(void *arg, uint64_t fp, const struct found *f);
	/* The host of this origin is left alone until then, for what it has answered (polite.h, back-off). NULL: as above. */
	void (*backed_off)(void *arg, struct str origin, int64_t due_wall_us);
	/* Refused at the door, the first time by this way. */
	void (*refused)(void *arg, const struct frontier_refusal *r);
	/* Takes the parcel; it must reach frontier_accept() of that loop. */
	void (*forward)(void *arg, unsigned loop, struct frontier_parcel *p);
	void (*full)(void *arg, enum outcome reason);
	/* Nothing is pending in any loop any more; called once, in whichever loop noticed. */
	void (*finished)(void *arg);
	/* Empty jobs, from a free list; NULL when there is no memory. */
	struct job *(*job_get)(void *arg);
	void (*job_put)(void *arg, struct job *j);
	void *arg;
	/* Where queues go that do not fit in queue_max_bytes; copied. NULL: then they are full. */
	const struct frontier_backend *backend;
};

MUST_CHECK int frontier_shared_new(const struct frontier_config *config, struct frontier_shared **ret_shared);
void frontier_shared_free(struct frontier_shared *s);
/* config and shared are borrowed for its life. */
MUST_CHECK int frontier_new(const struct frontier_config *config, struct frontier_shared *shared, unsigned loop_index,
	const struct frontier_ops *ops, struct frontier **ret_frontier);
void frontier_free(struct frontier *f);

/* Keeps the run from being "finished" while seeds are still being read. Any thread. */
void frontier_hold(struct frontier_shared *s);
/* Any thread; true if this was the last thing pending: the caller then ends the run itself (ops.finished is not called). */
bool frontier_unhold(struct frontier_shared *s);
/*
 * The same while not all is restored that the runs before this one have left (frontier_restore()), of which nothing is less deep than this.
 * With a level limit nothing goes ahead of that depth meanwhile, and redirects to what is known without a depth wait (depths.h, P2).
 * all_read: now it is; else it never will be in this run, which ends.
 */
void frontier_hold_rest(struct frontier_shared *s, uint32_t depth);
bool frontier_unhold_rest(struct frontier_shared *s, uint32_t depth, bool all_read);

/* The shard of the URL's site, and the loop that owns it. Pure. */
unsigned frontier_shard_of(const struct frontier_config *config, const struct url *u);
unsigned frontier_loop_of(const struct frontier_config *config, const struct url *u);

/*
 * Was the URL with this fingerprint met? For who has links that no worker has filtered: these need not come to the door. will_ask: that
 * comes out of memory meanwhile.
 */
bool frontier_knows(const struct frontier *f, uint64_t fp);
void frontier_will_ask(const struct frontier *f, uint64_t fp);
/*
 * What an offer touches is far apart in memory, and waiting for that is most of what it costs. Who has several to make tells of up
 * to FRONTIER_AHEAD of them first, so that they wait together, and gives each what is known of it then (frontier_way.ahead).
 */
#define FRONTIER_AHEAD 64
struct frontier_ahead {
	const struct url *url; /* in: as for frontier_offer(), and so is depth */
	uint32_t depth;
	uint64_t fp, origin;   /* out: fingerprints */
	struct hostq *hostq;
};
void frontier_look_ahead(struct frontier *f, struct frontier_ahead *a, size_t n);
/*
 * The door. u is parsed and url_canon()ed, http or https. A redirect hop that leads back into its own chain is let in again
 * (within max_redirect, which is checked here: then FRONTIER_REFUSED without ops.refused(), and the caller sets the job's outcome).
 */
enum frontier_offer_result frontier_offer(struct frontier *f, const struct url *u, const struct frontier_way *way);
/*
 * What is not offered at all: ops.refused(), the first time. Either it can be asked for by nobody (OUTCOME_BAD_URL, OUTCOME_SCHEME; text as
 * of url/refused.h), or not by this way (class WAY; text a url_identity()), if it was not let in by another.
 */
void frontier_refuse(struct frontier *f, struct str text, const struct frontier_way *way, enum outcome reason);
/*
 * During frontier_hold_rest(): a URL that a run before this one has found (ops.found()) and that has not come to its end. u is its
 * URL. What the scope refuses by now is dropped. FRONTIER_FULL: there is no room. With a level limit all that is in the visited set is
 * there before.
 */
enum frontier_offer_result frontier_restore(struct frontier *f, const struct url *u, const struct found *from, int64_t now_us);
/* Before the loop runs: ops.backed_off() was called for the host of this URL, and that is not over. 0 or -ENOMEM. */
MUST_CHECK int frontier_restore_pause(struct frontier *f, const struct url *u, int64_t due_us, int64_t now_us);
/* Takes the parcel. */
void frontier_accept(struct frontier *f, struct frontier_parcel *p);
/* Frees a parcel that will not be delivered (end of the run). */
void frontier_parcel_free(struct frontier_shared *s, struct frontier_parcel *p);

/*
 * The next job to fetch, or NULL. Takes robots.txt jobs (JOB_ROBOTS) for origins not yet asked first, and where pages have nothing new
 * one for a name that is not there (JOB_PROBE, soft404.h). With NULL, *ret_due_us is
 * the monotonic time at which it is worth asking again (INT64_MAX: when something else happens).
 */
struct job *frontier_take(struct frontier *f, int64_t now_us, int64_t *ret_due_us);
/*
 * What was taken is on its way, neither untaken nor put off. Until then, or the next frontier_take() of this loop, others do not take
 * max_pages for used up by it.
 */
void frontier_asked(struct frontier *f);
/* Puts a job back that was taken but could not be started (no descriptors): it stays first in its queue. */
void frontier_untake(struct frontier *f, struct job *j, int64_t now_us);
/*
 * The same for a JOB_URL that is not to be taken before due_us; or if that is over, that is to be the next one: its host comes before the
 * others, if it may be asked.
 */
void frontier_put_off(struct frontier *f, struct job *j, int64_t due_us, int64_t now_us);

/* Answer to ops.need_address(). address "" = a proxy resolves. */
void frontier_address(struct frontier *f, struct hostq *h, enum outcome outcome, const char *address, int64_t expires_us,
	int64_t now_us);
/*
 * The request of a JOB_ROBOTS is over. Takes the job. text: what was read, STR_NONE when there was none; allow_all: 4xx;
 * unreachable: 5xx or network failure.
 */
enum frontier_robots { FRONTIER_ROBOTS_TEXT, FRONTIER_ROBOTS_ALLOW_ALL, FRONTIER_ROBOTS_UNREACHABLE };
void frontier_robots(struct frontier *f, struct job *j, enum frontier_robots what, struct str text, int64_t now_us);
/*
 * Before that a JOB_ROBOTS may be redirected: frontier_hop_over() when an answer says so, frontier_hop() before the request to the next
 * target, with j->url, j->address and j->net of that one. LATER: not before *ret_due_us; NEVER: the run ends.
 */
enum frontier_hop { FRONTIER_HOP_NOW, FRONTIER_HOP_LATER, FRONTIER_HOP_NEVER };
void frontier_hop_over(struct frontier *f, struct job *j, int64_t now_us);
enum frontier_hop frontier_hop(struct frontier *f, struct job *j, int64_t now_us, int64_t *ret_due_us);
/*
 * The request of a JOB_URL or JOB_PROBE is over (j->outcome set): the window opens, politeness is updated. True: it will be tried again, the
 * frontier has taken the job (its body must have been released). False: the caller goes on with it.
 */
MUST_CHECK bool frontier_fetched(struct frontier *f, struct job *j, int64_t now_us);
/* Is it a name such as a JOB_PROBE asks for? Pure. */
bool frontier_is_probe(const struct url *u);
/* What the answer to a JOB_PROBE was, after frontier_fetched(): a page, or (NULL) something else. Takes the job. */
void frontier_probed(struct frontier *f, struct job *j, const struct frontier_page *page, int64_t now_us);
/* For who has such a job: its host is given up for its walls, for now or for good, and what is queued there is left (keeps_walled). */
bool frontier_is_walled(const struct frontier *f, const struct job *j);
/* Fetched and parsed: takes the job; calls ops.commit() for it and those that waited for it, each in its turn. */
void frontier_ready(struct frontier *f, struct job *j, int64_t now_us);
/* Is what came worth another try, and is there one left? Pure. */
bool frontier_may_pass(const struct frontier_config *config, const struct job *j);
/* It has failed for want of what this machine has too little of, and if it does once more it is left. Pure. */
bool frontier_is_last_here(const struct frontier_config *config, const struct job *j);
struct frontier_judgement {
	bool is_copy;  /* its body is that of an earlier page of the origin */
	bool is_alias; /* it names another as the canonical one, which has been let in */
	struct str way; /* of one that has nothing new: to be kept with its record, for frontier_unpack_traps(); valid until the next is judged */
	bool is_soft_404; /* it is what the host answers to any name: the others are not looked at, and its links are not to be offered */
};

/* Before j is read, a page or a probe: will frontier_page.echo_hash be asked for? */
bool frontier_wants_echo(const struct frontier *f, const struct job *j);
/*
 * From ops.commit(): before the links of a page are offered. How they are dealt with depends on whether it has anything new.
 * It is over with frontier_end().
 */
struct frontier_judgement frontier_judge(struct frontier *f, const struct job *j, const struct frontier_page *page);
/*
 * From ops.commit(), after its links were offered and before the job is handed to the store. Does not take the job. j->left: it
 * is not over, and counts as left.
 */
void frontier_end(struct frontier *f, struct job *j);

/*
 * What was learned of traps, for the job's next run: packed into out, which keeps the failure. False: there is nothing new since the last
 * time. And before the loop runs, what another run packed: -EBADMSG, it could not be read (to its end).
 */
bool frontier_pack_traps(struct frontier *f, struct buf *out);
MUST_CHECK int frontier_unpack_traps(struct frontier *f, struct str packed);

/*
 * The loops are divided anew, without a level limit. In the loop's thread: from frontier_part() on what is interrupted was not asked for, and is
 * back in its queue, with the tries that it had. When all are quiet (nothing is taken, and no address asked for) and no loop runs any more,
 * config has the new number of loops, and the new frontiers are made with the same config and shared part: frontier_move() takes all the old
 * ones have; they are good for frontier_free() then. What there is no memory for is left, and ops.full() called. scratch: is used.
 */
void frontier_part(struct frontier *f);
bool frontier_is_quiet(const struct frontier *f);
void frontier_move(struct frontier *const *from, unsigned n_from, struct frontier *const *to, unsigned n_to, struct buf *scratch,
	int64_t now_us);

/* What may change while it runs; as in struct frontier_config. */
struct frontier_tune {
	unsigned per_host, per_host_max;
	int64_t wait_us;
	bool random_wait;
	uint64_t rate_bps, host_rate_bps;
};
/* From now on. What is in flight stays; no host waits longer than it would have under the new settings. */
void frontier_tune(struct frontier *f, const struct frontier_tune *tune, int64_t now_us);
/*
 * The scope's rules have changed (scope_change()): what is queued is asked again before it is taken, and dropped where they refuse it.
 */
void frontier_rescope(struct frontier *f);
/*
 * The hosts of this name (any scheme and port) that were given up, for now or for good, are asked again. What was dropped with one
 * that was given up for good is not queued again. Returns how many there were.
 */
unsigned frontier_unpark(struct frontier *f, struct str name, int64_t now_us);

/* One host as it stands. */
struct frontier_host {
	char origin[128]; /* "https://example.org", cut if it is longer */
	uint64_t queued;
	unsigned in_flight, window;
	int64_t delay_us;      /* between two requests at least */
	int64_t due_us;        /* when time alone lets it go on; INT64_MAX: something else has to happen */
	const char *waits_for; /* a word or two; static */
};
/* Those with most under way or queued, at most max, in no order; those given up too, if there is room. Returns how many. */
size_t frontier_look(struct frontier *f, struct frontier_host *hosts, size_t max);

/* Drops all that is queued as `reason` without listing each (end of run); what is in flight comes to its end. */
void frontier_stop(struct frontier *f, enum outcome reason);

/* For the status line and the summary. Atomics: any thread. */
struct frontier_stats {
	uint64_t offered;  /* new URLs let in: = done + dropped + pending (J7) */
	uint64_t done, dropped, pending;
	uint64_t refused;  /* (URL, way) pairs refused at the door */
	uint64_t untold;   /* refused when there was no room to know it by, so that it was not told: maybe the same one again and again */
	uint64_t left;     /* queued when the run was stopped, or their host was given up for its walls; of these, pending */
	uint64_t hosts, hosts_dead;
	unsigned sites; /* shards that have any; more than FRONTIER_SITES_MAX are not counted */
	uint64_t hosts_walled; /* of the dead ones, those whose queues were left (keeps_walled) */
	uint64_t queue_bytes, depths_bytes; /* of these, what a level limit takes (depths.h) */
	uint64_t requests; /* begun; 0 where max_requests does not bound them */
	/* Of this instant: hosts with something queued that wait for ... */
	uint64_t waiting_window, waiting_pause, waiting_backoff, waiting_robots, waiting_address, waiting_level;
	int64_t next_due_us; /* monotonic; INT64_MAX = none */
};
void frontier_stats(const struct frontier_shared *s, struct frontier_stats *ret_stats);

/* Walks everything and CHECKs its invariants; for tests. */
void frontier_check(const struct frontier *f);

#endif
