-- SPDX-License-Identifier: GPL-3.0-or-later
-- lycosa.db, version 9 (PRAGMA user_version). doc/formats.md has queries to start from.
--
-- Written by one thread in one transaction at a time, which holds what came to its end since the
-- last one, what that led to, and how long the files beside the database are; so that after a crash
-- all of them can be brought back to the same instant (store/writer.c, S1-S6).
--
-- Times are microseconds, instants since 1970-01-01T00:00:00Z: datetime(started_at / 1000000, 'unixepoch').

-- One value a name:
--	created_at, finished (0 or 1), exit_status (of the run that finished it)
--	hash_key            of the fingerprints; random
--	upto                urls.id up to which a resume has tidied what was found
--	warc_stamp          of the WARC files of the last run
--	written             1: each file that a mirror has rewritten is in table written
--	cookies_file_at     of what --load-cookies named: when it was changed last
--	trap_loops          how many loops the job had; 0 = several counts, so what they have learned is not apart
--	traps.0, ...        what each loop has learned of sites without end (frontier/trap.h), packed, until the job is finished;
--	traps.0.SEQ         and what came since (store/trapways.h)
-- and of an update (store/update.h): update_started_at, repair (1: only what is damaged is due), purged (1: a file was not taken over,
-- because of --purge).
CREATE TABLE job (
	name  TEXT PRIMARY KEY,
	value
) WITHOUT ROWID;

-- Each start of the program on this job; ended_at is NULL where it was killed.
CREATE TABLE runs (
	id         INTEGER PRIMARY KEY,
	version    TEXT NOT NULL,
	started_at INTEGER NOT NULL,
	ended_at   INTEGER,
	why        TEXT,              -- finished, interrupted, blocked, budget reached, ...
	records    INTEGER NOT NULL DEFAULT 0 -- URLs that came to their end in it
);

-- Where the crawl begins: `page`, and `sitemap` of --sitemap. And `joined`: where the redirects of
-- seeds have led, whose hosts belong to the scope since.
CREATE TABLE seeds (
	id   INTEGER PRIMARY KEY,
	url  TEXT NOT NULL,
	kind TEXT NOT NULL
);

-- How much of each file belongs to the last transaction; what lies behind it is cut off on resume.
CREATE TABLE files (
	name  TEXT PRIMARY KEY,
	bytes INTEGER NOT NULL,
	sum   INTEGER NOT NULL        -- of `visited`, to know it damaged; else 0
) WITHOUT ROWID;

-- A row for each URL that has come to its end, once; in that order. Those that never were asked for
-- have a reason in `outcome` and no request: status and what follows it are NULL.
CREATE TABLE urls (
	id            INTEGER PRIMARY KEY,
	key           INTEGER NOT NULL, -- fingerprint (url/found.h, found_key()), signed
	url           TEXT NOT NULL,
	parent        TEXT,             -- the page it was found on; NULL for seeds
	depth         INTEGER NOT NULL,
	kind          TEXT NOT NULL,    -- page, frame, requisite, ...
	seed          INTEGER NOT NULL, -- 1: a seed, or what a seed redirects to
	outcome       TEXT NOT NULL,
	status        INTEGER,          -- HTTP; 0: no answer
	type          TEXT,
	charset       TEXT,
	title         TEXT,
	redirect_to   TEXT,
	redirects     INTEGER,          -- hops before this one
	attempts      INTEGER,
	head_bytes    INTEGER,
	wire_bytes    INTEGER,
	body_bytes    INTEGER,
	truncated     INTEGER,
	http          INTEGER,          -- 11: HTTP/1.1
	address       TEXT,
	started_at    INTEGER,
	first_byte_us INTEGER,
	total_us      INTEGER,
	links_new     INTEGER,
	detail        TEXT,
	saved         TEXT,             -- where the body is kept, in the job directory
	language      TEXT,             -- what the page says of itself
	canonical     TEXT,
	noindex       INTEGER,
	nofollow      INTEGER,
	content_hash  TEXT,             -- XXH3-128 of the body, hexadecimal
	lastmod_at    INTEGER,          -- what a sitemap says
	etag          TEXT,             -- validators, as sent: for conditional requests of an update
	last_modified TEXT,             -- only where it is strong enough to be one (RFC 9110, section 8.8.2.2)
	change        TEXT,             -- by an update: new, changed, moved, gone, failed, unchanged, not_due
	failure       TEXT,             -- with failed: the outcome; all else is as it was before
	checked_at    INTEGER,          -- the last time that an update has asked; NULL: started_at
	changed_at    INTEGER,          -- the last time that it was found changed
	interval_s    INTEGER,          -- until it is looked at again, by its history of changes
	simhash       TEXT,             -- of the visible text, hexadecimal
	words         INTEGER,          -- of it
	text          TEXT,             -- where the visible text is kept, in the job directory
	text_bytes    INTEGER
);

