import type { DomainObservation, PublishedConfiguration } from '#lib/model/observation.ts';
import { healthyDomain, mxTlsaLookup, testPki, tlsaOf } from '#tests/support/observations.ts';
import { healthyConfiguration, txtLookup } from '#tests/support/published-configuration.ts';
import type { DomainFixtures } from '../fixture.ts';

function publishing(change: Partial<PublishedConfiguration>): DomainObservation {
  return { ...healthyDomain(), configuration: healthyConfiguration(change) };
}

const record = (texts: readonly string[]) => ({ ok: true, facts: txtLookup('_smtp._tls.example.org', texts) }) as const;
const noMtaSts = {
  mtaStsRecord: { ok: true, facts: txtLookup('_mta-sts.example.org', []) },
  mtaStsPolicy: null,
} as const;
const failed = { ok: false, failure: { stage: 'resolve', reason: 'timeout' } } as const;

export const fixtures: DomainFixtures = {
  firing: [
    {
      name: 'an address without scheme',
      code: 'tls-rpt-unreadable',
      verdict: 'warn',
      address: null,
      observation: publishing({ tlsRptRecord: record(['v=TLSRPTv1; rua=tls@example.org']) }),
      says: /its rua "tls@example\.org" is no mailto: or https: URI/,
    },
    {
      name: 'MTA-STS and nobody to tell',
      code: 'tls-rpt-missing',
      verdict: 'info',
      address: null,
      observation: publishing({ tlsRptRecord: record([]) }),
      says: /MTA-STS \(enforce\) without TXT record at _smtp\._tls/,
    },
    {
      name: 'DANE and nobody to tell',
      code: 'tls-rpt-missing',
      verdict: 'info',
      address: null,
      observation: {
        ...publishing({ ...noMtaSts, tlsRptRecord: record([]) }),
        mxTlsa: [mxTlsaLookup([tlsaOf(testPki.leaf)], { state: 'secure', expiresAt: null })],
      },
      says: /DANE without TXT record/,
    },
  ],
  silent: [
    { name: 'a record', observation: healthyDomain(), decided: true },
    { name: 'nothing to report of', observation: publishing({ ...noMtaSts, tlsRptRecord: record([]) }), decided: true },
    { name: 'no answer', observation: publishing({ tlsRptRecord: failed }), decided: false },
    {
      name: 'no answer about MTA-STS',
      observation: publishing({ mtaStsRecord: failed, mtaStsPolicy: null, tlsRptRecord: record([]) }),
      decided: false,
    },
  ],
};
