/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trap.h: sites without end, recognised by what they give: ever more URLs, and nothing new behind them.
 *
 * The control law. A page is judged when its turn to be committed has come, before its links are offered:
 *
 *	thin    less than 4 different pieces of text (base/sketch.h; a short sentence): it says too little to be judged
 *	fresh   its text has at least 10 pieces that neither pages of its pattern had, nor pages of the pattern of the page it was found on
 *	        (and eight more for each word of its URL that the other page's has not, two at most: it may echo them); or it leads to
 *	        new URLs of other patterns, on trust: what is found there pays that back, and an origin that has had 16 on trust more
 *	        than was paid back (two for each fresh page found on a stale one) has no more
 *	stale   anything else: a duplicate, or nothing new
 *
 * Seven classes of URLs keep a balance: a stale page that belongs to the class is one to the bad, a fresh one two to the good, at most 32 of
 * which are kept; a page with a picture of its own is neither. At budget the class is cut for good, and so is each URL of it that is
 * offered or whose turn to be asked for comes.
 *
 *	class    which pages count, and which URLs are cut                                                   budget  outcome
 *	pattern  of one pattern (url/pattern.h), found on a page of the same pattern or on a stale page         16   TRAP_PATTERN
 *	thin     of one pattern, found on a page of the same; thin pages count                                 256   TRAP_PATTERN
 *	slot     that differ from a URL let in before in this parameter (or session in the path) only; of the
 *	         stale pages only those whose very text is known                                                 8   TRAP_PARAM
 *	path     of one origin, with segments that repeat those before them                                       8   TRAP_PATH
 *	echo     of one origin, found on a stale page of another pattern; a quarter of its fresh pages more     24   TRAP_ECHO
 *	copy     of one origin, found on a page with the body of an earlier one; to the bad are those that are copies,
 *	         too, to the good all others                                                                     8   TRAP_COPY
 *	alias    of one origin, found on a page that names another, which is known, as the canonical one; to the bad are
 *	         copies, aliases and stale pages; canonical links themselves are never cut                       8   TRAP_CANONICAL
 *
 * Nobody can have other people's pages cut by linking to them: found on a stale page, on a copy or on an alias are only those of the same site
 * (registrable domain) as that page, and a stale page that was found on another site is not one to the bad.
 *
 * URLs of one pattern without a query are cut only at the end of 5 pages of it in a row without anything new (16, where they are
 * thin): a site of many pages that look alike is wide, but not deep, and is had whole.
 *
 * Why it ends, and why it cuts nothing else. A site without end has a page on which a URL of a kind is found that leads to the next one
 * of that kind, for ever: each page has finitely many links. So nothing is cut that is found where there is something new, unless
 * by a page of its own pattern; and it takes a net 16 pages of such a chain with nothing new in them. A fresh page pays for two stale
 * ones: a pattern is cut when fewer than one in three of its pages give anything. Patterns that say new things go on for ever.
 *
 * Sources: budgets by what pages of a group gave are the adaptive control of web crawlers after Lee, Leonard, Wang and Loguinov, "IRLbot" (2008),
 * there per domain; slots that change nothing are Bar-Yossef, Keidar and Schonfeld, "Do not crawl in the DUST" (2007), learned while
 * crawling; what is new in a text is measured by a sample of its pieces after Broder, "On the resemblance and containment of documents"
 * (1997). Constants: 10 pieces are about a sentence; 16 and 8 pages are what a crawl wastes on a trap; tests/e2e/test_traps.py has the
 * traps, and the documentation on which nothing may be cut.
 *
 * Order. Judgements come in the order of commits, which is that of the takes of a host, so that what is refused at the door does not
 * depend on timing. What is cut when its turn to be asked for comes does, a little: those in flight at that moment are asked for (at most
 * the host's window), and with several hosts in one loop, what is forgotten.
 *
 * Refusals at the door are of the class WAY: the same URL, found where something new is, is let in. Memory is bounded (about 5 MiB a loop, if it comes
 * to that much; in a run that goes on with other loops, too: all keys name their site's shard, and a loop takes what is of its hosts). It is packed for the job's next run (traps_pack()) now and then, always as of an instant all of whose pages are durable: what
 * was learned since is learned again, and a page that is asked for again is not the copy of itself.
 *
 * Owner: the loop's thread.
 */
#ifndef FRONTIER_TRAP_H
#define FRONTIER_TRAP_H

#include "frontier/frontier.h"

struct traps;

/* loop: of config->n_loops, whose pages are judged. */
MUST_CHECK int traps_new(const struct frontier_config *config, unsigned loop, struct traps **ret_traps);
static inline bool
traps_wanted(const struct frontier_config *config)
{
	return config->traps.patterns || config->traps.params || config->traps.paths || config->traps.echoes ||
		config->traps.copies || config->traps.canonical || config->traps.soft_404;
}
/* NULL is fine. */
void traps_free(struct traps *t);

/* For the next run: appended to out, which keeps the failure. */
void traps_pack(const struct traps *t, struct buf *out);
/*
 * Before anything is judged: what another run packed, of several loops one after the other; or the ways of pages since then, as
 * store/trapways.h writes them. What is of another loop's hosts in this run is left out. *packed moves on behind it. -EBADMSG: it is none, or of another version; as far as it could be read, it holds.
 */
MUST_CHECK int traps_unpack(struct traps *t, struct str *packed);

enum trap_verdict { TRAP_THIN, TRAP_FRESH, TRAP_STALE };

/* The page's turn has come, its links have not been offered. The verdict may yet be better: see traps_judged(). */
enum trap_verdict traps_judge(struct traps *t, const struct frontier_page *page, struct frontier_judgement *ret_judgement);
/* Its links have been offered. u, fp: of the page that was judged; else nothing happens. */
void traps_judged(struct traps *t, const struct url *u, uint64_t fp);
/* A URL is let in; is_page: not as what another page needs to be shown. */
void traps_let_in(struct traps *t, const struct url *u, uint64_t fp, bool is_page);
/* Has anything been cut? As long as not, traps_check() need not be asked. */
bool traps_any_cut(const struct traps *t);
/* OUTCOME_OK, or why it is cut. parent: where it was found, "" = nowhere. fp: of u. kind: as what it was found. */
enum outcome traps_check(struct traps *t, const struct url *u, uint64_t fp, struct str parent, enum link_kind kind);

#endif
