/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file becomes pieces of text (source_next()), these SAX events (libxml2) or lines, and these entries.
 *
 *	entry    url, sitemap, item, entry. Its address is kept until its date is known: both may come in any order, and an entry
 *	         left open may hold several addresses, each followed by its date.
 *	field    an element in it whose text counts; elements inside a field are looked through (<loc><url>...</url></loc>)
 *	extras   pictures, films, translations of the entry: kept until its end, for they have its date
 */
#include "config.h"

#include <errno.h>
#include <limits.h>

#include <zlib.h>

#include "parse/worker/sitemap.h"
#include "parse/worker/xml_dtd.h"
#include "parse/worker/xml_mend.h"
#include "parse/worker/xml_push.h"
#include "parse/worker/xml_value.h"
#include "url/lastmod.h"
#include "url/url.h"

#define CHUNK_BYTES      XML_MEND_MAX_BYTES
#define EXTRAS_MAX_BYTES (1024u * 1024)
#define ADDRESS_MAX_BYTES ((size_t)URL_MAX_BYTES * 4) /* with references; what is longer leads nowhere */
#define INFLATE_GZIP     (15 + 16) /* inflateInit2(): 32 KiB window, gzip's head and check */

/* --- pieces of text --- */

struct source {
	struct str rest;
	bool is_gzip, over, cut;
	z_stream z;
	uint64_t total; /* bytes given */
	char *out;      /* CHUNK_BYTES, with is_gzip */
};

static int
source_open(struct source *s, struct str body)
{
	*s = (struct source){ .rest = body, .is_gzip = str_starts(body, STR("\x1f\x8b")) };
	if (!s->is_gzip)
		return 0;
	s->out = malloc(CHUNK_BYTES);
	if (s->out == NULL)
		return -ENOMEM;
	if (inflateInit2(&s->z, INFLATE_GZIP) != Z_OK) {
		free(s->out);
		return -ENOMEM;
	}
	return 0;
}

static void
source_close(struct source *s)
{
	if (!s->is_gzip)
		return;
	(void)inflateEnd(&s->z);
	free(s->out);
}

/* One call of inflate(). False: that was all there is, damaged or not. */
static bool
source_inflate(struct source *s)
{
	uInt n = s->rest.len < CHUNK_BYTES ? (uInt)s->rest.len : CHUNK_BYTES;
	int r;

	s->z.next_in = (Bytef *)(uintptr_t)s->rest.p;
	s->z.avail_in = n;
	r = inflate(&s->z, Z_NO_FLUSH);
	s->rest = str_n(s->rest.p + (n - s->z.avail_in), s->rest.len - (n - s->z.avail_in));
	/* Several members may follow one another (§2.2 of the RFC); what is no member is not looked at. */
	if (r == Z_STREAM_END)
		return str_starts(s->rest, STR("\x1f\x8b")) && inflateReset(&s->z) == Z_OK;
	return r == Z_OK && (s->rest.len > 0 || s->z.avail_out == 0);
}

/* Empty at the end. */
static struct str
source_next(struct source *s)
{
	struct str chunk;

	if (!s->is_gzip) {
		chunk = str_n(s->rest.p, s->rest.len < CHUNK_BYTES ? s->rest.len : CHUNK_BYTES);
		s->rest = str_n(s->rest.p + chunk.len, s->rest.len - chunk.len);
		return chunk;
	}
	s->z.next_out = (Bytef *)s->out;
	s->z.avail_out = CHUNK_BYTES;
	while (!s->over && s->z.avail_out > 0)
		s->over = !source_inflate(s);
	chunk = str_n(s->out, CHUNK_BYTES - s->z.avail_out);
	s->total += chunk.len;
	if (s->total > SITEMAP_MAX_BYTES) {
		s->over = s->cut = true;
		return STR("");
	}
	return chunk;
}

/* --- entries --- */

enum field { FIELD_NONE, FIELD_LOC, FIELD_IMAGE, FIELD_FILM, FIELD_PLAYER, FIELD_GUID, FIELD_DATE, FIELD_FIRST_DATE };

struct extra {
	uint16_t kind, len; /* enum link_kind; bytes behind it */
};

struct listener {
	sitemap_entry_fn fn;
	void *arg;
	int err;
	enum sitemap_kind kind;
	bool root_seen;
	unsigned depth, entry_depth, field_depth, image_depth; /* of the open element; 0 = none */
	enum field field;
	struct buf text;        /* of the field */
	struct buf loose;       /* of the entry itself: some indexes have their addresses there */
	struct buf loc, guid;
	struct buf address;     /* of an attribute */
	struct buf extras;      /* struct extra and its text, one behind the other */
	uint32_t lastmod_s;
	bool lastmod_is_first;  /* only the date of publication */
};

