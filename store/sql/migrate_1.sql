-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 1 to 2: what updates need, and the text of pages. The columns' meanings are in schema.sql.
ALTER TABLE urls ADD COLUMN etag TEXT;
ALTER TABLE urls ADD COLUMN last_modified TEXT;
ALTER TABLE urls ADD COLUMN change TEXT;
ALTER TABLE urls ADD COLUMN failure TEXT;
ALTER TABLE urls ADD COLUMN checked_at INTEGER;
ALTER TABLE urls ADD COLUMN changed_at INTEGER;
ALTER TABLE urls ADD COLUMN interval_s INTEGER;
ALTER TABLE urls ADD COLUMN simhash TEXT;
ALTER TABLE urls ADD COLUMN words INTEGER;
