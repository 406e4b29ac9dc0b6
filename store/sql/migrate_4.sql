-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 4 to 5: hosts of HSTS. The columns' meanings are in schema.sql.
CREATE TABLE hsts (
	host       TEXT PRIMARY KEY,
	subdomains INTEGER NOT NULL,
	since      INTEGER NOT NULL,
	until      INTEGER NOT NULL
) WITHOUT ROWID;
