import { isAlive, killProcess, lastLogLines, startProcess, type LabProcess, type ProcessSpec } from './processes.ts';
import { poll } from './poll.ts';
import { readState, writeState, type LabState } from './state.ts';

/*
 * The processes of the lab, by name, as recorded in the state file. Each is recorded at once after its start, so
 * that whatever happens to us, the next `down` knows it. Callers hold the lock `lab`.
 */

export function launch(spec: ProcessSpec): LabProcess {
  const started = startProcess(spec);
  updateState((state) => ({ ...state, processes: [...state.processes, started] }));
  return started;
}

/** Ends the process of this name, with its children and at once, where it runs. */
export async function end(name: string): Promise<void> {
  const found = findProcess(name);
  if (found === undefined) return;
  await killProcess(found);
  updateState((state) => ({ ...state, processes: state.processes.filter((one) => one.name !== name) }));
}

export function findProcess(name: string): LabProcess | undefined {
  return currentState().processes.find((one) => one.name === name);
}

/**
 * Waits until `condition` holds, e.g. that a process answers.
 * @throws Error with the end of its log when the process ends before, or does not answer in time.
 */
export async function waitFor(
  labProcess: LabProcess,
  options: { readonly what: string; readonly condition: () => Promise<boolean> },
): Promise<void> {
  try {
    await poll(
      async () => {
        if (!isAlive(labProcess)) throw new Error(`${labProcess.name} ended at start.`);
        return options.condition();
      },
      { what: options.what, deadlineMs: 60_000 },
    );
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${lastLogLines(labProcess.name)}`);
  }
}

export function updateState(change: (state: LabState) => LabState): void {
  writeState(change(currentState()));
}

/** @throws when no lab was started: only ours to prevent. */
export function currentState(): LabState {
  const state = readState();
  if (state === null) throw new Error('The lab is not up. Run: npm run lab up');
  return state;
}
