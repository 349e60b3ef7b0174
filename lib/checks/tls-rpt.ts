import { parseMtaStsPolicy } from '../advert/mta-sts.ts';
import { readDocument } from '../advert/read-documents.ts';
import { parseTlsRptRecord } from '../advert/tls-rpt.ts';
import type { DomainObservation } from '../model/observation.ts';
import type { DomainCheck } from './check.ts';
import { judgeWholeDomain, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { textParam } from './wording.ts';

const refs = [
  'draft-ietf-uta-email-deep-00 section 10.4.1',
  'draft-ietf-uta-email-deep-00 section 10.5',
  'RFC 8460 section 3',
  'checklist row 17',
  'checklist row 22',
];

/** Whether senders can report what goes wrong with TLS (RFC 8460). */
export const tlsRpt: DomainCheck = {
  id: 'tls-rpt',
  subject: 'domain',
  findings: [
    {
      code: 'tls-rpt-unreadable',
      summary: 'The TLS-RPT record cannot be used',
      refs,
      confirmations: 1,
      text: (params) => ({
        title: `The TLS-RPT record of ${textParam(params, 'domain', 70)} cannot be used`,
        expected: 'One TXT record such as "v=TLSRPTv1; rua=mailto:tls-reports@example.org" at _smtp._tls',
        got: `The record ${textParam(params, 'why')}`,
        meaning: 'Senders report nothing: failures of TLS that only others see stay unknown.',
        fix: 'Correct the TXT record at _smtp._tls.',
      }),
    },
    {
      code: 'tls-rpt-missing',
      summary: 'Incoming mail is protected by MTA-STS or DANE, and nobody can report failures',
      refs,
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 70)} asks senders for TLS and for no reports`,
        expected: 'A TLS-RPT record wherever MTA-STS or DANE can hold back mail',
        got: `${textParam(params, 'protection')} without TXT record at _smtp._tls`,
        meaning: 'When senders hold back mail because of the policy, you learn of it from those who miss the mail.',
        fix: 'Publish a TXT record at _smtp._tls with an address that somebody reads.',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeDomain(observation, {
      'tls-rpt-unreadable': judgeRecord(observation),
      'tls-rpt-missing': judgePresence(observation),
    }),
};

/** Null where DNS gave no answer, and in what older versions stored. */
function readRecord({ configuration }: DomainObservation): ReturnType<typeof parseTlsRptRecord> | null {
  const lookup = configuration?.tlsRptRecord;
  return lookup?.ok === true ? parseTlsRptRecord(lookup.facts.records.map(({ text }) => text)) : null;
}

function judgeRecord(observation: DomainObservation): Decision {
  const record = readRecord(observation);
  switch (record?.state) {
    case undefined:
      return undecided;
    case 'absent':
      return notApplicable;
    case 'present':
      return passed;
    case 'unreadable':
      return { verdict: 'warn', params: { why: record.why } };
  }
}

function judgePresence(observation: DomainObservation): Decision {
  const record = readRecord(observation);
  if (record === null || observation.configuration === undefined) return undecided;
  if (record.state !== 'absent') return passed;
  const { mtaStsPolicy, mtaStsRecord } = observation.configuration;
  const reading = mtaStsPolicy === null ? null : readDocument(mtaStsPolicy, parseMtaStsPolicy);
  const protection = [
    ...(reading?.state === 'found' && reading.content.mode !== 'none' ? [`MTA-STS (${reading.content.mode})`] : []),
    ...(observation.mxTlsa.some(({ lookup }) => lookup.ok && isSecure(lookup.facts)) ? ['DANE'] : []),
  ];
  if (protection.length > 0) return { verdict: 'info', params: { protection: protection.join(' and ') } };
  const unseen = !mtaStsRecord.ok || reading?.state === 'unseen' || observation.mxTlsa.some(({ lookup }) => !lookup.ok);
  return unseen ? undecided : notApplicable;
}

function isSecure({
  records,
  dnssec,
}: {
  readonly records: readonly unknown[];
  readonly dnssec: { readonly state: string };
}): boolean {
  return records.length > 0 && dnssec.state === 'secure';
}
