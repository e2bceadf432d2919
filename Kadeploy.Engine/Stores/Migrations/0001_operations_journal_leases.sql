-- Numbers stand for members of enums; the numbers never change:
--   operations.kind       0 deployment, 1 reboot, 2 power, 3 console
--   operations.state      0 running, 1 finished, 2 cancelled
--   events.kind           1 started, 2 resumed, 3 cancelRequested, 4 finished, 5 nodeLeased, 6 setFormed, 7 stepStarted,
--                         8 stepSucceeded, 9 stepFailed, 10 stepInterrupted, 11 nodeFinished
--   events.consequence    0 retry, 1 restartInstance, 2 fallback, 3 giveUp, 4 cancel
--   events.state          5 ok, 6 ko, 7 stopped, 8 cancelled, 9 discarded
-- Times are counts of 100 ns since 1970-01-01 UTC, as in datetime(at / 10000000, 'unixepoch'); durations are counts of 100 ns.

-- Engines that may act. One that is not here (any more) has been fenced off: whatever it still tries is refused.
CREATE TABLE engines (
  id         TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL,
  locked     INTEGER NOT NULL           -- 1: it holds engines/ID.lock for as long as it lives; 0: file locks do not work here
) WITHOUT ROWID;

CREATE TABLE operations (
  key                 INTEGER PRIMARY KEY,
  id                  TEXT    NOT NULL UNIQUE,
  kind                INTEGER NOT NULL,
  user                TEXT    NOT NULL,
  environment         TEXT    NOT NULL,
  nodes               INTEGER NOT NULL,
  simulated           INTEGER NOT NULL,
  state               INTEGER NOT NULL DEFAULT 0,
  planned_at          INTEGER NOT NULL,
  finished_at         INTEGER,
  ok                  INTEGER NOT NULL DEFAULT 0,
  ko                  INTEGER NOT NULL DEFAULT 0,
  stopped             INTEGER NOT NULL DEFAULT 0,
  cancelled           INTEGER NOT NULL DEFAULT 0,
  discarded           INTEGER NOT NULL DEFAULT 0,
  cancel_requested_by TEXT,
  engine              TEXT    NOT NULL, -- who runs it, or ran it last: no foreign key, for engines go and operations stay
  plan                TEXT    NOT NULL  -- JSON; last, so that lists need not read over it
);

CREATE INDEX operations_unfinished ON operations (key) WHERE state = 0;

-- The plan's micro-steps by number, so that queries over events can join their names.
CREATE TABLE steps (
  operation  INTEGER NOT NULL REFERENCES operations,
  ordinal    INTEGER NOT NULL,
  cluster    TEXT    NOT NULL,
  macro_step INTEGER NOT NULL,          -- 0 SetDeploymentEnv, 1 BroadcastEnv, 2 BootNewEnv, 3 Verify, 4 Reboot, 5 Power, 6 Console
  instance   TEXT    NOT NULL,
  micro_step TEXT    NOT NULL,
  PRIMARY KEY (operation, ordinal)
) WITHOUT ROWID;

CREATE TABLE nodes (
  key  INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- Which operation holds a node. The engine that runs the operation holds its leases, so that renewing them is one row of engines.
CREATE TABLE leases (
  node      INTEGER PRIMARY KEY REFERENCES nodes,
  operation INTEGER NOT NULL REFERENCES operations
);

-- Checked by the program before it inserts: foreign keys here would cost a look-up each for every event.
CREATE TABLE events (
  sequence         INTEGER PRIMARY KEY, -- nothing is ever deleted, so numbers are never used again
  operation        INTEGER NOT NULL,    -- operations.key
  at               INTEGER NOT NULL,
  kind             INTEGER NOT NULL,
  node             INTEGER,             -- nodes.key
  step             INTEGER,             -- steps.ordinal
  instance_attempt INTEGER,
  attempt          INTEGER,
  set_number       INTEGER,
  duration         INTEGER,
  consequence      INTEGER,
  state            INTEGER,
  fault            TEXT,                -- its code, such as KA2104
  detail           TEXT                 -- JSON: what has no column
);

-- An index holds the row's number too, so this one gives the events of an operation in their order.
CREATE INDEX events_by_operation ON events (operation);
