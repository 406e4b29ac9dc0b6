/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/fetch_names.h"

enum { TYPE_A = 1, TYPE_AAAA = 28 };
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
	struct names_server *s = arg;
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
names_server_start(struct names_server *s)
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
names_server_stop(struct names_server *s)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &len), 0);
	assert_int_equal(sendto(s->fd, "x", 1, 0, (struct sockaddr *)&a, len), 1);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	(void)close(s->fd);
}

void
names_begin(struct names_play *p, const struct resolve_config *config)
{
	struct resolve_config c = *config;

	memset(p, 0, sizeof(*p));
	names_server_start(&p->server);
	c.servers = p->server.address;
	assert_int_equal(loop_new(&p->loop), 0);
	assert_int_equal(resolve_new(&c, p->loop, &p->resolve), 0);
}

void
names_end(struct names_play *p)
{
	resolve_free(p->resolve);
	loop_free(p->loop);
	names_server_stop(&p->server);
}

void
names_told(void *arg, const struct fetch_address *a)
{
	struct names_play *p = arg;

	assert_int_equal(p->in_call, 0); /* never from inside resolve_name() */
	p->last = *a;
	p->by_outcome[a->outcome]++;
	assert_true(p->waiting > 0);
	if (--p->waiting == 0)
		loop_stop(p->loop);
}

void
names_ask_port(struct names_play *p, const char *host, uint16_t port, fetch_resolved_fn fn)
{
	p->in_call++;
	p->waiting++;
	assert_int_equal(resolve_name(p->resolve, str_of(host), port, fn, p), 0);
	p->in_call--;
}

void
names_ask(struct names_play *p, const char *host)
{
	names_ask_port(p, host, 80, names_told);
}

void
names_ask_many(struct names_play *p, const char *before, const char *behind, unsigned n, fetch_resolved_fn fn)
{
	for (unsigned i = 0; i < n; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "%s%u%s", before, i, behind);
		names_ask_port(p, name, 80, fn);
	}
}
