-- AlterTable
ALTER TABLE "domain" ADD COLUMN "inventory_by" TEXT, ADD COLUMN "inventory_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN "last_scanned_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "domain_endpoint" ADD COLUMN "declared" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "task" ADD COLUMN "vantage" TEXT;

-- AlterTable
ALTER TABLE "observation_span" ADD COLUMN "evidence_at" TIMESTAMPTZ(3);
UPDATE "observation_span" SET "evidence_at" = "last_seen";
ALTER TABLE "observation_span" ALTER COLUMN "evidence_at" SET NOT NULL;

-- A run that saw nothing new extends its spans: without last_seen in an index, that is a change of one heap tuple.
ALTER TABLE "observation_span" ADD COLUMN "newest" BOOLEAN NOT NULL DEFAULT true;
UPDATE "observation_span" AS "span" SET "newest" = false WHERE EXISTS (
    SELECT 1 FROM "observation_span" AS "later"
    WHERE "later"."endpoint_id" IS NOT DISTINCT FROM "span"."endpoint_id"
      AND "later"."domain_id" IS NOT DISTINCT FROM "span"."domain_id"
      AND "later"."zone_id" IS NOT DISTINCT FROM "span"."zone_id"
      AND "later"."kind" = "span"."kind" AND "later"."address" = "span"."address"
      AND "later"."vantage" = "span"."vantage"
      AND ("later"."last_seen", "later"."id") > ("span"."last_seen", "span"."id")
);
DROP INDEX "observation_span_endpoint_id_kind_address_last_seen_idx";
DROP INDEX "observation_span_domain_id_kind_last_seen_idx";
DROP INDEX "observation_span_zone_id_kind_last_seen_idx";

-- CreateIndex
CREATE INDEX "observation_span_endpoint_id_newest_idx" ON "observation_span"("endpoint_id", "newest");

-- CreateIndex
CREATE INDEX "observation_span_endpoint_id_kind_first_seen_idx" ON "observation_span"("endpoint_id", "kind", "first_seen" DESC);

-- CreateIndex
CREATE INDEX "observation_span_domain_id_newest_idx" ON "observation_span"("domain_id", "newest");

-- CreateIndex
CREATE INDEX "observation_span_zone_id_newest_idx" ON "observation_span"("zone_id", "newest");

-- CreateIndex
CREATE INDEX "observation_span_first_seen_idx" ON "observation_span"("first_seen" DESC);

-- Room on each page for the next version of a row that every run changes; what is wide goes out of line, where an
-- extended span leaves it as it is.
ALTER TABLE "observation_span" SET (fillfactor = 70, toast_tuple_target = 256);
ALTER TABLE "finding" SET (fillfactor = 70);
ALTER TABLE "endpoint" SET (fillfactor = 70);
ALTER TABLE "zone" SET (fillfactor = 70);
ALTER TABLE "incident" SET (fillfactor = 70);
ALTER TABLE "domain_endpoint" SET (fillfactor = 70);
ALTER TABLE "domain_zone" SET (fillfactor = 70);
ALTER TABLE "task" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "connection_slot" SET (autovacuum_vacuum_scale_factor = 0.05);

-- Leases of seconds: nothing of them is worth a log. After a crash the table is empty, and so are the places.
ALTER TABLE "connection_slot" SET UNLOGGED;

-- AlterTable
ALTER TABLE "finding" ADD COLUMN "verdict_draft" TEXT, ADD COLUMN "verdict_current" TEXT;

-- CreateTable
CREATE TABLE "commitment" (
    "host" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,
    "last_seen" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT,
    "note" TEXT,
    "noted_by" TEXT,
    "noted_at" TIMESTAMPTZ(3),

    CONSTRAINT "commitment_pkey" PRIMARY KEY ("host","tag")
);

-- CreateTable
CREATE TABLE "commitment_sighting" (
    "host" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "tls_mode" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,
    "last_seen" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "commitment_sighting_pkey" PRIMARY KEY ("host","tag","service","tls_mode","port")
);

-- CreateTable
CREATE TABLE "declaration" (
    "endpoint_id" TEXT NOT NULL,
    "expects_deep" BOOLEAN,
    "accepts_client_certs" BOOLEAN,
    "legacy_submission" BOOLEAN,
    "front_of_id" TEXT,
    "vantage" TEXT,
    "address" TEXT,
    "server_name" TEXT,
    "try_client_command" BOOLEAN,
    "try_injection" BOOLEAN,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "declaration_pkey" PRIMARY KEY ("endpoint_id")
);

-- CreateTable
CREATE TABLE "known_certificate" (
    "host" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "der" BYTEA NOT NULL,
    "given_by" TEXT NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_certificate_pkey" PRIMARY KEY ("host","fingerprint")
);

-- CreateTable
CREATE TABLE "baseline" (
    "endpoint_id" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "approved_by" TEXT,
    "rejected" JSONB,
    "rejected_by" TEXT,
    "rejected_at" TIMESTAMPTZ(3),

    CONSTRAINT "baseline_pkey" PRIMARY KEY ("endpoint_id")
);

-- CreateTable
CREATE TABLE "change_decision" (
    "id" BIGSERIAL NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    "note" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "change_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exception" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "signed_by" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,

    CONSTRAINT "exception_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "declaration_front_of_id_idx" ON "declaration"("front_of_id");

-- CreateIndex
CREATE INDEX "change_decision_endpoint_id_id_idx" ON "change_decision"("endpoint_id", "id");

-- CreateIndex
CREATE INDEX "exception_subject_code_idx" ON "exception"("subject", "code");

-- AddForeignKey
ALTER TABLE "commitment_sighting" ADD CONSTRAINT "commitment_sighting_host_tag_fkey" FOREIGN KEY ("host", "tag") REFERENCES "commitment"("host", "tag") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "declaration" ADD CONSTRAINT "declaration_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "declaration" ADD CONSTRAINT "declaration_front_of_id_fkey" FOREIGN KEY ("front_of_id") REFERENCES "endpoint"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "baseline" ADD CONSTRAINT "baseline_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "change_decision" ADD CONSTRAINT "change_decision_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ManageSieve (RFC 5804) is one more service.
ALTER TABLE "endpoint" DROP CONSTRAINT "endpoint_service_check";
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_service_check" CHECK ("service" IN ('imap', 'pop3', 'submission', 'smtp', 'sieve'));

-- Autoconfig and autodiscover documents name endpoints as well.
ALTER TABLE "domain_endpoint" DROP CONSTRAINT "domain_endpoint_origin_check";
ALTER TABLE "domain_endpoint" ADD CONSTRAINT "domain_endpoint_origin_check" CHECK ("origin" IN ('srv', 'mx', 'autoconfig', 'guess', 'manual'));
