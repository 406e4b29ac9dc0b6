/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frontier_sim.h: a crawl without network, threads or clock, for tests of the frontier.
 *
 * A web is an array of pages that link to and redirect to one another. sim_run() drives one to three frontiers over it: takes,
 * completes, parses, resolves and delivers parcels in random order, with up to `in_flight` requests open, and moves the time on
 * only when nothing else can happen. What was committed stands in the pages; politeness is checked at each take (J4).
 */
#ifndef TESTS_FRONTIER_SIM_H
#define TESTS_FRONTIER_SIM_H

#include "frontier/frontier.h"
#include "frontier/visited.h"

#define SIM_MAX_LINKS     12
#define SIM_MAX_IN_FLIGHT 64
#define SIM_MAX_LOOPS     3
#define SIM_MAX_HOSTS     240
#define SIM_NONE          (-1)
#define SIM_MAX_ROWS      4096
#define SIM_MAX_OVER      4096

struct sim_page {
	int host;
	char path[48];
	int n_links, links[SIM_MAX_LINKS];
	enum link_kind kinds[SIM_MAX_LINKS];
	int redirect;          /* to this page, SIM_NONE */
	unsigned failures;     /* this many attempts fail first ... */
	enum outcome failure;  /* ... like this */
	int64_t retry_after_us; /* ... and say this; 0: nothing */
	unsigned unranged;      /* this many answers before are parts that are of no use */
	unsigned failed_here;   /* and this many before fail for want of what this machine has too little of */
	int64_t took_us;       /* 0: random */

	/* What came of it. */
	unsigned fetched, committed, dropped, refused;
	bool left;
	enum outcome outcome;  /* of the record, or why it was dropped or refused */
	uint32_t depth;
	int parent;
	unsigned order;        /* n-th commit of all */
};

struct sim_host {
	char origin[48];
	char address[JOB_ADDRESS_BYTES];
	const char *address_later; /* from the second look-up on; NULL: the same */
	unsigned lookups;
	int64_t down_until_us; /* refuses connections before */
	enum outcome address_outcome;
	const char *robots;            /* text; NULL: 404 */
	const char *robots_later;      /* from the second time on; NULL: the same */
	unsigned robots_failing_from;  /* the n-th time, from 0 ... */
	unsigned robots_failures;      /* ... this many times it is unreachable ... */
	enum outcome robots_failure;   /* ... like this */
	const char *robots_hop;        /* it redirects to this URL, which is refused before it is asked; NULL: it does not */
	unsigned robots_asked, asked, n_probes;
	unsigned n_down; /* attempts that found it down; between the last two of them: */
	int64_t last_down_us, down_gap_us;
	unsigned in_flight, max_in_flight;
	unsigned max_at_address; /* of all hosts that share its address */
	unsigned max_busy_at_address; /* of these, with hosts of which one has ended less than a quarter of a second ago */
	int64_t min_gap_at_address_us;
	int64_t last_start_us, last_end_us, min_gap_us; /* between starts */
	int64_t last_gap_us;
};

struct sim_flight {
	struct job *job;
	bool parsing;
	int64_t start_us, ready_us;
};

struct sim_parcel {
	unsigned loop;
	struct frontier_parcel *parcel;
};

struct sim_lookup {
	struct frontier *frontier;
	struct hostq *hostq;
	int host;
};

/*
 * What a job database would hold: sim_run() adds to it, and goes on from there where there is something in it. Zeroed by the caller, who
 * releases it with sim_journal_release().
 */
struct sim_journal {
	struct {
		struct buf entries; /* url/found.h */
		uint32_t depth;     /* the least of them */
		unsigned n;
	} rows[SIM_MAX_ROWS];
	unsigned n_rows;
	uint64_t over[SIM_MAX_OVER]; /* found_key()s */
	unsigned n_over;
	unsigned first; /* so many are restored before it runs, by depth, the others while it does */
};

