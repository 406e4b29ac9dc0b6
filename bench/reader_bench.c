/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast pages are read: bench/reader_bench [-n ROUNDS] [-w WAY] FILE...  (or a list of files on standard input)
 *
 * One core, files in memory, one line per way of reading: MB/s, and ns per reference where links are made. The ways are
 * run in turn in each round and the best round of each counts, so that the ratios hold on a busy machine too.
 *
 *	scan, with the text      filtered, and the SimHash and the words of the visible text
 *	scan, with the sketch    filtered, and the sketch of its text
 *	resolve, repeats known   what becomes of the references once they are found: repeats told from new ones, those resolved,
 *	                         made canonical and fingerprinted
 *	resolve, each            the same without telling repeats
 *	worker                   all a worker does for a page but the system calls: read, filtered by a visited set that has
 *	                         all links, as late in a crawl, and encoded
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/HTMLparser.h>

#include "base/check.h"
#include "base/clock.h"
#include "frontier/visited.h"
#include "parse/worker/charset.h"
#include "parse/worker/emit.h"
#include "parse/worker/links.h"
#include "parse/worker/reader.h"
#include "parse/worker/scan.h"
#include "url/canon.h"

#define MAX_FILES 100000

struct corpus {
	struct str files[MAX_FILES];
	char *urls[MAX_FILES];
	size_t n, bytes;
};

/* The references of a page, as the resolver gets them. */
struct page_refs {
	struct url base;
	struct ref *refs;
	uint32_t n;
};

static struct corpus corpus;
static struct page_refs page_refs[MAX_FILES];
static struct links links;
static struct emit *emit;
static struct hash_key key;
static struct reader *readers[2];

static void
corpus_add(const char *path)
{
	struct stat st;
	char *data;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0 || corpus.n == MAX_FILES) {
		perror(path);
		exit(1);
	}
	data = malloc((size_t)st.st_size + 1);
	CHECK(data != NULL && read(fd, data, (size_t)st.st_size) == st.st_size);
	(void)close(fd);
	corpus.files[corpus.n] = str_n(data, (size_t)st.st_size);
	CHECK(asprintf(&corpus.urls[corpus.n], "http://h.test/%s", path) > 0);
	corpus.n++;
	corpus.bytes += (size_t)st.st_size;
}

/* Each way reads one page and returns how many references it saw. */
static uint64_t
way_find_tags(size_t i)
{
	const char *p = corpus.files[i].p, *end = p + corpus.files[i].len;
	uint64_t n = 0;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

static uint64_t
way_tokens(size_t i)
{
	static struct scan s;
	uint64_t n = 0;

	scan_init(&s, corpus.files[i], 0);
	while (scan_next(&s) != SCAN_EOF)
		n++;
	return n;
}

static uint64_t
read_page(enum reader_type type, size_t i, bool all, bool words, bool sketch)
{
	struct reader_input in = { .body = corpus.files[i], .url = str_of(corpus.urls[i]),
		.content_type = STR("text/html"), .want_all = all, .want_words = words, .want_sketch = sketch,
		.max_links = 1 << 24, .key = &key };
	struct reader_page page;
	uint64_t n = 0;
	size_t k;

	CHECK(reader_read(readers[type], &in, &page) == 0);
	for (k = 0; k < LINK_KIND_COUNT; k++)
		n += page.links_by_kind[k];
	return n;
}

static uint64_t
way_scan(size_t i)
{
	return read_page(READER_SCAN, i, false, false, false);
}

static uint64_t
way_scan_all(size_t i)
{
	return read_page(READER_SCAN, i, true, false, false);
}

static uint64_t
way_scan_words(size_t i)
{
	return read_page(READER_SCAN, i, false, true, false);
}

static uint64_t
way_scan_sketch(size_t i)
{
	return read_page(READER_SCAN, i, false, false, true);
}

static uint64_t
way_libxml2(size_t i)
{
	return read_page(READER_LIBXML2, i, false, false, false);
}

/* Copies what the reader found, and puts it into the visited set. */
static void
prepare_page(size_t i, struct visited *visited)
{
	struct reader_input in = { .body = corpus.files[i], .url = str_of(corpus.urls[i]),
		.content_type = STR("text/html"), .want_all = true, .max_links = 1 << 24, .key = &key };
	struct page_refs *p = &page_refs[i];
	struct reader_page page;
	uint32_t k;

	CHECK(reader_read(readers[READER_SCAN], &in, &page) == 0);
	url_init(&p->base);
	CHECK(url_parse(&p->base, page.base, NULL) == 0);
	p->refs = calloc(page.n_links + 1, sizeof(*p->refs));
	CHECK(p->refs != NULL);
	for (k = 0; k < page.n_links; k++) {
		const struct reader_link *l = &page.links[k];
		char *raw = malloc(l->value.len + 1);

		CHECK(raw != NULL);
		memcpy(raw, l->value.p, l->value.len);
		p->refs[p->n++] = (struct ref){ .raw = str_n(raw, l->value.len), .kind = (uint8_t)l->kind,
			.flags = (uint8_t)l->flags, .syntax = SYNTAX_URL };
		if (l->fp != 0)
			CHECK(visited_insert(visited, l->fp) >= 0);
	}
}

static void
prepare(void)
{
	struct visited *visited;
	struct emit_config config = { .reader = READER_SCAN, .hash_seed = key.seed, .refused_fd = -1 };
	size_t i;

	CHECK(visited_new(256u << 20, &visited) == 0);
	for (i = 0; i < corpus.n; i++)
		prepare_page(i, visited);
	config.visited_fd = visited_fd(visited);
	CHECK(emit_new(&config, &emit) == 0);
	links_init(&links);
}

static uint64_t
resolve(const struct page_refs *p, const struct ref *refs, uint32_t n)
{
	static struct url u;
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		struct str identity;

		if (url_parse(&u, refs[i].raw, &p->base) < 0 || !url_is_http(&u))
			continue;
		url_canon(&u);
		identity = url_identity(&u);
		sum += hash_fingerprint(&key, identity.p, identity.len);
	}
	return sum;
}

