/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "parse/worker/sandbox.h"
#include "parse/worker/serve.h"

#define SERVE_IN_BYTES  (64u * 1024)     /* unread requests of one loop; at least WIRE_REQUEST_MAX */
#define SERVE_OUT_HIGH  (64u * 1024)     /* replies are sent when there is this much, */
#define SERVE_FLUSH_US  (5 * CLOCK_US_PER_MS) /* or when the first is this old, or when there is nothing else to do */
#define SERVE_OUT_KEEP  (256u * 1024)
#define SERVE_LOOK_US   CLOCK_US_PER_SEC /* between two looks at the process's CPU time */
#define SERVE_LIFE_US   (SANDBOX_CPU_S * CLOCK_US_PER_SEC / 6 * 5)
_Static_assert(SERVE_IN_BYTES >= WIRE_REQUEST_MAX, "a request must fit");

struct serve_conn {
	int fd;
	bool closed;
	const struct serve_region *region;
	char *in;
	size_t in_off, in_len; /* unread: in[in_off ... in_len) */
	struct buf out;
	size_t out_off; /* of out, already sent */
};

struct serve {
	struct emit *emit;
	struct wire_status *status;
	int64_t cpu_limit_us;
	int64_t cpu_armed_us; /* when the CPU timer was set */
	int64_t looked_us;    /* when the process's CPU time was looked at */
	bool worn;            /* it is near RLIMIT_CPU: a fresh one is to go on */
	int64_t flushed_us;
	unsigned n, n_open;
	struct serve_conn conns[WIRE_LOOPS_MAX];
};

int
serve_new(const struct serve_config *config, struct emit *emit, struct serve **ret_serve)
{
	struct serve *s = calloc(1, sizeof(*s));
	unsigned i;

	if (s == NULL)
		return -ENOMEM;
	s->emit = emit;
	s->status = config->status;
	s->cpu_limit_us = config->cpu_limit_us;
	s->n = s->n_open = config->n_loops;
	for (i = 0; i < s->n; i++) {
		struct serve_conn *k = &s->conns[i];

		k->fd = WIRE_FD_SOCKETS + (int)i;
		k->region = &config->regions[i];
		k->in = malloc(SERVE_IN_BYTES);
		if (k->in == NULL)
			return -ENOMEM; /* the process ends */
		buf_init(&k->out, SERVE_OUT_HIGH + WIRE_REPLY_MAX);
	}
	*ret_serve = s;
	return 0;
}

static void
serve_close(struct serve *s, struct serve_conn *k)
{
	if (k->closed)
		return;
	k->closed = true;
	k->in_off = k->in_len = 0;
	buf_reset(&k->out, 0);
	k->out_off = 0;
	if (--s->n_open == 0)
		_exit(WIRE_EXIT_DONE);
}

static size_t
serve_unsent(const struct serve_conn *k)
{
	return k->out.len - k->out_off;
}

static void
serve_send(struct serve *s, struct serve_conn *k)
{
	while (serve_unsent(k) > 0) {
		ssize_t n = send(k->fd, k->out.data + k->out_off, serve_unsent(k), MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			serve_close(s, k);
			return;
		}
		k->out_off += (size_t)n;
	}
	buf_reset(&k->out, SERVE_OUT_KEEP);
	k->out_off = 0;
}

static void
serve_look_at_age(struct serve *s, int64_t now_us)
{
	if (now_us - s->looked_us < SERVE_LOOK_US)
		return;
	s->looked_us = now_us;
	s->worn = s->worn || clock_thread_cpu_us() > SERVE_LIFE_US;
}

/*
 * The limit is on one page, but setting the timer costs a system call: it is set anew only when so much time has passed that
 * the page's CPU time (never more than that) could matter. A page gets between the limit and 5/4 of it.
 */
static void
serve_arm_cpu(struct serve *s, int64_t now_us)
{
	struct itimerval t = { 0 };
	int64_t us = s->cpu_limit_us + s->cpu_limit_us / 4;

	if (s->cpu_limit_us <= 0 || (s->cpu_armed_us != 0 && now_us - s->cpu_armed_us < s->cpu_limit_us / 4))
		return;
	t.it_value.tv_sec = us / CLOCK_US_PER_SEC;
	t.it_value.tv_usec = us % CLOCK_US_PER_SEC;
	if (setitimer(ITIMER_PROF, &t, NULL) < 0)
		_exit(WIRE_EXIT_START);
	s->cpu_armed_us = now_us;
}

