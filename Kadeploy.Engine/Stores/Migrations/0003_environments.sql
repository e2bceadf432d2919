-- Numbers stand for members of enums; the numbers never change:
--   environment_revisions.kind   0 added, 1 changed, 2 deleted

-- The versions of environments that users have described. One that was deleted keeps its row: its history stays, and goes on when it is added again.
CREATE TABLE environments (
  key      INTEGER PRIMARY KEY,
  name     TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  user     TEXT    NOT NULL,            -- its owner
  revision INTEGER NOT NULL,            -- the latest of environment_revisions
  deleted  INTEGER NOT NULL,            -- 1: the latest revision is a deletion
  UNIQUE (name, version, user)
);

-- Every description that a version ever had. Rows are added, and never changed or deleted.
CREATE TABLE environment_revisions (
  environment INTEGER NOT NULL REFERENCES environments,
  revision    INTEGER NOT NULL,         -- from 1
  kind        INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  user        TEXT    NOT NULL,         -- who did it
  description TEXT    NOT NULL,         -- JSON; for a deletion, the description until then
  PRIMARY KEY (environment, revision)
) WITHOUT ROWID;
