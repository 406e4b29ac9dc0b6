/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of a mirror's files (store/path.h): examples, and the properties that no site may break, on every string of a small
 * alphabet of traps and on random URLs (a million with LYCOSA_TEST_LONG), with each option that names files. What a file
 * system folds together is ICU's word here. And where options let two URLs meet (store/place.h).
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/hash.h"
#include "store/path.h"
#include "url/canon.h"
#include "url/fold.h"

#define RANDOM_URLS 40000
#define LONG_URLS   1000000
#define OPENED      1500
#define AGAIN       2000

/* --- examples --- */

static const struct store_names usual;

static const char *
named(const struct store_names *how, const char *text, const char *type)
{
	static char path[STORE_PATH_MAX_BYTES + 1];
	struct url url;

	url_init(&url);
	assert_int_equal(url_parse(&url, str_of(text), NULL), 0);
	url_canon(&url);
	path[store_path(how, &url, str_of(type), path)] = '\0';
	url_release(&url);
	return path;
}

static const char *
usual_path(const char *text, const char *type)
{
	return named(&usual, text, type);
}

static void
check_named(const struct store_names *how, const char *url, const char *type, const char *path)
{
	const char *got = named(how, url, type);

	if (strcmp(got, path) != 0)
		fail_msg("%s (%s): %s, not %s", url, type, got, path);
}

static void
check_path(const char *url, const char *type, const char *path)
{
	check_named(&usual, url, type, path);
}

static void
test_header_table(void **state)
{
	check_path("https://example.org/", "text/html", "example.org/index.html");
	check_path("https://example.org/a/", "text/html; charset=utf-8", "example.org/a/index.html");
	check_path("https://example.org/a.html", "text/html", "example.org/a.html");
	check_path("https://example.org/a", "text/html", "example.org/a,.html");
	check_path("https://example.org/a.php", "text/html", "example.org/a.php,.html");
	check_path("https://example.org/a.php?b=c", "text/html", "example.org/a.php,,b=c.html");
	check_path("https://example.org/a.js/b.html", "text/html", "example.org/a.js,d/b.html");
	check_path("https://example.org/README.md", "text/plain", "example.org/README,u7q.md");
	check_path("https://example.org/index.html", "text/html", "example.org/index,i.html");
	check_path("http://example.org/", "text/html", "example.org,http/index.html");
	check_path("http://example.org:8080/", "text/html", "example.org,http8080/index.html");
}

static void
test_origin(void **state)
{
	check_path("https://example.org:8443/a.css", "text/css", "example.org,https8443/a.css");
	check_path("https://example.org:80/a.css", "text/css", "example.org,https80/a.css");
	check_path("http://example.org:443/a.css", "text/css", "example.org,http443/a.css");
	check_path("https://example.org./a.css", "text/css", "example.org,2e/a.css");
	check_path("https://nul/a.css", "text/css", "nul,w/a.css");
	check_path("https://[2001:db8::1]/a.css", "text/css", "[2001,3adb8,3a,3a1]/a.css");
	check_path("https://b\xc3\xbc" "cher.example/", "text/html", "xn--bcher-kva.example/index.html");
	check_path("https://user:secret@example.org/#fragment", "text/html", "example.org/index.html");
}

