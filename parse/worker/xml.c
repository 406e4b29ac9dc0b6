/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The readers that stand on libxml2: HTML by its HTML parser (parse.html=libxml2), and XML (XHTML, SVG, feeds).
 *
 * Both only listen (SAX): no tree. The bytes are brought to UTF-8 before libxml2 sees them, so that it neither guesses nor
 * opens encoders; it loads no DTD and no network (the jail would not let it either). What it gives lives as long as the
 * call: values are copied to the arena.
 *
 * libxml2 2.9 is quadratic in the attributes of one tag, and in the depth of elements: both have a ceiling here, and a page that
 * passes one ends with an outcome of its own (-EOVERFLOW). Attributes are counted by our tokenizer before libxml2 sees them, since
 * it collects all of a tag first; where it sees tags that our tokenizer does not, the worker's CPU limit ends it.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include "parse/worker/reader_impl.h"
#include "parse/worker/scan.h"
#include "parse/worker/span.h"
#include "parse/worker/xml_dtd.h"
#include "parse/worker/xml_push.h"
#include "parse/worker/xml_value.h"

#define ATOM_NS     "http://www.w3.org/2005/Atom"
#define RSS1_NS     "http://purl.org/rss/1.0/"
#define CHUNK_BYTES (64 * 1024)
#define MAX_ATTRS    4096 /* of one tag */
#define MAX_DEPTH    2048 /* of open elements; browsers stop at 512 */
#define MAX_ELEMENTS (1u << 22)
#define XHTML_NS    "http://www.w3.org/1999/xhtml"
#define SVG_NS      "http://www.w3.org/2000/svg"
#define XML_NS      "http://www.w3.org/XML/1998/namespace"
#define XLINK_NS    "http://www.w3.org/1999/xlink"

struct listener {
	struct reader *r;
	enum tag text_of;   /* TITLE, STYLE, or LINK of a feed: their text is being gathered */
	bool rss;           /* the document is RSS: 0.9x, 2.0 (no namespace) or 1.0 (RDF) */
	bool rooted;        /* the outermost element has begun */
	bool entities;      /* some are declared, so that what a namespace is called may stand there */
	bool svg;           /* so it is, and the outermost element is an svg */
	struct buf *text;
	unsigned depth;     /* of elements inside text_of (XML) */
	unsigned templates; /* open ones */
	bool form_open;
	xmlParserCtxtPtr ctx;
	uint32_t elements, open; /* begun; begun and not ended */
	int err;
	uint64_t seen;
	struct str value[ATTR_COUNT];
};

static struct str
copy(struct listener *l, const xmlChar *p, size_t len)
{
	struct str s = arena_str(&l->r->arena, str_n((const char *)p, len));

	if (s.p == NULL)
		l->err = -ENOMEM;
	return s;
}

static void
take_attr(struct listener *l, struct str name, const xmlChar *value, size_t len)
{
	enum attr id = attr_find(name);

	if (id == ATTR_OTHER || (l->seen & ATTR_BIT(id)) != 0)
		return;
	l->value[id] = copy(l, value, len);
	l->seen |= ATTR_BIT(id);
}

static void
gather_text_of(struct listener *l, enum tag tag)
{
	l->text_of = tag;
	l->depth = 0;
	buf_reset(l->text, READER_KEEP_BYTES);
}

static void
gather(struct listener *l, enum tag tag)
{
	if (tag == TAG_STYLE || (tag == TAG_TITLE && !l->r->facts.have_title))
		gather_text_of(l, tag);
}

static void
gathered(struct listener *l)
{
	struct reader *r = l->r;
	struct str text = arena_str(&r->arena, buf_str(l->text));

	if (text.p == NULL || buf_err(l->text) < 0) {
		l->err = -ENOMEM;
	} else if (l->text_of == TAG_TITLE) {
		r->facts.have_title = r->facts.title_is_text = true;
		r->facts.title = text;
	} else if (l->text_of == TAG_LINK) {
		links_add(&r->links, &(struct ref){ .raw = str_trim(text), .kind = LINK_PAGE, .syntax = SYNTAX_URL,
					     .text = true, .tag = TAG_LINK });
	} else {
		links_add(&r->links, &(struct ref){ .raw = text, .kind = LINK_REQUISITE, .flags = LINK_IN_STYLE,
					     .syntax = SYNTAX_SHEET, .text = true });
	}
	l->text_of = TAG_OTHER;
}

