/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <openssl/sha.h>
#include <stdbool.h>
#include <stdio.h>

#include "store/mediatype.h"
#include "store/path.h"
#include "url/fold.h"

/* The first part of a name that is cut: with ",h", 32 digits and an extension it is shorter than any limit. */
#define HEAD_MAX_BYTES 40
#define HASH_BYTES     20
#define HASH_DIGITS    32
#define EXT_MAX_BYTES  8

static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char hex[] = "0123456789abcdef";

/* One component on its way. */
struct name {
	const struct store_names *how;
	char p[PATH_NAME_MAX_BYTES];
	size_t len;
	size_t head; /* bytes of it that may stand before ",h": whole characters */
	bool cut;    /* not all of it is here */
	bool unicode;
	/* Letters that came through as themselves, and which of them are in the other case. */
	uint8_t other_case[PATH_NAME_MAX_BYTES];
	size_t n_letters, n_case; /* n_case: up to the last one that is */
};

/* Adds what belongs together, or nothing. */
static void
add(struct name *n, const char *p, size_t len)
{
	if (n->cut || len > sizeof(n->p) - n->len) {
		n->cut = true;
		return;
	}
	if (len == 0) /* p may be NULL */
		return;
	memcpy(n->p + n->len, p, len);
	n->len += len;
	if (n->len <= HEAD_MAX_BYTES)
		n->head = n->len;
}

static void
add_str(struct name *n, struct str s)
{
	add(n, s.p, s.len);
}

static void
add_escape(struct name *n, unsigned char c)
{
	const char s[3] = { ',', hex[c >> 4], hex[c & 15] };

	add(n, s, sizeof(s));
}

/* After the letter was added, so that there are never more than bytes. */
static void
note_letter(struct name *n, bool other_case)
{
	if (n->cut)
		return;
	n->other_case[n->n_letters++] = other_case;
	if (other_case)
		n->n_case = n->n_letters;
}

static bool
is_unix(const struct name *n)
{
	return (n->how->restrict_to & STORE_NAMES_UNIX) != 0;
}

/* Names that only a system tells apart which does not fold case need no ",u". */
static bool
marks_case(const struct name *n)
{
	return !is_unix(n) || (n->how->restrict_to & (STORE_NAMES_LOWERCASE | STORE_NAMES_UPPERCASE)) != 0;
}

/* The letter as it is written. */
static char
letter(const struct name *n, char c)
{
	if ((n->how->restrict_to & STORE_NAMES_LOWERCASE) != 0)
		return ascii_lower((unsigned char)c);
	if ((n->how->restrict_to & STORE_NAMES_UPPERCASE) != 0 && ascii_is_lower((unsigned char)c))
		return (char)(c - 0x20);
	return c;
}

/* Does it come through as itself, where it stands in the text? */
static bool
is_kept(const struct name *n, struct str text, size_t at)
{
	unsigned char c = (unsigned char)text.p[at];
	bool last = at + 1 == text.len;

	if (ascii_is_alnum(c))
		return true;
	if (is_unix(n))
		return c > ' ' && c < 0x7f && c != ',' && c != '/' && !(c == '.' && last);
	return c != '\0' && strchr("-_.~$&'()+;=@[]^{}`%!", c) != NULL && !(c == '.' && last) &&
	       !(c == '~' && !last && ascii_is_digit((unsigned char)text.p[at + 1]));
}

/* --- the text of a URL --- */

/* "%XX" at p: the byte, or -1. capital: only with capital digits, as everything writes it. */
static int
triplet(const char *p, const char *end, bool capital)
{
	int hi, lo;

	if (end - p < 3 || p[0] != '%')
		return -1;
	hi = ascii_hex((unsigned char)p[1]);
	lo = ascii_hex((unsigned char)p[2]);
	if (hi < 0 || lo < 0 || (capital && (ascii_is_lower((unsigned char)p[1]) || ascii_is_lower((unsigned char)p[2]))))
		return -1;
	return hi << 4 | lo;
}

