import { undeclared } from '#lib/model/declaration.ts';
import { testAddresses, testEndpoint } from '#tests/support/observations.ts';
import { changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();
const asking = changeScan(healthy, () => ({ certificateRequest: 'yes' }));

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'asked for without a declared use',
      code: 'client-certificate-requested',
      verdict: 'warn',
      address: first,
      observation: asking,
      says: /set accepts_client_certs/,
    },
    {
      name: 'declared as not used',
      code: 'client-certificate-requested',
      verdict: 'warn',
      address: first,
      observation: asking,
      context: { declaration: { ...undeclared, acceptsClientCertificates: false } },
      says: /sent a CertificateRequest/,
    },
    {
      name: 'on an MX host',
      code: 'client-certificate-requested',
      verdict: 'info',
      address: first,
      observation: changeScan(healthyScan(testEndpoint('smtp', 'starttls')), () => ({ certificateRequest: 'yes' })),
      says: /mail\.example\.org:25 asks clients/,
    },
  ],
  silent: [
    { name: 'not asked for', observation: healthy, decided: true },
    {
      name: 'a declared use',
      observation: asking,
      context: { declaration: { ...undeclared, acceptsClientCertificates: true } },
      decided: true,
    },
    {
      name: 'hidden by TLS 1.3',
      observation: changeScan(healthy, () => ({ certificateRequest: 'encrypted' })),
      decided: true,
    },
    {
      name: 'nobody could look',
      observation: changeScan(healthy, () => ({ certificateRequest: 'unseen' })),
      decided: false,
    },
  ],
};