static void
test_type(void **state)
{
	/* What is not known to be otherwise keeps its own extension. */
	check_path("https://h/a.tar.gz", "application/x-whatever", "h/a.tar.gz");
	check_path("https://h/a.c", "text/plain", "h/a.c");
	check_path("https://h/a.js", "text/plain", "h/a.js");
	check_path("https://h/a.jpeg", "image/png", "h/a.jpeg");
	check_path("https://h/feed.rss", "text/xml", "h/feed.rss");
	check_path("https://h/a.html", "", "h/a.html");
	check_path("https://h/a", "", "h/a,.html");
	check_path("https://h/release-1.2", "application/octet-stream", "h/release-1.2,.bin");
	/* The only usual one with more than eight letters. */
	check_path("https://h/site.webmanifest", "application/manifest+json", "h/site.webmanifest");
	check_path("https://h/site.webmanifest", "application/octet-stream", "h/site.webmanifest");
	check_path("https://h/site.webmanifest", "", "h/site.webmanifest");
	check_path("https://h/site.webmanifest", "text/html", "h/site.webmanifest,.html");
	check_path("https://h/site.webmanifest?v=1", "application/manifest+json", "h/site.webmanifest,,v=1.webmanifest");
	check_path("https://h/manifest", "application/manifest+json", "h/manifest,.webmanifest");
	check_path("https://h/manifest.json", "application/manifest+json", "h/manifest.json");
	check_path("https://h/a.webmanifest/b", "text/html", "h/a.webmanifest,d/b,.html");
	check_path("https://h/.webmanifest", "application/manifest+json", "h/.webmanifest,.webmanifest");
	/* A page's extension on what is no page would make it one. */
	check_path("https://h/a.html", "text/plain", "h/a.html,.txt");
	check_path("https://h/a.HTM", "application/octet-stream", "h/a.HTM,uo,.bin");
	check_path("https://h/a.svg", "image/png", "h/a.svg,.png");
	check_path("https://h/style.php", "text/css", "h/style.php,.css");
	check_path("https://h/lib.min", "text/javascript", "h/lib.min,.js");
	check_path("https://h/a.xhtml", "text/html", "h/a.xhtml,.html");
	check_path("https://h/a/", "application/json", "h/a/index.json");
	check_path("https://h/?q", "text/html", "h/index,,q.html");
	check_path("https://h/index?q", "text/html", "h/index,i,,q.html");
	/* These two have the same letters in the other case, once index is told apart. */
	check_path("https://h/INDEX?aaaaa", "text/html", "h/INDEX,i,,aaaaa,u7.html");
	check_path("https://h/?AAAAA", "text/html", "h/index,,AAAAA,u7.html");
	check_path("https://h/a?", "text/html", "h/a,,.html");
	check_path("https://h/a?b.png", "image/png", "h/a,,b.png.png");
}

static void
test_text(void **state)
{
	check_path("https://h/caf%C3%A9/%E6%9D%B1%E4%BA%AC", "text/html", "h/caf\xc3\xa9/\xe6\x9d\xb1\xe4\xba\xac,.html");
	check_path("https://h/a%20b.html", "text/html", "h/a b.html");
	check_path("https://h/%20a%20/", "text/html", "h/%20a%20/index.html");
	check_path("https://h/%2F%2f%00%41.txt", "text/plain", "h/%2f%2f%00%41,ui.txt");
	check_path("https://h/%c3%a9.txt", "text/plain", "h/%c3%a9,uy.txt");
	check_path("https://h/%FF%C3.txt", "text/plain", "h/%ff%c3.txt");
	/* Capital, decomposed, final sigma, zero width joiner: not as they are. */
	check_path("https://h/%C3%89.txt", "text/plain", "h/%c3%89.txt");
	check_path("https://h/e%CC%81.txt", "text/plain", "h/e%cc%81.txt");
	check_path("https://h/%CF%82.txt", "text/plain", "h/%cf%82.txt");
	check_path("https://h/a%E2%80%8D.txt", "text/plain", "h/a%e2%80%8d.txt");
	check_path("https://h/a:b*c|d,e!f.txt", "text/plain", "h/a,3ab,2ac,7cd,2ce!f.txt");
	check_path("https://h/a?b=c/d:%22", "text/html", "h/a,,b=c,2fd,3a%22.html");
	check_path("https://h/con", "text/html", "h/con,.html");
	check_path("https://h/con/nul.txt", "text/plain", "h/con,w/nul,w.txt");
	check_path("https://h/COM1.tar.gz", "application/gzip", "h/COM1,w.tar,u4.gz");
	check_path("https://h/com%C2%B9.txt", "text/plain", "h/com%c2%b9.txt");
	check_path("https://h/a./b.../...", "text/html", "h/a,2e/b..,2e/..,2e,.html");
	check_path("https://h//.git/config", "text/plain", "h/,e/.git,d/config,.txt");
	check_path("https://h/GITHUB~1/~user/", "text/html", "h/GITHUB,7e1,u7q/~user/index.html");
}

