-- Clusters that no file defines: the settings of a cluster's file as YAML, without its name and its nodes, with full paths.
-- Every row of the inventory carries the number of the change that wrote it last; numbers only rise, so that who read one can say what he read.
CREATE TABLE clusters (
  name       TEXT    NOT NULL PRIMARY KEY COLLATE NOCASE,
  settings   TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT    NOT NULL
);

-- Nodes that no file defines; their cluster may be one of a file. The table nodes has every node that an operation ever named.
CREATE TABLE inventory (
  name       TEXT    NOT NULL PRIMARY KEY,
  cluster    TEXT    NOT NULL COLLATE NOCASE,
  definition TEXT    NOT NULL,          -- JSON; a password is never in it, only where it is
  revision   INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT    NOT NULL
);

CREATE INDEX inventory_by_cluster ON inventory (cluster);

-- What only one node may have: an address, a hardware address, a controller.
CREATE TABLE inventory_claims (
  what TEXT NOT NULL PRIMARY KEY,
  node TEXT NOT NULL REFERENCES inventory ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX inventory_claims_by_node ON inventory_claims (node);

CREATE TABLE inventory_revision (
  number INTEGER NOT NULL
);

INSERT INTO inventory_revision VALUES (0);

-- The environments of deployments, which the plans hold too, to be joined.
CREATE TABLE operation_environments (
  operation INTEGER PRIMARY KEY REFERENCES operations,
  name      TEXT    NOT NULL,
  version   INTEGER NOT NULL,
  owner     TEXT    NOT NULL,
  revision  INTEGER NOT NULL             -- 0: it is in no catalogue
);

INSERT INTO operation_environments (operation, name, version, owner, revision)
SELECT key, json_extract(plan, '$.request.environment.name'), json_extract(plan, '$.request.environment.version'), json_extract(plan, '$.request.environment.user'),
       coalesce(json_extract(plan, '$.request.environment.revision'), 0)
FROM operations WHERE json_extract(plan, '$.request.environment.name') IS NOT NULL;

-- What became of each node: written with the events that say it, so that nobody need read the whole journal. Operations on simulated nodes leave no trace here.
CREATE TABLE node_states (
  node      INTEGER PRIMARY KEY REFERENCES nodes,
  operation INTEGER,                     -- operations.key: which has it now; NULL when none
  since     INTEGER,                     -- since when
  step      INTEGER,                     -- steps.ordinal: the micro-step begun last
  step_at   INTEGER,
  written   INTEGER NOT NULL DEFAULT 0,  -- 1: a step of this operation has begun that may write to the disk
  ended     INTEGER,                     -- events.sequence: how the last operation ended that did something to the node
  deployed  INTEGER                      -- events.sequence: the end of the deployment whose environment is on the disk; NULL when that is not known
);

CREATE INDEX node_states_by_deployed ON node_states (deployed) WHERE deployed IS NOT NULL;

-- From the journal there is: the rules of NodeStateRules.cs, once, in SQL.
CREATE TEMP TABLE facts AS
SELECT e.node, e.operation, e.sequence, e.kind, e.state, e.at, e.step, o.kind AS operation_kind,
       s.micro_step NOT IN (
         'SwitchPxe', 'SetVlan', 'Reboot', 'RebootFromDeployEnv', 'SendDeploymentKernel', 'Kexec', 'WaitReboot', 'CheckNodes', 'FindDisk', 'MountDeployPart',
         'MountTmpPart', 'UmountDeployPart', 'FormatTmpPart', 'FormatSwapPart', 'Sync', 'SendKeyInDeployEnv', 'VerifySystem', 'CheckKernelFiles', 'CheckRecordedEnv', 'Power',
         'Dummy', 'HoldNodes') AS writes
FROM events e JOIN operations o ON o.key = e.operation LEFT JOIN steps s ON s.operation = e.operation AND s.ordinal = e.step
WHERE o.simulated = 0 AND e.kind IN (5, 7, 11);

CREATE INDEX temp.facts_by_node ON facts (node, operation, kind, sequence);

INSERT INTO node_states (node, ended, deployed)
SELECT node, max(sequence),
       max(CASE WHEN operation_kind = 0 AND state = 5 THEN sequence END)
FROM facts f
WHERE kind = 11 AND state <> 9
  AND (state <> 8 OR EXISTS (SELECT 1 FROM facts b WHERE b.node = f.node AND b.operation = f.operation AND b.kind = 7))
GROUP BY node;

-- An environment is not known to be on the disk any more when a later operation wrote to it, unless it still has the node.
UPDATE node_states SET deployed = NULL
WHERE deployed IS NOT NULL AND EXISTS (
  SELECT 1 FROM facts w JOIN facts f ON f.node = w.node AND f.operation = w.operation AND f.kind = 11
  WHERE w.node = node_states.node AND w.kind = 7 AND w.writes = 1 AND w.operation_kind = 0 AND w.sequence > node_states.deployed);

INSERT INTO node_states (node, operation, since, step, step_at, written)
SELECT l.node, l.operation,
       (SELECT max(at) FROM facts f WHERE f.node = l.node AND f.operation = l.operation AND f.kind = 5),
       (SELECT step FROM facts f WHERE f.node = l.node AND f.operation = l.operation AND f.kind = 7 ORDER BY sequence DESC LIMIT 1),
       (SELECT at FROM facts f WHERE f.node = l.node AND f.operation = l.operation AND f.kind = 7 ORDER BY sequence DESC LIMIT 1),
       EXISTS (SELECT 1 FROM facts f WHERE f.node = l.node AND f.operation = l.operation AND f.kind = 7 AND f.writes = 1)
FROM leases l JOIN operations o ON o.key = l.operation WHERE o.simulated = 0
ON CONFLICT (node) DO UPDATE SET
  operation = excluded.operation, since = excluded.since, step = excluded.step, step_at = excluded.step_at, written = excluded.written;

DROP TABLE temp.facts;
