import { once } from 'node:events';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createDial } from '#workers/net/dial.ts';
import { noteOwnAddresses } from '#workers/net/note-own-addresses.ts';

it('tells the address that connections came from, once, and hands the connections on', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const noted: string[] = [];
  const dial = noteOwnAddresses(
    createDial({ guard: (wanted) => ({ allowed: true, address: wanted }) }),
    (own) => void noted.push(own),
  );
  const target = { address: '127.0.0.1', port: address.port, deadline: performance.now() + 5_000 };
  for (const outcome of [await dial(target), await dial(target)]) {
    expect(outcome.ok).toBe(true);
    if (outcome.ok) outcome.facts.destroy();
  }
  expect(noted).toEqual(['127.0.0.1']);
  server.close();
  await once(server, 'close');
  expect((await dial(target)).ok).toBe(false);
});
