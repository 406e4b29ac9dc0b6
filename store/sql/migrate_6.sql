-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 6 to 7: what a mirror has written. The columns' meanings are in schema.sql. Of files that were written before there is nothing.
CREATE TABLE written (
	id    INTEGER PRIMARY KEY,
	saved TEXT NOT NULL,
	bytes INTEGER NOT NULL,
	hash  TEXT NOT NULL
);
