/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdbool.h>

#include "store/mediatype.h"
#include "url/header.h"

static const struct {
	const char *essence, *extension;
} types[] = {
	{ "text/html", "html" },
	{ "application/xhtml+xml", "xhtml" },
	{ "text/css", "css" },
	{ "text/javascript", "js" },
	{ "application/javascript", "js" },
	{ "application/x-javascript", "js" },
	{ "application/json", "json" },
	{ "application/ld+json", "jsonld" },
	{ "application/manifest+json", "webmanifest" },
	{ "text/plain", "txt" },
	{ "text/xml", "xml" },
	{ "application/xml", "xml" },
	{ "application/rss+xml", "rss" },
	{ "application/atom+xml", "atom" },
	{ "text/csv", "csv" },
	{ "text/markdown", "md" },
	{ "image/svg+xml", "svg" },
	{ "image/png", "png" },
	{ "image/jpeg", "jpg" },
	{ "image/gif", "gif" },
	{ "image/webp", "webp" },
	{ "image/avif", "avif" },
	{ "image/bmp", "bmp" },
	{ "image/tiff", "tiff" },
	{ "image/x-icon", "ico" },
	{ "image/vnd.microsoft.icon", "ico" },
	{ "font/woff", "woff" },
	{ "font/woff2", "woff2" },
	{ "font/ttf", "ttf" },
	{ "font/otf", "otf" },
	{ "application/font-woff", "woff" },
	{ "audio/mpeg", "mp3" },
	{ "audio/ogg", "ogg" },
	{ "video/mp4", "mp4" },
	{ "video/webm", "webm" },
	{ "application/pdf", "pdf" },
	{ "application/zip", "zip" },
	{ "application/gzip", "gz" },
	{ "application/x-gzip", "gz" },
	{ "application/x-tar", "tar" },
	{ "application/wasm", "wasm" },
};

/* RFC 9110 §5.6.2 */
static bool
is_token(unsigned char c)
{
	return ascii_is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

size_t
mediatype_essence(struct str content_type, char dst[MEDIATYPE_MAX_BYTES])
{
	struct str essence = header_media_type(content_type);
	size_t slashes = 0;

	if (essence.len == 0 || essence.len > MEDIATYPE_MAX_BYTES || essence.p[0] == '/' ||
		essence.p[essence.len - 1] == '/')
		return 0;
	for (size_t i = 0; i < essence.len; i++) {
		unsigned char c = (unsigned char)essence.p[i];

		slashes += c == '/';
		if (c != '/' && !is_token(c))
			return 0;
		dst[i] = (char)ascii_lower(c);
	}
	return slashes == 1 ? essence.len : 0;
}

const char *
mediatype_extension(struct str essence)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq(essence, str_of(types[i].essence)))
			return types[i].extension;
	return "bin";
}

/* What a browser does with a file of this name. */
enum use { USE_ANY, USE_HTML, USE_XHTML, USE_SVG, USE_XML, USE_CSS, USE_JS, USE_SERVER };

static const struct {
	const char *extension;
	enum use use;
} uses[] = {
	{ "html", USE_HTML },
	{ "htm", USE_HTML },
	{ "shtml", USE_HTML },
	{ "xhtml", USE_XHTML },
	{ "xht", USE_XHTML },
	{ "svg", USE_SVG },
	{ "xml", USE_XML },
	{ "xsl", USE_XML },
	{ "xslt", USE_XML },
	{ "rss", USE_XML },
	{ "atom", USE_XML },
	{ "rdf", USE_XML },
	{ "css", USE_CSS },
	{ "js", USE_JS },
	{ "mjs", USE_JS },
	/* programs on the server: their output is anything */
	{ "php", USE_SERVER },
	{ "phtml", USE_SERVER },
	{ "asp", USE_SERVER },
	{ "aspx", USE_SERVER },
	{ "jsp", USE_SERVER },
	{ "cgi", USE_SERVER },
	{ "cfm", USE_SERVER },
	{ "do", USE_SERVER },
};

static enum use
use_of(struct str extension)
{
	for (size_t i = 0; i < ARRAY_LEN(uses); i++)
		if (str_ieq(extension, str_of(uses[i].extension)))
			return uses[i].use;
	return USE_ANY;
}

bool
mediatype_fits(struct str essence, struct str extension)
{
	enum use has = use_of(extension);
	/* The use of the extension that the type's files carry. */
	enum use wants = use_of(str_of(mediatype_extension(essence)));

	if (essence.len == 0)
		return has != USE_SERVER;
	if (has == wants)
		return true;
	switch (wants) {
	case USE_XML:
		return has == USE_ANY;
	case USE_ANY:
		return has == USE_CSS || has == USE_JS ||
		       (has == USE_SERVER && (str_eq(essence, STR("text/plain")) ||
						     str_eq(essence, STR("application/octet-stream"))));
	default:
		return false;
	}
}