static void
test_long(void **state)
{
	char url[4000] = "https://h/", long_a[512], long_b[512];
	size_t i;

	memset(url + 10, 'x', 300);
	memcpy(url + 310, ".css", 5);
	(void)snprintf(long_a, sizeof(long_a), "%s", usual_path(url, "text/css"));
	url[200] = 'y';
	(void)snprintf(long_b, sizeof(long_b), "%s", usual_path(url, "text/css"));
	assert_string_not_equal(long_a, long_b);
	assert_memory_equal(long_a, long_b, 2 + 40 + 2);
	assert_int_equal(strlen(long_a), 2 + 40 + 2 + 32 + 4);
	/* Many directories. */
	for (i = 10; i < 3000; i += 2)
		memcpy(url + i, "d/", 2);
	memcpy(url + i, "page", 5);
	assert_memory_equal(usual_path(url, "text/html"), "h/,long/page,h", 14);
	assert_true(str_ends(str_of(usual_path(url, "text/html")), STR(".html")));
	(void)snprintf(long_a, sizeof(long_a), "%s", usual_path(url, "text/html"));
	url[100] = 'e';
	assert_string_not_equal(usual_path(url, "text/html"), long_a);
}

static void
test_options(void **state)
{
	const struct store_names unix_names = { .restrict_to = STORE_NAMES_UNIX }, ascii = { .restrict_to = STORE_NAMES_ASCII };
	const struct store_names lower = { .restrict_to = STORE_NAMES_LOWERCASE }, upper = { .restrict_to = STORE_NAMES_UPPERCASE };
	const struct store_names protocol = { .protocol_directories = true }, keep = { .keep_extension = true };
	const struct store_names home = { .default_page = "home.htm" }, dirs = { .cut_dirs = 2 }, no_host = { .no_host = true };
	const struct store_names flat = { .no_directories = true };

	check_named(&unix_names, "https://h/README.md", "text/plain", "h/README.md");
	check_named(&unix_names, "https://h/Con/a:b*c,d.txt", "text/plain", "h/Con/a:b*c,2cd.txt");
	check_named(&unix_names, "https://h/%C3%89%c3%a9.txt", "text/plain", "h/\xc3\x89%c3%a9.txt");
	check_named(&unix_names, "https://h/index", "text/html", "h/index,i,.html");
	check_named(&ascii, "https://h/caf%C3%A9%20.txt", "text/plain", "h/caf%c3%a9 .txt");
	check_named(&lower, "https://h/README.md", "text/plain", "h/readme,u7q.md");
	check_named(&lower, "https://h/INDEX.html", "text/html", "h/index,i,u7.html");
	check_named(&upper, "https://h/readme.md", "text/plain", "h/README.MD");
	check_named(&upper, "https://h/index.html", "text/html", "h/INDEX,i.HTML");
	check_named(&protocol, "https://h/", "text/html", "https/h/index.html");
	check_named(&protocol, "http://h/", "text/html", "http/h/index.html");
	check_named(&protocol, "http://h:8080/", "text/html", "http/h,http8080/index.html");
	check_named(&keep, "https://h/a.php", "text/html", "h/a.php");
	check_named(&keep, "https://h/a.php?b=c", "text/html", "h/a.php,,b=c.php");
	check_named(&keep, "https://h/a", "text/html", "h/a,.html");
	check_named(&home, "https://h/", "text/html", "h/home.htm");
	check_named(&home, "https://h/", "image/png", "h/home.png");
	check_named(&home, "https://h/home.html", "text/html", "h/home,i.html");
	check_named(&home, "https://h/index.html", "text/html", "h/index.html");
	check_named(&dirs, "https://h/a/b/c/d.html", "text/html", "h/c/d.html");
	check_named(&dirs, "https://h/a/", "text/html", "h/index.html");
	check_named(&no_host, "https://h/a/d.html", "text/html", "a/d.html");
	check_named(&flat, "https://h/a/d.html", "text/html", "d.html");
	assert_true(store_is_default_page("index.html"));
	assert_true(store_is_default_page("my-home_1"));
	assert_false(store_is_default_page(""));
	assert_false(store_is_default_page("Index.html"));
	assert_false(store_is_default_page("a/b"));
	assert_false(store_is_default_page(".html"));
	assert_false(store_is_default_page("a.b.c"));
	assert_false(store_is_default_page("index,i"));
}

