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

/** An object as it stands in the database; its members are what whoever wrote it put there. */
export function readObject(json: unknown): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).catch({}).parse(json);
}