static volatile uint64_t resolve_sink; /* so that the work is not optimised away */

static uint64_t
way_resolve(size_t i)
{
	const struct page_refs *p = &page_refs[i];
	uint32_t k;

	links_reset(&links, &key, false, UINT32_MAX);
	for (k = 0; k < p->n; k++)
		links_add(&links, &p->refs[k]);
	CHECK(links.err == 0);
	resolve_sink += resolve(p, links.refs, links.n);
	return p->n;
}

static uint64_t
way_resolve_each(size_t i)
{
	resolve_sink += resolve(&page_refs[i], page_refs[i].refs, page_refs[i].n);
	return page_refs[i].n;
}

static uint64_t
way_worker(size_t i)
{
	static struct buf out = BUF_INIT(WIRE_REPLY_MAX * 2);
	struct wire_request rq = { .id = 1, .body_len = corpus.files[i].len, .max_links = 10000,
		.url = str_of(corpus.urls[i]), .content_type = STR("text/html") };

	buf_reset(&out, SIZE_MAX);
	CHECK(emit_page(emit, &rq, corpus.files[i], &out) == 0);
	return page_refs[i].n;
}

static void
sax_start(void *arg, const xmlChar *name, const xmlChar **attrs)
{
	++*(uint64_t *)arg;
}

static uint64_t
way_libxml2_sax(size_t i)
{
	htmlSAXHandler sax = { .startElement = sax_start };
	uint64_t n = 0;
	htmlParserCtxtPtr ctx = htmlCreatePushParserCtxt(&sax, &n, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

	CHECK(ctx != NULL);
	(void)htmlParseChunk(ctx, corpus.files[i].p, (int)corpus.files[i].len, 1);
	htmlFreeParserCtxt(ctx);
	return n;
}

struct way {
	const char *name, *counts;
	uint64_t (*read)(size_t file);
	bool slow;
	int64_t best_us;
	uint64_t n;
};

static struct way ways[] = {
	{ .name = "memchr '<'", .counts = "tags", .read = way_find_tags },
	{ .name = "tokenizer", .counts = "tags", .read = way_tokens },
	{ .name = "scan, links filtered", .counts = "references", .read = way_scan },
	{ .name = "scan, all links", .counts = "references", .read = way_scan_all },
	{ .name = "scan, with the text", .counts = "references", .read = way_scan_words },
	{ .name = "scan, with the sketch", .counts = "references", .read = way_scan_sketch },
	{ .name = "resolve, repeats known", .counts = "references", .read = way_resolve },
	{ .name = "resolve, each", .counts = "references", .read = way_resolve_each },
	{ .name = "worker", .counts = "references", .read = way_worker },
	{ .name = "libxml2's SAX alone", .counts = "tags", .read = way_libxml2_sax, .slow = true },
	{ .name = "libxml2, links filtered", .counts = "references", .read = way_libxml2, .slow = true },
};

static void
run(struct way *w)
{
	int64_t from = clock_thread_cpu_us(), us;
	size_t i;

	w->n = 0;
	for (i = 0; i < corpus.n; i++)
		w->n += w->read(i);
	us = clock_thread_cpu_us() - from;
	if (w->best_us == 0 || us < w->best_us)
		w->best_us = us > 0 ? us : 1;
}

int
main(int argc, char **argv)
{
	char line[4096];
	const char *only = "";
	int rounds = 5, round, i = 1;
	bool from_stdin;
	size_t k;

	for (; i + 1 < argc && argv[i][0] == '-'; i += 2)
		if (strcmp(argv[i], "-n") == 0)
			rounds = (int)strtol(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "-w") == 0)
			only = argv[i + 1];
	from_stdin = i >= argc;
	for (; i < argc; i++)
		corpus_add(argv[i]);
	while (from_stdin && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		corpus_add(line);
	}
	CHECK(hash_key_random(&key) == 0);
	CHECK(reader_new(READER_SCAN, &readers[READER_SCAN]) == 0);
	CHECK(reader_new(READER_LIBXML2, &readers[READER_LIBXML2]) == 0);
	prepare();
	for (round = 0; round < rounds; round++)
		for (k = 0; k < ARRAY_LEN(ways); k++)
			if ((!ways[k].slow || round == 0) && strstr(ways[k].name, only) != NULL)
				run(&ways[k]);
	printf("%zu files, %.1f MB\n", corpus.n, (double)corpus.bytes / 1e6);
	for (k = 0; k < ARRAY_LEN(ways); k++)
		if (ways[k].best_us != 0)
			printf("%-24s %8.0f MB/s  %7.1f us a page  %10llu %s, %.1f ns each\n", ways[k].name,
			(double)corpus.bytes / (double)ways[k].best_us, (double)ways[k].best_us / (double)corpus.n,
			(unsigned long long)ways[k].n, ways[k].counts,
			(double)ways[k].best_us * 1000 / (double)(ways[k].n != 0 ? ways[k].n : 1));
	reader_free(readers[READER_SCAN]);
	reader_free(readers[READER_LIBXML2]);
	return 0;
}
