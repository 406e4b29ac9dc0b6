/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names, against a scripted name server on a loopback port.
 */
#include "config.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ares.h>
#include <cmocka.h>

#include "base/clock.h"
#include "fetch/lanes.h"
#include "fetch/resolve.h"

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_AAAA = 28 };
enum { RCODE_OK, RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3, SILENT = 100, GARBAGE };

struct zone_row {
	const char *name;
	int rcode;
	uint32_t ttl;
	const char *a[3], *aaaa[2];
};

static const struct zone_row zone[] = {
	{ "a.test", .ttl = 100, .a = { "10.0.0.1" } },
	{ "dual.test", .ttl = 100, .a = { "10.0.0.2" }, .aaaa = { "2001:db8::2" } },
	{ "six.test", .ttl = 100, .aaaa = { "2001:db8::6" } },
	{ "many.test", .ttl = 100, .a = { "10.0.0.1", "10.0.0.2", "10.0.0.3" } },
	{ "brief.test", .ttl = 1, .a = { "10.0.0.4" } },
	{ "long.test", .ttl = 604800, .a = { "10.0.0.5" } },
	{ "nodata.test", .ttl = 100 },
	{ "servfail.test", RCODE_SERVFAIL },
	{ "silent.test", SILENT },
	{ "garbage.test", GARBAGE },
	{ "localhost", .ttl = 100, .a = { "10.6.6.6" } },
	{ NULL },
};

struct server {
	int fd;
	char address[32];
	pthread_t thread;
	_Atomic unsigned queries;
};

struct packet {
	unsigned char data[512];
	size_t len;
};

static void
put(struct packet *p, const void *data, size_t len)
{
	assert_true(p->len + len <= sizeof(p->data));
	memcpy(p->data + p->len, data, len);
	p->len += len;
}

static void
put16(struct packet *p, unsigned v)
{
	put(p, (unsigned char[]){ (unsigned char)(v >> 8), (unsigned char)v }, 2);
}

static void
put_record(struct packet *p, uint16_t type, uint32_t ttl, const char *address)
{
	unsigned char bytes[16];
	size_t len = type == TYPE_A ? 4 : 16;

	assert_int_equal(inet_pton(type == TYPE_A ? AF_INET : AF_INET6, address, bytes), 1);
	put16(p, 0xc00c); /* the name of the question */
	put16(p, type);
	put16(p, 1);
	put16(p, ttl >> 16);
	put16(p, ttl & 0xffff);
	put16(p, (unsigned)len);
	put(p, bytes, len);
}

/* "\1a\4test\0" to "a.test"; gives the length of the name in the packet. */
static size_t
read_name(const unsigned char *p, size_t len, char *ret, size_t size)
{
	size_t i = 0, k = 0;

	while (i < len && p[i] != 0) {
		size_t n = p[i++];

		assert_true(i + n < len && k + n + 2 < size);
		if (k > 0)
			ret[k++] = '.';
		memcpy(ret + k, p + i, n);
		k += n;
		i += n;
	}
	ret[k] = '\0';
	return i + 1;
}

