-- What lists tell of a certificate, read from its bytes once. Rows of before are filled by the task 'prune'.
ALTER TABLE "certificate" ADD COLUMN "facts_version" SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE "certificate" ADD COLUMN "subject" TEXT;
ALTER TABLE "certificate" ADD COLUMN "common_name" TEXT;
ALTER TABLE "certificate" ADD COLUMN "issuer" TEXT;
ALTER TABLE "certificate" ADD COLUMN "serial_number" TEXT;
ALTER TABLE "certificate" ADD COLUMN "names" TEXT[];
ALTER TABLE "certificate" ADD COLUMN "name_count" INTEGER;
ALTER TABLE "certificate" ADD COLUMN "not_before" TIMESTAMPTZ(3);
ALTER TABLE "certificate" ADD COLUMN "not_after" TIMESTAMPTZ(3);
ALTER TABLE "certificate" ADD COLUMN "key_type" TEXT;
ALTER TABLE "certificate" ADD COLUMN "key_bits" INTEGER;
ALTER TABLE "certificate" ADD COLUMN "signature_algorithm" TEXT;
ALTER TABLE "certificate" ADD COLUMN "self_signed" BOOLEAN;
ALTER TABLE "certificate" ADD COLUMN "authority" BOOLEAN;
ALTER TABLE "certificate" ADD COLUMN "weaknesses" TEXT[];
CREATE INDEX "certificate_facts_version_idx" ON "certificate"("facts_version");
CREATE INDEX "certificate_not_after_fingerprint_idx" ON "certificate"("not_after", "fingerprint");

-- Where a certificate was shown. "until" null: there it is now.
CREATE TABLE "certificate_place" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "endpoint_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "vantage" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "silent_since" TIMESTAMPTZ(3),

    CONSTRAINT "certificate_place_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "certificate_place_fingerprint_until_idx" ON "certificate_place"("fingerprint", "until");
CREATE INDEX "certificate_place_endpoint_id_until_idx" ON "certificate_place"("endpoint_id", "until");
-- A certificate stands once at a place.
CREATE UNIQUE INDEX "certificate_place_now_key"
    ON "certificate_place"("endpoint_id", "address", "vantage", "role", "fingerprint") WHERE "until" IS NULL;
ALTER TABLE "certificate_place" ADD CONSTRAINT "certificate_place_endpoint_id_fkey"
    FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a stored session shows: `server` for the leaf, `other-key` for that of a second handshake, `chain` for the rest.
CREATE FUNCTION "shown_certificates"("facts" JSONB) RETURNS TABLE ("fingerprint" TEXT, "role" TEXT)
LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT ON (shown.fingerprint) shown.fingerprint, shown.role
    FROM (
        SELECT value AS fingerprint, CASE WHEN ordinality = 1 THEN 'server' ELSE 'chain' END AS role
        FROM jsonb_array_elements_text(CASE jsonb_typeof(facts #> '{tls,chain}')
            WHEN 'array' THEN facts #> '{tls,chain}' ELSE '[]' END) WITH ORDINALITY
        UNION ALL
        SELECT value, CASE WHEN ordinality = 1 THEN 'other-key' ELSE 'chain' END
        FROM jsonb_array_elements_text(CASE jsonb_typeof(facts #> '{otherHandshake,tls,facts,chain}')
            WHEN 'array' THEN facts #> '{otherHandshake,tls,facts,chain}' ELSE '[]' END) WITH ORDINALITY
    ) AS shown
    ORDER BY shown.fingerprint, CASE shown.role WHEN 'server' THEN 0 WHEN 'other-key' THEN 1 ELSE 2 END
$$;

INSERT INTO "certificate_place" ("endpoint_id", "address", "vantage", "fingerprint", "role", "since", "until")
SELECT "endpoint_id", "address", "vantage", shown."fingerprint", shown."role", min("first_seen"),
    CASE WHEN bool_or("newest") THEN NULL ELSE max("last_seen") END
FROM "observation_span" CROSS JOIN LATERAL "shown_certificates"("facts") AS shown
WHERE "kind" = 'session' AND "endpoint_id" IS NOT NULL
GROUP BY 1, 2, 3, 4, 5;
-- An address that the host no longer has keeps its newest span: what stood there is history.
UPDATE "certificate_place" AS place SET "until" = span."last_seen"
FROM "observation_span" AS span
WHERE place."until" IS NULL AND span."endpoint_id" = place."endpoint_id" AND span."newest" AND span."kind" = 'session'
    AND span."address" = place."address" AND span."vantage" = place."vantage"
    AND EXISTS (
        SELECT FROM "observation_span" AS run
        WHERE run."endpoint_id" = place."endpoint_id" AND run."newest" AND run."kind" = 'addresses'
            AND run."vantage" = place."vantage" AND run."last_seen" > span."last_seen" + INTERVAL '1 day'
    );

-- Read now rather than with the next daily round.
UPDATE "task" SET "due_at" = LEAST("due_at", now()) WHERE "kind" = 'prune';
