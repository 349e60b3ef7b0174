import { chooseNames } from '#lib/support/choose-names.ts';

const names = (server: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${server}${String(index)}.example`);

test('every server gets its first name before any gets a second', () => {
  expect(chooseNames([names('a', 1000), ['z.example'], []])).toEqual([
    'a0.example',
    'z.example',
    'a1.example',
    'a2.example',
  ]);
});

test('a name of several servers is one, and it is bounded what is looked up at once', () => {
  expect(chooseNames([names('a', 2), names('a', 2)])).toEqual(['a0.example', 'a1.example']);
  const many = Array.from({ length: 40 }, (_, server) => names(`s${String(server)}-`, 9));
  expect(chooseNames(many)).toEqual(many.map(([first]) => first));
});
