-- Root causes, impact and unrest of incidents.
ALTER TABLE "incident"
    ADD COLUMN "root_id" TEXT,
    ADD COLUMN "cause" TEXT,
    ADD COLUMN "vantage" TEXT,
    ADD COLUMN "impact" JSONB,
    ADD COLUMN "unstable_since" TIMESTAMPTZ(3),
    ADD COLUMN "acknowledged_until" TIMESTAMPTZ(3),
    ADD CONSTRAINT "incident_root_id_fkey" FOREIGN KEY ("root_id") REFERENCES "incident"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "incident_root_id_idx" ON "incident"("root_id");
CREATE INDEX "incident_cause_state_idx" ON "incident"("cause", "state");

-- What one worker suspects, another one confirms where there is one.
ALTER TABLE "task" ADD COLUMN "seen_by" TEXT;

-- The order that pollers read events in: given under one lock, after the commit of the event.
ALTER TABLE "incident_event" ADD COLUMN "position" BIGINT;
CREATE UNIQUE INDEX "incident_event_position_key" ON "incident_event"("position");
CREATE INDEX "incident_event_unplaced_idx" ON "incident_event"("id") WHERE "position" IS NULL;

-- One row: the last position that was given, and the highest that retention has taken away.
CREATE TABLE "event_feed" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "placed" BIGINT NOT NULL DEFAULT 0,
    "pruned" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "event_feed_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "event_feed_id_check" CHECK ("id" = 1)
);
INSERT INTO "event_feed" DEFAULT VALUES;

-- What a ticket system says of an incident.
CREATE TABLE "external_ref" (
    "incident_id" TEXT NOT NULL,
    "system" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "url" TEXT,
    "status" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "external_ref_pkey" PRIMARY KEY ("incident_id", "system"),
    CONSTRAINT "external_ref_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Answers to requests that may come twice.
CREATE TABLE "idempotent_request" (
    "actor" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "status" INTEGER NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "idempotent_request_pkey" PRIMARY KEY ("actor", "key")
);
CREATE INDEX "idempotent_request_at_idx" ON "idempotent_request"("at");

-- Nobody is told while it holds. Resolving is always told.
CREATE TABLE "silence" (
    "id" TEXT NOT NULL,
    "code" TEXT,
    "host" TEXT,
    "incident_id" TEXT,
    "reason" TEXT NOT NULL,
    "maintenance" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,

    CONSTRAINT "silence_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "silence_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "silence_ends_check" CHECK ("ends_at" > "starts_at")
);
CREATE INDEX "silence_ends_at_idx" ON "silence"("ends_at");

-- Where alerts go. `default` is the mail route of the environment.
CREATE TABLE "alert_route" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "secret" TEXT,
    "min_severity" TEXT NOT NULL,
    "escalate_after_minutes" INTEGER NOT NULL DEFAULT 0,
    "out_of_band" BOOLEAN NOT NULL DEFAULT false,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "removed_at" TIMESTAMPTZ(3),
    "removed_by" TEXT,
    "checked_at" TIMESTAMPTZ(3),
    "dependence" JSONB,

    CONSTRAINT "alert_route_pkey" PRIMARY KEY ("id")
);
INSERT INTO "alert_route" ("id", "name", "kind", "config", "min_severity", "created_at", "created_by")
    VALUES ('default', 'Mail', 'mail', '{"from": "environment"}', 'info', now(), 'latchwatch');