static const struct zone_row *
zone_find(const char *name, struct zone_row *numbered, char text[16])
{
	const struct zone_row *row;
	unsigned n;

	for (row = zone; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	if (strstr(name, ".silent.test") != NULL || strncmp(name, "quiet", 5) == 0) {
		*numbered = (struct zone_row){ .rcode = SILENT };
		return numbered;
	}
	if (sscanf(name, "n%u.test", &n) != 1)
		return NULL;
	(void)snprintf(text, 16, "10.9.%u.%u", n / 250 % 250, n % 250);
	*numbered = (struct zone_row){ .ttl = 100, .a = { text } };
	return numbered;
}

/* False: no answer. */
static bool
server_answer(const unsigned char *query, size_t len, struct packet *p)
{
	struct zone_row numbered;
	const struct zone_row *row;
	char name[256], text[16];
	size_t question, i, n = 0;
	unsigned type;

	p->len = 0;
	assert_true(len > 17);
	question = read_name(query + 12, len - 12, name, sizeof(name)) + 4;
	type = (unsigned)query[12 + question - 4] << 8 | query[12 + question - 3];
	row = zone_find(name, &numbered, text);
	if (row != NULL && row->rcode == SILENT)
		return false;
	put(p, query, 2);
	if (row != NULL && row->rcode == GARBAGE) {
		put(p, "\x81\x80\x00\x01\x00\x07\xff\xff\xff\xff\xc0\x0c\xc0\x0c\xc0\x0c", 16);
		return true;
	}
	put16(p, 0x8180u | (row == NULL ? RCODE_NXDOMAIN : (unsigned)row->rcode));
	put16(p, 1);
	put(p, "\0\0\0\0\0\0", 6);
	put(p, query + 12, question);
	for (i = 0; row != NULL && type == TYPE_A && i < 3 && row->a[i] != NULL; i++, n++)
		put_record(p, TYPE_A, row->ttl, row->a[i]);
	for (i = 0; row != NULL && type == TYPE_AAAA && i < 2 && row->aaaa[i] != NULL; i++, n++)
		put_record(p, TYPE_AAAA, row->ttl, row->aaaa[i]);
	p->data[7] = (unsigned char)n;
	return true;
}

static void *
server_main(void *arg)
{
	struct server *s = arg;
	unsigned char query[512];
	struct sockaddr_in from;
	struct packet p;
	ssize_t n;

	for (;;) {
		socklen_t len = sizeof(from);

		n = recvfrom(s->fd, query, sizeof(query), 0, (struct sockaddr *)&from, &len);
		if (n <= 1) /* one byte: the end */
			return NULL;
		atomic_fetch_add(&s->queries, 1);
		if (server_answer(query, (size_t)n, &p))
			(void)sendto(s->fd, p.data, p.len, 0, (struct sockaddr *)&from, len);
	}
}

static void
server_start(struct server *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);

	atomic_init(&s->queries, 0);
	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &len), 0);
	(void)snprintf(s->address, sizeof(s->address), "127.0.0.1:%u", ntohs(a.sin_port));
	assert_int_equal(pthread_create(&s->thread, NULL, server_main, s), 0);
}

static void
server_stop(struct server *s)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &len), 0);
	assert_int_equal(sendto(s->fd, "x", 1, 0, (struct sockaddr *)&a, len), 1);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	(void)close(s->fd);
}

struct play {
	struct server server;
	struct loop *loop;
	struct resolve *resolve;
	unsigned waiting, in_call;
	struct fetch_address last;
	unsigned by_outcome[OUTCOME_COUNT];
	uint64_t queries; /* at some time */
};

static void
play_begin(struct play *p, const struct resolve_config *config)
{
	struct resolve_config c = *config;

	memset(p, 0, sizeof(*p));
	server_start(&p->server);
	c.servers = p->server.address;
	assert_int_equal(loop_new(&p->loop), 0);
	assert_int_equal(resolve_new(&c, p->loop, &p->resolve), 0);
}

static void
play_end(struct play *p)
{
	resolve_free(p->resolve);
	loop_free(p->loop);
	server_stop(&p->server);
}

static void
on_resolved(void *arg, const struct fetch_address *a)
{
	struct play *p = arg;

	assert_int_equal(p->in_call, 0); /* never from inside resolve_name() */
	p->last = *a;
	p->by_outcome[a->outcome]++;
	assert_true(p->waiting > 0);
	if (--p->waiting == 0)
		loop_stop(p->loop);
}

static void
ask_port(struct play *p, const char *host, uint16_t port)
{
	p->in_call++;
	p->waiting++;
	assert_int_equal(resolve_name(p->resolve, str_of(host), port, on_resolved, p), 0);
	p->in_call--;
}

static void
ask(struct play *p, const char *host)
{
	ask_port(p, host, 80);
}

/* "n0.test", "n1.test"... */
static void
ask_many(struct play *p, const char *before, const char *behind, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "%s%u%s", before, i, behind);
		ask(p, name);
	}
}

/* loop_stop() is for good: each run of the loop needs one of its own. So a play asks all at once, or one by one here. */
static void
on_next(void *arg, const struct fetch_address *a)
{
	struct play *p = arg;

	p->last = *a;
	p->waiting--;
}