/* --- what a file system makes of a name --- */

static void
fold(const char *p, size_t len, char *dst, size_t max, int32_t *ret_len)
{
	UErrorCode err = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&err);
	UChar a[STORE_PATH_MAX_BYTES * 4], b[STORE_PATH_MAX_BYTES * 4];
	int32_t n;

	u_strFromUTF8(a, (int32_t)ARRAY_LEN(a), &n, p, (int32_t)len, &err);
	n = u_strFoldCase(b, (int32_t)ARRAY_LEN(b), a, n, U_FOLD_CASE_DEFAULT, &err);
	n = unorm2_normalize(nfc, b, n, a, (int32_t)ARRAY_LEN(a), &err);
	u_strToUTF8(dst, (int32_t)max, ret_len, a, n, &err);
	if (U_FAILURE(err))
		fail_msg("%.*s: %s", (int)len, p, u_errorName(err));
}

/* Each code point that is let through is its own case folding, normal form, and capital's small letter. */
static void
test_fold_table(void **state)
{
	UErrorCode err = U_ZERO_ERROR;
	const UNormalizer2 *nfkc_cf = unorm2_getNFKCCasefoldInstance(&err);
	size_t kept = 0;
	uint32_t cp;

	for (cp = 0; cp < 0x110000; cp++) {
		UChar in[2], out[32];
		int32_t n = 0, m;

		if (!fold_keeps_point(cp))
			continue;
		kept++;
		U16_APPEND_UNSAFE(in, n, cp);
		m = unorm2_normalize(nfkc_cf, in, n, out, 32, &err);
		if (U_FAILURE(err) || m != n || u_memcmp(in, out, n) != 0)
			fail_msg("U+%04X is folded", (unsigned)cp);
		if (u_foldCase((UChar32)u_toupper((UChar32)cp), U_FOLD_CASE_DEFAULT) != (UChar32)cp &&
			u_toupper((UChar32)cp) != (UChar32)cp)
			fail_msg("U+%04X is not its capital's small letter", (unsigned)cp);
	}
	assert_true(kept > 100000);
	assert_true(fold_keeps(STR("Abc \xc3\xa9\xe6\x9d\xb1")));
	assert_false(fold_keeps(STR("e\xcc\x81")));
	assert_false(fold_keeps(STR("E\xcc\x81")));
	assert_false(fold_keeps(STR("\xc3")));
	assert_false(fold_keeps(STR("\xc3\x89")));
}

static bool
is_reserved(const char *p, size_t len)
{
	static const char *const names[] = { "con", "prn", "aux", "nul", "conin$", "conout$", "clock$" };
	const char *dot = memchr(p, '.', len);
	size_t i, n = dot != NULL ? (size_t)(dot - p) : len;

	while (n > 0 && p[n - 1] == ' ')
		n--;
	for (i = 0; i < ARRAY_LEN(names); i++)
		if (str_ieq(str_n(p, n), str_of(names[i])))
			return true;
	if (n < 4 || (!str_istarts(str_n(p, n), STR("com")) && !str_istarts(str_n(p, n), STR("lpt"))))
		return false;
	return (n == 4 && ascii_is_digit((unsigned char)p[3])) ||
	       (n == 5 && (memcmp(p + 3, "\xc2\xb9", 2) == 0 || memcmp(p + 3, "\xc2\xb2", 2) == 0 ||
				  memcmp(p + 3, "\xc2\xb3", 2) == 0));
}

