/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libxml2's functions as lycosa has them (libxml.h). A row that differs from the header of libxml2 does not compile; one that is
 * missing does not link.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "base/cleanup.h"
#include "parse/worker/libxml.h"

/* LATE(type, name, parameters, arguments) */
#define LATE_ROWS \
	LATE(htmlParserCtxtPtr, htmlCreatePushParserCtxt, \
		(htmlSAXHandlerPtr sax, void *arg, const char *chunk, int size, const char *filename, xmlCharEncoding enc), \
		(sax, arg, chunk, size, filename, enc)) \
	LATE(int, htmlCtxtUseOptions, (htmlParserCtxtPtr ctx, int options), (ctx, options)) \
	LATE(void, htmlFreeParserCtxt, (htmlParserCtxtPtr ctx), (ctx)) \
	LATE(int, htmlParseChunk, (htmlParserCtxtPtr ctx, const char *chunk, int size, int last), (ctx, chunk, size, last)) \
	LATE(htmlDocPtr, htmlReadMemory, (const char *text, int size, const char *url, const char *encoding, int options), \
		(text, size, url, encoding, options)) \
	LATE(xmlParserCtxtPtr, xmlCreatePushParserCtxt, \
		(xmlSAXHandlerPtr sax, void *arg, const char *chunk, int size, const char *filename), (sax, arg, chunk, size, filename)) \
	LATE(int, xmlCtxtUseOptions, (xmlParserCtxtPtr ctx, int options), (ctx, options)) \
	LATE(void, xmlFreeDoc, (xmlDocPtr doc), (doc)) \
	LATE(void, xmlFreeParserCtxt, (xmlParserCtxtPtr ctx), (ctx)) \
	LATE(int, xmlParseChunk, (xmlParserCtxtPtr ctx, const char *chunk, int size, int last), (ctx, chunk, size, last)) \
	LATE(xmlDocPtr, xmlReadMemory, (const char *text, int size, const char *url, const char *encoding, int options), \
		(text, size, url, encoding, options)) \
	LATE(void, xmlSetGenericErrorFunc, (void *arg, xmlGenericErrorFunc fn), (arg, fn)) \
	LATE(void, xmlSetStructuredErrorFunc, (void *arg, xmlStructuredErrorFunc fn), (arg, fn)) \
	LATE(void, xmlStopParser, (xmlParserCtxtPtr ctx), (ctx)) \
	LATE(int, xmlSwitchEncoding, (xmlParserCtxtPtr ctx, xmlCharEncoding enc), (ctx, enc)) \
	LATE(xmlChar *, xmlXPathCastNodeToString, (xmlNodePtr node), (node)) \
	LATE(xmlChar *, xmlXPathCastToString, (xmlXPathObjectPtr value), (value)) \
	LATE(xmlXPathCompExprPtr, xmlXPathCompile, (const xmlChar *text), (text)) \
	LATE(xmlXPathObjectPtr, xmlXPathCompiledEval, (xmlXPathCompExprPtr rule, xmlXPathContextPtr ctx), (rule, ctx)) \
	LATE(void, xmlXPathFreeCompExpr, (xmlXPathCompExprPtr rule), (rule)) \
	LATE(void, xmlXPathFreeContext, (xmlXPathContextPtr ctx), (ctx)) \
	LATE(void, xmlXPathFreeObject, (xmlXPathObjectPtr object), (object)) \
	LATE(xmlXPathFunction, xmlXPathFunctionLookup, (xmlXPathContextPtr ctx, const xmlChar *name), (ctx, name)) \
	LATE(xmlXPathContextPtr, xmlXPathNewContext, (xmlDocPtr doc), (doc)) \
	LATE(void, xmlXPathNodeSetSort, (xmlNodeSetPtr set), (set)) \
	LATE(const xmlChar *, xmlXPathNsLookup, (xmlXPathContextPtr ctx, const xmlChar *prefix), (ctx, prefix)) \
	LATE(int, xmlXPathRegisterNs, (xmlXPathContextPtr ctx, const xmlChar *prefix, const xmlChar *uri), (ctx, prefix, uri))

enum late_index {
#define LATE(type, name, parameters, arguments) LATE_##name,
	LATE_ROWS
#undef LATE
	LATE_COUNT
};

static const char *const late_names[LATE_COUNT] = {
#define LATE(type, name, parameters, arguments) #name,
	LATE_ROWS
#undef LATE
};

static pthread_mutex_t late_lock = PTHREAD_MUTEX_INITIALIZER;
static bool late_loaded;             /* guarded by late_lock */
static void *late_found[LATE_COUNT]; /* immutable once loaded */
static char late_why[512];           /* of the first failure; immutable once that was returned */

/* A variable of libxml2, where it is linked; nobody sets it, so a copy is as good. */
xmlFreeFunc xmlFree;

#define LATE(type, name, parameters, arguments) \
	type name parameters \
	{ \
		CHECK(late_found[LATE_##name] != NULL); \
		return ((type (*) parameters)late_found[LATE_##name]) arguments; \
	}
LATE_ROWS
#undef LATE

static int
late_fail(void)
{
	const char *why = dlerror();

	if (late_why[0] == '\0')
		(void)snprintf(late_why, sizeof(late_why), "%s", why != NULL ? why : LIBXML2_SONAME);
	return -ELIBACC;
}

static int
late_load(void)
{
	void *library = dlopen(LIBXML2_SONAME, RTLD_NOW | RTLD_LOCAL), *found[LATE_COUNT];
	xmlFreeFunc *xml_free;

	/* Never closed again. */
	if (library == NULL)
		return late_fail();
	for (size_t i = 0; i < LATE_COUNT; i++) {
		found[i] = dlsym(library, late_names[i]);
		if (found[i] == NULL)
			return late_fail();
	}
	xml_free = (xmlFreeFunc *)dlsym(library, "xmlFree");
	if (xml_free == NULL)
		return late_fail();
	for (size_t i = 0; i < LATE_COUNT; i++)
		late_found[i] = found[i];
	xmlFree = *xml_free;
	late_loaded = true;
	return 0;
}

int
libxml_load(void)
{
	int r = 0;

	pthread_mutex_lock(&late_lock);
	if (!late_loaded)
		r = late_load();
	pthread_mutex_unlock(&late_lock);
	return r;
}

const char *
libxml_why(void)
{
	return late_why;
}
