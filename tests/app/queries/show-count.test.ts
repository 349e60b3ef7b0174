import { isHiddenCount, showCount } from '#app/_queries/show-count.ts';

test('a viewer sees no number under five, and sees that there is nobody', () => {
  expect([0, 1, 4, 5, 12_431].map((count) => showCount(count, 'viewer'))).toEqual(['0', '<5', '<5', '5', '12,431']);
});

test('those who work with accounts see every number', () => {
  for (const role of ['operator', 'approver', 'administrator'] as const) {
    expect([0, 1, 4, 5].map((count) => showCount(count, role))).toEqual(['0', '1', '4', '5']);
  }
});

test('no client is no secret', () => {
  expect([0, 1, 4, 5].map(isHiddenCount)).toEqual([false, true, true, false]);
});
