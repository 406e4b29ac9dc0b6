/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adapt.h: how many connections, parsers and loops `auto' means, found while the crawl runs. Pure
 * functions of a state and of what was measured since the last step; no clock of their own. tests/unit/crawler_adapt_test.c runs them
 * against model servers.
 *
 * Connections. By Little's law (1961) throughput is in-flight divided by response time: it grows with the limit until something
 * is used up (a server, the link, a processor), then only the response time grows, and in the end throughput falls. So the limit
 * climbs by the gradient of throughput over in-flight, as the self-tuning servers of Heiss and Wagner (1991, "incremental steps")
 * and of Welsh, Culler, Brewer (2001) do, with the slow start of TCP (Jacobson 1988) at its beginning:
 *
 *	climb    the limit doubles after each epoch in which it was what held the crawl up (ADAPT_LIMITED of the time), as long as
 *	         that brings ADAPT_GAIN of what a proportional gain would; the step that did not is taken back
 *	descend  if the first step does not bring ADAPT_CLEAR, and so the peak may be behind: the limit is halved, as long as that costs less than
 *	         ADAPT_LOSS of the best; the step that did is taken back
 *	hold     for a while, which doubles up to ADAPT_HOLD_MAX with each probe in vain. Throughput that falls by a quarter,
 *	         or rises by a fifth, for ADAPT_MOVED epochs is another world: it descends, or climbs
 *	probe    twice as many, or a quarter more, in turn; if that pays as in a climb, it climbs on. Each fourth is of a quarter less, kept if it
 *	         costs less than ADAPT_SAME
 *
 * Held up does not mean that the loops slept meanwhile: with more in flight more is done at each awakening, by them and by the servers, so
 * that a request costs less of a processor that has no time left. Little by little: throughput over in-flight n is then C n / (n + k), as in the
 * balanced job bounds of Zahorjan, Sevcik, Eager, Galler (1982). There a doubling that brings the share g is missing to n leaves (1 - g) / (1 + g)
 * of C: what is refused of one step is lost again, a little less of it, with each further one. With ADAPT_GAIN 92 % are there; with a quarter
 * instead, 60 %.
 *
 * An epoch is ADAPT_EPOCH_US, and as much longer as it takes to complete as many requests as were in flight, up to
 * ADAPT_EPOCH_MAX_US: shorter ones would measure what was started before. The one behind a step does, and is not counted; it is over
 * with what was in flight, after ADAPT_LOOK_US at least. So small a gain is told from chance by how much each look differs from the one before
 * (von Neumann 1941: what drifts does not count as noise). An epoch that ends nearer to what is asked of it than ADAPT_SIGMAS deviations
 * goes on, up to ADAPT_EPOCH_MAX_US, and what it is compared with is the mean of all that was held. So does one in which a step up seems
 * not to have paid, while the limit held the crawl up for less than ADAPT_SURE of the time: a site's levels end one by one, and at the end of
 * each there is little to ask for.
 *
 * While the limit holds nobody up it stays as it is: politeness, a lack of links or the parsers do then, and no measurement says
 * anything about it.
 *
 * Parsers. They are pure computation: more than there are processors never help, and one too few shows in the time pages wait
 * for one. One for each loop to begin with: to read a page with `scan' takes half the time that fetching it does (bench/README.md), and each costs a
 * process start; with libxml2, several times that, so one for each processor: a short crawl should not be over before they are
 * there. Grown twofold when they are busy (ADAPT_BUSY) and pages wait longer than ADAPT_WAIT_US;
 * one is retired after ADAPT_IDLE_STEPS in which what they did would have kept one fewer busy for less than ADAPT_SLACK of the time.
 * They count wall time, so that a competing load makes them busier, never idler.
 *
 * Loops. To change how many there are costs a pause (crawl_divide.c), the connections and a start of the parsers, so it is done where it
 * pays. There are as many to begin with as
 *
 *	processors       a page takes a loop 40 us, its parser 17, the writer 7 (bench/README.md): loops need them most
 *	sites / ADAPT_LOOP_SITES
 *	                 sites fall to loops by chance, and each loop has an equal part of the connections: with few sites some
 *	                 loop would have nothing to do, and its part would be of no use
 *	connections / ADAPT_LOOP_CONNECTIONS
 *	                 for the same reason, where their number is fixed
 *	ADAPT_LOOPS_MAX  behind which the writer, of which there is one, is the bottleneck
 *
 * One too many does no harm: it costs a sleeping thread, and a page no more processor time with two than with one (200 hosts, 5 ms, 2 KB,
 * two busy processors: 82-92 us with two, 101-104 with one, in turn). So they are never made fewer, but where an attempt was in vain. What is
 * not known at the start is how many sites there will be. When those that have been met by now are worth more loops, and those that there
 * are have been busy for ADAPT_LOOPS_BUSY of an epoch and hardly waited for a processor (ADAPT_LOOPS_WAITED: else there is none for another
 * one), they are doubled, up to that. One epoch passes, the next is compared with the one before the change: it stays if throughput has
 * grown by ADAPT_LOOPS_GAIN, else it is taken back, and nothing is tried for a rest, which doubles with each attempt in vain.
 */
