import { coversMx, parseMtaStsPolicy, parseMtaStsRecord, type MtaStsPolicy } from '../advert/mta-sts.ts';
import { readDocument, webCertificateFault, type DocumentReading } from '../advert/read-documents.ts';
import { mxHosts } from '../srv/locate.ts';
import type { DomainObservation, PublishedConfiguration } from '../model/observation.ts';
import type { DomainCheck, FindingDefinition, WatchedService } from './check.ts';
import { judgeWholeDomain, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { judgeMxCertificates } from './mta-sts-mx.ts';
import { listParam, textParam } from './wording.ts';

const refs = [
  'draft-ietf-uta-email-deep-00 section 10.4.1',
  'draft-ietf-uta-email-deep-00 section 10.5',
  'checklist row 17',
  'checklist row 22',
];
const unprotected =
  'Senders go on as if there were no policy: whoever is on the way can keep TLS from starting and read the mail.';
const lost = 'Senders that keep to the policy hold back mail for these hosts, and it bounces after some days.';

/** Whether MTA-STS (RFC 8461) says something, says it to senders in a way that they can use, and is true. */
export const mtaSts: DomainCheck = {
  id: 'mta-sts',
  subject: 'domain',
  findings: [
    define('mta-sts-record-unreadable', {
      summary: 'The MTA-STS record cannot be used',
      section: '3.1',
      title: 'is announced by a record that cannot be used',
      expected: 'One TXT record such as "v=STSv1; id=20261125T0400;" at _mta-sts',
      meaning: unprotected,
      fix: 'Correct the TXT record at _mta-sts and see that there is only one.',
    }),
    define('mta-sts-record-missing', {
      summary: 'There is an MTA-STS policy without the record that announces it',
      section: '3.1',
      title: 'has a policy without the record that announces it',
      expected: 'A TXT record at _mta-sts for as long as the policy is there',
      meaning: `Senders never ask for the policy. ${unprotected}`,
      fix: 'Publish the TXT record at _mta-sts, or take the policy away if MTA-STS is not meant.',
    }),
    define('mta-sts-policy-missing', {
      summary: 'The MTA-STS record announces a policy that is not there',
      section: '3.3',
      title: 'is announced, and its policy is not there',
      expected: 'The policy at https://mta-sts.<domain>/.well-known/mta-sts.txt, with status 200 and without redirect',
      meaning: `Senders that know the policy from before keep it until its max_age is over; others have none. ${unprotected}`,
      fix: 'Serve the policy file at that address. Keep the record while senders may still hold the old policy.',
    }),
    define('mta-sts-policy-certificate', {
      summary: 'The web server of the MTA-STS policy has a certificate that senders refuse',
      section: '3.3',
      title: 'comes from a web server whose certificate senders refuse',
      expected: 'A trusted certificate for the name mta-sts.<domain>',
      meaning: `Senders must not use a policy that comes this way. ${unprotected}`,
      fix: 'Get a certificate that has this name, and reload the web server.',
    }),
    define('mta-sts-policy-unreadable', {
      summary: 'The MTA-STS policy cannot be read',
      section: '3.2',
      title: 'has a policy that cannot be read',
      expected: 'Lines version, mode, mx and max_age in the form of RFC 8461',
      meaning: unprotected,
      fix: 'Correct the policy file, then change the id in the TXT record so that senders fetch it anew.',
    }),
    define('mta-sts-mx-uncovered', {
      summary: 'The MTA-STS policy does not cover an MX host',
      section: '4.1',
      title: 'does not cover all of its MX hosts',
      expected: 'An mx line for every host that MX records name',
      meaning: lost,
      fix: 'Add the hosts to the policy, change the id in the TXT record, and only then publish new MX records.',
    }),
    define('mta-sts-mx-certificate', {
      summary: 'An MX host that the MTA-STS policy covers cannot be verified',
      section: '4.2',
      title: 'covers MX hosts that senders cannot verify',
      expected: 'STARTTLS with a trusted certificate for the name of the MX host, at every address',
      meaning: lost,
      fix: 'Give the MX host a trusted certificate with its name, and reload the mail server.',
    }),
    define('mta-sts-max-age-short', {
      summary: 'The MTA-STS policy lasts less than a week',
      section: '3.2',
      title: 'lasts less than a week',
      expected: 'A max_age of weeks, once the policy has proved right',
      meaning: 'An attacker who can hold back the policy for that time has senders without any.',
      fix: 'Raise max_age to 604800 seconds or more when the policy has been in force without trouble.',
    }),
  ],
  judge: (observation, { watched }) => {
    const view = readView(observation);
    return judgeWholeDomain(observation, {
      'mta-sts-record-unreadable': view === null ? undecided : judgeRecord(view),
      'mta-sts-record-missing': view === null ? undecided : judgeRecordPresence(view),
      'mta-sts-policy-missing': view === null ? undecided : judgePolicyPresence(view),
      'mta-sts-policy-certificate': view === null ? undecided : judgeWebCertificate(view),
      'mta-sts-policy-unreadable': view === null ? undecided : judgePolicy(view),
      'mta-sts-mx-uncovered': withPolicy(view, (policy) => judgeCover(observation, policy)),
      'mta-sts-mx-certificate': withPolicy(view, (policy) => judgeCovered(observation, { policy, watched })),
      'mta-sts-max-age-short': withPolicy(view, judgeAge),
    });
  },
};

function define(
  code: string,
  finding: Pick<FindingDefinition, 'summary'> & {
    /** Of RFC 8461. */
    readonly section: string;
    readonly title: string;
    readonly expected: string;
    readonly meaning: string;
    readonly fix: string;
  },
): FindingDefinition {
  const { summary, section, title, ...text } = finding;
  return {
    code,
    summary,
    refs: [...refs, `RFC 8461 section ${section}`],
    confirmations: 1,
    text: (params) => ({
      ...text,
      title: `MTA-STS of ${textParam(params, 'domain', 60)} ${title}`,
      got: listParam(params, 'faults', 200),
    }),
  };
}

interface View {
  readonly record: ReturnType<typeof parseMtaStsRecord> | null;
  readonly fetched: PublishedConfiguration['mtaStsPolicy'];
  /** Null: there was no record, so nobody fetched it. */
  readonly policy: DocumentReading<MtaStsPolicy> | null;
}

/** Null in what older versions stored. */
function readView({ configuration }: DomainObservation): View | null {
  if (configuration === undefined) return null;
  const { mtaStsRecord, mtaStsPolicy } = configuration;
  return {
    record: mtaStsRecord.ok ? parseMtaStsRecord(mtaStsRecord.facts.records.map(({ text }) => text)) : null,
    fetched: mtaStsPolicy,
    policy: mtaStsPolicy === null ? null : readDocument(mtaStsPolicy, parseMtaStsPolicy),
  };
}

function faulty(verdict: 'info' | 'warn' | 'fail', faults: readonly string[]): Decision {
  return faults.length === 0 ? passed : { verdict, params: { faults } };
}

function judgeRecord({ record }: View): Decision {
  if (record === null) return undecided;
  switch (record.state) {
    case 'absent':
      return notApplicable;
    case 'present':
      return passed;
    case 'unreadable':
      return faulty('fail', [`the record ${record.why}`]);
  }
}

function judgeRecordPresence({ record, policy }: View): Decision {
  if (record === null) return undecided;
  if (record.state !== 'absent') return passed;
  return policy?.state === 'found' ? faulty('warn', ['a policy, and no TXT record at _mta-sts']) : notApplicable;
}

function judgePolicyPresence({ record, fetched, policy }: View): Decision {
  if (record === null) return undecided;
  if (record.state === 'absent' || fetched === null || policy === null) return notApplicable;
  if (policy.state === 'unseen') return undecided;
  if (policy.state === 'found' || policy.state === 'unreadable') return passed;
  const why = fetched.ok
    ? `status ${fetched.facts.status}${fetched.facts.status === 200 ? ', with a web page' : ''}`
    : `${fetched.failure.reason}${fetched.failure.said === undefined ? '' : ` (${fetched.failure.said})`}`;
  return faulty('fail', [`${fetched.ok ? fetched.facts.url : fetched.url}: ${why}`]);
}

function judgeWebCertificate({ fetched, record }: View): Decision {
  if (fetched === null) return record === null ? undecided : notApplicable;
  const { url, tls } = fetched.ok ? fetched.facts : fetched;
  if (tls === null) return undecided;
  const fault = webCertificateFault(url, tls);
  return faulty('fail', fault === null ? [] : [`${url}: ${fault}`]);
}

function judgePolicy({ policy, record }: View): Decision {
  switch (policy?.state) {
    case 'unreadable':
      return faulty('fail', [`the policy ${policy.why}`]);
    case 'found':
      return passed;
    case 'unseen':
      return undecided;
    case 'absent':
    case 'locked':
      return notApplicable;
    case undefined:
      return record === null ? undecided : notApplicable;
  }
}

/** Codes that only a policy has a meaning for; one of mode none asks for nothing. */
function withPolicy(view: View | null, judge: (policy: MtaStsPolicy) => Decision): Decision {
  if (view === null || view.record === null || view.policy?.state === 'unseen') return undecided;
  if (view.policy?.state !== 'found' || view.policy.content.mode === 'none') return notApplicable;
  return judge(view.policy.content);
}

/** In mode testing senders deliver all the same, and report. */
function verdictOf({ mode }: MtaStsPolicy): 'warn' | 'fail' {
  return mode === 'enforce' ? 'fail' : 'warn';
}

function judgeCover(observation: DomainObservation, policy: MtaStsPolicy): Decision {
  if (!observation.mx.ok) return undecided;
  const uncovered = mxHosts(observation).filter((host) => !coversMx(policy, host));
  return faulty(
    verdictOf(policy),
    uncovered.toSorted().map((host) => `${host} is in none of the mx lines, mode ${policy.mode}`),
  );
}

function judgeCovered(
  observation: DomainObservation,
  { policy, watched }: { readonly policy: MtaStsPolicy; readonly watched: readonly WatchedService[] | undefined },
): Decision {
  if (!observation.mx.ok || watched === undefined) return undecided;
  const hosts = mxHosts(observation).filter((host) => coversMx(policy, host));
  const { faults, complete } = judgeMxCertificates(hosts, watched);
  if (faults.length > 0) return faulty(verdictOf(policy), faults);
  return complete ? passed : undecided;
}

const weekSeconds = 604_800;

function judgeAge({ maxAgeSeconds }: MtaStsPolicy): Decision {
  return faulty('info', maxAgeSeconds < weekSeconds ? [`max_age is ${maxAgeSeconds} seconds`] : []);
}
