/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * path.h: the name of a URL's file in a mirror. Pure, total, and injective: it depends on the URL and its media type only,
 * never on other URLs or on what is on the disk, and no two URLs have the same name on any file system, those included
 * that fold case or normalise Unicode (Windows, macOS, FAT). doc/formats.md tells users the same: change both together.
 *
 *	URL                              type            path
 *	https://example.org/             text/html       example.org/index.html
 *	https://example.org/a/           text/html       example.org/a/index.html
 *	https://example.org/a.html       text/html       example.org/a.html
 *	https://example.org/a            text/html       example.org/a,.html
 *	https://example.org/a.php?b=c    text/html       example.org/a.php,,b=c.html
 *	https://example.org/a.js/b.html  text/html       example.org/a.js,d/b.html
 *	https://example.org/README.md    text/plain      example.org/README,u7q.md
 *	http://example.org/              text/html       example.org,http/index.html
 *	http://example.org:8080/         text/html       example.org,http8080/index.html
 *
 * The comma is the mark: of a URL it never comes through as itself, so nothing a site names can look like a mark.
 *
 *	,XX      two hex digits: that byte. Of ASCII, all but letters, digits and - _ . ~ $ & ' ( ) + ; = @ [ ] ^ { } ` % !
 *	         are written so; a dot at the end of a component; '~' before a digit (short names of Windows)
 *	%xx      as in the URL, in small letters. Only what is as good a name decoded is decoded: %20 but at the ends of a
 *	         component, and UTF-8 characters that folding and NFC leave alone (url/fold.h)
 *	,,       the query follows
 *	,.       the extension behind it is not the URL's own (which is kept if it does not mislead: mediatype_fits())
 *	,i       this is the URL's own "index", in any case; without it, index is what was put for an empty name
 *	,e       an empty directory name ("//")
 *	,d       a directory whose name would look like a file's: ends in '.' and an extension
 *	,uX...   which letters are not in their usual case (small; in %XX capital): five letters to a base32 digit, first
 *	         letters first; digits of no use at the end are left out
 *	,w       before the first dot: a name that Windows keeps for itself (con, nul, com1, ...)
 *	,hX...   the component was longer than PATH_NAME_MAX_BYTES (host: PATH_HOST_MAX_BYTES): instead of its end,
 *	         base32 of 160 bits of SHA-256 of all of it, as it is in the URL
 *	,long/   the whole path was longer than STORE_PATH_MAX_BYTES: host, this, and one component of kind ,h of the URL
 *
 * What struct store_names changes of this:
 *
 *	protocol_directories  https/example.org/, http/example.org/: the scheme is a directory, and ",http" no mark
 *	default_page          another name in the place of index
 *	keep_extension        the URL's own extension is kept also where it misleads; behind a query too
 *	UNIX                  no ",u", ",w": what differs in case is for the file system to keep apart. Of ASCII only '/', ',' and
 *	                      a dot at the end are written as ",XX", of UTF-8 all but controls is decoded
 *	ASCII                 no UTF-8: %XX
 *	LOWERCASE, UPPERCASE  the letters of the URL are written so; ",u" says how they were
 *	no_host, no_directories, cut_dirs, a given name: not all of the URL is in the path, so two may meet (path_may_meet()).
 *	                      Whoever comes second is set apart by the hash of its URL, as if its name were too long (place.h)
 *
 * A file's name always ends in '.' and 1-8 letters and digits, with a letter among them, or in .webmanifest; a directory's never does. So /a
 * and /a/b do not meet. The host is the first directory: scheme and port are marks of it, left out for https on 443.
 */
#ifndef STORE_PATH_H
#define STORE_PATH_H

#include "store/store.h"

#define PATH_NAME_MAX_BYTES  120
#define PATH_HOST_MAX_BYTES  80

/* store_path() of store.h is this without the last two. */
struct path_of {
	const struct store_names *how;
	const struct url *url;
	struct str content_type; /* as sent */
	struct str name;         /* that the server gave the file, percent-encoded as in a URL; empty: none */
	bool apart;              /* with the hash of the URL */
};
size_t path_of(const struct path_of *what, char dst[STORE_PATH_MAX_BYTES]);

/* Two URLs may have one path, given names aside. */
bool path_may_meet(const struct store_names *how);

#endif
