import { RateLimiter } from '#app/_api/rate-limit.ts';

test('a caller may ask so often within a minute, and again in the next', () => {
  const limiter = new RateLimiter(2);
  expect(limiter.take('a', 0)).toEqual({ allowed: true, remaining: 1, resetSeconds: 60 });
  expect(limiter.take('a', 30_500)).toEqual({ allowed: true, remaining: 0, resetSeconds: 30 });
  expect(limiter.take('a', 59_999)).toEqual({ allowed: false, remaining: 0, resetSeconds: 1 });
  expect(limiter.take('b', 59_999).allowed).toBe(true);
  expect(limiter.take('a', 60_000)).toEqual({ allowed: true, remaining: 1, resetSeconds: 60 });
});

test('a clock that goes backwards shuts nobody out', () => {
  const limiter = new RateLimiter(1);
  limiter.take('a', 100_000);
  expect(limiter.take('a', 10).allowed).toBe(true);
});

test('more callers than it remembers: the one that began first is forgotten', () => {
  const limiter = new RateLimiter(1);
  for (let caller = 0; caller < 10_001; caller += 1) limiter.take(String(caller), 0);
  expect(limiter.take('10000', 1).allowed).toBe(false);
  expect(limiter.take('0', 1).allowed).toBe(true);
});
