/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "parse/client.h"
#include "url/scope.h"

#define CLIENT_TICKS       8 /* per time limit */
#define CLIENT_TICK_MIN_US (5 * CLOCK_US_PER_MS)
#define CLIENT_TICK_MAX_US CLOCK_US_PER_SEC
#define CLIENT_INLINE_US   (5 * CLOCK_US_PER_MS) /* inline reading per turn of the loop */

void
queue_push(struct queue *q, struct pending *x)
{
	x->next = NULL;
	if (q->head == NULL)
		q->head = x;
	else
		q->tail->next = x;
	q->tail = x;
	q->n++;
}

struct pending *
queue_pop(struct queue *q)
{
	struct pending *x = q->head;

	if (x != NULL) {
		q->head = x->next;
		q->n--;
	}
	return x;
}

/* ---- a page's way back ---- */

void
client_finish(struct parse *c, struct pending *q, enum outcome outcome, struct page *page)
{
	struct job *j = q->job;

	q->job = NULL;
	q->next = c->free_pendings;
	c->free_pendings = q;
	c->n_pending--;
	atomic_fetch_sub_explicit(&c->pool->stats.pending, 1, memory_order_relaxed);
	if (outcome == OUTCOME_PARSER_TIMEOUT)
		atomic_fetch_add_explicit(&c->pool->stats.timeouts, 1, memory_order_relaxed);
	if (page == NULL)
		j->outcome = outcome;
	else
		j->timing.parse_us = page->parse_us;
	j->page = page;
	j->state = JOB_PARSED;
	j->stage = NULL;
	c->done_fn(c->arg, j);
}

