import { readChain } from '#lib/x509/read-chain.ts';
import { digestHex } from '#lib/x509/certificate.ts';
import { tlsaText } from '#lib/dane/record.ts';
import type { EndpointObservation, TlsaRecord } from '#lib/model/observation.ts';
import { tlsaItems } from '#app/_queries/tlsa-item.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { exampleObservation } from '#tests/app/support/seed.ts';

const observation = exampleObservation('mail.example.org', Date.UTC(2026, 10, 24));
const [leaf] = readChain(observation.sessions[0]?.tls?.chain ?? []);
const key = digestHex(leaf?.spki ?? new Uint8Array(), 'sha256');

function withRecords(records: readonly TlsaRecord[]) {
  const { tlsa } = observation;
  if (tlsa?.lookup.ok !== true) throw new Error('the example has TLSA records');
  const lookup = { ok: true, facts: { ...tlsa.lookup.facts, records } } as const;
  return { ...observation, tlsa: { ...tlsa, lookup } };
}

const itemsOf = (seen: EndpointObservation) => tlsaItems({ observation: seen, tlsaUnmatchedSince: new Map() });

test('every record that matches is marked with its certificate and the addresses that showed it', () => {
  const items = itemsOf(
    withRecords([
      { usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) },
      { usage: 3, selector: 1, matchingType: 1, data: key },
      { usage: 3, selector: 1, matchingType: 1, data: 'abcd' },
    ]),
  );
  expect(items.map(({ results }) => results.map(({ matches, addresses }) => ({ matches, addresses })))).toEqual([
    [{ matches: false, addresses: ['192.0.2.10'] }],
    [{ matches: true, addresses: ['192.0.2.10'] }],
    [{ matches: false, addresses: ['192.0.2.10'] }],
  ]);
  expect(items[1]?.results[0]?.text).toContain(
    `matches the server certificate, SHA-256 ${leaf?.fingerprint.slice(0, 16) ?? ''}`,
  );
  expect(items[2]?.results[0]?.text).toContain('wrong length');
  expect(items.map(({ standing }) => standing)).toEqual([
    'matches nothing: the next key, or left over',
    'in use',
    'unusable: has a digest of the wrong length',
  ]);
});

test('where a server has keys of two types, each is named', () => {
  const seen = withRecords([{ usage: 3, selector: 1, matchingType: 1, data: key }]);
  const ec = issueCertificate({ commonName: 'mail.example.org', keyType: 'ec' });
  const sessions = seen.sessions.map((session) =>
    session.tls === null
      ? session
      : ({
          ...session,
          otherHandshake: { offered: 'ec', tls: { ok: true, facts: { ...session.tls, chain: [ec.base64] } } },
        } as const),
  );
  expect(itemsOf({ ...seen, sessions })[0]?.results.map(({ matches, addresses }) => [matches, addresses])).toEqual([
    [true, ['192.0.2.10 (RSA)']],
    [false, ['192.0.2.10 (ECDSA)']],
  ]);
});

test('without a certificate nothing is said to match or not', () => {
  const unseen = withRecords([{ usage: 3, selector: 1, matchingType: 1, data: key }]);
  const sessions = unseen.sessions.map((session) => ({ ...session, tls: null }));
  expect(itemsOf({ ...unseen, sessions })).toEqual([expect.objectContaining({ data: key, results: [] })]);
});

test('no TLSA answer gives no rows', () => {
  expect(itemsOf({ ...observation, tlsa: null })).toEqual([]);
});

test('of a record that matches nothing the history tells for how long', () => {
  const spare = { usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) };
  const seen = withRecords([spare, { ...spare, data: key }]);
  const standingAfter = (days: number) => {
    const since = new Map([[tlsaText(spare), seen.finishedAt - days * 86_400_000]]);
    return tlsaItems({ observation: seen, tlsaUnmatchedSince: since })[0]?.standing;
  };
  expect(standingAfter(0)).toBe('has matched nothing for less than a day: the next key, or the last one');
  expect(standingAfter(12)).toBe('has matched nothing for 12 days: the next key, or the last one');
  expect(standingAfter(91)).toBe('left over: has matched nothing for 91 days');
});
