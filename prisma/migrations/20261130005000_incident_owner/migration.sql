-- Who an incident was given to, and what its list is filtered by.

ALTER TABLE "incident" ADD COLUMN "owner" TEXT;

CREATE INDEX "incident_host_id_idx" ON "incident"("host", "id");
CREATE INDEX "incident_code_id_idx" ON "incident"("code", "id");
