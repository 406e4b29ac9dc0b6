/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of text become SAX events (libxml2), and these entries.
 *
 *	entry    url, sitemap, item, entry. Its address is kept until its date is known: both may come in any order, and an entry
 *	         left open may hold several addresses, each followed by its date.
 *	field    an element in it whose text counts; elements inside a field are looked through (<loc><url>...</url></loc>)
 *	extras   pictures, films, translations of the entry: kept until its end, for they have its date
 */
#include "config.h"

#include <errno.h>

#include "parse/worker/sitemap_impl.h"
#include "parse/worker/xml_dtd.h"
#include "parse/worker/xml_mend.h"
#include "parse/worker/xml_push.h"
#include "parse/worker/xml_value.h"
#include "url/lastmod.h"
#include "url/url.h"

#define EXTRAS_MAX_BYTES  (1024u * 1024)
#define ADDRESS_MAX_BYTES ((size_t)URL_MAX_BYTES * 4) /* with references; what is longer leads nowhere */

/* --- entries --- */

enum field { FIELD_NONE, FIELD_LOC, FIELD_IMAGE, FIELD_FILM, FIELD_PLAYER, FIELD_GUID, FIELD_DATE, FIELD_FIRST_DATE };

struct extra {
	uint16_t kind, len; /* enum link_kind; bytes behind it */
};

