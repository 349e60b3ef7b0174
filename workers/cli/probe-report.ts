import { describeFinding, findFinding } from '#lib/checks/registry.ts';
import { showText } from '#lib/checks/wording.ts';
import { findServiceRow } from '#lib/model/endpoint.ts';
import type { Judgement } from '#lib/model/finding.ts';
import type { AddressSession, EndpointObservation, Pkix, ProbeFailure, TlsFacts } from '#lib/model/observation.ts';
import type { ProbeFinding, ProbeReport } from '#lib/model/probe-schema.ts';
import { readChain } from '#lib/x509/read-chain.ts';

/* What a probe saw and found, as lines for a person and as the report that a program reads. */

const told = ['info', 'warn', 'fail', 'crit'] as const;
const longestLine = 300;

/** The report of `latchwatch probe --json`. */
export function createProbeReport(observation: EndpointObservation, judgements: readonly Judgement[]): ProbeReport {
  return { schema_version: 1, observation, findings: listFindings(judgements) };
}

/** Judgements that say something, in words, worst first. */
export function listFindings(judgements: readonly Judgement[]): readonly ProbeFinding[] {
  return judgements
    .flatMap(({ code, subject, verdict, params }) => {
      const found = told.find((known) => known === verdict);
      if (found === undefined) return [];
      const address = subject.kind === 'endpoint' ? subject.address : null;
      const confirmations = findFinding(code)?.confirmations ?? null;
      return [{ code, verdict: found, address, confirmations, params, ...describeFinding({ code, params }) }];
    })
    .sort((a, b) => told.indexOf(b.verdict) - told.indexOf(a.verdict));
}

/** Lines for a person. Text from strangers is made fit to show. */
export function describeProbe({ observation, findings }: ProbeReport): readonly string[] {
  const { service, tlsMode, host, port } = observation.endpoint;
  const title = findServiceRow(service, tlsMode)?.title ?? service;
  return [
    `${host} port ${port}, ${title}, seen from ${observation.vantage}`,
    ...observation.sessions.flatMap(describeSession),
    ...describeTlsa(observation.tlsa),
    ...findings.flatMap(describeProbeFinding),
    '',
    findings.length === 0
      ? 'Nothing found.'
      : `${findings.length === 1 ? '1 finding' : `${findings.length} findings`}.`,
  ];
}

/** One line about how far a session came, for progress and for the list of addresses. */
export function describeOutcome({ failure }: Pick<AddressSession, 'failure'>): string {
  return failure === null ? 'seen' : describeFailure(failure);
}

/** E.g. `timeout (handshake)` with what was said. */
export function describeFailure({ stage, reason, said }: ProbeFailure): string {
  const words = said === undefined ? '' : `: ${said}`;
  return showText(`${reason} (${stage})${words}`, longestLine);
}

function describeSession(session: AddressSession): readonly string[] {
  const { greeting, tls, capabilitiesBeforeTls, capabilitiesAfterTls, timings } = session;
  const { connectMs, handshakeMs, totalMs } = timings;
  return [
    '',
    session.address,
    ...row('outcome', describeOutcome(session)),
    ...row('greeting', greeting),
    ...row('before TLS', capabilitiesBeforeTls?.join(', ') ?? null),
    ...(tls === null ? [] : describeTls(tls)),
    ...row('after TLS', capabilitiesAfterTls?.join(', ') ?? null),
    ...row('time', `connect ${inMs(connectMs)}, handshake ${inMs(handshakeMs)}, in all ${inMs(totalMs)}`),
  ];
}

function describeTls({ version, cipher, chain, pkix }: TlsFacts): readonly string[] {
  const certificates = readChain(chain).map((certificate, index) =>
    certificate === null
      ? `${index + 1}. cannot be read`
      : `${index + 1}. ${certificate.subject}, until ${new Date(certificate.notAfter).toISOString()}`,
  );
  return [
    ...row('TLS', `${version}, ${cipher}`),
    ...certificates.flatMap((line, index) => row(index === 0 ? 'sent' : '', line)),
    ...row('trust', describePkix(pkix)),
  ];
}

function describePkix(pkix: Pkix): string {
  return pkix.trusted ? `trusted by ${pkix.store}` : `${pkix.error}, against ${pkix.store}`;
}

function describeTlsa(tlsa: EndpointObservation['tlsa']): readonly string[] {
  if (tlsa === null) return [];
  const { owner, lookup } = tlsa;
  if (!lookup.ok) return ['', `TLSA ${owner}: ${describeFailure(lookup.failure)}`];
  if (lookup.facts.records.length === 0) return ['', `TLSA ${owner}: none`];
  const records = lookup.facts.records.flatMap(({ usage, selector, matchingType, data }) =>
    row('', `${usage} ${selector} ${matchingType} ${data}`),
  );
  return ['', `TLSA ${owner} (DNSSEC ${lookup.facts.dnssec.state})`, ...records];
}

/** A finding as lines, the first one blank. */
export function describeProbeFinding({ verdict, code, address, ...text }: ProbeFinding): readonly string[] {
  return [
    '',
    `${verdict.toUpperCase()} ${text.title}`,
    ...row('code', address === null ? code : `${code} at ${address}`),
    ...row('expected', text.expected),
    ...row('got', text.got),
    ...row('means', text.meaning),
    ...row('do now', text.fix),
  ];
}

function row(label: string, text: string | null): readonly string[] {
  return text === null ? [] : [`  ${label.padEnd(11)} ${showText(text, 1000)}`];
}

function inMs(durationMs: number | null): string {
  return durationMs === null ? '-' : `${durationMs} ms`;
}
