import { readToken } from '#lib/model/authorization.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

it.each([
  ['Bearer lw_x', 'lw_x'],
  ['bearer  lw_x', 'lw_x'],
  [basic('anybody:lw_x'), 'lw_x'],
  [basic(':a:b'), 'a:b'],
  [basic('no colon'), null],
  ['Bearer', null],
  ['Digest x', null],
  ['', null],
])('finds in %j the token %j', (header, token) => {
  expect(readToken(header)).toBe(token);
});
