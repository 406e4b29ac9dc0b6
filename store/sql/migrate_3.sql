-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 3 to 4: the visible text. The columns' meanings are in schema.sql.
ALTER TABLE urls ADD COLUMN text TEXT;
ALTER TABLE urls ADD COLUMN text_bytes INTEGER;
