/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire.h: what the crawler and a parser worker share: descriptors, one page of memory, and the frames on their sockets.
 *
 * Both sides are built together and run on one machine, so numbers are in native byte order; WIRE_VERSION guards against
 * a worker of another build. Neither side believes the other: wire_request_get() checks what a worker is asked,
 * wire_reply_check() every field of what it answers (invariant J5). Everything here is pure; any thread.
 *
 * Descriptors of a worker (parse/heritage.h puts them there):
 *
 *	0, 1, 2          /dev/null (2: stderr in a build with sanitizers)
 *	3                the brief: a page of shared memory, below
 *	4, 5             the visited set and the set of refusals, read-only; closed when there are none
 *	6 ...            one stream socket per loop
 *	6 + n_loops ...  one region of page bodies per loop, read-only
 *
 * The brief, 64 KiB:
 *
 *	0     struct wire_brief: written by the crawler before the worker starts, not read by it afterwards
 *	4096  the rules of --extract, "NAME=XPATH" of each with a NUL behind it
 *	2048  struct wire_status: written by the worker; the crawler only uses it to choose whom to blame, and checks that
 *
 * Frames follow one another without gaps; each is a multiple of 8 bytes long.
 *
 *	request                                   reply                                   hello
 *	0   u32 bytes of the frame                0   u32 bytes of the frame              0   u32 16
 *	4   u32 id                                4   u16 WIRE_PAGE                       4   u16 WIRE_HELLO
 *	8   u64 offset of the body in the region  6   u16 WIRE_IS_* | WIRE_CUT            6   u16 layers of the jail missing
 *	16  u64 bytes of the body                 8   u32 id                              8   u32 WIRE_VERSION
 *	24  u32 links at most                     12  u32 enum wire_result                12  u32 0
 *	28  u16 WIRE_ALL, ... (flags)             16  i64 start of reading, monotonic us
 *	30  u16 bytes of the content type         24  u32 us of reading
 *	32  u32 bytes of the URL                  28  u32 n links
 *	36  u32 bytes of the headers              32  u32 bytes of text
 *	40  URL, content type, headers,           36  u16 bytes of each fact, 6 of them
 *	    0-7 zero bytes                        48  u32 references by kind, 10 of them
 *	                                          88  u32 seconds of the refresh
 *	                                          92  u32 bytes of what was extracted
 *	                                          96  u64 2: XXH3-128 of the body, high half first
 *	                                          112 u64 SimHash of the visible text
 *	                                          120 u32 words of it
 *	                                          124 u32 bytes of the visible text
 *	                                          128 u64 hash of the text (base/sketch.h)
 *	                                          136 u64 the same without its URL's words (echo.h)
 *	                                          144 u16 n marks of its sketch
 *	                                          146 u16 their shift
 *	                                          148 u32 bytes of what is refused
 *	                                          152 n links of 32 bytes (struct wire_link)
 *	                                          ..  text: facts, what was extracted, the visible text,
 *	                                              marks (u32), what is refused (url/refused.h), URLs,
 *	                                              0-7 zero bytes
 *
 * Replies come in the order of their requests. The facts stand in the order of enum wire_fact; the URLs of the links fill the
 * rest of the text without gap or overlap, in the order of the links.
 */
#ifndef PARSE_WIRE_H
#define PARSE_WIRE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/sketch.h"
#include "base/str.h"
#include "url/link.h"
#include "url/refused.h"
#include "url/url.h"

#define WIRE_VERSION 9

enum {
	WIRE_FD_BRIEF = 3,
	WIRE_FD_VISITED = 4,
	WIRE_FD_REFUSED = 5,
	WIRE_FD_SOCKETS = 6,
};

#define WIRE_LOOPS_MAX    64
#define WIRE_BRIEF_BYTES  65536
#define WIRE_RULES_OFF    4096
#define WIRE_TOKEN_MAX    64
#define WIRE_EXTRACT_RULES 64    /* --extract at most */
#define WIRE_EXTRACT_VALUE 16384 /* bytes of one value */
#define WIRE_EXTRACT_MAX   65536 /* bytes of all values of a page, each with its struct wire_extract_head */
#define WIRE_STATUS_OFF   2048
#define WIRE_TYPE_MAX     1024 /* bytes of a Content-Type that a worker sees */
#define WIRE_HEADERS_MAX  8192 /* bytes of the head's fields that a worker sees */
#define WIRE_CHARSET_MAX  40
#define WIRE_LANGUAGE_MAX 35 /* RFC 5646 §4.4.1 */
#define WIRE_TITLE_MAX    1024
#define WIRE_LINKS_MAX    (1u << 20)
#define WIRE_REQUEST_MAX  (40 + URL_MAX_BYTES + WIRE_TYPE_MAX + WIRE_HEADERS_MAX + 8)
/* Of one page's reply: what does not fit is cut, and the page says so. */
#define WIRE_REPLY_MAX    (64u << 20) /* a sitemap of 50 MB and 50,000 URLs fits (sitemaps.org) */
#define WIRE_VISIBLE_MAX  (16u << 20) /* of its visible text */
#define WIRE_REFUSED_MAX  (1u << 20)  /* of what is refused */
#define WIRE_REPLY_HEAD   152
#define WIRE_HELLO_BYTES  16

