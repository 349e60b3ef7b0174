import { showText, showTime } from '#lib/checks/wording.ts';
import { algorithms } from '#lib/dnssec/algorithms.ts';
import { explainReason, whatToDo } from '#lib/dnssec/explain.ts';
import type { DnsReport } from '#lib/model/dns-report-schema.ts';
import type { AliasHop, DenialProof, Dnssec, SignatureResult, Validation, ZoneLink } from '#lib/model/dnssec.ts';

/* What validation found out, as lines for a person. All text from DNS is made fit to show. */

const longest = 200;
const dayMs = 86_400_000;

/** The answer, the chain of trust signature by signature, the verdict, and each server where all were asked. */
export function describeDns(report: DnsReport): readonly string[] {
  const { validation, source } = report;
  return [
    `${show(validation.name)} ${validation.type}: ${validation.result.state}`,
    ...verdictLines(validation),
    '',
    ...answerLines(validation),
    '',
    anchorLine(validation, source),
    ...validation.links.flatMap((link) => linkLines(link, validation.now)),
    ...validation.hops.flatMap((hop) => hopLines(hop, validation.now)),
    ...leafLines(validation),
    ...serverLines(report),
    '',
    ...expiryLines(validation),
    spentLine(validation),
  ];
}

/** `secure`, or the state with its reason, on one line. */
function describeState(result: Dnssec): string {
  switch (result.state) {
    case 'secure':
      return 'secure';
    case 'insecure':
      return `insecure at ${show(result.provenAt)}: ${explainReason(result.reason)}`;
    case 'bogus':
      return `bogus at ${show(result.at)}: ${show(result.why)}`;
    case 'indeterminate':
      return `indeterminate: ${show(result.why)}`;
  }
}

function verdictLines({ result, extendedError }: Validation): readonly string[] {
  if (result.state === 'secure') return [];
  const error = extendedError === null ? '' : ` (EDE ${String(extendedError)})`;
  return [`  ${describeState(result)}${error}`, `  ${whatToDo(result.reason)}`];
}

function answerLines({ records, denial, rcode, wildcard }: Validation): readonly string[] {
  if (records.length === 0) return [rcode === null ? 'No answer' : `No records (${rcode})`, ...denialLines(denial)];
  const made = wildcard === null ? [] : [`  made from ${show(wildcard)}`];
  return [...records.map(show), ...made];
}

function anchorLine({ anchor }: Validation, source: string): string {
  const where = `Latchwatch ${show(source)}.`;
  if (anchor === null) return `Chain of trust: none. ${where}`;
  return `Chain of trust from ${show(anchor.zone)} (${anchor.keyTags.join(', ')}; ${show(anchor.source)}). ${where}`;
}

function linkLines(link: ZoneLink, now: number): readonly string[] {
  return [
    `${show(link.zone)}  ${describeState(link.state)}`,
    ...link.ds.map(
      ({ keyTag, algorithm, digestType, status }) =>
        `  DS ${String(keyTag)} ${algorithmText(algorithm)} digest ${String(digestType)}: ${status}`,
    ),
    ...link.dsSignatures.map((signature) => `  ${signatureLine(signature, now)}`),
    ...link.keys.map(
      ({ keyTag, algorithm, flags, anchored, signsKeys }) =>
        `  DNSKEY ${String(keyTag)} ${algorithmText(algorithm)} flags ${String(flags)}` +
        `${anchored ? ', named by the parent' : ''}${signsKeys ? ', signs the keys' : ''}`,
    ),
    ...link.keySignatures.map((signature) => `  ${signatureLine(signature, now)}`),
    ...denialLines(link.denial),
  ];
}

function hopLines({ kind, from, to, state, signatures }: AliasHop, now: number): readonly string[] {
  return [
    `${show(from)}  ${kind.toUpperCase()} to ${show(to)}: ${describeState(state)}`,
    ...signatures.map((signature) => `  ${signatureLine(signature, now)}`),
  ];
}

function leafLines({ name, type, signatures, now, rcode }: Validation): readonly string[] {
  if (rcode === null) return [];
  if (signatures.length === 0) return [`${show(name)} ${type}  no signature came with the answer`];
  return [`${show(name)} ${type}`, ...signatures.map((signature) => `  ${signatureLine(signature, now)}`)];
}

function denialLines(denial: DenialProof | null): readonly string[] {
  if (denial === null) return [];
  const iterations = denial.iterations === null ? '' : `, ${String(denial.iterations)} iterations`;
  return [
    `  proof by ${denial.mechanism.toUpperCase()}${iterations}: ${denial.kind}`,
    ...denial.records.map(
      ({ owner, next, role, types }) => `    ${role}: ${show(owner)} to ${show(next)} (${show(types.join(' '))})`,
    ),
  ];
}

function signatureLine(signature: SignatureResult, now: number): string {
  const { owner, type, signer, keyTag, algorithm, inception, expiration, status } = signature;
  const by = `${show(signer)} ${String(keyTag)} ${algorithmText(algorithm)}`;
  const outcome = status === 'valid' ? `valid, ${distance(expiration - now)} left` : status;
  return `RRSIG ${show(owner)} ${type} by ${by}, ${showTime(inception)} to ${showTime(expiration)}: ${outcome}`;
}

function serverLines({ servers, unresolved }: DnsReport): readonly string[] {
  if (servers === null) return [];
  return [
    '',
    'Server by server',
    ...servers.flatMap(({ host, address, answer: { answer } }) => {
      const where = `  ${show(host)} ${address}: `;
      if (!answer.ok) return [`${where}${show(answer.failure.said ?? answer.failure.reason)}`];
      const { rcode, authoritative, dnssec, records } = answer.facts;
      const lame = authoritative ? '' : ', not authoritative';
      return [`${where}${rcode}${lame}, ${describeState(dnssec)}`, ...records.map((record) => `      ${show(record)}`)];
    }),
    ...unresolved.map(({ host, failure }) => `  ${show(host)}: no address (${show(failure.said ?? failure.reason)})`),
  ];
}

function expiryLines({ earliestExpiry, now }: Validation): readonly string[] {
  if (earliestExpiry === null) return [];
  const { owner, type, signer, keyTag, expiration } = earliestExpiry;
  return [
    `First to expire: ${show(owner)} ${type}, signed by ${show(signer)} ${String(keyTag)}, ` +
      `${showTime(expiration)} (${distance(expiration - now)})`,
  ];
}

function spentLine({ spent, server }: Validation): string {
  const from = server === null ? '' : `, the answer from ${server}`;
  return `${String(spent.questions)} questions, ${String(spent.signatures)} signatures, ${String(spent.hashes)} NSEC3 hashes${from}`;
}

function algorithmText(number: number): string {
  return `${String(number)} (${algorithms.get(number)?.mnemonic ?? 'unsupported'})`;
}

function distance(ms: number): string {
  const days = ms / dayMs;
  return Math.abs(days) >= 2 ? `${days.toFixed(0)} days` : `${(ms / 3_600_000).toFixed(1)} hours`;
}

function show(text: string): string {
  return showText(text, longest);
}
