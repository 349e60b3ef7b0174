import { newestSerial, serialDistance } from '#lib/checks/serial.ts';

describe('serial arithmetic (RFC 1982)', () => {
  it.each([
    [1, 1, 0],
    [1, 2, 1],
    [2, 1, -1],
    [4_294_967_295, 0, 1],
    [0, 4_294_967_295, -1],
    [4_294_967_290, 10, 16],
    [0, 2_147_483_647, 2_147_483_647],
    [0, 2_147_483_648, null],
    [2_147_483_648, 0, null],
    [0, 2_147_483_649, -2_147_483_647],
  ])('from %d to %d is %p', (earlier, later, distance) => {
    expect(serialDistance(earlier, later)).toBe(distance);
  });

  it('finds the newest across the end of the numbers', () => {
    expect(newestSerial([4_294_967_295, 3, 4_294_967_290])).toBe(3);
    expect(newestSerial([2026112404, 2026112401])).toBe(2026112404);
    expect(newestSerial([])).toBeNull();
  });
});
