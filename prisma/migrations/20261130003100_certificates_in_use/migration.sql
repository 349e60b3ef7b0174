-- Some server showed it lately as its own: what lists begin with, so that they need not step over years of history. Set
-- with the place, taken back by the task 'prune'.
ALTER TABLE "certificate" ADD COLUMN "in_use" BOOLEAN NOT NULL DEFAULT false;
UPDATE "certificate" SET "in_use" = true WHERE "fingerprint" IN (
    SELECT "fingerprint" FROM "certificate_place" WHERE "until" IS NULL AND "role" <> 'chain'
);
DROP INDEX "certificate_not_after_fingerprint_idx";
CREATE INDEX "certificate_in_use_idx" ON "certificate"("not_after", "fingerprint") WHERE "in_use";
CREATE INDEX "certificate_authority_idx" ON "certificate"("not_after", "fingerprint") WHERE "authority";
CREATE INDEX "certificate_self_signed_idx" ON "certificate"("not_after", "fingerprint") WHERE "in_use" AND "self_signed";
CREATE INDEX "certificate_weak_idx" ON "certificate"("not_after", "fingerprint") WHERE "in_use" AND "weaknesses" <> '{}';
-- Lists by host.
CREATE INDEX IF NOT EXISTS "endpoint_host_port_id_idx" ON "endpoint"("host", "port", "id");