static const struct resolve_config defaults = { .timeout_us = 20 * CLOCK_US_PER_SEC, .ipv4 = true, .ipv6 = true };

static void
assert_one(const struct resolve_config *config, const char *host, enum outcome outcome, const char *address)
{
	struct play p;

	play_begin(&p, config);
	ask(&p, host);
	assert_int_equal(loop_run(p.loop), 0);
	if (p.last.outcome != outcome || strcmp(p.last.address, address) != 0)
		fail_msg("%s: %s %s", host, outcome_name(p.last.outcome), p.last.address);
	assert_true(p.last.expires_us > 0 || outcome == OUTCOME_DNS_FAILED);
	play_end(&p);
}

/* Neither a query, nor an address from anywhere else. */
static void
test_only_a_net(void **state)
{
	static const char *const elsewhere[] = { "a.test", "localhost", "127.78.0.1", "10.0.0.1", "::1", "[::ffff:127.77.0.1]", "pinned.test" };
	static const char *const pins[] = { "pinned.test:80:10.0.0.9", NULL };
	struct resolve_config config = defaults;
	struct play p;

	(void)state;
	config.only = (struct fetch_net){ "127.77.0.0", 16 };
	config.pins = pins;
	assert_one(&config, "127.77.0.1", OUTCOME_OK, "127.77.0.1");
	assert_one(&config, "127.77.255.3", OUTCOME_OK, "127.77.255.3");
	play_begin(&p, &config);
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
		ask(&p, elsewhere[i]);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_NOT_FOUND], ARRAY_LEN(elsewhere));
	assert_int_equal(resolve_queries(p.resolve), 0);
	play_end(&p);
}

static void
test_answers(void **state)
{
	struct resolve_config v4 = defaults, v6 = defaults;

	v4.ipv6 = false;
	v6.ipv4 = false;
	assert_one(&defaults, "a.test", OUTCOME_OK, "10.0.0.1");
	assert_one(&defaults, "a.test.", OUTCOME_OK, "10.0.0.1");
	assert_one(&defaults, "no.such.test", OUTCOME_DNS_NOT_FOUND, "");
	assert_one(&defaults, "nodata.test", OUTCOME_DNS_NOT_FOUND, "");
	assert_one(&defaults, "servfail.test", OUTCOME_DNS_FAILED, "");
	assert_one(&v4, "dual.test", OUTCOME_OK, "10.0.0.2");
	assert_one(&v6, "dual.test", OUTCOME_OK, "2001:db8::2");
	assert_one(&v4, "six.test", OUTCOME_NO_ADDRESS, "");
	assert_one(&v4, "no.such.test", OUTCOME_DNS_NOT_FOUND, "");
	assert_one(&v6, "six.test", OUTCOME_OK, "2001:db8::6");
}

static void
test_without_query(void **state)
{
	static const struct {
		const char *host, *address;
	} rows[] = {
		{ "127.0.0.1", "127.0.0.1" },
		{ "[::1]", "::1" },
		{ "[2001:db8::99]", "2001:db8::99" },
		{ "localhost", "127.0.0.1" },
		{ "LOCALHOST.", "127.0.0.1" },
		{ "a.b.localhost", "127.0.0.1" },
		{ "pinned.test", "192.0.2.7" },
		{ "PINNED.test", "192.0.2.7" },
	};
	static const char *const pins[] = { "pinned.test:80:192.0.2.7,192.0.2.8", "+six.pinned.test:80:[2001:db8::7]",
		NULL };
	struct resolve_config c = defaults, v6 = defaults, v4 = defaults;
	struct play p;
	size_t i;

	c.pins = pins;
	v6.ipv4 = false;
	v4.ipv6 = false;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		assert_one(&c, rows[i].host, OUTCOME_OK, rows[i].address);
	assert_one(&c, "six.pinned.test", OUTCOME_OK, "2001:db8::7");
	assert_one(&v6, "localhost", OUTCOME_OK, "::1");
	assert_one(&v6, "127.0.0.1", OUTCOME_NO_ADDRESS, "");
	assert_one(&v4, "[::1]", OUTCOME_NO_ADDRESS, "");
	assert_one(&c, "", OUTCOME_DNS_NOT_FOUND, "");

	play_begin(&p, &c);
	for (i = 0; i < ARRAY_LEN(rows); i++)
		ask(&p, rows[i].host);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(resolve_queries(p.resolve), 0);
	assert_int_equal(p.server.queries, 0);
	play_end(&p);
	/* Another port is another matter. */
	play_begin(&p, &c);
	ask_port(&p, "pinned.test", 81);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.last.outcome, OUTCOME_DNS_NOT_FOUND);
	play_end(&p);
}

