/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch_peer.h: a scripted HTTP server on a loopback port, for tests: it says exactly what the play tells it to, right or
 * wrong. A thread per connection; requests with a path that is in no play are answered 404.
 */
#ifndef TESTS_FETCH_PEER_H
#define TESTS_FETCH_PEER_H

#include <stddef.h>
#include <stdint.h>

/* What the peer does once the text is sent. */
enum peer_then {
	PEER_KEEP,          /* the next request */
	PEER_CLOSE,
	PEER_RESET,         /* RST */
	PEER_HANG,          /* nothing, until the client goes away */
	PEER_REPEAT,        /* the text in `more`, for ever */
	PEER_REPEAT_N,      /* the text in `more`, n times, then as PEER_KEEP */
};

struct peer_play {
	const char *path;
	const char *text;
	size_t len; /* 0 = strlen(text) */
	enum peer_then then;
	const char *more;
	size_t more_len; /* 0 = strlen(more) */
	unsigned n;
};

struct peer;

/* plays end with a NULL path; they must live as long as the peer. */
struct peer *peer_new(const struct peer_play *plays);
/* One that sends this to whoever connects, then reads on. */
struct peer *peer_new_greeting(const char *greeting);
void peer_free(struct peer *p);
uint16_t peer_port(const struct peer *p);
/* Connections and requests so far. */
unsigned peer_connections(struct peer *p);
unsigned peer_requests(struct peer *p);

#endif
