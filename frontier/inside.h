/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside.h: the frontier's own structures and the calls between its files. Private to frontier/.
 *
 *	door.c      offer: scope, visited, refusals; what was refused before the scope was complete
 *	parcel.c    offers for other loops
 *	hosts.c     the table of hosts; queueing, dropping, giving up a host
 *	rules.c     how much of what robots.txt files say is in memory
 *	gate.c      what keeps a host's next job from being taken; in which list a host therefore is
 *	order.c     commits in their order
 *	take.c      the next job
 *	answer.c    what came of it
 *	hop.c       a robots.txt elsewhere
 *	probe.c     a name that is not there
 *	tail.c      queues of which a part is not in memory
 *	server.c    what hosts behind one address share
 *	tune.c      what changes while it runs
 *	move.c      all of it to the frontiers of another number of loops
 *	look.c      for those who watch
 *	frontier.c  life; coming to rest after each call
 *
 * Every public call of frontier.h that may change what other hosts may do is bracketed by frontier_enter() and frontier_leave();
 * the outermost leave brings everything to rest: see there.
 */
#ifndef FRONTIER_INSIDE_H
#define FRONTIER_INSIDE_H

#include "base/buf.h"
#include "frontier/due.h"
#include "frontier/frontier.h"
#include "frontier/hostq.h"
#include "frontier/origins.h"
#include "frontier/record.h"
#include "frontier/server.h"
#include "frontier/shared.h"
#include "frontier/soft404.h"
#include "frontier/tail.h"
#include "frontier/trap.h"

#define FRONTIER_MAGIC 0x66726f6eu

/*
 * Look-ups of addresses at a time, of one loop; and of names of one party, who runs their name servers: so that thousands of names
 * that nobody answers for do not have all of them. Parties are told apart by a hash: two in a few thousand share their places. To find out
 * whose a name is takes 6,000 instructions of libpsl, so that nobody asks before so many are being looked up that it matters.
 */
#define FRONTIER_MAX_ASKING       512
#define FRONTIER_MAX_ASKING_PARTY 64
#define FRONTIER_PARTIES          1024
#define FRONTIER_NO_PARTY         FRONTIER_PARTIES /* nobody has asked */
/* Jobs of a loop, and of a host, that may wait for their turn to be committed before takes stop (J6). */
#define FRONTIER_MAX_HELD  4096
#define FRONTIER_MAX_CHAIN 256
/* Remembered refusals of all loops together. */
#define FRONTIER_MAX_REMEMBERED_BYTES (16 * 1024 * 1024)
/* Of the queues' memory, what may wait to be tried again. A failure that finds no more room there is final. */
#define FRONTIER_RETRY_SHARE 4
/* So many of a host find room there as long as there is any. */
#define FRONTIER_RETRY_FEW 32
/* While a hold may end without anybody to tell us. */
#define FRONTIER_HOLD_POLL_US INT64_C(10000)
/* While another loop may give back what the last pages of max_pages are: it tells nobody. */
#define FRONTIER_PAGE_POLL_US INT64_C(10000)
/* Between looks whether the other loops too have nothing left but hosts that do not answer. */
#define FRONTIER_PARKED_POLL_US INT64_C(1000000)
/* A host whose last answers were so many walls against robots is given up. */
#define FRONTIER_MAX_WALLS 3
/* A host that is given up for now rests for the pause that would follow so many tries. */
#define FRONTIER_PARK_TRIES 3
#define FRONTIER_NO_MEMORY_US INT64_C(100000)
/* Between looks whether the server that a robots.txt leads to has a slot: nobody tells. */
#define FRONTIER_HOP_POLL_US INT64_C(10000)
/* Of the queue's bytes, the parts that large rules of robots.txt and small ones may take, by loops: see rules.c. */
#define FRONTIER_ROBOTS_PART     4
#define FRONTIER_ROBOTS_SMALL_PART 8
#define FRONTIER_ROBOTS_SMALL    (16 * 1024)
#define FRONTIER_ROBOTS_LOOKS    256
#define FRONTIER_ROBOTS_ROOM_US  INT64_C(60000000)
/* RFC 9309 §2.4: what was read of a robots.txt is asked for again after a day; if it cannot be read then, each hour. */
#define FRONTIER_ROBOTS_AGE_US   (24 * INT64_C(3600) * 1000000)
#define FRONTIER_ROBOTS_STALE_US (INT64_C(3600) * 1000000)
/* Drops in one call of frontier_take(). */
#define FRONTIER_MAX_DROPS 1000
/* The place where a shard of another loop was found last; per origin. */
#define FRONTIER_SHARD_CACHE 1024

