import type { TlsVersion } from '#lib/model/scan-observation.ts';
import { testAddresses } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan, tlsAt } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const choosing = (version: TlsVersion, cipher: string) =>
  changeScan(healthy, ({ versions }) => ({
    versions: { ...versions, [version]: accepted({ ...tlsAt(version), cipher }) },
  }));

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: '3DES with TLS 1.0',
      code: 'negotiated-cipher-weak',
      verdict: 'fail',
      address: first,
      observation: choosing('TLSv1', 'DES-CBC3-SHA'),
      says: /TLSv1: DES-CBC3-SHA/,
    },
    {
      name: 'RC4 with TLS 1.2',
      code: 'negotiated-cipher-weak',
      verdict: 'fail',
      packs: { draft: 'pass', current: 'fail' },
      address: first,
      observation: choosing('TLSv1.2', 'ECDHE-RSA-RC4-SHA'),
      says: /TLSv1\.2: ECDHE-RSA-RC4-SHA/,
    },
  ],
  silent: [
    { name: 'AES', observation: healthy, decided: true },
    { name: 'ChaCha20', observation: choosing('TLSv1.2', 'ECDHE-RSA-CHACHA20-POLY1305'), decided: true },
    { name: 'a name that says nothing', observation: choosing('TLSv1.2', 'SOMETHING-NEW'), decided: true },
    {
      name: 'a version that was not seen',
      observation: changeScan(healthy, ({ versions }) => ({
        versions: { ...versions, TLSv1: { outcome: 'unseen', failure: { stage: 'connect', reason: 'timeout' } } },
      })),
      decided: false,
    },
  ],
};