struct listener {
	struct sitemap_out *out;
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

static void
add_extra(struct listener *l, struct str url, enum link_kind kind)
{
	struct extra x = { .kind = (uint16_t)kind, .len = (uint16_t)url.len };
	size_t before = l->extras.len;

	if (url.len == 0 || url.len > URL_MAX_BYTES || before + sizeof(x) + url.len > EXTRAS_MAX_BYTES)
		return;
	buf_add(&l->extras, &x, sizeof(x));
	if (buf_add_str(&l->extras, url) < 0) {
		l->extras.len = before; /* no head without its text: who reads them goes by x.len */
		l->out->err = -ENOMEM;
	}
}

/* What has grown beyond its ceiling is no address, and what is left of it is none that anybody has written. */
static struct str
whole(const struct buf *text)
{
	return buf_err(text) == 0 ? sitemap_trim(buf_str(text)) : STR_NONE;
}

/* The address that is kept goes out, with the date that is known by now. */
static void
flush_loc(struct listener *l)
{
	if (l->loc.len > 0)
		sitemap_give(l->out, buf_str(&l->loc), l->out->kind == SITEMAP_INDEX ? LINK_SITEMAP : LINK_PAGE, l->lastmod_s);
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
	if (buf_add_str(&l->loc, url) < 0)
		l->out->err = -ENOMEM;
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
	buf_reset(&l->loose, PIECE_BYTES);
	buf_reset(&l->guid, PIECE_BYTES);
	buf_reset(&l->extras, PIECE_BYTES);
}

static void
end_entry(struct listener *l)
{
	struct extra x;
	size_t at;

	if (l->entry_depth == 0)
		return;
	l->entry_depth = 0;
	if (l->loc.len == 0 && sitemap_is_http(whole(&l->guid)))
		keep_loc(l, whole(&l->guid));
	if (l->loc.len == 0 && sitemap_is_http(whole(&l->loose)))
		keep_loc(l, whole(&l->loose));
	flush_loc(l);
	for (at = 0; at < l->extras.len; at += sizeof(x) + x.len) {
		memcpy(&x, l->extras.data + at, sizeof(x));
		sitemap_give(l->out, str_n(l->extras.data + at + sizeof(x), x.len), (enum link_kind)x.kind, l->lastmod_s);
	}
}

static void
end_field(struct listener *l)
{
	struct str text = whole(&l->text);

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
	buf_reset(&l->address, PIECE_BYTES);
	if (buf_reserve(&l->address, value.len) < 0) {
		l->out->err = -ENOMEM;
		return STR_NONE;
	}
	l->address.len = xml_value_resolve(value, l->address.data);
	return buf_str(&l->address);
}

/* <link>: RSS has the address as text; Atom, and hreflang in a sitemap, as an attribute. */
static enum field
see_link(struct listener *l, struct str href, struct str rel)
{
	if (l->out->kind == SITEMAP_XML) {
		if (rel.len == 0 || str_ieq(rel, STR("alternate")))
			add_extra(l, sitemap_trim(href), LINK_ALTERNATE);
		return FIELD_NONE;
	}
	if (href.p == NULL)
		return l->out->kind == SITEMAP_ATOM ? FIELD_NONE : FIELD_LOC;
	if (str_ieq(rel, STR("enclosure")))
		add_extra(l, sitemap_trim(href), LINK_REQUISITE);
	else if ((rel.len == 0 || str_ieq(rel, STR("alternate"))) && l->loc.len == 0)
		keep_loc(l, sitemap_trim(href));
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
	switch (l->out->kind) {
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
		add_extra(l, sitemap_trim(address_of(l, attrs, n_attrs, "url")), LINK_REQUISITE);
	if (field == FIELD_NONE)
		return;
	l->field = field;
	l->field_depth = l->depth;
	buf_reset(&l->text, PIECE_BYTES);
}

static void
xml_start(void *arg, const xmlChar *name_text, const xmlChar *prefix, const xmlChar *uri, int n_ns, const xmlChar **ns,
	int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	struct listener *l = arg;
	struct str name = str_of((const char *)name_text);

	l->depth++;
	if (l->out->err != 0 || l->field != FIELD_NONE)
		return;
	if (!l->root_seen) {
		l->root_seen = true;
		l->out->kind = kind_of_root(name);
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

/* --- the document --- */

/* A piece for the parser; empty: the end of the file. False: no more is read. */
static bool
push(struct listener *l, struct pieces *p, xmlParserCtxtPtr ctx, struct xml_mend *mend, struct str piece)
{
	struct str text;
	int r = xml_mend(mend, piece, &text);

	p->cut |= r == -EOVERFLOW;
	if (r < 0 && r != -EOVERFLOW && l->out->err == 0)
		l->out->err = r;
	if (r < 0 || l->out->err != 0)
		return false;
	(void)xmlParseChunk(ctx, text.p, (int)text.len, piece.len == 0);
	return true;
}

static void
read_document(struct listener *l, struct pieces *p, struct str piece)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = xml_start, .endElementNs = xml_end,
		.characters = xml_text, .cdataBlock = xml_text, .ignorableWhitespace = xml_text };
	xmlParserCtxtPtr ctx = xml_push_new(&sax, l);
	struct xml_mend mend;
	struct xml_dtd dtd;
	bool more = true;

	if (ctx == NULL) {
		l->out->err = -ENOMEM;
		return;
	}
	xml_mend_init(&mend);
	xml_dtd_find(piece, &dtd);
	if (dtd.to > 0) {
		if (dtd.from > 0)
			more = push(l, p, ctx, &mend, str_n(piece.p, dtd.from));
		piece = str_n(piece.p + dtd.to, piece.len - dtd.to);
	}
	if (piece.len == 0 || dtd.unfinished) {
		/* What has no element in so much text lists nothing. */
		piece = pieces_next(p);
		p->cut |= piece.len > 0;
		more = false;
	}
	for (; more && piece.len > 0; piece = pieces_next(p))
		more = push(l, p, ctx, &mend, piece);
	if (more)
		(void)push(l, p, ctx, &mend, STR(""));
	xml_mend_release(&mend);
	xml_push_free(ctx);
	/* Cut off within. */
	if (l->field != FIELD_NONE && l->field != FIELD_LOC)
		end_field(l);
	end_entry(l);
}

int
sitemap_read_xml(struct sitemap_out *out, struct pieces *p, struct str piece)
{
	struct listener l = { .out = out };

	buf_init(&l.text, ADDRESS_MAX_BYTES);
	buf_init(&l.loose, ADDRESS_MAX_BYTES);
	buf_init(&l.loc, URL_MAX_BYTES);
	buf_init(&l.address, ADDRESS_MAX_BYTES);
	buf_init(&l.guid, ADDRESS_MAX_BYTES);
	buf_init(&l.extras, EXTRAS_MAX_BYTES);
	read_document(&l, p, piece);
	buf_release(&l.text);
	buf_release(&l.loose);
	buf_release(&l.loc);
	buf_release(&l.address);
	buf_release(&l.guid);
	buf_release(&l.extras);
	return out->err;
}
