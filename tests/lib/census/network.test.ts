import { networkOf } from '#lib/census/network.ts';

it.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['::1', '::/48'],
  ['nobody', ''],
  [null, ''],
])('keeps of %s only %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