static void
test_time_to_live(void **state)
{
	static const struct {
		const char *name;
		int64_t ttl_s;
	} rows[] = {
		{ "a.test", 100 },
		{ "brief.test", RESOLVE_TTL_MIN_S },
		{ "long.test", RESOLVE_TTL_MAX_S },
		{ "no.such.test", RESOLVE_TTL_MIN_S },
		{ "localhost", RESOLVE_TTL_MAX_S },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t before_us = clock_mono_us(), ttl_us = rows[i].ttl_s * CLOCK_US_PER_SEC;
		struct play p;

		play_begin(&p, &defaults);
		ask(&p, rows[i].name);
		assert_int_equal(loop_run(p.loop), 0);
		assert_true(p.last.expires_us >= before_us + ttl_us);
		assert_true(p.last.expires_us <= clock_mono_us() + ttl_us);
		play_end(&p);
	}
}

/* Asks the same name three times, the later ones when the first is answered. */
static void
on_first(void *arg, const struct fetch_address *a)
{
	struct play *p = arg;

	on_next(p, a);
	ask(p, "a.test");
	ask(p, "a.test");
}

static void
test_one_query_per_name(void **state)
{
	struct play p;
	int i;

	play_begin(&p, &defaults);
	for (i = 0; i < 100; i++)
		ask(&p, "a.test");
	assert_int_equal(resolve_queries(p.resolve), 1);
	p.waiting++;
	assert_int_equal(resolve_name(p.resolve, STR("a.test"), 443, on_first, &p), 0);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 102);
	assert_int_equal(resolve_queries(p.resolve), 1);
	/* A and AAAA. */
	assert_int_equal(p.server.queries, 2);
	play_end(&p);
}

static void
on_first_failure(void *arg, const struct fetch_address *a)
{
	struct play *p = arg;

	assert_int_equal(a->outcome, OUTCOME_DNS_FAILED);
	on_next(p, a);
	ask(p, "servfail.test");
}

/* A name server that failed may do better now: whoever tries again asks it again. */
static void
test_failure_is_not_kept(void **state)
{
	struct play p;

	play_begin(&p, &defaults);
	p.waiting++;
	assert_int_equal(resolve_name(p.resolve, STR("servfail.test"), 80, on_first_failure, &p), 0);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 1);
	assert_int_equal(resolve_queries(p.resolve), 2);
	play_end(&p);
}

static unsigned
count_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static void
test_a_thousand_names_start_no_thread(void **state)
{
	unsigned threads;
	struct play p;

	play_begin(&p, &defaults);
	threads = count_threads();
	ask_many(&p, "n", ".test", 1000);
	/* Bounded: the others wait. */
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_QUERIES);
	assert_int_equal(count_threads(), threads);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(count_threads(), threads);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 1000);
	assert_int_equal(resolve_queries(p.resolve), 1000);
	play_end(&p);
}

static void
test_deadline(void **state)
{
	struct resolve_config c = defaults;
	struct play p;

	c.timeout_us = CLOCK_US_PER_SEC / 5;
	play_begin(&p, &c);
	ask(&p, "silent.test");
	ask(&p, "garbage.test");
	ask_many(&p, "n", ".test", 10);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 10);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 2);
	play_end(&p);
}