-- With --save-links (store.links): what pages refer to, in the order of the page, whether or not it is asked for.
CREATE TABLE links (
	page INTEGER NOT NULL,        -- urls.id
	n    INTEGER NOT NULL,        -- 0, 1, ...
	url  TEXT NOT NULL,
	kind TEXT NOT NULL,           -- as in urls
	PRIMARY KEY (page, n)
) WITHOUT ROWID;

-- URLs that were let in, packed (url/found.h), in that order. Those without a row in `urls` are
-- pending. A resume throws away what has come to its end; `urls` beyond job.upto is newer.
CREATE TABLE found (
	id      INTEGER PRIMARY KEY,
	depth   INTEGER,              -- none of them is less deep; NULL: not known
	entries BLOB NOT NULL
);

-- URLs that wait to be asked for again: the attempt that comes, and when. The last row of a key holds.
CREATE TABLE retries (
	id      INTEGER PRIMARY KEY,
	key     INTEGER NOT NULL,
	attempt INTEGER NOT NULL,
	due_at  INTEGER NOT NULL
);

-- Files of a mirror whose references were changed: how they were written, in that order. A file is what its last row says; of a job that is
-- not finished, perhaps what one before that does. Of each file but the last go at the end, and where they are many.
CREATE TABLE written (
	id    INTEGER PRIMARY KEY,
	saved TEXT NOT NULL,          -- as in urls
	bytes INTEGER NOT NULL,
	hash  TEXT NOT NULL           -- XXH3-128, hexadecimal
);

-- What servers have set, in the order in which they did so first; expires_at is NULL for those of the session. The reason why
-- nobody but its owner may read this file.
CREATE TABLE cookies (
	id         INTEGER PRIMARY KEY,
	domain     TEXT NOT NULL,
	path       TEXT NOT NULL,
	name       TEXT NOT NULL,
	host_only  INTEGER NOT NULL,  -- 0: of hosts below the domain too
	value      TEXT NOT NULL,
	secure     INTEGER NOT NULL,
	http_only  INTEGER NOT NULL,
	expires_at INTEGER,
	UNIQUE (domain, path, name, host_only)
);

-- Hosts that have said they are to be asked by https only (RFC 6797), and until when.
CREATE TABLE hsts (
	host       TEXT PRIMARY KEY,
	subdomains INTEGER NOT NULL,  -- 1: those below it too
	since      INTEGER NOT NULL,
	until      INTEGER NOT NULL
) WITHOUT ROWID;

-- Until when a host asked to be left alone (429, 503, Retry-After), where that is later than the run's end.
CREATE TABLE pauses (
	origin TEXT PRIMARY KEY,      -- https://example.org
	due_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE VIEW failed AS
	SELECT url, parent, outcome, status, detail FROM urls
	WHERE status IS NOT NULL AND (status >= 400 OR outcome NOT IN ('ok', 'redirect'));
