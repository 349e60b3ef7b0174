import { showText } from '#lib/checks/wording.ts';
import { findServiceRow } from '#lib/model/endpoint.ts';
import type { Judgement } from '#lib/model/finding.ts';
import { listScanFacts } from '#lib/model/scan-facts.ts';
import type { AddressScan, ScanObservation, StatusUrl } from '#lib/model/scan-observation.ts';
import type { ScanReport } from '#lib/model/scan-schema.ts';
import { describeFailure, describeProbeFinding, listFindings } from './probe-report.ts';

/* What a deep scan saw and found, as lines for a person and as the report that a program reads. */

/** The report of `latchwatch scan --json`. */
export function createScanReport(observation: ScanObservation, judgements: readonly Judgement[]): ScanReport {
  return { schema_version: 1, observation, findings: listFindings(judgements) };
}

/** Lines for a person. Text from strangers is made fit to show. */
export function describeScan({ observation, findings }: ScanReport): readonly string[] {
  const { service, tlsMode, host, port } = observation.endpoint;
  const title = findServiceRow(service, tlsMode)?.title ?? service;
  return [
    `${host} port ${port}, ${title}, deep scan from ${observation.vantage}`,
    ...observation.addresses.flatMap(describeAddress),
    ...observation.statusUrls.flatMap(describeStatusUrl),
    ...findings.flatMap(describeProbeFinding),
    '',
    findings.length === 0
      ? 'Nothing found.'
      : `${findings.length === 1 ? '1 finding' : `${findings.length} findings`}.`,
  ];
}

/** How far the scan of an address came. */
export function describeScanOutcome({ failure }: Pick<AddressScan, 'failure'>): string {
  return failure === null ? 'scanned' : `ended early: ${describeFailure(failure)}`;
}

const longestLine = 500;
const nameWidth = 20;

function describeAddress(scan: AddressScan): readonly string[] {
  const facts = listScanFacts(scan).map(({ name, value }) => line(name, value));
  return ['', scan.address, line('Outcome', describeScanOutcome(scan)), ...facts];
}

function describeStatusUrl({ url, fetched, addresses }: StatusUrl): readonly string[] {
  const outcome = fetched.ok
    ? `status ${fetched.facts.status}${fetched.facts.asksForLogin ? ', asks for a login' : ''}`
    : describeFailure(fetched.failure);
  return ['', showText(url, longestLine), line('Outcome', outcome), line('Addresses', addresses.join(', '))];
}

function line(name: string, value: string): string {
  return `  ${name.padEnd(nameWidth)} ${showText(value, longestLine)}`;
}
