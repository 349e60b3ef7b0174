import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 250;

/** Asks again and again until the answer is not null; Jest's own limit ends a wait that has no end. */
export async function until<T>(ask: () => Promise<T | null> | T | null): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await delay(pollMs);
  }
}
