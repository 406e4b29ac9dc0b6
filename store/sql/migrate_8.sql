-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 8 to 9: what pages refer to. The columns' meanings are in schema.sql. Of pages that were read before there is nothing.
CREATE TABLE links (
	page INTEGER NOT NULL,
	n    INTEGER NOT NULL,
	url  TEXT NOT NULL,
	kind TEXT NOT NULL,
	PRIMARY KEY (page, n)
) WITHOUT ROWID;