struct wire_brief {
	uint32_t version;
	uint32_t n_loops;
	uint32_t reader; /* enum parse_reader = enum reader_type */
	uint8_t strict;  /* a missing layer of the jail: exit with WIRE_EXIT_MISSING */
	uint8_t has_visited, has_refused;
	uint8_t token_len;
	uint32_t n_rules, rules_len; /* at WIRE_RULES_OFF */
	uint64_t canon;              /* url/canon.h's policies */
	uint64_t hash_seed;
	uint64_t memory_bytes; /* RLIMIT_DATA, 0 = none */
	int64_t cpu_limit_us;  /* for one page, 0 = none */
	char token[WIRE_TOKEN_MAX]; /* the product token of the user agent that servers see; not NUL-terminated */
	uint64_t region_bytes[WIRE_LOOPS_MAX];
};
_Static_assert(sizeof(struct wire_brief) <= WIRE_STATUS_OFF, "the brief overlaps the status");

struct wire_status {
	_Atomic uint64_t reading; /* wire_reading(loop, id) of the page being read, 0 = none */
	_Atomic uint32_t ready;   /* 1 once the jail is closed */
};

static inline uint64_t
wire_reading(unsigned loop, uint32_t id)
{
	return (uint64_t)(loop + 1) << 32 | id;
}

/* How a worker ends. */
enum wire_exit {
	WIRE_EXIT_DONE = 0,
	WIRE_EXIT_MEMORY = 71,   /* an allocation failed */
	WIRE_EXIT_START = 72,    /* could not be started, or a descriptor is not what it should be */
	WIRE_EXIT_PROTOCOL = 73, /* a request makes no sense */
	WIRE_EXIT_JAIL = 74,     /* a step of the jail failed */
	WIRE_EXIT_WORN = 75,     /* it has used most of its processor time, and held no page */
	WIRE_EXIT_MISSING = 76,  /* | WIRE_MISSING_*: the host lacks these layers of the jail, and the user is strict */
};

/* Layers a host may lack; in hello, in the exit status of a strict worker, and parse_pool_new()'s *ret_missing. */
enum {
	WIRE_MISSING_LANDLOCK = 1u << 0,
	WIRE_MISSING_SECCOMP = 1u << 1,
	WIRE_MISSING_ALL = (1u << 2) - 1,
};

enum {
	WIRE_ALL = 1u << 0,      /* every link with its span, not only those that are new */
	WIRE_TOO_DEEP = 1u << 1, /* links of this page are beyond --level */
	WIRE_SITEMAP = 1u << 2,  /* read for what a sitemap or a feed lists */
	WIRE_WORDS = 1u << 3,    /* SimHash and words of the visible text */
	WIRE_VISIBLE = 1u << 4,  /* the visible text itself */
	WIRE_SKETCH = 1u << 5,   /* the sketch of the text */
	WIRE_ECHO = 1u << 6,     /* and its echo */
	WIRE_REQUEST_FLAGS = (1u << 7) - 1,
};

struct wire_request {
	uint32_t id;
	uint64_t region_off, body_len;
	uint32_t max_links;
	unsigned flags;
	struct str url, content_type;
	struct str headers; /* "name: value\n" of each */
};

/* Appends the request; content types longer than WIRE_TYPE_MAX and headers longer than WIRE_HEADERS_MAX are cut. 0 or negative errno of buf. */
MUST_CHECK int wire_request_put(struct buf *b, const struct wire_request *r);
/*
 * The request at p: 0 and its length in *ret_bytes; -EAGAIN when more than the len bytes are needed; -EPROTO when it makes no
 * sense (a body outside of region_bytes, a length that does not add up). Strings point into p.
 */
MUST_CHECK int wire_request_get(const char *p, size_t len, uint64_t region_bytes, struct wire_request *ret,
	size_t *ret_bytes);