/* Names of one party whose name servers are silent hold its own places only, make no other name wait, and are given up together. */
static void
test_one_party(void **state)
{
	struct resolve_config c = defaults;
	struct play p;

	c.timeout_us = CLOCK_US_PER_SEC * 2 / 5;
	play_begin(&p, &c);
	ask_many(&p, "s", ".silent.test", 1000);
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_PARTY_QUERIES);
	ask(&p, "a.test");
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_PARTY_QUERIES + 1);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 1000);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 1);
	assert_in_range(resolve_queries(p.resolve), RESOLVE_PARTY_FAILURES + 1, RESOLVE_PARTY_FAILURES + RESOLVE_PARTY_QUERIES + 1);
	play_end(&p);
}

/* The last of them is answered: others of their party come. */
static void
on_given_up(void *arg, const struct fetch_address *a)
{
	struct play *p = arg;

	if (p->by_outcome[OUTCOME_DNS_FAILED] + 1 == 100) {
		p->queries = resolve_queries(p->resolve);
		ask_many(p, "t", ".silent.test", 1000);
	}
	on_resolved(p, a);
}

/* What comes when it is given up is not asked for either, as long as that is remembered. */
static void
test_party_given_up(void **state)
{
	struct resolve_config c = defaults;
	struct play p;

	c.timeout_us = CLOCK_US_PER_SEC * 2 / 5;
	play_begin(&p, &c);
	for (unsigned i = 0; i < 100; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "s%u.silent.test", i);
		p.waiting++;
		assert_int_equal(resolve_name(p.resolve, str_of(name), 80, on_given_up, &p), 0);
	}
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 1100);
	assert_int_equal(resolve_queries(p.resolve), p.queries);
	play_end(&p);
}

/* More silent parties than may be asked at a time: whose turn comes after all of them is asked too, and has its own time. */
static void
test_deadline_in_queue(void **state)
{
	struct resolve_config c = defaults;
	struct play p;

	c.timeout_us = CLOCK_US_PER_SEC * 2 / 5;
	play_begin(&p, &c);
	ask_many(&p, "quiet", ".test", 3 * RESOLVE_QUERIES);
	ask(&p, "a.test");
	assert_int_equal(resolve_queries(p.resolve), RESOLVE_QUERIES);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_DNS_FAILED], 3 * RESOLVE_QUERIES);
	assert_int_equal(p.by_outcome[OUTCOME_OK], 1);
	play_end(&p);
}