/* The triplets at p are a character that may stand for itself: adds it and returns how many bytes of URL that was, or 0. */
static size_t
add_character(struct name *n, const char *p, const char *end)
{
	char utf8[4];
	size_t got = 0, len;
	uint32_t cp;
	int byte;

	while (got < sizeof(utf8) && (byte = triplet(p + 3 * got, end, true)) >= 0x80)
		utf8[got++] = (char)byte;
	len = utf8_next(utf8, got, &cp);
	if (len == 0 || (marks_case(n) ? !fold_keeps_point(cp) : cp < 0xa0))
		return 0;
	add(n, utf8, len);
	n->unicode = true;
	return 3 * len;
}

static void
add_triplet(struct name *n, const char *p)
{
	if (!marks_case(n)) {
		add(n, p, 3);
		return;
	}

	const char s[3] = { '%', (char)ascii_lower((unsigned char)p[1]), (char)ascii_lower((unsigned char)p[2]) };
	int i;

	add(n, s, sizeof(s));
	for (i = 1; i < 3; i++)
		if (ascii_is_alpha((unsigned char)p[i]))
			note_letter(n, ascii_is_lower((unsigned char)p[i]));
}

/* What begins with '%'. Returns its length in the URL. */
static size_t
add_percent(struct name *n, struct str text, size_t at, bool unicode)
{
	const char *p = text.p + at, *end = text.p + text.len;
	size_t used;

	if (triplet(p, end, true) == ' ' && at > 0 && at + 3 < text.len) {
		add(n, " ", 1);
		return 3;
	}
	used = unicode ? add_character(n, p, end) : 0;
	if (used != 0)
		return used;
	if (triplet(p, end, false) < 0) {
		add(n, p, 1);
		return 1;
	}
	add_triplet(n, p);
	return 3;
}

static void
add_url_text(struct name *n, struct str text, bool unicode)
{
	size_t i = 0;

	while (i < text.len && !n->cut) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '%') {
			i += add_percent(n, text, i, unicode);
			continue;
		}
		if (!is_kept(n, text, i)) {
			add_escape(n, c);
		} else {
			const char as = letter(n, (char)c);

			add(n, &as, 1);
			if (ascii_is_alpha(c))
				note_letter(n, ascii_is_upper(c));
		}
		i++;
	}
}

/* --- marks --- */

static void
insert(struct name *n, size_t at, struct str s)
{
	if (n->cut || s.len > sizeof(n->p) - n->len) {
		n->cut = true;
		return;
	}
	memmove(n->p + at + s.len, n->p + at, n->len - at);
	memcpy(n->p + at, s.p, s.len);
	n->len += s.len;
}

/* ",uX..." */
static size_t
case_mark(const struct name *n, char dst[PATH_NAME_MAX_BYTES])
{
	size_t len = 0, i, k;

	if (n->n_case == 0 || !marks_case(n))
		return 0;
	dst[len++] = ',';
	dst[len++] = 'u';
	for (i = 0; i < n->n_case; i += 5) {
		unsigned digit = 0;

		for (k = 0; k < 5; k++)
			digit = digit << 1 | (i + k < n->n_letters ? n->other_case[i + k] : 0u);
		dst[len++] = base32[digit];
	}
	return len;
}

/* Behind the last dot of s, if that is an extension: 1-8 letters and digits, with a letter, or the only longer one there is. Else p NULL. */
static struct str
extension_of(struct str s)
{
	static const char long_one[] = ".webmanifest";
	bool letter = false;
	size_t n = 0;

	if (s.len > sizeof(long_one) - 1 && str_ieq(str_n(s.p + s.len - (sizeof(long_one) - 1), sizeof(long_one) - 1), str_of(long_one)))
		return str_n(s.p + s.len - (sizeof(long_one) - 2), sizeof(long_one) - 2);
	while (n < s.len && n <= EXT_MAX_BYTES && ascii_is_alnum((unsigned char)s.p[s.len - 1 - n])) {
		letter |= ascii_is_alpha((unsigned char)s.p[s.len - 1 - n]);
		n++;
	}
	if (n == 0 || n > EXT_MAX_BYTES || n == s.len || s.p[s.len - 1 - n] != '.' || !letter)
		return STR_NONE;
	return str_n(s.p + s.len - n, n);
}

