import { undeclared } from '#lib/model/declaration.ts';
import { changeSessions, healthyEndpoint, testAddresses, testEndpoint } from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyEndpoint();
const declared = { declaration: { ...undeclared, acceptsClientCertificates: true } };
const offering = (capabilitiesAfterTls: readonly string[] | null) =>
  changeSessions(healthy, () => ({ capabilitiesAfterTls }));

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'passwords only',
      code: 'external-not-offered',
      verdict: 'warn',
      address: first,
      observation: healthy,
      context: declared,
      says: /Mechanisms: PLAIN$/m,
    },
    {
      name: 'a submission server without AUTH',
      code: 'external-not-offered',
      verdict: 'warn',
      address: first,
      observation: changeSessions(healthyEndpoint(testEndpoint('submission')), () => ({ capabilitiesAfterTls: [] })),
      context: declared,
      says: /Mechanisms: nothing$/m,
    },
  ],
  silent: [
    {
      name: 'EXTERNAL offered',
      observation: offering(['IMAP4rev1', 'AUTH=PLAIN', 'AUTH=EXTERNAL']),
      context: declared,
      decided: true,
    },
    { name: 'nothing declared', observation: healthy, decided: true },
    {
      name: 'declared that certificates are of no use',
      observation: healthy,
      context: { declaration: { ...undeclared, acceptsClientCertificates: false } },
      decided: true,
    },
    { name: 'capabilities not seen', observation: offering(null), context: declared, decided: false },
  ],
};
