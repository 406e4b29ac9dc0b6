/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * job.h: the journey of one URL, from frontier_take() to the record on disk. The noun that the stages hand on.
 *
 * Ownership (invariant J1): a job has one owner at a time; handing on moves the pointer. frontier -> fetch -> (crawler)
 * -> parse -> (crawler) -> store -> back to its loop, which recycles it with job_reset() or frees it. Between two of
 * these calls nobody else may touch it; so no field needs a lock.
 *
 * Strings that belong to the job live one behind the other in job->text and are named by offset (struct job_str), so
 * that a job costs no allocation once its buffers have grown. A job_str of a recycled job is empty.
 */
#ifndef URL_JOB_H
#define URL_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "url/link.h"
#include "url/net.h"
#include "url/outcome.h"
#include "url/range.h"
#include "url/url.h"

#define JOB_MAGIC          0x4a4f4221u
#define JOB_TEXT_MAX_BYTES (256 * 1024)
#define JOB_HEAD_MAX_BYTES (20 * 1024 * 1024) /* the largest fetch.max_head, and some more */
#define JOB_HEADERS_MAX_BYTES 8192
#define JOB_ASK_MAX_BYTES  8192
#define JOB_COOKIES_MAX_BYTES (64 * 1024)
#define JOB_VISIBLE_MAX_BYTES (16 * 1024 * 1024) /* a worker sends no more */
#define JOB_REFS_MAX_BYTES (64 * 1024 * 1024) /* of a page: more than a worker may send */
/* More than the links of the largest page take. */
#define JOB_FOUND_MAX_BYTES (256 * 1024 * 1024)
#define JOB_ADDRESS_BYTES  46 /* INET6_ADDRSTRLEN */

struct job_str {
	uint32_t off, len;
};

/* One value that was extracted: bytes follow. The rules' order is that of --extract. */
struct job_extracted {
	uint16_t rule, len;
};

enum job_state {
	JOB_IDLE,
	JOB_INFLIGHT, /* taken; owned by fetch */
	JOB_FETCHED,
	JOB_PARSING, /* owned by parse */
	JOB_PARSED,  /* waits for its turn to be committed */
	JOB_STORING, /* owned by the writer */
};

enum job_kind {
	JOB_URL,    /* a URL of the crawl: gets a record */
	JOB_ROBOTS, /* an origin's robots.txt: read by the frontier, no record */
	JOB_PROBE,  /* a name that cannot be there: what the origin says to such (frontier/soft404.h), no record */
};

/* Where the body is: a slot of the loop's shared-memory region, a file, or nowhere. Set by fetch/body.c. */
struct job_body {
	const char *data;    /* mapped, NULL when there is none in memory */
	uint64_t region_off; /* of data in the loop's region */
	int32_t slot;        /* -1 = none */
	uint64_t len;        /* decoded bytes received, wherever they went */
	int file_fd;         /* -1, or an unlinked or temporary file with all of it; owned */
	bool truncated;      /* ended by a ceiling or a lost connection */
};

/* All in microseconds from the start of the request; -1 = did not come to that. */
struct job_timing {
	int64_t queued_wall_us; /* when it was first queued, since 1970 */
	int64_t start_wall_us;  /* when the request was started, since 1970 */
	int64_t start_mono_us;
	int64_t queue_us; /* from being queued to being taken */
	int64_t connect_us, first_byte_us, total_us;
	int64_t answer_us; /* from the request sent to the first byte */
	int64_t parse_us; /* in the worker */
};

/* A reference of the page, where its bytes are to be rewritten. Laid out as the parsers' (parse/parse.h), so that nobody copies them. */
struct job_ref {
	uint32_t url_off, url_len; /* in refs_text: canonical */
	uint64_t fp;               /* of the URL, as the parser says; 0 = not known */
	uint32_t start, end;       /* span in the body, as the parser says; 0, 0 = not known */
	uint8_t kind;              /* enum link_kind */
	uint8_t flags;             /* LINK_* */
	uint32_t lastmod_s;        /* the parser's, and not looked at here */
};

struct page; /* parse/parse.h: what the parser found */
struct hostq;
struct server;

struct job {
	uint32_t magic;
	enum job_state state;
	enum job_kind job_kind;

	/* What is asked for. Immutable from take to store. */
	struct url url; /* canonical */
	uint64_t fp;    /* fingerprint of url_identity() */
	uint32_t depth; /* 0 = seed; requisites have their page's depth + 1 too */
	enum link_kind kind;
	unsigned flags;            /* LINK_*: how it was met */
	uint32_t lastmod_s;        /* what a sitemap says of it, since 1970; 0 = nothing */
	bool is_seed;              /* or a redirect target of one */
	bool links_only;           /* fetched for its links; does not match -A, so its body is not kept */
	bool wants_echo;           /* page.echo_hash, of whoever parses it; until it is parsed */
	struct buf ask;            /* fields for the request besides the usual: "Range: bytes=5-\n" */
	uint64_t ask_from;         /* the byte that ask begins at; 0 = all is asked for */
	struct job_str parent;     /* URL of the page it was found on; empty for seeds */
	uint32_t redirects;        /* hops before this one */
	struct job_str chain;      /* the fingerprints of those hops, 8 bytes each, oldest first */
	uint32_t attempt;          /* 1 = first */
	uint32_t failed_here;      /* frontier only: times it failed for want of what this machine has too little of, which are no attempts */
	struct server *server;     /* frontier only: whose slot it has; NULL = nobody's */
	struct hostq *hostq;       /* the frontier's host; only the frontier may look inside */
	bool conditional;          /* ask says: only if it is another one by now */
	char address[JOB_ADDRESS_BYTES]; /* to connect to ("::1" without brackets), "" = let the proxy resolve */
	struct job_str cookie;     /* what goes out as the Cookie field, with a NUL behind it; empty = none */
	enum net net;              /* of that address; of the host in the URL where a proxy resolves */
	enum net from;             /* frontier only: where the URL was found */
	struct job_str trap_way;   /* what was learned from a page without anything new (frontier_judgement.way) */
	uint32_t loop;             /* index of the owning loop */