/* Parties take turns, whatever they have waiting. */
static void
test_lanes(void **state)
{
	static const char *const parties[] = { "a", "a", "a", "a", "b", "a", "c", "b" };
	static const unsigned order[] = { 0, 4, 6, 1, 7 }; /* at most two of each */
	struct lane_item items[ARRAY_LEN(parties)] = { { 0 } };
	struct hash_key key;
	struct lanes l;
	size_t i;

	assert_int_equal(hash_key_random(&key), 0);
	lanes_init(&l, &key, 2, 3, 10);
	for (i = 0; i < ARRAY_LEN(parties); i++)
		assert_int_equal(lanes_add(&l, str_of(parties[i]), &items[i]), 0);
	for (i = 0; i < ARRAY_LEN(order); i++)
		assert_ptr_equal(lanes_take(&l), &items[order[i]]);
	assert_null(lanes_take(&l)); /* items 2, 3 and 5 wait for 0 and 1 */
	lanes_done(&l, &items[6]);
	lanes_done(&l, &items[4]);
	assert_null(lanes_take(&l));
	lanes_done(&l, &items[1]);
	assert_ptr_equal(lanes_take(&l), &items[2]);
	assert_null(lanes_take(&l));
	assert_ptr_equal(lanes_drop(&l), &items[3]);
	lanes_done(&l, &items[0]);
	assert_ptr_equal(lanes_take(&l), &items[5]);
	assert_null(lanes_drop(&l));
	lanes_done(&l, &items[2]);
	lanes_done(&l, &items[5]);
	lanes_done(&l, &items[7]);
	assert_null(l.all);
	/* Three in a row came to nothing, behind one that did not: the others are given up. */
	for (i = 0; i < ARRAY_LEN(items); i++)
		assert_int_equal(lanes_add(&l, STR("e"), &items[i]), 0);
	for (i = 0; i < 4; i++) {
		assert_ptr_equal(lanes_take(&l), &items[i]);
		lanes_tell(&l, &items[i], i > 0, (int64_t)i);
		if (i == 3)
			break;
		assert_null(lanes_give_up(&l, &items[i]));
		lanes_done(&l, &items[i]);
	}
	for (i = 4; i < ARRAY_LEN(items); i++)
		assert_ptr_equal(lanes_give_up(&l, &items[3]), &items[i]);
	assert_null(lanes_give_up(&l, &items[3]));
	lanes_done(&l, &items[3]);
	/* It is closed for a while. Then one loss closes it again, and one answer opens it. */
	assert_int_equal(lanes_closed_until(&l, STR("e")), 3 + 10);
	assert_int_equal(lanes_closed_until(&l, STR("f")), 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(lanes_add(&l, STR("e"), &items[0]), 0);
		assert_int_equal(lanes_add(&l, STR("e"), &items[1]), 0);
		assert_ptr_equal(lanes_take(&l), &items[0]);
		lanes_tell(&l, &items[0], i == 0, 13);
		assert_ptr_equal(lanes_give_up(&l, &items[0]), i == 0 ? &items[1] : NULL);
		assert_int_equal(lanes_closed_until(&l, STR("e")), i == 0 ? 13 + 10 : 0);
		lanes_done(&l, &items[0]);
	}
	assert_ptr_equal(lanes_take(&l), &items[1]);
	lanes_done(&l, &items[1]);
	assert_null(l.all);
	/* Of those that are given up the latest are remembered. */
	for (i = 0; i < LANES_KEPT + 3; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "p%zu", i);
		assert_int_equal(lanes_add(&l, str_of(name), &items[0]), 0);
		assert_ptr_equal(lanes_take(&l), &items[0]);
		for (size_t k = 0; k < 3; k++)
			lanes_tell(&l, &items[0], true, 20);
		lanes_done(&l, &items[0]);
	}
	assert_int_equal(l.n_kept, LANES_KEPT);
	assert_int_equal(lanes_closed_until(&l, STR("p2")), 0);
	assert_int_equal(lanes_closed_until(&l, STR("p3")), 20 + 10);
	lanes_release(&l);
	assert_null(l.all);
	assert_int_equal(lanes_add(&l, STR("d"), &items[0]), 0);
	lanes_release(&l);
}

/* many.test has three addresses; each that fails goes to the end. */
static void
on_rotate(void *arg, const struct fetch_address *a)
{
	struct play *p = arg;
	static char seen[4][JOB_ADDRESS_BYTES];

	p->waiting--;
	assert_int_equal(a->outcome, OUTCOME_OK);
	memcpy(seen[p->by_outcome[OUTCOME_OK]], a->address, JOB_ADDRESS_BYTES);
	if (p->by_outcome[OUTCOME_OK]++ == 3) {
		assert_string_not_equal(seen[0], seen[1]);
		assert_string_not_equal(seen[1], seen[2]);
		assert_string_not_equal(seen[0], seen[2]);
		assert_string_equal(seen[3], seen[0]);
		loop_stop(p->loop);
		return;
	}
	resolve_failed(p->resolve, STR("many.test"), 80, a->address);
	resolve_failed(p->resolve, STR("many.test"), 80, "192.0.2.1");
	resolve_failed(p->resolve, STR("many.test"), 80, "nonsense");
	resolve_failed(p->resolve, STR("unknown.test"), 80, a->address);
	p->waiting++;
	assert_int_equal(resolve_name(p->resolve, STR("many.test"), 80, on_rotate, p), 0);
}

static void
test_failed_addresses_go_to_the_end(void **state)
{
	static const char *const pins[] = { "many.test:80:10.1.0.1,10.1.0.2,[::1]", NULL };
	struct resolve_config c = defaults;
	struct play p;
	int i;

	for (i = 0; i < 2; i++) {
		c.pins = i == 0 ? NULL : pins;
		play_begin(&p, &c);
		p.waiting++;
		assert_int_equal(resolve_name(p.resolve, STR("many.test"), 80, on_rotate, &p), 0);
		assert_int_equal(loop_run(p.loop), 0);
		play_end(&p);
	}
}