struct shard_cached {
	uint64_t origin;
	unsigned loop;
};

struct frontier {
	uint32_t magic;
	const struct frontier_config *config;
	struct frontier_shared *shared;
	unsigned index;
	struct frontier_ops ops;
	/* As frontier_tune() has them: of a host; of an address, window_max 0: no limit. */
	struct polite_config polite, polite_server;
	uint64_t rate_bps; /* of all hosts */

	struct origins origins;
	struct hostq *last_host; /* the one last asked for, and its origin's fingerprint */
	uint64_t last_origin;
	struct pool pool;
	struct rec_mem mem;
	struct tails tails;

	struct due due;
	struct host_list ready;  /* something may be taken, in turn */
	struct host_list gated;  /* HOST_LEVEL: looked at again when the floor rises */
	struct host_list crowded; /* HOST_LEVEL: looked at again when there are places (G3) */
	struct server **servers; /* SERVERS_MAX, by the place in the table of windows */
	struct server *all_servers;
	unsigned n_servers;
	struct server *servers_waiting; /* with hosts that wait for a slot other loops have */
	struct due server_due;
	struct host_list parked; /* HOST_PARKED */
	struct hostq **ruled;    /* hosts with large rules; some have lost them since */
	size_t n_ruled, ruled_cap, ruled_hand;
	uint64_t ruled_bytes;    /* of all rules that are large */
	uint64_t small_rules_bytes; /* of all others */
	uint32_t rules_hand;     /* the host that is looked at next for these */
	struct host_list asking; /* wait until fewer addresses are being looked up */
	unsigned n_asking;
	struct party {
		struct host_list asking; /* the same, of this party */
		unsigned n_asking;
	} parties[FRONTIER_PARTIES + 1];
	bool parties_matter;     /* each name that is being looked up has its party; else none has one, */
	struct hostq *partyless[FRONTIER_MAX_ASKING_PARTY]; /* and they stand here: n_asking */
	struct hostq *held;      /* with jobs that wait for their level to be committed; by held_next */
	uint64_t n_held;         /* ready, not committed */
	uint64_t held_bytes;     /* of them */
	uint64_t n_taken;        /* taken, not committed: the sum of all chains */
	unsigned n_asides;       /* robots.txt and probes taken, not over */
	uint64_t retry_bytes;    /* of what waits to be tried again: no part of a tail, so it cannot go to the disk */

	unsigned entered;
	uint32_t settled_floor;
	bool seeds_were_on;
	int64_t now_us;
	int64_t queued_ms; /* rec.queued_ms of what is let in before the outermost call is over; -1: not looked at yet */
	uint64_t random;
	bool stopped, out_of_budget, no_memory;
	bool no_page_yet;  /* as no_memory, for want of one of max_pages (SHARED_PAGE_LATER) */
	bool page_is_open; /* the one that was taken last (shared_page()) */
	bool parting; /* frontier_part() */
	bool rescoped; /* the scope's rules are not those by which the queues were filled */

	struct rec_fifo remembered; /* text: depth (4 bytes), URL */
	uint64_t remembered_bytes;
	struct frontier_parcel **parcels; /* per loop (n_parcels), being filled; NULL = none */
	unsigned n_parcels;
	struct traps *traps; /* NULL: not wanted */
	struct soft404 *soft404; /* the same */
	bool has_news; /* of these two, since frontier_pack_traps() */
	struct shard_cached shard_cache[FRONTIER_SHARD_CACHE];

	struct url url;   /* scratch: a parsed URL */
	struct url origin; /* scratch: a host's */
	struct buf text;  /* scratch: a URL put together */
	struct buf chain; /* scratch: fingerprints of a redirect chain */
};

static inline bool
frontier_awaits_asking(const struct frontier *f, const struct hostq *h)
{
	return h->list != NULL && (h->list == &f->asking || h->list == &f->parties[h->party].asking);
}

/* Is there more of its queue than what is in memory? */
static inline bool
tail_is_there(const struct frontier *f, const struct bucket *b)
{
	return b->tail.n > 0 && !f->tails.failed;
}

