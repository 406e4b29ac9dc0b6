/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event engine: one curl multi handle, driven by the loop.
 *
 *	start() --pending--> add_pending() --multi--> on_io(), kick() ... collect_done() --> fetch_done()
 *
 * Work is gathered and done once per turn: new transfers are added together and set going by a single call, finished
 * ones are collected together. In between, libcurl hears of its sockets one by one, as epoll reports them.
 *
 *	V1  A descriptor of libcurl's is either not in epoll, or watched (libcurl wants events), or idle: in epoll,
 *	    though libcurl wants nothing. Idle spares a kept connection two epoll_ctl(2) per page.
 *	V2  An event on an idle descriptor takes it out of epoll: the peer closed it, which libcurl finds out when it next
 *	    wants to use it. (Left in, it would be reported for ever.)
 *	V3  libcurl closes no descriptor but through on_close(), so the loop never knows one that is gone.
 *	V4  Nobody calls libcurl from inside one of its callbacks: they only note what is to be done.
 *	V5  At one address there are never more connections than twice what was once in flight there (or EVENTS_PER_ADDRESS),
 *	    so that no transfer ever has to wait for one, but idle ones do not pile up: libcurl keeps those of
 *	    all hosts of an address (CURLOPT_CONNECT_TO) in one list, and asks each with poll(2) whether it is still alive
 *	    before it takes one. A good guest does not leave hundreds of them lying about either.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/prefault.h"
#include "fetch/xfer.h"

#define EVENTS_MAGIC  0x45564e54u
#define EVENTS_HANDLE_BYTES ((size_t)56 * 1024)
#define EVENTS_PASSES 4 /* of a turn, while new work keeps coming */

#define EVENTS_ADDRESSES    4096 /* a power of two */
#define EVENTS_PER_ADDRESS  32

enum sock_state { SOCK_OUT, SOCK_WATCHED, SOCK_IDLE };

struct sock {
	uint8_t state; /* enum sock_state */
	uint32_t events; /* that epoll reports */
};

/* owner: loop thread */
struct events {
	uint32_t magic;
	struct fetch *fetch;
	struct loop *loop;
	CURLM *multi;
	struct loop_timer timer; /* libcurl's next time-out */
	bool kick;               /* libcurl's time-out is now */
	bool stopped;
	struct sock *socks; /* by descriptor */
	size_t n_socks;
	struct job *pending, **pending_tail;
	struct xfer **running; /* all that are in the multi handle */
	unsigned n_running;
	struct xfer *spare; /* idle, last used first */
	/* In flight by address; those that share a place are counted together, which errs on the safe side. */
	uint32_t by_address[EVENTS_ADDRESSES];
	unsigned per_address; /* V5 */
	bool rates_on; /* there was a limit at the last turn */
};

static void
on_io(void *arg, int fd, uint32_t epoll_events)
{
	struct events *e = arg;
	int bits = 0, running;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	CHECK((size_t)fd < e->n_socks && e->socks[fd].state != SOCK_OUT);
	if (e->socks[fd].state == SOCK_IDLE) {
		e->socks[fd].state = SOCK_OUT;
		loop_io_del(e->loop, fd);
		return;
	}
	if (epoll_events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP))
		bits |= CURL_CSELECT_IN;
	if (epoll_events & EPOLLOUT)
		bits |= CURL_CSELECT_OUT;
	if (epoll_events & EPOLLERR)
		bits |= CURL_CSELECT_ERR;
	(void)curl_multi_socket_action(e->multi, fd, bits, &running);
}

static bool
socks_reserve(struct events *e, int fd)
{
	size_t n = e->n_socks < 64 ? 64 : e->n_socks * 2;
	struct sock *socks;

	if ((size_t)fd < e->n_socks)
		return true;
	if (n <= (size_t)fd)
		n = (size_t)fd + 1;
	socks = realloc(e->socks, n * sizeof(*socks));
	if (socks == NULL)
		return false;
	memset(socks + e->n_socks, 0, (n - e->n_socks) * sizeof(*socks));
	e->socks = socks;
	e->n_socks = n;
	return true;
}

/* CURLMOPT_SOCKETFUNCTION: what libcurl wants to hear of fd. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *fd_arg)
{
	struct events *e = arg;
	uint32_t want = 0;
	struct sock *s;
	int r;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	if (!socks_reserve(e, fd))
		return -1;
	s = &e->socks[fd];
	if (what == CURL_POLL_REMOVE) {
		if (s->state == SOCK_WATCHED)
			s->state = SOCK_IDLE;
		return 0;
	}
	if (what & CURL_POLL_IN)
		want |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		want |= EPOLLOUT;
	if (s->state == SOCK_OUT)
		r = loop_io_add(e->loop, fd, want, on_io, e);
	else
		r = loop_io_mod(e->loop, fd, want);
	if (r < 0)
		return -1; /* the transfer fails */
	s->state = SOCK_WATCHED;
	s->events = want;
	return 0;
}