/* Why no system that is meant should be given this component, or NULL. */
static const char *
bad_component(const struct store_names *how, const char *p, size_t len)
{
	size_t i;

	if (len == 0 || len > 255)
		return "length";
	if (!utf8_valid(p, len))
		return "no UTF-8";
	if ((how->restrict_to & STORE_NAMES_UNIX) != 0)
		return memchr(p, '\0', len) != NULL || p[0] == ' ' || p[len - 1] == '.' ? "character" : NULL;
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((how->restrict_to & STORE_NAMES_ASCII) != 0 && c >= 0x80)
			return "not ASCII";
	}
	if (p[len - 1] == '.' || p[len - 1] == ' ' || p[0] == ' ')
		return "dot or space at its end";
	for (i = 0; i < len; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f || strchr("<>:\"\\|?*", p[i]) != NULL)
			return "character";
	return is_reserved(p, len) ? "name of a device" : NULL;
}

/* --- the properties --- */

struct seen {
	uint64_t folded, url; /* fingerprints */
	bool is_dir;
};

struct names {
	const struct store_names *how;
	struct hash_key key;
	struct seen *seen;
	size_t n, cap;
	struct url url;
	int dir;        /* where files are made, -1 = no more */
	unsigned files; /* to be made */
};

/* Are names meant for a system that takes no two characters for one? */
static bool
tells_apart(const struct store_names *how)
{
	return (how->restrict_to & STORE_NAMES_UNIX) != 0 && (how->restrict_to & (STORE_NAMES_LOWERCASE | STORE_NAMES_UPPERCASE)) == 0;
}

static void
note(struct names *s, const char *p, size_t len, uint64_t url, bool is_dir)
{
	char folded[STORE_PATH_MAX_BYTES * 4];
	int32_t n;

	if (tells_apart(s->how)) {
		memcpy(folded, p, len);
		n = (int32_t)len;
	} else {
		fold(p, len, folded, sizeof(folded), &n);
	}
	if (s->n == s->cap) {
		s->cap = s->cap * 2 + 1024;
		s->seen = realloc(s->seen, s->cap * sizeof(*s->seen));
		assert_non_null(s->seen);
	}
	s->seen[s->n++] = (struct seen){ hash_fingerprint(&s->key, folded, (size_t)n), url, is_dir };
}