const char *
sitemap_kind_name(enum sitemap_kind kind)
{
	static const char *const names[] = {
		[SITEMAP_NONE] = "none", [SITEMAP_XML] = "xml", [SITEMAP_INDEX] = "index", [SITEMAP_RSS] = "rss",
		[SITEMAP_ATOM] = "atom", [SITEMAP_RDF] = "rdf", [SITEMAP_TEXT] = "txt",
	};

	return names[kind];
}

static bool
is_space(uint32_t cp)
{
	return cp <= 0x20 || cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200b) || cp == 0x2028 || cp == 0x2029 ||
		cp == 0x202f || cp == 0x205f || cp == 0x3000 || cp == 0xfeff;
}

/* Without white space, Unicode's too, at both ends. */
static struct str
trimmed(struct str s)
{
	uint32_t cp;
	size_t n, end = 0, i;

	while (s.len > 0 && (n = utf8_next(s.p, s.len, &cp)) > 0 && is_space(cp))
		s = str_n(s.p + n, s.len - n);
	for (i = 0; i < s.len; i += n) {
		n = utf8_next(s.p + i, s.len - i, &cp);
		if (n == 0)
			n = 1;
		else if (is_space(cp))
			continue;
		end = i + n;
	}
	return str_n(s.p, end);
}

static bool
is_http(struct str s)
{
	return str_istarts(s, STR("http://")) || str_istarts(s, STR("https://"));
}

static void
give(struct listener *l, struct str url, enum link_kind kind)
{
	struct sitemap_entry e = { .url = trimmed(url), .kind = kind, .lastmod_s = l->lastmod_s };

	if (l->err == 0 && e.url.len > 0)
		l->err = l->fn(l->arg, &e);
}

static void
add_extra(struct listener *l, struct str url, enum link_kind kind)
{
	struct extra x = { .kind = (uint16_t)kind, .len = (uint16_t)url.len };

	if (url.len == 0 || url.len > URL_MAX_BYTES || l->extras.len + sizeof(x) + url.len > EXTRAS_MAX_BYTES)
		return;
	buf_add(&l->extras, &x, sizeof(x));
	buf_add_str(&l->extras, url);
}

/* The address that is kept goes out, with the date that is known by now. */
static void
flush_loc(struct listener *l)
{
	if (l->loc.len > 0)
		give(l, buf_str(&l->loc), l->kind == SITEMAP_INDEX ? LINK_SITEMAP : LINK_PAGE);
	buf_reset(&l->loc, SIZE_MAX);
}

static void
keep_loc(struct listener *l, struct str url)
{
	if (url.len == 0 || url.len > URL_MAX_BYTES)
		return;
	if (l->loc.len > 0) {
		flush_loc(l);
		l->lastmod_s = SITEMAP_NO_LASTMOD;
	}
	buf_add_str(&l->loc, url);
}

static void
keep_date(struct listener *l, struct str text, bool is_first)
{
	int64_t s;

	if (lastmod_parse(text, &s) < 0 || (is_first && l->lastmod_s != SITEMAP_NO_LASTMOD))
		return;
	/* What is modified more than once says so more than once. */
	if (!is_first && !l->lastmod_is_first && l->lastmod_s != SITEMAP_NO_LASTMOD && s < (int64_t)l->lastmod_s)
		return;
	l->lastmod_s = s < 1 ? 1 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
	l->lastmod_is_first = is_first;
}

static void
begin_entry(struct listener *l)
{
	l->entry_depth = l->depth;
	l->lastmod_s = SITEMAP_NO_LASTMOD;
	l->lastmod_is_first = false;
	l->image_depth = 0;
	buf_reset(&l->loose, CHUNK_BYTES);
	buf_reset(&l->guid, CHUNK_BYTES);
	buf_reset(&l->extras, CHUNK_BYTES);
}

static void
end_entry(struct listener *l)
{
	struct extra x;
	size_t at;

	if (l->entry_depth == 0)
		return;
	l->entry_depth = 0;
	if (l->loc.len == 0 && is_http(trimmed(buf_str(&l->guid))))
		keep_loc(l, trimmed(buf_str(&l->guid)));
	if (l->loc.len == 0 && is_http(trimmed(buf_str(&l->loose))))
		keep_loc(l, trimmed(buf_str(&l->loose)));
	flush_loc(l);
	for (at = 0; at < l->extras.len; at += sizeof(x) + x.len) {
		memcpy(&x, l->extras.data + at, sizeof(x));
		give(l, str_n(l->extras.data + at + sizeof(x), x.len), (enum link_kind)x.kind);
	}
}

