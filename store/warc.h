/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc.h: names of what the WARC sink (warc.c) keeps in the job directory; see doc/formats.md.
 */
#ifndef STORE_WARC_H
#define STORE_WARC_H

#define WARC_DIR        "warc"
#define WARC_INDEX      "index.cdxj"
#define WARC_INDEX_PART WARC_INDEX ".part" /* its lines, in the order of the records */
#define WARC_PAGES      "pages.jsonl" /* with a WACZ file: the pages to begin with, as it has them */

#define WARC_STAMP      "warc_stamp" /* in table job: 20261125032844, of the files that the last run made */

#endif
