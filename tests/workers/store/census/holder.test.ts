import { mergeHolders, type Holder } from '#workers/store/census/holder.ts';

const base: Holder = {
  ...{ account: 'a', previous: null, server: 1, client: 1, class: 1, speaksDeep: true, source: 1 },
  ...{ firstDay: '2026-11-24', lastDay: '2026-11-24', at: 0 },
};

it('makes one row of a client, in the order in which clients came', () => {
  const rows = mergeHolders([
    base,
    { ...base, client: 2 },
    { ...base, server: 2 },
    { ...base, account: 'b' },
    { ...base, class: 7, at: 5, lastDay: '2026-11-25' },
    // Says nothing of latches, later: takes nothing back.
    { ...base, client: 2, class: 9, at: 9, speaksDeep: false, firstDay: '2026-11-23' },
  ]);
  expect(rows).toEqual([
    { ...base, class: 7, at: 5, lastDay: '2026-11-25' },
    { ...base, client: 2, firstDay: '2026-11-23' },
    { ...base, server: 2 },
    { ...base, account: 'b' },
  ]);
});

it('holds ten thousand clients of one account apart', () => {
  const many = Array.from({ length: 10_000 }, (_, client) => ({ ...base, client }));
  expect(mergeHolders([...many, ...many])).toEqual(many);
});