static void
end_field(struct listener *l)
{
	struct str text = buf_err(&l->text) == 0 ? trimmed(buf_str(&l->text)) : STR_NONE;

	switch (l->field) {
	case FIELD_LOC:
		keep_loc(l, text);
		break;
	case FIELD_IMAGE:
	case FIELD_FILM:
		add_extra(l, text, LINK_REQUISITE);
		break;
	case FIELD_PLAYER:
		add_extra(l, text, LINK_FRAME);
		break;
	case FIELD_GUID:
		buf_add_str(&l->guid, text);
		break;
	case FIELD_DATE:
	case FIELD_FIRST_DATE:
		keep_date(l, text, l->field == FIELD_FIRST_DATE);
		break;
	case FIELD_NONE:
		break;
	}
	l->field = FIELD_NONE;
}

/* --- elements --- */

/* Attributes come in fives: local name, prefix, namespace, begin and end of the value. */
static struct str
attr_of(const xmlChar **attrs, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++) {
		const xmlChar **a = attrs + (ptrdiff_t)i * 5;

		if (strcmp((const char *)a[0], name) == 0)
			return str_n((const char *)a[3], (size_t)(a[4] - a[3]));
	}
	return STR_NONE;
}

/* An attribute that is an address; it stays until the next one. */
static struct str
address_of(struct listener *l, const xmlChar **attrs, int n, const char *name)
{
	struct str value = attr_of(attrs, n, name);

	if (xml_value_is_plain(value))
		return value;
	if (value.len > ADDRESS_MAX_BYTES)
		return STR_NONE;
	buf_reset(&l->address, CHUNK_BYTES);
	if (buf_reserve(&l->address, value.len) < 0) {
		l->err = -ENOMEM;
		return STR_NONE;
	}
	l->address.len = xml_value_resolve(value, l->address.data);
	return buf_str(&l->address);
}

/* <link>: RSS has the address as text; Atom, and hreflang in a sitemap, as an attribute. */
static enum field
see_link(struct listener *l, struct str href, struct str rel)
{
	if (l->kind == SITEMAP_XML) {
		if (rel.len == 0 || str_ieq(rel, STR("alternate")))
			add_extra(l, trimmed(href), LINK_ALTERNATE);
		return FIELD_NONE;
	}
	if (href.p == NULL)
		return l->kind == SITEMAP_ATOM ? FIELD_NONE : FIELD_LOC;
	if (str_ieq(rel, STR("enclosure")))
		add_extra(l, trimmed(href), LINK_REQUISITE);
	else if ((rel.len == 0 || str_ieq(rel, STR("alternate"))) && l->loc.len == 0)
		keep_loc(l, trimmed(href));
	return FIELD_NONE;
}

static enum field
field_of(struct listener *l, struct str name)
{
	static const struct {
		const char *name;
		enum field field;
	} fields[] = {
		{ "loc", FIELD_LOC },
		{ "lastmod", FIELD_DATE },
		{ "updated", FIELD_DATE },
		{ "modified", FIELD_DATE },
		{ "date", FIELD_DATE },
		{ "pubDate", FIELD_FIRST_DATE },
		{ "published", FIELD_FIRST_DATE },
		{ "publication_date", FIELD_FIRST_DATE },
		{ "content_loc", FIELD_FILM },
		{ "thumbnail_loc", FIELD_IMAGE },
		{ "player_loc", FIELD_PLAYER },
		{ "guid", FIELD_GUID },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(fields); i++)
		if (str_ieq(name, str_of(fields[i].name)))
			return fields[i].field == FIELD_LOC && l->image_depth > 0 ? FIELD_IMAGE : fields[i].field;
	return FIELD_NONE;
}

static enum sitemap_kind
kind_of_root(struct str name)
{
	static const struct {
		const char *name;
		enum sitemap_kind kind;
	} roots[] = {
		{ "urlset", SITEMAP_XML },
		{ "sitemapindex", SITEMAP_INDEX },
		{ "rss", SITEMAP_RSS },
		{ "feed", SITEMAP_ATOM },
		{ "RDF", SITEMAP_RDF },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(roots); i++)
		if (str_ieq(name, str_of(roots[i].name)))
			return roots[i].kind;
	return SITEMAP_NONE;
}

