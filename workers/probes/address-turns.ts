import { performance } from 'node:perf_hooks';
import type { ConnectionLimit } from '#workers/ports.ts';

/**
 * One piece of work at a time for each address, within this process: whoever counts connections on the other side
 * (anvil, fail2ban) counts them by the address that they come from. Null: the turn did not come before the deadline.
 */
export function createAddressTurns(): ConnectionLimit {
  const last = new Map<string, Promise<void>>();
  return async (address, deadline, work) => {
    const before = last.get(address) ?? Promise.resolve();
    let end: () => void = () => undefined;
    const working = new Promise<void>((resolve) => (end = resolve));
    const mine = before.then(() => working);
    last.set(address, mine);
    void mine.then(() => {
      if (last.get(address) === mine) last.delete(address);
    });
    try {
      return (await endsInTime(before, deadline)) ? await work() : null;
    } finally {
      end();
    }
  };
}

async function endsInTime(work: Promise<void>, deadline: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, deadline - performance.now()));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
