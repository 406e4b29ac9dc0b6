/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "base/cleanup.h"
#include "parse/wire.h"
#include "parse/worker/extract.h"
#include "parse/worker/xml_dtd.h"
#include "parse/worker/xml_push.h"

/* Steps of all evaluations of a page, as libxml2 counts them: some seconds. */
#define EXTRACT_OPS        10000000
#define EXTRACT_VALUES_MAX 1000
/* Of what a document declares within itself (xml_dtd.h): its entities may stand in what is looked for. */
#define EXTRACT_DTD_MAX    (16 * 1024)

struct extract {
	unsigned n;
	xmlXPathCompExprPtr rules[WIRE_EXTRACT_RULES];
};

/* libxml2 would write to stderr, which a worker does not have. The handler is the thread's. */
static void
ignore_error(void *arg, xmlErrorPtr error)
{
}

static void
quiet(void)
{
	xmlSetStructuredErrorFunc(NULL, ignore_error);
}

static void
bind_prefixes(xmlXPathContextPtr ctx)
{
	static const char *const names[][2] = {
		{ "html", "http://www.w3.org/1999/xhtml" },
		{ "svg", "http://www.w3.org/2000/svg" },
		{ "xlink", "http://www.w3.org/1999/xlink" },
		{ "atom", "http://www.w3.org/2005/Atom" },
		{ "rss", "http://purl.org/rss/1.0/" },
		{ "rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#" },
		{ "dc", "http://purl.org/dc/elements/1.1/" },
		{ "content", "http://purl.org/rss/1.0/modules/content/" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		(void)xmlXPathRegisterNs(ctx, (const xmlChar *)names[i][0], (const xmlChar *)names[i][1]);
}

/* Bytes of the name at p; 0: there is none. */
static size_t
name_bytes(const char *p)
{
	size_t n = 0;

	while (ascii_is_alnum((unsigned char)p[n]) || (unsigned char)p[n] >= 0x80 || (p[n] != '\0' && strchr("_-.", p[n]) != NULL))
		n++;
	return ascii_is_digit((unsigned char)*p) || *p == '-' || *p == '.' ? 0 : n;
}

/* Is there such a function, or what else may stand before a parenthesis? */
static bool
is_called(xmlXPathContextPtr ctx, const char *name)
{
	static const char *const others[] = { "and", "comment", "div", "mod", "node", "or", "processing-instruction", "text" };

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (strcmp(name, others[i]) == 0)
			return true;
	return xmlXPathFunctionLookup(ctx, (const xmlChar *)name) != NULL;
}

/* The name at *p, with what may follow it. */
static bool
knows_name(xmlXPathContextPtr ctx, const char **p, size_t len)
{
	const char *end = *p + len;
	char name[64];
	bool prefix;

	*p = end;
	if (end[0] == ':' && end[1] == ':')
		return true; /* an axis: it has been compiled */
	prefix = end[0] == ':';
	if (!prefix && end[strspn(end, " \t\r\n")] != '(')
		return true;
	if (len >= sizeof(name))
		return false;
	memcpy(name, end - len, len);
	name[len] = '\0';
	if (!prefix)
		return is_called(ctx, name);
	*p = end + 1 + name_bytes(end + 1);
	/* No function has one. */
	return xmlXPathNsLookup(ctx, (const xmlChar *)name) != NULL && (*p)[strspn(*p, " \t\r\n")] != '(';
}

/* libxml2 compiles functions, prefixes and variables that there are not, and then finds nothing, on any page. */
static bool
knows_names(xmlXPathContextPtr ctx, const char *path)
{
	const char *p = path;

	while (*p != '\0') {
		size_t n = name_bytes(p);

		if (*p == '$' || (n > 0 && !knows_name(ctx, &p, n)))
			return false;
		if (n > 0)
			continue;
		if (*p == '"' || *p == '\'')
			p = strchr(p + 1, *p); /* it closes: it has been compiled */
		p++;
	}
	return true;
}

static int
check_names(const char *path)
{
	xmlXPathContextPtr ctx = xmlXPathNewContext(NULL);
	bool known;

	if (ctx == NULL)
		return -ENOMEM;
	bind_prefixes(ctx);
	known = knows_names(ctx, path);
	xmlXPathFreeContext(ctx);
	return known ? 0 : -EINVAL;
}

static int
add_rule(struct extract *e, struct str rule)
{
	struct str name, path;

	if (e->n == WIRE_EXTRACT_RULES || !str_cut(rule, '=', &name, &path) || name.len == 0 || path.len == 0)
		return -EINVAL;
	/* path ends where the rule does: at a NUL. */
	e->rules[e->n] = xmlXPathCompile((const xmlChar *)path.p);
	if (e->rules[e->n] == NULL)
		return -EINVAL;
	e->n++;
	return check_names(path.p);
}

static void
extract_freep(struct extract **e)
{
	extract_free(*e);
}

int
extract_new(struct str rules, struct extract **ret_extract, unsigned *ret_bad)
{
	CLEANUP(extract_freep) struct extract *e = calloc(1, sizeof(*e));
	struct str rule;
	unsigned n = 0;

	if (e == NULL)
		return -ENOMEM;
	quiet();
	while (str_cut(rules, '\0', &rule, &rules)) {
		int r = add_rule(e, rule);

		if (r == 0) {
			n++;
			continue;
		}
		if (ret_bad != NULL)
			*ret_bad = n;
		return r;
	}
	*ret_extract = TAKE(e);
	return 0;
}

void
extract_free(struct extract *e)
{
	unsigned i;

	if (e == NULL)
		return;
	for (i = 0; i < e->n; i++)
		xmlXPathFreeCompExpr(e->rules[i]);
	free(e);
}

/* A record, cut to what a value may have, at a character's end. False: no room for it. */
static bool
put_value(struct buf *out, size_t from, unsigned rule, const xmlChar *text, bool *ret_cut)
{
	struct str s = str_trim(str_of((const char *)text));
	struct wire_extract_head h = { .rule = (uint16_t)rule };

	if (s.len > WIRE_EXTRACT_VALUE) {
		s.len = WIRE_EXTRACT_VALUE;
		while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xc0) == 0x80)
			s.len--;
		*ret_cut = true;
	}
	h.len = (uint16_t)s.len;
	if (out->len - from + sizeof(h) + s.len > WIRE_EXTRACT_MAX || buf_reserve(out, sizeof(h) + s.len) < 0) {
		*ret_cut = true;
		return false;
	}
	(void)buf_add(out, &h, sizeof(h));
	(void)buf_add_str(out, s);
	return true;
}