static int
on_close(void *arg, curl_socket_t fd)
{
	struct events *e = arg;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	if ((size_t)fd < e->n_socks && e->socks[fd].state != SOCK_OUT) {
		e->socks[fd].state = SOCK_OUT;
		/* Nobody else holds it (close-on-exec, and nothing forks any more), so close(2) takes it out of epoll. */
		loop_io_forget(e->loop, fd);
	}
	return close(fd);
}

/* CURLMOPT_TIMERFUNCTION. */
static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct events *e = arg;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	e->kick = ms == 0;
	if (ms <= 0)
		loop_timer_cancel(e->loop, &e->timer);
	else if (loop_timer_set(e->loop, &e->timer, clock_mono_us() + ms * CLOCK_US_PER_MS) < 0)
		return -1;
	return 0;
}

static void
on_timeout(void *arg)
{
	struct events *e = arg;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	e->kick = true; /* done by the turn that follows */
}

/* Time-outs that are due, and with them the transfers that were just added. */
static void
kick(struct events *e)
{
	int running;

	if (!e->kick)
		return;
	e->kick = false;
	(void)curl_multi_socket_action(e->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

static uint32_t *
address_count(struct events *e, const struct job *j)
{
	uint32_t h = 2166136261u; /* FNV-1a: nothing depends on its quality */
	const char *p;

	for (p = j->address; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return &e->by_address[(h ^ h >> 16) & (EVENTS_ADDRESSES - 1)];
}

static void
running_add(struct events *e, struct xfer *x)
{
	uint32_t *count = address_count(e, x->job);

	x->index = e->n_running;
	e->running[e->n_running++] = x;
	if (++*count > e->per_address) {
		e->per_address = *count * 2u;
		(void)curl_multi_setopt(e->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)e->per_address);
	}
}

static void
running_remove(struct events *e, struct xfer *x)
{
	struct xfer *last = e->running[--e->n_running];
	uint32_t *count = address_count(e, x->job);

	CHECK(e->running[x->index] == x && *count > 0);
	--*count;
	last->index = x->index;
	e->running[last->index] = last;
}

static struct xfer *
xfer_take(struct events *e)
{
	struct xfer *x = e->spare;

	if (x != NULL)
		e->spare = x->next;
	else if (xfer_new(e->fetch, on_close, e, &x) < 0)
		return NULL;
	return x;
}

static void
xfer_put(struct events *e, struct xfer *x)
{
	x->next = e->spare;
	e->spare = x;
}

/* OUTCOME_OK, or why the machine could not. */
static enum outcome
add_one(struct events *e, struct job *j)
{
	struct xfer *x;

	if (e->stopped)
		return OUTCOME_INTERRUPTED;
	x = xfer_take(e);
	if (x == NULL)
		return OUTCOME_NO_MEMORY;
	if (xfer_begin(x, j) < 0) {
		xfer_put(e, x);
		return OUTCOME_NO_MEMORY;
	}
	if (curl_multi_add_handle(e->multi, x->easy) != CURLM_OK) {
		(void)xfer_interrupt(x);
		xfer_put(e, x);
		return OUTCOME_NO_MEMORY;
	}
	running_add(e, x);
	return OUTCOME_OK;
}

/* What the handles that are still to be made will take from malloc(3), with their buffers and connections. */
static void
prefault_handles(const struct events *e)
{
	const struct xfer *x = e->spare;
	const struct job *j;
	size_t n = 0;

	for (j = e->pending; j != NULL; j = j->next) {
		if (x != NULL)
			x = x->next;
		else
			n++;
	}
	prefault_heap(n * EVENTS_HANDLE_BYTES);
}

static void
add_pending(struct events *e)
{
	struct job *j = e->pending, *next;
	enum outcome o;

	e->pending = NULL;
	e->pending_tail = &e->pending;
	for (; j != NULL; j = next) {
		next = j->next;
		o = add_one(e, j);
		if (o != OUTCOME_OK) {
			j->outcome = o;
			fetch_done(e->fetch, j);
		}
	}
}

static void
collect_done(struct events *e)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(e->multi, &left)) != NULL) {
		CURLcode code = msg->data.result;
		struct xfer *x = NULL;
		struct job *j;

		if (msg->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &x);
		CHECK_MAGIC(x, XFER_MAGIC);
		(void)curl_multi_remove_handle(e->multi, x->easy);
		if (xfer_again(x, code) && curl_multi_add_handle(e->multi, x->easy) == CURLM_OK)
			continue;
		running_remove(e, x);
		j = xfer_end(x, code);
		xfer_put(e, x);
		fetch_done(e->fetch, j);
	}
}

