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

-- AlterTable
ALTER TABLE "finding" ADD COLUMN "verdict_draft" TEXT, ADD COLUMN "verdict_current" TEXT;

-- CreateTable
CREATE TABLE "commitment" (
    "host" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,
    "last_seen" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "tls_mode" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "decided_by" TEXT,
    "note" TEXT,
    "noted_by" TEXT,

    CONSTRAINT "commitment_pkey" PRIMARY KEY ("host","tag")
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
ALTER TABLE "declaration" ADD CONSTRAINT "declaration_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "declaration" ADD CONSTRAINT "declaration_front_of_id_fkey" FOREIGN KEY ("front_of_id") REFERENCES "endpoint"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "baseline" ADD CONSTRAINT "baseline_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "change_decision" ADD CONSTRAINT "change_decision_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;