/* An element; l->seen and l->value are its attributes. */
static void
element(struct listener *l, enum tag tag, struct str name, bool foreign)
{
	struct reader *r = l->r;

	if (!foreign) {
		if (tag == TAG_TEMPLATE)
			l->templates++;
		if (tag == TAG_META && l->templates == 0)
			reader_meta(r, l->seen, l->value);
		if (tag == TAG_BASE && !r->facts.have_base && (l->seen & ATTR_BIT(ATTR_HREF)) != 0) {
			r->facts.have_base = true;
			r->facts.base = l->value[ATTR_HREF];
		}
		if (tag == TAG_HTML && !r->facts.have_language && (l->seen & (ATTR_BIT(ATTR_LANG) | ATTR_BIT(ATTR_XML_LANG))) != 0) {
			/* xml:lang goes first (HTML §3.2.6.2); only XML has it. */
			r->facts.have_language = true;
			reader_language(r, l->value[(l->seen & ATTR_BIT(ATTR_XML_LANG)) != 0 ? ATTR_XML_LANG : ATTR_LANG]);
		}
		if (tag == TAG_FORM) {
			if (l->form_open)
				return;
			l->form_open = true;
		}
	}
	if (l->templates > 0)
		return;
	if (!foreign || tag == TAG_STYLE)
		gather(l, tag);
	links_tag(&r->links, &(struct link_tag){ .tag = tag, .name = name, .seen = l->seen, .value = l->value,
				      .foreign = foreign });
}

/* An element begins. False: it is not to be looked at. */
static bool
begin(struct listener *l)
{
	if (l->err != 0)
		return false;
	l->elements++;
	l->open++;
	if (l->elements <= MAX_ELEMENTS && l->open <= MAX_DEPTH)
		return true;
	l->err = -EOVERFLOW;
	xmlStopParser(l->ctx);
	return false;
}

static void
end(struct listener *l)
{
	if (l->open > 0)
		l->open--;
}

/* A start tag, as the visible text sees it. */
static void
start_visible(struct listener *l, enum tag tag)
{
	struct text *t = &l->r->visible;

	if (!text_wanted(t))
		return;
	text_start(t, tag, l->seen, l->value);
	if ((tag_flags[tag] & TAG_TEXT_ONLY) != 0 && tag != TAG_XMP && tag != TAG_PLAINTEXT)
		text_hide(t, tag);
}

static void
html_start(void *arg, const xmlChar *name, const xmlChar **attrs)
{
	struct listener *l = arg;
	struct str tag_text = str_of((const char *)name);
	enum tag tag = tag_find(tag_text);
	size_t i;

	if (!begin(l))
		return;
	l->seen = 0;
	for (i = 0; attrs != NULL && attrs[i] != NULL; i += 2)
		take_attr(l, str_of((const char *)attrs[i]), attrs[i + 1] != NULL ? attrs[i + 1] : (const xmlChar *)"",
			attrs[i + 1] != NULL ? strlen((const char *)attrs[i + 1]) : 0);
	if (tag == TAG_IMAGE)
		tag = TAG_IMG;
	if (tag == TAG_OTHER && (l->seen & link_attrs) != 0)
		tag_text = copy(l, name, tag_text.len);
	start_visible(l, tag);
	element(l, tag, tag_text, false);
}

static void
html_end(void *arg, const xmlChar *name)
{
	struct listener *l = arg;
	enum tag tag = tag_find(str_of((const char *)name));

	end(l);
	if (text_wanted(&l->r->visible))
		text_end(&l->r->visible, tag);
	if (l->text_of != TAG_OTHER && tag == l->text_of)
		gathered(l);
	if (tag == TAG_TEMPLATE && l->templates > 0)
		l->templates--;
	if (tag == TAG_FORM)
		l->form_open = false;
}

static void
text(void *arg, const xmlChar *p, int len)
{
	struct listener *l = arg;

	if (l->text_of != TAG_OTHER && len > 0)
		(void)buf_add(l->text, p, (size_t)len);
	if (text_wanted(&l->r->visible) && len > 0)
		text_add_slow(&l->r->visible, (const char *)p, (size_t)len);
}

