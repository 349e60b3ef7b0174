import { unicodeName } from '#app/_queries/unicode-name.ts';

test('the name of an internationalised domain is decoded', () => {
  expect(unicodeName('xn--bcher-kva.example')).toBe('bücher.example');
});

test.each(['example.org', 'xn--a.example', 'xn--bcher-kva-.example', 'XN--BCHER-KVA.example', ''])(
  '%j has no other form that leads back to it',
  (name) => {
    expect(unicodeName(name)).toBeNull();
  },
);