	/* What came back. Set by fetch. */
	enum outcome outcome;
	int write_error;           /* with OUTCOME_WRITE_FAILED of a large body's file: errno */
	struct job_str detail;     /* libcurl's words for a failure, or empty; may hold bytes from the web */
	uint16_t status;           /* HTTP status, 0 = none */
	uint8_t http_version;      /* 10, 11, 20, 30; 0 = none */
	struct job_str content_type; /* as sent */
	struct job_str location;   /* Location header of a 3xx, as sent */
	struct job_str etag, last_modified; /* validators as sent; empty: none that can be relied upon (fetch/head.h) */
	struct job_str disposition; /* Content-Disposition, as sent */
	struct job_str content_range; /* as sent */
	uint64_t length;           /* Content-Length; RANGE_UNKNOWN */
	int64_t date_s;            /* of Date, since 1970; -1 = none */
	bool encoded;              /* has a Content-Encoding */
	bool dated;                /* has a Last-Modified, be it none that can be relied upon */
	bool unranged;             /* to be asked again for all of it, and that is none of --tries: what came was of no use for going on */
	struct job_str headers;    /* what the head says of the page: "name: value\n" of each field that fetch/head.c keeps */
	struct job_str hsts;       /* Strict-Transport-Security, as sent: the first one */
	struct buf set_cookies;    /* the Set-Cookie fields, a line each, until fetch has put them into its jar */
	int64_t retry_after_us;    /* from now, -1 = none */
	uint64_t wire_bytes;       /* body bytes received, before decoding */
	uint64_t head_bytes;
	/* Only where fetch was told to keep them. The final head, line by line as received, with the empty line; what was sent. */
	struct buf response_head, request_head;
	struct job_body body;
	struct job_timing timing;

	/* What it says. Set by the crawler from the parser's page. */
	struct job_str redirect_to; /* canonical target */
	struct job_str charset, title, language;
	struct job_str canonical;                /* URL of <link rel=canonical> or its header */
	struct job_str base;                     /* URL in force, where it is not the page's own */
	struct job_str extracted;                /* struct job_extracted and the value, of each */
	struct job_str refresh_to;               /* URL; empty with has_refresh: the page itself */
	bool plain;                              /* a mirror has nothing to look for in it besides its references (store/rewrite.h) */
	bool noindex, nofollow, has_refresh, has_content_hash, has_words, has_visible, visible_cut, extract_cut, links_cut;
	uint32_t refresh_seconds;
	uint64_t content_hash[2];                /* XXH3-128 of the body, high half first */
	uint64_t simhash;                        /* of the visible text (base/simhash.h) */
	uint32_t words;                          /* of it */
	uint32_t links_by_kind[LINK_KIND_COUNT]; /* references on the page, before any filter */
	uint32_t links_new;                      /* of them offered and queued */
	struct page *page;                       /* owned; NULL unless between parse and commit */
	uint64_t held_bytes;                     /* what waits with it for its turn to be committed */
	struct buf visible;                      /* its text, for --save=text only */
	struct buf refs, refs_text;              /* struct job_ref[], for a mirror and for outlinks in WARC */
	void *refs_memory;                       /* owned, of malloc(3): what these are lent; NULL: nothing */
	uint64_t refs_bytes;                     /* of it */
	struct buf found;     /* the URLs it let in, packed (url/found.h), until they are durable */
	struct buf found_fps; /* their fingerprints, 8 bytes each */
	uint32_t found_depth; /* none of them is less deep */
	bool left;            /* not over: it gets no record, and a resume asks for it again */

	/* Where it is kept. Set by store. */
	struct job_str saved_as; /* path in the job directory */
	struct job_str text_as;  /* the same of the visible text */

	struct job *next; /* for the list of whoever owns the job */
	struct job *order_next; /* frontier only: jobs of a host in the order of their takes */
	bool order_done;
	int64_t order_since_us; /* frontier only: when it was taken */
	void *stage; /* for the stage that owns the job: its own bookkeeping */
	void *user;  /* of whoever started it; no stage looks at it */

	struct buf text;
};

MUST_CHECK int job_new(struct job **ret_job);
/* NULL is fine. The body and the page must have been given back. */
void job_free(struct job *j);
/* For the next URL: everything empty again, memory kept within reason. */
void job_reset(struct job *j);

/* Copies s into the job's text; on failure (too long, no memory) the string is empty and the error is returned. */
int job_set(struct job *j, struct job_str *dst, struct str s);
/* Appends s to *dst, which grows to at most max bytes; on failure it stays as it was. */
int job_append(struct job *j, struct job_str *dst, struct str s, size_t max);
/* The content hash as it is written everywhere: 32 hexadecimal digits. */
#define JOB_HASH_TEXT_BYTES HASH_CONTENT_TEXT
void job_hash_text(const struct job *j, char dst[JOB_HASH_TEXT_BYTES]);
/* The SimHash in the same way: 16 of them. */
void job_simhash_text(const struct job *j, char dst[JOB_HASH_TEXT_BYTES]);
static inline struct str
job_ref_url(const struct job *j, const struct job_ref *ref)
{
	return (struct str){ j->refs_text.data + ref->url_off, ref->url_len };
}
static inline struct str
job_get(const struct job *j, struct job_str s)
{
	return s.len > 0 ? (struct str){ j->text.data + s.off, s.len } : STR("");
}

#endif