static void
serve_page(struct serve *s, struct serve_conn *k, const struct wire_request *rq)
{
	struct str body = { k->region->data + rq->region_off, rq->body_len };
	unsigned loop = (unsigned)(k - s->conns);
	int r;

	int64_t now_us = clock_mono_us();

	serve_look_at_age(s, now_us);
	serve_arm_cpu(s, now_us);
	/* Before the first look at the page: whatever happens from here on is its fault. */
	atomic_store_explicit(&s->status->reading, wire_reading(loop, rq->id), memory_order_release);
	/* What was sent already makes room at the front, so that the buffer's ceiling counts what is unsent. */
	if (k->out_off > 0) {
		memmove(k->out.data, k->out.data + k->out_off, serve_unsent(k));
		k->out.len -= k->out_off;
		k->out_off = 0;
	}
#ifdef WORKER_FAULTS
	size_t frame_off = k->out.len;

	s->worn = s->worn || serve_fault_worn(body);
	serve_fault_before(body, s->status);
#endif
	r = emit_page(s->emit, rq, body, &k->out);
	if (r < 0)
		_exit(WIRE_EXIT_MEMORY);
#ifdef WORKER_FAULTS
	serve_fault_after(body, &k->out, frame_off);
#endif
}

/* Answers the requests that are here, as long as the loop takes the answers. */
static void
serve_work(struct serve *s, struct serve_conn *k)
{
	while (serve_unsent(k) < SERVE_OUT_HIGH) {
		struct wire_request rq;
		size_t bytes;
		int64_t now_us;
		int r;

		r = wire_request_get(k->in + k->in_off, k->in_len - k->in_off, k->region->bytes, &rq, &bytes);
		if (r == -EAGAIN)
			break;
		if (r < 0)
			_exit(WIRE_EXIT_PROTOCOL);
		serve_page(s, k, &rq);
		k->in_off += bytes;
		now_us = clock_mono_us();
		if (serve_unsent(k) >= SERVE_OUT_HIGH || now_us - s->flushed_us > SERVE_FLUSH_US) {
			serve_send(s, k);
			s->flushed_us = now_us;
		}
	}
	serve_send(s, k);
}

static void
serve_receive(struct serve *s, struct serve_conn *k)
{
	ssize_t n;

	if (k->in_off > 0) {
		memmove(k->in, k->in + k->in_off, k->in_len - k->in_off);
		k->in_len -= k->in_off;
		k->in_off = 0;
	}
	if (k->in_len == SERVE_IN_BYTES)
		return;
	n = recv(k->fd, k->in + k->in_len, SERVE_IN_BYTES - k->in_len, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		serve_close(s, k);
		return;
	}
	k->in_len += (size_t)n;
}

static void
serve_wait(struct serve *s, struct pollfd *pfds)
{
	bool unsent = false;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		const struct serve_conn *k = &s->conns[i];

		pfds[i] = (struct pollfd){ .fd = k->closed ? -1 : k->fd };
		/* A loop that does not take its answers is not asked for more. */
		if (serve_unsent(k) < SERVE_OUT_HIGH)
			pfds[i].events |= POLLIN;
		if (serve_unsent(k) > 0)
			pfds[i].events |= POLLOUT;
		unsent = unsent || serve_unsent(k) > 0;
	}
	atomic_store_explicit(&s->status->reading, 0, memory_order_release);
	/* What is unread is given to others. */
	if (s->worn && !unsent)
		_exit(WIRE_EXIT_WORN);
	if (poll(pfds, s->n, -1) < 0 && errno != EINTR)
		_exit(WIRE_EXIT_START);
}

void
serve_run(struct serve *s, unsigned missing)
{
	struct pollfd pfds[WIRE_LOOPS_MAX];
	unsigned i;

	atomic_store(&s->status->ready, 1);
	for (i = 0; i < s->n; i++) {
		if (wire_hello_put(&s->conns[i].out, missing) < 0)
			_exit(WIRE_EXIT_MEMORY);
		serve_send(s, &s->conns[i]);
	}
	for (;;) {
		serve_wait(s, pfds);
		for (i = 0; i < s->n; i++) {
			struct serve_conn *k = &s->conns[i];

			if (k->closed || pfds[i].revents == 0)
				continue;
			if (pfds[i].revents & POLLOUT)
				serve_send(s, k);
			if (!k->closed && (pfds[i].revents & ~POLLOUT))
				serve_receive(s, k);
			if (!k->closed)
				serve_work(s, k);
		}
	}
}
