-- Totals over everything that was ever done here, a JSON object for each kind.
CREATE TABLE tally (
  kind TEXT PRIMARY KEY,
  content TEXT NOT NULL
) WITHOUT ROWID;
