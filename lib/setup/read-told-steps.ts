import { setupGroups, setupStates, type SetupStep } from './setup-step.ts';

/** Steps out of an event of our own server; what is no step is left out. Small, since browsers load it. */
export function readToldSteps(data: string): readonly SetupStep[] {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return [];
  }
  return Array.isArray(value) ? value.flatMap((item: unknown) => readStep(item) ?? []) : [];
}

function readStep(value: unknown): SetupStep | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { key, subject, text, guess, tookMs } = fields;
  const group = setupGroups.find((one) => one === fields['group']);
  const state = setupStates.find((one) => one === fields['state']);
  if (typeof key !== 'string' || typeof subject !== 'string' || typeof text !== 'string') return null;
  if (group === undefined || state === undefined || typeof guess !== 'boolean') return null;
  return { key, group, subject, state, text, guess, tookMs: typeof tookMs === 'number' ? tookMs : null };
}
