import { verdictSentence } from '#lib/now/verdict-sentence.ts';

const watched = { faults: 0, servers: 41, domains: 6, unknown: 0 };
const sentence = (change: Partial<typeof watched>) => {
  const { verdict, scope } = verdictSentence({ ...watched, ...change });
  return `${verdict} ${scope}`;
};

test('says first whether somebody is needed, then of how much', () => {
  expect(sentence({ faults: 2 })).toBe('2 things need you. 41 servers, 6 domains, 0 unknown.');
  expect(sentence({ faults: 1, servers: 1, domains: 1 })).toBe('One thing needs you. 1 server, 1 domain, 0 unknown.');
  expect(sentence({})).toBe('Nothing needs you. 41 servers, 6 domains, 0 unknown.');
});

test('nothing is never said without reserve while something is unknown', () => {
  expect(sentence({ unknown: 3 })).toBe(
    'Nothing needs you, as far as was looked at. 41 servers, 6 domains, 3 unknown.',
  );
});

test('where no server is known nothing is said to be well', () => {
  expect(sentence({ servers: 0, domains: 1 })).toBe('No server is known yet. 0 servers, 1 domain, 0 unknown.');
});

test('large numbers can be read', () => {
  expect(sentence({ faults: 1_200, servers: 10_000 })).toBe(
    '1,200 things need you. 10,000 servers, 6 domains, 0 unknown.',
  );
});
