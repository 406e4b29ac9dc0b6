-- SPDX-License-Identifier: GPL-3.0-or-later
-- From version 7 to 8: what is found says how deep it is. Of what was found before it is not known. A new job has the column before the entries, so that all of it can be read
-- without them; here it comes last, as copying a million rows takes a minute, and twice the room.
ALTER TABLE found ADD COLUMN depth INTEGER;