static void
test_stop(void **state)
{
	struct play p;

	play_begin(&p, &defaults);
	ask(&p, "silent.test");
	ask_many(&p, "s", ".silent.test", 100);
	resolve_stop(p.resolve);
	ask(&p, "a.test");
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.by_outcome[OUTCOME_INTERRUPTED], 102);
	play_end(&p);
}

/* Freed while names are asked: nothing is called, nothing leaks. */
static void
test_free_while_asking(void **state)
{
	struct play p;

	play_begin(&p, &defaults);
	ask(&p, "silent.test");
	ask(&p, "a.test");
	ask(&p, "127.0.0.1");
	play_end(&p);
	assert_int_equal(p.waiting, 3);
}

static void
test_bad_config(void **state)
{
	static const char *const bad[] = { "", "a", "a:80", "a:80:", "a:80:nonsense", "a:x:127.0.0.1", ":80:127.0.0.1",
		"a:65536:127.0.0.1", "a:80:127.0.0.1,", "a:80:127.0.0.1,b" };
	struct resolve_config c = defaults;
	struct resolve *r;
	struct loop *l;
	size_t i;

	assert_int_equal(loop_new(&l), 0);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		const char *const pins[] = { bad[i], NULL };

		c.pins = pins;
		if (strcmp(bad[i], "a:80:127.0.0.1,") == 0) {
			/* curl takes a comma at the end too. */
			assert_int_equal(resolve_new(&c, l, &r), 0);
			resolve_free(r);
		} else if (resolve_new(&c, l, &r) != -EINVAL) {
			fail_msg("\"%s\" was taken", bad[i]);
		}
	}
	c = defaults;
	c.servers = "not an address";
	assert_int_equal(resolve_new(&c, l, &r), -EINVAL);
	c = defaults;
	c.ipv4 = c.ipv6 = false;
	assert_int_equal(resolve_new(&c, l, &r), -EINVAL);
	loop_free(l);
}

/* What this machine lacks is nothing about the name. */
static void
test_no_resources(void **state)
{
	struct rlimit old, tight;
	struct play p;
	int fd;

	play_begin(&p, &defaults);
	fd = dup(0);
	assert_true(fd >= 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	tight = old;
	tight.rlim_cur = (rlim_t)fd + 1; /* it was the lowest that was free, and what the play has is open already */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	ask(&p, "a.test");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.last.outcome, OUTCOME_NO_RESOURCES);
	play_end(&p);
	(void)close(fd);
}

static bool refuse_memory;

static void *
ares_malloc(size_t size)
{
	return refuse_memory ? NULL : malloc(size);
}

static void *
ares_realloc(void *p, size_t size)
{
	return refuse_memory ? NULL : realloc(p, size);
}

static void
test_no_memory(void **state)
{
	struct play p;

	play_begin(&p, &defaults);
	refuse_memory = true;
	ask(&p, "a.test");
	refuse_memory = false;
	assert_int_equal(loop_run(p.loop), 0);
	assert_int_equal(p.last.outcome, OUTCOME_NO_MEMORY);
	play_end(&p);
}

static int
group_setup(void **state)
{
	return ares_library_init_mem(ARES_LIB_INIT_ALL, ares_malloc, free, ares_realloc);
}

static int
group_teardown(void **state)
{
	ares_library_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_only_a_net),
		cmocka_unit_test(test_without_query),
		cmocka_unit_test(test_time_to_live),
		cmocka_unit_test(test_one_query_per_name),
		cmocka_unit_test(test_failure_is_not_kept),
		cmocka_unit_test(test_a_thousand_names_start_no_thread),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_one_party),
		cmocka_unit_test(test_party_given_up),
		cmocka_unit_test(test_deadline_in_queue),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_failed_addresses_go_to_the_end),
		cmocka_unit_test(test_no_resources),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_free_while_asking),
		cmocka_unit_test(test_bad_config),
	};

	return cmocka_run_group_tests_name("fetch_resolve", tests, group_setup, group_teardown);
}
