/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metrics_serve.h: a run's numbers for a monitoring system: over HTTP (--metrics), and as a file (--metrics-file), replaced whole
 * every METRICS_FILE_US and at the end.
 *
 * Whoever can connect may read them; they say nothing of what is crawled but statuses and sums. So they are on loopback, unless the
 * user names another address.
 *
 * Who asks for OpenMetrics (Accept) gets it. Others, and the file, get Prometheus' text format: `promtool check metrics', node_exporter
 * and what else reads a file know no other.
 */
#ifndef CRAWLER_METRICS_SERVE_H
#define CRAWLER_METRICS_SERVE_H

#include "crawler/pollserver.h"

#define METRICS_FILE_US (5 * CLOCK_US_PER_SEC)

/* Fills in the metrics. open: as OpenMetrics, else in Prometheus' own format. */
typedef void metrics_text_fn(void *arg, bool open, struct buf *out);

struct metrics_serve {
	struct pollserver serve;
	bool listens;
	const char *file; /* NULL: none */
	int64_t file_due_us;
	metrics_text_fn *text;
	void *arg;
};

/*
 * listen_at: "ADDRESS:PORT" or "PORT" (on 127.0.0.1), NULL: nobody is served. text is called in the thread that
 * calls. file is borrowed. 0, -EINVAL (listen_at is no such thing), or negative errno; on failure nothing is to be released.
 */
MUST_CHECK int metrics_serve_open(struct metrics_serve *m, const char *listen_at, const char *file,
	metrics_text_fn *text, void *arg);
/* Writes the file a last time. Fine on a zeroed one. */
void metrics_serve_close(struct metrics_serve *m);
/* Where it listens: the port, of interest where 0 was asked for; 0: nowhere. */
unsigned metrics_serve_port(const struct metrics_serve *m);
unsigned metrics_serve_fds(const struct metrics_serve *m, struct pollfd fds[POLLSERVER_FDS]);
/* After poll(2); also when nothing has happened there. */
void metrics_serve_turn(struct metrics_serve *m, const struct pollfd *fds, unsigned n);

#endif
