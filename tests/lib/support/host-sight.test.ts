import { hostSight, unseenServices } from '#lib/support/host-sight.ts';
import type { ServiceStanding } from '#lib/support/judge-client.ts';

const seen: ServiceStanding = {
  ...{ service: 'imap', port: 993, freshness: 'fresh', lookedAt: 0, verdict: 'pass' },
  addresses: [
    { address: '192.0.2.1', answers: true, tags: [] },
    { address: '2001:db8::1', answers: false, tags: [] },
  ],
};
const guess: ServiceStanding = { ...seen, service: 'pop3', verdict: 'n-a', addresses: [] };
const sight = (services: readonly ServiceStanding[], doubted = false) =>
  hostSight({ services, leftOut: [] }, { doubted });

test('a host is seen if each service was, lately; a guess that never answered is nothing to wait for', () => {
  for (const verdict of ['pass', 'info', 'warn', 'fail', 'crit'] as const) {
    expect(sight([{ ...seen, verdict }, guess])).toBe('seen');
  }
});

test.each<readonly [string, Partial<ServiceStanding>]>([
  ['never looked at', { freshness: 'never' }],
  ['old', { freshness: 'stale' }],
  ['not judged', { verdict: null }],
  ['our own network is down', { verdict: 'inconclusive' }],
  ['answers nowhere', { verdict: 'crit', addresses: [{ address: '192.0.2.1', answers: false, tags: [] }] }],
  ['without an address', { verdict: 'crit', addresses: [] }],
])('one service of many is enough to know nothing: %s', (_what, change) => {
  const services = [seen, { ...seen, service: 'smtp', ...change } as const];
  expect(sight(services)).toBe('unseen');
  expect(unseenServices({ services, leftOut: ['smtp', 'sieve'] })).toEqual(['smtp', 'sieve']);
});

test('nobody watches it, only guesses that never answered, ports that were left out, or a doubt: not seen', () => {
  expect(sight([])).toBe('unwatched');
  expect(sight([guess])).toBe('unseen');
  expect(hostSight({ services: [seen], leftOut: ['imap'] }, { doubted: false })).toBe('unseen');
  expect(sight([seen], true)).toBe('doubted');
});