struct sim {
	struct sim_page *pages;
	int n_pages;
	struct sim_host hosts[SIM_MAX_HOSTS];
	int n_hosts;
	struct frontier_config config;
	struct scope_config scope_config;
	uint64_t visited_max_bytes;
	unsigned max_in_flight;
	uint64_t seed;          /* of the random order */
	bool check;             /* frontier_check() after each step */
	unsigned untake_every;  /* each n-th take cannot be started; 0 = never */
	int stuck_page;         /* is never answered before the time stuck_until_us; SIM_NONE */
	int64_t stuck_until_us;
	uint64_t max_taken;     /* then frontier_stop(); 0 = no */
	const struct frontier_backend *backend; /* of all frontiers; NULL: none */
	bool spills;            /* all that is queued goes there before each offer */
	bool stops_when_full;   /* frontier_stop() when ops.full() was called */
	struct sim_journal *journal; /* NULL: none is kept */
	unsigned divide_every;  /* after about so many steps the loops are divided anew, at random; what is in flight then ends, or half of it is interrupted; 0 = never */

	/* While it runs. */
	struct hash_key key;
	struct frontier_shared *shared;
	struct frontier *frontiers[SIM_MAX_LOOPS];
	struct sim_flight flights[SIM_MAX_IN_FLIGHT];
	unsigned n_flights;
	struct sim_parcel parcels[4096];
	unsigned n_parcels;
	struct sim_lookup lookups[SIM_MAX_HOSTS];
	unsigned n_lookups;
	const char *party; /* the end of its hosts' names; NULL: none is looked at */
	unsigned max_lookups_of_party;
	struct job *free_jobs;
	unsigned *rest, n_rest; /* rows that are restored while it runs ... */
	unsigned rest_at[SIM_MAX_LOOPS]; /* ... by each loop from here on */
	uint32_t rest_depth;
	bool rest_open[SIM_MAX_LOOPS];
	int64_t now_us;
	uint64_t random;
	unsigned n_finished, n_full, n_commits, n_taken, n_retried, n_jobs_out;
	unsigned n_divided, n_interrupted;
	bool dividing;
	enum outcome full_reason;
	struct frontier_stats stats; /* at the end */
};

struct sim *sim_new(int n_pages, int n_hosts, uint64_t seed);
void sim_free(struct sim *s);
uint64_t sim_random(struct sim *s, uint64_t below);
/* Each page with random links within (or, with n_hosts > 1, across) hosts. */
void sim_link_randomly(struct sim *s, unsigned max_links, unsigned redirect_percent, unsigned failure_percent);
void sim_link(struct sim *s, int from, int to);
/* Page 0 links to 1 ... n - 1, through a tree: a page has few links. */
struct sim *sim_tree(int n_pages, int n_hosts, uint64_t seed);
/*
 * 16 pages of four hosts, and no links to other hosts are followed. Seeds are 0 (h0) and 1 (h1), which redirects to 3, so that h3 is let in. 0 leads
 * to 7 and so to 15 (h3) before that is known; and to 2 and 6 (h2), which are refused for good, each said once.
 */
struct sim *sim_scope_that_grows(uint64_t seed);
/* After its run: what h3 has is there, and h2's is not. */
void sim_scope_has_grown(const struct sim *s);
/* Page i's URL, into a static buffer. */
const char *sim_url(const struct sim *s, int page);
/* The page with this URL, or SIM_NONE; the host with an origin that this URL begins with, which there has to be. */
int sim_page_of(const struct sim *s, struct str url);
int sim_host_of(const struct sim *s, struct str url);
/* Crawls from page 0 (and the next n_seeds - 1) to the end. False: it did not come to an end. */
bool sim_run(struct sim *s, int n_seeds);
/* After a run asserts that each page ended as often as is counted, and that all that was offered has ended or is left (J7). */
void sim_balanced(const struct sim *s);

/* So many were let in and are not over. */
unsigned sim_journal_pending(const struct sim *s, const struct sim_journal *journal);
void sim_journal_release(struct sim_journal *journal);
/* For the run itself: what a frontier has let in, in rows of four, and what is over. */
void sim_journal_add(struct sim *s, const struct found *f);
void sim_journal_over(struct sim *s, uint64_t fp, struct str chain);
/* Before it runs, and while it does: one more row in some loop, false where all are read; a loop takes no more. */
void sim_restore(struct sim *s);
bool sim_read_rest(struct sim *s);
void sim_end_rest(struct sim *s, unsigned loop, bool all_read);

/* A serial breadth-first crawl of the same web. */
struct sim_expected {
	bool found;
	uint32_t depth;
	int parent;
	unsigned order;
};
void sim_expect(const struct sim *s, int n_seeds, struct sim_expected *ret_expected);
void sim_expect_shortest(const struct sim *s, int n_seeds, struct sim_expected *ret_expected);

#endif
