import { inspect } from 'node:util';
import { blockedPorts } from '#lib/blocked-ports.ts';

/** Whether `fetch` will not even try. Nothing listens on this address. */
async function isBlocked(port: number): Promise<boolean> {
  const error: unknown = await fetch(`http://127.255.255.254:${port}`).catch((reason: unknown) => reason);
  return inspect(error).includes('bad port');
}

describe('blocked ports', () => {
  it.each([...blockedPorts])('%i is one that fetch refuses', async (port) => {
    expect(await isBlocked(port)).toBe(true);
  });

  it.each([80, 443, 3000, 5432, 8080])('%i is none', async (port) => {
    expect([blockedPorts.has(port), await isBlocked(port)]).toEqual([false, false]);
  });
});