/* lo and hi are ours, v is the worker's. */
static int64_t
client_clamp(int64_t v, int64_t lo, int64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

void
client_answer(struct parse *c, struct pending *q, const struct wire_reply *r)
{
	int64_t now_us = clock_mono_us();
	int64_t start_us = client_clamp(r->head.start_us, q->submit_us, now_us);
	int64_t parse_us = client_clamp(r->head.parse_us, 0, now_us - start_us);
	struct page *page = NULL;

	atomic_fetch_add_explicit(&c->pool->stats.pages, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->pool->stats.bytes, q->job->body.len, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->pool->stats.busy_us, parse_us, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->pool->stats.wait_us, start_us - q->submit_us, memory_order_relaxed);
	if (r->head.result != WIRE_OK)
		client_finish(c, q, OUTCOME_PARSER_LIMIT, NULL);
	else if (page_new(r, parse_us, &page) < 0)
		client_finish(c, q, OUTCOME_NO_MEMORY, NULL);
	else
		client_finish(c, q, OUTCOME_OK, page);
}

/* ---- reading without workers ---- */

static void
client_inline_page(struct parse *c, struct pending *q)
{
	const struct parse_config *config = &c->pool->config;
	const struct job *j = q->job;
	struct wire_expect expect = { .id = 1, .body_len = j->body.len, .headers_len = j->headers.len,
		.max_links = config->max_links, .n_rules = c->pool->n_rules, .is_sitemap = j->kind == LINK_SITEMAP,
		.visible = config->visible, .echo = j->wants_echo };
	struct wire_request rq = {
		.id = 1,
		.body_len = j->body.len,
		.max_links = config->max_links,
		.flags = client_request_flags(c, j),
		.url = url_href(&j->url),
		.content_type = job_get(j, j->content_type),
		.headers = job_get(j, j->headers),
	};
	struct wire_reply reply;
	struct str frame;
	int r;

	r = inline_read(c->inline_reader, &rq, str_n(j->body.data, j->body.len), &frame);
	if (r < 0)
		client_finish(c, q, r == -ENOMEM ? OUTCOME_NO_MEMORY : OUTCOME_PARSER_LIMIT, NULL);
	else if (wire_reply_check(frame.p, frame.len, &expect, &reply) < 0)
		client_finish(c, q, OUTCOME_PARSER_NONSENSE, NULL);
	else
		client_answer(c, q, &reply);
}

static void
client_inline(struct parse *c)
{
	int64_t until_us = clock_mono_us() + CLIENT_INLINE_US;
	struct pending *q;

	if (c->waiting.n == 0)
		return;
	while ((q = queue_pop(&c->waiting)) != NULL) {
		client_inline_page(c, q);
		if (clock_mono_us() >= until_us)
			break;
	}
	/* Some may be left; and there is room again, which nobody learns if this turn now waits. */
	loop_wake(c->loop);
}

/* ---- workers coming and going ---- */

static void
client_spawner_io(void *arg, int fd, uint32_t epoll_events)
{
	struct parse *c = arg;

	pool_watch(c->pool);
	/* A spawner that is gone has nothing more to say, but its socket would stay readable for ever. */
	if (atomic_load(&c->pool->broken))
		loop_io_del(c->loop, fd);
}

/* The pool's generation has changed. */
static void
client_look(struct parse *c)
{
	struct parse_pool *p = c->pool;
	unsigned i;

	if (!c->watcher && pool_claim_watch(p, c->index)) {
		c->watcher = true;
		/* Without memory for it the tick looks there. */
		if (loop_io_add(c->loop, spawner_fd(p->spawner), EPOLLIN, client_spawner_io, c) < 0)
			c->unsettled = true;
	}
	c->n_used = 0;
	c->n_wanted = atomic_load(&p->n_wanted);
	for (i = 0; i < c->n_conns; i++) {
		struct conn *k = &c->conns[i];
		struct worker *w;
		bool hello;
		int fd;

		conn_settle(k);
		conn_retire(k);
		c->n_used = k->worker != NULL ? i + 1 : c->n_used;
		if (k->worker != NULL)
			continue;
		w = pool_ref_slot(p, i, c->index, &fd, &hello);
		if (w == NULL)
			continue;
		c->n_used = i + 1;
		if (conn_open(k, w, fd, hello) == 0)
			continue;
		/* Out of memory: that can pass, the next flush tries again. */
		pool_give_back(p, w, c->index, fd, hello);
		c->look = true;
	}
	if (c->watcher)
		c->unsettled = pool_unsettled(p);
}

static void
client_arm(struct parse *c)
{
	if (c->tick.heap_slot != 0 || (c->n_pending == 0 && !c->unsettled))
		return;
	/* Without memory for a timer: the next flush tries again. */
	if (loop_timer_set(c->loop, &c->tick, loop_now_us(c->loop) + c->tick_us) < 0)
		return;
}

static void
client_tick(void *arg)
{
	struct parse *c = arg;
	unsigned i;

	CHECK_MAGIC(c, CLIENT_MAGIC);
	for (i = 0; i < c->n_used; i++)
		conn_tick(&c->conns[i]);
	/* Who has pages under way looks for itself, too: the watcher's loop may be held up, or have stopped. */
	if ((c->watcher || c->n_pending > 0) && !atomic_load(&c->pool->broken)) {
		pool_watch(c->pool);
		pool_tick(c->pool, loop_now_us(c->loop));
	}
	if (c->watcher)
		c->unsettled = pool_unsettled(c->pool);
	client_arm(c);
}

/* ---- sending ---- */

/*
 * Who gets this page: the first worker that has little to do, so that the others may sleep; when all have enough, the one that
 * has least. Loops begin at different workers. A page that was there when a worker died and nobody was blamed goes alone, so
 * that it is known whose fault the next such death is.
 */
static struct conn *
client_pick(struct parse *c, const struct pending *q)
{
	uint64_t bytes = q->job->body.len;
	struct conn *best = NULL;
	uint64_t best_load = UINT64_MAX;
	unsigned i;

	for (i = 0; i < c->n_used; i++) {
		struct conn *k = &c->conns[(c->index + i) % c->n_used];
		uint64_t load;

		if (!k->hello || k->ended || atomic_load_explicit(&k->worker->retired, memory_order_relaxed) || k->sent.n >= CLIENT_PER_WORKER)
			continue;
		if (k->sent.n > 0 && (q->unblamed_deaths > 0 || k->sent.head->unblamed_deaths > 0))
			continue;
		load = atomic_load_explicit(&k->worker->load_bytes, memory_order_relaxed);
		if (load == 0 || load + bytes <= CLIENT_FILL_BYTES)
			return k;
		if (load < best_load) {
			best = k;
			best_load = load;
		}
	}
	return best;
}

/*
 * Waking a worker, and being woken by it, costs both sides ten microseconds and more: much of what reading a page costs. While
 * pages come so fast that several will within a millisecond, they wait for one another that long. A slow crawl is not slowed
 * down: its pages go at once. Nor is one where the next pages only come when these are back: there holding does not pay, and is
 * not tried again for a while.
 */
static bool
client_hold(struct parse *c)
{
	int64_t now_us = loop_now_us(c->loop), until_us = c->waiting.head->submit_us + CLIENT_HOLD_US;

	if (c->waiting.n >= CLIENT_HOLD_PAGES || c->waiting_bytes >= CLIENT_FILL_BYTES || now_us >= until_us)
		return false;
	if (c->no_hold > 0 || c->gap_us > CLIENT_HOLD_US / CLIENT_HOLD_PAYS || now_us - c->submitted_us > CLIENT_HOLD_US / 2)
		return false;
	return c->hold.heap_slot != 0 || loop_timer_set(c->loop, &c->hold, until_us) == 0;
}

static void
client_assign(struct parse *c)
{
	unsigned i;

	loop_timer_cancel(c->loop, &c->hold);
	c->waiting_bytes = 0;
	while (c->waiting.n > 0) {
		struct conn *k = client_pick(c, c->waiting.head);
		struct pending *q;

		if (k == NULL)
			break;
		q = queue_pop(&c->waiting);
		if (conn_put(k, q) < 0)
			client_finish(c, q, OUTCOME_NO_MEMORY, NULL);
	}
	for (i = 0; i < c->n_used; i++)
		if (c->conns[i].worker != NULL)
			conn_send(&c->conns[i]);
}

static void
client_give_up(struct parse *c)
{
	struct queue waiting = c->waiting;
	struct pending *q;

	c->waiting = (struct queue){ 0 };
	while ((q = queue_pop(&waiting)) != NULL)
		client_finish(c, q, OUTCOME_PARSER_DIED, NULL);
	loop_wake(c->loop);
}

void
parse_flush(struct parse *c)
{
	uint32_t generation;

	CHECK_MAGIC(c, CLIENT_MAGIC);
	c->flushed_us = loop_now_us(c->loop);
	if (c->inline_reader != NULL) {
		client_inline(c);
		return;
	}
	generation = atomic_load(&c->pool->generation);
	if (generation != c->generation || c->look) {
		c->generation = generation;
		c->look = false;
		client_look(c);
	}
	if (c->waiting.n > 0) {
		if (atomic_load(&c->pool->broken))
			client_give_up(c);
		else if (!client_hold(c))
			client_assign(c);
	}
	client_arm(c);
}

/* ---- the interface ---- */

/* The pages have waited for one another long enough: parse_flush(), later in this turn, sends them. */
static void
client_held(void *arg)
{
	struct parse *c = arg;

	CHECK_MAGIC(c, CLIENT_MAGIC);
	if (c->waiting.n > 0 && c->waiting.n < CLIENT_HOLD_PAYS)
		c->no_hold = CLIENT_HOLD_PAUSE;
}

unsigned
client_request_flags(const struct parse *c, const struct job *j)
{
	const struct parse_config *config = &c->pool->config;
	bool too_deep = config->max_level != SCOPE_NO_LEVEL && j->depth >= config->max_level;

	return (config->all_links ? WIRE_ALL : 0) | (too_deep ? WIRE_TOO_DEEP : 0) |
		(j->kind == LINK_SITEMAP ? WIRE_SITEMAP : 0) | (config->words ? WIRE_WORDS : 0) |
		(config->visible ? WIRE_VISIBLE : 0) | (config->sketch ? WIRE_SKETCH : 0) |
		(j->wants_echo ? WIRE_ECHO : 0);
}

/* NULL: no memory. */
static struct pending *
client_pending(struct parse *c)
{
	struct pending *q = c->free_pendings;
	struct pending_block *b;
	unsigned i;

	if (q == NULL) {
		b = calloc(1, sizeof(*b));
		if (b == NULL)
			return NULL;
		b->next = c->blocks;
		c->blocks = b;
		for (i = 0; i < CLIENT_PER_WORKER; i++) {
			b->pendings[i].next = q;
			q = &b->pendings[i];
		}
	}
	c->free_pendings = q->next;
	return q;
}

static int
client_init(struct parse *c)
{
	const struct parse_config *config = &c->pool->config;
	unsigned i;

	c->n_conns = c->pool->n_slots;
	c->tick_us = client_clamp(config->timeout_us / CLIENT_TICKS, CLIENT_TICK_MIN_US, CLIENT_TICK_MAX_US);
	c->limit_ticks = (unsigned)((config->timeout_us + c->tick_us - 1) / c->tick_us);
	c->gap_us = 8 * CLIENT_HOLD_US;
	loop_timer_init(&c->tick, client_tick, c);
	loop_timer_init(&c->hold, client_held, c);
	if (config->workers == 0)
		return inline_new(config, buf_str(&c->pool->rules), &c->inline_reader);
	c->conns = calloc(c->n_conns, sizeof(*c->conns));
	c->scratch = malloc(CLIENT_SCRATCH_BYTES);
	if (c->conns == NULL || c->scratch == NULL)
		return -ENOMEM;
	for (i = 0; i < c->n_conns; i++)
		c->conns[i] = (struct conn){ .client = c, .fd = -1 };
	return 0;
}

static void
client_free(struct parse *c)
{
	struct pending_block *b;

	if (c == NULL)
		return;
	inline_free(c->inline_reader);
	free(c->conns);
	while ((b = c->blocks) != NULL) {
		c->blocks = b->next;
		free(b);
	}
	free(c->scratch);
	c->magic = 0;
	free(c);
}

static void
client_freep(struct parse **c)
{
	client_free(*c);
}

int
parse_attach(struct parse_pool *p, unsigned loop_index, struct loop *loop, parse_done_fn done_fn, void *arg,
	struct parse **ret_parse)
{
	CLEANUP(client_freep) struct parse *c = calloc(1, sizeof(*c));
	int r;

	CHECK_MAGIC(p, POOL_MAGIC);
	if (c == NULL)
		return -ENOMEM;
	c->magic = CLIENT_MAGIC;
	c->pool = p;
	c->loop = loop;
	c->index = loop_index;
	c->done_fn = done_fn;
	c->arg = arg;
	r = client_init(c);
	if (r < 0)
		return r;
	r = pool_attach(p, loop_index, loop);
	if (r < 0)
		return r;
	if (c->n_conns > 0) {
		c->generation = atomic_load(&p->generation);
		client_look(c);
	}
	*ret_parse = TAKE(c);
	return 0;
}

void
parse_detach(struct parse *c)
{
	struct pending *q;
	unsigned i;

	if (c == NULL)
		return;
	CHECK_MAGIC(c, CLIENT_MAGIC);
	c->detaching = true;
	while ((q = queue_pop(&c->waiting)) != NULL)
		client_finish(c, q, OUTCOME_INTERRUPTED, NULL);
	for (i = 0; i < c->n_conns; i++)
		conn_leave(&c->conns[i]);
	loop_timer_cancel(c->loop, &c->tick);
	loop_timer_cancel(c->loop, &c->hold);
	if (c->watcher)
		loop_io_del(c->loop, spawner_fd(c->pool->spawner));
	pool_detach(c->pool, c->index);
	client_free(c);
}

unsigned
parse_room(const struct parse *c)
{
	unsigned room = CLIENT_PER_WORKER * (c->n_wanted > 0 ? c->n_wanted : 1);

	/* There may be more than fewer workers are given. */
	return c->detaching || c->n_pending >= room ? 0 : room - c->n_pending;
}

unsigned
parse_pending(const struct parse *c)
{
	return c->n_pending;
}

int
parse_submit(struct parse *c, struct job *j)
{
	const struct parse_config *config = &c->pool->config;
	uint64_t region_bytes = c->pool->region_bytes[c->index];
	struct pending *q;

	CHECK_MAGIC(c, CLIENT_MAGIC);
	CHECK_MAGIC(j, JOB_MAGIC);
	CHECK(j->page == NULL);
	if (atomic_load(&c->pool->broken))
		return -EIO;
	if (parse_room(c) == 0)
		return -EAGAIN;
	if (j->body.len > config->max_page_bytes)
		return -EFBIG;
	/* A body that is no slot of our region cannot be read by a worker. */
	if (c->inline_reader != NULL ? j->body.data == NULL && j->body.len > 0 :
		    j->body.len > 0 && (j->body.region_off > region_bytes || j->body.len > region_bytes - j->body.region_off))
		return -EINVAL;
	q = client_pending(c);
	if (q == NULL)
		return -ENOMEM;
	c->n_pending++;
	atomic_fetch_add_explicit(&c->pool->stats.pending, 1, memory_order_relaxed);
	*q = (struct pending){ .job = j, .submit_us = clock_mono_us() };
	/* Half the weight to the newest eight or so; one long pause counts as much as 8 ms. */
	c->gap_us += (client_clamp(q->submit_us - c->submitted_us, 0, 8 * CLIENT_HOLD_US) - c->gap_us) / 8;
	c->submitted_us = q->submit_us;
	if (c->no_hold > 0)
		c->no_hold--;
	c->waiting_bytes += j->body.len;
	j->state = JOB_PARSING;
	j->stage = q;
	queue_push(&c->waiting, q);
	/* By a hook that runs after parse_flush(): this turn would wait with the page in hand. */
	if (c->flushed_us == loop_now_us(c->loop))
		loop_wake(c->loop);
	return 0;
}