static bool
put_node(struct buf *out, size_t from, unsigned rule, xmlNodePtr node, bool *ret_cut)
{
	xmlChar *text = xmlXPathCastNodeToString(node);
	bool room = text != NULL && put_value(out, from, rule, text, ret_cut);

	xmlFree(text);
	return room;
}

/* Nodes in the order of the document; a number, a string or a truth value as XPath writes it. */
static bool
put_result(struct buf *out, size_t from, unsigned rule, xmlXPathObjectPtr result, bool *ret_cut)
{
	xmlChar *text;
	bool room = true;
	int i;

	if (result->type == XPATH_NODESET) {
		int n = result->nodesetval != NULL ? result->nodesetval->nodeNr : 0;

		if (n > 1)
			xmlXPathNodeSetSort(result->nodesetval);
		if (n > EXTRACT_VALUES_MAX) {
			n = EXTRACT_VALUES_MAX;
			*ret_cut = true;
		}
		for (i = 0; i < n && room; i++)
			room = put_node(out, from, rule, result->nodesetval->nodeTab[i], ret_cut);
		return room;
	}
	text = xmlXPathCastToString(result);
	room = text != NULL && put_value(out, from, rule, text, ret_cut);
	xmlFree(text);
	return room;
}

static int
evaluate(const struct extract *e, xmlDocPtr doc, struct buf *out, bool *ret_cut)
{
	xmlXPathContextPtr ctx = xmlXPathNewContext(doc);
	size_t from = out->len;
	bool room = true;
	unsigned i;

	if (ctx == NULL)
		return -ENOMEM;
	bind_prefixes(ctx);
	ctx->opLimit = EXTRACT_OPS;
	for (i = 0; i < e->n && room; i++) {
		xmlXPathObjectPtr result;

		ctx->node = (xmlNodePtr)doc;
		result = xmlXPathCompiledEval(e->rules[i], ctx);
		if (result == NULL) { /* at its ceiling */
			*ret_cut = true;
			continue;
		}
		room = put_result(out, from, i, result, ret_cut);
		xmlXPathFreeObject(result);
	}
	xmlXPathFreeContext(ctx);
	return 0;
}

int
extract_page(const struct extract *e, struct str page, bool xml, struct buf *out, bool *ret_cut)
{
	struct xml_dtd dtd;
	xmlDocPtr doc;
	int r;

	*ret_cut = false;
	quiet();
	page = xml_skip_marks(page);
	if (page.len == 0 || page.len > INT_MAX)
		return 0;
	if (xml) {
		xml_dtd_find(page, &dtd);
		*ret_cut = dtd.to - dtd.from > EXTRACT_DTD_MAX;
		if (*ret_cut)
			return 0;
		doc = xmlReadMemory(page.p, (int)page.len, NULL, "UTF-8",
			XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET);
	} else {
		doc = htmlReadMemory(page.p, (int)page.len, NULL, "UTF-8",
			HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
				HTML_PARSE_IGNORE_ENC);
	}
	if (doc == NULL)
		return 0;
	r = evaluate(e, doc, out, ret_cut);
	xmlFreeDoc(doc);
	return r;
}
