/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "fetch/dns.h"

#define DNS_MAGIC 0x444e5331u
/* A query is sent this often; each time the wait doubles, so the whole takes 7 times the first wait. */
#define DNS_TRIES       3
#define DNS_TRIES_WAITS 7
#define DNS_WAIT_MIN_MS 250
#define DNS_TTL_MAX_S   (7 * 86400)

/* Names without a dot may belong to a search domain; all others never do, whatever a page says. */
enum { CHANNEL_PLAIN, CHANNEL_SEARCH, N_CHANNELS };

/* owner: loop thread */
struct dns {
	uint32_t magic;
	struct loop *loop;
	struct dns_config config;
	ares_channel channels[N_CHANNELS];
	struct loop_timer timer;
};

struct question {
	struct dns *dns;
	dns_answer_fn fn;
	void *arg;
};

/* After anything that may have changed c-ares' next time-out. */
static void
timer_arm(struct dns *d)
{
	int64_t wait_us = -1;
	struct timeval tv;
	int i;

	for (i = 0; i < N_CHANNELS; i++) {
		int64_t us;

		if (d->channels[i] == NULL || ares_timeout(d->channels[i], NULL, &tv) == NULL)
			continue;
		us = (int64_t)tv.tv_sec * CLOCK_US_PER_SEC + tv.tv_usec;
		if (wait_us < 0 || us < wait_us)
			wait_us = us;
	}
	/* The heap of timers grows by a few hundred bytes: where that fails nothing works any more. */
	if (wait_us < 0)
		loop_timer_cancel(d->loop, &d->timer);
	else
		CHECK(loop_timer_set(d->loop, &d->timer, clock_mono_us() + wait_us) == 0);
}

static void
process(struct dns *d, ares_socket_t readable, ares_socket_t writable)
{
	int i;

	CHECK_MAGIC(d, DNS_MAGIC);
	/* A descriptor that is not the channel's is ignored by it. */
	for (i = 0; i < N_CHANNELS; i++)
		if (d->channels[i] != NULL)
			ares_process_fd(d->channels[i], readable, writable);
	d->config.after_fn(d->config.after_arg);
	timer_arm(d);
}