/* Names of devices. Those with superscript digits do not come through decoded. */
static bool
is_device(struct str base)
{
	static const char *const names[] = { "con", "prn", "aux", "nul", "conin$", "conout$", "clock$" };
	size_t i;

	while (base.len > 0 && base.p[base.len - 1] == ' ')
		base.len--;
	for (i = 0; i < ARRAY_LEN(names); i++)
		if (str_ieq(base, str_of(names[i])))
			return true;
	return base.len == 4 && ascii_is_digit((unsigned char)base.p[3]) &&
	       (str_istarts(base, STR("com")) || str_istarts(base, STR("lpt")));
}

static void
mark_device(struct name *n)
{
	const char *dot = memchr(n->p, '.', n->len);
	size_t base = dot != NULL ? (size_t)(dot - n->p) : n->len;

	if (!is_unix(n) && is_device(str_n(n->p, base)))
		insert(n, base, STR(",w"));
}

/* 160 bits are 32 digits exactly. */
static void
hash_digits(struct str s, char dst[HASH_DIGITS])
{
	unsigned char md[SHA256_DIGEST_LENGTH];
	size_t i, k;

	(void)SHA256((const unsigned char *)s.p, s.len, md);
	for (i = 0; i < HASH_BYTES / 5; i++) {
		uint64_t bits = 0;

		for (k = 0; k < 5; k++)
			bits = bits << 8 | md[5 * i + k];
		for (k = 0; k < 8; k++)
			dst[8 * i + k] = base32[bits >> (35 - 5 * k) & 31];
	}
}

/* --- components --- */

/* What a component is made of. */
struct part {
	const struct store_names *how;
	enum { PART_HOST, PART_DIR, PART_FILE } kind;
	struct str text;  /* as in the URL: host, or segment */
	struct str query; /* files only; p NULL: none */
	struct str raw;   /* both, and what is between: for the hash */
	struct str ext;   /* of a file: its own if that is kept, else the type's */
	bool own_ext;
	struct str origin; /* of a host: the mark of scheme and port, or empty */
	size_t max_bytes;  /* 0: its hash, whatever it is */
};

/* What is put for an empty name, without its extension. */
static struct str
default_stem(const struct store_names *how)
{
	struct str page = how->default_page != NULL ? str_of(how->default_page) : STR("index"), ext = extension_of(page);

	return ext.p != NULL ? str_n(page.p, page.len - ext.len - 1) : page;
}

/* In place of what was too long: head, ",h", digits, and what says what kind of component it is. */
static void
finish_long(struct name *n, const struct part *part)
{
	char digits[HASH_DIGITS];

	hash_digits(part->raw, digits);
	if (part->own_ext && !n->cut && n->head > n->len - part->ext.len - 1)
		n->head = n->len - part->ext.len - 1;
	n->len = n->head;
	n->cut = false;
	add_str(n, STR(",h"));
	add(n, digits, sizeof(digits));
	add_str(n, part->origin);
	if (part->kind == PART_FILE) {
		add_str(n, STR("."));
		add_str(n, part->ext);
	}
}

/* text_len: how much of n is the segment. */
static void
finish_file(struct name *n, const struct part *part, size_t text_len)
{
	char mark[PATH_NAME_MAX_BYTES];
	size_t ext_len = part->own_ext ? part->ext.len + 1 : 0, stem = text_len - ext_len, mark_len = case_mark(n, mark);

	/* In any case: whose letters ",u" counts depends on it. */
	if (part->text.len > 0 && str_ieq(str_n(part->text.p, part->text.len - ext_len), default_stem(part->how))) {
		insert(n, stem, STR(",i"));
		stem += 2;
	}
	if (part->own_ext) {
		insert(n, stem, str_n(mark, mark_len));
		return;
	}
	add(n, mark, mark_len);
	add_str(n, part->query.p != NULL || part->text.len == 0 ? STR(".") : STR(",."));
	add_str(n, part->ext);
}

