-- A look at a mail domain that nobody watches yet, for whoever sets it up.
CREATE TABLE setup_run (
  id TEXT PRIMARY KEY,
  domain TEXT NOT NULL,
  requested_at TIMESTAMPTZ(3) NOT NULL,
  requested_by TEXT NOT NULL,
  -- The fence of the claim that looks now, or looked last: steps of others are not shown.
  attempt BIGINT NOT NULL DEFAULT 0,
  started_at TIMESTAMPTZ(3),
  finished_at TIMESTAMPTZ(3),
  error TEXT,
  result JSONB,
  monitored_at TIMESTAMPTZ(3),
  monitored_by TEXT
);
CREATE INDEX setup_run_requested_at_idx ON setup_run (requested_at);

-- Append-only: what became known, in the order in which it did. The latest row of a key holds.
CREATE TABLE setup_step (
  id BIGSERIAL PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES setup_run (id) ON DELETE CASCADE,
  attempt BIGINT NOT NULL,
  step JSONB NOT NULL
);
CREATE INDEX setup_step_run_id_id_idx ON setup_step (run_id, id);