static void
on_timer(void *arg)
{
	process(arg, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void
on_io(void *arg, int fd, uint32_t events)
{
	bool in = (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
	bool out = (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0;

	process(arg, in ? fd : ARES_SOCKET_BAD, out ? fd : ARES_SOCKET_BAD);
}

/* c-ares opens, uses or is about to close fd. */
static void
on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns *d = arg;
	uint32_t events = (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0);
	int r = 0;

	CHECK_MAGIC(d, DNS_MAGIC);
	if (events == 0)
		loop_io_del(d->loop, fd);
	else if (loop_io_has(d->loop, fd))
		r = loop_io_mod(d->loop, fd, events);
	else
		r = loop_io_add(d->loop, fd, events, on_io, d);
	if (r < 0)
		return; /* not heard of: the question ends by its time-out */
}

/* c-ares says of a socket that it did not get what it says of a server that is not there. */
static enum outcome
outcome_of_refusal(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
		return OUTCOME_NO_RESOURCES;
	if (fd >= 0)
		(void)close(fd);
	return OUTCOME_DNS_FAILED;
}

/* There is the name, and no address: of what was asked for, that is. */
static enum outcome
outcome_of_none(const struct dns *d)
{
	return d->config.ipv4 && d->config.ipv6 ? OUTCOME_DNS_NOT_FOUND : OUTCOME_NO_ADDRESS;
}

static enum outcome
outcome_of(const struct dns *d, int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return OUTCOME_OK;
	case ARES_ENODATA:
		return outcome_of_none(d);
	case ARES_ENOTFOUND:
	case ARES_EBADNAME:
	case ARES_EBADFAMILY:
		return OUTCOME_DNS_NOT_FOUND;
	case ARES_ENOMEM:
		return OUTCOME_NO_MEMORY;
	case ARES_ECONNREFUSED:
		return outcome_of_refusal();
	default:
		return OUTCOME_DNS_FAILED;
	}
}

static bool
address_of(const struct ares_addrinfo_node *node, struct address *ret)
{
	*ret = (struct address){ .family = node->ai_family };
	if (node->ai_family == AF_INET)
		memcpy(ret->bytes, &((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr, 4);
	else if (node->ai_family == AF_INET6)
		memcpy(ret->bytes, &((const struct sockaddr_in6 *)(const void *)node->ai_addr)->sin6_addr, 16);
	else
		return false;
	return true;
}

/* The addresses in c-ares' order (RFC 6724 §6); gives the shortest TTL. */
static int64_t
take_addresses(const struct dns *d, const struct ares_addrinfo *info, struct addresses *list)
{
	const struct ares_addrinfo_node *node;
	int64_t ttl_s = DNS_TTL_MAX_S;
	struct address a;

	for (node = info->nodes; node != NULL; node = node->ai_next) {
		if (!address_of(node, &a))
			continue;
		/* /etc/hosts gives what it has. */
		if (a.family == AF_INET ? d->config.ipv4 : d->config.ipv6)
			addresses_add(list, &a);
		if (node->ai_ttl < ttl_s)
			ttl_s = node->ai_ttl;
	}
	return ttl_s;
}

static void
on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct question q = *(struct question *)arg;
	enum outcome outcome;
	struct addresses list = { .n = 0 };
	int64_t ttl_s = 0;

	CHECK_MAGIC(q.dns, DNS_MAGIC);
	free(arg);
	outcome = outcome_of(q.dns, status);
	if (outcome == OUTCOME_OK && info != NULL)
		ttl_s = take_addresses(q.dns, info, &list);
	if (outcome == OUTCOME_OK && list.n == 0)
		outcome = outcome_of_none(q.dns);
	if (info != NULL)
		ares_freeaddrinfo(info);
	q.fn(q.arg, outcome, &list, ttl_s);
}

static int
channel_init(struct dns *d, int i)
{
	int64_t wait_ms = d->config.timeout_us / CLOCK_US_PER_MS / DNS_TRIES_WAITS;
	struct ares_options options = {
		.timeout = wait_ms < DNS_WAIT_MIN_MS ? DNS_WAIT_MIN_MS : (int)wait_ms,
		.tries = DNS_TRIES,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = d,
	};
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
	int status;

	if (i == CHANNEL_PLAIN)
		mask |= ARES_OPT_DOMAINS; /* none */
	status = ares_init_options(&d->channels[i], &options, mask);
	if (status != ARES_SUCCESS) {
		d->channels[i] = NULL;
		return status == ARES_ENOMEM ? -ENOMEM : -EIO;
	}
	if (d->config.servers == NULL)
		return 0;
	status = ares_set_servers_ports_csv(d->channels[i], d->config.servers);
	if (status == ARES_SUCCESS)
		return 0;
	return status == ARES_ENOMEM ? -ENOMEM : -EINVAL;
}

void
dns_ask(struct dns *d, const char *name, dns_answer_fn fn, void *arg)
{
	struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	int i = strchr(name, '.') != NULL ? CHANNEL_PLAIN : CHANNEL_SEARCH;
	struct question *q = malloc(sizeof(*q));
	const struct addresses none = { .n = 0 };
	int r = q != NULL ? 0 : -ENOMEM;

	CHECK_MAGIC(d, DNS_MAGIC);
	if (r == 0 && d->channels[i] == NULL)
		r = channel_init(d, i);
	if (r < 0) {
		free(q);
		fn(arg, r == -ENOMEM ? OUTCOME_NO_MEMORY : outcome_of_refusal(), &none, 0);
		return;
	}
	*q = (struct question){ .dns = d, .fn = fn, .arg = arg };
	if (!d->config.ipv4 || !d->config.ipv6) {
		hints.ai_family = d->config.ipv4 ? AF_INET : AF_INET6;
		hints.ai_flags = ARES_AI_NOSORT; /* sorting costs a few system calls per address */
	}
	ares_getaddrinfo(d->channels[i], name, NULL, &hints, on_answer, q);
	timer_arm(d);
}

void
dns_cancel(struct dns *d)
{
	int i;

	for (i = 0; i < N_CHANNELS; i++)
		if (d->channels[i] != NULL)
			ares_cancel(d->channels[i]);
	timer_arm(d);
}

int
dns_new(const struct dns_config *config, struct loop *loop, struct dns **ret_dns)
{
	struct dns *d = calloc(1, sizeof(*d));
	int i, r = 0;

	if (d == NULL)
		return -ENOMEM;
	d->magic = DNS_MAGIC;
	d->loop = loop;
	d->config = *config;
	loop_timer_init(&d->timer, on_timer, d);
	/* Else a channel comes with its first question: it is large, and a crawl of hosts that are addresses asks nothing. */
	for (i = 0; r == 0 && i < N_CHANNELS && config->servers != NULL; i++)
		r = channel_init(d, i);
	d->config.servers = NULL;
	if (r < 0) {
		dns_free(d);
		return r;
	}
	*ret_dns = d;
	return 0;
}

void
dns_free(struct dns *d)
{
	int i;

	if (d == NULL)
		return;
	CHECK_MAGIC(d, DNS_MAGIC);
	for (i = 0; i < N_CHANNELS; i++)
		if (d->channels[i] != NULL)
			ares_destroy(d->channels[i]);
	loop_timer_cancel(d->loop, &d->timer);
	d->magic = 0;
	free(d);
}
