import { judgeEndpoint } from '#lib/checks/registry.ts';
import { compareTlsa, describeDnssec, recordsToPublish, shownChains, tlsaPolicyOf } from '#lib/checks/tlsa-facts.ts';
import { compareRecords, describeOutcome, describeStanding, type ComparedRecord } from '#lib/checks/tlsa-records.ts';
import { showText } from '#lib/checks/wording.ts';
import { tlsaText } from '#lib/dane/record.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import type { TlsaReport, TlsaReportRecord } from '#lib/model/tlsa-schema.ts';
import { digestHex } from '#lib/x509/certificate.ts';
import { createProbeReport, describeFailure, describeProbeFinding } from './probe-report.ts';

/* The TLSA records of one port and what they match, as lines for a person and as the report that a program reads. */

/** The report of `latchwatch tlsa --json`. `now` in milliseconds since the epoch. */
export function createTlsaReport(observation: EndpointObservation, now: number): TlsaReport {
  const { endpoint, vantage, sessions, tlsa } = observation;
  const owner = tlsa?.owner ?? '';
  const judged = createProbeReport(observation, judgeEndpoint(observation, { now }));
  return {
    ...{ schema_version: 1, endpoint, vantage, owner },
    policy: tlsaPolicyOf(endpoint),
    dnssec: tlsa?.lookup.ok === true ? tlsa.lookup.facts.dnssec : null,
    failure: tlsa === null || tlsa.lookup.ok ? null : tlsa.lookup.failure,
    records: compareRecords(observation, { now }).map(reportRecord),
    certificates: sessions.flatMap((session) =>
      shownChains(session).map(({ tls, leaf, keyName }) => ({
        address: session.address,
        keyType: keyName,
        subject: leaf.subject,
        fingerprint: leaf.fingerprint,
        publicKeySha256: digestHex(leaf.spki, 'sha256'),
        notAfter: leaf.notAfter,
        nameMatches: compareTlsa(observation, tls, now).nameMatches,
      })),
    ),
    unseen: sessions
      .filter((session) => shownChains(session).length === 0)
      .map(({ address, failure }) => ({ address, failure })),
    publish: recordsToPublish(observation).map((record) => `${owner}. IN TLSA ${record}`),
    findings: judged.findings.filter(({ code }) => code.startsWith('tlsa-')),
  };
}

function reportRecord({ record, standing, at }: ComparedRecord): TlsaReportRecord {
  return {
    ...record,
    standing: standing.kind,
    ageMs: 'ageMs' in standing ? standing.ageMs : null,
    text: describeStanding(standing),
    outcomes: at.map(({ address, keyName, outcome }) => ({
      address,
      keyType: keyName,
      kind: outcome.kind,
      why: outcome.kind === 'match' ? null : outcome.why,
      depth: outcome.kind === 'unusable' ? null : outcome.depth,
      fingerprint: outcome.kind === 'match' ? outcome.certificate.fingerprint : null,
      text: describeOutcome(outcome),
    })),
  };
}

/** Lines for a person. Text from strangers is made fit to show. */
export function describeTlsaReport(report: TlsaReport): readonly string[] {
  const { owner, policy, dnssec, failure, records, certificates, unseen, publish, findings } = report;
  const rules = policy === 'mta' ? 'senders of mail (RFC 7672)' : 'mail programs (RFC 6698, 7671)';
  return [
    `${showText(owner, 300)}, as ${rules} see it from ${report.vantage}`,
    `DNSSEC ${dnssec === null ? `not known: ${failure === null ? 'not asked' : describeFailure(failure)}` : showText(describeDnssec(dnssec), 500)}`,
    ...(certificates.length + unseen.length === 0 ? [] : ['']),
    ...certificates.map(
      ({ address, keyType, subject, publicKeySha256, nameMatches }) =>
        `${address} shows ${keyType} ${showText(subject, 100)}, key ${publicKeySha256.slice(0, 16)}…${nameMatches ? '' : ', of another name'}`,
    ),
    ...unseen.map(
      ({ address, failure: why }) =>
        `${address} shows no certificate${why === null ? '' : `: ${describeFailure(why)}`}`,
    ),
    ...records.flatMap(describeRecord),
    ...describePublish(),
    ...findings.flatMap(describeProbeFinding),
    ...describeCount(),
  ];

  function describeCount(): readonly string[] {
    const { length } = findings;
    if (length > 0) return ['', length === 1 ? '1 finding.' : `${String(length)} findings.`];
    // Nothing was compared: then nothing was found to be in order either.
    return dnssec === null || certificates.length === 0 ? [] : ['', 'Nothing found.'];
  }

  function describePublish(): readonly string[] {
    if (dnssec === null || records.length > 0) return [];
    return ['', 'There is no TLSA record.', ...(publish.length === 0 ? [] : ['To publish:', ...publish.map(indent)])];
  }
}

function describeRecord(record: TlsaReportRecord): readonly string[] {
  const outcomes = record.outcomes.map(({ address, keyType, text }) => indent(`${address} ${keyType}: ${text}`));
  return [
    '',
    showText(tlsaText(record), 300),
    indent(record.text),
    ...(record.standing === 'unusable' ? [] : outcomes),
  ];
}

function indent(line: string): string {
  return `  ${showText(line, 1000)}`;
}
