import type { WeakSuiteKind } from '#lib/model/scan-observation.ts';
import { testAddresses, testEndpoint } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const onMx = healthyScan(testEndpoint('smtp', 'starttls'));
const taking = (kind: WeakSuiteKind, name: string, observation = healthy) =>
  changeScan(observation, ({ weakSuites }) => ({
    weakSuites: { ...weakSuites, [kind]: accepted({ version: 'TLSv1.2', suite: '0000', name } as const) },
  }));

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'no encryption',
      code: 'cipher-null-offered',
      verdict: 'fail',
      address: first,
      observation: taking('null', 'TLS_RSA_WITH_NULL_SHA'),
      says: /chose TLS_RSA_WITH_NULL_SHA with TLSv1\.2/,
    },
    {
      name: 'no encryption on an MX host',
      code: 'cipher-null-offered',
      verdict: 'fail',
      address: first,
      observation: taking('null', 'TLS_RSA_WITH_NULL_SHA', onMx),
      says: /mail\.example\.org:25/,
    },
    {
      name: 'export',
      code: 'cipher-export-offered',
      verdict: 'fail',
      address: first,
      observation: taking('export', 'TLS_RSA_EXPORT_WITH_RC4_40_MD5'),
      says: /TLS_RSA_EXPORT_WITH_RC4_40_MD5/,
    },
    {
      name: 'anonymous',
      code: 'cipher-anonymous-offered',
      verdict: 'fail',
      address: first,
      observation: taking('anonymous', 'TLS_DH_anon_WITH_AES_128_CBC_SHA'),
      says: /without a certificate/,
    },
    {
      name: 'anonymous on an MX host, as Postfix has it by default',
      code: 'cipher-anonymous-offered',
      verdict: 'info',
      address: first,
      observation: taking('anonymous', 'TLS_ECDH_anon_WITH_AES_256_CBC_SHA', onMx),
      says: /lose nothing by it/,
    },
    {
      name: 'triple DES',
      code: 'cipher-3des-offered',
      verdict: 'fail',
      address: first,
      observation: taking('3des', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'),
      says: /112 bits/,
    },
    {
      name: 'RC4',
      code: 'cipher-rc4-offered',
      verdict: 'fail',
      packs: { draft: 'pass', current: 'fail' },
      address: first,
      observation: taking('rc4', 'TLS_RSA_WITH_RC4_128_MD5'),
      says: /RFC 7465/,
    },
    {
      name: 'RC4 on an MX host',
      code: 'cipher-rc4-offered',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: first,
      observation: taking('rc4', 'TLS_RSA_WITH_RC4_128_SHA', onMx),
      says: /takes RC4/,
    },
    {
      name: 'static RSA, which the draft asked for',
      code: 'cipher-static-rsa-offered',
      verdict: 'info',
      packs: { draft: 'pass', current: 'info' },
      address: first,
      observation: taking('static-rsa', 'TLS_RSA_WITH_AES_128_CBC_SHA'),
      says: /without forward secrecy/,
    },
  ],
  silent: [
    { name: 'all refused', observation: healthy, decided: true },
    {
      name: 'nobody could look',
      observation: changeScan(healthy, ({ weakSuites }) => ({
        weakSuites: { ...weakSuites, rc4: { outcome: 'unseen', failure: { stage: 'handshake', reason: 'timeout' } } },
      })),
      decided: false,
    },
  ],
};