/* Every part of the path is made as a file system of this machine makes it. */
static void
open_path(struct names *s, const char *p, size_t len)
{
	char path[STORE_PATH_MAX_BYTES + 1];
	size_t i;
	int fd;

	memcpy(path, p, len);
	path[len] = '\0';
	for (i = 0; i < len; i++)
		if (path[i] == '/') {
			path[i] = '\0';
			if (mkdirat(s->dir, path, 0700) < 0 && errno != EEXIST)
				fail_msg("mkdir %s: %s", path, strerror(errno));
			path[i] = '/';
		}
	fd = openat(s->dir, path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	(void)close(fd);
}

/* The properties of one name, and a note of it for those of all. False: no URL. */
static bool
check_url(struct names *s, const char *text, size_t text_len, const char *type)
{
	char path[STORE_PATH_MAX_BYTES];
	size_t len, from = 0, i;
	uint64_t fp;

	if (url_parse(&s->url, str_n(text, text_len), NULL) < 0 || !url_is_http(&s->url))
		return false;
	url_canon(&s->url);
	fp = hash_fingerprint(&s->key, s->url.href, s->url.href_len);
	len = store_path(s->how, &s->url, str_of(type), path);
	for (i = 0; i <= len; i++) {
		const char *why;

		if (i < len && path[i] != '/')
			continue;
		why = bad_component(s->how, path + from, i - from);
		if (why != NULL)
			fail_msg("%.*s: %.*s: %s", STR_ARG(url_href(&s->url)), (int)len, path, why);
		if (i < len)
			note(s, path, i, fp, true);
		from = i + 1;
	}
	note(s, path, len, fp, false);
	if (s->files > 0) {
		s->files--;
		open_path(s, path, len);
	}
	return true;
}

static int
seen_cmp(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return x->folded != y->folded ? (x->folded < y->folded ? -1 : 1) : (int)x->is_dir - (int)y->is_dir;
}

static size_t
count_collisions(struct names *s)
{
	size_t i, bad = 0;

	qsort(s->seen, s->n, sizeof(*s->seen), seen_cmp);
	for (i = 1; i < s->n; i++) {
		const struct seen *a = &s->seen[i - 1], *b = &s->seen[i];

		if (a->folded == b->folded && (a->is_dir != b->is_dir || (!a->is_dir && a->url != b->url)))
			bad++;
	}
	return bad;
}

static void
names_init(struct names *s, const struct store_names *how)
{
	memset(s, 0, sizeof(*s));
	s->how = how;
	assert_int_equal(hash_key_random(&s->key), 0);
	url_init(&s->url);
	s->dir = -1;
}

static void
names_release(struct names *s)
{
	url_release(&s->url);
	free(s->seen);
}

static const char *const types[] = { "text/html", "", "image/png", "text/plain", "text/css", "application/octet-stream" };

/* The options that keep all of a URL in its name, alone and together. */
static const struct store_names options[] = {
	{ .protocol_directories = true },
	{ .keep_extension = true },
	{ .default_page = "home.php" },
	{ .default_page = "con" },
	{ .restrict_to = STORE_NAMES_UNIX },
	{ .restrict_to = STORE_NAMES_ASCII },
	{ .restrict_to = STORE_NAMES_LOWERCASE },
	{ .restrict_to = STORE_NAMES_UPPERCASE },
	{ .restrict_to = STORE_NAMES_UNIX | STORE_NAMES_UPPERCASE },
	{ .restrict_to = STORE_NAMES_UNIX | STORE_NAMES_ASCII, .keep_extension = true, .protocol_directories = true },
	{ .restrict_to = STORE_NAMES_ASCII | STORE_NAMES_LOWERCASE, .keep_extension = true, .default_page = "a.html" },
};

/* --- every string of four tokens --- */

static void
add_all(struct names *s, char *text, size_t len, unsigned depth)
{
	static const char *const tokens[] = { "a", "A", ".", "/", ",", "?", "%2e", "%2E", "html", "index", ",d", ",.", ".a", "~1",
		"%20" };
	size_t i;

	for (i = 0; i < 2; i++)
		assert_true(check_url(s, text, len, types[i * 2]));
	if (depth == 0)
		return;
	for (i = 0; i < ARRAY_LEN(tokens); i++) {
		size_t n = strlen(tokens[i]);

		memcpy(text + len, tokens[i], n);
		add_all(s, text, len + n, depth - 1);
	}
}

static void
test_all_short(void **state)
{
	char text[64] = "https://h/";
	const size_t len = strlen(text);
	struct names s;
	size_t i;

	names_init(&s, &usual);
	add_all(&s, text, len, 4);
	assert_int_equal(count_collisions(&s), 0);
	names_release(&s);
	for (i = 0; i < ARRAY_LEN(options); i++) {
		names_init(&s, &options[i]);
		add_all(&s, text, len, 3);
		if (count_collisions(&s) != 0)
			fail_msg("options[%zu]: URLs meet", i);
		names_release(&s);
	}
}

/* --- random URLs --- */

/* Knuth's, as good as is needed: a run can be repeated by its number of URLs. */
static uint64_t random_state;

static uint32_t
pick(uint32_t n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % n;
}

static const char *const pieces[] = { "a", "b", "A", "B", "readme", "ReadMe", "index", "INDEX", "con", "CON", "nul", "com1", "lpt9",
	".", "..", "...", "/", "//", "?", "&", "=", "+", "@", "~", "~1", "!", "$", "'", "(", "*", ":", "|", ";", "[", "^", "%",
	",", ",,", ",.", ",d", ",e", ",i", ",w", ",u7", ",haaaa", ",long", ",2c", ",http", ".html", ".HTML", ".htm", ".php", ".js",
	".png", ".c", ".1", ".7z", "%20", "%2F", "%2f", "%2C", "%2c", "%00", "%FF", "%ff", "%41", "%C3%A9", "%c3%a9", "%C3%89",
	"e%CC%81", "%CC%81", "%C3%9F", "ss", "%E2%84%AA", "k", "%C5%BF", "s", "%EF%AC%81", "fi", "%E6%9D%B1", "%F0%9F%95%B7",
	"%E0%A4%95%E0%A4%BF", "%EA%B0%80", "%E1%84%80%E1%85%A1", "%C2%B9", "%E2%80%8B", "%E2%80%AE", "%ED%A0%80", "0", "7", "-",
	"_", "%0A", "%7F", "%3F", "%5C", "%2E", "\\", "\t", " ", "`", "{", "<", ">", "\"" };

static const char *const origins[] = { "http://h", "https://h", "http://h:8080", "https://h:8080", "https://h.", "https://con",
	"https://h,http", "http://[::1]", "https://example.org", "http://www.example.org" };

static size_t
random_url(char *text, size_t max)
{
	const char *origin = origins[pick(ARRAY_LEN(origins))];
	size_t len = strlen(origin), n_pieces = pick(20) == 0 ? 40 + pick(100) : pick(8), i;

	memcpy(text, origin, len);
	text[len++] = '/';
	for (i = 0; i < n_pieces; i++) {
		const char *piece = pieces[pick(ARRAY_LEN(pieces))];
		size_t n = strlen(piece), times = pick(200) == 0 ? 50 : 1;

		for (; times > 0 && len + n < max; times--) {
			memcpy(text + len, piece, n);
			len += n;
		}
	}
	return len;
}

static int
open_tmp(char *path)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(path, 256, "%.200s/lycosa-path-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(path));
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void
test_random(void **state)
{
	unsigned long n_urls = getenv("LYCOSA_TEST_LONG") != NULL ? LONG_URLS : RANDOM_URLS, done = 0;
	char text[2048], tmp[256];
	struct names s;

	names_init(&s, &usual);
	s.dir = open_tmp(tmp);
	s.files = OPENED;
	assert_true(s.dir >= 0);
	random_state = n_urls;
	while (done < n_urls) {
		size_t len = random_url(text, sizeof(text));

		done += check_url(&s, text, len, types[pick(ARRAY_LEN(types))]);
	}
	(void)close(s.dir);
	assert_int_equal(nftw(tmp, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(count_collisions(&s), 0);
	names_release(&s);
}

static void
test_random_options(void **state)
{
	unsigned long n_urls = (getenv("LYCOSA_TEST_LONG") != NULL ? LONG_URLS : RANDOM_URLS) / 10;
	char text[2048];
	struct names s;
	size_t i;

	for (i = 0; i < ARRAY_LEN(options); i++) {
		unsigned long done = 0;

		names_init(&s, &options[i]);
		random_state = n_urls + i;
		while (done < n_urls) {
			size_t len = random_url(text, sizeof(text));

			done += check_url(&s, text, len, types[pick(ARRAY_LEN(types))]);
		}
		if (count_collisions(&s) != 0)
			fail_msg("options[%zu]: URLs meet", i);
		names_release(&s);
	}
}

/* The same URLs in the other order, with others between: the same names. */
static void
test_order(void **state)
{
	static char text[AGAIN][256], path[AGAIN][STORE_PATH_MAX_BYTES + 1];
	size_t len, i;

	random_state = 1;
	for (i = 0; i < AGAIN; i++) {
		do {
			len = random_url(text[i], sizeof(text[i]) - 1);
			text[i][len] = '\0';
		} while (strlen(text[i]) != len);
		(void)snprintf(path[i], sizeof(path[i]), "%s", usual_path(text[i], types[i % ARRAY_LEN(types)]));
	}
	while (i-- > 0)
		assert_string_equal(usual_path(text[i], types[i % ARRAY_LEN(types)]), path[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_table),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_type),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_fold_table),
		cmocka_unit_test(test_all_short),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_random_options),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
