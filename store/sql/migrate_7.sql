-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 7 to 8: what is found says how deep it is, before the entries, so that all of that can be read without them. Of what was found before it is not known.
CREATE TABLE found_8 (
	id      INTEGER PRIMARY KEY,
	depth   INTEGER,
	entries BLOB NOT NULL
);
INSERT INTO found_8 (id, entries) SELECT id, entries FROM found;
DROP TABLE found;
ALTER TABLE found_8 RENAME TO found;
