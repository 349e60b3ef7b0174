import type { SetupStep } from '#lib/setup/setup-step.ts';

export interface StepWriter {
  /** Never waits: what comes while a batch is on its way goes with the next one. */
  readonly tell: (step: SetupStep) => void;
  /** Resolves when all is written; what is told afterwards is dropped. @throws what the first failed batch threw. */
  readonly end: () => Promise<void>;
}

/** A run has at most some 1,300 steps (lib/srv/locate.ts): more are a defect, and fill no disk. */
const maxSteps = 3_000;

/** Writes steps down in the order in which they came, one batch at a time. */
export function createStepWriter(save: (steps: readonly SetupStep[]) => Promise<void>): StepWriter {
  let waiting: SetupStep[] = [];
  let count = 0;
  let ended = false;
  let failure: { readonly error: unknown } | null = null;
  let writing: Promise<void> | null = null;

  const writeAll = async (): Promise<void> => {
    try {
      while (waiting.length > 0 && failure === null) {
        const batch = waiting;
        waiting = [];
        await save(batch);
      }
    } catch (error) {
      // Whoever looks finds out at the end: nothing more is written until then.
      failure = { error };
    } finally {
      writing = null;
    }
  };
  return {
    tell: (step) => {
      if (ended || failure !== null || count >= maxSteps) return;
      count += 1;
      waiting.push(step);
      writing ??= writeAll();
    },
    end: async () => {
      ended = true;
      await writing;
      if (failure !== null) throw failure.error;
    },
  };
}
