-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 2 to 3: cookies. The columns' meanings are in schema.sql.
CREATE TABLE cookies (
	id         INTEGER PRIMARY KEY,
	domain     TEXT NOT NULL,
	path       TEXT NOT NULL,
	name       TEXT NOT NULL,
	host_only  INTEGER NOT NULL,
	value      TEXT NOT NULL,
	secure     INTEGER NOT NULL,
	http_only  INTEGER NOT NULL,
	expires_at INTEGER,
	UNIQUE (domain, path, name, host_only)
);
