/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lycosa-worker: reads pages in a jail. Started by lycosa's spawner (parse/spawner.c) with the descriptors of wire.h, or by
 * lycosa inspect (crawler/), which puts itself in its place; of no use by hand.
 *
 *	lycosa-worker pages          many pages, for a crawl
 *	lycosa-worker inspect WHAT   requests from standard input, answers to standard output (inspect.h)
 *	lycosa-worker inspect-raw WHAT [URL]  a document from standard input, the answer for people
 *
 * Everything that opens a file, maps shared memory or initialises a library happens before the jail closes; nothing of a page
 * is looked at before.
 */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/prefault.h"
#include "base/proc.h"
#include "parse/worker/inspect.h"
#include "parse/worker/sandbox.h"
#include "parse/worker/serve.h"
#include "url/canon.h"

#define MAIN_INSPECT_BYTES (UINT64_C(1) << 30)
#define MAIN_HEAP_BYTES    ((size_t)384 * 1024) /* what the first pages make of it */

static void *
main_map(int fd, uint64_t bytes, int prot)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) < 0 || st.st_size < 0 || (uint64_t)st.st_size < bytes)
		_exit(WIRE_EXIT_START);
	p = mmap(NULL, bytes, prot, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		_exit(WIRE_EXIT_START);
	/* Nor does reading make a region resident in steps of 2 MB (fetch/body.h, B3). */
	(void)madvise(p, bytes, MADV_NOHUGEPAGE);
	(void)close(fd);
	return p;
}

/* A copy: the page is shared with the status, and what was checked stays what it was. */
static struct wire_status *
main_brief(struct wire_brief *ret_brief, struct str *ret_rules)
{
	char *page = main_map(WIRE_FD_BRIEF, WIRE_BRIEF_BYTES, PROT_READ | PROT_WRITE);

	memcpy(ret_brief, page, sizeof(*ret_brief));
	if (ret_brief->version != WIRE_VERSION || ret_brief->n_loops == 0 || ret_brief->n_loops > WIRE_LOOPS_MAX ||
		ret_brief->rules_len > WIRE_BRIEF_BYTES - WIRE_RULES_OFF || ret_brief->canon > CANON_ALL ||
		ret_brief->token_len > WIRE_TOKEN_MAX)
		_exit(WIRE_EXIT_START);
	*ret_rules = str_n(page + WIRE_RULES_OFF, ret_brief->rules_len);
	return (struct wire_status *)(void *)(page + WIRE_STATUS_OFF);
}

static struct emit *
main_emit(const struct wire_brief *brief, struct str rules)
{
	const struct emit_config config = {
		.reader = (enum reader_type)brief->reader,
		.hash_seed = brief->hash_seed,
		.rules = rules,
		.token = str_n(brief->token, brief->token_len),
		.visited_fd = brief->has_visited ? WIRE_FD_VISITED : -1,
		.refused_fd = brief->has_refused ? WIRE_FD_REFUSED : -1,
	};
	struct emit *e;
	int r;

	r = emit_new(&config, &e);
	if (r < 0)
		_exit(r == -ENOMEM ? WIRE_EXIT_MEMORY : WIRE_EXIT_START);
	if (brief->has_visited)
		(void)close(WIRE_FD_VISITED);
	if (brief->has_refused)
		(void)close(WIRE_FD_REFUSED);
	return e;
}

/* What the libraries set up when they are first used, they set up now. */
static void
main_warm(struct emit *e)
{
	static const char page[] = "<!doctype html><meta charset=windows-1252><title>\xe9</title>"
		"<a href='/a?\xe9'>a</a><img srcset='b 1x'><style>a{background:url(c)}</style>";
	const struct wire_request rq = {
		.max_links = 16,
		.flags = WIRE_ALL,
		.url = STR("http://b\xc3\xbc" "cher.example/"),
		.content_type = STR("text/html"),
	};
	struct buf out = BUF_INIT(WIRE_REPLY_MAX);

	if (emit_page(e, &rq, str_n(page, sizeof(page) - 1), &out) < 0)
		_exit(WIRE_EXIT_MEMORY);
	buf_release(&out);
}

