import { performance } from 'node:perf_hooks';
import { createAddressTurns } from '#workers/probes/address-turns.ts';

const later = () => performance.now() + 60_000;

/** Work that ends when the test says so. */
function createWork(): {
  readonly work: () => Promise<string>;
  readonly begun: () => boolean;
  readonly end: () => void;
} {
  let begun = false;
  let end: () => void = () => undefined;
  const ending = new Promise<void>((resolve) => (end = resolve));
  const work = async () => {
    begun = true;
    await ending;
    return 'done';
  };
  return { work, begun: () => begun, end: () => end() };
}

it('lets one work at an address at a time, in the order in which they came', async () => {
  const turns = createAddressTurns();
  const [first, second] = [createWork(), createWork()];
  const one = turns('192.0.2.1', later(), first.work);
  const two = turns('192.0.2.1', later(), second.work);
  const other = turns('192.0.2.2', later(), () => Promise.resolve('at another address'));
  await expect(other).resolves.toBe('at another address');
  expect([first.begun(), second.begun()]).toEqual([true, false]);
  first.end();
  await expect(one).resolves.toBe('done');
  second.end();
  await expect(two).resolves.toBe('done');
});

it('gives up at the deadline, and those behind still wait for those before', async () => {
  const turns = createAddressTurns();
  const [first, third] = [createWork(), createWork()];
  const one = turns('192.0.2.1', later(), first.work);
  await expect(turns('192.0.2.1', performance.now(), () => Promise.resolve('never'))).resolves.toBeNull();
  const three = turns('192.0.2.1', later(), third.work);
  third.end();
  expect(third.begun()).toBe(false);
  first.end();
  await expect(one).resolves.toBe('done');
  await expect(three).resolves.toBe('done');
});

it('goes on after work that failed', async () => {
  const turns = createAddressTurns();
  const failing = turns('192.0.2.1', later(), () => Promise.reject(new Error('a defect of ours')));
  await expect(failing).rejects.toThrow('a defect of ours');
  await expect(turns('192.0.2.1', later(), () => Promise.resolve('next'))).resolves.toBe('next');
});