/* The whole page as UTF-8: libxml2 is told so, whatever it says of itself. */
static int
page_as_utf8(struct reader *r)
{
	if (r->facts.utf8)
		return 0;
	if (r->charset != CHARSET_UTF_8 || !utf8_valid(r->text.p, r->text.len)) {
		int err;

		buf_reset(&r->page_text, READER_KEEP_BYTES);
		err = charset_decode(r->charset, r->text, &r->page_text);
		if (err < 0)
			return err;
		r->text = buf_str(&r->page_text);
	}
	r->facts.utf8 = true;
	return 0;
}

/* Some of libxml2's complaints have no other way out than standard error, whatever the options say. */
__attribute__((format(printf, 2, 3))) static void
say_nothing(void *arg, const char *format, ...)
{
}

static struct listener
listen(struct reader *r)
{
	xmlSetGenericErrorFunc(NULL, say_nothing); /* of this thread */
	r->facts.decoded = true;
	r->facts.spans = false;
	text_reset(&r->visible, r->visible.on, r->visible.sketched);
	r->visible.decoded = true;
	return (struct listener){ .r = r, .text = &r->scratch2 };
}

/* The first "</html" of s and its '>'; what stands behind it. p NULL: there is none. */
static struct str
behind_end(struct str s, size_t *ret_before)
{
	const char *p = s.p, *end = s.p + s.len, *gt;

	for (; (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++) {
		if (!str_istarts(str_n(p, (size_t)(end - p)), STR("</html")))
			continue;
		gt = memchr(p, '>', (size_t)(end - p));
		if (gt == NULL)
			break;
		*ret_before = (size_t)(p - s.p);
		return str_n(gt + 1, (size_t)(end - gt) - 1);
	}
	return STR_NONE;
}

static void
feed(htmlParserCtxtPtr ctx, const struct listener *l, struct str s)
{
	size_t n;

	for (; s.len > 0 && l->err == 0 && l->r->links.err == 0; s = str_n(s.p + n, s.len - n)) {
		n = s.len < CHUNK_BYTES ? s.len : CHUNK_BYTES;
		(void)htmlParseChunk(ctx, s.p, (int)n, 0);
	}
}

/* libxml2 ends at "</html>"; browsers, and pages, go on behind it: so it is not shown that tag. */
static void
feed_page(htmlParserCtxtPtr ctx, const struct listener *l, struct str s)
{
	struct str rest;
	size_t before;

	while ((rest = behind_end(s, &before)).p != NULL) {
		feed(ctx, l, str_n(s.p, before));
		s = rest;
	}
	feed(ctx, l, s);
}

static void
count_attr(void *arg, struct str name, struct str value)
{
	++*(uint32_t *)arg;
}

/* -EOVERFLOW if a tag has more than MAX_ATTRS attributes. */
static int
check_attrs(struct str text, bool html)
{
	uint32_t n = 0;
	enum scan_type type;
	struct scan s;

	scan_init(&s, text, 0);
	s.attr_fn = count_attr;
	s.attr_arg = &n;
	do {
		n = 0;
		type = scan_next(&s);
		if (n > MAX_ATTRS)
			return -EOVERFLOW;
		/* What libxml2 takes for text, too. */
		if (html && type == SCAN_START && (s.tag == TAG_SCRIPT || s.tag == TAG_STYLE))
			scan_enter(&s, SCAN_RAWTEXT);
	} while (type != SCAN_EOF);
	return 0;
}

static int
html_pass(struct reader *r)
{
	htmlSAXHandler sax = { .startElement = html_start, .endElement = html_end, .characters = text,
		.cdataBlock = text, .ignorableWhitespace = text };
	struct listener l = listen(r);
	htmlParserCtxtPtr ctx;
	int err = page_as_utf8(r);

	if (err >= 0)
		err = check_attrs(r->text, true);
	if (err < 0)
		return err;
	ctx = htmlCreatePushParserCtxt(&sax, &l, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (ctx == NULL)
		return -ENOMEM;
	l.ctx = ctx;
	(void)htmlCtxtUseOptions(ctx, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
		HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	feed_page(ctx, &l, r->text);
	(void)htmlParseChunk(ctx, NULL, 0, 1);
	xmlFreeDoc(ctx->myDoc);
	htmlFreeParserCtxt(ctx);
	return l.err != 0 ? l.err : r->links.err;
}

/* Since the page is decoded before it is read, a <meta> behind the first 1024 bytes means reading it once more. */
int
reader_xml_html(struct reader *r)
{
	struct page_facts facts = r->facts;
	struct str body = r->text;
	enum charset guess = r->charset;
	int err;

	r->facts.charset_open = !facts.utf8;
	err = html_pass(r);
	if (err >= 0 && r->charset != guess) {
		r->text = body;
		r->facts = facts;
		r->facts.charset_certain = true;
		reader_begin(r);
		err = html_pass(r);
	}
	return err < 0 ? err : reader_srcdocs(r);
}

static bool
is_ns(const xmlChar *uri, const char *want)
{
	return uri != NULL && strcmp((const char *)uri, want) == 0;
}

/* RFC 4287 §4.2.7: what a feed or an entry is about is a page, files that come with it are not asked for. */
static void
atom_link(struct listener *l)
{
	struct str rel = (l->seen & ATTR_BIT(ATTR_REL)) != 0 ? l->value[ATTR_REL] : STR("alternate");
	enum link_kind kind = LINK_HINT;

	if ((l->seen & ATTR_BIT(ATTR_HREF)) == 0)
		return;
	if (str_ieq(rel, STR("alternate")) || str_ieq(rel, STR("next")) || str_ieq(rel, STR("previous")) ||
		str_ieq(rel, STR("related")) || str_ieq(rel, STR("via")))
		kind = LINK_PAGE;
	else if (str_ieq(rel, STR("self")))
		kind = LINK_ALTERNATE;
	links_add(&l->r->links, &(struct ref){ .raw = l->value[ATTR_HREF], .kind = (uint8_t)kind, .syntax = SYNTAX_URL,
					.tag = TAG_LINK, .attr = ATTR_HREF });
}

/* Elements of feeds. True: there is nothing else in it. */
static bool
feed_element(struct listener *l, struct str name, const xmlChar *uri)
{
	if (!l->rooted) {
		l->rooted = true;
		l->rss = (uri == NULL && str_eq(name, STR("rss"))) || str_eq(name, STR("RDF"));
	}
	if (is_ns(uri, ATOM_NS) && str_eq(name, STR("link"))) {
		atom_link(l);
		return true;
	}
	if (!l->rss || (uri != NULL && !is_ns(uri, RSS1_NS)) || l->text_of != TAG_OTHER)
		return false;
	if (str_eq(name, STR("link")))
		gather_text_of(l, TAG_LINK);
	else if (str_eq(name, STR("title")) && !l->r->facts.have_title)
		gather_text_of(l, TAG_TITLE);
	return false;
}

/* A value, or a copy with all references resolved. */
static struct str
resolved(struct listener *l, const xmlChar *p, size_t len)
{
	struct str value = str_n((const char *)p, len);
	char *dst;

	if (xml_value_is_plain(value))
		return value;
	dst = arena_take(&l->r->arena, len);
	if (dst == NULL) {
		l->err = -ENOMEM;
		return STR_NONE;
	}
	return str_n(dst, xml_value_resolve(value, dst));
}

/* a: of five, as below. */
static bool
is_xlink(const struct listener *l, const xmlChar **a)
{
	if (a[2] != NULL)
		return is_ns(a[2], XLINK_NS);
	return l->svg && a[1] != NULL && strcmp((const char *)a[1], "xlink") == 0;
}

/* Attributes come in fives: local name, prefix, namespace, begin and end of the value. */
static void
xml_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns, const xmlChar **ns,
	int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	struct listener *l = arg;
	struct str tag_text = str_of((const char *)name);
	bool html = is_ns(uri, XHTML_NS);
	enum tag tag;
	int i;

	if (l->text_of != TAG_OTHER)
		l->depth++;
	if (!begin(l))
		return;
	/* Drawing programs write xmlns="&ns_svg;"; entities are not expanded. */
	if (l->elements == 1)
		l->svg = l->entities && (uri == NULL || is_ns(uri, SVG_NS)) && str_eq(tag_text, STR("svg"));
	tag = html || is_ns(uri, SVG_NS) || (l->svg && uri == NULL) ? tag_find(tag_text) : TAG_OTHER;
	l->seen = 0;
	/* What an <!ATTLIST> adds stands nowhere on the page; the last ones are those. */
	for (i = 0; i < n_attrs - n_defaulted; i++) {
		const xmlChar **a = attrs + (ptrdiff_t)i * 5;
		struct str value = resolved(l, a[3], (size_t)(a[4] - a[3]));

		if (is_xlink(l, a) && strcmp((const char *)a[0], "href") == 0)
			take_attr(l, STR("xlink:href"), (const xmlChar *)value.p, value.len);
		else if (is_ns(a[2], XML_NS) && strcmp((const char *)a[0], "lang") == 0)
			take_attr(l, STR("xml:lang"), (const xmlChar *)value.p, value.len);
		else if (a[1] == NULL)
			take_attr(l, str_of((const char *)a[0]), (const xmlChar *)value.p, value.len);
	}
	if (l->elements == 1 && !html)
		l->r->visible.on = l->r->visible.sketched = false; /* a feed, a picture: no page */
	if (html)
		start_visible(l, tag);
	if (!html && feed_element(l, tag_text, uri))
		return;
	if (tag == TAG_OTHER && (l->seen & link_attrs) != 0)
		tag_text = copy(l, name, tag_text.len);
	element(l, tag, tag_text, !html);
}

static void
xml_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct listener *l = arg;

	end(l);
	if (l->text_of != TAG_OTHER && l->depth-- == 0)
		gathered(l);
	if (!is_ns(uri, XHTML_NS))
		return;
	if (text_wanted(&l->r->visible))
		text_end(&l->r->visible, tag_find(str_of((const char *)name)));
	if (strcmp((const char *)name, "template") == 0 && l->templates > 0)
		l->templates--;
	if (strcmp((const char *)name, "form") == 0)
		l->form_open = false;
}

/* A style sheet's processing instruction: <?xml-stylesheet href="..."?>. */
static void
xml_instruction(void *arg, const xmlChar *target, const xmlChar *data)
{
	struct listener *l = arg;
	const char *href = data != NULL ? strstr((const char *)data, "href=") : NULL, *close;

	if (href == NULL || strcmp((const char *)target, "xml-stylesheet") != 0)
		return;
	href += 5;
	if ((*href != '"' && *href != '\'') || (close = strchr(href + 1, *href)) == NULL)
		return;
	links_add(&l->r->links, &(struct ref){ .raw = copy(l, (const xmlChar *)href + 1, (size_t)(close - href) - 1),
					.kind = LINK_STYLE, .syntax = SYNTAX_URL, .attr = ATTR_HREF });
}

static void
feed_xml(const struct listener *l, struct str s)
{
	size_t n;

	for (; s.len > 0 && l->err == 0 && l->r->links.err == 0; s = str_n(s.p + n, s.len - n)) {
		n = s.len < CHUNK_BYTES ? s.len : CHUNK_BYTES;
		(void)xmlParseChunk(l->ctx, s.p, (int)n, 0);
	}
}

int
reader_xml(struct reader *r)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = xml_start, .endElementNs = xml_end,
		.characters = text, .cdataBlock = text, .ignorableWhitespace = text,
		.processingInstruction = xml_instruction };
	struct charset_guess guess = charset_sniff_xml(r->in->body, r->in->content_type);
	struct listener l = listen(r);
	struct str doc;
	struct xml_dtd dtd;
	int err;

	r->charset = guess.charset;
	r->text = str_n(r->in->body.p + guess.bom_bytes, r->in->body.len - guess.bom_bytes);
	err = page_as_utf8(r);
	if (err >= 0 && r->in->want_all && (r->charset == CHARSET_UTF_16LE || r->charset == CHARSET_UTF_16BE))
		err = span_index_utf16(r, guess.bom_bytes);
	if (err >= 0)
		err = check_attrs(r->text, false);
	if (err < 0)
		return err;
	l.ctx = xml_push_new(&sax, &l);
	if (l.ctx == NULL)
		return -ENOMEM;
	doc = xml_skip_marks(r->text);
	xml_dtd_find(doc, &dtd);
	l.entities = dtd.entities;
	feed_xml(&l, str_n(doc.p, dtd.from));
	feed_xml(&l, str_n(doc.p + dtd.to, doc.len - dtd.to));
	(void)xmlParseChunk(l.ctx, NULL, 0, 1);
	xml_push_free(l.ctx);
	if (l.err == 0 && r->links.err == 0 && r->in->want_all)
		span_xml(r);
	err = l.err != 0 ? l.err : r->links.err;
	return err < 0 ? err : reader_srcdocs(r);
}
