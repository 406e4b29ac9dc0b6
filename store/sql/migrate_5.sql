-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 5 to 6: until when hosts are left alone. The columns' meanings are in schema.sql.
CREATE TABLE pauses (
	origin TEXT PRIMARY KEY,
	due_at INTEGER NOT NULL
) WITHOUT ROWID;