static void NORETURN
main_pages(void)
{
	static struct serve_region regions[WIRE_LOOPS_MAX];
	struct sandbox_limits limits;
	struct serve_config config;
	struct wire_brief brief;
	struct serve *serve;
	struct emit *emit;
	struct str rules;
	unsigned missing, i;

	prefault_init();
	prefault_heap(MAIN_HEAP_BYTES);
	config.status = main_brief(&brief, &rules);
	for (i = 0; i < brief.n_loops; i++) {
		regions[i].bytes = brief.region_bytes[i];
		regions[i].data = main_map(WIRE_FD_SOCKETS + (int)(brief.n_loops + i), regions[i].bytes, PROT_READ);
	}
	canon_use((unsigned)brief.canon);
	emit = main_emit(&brief, rules);
	main_warm(emit);
	config.n_loops = brief.n_loops;
	config.regions = regions;
	config.cpu_limit_us = brief.cpu_limit_us;
	if (serve_new(&config, emit, &serve) < 0)
		_exit(WIRE_EXIT_MEMORY);
	limits.memory_bytes = brief.memory_bytes;
	limits.n_fds = WIRE_FD_SOCKETS + brief.n_loops;
	if (sandbox_enter(SANDBOX_PAGES, &limits, &missing) < 0)
		_exit(WIRE_EXIT_JAIL);
	if (missing != 0 && brief.strict)
		_exit(WIRE_EXIT_MISSING | (int)missing);
	serve_run(serve, missing);
}

/* In the jail, where stdio does more than it may. */
static void
main_say(const char *what, int err)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "lycosa: error: inspect %s: %s\n", what, strerror(-err));

	if (n > 0 && write(STDERR_FILENO, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1) < 0) {
		/* nobody listens */
	}
}

/* Returns the exit status. A layer of the jail that the host lacks is no reason to refuse: the user has the text in hand. */
static int
main_inspect(const char *what, bool raw, const char *url)
{
	const struct emit_config config = { .reader = READER_SCAN, .visited_fd = -1, .refused_fd = -1 };
	const struct sandbox_limits limits = { .memory_bytes = MAIN_INSPECT_BYTES, .n_fds = 3 };
	struct emit *e;
	unsigned missing;
	int r;

	json_object_seed(0); /* from /dev/urandom */
	canon_use(CANON_TRACKING); /* as a crawl without options */
	if (proc_close_from(3, false) < 0 || emit_new(&config, &e) < 0)
		return WIRE_EXIT_START;
	main_warm(e);
	emit_free(e);
	if (sandbox_enter(SANDBOX_INSPECT, &limits, &missing) < 0)
		return WIRE_EXIT_JAIL;
	r = raw ? inspect_run_raw(what, url, STDIN_FILENO, STDOUT_FILENO) : inspect_run(what, STDIN_FILENO, STDOUT_FILENO);
	if (r < 0 && r != -EINVAL && r != -EBADMSG)
		main_say(what, r);
	return r == 0 ? 0 : r == -EINVAL ? 2 : r == -EBADMSG ? 1 : 3;
}

int
main(int argc, char **argv)
{
	static const char usage[] = "lycosa-worker is started by lycosa; it is of no use by hand\n";

	(void)signal(SIGPIPE, SIG_IGN);
	proc_set_name("lycosa-worker");
	if (argc == 2 && strcmp(argv[1], "pages") == 0)
		main_pages();
	/* _exit(): nothing registered with atexit(3) may run into the jail's wall. */
	if (argc == 3 && strcmp(argv[1], "inspect") == 0)
		_exit(main_inspect(argv[2], false, NULL));
	if ((argc == 3 || argc == 4) && strcmp(argv[1], "inspect-raw") == 0)
		_exit(main_inspect(argv[2], true, argv[3]));
	if (write(2, usage, sizeof(usage) - 1) < 0)
		return 3;
	return 2;
}
