-- Numbers stand for members of enums; the numbers never change:
--   audit.action          1 granted, 2 revoked, 3 expired, 4 refused, 5 operationStarted, 6 operationCancelled, 7 operationEnded, 8 changed
-- Times are counts of 100 ns since 1970-01-01 UTC.

CREATE TABLE rights (
  key        INTEGER PRIMARY KEY,
  principal  TEXT    NOT NULL,          -- a user, or @GROUP
  scope      TEXT    NOT NULL,          -- a node, cluster:NAME, or *
  part       TEXT    NOT NULL,          -- a device, or *
  from_at    INTEGER,                   -- NULL: it has always held
  until_at   INTEGER,                   -- NULL: it has no end
  granted_by TEXT    NOT NULL,
  granted_at INTEGER NOT NULL
);

CREATE INDEX rights_by_principal ON rights (principal);
CREATE INDEX rights_by_scope ON rights (scope);
CREATE INDEX rights_by_end ON rights (until_at) WHERE until_at IS NOT NULL;

-- Changes with every change of rights, so that those who have read them need not read them again.
CREATE TABLE rights_revision (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  value    INTEGER NOT NULL
);
INSERT INTO rights_revision VALUES (1, 0);

-- Nodes of running operations whose users have no right left there. The engine of the operation stops them; they go with the operation's end.
CREATE TABLE stopped_nodes (
  operation INTEGER NOT NULL REFERENCES operations,
  node      INTEGER NOT NULL REFERENCES nodes,
  user      TEXT    NOT NULL,           -- who took the right away
  PRIMARY KEY (operation, node)
) WITHOUT ROWID;

-- Who did what. Entries are appended and nothing else.
CREATE TABLE audit (
  number    INTEGER PRIMARY KEY,        -- from 1, without gaps
  at        INTEGER NOT NULL,
  user      TEXT    NOT NULL,
  action    INTEGER NOT NULL,
  what      TEXT    NOT NULL,
  nodes     TEXT    NOT NULL,
  operation TEXT,                       -- its identifier: entries stand for themselves
  program   TEXT    NOT NULL,
  hash      TEXT    NOT NULL            -- SHA-256 over the entry and the hash before
);

-- How far it goes, so that entries cut off at the end are missed.
CREATE TABLE audit_head (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  number   INTEGER NOT NULL,
  hash     TEXT    NOT NULL
);
INSERT INTO audit_head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- OR REPLACE would delete the entry that it replaces without asking the trigger for deletions.
CREATE TRIGGER audit_appends BEFORE INSERT ON audit WHEN NEW.number IS NOT (SELECT number + 1 FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit trail can only be appended to'); END;

CREATE TRIGGER audit_goes_on AFTER INSERT ON audit
BEGIN UPDATE audit_head SET number = NEW.number, hash = NEW.hash; END;

CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be changed'); END;

CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be changed'); END;

CREATE TRIGGER audit_head_goes_on BEFORE UPDATE ON audit_head WHEN NEW.number IS NOT OLD.number + 1
BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be changed'); END;

CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be changed'); END;
