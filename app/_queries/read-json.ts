import { z } from 'zod';
import type { Params } from '#lib/model/finding.ts';

const paramsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);

/** Parameters of a finding as they stand in the database. */
export function readParams(json: unknown): Params {
  return paramsSchema.catch({}).parse(json);
}

/** A list of texts as it stands in the database. */
export function readTexts(json: unknown): readonly string[] {
  return z.array(z.string()).catch([]).parse(json);
}
