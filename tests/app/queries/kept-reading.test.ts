import { keepReading } from '#app/_queries/kept-reading.ts';

const at = (seconds: number) => new Date(1_000_000 + seconds * 1000);

function counting(outcomes: readonly ('good' | 'bad')[] = []) {
  let loads = 0;
  const kept = keepReading(
    () => {
      loads += 1;
      return outcomes[loads - 1] === 'bad' ? Promise.reject(new Error('gone')) : Promise.resolve(loads);
    },
    { what: 'it', keptForMs: 10_000, usableForMs: 60_000 },
  );
  return { kept, loads: () => loads };
}

test('many who ask at once are one read, and it is kept with its time', async () => {
  const { kept, loads } = counting();
  const all = await Promise.all([kept.read(at(0)), kept.read(at(0)), kept.read(at(1))]);
  expect(new Set(all)).toEqual(new Set([{ value: 1, readAt: at(0).getTime() }]));
  expect((await kept.read(at(9))).value).toBe(1);
  expect(loads()).toBe(1);
});

test('an old value is given once more while it is read anew; one that is too old is not', async () => {
  const { kept } = counting();
  await kept.read(at(0));
  expect((await kept.read(at(20))).value).toBe(1);
  expect((await kept.read(at(21))).value).toBe(2);
  expect((await kept.read(at(90))).value).toBe(3);
});

test('what cannot be read is told to who waits; who does not gets the old value, and the next one tries again', async () => {
  const { kept } = counting(['good', 'bad', 'bad', 'good']);
  await kept.read(at(0));
  await expect(kept.read(at(100))).rejects.toThrow('gone');
  expect((await kept.read(at(20))).value).toBe(1);
  expect((await kept.refresh(at(21))).value).toBe(4);
});

test('nobody gets a value from before what it stands on changed, not even one that was being read meanwhile', async () => {
  let basis = 0;
  const finish: (() => void)[] = [];
  const kept = keepReading(
    () => {
      const from = basis;
      return new Promise<number>((resolve) => finish.push(() => resolve(from)));
    },
    { what: 'it', keptForMs: 10_000, usableForMs: 60_000, standsOn: () => Promise.resolve(basis) },
  );
  const started = async () => {
    const before = finish.length;
    while (finish.length === before) await Promise.resolve();
  };
  const early = kept.read(at(0));
  await started();
  basis = 1;
  const late = kept.read(at(0));
  await started();
  finish.forEach((end) => end());
  expect([(await early).value, (await late).value]).toEqual([0, 1]);
  expect((await kept.read(at(1))).value).toBe(1);
});

test('while what it stands on cannot be read, a value is as good as its age', async () => {
  let fails = false;
  let loads = 0;
  const kept = keepReading(() => Promise.resolve((loads += 1)), {
    ...{ what: 'it', keptForMs: 10_000, usableForMs: 60_000 },
    standsOn: () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve(7)),
  });
  await kept.read(at(0));
  fails = true;
  expect((await kept.read(at(9))).value).toBe(1);
  expect((await kept.read(at(90))).value).toBe(2);
  fails = false;
  expect((await kept.read(at(91))).value).toBe(2);
});