static bool
is_entry(const struct listener *l, struct str name)
{
	switch (l->kind) {
	case SITEMAP_XML:
		return str_ieq(name, STR("url"));
	case SITEMAP_INDEX:
		return str_ieq(name, STR("sitemap"));
	case SITEMAP_RSS:
	case SITEMAP_RDF:
		return str_ieq(name, STR("item"));
	case SITEMAP_ATOM:
		return str_ieq(name, STR("entry"));
	default:
		return false;
	}
}

static void
see_in_entry(struct listener *l, struct str name, const xmlChar **attrs, int n_attrs)
{
	enum field field = field_of(l, name);

	if (str_ieq(name, STR("image")))
		l->image_depth = l->depth;
	else if (str_ieq(name, STR("link")))
		field = see_link(l, address_of(l, attrs, n_attrs, "href"), attr_of(attrs, n_attrs, "rel"));
	else if (str_ieq(name, STR("enclosure")) || str_ieq(name, STR("content")) || str_ieq(name, STR("thumbnail")))
		/* RSS's own, and Media RSS's. */
		add_extra(l, trimmed(address_of(l, attrs, n_attrs, "url")), LINK_REQUISITE);
	if (field == FIELD_NONE)
		return;
	l->field = field;
	l->field_depth = l->depth;
	buf_reset(&l->text, CHUNK_BYTES);
}

static void
xml_start(void *arg, const xmlChar *name_text, const xmlChar *prefix, const xmlChar *uri, int n_ns, const xmlChar **ns,
	int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	struct listener *l = arg;
	struct str name = str_of((const char *)name_text);

	l->depth++;
	if (l->err != 0 || l->field != FIELD_NONE)
		return;
	if (!l->root_seen) {
		l->root_seen = true;
		l->kind = kind_of_root(name);
	} else if (is_entry(l, name)) {
		/* One that was not closed ends here. */
		end_entry(l);
		begin_entry(l);
	} else if (l->entry_depth > 0) {
		see_in_entry(l, name, attrs, n_attrs);
	}
}

static void
xml_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct listener *l = arg;

	if (l->field != FIELD_NONE && l->depth <= l->field_depth)
		end_field(l);
	if (l->image_depth == l->depth)
		l->image_depth = 0;
	if (l->entry_depth > 0 && l->depth <= l->entry_depth)
		end_entry(l);
	if (l->depth > 0)
		l->depth--;
}

static void
xml_text(void *arg, const xmlChar *p, int len)
{
	struct listener *l = arg;

	if (len <= 0 || l->entry_depth == 0)
		return;
	/* A text beyond the ceiling of its buffer is no address; buf_err() says so at its end. */
	if (l->field != FIELD_NONE)
		(void)buf_add(&l->text, p, (size_t)len);
	else if (l->depth == l->entry_depth)
		(void)buf_add(&l->loose, p, (size_t)len);
}

/* --- the file --- */

/* A piece for the parser; empty: the end of the file. False: no more is read. */
static bool
push(struct listener *l, struct source *s, xmlParserCtxtPtr ctx, struct xml_mend *mend, struct str piece)
{
	struct str text;
	int r = xml_mend(mend, piece, &text);

	s->cut |= r == -EOVERFLOW;
	if (r < 0 && r != -EOVERFLOW && l->err == 0)
		l->err = r;
	if (r < 0 || l->err != 0)
		return false;
	(void)xmlParseChunk(ctx, text.p, (int)text.len, piece.len == 0);
	return true;
}

/* chunk: the first of them. */
static int
read_xml(struct listener *l, struct source *s, struct str chunk)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = xml_start, .endElementNs = xml_end,
		.characters = xml_text, .cdataBlock = xml_text, .ignorableWhitespace = xml_text };
	xmlParserCtxtPtr ctx = xml_push_new(&sax, l);
	struct xml_mend mend;
	struct xml_dtd dtd;
	bool more = true;

	if (ctx == NULL)
		return -ENOMEM;
	xml_mend_init(&mend);
	xml_dtd_find(chunk, &dtd);
	if (dtd.to > 0) {
		if (dtd.from > 0)
			more = push(l, s, ctx, &mend, str_n(chunk.p, dtd.from));
		chunk = str_n(chunk.p + dtd.to, chunk.len - dtd.to);
	}
	if (chunk.len == 0 || dtd.unfinished) {
		/* What has no element in so much text lists nothing. */
		chunk = source_next(s);
		s->cut |= chunk.len > 0;
		more = false;
	}
	for (; more && chunk.len > 0; chunk = source_next(s))
		more = push(l, s, ctx, &mend, chunk);
	if (more)
		(void)push(l, s, ctx, &mend, STR(""));
	xml_mend_release(&mend);
	xml_push_free(ctx);
	/* Cut off within. */
	if (l->field != FIELD_NONE && l->field != FIELD_LOC)
		end_field(l);
	end_entry(l);
	return l->err;
}

