-- Reports of mail clients, the census made of them, and what is planned with it.

-- Who may send reports.
CREATE TABLE "report_source" (
    "id" TEXT NOT NULL,
    "number" SMALLINT GENERATED ALWAYS AS IDENTITY,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "old_token_hash" TEXT,
    "old_token_until" TIMESTAMPTZ(3),
    "addresses" TEXT[] NOT NULL DEFAULT '{}',
    "hosts" TEXT[] NOT NULL DEFAULT '{}',
    "per_second" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,
    "withdrawn_at" TIMESTAMPTZ(3),
    "withdrawn_by" TEXT,
    "withdrawn_reason" TEXT,

    CONSTRAINT "report_source_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "report_source_number_key" ON "report_source"("number");
CREATE UNIQUE INDEX "report_source_token_hash_key" ON "report_source"("token_hash");

-- What came from a source, hour by hour.
CREATE TABLE "report_count" (
    "source" SMALLINT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "accepted" BIGINT NOT NULL DEFAULT 0,
    "rejected" BIGINT NOT NULL DEFAULT 0,
    "own" BIGINT NOT NULL DEFAULT 0,
    "overflowed" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "report_count_pkey" PRIMARY KEY ("source", "hour")
);

-- A refused line of each source now and then, without what could name an account.
CREATE TABLE "rejected_report" (
    "id" BIGSERIAL NOT NULL,
    "source" SMALLINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "pointer" TEXT NOT NULL,
    "detail" TEXT NOT NULL,

    CONSTRAINT "rejected_report_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "rejected_report_source_at_idx" ON "rejected_report"("source", "at");

-- Batches that were taken, so that one that is sent twice counts once.
CREATE TABLE "report_batch" (
    "source" SMALLINT NOT NULL,
    "batch" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "answer" JSONB NOT NULL,

    CONSTRAINT "report_batch_pkey" PRIMARY KEY ("source", "batch")
);
CREATE INDEX "report_batch_at_idx" ON "report_batch"("at");

-- Dictionaries: open, and capped by ingest, since strangers fill them.
CREATE TABLE "client_name" (
    "id" INTEGER GENERATED ALWAYS AS IDENTITY,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "client_name_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "client_name_name_version_key" ON "client_name"("name", "version");

CREATE TABLE "mail_server" (
    "id" INTEGER GENERATED ALWAYS AS IDENTITY,
    "host" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "service" TEXT NOT NULL,

    CONSTRAINT "mail_server_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "mail_server_host_address_service_key" ON "mail_server"("host", "address", "service");

CREATE TABLE "tag_set" (
    "id" INTEGER GENERATED ALWAYS AS IDENTITY,
    "tags" TEXT[] NOT NULL,

    CONSTRAINT "tag_set_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "tag_set_tags_key" ON "tag_set"("tags");

CREATE TABLE "client_tls" (
    "id" INTEGER GENERATED ALWAYS AS IDENTITY,
    "version" TEXT NOT NULL,
    "cipher" TEXT NOT NULL,

    CONSTRAINT "client_tls_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "client_tls_version_cipher_key" ON "client_tls"("version", "cipher");

CREATE TABLE "census_class" (
    "id" INTEGER GENERATED ALWAYS AS IDENTITY,
    "client" INTEGER NOT NULL REFERENCES "client_name"("id"),
    "server" INTEGER NOT NULL REFERENCES "mail_server"("id"),
    "latched" INTEGER NOT NULL REFERENCES "tag_set"("id"),
    "supported" INTEGER NOT NULL REFERENCES "tag_set"("id"),
    "tls" INTEGER NOT NULL REFERENCES "client_tls"("id"),
    "speaks_deep" BOOLEAN NOT NULL,

    CONSTRAINT "census_class_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "census_class_key" ON "census_class"("client", "server", "latched", "supported", "tls", "speaks_deep");

-- The census: an account with a client at a server. No index has last_day, so that a new day rewrites no index.
CREATE TABLE "latch_holder" (
    "account" UUID NOT NULL,
    "server" INTEGER NOT NULL,
    "client" INTEGER NOT NULL,
    "class" INTEGER NOT NULL,
    "first_day" DATE NOT NULL,
    "last_day" DATE NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,
    "source" SMALLINT NOT NULL,

    CONSTRAINT "latch_holder_pkey" PRIMARY KEY ("account", "server", "client")
) WITH (fillfactor = 80);
CREATE INDEX "latch_holder_class_account_idx" ON "latch_holder"("class", "account");

-- What a source took over from another one, so that it can be given back.
CREATE TABLE "latch_holder_before" (
    "account" UUID NOT NULL,
    "server" INTEGER NOT NULL,
    "client" INTEGER NOT NULL,
    "taken_by" SMALLINT NOT NULL,
    "class" INTEGER NOT NULL,
    "first_day" DATE NOT NULL,
    "last_day" DATE NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,
    "source" SMALLINT NOT NULL,

    CONSTRAINT "latch_holder_before_pkey" PRIMARY KEY ("account", "server", "client", "taken_by")
);
CREATE INDEX "latch_holder_before_taken_by_idx" ON "latch_holder_before"("taken_by");
CREATE INDEX "latch_holder_before_source_idx" ON "latch_holder_before"("source");

-- The census counted by class and week, and what was added since.
CREATE TABLE "census_cube" (
    "class" INTEGER NOT NULL,
    "week" DATE NOT NULL,
    "holders" BIGINT NOT NULL,

    CONSTRAINT "census_cube_pkey" PRIMARY KEY ("class", "week")
);
CREATE TABLE "census_delta" (
    "id" BIGSERIAL NOT NULL,
    "class" INTEGER NOT NULL,
    "week" DATE NOT NULL,
    "change" BIGINT NOT NULL,

    CONSTRAINT "census_delta_pkey" PRIMARY KEY ("id")
);

-- One half of a session, until the other comes: what a client told before its login, or a login without a client's name.
CREATE TABLE "session_report" (
    "source" SMALLINT NOT NULL,
    "session" TEXT NOT NULL,
    "server" INTEGER NOT NULL,
    "client" INTEGER NOT NULL,
    "latched" INTEGER NOT NULL,
    "supported" INTEGER NOT NULL,
    "tls" INTEGER NOT NULL,
    "speaks_deep" BOOLEAN NOT NULL,
    "account" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_report_pkey" PRIMARY KEY ("source", "session")
);
CREATE INDEX "session_report_at_idx" ON "session_report"("at");

-- Reports that no login was joined with: claims of anybody.
CREATE TABLE "anonymous_report" (
    "class" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "source" SMALLINT NOT NULL,
    "reports" BIGINT NOT NULL,

    CONSTRAINT "anonymous_report_pkey" PRIMARY KEY ("class", "day", "source")
);

-- Logins, so that every number has its denominator.
CREATE TABLE "login_count" (
    "server" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "source" SMALLINT NOT NULL,
    "logins" BIGINT NOT NULL,
    "named" BIGINT NOT NULL,
    "spoke_of_latches" BIGINT NOT NULL,
    "proxied" BIGINT NOT NULL,
    "proxied_without_tls" BIGINT NOT NULL,

    CONSTRAINT "login_count_pkey" PRIMARY KEY ("server", "day", "source")
);

-- Latches that clients say were broken, in steps of five minutes, and later by the hour without the network.
CREATE TABLE "latch_failure" (
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "server" INTEGER NOT NULL,
    "network" TEXT NOT NULL,
    "client" INTEGER NOT NULL,
    "tag" TEXT NOT NULL,
    "source" SMALLINT NOT NULL,
    "reports" BIGINT NOT NULL,

    CONSTRAINT "latch_failure_pkey" PRIMARY KEY ("slot", "server", "network", "client", "tag", "source")
);
CREATE INDEX "latch_failure_server_slot_idx" ON "latch_failure"("server", "slot");
CREATE TABLE "latch_failure_hour" (
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "server" INTEGER NOT NULL,
    "client" INTEGER NOT NULL,
    "tag" TEXT NOT NULL,
    "networks" INTEGER NOT NULL,
    "reports" BIGINT NOT NULL,

    CONSTRAINT "latch_failure_hour_pkey" PRIMARY KEY ("hour", "server", "client", "tag")
);

-- What other providers saw when they sent mail to us (RFC 8460).
CREATE TABLE "tls_report" (
    "id" TEXT NOT NULL,
    "source" SMALLINT NOT NULL,
    "organization" TEXT NOT NULL,
    "report_id" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "policy_type" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "successes" BIGINT NOT NULL,
    "failures" BIGINT NOT NULL,
    "details" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tls_report_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "tls_report_domain_ends_at_idx" ON "tls_report"("domain", "ends_at");

-- Bounces that name a latch (draft section 7.4).
CREATE TABLE "latch_bounce" (
    "day" DATE NOT NULL,
    "reporter" TEXT NOT NULL,
    "remote" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "source" SMALLINT NOT NULL,
    "bounces" BIGINT NOT NULL,

    CONSTRAINT "latch_bounce_pkey" PRIMARY KEY ("day", "reporter", "remote", "tag", "source")
);

-- Accounts that were erased; late reports of them are dropped until the day.
CREATE TABLE "erased_account" (
    "account" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "erased_account_pkey" PRIMARY KEY ("account")
);

-- Append-only: who did what that others must be able to look up.
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- Where our own probes come from, so that their sessions are not counted.
CREATE TABLE "probe_address" (
    "address" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "probe_address_pkey" PRIMARY KEY ("address")
);

-- A change that somebody plans, with the evidence of that moment.
CREATE TABLE "change_plan" (
    "id" TEXT NOT NULL,
    "change" JSONB NOT NULL,
    "answer" JSONB NOT NULL,
    "answer_hash" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "approved_at" TIMESTAMPTZ(3),
    "approved_by" TEXT,
    "carried_out_at" TIMESTAMPTZ(3),
    "carried_out_by" TEXT,
    "withdrawn_at" TIMESTAMPTZ(3),
    "withdrawn_by" TEXT,
    "outcome" JSONB,

    CONSTRAINT "change_plan_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "change_plan_created_at_idx" ON "change_plan"("created_at");

-- A question whether a change may go ahead, answered by a worker.
CREATE TABLE "preflight" (
    "id" TEXT NOT NULL,
    "change" JSONB NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "requested_by" TEXT NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "answer" JSONB,
    "error" TEXT,

    CONSTRAINT "preflight_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "preflight_requested_at_idx" ON "preflight"("requested_at");

-- A change of the key that TLSA records of an endpoint name, step by step.
CREATE TABLE "rollover" (
    "id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "given" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "certificate" BYTEA,
    "usage" SMALLINT NOT NULL,
    "selector" SMALLINT NOT NULL,
    "matching" SMALLINT NOT NULL,
    "old_records" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "published_since" TIMESTAMPTZ(3),
    "served_since" TIMESTAMPTZ(3),
    "retired_since" TIMESTAMPTZ(3),
    "looked_at" TIMESTAMPTZ(3),
    "look" JSONB,
    "closed_at" TIMESTAMPTZ(3),
    "closed_by" TEXT,

    CONSTRAINT "rollover_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "rollover_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "rollover_endpoint_id_idx" ON "rollover"("endpoint_id");