static void
finish_dir(struct name *n, const struct part *part)
{
	char mark[PATH_NAME_MAX_BYTES];

	if (part->text.len == 0)
		add_str(n, STR(",e"));
	add(n, mark, case_mark(n, mark));
	if (part->kind == PART_HOST)
		add_str(n, part->origin);
	else if (extension_of(str_n(n->p, n->len)).p != NULL)
		add_str(n, STR(",d"));
}

static void
build(struct name *n, const struct part *part, bool unicode)
{
	struct name text;
	size_t text_len;

	memset(n, 0, sizeof(*n));
	n->how = part->how;
	if (part->kind == PART_FILE && part->text.len == 0)
		add_str(n, default_stem(part->how));
	add_url_text(n, part->text, unicode);
	text_len = n->len;
	if (part->query.p != NULL) {
		add_str(n, STR(",,"));
		add_url_text(n, part->query, unicode);
	}
	text = *n;
	if (part->kind == PART_FILE)
		finish_file(n, part, text_len);
	else
		finish_dir(n, part);
	mark_device(n);
	if (n->cut || n->len > part->max_bytes) {
		*n = text;
		finish_long(n, part);
		mark_device(n);
	}
}

static void
name_of(struct name *n, const struct part *part)
{
	build(n, part, (part->how->restrict_to & STORE_NAMES_ASCII) == 0);
	if (n->unicode && marks_case(n) && !fold_keeps(str_n(n->p, n->len)))
		build(n, part, false);
}

static void
host_name(struct name *n, const struct store_names *how, const struct url *u)
{
	const char *scheme = u->scheme == URL_SCHEME_HTTPS ? "https" : "http";
	static const struct store_names usual;
	struct part part = { .how = &usual, .kind = PART_HOST, .text = url_hostname(u), .max_bytes = PATH_HOST_MAX_BYTES };
	char origin[16] = "";

	if (u->port != URL_NO_PORT)
		(void)snprintf(origin, sizeof(origin), ",%s%u", scheme, (unsigned)url_port_number(u));
	else if (u->scheme == URL_SCHEME_HTTP && !how->protocol_directories)
		(void)snprintf(origin, sizeof(origin), ",http");
	part.origin = str_of(origin);
	part.raw = part.text;
	name_of(n, &part);
}

/* Of a name with this extension of its own, or p NULL. */
static struct str
choose_ext(const struct store_names *how, struct str type, struct str own, bool *ret_own)
{
	*ret_own = own.p != NULL && (how->keep_extension || mediatype_fits(type, own));
	if (*ret_own)
		return own;
	return type.len > 0 ? str_of(mediatype_extension(type)) : STR("html");
}

/* The file's part: the last segment with what is behind it. */
static struct part
file_part(const struct store_names *how, const struct url *u, struct str segment, struct str type)
{
	struct str identity = url_identity(u), own = extension_of(segment);
	struct part part = { .how = how, .kind = PART_FILE, .text = segment, .max_bytes = PATH_NAME_MAX_BYTES };
	const char *behind = segment.p + segment.len;

	part.raw = str_n(segment.p, (size_t)(identity.p + identity.len - segment.p));
	if (behind < identity.p + identity.len)
		part.query = str_n(behind + 1, (size_t)(identity.p + identity.len - behind) - 1);
	if (segment.len == 0 && how->default_page != NULL)
		own = extension_of(str_of(how->default_page));
	else if (part.query.p != NULL && !how->keep_extension)
		own = STR_NONE;
	part.ext = choose_ext(how, type, own, &part.own_ext);
	/* Behind a query, or what was put for an empty name, it is added like any other. */
	if (segment.len == 0 || part.query.p != NULL)
		part.own_ext = false;
	return part;
}

/* A file with a name that the server gave it, percent-encoded. */
static struct part
given_part(const struct store_names *how, struct str name, struct str type)
{
	struct part part = { .how = how, .kind = PART_FILE, .text = name, .raw = name, .max_bytes = PATH_NAME_MAX_BYTES };

	part.ext = choose_ext(how, type, extension_of(name), &part.own_ext);
	return part;
}

