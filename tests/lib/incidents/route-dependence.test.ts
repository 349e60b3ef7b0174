import { findRouteDependence, type RoutePart, type WatchedNames } from '#lib/incidents/route-dependence.ts';

const watched: WatchedNames = {
  hosts: new Set(['mail.example.org', 'mx.hosted.example']),
  domains: new Set(['example.org']),
  hostsByAddress: new Map([
    ['192.0.2.1', ['mail.example.org']],
    ['192.0.2.9', ['a.example.org', 'b.example.org']],
  ]),
};

function part(given: string, names: readonly string[], ...addresses: readonly string[]): RoutePart {
  return { part: 'relay', given, names, addresses };
}

const leads = (...parts: readonly RoutePart[]) =>
  findRouteDependence(parts, watched).map(({ watchedHost }) => watchedHost);

describe('the dependence of a route', () => {
  it.each([
    ['a watched host', part('mail.example.org', ['mail.example.org']), ['mail.example.org', 'example.org']],
    ['a host with the address of a watched one', part('r.example', ['r.example'], '192.0.2.1'), ['mail.example.org']],
    ['an address of several', part('192.0.2.9', [], '192.0.2.9'), ['a.example.org', 'b.example.org']],
    ['a name in a watched domain', part('r', ['relay.eu.example.org'], '198.51.100.1'), ['example.org']],
    [
      'a domain whose MX is watched',
      part('a@hosted.example', ['hosted.example', 'mx.hosted.example']),
      ['mx.hosted.example'],
    ],
    ['a name that only ends like one', part('r', ['badexample.org'], '198.51.100.1'), []],
    ['somebody else', part('r', ['relay.elsewhere.example'], '198.51.100.1'), []],
  ])('is found for %s', (_what, given, expected) => {
    expect(leads(given)).toEqual(expected);
  });

  it('names each pair once, with what was given', () => {
    const twice = part('mail.example.org', ['mail.example.org'], '192.0.2.1', '192.0.2.1');
    expect(findRouteDependence([twice], watched)).toEqual([
      { part: 'relay', given: 'mail.example.org', watchedHost: 'mail.example.org' },
      { part: 'relay', given: 'mail.example.org', watchedHost: 'example.org' },
    ]);
  });
});
