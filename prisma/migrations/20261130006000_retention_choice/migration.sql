-- How long people want history to be kept, where that is shorter than the environment says.
CREATE TABLE "retention_choice" (
  "kind" TEXT PRIMARY KEY,
  "days" INTEGER NOT NULL CHECK ("days" > 0),
  "changed_at" TIMESTAMPTZ(3) NOT NULL,
  "changed_by" TEXT NOT NULL
);
