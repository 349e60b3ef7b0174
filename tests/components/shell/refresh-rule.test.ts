import { judgeRefresh, wordsOfOffer } from '#components/shell/refresh-rule.ts';

const question = { hasNews: true, isHeld: false, isVisible: true, sinceRefreshMs: 10_000 };

test('news make the page anew, unless a list is in use: then they are offered', () => {
  expect(judgeRefresh(question)).toBe('refresh');
  expect(judgeRefresh({ ...question, isHeld: true })).toBe('offer');
});

test('rows never move under the pointer, however long it stays', () => {
  for (const sinceRefreshMs of [0, 3_000, 60_000, 86_400_000]) {
    for (const hasNews of [true, false]) {
      expect(judgeRefresh({ ...question, hasNews, isHeld: true, sinceRefreshMs })).not.toBe('refresh');
    }
  }
});

test('a burst of news does not make a burst of pages, and nobody makes pages for nobody', () => {
  expect(judgeRefresh({ ...question, sinceRefreshMs: 500 })).toBe('wait');
  expect(judgeRefresh({ ...question, isVisible: false })).toBe('wait');
});

test('without news the page is made anew once a minute, for the ages it shows', () => {
  expect(judgeRefresh({ ...question, hasNews: false })).toBe('wait');
  expect(judgeRefresh({ ...question, hasNews: false, sinceRefreshMs: 60_000 })).toBe('refresh');
});

test('the offer counts what is new, and names the key only where it works', () => {
  expect(wordsOfOffer(3, true)).toBe('3 new, press u');
  expect(wordsOfOffer(3, false)).toBe('3 new: show');
  expect(wordsOfOffer(0, true)).toBe('Updated since, press u');
});
