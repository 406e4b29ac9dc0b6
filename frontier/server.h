/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server.h: hosts behind one address are one server: they share a window, its pauses and an explicit wait. Private to frontier/.
 *
 *	struct server_window   of all loops, a table of them by address: atomics, in a cache line each
 *	struct server          one loop's view of one of them: its pauses, and its hosts that wait for it, first come first served
 *
 * A slot of the window is taken by server_take() before a request and stays taken until its pause is over: server_over() starts
 * the pause, server_wake() at server->due ends it. The window follows the same law as a host's (polite.h), with every loop's
 * answers.
 *
 * One host costs the others at its address next to nothing, however slow it is: a slot pauses for no longer than what the address's answers
 * take of late (the host's own slot pauses as long as it took), trouble closes the window to window_first at most, and while other hosts
 * wait for a slot one of them is left to them.
 *
 * Invariants:
 *	S1  busy is the sum over all loops of n_in_flight + n_pauses; at each server_take() it was smaller than the window.
 *	S2  a host waits in server->waiting only while there is no slot for it; who gives a slot back wakes as many as there are now,
 *	    in its own loop, else tells the other loops (who_waits, then an empty parcel).
 *
 * The table is fixed: an address that finds no place of its own shares another's, which errs on the safe side.
 */
#ifndef FRONTIER_SERVER_H
#define FRONTIER_SERVER_H

#include <stdatomic.h>

#include "frontier/due.h"
#include "frontier/hostq.h"
#include "frontier/polite.h"

#define SERVERS_MAX    65536
#define SERVERS_PROBES 32
/* A loop that gives a slot back lets those of other loops that wait have it first, for so long. */
#define SERVER_YIELD_US INT64_C(2000)
/* A loop that waits for other loops' slots looks by itself now and then, should nobody have had memory to tell it. */
#define SERVER_POLL_US INT64_C(1000000)

struct server_window {
	_Alignas(64) _Atomic uint64_t key; /* keyed fingerprint of the address; 0 = free */
	_Atomic uint64_t who_waits;        /* bits: loops, modulo 64 */
	_Atomic(struct polite_law) law;
	_Atomic int64_t closed_us, spaced_us;
	_Atomic uint32_t busy;
};

struct server {
	struct server_window *shared;
	struct server *next;         /* all of this loop's */
	struct server *next_waiting; /* the loop's servers with hosts that wait */
	bool is_waiting;
	bool exempt;
	unsigned n_in_flight, n_pauses;
	int64_t *pauses;        /* ends, in no order */
	unsigned pauses_cap;
	int64_t taken_spaced_us, taken_before_us; /* what the last take set spaced_us to, and what it was */
	int64_t yield_until_us; /* other loops' hosts first */
	struct host_list waiting;
	struct due_item due; /* a pause ends, or the next start is allowed */
};

/* SERVERS_MAX of them; NULL: no memory. Pages that nobody touches cost address space only. */
struct server_window *server_windows_new(void);
void server_windows_free(struct server_window *windows);

struct frontier;

/* This loop's view of the address: 0, or -ENOMEM. *ret_server NULL: there is no limit by address. */
MUST_CHECK int server_get(struct frontier *f, const char *address, bool exempt, struct server **ret_server);
void servers_free(struct frontier *f);
/*
 * No loop runs: this frontier's view of the same address, for hosts that come from a frontier that goes; the first one to come has the
 * pauses. As server_get().
 */
MUST_CHECK int server_adopt(struct frontier *f, struct server *from, struct server **ret_server);
/* Could a slot be taken now? */
bool server_is_free(const struct frontier *f, const struct server *s);
/* By this host? */
bool server_is_free_for(const struct frontier *f, const struct server *s, const struct hostq *h);
/* Takes one; false: somebody was faster. random: for the wait. */
MUST_CHECK bool server_take(struct frontier *f, struct server *s, uint32_t random);
/* It was never used. */
void server_untake(struct frontier *f, struct server *s);
/* The answer is there: the slot pauses. */
void server_over(struct frontier *f, struct server *s, const struct polite_answer *a, uint32_t random);
/* The host waits for a slot. */
void server_wait(struct frontier *f, struct server *s, struct hostq *h);
/* The list in which it waits for one, which may be another address's than it has by now; NULL: it does not. */
static inline struct host_list *
server_list(const struct hostq *h)
{
	return h->state == HOST_SERVER ? h->list : NULL;
}
/* A host has left that list by another way than its turn: whom it kept waiting may have one. NULL: none has. */
void server_left(struct frontier *f, struct host_list *list);
/* Ends pauses that are over, and lets as many hosts have their turn as there are slots. */
void server_wake(struct frontier *f, struct server *s);
/* The settings have changed (frontier_tune()): f->polite_server is what holds now. */
void servers_retune(struct frontier *f);
/* All that wait: another loop gave a slot back. */
void server_wake_all(struct frontier *f);
/* CHECKs the invariants as far as one loop can see them. */
void servers_check(const struct frontier *f);

#endif
