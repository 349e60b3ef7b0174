-- CreateTable
CREATE TABLE "zone" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_observed_at" TIMESTAMPTZ(3),
    "last_verdict" TEXT,

    CONSTRAINT "zone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "domain_zone" (
    "domain_id" TEXT NOT NULL,
    "zone_id" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,
    "last_seen" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "domain_zone_pkey" PRIMARY KEY ("domain_id","zone_id")
);

-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN "zone_id" TEXT;

-- AlterTable
ALTER TABLE "observation_span" ADD COLUMN "zone_id" TEXT;

-- AlterTable
ALTER TABLE "finding" ADD COLUMN "zone_id" TEXT;

-- AlterTable
ALTER TABLE "incident" ADD COLUMN "zone_id" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "zone_name_key" ON "zone"("name");

-- CreateIndex
CREATE INDEX "domain_zone_zone_id_idx" ON "domain_zone"("zone_id");

-- CreateIndex
CREATE INDEX "endpoint_zone_id_idx" ON "endpoint"("zone_id");

-- CreateIndex
CREATE INDEX "observation_span_zone_id_kind_last_seen_idx" ON "observation_span"("zone_id", "kind", "last_seen" DESC);

-- CreateIndex
CREATE INDEX "finding_zone_id_ended_at_idx" ON "finding"("zone_id", "ended_at");

-- AddForeignKey
ALTER TABLE "domain_zone" ADD CONSTRAINT "domain_zone_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "domain_zone" ADD CONSTRAINT "domain_zone_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zone"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zone"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "observation_span" ADD CONSTRAINT "observation_span_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zone"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zone"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zone"("id") ON DELETE SET NULL ON UPDATE CASCADE;
