import { compareAddresses } from '#lib/evidence/compare-addresses.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { dayMs, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { changeSessions, healthyEndpoint, testPki, trustedTls } from '#tests/support/observations.ts';

/** A balancer with four addresses. */
const [session] = healthyEndpoint().sessions;
const four: EndpointObservation = {
  ...healthyEndpoint(),
  sessions: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::4'].flatMap((address) =>
    session === undefined ? [] : [{ ...session, address }],
  ),
};

test('addresses that are alike have no divergence', () => {
  const { rows, divergences } = compareAddresses(four);
  expect(divergences).toEqual([]);
  expect(rows.map(({ family }) => family)).toEqual(['IPv4', 'IPv4', 'IPv4', 'IPv6']);
});

test('one of four that shows the old certificate is called out, with both dates', () => {
  const old = issueCertificate({
    commonName: 'mail.example.org',
    dnsNames: ['mail.example.org'],
    issuer: testPki.intermediate,
    notAfter: testNow + 3 * dayMs,
  });
  const { rows, divergences } = compareAddresses(
    changeSessions(four, (_one, index) => (index === 2 ? { tls: trustedTls([old]) } : {})),
  );
  expect(divergences).toEqual([
    '1 of 4 addresses shows another certificate (192.0.2.3): valid until 2026-11-27 04:00 UTC; the others until 2027-01-23 04:00 UTC',
  ]);
  expect(rows.map(({ cells }) => cells.certificate.isOdd)).toEqual([false, false, true, false]);
});

test('several in another way are counted together, and what was not seen is no difference', () => {
  const refused = { stage: 'connect', reason: 'refused' } as const;
  const down = { tls: null, capabilitiesAfterTls: null, identityAfterTls: null, failure: refused };
  const some = changeSessions(four, (_one, index) => (index < 1 ? down : {}));
  expect(compareAddresses(some).divergences).toEqual([
    '1 of 4 addresses ends in another way (192.0.2.1): refused at connect where the others have worked',
  ]);
  const older = changeSessions(four, ({ tls }, index) =>
    index > 2 && tls !== null ? { tls: { ...tls, version: 'TLSv1.2' } } : {},
  );
  expect(compareAddresses(older).divergences).toEqual([
    '1 of 4 addresses reaches another TLS version (2001:db8::4): TLSv1.2 where the others have TLSv1.3',
  ]);
});