static void
see_line(struct listener *l, struct str line)
{
	line = trimmed(line);
	if (is_http(line) && line.len <= URL_MAX_BYTES)
		give(l, line, LINK_PAGE);
}

/* One address a line; the end of a piece is carried over to the next. A line that has not ended by then is no address. */
static int
read_lines(struct listener *l, struct source *s, struct str chunk)
{
	struct buf *line = &l->text;

	for (; chunk.len > 0 && l->err == 0; chunk = source_next(s)) {
		const char *nl;

		while (l->err == 0 && (nl = memchr(chunk.p, '\n', chunk.len)) != NULL) {
			size_t n = (size_t)(nl - chunk.p);

			if (buf_add(line, chunk.p, n) == 0)
				see_line(l, buf_str(line));
			buf_reset(line, CHUNK_BYTES);
			chunk = str_n(nl + 1, chunk.len - n - 1);
		}
		(void)buf_add(line, chunk.p, chunk.len);
	}
	if (buf_err(line) == 0)
		see_line(l, buf_str(line));
	return l->err;
}

static bool
looks_like_xml(struct str s)
{
	s = trimmed(s);
	return s.len > 0 && s.p[0] == '<';
}

static int
read_utf8(struct listener *l, struct source *s, struct str chunk)
{
	chunk = xml_skip_marks(chunk);
	if (looks_like_xml(str_n(chunk.p, chunk.len < 1024 ? chunk.len : 1024)))
		return read_xml(l, s, chunk);
	l->kind = SITEMAP_TEXT;
	return read_lines(l, s, chunk);
}

/* What is not UTF-8: all of it first. */
static int
read_decoded(struct listener *l, struct source *s, struct str chunk, struct charset_guess guess)
{
	struct buf raw = BUF_INIT(SITEMAP_MAX_BYTES), text = BUF_INIT(SITEMAP_MAX_BYTES);
	struct source decoded = { .over = true };
	int r = 0;

	for (; chunk.len > 0 && r == 0; chunk = source_next(s))
		r = buf_add_str(&raw, chunk);
	s->cut |= r < 0;
	if (r == 0 || r == -EMSGSIZE)
		r = charset_decode(guess.charset, str_n(raw.data + guess.bom_bytes, raw.len - guess.bom_bytes), &text);
	buf_release(&raw);
	if (r == 0) {
		decoded.rest = buf_str(&text);
		r = read_utf8(l, &decoded, source_next(&decoded));
	} else if (r != -ENOMEM) {
		r = 0; /* more text than there may be: it lists nothing */
	}
	buf_release(&text);
	return r;
}

int
sitemap_read(struct str body, struct str content_type, sitemap_entry_fn fn, void *arg, struct sitemap_result *ret_result)
{
	struct listener l = { .fn = fn, .arg = arg };
	struct charset_guess guess;
	struct source s;
	struct str chunk;
	int r = source_open(&s, body);

	if (r < 0)
		return r;
	buf_init(&l.text, URL_MAX_BYTES * 4);
	buf_init(&l.loose, URL_MAX_BYTES * 4);
	buf_init(&l.loc, URL_MAX_BYTES);
	buf_init(&l.address, ADDRESS_MAX_BYTES);
	buf_init(&l.guid, URL_MAX_BYTES * 4);
	buf_init(&l.extras, EXTRAS_MAX_BYTES);
	chunk = source_next(&s);
	guess = charset_sniff_xml(chunk, content_type);
	r = guess.charset == CHARSET_UTF_8 ? read_utf8(&l, &s, chunk) : read_decoded(&l, &s, chunk, guess);
	*ret_result = (struct sitemap_result){ .kind = l.kind, .charset = guess.charset, .cut = s.cut };
	source_close(&s);
	buf_release(&l.text);
	buf_release(&l.loose);
	buf_release(&l.loc);
	buf_release(&l.address);
	buf_release(&l.guid);
	buf_release(&l.extras);
	return r;
}
