-- Numbers stand for members of enums; the numbers never change:
--   cache_files.state  0 arriving, 1 present, 2 removed

-- Files that were fetched. Each has a folder of its name below files/ in the state directory, from before it is made until after it is gone: a folder
-- without a row is not ours.
CREATE TABLE cache_files (
  id            TEXT    PRIMARY KEY,
  state         INTEGER NOT NULL,
  sha256        TEXT,                   -- of present files
  length        INTEGER NOT NULL,       -- of arriving files: how many bytes are set aside
  source        TEXT,                   -- of arriving files: the address that was asked for
  served_by     TEXT,                   -- of arriving files: the address from which the bytes are, and what tells whether they are still the same there
  etag          TEXT,
  last_modified TEXT,
  durable       INTEGER NOT NULL,       -- of arriving files: how many bytes are on the disk, whatever happens
  pinned        INTEGER NOT NULL,
  added_at      INTEGER NOT NULL,
  used_at       INTEGER NOT NULL,
  verified_at   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX cache_files_present ON cache_files (sha256) WHERE state = 1;
CREATE UNIQUE INDEX cache_files_arriving ON cache_files (source) WHERE state = 0;

-- What was found at an address when it was last asked.
CREATE TABLE cache_sources (
  location      TEXT    PRIMARY KEY,
  file          TEXT    NOT NULL REFERENCES cache_files ON DELETE CASCADE,
  served_by     TEXT    NOT NULL,       -- the address that answered: this one or a mirror
  etag          TEXT,
  last_modified TEXT,
  checked_at    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX cache_sources_by_file ON cache_sources (file);
