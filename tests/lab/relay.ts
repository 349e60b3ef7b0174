import { join } from 'node:path';
import { sinkAddress } from './addresses.ts';
import { checkoutFolder } from './folders.ts';
import { end, findProcess, launch, waitFor } from './lab-processes.ts';
import { accepts } from './ports.ts';
import type { ProcessSpec } from './processes.ts';

const sinkName = 'sink';

/** Starts the SMTP sink where it is not running, and waits until it listens. */
export async function startRelay(): Promise<void> {
  if (findProcess(sinkName) !== undefined) return;
  const labProcess = launch(nodeProgram(sinkName, 'sink-process.ts'));
  await waitFor(labProcess, { what: 'the sink listens', condition: () => accepts(sinkAddress, 25) });
}

/** Connections to the relay are refused from now on. */
export async function stopRelay(): Promise<void> {
  await end(sinkName);
}

/** A program of ours, started as a process of the lab. */
export function nodeProgram(name: string, file: string): ProcessSpec {
  return { name, command: process.execPath, args: ['--import', 'tsx', join(checkoutFolder, 'tests/lab', file)] };
}
