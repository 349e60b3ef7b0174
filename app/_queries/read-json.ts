import { z } from 'zod';
import type { Params } from '#lib/model/finding.ts';

// To make such a schema takes longer than to read with it.
const params = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))
  .catch({});
const texts = z.array(z.string()).catch([]);
const object = z.record(z.string(), z.unknown()).catch({});

/** Parameters of a finding as they stand in the database. */
export function readParams(json: unknown): Params {
  return params.parse(json);
}

/** A list of texts as it stands in the database. */
export function readTexts(json: unknown): readonly string[] {
  return texts.parse(json);
}

/** An object as it stands in the database; its members are what whoever wrote it put there. */
export function readObject(json: unknown): Readonly<Record<string, unknown>> {
  return object.parse(json);
}