enum wire_type { WIRE_HELLO = 1, WIRE_PAGE = 2 };
enum wire_result {
	WIRE_OK,
	WIRE_LIMIT, /* the reader gave up at one of its ceilings: no links */
	WIRE_RESULT_COUNT
};
enum {
	WIRE_IS_NOINDEX = 1u << 0,
	WIRE_IS_NOFOLLOW = 1u << 1,
	WIRE_CUT = 1u << 2, /* more links than were asked for */
	WIRE_HAS_REFRESH = 1u << 3,
	WIRE_EXTRACT_CUT = 1u << 4, /* more was found than a page's share, or a rule could not be evaluated to its end */
	WIRE_HAS_WORDS = 1u << 5,   /* it is a page, and they were wanted */
	WIRE_HAS_VISIBLE = 1u << 6, /* the same of the visible text */
	WIRE_VISIBLE_CUT = 1u << 7, /* there was more of it than WIRE_VISIBLE_MAX */
	WIRE_HAS_SKETCH = 1u << 8,  /* the same of the sketch */
	WIRE_IS_PLAIN = 1u << 9,    /* page.plain */
	WIRE_REPLY_FLAGS = (1u << 10) - 1,
};

/* What a page says of itself, as text; any may be empty. */
enum wire_fact {
	WIRE_FACT_CHARSET,
	WIRE_FACT_TITLE,    /* may be no valid UTF-8: page_new() mends it; the others are printable ASCII, this one's neighbours names */
	WIRE_FACT_LANGUAGE,
	WIRE_FACT_CANONICAL, /* this and the following: http(s) URLs */
	WIRE_FACT_BASE,
	WIRE_FACT_REFRESH,
	WIRE_FACT_COUNT
};

struct wire_reply_head {
	uint32_t bytes;
	uint16_t type, flags;
	uint32_t id, result;
	int64_t start_us;
	uint32_t parse_us, n_links, text_len;
	uint16_t fact_len[WIRE_FACT_COUNT];
	uint32_t links_by_kind[LINK_KIND_COUNT];
	uint32_t refresh_seconds;
	uint32_t extract_len;
	uint64_t content_hash[2];
	uint64_t simhash; /* this and words: 0 without WIRE_HAS_WORDS */
	uint32_t words, visible_len;
	uint64_t text_hash; /* this and the three below: 0 without WIRE_HAS_SKETCH */
	uint64_t echo_hash; /* 0 where there is none, or it was not wanted */
	uint16_t n_marks, mark_shift;
	uint32_t refused_len;
};

/* Before each value that was extracted; in the order of the rules. A value holds no NUL, and may be no valid UTF-8. */
struct wire_extract_head {
	uint16_t rule, len;
};
_Static_assert(sizeof(struct wire_reply_head) == WIRE_REPLY_HEAD, "layout");

/* Laid out as struct page_link (parse.h), so that a checked array is copied in one piece. */
struct wire_link {
	uint32_t url_off, url_len; /* in the text */
	uint64_t fp;
	uint32_t start, end;
	uint8_t kind, flags;
	uint8_t zero[2];
	uint32_t lastmod_s; /* of a sitemap's entry; 0 = not known */
};
_Static_assert(sizeof(struct wire_link) == 32, "layout");

/*
 * The length of the frame that begins at p, as it says itself: within WIRE_REPLY_MAX and for its type at least possible.
 * -EAGAIN: fewer than 8 bytes are there. -EPROTO.
 */
MUST_CHECK int wire_reply_bytes(const char *p, size_t len, size_t *ret_bytes);

/* A hello frame, whole: 0 or -EPROTO. */
MUST_CHECK int wire_hello_check(const char *p, size_t bytes, unsigned *ret_missing);
MUST_CHECK int wire_hello_put(struct buf *b, unsigned missing);

struct wire_expect {
	uint32_t id;
	uint64_t body_len;    /* and what the worker was shown of the head: a reference takes a byte of the two */
	uint32_t headers_len;
	uint32_t max_links;
	bool is_sitemap; /* may be packed: it may hold more references than bytes */
	uint32_t n_rules;
	bool visible;    /* the visible text was wanted, */
	bool echo;       /* the echo was */
};

struct wire_reply {
	struct wire_reply_head head;
	struct str facts[WIRE_FACT_COUNT];
	struct str extracted; /* records: struct wire_extract_head and the value */
	struct str visible;   /* UTF-8 */
	const char *marks;    /* n_marks of uint32_t, maybe not aligned */
	struct str refused;   /* records of url/refused.h */
	const char *links; /* n_links of struct wire_link, maybe not aligned */
	const char *text;
};

/*
 * Checks each field of a whole page frame of `bytes` bytes: lengths that add up, counts within what was asked, kinds, flags,
 * spans within the body, URLs of printable ASCII that begin with http:// or https://, what is refused record by record. 0 and
 * views into p, or -EPROTO.
 */
MUST_CHECK int wire_reply_check(const char *p, size_t bytes, const struct wire_expect *expect,
	struct wire_reply *ret_reply);

#endif
