import type { Offer, TlsVersion } from '#lib/model/scan-observation.ts';
import type { TlsFacts } from '#lib/model/observation.ts';
import { testAddresses, testEndpoint } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan, refused, tlsAt } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const unseen: Offer<TlsFacts> = { outcome: 'unseen', failure: { stage: 'connect', reason: 'timeout' } };
const offering = (change: Partial<Record<TlsVersion, Offer<TlsFacts>>>, observation = healthy) =>
  changeScan(observation, ({ versions }) => ({ versions: { ...versions, ...change } }));
const only = (...taken: readonly TlsVersion[]) => {
  const offer = (version: TlsVersion) => (taken.includes(version) ? accepted(tlsAt(version)) : refused);
  return offering({
    TLSv1: offer('TLSv1'),
    'TLSv1.1': offer('TLSv1.1'),
    'TLSv1.2': offer('TLSv1.2'),
    'TLSv1.3': offer('TLSv1.3'),
  });
};

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'TLS 1.0 and 1.1 on IMAP',
      code: 'tls-legacy-offered',
      verdict: 'fail',
      packs: { draft: 'pass', current: 'fail' },
      address: first,
      observation: offering({ TLSv1: accepted(tlsAt('TLSv1')), 'TLSv1.1': accepted(tlsAt('TLSv1.1')) }),
      says: /mail\.example\.org:993 still takes TLSv1, TLSv1\.1/,
    },
    {
      name: 'TLS 1.1 on an MX host',
      code: 'tls-legacy-offered',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: first,
      observation: offering({ 'TLSv1.1': accepted(tlsAt('TLSv1.1')) }, healthyScan(testEndpoint('smtp', 'starttls'))),
      says: /fall back to clear text/,
    },
    {
      name: 'SSL 3.0',
      code: 'sslv3-offered',
      verdict: 'fail',
      address: first,
      observation: changeScan(healthy, () => ({
        sslv3: accepted({ version: 'SSLv3', suite: '0005', name: 'TLS_RSA_WITH_RC4_128_SHA' }),
      })),
      says: /answered with TLS_RSA_WITH_RC4_128_SHA/,
    },
    {
      name: 'no version at all',
      code: 'tls-no-version-offered',
      verdict: 'crit',
      address: first,
      observation: only(),
      says: /TLSv1\.2 handshake_failure/,
    },
    {
      name: 'TLS 1.2 only',
      code: 'tls-1-3-missing',
      verdict: 'info',
      packs: { draft: 'pass', current: 'info' },
      address: first,
      observation: only('TLSv1.2'),
      says: /offers only TLS 1\.3 is refused/,
    },
    {
      name: 'TLS 1.3 only',
      code: 'tls-1-2-missing',
      verdict: 'info',
      address: first,
      observation: only('TLSv1.3'),
      says: /takes TLS 1\.3 only/,
    },
  ],
  silent: [
    { name: 'TLS 1.2 and 1.3', observation: healthy, decided: true },
    {
      name: 'nothing was seen',
      observation: offering({ TLSv1: unseen, 'TLSv1.1': unseen, 'TLSv1.2': unseen, 'TLSv1.3': unseen }),
      decided: false,
    },
    { name: 'TLS 1.1 was not seen', observation: offering({ 'TLSv1.1': unseen }), decided: false },
    { name: 'TLS 1.3 was not seen', observation: offering({ 'TLSv1.3': unseen }), decided: false },
  ],
};