-- A test of a route that a person confirms.
CREATE TABLE "route_proof" (
    "id" TEXT NOT NULL,
    "route_id" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "error" TEXT,
    "confirmed_at" TIMESTAMPTZ(3),
    "confirmed_by" TEXT,

    CONSTRAINT "route_proof_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "route_proof_route_id_fkey" FOREIGN KEY ("route_id") REFERENCES "alert_route"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "route_proof_token_hash_key" ON "route_proof"("token_hash");
CREATE INDEX "route_proof_route_id_created_at_idx" ON "route_proof"("route_id", "created_at");

-- One notice is for one route.
ALTER TABLE "notice"
    ADD COLUMN "route_id" TEXT NOT NULL DEFAULT 'default',
    ADD COLUMN "overflowed" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "held" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "message_id" TEXT,
    ADD COLUMN "given_up_at" TIMESTAMPTZ(3),
    DROP COLUMN "channel",
    ADD CONSTRAINT "notice_route_id_fkey" FOREIGN KEY ("route_id") REFERENCES "alert_route"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "notice_route_id_sent_at_idx" ON "notice"("route_id", "sent_at");
CREATE INDEX "notice_incident_id_idx" ON "notice"("incident_id");

-- What the watchdog asks: when each of the things that must go on happened last.
CREATE TABLE "vital_sign" (
    "name" TEXT NOT NULL,
    "vantage" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "vital_sign_pkey" PRIMARY KEY ("name", "vantage")
);

-- An invitation names who may use it; the link of the first administrator names nobody.
ALTER TABLE "setup_link"
    ADD COLUMN "email" TEXT,
    ADD COLUMN "role" TEXT,
    ADD COLUMN "created_by" TEXT NOT NULL DEFAULT 'latchwatch';
ALTER TABLE "user" ADD COLUMN "disabled_at" TIMESTAMPTZ(3);

-- The audit record is a chain: each entry has the SHA-256 of itself and of the hash before it. What is hashed is one
-- value a line; lib/audit/chain.ts makes the same text, so that it can be checked without trust in this function.
ALTER TABLE "audit_entry"
    ADD COLUMN "previous_hash" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "hash" TEXT NOT NULL DEFAULT '';

CREATE FUNCTION "audit_entry_hash"("entry" "audit_entry") RETURNS TEXT LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(
        E'\n',
        entry.previous_hash,
        entry.id::text,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        to_json(entry.actor)::text,
        to_json(entry.action)::text,
        to_json(entry.subject)::text,
        entry.detail::text
    ), 'UTF8')), 'hex')
$$;

DO $$
DECLARE
    entry "audit_entry";
    head TEXT := repeat('0', 64);
BEGIN
    FOR entry IN SELECT * FROM "audit_entry" ORDER BY id LOOP
        entry.previous_hash := head;
        head := "audit_entry_hash"(entry);
        UPDATE "audit_entry" SET "previous_hash" = entry.previous_hash, "hash" = head WHERE id = entry.id;
    END LOOP;
END
$$;
-- Two entries after the same one would be a fork.
CREATE UNIQUE INDEX "audit_entry_previous_hash_key" ON "audit_entry"("previous_hash");

-- One writer at a time, until its commit: the order of the chain is the order of the numbers.
CREATE FUNCTION "chain_audit_entry"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    last "audit_entry";
BEGIN
    PERFORM pg_advisory_xact_lock(72707370);
    SELECT * INTO last FROM "audit_entry" ORDER BY id DESC LIMIT 1;
    NEW.id := COALESCE(last.id, 0) + 1;
    NEW.previous_hash := COALESCE(last.hash, repeat('0', 64));
    NEW.hash := "audit_entry_hash"(NEW);
    RETURN NEW;
END
$$;
CREATE TRIGGER "audit_entry_chain" BEFORE INSERT ON "audit_entry" FOR EACH ROW EXECUTE FUNCTION "chain_audit_entry"();
ALTER TABLE "audit_entry" ENABLE ALWAYS TRIGGER "audit_entry_chain";

CREATE FUNCTION "refuse_audit_change"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit record only grows: % is refused.', TG_OP;
END
$$;
CREATE TRIGGER "audit_entry_unchanged" BEFORE UPDATE OR DELETE ON "audit_entry"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();
CREATE TRIGGER "audit_entry_kept" BEFORE TRUNCATE ON "audit_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
ALTER TABLE "audit_entry" ENABLE ALWAYS TRIGGER "audit_entry_unchanged";
ALTER TABLE "audit_entry" ENABLE ALWAYS TRIGGER "audit_entry_kept";
