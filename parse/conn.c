/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "parse/client.h"

#define CONN_OUT_MAX  (CLIENT_PER_WORKER * (size_t)WIRE_REQUEST_MAX)
#define CONN_IN_MAX   (WIRE_REPLY_MAX + CLIENT_SCRATCH_BYTES)
#define CONN_IN_KEEP  (64u * 1024)
#define CONN_OUT_KEEP (64u * 1024)

static void conn_io(void *arg, int fd, uint32_t epoll_events);
static void conn_end(struct conn *k);

int
conn_open(struct conn *k, struct worker *w, int fd, bool hello)
{
	int r;

	CHECK(k->worker == NULL && k->sent.n == 0);
	r = loop_io_add(k->client->loop, fd, EPOLLIN, conn_io, k);
	if (r < 0)
		return r;
	k->worker = w;
	k->fd = fd;
	k->hello = hello;
	k->ended = false;
	k->next_id = 1;
	k->out_off = 0;
	buf_init(&k->out, CONN_OUT_MAX);
	buf_init(&k->in, CONN_IN_MAX);
	k->last_reading = 0;
	k->same_ticks = k->quiet_ticks = 0;
	return 0;
}

/* Everything but the socket and the worker, which are the caller's then. */
static void
conn_clear(struct conn *k)
{
	loop_io_del(k->client->loop, k->fd);
	buf_release(&k->out);
	buf_release(&k->in);
	k->worker = NULL;
	k->fd = -1;
	k->hello = false;
}

static void
conn_release(struct conn *k)
{
	struct worker *w = k->worker;
	int fd = k->fd;

	conn_clear(k);
	(void)close(fd);
	pool_unref(w);
}

/* ---- requests ---- */

int
conn_put(struct conn *k, struct pending *q)
{
	const struct parse_config *config = &k->client->pool->config;
	const struct job *j = q->job;
	struct wire_request rq = {
		.id = k->next_id,
		.region_off = j->body.len > 0 ? j->body.region_off : 0,
		.body_len = j->body.len,
		.max_links = config->max_links,
		.flags = client_request_flags(k->client, j),
		.url = url_href(&j->url),
		.content_type = job_get(j, j->content_type),
		.headers = job_get(j, j->headers),
	};
	int r;

	r = wire_request_put(&k->out, &rq);
	if (r < 0) {
		k->out.err = 0; /* nothing was added: the next page may be smaller */
		return r;
	}
	/* The clock of a worker that had nothing to do starts now. */
	if (k->sent.n == 0)
		k->same_ticks = k->quiet_ticks = 0;
	q->id = k->next_id++;
	queue_push(&k->sent, q);
	atomic_fetch_add_explicit(&k->worker->load_bytes, j->body.len, memory_order_relaxed);
	atomic_fetch_add_explicit(&k->worker->load_pages, 1, memory_order_relaxed);
	return 0;
}

void
conn_send(struct conn *k)
{
	uint32_t events = EPOLLIN;

	if (k->ended || k->out.len == k->out_off)
		return;
	while (k->out_off < k->out.len) {
		ssize_t n = send(k->fd, k->out.data + k->out_off, k->out.len - k->out_off, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			events |= EPOLLOUT;
			break;
		}
		/* It is dead: reading will tell, after its last replies. */
		k->out_off = n < 0 ? k->out.len : k->out_off + (size_t)n;
	}
	if (k->out_off == k->out.len) {
		buf_reset(&k->out, CONN_OUT_KEEP);
		k->out_off = 0;
	}
	/* Fails only for want of memory; then the tick sends the rest. */
	if (loop_io_mod(k->client->loop, k->fd, events) < 0)
		return;
}

/* ---- replies ---- */

static struct pending *
conn_pop(struct conn *k)
{
	struct pending *q = queue_pop(&k->sent);

	atomic_fetch_sub_explicit(&k->worker->load_bytes, q->job->body.len, memory_order_relaxed);
	atomic_fetch_sub_explicit(&k->worker->load_pages, 1, memory_order_relaxed);
	return q;
}

static int
conn_frame(struct conn *k, const char *p, size_t bytes)
{
	struct wire_reply reply;
	struct wire_expect expect;
	unsigned missing;
	int r;

	if (!k->hello) {
		r = wire_hello_check(p, bytes, &missing);
		k->hello = r == 0;
		if (k->hello)
			atomic_store(&k->worker->ready, true);
		return r;
	}
	if (k->sent.n == 0)
		return -EPROTO;
	expect = (struct wire_expect){
		.id = k->sent.head->id,
		.body_len = k->sent.head->job->body.len,
		.headers_len = k->sent.head->job->headers.len,
		.max_links = k->client->pool->config.max_links,
		.is_sitemap = k->sent.head->job->kind == LINK_SITEMAP,
		.n_rules = k->client->pool->n_rules,
		.visible = k->client->pool->config.visible,
		.echo = k->sent.head->job->wants_echo,
	};
	r = wire_reply_check(p, bytes, &expect, &reply);
	if (r < 0)
		return r;
	k->quiet_ticks = 0;
	/* The last one that it owed: client_look() lets go of it. */
	if (k->sent.n == 1 && atomic_load_explicit(&k->worker->retired, memory_order_relaxed))
		k->client->look = true;
	client_answer(k->client, conn_pop(k), &reply);
	return 0;
}

