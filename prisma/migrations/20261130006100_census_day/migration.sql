-- How many clients held which tag, one row a day and tag: what the census itself forgets.
CREATE TABLE "census_day" (
  "day" DATE NOT NULL,
  "tag" TEXT NOT NULL,
  "latched" BIGINT NOT NULL,
  "supported" BIGINT NOT NULL,
  "presumed" BIGINT NOT NULL,
  PRIMARY KEY ("day", "tag")
);
