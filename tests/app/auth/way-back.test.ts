import { loginHref, readWayBack } from '#app/_auth/way-back.ts';

it.each([
  '/incidents/01KB',
  '/incidents?state=open&host=mail.example.org',
  '/domains/b%C3%BCcher.example',
  '/zones/example.org',
  '/loginless',
])('leads back to %s', (asked) => {
  expect(readWayBack(asked)).toBe(asked);
  expect(new URLSearchParams(loginHref(asked).split('?')[1]).get('next')).toBe(asked);
});

it.each([
  null,
  undefined,
  '',
  'incidents',
  'https://evil.example/',
  '//evil.example/',
  '///evil.example/',
  '/\\evil.example/',
  '/a/..//evil.example/',
  '/.//evil.example',
  '/\t/evil.example/',
  '/\n/evil.example/',
  ' /evil',
  'javascript:alert(1)',
  '/login',
  '/login?next=%2Flogin',
  '/x/../login',
  `/${'a'.repeat(2000)}`,
  '/bücher',
])('leads %j to the first page', (asked) => {
  expect(readWayBack(asked)).toBe('/');
  expect(loginHref(asked)).toBe('/login');
});

it('stays on this origin, as a browser reads it', () => {
  const here = 'https://watch.example.com';
  for (const asked of [
    '/a/..//b',
    '/%2f%2fevil.example',
    '/@evil.example',
    '/..//evil.example',
    '/?next=//evil.example',
  ]) {
    expect(new URL(readWayBack(asked), here).origin).toBe(here);
  }
});