static void
interrupt_all(struct events *e)
{
	struct xfer *x;
	struct job *j;

	while (e->n_running > 0) {
		x = e->running[e->n_running - 1];
		(void)curl_multi_remove_handle(e->multi, x->easy);
		running_remove(e, x);
		j = xfer_interrupt(x);
		xfer_put(e, x);
		fetch_done(e->fetch, j);
	}
}

/* Transfers have begun or ended: what each may receive is another part. */
static void
share_rates(struct events *e)
{
	unsigned i;
	bool on = atomic_load_explicit(&e->fetch->rate_bps, memory_order_relaxed) > 0 ||
		atomic_load_explicit(&e->fetch->host_rate_bps, memory_order_relaxed) > 0;

	/* Once more when there are none any longer. */
	if (!on && !e->rates_on)
		return;
	e->rates_on = on;
	for (i = 0; i < e->n_running; i++)
		xfer_share(e->running[i]);
}

static void
events_turn(void *engine)
{
	struct events *e = engine;
	int pass;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	share_rates(e);
	for (pass = 0; pass < EVENTS_PASSES; pass++) {
		collect_done(e);
		if (e->stopped)
			interrupt_all(e);
		if (e->pending == NULL && !e->kick)
			return;
		prefault_handles(e);
		add_pending(e);
		kick(e);
	}
	fetch_turn_soon(e->fetch);
}

static void
events_start(void *engine, struct job *j)
{
	struct events *e = engine;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	if (e->pending == NULL && !e->fetch->in_turn)
		fetch_turn_soon(e->fetch);
	j->next = NULL;
	*e->pending_tail = j;
	e->pending_tail = &j->next;
}

static void
events_stop(void *engine)
{
	struct events *e = engine;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	e->stopped = true;
	fetch_turn_soon(e->fetch);
}

/*
 * Connections kept, in use or not. A host's next request comes after its pause, so many more are worth keeping than are
 * in flight; but descriptors are also needed elsewhere.
 */
static long
connections_kept(const struct fetch *f)
{
	unsigned long kept = f->connections * 4ul + 256;
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0 && kept > lim.rlim_cur / 4)
		kept = lim.rlim_cur / 4;
	return (long)(kept > f->connections ? kept : f->connections);
}

static void
events_tuned(void *engine)
{
	struct events *e = engine;

	CHECK_MAGIC(e, EVENTS_MAGIC);
	/* It cannot fail, and would only cost connections that are made again. */
	(void)curl_multi_setopt(e->multi, CURLMOPT_MAXCONNECTS, connections_kept(e->fetch));
}

static void
events_free(void *engine)
{
	struct events *e = engine;
	struct xfer *x;

	if (e == NULL)
		return;
	CHECK_MAGIC(e, EVENTS_MAGIC);
	CHECK(e->n_running == 0 && e->pending == NULL);
	/* The multi handle first: it closes the connections, through on_close(). */
	if (e->multi != NULL)
		(void)curl_multi_cleanup(e->multi);
	while ((x = e->spare) != NULL) {
		e->spare = x->next;
		xfer_free(x);
	}
	loop_timer_cancel(e->loop, &e->timer);
	free(e->socks);
	free(e->running);
	e->magic = 0;
	free(e);
}

static bool
multi_init(struct events *e)
{
	CURLM *m = e->multi = curl_multi_init();

	return m != NULL && curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
		curl_multi_setopt(m, CURLMOPT_SOCKETDATA, e) == CURLM_OK &&
		curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
		curl_multi_setopt(m, CURLMOPT_TIMERDATA, e) == CURLM_OK &&
		curl_multi_setopt(m, CURLMOPT_MAX_HOST_CONNECTIONS, (long)EVENTS_PER_ADDRESS) == CURLM_OK &&
		curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, connections_kept(e->fetch)) == CURLM_OK;
}

static int
events_new(struct fetch *f, void **ret_engine)
{
	struct events *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return -ENOMEM;
	e->magic = EVENTS_MAGIC;
	e->fetch = f;
	e->loop = f->loop;
	e->pending_tail = &e->pending;
	e->per_address = EVENTS_PER_ADDRESS;
	loop_timer_init(&e->timer, on_timeout, e);
	e->running = calloc(f->connections_max, sizeof(struct xfer *));
	if (e->running == NULL || !multi_init(e)) {
		events_free(e);
		return -ENOMEM;
	}
	*ret_engine = e;
	return 0;
}

const struct engine_ops engine_events = {
	.new_fn = events_new,
	.free_fn = events_free,
	.start = events_start,
	.turn = events_turn,
	.stop = events_stop,
	.tuned = events_tuned,
};
