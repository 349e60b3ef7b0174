const intervalMs = 20;

export interface PollOptions {
  /** Names in the error what did not happen, e.g. `unbound answers`. */
  readonly what: string;
  readonly deadlineMs: number;
}

/**
 * Asks again and again until the answer is true.
 * @throws Error after `deadlineMs`, or what `condition` throws.
 */
export async function poll(condition: () => boolean | Promise<boolean>, options: PollOptions): Promise<void> {
  const end = performance.now() + options.deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${options.deadlineMs} ms in vain until ${options.what}.`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