/* --- the path --- */

struct path {
	char *dst;
	size_t len;
	bool cut;
};

static void
put(struct path *path, struct str name, bool is_file)
{
	size_t len = name.len + !is_file;

	if (path->cut || len > STORE_PATH_MAX_BYTES - path->len) {
		path->cut = true;
		return;
	}
	memcpy(path->dst + path->len, name.p, name.len);
	if (!is_file)
		path->dst[path->len + name.len] = '/';
	path->len += len;
}

static void
put_name(struct path *path, const struct name *n, bool is_file)
{
	put(path, str_n(n->p, n->len), is_file);
}

static void
put_host(struct path *path, const struct store_names *how, const struct url *u)
{
	struct name n;

	if (how->no_host || how->no_directories)
		return;
	if (how->protocol_directories)
		put(path, u->scheme == URL_SCHEME_HTTPS ? STR("https") : STR("http"), false);
	host_name(&n, how, u);
	put_name(path, &n, false);
}

/* The directories of the path; returns the last segment. */
static struct str
put_dirs(struct path *path, const struct store_names *how, struct str rest)
{
	struct part part = { .how = how, .kind = PART_DIR, .max_bytes = PATH_NAME_MAX_BYTES };
	unsigned depth = 0;
	struct name n;

	while (str_cut(rest, '/', &part.text, &rest)) {
		part.raw = part.text;
		if (path->cut || how->no_directories || depth++ < how->cut_dirs)
			continue;
		name_of(&n, &part);
		put_name(path, &n, false);
	}
	return rest;
}

/* Host, ",long", and one name for all the rest. */
static void
put_long(struct path *path, size_t host_len, const struct url *u, struct part *part)
{
	struct name n;

	path->len = host_len;
	path->cut = false;
	memcpy(path->dst + path->len, ",long/", 6);
	path->len += 6;
	part->raw = url_identity(u);
	part->max_bytes = 0; /* whatever it is, it is too long */
	name_of(&n, part);
	put_name(path, &n, true);
	CHECK(!path->cut);
}

size_t
path_of(const struct path_of *what, char dst[STORE_PATH_MAX_BYTES])
{
	char essence[MEDIATYPE_MAX_BYTES];
	const struct url *u = what->url;
	struct str type = str_n(essence, mediatype_essence(what->content_type, essence));
	struct path path = { .dst = dst };
	struct str pathname = url_pathname(u), segment;
	struct part part;
	struct name n;
	size_t host_len;

	CHECK(url_is_http(u) && u->hash_start == URL_NO_OFFSET && !url_has_credentials(u));
	CHECK(pathname.len > 0 && pathname.p[0] == '/');
	put_host(&path, what->how, u);
	host_len = path.len;
	segment = put_dirs(&path, what->how, str_n(pathname.p + 1, pathname.len - 1));
	part = what->name.len > 0 ? given_part(what->how, what->name, type) : file_part(what->how, u, segment, type);
	if (what->apart) {
		part.raw = url_identity(u);
		part.max_bytes = 0;
	}
	name_of(&n, &part);
	put_name(&path, &n, true);
	if (path.cut)
		put_long(&path, host_len, u, &part);
	return path.len;
}

size_t
store_path(const struct store_names *how, const struct url *u, struct str content_type, char dst[STORE_PATH_MAX_BYTES])
{
	return path_of(&(struct path_of){ .how = how, .url = u, .content_type = content_type }, dst);
}

bool
path_may_meet(const struct store_names *how)
{
	return how->no_host || how->no_directories || how->cut_dirs > 0;
}

bool
store_is_default_page(const char *name)
{
	struct str s = str_of(name), ext = extension_of(s);
	size_t i, stem = ext.p != NULL ? s.len - ext.len - 1 : s.len;

	if (stem == 0 || stem > HEAD_MAX_BYTES)
		return false;
	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (i != stem && !ascii_is_lower(c) && !ascii_is_digit(c) && c != '-' && c != '_')
			return false;
	}
	return true;
}