#ifndef CRAWLER_ADAPT_H
#define CRAWLER_ADAPT_H

#include <stdbool.h>
#include <stdint.h>

#define ADAPT_LOOK_US      INT64_C(200000) /* between two steps at least */
#define ADAPT_EPOCH_US     INT64_C(500000)
#define ADAPT_EPOCH_MAX_US INT64_C(3000000)
#define ADAPT_FIRST        64  /* connections to begin with */
#define ADAPT_LIMITED      30  /* percent */
#define ADAPT_SURE         80  /* percent */
#define ADAPT_GAIN         4   /* percent of what is proportional */
#define ADAPT_CLEAR        25  /* percent of what is proportional */
#define ADAPT_LOSS         5   /* percent */
#define ADAPT_SAME         1   /* percent */
#define ADAPT_SIGMAS       1.5
#define ADAPT_NOISE_FIRST  0.001 /* that of 3 % deviation */
#define ADAPT_NOISE_LOOKS  16
#define ADAPT_HELD_LOOKS   16
#define ADAPT_HOLD_FIRST   4   /* epochs */
#define ADAPT_HOLD_MAX     8
#define ADAPT_DOWN_EACH    4   /* probes */
#define ADAPT_MOVED        2   /* epochs */
#define ADAPT_BUSY         70  /* percent */
#define ADAPT_WAIT_US      INT64_C(5000)
#define ADAPT_SLACK        40  /* percent */
#define ADAPT_IDLE_STEPS   20
#define ADAPT_LOOP_SITES   8
#define ADAPT_LOOP_CONNECTIONS 64
#define ADAPT_LOOPS_MAX    6
#define ADAPT_SITES_MAX    (ADAPT_LOOPS_MAX * ADAPT_LOOP_SITES) /* more change nothing */
#define ADAPT_LOOPS_EPOCH_US INT64_C(5000000)
#define ADAPT_LOOPS_BUSY     85 /* percent */
#define ADAPT_LOOPS_WAITED   10 /* percent */
#define ADAPT_LOOPS_GAIN     15 /* percent */
#define ADAPT_LOOPS_REST_US     INT64_C(60000000)
#define ADAPT_LOOPS_REST_MAX_US INT64_C(3840000000)

struct adapt_sample {
	int64_t took_us;
	uint64_t completed;      /* requests that came to their end */
	int64_t limited_us;      /* of took_us: as many as the limit allows were in flight, and there was more to ask for */
};

struct adapt_rate {
	double per_s;   /* requests */
	unsigned looks; /* it is the mean of so many */
};

enum adapt_phase { ADAPT_CLIMB, ADAPT_DESCEND, ADAPT_HOLD, ADAPT_PROBE };

/* Zeroed but for what adapt_connections_init() sets. */
struct adapt_connections {
	enum adapt_phase phase;
	unsigned limit, max;
	unsigned last_limit;        /* before the step that is being measured; 0: none is */
	struct adapt_rate last, held;
	unsigned hold, epochs_held, moved; /* epochs */
	bool has_climbed;
	unsigned probes;
	double noise, look_rate; /* variance of one look, as a share of its square; the look before */
	/* Of the epoch. */
	int64_t took_us, limited_us;
	uint64_t completed;
	unsigned looks;
	bool settling; /* the epoch behind a step measures what was started before it: not counted */
};

/* max >= 1 */
void adapt_connections_init(struct adapt_connections *a, unsigned max);
/* True: a->limit is another one. */
bool adapt_connections_step(struct adapt_connections *a, const struct adapt_sample *s);

struct adapt_workers {
	unsigned workers, max;
	unsigned idle_steps;
};

struct adapt_parse_sample {
	int64_t took_us;
	int64_t busy_us; /* of all parsers */
	int64_t wait_us; /* of pages for a parser */
	uint64_t pages;
};

void adapt_workers_init(struct adapt_workers *a, unsigned workers, unsigned max);
/* True: a->workers is another number. */
bool adapt_workers_step(struct adapt_workers *a, const struct adapt_parse_sample *s);

/* sites: that are known. connections: UINT_MAX where they are auto. At least 1. */
unsigned adapt_loops(unsigned cores, unsigned sites, unsigned connections);

struct adapt_loops {
	unsigned loops;
	unsigned before;    /* the number that is compared with; 0: none is */
	double before_rate; /* requests a second */
	int64_t rest_us;    /* still, before the next attempt */
	int64_t next_rest_us; /* after one that was in vain */
	/* Of the epoch. */
	int64_t took_us, busy_us, waited_us;
	uint64_t completed;
	bool settling; /* that behind a change is not counted */
};

struct adapt_loops_sample {
	int64_t took_us;
	uint64_t completed;
	int64_t busy_us;   /* processor time of all loops */
	int64_t waited_us; /* of all loops: they had work, and no processor */
	unsigned worth;    /* as many as adapt_loops() says by now */
};

void adapt_loops_init(struct adapt_loops *a, unsigned loops);
/* True: a->loops is another number. */
bool adapt_loops_step(struct adapt_loops *a, const struct adapt_loops_sample *s);

#endif