/* --- frontier.c --- */
static inline bool
frontier_holds_too_much(const struct frontier *f)
{
	return f->config->held_max_bytes > 0 && f->held_bytes >= f->config->held_max_bytes;
}
/* How many more jobs may be taken that are not of the lowest level? */
static inline uint64_t
frontier_places(const struct frontier *f)
{
	uint64_t held = f->n_held < FRONTIER_MAX_HELD ? FRONTIER_MAX_HELD - f->n_held : 0;
	uint64_t max_taken = f->config->max_taken, taken = f->n_taken < max_taken ? max_taken - f->n_taken : 0;

	if (frontier_holds_too_much(f))
		return 0;
	return max_taken == 0 || held < taken ? held : taken;
}
static inline bool
frontier_may_hold(const struct frontier *f)
{
	return frontier_places(f) > 0;
}
static inline void
frontier_enter(struct frontier *f)
{
	CHECK_MAGIC(f, FRONTIER_MAGIC);
	if (f->entered++ == 0)
		f->queued_ms = -1;
}
void frontier_leave(struct frontier *f);
/* What a level that is complete, or a scope that is, makes possible. */
void frontier_settle(struct frontier *f);
/* Does something wait for what other loops do? */
bool frontier_waits_for_others(const struct frontier *f);
/* The run must end; told once. */
void frontier_full(struct frontier *f, enum outcome reason);
/* One more of max_requests; false: it was the last, and the run ends. */
MUST_CHECK bool frontier_request(struct frontier *f);
uint32_t frontier_random(struct frontier *f);

/* The pause after so many tries; more by chance, so that what failed together does not come back together. */
int64_t frontier_retry_pause_us(struct frontier *f, unsigned tries);

/* --- door.c --- */
/* Offers again what was refused while the scope could grow. */
void door_reoffer(struct frontier *f);

/* --- parcel.c --- */
/* Puts a URL let in into the parcel for that loop. 0 or -ENOMEM. */
MUST_CHECK int parcel_add(struct frontier *f, unsigned loop, struct str url, uint32_t depth, const struct rec *r,
	struct str parent);
void parcels_send(struct frontier *f);
/* Wakes the other loops that wait for a level or for the seeds. */
void parcels_nudge(struct frontier *f);
/* Wakes the loops of these bits (modulo 64), but not this one. False: not all, there was no memory. */
bool parcels_nudge_some(struct frontier *f, uint64_t loops);

/* --- hosts.c --- */
/* The host of u, which is not there yet. 0 or -ENOMEM. */
MUST_CHECK int hosts_add(struct frontier *f, const struct url *u, struct hostq **ret_host);
/*
 * Behind the others of its bucket, or, if it is to wait, by its time. Takes the reference to the parent. origin: as h->origin says, from
 * where it is in the cache. 0 or negative errno.
 */
MUST_CHECK int hosts_push(struct frontier *f, struct hostq *h, struct str origin, struct bucket *b, const struct rec *r);
/* Queues a URL that was let in; ahead may be NULL; r->text is its identity, behind the origin. Whatever becomes of it: it is accounted for. */
void hosts_queue(struct frontier *f, const struct url *u, const struct frontier_ahead *ahead, uint32_t depth, struct rec *r);
/* What stands at this depth was let in again at a smaller one (depths.h). */
bool hosts_is_stale(const struct frontier *f, uint64_t fp, uint32_t depth);
/* Says that a URL let in will not be fetched. */
void hosts_drop(struct frontier *f, struct str url, uint32_t depth, const struct rec *r, enum outcome reason);
/* As hosts_drop(), for a record of that host's queue. */
void hosts_drop_record(struct frontier *f, struct hostq *h, uint32_t depth, const struct rec *r, enum outcome reason);
/* The same for a job that was taken and given back; OUTCOME_OK: it is left, not dropped. Takes the job. */
void hosts_lose_job(struct frontier *f, struct job *j, enum outcome reason);
/* Gives the host up: for now, where another try may help, else for good, and drops its queue, or begins to. */
void hosts_give_up(struct frontier *f, struct hostq *h, enum outcome reason);
/* Is it given up for its walls, for now or for good, and what is queued for it left to the next run? */
bool hosts_is_walled(const struct frontier *f, const struct hostq *h);
/* What a host that is given up for good has queued: left, or dropped as by hosts_empty(). */
void hosts_empty_dead(struct frontier *f, struct hostq *h, unsigned *drops);
/* Those that were given up for now have their last chance, if there is nothing else to do. True: there are some. */
bool hosts_last_chance(struct frontier *f);
/*
 * Drops what the host has queued, as far as FRONTIER_MAX_DROPS lets it; counts on in *drops. For more, it is asked again when the
 * host's turn comes (take_host()): whoever lists what is dropped must be able to keep up, however long a queue is.
 */