/* All whole frames of the len bytes at p: 0 and how many bytes they took, or -EPROTO. */
static int
conn_frames(struct conn *k, const char *p, size_t len, size_t *ret_used)
{
	size_t used = 0, bytes;
	int r;

	while ((r = wire_reply_bytes(p + used, len - used, &bytes)) == 0) {
		/* So much is a hello, and nothing else comes before it. */
		if (!k->hello && bytes != WIRE_HELLO_BYTES)
			return -EPROTO;
		if (bytes > len - used)
			break;
		r = conn_frame(k, p + used, bytes);
		if (r < 0)
			return r;
		used += bytes;
	}
	/* Whoever owes nothing has nothing to say: there is no room for the beginning of it either. */
	if (k->hello && k->sent.n == 0 && len > used)
		return -EPROTO;
	*ret_used = used;
	return r == -EAGAIN ? 0 : r;
}

/* Room for the rest of the frame that has begun to come. */
static int
conn_in_reserve(struct conn *k)
{
	size_t bytes, want = CONN_IN_KEEP;

	if (wire_reply_bytes(k->in.data, k->in.len, &bytes) == 0 && bytes - k->in.len > want)
		want = bytes - k->in.len;
	return buf_reserve(&k->in, want);
}

/* One read into the frame that has begun to come, or, when none has, into the scratch buffer. */
static int
conn_read(struct conn *k)
{
	bool begun = k->in.len > 0;
	char *p = k->client->scratch;
	size_t cap = CLIENT_SCRATCH_BYTES, len, used = 0;
	ssize_t n;
	int r;

	if (begun) {
		r = conn_in_reserve(k);
		if (r < 0)
			return r;
		p = k->in.data;
		cap = k->in.cap;
	}
	do
		n = recv(k->fd, p + k->in.len, cap - k->in.len, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return -EPIPE;
	len = k->in.len + (size_t)n;
	r = conn_frames(k, p, len, &used);
	if (r < 0)
		return r;
	if (!begun)
		return buf_add(&k->in, p + used, len - used);
	memmove(p, p + used, len - used);
	k->in.len = len - used;
	if (k->in.len == 0)
		buf_reset(&k->in, CONN_IN_KEEP);
	return 0;
}

static void
conn_io(void *arg, int fd, uint32_t epoll_events)
{
	struct conn *k = arg;
	int r;

	CHECK_MAGIC(k->client, CLIENT_MAGIC);
	CHECK(k->fd == fd);
	if (epoll_events & EPOLLOUT)
		conn_send(k);
	if (!(epoll_events & ~(uint32_t)EPOLLOUT))
		return;
	r = conn_read(k);
	if (r == -EPIPE) {
		pool_kill(k->client->pool, k->worker, NULL);
		conn_end(k);
		conn_settle(k);
	} else if (r < 0) {
		conn_fail(k, r == -EPROTO ? OUTCOME_PARSER_NONSENSE : OUTCOME_NO_MEMORY);
	}
}

/* ---- the end ---- */

static void
conn_end(struct conn *k)
{
	k->ended = true;
	loop_io_del(k->client->loop, k->fd);
}

void
conn_fail(struct conn *k, enum outcome outcome)
{
	struct worker_blame blame = { .outcome = outcome, .by_us = true, .loop = UINT_MAX };

	if (k->sent.n > 0) {
		blame.loop = k->client->index;
		blame.id = k->sent.head->id;
	}
	if (outcome == OUTCOME_PARSER_NONSENSE)
		atomic_fetch_add_explicit(&k->client->pool->stats.replies_refused, 1, memory_order_relaxed);
	pool_kill(k->client->pool, k->worker, &blame);
	conn_end(k);
}

static const struct pending *
conn_find(const struct conn *k, uint32_t id)
{
	const struct pending *q = k->sent.head;

	while (q != NULL && q->id != id)
		q = q->next;
	return q;
}

/* W2: which of our pages, if any, has to take the blame. */
static const struct pending *
conn_blamed(const struct conn *k, const struct worker_blame *blame)
{
	const struct pending *q;

	if (blame->loop != k->client->index)
		return NULL;
	q = conn_find(k, blame->id);
	if (q != NULL)
		return q;
	/* The worker's own word names no page of ours. When we chose it, it has been answered since. */
	return blame->by_us ? NULL : k->sent.head;
}

void
conn_settle(struct conn *k)
{
	struct parse *c = k->client;
	struct worker_blame blame;
	const struct pending *blamed, *first;
	struct queue sent, again = { 0 };
	struct pending *q, *guilty = NULL;
	bool nobody, alone;

	if (k->worker == NULL || !k->ended || !pool_exited(c->pool, k->worker, &blame))
		return;
	blamed = conn_blamed(k, &blame);
	/* Killed before it began with any: that says nothing of those that waited. */
	nobody = !blame.by_us && !blame.outside && blame.loop >= c->pool->config.n_loops;
	sent = k->sent;
	alone = sent.n == 1;
	first = sent.head;
	k->sent = (struct queue){ 0 };
	conn_release(k);
	c->look = true;
	while ((q = queue_pop(&sent)) != NULL) {
		/* Who is dead, or has said what makes no sense, may have been made to by an earlier page. */
		if (q == blamed && (blame.outside || blame.outcome == OUTCOME_PARSER_NONSENSE) && !q->had_another) {
			q->had_another = true;
			queue_push(&again, q);
		} else if (q == blamed)
			guilty = q;
		else if (nobody && ++q->unblamed_deaths >= CLIENT_UNBLAMED_MAX && alone)
			client_finish(c, q, blame.outcome, NULL);
		/* A worker that was taken over can blame others, but not for ever. */
		else if (q == first && ++q->first_deaths >= CLIENT_FIRST_MAX)
			client_finish(c, q, OUTCOME_PARSER_DIED, NULL);
		else
			queue_push(&again, q);
	}
	/* They were first before, and are again. */
	while ((q = queue_pop(&c->waiting)) != NULL)
		queue_push(&again, q);
	c->waiting = again;
	if (guilty != NULL)
		client_finish(c, guilty, blame.outcome, NULL);
	loop_wake(c->loop);
}

void
conn_retire(struct conn *k)
{
	/* In k->in is no more than a part of a hello then (conn_frames()). */
	if (k->worker == NULL || k->ended || k->sent.n > 0)
		return;
	if (!atomic_load_explicit(&k->worker->retired, memory_order_relaxed))
		return;
	conn_release(k);
	/* What this slot has by now. */
	k->client->look = true;
}

void
conn_leave(struct conn *k)
{
	const struct worker_blame nobody = { .outcome = OUTCOME_PARSER_DIED, .by_us = true, .loop = UINT_MAX };
	struct parse *c = k->client;

	if (k->worker == NULL)
		return;
	if (k->sent.n == 0 && k->in.len == 0 && !k->ended) {
		struct worker *w = k->worker;
		bool hello = k->hello;
		int fd = k->fd;

		conn_clear(k);
		pool_give_back(c->pool, w, c->index, fd, hello);
		return;
	}
	while (k->sent.n > 0)
		client_finish(c, conn_pop(k), OUTCOME_INTERRUPTED, NULL);
	/* Nobody waits for its answers, and what it reads may be given to others now. */
	pool_kill(c->pool, k->worker, &nobody);
	conn_release(k);
}

void
conn_tick(struct conn *k)
{
	const struct parse *c = k->client;
	uint64_t reading;
	uint32_t others;
	struct worker_blame blame = { .outcome = OUTCOME_PARSER_TIMEOUT, .by_us = true, .loop = c->index };

	if (k->worker == NULL || k->ended || k->sent.n == 0)
		return;
	conn_send(k);
	reading = atomic_load(&k->worker->status->reading);
	k->same_ticks = reading == k->last_reading ? k->same_ticks + 1 : 0;
	k->last_reading = reading;
	k->quiet_ticks++;
	/*
	 * The same page for too long; or no reply in twice the time of one page and of those of other loops, so that a
	 * worker that was taken over cannot keep us waiting by writing ever new numbers. (One that reads sends what it
	 * has after each page that is 5 ms late.)
	 */
	others = atomic_load_explicit(&k->worker->load_pages, memory_order_relaxed) - k->sent.n;
	if (k->quiet_ticks / c->limit_ticks < (uint64_t)others + 2) {
		if (k->same_ticks < c->limit_ticks || k->quiet_ticks < c->limit_ticks)
			return;
		/* A page of another loop: that loop's affair. */
		if (reading >> 32 != 0 && reading >> 32 != c->index + 1 && reading >> 32 <= c->pool->config.n_loops)
			return;
	}
	blame.id = k->sent.head->id;
	if (reading >> 32 == c->index + 1 && conn_find(k, (uint32_t)reading) != NULL)
		blame.id = (uint32_t)reading;
	pool_kill(c->pool, k->worker, &blame);
}
