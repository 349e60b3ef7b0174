import { readChain } from '#lib/x509/read-chain.ts';
import { digestHex } from '#lib/x509/certificate.ts';
import type { TlsaRecord } from '#lib/model/observation.ts';
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

test('every record that matches is marked with its certificate and the addresses that showed it', () => {
  const items = tlsaItems(
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
  expect(tlsaItems({ ...seen, sessions })[0]?.results.map(({ matches, addresses }) => [matches, addresses])).toEqual([
    [true, ['192.0.2.10 (RSA)']],
    [false, ['192.0.2.10 (ECDSA)']],
  ]);
});

test('without a certificate nothing is said to match or not', () => {
  const unseen = withRecords([{ usage: 3, selector: 1, matchingType: 1, data: key }]);
  const sessions = unseen.sessions.map((session) => ({ ...session, tls: null }));
  expect(tlsaItems({ ...unseen, sessions })).toEqual([expect.objectContaining({ data: key, results: [] })]);
});

test('no TLSA answer gives no rows', () => {
  expect(tlsaItems({ ...observation, tlsa: null })).toEqual([]);
});