void hosts_empty(struct frontier *f, struct hostq *h, enum outcome reason, unsigned *drops);
/* Empties the host's queue; what was queued is left, not dropped. */
void hosts_leave(struct frontier *f, struct hostq *h);
/* What it owns; its place is the table's. */
void hosts_free(struct frontier *f, struct hostq *h);
/* Its origin as a URL, valid until the next one is asked for; NULL: no memory. */
const struct url *hosts_origin(struct frontier *f, const struct hostq *h);
/* In f->text: the URL of a record of this host. */
struct str hosts_url(struct frontier *f, const struct hostq *h, const struct rec *r);

/* --- rules.c --- */
/* Takes robots, which may be NULL. */
void rules_set(struct frontier *f, struct hostq *h, struct robots *robots);
/* For these rules, which are to be h's, beside those of other hosts: some of them may lose theirs, which are asked for anew if need be. */
bool rules_make_room(struct frontier *f, const struct hostq *h, const struct robots *robots);

/* --- gate.c --- */
/*
 * What may be done for the host now. READY: its address or robots.txt may be asked for, or else a job be taken from *ret_bucket.
 * Otherwise why not, and *ret_due_us: when that may change by time alone.
 */
enum host_state gate_host(struct frontier *f, struct hostq *h, struct bucket **ret_bucket, int64_t *ret_due_us);
/* Puts the host where it belongs. */
void gate_update(struct frontier *f, struct hostq *h);
/* The first that waits there may ask for its address: it is called, and if it does not, the next one is. */
void gate_ask_next(struct frontier *f, struct host_list *asking);
bool gate_needs_address(const struct frontier *f, const struct hostq *h);
bool gate_needs_robots(const struct frontier *f, const struct hostq *h);

/* --- answer.c --- */
/* A request that is over, as politeness sees it. */
struct polite_answer answer_of(const struct job *j);
/* Until the job is tried again. Who chooses how long is asked nothing meanwhile: else URLs without end could wait for a day. */
int64_t answer_retry_pause_us(struct frontier *f, const struct job *j, unsigned tries);
/*
 * Did it fail for want of something that this machine has too little of? That says nothing about the host: it is tried again, and if that is in vain
 * the run ends (here) and leaves the host to the next one. False: it is the host's own.
 */
bool answer_failed_here(struct frontier *f, enum outcome outcome, unsigned tries);
/* What came counts against the rate of all. */
void answer_pay(struct frontier *f, const struct polite_answer *a);

/* Of a hop of a robots.txt: for the host of j->url, whose slot it is not; a slot of its address, if there is any, is given back. */
void answer_elsewhere(struct frontier *f, struct job *j);
/* In the host's window; a slot of its address, if there is any, is given back. */
void answer_polite(struct frontier *f, struct hostq *h, struct job *j);

/* --- hop.c --- */
/* The host of u; NULL: it is another loop's, or was never met. */
struct hostq *hop_host(const struct frontier *f, const struct url *u);

/* --- address.c --- */
/* Of a host that is READY and needs one: asked for, or the host waits until others have theirs; or f->no_memory. */
void address_ask(struct frontier *f, struct hostq *h);

/* --- back.c --- */
/* The job as a record of its host's queue, for one more attempt like this one; views of the job, without the parent. */
struct rec back_record(const struct frontier *f, const struct job *j);
/*
 * Is this machine to blame? That is no attempt at the server (for hosts: answer_failed_here()). It is tried again as many times; if that is in vain,
 * this URL is left to the next run, and the run goes on: others may need less.
 */
bool back_failed_here(const struct job *j);
/* Queues the job again after its answer; false: there is no memory, it stays as it is. */
MUST_CHECK bool back_again(struct frontier *f, struct hostq *h, struct job *j);
/* A job that was taken, of a URL or a probe, waits again as if it had not been: it is the host's next one. Its slots have been given back. */
void back_untried(struct frontier *f, struct hostq *h, struct job *j);

/* --- take.c --- */
/* A first attempt has one of max_pages, and was not made, or is to be made once more. */
void take_budget_back(struct frontier *f);

/* --- probe.c --- */
/* The page has nothing new: is it time to ask the host for a name that is not there? */
void probe_see_stale(struct frontier *f, struct hostq *h, const struct url *u);
/* The job for it, not yet started; NULL: robots.txt does not let us, or (f->no_memory) later. */
struct job *probe_job(struct frontier *f, struct hostq *h);
/* It could not be started, and nothing came of it. */
void probe_untake(struct hostq *h);

/* --- order.c --- */
/* Commits the jobs of the host whose turn it is. */
void order_run(struct frontier *f, struct hostq *h);
/* The same for all hosts that wait for a level. */
void order_run_held(struct frontier *f);

#endif
