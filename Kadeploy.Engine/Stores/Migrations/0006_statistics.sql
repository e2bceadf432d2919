-- What became of nodes, a row for each node and operation, written in the transaction in which the node ends; everything here can be built anew from
-- the journal. Numbers stand for members of enums as in the first script; macro_step also as in steps.
-- Times are counts of 100 ns since 1970-01-01 UTC, durations counts of 100 ns unless milliseconds are said.

-- Users, clusters, environments ("name version 2") and digests of images, by number.
CREATE TABLE log_texts (
  key  INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
);

-- Steps of all plans, by number, in the order in which nodes first did them. micro_step is empty for an instance as a whole; the row of whole
-- operations has macro_step -1.
CREATE TABLE log_steps (
  key        INTEGER PRIMARY KEY,
  macro_step INTEGER NOT NULL,
  instance   TEXT    NOT NULL,
  micro_step TEXT    NOT NULL,
  UNIQUE (macro_step, instance, micro_step)
);

INSERT INTO log_steps (key, macro_step, instance, micro_step) VALUES (1, -1, '', '');

CREATE TABLE log (
  sequence    INTEGER PRIMARY KEY,      -- of the event that ended the node
  operation   INTEGER NOT NULL,         -- operations.key
  kind        INTEGER NOT NULL,
  simulated   INTEGER NOT NULL,
  user        INTEGER NOT NULL,         -- log_texts.key
  environment INTEGER NOT NULL,         -- log_texts.key
  cluster     INTEGER NOT NULL,         -- log_texts.key
  node        INTEGER NOT NULL,         -- nodes.key
  started     INTEGER NOT NULL,
  duration    INTEGER NOT NULL,
  state       INTEGER NOT NULL,
  durations   BLOB    NOT NULL,         -- of its attempts, of the instances that it came through, and of the whole when it ended well; for each:
                                        -- log_steps.key * 2 + (1 if it failed), milliseconds; both with 7 bits a byte, lowest first, 128 for more.
                                        -- It stands before what most questions do not need.
  fault       TEXT,                     -- its code
  fault_step  INTEGER,                  -- log_steps.key
  digest      INTEGER,                  -- log_texts.key
  step_1      INTEGER,                  -- log_steps.key: the instance of the operation's first macro-step that ran last; NULL if none began
  limit_1     INTEGER,
  retries_1   INTEGER NOT NULL,         -- fallbacks count too
  duration_1  INTEGER,
  step_2      INTEGER,
  limit_2     INTEGER,
  retries_2   INTEGER NOT NULL,
  duration_2  INTEGER,
  step_3      INTEGER,
  limit_3     INTEGER,
  retries_3   INTEGER NOT NULL,
  duration_3  INTEGER,
  step_4      INTEGER,
  limit_4     INTEGER,
  retries_4   INTEGER NOT NULL,
  duration_4  INTEGER,
  error       TEXT                      -- the fault's message
);

-- Holds all that rows are chosen and counted by, so that the rows themselves, which are five times as large, need not be read for it. Its order is
-- almost that of their arrival: adding to it costs next to nothing.
CREATE INDEX log_by_start ON log (
  started, node, cluster, kind, simulated, user, environment, state, duration, operation, retries_1, retries_2, retries_3, retries_4, fault);

-- The durations of each day's starts, by cluster and step, in the bins of DurationBuckets.cs.
CREATE TABLE log_histograms (
  day       INTEGER NOT NULL,           -- since 1970-01-01 UTC
  simulated INTEGER NOT NULL,
  kind      INTEGER NOT NULL,
  cluster   INTEGER NOT NULL,           -- log_texts.key
  step      INTEGER NOT NULL,           -- log_steps.key
  count     INTEGER NOT NULL,
  failed    INTEGER NOT NULL,           -- attempts that are not in count
  total     INTEGER NOT NULL,           -- milliseconds, as the next two
  minimum   INTEGER NOT NULL,
  maximum   INTEGER NOT NULL,
  bins      BLOB    NOT NULL,           -- for each that is not empty: its number less that of the one before, its count; written as in log.durations
  PRIMARY KEY (day, simulated, kind, cluster, step)
) WITHOUT ROWID;
