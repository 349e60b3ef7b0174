import { issueCertificate } from '#tests/support/certificates.ts';
import { testAddresses, testEndpoint, testPki, trustedTls } from '#tests/support/observations.ts';
import { changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const showing = (srvNames: readonly string[], observation = healthyScan()) => {
  const options = { commonName: 'mail.example.org', dnsNames: ['mail.example.org'], srvNames };
  const leaf = issueCertificate({ ...options, issuer: testPki.intermediate });
  return changeScan(observation, () => ({ repeated: [trustedTls([leaf, testPki.intermediate])] }));
};

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'no SRV-ID',
      code: 'certificate-srv-id-missing',
      verdict: 'info',
      packs: { draft: 'info', current: 'n-a' },
      address: first,
      observation: showing([]),
      says: /has no SRV-ID _imaps/,
    },
    {
      name: 'an SRV-ID of another service',
      code: 'certificate-srv-id-missing',
      verdict: 'info',
      packs: { draft: 'info', current: 'n-a' },
      address: first,
      observation: showing(['_pop3s.example.org']),
      says: /SRV-IDs in the certificate: _pop3s\.example\.org/,
    },
  ],
  silent: [
    { name: 'an SRV-ID of the service', observation: showing(['_imaps.example.org']), decided: true },
    { name: 'an MX host', observation: showing([], healthyScan(testEndpoint('smtp', 'starttls'))), decided: true },
    {
      name: 'no handshake was seen',
      observation: changeScan(healthyScan(), ({ versions }) => ({
        repeated: [],
        versions: { ...versions, 'TLSv1.2': versions.TLSv1, 'TLSv1.3': versions.TLSv1 },
      })),
      decided: false,
    },
  ],
};
