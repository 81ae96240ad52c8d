-- Runs, who owns them, their tasks as far as they have begun, and the journal.
CREATE TABLE run (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  request TEXT,
  requirement TEXT,
  analysis TEXT,
  team TEXT,
  contracts TEXT,
  plan TEXT,
  report TEXT,
  output TEXT,
  reason TEXT,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
);
CREATE TABLE owner (
  run INTEGER PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
  id TEXT,
  host TEXT,
  pid INTEGER NOT NULL,
  started INTEGER NOT NULL,
  socket TEXT,
  epoch INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL
);
-- A task without a row is planned.
CREATE TABLE task (
  run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  ready_ms INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER NOT NULL,
  result TEXT,
  reason TEXT,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE event (
  run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  task INTEGER NOT NULL,
  data TEXT,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
-- Records of DESIGN 4.9 and whatever else a run keeps by kind and id, every version.
CREATE TABLE record (
  run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (run, kind, id, version)
) WITHOUT ROWID;
