import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { unpackedPrograms } from './domain-types.ts';
import { checkoutFolder, stateFile, stateFolder } from './folders.ts';
import { labProcessSchema } from './processes.ts';

const labStateSchema = z.object({
  /** Hash of the lab's own sources: a lab that was started from other sources is not the lab that tests expect. */
  sources: z.string(),
  bootId: z.string(),
  startedAt: z.number(),
  /** False while it starts: a lab that was cut off there is not one. */
  ready: z.boolean(),
  processes: z.array(labProcessSchema).readonly(),
  /** `domain service` pairs that were stopped on purpose. */
  stopped: z.array(z.string()).readonly(),
  /** Where Dovecot sends events of clients to, by domain. */
  eventsUrls: z.record(z.string(), z.string()).readonly(),
  /** Programs that could not be had, and why: their services are not there. */
  unavailable: z.array(z.object({ program: z.enum(unpackedPrograms), reason: z.string() })).readonly(),
});
export type LabState = Readonly<z.infer<typeof labStateSchema>>;

/** Null where no lab was started since the last boot, or its record cannot be read. */
export function readState(): LabState | null {
  let text: string;
  try {
    text = readFileSync(stateFile, 'utf8');
  } catch {
    return null;
  }
  const state = labStateSchema.safeParse(JSON.parse(text));
  return state.success && state.data.bootId === bootId() ? state.data : null;
}

export function writeState(state: LabState): void {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(`${stateFile}.new`, JSON.stringify(state, null, 2));
  renameSync(`${stateFile}.new`, stateFile);
}

export function removeState(): void {
  rmSync(stateFile, { force: true });
}

export function newState(): LabState {
  return {
    sources: sourcesHash(),
    bootId: bootId(),
    startedAt: Date.now(),
    ready: false,
    processes: [],
    stopped: [],
    eventsUrls: {},
    unavailable: [],
  };
}

export function sourcesHash(): string {
  const folder = join(checkoutFolder, 'tests/lab');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.ts') && !name.endsWith('.test.ts')) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
