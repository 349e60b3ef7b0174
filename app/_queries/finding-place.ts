import type { FindingRecord } from './findings.ts';

/** What a finding is about, in words and as the page of the console that shows it. */
export function findingPlace({ subject, endpointId }: Pick<FindingRecord, 'subject' | 'endpointId'>): {
  readonly text: string;
  readonly href: string;
} {
  switch (subject.kind) {
    case 'domain':
      return { text: subject.domain, href: `/domains/${encodeURIComponent(subject.domain)}` };
    case 'zone':
      return { text: `zone ${subject.zone}`, href: `/zones/${encodeURIComponent(subject.zone)}` };
    case 'vantage':
      return { text: `our own vantage ${subject.vantage}`, href: '/' };
    case 'endpoint': {
      const name = `${subject.endpoint.host}:${String(subject.endpoint.port)}`;
      return {
        text: subject.address === null ? name : `${name} at ${subject.address}`,
        href: `/endpoints/${endpointId ?? ''}`,
      };
    }
  }
}
