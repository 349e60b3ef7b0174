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
